"""Ends of lines, and words that are broken at them, as in copies of printed pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

_SOFT = "\u00ad"
_LINE_END = r"[ \t]*(?:\r\n|\n|\r)[ \t]*"
_LETTER = r"[^\W\d_]"
# Marks first and what stands before them after: so a search goes from mark to mark.
_AT_LINE_END = re.compile(rf"[-\u2010](?<={_LETTER}[-\u2010]){_LINE_END}(?=(?P<rest>{_LETTER}+))")
_SOFT_HYPHENS = re.compile(rf"{_SOFT}+(?:(?<={_LETTER}{_SOFT}){_LINE_END}(?={_LETTER}))?")
# A line ends in these too, each of one character; next to a newline they are blanks.
_OTHER_ENDS = re.compile(r"\r(?!\n)|(?<![\n\r])[\x0b\x0c\x1c-\x1e\x85\u2028\u2029](?![\n\r])")
_SIGNS_OF_ENDS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_WORDS_APART = frozenset({"and", "or"})  # "short-" and "and long-term" on the next line are two words


def for_reading(text: str) -> tuple[str, Callable[[int], int]]:
    r"""Give a text as names and sentences are read in it, and what turns a place in that into the place in `text`.

    Lines end in newlines, whatever ends them in `text`, and no soft hyphen parts a word.

    Examples
    --------
    >>> read, back = for_reading("Ann Smi\u00adth")
    >>> read, back(8)
    ('Ann Smith', 9)
    >>> read, back = for_reading("Ann Lee:\r\nNo.\rBo Dahl:\u2028Yes.")
    >>> read, back(9)
    ('Ann Lee:\nNo.\nBo Dahl:\nYes.', 10)
    """
    lines = _OTHER_ENDS.sub("\n", text) if any(sign in text for sign in _SIGNS_OF_ENDS) else text
    breaks = _soft_hyphens(lines)
    if "\r" in lines:
        breaks = sorted([*breaks, *_returns(lines, breaks)])
    return (without(lines, breaks) if breaks else lines), _restorer(breaks)


def _returns(text: str, breaks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Find the carriage returns before newlines, but for those within other stretches that are left out."""
    inside = {place for start, end in breaks for place in range(start, end)}
    places = (at for at, sign in enumerate(text) if sign == "\r" and at not in inside)
    return [(at, at + 1) for at in places]


def _soft_hyphens(text: str) -> list[tuple[int, int]]:
    r"""Find soft hyphens, which show where a word may be parted, with a line end and blanks behind them.

    Examples
    --------
    >>> _soft_hyphens("Ann Smi\u00adth")
    [(7, 8)]
    """
    return [match.span() for match in _SOFT_HYPHENS.finditer(text)] if _SOFT in text else []


def word_breaks(text: str) -> list[tuple[int, int]]:
    r"""Find what breaks words: a hyphen at the end of a line between two lower-case letters, and every soft hyphen.

    Nothing in the text tells the word "sanc-tions" from "state-owned" where a line ends at the hyphen. The rule is to
    take both for one word without a hyphen, as most of them are; not so before "and" and "or".

    Parameters
    ----------
    text : str
        A text with its line ends.

    Returns
    -------
    list of (int, int)
        Where each begins and ends, in characters: the hyphen, the line end and blanks beside it.

    Examples
    --------
    >>> text = "unjust sanc-\ntions, short-\nand long-term"
    >>> word_breaks(text)
    [(11, 13)]
    >>> without(text, word_breaks(text))
    'unjust sanctions, short-\nand long-term'
    """
    found = [match.span() for match in _AT_LINE_END.finditer(text) if _joins(text, match)]
    return sorted([*found, *soft]) if (soft := _soft_hyphens(text)) else found


def _joins(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1].islower() and match["rest"][0].islower() and match["rest"] not in _WORDS_APART


def without(text: str, breaks: Sequence[tuple[int, int]]) -> str:
    r"""Give a text without some of its stretches, which are in order.

    Examples
    --------
    >>> without("sanc-\ntions", [(4, 6)])
    'sanctions'
    """
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def place_before(place: int, breaks: Sequence[tuple[int, int]]) -> int:
    """Give where a character of the text that `without` gives stands in the text with its stretches.

    Examples
    --------
    >>> [place_before(place, [(4, 6)]) for place in (3, 4)]
    [3, 6]
    """
    for start, end in breaks:
        if place < start:
            break
        place += end - start
    return place


def _restorer(breaks: Sequence[tuple[int, int]]) -> Callable[[int], int]:
    """Give what `place_before` says, prepared for many places in a text with many stretches.

    Examples
    --------
    >>> list(map(_restorer([(4, 6)]), (3, 4)))
    [3, 6]
    """
    starts, left_out = [], [0]
    for start, end in breaks:
        starts.append(start - left_out[-1])
        left_out.append(left_out[-1] + end - start)
    return lambda place: place + left_out[bisect_right(starts, place)]


def joined(text: str) -> str:
    r"""Give a text with its broken words put together.

    Examples
    --------
    >>> joined("unjust sanc-\r\ntions")
    'unjust sanctions'
    """
    breaks = word_breaks(text)
    return without(text, breaks) if breaks else text
