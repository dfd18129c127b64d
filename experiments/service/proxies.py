"""Send requests to the service through nginx and HAProxy: ``python -m experiments.service.proxies``.

Each runs by the configuration that stands in ``docs/service.md``, with other paths, ports and a certificate of its own.
Written to ``proxies.json`` is what came through. It needs the programs ``nginx``, ``haproxy``, ``openssl`` and ``curl``
(Debian's packages of these names), and no rights.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from experiments.benchmarks.machine import machine
from experiments.corpora import ROOT
from experiments.service.server import Server

RESULTS = ROOT / "experiments" / "service" / "proxies.json"
PAGE = ROOT / "docs" / "service.md"
PROXIES = ("nginx", "haproxy")
N_LINES = (5000, 20_000, 150_000, 300_000)
N_TIMES, TIMEOUT = 3, 10
LINE = '{"id": %d, "text": "The embargo must be lifted, and our nations should trade."}\n'
MANY = 2000  # lines before the one that is wrong, so that the answer has begun
_USER, _PASSWORD = "ann", "let-me-in"

_NGINX = """
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""


def measure() -> dict[str, Any]:
    """Send everything through each of the proxies."""
    found: dict[str, Any] = {"machine": machine(), "timeout": TIMEOUT, "times": N_TIMES, "proxies": {}}
    core = min(os.sched_getaffinity(0))
    for name in PROXIES:
        with Server(core, "--timeout", str(TIMEOUT)) as server, tempfile.TemporaryDirectory() as folder:
            found["proxies"][name] = _measure(name, Path(folder), server.port)
    return found


def _measure(name: str, folder: Path, service: int) -> dict[str, Any]:
    _write_keys(folder)
    version = _said(name, "-v" if name == "haproxy" else "-V")
    found: dict[str, Any] = {"version": _first_match(r"\d+\.\d+\.\d+", version)}
    with _running(name, folder, service, http2=False) as port:
        found["same"] = {what: _is_same(what, port, service) for what in ("one", "page", "error")}
        found["meanwhile"] = _comes_meanwhile(port)
        found["whole"] = {str(n): sum(_is_whole(port, n, folder) for _ in range(N_TIMES)) for n in N_LINES}
        found["broken"] = {"http1.1": _broken(port, "--http1.1")}
    with _running(name, folder, service, http2=True) as port:
        found["broken"]["http2"] = _broken(port, "--http2")
    return found


def configurations() -> dict[str, str]:
    """Give the configurations of the page, by the name of the program."""
    page = PAGE.read_text(encoding="utf-8")
    return {
        "nginx": _first_match(r"```nginx\n(.*?)```", page),
        "haproxy": _first_match(r"```text\n(userlist .*?)```", page),
    }


def _first_match(pattern: str, text: str) -> str:
    found = re.search(pattern, text, flags=re.S)
    assert found is not None, f"{pattern!r} is not in {text[:200]!r}"
    return found[1] if found.re.groups else found[0]


def _said(*words: str, given: str = "") -> str:
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def _write_keys(folder: Path) -> None:
    """Write a certificate and a user, where the configurations look for them."""
    key, certificate = folder / "stances.key", folder / "certificate"
    _said(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-keyout", str(key), "-out", str(certificate)),
    )
    (folder / "stances.pem").write_text(certificate.read_text() + key.read_text())
    (folder / "stancekit.users").write_text(f"{_USER}:{_said('openssl', 'passwd', '-apr1', _PASSWORD)}")


def _adapted(name: str, folder: Path, port: int, service: int, *, http2: bool) -> str:
    """Give a configuration of the page for this folder and these ports."""
    text = configurations()[name].replace(f"/etc/{name}/", f"{folder}/")
    if name == "nginx":
        changes = {"listen 443 ssl": f"listen 127.0.0.1:{port} ssl{' http2' * http2}"}
    else:
        end = " alpn h2,http/1.1" * http2
        crt = f"ssl crt {folder}/stances.pem"
        changes = {f"bind :443 {crt}": f"bind 127.0.0.1:{port} {crt}{end}"}
        changes["$6$..."] = _said("openssl", "passwd", "-6", _PASSWORD).strip()
    for old, new in (changes | {"127.0.0.1:8000": f"127.0.0.1:{service}"}).items():
        assert text.count(old) == 1, f"{old!r} is not in the configuration of {name}"
        text = text.replace(old, new)
    return _NGINX.format(folder=folder, server=text) if name == "nginx" else text


