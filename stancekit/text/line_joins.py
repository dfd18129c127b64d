"""Sentences that run over the ends of lines, put on one line, and the way back to where they stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LINE_END = re.compile(r"(?:\r\n|\n|\r)\s*")
_MID_SENTENCE = re.compile(r"(?<=[a-z,])[^\S\r\n]{0,8}(?:\r\n|\n|\r)[^\S\r\n]{0,8}[a-z]")
_LEAST = 3  # line ends amid a sentence, by which lines are told to be those of a page


@dataclass(frozen=True, slots=True)
class Joined:
    """A text whose sentences have no line ends within.

    Attributes
    ----------
    text : str
        The text. For each line end within a sentence, and the blanks beside it, one blank stands there; nothing where a
        hyphen stands before it: "Ki-moon".
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
    >>> page = "We agree, as  \nwe must, with Ban Ki-\nmoon, who  \nsaid so  \nhere.\nThanks."
    >>> joined = join_lines(page, [(0, 64), (65, 72)])
    >>> joined.text
    'We agree, as we must, with Ban Ki-moon, who said so here.\nThanks.'
    >>> joined.spans, page[joined.back(34) :][:4]
    ([(0, 57), (58, 65)], 'moon')
    """
    if len(_MID_SENTENCE.findall(text)) < _LEAST:
        return None
    ends = [found for start, end in spans for found in _line_ends(text, start, end)]
    if not ends:
        return None
    pieces, places, shifts, last = [], [], [0], 0
    for start, end in ends:
        blank = "" if _is_broken_word(text, start, end) else " "
        pieces += [text[last:start], blank]
        places.append(start - shifts[-1] + len(blank))
        shifts.append(shifts[-1] + end - start - len(blank))
        last = end
    starts = [end for _, end in ends]

    def moved(at: int) -> int:
        return at - shifts[bisect_right(starts, at)]

    joined = "".join([*pieces, text[last:]])
    return Joined(joined, [(moved(start), moved(end)) for start, end in spans], places, shifts)


def _line_ends(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the line ends within a sentence, with the blanks around them."""
    for match in _LINE_END.finditer(text, start, end):
        first = match.start()
        while first > start and text[first - 1] in " \t\xa0":
            first -= 1
        yield first, match.end()


def _is_broken_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] == "-" and text[start - 2 : start - 1].isalpha() and text[end : end + 1].isalpha()
