"""Several trained parts in one model: how much the log-odds of each count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from stancekit.calibration import sigmoid, smoothed_targets
from stancekit.features.scorer import Scorer

Floats = NDArray[np.float64]

_FACTORS = ("weights", "reference")  # the arrays of a scorer by which its margins grow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What was trained by itself and may stand beside others.

    Attributes
    ----------
    scorers : mapping of str to Scorer
        The features by kind, with the heads' weights folded in.
    bias : ndarray of float64 of shape (n_labels,)
    margins : ndarray of float64 of shape (n_statements, n_labels)
        Out-of-fold log-odds of the training statements.
    provenance : mapping
        What a model's card says of it.
    """

    scorers: Mapping[str, Scorer]
    bias: Floats
    margins: Floats
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def times(self, weights: Floats) -> Part:
        """Give a part whose log-odds are those of this one times `weights`, of shape (n_labels,), none below 0."""
        return replace(
            self,
            scorers={kind: _times(scorer, weights) for kind, scorer in self.scorers.items()},
            bias=self.bias * weights,
            margins=self.margins * weights,
        )


def stack(parts: Sequence[Part], labels: Sequence[str], truth: Floats) -> Part:
    """Add up the log-odds of parts with different features, each times its row of `stacking_weights`."""
    weights = stacking_weights([part.margins for part in parts], truth)
    weighted = [part.times(row) for part, row in zip(parts, weights, strict=True)]
    kinds = ["+".join(part.scorers) for part in parts]
    rows = [dict(zip(labels, row.round(3).tolist(), strict=True)) for row in weights]
    said = {} if len(parts) == 1 else {"weights_of_log_odds": dict(zip(kinds, rows, strict=True))}
    return Part(
        scorers={kind: scorer for part in weighted for kind, scorer in part.scorers.items()},
        bias=np.sum([part.bias for part in weighted], axis=0),
        margins=add_margins([part.margins for part in parts], weights),
        provenance={name: value for part in parts for name, value in part.provenance.items()} | said,
    )


def add_margins(margins: Sequence[Floats], weights: Floats) -> Floats:
    """Add up log-odds of shape (n_statements, n_labels), each array times its row of `stacking_weights`."""
    return np.asarray(np.sum([one * row for one, row in zip(margins, weights, strict=True)], axis=0))


def stacking_weights(margins: Sequence[Floats], truth: Floats) -> Floats:
    """Weigh parts by a logistic regression on what they said of statements that they did not see.

    Stacking (Wolpert 1992), with no weight below 0 (Breiman 1996, "Stacked regressions"), label by label; targets
    are smoothed as Platt's, so that weights stay finite where one part is never wrong.

    Parameters
    ----------
    margins : sequence of ndarray of shape (n_statements, n_labels)
        Out-of-fold log-odds, one array a part.
    truth : ndarray of shape (n_statements, n_labels)
        1, 0, or NaN where a statement does not count for a label.

    Returns
    -------
    ndarray of float64 of shape (n_parts, n_labels)
        All 1 for a label for which no part would weigh more than 0, and where there is one part.
    """
    weights = np.ones((len(margins), truth.shape[1]))
    if len(margins) == 1:
        return weights
    for column in range(truth.shape[1]):
        known = ~np.isnan(truth[:, column])
        found = _fit(np.column_stack([one[known, column] for one in margins]), truth[known, column] == 1)
        if found.any():
            weights[:, column] = found
    return weights


def _fit(margins: Floats, truth: NDArray[np.bool_]) -> Floats:
    target, n_parts = smoothed_targets(truth), margins.shape[1]
    design = np.column_stack([margins, np.ones(len(margins))])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = design @ parameters
        value = np.mean(np.logaddexp(0, odds) - target * odds)
        return float(value), design.T @ (sigmoid(odds) - target) / len(odds)

    bounds = [(0.0, None)] * n_parts + [(None, None)]
    start = np.append(np.full(n_parts, 1 / n_parts), 0.0)
    options = {"ftol": 1e-12, "gtol": 1e-8, "maxiter": 1000}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return np.asarray(found.x[:n_parts])


def _times(scorer: Scorer, weights: Floats) -> Scorer:
    arrays = dict(scorer.arrays())
    for name in _FACTORS:
        if name in arrays:
            arrays[name] = (arrays[name] * weights).astype(arrays[name].dtype)
    return type(scorer).build(scorer.config(), arrays)
