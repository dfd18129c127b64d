"""Serve on this machine: a socket, one process or several, and an end in which nothing is lost."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from starlette.types import ASGIApp

from stancekit.apps.service.application import create_located_app
from stancekit.apps.service.guard import ANY_HOST, LOOPBACK
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.processes import Server, Workers
from stancekit.apps.service.protocol import Protocol, ServiceConfig
from stancekit.errors import InvalidInputError
from stancekit.storage.loading import locate

_KEEP_ALIVE = 15  # seconds for which an idle connection stays
_BACKLOG = 1024
_EVERYWHERE = {"", "0.0.0.0", "::"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a service listens, and the names that it answers to.

    Attributes
    ----------
    host : str
        Name or address; the loopback unless others should reach it.
    port : int
        0 for any that is free.
    hosts : tuple of str
        More names that it answers to.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def names(self) -> Collection[str]:
        """Give the names that requests may be for."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        if self.is_loopback:
            return (*LOOPBACK, own, *self.hosts)
        if not self.hosts:
            return (ANY_HOST,)
        # An address for all of them is no name that anybody would ask for.
        return (*LOOPBACK, *self.hosts) if self.host in _EVERYWHERE else (*LOOPBACK, own, *self.hosts)


def serve(model: str, place: Place, limits: Limits, workers: int = 1) -> int:
    """Serve until told to stop, by SIGTERM or Ctrl-C; then finish what has begun.

    Parameters
    ----------
    model : str
        What `stancekit.load` loads.
    place : Place
        Where to listen.
    limits : Limits
        What requests may ask.
    workers : int, default=1
        Processes, each with a model of its own.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    InvalidInputError
        When nothing can be served there: the port is in use, or the host is none of this machine.
    """
    folder = locate(model)  # once: on the hub there may be another a moment later
    app = create_located_app(model, folder, limits, place.names())  # before listening, since it may fail
    with listen(place) as listener:
        _say(model, place, listener)
        if workers > 1:
            return Workers(
                partial(_work, model, folder, place, limits), listener, workers, seconds=2 * limits.seconds + 5
            ).run()
        Server(configured(app, limits)).run(sockets=[listener])
    return 0


def _work(model: str, folder: str, place: Place, limits: Limits, listener: socket.socket) -> None:
    app = create_located_app(model, folder, limits, place.names())
    Server(configured(app, limits)).run(sockets=[listener])


def configured(app: ASGIApp, limits: Limits) -> ServiceConfig:
    """Give the configuration of a server of the service."""
    return ServiceConfig(
        app,
        limits=limits,
        http=Protocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(2 * limits.seconds) + 1,
        backlog=_BACKLOG,
    )


def listen(place: Place) -> socket.socket:
    """Open the socket of a service.

    Raises
    ------
    InvalidInputError
        When that cannot be.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise InvalidInputError(_why_not(place, error)) from None


def _why_not(place: Place, error: OSError) -> str:
    where = f"{place.host}:{place.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is in use; choose another port by --port, or stop what listens there"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"{where} is not allowed; choose a port from 1024 on by --port"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{place.host!r} is no address of this machine; give one by --host, 127.0.0.1 for this machine alone"
    return f"cannot listen on {where}: {error.strerror}"


def _say(model: str, place: Place, listener: socket.socket) -> None:
    host = f"[{place.host}]" if ":" in place.host else place.host
    if not place.is_loopback:
        print(
            f"stancekit: warning: whoever can reach {host} can use this service, which asks for no password and does "
            "not encrypt; put a proxy with both before it",
            file=sys.stderr,
        )
    port = listener.getsockname()[1]
    print(f"stancekit: {model} serves on http://{host}:{port} until Ctrl-C", file=sys.stderr, flush=True)
