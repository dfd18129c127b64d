"""The steps of a fit: heads and a network on features, margins out of fold, calibration from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone

from stancekit.calibration import (
    Calibration,
    abstention_band,
    around_threshold,
    best_threshold,
    fit_sigmoid,
    fit_softmax,
    least_for_band,
)
from stancekit.errors import InvalidInputError
from stancekit.features.network import NetworkFeatures
from stancekit.features.scorer import Scorer
from stancekit.training.heads import Heads, HeadSettings, fit_heads
from stancekit.training.network import Network, fit_network

Floats = NDArray[np.float64]


class Extractor(Protocol):
    """What training asks of a feature extractor: counts that need no fit, and weights that do."""

    def counts(self, X: Sequence[str]) -> Any:  # noqa: ANN401 - dense or sparse
        """Give values that depend on the statements alone, of shape (n_statements, n_features)."""

    def fit_counts(self, counts: Any) -> Any:  # noqa: ANN401
        """Learn the weights of the features from training statements."""

    def weigh(self, counts: Any) -> Any:  # noqa: ANN401
        """Apply the weights."""

    def scorer(self, coef: Floats) -> Scorer:
        """Fold the heads' weights in."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingSet:
    """Annotated statements as numbers.

    Attributes
    ----------
    counts : sequence of array of shape (n_statements, n_features)
        What each extractor's `counts` gave.
    truth : ndarray of shape (n_statements, n_labels)
        1, 0 or NaN; of a teacher from 0 to 1.
    weights : ndarray of shape (n_statements,) or None
        Weight of each statement.
    """

    counts: Sequence[Any]
    truth: Floats
    weights: Floats | None

    def take(self, rows: NDArray[np.intp]) -> TrainingSet:
        """Give a subset of the statements."""
        return TrainingSet(
            counts=[counts[rows] for counts in self.counts],
            truth=self.truth[rows],
            weights=None if self.weights is None else self.weights[rows],
        )

    def joined(self, other: TrainingSet) -> TrainingSet:
        """Give the statements of both."""
        own, its = (np.ones(len(s.truth)) if s.weights is None else s.weights for s in (self, other))
        return TrainingSet(
            counts=[_stack(pair) for pair in zip(self.counts, other.counts, strict=True)],
            truth=np.vstack([self.truth, other.truth]),
            weights=np.concatenate([own, its]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Fitted extractors, linear heads on most of them, and a network on pooled word vectors.

    Attributes
    ----------
    extractors : sequence of Extractor
        The features, in the order of `TrainingSet.counts`.
    heads : Heads or None
        None where there is nothing but the network.
    network : Network or None
        None where no extractor is `NetworkFeatures`.
    """

    extractors: Sequence[Extractor]
    heads: Heads | None
    network: Network | None = None

    @property
    def bias(self) -> Floats:
        """Margin of a statement without any feature, but for the network an average one, of shape (n_labels,)."""
        return np.asarray(sum(part.bias for part in (self.heads, self.network) if part is not None))

    def margins(self, counts: Sequence[Any]) -> Floats:
        """Give log-odds from counts, of shape (n_statements, n_labels)."""
        pooled, others = _pooled_and_others(self.extractors, counts)
        margins = [] if self.heads is None else [self.heads.margins(join(_linear(self.extractors), others))]
        if self.network is not None:
            margins.append(self.network.margins(pooled))
        return np.asarray(sum(margins))

    def scorers(self) -> list[Scorer]:
        """Fold each extractor's share of the heads' weights into it."""
        scorers: list[Scorer] = []
        start = 0
        for extractor in self.extractors:
            if isinstance(extractor, NetworkFeatures):
                assert self.network is not None
                scorers.append(self.network.scorer)
                continue
            assert self.heads is not None
            width = extractor.weigh(extractor.counts([])).shape[1]
            scorers.append(extractor.scorer(self.heads.coef[start : start + width]))
            start += width
        return scorers


def fit_once(
    extractors: Sequence[Extractor],
    data: TrainingSet,
    settings: HeadSettings,
    soft: TrainingSet | None = None,
    start: Heads | None = None,
) -> Fit:
    """Fit fresh copies of the extractors, and heads on their features, on all statements with any annotation.

    `soft` holds statements with a teacher's labels, which count beside the annotated ones; `start` is where the
    solver begins.
    """
    annotated = np.flatnonzero(~np.isnan(data.truth).all(axis=1))
    if len(annotated) < len(data.truth):
        data = data.take(annotated)
    if soft is not None:
        data = data.joined(soft)
    fitted = [clone(extractor).fit_counts(counts) for extractor, counts in zip(extractors, data.counts, strict=True)]
    pooled, others = _pooled_and_others(fitted, data.counts)
    linear = _linear(fitted)
    heads = fit_heads(join(linear, others), data.truth, data.weights, settings, start) if linear else None
    network = None
    for extractor in fitted:
        if isinstance(extractor, NetworkFeatures):
            network = fit_network(extractor, pooled, data.truth, data.weights, exclusive=settings.exclusive)
    return Fit(extractors=fitted, heads=heads, network=network)


def out_of_fold_margins(
    extractors: Sequence[Extractor],
    data: TrainingSet,
    settings: HeadSettings,
    folds: NDArray[np.intp],
    n_jobs: int | None,
    soft: Callable[[int], TrainingSet | None] = lambda fold: None,
    start: Heads | None = None,
) -> Floats:
    """Give each statement's margins by a fit that saw no statement of its fold.

    `soft` gives the statements with a teacher's labels for a fold; `start` is where the solver begins.
    """

    def held_out(fold: int) -> Floats:
        fit = fit_once(extractors, data.take(np.flatnonzero(folds != fold)), settings, soft(fold), start)
        return fit.margins(data.take(np.flatnonzero(folds == fold)).counts)

    parts = Parallel(n_jobs=n_jobs)(delayed(held_out)(fold) for fold in range(folds.max() + 1))
    margins = np.zeros(data.truth.shape)
    for fold, part in enumerate(parts):
        margins[folds == fold] = part
    return margins


def calibrate(margins: Floats, truth: Floats, *, exclusive: bool, abstention: float) -> Calibration:
    """Find each label's curve, threshold and abstention band on out-of-fold margins."""
    n_labels = truth.shape[1]
    slope, offset = np.ones(n_labels), np.zeros(n_labels)
    threshold, low, high = np.full(n_labels, 0.5), np.ones(n_labels), np.zeros(n_labels)
    if exclusive:
        known = ~np.isnan(truth).any(axis=1)
        slope[:], offset[:] = fit_softmax(margins[known], truth[known].argmax(axis=1))
    else:
        for column in range(n_labels):
            known = ~np.isnan(truth[:, column])
            slope[column], offset[column] = fit_sigmoid(margins[known, column], truth[known, column] == 1)
    curve = Calibration(slope=slope, offset=offset, threshold=threshold, low=low, high=high, exclusive=exclusive)
    scores = curve.scores(margins)
    for column in range(n_labels):
        known = ~np.isnan(truth[:, column])
        yes = truth[known, column] == 1
        # A label whose scores tell nothing is asserted of all or of none, by its share.
        threshold[column] = best_threshold(scores[known, column], yes) if slope[column] else 0.5
        low[column], high[column] = abstention_band(scores[known, column], yes, abstention)
    if not exclusive:
        low, high = around_threshold(low, np.nextafter(high, np.inf), threshold, abstention)
    return replace(curve, threshold=threshold, low=low, high=high)


def too_few_to_rule_out(truth: Floats, labels: Sequence[str], *, abstention: float) -> dict[str, int]:
    """Name the labels of an exclusive codebook that can never be ruled out, with the statements that each would need.

    As long as one of them is left the model can be sure of no other label.
    """
    needed = least_for_band(abstention)
    counts = np.nansum(truth == 1, axis=0).tolist()
    return {label: needed for label, count in zip(labels, counts, strict=True) if count < needed}


def check_support(truth: Floats, folds: NDArray[np.intp], labels: Sequence[str]) -> None:
    """See that every label is trained and calibrated on both answers, whichever fold is left out.

    Raises
    ------
    InvalidInputError
        Naming the first label that has too few.
    """
    for column, label in enumerate(labels):
        for answer, name in ((1, "positive"), (0, "negative")):
            rows = np.flatnonzero((truth[:, column] == answer) & (folds >= 0))
            if len(set(folds[rows].tolist())) < 2:
                raise InvalidInputError(
                    f"label {label!r} has {len(rows)} {name} statements, not in two folds, and needs some in two "
                    "groups at least that fall into different folds: annotate more, take more folds (at most as many "
                    "as there are groups), or predict fewer labels"
                )


def _linear(extractors: Sequence[Extractor]) -> list[Extractor]:
    """Give the extractors that get linear heads."""
    return [extractor for extractor in extractors if not isinstance(extractor, NetworkFeatures)]


def _pooled_and_others(extractors: Sequence[Extractor], counts: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Give the counts that the network reads, or None, and those of the linear heads."""
    pooled, others = None, []
    for extractor, count in zip(extractors, counts, strict=True):
        if isinstance(extractor, NetworkFeatures):
            pooled = count
        else:
            others.append(count)
    return pooled, others


def _stack(blocks: Sequence[Any]) -> Any:  # noqa: ANN401 - dense or sparse
    return sparse.vstack(blocks, format="csr") if any(map(sparse.issparse, blocks)) else np.vstack(blocks)


def join(extractors: Sequence[Extractor], counts: Sequence[Any]) -> Any:  # noqa: ANN401
    """Give the values of all features side by side."""
    blocks = [extractor.weigh(count) for extractor, count in zip(extractors, counts, strict=True)]
    if any(sparse.issparse(block) for block in blocks):
        return sparse.hstack([sparse.csr_matrix(block) for block in blocks], format="csr")
    return np.hstack(blocks)
