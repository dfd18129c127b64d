"""Stance cues from a codebook, with negation, modality and reported speech, as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.features._cues import CueFinder, CueScorer, count_cues
from stancekit.features.scorer import Floats
from stancekit.features.transformer import TextTransformer
from stancekit.text.checks import check_statements


class LexiconFeatures(TextTransformer):
    """Counts of a codebook's cues, apart for plain, negated, modal and reported ones.

    Parameters
    ----------
    codebook : Codebook
        Where the cues stand: `Stance.cues`, `Stance.near`, `Target.terms`, `Codebook.context`.
    weight : float, default=1.0
        What a count of one becomes. Larger values make the heads' regularisation weaker here.

    Attributes
    ----------
    feature_names_ : tuple of str
        For example ``"near:anti-sanction:negated"``.

    Examples
    --------
    >>> from stancekit import Stance
    >>> book = Codebook(stances=(Stance(label="pro", cues=("well done", "brav*")),))
    >>> features = LexiconFeatures(codebook=book).fit([])
    >>> features.transform(["Bravo, well done!"]).shape
    (1, 4)
    """

    def __init__(self, codebook: Codebook, *, weight: float = 1.0) -> None:
        self.codebook = codebook
        self.weight = weight

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Compile the cues; nothing is learned from `X` and `y`.

        Raises
        ------
        CodebookError
            When the codebook has no cues.
        InvalidInputError
            When `codebook` is no Codebook or a row of `X` is no text.
        """
        check_statements(X)
        return self.fit_counts(None)

    def transform(self, X: Iterable[str]) -> Floats:
        """Give the weighted counts.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        ndarray of float64 of shape (n_statements, n_features)
        """
        check_is_fitted(self)
        return self.weigh(self.counts(X))

    def counts(self, X: Iterable[str]) -> Floats:
        """Count the cues in each statement, of shape (n_statements, n_features)."""
        return count_cues(self._finder(), check_statements(X))

    def fit_counts(self, counts: object) -> Self:
        """Compile the cues; counts teach nothing."""
        self.feature_names_ = self._finder().columns
        return self

    def weigh(self, counts: Floats) -> Floats:
        """Multiply counts by the weight."""
        return counts * self.weight

    def scorer(self, coef: Floats) -> CueScorer:
        """Fold the heads' weights in, `coef` of shape (n_features, n_labels)."""
        return CueScorer.fold(self.codebook, coef * self.weight)

    def get_feature_names_out(self, input_features: object = None) -> Any:  # noqa: ANN401 - numpy's object array
        """Give the features' names."""
        check_is_fitted(self)
        return np.array(self.feature_names_, dtype=object)

    def _finder(self) -> CueFinder:
        if not isinstance(self.codebook, Codebook):
            raise InvalidInputError(f"codebook must be a stancekit.Codebook, got {type(self.codebook).__name__}")
        return CueFinder.of(self.codebook)
