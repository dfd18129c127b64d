"""The command: where it listens, how it ends, and that no request is lost."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from stancekit.apps.cli import main
from stancekit.apps.service.running import Place

BODY = b'{"text": "Lift the embargo, a name that nobody else has: Zyxwvut."}'
HEADERS = {"Content-Type": "application/json"}


@contextmanager
def command(*options: str):
    """Run the command, and give the process and its port."""
    words = [sys.executable, "-W", "error", "-m", "stancekit", "serve", "--port", "0", *options]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        said = ""
        while not (found := re.search(r"serves on http://\S+:(\d+) ", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        process.said = said
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate()


def end(process, number=signal.SIGTERM) -> str:
    process.send_signal(number)
    out, said = process.communicate(timeout=60)
    assert out == ""
    return process.said + said


def ask(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/v1/predict", BODY, HEADERS)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to(number):
    with command() as (process, port):
        assert ask(port) == 200
        said = end(process, number)
        assert process.returncode == 0
    assert said.count("\n") == 1
    assert said.startswith("stancekit: linear serves on http://127.0.0.1:")


def test_nothing_that_was_sent_is_logged():
    with command() as (process, port):
        ask(port)
        for request in (b"GARBAGE\r\n\r\n", b"POST /Zyxwvut HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(request)
                connection.recv(1000)
        rows = b'{"text": "Zyxwvut"}\n' * 5000 + b'{"text": 7}\n'
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/v1/predict", rows, {"Content-Type": "application/x-ndjson"})
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()
        connection.close()
        said = end(process)
    assert said.count("\n") == 1


class Caller(threading.Thread):
    """Send one request after the other on a connection that is kept, and count those without an answer."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.n_answered = self.n_lost = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.connect()
        while True:
            try:
                connection.request("POST", "/v1/predict", BODY, HEADERS)
                response = connection.getresponse()
                response.read()
            except OSError:
                self.n_lost += 1
                break
            self.n_answered += response.status == 200
            if response.getheader("connection") == "close":
                break
        connection.close()


class NewCaller(Caller):
    """Send each request on a connection of its own; nobody listening any more is no loss."""

    def run(self) -> None:
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
            except ConnectionRefusedError:
                break
            request = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            with connection:
                try:
                    connection.sendall(request + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)
                    got = connection.recv(65536)
                except OSError:
                    got = b""
            self.n_answered += got.startswith(b"HTTP/1.1 200")
            self.n_lost += not got


@pytest.mark.parametrize("kind", [Caller, NewCaller])
@pytest.mark.parametrize("workers", [1, 2])
def test_no_request_is_lost_at_the_end(workers, kind):
    with command("--workers", str(workers)) as (process, port):
        callers = [kind(port) for _ in range(8)]
        for caller in callers:
            caller.start()
        until = time.monotonic() + 60
        while min(caller.n_answered for caller in callers) < 10 and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        for caller in callers:
            caller.join(20)
        process.wait(20)
    assert process.returncode == 0
    assert [caller.n_lost for caller in callers] == [0] * 8
    assert min(caller.n_answered for caller in callers) >= 10


def test_what_has_begun_is_finished(until):
    """A body whose end comes after the signal is answered whole."""
    with command() as (process, port), socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        head = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY[:10])
        # Another request that is answered shows that the first has come: connections are taken in turn.
        assert ask(port) == 200
        process.send_signal(signal.SIGTERM)
        until(lambda: refuses(port))
        connection.sendall(BODY[10:])
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"connection: close" in answer
        assert process.wait(60) == 0


def refuses(port: int) -> bool:
    """Tell whether nobody takes connections any more."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionError:
        return True
    return False


def workers_of(process) -> list[int]:
    """Give the workers of a command that live."""
    found = []
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        try:
            words, state = (Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "stat"))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "spawn_main" in words and state.rpartition(")")[2].split()[0] != "Z":
            found.append(int(pid))
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="workers are found by /proc")
def test_a_worker_that_dies_is_replaced(until):
    with command("--workers", "2") as (process, port):
        assert ask(port) == 200  # one of them at least is ready
        workers = until(lambda: len(found := workers_of(process)) == 2 and found)
        os.kill(workers[0], signal.SIGKILL)
        line = process.stderr.readline()
        until(lambda: len(workers_of(process)) == 2)
        assert [ask(port) for _ in range(10)] == [200] * 10
        said = process.said + line + end(process).removeprefix(process.said)
        assert process.returncode == 0
    assert said.splitlines()[1:] == ["stancekit: a worker ended (signal 9), and is replaced"]


def test_a_port_in_use_is_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert said == f"stancekit: 127.0.0.1:{port} is in use; choose another port by --port, or stop what listens there\n"


def test_an_address_of_another_machine_is_one_line(capsys):
    assert main(["serve", "--host", "192.0.2.1"]) == 2
    assert "'192.0.2.1' is no address of this machine" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_one_line(capsys):
    assert main(["serve", "--model", "no-such-model"]) == 2
    assert "unknown model 'no-such-model'" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(capsys, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("stancekit.apps.service")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "orjson", None)
    assert main(["serve"]) == 2
    assert "stancekit serve needs the package 'orjson'; run: pip install 'stancekit[serve]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("db", False)],
)
def test_who_can_reach_it(host, loopback):
    assert Place(host=host).is_loopback == loopback


def test_names_that_are_answered():
    assert set(Place(host="::1", hosts=("a.example",)).names()) == {"localhost", "127.0.0.1", "[::1]", "a.example"}
    assert list(Place(host="0.0.0.0").names()) == ["*"]
    loopback = {"localhost", "127.0.0.1", "[::1]"}
    assert set(Place(host="0.0.0.0", hosts=("a.example",)).names()) == {"a.example", *loopback}
    assert set(Place(host="192.168.1.5", hosts=("a",)).names()) == {"a", "192.168.1.5", *loopback}
    assert set(Place(host="fd00::5", hosts=("a",)).names()) == {"a", "[fd00::5]", *loopback}


def test_a_warning_where_others_can_reach_it():
    with command("--host", "0.0.0.0") as (process, port):
        assert ask(port) == 200
        said = end(process)
    assert "warning: whoever can reach 0.0.0.0 can use this service" in said
