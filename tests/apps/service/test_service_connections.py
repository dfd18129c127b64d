"""Connections whose clients read slowly, late or never."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from stancekit.apps.service.limits import Limits
from stancekit.apps.service.processes import Server
from stancekit.apps.service.running import Place, configured, listen

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
PIECES = REQUEST.replace(b" / ", b" /pieces ")
N = 12_000_000  # more than what the system holds for a client that does not read


async def large(scope, receive, send):
    """Answer with much, at once or piece by piece."""
    if scope["type"] == "lifespan":
        for part in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{part}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % N)]})
    size = N if scope["path"] == "/" else 20_000
    for first in range(0, N, size):
        await send({"type": "http.response.body", "body": bytes(size), "more_body": first + size < N})


@contextmanager
def connected(seconds):
    limits = Limits(seconds=seconds)
    with listen(Place(port=0)) as listener:
        server = Server(configured(large, limits))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                connection.settimeout(20)
                connection.connect(listener.getsockname()[:2])
                yield connection
        finally:
            server.should_exit = True
            thread.join(30)


def read_answer(connection, pause=0.0, piece=65536):
    got = bytearray()
    while b"\r\n\r\n" not in got:
        got += connection.recv(piece)
    n = len(got.partition(b"\r\n\r\n")[2])
    while n < N:
        more = len(connection.recv(min(piece, N - n)))
        assert more, n
        n += more
        time.sleep(pause)
    return n


def test_a_client_that_reads_slowly_gets_all():
    with connected(seconds=1) as connection:
        connection.sendall(REQUEST)
        start = time.monotonic()
        assert read_answer(connection, pause=0.02) == N
        assert time.monotonic() - start > 2  # much longer than it may do nothing


def test_a_client_that_has_read_one_answer_has_time_for_the_next():
    with connected(seconds=4) as connection:
        for _ in range(2):
            connection.sendall(PIECES)
            time.sleep(2.5)  # the second time past what the first answer was given
            assert read_answer(connection) == N


def test_a_client_that_does_not_read_is_let_go():
    with connected(seconds=1) as connection:
        connection.sendall(REQUEST)
        time.sleep(3)
        with pytest.raises((ConnectionError, AssertionError)):
            read_answer(connection)
