"""Speech that nobody in particular is said to utter: "It has been said that", "it was recommended that"."""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import word_set

IMPERSONAL = word_set(
    "say state argue claim announce suggest stress declare proclaim report note allege assert recommend propose "
    "contend emphasize emphasise observe point lay affirm reaffirm maintain remark charge tell advise inform assure "
    "estimate"
)
_IT_IS = re.compile(
    r"\b[Ii]t (?:is|was|(?:has|had) (?:(?:also|often|already|then|even|[a-z]+ly|in fact) )?been) "
    r"(?:(?:also|often|sometimes|already|then|now|again|even|in fact|[a-z]+ly) ){0,2}$"
)
# "We are told that"
_WE_ARE = re.compile(r"\b(?:[Ww]e|I) (?:are|am|were|was|have been) (?:also |often |now |[a-z]+ly )?$")
_TOLD = word_set("tell advise inform assure")
# "As has already been said in this Assembly, "
_AS_HAS = re.compile(
    r"\b[Aa]s (?:it )?(?:is|was|has|had)(?: (?:also|often|already|so|[a-z]+ly)){0,2}(?: been)?"
    r"(?: (?:also|often|already|so|[a-z]+ly)){0,2} $"
)
_AS_THAT = re.compile(
    r"(?: out)?(?: (?:here|before|in|from|by many|many|again|today|earlier)[^,;:.“”\"]{0,60})?, (?!and\b)"
)
_THAT = re.compile(
    r"(?: out| down| forth)?(?: (?:here|again|in this (?:Assembly|debate|hall)|from this rostrum))?,? that "
)
# "In the Final Declaration, adopted on Friday, it was recommended that"
_IN_WHAT = re.compile(
    r"\s*(?:And |But |Also )?[Ii]n (?P<what>(?:the |its |their |a |an |that |this )?(?:[\w’'.()-]+ ){0,8}?"
    r"(?:[Dd]eclaration|[Rr]esolution|[Rr]eport|[Cc]ommuniqu[eé]|[Ss]tatement|[Cc]harter|[Cc]ovenant|[Cc]onvention|"
    r"[Tt]reaty|[Aa]rticle|[Dd]ocument|[Aa]greement|[Cc]onstitution|[Pp]reamble|[Ll]etter|[Mm]emorandum|[Aa]ct)"
    r"(?: \d[\w()-]*)?(?: \([\w ]{1,12}\))?(?: (?:of|on|to) (?:the )?[A-Z][\w-]*(?: [A-Z][\w-]*)*)?)[, ]"
)

_ASIDE = re.compile(r",?\s?(?:[a-z]+ed [^,;:]{2,80},\s?)?")  # "adopted on Friday,"


def impersonal_start(text: str, lemma: str, floor: int, at: int) -> int:
    """Give where "it has been" begins before such a verb; -1 where nothing like it does.

    Examples
    --------
    >>> impersonal_start("It has often been said that peace", "say", 0, 18)
    0
    """
    low = max(floor, at - 60)
    before = _WE_ARE.search(text, low, at) if lemma in _TOLD else None
    if before is None and lemma in IMPERSONAL:
        before = _IT_IS.search(text, low, at) or _AS_HAS.search(text, low, at)
    return -1 if before is None else before.start()


def after_that(text: str, start: int, at: int, limit: int) -> int:
    """Give where what is said begins: behind "that", or the comma after "As has been said"; -1 where there is none.

    Examples
    --------
    >>> text = "As has been said before, time flies"
    >>> text[after_that(text, 0, 16, len(text)) :]
    'time flies'
    """
    that = (_AS_THAT if text[start : start + 3] == "As " else _THAT).match(text, at, limit)
    return -1 if that is None else that.end()


def in_what(text: str, start: int, limit: int) -> tuple[int, int] | None:
    """Find the document with which a sentence begins: "In the declaration, it was recommended that".

    Examples
    --------
    >>> in_what("In its resolution 242 (1967), it was said that", 0, 30)
    (3, 28)
    """
    found = _IN_WHAT.match(text, start, limit)
    if found is None or _ASIDE.fullmatch(text, found.end("what"), limit) is None:
        return None
    return found.span("what")
