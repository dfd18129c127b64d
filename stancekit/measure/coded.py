"""Columns of a large corpus as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError, place
from stancekit.measure.inputs import MISSING, in_order

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """A column as numbers.

    Attributes
    ----------
    codes : array of int, of shape (n_statements,)
        The number of each statement's value.
    names : tuple of str
        The values: by number where all are numbers, else by text; missing ones last.
    """

    codes: Ints
    names: tuple[str, ...]

    def sizes(self) -> Ints:
        """Give the number of statements of each value."""
        return np.bincount(self.codes, minlength=len(self.names))


def encode(name: str, values: Iterable[object], n: int, *, missing: bool = True) -> Coded:
    """Give the values of a column numbers; they are told apart by their text.

    Parameters
    ----------
    name : str
        What the caller calls the column, for errors.
    values : iterable of length n
        The column.
    n : int
        Number of statements.
    missing : bool, default=True
        Whether None, NaN and blank text are a value of their own, ``(missing)``, or an error.

    Returns
    -------
    Coded

    Raises
    ------
    InvalidInputError
        On another length, or a missing value where none is allowed.

    Examples
    --------
    >>> coded = encode("year", [1990, 1946, 1990], 3)
    >>> coded.codes.tolist(), coded.names
    ([1, 0, 1], ('1946', '1990'))
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidInputError(f"{name} is {type(values).__name__}; expected one value for each statement")
    seen: dict[str, int] = {}
    codes = _whole_numbers(values, seen)
    if codes is None:
        codes = np.fromiter((seen.setdefault(_text(value), len(seen)) for value in values), dtype=np.intp)
    if len(codes) != n:
        raise InvalidInputError(f"{name} has {len(codes)} values; expected {n}, one for each statement of the corpus")
    if not missing and MISSING in seen:
        row = int(np.argmax(codes == seen[MISSING]))
        raise InvalidInputError(f"{name} has no value{place(row)}; every statement of the corpus needs one")
    names = in_order(seen)
    ranks = np.empty(len(names), dtype=np.intp)
    ranks[[seen[value] for value in names]] = np.arange(len(names))
    return Coded(codes=ranks[codes], names=tuple(names))


def crossed(*columns: Iterable[object]) -> list[str]:
    """Cross columns, such as the group and the stratum of every statement, so that each combination is a stratum.

    Parameters
    ----------
    *columns : iterable
        All of the same length.

    Returns
    -------
    list of str
        The values of each statement with `` / `` between them; a missing one is ``(none)``.

    Raises
    ------
    InvalidInputError
        When the columns differ in length, or two combinations would have the same name.

    Examples
    --------
    >>> crossed([1990, None], ["rest", "top"])
    ['1990 / rest', '(none) / top']
    """
    texts = [[_text(value) for value in column] for column in columns]
    if len(sizes := {len(text) for text in texts}) != 1:
        raise InvalidInputError(f"columns to cross have {sorted(sizes)} values; expected as many in each")
    cells = list(zip(*texts, strict=True))
    names = {cell: cell_name(*cell) for cell in cells}
    by_name: dict[str, tuple[str, ...]] = {}
    for cell, name in names.items():
        if name in by_name:
            other = by_name[name]
            raise InvalidInputError(
                f"{list(other)}{place(cells.index(other))} and {list(cell)}{place(cells.index(cell))} would both be "
                f"called {name!r}; expected values without ' / ' in them, and none that is '(none)'"
            )
        by_name[name] = cell
    return [names[cell] for cell in cells]


def cell_name(*values: str) -> str:
    """Name a combination of values.

    Examples
    --------
    >>> cell_name("1990", "top")
    '1990 / top'
    """
    return " / ".join("(none)" if value == MISSING else value for value in values)


def _whole_numbers(values: Iterable[object], seen: dict[str, int]) -> Ints | None:
    """Give an array of whole numbers its codes, reading each value once; None for anything else."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu" or values.ndim != 1:
        return None
    found, codes = np.unique(values, return_inverse=True)
    seen.update({str(value): code for code, value in enumerate(found.tolist())})
    return codes.astype(np.intp)


def _text(value: object) -> str:
    if type(value) is str:
        return value if value and not value.isspace() else MISSING
    text = str(value)
    return MISSING if is_missing(value) or text in {"nan", "NaT", "<NA>"} or not text.strip() else text
