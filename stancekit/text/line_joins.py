"""Sentences that run over the ends of lines, put on one line, and the way back to where they stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# Where a word is broken at the end of a line the hyphen stays, as nobody reads the words here.
_LINE_END = re.compile(r"[^\S\r\n]*(?:\r\n|\n|\r)\s*")
_MID_SENTENCE = re.compile(r"(?<=[a-z,])[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*[a-z]")
_LEAST = 3  # line ends amid a sentence, by which lines are told to be those of a page


@dataclass(frozen=True, slots=True)
class Joined:
    """A text whose sentences have no line ends within.

    Attributes
    ----------
    text : str
        The text, with one blank for each line end within a sentence and the blanks beside it.
    spans : sequence of (int, int)
        Its sentences.
    """

    text: str
    spans: Sequence[tuple[int, int]]
    _places: Sequence[int]
    _shifts: Sequence[int]

    def back(self, at: int) -> int:
        """Give where a character stood before."""
        return at + self._shifts[bisect_right(self._places, at)]


def join_lines(text: str, spans: Sequence[tuple[int, int]]) -> Joined | None:
    r"""Put each sentence on one line; None where lines are paragraphs and not those of a page.

    Parameters
    ----------
    text : str
        A text, as of a printed page with short lines.
    spans : sequence of (int, int)
        Its sentences, in order.

    Examples
    --------
    >>> page = "We agree, as  \nwe must, with Ban  \nKi-moon, who  \nsaid so  \nhere.\nThanks."
    >>> joined = join_lines(page, [(0, 65), (66, 73)])
    >>> joined.text
    'We agree, as we must, with Ban Ki-moon, who said so here.\nThanks.'
    >>> joined.spans, page[joined.back(31) :][:7]
    ([(0, 57), (58, 65)], 'Ki-moon')
    """
    if len(_MID_SENTENCE.findall(text)) < _LEAST:
        return None
    ends = [match.span() for start, end in spans for match in _LINE_END.finditer(text, start, end)]
    if not ends:
        return None
    pieces, places, shifts, shift, last = [], [], [0], 0, 0
    for start, end in ends:
        pieces += [text[last:start], " "]
        places.append(start - shift + 1)
        shift += end - start - 1
        shifts.append(shift)
        last = end
    pieces.append(text[last:])
    starts = [end for _, end in ends]

    def moved(at: int) -> int:
        return at - shifts[bisect_right(starts, at)]

    return Joined("".join(pieces), [(moved(start), moved(end)) for start, end in spans], places, shifts)
