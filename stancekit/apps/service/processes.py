"""Processes that serve: one that loses nothing at its end, and several that are looked after."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

import uvicorn

from stancekit.apps.service.protocol import Protocol

_MOST_TAKEN = 4096
_FAILS_WITHIN = 5.0  # seconds: a worker that ends sooner by itself may well end again
_MOST_FAILURES = 5  # one after the other; then there is no use in going on
_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before the next is begun, by failures
_LOOKS_EVERY = 0.5  # seconds

Work = Callable[[socket.socket], None]

_told: list[int] = []  # signals that came before there was a server to take them


class Server(uvicorn.Server):
    """A server that answers at its end whoever was connected already."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and end at once where that was asked for before: somebody may wait for an answer already."""
        await super().startup(sockets)
        self.should_exit = self.should_exit or bool(_told)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections than those that wait, answer what has begun, and end."""
        # Closing a listener breaks the connections that nobody has taken yet, unless it is open somewhere else.
        spare = [one.dup() for one in sockets or [] if one.fileno() >= 0]
        for server in self.servers:
            server.close()
        # All of them first: while one is answered, the next would come, and so on without an end.
        waiting = [connection for listener in spare for connection in _taken(listener)]
        for connection in waiting:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        await super().shutdown(sockets)

    def _protocol(self) -> Protocol:
        return Protocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


def _taken(listener: socket.socket) -> list[socket.socket]:
    """Take the connections that wait, and close the listener at once."""
    found: list[socket.socket] = []
    listener.setblocking(False)
    with listener, suppress(BlockingIOError):
        while len(found) < _MOST_TAKEN:
            found.append(listener.accept()[0])
    return found


class Workers:
    """Processes that take connections from one listener; one that dies is replaced.

    Parameters
    ----------
    work : callable
        What each of them does with the listener, until it is told to end; goes to another process.
    listener : socket
        Where connections come from.
    n : int
        How many there are.
    seconds : float, default=60
        How long they may take to finish what has begun.
    """

    def __init__(self, work: Work, listener: socket.socket, n: int, *, seconds: float = 60) -> None:
        self._work = work
        self._listener = listener
        self._n = n
        self._seconds = seconds
        self._ends = False
        self._n_failures = 0
        self._next_begins = 0.0
        self._begun: dict[SpawnProcess, float] = {}

    def run(self) -> int:
        """Let them work until this process is told to end, and give its exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        for _ in range(self._n):
            self._begin()
        code = 0
        while not self._ends:
            if self._begun:
                wait([process.sentinel for process in self._begun], timeout=_LOOKS_EVERY)
            else:
                time.sleep(_LOOKS_EVERY / 5)
            code = self._look_after()
        self._listener.close()  # theirs are still open, and the last that closes one takes who waits
        for process in self._begun:
            process.terminate()
        until = time.monotonic() + self._seconds
        for process in self._begun:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                print(f"stancekit: a worker did not end within {self._seconds:g} seconds; killed", file=sys.stderr)
                process.kill()
                process.join()
        return code

    def _end(self, number: int, frame: object) -> None:
        if self._ends:  # told twice: at once
            for process in self._begun:
                process.kill()
        self._ends = True

    def _begin(self) -> None:
        process = get_context("spawn").Process(target=_serve, args=(self._work, self._listener))
        process.start()
        self._begun[process] = time.monotonic()

    def _look_after(self) -> int:
        now = time.monotonic()
        for process in [process for process in self._begun if not process.is_alive()]:
            lasted = now - self._begun.pop(process)
            if self._ends:
                return 0
            code = process.exitcode or 0
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._n_failures = self._n_failures + 1 if lasted < _FAILS_WITHIN else 0
            # Errors of its own come again; what the system does to it, for want of memory say, may pass.
            if (code > 0 and self._n_failures) or self._n_failures >= _MOST_FAILURES:
                print(f"stancekit: a worker failed as soon as it began ({how}); ending", file=sys.stderr)
                self._ends = True
                return 1
            print(f"stancekit: a worker ended ({how}), and is replaced", file=sys.stderr, flush=True)
            self._next_begins = now + _PAUSES[min(self._n_failures, len(_PAUSES) - 1)]
        if not self._ends and now >= self._next_begins:
            for _ in range(self._n - len(self._begun)):
                self._begin()
        return 0


def _serve(work: Work, listener: socket.socket) -> None:
    """Work in a process of its own, and end quietly when told to."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _remember)  # the server has its own, and raises what it caught once more at the end
    work(listener)


def _remember(number: int, frame: object) -> None:
    _told.append(number)
