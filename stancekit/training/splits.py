"""Splits for cross-validation in which no group is on both sides."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError

Floats = NDArray[np.float64]


def grouped_folds(groups: Sequence[Hashable], truth: Floats, *, n_folds: int = 5, seed: int = 0) -> NDArray[np.intp]:
    """Deal groups into folds, so that each fold has about its share of statements and of every label.

    Groups are shuffled, taken by size, and each goes where it leaves the folds most even.

    Parameters
    ----------
    groups : sequence of hashable, of length n_statements
        The speech or document of each statement.
    truth : ndarray of shape (n_statements, n_labels)
        1, 0 or NaN (not annotated).
    n_folds : int, default=5
        At least 2 and at most the number of groups.
    seed : int, default=0
        Seed of the shuffle.

    Returns
    -------
    ndarray of int of shape (n_statements,)
        The fold of each statement, from 0.

    Raises
    ------
    InvalidInputError
        When `n_folds` is no whole number from 2 to the number of groups.

    Examples
    --------
    >>> grouped_folds(["a", "a", "b", "c"], np.array([[1], [0], [1], [0]]), n_folds=2).shape
    (4,)
    """
    # Told apart by equality, as everywhere; put in the order of their names, so that a seed deals them alike.
    names = sorted(dict.fromkeys(groups), key=str)
    if len(names) == 1:
        raise InvalidInputError(
            f"all statements are of one group, {names[0]!r}, and cross-validation needs two at least: name each "
            "statement's own speech or document, or leave the groups out"
        )
    numbers = {name: number for number, name in enumerate(names)}
    members = np.array([numbers[group] for group in groups], dtype=np.intp)
    if not isinstance(n_folds, Integral) or not 2 <= n_folds <= len(names):
        raise InvalidInputError(
            f"n_folds must be a whole number between 2 and the number of groups, {len(names)}; got {n_folds!r}"
        )
    counts = np.column_stack([np.ones(len(members)), np.nan_to_num(truth)])
    sizes = np.zeros((len(names), counts.shape[1]))
    np.add.at(sizes, members, counts)
    sizes /= np.maximum(sizes.sum(axis=0), 1)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = shuffled[np.argsort(-sizes[shuffled].sum(axis=1), kind="stable")]
    load = np.zeros((n_folds, sizes.shape[1]))
    fold = np.zeros(len(names), dtype=np.intp)
    for group in order:
        # Growth of the squared loads: the smallest keeps the folds most even over all columns.
        fold[group] = int(np.argmin(load @ sizes[group]))
        load[fold[group]] += sizes[group]
    return np.asarray(fold[members])
