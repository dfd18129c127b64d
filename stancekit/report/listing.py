"""An analysed article as lines for a terminal, or as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from stancekit.analysis import Analysis, AnalyzedStatement
from stancekit.report.article_text import narration_among
from stancekit.text.markdown import table
from stancekit.text.wording import counted

_WIDEST_SPEAKER = 24
_NARROWEST_TEXT = 24
_GAP = "  "


def analysis_lines(analysis: Analysis, width: int) -> Iterator[str]:
    """Write one line a statement: speaker, kind, stances with their scores, the beginning of its text.

    A stance for which the model abstains has ``?`` before it; each further stance has a line of its own. What a
    terminal would obey rather than show becomes ``�``.

    Parameters
    ----------
    analysis : Analysis
        The article.
    width : int
        Columns of the terminal; the text gets 24 of them at least.

    Yields
    ------
    str

    Examples
    --------
    >>> import stancekit
    >>> from stancekit.analysis import analyze
    >>> for line in analysis_lines(analyze("It rained.", stancekit.load()), 80):
    ...     print(line)
    speaker  kind       stances  statement
    –        narration  –        It rained.
    """
    rows = [_cells(one) for one in analysis.statements]
    head = ["speaker", "kind", "stances"]
    columns = [[name] + [line for row in rows for line in row[column]] for column, name in enumerate(head)]
    widths = [max(map(len, column)) for column in columns]
    room = max(width - sum(widths) - len(_GAP) * len(widths), _NARROWEST_TEXT)
    yield _line([*head, "statement"], widths)
    for one, row in zip(analysis.statements, rows, strict=True):
        text = [_short(one.statement.text, room)]
        for cells in zip_longest(*row, text, fillvalue=""):
            yield _line(list(cells), widths)


def analysis_markdown(analysis: Analysis) -> str:
    """Write an analysed article as a table in Markdown, one row a statement.

    Parameters
    ----------
    analysis : Analysis
        The article.

    Returns
    -------
    str
        Its columns are number, speaker, kind, stances with their scores, the words that weighed, and the statement. A
        stance for which the model abstains has ``?`` before it. What Markdown or HTML would obey is escaped, and line
        ends become blanks.

    Examples
    --------
    >>> import stancekit
    >>> print(analysis_markdown(stancekit.analyze("It rained.")))
    | no. | speaker | kind | stances | words that weighed | statement |
    | :-- | :-- | :-- | :-- | :-- | :-- |
    | 1 | – | narration | – | – | It rained. |
    """
    header = ["no.", "speaker", "kind", "stances", "words that weighed", "statement"]
    rows = [_markdown_row(number, one) for number, one in enumerate(analysis.statements, 1)]
    return table(header, rows, n_text=len(header))


def tally_line(analysis: Analysis) -> str:
    """Say what an article is called, and how many of its statements take each stance, narration told apart.

    Where some are unlike what the model was trained on, it says how many.

    Examples
    --------
    >>> tally_line(Analysis(document="note", text="...", labels=("pro",), statements=()))
    'note: 0 statements, 0 pro'
    """
    n = len(analysis.statements)
    by_label = {label: [s for s in analysis.statements if label in s.prediction.labels] for label in analysis.labels}
    counts = [f"{len(took)} {label}{narration_among(took)}" for label, took in by_label.items()]
    n_strange = sum(one.prediction.unfamiliar for one in analysis.statements)
    strange = f"; {n_strange} unlike what the model was trained on" if n_strange else ""
    return ", ".join([f"{_short(analysis.document, 80)}: {counted(n, 'statement')}", *counts]) + strange


def _markdown_row(number: int, one: AnalyzedStatement) -> list[str]:
    statement = one.statement
    words = dict.fromkeys(span.text for span in one.evidence)
    cells = [statement.speaker or "–", statement.kind, ", ".join(_stances(one)), ", ".join(words) or "–"]
    return [str(number), *cells, statement.text]


def _stances(one: AnalyzedStatement) -> list[str]:
    said = one.prediction
    stances = [f"{label} {said.scores[label]:.2f}" for label in said.labels]
    return stances + [f"?{label} {said.scores[label]:.2f}" for label in said.abstained] or ["–"]


def _cells(one: AnalyzedStatement) -> list[list[str]]:
    speaker = _short(one.statement.speaker or "–", _WIDEST_SPEAKER)
    return [[speaker], [one.statement.kind], _stances(one)]


def _line(cells: list[str], widths: list[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    return _GAP.join([*padded, cells[-1]]).rstrip()


def _short(text: str, width: int) -> str:
    """Cut a text to a width, on one line; what a terminal would obey is shown as unknown."""
    flat = " ".join(text[: 8 * width + 80].split())
    shown = "".join(character if character.isprintable() else "�" for character in flat)
    return shown if len(shown) <= width and len(text) <= 8 * width + 80 else shown[: width - 1] + "…"
