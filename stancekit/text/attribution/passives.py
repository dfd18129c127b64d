"""Passives that name who speaks: "were told by the guards to wait", "was accused by Lee of fraud"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.reporting import DAY
from stancekit.text.attribution.verbs import AS, ASK, CLAUSE, FRAMES, JUDGE, LOOSE, word_set

# Verbs that tell somebody something, and what they are told by "to" or by a clause.
TOLD = word_set(
    """
    tell ask advise urge warn order instruct inform remind notify assure promise invite encourage request direct command
    beg beseech implore exhort counsel challenge press
    """
)
# By these nobody acts: "by phone", "by law".
NO_AGENT = r"(?!\w+ing\b|(?:tele)?phone\b|e-?mail\b|letter\b|text\b|video\b|law\b)"
_WHO = rf"(?P<who>{NO_AGENT}[^,;:“”\"]{{2,90}}?)"
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
    if by is None or is_by_thing(text, at, end):
        return None
    return Told(start=by.start("who"), end=by.end("who"), right=by.end(), has_that=by["that"].startswith(" that"))


def made_known(text: str, floor: int, at: int, end: int, limit: int) -> tuple[int, Told] | None:
    """Find "it was" before a verb and who made it known behind it, and where the phrase begins."""
    before = _IT_WAS.search(text, max(floor, at - 40), at)
    by = None if before is None else _BY_OR_FROM.match(text, end, limit)
    if before is None or by is None:
        return None
    return before.start(), Told(start=by.start("who"), end=by.end("who"), right=by.end(), has_that=False)


# Whom somebody tells something, and that it is so.
_INFORMED = word_set("tell inform assure remind notify reassure warn advise instruct caution promise")
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
    rf"\sby {_WHO}"
    r"(?P<aside>, [^,;:“”\"]{2,80},)? (?<!\band )(?<!\bor )"
    r"(?P<how>that|not to|to|of|for|on|against|about) "
)
_BY_THAT = re.compile(
    rf"\sby {_WHO}"
    r"(?P<aside>, [^,;:“”\"]{2,80},)? (?<!\band )(?<!\bor )(?P<how>that) (?!took\b|occurred\b|happened\b|came\b|is\b|"
    r"was\b|"
    r"are\b|were\b|has\b|had\b|have\b)"
)
# What encourages without words: "encouraged by his commitment to".
_BY_THINGS = re.compile(
    r"\sby (?:the |this |that |his |her |its |their |our |such |recent )?(?:[\w’'-]+ ){0,2}?(?:commitment|progress|"
    r"fact|efforts?|"
    r"developments?|results?|signs?|success|decisions?|initiatives?|steps?|response|support|willingness|example|outcome|"
    r"readiness|determination|desire)(?= (?:of|to|made|that|in|for|towards?|shown|being)\b|[,.;])"
)
_LAST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWhom:
    """Who says by a passive, where it ends, and what follows it."""

    start: int
    end: int
    stop: int
    frame: str


def is_by_thing(text: str, at: int, end: int) -> bool:
    """Tell whether what encourages or reminds somebody is no words: "encouraged by the progress made"."""
    return _BY_THINGS.match(text, at, end) is not None


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
    if is_by_thing(text, at, end):
        return None
    match = _BY_THAT.match(text, at, end) if lemma in _INFORMED else None
    match = match or _BY.match(text, at, end)
    frame = None if match is None else _frame(lemma, match["how"])
    if match is None or frame is None:
        return None
    stop = match.start("how") - 1 if frame in (CLAUSE, ASK) else match.end("how")
    return ByWhom(start=match.start("who"), end=match.end("who"), stop=stop, frame=frame)


_BY_LAST = re.compile(
    r"\s(?P<how>as|for|of|on|against) (?P<what>[^,;:]{2,120}?) by "
    rf"(?P<who>{NO_AGENT}[^,;:“”\"]{{2,60}}?)"
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
        return CLAUSE if lemma in _INFORMED else None
    if how in ("to", "not to"):
        return ASK if lemma in _ASKED else None
    return JUDGE if lemma in _JUDGED.get(how, ()) else None
