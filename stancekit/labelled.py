"""Labelled statements from tables, for training and evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, missing_column
from stancekit.tables import Table, read_table
from stancekit.text.checks import check_statement

_YES = {"1", "1.0", "true", "yes"}
_NO = {"0", "0.0", "false", "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
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

    def __len__(self) -> int:
        return len(self.texts)

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
    labels: str = "labels",
    group: str | None = None,
    keep: Iterable[str] = (),
) -> LabelledStatements:
    r"""Read labelled statements from a table.

    Labels stand in one column, as a list or as text with ``|`` between labels or codes (empty: none of
    them; null: not annotated); or, where the table has no such column, in one column a label with
    1 or 0, true or false, yes or no, and blank or null for "not annotated".

    Parameters
    ----------
    source : str or Path
        CSV, TSV, JSONL or Parquet file, or a dataset; see `read_table`.
    codebook : Codebook
        The labels.
    text, labels : str
        Names of the columns.
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
        names row and field.

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
    per_label = labels not in table.columns and any(label in table.columns for label in codebook.labels)
    marks = codebook.labels if per_label else (labels,)
    _check_columns(table, [text, *marks, *([group] if group else []), *keep])
    texts, truth, groups = [], [], []
    columns: dict[str, list[object]] = {name: [] for name in keep}
    for number, row in enumerate(table):
        try:
            texts.append(check_statement(row.get(text), row=number, field=text))
            truth.append(_read_marks(row, codebook, number, None if per_label else labels))
            groups.append(str(number) if group is None else _read_group(row.get(group), number, group))
        except InvalidInputError as error:
            raise InvalidInputError(f"{table.source}: {error}") from None
        for name in keep:
            columns[name].append(row.get(name))
    if not texts:
        raise InvalidInputError(f"{table.source} has no rows")
    n_labels = len(codebook.labels)
    marked = np.array(truth)
    return LabelledStatements(
        texts=texts, truth=marked[:, :n_labels], groups=groups, columns=columns, poles=marked[:, n_labels:]
    )


def _check_columns(table: Table, names: Iterable[str]) -> None:
    for name in names:
        if name not in table.columns:
            raise missing_column(name, table.columns, table.source)


def _read_group(value: object, row: int, field: str) -> str:
    if value is None or value == "":
        raise InvalidInputError(f"row {row} has no group in field {field!r}; name its speech or document")
    return str(value)


def _read_cell(value: object, codebook: Codebook, row: int, field: str) -> list[float]:
    names = [*codebook.labels, *_poles(codebook)]
    if value is None:
        return [np.nan] * len(names)
    if isinstance(value, str):
        marks = [mark.strip() for mark in value.split("|") if mark.strip()]
    elif isinstance(value, list | tuple | np.ndarray):
        marks = [str(mark) for mark in value]
    else:
        raise InvalidInputError(f"expected a list of labels or text in row {row}, field {field!r}, got {value!r}")
    found = codebook.resolve(marks, row=row, field=field)
    return [float(name in found) for name in names]


def _poles(codebook: Codebook) -> list[str]:
    return [stance.label for stance in codebook.stances if not stance.predicted]


def _read_marks(row: Mapping[str, object], codebook: Codebook, number: int, labels: str | None) -> list[float]:
    for name in codebook.labels if labels is None else (labels,):
        if name not in row:
            raise InvalidInputError(f"row {number} has no field {name!r}; write null where nobody annotated")
    if labels is None:
        marks = [_read_flag(row[label], number, label) for label in codebook.labels]
        marks += [np.nan] * len(_poles(codebook))
    else:
        marks = _read_cell(row[labels], codebook, number, labels)
    own = marks[: len(codebook.labels)]
    if codebook.exclusive and not np.isnan(own).all() and sum(own) != 1:
        raise InvalidInputError(f"labels exclude one another, so each row needs just one; row {number} has {own}")
    return marks


def _read_flag(value: object, row: int, field: str) -> float:
    mark = "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value).strip().lower()
    if mark in _YES:
        return 1.0
    if mark in _NO:
        return 0.0
    if mark == "":
        return np.nan
    raise InvalidInputError(f"expected 1, 0 or blank in row {row}, field {field!r}, got {value!r}")
