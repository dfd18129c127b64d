"""Linear heads drawn towards those of another model."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_class_weight

from stancekit.calibration import sigmoid
from stancekit.training.heads import HeadSettings, pulls

Floats = NDArray[np.float64]

_MANY = 1500  # statements from which the heads are sought among the features, not among the statements
_BIAS = 1.0  # the bias has a strength of its own: this share of the weights'


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anchor:
    """What a prior says of statements.

    Attributes
    ----------
    margins : ndarray of shape (n_statements, n_labels)
        Its log-odds without the bias; 0 for labels that it does not know.
    bias : ndarray of shape (n_labels,)
        Its bias; 0 for labels that it does not know.
    known : ndarray of bool of shape (n_labels,)
        The labels that are drawn towards it.
    """

    margins: Floats
    bias: Floats
    known: NDArray[np.bool_]

    def take(self, rows: NDArray[np.intp]) -> Anchor:
        """Give a subset of the statements."""
        return Anchor(margins=self.margins[rows], bias=self.bias, known=self.known)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnchoredHeads:
    """Heads as a share of the prior's and what is added to them.

    Attributes
    ----------
    share : ndarray of shape (n_labels,)
        What the prior's weights are multiplied by: 1, but 0 where the prior is not drawn upon, and in between for
        labels that exclude one another and are not all known to the prior.
    coef : ndarray of shape (n_features, n_labels)
        What is added to them.
    bias : ndarray of shape (n_labels,)
        The bias, whole.
    """

    share: Floats
    coef: Floats
    bias: Floats

    def margins(self, features: Any, anchor: Anchor) -> Floats:  # noqa: ANN401 - dense or sparse
        """Give log-odds, of shape (n_statements, n_labels)."""
        return np.asarray(anchor.margins * self.share + features @ self.coef + self.bias)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slope:
    """A loss with its derivative by the margins, of shape (n_statements, n_labels)."""

    loss: float
    by_margins: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Basis:
    """Features in fewer columns with the same inner products, and the way back to a weight for each feature."""

    values: Any
    restore: Callable[[Floats], Floats]


def fit_anchored(
    features: Any,  # noqa: ANN401
    truth: Floats,
    weights: Floats | None,
    anchor: Anchor,
    settings: HeadSettings,
    strengths: list[float],
) -> list[AnchoredHeads]:
    """Fit heads with one L2 penalty towards zero and one, `strength` times as heavy, towards the prior.

    Together they draw towards ``strength / (1 + strength)`` times the prior's weights, ``1 + strength`` times as
    heavily as the heads of `fit_heads` are drawn towards zero: at a strength of 0 the heads are those of
    `fit_heads`, at infinity the prior's. The idea is the adaptation of Chelba and Acero (2006, "Adaptation of
    maximum entropy capitalizer: little data can help a lot"), where the prior's weights are the mean of a Gaussian.

    In the end the heads are brought to the prior's scale again, whose weights then stand in them as they were and
    whose calibration fits as long as nothing is added.

    Parameters
    ----------
    features : ndarray or csr_matrix of shape (n_statements, n_features)
        Feature values.
    truth : ndarray of shape (n_statements, n_labels)
        1, 0 or NaN.
    weights : ndarray of shape (n_statements,) or None
        Weight of each statement.
    anchor : Anchor
        What the prior says of the statements. Labels that it does not know have strength 0.
    settings : HeadSettings
        Parameters.
    strengths : list of float
        From 0 to infinity; one fit each.

    Returns
    -------
    list of AnchoredHeads
        One for each strength.
    """
    basis = _basis(features)
    weights = np.ones(len(truth)) if weights is None else weights
    slope = (_exclusive_slope if settings.exclusive else _separate_slope)(truth, weights, settings)
    return [_fit_one(basis, slope, anchor, settings, np.where(anchor.known, strength, 0.0)) for strength in strengths]


def _fit_one(
    basis: _Basis, slope: Callable[[Floats], Slope], anchor: Anchor, settings: HeadSettings, strength: Floats
) -> AnchoredHeads:
    """Fit by L-BFGS, each label with its own strength; those of infinite strength stay where the prior is."""
    fixed = np.isinf(strength)
    share = np.where(fixed, 1.0, strength / (1 + np.where(fixed, 0.0, strength)))
    drawn = np.where(fixed, 0.0, strength)
    given, centre = anchor.margins * share, anchor.bias * share
    n_columns, n_labels = basis.values.shape[1], len(share)
    # Two columns for two labels that exclude one another halve the penalty of scikit-learn's one.
    weight = (1 + drawn) * (2 if settings.exclusive and n_labels == 2 else 1)
    transposed = basis.values.T

    def loss(flat: Floats) -> tuple[float, Floats]:
        parameters = flat.reshape(n_columns + 1, n_labels)
        coef, bias = parameters[:-1], parameters[-1]
        found = slope(given + basis.values @ coef + bias)
        away = bias - centre
        value = found.loss + np.sum(weight * coef**2) / 2 + np.sum(_BIAS * drawn * away**2) / 2
        gradient = np.vstack(
            [transposed @ found.by_margins + weight * coef, found.by_margins.sum(axis=0) + _BIAS * drawn * away]
        )
        gradient[:, fixed] = 0.0
        return float(value), gradient.ravel()

    start = np.zeros((n_columns + 1, n_labels))
    start[-1] = centre
    options = {"maxiter": settings.max_iter, "gtol": 1e-4 * settings.C, "ftol": 0.0, "maxfun": 2 * settings.max_iter}
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    if found.status == 1:
        warnings.warn(
            f"a head failed to converge in {settings.max_iter} iterations; raise max_iter or lower C",
            ConvergenceWarning,
            stacklevel=2,
        )
    parameters = found.x.reshape(start.shape)
    scale = np.where(share > 0, share, 1.0)
    if settings.exclusive and not anchor.known.all():  # only all margins together may change their scale
        scale = np.ones(n_labels)
    return AnchoredHeads(share=share / scale, coef=basis.restore(parameters[:-1] / scale), bias=parameters[-1] / scale)


def _basis(features: Any) -> _Basis:  # noqa: ANN401
    """Rotate the features of few statements into as many columns as there are statements.

    With an L2 penalty the best weights lie in the span of the statements, so nothing is lost, and one fit takes
    milliseconds where the hashed features are many thousands.
    """
    n_statements, n_features = features.shape
    if n_statements > _MANY or n_features <= n_statements:
        used = np.flatnonzero(np.asarray(abs(features).sum(axis=0)).ravel())

        def scatter(coef: Floats) -> Floats:
            whole = np.zeros((n_features, coef.shape[1]))
            whole[used] = coef
            return whole

        return _Basis(values=features[:, used].astype(np.float64), restore=scatter)
    features = features.astype(np.float64)
    products = features @ features.T
    products = products.toarray() if hasattr(products, "toarray") else np.asarray(products)
    sizes, directions = np.linalg.eigh(products)
    kept = sizes > max(sizes.max(initial=0.0) * 1e-10, 1e-12)
    lengths = np.sqrt(sizes[kept])
    directions = directions[:, kept]
    return _Basis(
        values=directions * lengths,
        restore=lambda coef: np.asarray(features.T @ (directions @ (coef / lengths[:, None]))),
    )


def _separate_slope(truth: Floats, weights: Floats, settings: HeadSettings) -> Callable[[Floats], Slope]:
    """Give the weighted log loss of each label by itself."""
    up, down = pulls(truth, weights, settings)

    def slope(margins: Floats) -> Slope:
        score = sigmoid(margins)
        loss = np.sum(up * np.logaddexp(0, -margins) + down * np.logaddexp(0, margins))
        return Slope(loss=float(loss), by_margins=down * score - up * (1 - score))

    return slope


def _exclusive_slope(truth: Floats, weights: Floats, settings: HeadSettings) -> Callable[[Floats], Slope]:
    """Give the weighted log loss of the softmax over the labels."""
    known = np.asarray(~np.isnan(truth).any(axis=1))
    answer = np.where(known[:, None], np.nan_to_num(truth), 0.0)
    winners = answer[known].argmax(axis=1)
    present = np.unique(winners)
    balance = np.ones(truth.shape[1])
    balance[present] = compute_class_weight(
        settings.class_weight, classes=present, y=winners, sample_weight=weights[known]
    )
    pull = settings.C * weights * (answer @ balance)

    def slope(margins: Floats) -> Slope:
        shifted = margins - margins.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        total = powers.sum(axis=1, keepdims=True)
        loss = pull @ (np.log(total[:, 0]) - (answer * shifted).sum(axis=1))
        return Slope(loss=float(loss), by_margins=pull[:, None] * (powers / total - answer))

    return slope
