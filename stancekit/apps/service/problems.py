"""Errors of the service as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stancekit.errors import place

MEDIA_TYPE = b"application/problem+json"
_URN = "urn:stancekit:problem:"

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem: its status and its title."""

    status: int
    title: str


KINDS = {
    "malformed-json": Kind(status=400, title="The body is not JSON"),
    "not-found": Kind(status=404, title="There is nothing at this address"),
    "method-not-allowed": Kind(status=405, title="The method is not allowed here"),
    "too-slow": Kind(status=408, title="The request came too slowly"),
    "too-large": Kind(status=413, title="The request is too large"),
    "unsupported-media-type": Kind(status=415, title="The media type is not supported"),
    "wrong-host": Kind(status=421, title="The service does not answer to this name"),
    "too-much": Kind(status=422, title="There is more than is allowed"),
    "invalid-input": Kind(status=422, title="A value is not what was asked for"),
    "internal": Kind(status=500, title="The service failed"),
    "busy": Kind(status=503, title="Too many requests at a time"),
    "out-of-time": Kind(status=503, title="The answer took too long"),
}
"""Every kind of problem, by the last part of its type."""


class Problem(Exception):
    """A request that is answered by an error.

    Parameters
    ----------
    kind : str
        One of `kinds`.
    detail : str
        What came, what was expected, what to do.
    row : int, optional
        The statement or the line it is about, from 0.
    field : str, optional
        The field it is about.
    headers : iterable of pairs of bytes
        Headers to send along.

    Examples
    --------
    >>> Problem("busy", "try again").content()["status"]
    503
    """

    kinds = KINDS

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        row: int | None = None,
        field: str | None = None,
        headers: Iterable[Header] = (),
    ) -> None:
        super().__init__(detail)
        self.kind = self.kinds[kind]
        self.type = _URN + kind
        self.detail = detail
        self.row = row
        self.field = field
        self.headers = tuple(headers)

    @property
    def status(self) -> int:
        """The status code."""
        return self.kind.status

    def content(self) -> dict[str, Any]:
        """Give the problem as an object of JSON; row and field where there are any."""
        content = {"type": self.type, "title": self.kind.title, "status": self.status, "detail": self.detail}
        found = {"row": self.row, "field": self.field}
        return content | {name: value for name, value in found.items() if value is not None}


def invalid(detail: str, *, row: int | None = None, field: str | None = None) -> Problem:
    """Build the problem of a value that is not what was asked for."""
    return Problem("invalid-input", detail, row=row, field=field)


def too_large(what: str, most: int, remedy: str) -> Problem:
    """Build the problem of a body, or a line of one, above the limit."""
    return Problem("too-large", f"{what} has more than {most:,} bytes; {remedy}")


def too_much(what: str, limit: str, remedy: str, *, row: int | None = None, field: str | None = None) -> Problem:
    """Build the problem of a field above a limit."""
    return Problem("too-much", f"{what}{place(row, field)} has more than {limit}; {remedy}", row=row, field=field)


def too_slow(what: str, seconds: float) -> Problem:
    """Build the problem of a client that does not send."""
    detail = f"{what} did not come within {seconds:g} seconds; send it again, and at once"
    return Problem("too-slow", detail, headers=[(b"connection", b"close")])


def busy(detail: str) -> Problem:
    """Build the problem of a service that has enough to do."""
    return Problem("busy", detail, headers=[(b"retry-after", b"1")])


def out_of_time(seconds: float) -> Problem:
    """Build the problem of work that takes too long."""
    detail = f"the answer was not there within {seconds:g} seconds; send less at a time, or try again later"
    return Problem("out-of-time", detail, headers=[(b"retry-after", b"5")])
