"""Passives that name who says: "was told by the bank that", "were urged by doctors to", "was accused by Kern of"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.reporting import AS, ASK, CLAUSE, FRAMES, JUDGE, LOOSE, word_set

# Whom somebody tells something, and that it is so.
_TOLD = word_set("tell inform assure remind notify reassure warn advise instruct caution promise")
_ASKED = word_set(
    """
    urge ask advise beseech implore exhort request invite encourage instruct order beg command tell warn remind press
    challenge caution entreat summon
    """
)
_JUDGED = {
    "of": word_set("accuse warn remind assure inform notify"),
    "for": word_set(
        """
        criticize criticise condemn praise thank denounce hail slam blast applaud commend rebuke censure blame castigate
        chide upbraid berate scold lambaste salute chastise mock ridicule laud lambast fault
        """
    ),
    "on": word_set("congratulate compliment"),
    "against": word_set("warn caution advise"),
    "about": word_set("warn caution"),
}
_BY = re.compile(
    r"\sby (?P<who>(?!\w+ing\b)[^,;:“”\"]{2,90}?)(?P<aside>, [^,;:“”\"]{2,80},)? (?<!\band )(?<!\bor )"
    r"(?P<how>that|not to|to|of|for|on|against|about) "
)
_BY_THAT = re.compile(
    r"\sby (?P<who>(?!\w+ing\b)[^,;:“”\"]{2,90}?)(?P<aside>, [^,;:“”\"]{2,80},)? (?<!\band )(?<!\bor )(?P<how>that) "
)
_LAST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWhom:
    """Who says by a passive, where it ends, and what follows it."""

    start: int
    end: int
    stop: int
    frame: str


def by_whom(text: str, lemma: str, at: int, limit: int) -> ByWhom | None:
    """Find who speaks by a passive whose verb ends at a place.

    Examples
    --------
    >>> text = "Lee was told by the bank that rates would rise."
    >>> found = by_whom(text, "tell", 12, len(text))
    >>> text[found.start : found.end], text[found.stop :]
    ('the bank', ' that rates would rise.')
    """
    end = min(limit, at + _LAST)
    match = _BY_THAT.match(text, at, end) if lemma in _TOLD else None
    match = match or _BY.match(text, at, end)
    frame = None if match is None else _frame(lemma, match["how"])
    if match is None or frame is None:
        return None
    stop = match.start("how") - 1 if frame in (CLAUSE, ASK) else match.end("how")
    return ByWhom(start=match.start("who"), end=match.end("who"), stop=stop, frame=frame)


_BY_LAST = re.compile(
    r"\s(?P<how>as|for|of|on|against) (?P<what>[^,;:]{2,120}?) by (?P<who>(?!\w+ing\b)[^,;:“”\"]{2,60}?)"
    r"(?=[,.;]|\s*$| (?:on|in|at|after|who)\b)"
)


def by_last(text: str, lemma: str, at: int, limit: int) -> tuple[re.Match[str], str] | None:
    """Find who speaks by a passive behind what is said: "was praised for her courage by the bar", and its frame."""
    match = _BY_LAST.match(text, at, min(limit, at + _LAST))
    if match is None:
        return None
    if match["how"] == "as":
        return (match, JUDGE) if FRAMES.get(lemma) in (JUDGE, LOOSE, AS) else None
    frame = _frame(lemma, match["how"])
    return None if frame is None else (match, frame)


def _frame(lemma: str, how: str) -> str | None:
    """Give what follows a passive with such a preposition."""
    if how == "that":
        return CLAUSE if lemma in _TOLD else None
    if how in ("to", "not to"):
        return ASK if lemma in _ASKED else None
    return JUDGE if lemma in _JUDGED.get(how, ()) else None
