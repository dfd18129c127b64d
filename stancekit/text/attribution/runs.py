"""Runs of capitalised words that hold more than one name needs: headings over lines, and whose something is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stancekit.text.attribution.namewords import OFFICES

if TYPE_CHECKING:
    from stancekit.text.attribution.mentions import Mention

_SHORT_LINE = 45
LONG_RUN = 20  # characters of a run that may hold a name and what is its own
_GENITIVE = re.compile(r"[’']s\s")
# Of these a country, a town or a body is told before the name: "President of Velgoria Ann Lee".
_PLACED = {"minister", "president", "governor", "king", "chairman", "mayor", "secretary", "chief", "leader", "rector"}
_BEFORE_OF = re.compile(
    r"(?:(?:[Ff]ormer|[Dd]eputy|[Aa]cting|[Vv]ice|[Pp]rime|[Ff]oreign|[Ff]inance|[Ii]nterior|[Ii]nterim|[Hh]onorary) )*"
    r"(?P<office>[\w-]+) (?:of|for) (?:the )?(?:[A-Z][\w-]+ and )?$"
)
_MANY = 5  # words, of which a place and a name may be of two or three
_N_BACK = 40  # characters before a name in which its office stands


def parts_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Give the lines of a heading in which a run stands, or a person and what is theirs; nothing for other runs.

    Examples
    --------
    >>> text = "Spokesperson Ann Lee's Remarks"
    >>> [text[start:end] for start, end in parts_of(text, 0, 30)]
    ['Spokesperson Ann Lee', 'Remarks']
    """
    whole = text[start:end]
    if "\n" in whole and (whole.isupper() or _is_short_line(text, start + whole.index("\n"))):
        parts = []
        for line in whole.split("\n"):
            parts.append((start, start + len(line)))
            start += len(line) + 1
        return parts
    if ("’s " in whole or "'s " in whole) and (stop := _whose(whole)) > 0:
        return [(start, start + stop), (start + stop + 3, end)]
    return []


def _is_short_line(text: str, end: int) -> bool:
    """Tell whether a line that ends at a place is short: that of a heading, and no line of running text."""
    return end - text.rfind("\n", 0, end) <= _SHORT_LINE


def _whose(whole: str) -> int:
    """Give where a name ends whose words or acts a heading tells of: "Spokesperson Ann Lee's Remarks"; else 0."""
    match = _GENITIVE.search(whole)
    if match is None:
        return 0
    words = whole[: match.start()].lower().split()
    later = whole[match.end() :].lower().split()
    is_officer = any(word.rstrip(".") in OFFICES for word in words[:-2]) and words[-1] not in OFFICES
    return match.start() if is_officer and OFFICES.keys().isdisjoint(later) else 0


def without_places(text: str, mentions: list[Mention]) -> None:
    """Take a country or a field from the front of a name before which an office stands with "of".

    "President of Velgoria Ann Lee" names Ann Lee, if three words remain to choose from or she is named so elsewhere;
    so does "Minister of Energy Transition Ann Lee", but only if she is.
    """
    suspects = [one for one in mentions if text.endswith(_ENDS, 0, one.name_start)]
    if not suspects:
        return
    _drop_places(text, mentions, suspects)
    suspects = [one for one in suspects if one.name.count(" ") > 1]
    names = {one.name for one in mentions}
    for mention in suspects:
        words = mention.name.split()
        ends = [" ".join(words[i:]) for i in range(1, len(words) - 1)]
        is_short = len(words) < _MANY  # "Minister of Displaced Hazem Bou Mounsif", called "Bou Mounsif" afterwards
        name = next((one for one in (ends[:1] if is_short else ends) if one in names), None)
        before = _BEFORE_OF.search(text, max(0, mention.name_start - _N_BACK), mention.name_start)
        office = "" if before is None else before["office"].lower()  # "the trip of Ann May Lee" is no office
        if office not in OFFICES or (name is None and OFFICES[office] not in _PLACED):
            continue
        name = name or ends[0]
        mention.name_start = mention.end - len(
            text[mention.name_start : mention.end].split(None, len(words) - name.count(" ") - 1)[-1]
        )
        if before is not None:
            mention.start = before.start()
        mention.title = text[mention.start : mention.name_start].strip() or mention.title
        mention.name = name


def _drop_places(text: str, mentions: list[Mention], suspects: list[Mention]) -> None:
    """Leave out names of what an office is of: "the mayor of San Pablo", "Minister of Public Hygiene"."""
    dropped: set[int] = set()
    for mention in suspects:
        if mention.name.count(" ") > 1 or mention.name_start != mention.start:
            continue
        before = _BEFORE_OF.search(text, max(0, mention.name_start - _N_BACK), mention.name_start)
        if before is not None and OFFICES.get(before["office"].lower()) in _PLACED:
            dropped.add(id(mention))
    if dropped:
        mentions[:] = [mention for mention in mentions if id(mention) not in dropped]


_ENDS = (" of ", " for ", " of the ", " for the ", " and ")
