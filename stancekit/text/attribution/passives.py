"""Whom a passive verb names as the one who speaks: "were told by the guards to wait"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.reporting import DAY, word_set

# Verbs that tell somebody something, and what they are told by "to" or by a clause.
TOLD = word_set(
    """
    tell ask advise urge warn order instruct inform remind notify assure promise invite encourage request direct command
    beg beseech implore exhort counsel challenge press
    """
)
_WHO = r"(?P<who>(?!\w+ing\b|(?:tele)?phone\b|e-?mail\b|letter\b|text\b|video\b|law\b)[^,;:“”\"]{2,90}?)"
_DAY = rf"(?: (?:(?:late |early |earlier )?on {DAY}|yesterday|today|earlier|last \w+|this \w+|in \d{{4}}))?"
_TOLD_BY = re.compile(
    rf"{_DAY} by {_WHO}{_DAY}(?<! and)(?P<that> that | (?=(?:not |never )?to [a-z]|whether |if |why |how |when |where |"
    r"what |who |about ))"
)
# What is made known, behind it: "Exports rose, it was announced by the bank".
MADE_KNOWN = word_set("announce report confirm disclose reveal claim state say learn understand allege explain note")
_IT_WAS = re.compile(r"(?:^|,) ?(?:as |so )?it (?:was|is|has been|had been) (?:\w+ly |also |later |further )?$")
_BY_OR_FROM = re.compile(rf"{_DAY} (?:by|from) {_WHO}(?=,|\.?\s*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who told somebody something: the span of the name, and where what was told begins, after "that" if it stands."""

    start: int
    end: int
    right: int
    has_that: bool


def told_to(text: str, at: int, end: int) -> Told | None:
    """Find who told it after a passive verb that ends at a place: "was warned by the guards that"."""
    by = _TOLD_BY.match(text, at, end)
    if by is None:
        return None
    return Told(start=by.start("who"), end=by.end("who"), right=by.end(), has_that=by["that"].startswith(" that"))


def made_known(text: str, floor: int, at: int, end: int, limit: int) -> tuple[int, Told] | None:
    """Find "it was" before a verb and who made it known behind it, and where the phrase begins."""
    before = _IT_WAS.search(text, max(floor, at - 40), at)
    by = None if before is None else _BY_OR_FROM.match(text, end, limit)
    if before is None or by is None:
        return None
    return before.start(), Told(start=by.start("who"), end=by.end("who"), right=by.end(), has_that=False)
