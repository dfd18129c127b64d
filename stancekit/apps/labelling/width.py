"""Text in columns of a terminal."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"


def width(text: str) -> int:
    r"""Give how many columns a text takes.

    Examples
    --------
    >>> width("abc"), width("制裁"), width("e\u0301")
    (3, 4, 1)
    """
    return sum(map(_columns, text))


def shown(text: str) -> str:
    r"""Put a text on one line; what a terminal would obey rather than show becomes ``�``.

    Examples
    --------
    >>> shown("Lift\n it\x1b[2J.")
    'Lift it�[2J.'
    """
    flat = " ".join(text.split())
    return "".join(letter if letter.isprintable() or letter in _JOINERS else "�" for letter in flat)


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most so many columns, between words where it can be done.

    Examples
    --------
    >>> wrap("Lift the embargo now.", 9)
    ['Lift the', 'embargo', 'now.']
    """
    lines, line = [], ""
    for word in shown(text).split(" "):
        rest = word
        joined = f"{line} {word}" if line else word
        if width(joined) <= columns:
            line = joined
            continue
        lines += [line] if line else []
        while width(rest) > columns:
            head = cut(rest, columns)
            lines.append(head)
            rest = rest[len(head) :]
        line = rest
    return [*lines, line] if line or not lines else lines


def cut(text: str, columns: int) -> str:
    """Give the beginning of a text that fits, one letter at least.

    Examples
    --------
    >>> cut("制裁", 3)
    '制'
    """
    used = 0
    for place, letter in enumerate(text):
        used += _columns(letter)
        if used > columns and place:
            return text[:place]
    return text


def fit(text: str, columns: int) -> str:
    """Cut a text to a width, with dots where something is missing.

    Examples
    --------
    >>> fit("Lift the embargo", 10)
    'Lift th...'
    """
    return text if width(text) <= columns else f"{cut(text, max(columns - 3, 1))}..."[:columns]


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me") or letter in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
