"""Checks of what comes in as statements; bad input is named by its row and never repaired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import filterfalse
from typing import Any, TypeGuard

from stancekit.errors import InvalidInputError, lone_surrogate, not_text


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
    """Give a list of statements from any iterable of text.

    Parameters
    ----------
    values : iterable of str, of length n_statements
        A list, tuple, generator, numpy array, pandas or polars column.
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
    # A set has no order that scores could follow, and a mapping would give its keys.
    if isinstance(values, str | bytes | set | frozenset | Mapping) or not isinstance(values, Iterable):
        raise InvalidInputError(
            f"expected an iterable of str, got {type(values).__name__}; put one statement in a list"
        )
    if getattr(values, "ndim", 1) != 1:
        raise InvalidInputError(f"expected one column of statements, got an array of shape {values.shape}")  # type: ignore[attr-defined]
    rows = list(values)
    if _is_clean(rows):
        return rows
    return [check_statement(value, row=row, field=field) for row, value in enumerate(rows, first_row)]


def _is_clean(rows: list[Any]) -> TypeGuard[list[str]]:
    """Tell quickly, without a Python step for each row, whether all rows are plain and valid text."""
    if set(map(type, rows)) - {str}:
        return False
    try:
        for text in filterfalse(str.isascii, rows):
            text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
