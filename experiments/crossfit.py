"""Calibration and thresholds for margins out of sample: each part is decided on by what the others tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.data import Annotated
from experiments.outcome import Outcome, Rows
from stancekit import StanceClassifier
from stancekit.training.fitting import calibrate
from stancekit.training.stacking import add_margins, stacking_weights

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Log-odds of the rows that were held out together.

    Attributes
    ----------
    rows : ndarray of int of shape (n_statements,)
    margins : ndarray of shape (n_statements, n_labels)
    beside : sequence of ndarray of shape (n_statements, n_labels)
        Log-odds of other heads, that are to be added with weights found on the other parts.
    """

    rows: Rows
    margins: Floats
    beside: Sequence[Floats] = ()

    @property
    def parts(self) -> tuple[Floats, ...]:
        """All that is added up."""
        return self.margins, *self.beside


def cross_fitted(held: Sequence[Held], data: Annotated) -> Outcome:
    """Decide on each part by weights, calibration, thresholds and abstention from the margins of all the others."""
    scores, decisions, abstained, thresholds = [], [], [], []
    for place, part in enumerate(held):
        others = [other for number, other in enumerate(held) if number != place]
        truth = data.statements.truth[np.concatenate([other.rows for other in others])]
        theirs = [np.vstack(arrays) for arrays in zip(*(other.parts for other in others), strict=True)]
        weights = stacking_weights(theirs, truth)
        margins, mine = add_margins(theirs, weights), add_margins(part.parts, weights)
        calibration = calibrate(margins, truth, exclusive=False, abstention=StanceClassifier().abstention)
        scores.append(calibration.scores(mine))
        decisions.append(calibration.decide(scores[-1]))
        abstained.append(calibration.abstain(scores[-1]))
        thresholds.append(np.broadcast_to(calibration.threshold, part.margins.shape))
    return Outcome(
        rows=np.concatenate([part.rows for part in held]),
        scores=np.vstack(scores),
        decisions=np.vstack(decisions),
        abstained=np.vstack(abstained),
        thresholds=np.vstack(thresholds),
    )
