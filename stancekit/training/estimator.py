"""What every trained classifier of this library can do once `fit` has made its `model_`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence, Sized
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from stancekit.codebook import Codebook
from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel
from stancekit.text.checks import check_statements
from stancekit.text.identity import fingerprint_number
from stancekit.training.targets import read_targets

Floats = NDArray[np.float64]


class StanceEstimator(ClassifierMixin, BaseEstimator):
    """A scikit-learn classifier around a `StanceModel`.

    Attributes
    ----------
    model_ : StanceModel
        The trained model.
    codebook_ : Codebook
        The labels.
    classes_ : ndarray of str of shape (n_labels,)
        The labels, in codebook order.
    oof_scores_ : ndarray of shape (n_statements, n_labels)
        Calibrated scores of the training statements by heads that did not see their group.
    """

    model_: StanceModel
    codebook_: Codebook
    classes_: NDArray[Any]
    oof_scores_: Floats

    def predict(self, X: Iterable[str]) -> NDArray[Any]:
        """Give labels, abstention apart.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        ndarray of int of shape (n_statements, n_labels)
            1 where the score reaches the label's threshold. For an exclusive codebook instead the label
            that wins, ndarray of str of shape (n_statements,): the score that is the largest multiple of the label's
            level, see `Calibration`, which `class_weight` moves.
        """
        decisions = self._decide(X)
        return (
            np.asarray(self.classes_[decisions.argmax(axis=1)]) if self.codebook_.exclusive else decisions.astype(int)
        )

    def predict_proba(self, X: Iterable[str]) -> Floats:
        """Give calibrated scores, of shape (n_statements, n_labels)."""
        check_is_fitted(self)
        return self.model_.predict_proba(X)

    def decision_function(self, X: Iterable[str]) -> Floats:
        """Give log-odds before calibration, of shape (n_statements, n_labels)."""
        check_is_fitted(self)
        return self.model_.margins(X)

    def score(self, X: Iterable[str], y: object, sample_weight: Sequence[float] | None = None) -> float:
        """Give macro-F1 over the labels; annotations that are missing are left out.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.
        y : array-like
            As in `fit`.
        sample_weight : sequence of float, of length n_statements, optional
            Weight of each statement.
        """
        decided = self._decide(X)
        truth, _ = read_targets(y, self.codebook_)
        weights = read_weights(sample_weight)
        check_lengths(len(decided), y=truth, sample_weight=weights)
        weights = np.ones(len(truth)) if weights is None else weights
        known = ~np.isnan(truth)
        hits = ((decided & (truth == 1)) * weights[:, None]).sum(axis=0)
        asserted = ((decided & known) * weights[:, None]).sum(axis=0)
        positive = ((truth == 1) * weights[:, None]).sum(axis=0)
        return float(np.mean(2 * hits / np.maximum(asserted + positive, np.finfo(float).tiny)))

    def _learned(self, model: StanceModel, oof_scores: Floats) -> Self:
        """Set what was learned, together: a fit that fails leaves nothing, or what the fit before it learned."""
        self.model_, self.codebook_, self.oof_scores_ = model, model.codebook, oof_scores
        self.classes_ = np.array(model.codebook.labels, dtype=object)
        return self

    def _parameters(self, *left_out: str) -> dict[str, Any]:
        """Give the parameters as a model's card says them, in what JSON knows: a grid search passes numpy's numbers."""
        given = {name: value for name, value in self.get_params(deep=False).items() if name not in left_out}
        return {name: _plain(value) for name, value in given.items()}

    def _decide(self, X: Iterable[str]) -> NDArray[np.bool_]:
        check_is_fitted(self)
        return self.model_.calibration.decide(self.model_.predict_proba(X))

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn's Tags
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_label = True
        tags.target_tags.required = True
        return tags


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path):
        return str(value)
    return value if isinstance(value, int | float | str | None) else repr(value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annotations:
    """What every `fit` is given, read and checked.

    Attributes
    ----------
    texts : list of str, of length n_statements
    truth : ndarray of shape (n_statements, n_labels)
        1, 0 or NaN.
    codebook : Codebook
        The labels.
    groups : list of hashable, of length n_statements
    weights : ndarray of shape (n_statements,) or None
    """

    texts: list[str]
    truth: Floats
    codebook: Codebook
    groups: list[Hashable]
    weights: Floats | None

    @property
    def annotated(self) -> list[int]:
        """The rows with an annotation of any label; from the others nothing is learned."""
        return np.flatnonzero(~np.isnan(self.truth).all(axis=1)).tolist()

    @property
    def annotated_texts(self) -> list[str]:
        """The statements that are learned from."""
        return [self.texts[row] for row in self.annotated]

    @property
    def facts(self) -> dict[str, Any]:
        """What a model's card says of them."""
        labels, positive = self.codebook.labels, np.nansum(self.truth, axis=0).astype(int).tolist()
        rows = self.annotated
        return {
            "n_statements": len(rows),
            "n_groups": len({self.groups[row] for row in rows}),
            "n_positive": dict(zip(labels, positive, strict=True)),
        }


