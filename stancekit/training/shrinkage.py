"""Calibration, thresholds and abstention on few labels: drawn towards those of a prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from stancekit.calibration import (
    Calibration,
    abstention_band,
    around_threshold,
    best_threshold,
    least_for_band,
    sigmoid,
    softmax_loss,
)
from stancekit.training.fitting import calibrate, too_few_to_rule_out

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# How much the prior counts: a change of the slope by the factor e, or of the offset by 1, costs half as much.
_SLOPE, _OFFSET = 16.0, 2.0
_THRESHOLD = 30  # statements with the label that weigh as much as the prior's threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkCalibration:
    """A calibration found on few labels.

    Attributes
    ----------
    calibration : Calibration
    unwarranted : mapping of str to int
        Labels whose abstention band is the prior's for want of annotations on one side, with the number that each
        side needs: for them the share of wrong answers is not warranted.
    """

    calibration: Calibration
    unwarranted: Mapping[str, int]


def shrunk_calibration(
    margins: Floats,
    truth: Floats,
    prior: Calibration,
    known: Flags,
    labels: tuple[str, ...],
    *,
    abstention: float,
) -> ShrunkCalibration:
    """Find curve, threshold and band of each label, those that the prior knows beginning from its own.

    Parameters
    ----------
    margins, truth : ndarray of shape (n_statements, n_labels)
        Out-of-fold log-odds and annotations.
    prior : Calibration
        The prior's, in the order of `labels`; what stands for labels that it does not know is not used.
    known : ndarray of bool of shape (n_labels,)
        The labels that it knows.
    labels : tuple of str
        Their names.
    abstention : float
        As in `StanceClassifier`.
    """
    curve = prior if known.all() else with_new(margins, truth, prior, known, abstention)
    curve = shrunk_curve(margins, truth, curve, known)
    scores = curve.scores(margins)
    threshold, low, high = curve.threshold.copy(), curve.low.copy(), curve.high.copy()
    needed = max(1, least_for_band(abstention))
    unwarranted: dict[str, int] = {}
    for column in np.flatnonzero(known):
        annotated = ~np.isnan(truth[:, column])
        score, yes = scores[annotated, column], truth[annotated, column] == 1
        threshold[column] = _shrunk_threshold(score, yes, threshold[column])
        band = abstention_band(score, yes, abstention)
        enough = [int(yes.sum()) >= needed, curve.exclusive or int((~yes).sum()) >= needed]
        # A prior that never abstains rules nothing out, and its 1 would rule out whatever is not annotated enough.
        is_own = enough[0] or not abstention or (curve.exclusive and low[column] >= 1)
        low[column] = band[0] if is_own else low[column]
        high[column] = np.nextafter(band[1], np.inf) if enough[1] or not abstention else high[column]
        if abstention and not all(enough):
            unwarranted[labels[column]] = needed
    if curve.exclusive:
        unwarranted |= too_few_to_rule_out(truth, labels, abstention=abstention)
    if not curve.exclusive:
        low, high = around_threshold(low, high, threshold, abstention)
    return ShrunkCalibration(
        calibration=replace(curve, threshold=threshold, low=low, high=high), unwarranted=unwarranted
    )


def shrunk_curve(margins: Floats, truth: Floats, prior: Calibration, known: Flags) -> Calibration:
    """Fit slope and offset of the labels that the prior knows, its own having the weight of some annotations."""
    slope, offset = prior.slope.copy(), prior.offset.copy()
    if prior.exclusive:
        if known.all():
            slope[:], offset = _shrunk_softmax(margins, truth, float(slope[0]), offset)
        return replace(prior, slope=slope, offset=offset)
    for column in np.flatnonzero(known):
        annotated = ~np.isnan(truth[:, column])
        slope[column], offset[column] = _shrunk_sigmoid(
            margins[annotated, column], truth[annotated, column], float(slope[column]), float(offset[column])
        )
    return replace(prior, slope=slope, offset=offset)


def with_new(margins: Floats, truth: Floats, prior: Calibration, known: Flags, abstention: float) -> Calibration:
    """Calibrate the labels that the prior does not know as if there were no prior."""
    if prior.exclusive:  # one curve for all: what a new label changes, changes it for the others
        return calibrate(margins, truth, exclusive=True, abstention=abstention)
    new = calibrate(margins[:, ~known], truth[:, ~known], exclusive=False, abstention=abstention)
    names = ("slope", "offset", "threshold", "low", "high")
    columns = {name: getattr(prior, name).copy() for name in names}
    for name in names:
        columns[name][~known] = getattr(new, name)
    return replace(prior, **columns)


def _shrunk_sigmoid(margins: Floats, truth: Floats, slope: float, offset: float) -> NDArray[np.float64]:
    """Fit slope and offset of one label by maximum a posteriori; the slope keeps its sign."""

    def loss(change: Floats) -> tuple[float, Floats]:
        bent = slope * np.exp(change[0])
        logits = bent * margins + offset + change[1]
        wrong = sigmoid(logits) - truth
        value = (
            np.sum(np.logaddexp(0, logits) - truth * logits) + (_SLOPE * change[0] ** 2 + _OFFSET * change[1] ** 2) / 2
        )
        gradient = [wrong @ margins * bent + _SLOPE * change[0], wrong.sum() + _OFFSET * change[1]]
        return float(value), np.array(gradient)

    change = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-3, 3), (-10, 10)]).x
    return np.array([slope * np.exp(change[0]), offset + change[1]])


def _shrunk_softmax(margins: Floats, truth: Floats, slope: float, offset: Floats) -> tuple[float, Floats]:
    """Fit slope and offsets of labels that exclude one another by maximum a posteriori."""
    known = ~np.isnan(truth).any(axis=1)
    weights = np.array([_SLOPE, *[_OFFSET] * len(offset)])

    def loss(change: Floats) -> tuple[float, Floats]:
        bent = slope * np.exp(change[0])
        value, gradient = softmax_loss(margins[known], truth[known], bent, offset + change[1:])
        gradient[0] *= bent
        return value + float(weights @ change**2) / 2, gradient + weights * change

    bounds = [(-3, 3), *[(-10, 10)] * len(offset)]
    change = minimize(loss, np.zeros(1 + len(offset)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(slope * np.exp(change[0])), offset + change[1:]


def _shrunk_threshold(scores: Floats, truth: Flags, prior: float) -> float:
    """Give a threshold between the prior's and the one with the highest F1 here, by the statements with the label."""
    n_yes = int(truth.sum())
    if n_yes == 0:
        return prior
    own, start = (float(np.clip(value, 1e-6, 1 - 1e-6)) for value in (best_threshold(scores, truth), prior))
    weight = n_yes / (n_yes + _THRESHOLD)
    odds = weight * np.log(own / (1 - own)) + (1 - weight) * np.log(start / (1 - start))
    return float(sigmoid(np.array(odds)))
