"""Texts that say something by themselves: "the Charter proclaims that", "a resolution calling for", "Article 24"."""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import word_set

# What States agree on or vote for: it says what it says, whoever had a hand in it.
_NOUN = (
    r"(?:[Cc]harter|[Cc]ovenant|[Rr]esolutions?|[Dd]eclaration|[Tt]reaty|[Tt]reaties|[Cc]onventions?|[Mm]andate|"
    r"[Pp]rotocol|[Aa]ccords?|[Aa]greements?|[Pp]reamble|[Pp]act|[Cc]onstitution|[Aa]mendment|[Mm]otion|"
    r"[Cc]ommuniqu[eé]|[Pp]rogramme of [Aa]ction|[Pp]lan of [Aa]ction|rules of procedure|[Dd]ocument|[Pp]aragraph)"
)
_PART = (
    r"(?:[Aa]rticle|[Pp]aragraph|[Ss]ection|[Cc]hapter|[Pp]rinciple) [\dIVX]+(?:,? paragraph \d+)?(?: \(\w+\))?,? of "
)
_NUMBER = r"(?: \d+)?(?: ?\([\w ]{1,12}\))?(?: \[[\w ()]{1,24}\])?"
_OF_WHAT = (
    r"(?:(?: (?:of|on|for|between) (?:the )?(?:[A-Z][\w’'-]*|\d+)(?:,? (?:of|on|and|the|[A-Z][\w’'-]*|\d+))*)"
    r"|(?: (?:of|on) (?:the |its |our )?[a-z][\w’'-]*(?: (?!which\b|that\b)[\w’'-]+){0,6}))?"
)
_PHRASE = re.compile(
    rf"(?<![\w’'-])(?P<what>(?:{_PART}(?:the |its )?|(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|[Tt]his|[Tt]hat|[Tt]hese|"
    rf"[Oo]ur|[Ss]everal|[Tt]wo|[Mm]any) )?"
    rf"(?:(?:[A-Z][\w’'-]*|draft|joint|final|first|second|third|new|peace|[a-z]+al|[a-z]+ic|"
    rf"[a-z]+ive) ){{0,5}}{_NOUN}{_NUMBER}{_OF_WHAT})"
    r"(?P<aside>, (?:adopted|signed|concluded|approved|issued|proclaimed|held|as amended|"
    r"whose text)[^,;:“”\"]{0,80}| (?:adopted|"
    r"signed|concluded|approved) (?:by|in|at|on|here)[^,;:“”\"]{2,80})?$"
)
_ANYWHERE = re.compile(_PHRASE.pattern.partition("(?P<aside>")[0])
# What such texts do by themselves; by "that" they do more.
TEXTS_SAY = word_set(
    """
    call demand urge condemn request proclaim declare state affirm reaffirm provide prescribe stipulate recommend
    deplore accuse criticize criticise invite appeal assert say read ask note warn denounce reject welcome
    """
)
# By these somebody puts his own words into a text.
_ISSUED = re.compile(
    r"\b(?:submit|propos|draft|sponsor|tabl|present|introduc|issu|releas|publish|circulat|prepar|distribut|deliver|"
    r"put forward|put|sent|sen|wrote|mad|mak|has|have|had)(?:ed|ted|es|s|e|d|ing|ting)?\s(?:an?\s|the\s|its\s|"
    r"their\s)?$"
)
_LONGEST = 240
_NOUNS = re.compile(rf"\b{_NOUN}\b")


def text_before(text: str, floor: int, end: int) -> tuple[int, int] | None:
    """Find the phrase that ends at a place and names such a text.

    Examples
    --------
    >>> words = "They recalled Article 24 of the Charter"
    >>> words[slice(*text_before(words, 0, len(words)))]
    'Article 24 of the Charter'
    """
    low = max(floor, end - _LONGEST)
    if _NOUNS.search(text, low, end) is None:
        return None
    found = _PHRASE.search(text[low:end])
    return None if found is None else (low + found.start("what"), low + found.end("what"))


def text_within(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Find the last phrase between two places that names such a text.

    Examples
    --------
    >>> words = "We turn to the Covenant and to Article 2 of the Charter, and I quote:"
    >>> words[slice(*text_within(words, 0, len(words)))]
    'Article 2 of the Charter'
    """
    start = max(start, end - _LONGEST)
    if _NOUNS.search(text, start, end) is None:
        return None
    found = [match.span("what") for match in _ANYWHERE.finditer(text, start, end)]
    return found[-1] if found else None


def is_issued(text: str, floor: int, start: int) -> bool:
    """Tell whether somebody speaks by such a text: "submitted a draft resolution", not "adopted a resolution".

    Examples
    --------
    >>> is_issued("Norway tabled a motion", 0, 14), is_issued("They passed a motion", 0, 12)
    (True, False)
    """
    return _ISSUED.search(text, floor, max(floor, start)) is not None


def names_text(phrase: str) -> bool:
    """Tell whether a phrase is the name of such a text.

    Examples
    --------
    >>> names_text("the Charter of the United Nations"), names_text("Charter 77 spokesman")
    (True, False)
    """
    found = _PHRASE.search(phrase)
    return found is not None and found.start() == 0
