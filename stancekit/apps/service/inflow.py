"""Lines of a body as they come in, in bounded memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import orjson
from starlette.types import Receive

from stancekit.apps.service.bodies import Gone, check_text, fields_of, parse
from stancekit.apps.service.limits import Limits
from stancekit.apps.service.problems import Problem, invalid, too_large, too_slow
from stancekit.errors import place

_AT_A_TIME = 65_536  # bytes of lines that are worked on together
_FIELDS = frozenset({"text", "id"})


class Inflow:
    """Take lines out of a body while it comes in.

    The body is read on while nobody takes lines, up to its limit: a client that sends everything before it reads
    would otherwise wait for a service that waits for it.

    Parameters
    ----------
    receive : callable
        Where the body comes from.
    limits : Limits
        Bytes held at most, and seconds for a line.
    """

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive = receive
        self._limits = limits
        self._held = bytearray()
        self._n_searched = 0  # bytes held in which no line ends
        self._has_ended = False
        self._is_gone = False
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()

    async def read(self) -> None:
        """Read the body to its end."""
        while not self._has_ended and not self._is_gone:
            while len(self._held) > self._limits.body_bytes:
                self._taken.clear()
                await self._taken.wait()
            message = await self._receive()
            self._is_gone = message["type"] == "http.disconnect"
            self._held += message.get("body", b"")
            self._has_ended = not message.get("more_body", False)
            self._arrived.set()

    async def lines(self) -> list[bytes]:
        """Give the next lines; none where there are no more.

        Raises
        ------
        Problem
            When no whole line comes in time, or a line is too long.
        Gone
            When the client leaves.
        """
        try:
            async with asyncio.timeout(self._limits.seconds):
                while (lines := self._whole_lines()) is None:
                    self._arrived.clear()
                    await self._arrived.wait()
                return lines
        except TimeoutError:
            raise too_slow("a whole line", self._limits.seconds) from None

    def _whole_lines(self) -> list[bytes] | None:
        if self._is_gone:
            raise Gone
        end = self._next_end()
        if not end and self._has_ended:
            end = len(self._held)
        # A line that is longer than what is taken at a time stands alone.
        if (end or len(self._held)) > max(self._limits.body_bytes, _AT_A_TIME):
            raise too_large("a line", self._limits.body_bytes, "send one object in each line")
        if not end:
            return [] if self._has_ended else None
        piece = bytes(self._held[:end])
        del self._held[:end]
        self._n_searched = 0
        self._taken.set()
        return piece.removesuffix(b"\n").split(b"\n")

    def _next_end(self) -> int:
        """Give where the lines to take end, 0 where none is whole; a long line is not searched again as it grows."""
        start = self._n_searched
        end = self._held.rfind(b"\n", start, _AT_A_TIME) + 1 or self._held.find(b"\n", max(start, _AT_A_TIME)) + 1
        if not end:
            self._n_searched = len(self._held)
        return end


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Statements of some lines, up to the first line that is none.

    Attributes
    ----------
    texts : list of str
        The statements.
    ids : list of str, int or None
        What they are called, None for those without a name; empty where none has one.
    problem : Problem or None
        What is wrong with the line after them.
    """

    texts: list[str]
    ids: list[str | int | None]
    problem: Problem | None = None


def read_rows(lines: list[bytes], limits: Limits, first_row: int = 0) -> Rows:
    """Read lines with an object each: a `text`, and an `id` or none.

    Examples
    --------
    >>> rows = read_rows([b'{"text": "Lift them.", "id": 7}', b'{"text": null}'], Limits())
    >>> rows.texts, rows.ids, rows.problem.row
    (['Lift them.'], [7], 1)
    """
    return _quickly(lines, limits) or _one_by_one(lines, limits, first_row)


def _quickly(lines: list[bytes], limits: Limits) -> Rows | None:
    """Read many lines by one call of the parser; None where anything is unusual.

    A line break cannot stand within a string of JSON, every line begins and ends with a brace, and there are no others,
    so that each line is one whole object, or the parser refuses.
    """
    body = b"\n,".join(lines)
    has_others = body.count(b"{") != len(lines) or body.count(b"}") != len(lines)
    if has_others or any(line[:1] != b"{" or line.rstrip()[-1:] != b"}" for line in lines):
        return None
    try:
        rows = orjson.loads(b"[%b]" % body)
        texts = [row["text"] for row in rows]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    # Of a key that comes twice the parser takes the last.
    repeats = body.count(b'"text"') > len(rows) or body.count(b'"id"') > sum("id" in row for row in rows)
    if repeats or len(rows) != len(lines) or set(map(type, texts)) != {str} or max(map(len, texts)) > limits.characters:
        return None
    if set(map(len, rows)) == {1}:
        return Rows(texts=texts, ids=[])
    if not all(len(row) == 1 or (len(row) == 2 and "id" in row) for row in rows):
        return None
    ids = [row.get("id") for row in rows]
    return Rows(texts=texts, ids=ids) if set(map(type, ids)) <= {str, int, type(None)} else None


def _one_by_one(lines: list[bytes], limits: Limits, first_row: int) -> Rows:
    texts: list[str] = []
    ids: list[str | int | None] = []
    for row, line in enumerate(lines, first_row):
        try:
            if not line.strip():
                raise invalid(f"row {row} is blank; send one object in each line", row=row)
            found = fields_of(parse(line, row), _FIELDS, row)
            ids.append(_check_id(found.get("id"), row))
            texts.append(check_text(found["text"], limits.characters, row=row))
        except Problem as problem:
            return Rows(texts=texts, ids=ids[: len(texts)], problem=problem)
    return Rows(texts=texts, ids=ids)


def _check_id(value: object, row: int) -> str | int | None:
    if value is None or type(value) is int or type(value) is str:
        return value
    detail = f"expected a text or a whole number of at most 64 bits{place(row, 'id')}, got {type(value).__name__}"
    raise invalid(detail, row=row, field="id")
