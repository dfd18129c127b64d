"""Whose words stand in quotation marks behind "the words of", "quote" or a proverb."""

from __future__ import annotations

import re

_LONGEST = 140
_NAME = r"(?:(?:the |an? |our |my |his |her |its )?[^,;:“”\"()]{2,80}?)"
_ADAGE = r"(?:sayings?|proverb|adage|maxim|dictum|aphorism|axiom)"
_SAYS = (
    r"(?: (?:which |that )?(?:goes|has it|says|said|teaches us|teaches|reminds us|tells us|runs|reads|puts it))?"
    r"(?: that)?"
)
_OPEN = r"[,:]?\s*[*_]{0,2}$"
# "As the African proverb says: “", "the saying “"
_SAYING = re.compile(
    rf"\b(?:as |the |an? |our )+(?:(?:old|ancient|well-known|well- known|famous|wise|popular|common|Latin|"
    rf"moral of the) ){{0,3}}"
    rf"(?:(?P<who>(?:[A-Z][\w’'-]+ ){{1,2}}{_ADAGE})|{_ADAGE}){_SAYS}{_OPEN}"
)
# "what was stated by the minister: “"
_STATED_BY = re.compile(
    r"\b(?:was|were|as|is|been|so [a-z]+ly) (?:[a-z]+ly )?(?:stated|said|declared|written|expressed|proclaimed|put|"
    rf"formulated|affirmed) (?:[a-z ]{{3,30}} )?by (?P<who>{_NAME}):\s*$"
)
_NAMED_ADAGE = re.compile(rf"\b{_ADAGE}\b")
# "to quote the words of Kant: “"
_QUOTED = re.compile(
    r"\b(?:[Qq]uot(?:e|ing)(?: (?:here|again|from))?|[Rr]ecall(?:ing)?|[Ee]cho(?:ing)?|[Ii]n|[Rr]epeat(?:ing)?|"
    r"[Rr]ead out)(?: (?:the|those|these))? (?:[a-z]+ )?(?:words|statement|remarks|speech|message|call|appeal|phrase) "
    rf"(?:of|by|from|made by) (?P<who>{_NAME})"
    rf"(?: (?:here|in|on|at|when|to) [^,;:“”\"]{{2,60}}?)?{_OPEN}"
)


def whose_adage(text: str, floor: int, at: int) -> tuple[int, int] | None:
    """Find whose words begin at a quotation mark.

    Returns
    -------
    (int, int) or None
        Where they are named, both -1 where it is a saying of nobody; None where no such words stand before the mark.

    Examples
    --------
    >>> text = "As the old African proverb says: “Go together.”"
    >>> text[slice(*whose_adage(text, 0, 33))], whose_adage("As the saying goes, “Go.”", 0, 20)
    ('African proverb', (-1, -1))
    """
    low = max(floor, at - _LONGEST)
    before = text[low:at]
    if _NAMED_ADAGE.search(before) is not None and (saying := _SAYING.search(before)) is not None:
        return _placed(saying, low)
    quoted = _QUOTED.search(before) or _STATED_BY.search(before)
    return None if quoted is None else _placed(quoted, low)


def _placed(found: re.Match[str], low: int) -> tuple[int, int]:
    start, end = found.span("who")
    return (-1, -1) if start < 0 else (low + start, low + end)
