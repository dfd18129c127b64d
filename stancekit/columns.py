"""Columns and their cells: names are read by name, not by position, and what is missing is told alike everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stancekit.errors import InvalidInputError


def in_label_order(values: Any, labels: Sequence[str], name: str) -> Any:  # noqa: ANN401 - any array or frame
    """Give the values of a data frame with its columns in the order of `labels`; anything else as it came.

    Parameters
    ----------
    values : object
        An array, or a pandas or polars frame or a table of Arrow with one column a label. Where pandas' own numbers
        are the labels' names, they are names.
    labels : sequence of str
        The labels.
    name : str
        What the caller calls `values`, for errors.

    Raises
    ------
    InvalidInputError
        When a frame's columns are not the labels.

    Examples
    --------
    >>> in_label_order([[1, 0]], ["a", "b"], "y")
    [[1, 0]]
    """
    columns = getattr(values, "column_names", None)  # Arrow's `columns` are what the columns hold
    columns = getattr(values, "columns", None) if columns is None else columns
    if columns is None:
        return values
    names = list(map(str, columns))  # whole numbers, for one, are not found by the labels that they are
    if sorted(names) != sorted(labels):
        if list(columns) == list(range(len(columns))):  # pandas' own numbers are no names
            return values
        raise InvalidInputError(f"{name} has the columns {list(columns)}; expected {list(labels)} in any order")
    if hasattr(values, "to_pandas") and not hasattr(values, "to_numpy"):  # of Arrow
        values = values.to_pandas()
    return values.to_numpy()[:, [names.index(label) for label in labels]]


def is_missing(value: object) -> bool:
    """Tell whether a cell is None, NaN, NaT, pandas' NA, Arrow's null or blank text.

    Examples
    --------
    >>> [is_missing(value) for value in (None, " ", float("nan"), np.float32("nan"), 0, [])]
    [True, True, True, True, False, False]
    """
    if isinstance(value, str):
        return not value.strip()
    # pandas' own are told by name, so that pandas need not be here, and Arrow's by what its scalars say of themselves.
    if value is None or type(value).__name__ in {"NAType", "NaTType"} or getattr(value, "is_valid", True) is False:
        return True
    return isinstance(value, float | np.generic) and bool(value != value)  # noqa: PLR0124 - so NaN and NaT are told
