"""Margins to calibrated scores, scores to decisions, and when to abstain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What turns the margins of each label into scores, decisions and abstentions.

    Attributes
    ----------
    slope, offset : ndarray of shape (n_labels,)
        The score is ``sigmoid(slope * margin + offset)``, or the softmax of it over the labels of an
        exclusive codebook.
    threshold : ndarray of shape (n_labels,)
        A label is asserted from this score on. Unused where labels exclude one another: the one wins whose score is
        the largest multiple of its `level`.
    low, high : ndarray of shape (n_labels,)
        From `low` to just below `high` the model abstains. Below `low` lie at most a share of the abstention's
        error level of the statements that take the label, from `high` on at most that share of those that
        do not; the threshold lies between the two. Where labels exclude one another, a label that scores
        below `low` is ruled out, and the model abstains unless the one that wins alone is left; where every `low` is 1
        it never abstains.
    exclusive : bool
        Whether exactly one label fits each statement.
    level : ndarray of shape (n_labels,)
        Where labels exclude one another, the scores of a statement whose margins are the same for all: 1 / n_labels
        each where the offsets are the same. Not given but worked out.
    """

    slope: Floats
    offset: Floats
    threshold: Floats
    low: Floats
    high: Floats
    exclusive: bool = False
    level: Floats = field(init=False, repr=False, compare=False)
    _numbers: tuple[list[float], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbers = (self.slope, self.offset, self.threshold, self.low, self.high)
        object.__setattr__(self, "_numbers", tuple(array.tolist() for array in numbers))
        object.__setattr__(self, "level", softmax(self.offset[None])[0])

    def scores(self, margins: Floats) -> Floats:
        """Give probabilities, of the shape of `margins`, (n_statements, n_labels)."""
        logits = margins * self.slope
        logits += self.offset
        if not self.exclusive:
            return sigmoid(logits)
        return softmax(logits)

    def decide(self, scores: Floats) -> Flags:
        """Tell which labels the scores speak for, abstention apart, of shape (n_statements, n_labels)."""
        if not self.exclusive:
            return np.asarray(scores >= self.threshold)
        winners = np.zeros(scores.shape, dtype=bool)
        winners[np.arange(len(scores)), self._weighed(scores).argmax(axis=1)] = True
        return winners

    def boundaries(self, scores: Floats) -> Floats:
        """Give the score from which each label is asserted of each statement, of shape (n_statements, n_labels).

        The thresholds; where labels exclude one another, what the best of the others asks for, at most 1.

        Examples
        --------
        >>> same, ends = np.ones(3), np.zeros(3)
        >>> curve = Calibration(slope=same, offset=ends, threshold=same, low=ends, high=same, exclusive=True)
        >>> curve.boundaries(np.array([[0.5, 0.3, 0.2]])).tolist()
        [[0.3, 0.5, 0.5]]
        """
        if not self.exclusive:
            return np.broadcast_to(self.threshold, scores.shape)
        weighed = self._weighed(scores)
        columns = np.arange(weighed.shape[1])
        rivals = np.stack([weighed[:, columns != column].max(axis=1) for column in columns], axis=1)
        asked = rivals * np.exp(self.offset - self.offset.min()) if self.has_levels else rivals
        return np.asarray(np.minimum(asked, 1.0))

    @property
    def has_levels(self) -> bool:
        """Whether the highest score may lose, as labels that exclude one another have levels of their own."""
        return self.exclusive and bool(np.ptp(self.offset)) and bool(self.slope.any())

    def levelled(self, scores: Floats) -> Floats:
        """Give the scores of labels that exclude one another as they were if all had the same level.

        The highest of these wins. So whoever trains decides by `class_weight` which errors are worse, and the scores
        say how likely a label is all the same.
        """
        weighed = self._weighed(scores)
        return np.asarray(weighed / weighed.sum(axis=1, keepdims=True))

    def _weighed(self, scores: Floats) -> Floats:
        # Where nothing was learned all levels are the scores themselves, and the most frequent label wins.
        return np.asarray(scores * np.exp(self.offset.min() - self.offset)) if self.has_levels else scores

    def abstain(self, scores: Floats) -> Flags:
        """Tell for which labels the model will not say, of shape (n_statements, n_labels)."""
        if not self.exclusive:
            return np.asarray((scores >= self.low) & (scores < self.high))
        if (self.low >= 1).all():
            return np.zeros(scores.shape, dtype=bool)
        possible, winner = scores >= self.low, self.decide(scores)
        is_sure = (possible == winner).all(axis=1, keepdims=True)
        return np.asarray((possible | winner) & ~is_sure)

    def judge_one(self, margins: list[float]) -> tuple[list[float], list[bool], list[bool]]:
        """Give the scores of one statement, what is asserted and what is abstained from, as lists of n_labels.

        To the last digit what the methods for arrays give, and where labels may stand together several times as quick.
        """
        if self.exclusive:
            scores = self.scores(np.array([margins]))
            asserted, abstained = self.decide(scores)[0].tolist(), self.abstain(scores)[0].tolist()
            return scores[0].tolist(), [a and not b for a, b in zip(asserted, abstained, strict=True)], abstained
        slope, offset, threshold, low, high = self._numbers
        halves = [0.5 * (m * s + o) for m, s, o in zip(margins, slope, offset, strict=True)]
        one = [0.5 * (1 + t) for t in np.tanh(halves).tolist()]
        unsure = [a <= x < b for x, a, b in zip(one, low, high, strict=True)]
        return one, [x >= t and not u for x, t, u in zip(one, threshold, unsure, strict=True)], unsure

    def to_dict(self) -> dict[str, Any]:
        """Give lists and flags, ready for JSON."""
        names = ("slope", "offset", "threshold", "low", "high")
        return {name: getattr(self, name).tolist() for name in names} | {"exclusive": self.exclusive}


def sigmoid(logits: Floats) -> Floats:
    """Give ``1 / (1 + exp(-x))`` without overflow."""
    scores = np.tanh(0.5 * logits)
    scores += 1
    scores *= 0.5
    return np.asarray(scores)


def softmax(logits: Floats) -> Floats:
    """Give probabilities that add up to 1 in each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_sigmoid(margins: Floats, truth: Flags) -> tuple[float, float]:
    """Fit slope and offset of one label's calibration curve.

    Platt (1999) with the target smoothing he gives, by Newton's method as in Lin, Lin and Weng (2007),
    "A note on Platt's probabilistic outputs for support vector machines". The slope is never negative: where higher
    margins do not go with the label, out of fold, it is 0 and the score the share of the label for every statement,
    rather than the opposite of what the heads learned.

    Parameters
    ----------
    margins : ndarray of shape (n_statements,)
        Log-odds of statements that the heads were not trained on.
    truth : ndarray of bool of shape (n_statements,)
        Whether the label fits.

    Returns
    -------
    tuple of (slope, offset)
    """
    target, n_yes, n_no = smoothed_targets(truth), int(truth.sum()), int((~truth).sum())
    design = np.column_stack([margins, np.ones(len(margins))])
    parameters = np.array([0.0, np.log((n_yes + 1) / (n_no + 1))])
    loss = _log_loss(design @ parameters, target)
    for _ in range(100):
        score = sigmoid(design @ parameters)
        gradient = design.T @ (score - target)
        if np.abs(gradient).max() < 1e-6 * len(margins):
            break
        hessian = (design * (score * (1 - score))[:, None]).T @ design + 1e-12 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while size > 1e-10 and _log_loss(design @ (parameters - size * step), target) > loss:
            size /= 2
        parameters = parameters - size * step
        loss = _log_loss(design @ parameters, target)
    if parameters[0] <= 0:
        share = float(target.mean())
        return 0.0, float(np.log(share / (1 - share)))
    return float(parameters[0]), float(parameters[1])


def smoothed_targets(truth: Flags) -> Floats:
    """Give the targets of a calibration curve, a little inside 0 and 1 (Platt 1999), of the shape of `truth`."""
    n_yes, n_no = int(truth.sum()), int((~truth).sum())
    return np.where(truth, (n_yes + 1) / (n_yes + 2), 1 / (n_no + 2))


def fit_softmax(margins: Floats, winners: NDArray[np.intp]) -> tuple[float, Floats]:
    """Fit slope and offsets of an exclusive codebook's softmax: bias-corrected temperature scaling.

    Alexandari, Kundaje and Shrikumar (2020), "Maximum likelihood with bias-corrected calibration is hard-to-beat at
    label shift adaptation", section 3: a temperature alone (Guo et al. 2017) cannot mend what weights of labels do to
    the heads, a frequent label that is too seldom likely. The targets lie a little inside 0 and 1, as Platt (1999) has
    them for two classes: few statements that the heads tell apart without an error warrant no certainty.

    Parameters
    ----------
    margins : ndarray of shape (n_statements, n_labels)
        Margins of statements that the heads were not trained on.
    winners : ndarray of int of shape (n_statements,)
        The column of the true label.

    Returns
    -------
    tuple of (slope, offsets)
        The slope is never negative: where higher margins do not go with their labels, out of fold, it is 0, as in
        `fit_sigmoid`. The offsets, of shape (n_labels,), add up to 0.
    """
    from scipy.optimize import minimize

    target, n_labels = smoothed_winners(winners, margins.shape[1]), margins.shape[1]
    spread = float(np.std(margins - margins.mean(axis=1, keepdims=True))) or 1.0  # the search knows no other scale

    def loss(parameters: Floats) -> tuple[float, Floats]:
        return softmax_loss(margins / spread, target, parameters[0], parameters[1:])

    begin = np.concatenate([[1.0], np.zeros(n_labels)])
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 1000, "ftol": 1e-12}).x
    if found[0] <= 0:
        found = np.concatenate([[0.0], np.log(target.mean(axis=0))])
    return float(found[0] / spread), found[1:] - found[1:].mean()


def softmax_loss(margins: Floats, target: Floats, slope: float, offset: Floats) -> tuple[float, Floats]:
    """Give the log loss of an exclusive codebook's scores, and its gradient by the slope and the offsets.

    Parameters
    ----------
    margins, target : ndarray of shape (n_statements, n_labels)
    slope : float
    offset : ndarray of shape (n_labels,)

    Returns
    -------
    tuple of (loss, ndarray of shape (1 + n_labels,))
        Summed over the statements.
    """
    logits = margins * slope + offset
    logits -= logits.max(axis=1, keepdims=True)
    value = float(np.sum(target * (np.log(np.exp(logits).sum(axis=1, keepdims=True)) - logits)))
    wrong = softmax(logits) - target
    return value, np.concatenate([[np.sum(wrong * margins)], wrong.sum(axis=0)])


def without_levels(calibration: Calibration, bias: Floats) -> tuple[Calibration, Floats]:
    """Move the offsets of labels that exclude one another into the bias, so that the highest score wins.

    Parameters
    ----------
    calibration : Calibration
        Its scores stay what they are.
    bias : ndarray of shape (n_labels,)
        Part of the margins.
    """
    if not calibration.has_levels:
        return calibration, bias
    return replace(calibration, offset=np.zeros_like(bias)), bias + calibration.offset / calibration.slope


def smoothed_winners(winners: NDArray[np.intp], n_labels: int) -> Floats:
    """Give the targets of a softmax, of shape (n_statements, n_labels): each answer is given once more than it was.

    Examples
    --------
    >>> smoothed_winners(np.array([0, 0, 1]), 2).round(2).tolist()
    [[0.75, 0.25], [0.75, 0.25], [0.33, 0.67]]
    """
    counts = np.bincount(winners, minlength=n_labels)[winners][:, None]
    return np.where(np.arange(n_labels) == winners[:, None], counts + 1, 1) / (counts + n_labels)


def best_threshold(scores: Floats, truth: Flags) -> float:
    """Give the score from which asserting the label gives the highest F1, halfway to the next lower score."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(scores) + 1) + max(int(truth.sum()), 1))
    ranked = scores[order]
    ends = np.append(ranked[:-1] != ranked[1:], True)  # equal scores are asserted together
    best = int(np.argmax(np.where(ends, f1, -1.0)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    middle = (ranked[best] + below) / 2
    # Between neighbouring floats there is no middle, and it must not round down to the lower score.
    return float(middle if middle > below else ranked[best])


def abstention_band(scores: Floats, truth: Flags, error: float) -> tuple[float, float]:
    """Give the scores between which neither answer is ruled out.

    Label-conditional split conformal prediction (Vovk, 2012, "Conditional validity of inductive conformal
    predictors"): of the statements that take the label at most a share of `error` score below `low`, and
    of those that do not at most that share score above `high`, if new statements are exchangeable with
    these.

    Parameters
    ----------
    scores : ndarray of shape (n_statements,)
        Scores of statements that the heads were not trained on.
    truth : ndarray of bool of shape (n_statements,)
        Whether the label fits.
    error : float
        From 0 (never abstain) to below 1; the share of wrong answers allowed on either side.

    Raises
    ------
    InvalidInputError
        On an error level out of range.
    """
    if not 0 <= error < 1:
        raise InvalidInputError(f"the error level of abstention must lie in [0, 1), got {error!r}")
    if error == 0:
        return 1.0, 0.0
    # Negated, not taken from 1: a score must stay equal to itself where many statements share it.
    low = _lower_quantile(scores[truth], error, otherwise=0.0)
    return low, -_lower_quantile(-scores[~truth], error, otherwise=-1.0)


def least_for_band(error: float) -> int:
    """Give how many statements of one answer `abstention_band` needs before it can rule that answer out.

    Examples
    --------
    >>> least_for_band(0.1), least_for_band(0)
    (9, 0)
    """
    return 0 if error == 0 else int(np.ceil(1 / error - 1 - 1e-9))


def around_threshold(low: Floats, high: Floats, threshold: Floats, error: float) -> tuple[Floats, Floats]:
    """Give bands that hold their threshold, or end at it: one scale from "no" over "will not say" to "yes".

    Without abstention they are empty.
    """
    if not error:
        return threshold.copy(), threshold.copy()
    return np.minimum(low, threshold), np.maximum(high, threshold)


def _lower_quantile(values: Floats, error: float, *, otherwise: float) -> float:
    """Give the value below which a new one falls with probability `error` at most, if enough are known."""
    rank = int(np.floor(error * (len(values) + 1)))
    return float(np.sort(values)[rank - 1]) if rank >= 1 else otherwise


def _log_loss(logits: Floats, target: Floats) -> float:
    return float(np.sum(np.logaddexp(0, logits) - target * logits))
