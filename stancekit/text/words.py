"""Words of a statement."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # letters and digits; apostrophes join, hyphens do not


def word_spans(text: str) -> list[tuple[int, int]]:
    """Give where each word begins and ends, in characters.

    Examples
    --------
    >>> word_spans("Don't co-operate.")
    [(0, 5), (6, 8), (9, 16)]
    """
    return [match.span() for match in WORD.finditer(text)]
