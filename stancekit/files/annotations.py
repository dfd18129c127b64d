"""Annotations that stand in tables of their own, found by the ids of their rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from stancekit.codebook import Codebook
from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError, missing_column, naming, place
from stancekit.labelled import cell_marks, read_flag
from stancekit.sheet_columns import AUDIT, DRAWN, PROBABILITY, SHOWN_BY, STATEMENTS, STRATUM, WHOLE
from stancekit.tables import Table
from stancekit.tables.parquet import rows_of

Row = Mapping[str, object]

_BYTES = 1 << 22
_LOOP = (SHOWN_BY, AUDIT)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """What a table of annotations says of how its rows were drawn.

    Attributes
    ----------
    source : str
        The table.
    ids : list of str
        Of its rows; where the table tells neither chances nor that documents were drawn whole, of those with an
        annotation.
    numbers : list of int
        Where each stands in the table.
    strata : list of str or None
        The stratum of each, as the table calls it; None where it has no column ``stratum``.
    chances : list of float or None
        The chance of each; None where there is no column ``probability``.
    drawn : list of str or None
        What was drawn, as the table says of each; None where it has no column ``drawn``.
    rows : list of int
        Where each stands in the corpus; -1 where it does not.
    n_blank : int
        Rows of the table that nobody has annotated yet, where the table says how they were drawn; else 0.
    """

    source: str
    ids: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    strata: list[str] | None = None
    chances: list[float] | None = None
    drawn: list[str] | None = None
    rows: list[int] = field(default_factory=list)
    n_blank: int = 0

    @property
    def documents(self) -> str | None:
        """The column of documents that were drawn whole; None where the table does not say that they were."""
        said = next((one for one in self.drawn or () if one.startswith(WHOLE)), None)
        return None if said is None else said.removeprefix(WHOLE)

    @property
    def by_statements(self) -> bool:
        """Whether the table says that statements were drawn."""
        return STATEMENTS in (self.drawn or ())

    def in_corpus(self, places: Mapping[str, int]) -> Sheet:
        """Give the sheet with the places of its rows."""
        return replace(self, rows=[places.get(name, -1) for name in self.ids])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annotations:
    """The annotations of one or more tables.

    Attributes
    ----------
    marks : dict of str to list of float, or None
        By id 1, 0 or NaN for each label; None where a row of a sheet is not annotated yet.
    texts : dict of str to str
        By id the statement that was annotated, where a table has it, in small letters and with single blanks.
    sheets : tuple of Sheet
        One for each table. What a single one says of strata and chances is read where it also says what was drawn.
    """

    marks: dict[str, list[float] | None]
    texts: dict[str, str]
    sheets: tuple[Sheet, ...]


def read_annotations(
    tables: Iterable[Table], key: str, column: str, codebook: Codebook, *, text: str | None = None
) -> Annotations:
    r"""Read the annotations of one or more tables by the ids of their rows.

    Parameters
    ----------
    tables : iterable of Table
        The tables.
    key : str
        The column of ids.
    column : str
        The column of annotations.
    codebook : Codebook
        The labels, and the codes that annotators may have written.
    text : str, optional
        The column of statements, for tables that have it.

    Returns
    -------
    Annotations

    Raises
    ------
    InvalidInputError
        On a missing column, an unknown label, a chance that is none, a row that the labelling loop chose, or an id that
        comes twice; the message names table, row and field.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from stancekit import read_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "sheet.csv")
    ...     _ = path.write_text("id,labels\ns1,a\ns2,\n")
    ...     read_annotations([read_table(path)], "id", "labels", Codebook.from_labels(["a"])).marks
    {'s1': [1.0]}
    """
    all_tables = list(tables)
    gathered = _Gathered(several=len(all_tables) > 1, text=text)
    sheets = [gathered.sheet(table, key, Marks.found(table, column, codebook)) for table in all_tables]
    return Annotations(marks=gathered.marks, texts=gathered.texts, sheets=tuple(sheets))


def plain_text(value: object) -> str:
    r"""Give a statement as it is compared: a spreadsheet may have changed its blanks and line ends.

    Examples
    --------
    >>> plain_text("Lift it,\nNOW.")
    'lift it, now.'
    """
    return " ".join(cell_text(value).split()).casefold()


class _Gathered:
    """What was read so far."""

    def __init__(self, *, several: bool, text: str | None) -> None:
        self.several = several
        self.marks: dict[str, list[float] | None] = {}
        self.texts: dict[str, str] = {}
        self._text = text
        self._seen: dict[str, str] = {}

    def sheet(self, table: Table, key: str, marks: Marks) -> Sheet:
        """Read one more table."""
        told = _LOOP if set(_LOOP) <= set(table.columns) else ()
        # A lone table may have chances of its own; those of a sheet of `draw` stand beside what was drawn.
        told_how = self.several or DRAWN in table.columns
        drawn = [name for name in (PROBABILITY, STRATUM) if told_how and name in table.columns]
        drawn += [DRAWN] * (DRAWN in table.columns)
        check_columns(table, [key, *marks.columns])
        sheet = Sheet(
            source=table.source,
            drawn=[] if DRAWN in drawn else None,
            chances=[] if PROBABILITY in drawn else None,
            strata=[] if STRATUM in drawn else None,
        )
        stated = [self._text] if self._text in table.columns else []
        wanted = dict.fromkeys([key, *marks.columns, *told, *drawn, *stated])
        is_drawn, n_blank = not {DRAWN, PROBABILITY, STRATUM}.isdisjoint(table.columns), 0
        with naming(table.source):
            for number, row in enumerate(selected_rows(table, wanted)):
                name, found = row_id(row.get(key), number, key), marks.read(row, number)
                n_blank += found is None
                if told and found is not None:
                    _check_drawn(row, number)
                # All of a sheet was drawn, labelled or not.
                counts = found is not None or sheet.chances is not None or _is_whole(row)
                if name in self._seen and (counts or not self.several):
                    raise self._twice(name, number, key, table.source)
                if counts:
                    self._seen[name] = f"row {number} of {table.source}"
                    self.marks[name] = found
                    if stated:
                        self.texts[name] = plain_text(row.get(stated[0]))
                    _note(sheet, name, row, number)
        return replace(sheet, n_blank=n_blank if is_drawn else 0)

    def _twice(self, name: str, number: int, key: str, source: str) -> InvalidInputError:
        where = self._seen[name]
        again = "comes twice" if where.endswith(f" of {source}") else f"is that of {where} too"
        return InvalidInputError(f"id {name!r}{place(number, key)} {again}; give each statement one row")


def _is_whole(row: Row) -> bool:
    return cell_text(row.get(DRAWN)).startswith(WHOLE)


def _note(sheet: Sheet, name: str, row: Row, number: int) -> None:
    sheet.ids.append(name)
    sheet.numbers.append(number)
    if sheet.strata is not None:
        sheet.strata.append(cell_text(row.get(STRATUM)))
    if sheet.drawn is not None:
        sheet.drawn.append(cell_text(row.get(DRAWN)))
    if sheet.chances is not None:
        sheet.chances.append(_chance(row.get(PROBABILITY), number))


def _chance(value: object, number: int) -> float:
    with suppress(TypeError, ValueError):
        if 0 < (chance := float(value)) <= 1:  # type: ignore[arg-type]
            return chance
    raise InvalidInputError(f"expected a chance above 0 and at most 1{place(number, PROBABILITY)}, got {value!r}")


def _check_drawn(row: Row, number: int) -> None:
    """Refuse a row that the labelling loop chose, by the columns that it writes."""
    shown_by, audit = (row.get(column) for column in _LOOP)
    if read_flag(audit, number, AUDIT) == 0:
        raise InvalidInputError(
            f"the statement{place(number, 'audit')} is not of the random sample (shown by {shown_by!r}), so no "
            "share follows from it; export the sample alone: stancekit label ... --export FILE --audit-only"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where annotations stand: in one column, or in one a label."""

    columns: tuple[str, ...]
    codebook: Codebook
    per_label: bool

    @classmethod
    def found(cls, table: Table, column: str, codebook: Codebook) -> Marks:
        """Find the columns of a table."""
        there = tuple(label for label in codebook.labels if label in table.columns)
        if column not in table.columns and there:
            return cls(columns=there, codebook=codebook, per_label=True)
        if column not in table.columns:
            raise missing_column(column, table.columns, table.source)
        return cls(columns=(column,), codebook=codebook, per_label=False)

    def read(self, row: Row, number: int) -> list[float] | None:
        """Give 1, 0 or NaN for each label; None where nothing is annotated."""
        if self.per_label:
            known = {label: read_flag(row.get(label), number, label) for label in self.columns}
            flags = [known.get(label, math.nan) for label in self.codebook.labels]
            return None if all(np.isnan(flags)) else flags
        column = self.columns[0]
        value = row.get(column)
        if is_missing(value):
            return None
        marks = cell_marks(value, self.codebook.codes, number, column) or ()
        found = self.codebook.resolve(marks, row=number, field=column)
        return [float(label in found) for label in self.codebook.labels]


def selected_rows(table: Table, columns: Iterable[str]) -> Iterator[Row]:
    """Yield rows with some of the columns, without making the others where the format is columnar."""
    if table.open_batches is None:
        yield from table
        return
    wanted = list(columns)
    yield from rows_of((batch.select(wanted) for batch in table.open_batches(_BYTES)), table.source)


def check_columns(table: Table, names: Iterable[str]) -> None:
    """Raise where a table lacks one of some columns."""
    for name in names:
        if name not in table.columns:
            raise missing_column(name, table.columns, table.source)


def row_id(value: object, row: int, field_: str) -> str:
    """Give the id in a cell, and raise where there is none."""
    name = cell_text(value)
    if not name:
        raise InvalidInputError(f"there is no id{place(row, field_)}; every statement needs one")
    return name


def cell_text(value: object) -> str:
    """Give a cell as text; blank where it has nothing."""
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN
