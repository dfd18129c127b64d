"""Which labels a sample is annotated for, and whether all of it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError, place, unknown_option
from stancekit.measure.inputs import check_gold

Floats = NDArray[np.float64]
Gaps = Literal["random"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annotated:
    """Annotations, and the labels that they are of.

    Attributes
    ----------
    gold : array of shape (n_statements, n_labels)
        1, 0, or NaN; all labels, also those left out.
    columns : tuple of int
        The labels that were looked for.
    notes : tuple of str
        What was left out.
    """

    gold: Floats
    columns: tuple[int, ...]
    notes: tuple[str, ...] = ()


def annotated_for(
    gold: ArrayLike, labels: tuple[str, ...], n: int, *, only: Sequence[str] | None = None, gaps: Gaps | None = None
) -> Annotated:
    """Tell the labels that annotators looked for from those they did not.

    A label without a single annotation is left out, and a note says so, as it does of those that `only` does not name.
    Of the others every annotated statement has to have all: a coder who leaves blank what is hard to tell makes the
    rest a sample of what is easy, and no test would show it.

    Parameters
    ----------
    gold : array-like of shape (n_statements, n_labels)
        1, 0, and NaN where nobody annotated.
    labels : tuple of str
        The columns.
    n : int
        Number of statements.
    only : sequence of str, optional
        The labels that annotators looked for, where the others may hold zeros that nobody meant.
    gaps : "random", optional
        Says that chance alone left blanks.

    Returns
    -------
    Annotated

    Raises
    ------
    InvalidInputError
        On other values or shapes, a label in `only` that there is not, and a statement that is annotated for one label
        and blank for another.

    Examples
    --------
    >>> found = annotated_for([[1, float("nan")], [0, float("nan")]], ("a", "b"), 2)
    >>> found.columns, found.notes
    ((0,), ("left out, since no statement is annotated for it: 'b'",))
    """
    if gaps not in (None, "random"):
        raise unknown_option("gaps", gaps, ["random"])
    marked = check_gold(gold, labels, n)
    asked = _asked(labels, only)
    known = ~np.isnan(marked)
    seen = [column for column in asked if known[:, column].any()]
    columns = tuple(seen or asked)  # where nothing is annotated, that is what there is to say
    if gaps is None:
        _check_gaps(known, columns, labels)
    notes = []
    if unasked := [label for column, label in enumerate(labels) if column not in asked]:
        notes.append(f"left out, since annotators did not look for {_them(unasked)}: {_listed(unasked)}")
    if unseen := [labels[column] for column in asked if column not in columns]:
        notes.append(f"left out, since no statement is annotated for {_them(unseen)}: {_listed(unseen)}")
    return Annotated(gold=marked, columns=columns, notes=tuple(notes))


def _asked(labels: tuple[str, ...], only: Sequence[str] | None) -> list[int]:
    if only is None:
        return list(range(len(labels)))
    if isinstance(only, str) or not only:
        raise InvalidInputError(f"only is {only!r}; expected a list with some of the labels {list(labels)}")
    for label in only:
        if label not in labels:
            raise unknown_option("label in only", label, labels)
    return [column for column, label in enumerate(labels) if label in only]


def _check_gaps(known: NDArray[np.bool_], columns: tuple[int, ...], labels: tuple[str, ...]) -> None:
    mine = known[:, columns]
    mixed = mine.any(axis=1) & ~mine.all(axis=1)
    if not mixed.any():
        return
    row = int(np.argmax(mixed))
    blank = labels[columns[int(np.argmin(mine[row]))]]
    there = labels[columns[int(np.argmax(mine[row]))]]
    raise InvalidInputError(
        f"there is no annotation{place(row, blank)}, but one for {there!r} ({int(mixed.sum()):,} rows are like this); "
        "annotate them, or say gaps='random' if chance alone left them blank, or name the labels that were looked for "
        "(only)"
    )


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(map(repr, labels))


def _them(labels: Sequence[str]) -> str:
    return "it" if len(labels) == 1 else "them"
