"""What a table is, whichever format it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from stancekit.errors import InvalidInputError, lone_surrogate, missing_column, place, unknown_option
from stancekit.tables.compression import compression_of

Arrow: TypeAlias = Any
"""An object of pyarrow, which has no types and is imported where it is used."""

SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet", ".tsv")
"""The suffixes of files that can be read and written, in any case of letters; ``.gz`` or ``.zst`` may follow."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Rows that are read anew, one at a time, each time the table is iterated.

    Attributes
    ----------
    source : str
        What to call the table in errors: its path or its address.
    columns : tuple of str
        In the source's order. For JSONL the keys of the first row: later rows may have more or fewer.
    n_rows : int or None
        The number of rows, where the format knows it without reading (Parquet, Hugging Face data).
    schema : pyarrow.Schema or None
        The columns' types, where the format has them; pass it to `write_table` and they survive.
    open_rows : callable
        Gives a fresh iterator over the rows.
    open_batches : callable or None
        Gives a fresh iterator over pyarrow Tables of about as many bytes as it is told, where the format is
        columnar (Parquet, Hugging Face data).

    Examples
    --------
    >>> rows = [{"text": "Lift the sanctions."}, {"text": ""}]
    >>> table = Table(source="memory", columns=("text",), n_rows=2, open_rows=lambda: iter(rows))
    >>> [row["text"] for row in table] == table.column("text")
    True
    """

    source: str
    columns: tuple[str, ...]
    n_rows: int | None = None
    schema: Arrow | None = field(default=None, repr=False)
    open_rows: Callable[[], Iterator[dict[str, object]]] = field(repr=False)
    open_batches: Callable[[int], Iterator[Arrow]] | None = field(default=None, repr=False)

    def __iter__(self) -> Iterator[dict[str, object]]:
        return self.open_rows()

    def count(self) -> int:
        """Count the rows, reading them where the format does not know their number."""
        return sum(1 for _ in self) if self.n_rows is None else self.n_rows

    def column(self, name: str) -> list[object]:
        """Read one column into memory.

        Parameters
        ----------
        name : str
            One of `columns`.

        Returns
        -------
        list, of length n_rows

        Raises
        ------
        InvalidInputError
            When the table, or a row of a JSONL file, has no such column.
        """
        if name not in self.columns:
            raise missing_column(name, self.columns, self.source)
        values = []
        for number, row in enumerate(self):
            if name not in row:
                raise InvalidInputError(f"{self.source} has no value{place(number, name)}")
            values.append(row[name])
        return values


def suffix_of(path: str | Path) -> str:
    """Give the suffix of a table's file in lower case, that of its packing apart.

    Raises
    ------
    InvalidInputError
        When no format goes by the suffix, or a Parquet file is packed once more.
    """
    compression = compression_of(path)
    suffix = (Path(path).with_suffix("") if compression else Path(path)).suffix.lower()
    if suffix not in SUFFIXES:
        raise unknown_option(f"suffix in {str(path)!r}:", suffix, SUFFIXES)
    if compression and suffix == ".parquet":
        raise InvalidInputError(f"{str(path)!r}: Parquet is packed within; leave out {compression!r}")
    return suffix


def check_columns(columns: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Give `columns` back if they can head a table: text that UTF-8 can write, each once."""
    for column in columns:
        if not isinstance(column, str):
            raise InvalidInputError(f"{source}: expected column names of str, got {column!r}")
        try:
            column.encode("utf-8")
        except UnicodeEncodeError as error:
            raise lone_surrogate(error.start, field=column) from None
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise InvalidInputError(f"{source} has the columns {twice} more than once; give each its own name")
    return columns
