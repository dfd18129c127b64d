"""Ends of lines, and words that are broken at them, as in copies of printed pages."""

from __future__ import annotations

import re

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


def even_line_ends(text: str) -> str:
    r"""Give a text with a newline for whatever else ends a line; "\r\n" stays.

    Examples
    --------
    >>> even_line_ends("Ann Lee:\r\nNo.\rBo Dahl:\u2028Yes.")
    'Ann Lee:\r\nNo.\nBo Dahl:\nYes.'
    """
    return _OTHER_ENDS.sub("\n", text) if any(sign in text for sign in _SIGNS_OF_ENDS) else text


def soft_hyphens(text: str) -> list[tuple[int, int]]:
    r"""Find soft hyphens, which show where a word may be parted, with a line end and blanks behind them.

    Examples
    --------
    >>> soft_hyphens("Ann Smi\u00adth")
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
    """
    found = [match.span() for match in _AT_LINE_END.finditer(text) if _joins(text, match)]
    return sorted([*found, *soft]) if (soft := soft_hyphens(text)) else found


def _joins(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1].islower() and match["rest"][0].islower() and match["rest"] not in _WORDS_APART
