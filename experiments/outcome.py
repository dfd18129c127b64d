"""What experiments hand on: splits of the data, and out-of-sample results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Out-of-sample results for some rows of the data.

    Attributes
    ----------
    rows : ndarray of int of shape (n_statements,)
        The statements that were tested on.
    scores, decisions, abstained : ndarray of shape (n_statements, n_labels)
        What models said that did not see the statement's group.
    thresholds : ndarray of shape (n_statements, n_labels)
        The scores from which they assert.
    """

    rows: Rows
    scores: NDArray[np.float64]
    decisions: NDArray[np.bool_]
    abstained: NDArray[np.bool_]
    thresholds: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One fold: rows to train on, and rows to test, with no document in both.

    Attributes
    ----------
    train, test : ndarray of int
        Rows of the data.
    """

    train: Rows
    test: Rows
