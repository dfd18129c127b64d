"""Checks of what comes in as statements; bad input is named by its row and never repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec

import numpy as np

from stancekit.errors import InvalidInputError, lone_surrogate, not_text
from stancekit.text._statements import Statements, from_arrow, from_list


def check_statement(value: object, *, row: int | None = None, field: str | None = None) -> str:
    """Give `value` back if it is text that can be written as UTF-8.

    Parameters
    ----------
    value : object
        A statement; empty and blank ones are allowed.
    row, field : int and str, optional
        The place to name in an error.

    Returns
    -------
    str
        The statement, unchanged.

    Raises
    ------
    InvalidInputError
        When `value` is no str (None, NaN, numbers and bytes included) or holds a lone surrogate.
    """
    if not isinstance(value, str):
        raise not_text(value, row, field)
    # numpy's str_ and other subclasses become plain text, so that no behaviour of theirs leaks in:
    # str() would ask them, and an enumeration's member would give its name.
    value = value if type(value) is str else str.__str__(value)
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise lone_surrogate(error.start, row, field) from None
    return value


def check_statements(values: Iterable[object], *, field: str | None = None, first_row: int = 0) -> list[str]:
    """Give a list of statements from any iterable of text; see `read_statements`.

    Parameters
    ----------
    values : iterable of str, of length n_statements
        A list, tuple, generator, numpy array, pandas or polars column, Arrow array.
    field : str, optional
        The column's name, for errors.
    first_row : int, default=0
        The number of the first row, for errors.

    Returns
    -------
    list of str, of length n_statements

    Raises
    ------
    InvalidInputError
        When `values` is one str or bytes or no iterable, or when a row is no valid text.
    """
    return read_statements(values, field=field, first_row=first_row).to_list()


def read_statements(values: Iterable[object], *, field: str | None = None, first_row: int = 0) -> Statements:
    """Read statements in place where they come as str objects or as Arrow data.

    Parameters
    ----------
    values : iterable of str, of length n_statements
        A list, tuple, generator, numpy array, pandas or polars column, Arrow array.
    field : str, optional
        The column's name, for errors.
    first_row : int, default=0
        The number of the first row, for errors.

    Returns
    -------
    Statements, of length n_statements
        A sequence of str.

    Raises
    ------
    InvalidInputError
        When `values` is one str or bytes or no iterable, or when a row is no valid text.
    """
    rows = read_rows(values, field=field, first_row=first_row)
    return rows if isinstance(rows, Statements) else check_rows(rows, field=field, first_row=first_row)


def read_rows(values: Iterable[object], *, field: str | None = None, first_row: int = 0) -> Statements | list[object]:
    """Read a column: Arrow as statements, all else as a list for `check_rows`, which may go stretch by stretch.

    Parameters
    ----------
    values : iterable of str, of length n_statements
        As for `read_statements`.
    field : str, optional
        The column's name, for errors.
    first_row : int, default=0
        The number of the first row, for errors.

    Raises
    ------
    InvalidInputError
        When `values` is no column, or Arrow that is no valid text.
    """
    if isinstance(values, Statements):
        return values
    check_column(values)
    if _holds_arrow(values):
        try:
            return from_arrow(values, field, first_row)
        except (InvalidInputError, MemoryError):
            raise
        except Exception:
            pass
    # numpy's own method is quick; for other lists and columns a copy keeps what is read in place from changing.
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def iter_rows(values: Iterable[object]) -> Iterator[object]:
    """Give the rows of a column one by one, not yet checked; of Arrow as str.

    Raises
    ------
    InvalidInputError
        When `values` is no column, or Arrow that is no valid text.
    """
    check_column(values)
    return iter(read_rows(values) if _holds_arrow(values) else values)


def check_rows(rows: list[object], *, field: str | None = None, first_row: int = 0) -> Statements:
    """Read a list in place, which nobody else may change.

    Parameters
    ----------
    rows : list of str, of length n_statements
        Statements.
    field : str, optional
        The column's name, for errors.
    first_row : int, default=0
        The number of the first row, for errors.

    Raises
    ------
    InvalidInputError
        When a row is no valid text.
    """
    if (statements := from_list(rows)) is not None:
        return statements
    plain = from_list([check_statement(value, row=row, field=field) for row, value in enumerate(rows, first_row)])
    assert plain is not None
    return plain


def check_column(values: object) -> None:
    """Raise unless `values` is one column of something.

    Raises
    ------
    InvalidInputError
        When `values` is one str or bytes, has no order, is a table or no iterable at all.
    """
    is_bare = isinstance(values, str | bytes)
    if not is_bare and (getattr(values, "ndim", 1) != 1 or hasattr(values, "columns")):
        shape = getattr(values, "shape", None)
        shown = type(values).__name__ if shape is None else f"an array of shape {shape}"
        raise InvalidInputError(f"expected one column of statements, got {shown}")
    # A set has no order that scores could follow, and a mapping would give its keys.
    if is_bare or isinstance(values, set | frozenset | Mapping) or not isinstance(values, Iterable):
        raise InvalidInputError(
            f"expected an iterable of str, got {type(values).__name__}; put one statement in a list"
        )


def _holds_arrow(values: object) -> bool:
    """Tell whether a column lies in memory as Arrow; pandas would convert a column of objects first."""
    if str(getattr(values, "dtype", "")) == "object":
        return False
    if type(values).__module__.startswith("pandas") and find_spec("pyarrow") is None:
        return False
    return hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__")
