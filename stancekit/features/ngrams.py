"""Hashed word and character n-grams as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from stancekit.errors import InvalidInputError
from stancekit.features.ngram_scorer import NgramScorer, NgramSpec
from stancekit.features.scorer import Floats
from stancekit.features.transformer import TextTransformer
from stancekit.text.checks import read_statements


class NgramFeatures(TextTransformer):
    """Word 1-2-grams and in-word character 2-5-grams, hashed, weighted by IDF.

    The value of a feature is its count (three times its count for words), times its inverse document
    frequency, divided by the square root of the number of occurrences in the statement. That is close
    to TF-IDF with L2 normalisation and, unlike it, additive over the words of a statement.

    Parameters
    ----------
    bits : int, default=18
        The number of buckets is ``2 ** bits``, from 8 to 24 bits.
    word_weight : float, default=3.0
        Weight of one word or pair of words where one character n-gram has 1.
    words, chars : bool, default=True
        Whether word 1-2-grams and character 2-5-grams are used.
    min_df : int, default=2
        Buckets that occur in fewer statements of the training set get weight 0.
    plain_marks : bool, default=True
        Whether typographic apostrophes, quotation marks, hyphens and dashes are read as those of a keyboard, so that
        it does not matter in which form a corpus has them.

    Attributes
    ----------
    idf_ : ndarray of float64 of shape (n_features,)
        ``ln((1 + n) / (1 + df)) + 1``, scikit-learn's smooth inverse document frequency, or 0.
    n_features_out_ : int
        Number of buckets.

    Examples
    --------
    >>> features = NgramFeatures(bits=10, min_df=1).fit(["Lift the embargo.", "Keep the embargo."])
    >>> features.transform(["Lift the embargo now."]).shape
    (1, 1024)
    """

    def __init__(
        self,
        *,
        bits: int = 18,
        word_weight: float = 3.0,
        words: bool = True,
        chars: bool = True,
        min_df: int = 2,
        plain_marks: bool = True,
    ) -> None:
        self.bits = bits
        self.word_weight = word_weight
        self.words = words
        self.chars = chars
        self.min_df = min_df
        self.plain_marks = plain_marks

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Learn the inverse document frequencies.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.
        y : object, optional
            Ignored.

        Raises
        ------
        InvalidInputError
            On a row that is no text, on no statement at all, or on parameters out of range.
        """
        return self.fit_counts(self.counts(X))

    def transform(self, X: Iterable[str]) -> sparse.csr_matrix:
        """Give the feature values.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        csr_matrix of float32 of shape (n_statements, n_features)
        """
        return self.weigh(self.counts(X))

    def counts(self, X: Iterable[str]) -> sparse.csr_matrix:
        """Give the scaled counts before IDF, which depend on nothing that `fit` learns."""
        texts, spec = read_statements(X), self.spec()
        buckets, values, starts = spec.kernel().count(texts)
        # The integer of the spec: one of numpy's smaller kinds, as a grid search may pass, would overflow.
        matrix = sparse.csr_matrix((values, buckets, starts), shape=(len(texts), 1 << spec.bits))
        matrix.sum_duplicates()
        return matrix

    def fit_counts(self, counts: sparse.csr_matrix) -> Self:
        """Learn the inverse document frequencies from scaled counts."""
        n_statements = counts.shape[0]
        if n_statements == 0:
            raise InvalidInputError("NgramFeatures needs at least one statement to fit, got none")
        df = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf_ = np.where(df >= self.min_df, np.log((1 + n_statements) / (1 + df)) + 1, 0.0)
        self.n_features_out_ = counts.shape[1]
        return self

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Multiply scaled counts by the inverse document frequencies."""
        check_is_fitted(self)
        weighted = counts.copy()
        weighted.data *= self.idf_.astype(np.float32)[weighted.indices]
        return weighted

    def scorer(self, coef: Floats) -> NgramScorer:
        """Fold the heads' weights in, `coef` of shape (n_features, n_labels)."""
        check_is_fitted(self)
        return NgramScorer.fold(self.spec(), coef * self.idf_[:, None])

    def spec(self) -> NgramSpec:
        """Give the checked parameters."""
        if not isinstance(self.min_df, Integral) or self.min_df < 1:
            raise InvalidInputError(f"min_df must be a whole number from 1, got {self.min_df!r}")
        # A grid search over numpy's ranges passes numpy's whole numbers.
        whole = isinstance(self.bits, Integral) and not isinstance(self.bits, bool)
        bits = int(self.bits) if whole else self.bits
        return NgramSpec(
            bits=bits,
            word_weight=self.word_weight,
            words=self.words,
            chars=self.chars,
            plain_marks=self.plain_marks,
        )

    def get_feature_names_out(self, input_features: object = None) -> Any:  # noqa: ANN401 - numpy's object array
        """Give one name a bucket: ``"ngram0"`` and so on, since hashing forgets the n-grams."""
        return np.array([f"ngram{i}" for i in range(1 << self.spec().bits)], dtype=object)
