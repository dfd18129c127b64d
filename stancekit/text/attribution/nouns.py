"""Nouns that tell what somebody says: "Lee’s claim that", "an appeal by Chad for tents"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.reporting import DAY
from stancekit.text.attribution.verbs import ASK, CLAUSE, JUDGE, VOW, word_set

CLAIMED = "claim of"  # stands for the verb of a phrase that such a noun makes
# What is wanted by "for", whom one turns to by "to", and what one will do oneself.
_WANTING = word_set("call calls appeal appeals demand demands plea pleas request requests")
_TURNING = word_set("call calls appeal appeals plea pleas request requests")
_OWN_DOING = word_set("pledge pledges promise promises vow vows threat threats offer offers")
_WHOSE = re.compile(
    r"(?:\b(?P<who>(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts) "
    r"(?:(?:(?!(?:the|an?|his|her|its|their|to|of|by|with|from)\b)[\w.-]+ ){0,4}?[a-z][\w-]*|"
    r"(?:[A-Z][\w.-]* ){0,6}[A-Z][\w.-]*)|(?:[A-Z][\w.’'-]* ){0,6}[A-Z][\w.’-]*?)"
    r"(?:[’']s|(?<=s)[’'])) (?:[a-z-]+ ){0,2}$"
)
_THEN = re.compile(
    rf"(?: (?:made|issued|repeated|voiced))?(?: (?:on )?{DAY}| earlier| last \w+| this \w+| yesterday| today)? "
    r"(?P<link>that (?!(?:was|is|were|are|has|had|have|would|could|will|may|might|can|led|came|made|drew|"
    r"[a-z]+ed)\b)|for |"
    r"(?=(?:not )?to [a-z]))"
)
_BY = re.compile(
    r" (?:made |issued |voiced |put forward |advanced |given |offered |raised )?(?:by|"
    r"from) (?!\w+ing\b)(?P<who>(?:[Tt]he |an? |some |many |certain |several |[A-Z])[^,;:“”\"]{1,70}?) "
    r"(?P<link>that |for |(?=(?:not )?to [a-z]))"
)
_BY_FIRST = tuple(
    f" {done}{by} "
    for done in ("", "made ", "issued ", "voiced ", "put forward ", "advanced ", "given ", "offered ", "raised ")
    for by in ("by", "from")
)
_TO_WHOM_TO = re.compile(r"(?:not )?to (?:[^,;:“”\"]{2,60}? (?:not )?to )?[a-z]")
# What markets demand, and nobody by words.
_GOODS = re.compile(r"[a-z]+(?: and [a-z]+)?(?=[.,;]| (?:in|from|has|is|was|will|fell|rose|grew)\b)")
_GENITIVES = ("’s ", "'s ", "s’ ", "s' ")
_LONGEST = 110
# Where the content of a noun ends with which a sentence begins: at its verb.
_VERB = re.compile(
    r",\s|\s(?:is|was|are|were|has|had|have|will|would|came|drew|went|met|failed|fell|won|found|led|left|got|[a-z]{3,}ed)\s"
)
_COMMA = re.compile(
    r",\s(?!(?:and|or)? ?that\b|and (?:to|for)\b)(?:and|but|which|who|first|made|now|a|an|[a-z]+ing|[a-z]+ed|saying)\b"
)


_ANY_COMMA = re.compile(r",\s(?!(?:and|or)\b)(?=both |the |an? |he |she |it |they |[A-Z])|" + _COMMA.pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Whose claim a noun is: the span of the name, where the phrase begins, and where what is claimed begins."""

    left: int
    start: int
    end: int
    right: int
    frame: str
    has_that: bool


def find_claimed(text: str, low: str, floor: int, at: int, end: int, limit: int) -> Claimed | None:
    """Find who claims, demands or promises something by a noun, and what."""
    if text.startswith(_BY_FIRST, end):
        by = _BY.match(text, end, limit)
        return None if by is None else _claimed(text, low, at, by.span("who"), by)
    before = text[max(floor, at - _LONGEST) : at]
    is_owned = any(sign in before for sign in _GENITIVES)
    then = _THEN.match(text, end, limit) if is_owned else None
    whose = None if then is None else _WHOSE.search(before)
    if whose is None or then is None:
        return None
    shift = at - len(before)
    return _claimed(text, low, shift + whose.start(), (shift + whose.start("who"), shift + whose.end("who")), then)


def _claimed(text: str, low: str, left: int, who: tuple[int, int], link: re.Match[str]) -> Claimed | None:
    frame = _frame(text, low, link)
    if frame is None:
        return None
    return Claimed(left=left, start=who[0], end=who[1], right=link.end(), frame=frame, has_that=link["link"] == "that ")


def _frame(text: str, low: str, link: re.Match[str]) -> str | None:
    """Say what follows a noun; None where that is nothing said: "the call that came late", "his demand to sit"."""
    if link["link"] == "that ":
        return CLAUSE
    if link["link"] == "for ":
        return JUDGE if low in _WANTING and not (low == "demand" and _GOODS.match(text, link.end())) else None
    if low in _TURNING:
        return ASK if _TO_WHOM_TO.match(text, link.end()) else None
    return VOW if low in _OWN_DOING else None


def claimed_end(text: str, *, opens: bool, has_that: bool, start: int, limit: int) -> int:
    """Give where the content of a noun ends, which a sentence may open: "Lee’s pledge to resign, made in May, was"."""
    match = (_VERB if opens else _COMMA if has_that else _ANY_COMMA).search(text, start, limit)
    return limit if match is None else match.start()
