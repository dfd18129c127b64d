"""Label a table of statements: rows in, the same rows with labels and scores out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from stancekit.errors import InvalidInputError, file_exists, missing_column
from stancekit.model import StanceModel
from stancekit.records import Prediction
from stancekit.tables import Table, check_format, read_table, write_table
from stancekit.text.checks import check_statement

_BATCH = 1024

Row = dict[str, object]


class Progress(Protocol):
    """Told how far the work is; `tqdm` is one."""

    def update(self, n: int) -> object:
        """Count `n` more rows as done."""


def predict_file(
    model: StanceModel,
    source: str | Path,
    target: str | Path,
    *,
    text: str = "text",
    prefix: str = "stance_",
    overwrite: bool = False,
    progress: Progress | None = None,
) -> int:
    r"""Label every row of a table; all its columns are kept.

    Columns are added: ``stance_labels`` and ``stance_abstained`` (lists of labels; text with ``|`` between
    them in CSV and TSV) and ``stance_score_<label>`` for each label.

    Parameters
    ----------
    model : StanceModel
        The model.
    source : str or Path
        CSV, TSV, JSONL or Parquet file, or a dataset; see `read_table`. It is streamed.
    target : str or Path
        File to write, its format by suffix. It appears under this name only when it is whole.
    text : str, default="text"
        Column with the statements.
    prefix : str, default="stance_"
        What the added columns' names begin with.
    overwrite : bool, default=False
        Whether an existing file of the target's name is replaced, once the new one is whole.
    progress : Progress, optional
        Told of each batch of rows.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    InvalidInputError
        On a target that exists, a missing column, a column that exists already, or a row without text; the
        message names row and field, and what was under the target's name before is left as it was.

    Examples
    --------
    >>> import stancekit, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = pathlib.Path(folder, "in.csv")
    ...     _ = source.write_text("id,text\n7,The embargo is illegal and must be lifted.\n")
    ...     n_rows = predict_file(stancekit.load(), source, source.with_name("out.jsonl"))
    ...     row = next(iter(stancekit.read_table(source.with_name("out.jsonl"))))
    >>> n_rows, row["id"], row["stance_labels"]
    (1, '7', ['anti-sanction'])
    """
    check_format(target)
    if Path(target).exists() and not overwrite:
        raise file_exists(target)
    table = read_table(source)
    added = _added_columns(model, prefix)
    _check_columns(table, text, added)
    return write_table(
        target,
        _labelled_rows(model, table, text, prefix, progress),
        columns=[*table.columns, *added],
        schema=_extended_schema(table, model, prefix),
    )


def _labelled_rows(
    model: StanceModel, table: Table, text: str, prefix: str, progress: Progress | None
) -> Iterator[Row]:
    rows = iter(table)
    n_done = 0
    while batch := list(islice(rows, _BATCH)):
        try:
            texts = [check_statement(row.get(text), row=n_done + i, field=text) for i, row in enumerate(batch)]
        except InvalidInputError as error:
            raise InvalidInputError(f"{table.source}: {error}") from None
        for i, (row, prediction) in enumerate(zip(batch, model.predict(texts), strict=True)):
            columns = _columns(prediction, prefix)
            if taken := sorted(row.keys() & columns.keys()):
                raise InvalidInputError(
                    f"{table.source} has {taken[0]!r} in row {n_done + i} already; choose another prefix"
                )
            yield row | columns
        n_done += len(batch)
        if progress is not None:
            progress.update(len(batch))


def _columns(prediction: Prediction, prefix: str) -> Row:
    return {
        f"{prefix}labels": list(prediction.labels),
        f"{prefix}abstained": list(prediction.abstained),
        **{f"{prefix}score_{label}": score for label, score in prediction.scores.items()},
    }


def _added_columns(model: StanceModel, prefix: str) -> list[str]:
    return [f"{prefix}labels", f"{prefix}abstained", *(f"{prefix}score_{label}" for label in model.labels)]


def _check_columns(table: Table, text: str, added: Iterable[str]) -> None:
    if text not in table.columns:
        raise missing_column(text, table.columns, table.source)
    for column in added:
        if column in table.columns:
            raise InvalidInputError(f"{table.source} has a column {column!r} already; choose another prefix")


def _extended_schema(table: Table, model: StanceModel, prefix: str) -> Any:  # noqa: ANN401 - a pyarrow schema
    """Give the input's schema with the added columns, so that every type survives."""
    if table.schema is None:
        return None
    import pyarrow as pa

    names = pa.list_(pa.string())
    fields = [pa.field(f"{prefix}labels", names), pa.field(f"{prefix}abstained", names)]
    fields += [pa.field(f"{prefix}score_{label}", pa.float64()) for label in model.labels]
    return pa.schema([*table.schema, *fields])
