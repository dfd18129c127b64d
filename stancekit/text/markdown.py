"""Markdown from text: tables and lists that show what users wrote, and obey none of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

# By their numbers, since not every Markdown takes a backslash before each of them.
_MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "*`[]~"}
_EDGE = re.compile(r"(?<!\w)_+|_+(?!\w)")  # within a word, as in `un_speeches`, an underscore emphasizes nothing
_OPENING = re.compile(r"(?:#{1,6}|[+-]|\d+[.)])(?=\s|$)|-{3,}$")


class Markup(str):
    """Text that is Markdown already, such as a name set in bold: `table` and `cell` leave it as it is.

    Examples
    --------
    >>> cell("**macro**"), cell(Markup("**macro**"))
    ('&#42;&#42;macro&#42;&#42;', '**macro**')
    """

    __slots__ = ()


def table(header: Sequence[str], rows: Sequence[Sequence[str]], n_text: int = 1) -> str:
    """Write a Markdown table.

    Parameters
    ----------
    header : sequence of str
        Titles of the columns; text, or `Markup`.
    rows : sequence of sequence of str
        Cells, row by row; text, or `Markup`.
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


def markup_table(header: Sequence[str], rows: Sequence[Sequence[str]], n_text: int = 1) -> str:
    """Write a table as `table` does, all of whose cells are Markdown already: none may hold what users wrote.

    Examples
    --------
    >>> print(markup_table(["label", "n"], [["**all**", "3"]]).splitlines()[2])
    | **all** | 3 |
    """
    return table([Markup(title) for title in header], [[Markup(item) for item in row] for row in rows], n_text)


def cell(text: str) -> str:
    r"""Write text on one line so that neither Markdown nor HTML obeys it, and no bare pipe breaks a table.

    Examples
    --------
    >>> cell("a|b <i> un_speeches _x_")
    'a\\|b &lt;i&gt; un_speeches &#95;x&#95;'
    """
    marked = text if isinstance(text, Markup) else plain(text)
    return " ".join(marked.split()).replace("\\", "\\\\").replace("|", "\\|")


def plain(text: str) -> Markup:
    """Escape what Markdown or HTML would obey.

    Examples
    --------
    >>> plain("[a](b)")
    '&#91;a&#93;(b)'
    """
    shown = escape(text, quote=False).translate(_MARKS)
    return Markup(_EDGE.sub(lambda found: "&#95;" * len(found[0]), shown))


def bullets(items: Sequence[str]) -> list[str]:
    r"""Write texts as one list, and none as nothing.

    Examples
    --------
    >>> bullets(["withheld", "# a"]), bullets([])
    (['- withheld\n- &#35; a'], [])
    """
    return ["\n".join(f"- {_inline(cell(item))}" for item in items)] if items else []


def _inline(line: str) -> str:
    """Keep the beginning of a line from opening a heading, a list or a rule."""
    found = _OPENING.match(line)
    if found is None:
        return line
    last = found.end() - 1
    return f"{line[:last]}&#{ord(line[last])};{line[last + 1 :]}"
