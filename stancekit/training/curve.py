"""How good a model gets with the number of labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.labelled import LabelledStatements
from stancekit.measure.bootstrap import bootstrap, interval
from stancekit.measure.inputs import Settings, check_count, cluster_numbers
from stancekit.measure.metrics import ratio
from stancekit.measure.results import Estimate, as_record
from stancekit.training.estimator import check_seed
from stancekit.training.learning import learn

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]

PARTS = 3
"""One part in three is tested."""
SMALLEST = 25
LEAST_COUNTED = 60
"""Statements of the random sample from which on the curve is measured on them alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A number of labels, and how good a model is with as many.

    Attributes
    ----------
    n : int
        Statements learned from.
    f1 : Estimate
        Mean F1 of the labels.
    per_label : mapping of str to Estimate
        F1 of each label.
    """

    n: int
    f1: Estimate
    per_label: dict[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """Quality by number of labels.

    Attributes
    ----------
    points : tuple of CurvePoint
        By rising number; none where there are too few labels.
    n_statements, n_groups, n_tested : int
        Labelled statements, groups of them, and statements that count in the tests.
    n_draws, n_bootstrap, confidence, seed : int, int, float, int
        As given.
    notes : tuple of str
        What to know of it.

    Examples
    --------
    >>> texts = ["Lift it.", "Keep it."] * 40
    >>> data = LabelledStatements(texts=texts, truth=np.array([[1.0], [0.0]] * 40),
    ...                           groups=[str(i // 2) for i in range(80)])
    >>> curve = learning_curve(data, Codebook.from_labels(["lift"]), n_draws=3, n_bootstrap=50)
    >>> [(point.n, point.f1.value) for point in curve.points]
    [(25, 1.0), (50, 1.0)]
    """

    points: tuple[CurvePoint, ...]
    n_statements: int
    n_groups: int
    n_tested: int
    n_draws: int
    n_bootstrap: int
    confidence: float
    seed: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON; NaN becomes None."""
        return as_record(self)


def learning_curve(  # noqa: PLR0913 - all that a curve hangs on
    data: LabelledStatements,
    codebook: Codebook,
    *,
    counted: Sequence[bool] | None = None,
    is_whole: bool = False,
    n_draws: int = 10,
    n_bootstrap: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
    progress: Callable[[], object] = lambda: None,
) -> LearningCurve:
    """Measure how good a model gets with the number of labels.

    Again and again the groups are dealt into three parts alike; one is tested, and models learn from 25, 50, 100, ...
    statements of the others, whole groups in random order. A label that cannot be learned yet, since too few groups
    take it, counts as never asserted, so its F1 is 0. Intervals are percentiles of a bootstrap that draws the groups
    of the tests and the draws themselves anew.

    Parameters
    ----------
    data : LabelledStatements
        What has been labelled.
    codebook : Codebook
        The labels.
    counted : sequence of bool, of length n_statements, optional
        Which statements are a random sample of the corpus. With 60 or more, they alone are tested on: statements that
        a model chose are harder than the corpus, or easier.
    is_whole : bool, default=False
        Whether the statements are the corpus itself rather than some of it; then all are tested on, and no random
        sample is missed.
    n_draws : int, default=10
        How often the groups are dealt.
    n_bootstrap, confidence, seed : int, float, int
        Of the intervals, and where the drawing starts.
    progress : callable
        Called after each model.

    Returns
    -------
    LearningCurve
        Without points, and with a note that says what is missing, where there are too few labels.

    Raises
    ------
    InvalidInputError
        On settings out of their range, and on `counted` of another length.

    Examples
    --------
    >>> data = LabelledStatements(texts=["Lift it."], truth=np.array([[1.0]]), groups=["s1"])
    >>> learning_curve(data, Codebook.from_labels(["lift"])).notes
    ('too few for a learning curve: 1 labelled statements in 1 groups, it takes 38 in 3',)
    """
    Settings(n_bootstrap=n_bootstrap, confidence=confidence, seed=seed)
    check_seed(seed, "seed")
    check_count("n_draws", n_draws, 2)
    if counted is not None and len(counted) != len(data):
        raise InvalidInputError(f"counted has {len(counted)} values, expected {len(data)} as there are statements")
    clusters = cluster_numbers(data.groups, len(data))
    n_groups = len(set(clusters.tolist()))
    tested, notes = (np.ones(len(data), dtype=np.bool_), list[str]()) if is_whole else _tested(counted, len(data))
    sizes = _sizes(len(data))
    if not sizes or n_groups < PARTS:
        least = -(-SMALLEST * PARTS // (PARTS - 1))
        notes = [
            f"too few for a learning curve: {len(data)} labelled statements in {n_groups} groups, "
            f"it takes {least} in {PARTS}"
        ]
        sizes = []
    tallies = {size: np.zeros((n_draws, n_groups, len(codebook.labels), 3)) for size in sizes}
    for draw in range(n_draws if sizes else 0):
        split = _split(data, clusters, tested, seed + draw)
        for size in sizes:
            tallies[size][draw] = _tally(data, codebook, split, size, clusters, n_groups, seed)
            progress()
    points = [_point(size, found, codebook.labels, n_bootstrap, confidence, seed) for size, found in tallies.items()]
    return LearningCurve(
        points=tuple(points),
        n_statements=len(data),
        n_groups=n_groups,
        n_tested=int(tested.sum()),
        n_draws=n_draws,
        n_bootstrap=n_bootstrap,
        confidence=confidence,
        seed=int(seed),
        notes=tuple(notes),
    )


def n_models(n_statements: int, n_draws: int) -> int:
    """Give how many models a curve takes.

    Examples
    --------
    >>> n_models(200, 10)
    30
    """
    return len(_sizes(n_statements)) * n_draws


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Split:
    """Statements to learn from, in the order in which they are taken, and statements to test."""

    train: Rows
    test: Rows


def _sizes(n: int) -> list[int]:
    most = n * (PARTS - 1) // PARTS
    return [SMALLEST << step for step in range(20) if SMALLEST << step <= most]


def _tested(counted: Sequence[bool] | None, n: int) -> tuple[Flags, list[str]]:
    flags = np.zeros(n, dtype=np.bool_) if counted is None else np.asarray(counted, dtype=np.bool_)
    if flags.sum() >= LEAST_COUNTED:
        return flags, [f"tested on the {int(flags.sum())} statements of the random sample alone"]
    few = f" ({int(flags.sum())} there are, {LEAST_COUNTED} it takes)" if counted is not None else ""
    note = "tested on all labelled statements, since there is no large random sample"
    return np.ones(n, dtype=np.bool_), [f"{note}{few}; on the corpus the figures may be others"]


def _split(data: LabelledStatements, clusters: Rows, tested: Flags, seed: int) -> _Split:
    from stancekit.training.splits import grouped_folds

    folds = grouped_folds(data.groups, np.nan_to_num(data.truth), n_folds=PARTS, seed=seed)
    held = folds == seed % PARTS
    rng = np.random.default_rng([seed, len(data)])
    places = rng.permutation(int(clusters.max()) + 1)[clusters]
    others = np.flatnonzero(~held)
    return _Split(
        train=others[np.argsort(places[others], kind="stable")],
        test=np.flatnonzero(held & tested),
    )


def _tally(
    data: LabelledStatements, codebook: Codebook, split: _Split, size: int, clusters: Rows, n_groups: int, seed: int
) -> Floats:
    """Give what was right, positive and asserted, of shape (n_groups, n_labels, 3)."""
    decided = _decisions(data.take(split.train[:size]), codebook, [data.texts[row] for row in split.test], size, seed)
    truth = data.truth[split.test]
    known = ~np.isnan(truth)
    positive, asserted = np.where(known, truth, 0.0), np.where(known, decided, False).astype(np.float64)
    sums = np.zeros((n_groups, len(codebook.labels), 3))
    np.add.at(sums, clusters[split.test], np.stack([positive * asserted, positive, asserted], axis=-1))
    return sums


def _decisions(train: LabelledStatements, codebook: Codebook, texts: list[str], size: int, seed: int) -> Flags:
    decided = np.zeros((len(texts), len(codebook.labels)), dtype=np.bool_)
    try:
        learned = learn(train, codebook, n_folds=2 if size < 100 else 3, seed=seed)
    except InvalidInputError:  # too few yet: nothing is asserted
        return decided
    decided[:, learned.columns] = learned.model.calibration.decide(learned.model.predict_proba(texts))
    return decided


def _point(
    size: int, tallies: Floats, labels: Sequence[str], n_bootstrap: int, confidence: float, seed: int
) -> CurvePoint:
    n_draws, n_groups = tallies.shape[:2]

    def by_test(weights: Floats) -> Floats:
        sums = np.einsum("wg,dglk->wdlk", weights, tallies)
        f1 = ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2], np.nan)
        f1[sums[..., 1] == 0] = np.nan  # a label that does not occur in a test tells nothing there
        return f1

    found = bootstrap(by_test, n_clusters=n_groups, n_rows=n_groups * n_draws, n_bootstrap=n_bootstrap, seed=seed)
    rng = np.random.default_rng([seed, size])
    draws = rng.multinomial(n_draws, np.full(n_draws, 1 / n_draws), size=len(found)).astype(np.float64)
    draws[0] = 1  # the sample itself, with each draw once
    values = _means(found, draws)
    estimates = [_estimate(values[:, column], confidence) for column in range(values.shape[1])]
    return CurvePoint(n=size, f1=estimates[0], per_label=dict(zip(labels, estimates[1:], strict=True)))


def _means(f1: Floats, draws: Floats) -> Floats:
    """Give the mean F1 and that of each label, over draws by their weights, of shape (n_replicates, 1 + n_labels)."""
    known = ~np.isnan(f1)
    by_label = _mean(np.where(known, f1, 0.0), known * draws[:, :, None], axis=1)
    by_draw = _mean(np.where(known, f1, 0.0), known.astype(np.float64), axis=2)
    macro = _mean(np.nan_to_num(by_draw), ~np.isnan(by_draw) * draws, axis=1)
    return np.column_stack([macro, by_label])


def _mean(values: Floats, weights: Floats, axis: int) -> Floats:
    return ratio((values * weights).sum(axis=axis), weights.sum(axis=axis), np.nan)


def _estimate(values: Floats, confidence: float) -> Estimate:
    low, high = interval(values, confidence)
    return Estimate(value=float(values[0]), low=low, high=high)
