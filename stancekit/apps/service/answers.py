"""What the service sends: bodies with the headers that keep browsers from doing what nobody asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import orjson
from starlette.types import Receive, Send

from stancekit.apps.service.problems import MEDIA_TYPE, Header, Problem

JSON = b"application/json"
LINES = b"application/x-ndjson"
HTML = b"text/html; charset=utf-8"

NOTHING_ALLOWED = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE_ALLOWED = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)

_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_NOT_KEPT: Header = (b"cache-control", b"no-store")

_SECONDS_READ_ON = 2.0
_BYTES_READ_ON = 64 * 2**20


def headers(
    media: bytes | None = None,
    n_bytes: int | None = None,
    *,
    policy: bytes = NOTHING_ALLOWED,
    kept: Header = _NOT_KEPT,
    extra: Iterable[Header] = (),
) -> list[Header]:
    """Give the headers of an answer, of which every one has those that keep browsers from what nobody asked for.

    Parameters
    ----------
    media : bytes, optional
        The media type of its body, where it has one.
    n_bytes : int, optional
        The length of its body, where it is known.
    policy : bytes
        What a browser may do with it.
    kept : pair of bytes
        Who may keep it; by default nobody.
    extra : iterable of pairs of bytes
        More of them.

    Examples
    --------
    >>> headers(JSON, 2)[:2]
    [(b'content-type', b'application/json'), (b'content-length', b'2')]
    """
    body: list[Header] = [] if media is None else [(b"content-type", media)]
    if n_bytes is not None:
        body.append((b"content-length", b"%d" % n_bytes))
    return [*body, *_ALWAYS, kept, (b"content-security-policy", policy), *extra]


async def send_body(send: Send, body: bytes) -> None:
    """Send a whole body of JSON."""
    await send({"type": "http.response.start", "status": 200, "headers": headers(JSON, len(body))})
    await send({"type": "http.response.body", "body": body})


async def send_document(
    send: Send, body: bytes, *, media: bytes, policy: bytes, kept: Header = _NOT_KEPT, extra: Iterable[Header] = ()
) -> None:
    """Send something for a browser to show, with the policy of what it may do."""
    found = headers(media, len(body), policy=policy, kept=kept, extra=extra)
    await send({"type": "http.response.start", "status": 200, "headers": found})
    await send({"type": "http.response.body", "body": body})


async def send_unchanged(send: Send, *, policy: bytes, kept: Header, extra: Iterable[Header]) -> None:
    """Say that what a browser has is still right."""
    found = headers(policy=policy, kept=kept, extra=extra)
    await send({"type": "http.response.start", "status": 304, "headers": found})
    await send({"type": "http.response.body", "body": b""})


async def start_lines(send: Send) -> None:
    """Begin an answer of JSON lines."""
    await send({"type": "http.response.start", "status": 200, "headers": headers(LINES)})


async def send_problem(send: Send, problem: Problem, receive: Receive | None = None) -> None:
    """Send a problem; with `receive`, of a request whose body has not been read to its end.

    What a client still sends is read on for a moment: were the connection closed at once, it would see that it is
    broken, and not the answer.
    """
    body = orjson.dumps(problem.content())
    extra = list(problem.headers)
    if receive is not None and (b"connection", b"close") not in extra:
        extra.append((b"connection", b"close"))
    found = headers(MEDIA_TYPE, len(body), extra=extra)
    await send({"type": "http.response.start", "status": problem.status, "headers": found})
    await send({"type": "http.response.body", "body": body, "more_body": receive is not None})
    if receive is not None:
        await _read_on(receive)
        await send({"type": "http.response.body", "body": b""})


async def _read_on(receive: Receive) -> None:
    n_bytes = 0
    try:
        async with asyncio.timeout(_SECONDS_READ_ON):
            while n_bytes < _BYTES_READ_ON:
                message = await receive()
                n_bytes += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
