"""HTTP connections with an end: nobody holds one by being slow, and no request is lost when the service ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from typing import Any

import orjson
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from stancekit.apps.service.answers import headers
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import MEDIA_TYPE, Problem, busy, too_slow
from stancekit.apps.service.sockets import held_by_system

MOST_CONNECTIONS = 1000
_HEAD_BYTES = 65_536
# Seconds for which a client may still send a request when the service ends: the first one, or another.
_LINGER_FIRST, _LINGER_NEXT = 2.0, 0.5


class ServiceConfig(Config):
    """The configuration of a server with the limits of its connections."""

    def __init__(self, *args: Any, limits: Limits, **options: Any) -> None:  # noqa: ANN401 - those of uvicorn
        super().__init__(*args, **options)
        self.limits = limits

    def load(self) -> None:
        """Load the application, and set its process up to serve it."""
        super().load()
        gc.collect()
        gc.freeze()  # the model stays: looking through it for rubbish would hold requests up
        sys.setswitchinterval(0.0005)  # seconds: so long a short request waits for a thread with a long one
        logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: Any) -> bool:  # noqa: ANN401
    """Tell what should be logged: that an answer has no end is meant, and clients may send what they like."""
    said = str(record.msg)
    return "without completing response" not in said and "Invalid HTTP request" not in said


class Protocol(HttpToolsProtocol):
    """One connection, whose client has to send the head of a request and to read answers in time."""

    config: ServiceConfig

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - those of uvicorn
        super().__init__(*args, **options)
        self._seconds = self.config.limits.seconds
        self._head: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._n_unread = 0
        self._n_head_bytes = 0
        self._ends = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there are not too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(busy(f"{MOST_CONNECTIONS:,} connections are open already; try again in a second"))
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_head()
        self._stop_stall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and see that a head has an end."""
        if self._head is not None:
            self._n_head_bytes += len(data)
        super().data_received(data)
        if self._head is not None and self._n_head_bytes > _HEAD_BYTES:
            detail = f"the head of the request has more than {_HEAD_BYTES:,} bytes; send shorter headers"
            self._refuse(Problem("too-large", detail))
        elif self._head is None and self.timeout_keep_alive_task is None and self._is_idle():
            self._await_head()  # something came that does not begin a request

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        if self._is_idle():
            self._stop_stall()  # its answer has a time of its own, from its own end
        if self._head is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._stop_head()
        self._n_head_bytes = 0
        super().on_headers_complete()
        if self._ends and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """See that what was sent last is read too."""
        super().on_response_complete()
        self._stop_stall()
        if self.transport.get_write_buffer_size():
            self._await_reading()

    def pause_writing(self) -> None:
        """Wait for a client to read, though not for ever."""
        super().pause_writing()
        self._stop_stall()
        self._await_reading()

    def resume_writing(self) -> None:
        """Go on with a client that reads."""
        self._stop_stall()
        super().resume_writing()

    def shutdown(self) -> None:
        """Answer what has come and what is on its way, and close then.

        A client that keeps its connection may send its next request at the very moment when the service is told to
        end. Closing at once would lose it, so idle connections stay for a moment, and every answer says that it is the
        last.
        """
        self._ends = True
        if self._is_idle():
            self._unset_keepalive_if_required()
            linger = _LINGER_FIRST if self.cycle is None else _LINGER_NEXT
            self.loop.call_later(linger, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def _is_idle(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _close_if_idle(self) -> None:
        if self._is_idle() and not self.transport.is_closing():
            self.transport.close()

    def _await_head(self) -> None:
        self._head = self.loop.call_later(self._seconds, self._end_head)

    def _end_head(self) -> None:
        self._head = None
        if self._is_idle() and not self._n_head_bytes:
            self.transport.close()  # a connection that nobody used
        else:
            self._refuse(too_slow("the head of the request", self._seconds))

    def _await_reading(self) -> None:
        self._n_unread = self._count_unread()
        self._stall = self.loop.call_later(self._seconds, self._end_reading)

    def _end_reading(self) -> None:
        """End a connection whose client has read nothing for the whole time; one that reads slowly has more."""
        self._stall = None
        if not self.transport.get_write_buffer_size():
            return
        if self._count_unread() < self._n_unread:
            self._await_reading()
        else:
            self.transport.abort()  # closing would wait for the client to read

    def _count_unread(self) -> int:
        """Count the bytes that the client has not taken: those held here, and those that the system holds for it.

        The system takes more only when a third of what it holds is gone, which may be megabytes.
        """
        return self.transport.get_write_buffer_size() + held_by_system(self.transport.get_extra_info("socket"))

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _refuse(self, problem: Problem) -> None:
        self._stop_head()
        if self.transport.is_closing():
            return
        if self._is_idle():  # or else the answer would stand in the middle of another
            self.transport.write(_answer(problem))
        self.transport.close()


def _answer(problem: Problem) -> bytes:
    body = orjson.dumps(problem.content())
    others = (header for header in problem.headers if header[0] != b"connection")
    found = headers(MEDIA_TYPE, len(body), extra=[*others, (b"connection", b"close")])
    head = b"".join(b"%b: %b\r\n" % header for header in found)
    return b"HTTP/1.1 %d \r\n%b\r\n%b" % (problem.status, head, body)
