"""Columns that carry names are read by name, not by position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stancekit.errors import InvalidInputError


def in_label_order(values: Any, labels: Sequence[str], name: str) -> Any:  # noqa: ANN401 - any array or frame
    """Give the values of a data frame with its columns in the order of `labels`; anything else as it came.

    Parameters
    ----------
    values : object
        An array, or a pandas or polars frame with one column a label.
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
    columns = getattr(values, "columns", None)
    if columns is None or list(columns) == list(range(len(columns))):  # pandas' own numbers are no names
        return values
    if sorted(map(str, columns)) != sorted(labels):
        raise InvalidInputError(f"{name} has the columns {list(columns)}; expected {list(labels)} in any order")
    names = list(map(str, columns))  # whole numbers, for one, are not found by the labels that they are
    return values.to_numpy()[:, [names.index(label) for label in labels]]
