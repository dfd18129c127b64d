"""Around every fit: statements are dealt into folds before it, and a model is made of what was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.calibration import Calibration, without_levels
from stancekit.codebook import Codebook
from stancekit.model import StanceModel
from stancekit.training.distillation import PseudoLabels, deal_folds, soft_provenance
from stancekit.training.estimator import Annotations, training_hashes
from stancekit.training.extractors import network_provenance, soft_sets
from stancekit.training.familiarity import learn_familiarity
from stancekit.training.fitting import (
    Extractor,
    TrainingSet,
    calibrate,
    check_support,
    fit_once,
    out_of_fold_margins,
    too_few_to_rule_out,
)
from stancekit.training.heads import HeadSettings, leaves_its_start
from stancekit.training.stacking import Part

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """Annotated statements, dealt into folds.

    Attributes
    ----------
    given : Annotations
    folds : ndarray of int of shape (n_statements,)
        -1 for statements that are only trained on.
    pseudo : PseudoLabels or None
        What a teacher labelled.
    """

    given: Annotations
    folds: NDArray[np.intp]
    pseudo: PseudoLabels | None

    @property
    def tested(self) -> Floats:
        """The truth by which calibration and thresholds are found, of shape (n_statements, n_labels).

        NaN where nobody annotated, and where a statement is in no fold.
        """
        return np.where(self.folds[:, None] < 0, np.nan, self.given.truth)


def make_task(given: Annotations, pseudo: PseudoLabels | None, *, n_folds: int, seed: int) -> Task:
    """Deal what a fit is given into folds.

    Raises
    ------
    InvalidInputError
        On a label with too few positive or negative groups to cross-validate, or folds of teachers that do not fit.
    """
    folds = deal_folds(pseudo, given.groups, given.truth, n_folds=n_folds, seed=seed)
    task = Task(given=given, folds=folds, pseudo=pseudo)
    check_support(task.tested, folds, given.codebook.labels)
    return task


def fit_heads_on(
    extractors: Mapping[str, Extractor], task: Task, settings: HeadSettings, n_jobs: int | None = None
) -> Part:
    """Fit heads on features, and a network where it is among them: on every fold's others, and on everything."""
    given, each = task.given, list(extractors.values())
    data = TrainingSet(counts=[e.counts(given.texts) for e in each], truth=given.truth, weights=given.weights)
    soft = soft_sets(task.pseudo, each, given.codebook)
    fit = fit_once(each, data, settings, soft(None))
    start = fit.heads if leaves_its_start(settings) else None
    return Part(
        scorers=dict(zip(extractors, fit.scorers(), strict=True)),
        bias=fit.bias,
        margins=out_of_fold_margins(each, data, settings, task.folds, n_jobs, soft, start),
        provenance=network_provenance(extractors),
    )


def whole_model(
    part: Part, task: Task, *, abstention: float, provenance: Mapping[str, Any], is_weighed: bool = True
) -> tuple[StanceModel, Floats]:
    """Calibrate what was trained, and give the model and the calibrated scores out of fold.

    The scores have shape (n_statements, n_labels), NaN where a statement is in no fold. `is_weighed` tells whether
    weights of labels that exclude one another have a say in which of them wins.
    """
    given, pseudo = task.given, task.pseudo
    calibration = calibrate(part.margins, task.tested, exclusive=given.codebook.exclusive, abstention=abstention)
    scores = np.where(task.folds[:, None] < 0, np.nan, calibration.scores(part.margins))
    bias = part.bias
    if not is_weighed:
        calibration, bias = without_levels(calibration, bias)
    few = too_few_to_rule_out(task.tested, given.codebook.labels, abstention=abstention)
    facts = _blind(calibration, given.codebook) | ({"never_ruled_out": few} if few and calibration.exclusive else {})
    more = [] if pseudo is None else pseudo.texts
    model = StanceModel(
        codebook=given.codebook,
        scorers=part.scorers,
        bias=bias,
        calibration=calibration,
        training_hashes=training_hashes([*given.annotated_texts, *more]),
        familiarity=learn_familiarity(given.texts, given.groups, more=more),
        provenance={**provenance, **part.provenance, **soft_provenance(pseudo), **facts},
    )
    return model, scores


def _blind(calibration: Calibration, codebook: Codebook) -> dict[str, list[str]]:
    """Name the labels of which nothing was learned that holds out of fold: their scores are all the same."""
    blind = [label for label, slope in zip(codebook.labels, calibration.slope, strict=True) if slope == 0]
    return {"labels_without_signal": blind} if blind else {}
