"""Tables in batches: rows as dicts, or columns as Arrow where both ends hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel
from stancekit.records import Judged
from stancekit.tables import Table
from stancekit.tables.parquet import arrow, write_arrow
from stancekit.tables.table import Arrow, suffix_of
from stancekit.tables.writing import replacing, write_rows
from stancekit.text._statements import Statements
from stancekit.text.checks import read_statements

_ROWS = 1 << 13  # rows of dicts a batch, if their statements are short
_CHARS = 1 << 22  # characters of text a batch, about
BATCH_BYTES = 1 << 22  # of Arrow a batch, about

Row = Mapping[str, object]


class BadRowsError(InvalidInputError):
    """The input has to be changed before it can be labelled."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Some rows of a table, read and checked.

    Attributes
    ----------
    statements : Statements, of length n_rows
        The statements.
    rows : list of mapping, of length n_rows, or None
        The rows, where they are dicts.
    columns : pyarrow.Table or None
        The rows, where they are Arrow.
    first_row : int
        The number of the first row in the table.
    """

    statements: Statements
    rows: list[Row] | None = None
    columns: Arrow | None = None
    first_row: int

    def __len__(self) -> int:
        return len(self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The columns that labelling adds.

    Attributes
    ----------
    model : StanceModel
        The model.
    prefix : str
        What their names begin with.
    unfamiliar : bool
        Whether the last column says what looks unlike all that the model was trained on.
    """

    model: StanceModel
    prefix: str
    unfamiliar: bool = False

    def names(self) -> list[str]:
        """Give the names in order."""
        scores = (f"{self.prefix}score_{label}" for label in self.model.labels)
        last = [f"{self.prefix}unfamiliar"] if self.unfamiliar else []
        return [f"{self.prefix}labels", f"{self.prefix}abstained", *scores, *last]

    def rows(self, batch: Batch, judged: Judged) -> Iterator[Row]:
        """Give the added values of each row."""
        labels, abstained = (self.model.label_sets(flags) for flags in (judged.asserted, judged.abstained))
        names = self.names()
        last = [(flag,) for flag in self._flags(batch)] if self.unfamiliar else repeat((), len(batch))
        for yes, unsure, scores, more in zip(labels, abstained, judged.scores.tolist(), last, strict=True):
            yield dict(zip(names, (yes, unsure, *scores, *more), strict=True))

    def arrays(self, batch: Batch, judged: Judged) -> list[Arrow]:
        """Give the added columns as Arrow."""
        lists = [self._label_column(flags) for flags in (judged.asserted, judged.abstained)]
        kind = arrow().float64()
        columns = lists + [_column(kind, len(judged), np.ascontiguousarray(scores)) for scores in judged.scores.T]
        if self.unfamiliar:
            bits = np.packbits(np.array(self._flags(batch), dtype=np.bool_), bitorder="little")
            columns.append(_column(arrow().bool_(), len(judged), bits))
        return columns

    def widen(self, batch: Batch, judged: Judged) -> Batch:
        """Give a batch whose Arrow columns have the added ones beside them; dicts get theirs when they are written."""
        if batch.columns is None:
            return batch
        columns = [*batch.columns.columns, *self.arrays(batch, judged)]
        widened = arrow().Table.from_arrays(columns, schema=self.schema(batch.columns.schema))
        return replace(batch, columns=widened)

    def schema(self, known: Arrow | None) -> Arrow:
        """Give the input's schema with the added columns, so that every type survives; these alone without one."""
        pa = arrow()
        kinds = [pa.list_(pa.string())] * 2 + [pa.float64()] * len(self.model.labels) + [pa.bool_()] * self.unfamiliar
        return pa.schema([*(known or ()), *map(pa.field, self.names(), kinds)])

    def _flags(self, batch: Batch) -> list[bool]:
        assert self.model.familiarity is not None  # `predict_file` has seen to it
        return self.model.familiarity.unfamiliar(batch.statements)

    def _label_column(self, flags: NDArray[np.bool_]) -> Arrow:
        pa = arrow()
        chosen = np.nonzero(flags)[1]
        names = [label.encode() for label in self.model.labels]
        content = np.frombuffer(b"".join(map(names.__getitem__, chosen.tolist())), dtype=np.uint8)
        words = _column(pa.string(), len(chosen), _ends(np.array(list(map(len, names)))[chosen]), content)
        return _column(pa.list_(pa.string()), len(flags), _ends(flags.sum(axis=1)), children=[words])


def _column(kind: Arrow, n_rows: int, *buffers: NDArray[Any], children: list[Arrow] | None = None) -> Arrow:
    """Make an Arrow array without nulls from its buffers; `pyarrow.array` would import pandas first."""
    pa = arrow()
    return pa.Array.from_buffers(kind, n_rows, [None, *map(pa.py_buffer, buffers)], children=children)


