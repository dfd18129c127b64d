"""Workers that die, hang or are told to end twice; and that all of them have one model."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from stancekit.apps.service import running
from stancekit.apps.service.inflow import read_rows
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.running import Place
from stancekit.storage import loading

MAIN = """
import os, signal, socket, sys, time
from stancekit.apps.service.processes import Workers

def die(listener):
    os.kill(os.getpid(), signal.SIGKILL)

def hang(listener):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("hangs", flush=True)
    time.sleep(600)

if __name__ == "__main__":
    work, seconds = {"die": die, "hang": hang}[sys.argv[1]], float(sys.argv[2])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.exit(Workers(work, listener, 1, seconds=seconds).run())
"""


@pytest.fixture
def begin(tmp_path):
    (tmp_path / "main.py").write_text(MAIN)
    begun = []

    def start(*words):
        words = [sys.executable, str(tmp_path / "main.py"), *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        begun.append(subprocess.Popen(words, text=True, start_new_session=True, **pipes))
        return begun[-1]

    yield start
    for process in begun:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_worker_that_is_killed_again_and_again_ends_the_service(begin):
    process = begin("die", "5")
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.splitlines() == ["stancekit: a worker ended (signal 9), and is replaced"] * 4 + [
        "stancekit: a worker failed as soon as it began (signal 9); ending"
    ]


def test_a_worker_that_does_not_end_is_killed(begin):
    process = begin("hang", "1")
    assert process.stdout.readline() == "hangs\n"
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert said == "stancekit: a worker did not end within 1 seconds; killed\n"


def test_told_twice_it_ends_at_once(begin):
    process = begin("hang", "500")
    assert process.stdout.readline() == "hangs\n"
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)  # two signals at the same moment are one
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


def test_a_model_is_looked_up_once_for_all_workers(monkeypatch):
    folder, asked, begun = loading.locate("linear"), [], []
    monkeypatch.setattr(loading, "fetch", lambda address: asked.append(str(address)) or folder)

    class Workers:
        def __init__(self, work, listener, n, **options):
            begun.append(work)

        def run(self):
            return 0

    class Server:
        def __init__(self, config):
            pass

        def run(self, sockets):
            return None

    monkeypatch.setattr(running, "Workers", Workers)
    monkeypatch.setattr(running, "Server", Server)
    assert running.serve("hf:some/model", Place(port=0), Limits(), workers=2) == 0
    with socket.socket() as listener:
        begun[0](listener)
    assert len(asked) == 1


def test_only_one_object_in_each_line():
    lines = [b'{"text":"a"},{"text":"b"}', b'{"id":[{}', b'{"text":"b"}],"id":2,"text":"a"}']
    assert read_rows(lines[:1], Limits()).problem.row == 0
    assert read_rows([b'{"id":[1', b'{"text":"b"}],"id":2,"text":"a"},{"text":"c"}'], Limits()).problem.row == 0
    assert read_rows(lines[1:], Limits()).problem.row == 0
    assert read_rows([b'{"text":"a } , { b"}\r', b'{"text":"c"}'], Limits()).texts == ["a } , { b", "c"]
