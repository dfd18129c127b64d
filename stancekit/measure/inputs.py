"""Checks of what comes in to be measured; bad input is named by its row and label and never repaired."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.columns import in_label_order, is_missing
from stancekit.errors import InvalidInputError, place, refuse_masked

MISSING = "(missing)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to bootstrap and bin.

    Attributes
    ----------
    n_bootstrap : int
        Number of replicates; 0 leaves the intervals out.
    confidence : float
        Between 0 and 1.
    seed : int
        Of the resampling, 0 or above.
    n_bins : int
        Bins of the calibration error at most, 1 or above.

    Raises
    ------
    InvalidInputError
        When one of them is out of its range.
    """

    n_bootstrap: int
    confidence: float
    seed: int
    n_bins: int = 10

    def __post_init__(self) -> None:
        check_count("n_bootstrap", self.n_bootstrap, 0)
        check_count("seed", self.seed, 0)
        check_count("n_bins", self.n_bins, 1)
        check_between("confidence", self.confidence, 0.95)


def check_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Give the labels as a tuple.

    Raises
    ------
    InvalidInputError
        When there is none, one is no str, or one comes twice.
    """
    if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
        raise InvalidInputError(f"labels is {labels!r}; expected a sequence of str, one for each column")
    names = tuple(labels)
    if not names or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidInputError(f"labels is {list(names)}; expected one or more different str")
    return names


def check_truth(truth: ArrayLike, labels: tuple[str, ...]) -> NDArray[np.float64]:
    """Give annotations as floats.

    Parameters
    ----------
    truth : array-like of shape (n_statements, n_labels)
        1, 0, and NaN or None where a statement was not annotated for a label.
    labels : tuple of str
        The columns.

    Returns
    -------
    array of float64, of shape (n_statements, n_labels)

    Raises
    ------
    InvalidInputError
        On another shape, no rows, or another value.
    """
    values = as_matrix("truth", truth, labels)
    if not len(values):
        raise InvalidInputError("truth has no rows; expected at least one statement")
    good = np.isnan(values) | (values == 0) | (values == 1)
    check_values("truth", values, good, labels, "1, 0 or NaN (not annotated)")
    return values


def check_gold(gold: ArrayLike, labels: tuple[str, ...], n: int) -> NDArray[np.float64]:
    """Give the annotations of a sample as floats of shape (n, n_labels): 1, 0, or NaN where nobody annotated.

    Raises
    ------
    InvalidInputError
        On another shape or value, named by row and label.

    Examples
    --------
    >>> check_gold([[1], [float("nan")]], ("against",), 2).ravel().tolist()
    [1.0, nan]
    """
    values = as_matrix("gold", gold, labels, n)
    good = np.isnan(values) | (values == 0) | (values == 1)
    check_values("gold", values, good, labels, "1, 0 or NaN (not annotated)")
    return values


def check_scores(name: str, scores: ArrayLike, labels: tuple[str, ...], n: int) -> NDArray[np.float64]:
    """Give probabilities as floats of shape (n, n_labels).

    Raises
    ------
    InvalidInputError
        On another shape, NaN, or a value outside [0, 1].
    """
    values = as_matrix(name, scores, labels, n)
    check_values(name, values, (values >= 0) & (values <= 1), labels, "a probability from 0 to 1")
    return values


def check_flags(name: str, flags: ArrayLike, labels: tuple[str, ...], n: int) -> NDArray[np.bool_]:
    """Give decisions or abstentions as bool of shape (n, n_labels).

    Raises
    ------
    InvalidInputError
        On another shape, or a value that is neither 0 nor 1.
    """
    values = as_matrix(name, flags, labels, n)
    check_values(name, values, (values == 0) | (values == 1), labels, "True or False")
    return values.astype(np.bool_)


def cluster_numbers(groups: Iterable[object] | None, n: int) -> NDArray[np.intp]:
    """Give each statement the number of its group, by first appearance.

    Parameters
    ----------
    groups : iterable of hashable, of length n_statements, or None
        Speech or document of each statement; without groups each statement is its own.
    n : int
        Number of statements.

    Returns
    -------
    array of int, of shape (n_statements,)

    Raises
    ------
    InvalidInputError
        On another length, or an id that is missing or not hashable.
    """
    if groups is None:
        return np.arange(n)
    numbers: dict[object, int] = {}
    return np.array(
        [
            numbers.setdefault(_checked_id(group, row), len(numbers))
            for row, group in enumerate(_column("groups", groups, n))
        ]
    )


def slice_rows(slices: Mapping[str, Iterable[object]] | None, n: int) -> dict[str, dict[str, NDArray[np.intp]]]:
    """Give the rows of each value of each column.

    Parameters
    ----------
    slices : mapping of str to iterable of length n_statements, or None
        Columns by name. Values are told apart by their text; None, NaN and blank text are ``(missing)``.
    n : int
        Number of statements.

    Returns
    -------
    dict of str to dict of str to array of int
        Values in ascending order, by number where all are numbers and else by text; missing ones last.

    Raises
    ------
    InvalidInputError
        When `slices` is no mapping, a name is no str, or a column has another length.
    """
    if slices is None:
        return {}
    if not isinstance(slices, Mapping) or not all(isinstance(name, str) for name in slices):
        raise InvalidInputError(f"slices is {type(slices).__name__}; expected a mapping of names to columns")
    return {name: _rows_by_value(_column(f"slices[{name!r}]", slices[name], n)) for name in slices}


def count_rows(name: str, values: object) -> int:
    """Give the number of rows of an array, a frame or a list.

    Raises
    ------
    InvalidInputError
        When it has no length, or no rows.

    Examples
    --------
    >>> count_rows("predicted", [[1], [0]])
    2
    """
    try:
        n = len(values)  # type: ignore[arg-type]
    except TypeError:
        raise InvalidInputError(
            f"{name} is {type(values).__name__}; expected an array of shape (n_statements, n_labels)"
        ) from None
    if not n:
        raise InvalidInputError(f"{name} has no rows; expected at least one statement")
    return n


def as_matrix(name: str, values: ArrayLike, labels: tuple[str, ...], n: int | None = None) -> NDArray[np.float64]:
    """Give numbers as floats of shape (n_statements, n_labels), columns by name where they have names.

    Raises
    ------
    InvalidInputError
        On another shape, or on text, even where it could be read as a number.

    Examples
    --------
    >>> as_matrix("truth", [[True], [False]], ("against",)).tolist()
    [[1.0], [0.0]]
    """
    values = in_label_order(values, labels, name)
    expected = f"({'n_statements' if n is None else n}, {len(labels)})"
    remedy = f"expected an array of shape {expected}, one column for each of {list(labels)}"
    refuse_masked(name, values)
    try:
        raw = np.asarray(values)
        # Text such as "1" would be turned into numbers without a word.
        if raw.dtype.kind not in "biufO" or (
            raw.dtype.kind == "O" and any(isinstance(v, str | bytes) for v in raw.flat)
        ):
            raise TypeError(f"values of type {raw.dtype}")
        array = raw.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} holds no plain numbers ({error}); {remedy}") from error
    if array.ndim != 2 or array.shape[1] != len(labels) or (n is not None and len(array) != n):
        raise InvalidInputError(f"{name} has shape {array.shape}; {remedy}")
    return array


def check_values(
    name: str,
    values: NDArray[np.float64],
    good: NDArray[np.bool_],
    labels: tuple[str, ...],
    expected: str,
) -> None:
    """Refuse values that are not good, naming row and label of the first.

    Examples
    --------
    >>> check_values("truth", np.ones((1, 1)), np.ones((1, 1), dtype=bool), ("against",), "1 or 0")
    """
    if not good.all():
        row, column = (int(i) for i in np.argwhere(~good)[0])
        where = place(row, labels[column])
        raise InvalidInputError(f"{name} is {float(values[row, column])!r}{where}; expected {expected}")


def check_count(name: str, value: object, least: int) -> None:
    """Refuse what is no whole number, or one that is too small.

    Examples
    --------
    >>> check_count("seed", 0, 0)
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if number < least:
        raise InvalidInputError(f"{name} is {value!r}; expected a whole number of {least} or more")


