"""Headlines that tell who says what: "Electoral chief: No vote on Sunday", "Fares to rise in May – drivers"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.descriptions import head_of
from stancekit.text.attribution.namewords import OFFICES, PLACES
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES
from stancekit.text.attribution.verbs import word_set

_LONGEST = 170  # characters
_MOST_WORDS = 24
_CLOSED = frozenset(".!?…:;,")
# "UPDATE 3-Explosion halts output"
_PREFIX = re.compile(r"(?:[A-Z]{3,}(?: \d)?\s?[-–—]\s?(?=[A-Z])|(?:BREAKING|EXCLUSIVE|UPDATE|WATCH|LIVE): )")
_WHO = r"(?P<who>[^,;:“”\"–—\n]{3,60}?)"
_DASHED = re.compile(rf"(?P<said>[^\n]{{8,140}}?)\s(?:-|–|—)\s{_WHO}$")
_FIRST = re.compile(rf"{_WHO}: (?P<said>[^\n]{{6,140}})$")
_LAST = re.compile(rf"(?P<said>[^\n]{{8,140}}): {_WHO}$")
_SAYING = re.compile(
    rf"(?P<said>[^\n]{{8,140}}?), {_WHO} (?:[Ss]ays?|[Ss]aid|[Tt]ells? (?:[\w’'-]+ ?){{1,4}}|"
    rf"[Tt]old (?:[\w’'-]+ ?){{1,4}}|[Ww]arns?|"
    r"[Aa]ffirms?|[Ii]nsists?|[Cc]laims?|[Vv]ows?|[Pp]ledges?|[Aa]rgues?|[Ss]tresse[sd]|[Cc]onfirms?|[Rr]eveals?|[Aa]nnounces?|"
    r"[Aa]dmits?|[Ff]inds?|[Dd]eclares?|[Rr]eiterates?|[Rr]eports?)$"
)
# "Sanctions are inhumane, says UN expert"
_SAID_BY = re.compile(
    rf"(?P<said>[^\n]{{8,140}}?), (?:says?|said|warns?|affirms?|insists?|claims?|vows?|pledges?|argues?|stresse[sd]|"
    rf"confirms?|reveals?|announces?|admits?|finds?|declares?|reiterates?|reports?) {_WHO}$"
)
_PLACE = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?: (?=[A-Z])")
_TO_WHOM = re.compile(r" (?:to|tells|in|on|at) .*$")
# Behind these in a headline the article goes on by itself.
_BACKGROUND = re.compile(
    r"\s(?:as (?!a |an |the |it |part |well |if |though |long |soon |[\w’'-]+$|[\w’'-]+ [\w’'-]+$)|amid |amidst |"
    r"[–—-] |"
    r"(?:\d+|[a-z]+) (?:minutes|hours|days|weeks|months|years) (?:before|after) |(?:minutes|hours|days|weeks|months) "
    r"(?:before|after) )"
)
_AFTER = re.compile(r"\s(?:after|before|ahead of|following|despite|over) ")
_NO_AS = word_set(
    """
    call describe label brand dub reject dismiss hail praise condemn slam denounce blast welcome defend refer name
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a headline reports, and who says it: two spans, and whether the speaker is only described."""

    start: int
    end: int
    who_start: int
    who_end: int


def is_line(text: str, start: int, end: int) -> bool:
    """Tell whether a sentence is a whole line that no stop ends, with more text behind it in another."""
    if end - start > _LONGEST or (
        start and text[start - 1] not in "\n*-•–" and text[start - 2 : start - 1] not in ("*", "-", "•")
    ):
        return False
    if text[end - 1] in _CLOSED:
        return False
    return len(text[start:end].split()) <= _MOST_WORDS


def find_said(text: str, start: int, end: int) -> Said | None:
    """Find what a headline reports behind or before who says it."""
    if (prefix := _PREFIX.match(text, start, end)) is not None:
        start = prefix.end()
    for pattern in (_FIRST, _LAST, _DASHED, _SAYING, _SAID_BY):
        match = pattern.match(text, start, end)
        if (
            match is None
            or not _speaks(match["who"], may_be_body=pattern is not _FIRST)
            or len(match["said"].split()) < 2
        ):
            continue
        who = match["who"]
        stop = _TO_WHOM.search(who)
        who_end = match.end("who") - (len(who) - stop.start() if stop is not None else 0)
        place = _PLACE.match(match["said"])
        return Said(
            start=match.start("said") + (place.end() if place is not None else 0),
            end=match.end("said"),
            who_start=match.start("who"),
            who_end=who_end,
        )
    return None


def _speaks(who: str, *, may_be_body: bool) -> bool:
    """Tell whether the words for who says it end with an office, a calling or, behind what is said, a body."""
    words = _TO_WHOM.sub("", who).replace("’s", "").replace("'s", "").split()
    if not words or len(words) > 6:
        return False
    last = head_of(" ".join(words)) if " of " in who else words[-1].lower()
    one = last.removesuffix("s")
    if one in ("focus", "headline", "photo", "video", "note"):
        return False
    if last in OFFICES or is_person(last) or is_person(one) or one in OFFICES:
        return last not in PLACES
    return may_be_body and (
        last in VOICES or last in DOCUMENTS or last in ("sources", "source", "officials", "poll", "survey")
    )


def headline_end(text: str, lemma: str, *, is_clause: bool, start: int, limit: int) -> int:
    """Give where what a headline reports ends: "tells MPs spills were too many as row over bonus deepens"."""
    if (background := _BACKGROUND.search(text, start, limit)) is not None:
        is_as = text.startswith("as ", background.start() + 1)
        if not (is_as and lemma in _NO_AS):
            limit = background.start()
    if is_clause or lemma in _NO_AS:
        return limit
    after = _AFTER.search(text, start, limit) if lemma in ("call", "urge", "warn", "ask", "demand", "vow") else None
    return limit if after is None else after.start()