def read_annotations(
    X: Iterable[str],
    y: object,
    codebook: Codebook | None,
    groups: Sequence[Hashable] | None,
    sample_weight: Sequence[float] | None,
) -> Annotations:
    """Read what `fit` is given; each statement is its own group where none are.

    A statement of weight 0 counts as not annotated.
    """
    texts = check_statements(X)
    if not texts:
        raise InvalidInputError("there is no statement to train on")
    if not any(text.strip() for text in texts):
        raise InvalidInputError("every statement is blank, so that there is nothing to learn from")
    truth, codebook = read_targets(y, codebook)
    names: list[Hashable] = list(range(len(texts))) if groups is None else read_groups(groups)
    weights = read_weights(sample_weight)
    check_lengths(len(texts), y=truth, groups=names, sample_weight=weights)
    if weights is not None:
        truth = np.where(weights[:, None] == 0, np.nan, truth)  # what weighs nothing counts as not annotated
    return Annotations(texts=texts, truth=truth, codebook=codebook, groups=names, weights=weights)


def check_shared(codebook: object, abstention: object, random_state: object) -> None:
    """Check the parameters that every estimator has, before any work.

    Raises
    ------
    InvalidInputError
        Naming the first that is out of its range.
    """
    if codebook is not None and not isinstance(codebook, Codebook):
        raise InvalidInputError(
            f"codebook must be a Codebook, got {type(codebook).__name__}; read a file with Codebook.read"
        )
    if not isinstance(abstention, Real) or not 0 <= float(abstention) < 1:
        raise InvalidInputError(f"abstention must lie in [0, 1), got {abstention!r}")
    check_seed(random_state)


def check_seed(seed: object, name: str = "random_state") -> None:
    """Check a seed as scikit-learn takes it.

    Raises
    ------
    InvalidInputError
        When it is no whole number from 0 to below 2**32.
    """
    if not isinstance(seed, Integral) or not 0 <= int(seed) < 2**32:
        raise InvalidInputError(f"{name} must be a whole number from 0 to below 2**32, got {seed!r}")


def training_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """Give the fingerprints by which a model knows the statements that it was trained on, sorted."""
    return np.unique(np.array([fingerprint_number(text) for text in texts], dtype=np.uint64))


def read_weights(sample_weight: Sequence[float] | None) -> Floats | None:
    """Read one finite weight of 0 or more a statement."""
    if sample_weight is None:
        return None
    try:
        weights = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"sample_weight must be one number a statement: {error}") from error
    if weights.ndim != 1:
        raise InvalidInputError(f"sample_weight must have shape (n_statements,), got shape {weights.shape}")
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(wrong):
        raise InvalidInputError(
            f"sample_weight must be 0 or more and finite, got {weights[wrong[0]]} in row {wrong[0]}"
        )
    return weights


def read_groups(groups: Iterable[Hashable]) -> list[Hashable]:
    """Read one group a statement, none of them missing."""
    rows = list(groups)
    for row, group in enumerate(rows):
        if not isinstance(group, Hashable):
            raise InvalidInputError(f"the group of row {row} must be a name or a number, got {type(group).__name__}")
        if is_missing(group):
            raise InvalidInputError(f"row {row} has no group; name its speech or document")
    return rows


def check_lengths(n_statements: int, **columns: Sized | None) -> None:
    """See that every column has one row a statement."""
    for name, column in columns.items():
        if column is not None and len(column) != n_statements:
            raise InvalidInputError(f"{name} has {len(column)} rows, expected {n_statements} as there are statements")
