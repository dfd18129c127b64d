"""Krippendorff's alpha and Cohen's kappa, summed up by group so that many weightings are measured quickly."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from stancekit.measure.metrics import ratio

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alpha:
    """The coincidences of one set of judgements, by group.

    Attributes
    ----------
    differences : array of shape (n_clusters,)
        Distances between the judgements of a statement, over all ordered pairs, each divided by the number of the
        statement's judgements less one.
    counts : array of shape (n_clusters, n_values)
        How often each value was given to a statement that two coders or more judged.
    distances : array of shape (n_values, n_values)
        Between the values, 0 on the diagonal.
    """

    differences: Floats
    counts: Floats
    distances: Floats

    @classmethod
    def of(cls, codes: Codes, distances: Floats, clusters: Codes, n_clusters: int) -> Alpha:
        """Sum up values of shape (n_statements, n_coders), given by their number, -1 where a coder gave none."""
        seen = codes >= 0
        weight = np.where(seen.sum(axis=1) > 1, 1.0 / np.maximum(seen.sum(axis=1) - 1, 1), 0.0)
        differences = np.zeros(len(codes))
        counts = np.zeros(n_clusters * len(distances))
        for a, b in combinations(range(codes.shape[1]), 2):
            both = seen[:, a] & seen[:, b]
            differences += np.where(both, 2 * distances[codes[:, a], codes[:, b]] * weight, 0.0)
        for coder in range(codes.shape[1]):
            rows = seen[:, coder] & (weight > 0)
            places = clusters[rows] * len(distances) + codes[rows, coder]
            counts += np.bincount(places, minlength=len(counts))
        return cls(
            differences=np.bincount(clusters, differences, minlength=n_clusters).astype(np.float64),
            counts=counts.reshape(n_clusters, len(distances)),
            distances=distances,
        )

    def measure(self, weights: Floats) -> Floats:
        """Give alpha, of shape (n_weightings,); NaN without two judgements of a statement, or of one value only."""
        counts = weights @ self.counts
        expected = np.einsum("rk,rk->r", counts @ self.distances, counts)
        observed = (weights @ self.differences) * (counts.sum(axis=1) - 1)
        return np.asarray(1.0 - ratio(observed, expected, np.nan))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kappa:
    """The decisions of two coders on one label, by group.

    Attributes
    ----------
    tallies : array of shape (n_clusters, 4)
        Statements that both judged; those to which the first gave the label, and the second; those on which they agree.
    """

    tallies: Floats

    @classmethod
    def of(cls, a: Floats, b: Floats, clusters: Codes, n_clusters: int) -> Kappa:
        """Sum up decisions of shape (n_statements,): 1, 0, or NaN where a coder gave none."""
        both = ~(np.isnan(a) | np.isnan(b))
        columns = np.stack([np.ones(both.sum()), a[both], b[both], a[both] == b[both]])
        return cls(tallies=np.stack([np.bincount(clusters[both], each, minlength=n_clusters) for each in columns], 1))

    def measure(self, weights: Floats) -> Floats:
        """Give kappa, of shape (n_weightings,); NaN where both give one and the same answer throughout."""
        n, *sums = (weights @ self.tallies).T
        a, b, observed = (ratio(each, n, np.nan) for each in sums)
        expected = a * b + (1 - a) * (1 - b)
        return ratio(observed - expected, 1 - expected, np.nan)


def masi_distances(sets: Floats) -> Floats:
    """Give the distances between sets of labels (Passonneau 2006, LREC, Measuring agreement on set-valued items).

    One less the share of labels in common (Jaccard) times how alike the sets are: 1 when equal, 2/3 when one holds the
    other, 1/3 when they overlap otherwise, 0 when nothing is common.

    Parameters
    ----------
    sets : array of shape (n_sets, n_labels)
        1 where the set holds the label, else 0.

    Returns
    -------
    array of shape (n_sets, n_sets)
        From 0 to 1. Two empty sets are equal; an empty set has nothing in common with any other.

    Examples
    --------
    >>> masi_distances(np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])).round(2).tolist()
    [[0.0, 0.67, 1.0], [0.67, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    common = sets @ sets.T
    sizes = np.diag(common)
    union = sizes[:, None] + sizes[None, :] - common
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    likeness = np.where(common == union, 1.0, np.where(common == smaller, 2 / 3, 1 / 3))
    jaccard = ratio(common, union, 1.0)  # 0 / 0 is two empty sets
    return np.asarray(1.0 - jaccard * likeness)


def majority(decisions: Floats) -> Floats:
    """Give what most coders say.

    Parameters
    ----------
    decisions : array of shape (n_coders, ...)
        1, 0, or NaN where a coder gave none.

    Returns
    -------
    array of shape (...)
        1 or 0; NaN where fewer than two coders judged, or as many say yes as no.

    Examples
    --------
    >>> majority(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, np.nan], [0.0, np.nan, np.nan]])).tolist()
    [1.0, nan, nan]
    """
    n = (~np.isnan(decisions)).sum(axis=0)
    twice = 2 * np.nansum(decisions, axis=0)
    return np.where((n < 2) | (twice == n), np.nan, (twice > n).astype(np.float64))


def agreeing(codes: Codes) -> Floats:
    """Give the share of pairs of coders that agree on each statement (Fleiss 1971, Psychological Bulletin 76).

    Parameters
    ----------
    codes : array of shape (n_statements, n_coders)
        Values by their number, -1 where a coder gave none.

    Returns
    -------
    array of shape (n_statements,)
        NaN where fewer than two coders judged.

    Examples
    --------
    >>> agreeing(np.array([[1, 1], [1, 0], [1, -1]])).tolist()
    [1.0, 0.0, nan]
    """
    n = (codes >= 0).sum(axis=1)
    pairs = np.zeros(len(codes))
    for a, b in combinations(range(codes.shape[1]), 2):
        pairs += (codes[:, a] >= 0) & (codes[:, a] == codes[:, b])
    return ratio(pairs, n * (n - 1) / 2, np.nan)
