"""Which labels occur together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stancekit.errors import InvalidInputError
from stancekit.measure.inputs import check_flags, check_labels
from stancekit.measure.results import as_record

__all__ = ["Cooccurrence", "LabelSet", "cooccurrence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """Statements that carry exactly these labels.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns; empty for none of them.
    n : int
        Number of statements.
    share : float
        Of all statements.
    """

    labels: tuple[str, ...]
    n: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooccurrence:
    """Which labels occur together.

    Attributes
    ----------
    labels : tuple of str
        In the order of the columns.
    n_statements : int
        Number of statements.
    totals : tuple of int, of length n_labels
        Statements that carry the label, alone or with others.
    sets : tuple of LabelSet
        Those that occur, the most frequent first.
    """

    labels: tuple[str, ...]
    n_statements: int
    totals: tuple[int, ...]
    sets: tuple[LabelSet, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON."""
        return as_record(self)


def cooccurrence(decisions: ArrayLike, *, labels: Sequence[str]) -> Cooccurrence:
    """Count which labels statements carry together.

    Parameters
    ----------
    decisions : array-like of bool, of shape (n_statements, n_labels)
        Which statement carries which label.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.

    Returns
    -------
    Cooccurrence

    Raises
    ------
    InvalidInputError
        On another shape, no rows, or a value that is neither 0 nor 1.

    Examples
    --------
    >>> result = cooccurrence([[1, 0], [1, 1], [1, 0], [0, 0]], labels=["lift", "trade"])
    >>> result.totals, result.sets[0].labels, result.sets[0].n
    ((3, 1), ('lift',), 2)
    """
    names = check_labels(labels)
    n = np.shape(decisions)[0] if np.ndim(decisions) else 0
    flags = check_flags("decisions", decisions, names, n)
    if not n:
        raise InvalidInputError("decisions has no rows; expected at least one statement")
    sets, counts = np.unique(flags, axis=0, return_counts=True)
    # Ties by the order of the labels, so that the order of the rows changes nothing.
    order = sorted(range(len(sets)), key=lambda i: (-counts[i], [not flag for flag in sets[i]]))
    return Cooccurrence(
        labels=names,
        n_statements=n,
        totals=tuple(int(total) for total in flags.sum(axis=0)),
        sets=tuple(
            LabelSet(
                labels=tuple(name for name, flag in zip(names, sets[i], strict=True) if flag),
                n=int(counts[i]),
                share=float(counts[i] / n),
            )
            for i in order
        ),
    )
