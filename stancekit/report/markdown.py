"""Markdown tables from text."""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]], n_text: int = 1) -> str:
    """Write a Markdown table.

    Parameters
    ----------
    header : sequence of str
        Titles of the columns.
    rows : sequence of sequence of str
        Cells, row by row.
    n_text : int, default=1
        The first columns hold text and are set to the left, the others numbers, to the right.

    Examples
    --------
    >>> print(table(["label", "n"], [["pro", "3"]]))
    | label | n |
    | :-- | --: |
    | pro | 3 |
    """
    rule = [":--"] * n_text + ["--:"] * (len(header) - n_text)
    lines = [[cell(title) for title in header], rule, *([cell(item) for item in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Keep text from breaking a table: no line ends, no bare pipes."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
