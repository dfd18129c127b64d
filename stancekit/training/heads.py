"""Linear heads: one logistic regression a label, or one over all labels where they exclude one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from stancekit.calibration import sigmoid
from stancekit.errors import InvalidInputError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSettings:
    """Parameters of the logistic regressions; see `StanceClassifier`."""

    C: float
    class_weight: Any
    max_iter: int
    random_state: int
    exclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Fitted heads.

    Attributes
    ----------
    coef : ndarray of float64 of shape (n_features, n_labels)
    bias : ndarray of float64 of shape (n_labels,)
    """

    coef: Floats
    bias: Floats

    def margins(self, features: Any) -> Floats:  # noqa: ANN401 - dense or sparse
        """Give log-odds, of shape (n_statements, n_labels)."""
        return np.asarray(features @ self.coef + self.bias)


def fit_heads(features: Any, truth: Floats, weights: Floats | None, settings: HeadSettings) -> Heads:  # noqa: ANN401
    """Fit the heads.

    Parameters
    ----------
    features : ndarray or csr_matrix of shape (n_statements, n_features)
        Feature values.
    truth : ndarray of shape (n_statements, n_labels)
        From 0 to 1 or NaN; a statement counts only for the labels that were annotated.
    weights : ndarray of shape (n_statements,) or None
        Weight of each statement.
    settings : HeadSettings
        Parameters.
    """
    # Most buckets of hashed features are empty in training: without them the fit is several times faster.
    used = np.flatnonzero(np.asarray(abs(features).sum(axis=0)).ravel())
    compact = features[:, used].astype(np.float64)
    weights = np.ones(len(truth)) if weights is None else weights
    fit = _fit_exclusive if settings.exclusive else _fit_separate
    small, bias = fit(compact, truth, weights, settings)
    coef = np.zeros((features.shape[1], truth.shape[1]))
    coef[used] = small
    return Heads(coef=coef, bias=bias)


def _fit_separate(features: Any, truth: Floats, weights: Floats, settings: HeadSettings) -> tuple[Floats, Floats]:  # noqa: ANN401
    coef = np.zeros((features.shape[1], truth.shape[1]))
    bias = np.zeros(truth.shape[1])
    for column in range(truth.shape[1]):
        known = np.flatnonzero(~np.isnan(truth[:, column]))
        coef[:, column], bias[column] = _fit_one(features[known], truth[known, column], weights[known], settings)
    return coef, bias


def _fit_one(features: Any, target: Floats, weights: Floats, settings: HeadSettings) -> tuple[Floats, float]:  # noqa: ANN401
    """Minimise the weighted log loss of targets in [0, 1] with an L2 penalty, the bias left free, by L-BFGS."""
    yes, no = _class_weights(target, weights, settings.class_weight)
    pull_up, pull_down = settings.C * weights * yes * target, settings.C * weights * no * (1 - target)
    transposed = features.T.tocsr() if hasattr(features, "tocsr") else features.T

    def loss(parameters: Floats) -> tuple[float, Floats]:
        coef, bias = parameters[:-1], parameters[-1]
        margins = features @ coef + bias
        value = pull_up @ np.logaddexp(0, -margins) + pull_down @ np.logaddexp(0, margins) + coef @ coef / 2
        score = sigmoid(margins)
        slope = pull_down * score - pull_up * (1 - score)
        return float(value), np.append(transposed @ slope + coef, slope.sum())

    start = np.zeros(features.shape[1] + 1)
    options = {"maxiter": settings.max_iter, "gtol": 1e-4 * settings.C, "ftol": 0.0, "maxfun": 2 * settings.max_iter}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return found[:-1], float(found[-1])


def _class_weights(target: Floats, weights: Floats, class_weight: Any) -> tuple[float, float]:  # noqa: ANN401
    """Give the weights of the answers yes and no as scikit-learn defines them, for soft targets too."""
    if class_weight is None:
        return 1.0, 1.0
    if isinstance(class_weight, Mapping):
        return float(class_weight.get(1, 1.0)), float(class_weight.get(0, 1.0))
    if class_weight != "balanced":
        raise InvalidInputError(f"class_weight must be 'balanced', a dict or None, got {class_weight!r}")
    n_yes = float(target @ (weights > 0))
    n_known = float((weights > 0).sum())
    tiny = np.finfo(float).tiny
    return n_known / max(2 * n_yes, tiny), n_known / max(2 * (n_known - n_yes), tiny)


def _fit_exclusive(features: Any, truth: Floats, weights: Floats, settings: HeadSettings) -> tuple[Floats, Floats]:  # noqa: ANN401
    known = np.flatnonzero(~np.isnan(truth).any(axis=1))
    head = LogisticRegression(C=settings.C, class_weight=settings.class_weight, max_iter=settings.max_iter)
    head.fit(features[known], truth[known].argmax(axis=1), weights[known])
    coef, bias = head.coef_.T.astype(np.float64), head.intercept_.astype(np.float64)
    if len(head.classes_) == 2:  # one column for two classes: the odds of the second
        return np.column_stack([-coef / 2, coef / 2]), np.array([-1, 1]) * bias / 2
    return coef, bias
