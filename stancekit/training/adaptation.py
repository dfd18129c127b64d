"""Fit heads, calibration and thresholds on few labels, beginning from an existing model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from stancekit.calibration import Calibration, without_levels
from stancekit.errors import InvalidInputError
from stancekit.features.familiarity import Familiarity
from stancekit.features.scorer import Scorer
from stancekit.model import StanceModel
from stancekit.storage.saving import weights_sha256
from stancekit.text._vocabulary import list_words
from stancekit.text.checks import read_statements
from stancekit.training.anchored import Anchor, AnchoredHeads, fit_anchored
from stancekit.training.estimator import Annotations, training_hashes
from stancekit.training.fitting import Extractor, calibrate, check_support, join
from stancekit.training.heads import HeadSettings
from stancekit.training.prior import Prior
from stancekit.training.shrinkage import ShrunkCalibration, shrunk_calibration, shrunk_curve, with_new
from stancekit.training.splits import grouped_folds

Floats = NDArray[np.float64]

USUAL = 1.0  # what few labels get, as they cannot tell the strengths apart
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adaptation:
    """What became of a prior.

    Attributes
    ----------
    model : StanceModel
        The adapted model.
    oof_scores : ndarray of shape (n_statements, n_labels)
        Calibrated scores of the statements by heads that did not see their group; NaN where the prior had seen them
        and knew the label.
    strength : float
        How heavily the heads were drawn towards the prior's beside zero.
    """

    model: StanceModel
    oof_scores: Floats
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """Fitted extractors, and heads of one strength."""

    extractors: Sequence[Extractor]
    heads: AnchoredHeads

    def margins(self, task: _Task, rows: NDArray[np.intp]) -> Floats:
        """Give log-odds of some of the statements."""
        return self.heads.margins(join(self.extractors, [c[rows] for c in task.counts]), task.anchor.take(rows))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """What every fit of an adaptation is made from.

    `tested` is the truth by which strength, calibration and thresholds are found: NaN where the prior saw a statement.
    """

    prior: Prior
    counts: Sequence[Any]
    truth: Floats
    tested: Floats
    weights: Floats | None
    anchor: Anchor
    settings: HeadSettings

    def fit(self, rows: NDArray[np.intp], strengths: list[float]) -> list[_Fit]:
        """Fit on some of the statements, those without any annotation apart."""
        rows = rows[~np.isnan(self.truth[rows]).all(axis=1)]
        counts = [values[rows] for values in self.counts]
        extractors = self.prior.extractors(counts)
        weights = None if self.weights is None else self.weights[rows]
        fitted = fit_anchored(
            join(extractors, counts), self.truth[rows], weights, self.anchor.take(rows), self.settings, strengths
        )
        return [_Fit(extractors=extractors, heads=heads) for heads in fitted]


def adapt(
    given: Annotations,
    prior: Prior,
    settings: HeadSettings,
    *,
    strength: float | None,
    n_folds: int,
    abstention: float,
    n_jobs: int | None,
    seed: int = 0,
) -> Adaptation:
    """Fit heads that are drawn towards a prior's, and what turns their margins into decisions.

    Parameters
    ----------
    given : Annotations
        Statements and labels.
    prior : Prior
        The model to begin from, its labels matched with the codebook's.
    settings : HeadSettings
        Parameters.
    strength : float or None
        See `StanceClassifier`; None for `USUAL`, or what cross-validation surely finds better.
    n_folds, abstention, n_jobs
        As in `StanceClassifier`.
    seed : int, default=0
        Of the folds.

    Raises
    ------
    InvalidInputError
        When a label that the prior does not know has too few annotations to cross-validate, or the prior was
        trained on every statement.
    """
    labels, known = given.codebook.labels, prior.known if strength != 0 else np.zeros(len(prior.known), dtype=bool)
    tested = _unseen(given, prior, known)
    seen = np.isnan(tested) & ~np.isnan(given.truth)
    folds = grouped_folds(given.groups, given.truth, n_folds=min(n_folds, max(2, len(set(given.groups)))), seed=seed)
    check_support(tested[:, ~known], folds, [label for label, old in zip(labels, known, strict=True) if not old])
    task = _Task(
        prior=prior,
        counts=[extractor.counts(given.texts) for extractor in prior.features.values()],
        truth=given.truth,
        tested=tested,
        weights=given.weights,
        anchor=Anchor(margins=prior.margins(given.texts) * known, bias=prior.bias() * known, known=known),
        settings=settings,
    )
    strengths = list(STRENGTHS) if strength is None else [float(strength)]
    by_strength = _out_of_fold(task, folds, strengths, n_jobs)
    losses = _losses(by_strength, task, prior.calibration())
    usual = strengths.index(USUAL) if strength is None else 0
    best = strengths[_choose(losses, usual)]
    margins = _cross_chosen(by_strength, losses, folds, usual)
    # Without any weights the highest score wins, as it does for a prior that is kept.
    is_weighed = settings.class_weight is not None or given.weights is not None or best == np.inf
    fit = task.fit(np.arange(len(given.texts)), [best])[0]
    found = _calibrate(margins, task, prior, labels, strength=strength, abstention=abstention)
    return Adaptation(
        model=_model(given, prior, fit, found, best, n_seen=int(seen.any(axis=1).sum()), is_weighed=is_weighed),
        oof_scores=np.where(seen, np.nan, found.calibration.scores(margins)),
        strength=best,
    )


def _unseen(given: Annotations, prior: Prior, known: NDArray[np.bool_]) -> Floats:
    """Give the truth, NaN where the prior was trained on a statement and knows the label.

    What it says of those tells nothing of others: by them every figure would be too good.
    """
    told = np.full(len(known), known.any()) if given.codebook.exclusive else known
    seen = prior.model.was_trained_on(given.texts)[:, None] & told
    tested = np.where(seen, np.nan, given.truth)
    if np.isnan(tested[:, told]).all() and told.any():
        raise InvalidInputError(
            "the prior was trained on every annotated statement, so that none is left to calibrate and to measure by; "
            "leave the prior out, or annotate statements that it did not see"
        )
    return tested


def _out_of_fold(task: _Task, folds: NDArray[np.intp], strengths: list[float], n_jobs: int | None) -> Floats:
    """Give margins by heads that saw no statement of the fold, of shape (n_strengths, n_statements, n_labels)."""

    def held_out(fold: int) -> list[Floats]:
        rows = np.flatnonzero(folds == fold)
        return [fit.margins(task, rows) for fit in task.fit(np.flatnonzero(folds != fold), strengths)]

    parts = Parallel(n_jobs=n_jobs)(delayed(held_out)(fold) for fold in range(folds.max() + 1))
    margins = np.zeros((len(strengths), *task.truth.shape))
    for fold, part in enumerate(parts):
        margins[:, folds == fold] = part
    return margins


def _losses(by_strength: Floats, task: _Task, prior: Calibration) -> Floats:
    """Give the log loss of each statement at each strength, calibration included: (n_strengths, n_statements)."""
    known = task.anchor.known
    losses = np.zeros(by_strength.shape[:2])
    if len(by_strength) == 1:
        return losses
    for place, margins in enumerate(by_strength):
        scores = shrunk_curve(margins, task.tested, prior, known).scores(margins)
        other = 1.0 if prior.exclusive else 1 - scores
        right = np.where(task.tested == 1, scores, np.where(np.isnan(task.tested), 1.0, other))
        counted = known | prior.exclusive
        losses[place] = -np.log(np.maximum(right[:, counted], 1e-12)).sum(axis=1)
    return losses


def _choose(losses: Floats, usual: int) -> int:
    """Take the usual strength, or the best one if its gain is more than its standard error."""
    gains = losses[usual] - losses
    sure = gains.sum(axis=1) > np.sqrt(losses.shape[1]) * gains.std(axis=1)
    return int(np.where(sure, gains.sum(axis=1), 0.0).argmax()) if sure.any() else usual


def _cross_chosen(by_strength: Floats, losses: Floats, folds: NDArray[np.intp], usual: int) -> Floats:
    """Give each fold's margins at the strength that the other folds choose, so that choosing flatters nothing."""
    margins = np.array(by_strength[0])
    for fold in range(folds.max() + 1):
        margins[folds == fold] = by_strength[_choose(losses[:, folds != fold], usual), folds == fold]
    return margins


