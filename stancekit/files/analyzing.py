"""Articles taken apart one after the other, and written as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from stancekit.analysis import Analysis, analyze, row_columns
from stancekit.files.articles import Article
from stancekit.files.predicting import Progress
from stancekit.files.targets import check_target
from stancekit.model import StanceModel
from stancekit.tables import write_table
from stancekit.tables.parquet import arrow
from stancekit.tables.table import Arrow, suffix_of

_JSON_SUFFIXES = (".jsonl", ".ndjson")


def analyze_articles(
    model: StanceModel, articles: Iterable[Article], *, progress: Progress | None = None
) -> Iterator[Analysis]:
    """Analyse articles one after the other, in the memory of one.

    Parameters
    ----------
    model : StanceModel
        The model.
    articles : iterable of Article
        As `read_articles` finds them.
    progress : Progress, optional
        Told of each article.

    Yields
    ------
    Analysis

    Examples
    --------
    >>> import stancekit
    >>> article = Article(document="note", text="Lift the embargo, it is illegal.")
    >>> [analysis.document for analysis in analyze_articles(stancekit.load(), [article])]
    ['note']
    """
    for article in articles:
        yield analyze(article.text, model, speaker=article.speaker, document=article.document)
        if progress is not None:
            progress.update(1)


def json_rows(analysis: Analysis) -> list[dict[str, object]]:
    """Give one object a statement, as JSON holds it: the columns of `row_columns`, evidence with its offsets.

    Parameters
    ----------
    analysis : Analysis
        The article.

    Returns
    -------
    list of dict
        As `Analysis.to_rows` gives them, but for ``evidence``: a list of objects with ``label``, ``start``, ``end``,
        ``text`` and ``weight``, whose offsets count from the beginning of the statement.

    Examples
    --------
    >>> import stancekit
    >>> row = json_rows(stancekit.analyze("Lift the embargo, it is illegal.", document="note"))[0]
    >>> row["document"], row["labels"], row["evidence"][0]["label"]
    ('note', ['anti-sanction'], 'anti-sanction')
    """
    return [{**one.to_row(analysis.document), "evidence": one.to_dict()["evidence"]} for one in analysis.statements]


def write_analyses(
    target: str | Path, analyses: Iterable[Analysis], model: StanceModel, *, overwrite: bool = False
) -> int:
    """Write a table with one row a statement, whole or not at all; see `write_table`.

    Parameters
    ----------
    target : str or Path
        File to write, its format by suffix. JSON holds evidence with its offsets, see `json_rows`; other formats hold
        it as text, see `Analysis.to_rows`.
    analyses : iterable of Analysis
        Consumed one by one.
    model : StanceModel
        The model that made them, for the columns.
    overwrite : bool, default=False
        Whether an existing file of that name is replaced, once the new one is whole.

    Returns
    -------
    int
        The number of statements.

    Raises
    ------
    InvalidInputError
        When the file exists and may not be replaced, and whatever `analyses` raises.
    """
    check_target(target, overwrite=overwrite)
    columns = row_columns(model.labels)
    rows_of = json_rows if suffix_of(target) in _JSON_SUFFIXES else Analysis.to_rows
    rows = (row for analysis in analyses for row in rows_of(analysis))
    schema = _schema(columns) if suffix_of(target) == ".parquet" else None
    return write_table(target, rows, columns=columns, schema=schema)


def _schema(columns: Iterable[str]) -> Arrow:
    """Give the columns' types, which empty lists and missing speakers would leave open."""
    pa = arrow()
    kinds = {"start": pa.int64(), "end": pa.int64(), "unfamiliar": pa.bool_()}
    kinds |= dict.fromkeys(("labels", "abstained"), pa.list_(pa.string()))

    def kind(column: str) -> Arrow:
        return pa.float64() if column.startswith("score_") else kinds.get(column, pa.string())

    return pa.schema([pa.field(column, kind(column)) for column in columns])
