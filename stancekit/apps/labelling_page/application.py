"""The labelling page as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from hmac import compare_digest
from importlib.resources import files
from typing import Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from stancekit.apps.labelling_page.desk import PageDesk
from stancekit.apps.labelling_page.refusals import Refusal
from stancekit.apps.service.answers import HTML, send_body
from stancekit.apps.service.bodies import JSON_TYPES, headers_of, media_type, parse, read_body
from stancekit.apps.service.guard import LOOPBACK, Guard
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.page import CSS, ICON, SCRIPT, part
from stancekit.apps.service.problems import Problem, invalid

LIMITS = Limits(body_bytes=65_536, seconds=10)

Act = Callable[[Mapping[str, Any]], dict[str, Any]]

_FIELDS: dict[str, dict[str, tuple[type, ...]]] = {
    "/decide": {"id": (str,), "labels": (list, type(None)), "seen": (int,)},
    "/skip": {"id": (str,), "seen": (int,)},
    "/undo": {"seen": (int,)},
    "/retrain": {},
    "/review": {},
    "/leave": {},
    "/curve": {},
}
_KINDS = {str: "a text", list: "a list", type(None): "null", int: "a whole number"}


class LabellingPage:
    """Serve one coder's session to whoever has its token, from pages of its own alone.

    The page itself holds nothing of the session, and anybody on this machine may have it. All else needs the token. It
    stands in the part of the address that browsers send nowhere (after the ``#``), and the page sends it in a header:
    other pages cannot, and no cookie does it for them.

    Parameters
    ----------
    desk : PageDesk
        The session.
    token : str
        What whoever may label knows.
    """

    def __init__(self, desk: PageDesk, token: str) -> None:
        self._desk, self._token = desk, token.encode()
        acts: dict[str, Act] = {
            "/decide": lambda body: desk.decide(body["id"], body["labels"], seen=body["seen"]),
            "/skip": lambda body: desk.skip(body["id"], seen=body["seen"]),
            "/undo": lambda body: desk.undo(seen=body["seen"]),
            "/retrain": lambda body: desk.retrain(),
            "/review": lambda body: desk.review(),
            "/leave": lambda body: desk.leave(),
            "/curve": lambda body: desk.measure(),
        }
        answers: dict[str, ASGIApp] = {f"GET {path}": one for path, one in _parts().items()}
        answers |= {"GET /codebook": self._telling(desk.codebook), "GET /state": self._telling(desk.state)}
        answers |= {f"POST {path}": self._doing(path, act) for path, act in acts.items()}
        self._guard = Guard(_nothing, answers, LIMITS, LOOPBACK, remedy="open the address that was printed")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await self._guard(scope, receive, send)

    def _telling(self, tell: Callable[[], dict[str, Any]]) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            self._check(scope)
            await send_body(send, orjson.dumps(await asyncio.to_thread(tell)))

        return answer

    def _doing(self, path: str, act: Act) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            headers = self._check(scope)
            media_type(headers, JSON_TYPES)
            body = _fields(parse(await read_body(headers, receive, LIMITS)), _FIELDS[path])
            # What has begun is done, whether or not its client waits: its next look shows what came of it.
            found = await asyncio.shield(asyncio.to_thread(act, body))
            await send_body(send, orjson.dumps(found))

        return answer

    def _check(self, scope: Scope) -> dict[bytes, bytes]:
        """See that a request comes from a page of this session; the guard has seen to the host that it is for."""
        headers = headers_of(scope)
        own = b"http://" + headers.get(b"host", b"")
        if headers.get(b"origin", own) != own or headers.get(b"sec-fetch-site", b"none") not in {
            b"same-origin",
            b"none",
        }:
            raise Refusal("other-page", "only the labelling page itself may ask; open the address that was printed")
        given = headers.get(b"authorization", b"").removeprefix(b"Bearer ")
        if not compare_digest(given, self._token):
            detail = "the end of the address, after #, is not this session's; open the one that was printed last"
            raise Refusal("no-token", detail)
        return headers


def _parts() -> dict[str, ASGIApp]:
    own = files("stancekit.apps.labelling_page") / "static"
    service = files("stancekit.apps.service") / "static"
    report = files("stancekit.report")
    return {
        "/": part((own / "label.html").read_bytes(), HTML),
        "/label.css": part((own / "label.css").read_bytes(), CSS),
        "/label.js": part((own / "label.js").read_bytes(), SCRIPT),
        "/icon.svg": part((service / "icon.svg").read_bytes(), ICON),
        "/page.css": part((service / "page.css").read_bytes(), CSS),
        "/article.css": part((report / "article.css").read_bytes(), CSS),
        "/shared.js": part((report / "shared.js").read_bytes(), SCRIPT),
    }


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise Problem("not-found", "there is nothing here; the labelling page is at /")


async def _live(receive: Receive, send: Send) -> None:
    """Say that there is nothing to begin, and nothing to end."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def _fields(value: object, expected: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    """Give an object with these fields and no others.

    Raises
    ------
    Problem
        On anything else.
    """
    if not isinstance(value, dict) or set(value) != set(expected):
        raise invalid(f"expected an object with the fields {sorted(expected)}")
    for name, kinds in expected.items():
        if type(value[name]) not in kinds:
            raise invalid(f"expected {' or '.join(_KINDS[kind] for kind in kinds)} in field {name!r}", field=name)
    if any(type(label) is not str for label in value.get("labels") or ()):
        raise invalid("expected texts in the list of field 'labels'", field="labels")
    return value
