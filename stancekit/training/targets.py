"""What a classifier may be given as `y`, as one array with a codebook."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Sized

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stancekit.codebook import Codebook
from stancekit.columns import in_label_order, is_missing
from stancekit.errors import InvalidInputError, refuse_masked, unknown_label

Floats = NDArray[np.float64]

_NUMBER = int | float | np.number | np.bool_ | None


def read_targets(y: object, codebook: Codebook | None) -> tuple[Floats, Codebook]:
    """Read labels in any of the accepted forms.

    Parameters
    ----------
    y : array-like
        Numbers of shape (n_statements, n_labels): 1, 0, or NaN or None where nobody annotated; a sparse matrix of
        them, as scikit-learn's binarizers give, has no gaps. Or one
        label a statement (an exclusive task unless the codebook says otherwise). Or one collection of
        labels or codes a statement. None in place of a label or a collection: not annotated.
    codebook : Codebook or None
        The labels; made from `y` where None.

    Returns
    -------
    truth : ndarray of float64 of shape (n_statements, n_labels)
        1, 0 or NaN.
    codebook : Codebook

    Raises
    ------
    InvalidInputError
        On another shape or type, and on labels or values that are not allowed; the message names the row.
    """
    refuse_masked("y", y)
    if hasattr(y, "columns"):
        codebook = codebook or Codebook.from_labels([str(column) for column in y.columns])
        y = in_label_order(y, codebook.labels, "y")
    if hasattr(y, "to_pylist"):  # pyarrow's arrays of lists do not become numpy's
        y = y.to_pylist()
    if isinstance(y, sparse.spmatrix | sparse.sparray):
        y = y.toarray()
    y = y.to_numpy() if hasattr(y, "to_numpy") else y
    if isinstance(y, np.ndarray) and y.dtype == object:  # pandas' NA, and lists in cells of polars
        y = [_plain(row) for row in y]
    rows = list(y) if isinstance(y, Collection | np.ndarray) or hasattr(y, "__iter__") else None
    if rows is None or isinstance(y, str | bytes):
        raise InvalidInputError(f"y must be a column of labels or an array of 0 and 1, got {type(y).__name__}")
    known = [row for row in rows if not _is_missing(row)]
    if known and all(isinstance(row, _NUMBER) for row in known):
        raise InvalidInputError(
            "y is one column of numbers, which does not say of what; give the labels by name, or numbers of shape "
            "(n_statements, n_labels)"
        )
    if known and all(_is_numbers(row) for row in known):
        return _read_matrix(rows, codebook)
    if all(isinstance(row, str) for row in known):
        return _read_names(rows, codebook)
    if known and isinstance(known[0], str):
        i = next(i for i, row in enumerate(rows) if not isinstance(row, str) and not _is_missing(row))
        raise InvalidInputError(f"expected the name of a label in row {i} of y as in the others, got {rows[i]!r}")
    return _read_sets(rows, codebook)


def _plain(row: object) -> object:
    """Give a row of labels as a list, and None for what is missing in a row of numbers."""
    if not isinstance(row, np.ndarray):
        return row
    if row.dtype.kind in "OUST":
        return [None if _is_missing(cell) else cell for cell in row.tolist()]
    return row


def _read_matrix(rows: Sequence[object], codebook: Codebook | None) -> tuple[Floats, Codebook]:
    try:
        truth = np.array([np.asarray(row, dtype=float) for row in rows], dtype=float)
    except (TypeError, ValueError) as error:
        raise _ragged(rows) from error
    if truth.ndim != 2:
        raise InvalidInputError(f"y must have shape (n_statements, n_labels), got shape {truth.shape}")
    wrong = ~np.isnan(truth) & (truth != 0) & (truth != 1)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise InvalidInputError(f"y must be 0, 1 or NaN, got {truth[row, column]} in row {row}, column {column}")
    codebook = codebook or Codebook.from_labels([f"label{i}" for i in range(truth.shape[1])])
    if truth.shape[1] != len(codebook.labels):
        raise InvalidInputError(
            f"y has {truth.shape[1]} columns, expected {len(codebook.labels)} for {list(codebook.labels)}"
        )
    if codebook.exclusive:
        _check_one_each(truth)
    return truth, codebook


def _ragged(rows: Sequence[object]) -> InvalidInputError:
    """Build the error for rows of which one is not as long as the first."""
    lengths = [len(row) if isinstance(row, Sized) else None for row in rows]
    i = next((i for i, length in enumerate(lengths) if length != lengths[0]), 0)
    return InvalidInputError(
        f"y must have as many numbers in each row as there are labels; row 0 has {lengths[0]}, row {i} is {rows[i]!r}"
    )


def _read_names(rows: Sequence[object], codebook: Codebook | None) -> tuple[Floats, Codebook]:
    if codebook is None:
        names = sorted({str(row) for row in rows if isinstance(row, str)})
        if len(names) < 2:
            raise InvalidInputError(f"y must name two labels or more, got {names}")
        codebook = Codebook.from_labels(names, exclusive=True)
    return _indicators([None if _is_missing(row) else [str(row)] for row in rows], codebook), codebook


def _read_sets(rows: Sequence[object], codebook: Codebook | None) -> tuple[Floats, Codebook]:
    sets: list[Collection[str] | None] = []
    for i, row in enumerate(rows):
        if _is_missing(row):
            sets.append(None)
        elif isinstance(row, Collection) and not isinstance(row, str | bytes):
            sets.append(row)
        else:
            raise InvalidInputError(f"expected a collection of labels in row {i} of y, got {row!r}")
    if codebook is None:
        _check_names(sets)
        codebook = Codebook.from_labels(sorted({str(label) for row in sets if row is not None for label in row}))
    return _indicators(sets, codebook), codebook


def _check_names(sets: Sequence[Collection[str] | None]) -> None:
    for i, row in enumerate(sets):
        for label in () if row is None else row:
            if not isinstance(label, str):
                raise InvalidInputError(f"expected names of labels in row {i} of y, got {label!r}")


def _indicators(sets: Sequence[Collection[str] | None], codebook: Codebook) -> Floats:
    columns = {label: i for i, label in enumerate(codebook.labels)}
    truth = np.zeros((len(sets), len(columns)))
    for i, marks in enumerate(sets):
        if marks is None:
            truth[i] = np.nan
            continue
        for label in codebook.resolve(marks, row=i):
            if label in columns:
                truth[i, columns[label]] = 1
            elif codebook.exclusive:
                raise unknown_label(label, columns, i)
    if codebook.exclusive:
        _check_one_each(truth)
    return truth


def _check_one_each(truth: Floats) -> None:
    missing = np.isnan(truth)
    partial = np.flatnonzero(missing.any(axis=1) & ~missing.all(axis=1))
    if len(partial):
        raise InvalidInputError(
            f"labels exclude one another, so a row is annotated as a whole or not at all; row {partial[0]} of y "
            "is annotated in part"
        )
    known = ~missing.any(axis=1)
    wrong = np.flatnonzero(known & (np.nansum(truth, axis=1) != 1))
    if len(wrong):
        count = int(np.nansum(truth[wrong[0]]))
        raise InvalidInputError(f"labels exclude one another, so each row needs just one; row {wrong[0]} has {count}")


def _is_missing(row: object) -> bool:
    return not isinstance(row, str) and is_missing(row)


def _is_numbers(row: object) -> bool:
    if isinstance(row, np.ndarray):
        return row.dtype.kind in "buif" or all(isinstance(cell, _NUMBER) for cell in row.tolist())
    return isinstance(row, list | tuple) and bool(row) and all(isinstance(cell, _NUMBER) for cell in row)
