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


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Log-odds of the rows that were held out together.

    Attributes
    ----------
    rows : ndarray of int of shape (n_statements,)
    margins : ndarray of shape (n_statements, n_labels)
    """

    rows: Rows
    margins: NDArray[np.float64]


def cross_fitted(held: Sequence[Held], data: Annotated) -> Outcome:
    """Decide on each part by calibration, thresholds and abstention from the margins of all the other parts."""
    scores, decisions, abstained, thresholds = [], [], [], []
    for place, part in enumerate(held):
        others = [other for number, other in enumerate(held) if number != place]
        truth = data.statements.truth[np.concatenate([other.rows for other in others])]
        margins = np.vstack([other.margins for other in others])
        calibration = calibrate(margins, truth, exclusive=False, abstention=StanceClassifier().abstention)
        scores.append(calibration.scores(part.margins))
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
