"""Rows drawn earlier, found again in their corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError, missing_column, place, shown
from stancekit.measure.coded import crossed
from stancekit.sheet_columns import DRAWN, DRAWN_BY, ID, PROBABILITY, ROW, STATEMENTS, STRATUM, WHOLE
from stancekit.tables import Table, read_table
from stancekit.tables.values import cell

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EarlierRows:
    """What one table says was drawn earlier.

    Attributes
    ----------
    source : str
        The table.
    rows : array of int, of shape (n_rows,)
        Rows of the corpus, each once.
    strata : sequence of str or None
        The stratum that each was drawn from; None where the table has no such column.
    probabilities : array of shape (n_rows,) or None
        The chance that each had; None where the table does not say, and then nothing can be checked.
    drawn : str or None
        What was drawn, as `how_drawn` says it; None where the table does not say.
    drawn_by : str or None
        The columns that made the strata, likewise; None also where there were none.
    n_blank : int
        How many have no label yet.
    by_number_alone : bool
        Whether rows were found by their number, and no column shows that they are still the same.
    """

    source: str
    rows: Ints
    strata: Sequence[str] | None
    probabilities: NDArray[np.float64] | None
    drawn: str | None
    drawn_by: str | None
    n_blank: int
    by_number_alone: bool


def how_drawn(strata: Sequence[str], clusters: str | None) -> dict[str, str]:
    """Give the columns by which a sheet says how all of its rows were drawn.

    Examples
    --------
    >>> how_drawn(["year"], "speech")
    {'drawn': 'clusters of speech', 'drawn_by': 'year'}
    """
    by = {DRAWN_BY: ",".join(strata)} if strata else {}
    return {DRAWN: STATEMENTS if clusters is None else f"{WHOLE}{clusters}"} | by


def strata_of(corpus: Table, columns: Sequence[str]) -> list[object] | None:
    """Give the stratum of every row of a corpus, crossed where several columns make them; None without columns."""
    if not columns:
        return None
    found = [corpus.column(name) for name in columns]
    return found[0] if len(found) == 1 else list(crossed(*found))


def read_earlier(
    corpus: Table, files: Iterable[str | Path], *, key: str | None, labels: str, prefix: str
) -> list[EarlierRows]:
    """Find the rows of other tables in a corpus.

    A sheet of `write_sample`, which tells the chances, was drawn as a whole, so that rows without a label count too;
    of another table with a column of labels, the rows with a label do.

    Parameters
    ----------
    corpus : Table
        What was drawn from.
    files : iterable of str or Path
        Tables of `read_table`.
    key : str or None
        The column by which rows are found again; None for ``id``, or the number in ``row`` where there is none. Rows
        that go by number must have what the corpus has there, in all columns that both have.
    labels : str
        The column with the labels.
    prefix : str
        What the names of a model's columns begin with; these may have changed.

    Returns
    -------
    list of EarlierRows

    Raises
    ------
    InvalidInputError
        When a column is missing, or a row is not in the corpus, or is there twice, or is another one; the message names
        row and field.
    """
    found = []
    known: dict[str, dict[str, int]] = {}
    for file in files:
        table = read_table(file)
        column = key or (ID if ID in corpus.columns and ID in table.columns else ROW)
        if column not in table.columns:
            raise missing_column(column, table.columns, table.source)
        numbers = column == ROW and key is None
        if not numbers and column not in known:
            known[column] = _rows_by(corpus, column)
        where = _rows_named(table, column, None if numbers else known[column], corpus)
        compared = [name for name in _shared(table, corpus) if name != labels and not name.startswith(prefix)]
        if numbers and compared:
            _check_same(table, where, corpus, compared)
        found.append(_read(table, where, labels, by_number_alone=numbers and not compared))
    return found


def _rows_by(corpus: Table, column: str) -> dict[str, int]:
    known: dict[str, int] = {}
    for number, value in enumerate(corpus.column(column)):
        if is_missing(value):
            raise InvalidInputError(f"{corpus.source} has no value{place(number, column)}; every row needs one")
        if (first := known.setdefault(str(value), number)) != number:
            raise InvalidInputError(
                f"{corpus.source} has {str(value)!r} in rows {first} and {number}, field {column!r}; expected each once"
            )
    return known


def _rows_named(table: Table, column: str, known: dict[str, int] | None, corpus: Table) -> list[int]:
    n_rows = corpus.count() if known is None else 0
    rows = []
    for number, value in enumerate(table.column(column)):
        text = "" if value is None else str(value).strip()
        row = (int(text) if text.isdecimal() else -1) if known is None else known.get(str(value), -1)
        if row < 0 or (known is None and row >= n_rows):
            wanted = f"the number of a row, from 0 to {n_rows - 1}" if known is None else "what its rows have there"
            raise InvalidInputError(
                f"{table.source}: {value!r}{place(number, column)} is no row of {corpus.source}; expected {wanted}"
            )
        rows.append(row)
    return rows


def _shared(table: Table, corpus: Table) -> list[str]:
    return [name for name in table.columns if name in corpus.columns]


def _check_same(table: Table, where: Sequence[int], corpus: Table, columns: Sequence[str]) -> None:
    """Refuse a row that is not the one with its number, as where the corpus was sorted since."""
    wanted = set(where)
    there = {number: row for number, row in enumerate(corpus) if number in wanted}
    for number, (row, other) in enumerate(zip(table, where, strict=True)):
        for name in columns:
            if not _alike(has := row.get(name), there[other].get(name)):
                raise InvalidInputError(
                    f"{table.source} has {shown(has)}{place(number, name)}, and row {other} of {corpus.source} has "
                    f"{shown(there[other].get(name))} there; put the corpus into the order that it was drawn from, or "
                    "name a column by which rows are found again"
                )


def _alike(one: object, other: object) -> bool:
    return one == other or _form(one) == _form(other)


def _form(value: object) -> str | Decimal:
    """Give what a value is in all formats and after a visit to a spreadsheet: 1990 and 1990.0, line ends, True."""
    text = "" if is_missing(value) else " ".join(cell(value).split()).casefold()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _read(table: Table, where: Sequence[int], labels: str, *, by_number_alone: bool) -> EarlierRows:
    labelled = [not is_missing(value) for value in table.column(labels)] if labels in table.columns else None
    chances = _chances(table) if PROBABILITY in table.columns else None
    kept = np.ones(len(where), dtype=np.bool_)
    if chances is None and labelled is not None:
        kept = np.array(labelled, dtype=np.bool_)
    rows, first = np.unique(np.asarray(where, dtype=np.intp)[kept], return_index=True)
    places = np.flatnonzero(kept)[first]
    strata = [str(value) for value in table.column(STRATUM)] if STRATUM in table.columns else None
    return EarlierRows(
        source=table.source,
        rows=rows,
        strata=None if strata is None else [strata[int(one)] for one in places],
        probabilities=None if chances is None else chances[places],
        drawn=None if chances is None else _said_of_all(table, DRAWN),
        drawn_by=None if chances is None else _said_of_all(table, DRAWN_BY),
        n_blank=0 if labelled is None else sum(not labelled[one] for one in places),
        by_number_alone=by_number_alone,
    )


def _said_of_all(table: Table, column: str) -> str | None:
    """Give what every row of a sheet has in a column, if there is one."""
    if column not in table.columns:
        return None
    said = {"" if is_missing(value) else str(value).strip() for value in table.column(column)}
    if len(said) > 1:
        raise InvalidInputError(
            f"{table.source} has {sorted(said)[:5]} in field {column!r}; expected the sheet of one draw, so "
            "give each by itself"
        )
    return next(iter(said), None) or None


def _chances(table: Table) -> NDArray[np.float64]:
    found = []
    for number, value in enumerate(table.column(PROBABILITY)):
        try:
            chance = float(str(value))
        except ValueError:
            chance = -1.0
        if not 0 < chance <= 1:
            raise InvalidInputError(
                f"{table.source}: expected a chance above 0 and at most 1{place(number, PROBABILITY)}, got {value!r}"
            )
        found.append(chance)
    return np.array(found)
