"""Linear heads: one logistic regression a label, or one over all labels where they exclude one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

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
        1, 0 or NaN; a statement counts only for the labels that were annotated.
    weights : ndarray of shape (n_statements,) or None
        Weight of each statement.
    settings : HeadSettings
        Parameters.
    """
    # Most buckets of hashed features are empty in training: without them the fit is several times faster.
    used = np.flatnonzero(np.asarray(abs(features).sum(axis=0)).ravel())
    compact = features[:, used]
    fit = _fit_exclusive if settings.exclusive else _fit_separate
    small, bias = fit(compact, truth, weights, settings)
    coef = np.zeros((features.shape[1], truth.shape[1]))
    coef[used] = small
    return Heads(coef=coef, bias=bias)


def _fit_separate(
    features: Any,  # noqa: ANN401
    truth: Floats,
    weights: Floats | None,
    settings: HeadSettings,
) -> tuple[Floats, Floats]:
    coef = np.zeros((features.shape[1], truth.shape[1]))
    bias = np.zeros(truth.shape[1])
    for column in range(truth.shape[1]):
        known = np.flatnonzero(~np.isnan(truth[:, column]))
        head = LogisticRegression(
            C=settings.C,
            class_weight=settings.class_weight,
            solver="liblinear",
            max_iter=settings.max_iter,
            random_state=settings.random_state,
        )
        head.fit(features[known], truth[known, column].astype(int), None if weights is None else weights[known])
        coef[:, column] = head.coef_[0]
        bias[column] = head.intercept_[0]
    return coef, bias


def _fit_exclusive(
    features: Any,  # noqa: ANN401
    truth: Floats,
    weights: Floats | None,
    settings: HeadSettings,
) -> tuple[Floats, Floats]:
    known = np.flatnonzero(~np.isnan(truth).any(axis=1))
    head = LogisticRegression(C=settings.C, class_weight=settings.class_weight, max_iter=settings.max_iter)
    head.fit(features[known], truth[known].argmax(axis=1), None if weights is None else weights[known])
    # scikit-learn computes in the features' precision, which for n-grams is single.
    coef, bias = head.coef_.T.astype(np.float64), head.intercept_.astype(np.float64)
    if len(head.classes_) == 2:  # one column for two classes: the odds of the second
        return np.column_stack([-coef / 2, coef / 2]), np.array([-1, 1]) * bias / 2
    return coef, bias