def _calibrate(
    margins: Floats,
    task: _Task,
    prior: Prior,
    labels: tuple[str, ...],
    *,
    strength: float | None,
    abstention: float,
) -> ShrunkCalibration:
    """Find calibration and decisions.

    At infinity the labels that begin from the prior keep its own, unless they exclude others of which it knows nothing.
    """
    known = task.anchor.known
    if not known.any():
        calibration = calibrate(margins, task.tested, exclusive=prior.calibration().exclusive, abstention=abstention)
        return ShrunkCalibration(calibration=calibration, unwarranted={})
    if strength == np.inf and (known.all() or not prior.calibration().exclusive):
        kept = _never_abstaining(prior.calibration()) if abstention == 0 else prior.calibration()
        found = kept if known.all() else with_new(margins, task.tested, kept, known, abstention)
        return ShrunkCalibration(calibration=found, unwarranted={})
    return shrunk_calibration(margins, task.tested, prior.calibration(), known, labels, abstention=abstention)


def _never_abstaining(kept: Calibration) -> Calibration:
    """Give the prior's calibration without its bands."""
    if kept.exclusive:
        return replace(kept, low=np.ones_like(kept.low))
    return replace(kept, low=kept.threshold, high=kept.threshold)


def _model(
    given: Annotations,
    prior: Prior,
    fit: _Fit,
    found: ShrunkCalibration,
    strength: float,
    *,
    n_seen: int,
    is_weighed: bool,
) -> StanceModel:
    book = given.codebook
    facts = {
        "codebook": prior.model.codebook.name,
        "weights_sha256": weights_sha256(prior.model),
        "labels": {new: old or "new" for new, old in prior.matched.items()},
        "strength": strength if np.isfinite(strength) else "infinite",
    }
    if n_seen:
        facts["n_statements_seen"] = n_seen
    calibration, bias = found.calibration, fit.heads.bias
    if not is_weighed:
        calibration, bias = without_levels(calibration, bias)
    if found.unwarranted:
        facts["abstention_not_warranted"] = {
            label: f"needs {needed} statements with it" + ("" if book.exclusive else f" and {needed} without")
            for label, needed in found.unwarranted.items()
        }
    return StanceModel(
        codebook=given.codebook,
        scorers=_scorers(prior, fit),
        bias=bias,
        calibration=calibration,
        training_hashes=np.union1d(prior.model.training_hashes, training_hashes(given.annotated_texts)),
        familiarity=_familiarity(prior.model.familiarity, given.texts),
        provenance={"prior": facts},
    )


def _scorers(prior: Prior, fit: _Fit) -> dict[str, Scorer]:
    """Fold the heads into the features, beside the prior's share."""
    scorers: dict[str, Scorer] = {}
    start = 0
    for kind, extractor in zip(prior.features, fit.extractors, strict=True):
        old = prior.weights(kind)
        added = extractor.scorer(fit.heads.coef[start : start + len(old)])
        arrays = dict(added.arrays())
        arrays["weights"] = old * fit.heads.share + arrays["weights"]
        scorers[kind] = type(added).build(added.config(), arrays)
        start += len(old)
    return scorers


def _familiarity(known: Familiarity | None, texts: Sequence[str]) -> Familiarity | None:
    """Add the words of the new statements; the level stays, as few statements tell little of it."""
    if known is None:
        return None
    words = list_words(read_statements(texts))[0]
    return replace(known, words=np.union1d(known.words, words))
