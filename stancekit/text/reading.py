"""A text as it is read for sentences and names, and as it is scored, and the way back to where its words stood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stancekit.text.emphasis import Stretch, emphasis_marks
from stancekit.text.line_breaks import even_line_ends, soft_hyphens, word_breaks

_EDGE_MARKS = re.compile(r"(?<!\w)[*_]{1,3}|[*_]{1,3}(?!\w)")
_Marks = Sequence[tuple[Stretch, Stretch]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text without some of its characters.

    Attributes
    ----------
    text : str
        What is left.
    is_whole : bool
        Whether it is the text itself.
    """

    text: str
    is_whole: bool = True
    _places: Sequence[int] = ()  # in what is left, behind each stretch that is not
    _shifts: Sequence[int] = (0,)  # from a place to where it was: before the first stretch, behind it, and so on
    _opening: Mapping[int, Stretch] = field(default_factory=dict)  # end of a mark -> where it begins, its partner ends
    _closing: Mapping[int, Stretch] = field(
        default_factory=dict
    )  # begin of a mark -> where its partner begins, it ends

    def back(self, place: int) -> int:
        """Give where a character of `text` stood."""
        return place + self._shifts[bisect_right(self._places, place)]

    def span(self, start: int, end: int) -> Stretch:
        """Give where a stretch of `text` stood; of two marks of emphasis both belong to it, or neither does.

        Examples
        --------
        >>> text = "We **must go.** **Now.**"
        >>> [text[slice(*for_reading(text).span(*span))] for span in [(0, 11), (12, 16)]]
        ['We **must go.**', 'Now.']
        """
        first, last = self.back(start), self.back(end - 1) + 1
        while (mark := self._closing.get(last)) and mark[0] >= first:
            last = mark[1]
        while (mark := self._opening.get(first)) and mark[1] <= last:
            first = mark[0]
        return first, last


def for_reading(text: str) -> Reading:
    r"""Give a text as names and sentences are read in it.

    Lines end in newlines, whatever ends them in `text`; no soft hyphen parts a word, and nothing marks emphasis.

    Examples
    --------
    >>> read = for_reading("Ann Smi\u00adth")
    >>> read.text, read.back(8)
    ('Ann Smith', 9)
    >>> read = for_reading("Ann Lee:\r\nNo.\r**Bo Dahl:**\u2028Yes.")
    >>> read.text, read.back(9)
    ('Ann Lee:\nNo.\nBo Dahl:\nYes.', 10)
    """
    lines = even_line_ends(text)
    read = _without(lines, [*soft_hyphens(lines), *_returns(lines)], emphasis_marks(lines))
    return read if lines == text else replace(read, is_whole=False)


def for_scoring(text: str, spans: Sequence[Stretch]) -> list[Reading]:
    r"""Give the statements of a text as `analyze` scores them: broken words put together, nothing marking emphasis.

    Examples
    --------
    >>> text = "**Unjust sanc-\r\ntions! They hurt.**"
    >>> [read.text for read in for_scoring(text, [(2, 22), (23, 33)])]
    ['Unjust sanctions!', 'They hurt.']
    """
    pairs = sorted(emphasis_marks(text))
    if not pairs and not word_breaks(text):
        return [Reading(text[start:end]) for start, end in spans]
    marks = sorted(mark for pair in pairs for mark in pair)
    found = []
    for start, end in spans:
        breaks = word_breaks(text[start:end])
        within = marks[bisect_left(marks, (start, start)) : bisect_left(marks, (end, end))]
        whole = _within(pairs, start, end) if within else []
        found.append(_without(text[start:end], [*breaks, *_moved(within, start)], whole))
    return found


def flat(text: str) -> str:
    r"""Give words that weighed as people read them: on one line, no word broken, no mark of emphasis beside one.

    Examples
    --------
    >>> flat("unjust** *sanc-\ntions")
    'unjust sanctions'
    """
    return " ".join(_EDGE_MARKS.sub("", _without(text, word_breaks(text), []).text).split())


def _within(pairs: _Marks, start: int, end: int) -> list[tuple[Stretch, Stretch]]:
    """Give the pairs of marks of which both lie in a stretch, by their places in it."""
    low = bisect_left(pairs, ((start, start), (start, start)))
    high = bisect_left(pairs, ((end, end), (end, end)))
    moved = (_moved(pair, start) for pair in pairs[low:high] if pair[1][1] <= end)
    return [(opening, closing) for opening, closing in moved]


def _moved(stretches: Iterable[Stretch], start: int) -> list[Stretch]:
    return [(low - start, high - start) for low, high in stretches]


def _returns(text: str) -> list[Stretch]:
    """Find the carriage returns before newlines."""
    return [(at, at + 1) for at, sign in enumerate(text) if sign == "\r"] if "\r" in text else []


def _without(text: str, breaks: Iterable[Stretch], marks: _Marks) -> Reading:
    """Leave out some stretches, of which some may lie in others, and marks of emphasis."""
    left_out = _apart([*breaks, *(mark for pair in marks for mark in pair)])
    if not left_out:
        return Reading(text)
    starts = [0, *(end for _, end in left_out)]
    ends = [*(start for start, _ in left_out), len(text)]
    places, shifts = [], [0]
    for start, end in left_out:
        places.append(start - shifts[-1])
        shifts.append(shifts[-1] + end - start)
    return Reading(
        "".join(text[start:end] for start, end in zip(starts, ends, strict=True)),
        False,
        places,
        shifts,
        {end: (start, close_end) for (start, end), (_, close_end) in marks},
        {start: (open_start, end) for (open_start, _), (start, end) in marks},
    )


def _apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Sort stretches, without those that lie in others."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda stretch: (stretch[0], -stretch[1])):
        if not found or one[0] >= found[-1][1]:
            found.append(one)
    return found
