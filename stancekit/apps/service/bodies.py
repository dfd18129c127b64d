"""The bodies of requests: read within their limits, parsed, and checked field by field."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope

from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import Problem, invalid, too_large, too_much, too_slow
from stancekit.errors import InvalidInputError, place
from stancekit.text.checks import check_statement

JSON_TYPES = frozenset({b"application/json"})
_NAMES = (b"text", b"id", b"speaker", b"document")  # the fields of requests
LINES_TYPES = frozenset({b"application/x-ndjson", b"application/jsonl", b"application/x-jsonlines"})

_SPLIT = "a statement is a sentence or two: split longer texts, or send an article to /v1/analyze"


class Gone(Exception):
    """The client has closed the connection."""


def media_type(headers: Mapping[bytes, bytes], expected: Collection[bytes]) -> bytes:
    """Give the media type of a body, one of those that are expected.

    Raises
    ------
    Problem
        On any other, and on any encoding but UTF-8 that is not packed.
    """
    media, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
    media = media.strip()
    if media not in expected:
        raise _unsupported("the content type", media, b" or ".join(sorted(expected)))
    charset = parameters.replace(b" ", b"").replace(b'"', b"")
    if charset.startswith(b"charset=") and charset not in {b"charset=utf-8", b"charset=utf8"}:
        raise _unsupported("the charset", charset.removeprefix(b"charset="), b"utf-8")
    packed = headers.get(b"content-encoding", b"identity").strip().lower()
    if packed != b"identity":
        raise _unsupported("the content encoding", packed, b"identity: send the body as it is")
    return media


def _unsupported(what: str, got: bytes, expected: bytes) -> Problem:
    detail = f"{what} is {got.decode('latin-1')[:80]!r}; expected {expected.decode('latin-1')}"
    return Problem("unsupported-media-type", detail)


async def read_body(
    headers: Mapping[bytes, bytes], receive: Receive, limits: Limits, remedy: str = "send less at a time"
) -> bytes:
    """Read a whole body.

    Parameters
    ----------
    headers, receive : mapping of bytes, callable
        The request.
    limits : Limits
        What it may ask.
    remedy : str
        What to do where the body is too large.

    Raises
    ------
    Problem
        When it is too large, or does not come in time.
    Gone
        When the client leaves.
    """
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:18]) > limits.body_bytes:
        raise too_large("the body", limits.body_bytes, remedy)
    try:
        async with asyncio.timeout(limits.seconds):
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            body = bytearray(message.get("body", b""))
            if message.get("more_body", False):
                await _read_on(body, receive, limits.body_bytes)
    except TimeoutError:
        raise too_slow("the body", limits.seconds) from None
    if len(body) > limits.body_bytes:
        raise too_large("the body", limits.body_bytes, remedy)
    return bytes(body)


async def _read_on(body: bytearray, receive: Receive, most: int) -> None:
    """Read the rest of a body, until it is whole or too large."""
    while len(body) <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return


def parse(body: bytes, row: int | None = None) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Parse JSON.

    Parameters
    ----------
    body : bytes
        A document of JSON in UTF-8.
    row : int, optional
        The line that it is.

    Raises
    ------
    Problem
        On anything that is no JSON; NaN and lone surrogates are named by row and field.

    Examples
    --------
    >>> parse(b'{"text": "Lift them."}')
    {'text': 'Lift them.'}
    """
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _why_not(body, str(error), row) from None
    # The parser takes the last of two values; only where a name stands there twice it may be a key twice.
    if isinstance(found, dict) and any(body.count(b'"%s"' % name) > 1 for name in _NAMES):
        try:
            json.loads(body, object_pairs_hook=lambda pairs: _each_once(pairs, row))
        except (RecursionError, ValueError) as error:  # this parser takes less depth, and shorter numbers
            raise _why_not(body, str(error), row) from None
    return found


