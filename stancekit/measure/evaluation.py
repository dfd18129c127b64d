"""Measure a model against annotations: figures with clustered bootstrap intervals, whole and by slices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancekit.measure.bootstrap import (
    bootstrap,
    canonical_order,
    few_groups_notes,
    group_notes,
    is_point,
    told_interval,
    withheld_note,
)
from stancekit.measure.inputs import (
    Settings,
    check_flags,
    check_labels,
    check_scores,
    check_truth,
    cluster_numbers,
    slice_rows,
)
from stancekit.measure.metrics import FIGURES, Sample, macro, make_meter
from stancekit.measure.results import Estimate, Evaluation, Figures, MicroFigures, Summary

__all__ = ["Evaluation", "evaluate"]


def evaluate(  # noqa: PLR0913 - the data, what groups and slices them, and four settings with defaults
    truth: ArrayLike,
    scores: ArrayLike,
    decisions: ArrayLike,
    *,
    labels: Sequence[str],
    groups: Iterable[object] | None = None,
    slices: Mapping[str, Iterable[object]] | None = None,
    abstained: ArrayLike | None = None,
    n_bootstrap: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    n_bins: int = 10,
) -> Evaluation:
    """Measure one model's scores and decisions against annotations.

    Parameters
    ----------
    truth : array-like of shape (n_statements, n_labels)
        1, 0, and NaN where a statement was not annotated for a label: it is left out of that label's
        figures.
    scores : array-like of shape (n_statements, n_labels)
        Calibrated probabilities, from 0 to 1.
    decisions : array-like of bool, of shape (n_statements, n_labels)
        What the model asserts: score at or above the threshold, or for exclusive labels the one that
        wins. Decisions count in full, abstained or not; `f1_decided` alone looks at abstentions.
    labels : sequence of str, of length n_labels
        The names of the columns, in their order.
    groups : iterable of hashable, of length n_statements, optional
        The speech or document of each statement, drawn whole by the bootstrap. Without it each
        statement is a group of its own, and intervals are too narrow if statements come in documents.
    slices : mapping of str to iterable of length n_statements, optional
        Columns such as genre or decade: the same figures for the statements of each of their values,
        exactly as `evaluate` gives them for these statements alone. Values are told apart by their text;
        None, NaN and blank text are the value ``(missing)``.
    abstained : array-like of bool, of shape (n_statements, n_labels), optional
        Where the model would not say.
    n_bootstrap : int, default=1000
        Number of replicates; 0 leaves the intervals out.
    confidence : float, default=0.95
        Of the intervals.
    seed : int, default=0
        The same data and seed give the same figures, whatever the groups are called and whatever the
        order of the rows: groups are put in the order of their contents before they are drawn.
    n_bins : int, default=10
        Bins of the calibration error at most.

    Returns
    -------
    Evaluation
        For each label, their mean (macro) and their pool (micro), as a whole and by slices.

    Raises
    ------
    InvalidInputError
        On shapes that differ, no statements, a wrong number of labels, truth other than 1, 0 and NaN,
        scores outside [0, 1], decisions that are not bool, or a group without an id.

    Notes
    -----
    Undefined figures are NaN. What only the model brings about counts against it: where it asserts a label
    nowhere, precision, F1 and Matthews' correlation are 0, as in scikit-learn. What the data leave open is
    undefined: recall and average precision without positives, Matthews' correlation (`mcc`) without
    positives or without negatives, all figures without annotations. F1 without positives is 0 all the
    same, to agree with scikit-learn's ``f1_score(average="macro", zero_division=0)``; a note says so. Macro
    figures average over the labels for which the figure is defined.

    Average precision is the sum of steps of recall times precision, without interpolation, tied scores in
    one step, as in scikit-learn. Matthews' correlation: Matthews 1975, Biochimica et Biophysica Acta 405.

    `calibration_error` is the expected calibration error of the label's probability: statements are split
    by score into bins of equal mass, and the distance between mean score and share of positives is
    averaged over statements (Naeini, Cooper & Hauskrecht 2015, AAAI; bins of equal mass: Nixon et al. 2019,
    CVPR workshops). Equal scores share a bin; bins stay those of the full sample in every replicate. The
    estimator is biased upwards, the more so the fewer statements a bin holds (Roelofs et al. 2022,
    AISTATS): a perfectly calibrated model shows about ``0.8 * sqrt(p * (1 - p) * n_bins / n)``, with p the
    share of positives. So a bin holds about 20 statements or more, and under ``20 * n_bins`` statements
    fewer bins are used, under 40 a single one. Replicates carry that bias a second time, so its interval
    lies high and may leave the value itself out: read its upper end as a bound, and compare models on the
    same statements.

    Intervals are percentile intervals of a bootstrap of whole groups (see `stancekit.measure.bootstrap`).
    They are NaN, with a note, with fewer than two groups, where every replicate gives the same (a recall of 1
    on few positives is no certainty), and where the figure is undefined in more than a tenth of the
    replicates, as average precision is where two groups hold all positives.

    Examples
    --------
    >>> truth = [[1, 0], [0, 1], [1, float("nan")], [0, 0]]
    >>> scores = [[0.9, 0.2], [0.3, 0.8], [0.4, 0.1], [0.1, 0.6]]
    >>> decisions = [[s >= 0.5 for s in row] for row in scores]
    >>> evaluation = evaluate(truth, scores, decisions, labels=["a", "b"], groups=["x", "x", "y", "z"])
    >>> round(evaluation.per_label["a"].recall.value, 2), evaluation.per_label["b"].n
    (0.5, 3)
    >>> round(evaluation.macro.f1.value, 2)
    0.67
    """
    names = check_labels(labels)
    settings = Settings(n_bootstrap=n_bootstrap, confidence=confidence, seed=seed, n_bins=n_bins)
    sample = _check_sample(truth, scores, decisions, abstained, names)
    clusters = cluster_numbers(groups, len(sample.truth))
    rows_by_slice = slice_rows(slices, len(sample.truth))

    def summary(rows: NDArray[np.intp]) -> Summary:
        return _summarise(sample.take(rows), clusters[rows], names, settings, abstained is not None)

    return Evaluation(
        labels=names,
        whole=summary(np.arange(len(clusters))),
        slices={
            column: {value: summary(rows) for value, rows in values.items()} for column, values in rows_by_slice.items()
        },
        n_bootstrap=int(n_bootstrap),
        confidence=float(confidence),
        seed=int(seed),
        n_bins=int(n_bins),
    )


def _check_sample(
    truth: ArrayLike,
    scores: ArrayLike,
    decisions: ArrayLike,
    abstained: ArrayLike | None,
    labels: tuple[str, ...],
) -> Sample:
    known = check_truth(truth, labels)
    n = len(known)
    silent = np.zeros(known.shape) if abstained is None else abstained
    return Sample(
        truth=known,
        scores=check_scores("scores", scores, labels, n),
        decisions=check_flags("decisions", decisions, labels, n),
        decided=~check_flags("abstained", silent, labels, n),
    )


def _summarise(
    sample: Sample,
    clusters: NDArray[np.intp],
    labels: tuple[str, ...],
    settings: Settings,
    with_decided: bool,
) -> Summary:
    order = canonical_order(sample.content(), clusters)
    sample = sample.take(order.rows)
    meter = make_meter(sample, order.clusters, order.n_clusters, settings.n_bins)
    values = bootstrap(
        meter.measure,
        n_clusters=order.n_clusters,
        n_rows=len(sample.truth),
        n_bootstrap=settings.n_bootstrap,
        seed=settings.seed,
    )
    by_label = {label: values[:, i] for i, label in enumerate(labels)}
    means = macro(values[:, :-1])
    n, n_positive = np.sum(~np.isnan(sample.truth), axis=0), np.sum(sample.truth == 1, axis=0)
    shown = FIGURES if with_decided else FIGURES[:6]
    return Summary(
        n_statements=len(sample.truth),
        n_groups=order.n_clusters,
        per_label={
            label: _figures(by_label[label], int(n[i]), int(n_positive[i]), shown, settings)
            for i, label in enumerate(labels)
        },
        macro=_figures(means, int(n.sum()), int(n_positive.sum()), shown, settings),
        micro=MicroFigures(**_estimates(values[:, -1], FIGURES[:3], settings)),
        notes=(
            *group_notes(order.n_clusters, settings.n_bootstrap),
            *_label_notes(labels, n, n_positive),
            *_never_given_notes(labels, n, np.sum(sample.decisions & ~np.isnan(sample.truth), axis=0)),
            *few_groups_notes(labels, ~np.isnan(sample.truth), order.clusters),
            *_withheld_notes([*by_label.items(), ("macro", means)], shown, settings.confidence),
        ),
    )


def _figures(
    values: NDArray[np.float64], n: int, n_positive: int, shown: tuple[str, ...], settings: Settings
) -> Figures:
    estimates: dict[str, Any] = _estimates(values, shown, settings)
    return Figures(n=n, n_positive=n_positive, **estimates)


def _estimates(values: NDArray[np.float64], figures: tuple[str, ...], settings: Settings) -> dict[str, Estimate]:
    """Turn values of shape (1 + n_bootstrap, n_figures) into estimates by the name of the figure."""
    estimates = {}
    for column, figure in enumerate(figures):
        low, high = told_interval(values[:, column], settings.confidence)
        estimates[figure] = Estimate(value=float(values[0, column]), low=low, high=high)
    return estimates


def _label_notes(labels: tuple[str, ...], n: NDArray[np.int_], n_positive: NDArray[np.int_]) -> list[str]:
    notes = []
    for label, total, positive in zip(labels, n.tolist(), n_positive.tolist(), strict=True):
        if total == 0:
            notes.append(f"{label}: no statement is annotated, all figures are undefined")
        elif positive == 0:
            notes.append(
                f"{label}: no positives among {total}; recall, average precision and MCC are undefined, F1 counts as 0"
            )
        elif positive == total:
            notes.append(f"{label}: no negatives among {total}; MCC is undefined")
    return notes


def _never_given_notes(labels: tuple[str, ...], n: NDArray[np.int_], n_given: NDArray[np.int_]) -> list[str]:
    never = [label for label, total, given in zip(labels, n, n_given, strict=True) if total and not given]
    return [f"{', '.join(never)}: given to no statement; precision counts as 0"] if never else []


def _withheld_notes(
    tables: Sequence[tuple[str, NDArray[np.float64]]], figures: tuple[str, ...], confidence: float
) -> list[str]:
    notes = []
    for subject, values in tables:
        columns = dict(zip(figures, values.T, strict=False))
        alike = [figure.replace("_", " ") for figure, column in columns.items() if is_point(column, confidence)]
        if alike:
            notes.append(f"{subject}: intervals withheld, as nearly every draw gives the same {', '.join(alike)}")
        for figure, column in columns.items():
            notes += withheld_note(column, figure, subject)
    return notes
