"""Marks of emphasis, as in ``**Mr. President,**`` and ``_The Hague_``, which texts keep that were Markdown once."""

from __future__ import annotations

import re

Stretch = tuple[int, int]

_MARK = re.compile(r"(?<!\*)\*{1,3}(?!\*)|(?<!_)_{1,3}(?!_)")
_PARAGRAPH_END = re.compile(r"\n\s*\n")


def emphasis_marks(text: str) -> list[tuple[Stretch, Stretch]]:
    r"""Find the marks around what is emphasized: one to three stars or underscores on both sides of it.

    A footnote's star, a bullet, a product (2*3) and a name_with_underscores are none: both marks must stand at the
    edges of words, in one paragraph, and touch what they emphasize.

    Parameters
    ----------
    text : str
        A text, or a statement of it.

    Returns
    -------
    list of ((int, int), (int, int))
        Of each pair where the opening and the closing mark begin and end, in characters.

    Examples
    --------
    >>> emphasis_marks("**Mr. President,** the _Charter_ holds*.")
    [((0, 2), (16, 18)), ((23, 24), (31, 32))]
    """
    if "*" not in text and "_" not in text:
        return []
    found: list[tuple[Stretch, Stretch]] = []
    opened: dict[str, re.Match[str]] = {}
    for mark in _MARK.finditer(text):
        first = opened.pop(mark[0], None)
        if first is not None and _closes(text, first.end(), mark):
            found.append((first.span(), mark.span()))
        elif _opens(text, mark):
            opened[mark[0]] = mark
    return found


def _opens(text: str, mark: re.Match[str]) -> bool:
    before, behind = text[max(0, mark.start() - 1) : mark.start()], text[mark.end() : mark.end() + 1]
    return bool(behind) and not behind.isspace() and not before.isalnum()


def _closes(text: str, start: int, mark: re.Match[str]) -> bool:
    """Tell whether a mark ends what begins at `start`."""
    before, behind = text[mark.start() - 1], text[mark.end() : mark.end() + 1]
    touches = start < mark.start() and not before.isspace() and not behind.isalnum()
    return touches and _PARAGRAPH_END.search(text, start, mark.start()) is None
