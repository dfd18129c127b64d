"""Lists that go on a sentence: "The Council:", and below it "— expressed concern", "— called upon all to talk"."""

from __future__ import annotations

import re

from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.speakers import Cast

# What stands before an item on its line.
_BULLET = re.compile(r"(?:^|\n)[ \t]*(?:[—–•*·▪‣◦o-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])[ \t]+$")
_LEAD_END = re.compile(
    r"[:,]|\s(?:who|which|met|has|have|had|is|are|was|were|also|today|therefore|hereby|decided?|agreed?|[a-z]+ed)\b"
)
_LONGEST_BULLET = 12
_LONGEST_LEAD = 300


def is_item(text: str, start: int) -> bool:
    r"""Tell whether a sentence is an item of a list, by what stands before it on its line.

    Examples
    --------
    >>> is_item("They:\n— urged peace", 8), is_item("They urged peace", 5)
    (True, False)
    """
    low = max(0, start - _LONGEST_BULLET)
    before = text[low:start]
    if "\n" not in before and low > 0:
        return False
    is_line = not before[before.rfind("\n") + 1 :].strip()
    return (is_line and text[start : start + 1].islower()) or _BULLET.search(before) is not None


def lead_of(text: str, cast: Cast, unit: Unit) -> Speaker | None:
    """Say who a sentence that a list goes on is about; None where none goes on."""
    end = text[unit.start : unit.end].rstrip()
    if len(end) > _LONGEST_LEAD or not end.endswith((":", ",", "—", "–")):
        return None
    is_comma_lead = end.startswith("The ") and not unit.cues
    if not text.startswith("\n", unit.start + len(end)) or (end[-1] == "," and not is_comma_lead):
        return None  # "Dear colleagues," leads in nothing
    match = _LEAD_END.search(text, unit.start, unit.end)
    return None if match is None else cast.resolve(unit.start, match.start())