def _each_once(pairs: list[tuple[str, Any]], row: int | None) -> dict[str, Any]:
    """Refuse an object with a key that comes more than once."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise invalid(f"the key {name!r} comes more than once{place(row)}; send each once", row=row, field=name)
        found[name] = value
    return found


def _why_not(body: bytes, said: str, row: int | None) -> Problem:
    """Find out what is wrong with a body that the quick parser refuses, by one that takes more."""
    malformed = Problem("malformed-json", f"not JSON{place(row)}: {said}; send one object", row=row)
    try:
        return _odd_value(json.loads(body.decode("utf-8")), row) or malformed
    except UnicodeDecodeError as error:
        detail = f"byte 0x{body[error.start]:02x} at offset {error.start}{place(row)} is not UTF-8; send UTF-8"
        return Problem("malformed-json", detail, row=row)
    except (RecursionError, ValueError):
        return malformed


def _odd_value(value: object, row: int | None = None, field: str | None = None) -> Problem | None:
    if isinstance(value, dict):
        return _first(_odd_value(one, row, str(name)) for name, one in value.items())
    if isinstance(value, list):
        return _first(_odd_value(one, number if row is None else row, field) for number, one in enumerate(value))
    if isinstance(value, float) and not math.isfinite(value):
        name = "NaN" if math.isnan(value) else "Infinity"
        detail = f"{name}{place(row, field)} is no JSON; use '' for an empty statement, or drop the row"
        return invalid(detail, row=row, field=field)
    if isinstance(value, str):
        try:
            _statement(value, row, field)
        except Problem as problem:
            return problem
    return None


def _first(problems: Iterable[Problem | None]) -> Problem | None:
    return next((problem for problem in problems if problem is not None), None)


def _statement(value: object, row: int | None, field: str | None) -> str:
    try:
        return check_statement(value, row=row, field=field)
    except InvalidInputError as error:
        raise invalid(str(error), row=row, field=field) from None


def fields_of(value: object, expected: Collection[str], row: int | None = None) -> dict[str, Any]:
    """Give an object with a `text` and no unknown field.

    Raises
    ------
    Problem
        On anything else.
    """
    if not isinstance(value, dict):
        raise invalid(f"expected an object with the field 'text'{place(row)}, got {_kind(value)}", row=row)
    for name in value:
        if name not in expected:
            detail = f"unknown field {_short(name)!r}{place(row)}; expected {sorted(expected)}"
            raise invalid(detail, row=row, field=_short(name))
    if "text" not in value:
        raise invalid(f"there is no field 'text'{place(row)}; expected {sorted(expected)}", row=row, field="text")
    return value


def check_text(value: object, most: int, remedy: str = _SPLIT, row: int | None = None) -> str:
    """Give the text of a field `text` back that is one and not too long.

    Parameters
    ----------
    value : object
        What stands in the field.
    most : int
        Characters that it may have.
    remedy : str
        What to do where it has more.
    row : int, optional
        The statement or the line it is about, from 0.

    Raises
    ------
    Problem
        On anything else.
    """
    text = _statement(value, row, "text")
    if len(text) > most:
        raise too_much("the text", f"{most:,} characters", remedy, row=row, field="text")
    return text


def check_texts(values: list[Any], limits: Limits) -> list[str]:
    """Give a list of texts back, neither too many nor too long; the first that is none is named by its row.

    Raises
    ------
    Problem
        On anything else.
    """
    if len(values) > limits.statements:
        remedy = "send fewer at a time, or JSON lines (application/x-ndjson), of which there may be any number"
        raise too_much("the list", f"{limits.statements:,} statements", remedy, field="text")
    # Two passes in C are quicker than a check of each.
    if values and (set(map(type, values)) != {str} or max(map(len, values)) > limits.characters):
        for row, value in enumerate(values):
            check_text(value, limits.characters, row=row)
    return values


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Give the headers of a request; of those that come twice, the last."""
    return dict(scope["headers"])


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."
