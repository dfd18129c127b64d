"""Who replies: to whom somebody has just spoken, and not whoever spoke."""

from __future__ import annotations

import re
from bisect import bisect_left

from stancekit.text.attribution.people import People
from stancekit.text.attribution.persons import Speaker

# "she replied", but not "she replied to critics"
_REPLIES = re.compile(
    r"(?:[Hh]e|[Ss]he) (?:then |only |simply |quickly )?(?:replied|answered|responded|retorted)\b(?! to\b)"
)
_BEFORE = ("” ", '" ', "’ ", ". ", "\n")  # not "Asked why, he replied"
_ADDRESSING = (" told ", " asked ", " reminded ", " warned ", " assured ")
_NEAR = 250  # characters back to whoever was spoken to


def replying(text: str, people: People, last: Speaker | None, pronoun: str, at: int) -> Speaker | None:
    """Say who replies, where one person spoke to another: "Lee told Ann Kern. “No,” she replied.".

    Parameters
    ----------
    text : str
        The article.
    people : People
        Its people.
    last : Speaker or None
        Whoever spoke last.
    pronoun : str
        "he" or "she", or another pronoun.
    at : int
        Where it stands.
    """
    if last is None or last.kind != "person":
        return None
    if not text.endswith(_BEFORE, 0, at) or _REPLIES.match(text, at) is None:
        return None
    other = _addressed(text, people, at)
    if other is None or other.name == last.name:
        return None
    sex = people.likely_sex(other)
    if sex != pronoun and (sex is not None or people.likely_sex(last) == pronoun):
        return None
    return people.tell_sex(other, pronoun)


def _addressed(text: str, people: People, at: int) -> Speaker | None:
    """Say to whom somebody has spoken right before a place."""
    i = bisect_left(people.starts, at) - 1
    if i not in people.known or at - people.starts[i] > _NEAR:
        return None
    return people.named(i) if text.endswith(_ADDRESSING, 0, people.mentions[i].start) else None