def _ends(sizes: NDArray[np.int_]) -> NDArray[np.int32]:
    """Give where each of the parts begins and the last one ends."""
    ends = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=ends[1:])
    return ends


def label_column(column: Arrow, added: Added, *, field: str, nulls: str = "error", first_row: int = 0) -> list[Arrow]:
    """Give the added columns of a column of statements.

    Parameters
    ----------
    column : pyarrow.Array or pyarrow.ChunkedArray, of length n_rows
        The statements.
    added : Added
        What is added.
    field : str
        The column's name, for errors.
    nulls : {"error", "null"}, default="error"
        What a null is: an error, or a row whose added cells are null too.
    first_row : int, default=0
        The number of the first row, for errors.

    Returns
    -------
    list of pyarrow.Array or pyarrow.ChunkedArray, each of length n_rows

    Raises
    ------
    InvalidInputError
        On a row that is no valid text.
    """
    gone = column.is_null() if nulls == "null" and column.null_count else None
    filled = column if gone is None else _filled(column)
    try:
        statements = read_statements(filled, field=field, first_row=first_row)
    except InvalidInputError as error:
        remedy = "; nulls='null' keeps such rows, without labels" if "NoneType" in str(error) else ""
        raise InvalidInputError(f"{error}{remedy}") from None
    arrays = added.arrays(Batch(statements=statements, first_row=first_row), added.model.judge(statements))
    return arrays if gone is None else [_blanked(array, gone) for array in arrays]


def _filled(column: Arrow) -> Arrow:
    pa = arrow()
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_null(kind) or pa.types.is_string_view(kind):  # which pyarrow cannot fill
        kind = pa.large_string()
    return column.cast(kind).fill_null("")


def _blanked(array: Arrow, gone: Arrow) -> Arrow:
    pa = arrow()
    return arrow("pyarrow.compute").if_else(gone, pa.scalar(None, array.type), array)


def read_batches(table: Table, text: str, target: Path) -> Iterator[Batch]:
    """Read a table in batches whose statements are checked; Arrow stays Arrow on the way to Parquet."""
    try:
        if table.open_batches is not None and suffix_of(target) == ".parquet":
            yield from _arrow_batches(table.open_batches(BATCH_BYTES), text)
        else:
            yield from _row_batches(iter(table), text)
    except InvalidInputError as error:
        message = str(error)
        raise BadRowsError(message if table.source in message else f"{table.source}: {message}") from error


def _arrow_batches(tables: Iterator[Arrow], text: str) -> Iterator[Batch]:
    first_row = 0
    for columns in tables:
        statements = read_statements(columns.column(text), field=text, first_row=first_row)
        yield Batch(statements=statements, columns=columns, first_row=first_row)
        first_row += len(statements)


def _row_batches(rows: Iterator[Row], text: str) -> Iterator[Batch]:
    first_row = 0
    for batch in _bounded(rows):
        statements = read_statements([row.get(text) for row in batch], field=text, first_row=first_row)
        yield Batch(statements=statements, rows=batch, first_row=first_row)
        first_row += len(batch)


def _bounded(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    n_chars = 0
    for row in rows:
        batch.append(row)
        n_chars += sum(len(value) for value in row.values() if type(value) is str)
        if len(batch) == _ROWS or n_chars >= _CHARS:
            yield batch
            batch, n_chars = [], 0
    if batch:
        yield batch


def write_batches(
    target: Path, judged: Iterable[tuple[Batch, Judged]], table: Table, added: Added, partial: Path
) -> int:
    """Write the batches with what was said of them, whole or not at all, and give the number of rows."""
    # The first rows may have no label, so that a type cannot be told by them.
    is_typed = table.schema is not None or suffix_of(target) == ".parquet"
    schema = added.schema(table.schema) if is_typed else None
    with replacing(target, partial) as file:
        if table.open_batches is not None and suffix_of(target) == ".parquet":
            # Arrow writes by itself: through Python's file every page would be copied, and wait for the lock.
            with arrow().OSFile(file.name, "wb") as native:
                return write_arrow(native, (batch.columns for batch, _ in judged), schema)
        rows = (row for batch, said in judged for row in _labelled_rows(batch, said, added, table.source))
        return write_rows(file, target, rows, [*table.columns, *added.names()], schema)


def _labelled_rows(batch: Batch, judged: Judged, added: Added, source: str) -> Iterator[Row]:
    assert batch.rows is not None
    for number, (row, more) in enumerate(zip(batch.rows, added.rows(batch, judged), strict=True), batch.first_row):
        labelled = {**row, **more}
        if len(labelled) < len(row) + len(more):
            taken = min(row.keys() & more.keys())
            raise InvalidInputError(f"{source} has {taken!r} in row {number} already; choose another prefix")
        yield labelled
