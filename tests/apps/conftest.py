"""Applications on a thread, and a client that shows what goes over the wire."""

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


@dataclass(frozen=True)
class Client:
    port: int

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, content: Any, **headers: str) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.ask("POST", path, body, **{"content_type": "application/json", **headers})

    def post_lines(self, *lines: Any) -> Answer:
        body = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
        return self.ask("POST", "/v1/predict", body, content_type="application/x-ndjson")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


def until(holds, seconds=30):
    """Wait until something holds, however slow the machine is."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


@pytest.fixture(scope="session", name="until")
def until_fixture():
    return until


@pytest.fixture(scope="session")
def on_thread():
    """Serve an application on a thread, until the block is left."""
    pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")
    from stancekit.apps.service.processes import Server
    from stancekit.apps.service.running import Place, configured, listen

    @contextmanager
    def on_thread(app, limits):
        with listen(Place(port=0)) as listener:
            server = Server(configured(app, limits))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            port = listener.getsockname()[1]
            thread.start()
            try:
                yield Client(port)
            finally:
                server.should_exit = True
                thread.join(30)
                assert not thread.is_alive()

    return on_thread
