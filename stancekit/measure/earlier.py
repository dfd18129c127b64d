"""Rows drawn earlier, found again in their corpus, and whether a further draw may join them in one sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError, missing_column, place
from stancekit.measure.designs import Sampling
from stancekit.tables import Table, read_table

ROW, STRATUM, PROBABILITY = "row", "stratum", "probability"
ID = "id"
_ROUNDING = 1e-6

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
    n_blank : int
        How many have no label yet.
    """

    source: str
    rows: Ints
    strata: Sequence[str] | None
    probabilities: NDArray[np.float64] | None
    n_blank: int


def read_earlier(corpus: Table, files: Iterable[str | Path], *, key: str | None, labels: str) -> list[EarlierRows]:
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
        The column by which rows are found again; None for ``id``, or the number in ``row`` where there is none.
    labels : str
        The column with the labels.

    Returns
    -------
    list of EarlierRows

    Raises
    ------
    InvalidInputError
        When a column is missing, or a row is not in the corpus, or is there twice; the message names row and field.
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
        found.append(_read(table, where, labels))
    return found


def _rows_by(corpus: Table, column: str) -> dict[str, int]:
    known: dict[str, int] = {}
    for number, value in enumerate(corpus.column(column)):
        if _is_blank(value):
            raise InvalidInputError(f"{corpus.source} has no value{place(number, column)}; every row needs one")
        if (first := known.setdefault(str(value), number)) != number:
            raise InvalidInputError(
                f"{corpus.source} has {str(value)!r} in rows {first} and {number}, field {column!r}; expected each once"
            )
    return known


def _rows_named(table: Table, column: str, known: dict[str, int] | None, corpus: Table) -> list[int]:
    n_rows = _n_rows(corpus) if known is None else 0
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


def _read(table: Table, where: Sequence[int], labels: str) -> EarlierRows:
    labelled = [not _is_blank(value) for value in table.column(labels)] if labels in table.columns else None
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
        n_blank=0 if labelled is None else sum(not labelled[one] for one in places),
    )


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


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value)) or not str(value).strip()


def _n_rows(table: Table) -> int:
    return sum(1 for _ in table) if table.n_rows is None else table.n_rows


def check_joins(earlier: Sequence[EarlierRows], sampling: Sampling) -> None:
    """Refuse earlier rows with which a further draw makes no sample of the design.

    What is left of a stratum after a random draw from it can be drawn from at random, and both together are a random
    sample of it. That holds too where the earlier draw was from wider strata, such as the whole corpus: how many of its
    rows lie in a stratum is then given. It does not hold where the rows of a stratum had different chances, or a part
    of the earlier draw is not there.

    Parameters
    ----------
    earlier : sequence of EarlierRows
        Each by itself tells of one draw; the chances of a second draw are those of both together.
    sampling : Sampling
        What is to be drawn now.

    Raises
    ------
    InvalidInputError
        When that shows in chances and strata. Of tables that do not tell the chances nothing can be said.
    """
    for one in earlier:
        if one.probabilities is None or not len(one.rows):
            continue
        for code in np.unique(sampling.stratum_codes[one.rows]):
            here = sampling.stratum_codes[one.rows] == code
            drawn_from = set() if one.strata is None else {one.strata[i] for i in np.flatnonzero(here).tolist()}
            chances = one.probabilities[here]
            if len(drawn_from) > 1 or np.ptp(chances) > _ROUNDING:
                seen = f"the strata {sorted(drawn_from)[:5]}" if len(drawn_from) > 1 else "different chances"
                raise InvalidInputError(
                    f"{one.source} was drawn with {seen}{sampling.stratum(int(code))}; a further draw makes one sample "
                    "with it only by the same strata, or by strata inside them"
                )
        _check_whole(one, sampling, alone=len(earlier) == 1)


def _check_whole(one: EarlierRows, sampling: Sampling, *, alone: bool) -> None:
    """Each unit drawn stands for one over its chance; together they stand for all, if they are all that was drawn."""
    assert one.probabilities is not None  # its caller has looked
    _, first = np.unique(sampling.unit_codes[one.rows], return_index=True)
    stands_for, n_units = float((1 / one.probabilities[first]).sum()), len(sampling.unit_strata)
    if alone and abs(stands_for - n_units) > _ROUNDING * n_units:
        raise InvalidInputError(
            f"the rows of {one.source} stand for {stands_for:.6g} of {n_units} by their chances; expected the whole "
            "sheet, drawn from this corpus, and, where it was itself drawn besides others, those too"
        )


def notes_of(earlier: Sequence[EarlierRows]) -> tuple[str, ...]:
    """Say what nobody can check but whoever drew."""
    found = []
    for one in earlier:
        if one.probabilities is None:
            found.append(
                f"{one.source} does not tell how its {len(one.rows)} rows were drawn; the sample is valid only where "
                "that was at random, by the same strata and the same documents, and not by score or keyword"
            )
        elif one.n_blank:
            found.append(f"{one.n_blank} of the {len(one.rows)} rows of {one.source} have no label; label them too")
    return tuple(found)