def check_between(name: str, value: object, such_as: float) -> None:
    """Refuse what is no number between 0 and 1.

    Examples
    --------
    >>> check_between("confidence", np.float32(0.9), 0.95)
    """
    if not isinstance(value, Real) or not 0 < float(value) < 1:
        raise InvalidInputError(f"{name} is {value!r}; expected a number between 0 and 1, such as {such_as}")


def _column(name: str, values: Iterable[object], n: int) -> list[object]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidInputError(f"{name} is {type(values).__name__}; expected one value for each statement")
    column = list(values)
    if len(column) != n:
        raise InvalidInputError(f"{name} has {len(column)} values; expected {n}, one for each statement of truth")
    return column


def _checked_id(group: object, row: int) -> object:
    if is_missing(group):
        raise InvalidInputError(
            f"group is {group!r}{place(row)}; expected an id: give a statement without a group one of its own"
        )
    try:
        hash(group)
    except TypeError:
        raise InvalidInputError(
            f"group is a {type(group).__name__}{place(row)}; expected a hashable id such as str or int"
        ) from None
    return group


def _rows_by_value(column: list[object]) -> dict[str, NDArray[np.intp]]:
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(column):
        rows.setdefault(MISSING if is_missing(value) else str(value), []).append(row)
    return {name: np.array(rows[name]) for name in in_order(rows)}


def in_order(values: Iterable[str]) -> list[str]:
    """Sort the values of a column: numbers by their size where all are, else by letters, and what is missing last.

    Examples
    --------
    >>> in_order(["10", "(missing)", "9"]), in_order(["10", "9", "b"])
    (['9', '10', '(missing)'], ['10', '9', 'b'])
    """
    names = sorted(values)
    numbers = {name: _number(name) for name in names if name != MISSING}
    if all(math.isfinite(number) for number in numbers.values()):
        names.sort(key=lambda name: numbers.get(name, 0.0))
    names.sort(key=lambda name: name == MISSING)
    return names


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
