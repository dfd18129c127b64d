"""Linear heads: one logistic regression a label, or one over all labels where they exclude one another."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from stancekit.calibration import sigmoid
from stancekit.errors import InvalidInputError

Floats = NDArray[np.float64]

_WEAKEST, _STRONGEST = 1e-6, 1e6  # beyond these the solver runs for hours to no use
_LOOSE = 1e3  # from this C on the solver's tolerance, which grows with it, may take a start for the end


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSettings:
    """Parameters of the logistic regressions, by default as those of `StanceClassifier`."""

    C: float = 0.5
    class_weight: Any = "balanced"  # where labels exclude one another, a dict goes by their columns
    max_iter: int = 1000
    exclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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


def check_strength(C: object) -> None:
    """See that the inverse strength of a penalty is one that the solver can take.

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(C, Real) or not _WEAKEST <= float(C) <= _STRONGEST:
        raise InvalidInputError(f"C must be a number from {_WEAKEST} to {_STRONGEST}, got {C!r}")


def leaves_its_start(settings: HeadSettings) -> bool:
    """Tell whether a solver that begins at other heads ends where it would have ended without them.

    It does not where it may take but few steps, or a large `C` makes its tolerance loose: a fold that begins at the
    heads of all statements, its own among them, would then end near these.
    """
    return settings.C < _LOOSE and settings.max_iter >= HeadSettings().max_iter


def read_class_weight(class_weight: Any, labels: Sequence[str], *, exclusive: bool) -> Any:  # noqa: ANN401
    """Check the weights of the answers 1 and 0, or of the labels where they exclude one another.

    Returns
    -------
    "balanced", dict or None
        A dict of an exclusive task goes by the number of the label's column; labels that it does not name weigh 1.

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> read_class_weight({"lift": 2}, ["keep", "lift"], exclusive=True)
    {0: 1.0, 1: 2.0}
    """
    if class_weight is None or (isinstance(class_weight, str) and class_weight == "balanced"):
        return class_weight
    if not isinstance(class_weight, Mapping):
        raise InvalidInputError(f"class_weight must be 'balanced', a dict or None, got {class_weight!r}")
    known: list[object] = list(labels) if exclusive else [0, 1]
    if not set(class_weight) <= set(known) or not all(map(_is_weight, class_weight.values())):
        raise InvalidInputError(
            f"class_weight must give each of {known} a weight of 0 or more, got {dict(class_weight)!r}"
        )
    if not exclusive:
        return dict(class_weight)
    return {column: float(class_weight.get(label, 1.0)) for column, label in enumerate(labels)}


def fit_heads(
    features: Any,  # noqa: ANN401
    truth: Floats,
    weights: Floats | None,
    settings: HeadSettings,
    start: Heads | None = None,
) -> Heads:
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
    start : Heads, optional
        Where the solver begins: the heads of like data save it most of its steps. Where it ends does not depend
        on it, within the solver's tolerance, where `leaves_its_start` holds.

    Raises
    ------
    InvalidInputError
        When labels exclude one another and no statement has any feature.
    """
    # Most buckets of hashed features are empty in training: without them the fit is several times faster.
    used = np.flatnonzero(np.asarray(abs(features).sum(axis=0)).ravel())
    if settings.exclusive and not len(used):
        raise InvalidInputError("no statement has any feature to learn from; they may all be blank")
    compact = features[:, used].astype(np.float64)
    weights = np.ones(len(truth)) if weights is None else weights
    if settings.exclusive:
        small, bias = _fit_exclusive(compact, truth, weights, settings)
    else:
        first = (
            np.zeros((len(used) + 1, truth.shape[1])) if start is None else np.vstack([start.coef[used], start.bias])
        )
        small, bias = _fit_separate(compact, truth, weights, settings, first)
    coef = np.zeros((features.shape[1], truth.shape[1]))
    coef[used] = small
    return Heads(coef=coef, bias=bias)


def _fit_separate(
    features: Any,  # noqa: ANN401
    truth: Floats,
    weights: Floats,
    settings: HeadSettings,
    start: Floats,
) -> tuple[Floats, Floats]:
    """Minimise the weighted log loss of all labels with an L2 penalty, the biases left free, by L-BFGS.

    The labels share nothing but the passes over the features, which take most of the time.
    """
    up, down = pulls(truth, weights, settings)
    transposed = features.T.tocsr() if sparse.issparse(features) else features.T

    def loss(flat: Floats) -> tuple[float, Floats]:
        parameters = flat.reshape(start.shape)
        coef, bias = parameters[:-1], parameters[-1]
        margins = features @ coef + bias
        value = np.sum(up * np.logaddexp(0, -margins) + down * np.logaddexp(0, margins)) + np.sum(coef * coef) / 2
        score = sigmoid(margins)
        slope = down * score - up * (1 - score)
        return float(value), np.vstack([transposed @ slope + coef, slope.sum(axis=0)]).ravel()

    options = {"maxiter": settings.max_iter, "gtol": 1e-4 * settings.C, "ftol": 0.0, "maxfun": 2 * settings.max_iter}
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    if found.status == 1:  # of the other ends one is convergence, and one the last digit of the loss
        warnings.warn(
            f"a head failed to converge in {settings.max_iter} iterations; raise max_iter or lower C",
            ConvergenceWarning,
            stacklevel=2,
        )
    parameters = found.x.reshape(start.shape)
    return parameters[:-1], parameters[-1]


def pulls(truth: Floats, weights: Floats, settings: HeadSettings) -> tuple[Floats, Floats]:
    """Give how strongly each statement pulls each label's margin up and down, 0 where nobody annotated."""
    up, down = np.zeros(truth.shape), np.zeros(truth.shape)
    for column in range(truth.shape[1]):
        known = ~np.isnan(truth[:, column])
        target, weight = truth[known, column], weights[known]
        yes, no = _class_weights(target, weight, settings.class_weight)
        up[known, column] = settings.C * weight * yes * target
        down[known, column] = settings.C * weight * no * (1 - target)
    return up, down


def _class_weights(target: Floats, weights: Floats, class_weight: Any) -> tuple[float, float]:  # noqa: ANN401
    """Give the weights of the answers yes and no as scikit-learn defines them, for soft targets too."""
    if class_weight is None:
        return 1.0, 1.0
    if isinstance(class_weight, Mapping):
        return float(class_weight.get(1, 1.0)), float(class_weight.get(0, 1.0))
    n_yes, n_no = float(weights @ target), float(weights @ (1 - target))
    # An answer that nobody gave weighs nothing, whatever its weight.
    return tuple((n_yes + n_no) / (2 * n) if n > 0 else 0.0 for n in (n_yes, n_no))  # type: ignore[return-value]


def _is_weight(value: object) -> bool:
    return isinstance(value, Real) and 0 <= float(value) < np.inf


def _fit_exclusive(features: Any, truth: Floats, weights: Floats, settings: HeadSettings) -> tuple[Floats, Floats]:  # noqa: ANN401
    known = np.flatnonzero(~np.isnan(truth).any(axis=1))
    head = LogisticRegression(C=settings.C, class_weight=settings.class_weight, max_iter=settings.max_iter)
    head.fit(features[known], truth[known].argmax(axis=1), weights[known])
    coef, bias = head.coef_.T.astype(np.float64), head.intercept_.astype(np.float64)
    if len(head.classes_) == 2:  # one column for two classes: the odds of the second
        return np.column_stack([-coef / 2, coef / 2]), np.array([-1, 1]) * bias / 2
    return coef, bias
