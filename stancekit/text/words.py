"""Words of a statement."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # letters and digits; apostrophes join, hyphens do not


def without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Give a stretch without what is neither letter nor digit at its ends.

    Examples
    --------
    >>> without_marks("Lift it, now.", 5, 8)
    (5, 7)
    """
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return start, end


def word_spans(text: str) -> list[tuple[int, int]]:
    """Give where each word begins and ends, in characters.

    Examples
    --------
    >>> word_spans("Don't co-operate.")
    [(0, 5), (6, 8), (9, 16)]
    """
    return [match.span() for match in WORD.finditer(text)]