@contextmanager
def _running(name: str, folder: Path, service: int, *, http2: bool) -> Iterator[int]:
    port = _free_port()
    path = folder / f"{name}.conf"
    path.write_text(_adapted(name, folder, port, service, http2=http2))
    words = [name, "-f", str(path), "-db"]
    if name == "nginx":
        words = [name, "-c", str(path), "-e", str(folder / "log"), "-g", "daemon off; master_process off;"]
    with (folder / "said").open("a") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said)
    try:
        _wait(lambda: _answers(port), (folder / "said").read_text)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _wait(is_so: Callable[[], bool], why: Callable[[], str]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError(f"the proxy does not answer: {why()}")
        time.sleep(0.05)


def _curl(address: str, *more: str) -> list[str]:
    return ["curl", "-sk", "-u", f"{_USER}:{_PASSWORD}", *more, address]


def _lines(port: int, *more: str) -> list[str]:
    media = "Content-Type: application/x-ndjson"
    return _curl(f"https://127.0.0.1:{port}/v1/predict", "-T", "-", "-X", "POST", "-H", media, *more)


def _is_same(what: str, port: int, service: int) -> bool:
    """Tell whether an answer has the status, the body and the headers that it has without the proxy."""
    media = ("-H", "Content-Type: application/json", "-d")
    path, more = {
        "one": ("/v1/predict", (*media, '{"text": "The embargo must be lifted."}')),
        "page": ("/", ()),
        "error": ("/v1/predict", (*media, '{"text": null}')),
    }[what]
    through, direct = (
        _parts(_said(*_curl(f"{start}{path}", "-i", "--http1.1", *more)))
        for start in (f"https://127.0.0.1:{port}", f"http://127.0.0.1:{service}")
    )
    return through == direct


def _parts(answer: str) -> tuple[str, frozenset[str], str]:
    """Take an answer apart, without the headers that tell of the connection, its time and its server."""
    head, _, body = answer.partition("\n\n")
    status, *headers = head.splitlines()
    own = ("date:", "server:", "connection:", "keep-alive:")
    kept = frozenset(line.lower() for line in headers if not line.lower().startswith(own))
    return status.split()[1], kept, body


def _comes_meanwhile(port: int) -> bool:
    """Tell whether answers come while lines are still being sent."""
    words = _lines(port, "-N", "--http1.1")
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(4):
            process.stdin.write((LINE % number).encode())
            time.sleep(0.5)
        came = bool(select.select([process.stdout], [], [], 0)[0])
        process.stdin.close()
        n_lines = process.stdout.read().count(b"\n")
    return came and n_lines == 4 and process.returncode == 0


def _is_whole(port: int, n: int, folder: Path) -> bool:
    """Tell whether a body of so many lines, sent at once over HTTP/1.1, got as many answers."""
    body, answer = folder / "body.jsonl", folder / "answer.jsonl"
    with body.open("w") as file:
        file.writelines(LINE % number for number in range(n))
    with body.open("rb") as file:
        code = subprocess.run(_lines(port, "--http1.1", "-o", str(answer)), stdin=file, check=False).returncode
    with answer.open("rb") as file:
        return code == 0 and sum(b'"status"' not in line for line in file) == n


def _broken(port: int, version: str) -> int:
    """Give the exit code of curl where the answer breaks off because of an error further on."""
    body = "".join(LINE % number for number in range(MANY)) + '{"text": null}\n'
    return subprocess.run(_lines(port, version), input=body.encode(), capture_output=True, check=False).returncode


def main() -> int:
    """Measure and write."""
    if missing := [name for name in (*PROXIES, "openssl", "curl") if shutil.which(name) is None]:
        print(f"the programs {missing} are not here; install Debian's packages of these names", file=sys.stderr)
        return 2
    RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
