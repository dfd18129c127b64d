"""Tells a phrase that names somebody from a piece of a sentence that only looks like one."""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import word_set

# Verbs that stand in no name; what "who" or "which" opens is part of one: "those who were there".
_CLAUSE = word_set(
    """
    is was were are be been has have had will would shall should can could may might must do does did kept gave
    took came went said says expect wish foresaw hear join met made contributes defines contains marched
    """
)
_LAST = word_set(
    """
    that which not only and or of the a an by to still be also but for in on at with new is was were are multiple
    """
)
_FIRST = word_set("we i it she he there today you")
_BEFORE_TO = word_set("convinced faithful true committed determined aware mindful conscious loyal confident")
_AFTER_DOING = word_set("the a an all for to that this these those our its their us them")
_RELATIVES = word_set("who whom whose that which")
_OPENS_RELATIVE = _RELATIVES | word_set("I we he she they you")  # "the woman I met"
_WHICH_WE = re.compile(r"\b(?:which|that) (?:my|our|we|I) ")
_LEAST = 3


def is_clause(phrase: str) -> bool:
    """Tell whether a phrase is a piece of a sentence and names nobody.

    Examples
    --------
    >>> is_clause("one which my delegation"), is_clause("conferences which preceded the one at San Francisco")
    (True, False)
    >>> is_clause("welcoming the new States that"), is_clause("working group of the Assembly")
    (True, False)
    >>> is_clause("She is the third woman"), is_clause("He Yun Ting"), is_clause("she and her sister")
    (True, False, False)
    """
    words = phrase.split()
    if len(words) < _LEAST:
        return False
    first = words[0].lower()
    if words[1] == "and":  # "she and her sister"
        return words[-1] in _LAST
    if words[-1] in _LAST or (first in _BEFORE_TO and words[1] in ("that", "to")) or _is_doing(words):
        return True
    if first in _FIRST and words[1].islower():  # not He Yun Ting
        return True
    relative = next((i for i, word in enumerate(words[1:], 1) if word in _OPENS_RELATIVE), len(words))
    if not _CLAUSE.isdisjoint(words[1:relative]):
        return True
    return relative < len(words) and _WHICH_WE.search(phrase) is not None


def _is_doing(words: list[str]) -> bool:
    """Tell whether words begin with what somebody does: "forcing Israel to", not "Saving the Children"."""
    if not words[0].endswith("ing") or (words[0][0].isupper() and words[2][0].isupper()):
        return False
    return words[1] in _AFTER_DOING or (words[1][0].isupper() and "to" in words)
