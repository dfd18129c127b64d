"""What stands before every request: the name it is sent to, how many there are, and what becomes of errors."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection, Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stancekit.apps.service.answers import send_problem
from stancekit.apps.service.bodies import Gone
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import Problem, busy

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The names by which a machine calls itself."""

ANY_HOST = "*"

_LITTLE = 65_536  # bytes

_log = logging.getLogger("stancekit.service")


class Guard:
    """Let requests pass that may, and answer what goes wrong by a problem.

    Parameters
    ----------
    app : callable
        The application behind it.
    answers : mapping of str to callable
        What answers for a method and a path, as in ``"GET /health"``, without asking the application.
    limits : Limits
        How many requests may be there at a time.
    hosts : collection of str
        The names that the service answers to. A page of somebody else whose name leads to this machine (DNS
        rebinding) sends its own name, and gets nothing.
    remedy : str
        What to do where a name is wrong.
    """

    def __init__(
        self,
        app: ASGIApp,
        answers: Mapping[str, ASGIApp],
        limits: Limits,
        hosts: Collection[str],
        remedy: str = "--allow-host adds one",
    ) -> None:
        self._app = app
        self._answers = answers
        self._most = limits.requests
        self._n_requests = 0
        self._hosts = frozenset(host.lower() for host in hosts)
        self._remedy = remedy
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send)
        try:
            self._n_requests += 1
            await self._pass_on(scope, exchange.receive, exchange.send)
        except Gone:
            return
        except Exception as error:
            problem = _problem_of(error)
            if exchange.has_begun:
                return  # the answer stays without its end, so that nobody takes it for whole
            is_read = exchange.is_read or not _has_much(scope)
            await send_problem(send, problem, None if is_read else receive)
        finally:
            self._n_requests -= 1

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if host not in self._known:
            self._check_host(host)
        if self._n_requests > self._most:
            raise busy(f"{self._most} requests are being answered already; try again in a second")
        if scope["method"] == "HEAD":  # whoever serves leaves the body out
            scope = {**scope, "method": "GET"}
        answer = self._answers.get(f"{scope['method']} {scope['path']}", self._app)
        await answer(scope, receive, send)

    def _check_host(self, host: bytes) -> None:
        name = host.decode("latin-1").lower()
        bare = name if name.endswith("]") else name.rpartition(":")[0] or name
        if ANY_HOST not in self._hosts and bare not in self._hosts:
            expected = sorted(self._hosts)
            detail = f"the request is for the host {name[:80]!r}; expected one of {expected}; {self._remedy}"
            raise Problem("wrong-host", detail)
        if len(self._known) < 64:  # most clients use one name
            self._known.add(host)


class _Exchange:
    """Pass messages on, and remember how far the request and the answer are."""

    __slots__ = ("_receive", "_send", "has_begun", "is_read")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.is_read = False
        self.has_begun = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.is_read = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        self.has_begun = True
        await self._send(message)


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException) and error.status_code == 404:
        return Problem("not-found", "there is nothing here; /openapi.json says what there is")
    if isinstance(error, HTTPException) and error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        detail = f"expected the method {allowed}"
        return Problem("method-not-allowed", detail, headers=[(b"allow", allowed.encode())])
    # Messages of errors may quote what somebody sent, so places are logged alone.
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), lookup_lines=False
    )  # reads no source
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    _log.error("%s in %s", type(error).__name__, places)
    return Problem("internal", "the service failed; what was sent is not kept, so tell its makers how to repeat it")


def _has_much(scope: Scope) -> bool:
    """Tell whether a request may have a body that no server would read on by itself."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or len(length) > 18 or int(length) > _LITTLE
