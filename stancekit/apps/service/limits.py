"""What one request may ask of the service, and what all of them together may."""

from __future__ import annotations

from dataclasses import dataclass, fields

from stancekit.errors import InvalidInputError

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may ask of the service, and what all of them together may.

    Attributes
    ----------
    body_bytes : int, default=8 MiB
        Bytes of a body of JSON; of JSON lines, bytes of one line, and of what is held while a client does not read.
    statements : int, default=10_000
        Statements in one body of JSON. Bodies of JSON lines may have any number.
    characters : int, default=200_000
        Characters of one statement or article.
    seconds : float, default=30
        Time for the head of a request, for its body, and again for the answer; of JSON lines, for each line.
    requests : int, default=64
        Requests at a time. Half of them may be such as take long.

    Raises
    ------
    InvalidInputError
        When one of them is below 1.

    Examples
    --------
    >>> Limits(seconds=5).statements
    10000
    """

    body_bytes: int = 8 * MEBIBYTE
    statements: int = 10_000
    characters: int = 200_000
    seconds: float = 30
    requests: int = 64

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not value >= 1:
                raise InvalidInputError(f"{one.name} must be at least 1, got {value!r}")

    @property
    def long_requests(self) -> int:
        """How many requests may wait for long work at a time, so that the others go on."""
        return max(1, self.requests // 2)
