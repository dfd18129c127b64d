"""Labelled statements from tables, for training and evaluation."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.columns import is_missing
from stancekit.errors import (
    InvalidInputError,
    missing_column,
    missing_labels,
    naming,
    place,
    predictions_for_labels,
    refuse_masked,
)
from stancekit.sheet_columns import DRAWN, PROBABILITY
from stancekit.tables import Table, read_table
from stancekit.text.checks import check_statement

_YES = {"1", "1.0", "true", "yes"}
_NO = {"0", "0.0", "false", "no"}
LABELS = "labels"
"""The column of labels where none is named."""
NONE = frozenset({"-", "–", "[]", "none"})
"""What annotators write for "none of the labels", since an empty cell of a text file may as well mean "not seen"."""
MISSING_WORDS = ("na", "n/a", "#n/a", "nan", "null", "<na>")
"""What programs write for "not seen", in small letters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledStatements:
    """Statements with what annotators said of them.

    Attributes
    ----------
    texts : list of str, of length n_statements
        The statements.
    truth : ndarray of float64 of shape (n_statements, n_labels)
        1, 0, or NaN where nobody annotated; columns in codebook order.
    groups : list of str, of length n_statements
        Speech or document of each statement.
    columns : mapping of str to list
        Other columns that were asked for, for slices.
    poles : ndarray of float64 of shape (n_statements, n_poles) or None
        The same for the stances that the codebook knows but a model does not predict, in codebook order; an
        encoder learns from them too.

    Examples
    --------
    >>> data = LabelledStatements(texts=["Yes.", "No."], truth=np.array([[1.0], [np.nan]]), groups=["a", "b"])
    >>> len(data), data.take([1]).texts
    (2, ['No.'])
    """

    texts: list[str]
    truth: NDArray[np.float64]
    groups: list[str]
    columns: Mapping[str, list[object]] = field(default_factory=dict)
    poles: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        refuse_masked("truth", self.truth)
        try:
            truth = np.asarray(self.truth, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InvalidInputError(f"truth must hold 1, 0 or NaN for each statement and label: {error}") from error
        if truth.ndim != 2 or len(truth) != len(self.texts):
            raise InvalidInputError(f"truth has shape {truth.shape}, expected ({len(self.texts)}, n_labels)")
        if self.groups is None or len(self.groups) != len(self.texts):
            raise InvalidInputError(f"groups must name the speech or document of each of {len(self.texts)} statements")
        object.__setattr__(self, "truth", truth)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def repeats(self) -> list[list[int]]:
        """The rows of each annotated statement that stands more than once, white space apart."""
        rows_of: dict[str, list[int]] = {}
        for row in np.flatnonzero(~np.isnan(self.truth).all(axis=1)).tolist():
            rows_of.setdefault(" ".join(self.texts[row].split()), []).append(row)
        return [rows for text, rows in rows_of.items() if text and len(rows) > 1]

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> LabelledStatements:
        """Give some of the statements, in the order of `rows`."""
        return LabelledStatements(
            texts=[self.texts[row] for row in rows],
            truth=self.truth[np.asarray(rows, dtype=np.intp)],
            groups=[self.groups[row] for row in rows],
            columns={name: [values[row] for row in rows] for name, values in self.columns.items()},
            poles=None if self.poles is None else self.poles[np.asarray(rows, dtype=np.intp)],
        )


def read_labelled(
    source: str | Path,
    codebook: Codebook,
    *,
    text: str = "text",
    labels: str | None = None,
    group: str | None = None,
    keep: Iterable[str] = (),
) -> LabelledStatements:
    r"""Read labelled statements from a table.

    Labels stand in one column, as a list or as text with ``|`` between labels or codes (codes of one letter may stand
    without it, as in ``AC``). None of them is an empty list,
    or the text ``none``, ``-`` or ``[]``, unless a label or a code is called so; null is "not annotated". Blank text is
    "not annotated" where any row says ``none``, where labels exclude one another, and on the sheets of `write_sample`
    and `write_labellings`, which are told by their columns ``drawn`` and ``probability``; elsewhere it is "none of
    them". Or, where the table has no such column and none is named, labels stand in one column a label with 1 or 0,
    true or false, yes or no, and blank or null for "not annotated"; stances that are not predicted may have such
    columns too.

    Parameters
    ----------
    source : str or Path
        CSV, TSV, JSONL or Parquet file, or a dataset; see `read_table`.
    codebook : Codebook
        The labels.
    text : str, default="text"
        Column with the statements.
    labels : str, optional
        Column with the labels; without it that called ``labels``, or, where there is none, one column a label.
    group : str, optional
        Column with the speech or document; each row is its own group where None.
    keep : iterable of str
        Other columns to keep, for slices.

    Returns
    -------
    LabelledStatements

    Raises
    ------
    InvalidInputError
        On a missing column, a row without text, or a label that the codebook does not have; the message
        names row and field. On a model's predictions too, which are told by the columns beside `labels`: a model
        that learns or is measured by them seems to be right always.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "rows.csv")
    ...     _ = path.write_text("text,labels,speech\nLift it.,against,s1\nWe met.,,s1\n")
    ...     data = read_labelled(path, Codebook.from_labels(["against"]), group="speech")
    >>> data.truth.tolist(), data.groups
    ([[1.0], [0.0]], ['s1', 's1'])
    """
    table = read_table(source)
    keep = tuple(keep)
    column = labels_column(table, codebook, labels)
    _check_columns(table, [text, *([group] if group else []), *keep])
    _check_labels(table, codebook, labels, column)
    texts, truth, groups, cells = [], [], [], []
    columns: dict[str, list[object]] = {name: [] for name in keep}
    for number, row in enumerate(table):
        with naming(table.source):
            texts.append(check_statement(row.get(text), row=number, field=text))
            truth.append(read_marks(row, codebook, number, column))
            groups.append(str(number) if group is None else read_group(row.get(group), number, group))
        cells.append(None if column is None else row[column])
        for name in keep:
            columns[name].append(row.get(name))
    if not texts:
        raise InvalidInputError(f"{table.source} has no rows")
    n_labels = len(codebook.labels)
    marked = np.array(truth)
    codes = codebook.codes
    is_sheet = not {DRAWN, PROBABILITY}.isdisjoint(table.columns)
    if is_sheet or any(_says_none(cell, codes) for cell in cells):
        marked[[isinstance(cell, str) and not _parts(cell) for cell in cells]] = np.nan
    return LabelledStatements(
        texts=texts, truth=marked[:, :n_labels], groups=groups, columns=columns, poles=marked[:, n_labels:]
    )


def labels_column(table: Table, codebook: Codebook, labels: str | None) -> str | None:
    """Give the column of labels: that which was named, else ``labels``; None where each label has its own.

    Examples
    --------
    >>> rows = Table(source="memory", columns=("text", "lift"), open_rows=lambda: iter([]))
    >>> labels_column(rows, Codebook.from_labels(["lift"]), None) is None
    True
    """
    if labels is None and LABELS not in table.columns and any(label in table.columns for label in codebook.labels):
        return None
    return labels or LABELS


def _check_columns(table: Table, names: Iterable[str]) -> None:
    for name in names:
        if name not in table.columns:
            raise missing_column(name, table.columns, table.source)


def _check_labels(table: Table, codebook: Codebook, named: str | None, column: str | None) -> None:
    """Raise where a column of labels is missing, or a model wrote it."""
    if named is not None:
        _check_columns(table, [named])
    for name in codebook.labels if column is None else (column,):
        if name not in table.columns:
            raise missing_labels(name, table.columns, table.source)
    if column is not None:
        check_by_hand(table, column)


def check_by_hand(table: Table, labels: str) -> None:
    """Raise an error where a model wrote the column of labels: its scores stand beside, and where it abstained."""
    if not labels.endswith("labels"):
        return
    prefix = labels.removesuffix("labels")
    abstained = [name for name in table.columns if name == f"{prefix}abstained"]
    scores = [name for name in table.columns if name == f"{prefix}scores" or name.startswith(f"{prefix}score_")]
    if abstained and scores:
        raise predictions_for_labels(table.source, labels, [*abstained, *scores])


def read_group(value: object, row: int, field: str) -> str:
    """Read the group of a row; blanks around a name and runs of them tell no groups apart.

    Examples
    --------
    >>> read_group(7, row=0, field="speech"), read_group(" Lee  2020 ", row=1, field="speech")
    ('7', 'Lee 2020')
    """
    if is_missing(value):
        raise InvalidInputError(f"row {row} has no group in field {field!r}; name its speech or document")
    return " ".join(str(value).split())


def _read_cell(value: object, codebook: Codebook, row: int, field: str) -> list[float]:
    names = [*codebook.labels, *_poles(codebook)]
    is_blank = isinstance(value, str) and not value.strip()
    if value is None or (is_blank and codebook.exclusive):  # of labels that exclude one another each row takes one
        return [np.nan] * len(names)
    if not isinstance(value, str | list | tuple | np.ndarray):
        raise InvalidInputError(f"expected a list of labels or text in row {row}, field {field!r}, got {value!r}")
    found = codebook.resolve([] if is_blank else _marks(value, codebook.codes, row, field), row=row, field=field)
    return [float(name in found) for name in names]


def _marks(value: object, codes: Container[str], row: int, field: str) -> list[str]:
    """Take a cell apart as annotators' cells are; in a list numbers may be labels too."""
    if isinstance(value, str):
        return list(_marks_of_text(value, codes, row, field))
    marks = [] if _says_none(value, codes) else [str(mark) for mark in _parts(value)]
    for mark in marks:
        _check_mark(mark, codes, row, field)
    return marks


def _parts(value: object) -> list[object]:
    """Take a cell of labels apart; what is no list and no text has no parts."""
    if isinstance(value, str):
        return [mark.strip() for mark in value.split("|") if mark.strip()]
    return list(value) if isinstance(value, list | tuple | np.ndarray) else []


def _says_none(value: object, codes: Container[str]) -> bool:
    parts = _parts(value)
    return len(parts) == 1 and isinstance(parts[0], str) and _means_none(parts[0], codes)


def _poles(codebook: Codebook) -> list[str]:
    return [stance.label for stance in codebook.stances if not stance.predicted]


def read_marks(row: Mapping[str, object], codebook: Codebook, number: int, labels: str | None) -> list[float]:
    """Read what a row says of each label, then of each stance that is not predicted: 1, 0, or NaN.

    Parameters
    ----------
    row : mapping of str to object
        The row.
    codebook : Codebook
        The labels.
    number : int
        Of the row, for errors.
    labels : str or None
        The field with the labels; None where each label has its own.

    Examples
    --------
    >>> read_marks({"labels": "lift"}, Codebook.from_labels(["lift", "trade"]), 0, "labels")
    [1.0, 0.0]
    """
    for name in codebook.labels if labels is None else (labels,):
        if name not in row:
            raise InvalidInputError(f"row {number} has no field {name!r}; write null where nobody annotated")
    if labels is None:
        marks = [read_flag(row[label], number, label) for label in codebook.labels]
        marks += [read_flag(row.get(pole), number, pole) for pole in _poles(codebook)]
    else:
        marks = _read_cell(row[labels], codebook, number, labels)
    own = marks[: len(codebook.labels)]
    if codebook.exclusive and not np.isnan(own).all() and sum(own) != 1:
        raise _not_one(marks, codebook, number)
    return marks


def _not_one(marks: Sequence[float], codebook: Codebook, number: int) -> InvalidInputError:
    """Build the error for a row that takes none or several of the labels that exclude one another."""
    names = [name for name, mark in zip([*codebook.labels, *_poles(codebook)], marks, strict=True) if mark == 1]
    if len(names) == 1:
        return InvalidInputError(
            f"row {number} is labelled {names[0]!r}, which this codebook has as 'predicted: false'; of labels that "
            "exclude one another all must be predicted, or the row left out"
        )
    return InvalidInputError(f"labels exclude one another, so each row needs just one; row {number} has {names}")


def read_flag(value: object, row: int, field: str) -> float:
    """Read whether a row takes a label: 1, 0, or NaN where nobody annotated.

    Examples
    --------
    >>> read_flag("yes", row=0, field="lift"), read_flag("", row=0, field="lift")
    (1.0, nan)
    """
    mark = "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value).strip().lower()
    if mark in _YES:
        return 1.0
    if mark in _NO:
        return 0.0
    if mark == "":
        return np.nan
    raise InvalidInputError(f"expected 1, 0 or blank in row {row}, field {field!r}, got {value!r}")


def cell_marks(value: object, codes: Container[str], row: int, field: str) -> list[str] | None:
    """Read what an annotator wrote into one cell: labels or codes, none of them, or nothing.

    Parameters
    ----------
    value : object
        A list of labels or codes, or text with ``|`` between them; codes of one letter may stand without it, as in
        ``AC``. None of the labels is an empty list, or the text ``none``, ``-`` or ``[]``, unless a label or a code is
        called so. None, NaN and blank text are nothing.
    codes : container of str
        The labels and codes that there are.
    row, field : int, str
        Where the cell stands, for errors.

    Returns
    -------
    list of str or None
        Not yet looked up in the codebook; None where there is nothing.

    Raises
    ------
    InvalidInputError
        On a cell that is neither a list nor text, or holds something else than text.

    Examples
    --------
    >>> [cell_marks(cell, {"A", "C"}, 0, "labels") for cell in ("AC", "A | C", "none", [], " ")]
    [['A', 'C'], ['A', 'C'], [], [], None]
    """
    if is_missing(value):
        return None
    if isinstance(value, str):
        return list(_marks_of_text(value, codes, row, field))
    names = split_labels(value, row, field)
    return [] if len(names) == 1 and _means_none(names[0], codes) else names


def split_labels(value: object, row: int, field: str) -> list[str]:
    """Take a cell apart that is a list of text, or text with ``|`` in it; white space around the parts is taken off.

    Raises
    ------
    InvalidInputError
        On anything else, by row and field.

    Examples
    --------
    >>> split_labels("lift | trade", row=0, field="labels"), split_labels([], row=0, field="labels")
    (['lift', 'trade'], [])
    """
    names = value.split("|") if isinstance(value, str) else value
    if not isinstance(names, list | tuple | np.ndarray) or not all(isinstance(name, str) for name in names):
        raise InvalidInputError(f"expected a list of labels or text{place(row, field)}, got {value!r}")
    return [name.strip() for name in names if name.strip()]


def _marks_of_text(text: str, codes: Container[str], row: int, field: str) -> Iterator[str]:
    names = split_labels(text, row, field)
    if not names:
        raise InvalidInputError(f"expected labels{place(row, field)}, got {text!r}; write 'none' where none fits")
    for name in names:
        _check_mark(name, codes, row, field)
        if name not in codes and all(letter in codes for letter in name):
            yield from name
        elif "|" in text or not _means_none(name, codes):
            yield name


def _check_mark(name: str, codes: Container[str], row: int, field: str) -> None:
    """Raise on a word for what is missing, and on a nought, neither of which is a label."""
    if name in codes:
        return
    # R and spreadsheets write NA where nothing was seen; read letter by letter it would be two codes.
    if name.lower() in MISSING_WORDS:
        raise InvalidInputError(
            f"{name!r}{place(row, field)} looks like a missing value; write 'none' where none fits, leave the cell "
            "blank where nobody annotated, and write | between codes"
        )
    if name == "0":
        raise InvalidInputError(
            f"{name!r}{place(row, field)} is no label and no code; write 'none' where none fits, and leave the "
            "cell blank where nobody annotated"
        )


def _means_none(name: str, codes: Container[str]) -> bool:
    # A label None may well be what is meant by none, so that is left to be refused as an unknown label.
    spellings = (name, name.lower(), name.capitalize(), name.upper())
    return name.lower() in NONE and not any(spelling in codes for spelling in spellings)
