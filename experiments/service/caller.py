"""Connections that send one request after the other, each as soon as it has the answer to the last."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n")


class LoadError(RuntimeError):
    """The service did not answer as it should."""


@dataclass(slots=True)
class Work:
    """Requests that are still to be sent, and how long each took."""

    requests: Sequence[bytes]
    n: int
    n_sent: int = 0
    seconds: list[float] = field(default_factory=list)

    def next(self) -> bytes | None:
        """Give the next request; None where there is none."""
        if self.n_sent == self.n:
            return None
        self.n_sent += 1
        return self.requests[self.n_sent % len(self.requests)]


class _Connection(asyncio.Protocol):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._held = bytearray()
        self._size = 0
        self._start = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = self._work.next()
        if request is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._start = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._held += data
        if not self._size:
            end = self._held.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._held[: end + 2])
            if not head.startswith(b"HTTP/1.1 200"):
                self._fail(head.decode("latin-1"))
                return
            found = _LENGTH.search(head)
            assert found is not None
            self._size = end + 4 + int(found[1])
        if len(self._held) >= self._size:
            self._work.seconds.append(perf_counter() - self._start)
            self._held, self._size = bytearray(), 0
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(f"connection lost: {error}")

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError(why))


async def call(port: int, work: Work, n_connections: int) -> float:
    """Send all requests over some connections, and give the seconds that it took."""
    loop = asyncio.get_running_loop()
    start = perf_counter()
    waiting = []
    for _ in range(n_connections):
        _, connection = await loop.create_connection(lambda: _Connection(work), "127.0.0.1", port)
        waiting.append(connection.done)
    await asyncio.gather(*waiting)
    return perf_counter() - start


def request(path: str, body: bytes, media: str = "application/json") -> bytes:
    """Write a request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
