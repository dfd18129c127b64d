"""Names as they stand in an article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Mention:
    """A name as it stands in the text, from its title to its last word."""

    start: int
    name_start: int
    end: int
    name: str
    title: str | None
    honorific: str | None
