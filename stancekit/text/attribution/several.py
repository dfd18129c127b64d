"""Subjects that list several: "France, Germany and Italy said", "the minister of industry, mining and trade"."""

from __future__ import annotations

import re

from stancekit.text._words import Words
from stancekit.text.attribution.breaks import last_break
from stancekit.text.attribution.namewords import OFFICES, PLACES
from stancekit.text.attribution.openings import PLACE_FIRST
from stancekit.text.attribution.reporting import VOICES

_LIST_ITEM = re.compile(r"(?<![\w.])((?:[Tt]he )?(?:[A-Z][\w.]+ )?[A-Z][\w.]+), $")
# A person of a list: "Foreign Minister Ann Lee"
_PERSON_ITEM = re.compile(r"(?:(?:[A-Z][\w’'-]+|[A-Z]\.|al|bin|de|van|von) ){1,5}[A-Z][\w’'-]+")
_PERSON_LAST = re.compile(r"(?:and )?[A-Z][\w’'-]*\.?(?: (?:[A-Z][\w’'-]*\.?|al|bin|de|van|von))+(?: and [A-Z].*)?")
# "diplomats from Norway, Sweden and Denmark"
_FROM_ENDS = ("from ", "of ", "for ", "both ", "the ")
_FROM = re.compile(r"(?:[Tt]he |[Aa]n? )?(?:[\w-]+ ){1,4}(?:from|of|for) (?:both )?(?:the )?$")
# "the minister of industry", before a comma and more that is in the minister's charge.
_DUTIES = re.compile(r"\b(?P<office>[\w-]+) (?:of|for) (?:the )?(?P<first>\w)[\w-]*(?: [\w-]+){0,2}$")
DETERMINERS = ("the ", "The ", "a ", "an ", "A ", "An ", "his ", "her ", "its ", "their ")
_MOST_DUTIES = 4


def list_start(text: str, table: Words, floor: int, start: int, end: int) -> int:
    """Go back over what stands before the last two of a list: "France, Germany and Italy said"."""
    is_last = text.startswith("and ", start)
    if is_last and text[start:end].rsplit(" ", 1)[-1].lower() in PLACES:
        return _countries_start(text, floor, start)  # "Chile, Peru, and Bolivia"
    if not is_last and " and " not in text[start:end]:
        return start
    if (first := _persons_start(text, table, floor, start, end)) < start or is_last:
        return first
    if (office := _office_start(text, table, floor, start, end)) >= 0:
        return office
    start = _countries_start(text, floor, start)
    if not text.endswith(_FROM_ENDS, floor, start):
        return start
    whose = last_break(text, table, floor, start)
    whose += len(text[whose:start]) - len(text[whose:start].lstrip())
    return start if _FROM.match(text, whose, start) is None else whose


def _persons_start(text: str, table: Words, floor: int, start: int, end: int) -> int:
    """Go back over persons with a comma behind each: "Ann Lee, Bo Kern and Jan Roos said"."""
    if _PERSON_LAST.fullmatch(text, start, end) is None:
        return start
    first = start
    while text.endswith(", ", floor, first):
        stop = first - len(", ")
        at = last_break(text, table, floor, stop)
        at += len(text[at:stop]) - len(text[at:stop].lstrip())
        if _PERSON_ITEM.fullmatch(text, at, stop) is None or _is_no_person(text[at:stop].split()):
            break
        first = at
    return first


def _is_no_person(words: list[str]) -> bool:
    return words[0] in PLACE_FIRST or words[-1].lower() in PLACES or words[-1].lower() in OFFICES


def _countries_start(text: str, floor: int, start: int) -> int:
    """Go back over countries with a comma behind each."""
    while (item := _LIST_ITEM.search(text, max(floor, start - 30), start)) is not None:
        if item[1].split()[-1].lower() not in PLACES or item.start() >= start:
            break
        start = item.start(1)
    return start


def _office_start(text: str, table: Words, floor: int, start: int, end: int) -> int:
    """Go back over what somebody is in charge of: "the minister of industry, mining and trade"; -1 where nobody is."""
    last = text[start:end].rsplit(" ", 1)[-1].lower()
    if text.startswith(DETERMINERS, start) or last in OFFICES or last in VOICES:
        return -1
    at = start
    for _ in range(_MOST_DUTIES):
        if not text.endswith(", ", floor, at):
            return -1
        stop = at - len(", ")
        at = last_break(text, table, floor, stop)
        at += len(text[at:stop]) - len(text[at:stop].lstrip())
        whole = _DUTIES.search(text, at, stop)
        if whole is not None and (whole["office"].lower() in OFFICES or whole["office"].lower() in VOICES):
            return at if whole["first"].isupper() == text[start].isupper() else -1
    return -1
