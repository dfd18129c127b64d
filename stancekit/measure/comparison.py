"""Compare two models on the same statements, with paired bootstrap intervals and p-values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.errors import InvalidInputError
from stancekit.measure.bootstrap import (
    bootstrap,
    canonical_order,
    few_groups_notes,
    group_notes,
    interval,
    is_point,
    p_value,
    withheld_note,
)
from stancekit.measure.inputs import (
    Settings,
    check_flags,
    check_labels,
    check_scores,
    check_truth,
    cluster_numbers,
)
from stancekit.measure.metrics import FIGURES, Sample, macro, make_meter
from stancekit.measure.results import Comparison, Difference, Differences

__all__ = ["Comparison", "ModelOutput", "compare"]

COMPARED = ("f1", "average_precision", "mcc")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelOutput:
    """What one model says of all statements.

    Attributes
    ----------
    scores : array-like of shape (n_statements, n_labels)
        Calibrated probabilities, from 0 to 1.
    decisions : array-like of bool, of shape (n_statements, n_labels)
        What the model asserts.
    name : str
        For reports; ``"a"`` or ``"b"`` where none is given.

    Examples
    --------
    >>> ModelOutput(scores=[[0.9], [0.2]], decisions=[[True], [False]], name="linear").name
    'linear'
    """

    scores: ArrayLike
    decisions: ArrayLike
    name: str = ""


def compare(
    truth: ArrayLike,
    a: ModelOutput,
    b: ModelOutput,
    *,
    labels: Sequence[str],
    groups: Iterable[object] | None = None,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Measure how much better model b is than model a.

    Parameters
    ----------
    truth : array-like of shape (n_statements, n_labels)
        1, 0, and NaN where a statement was not annotated for a label.
    a, b : ModelOutput
        The models' scores and decisions for the same statements.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.
    groups : iterable of hashable, of length n_statements, optional
        The speech or document of each statement, drawn whole by the bootstrap; without it each
        statement is a group of its own.
    n_bootstrap, confidence, seed : int, float, int
        As in `stancekit.measure.evaluation.evaluate`.

    Returns
    -------
    Comparison
        ``b - a`` in F1, average precision and Matthews' correlation, of each label and of their mean.

    Raises
    ------
    InvalidInputError
        As in `stancekit.measure.evaluation.evaluate`, and when `a` or `b` is no `ModelOutput`.

    Notes
    -----
    Both models are measured on each replicate, so what makes statements easy or hard for both cancels out
    (paired bootstrap: Efron & Tibshirani 1993, An Introduction to the Bootstrap). For the p-value and its
    source see `stancekit.measure.bootstrap.p_value`; p-values are not corrected for the number of labels.
    Undefined figures are those of `evaluate`.

    Examples
    --------
    >>> truth = [[1], [0], [1], [0]] * 10
    >>> a = ModelOutput(scores=[[0.9], [0.2], [0.3], [0.1]] * 10, decisions=[[1], [0], [0], [0]] * 10)
    >>> b = ModelOutput(scores=[[0.9], [0.2], [0.8], [0.1]] * 10, decisions=[[1], [0], [1], [0]] * 10)
    >>> difference = compare(truth, a, b, labels=["anti-sanction"]).macro.f1
    >>> round(difference.value, 2), difference.p_value < 0.05
    (0.33, True)
    """
    names = check_labels(labels)
    settings = Settings(n_bootstrap=n_bootstrap, confidence=confidence, seed=seed)
    known = check_truth(truth, names)
    models = [_check_model(side, model, known, names) for side, model in (("a", a), ("b", b))]
    clusters = cluster_numbers(groups, len(known))
    values, n_groups = _replicates(models, clusters, settings)
    by_label = {label: values[:, :, i] for i, label in enumerate(names)}
    means = np.stack([macro(values[:, side]) for side in (0, 1)], axis=1)
    return Comparison(
        names=(a.name or "a", b.name or "b"),
        labels=names,
        n_statements=len(known),
        n_groups=n_groups,
        per_label={label: _differences(table, settings) for label, table in by_label.items()},
        macro=_differences(means, settings),
        n_bootstrap=int(n_bootstrap),
        confidence=float(confidence),
        seed=int(seed),
        notes=(
            *group_notes(n_groups, n_bootstrap),
            *few_groups_notes(names, ~np.isnan(known), clusters),
            *_notes([*by_label.items(), ("macro", means)], confidence),
        ),
    )


def _check_model(side: str, model: ModelOutput, truth: NDArray[np.float64], labels: tuple[str, ...]) -> Sample:
    if not isinstance(model, ModelOutput):
        raise InvalidInputError(f"{side} is {type(model).__name__}; expected ModelOutput(scores=..., decisions=...)")
    return Sample(
        truth=truth,
        scores=check_scores(f"{side}.scores", model.scores, labels, len(truth)),
        decisions=check_flags(f"{side}.decisions", model.decisions, labels, len(truth)),
        decided=np.ones(truth.shape, dtype=bool),
    )


def _replicates(
    models: list[Sample], clusters: NDArray[np.intp], settings: Settings
) -> tuple[NDArray[np.float64], int]:
    """Give values of shape (1 + n_bootstrap, 2, n_labels, 3), and the number of groups."""
    order = canonical_order(np.hstack([model.content() for model in models]), clusters)
    meters = [make_meter(model.take(order.rows), order.clusters, order.n_clusters) for model in models]
    columns = [FIGURES.index(figure) for figure in COMPARED]
    values = bootstrap(
        lambda weights: np.stack([meter.measure(weights)[:, :-1, columns] for meter in meters], axis=1),
        n_clusters=order.n_clusters,
        n_rows=len(clusters),
        n_bootstrap=settings.n_bootstrap,
        seed=settings.seed,
    )
    return values, order.n_clusters


def _differences(values: NDArray[np.float64], settings: Settings) -> Differences:
    """Turn both models' values, of shape (1 + n_bootstrap, 2, 3), into differences."""
    return Differences(**{figure: _difference(values[:, :, i], settings) for i, figure in enumerate(COMPARED)})


def _difference(values: NDArray[np.float64], settings: Settings) -> Difference:
    # Rounding in the last bit must not tell apart models that do equally well.
    gaps = np.round(values[:, 1] - values[:, 0], 12)
    a, b = (float(value) for value in values[0])
    if _tells_nothing(gaps, settings.confidence):
        return Difference(a=a, b=b, value=float(gaps[0]), low=np.nan, high=np.nan, p_value=np.nan)
    low, high = interval(gaps, settings.confidence)
    return Difference(a=a, b=b, value=float(gaps[0]), low=low, high=high, p_value=p_value(gaps))


def _tells_nothing(gaps: NDArray[np.float64], confidence: float) -> bool:
    """Tell whether nearly every draw gives the same difference, of a few statements that are all alike."""
    return is_point(gaps, confidence) and float(gaps[0]) != 0


def _notes(tables: Sequence[tuple[str, NDArray[np.float64]]], confidence: float) -> list[str]:
    notes = []
    for subject, values in tables:
        for i, figure in enumerate(COMPARED):
            gaps = values[:, 1, i] - values[:, 0, i]
            if np.isnan(gaps[0]):
                notes.append(f"{subject}: {figure.replace('_', ' ')} is undefined")
            if _tells_nothing(np.round(gaps, 12), confidence):
                name = figure.replace("_", " ")
                notes.append(f"{subject}: interval of {name} withheld, as nearly every draw gives the same difference")
            notes += withheld_note(gaps, figure, subject)
    return notes
