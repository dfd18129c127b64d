"""Sentence embeddings as a scikit-learn transformer (extra `embedding`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from stancekit.features._embedder import EmbeddingScorer, load_embedder
from stancekit.features.scorer import Floats
from stancekit.features.transformer import TextTransformer
from stancekit.text.checks import check_statements


class EmbeddingFeatures(TextTransformer):
    """Embeddings by a sentence-transformers folder, unit vectors times a weight.

    A statement longer than the encoder's window is embedded in pieces whose vectors are averaged;
    nothing is cut.

    Parameters
    ----------
    folder : str or Path
        A local sentence-transformers folder with `model.safetensors`. Nothing is downloaded.
    weight : float, default=10.0
        Length of the vectors. Larger values make the heads' regularisation weaker here; 10 puts them
        beside n-gram features, whose rows have a norm of about 20.
    batch_size : int, default=32
        Statements per forward pass.

    Attributes
    ----------
    sha256_ : str
        Hash of the encoder's weights.
    n_features_out_ : int
        Length of one embedding.

    Examples
    --------
    >>> EmbeddingFeatures("my-encoder", batch_size=8)
    EmbeddingFeatures(batch_size=8, folder='my-encoder')
    """

    def __init__(self, folder: str | Path, *, weight: float = 10.0, batch_size: int = 32) -> None:
        self.folder = folder
        self.weight = weight
        self.batch_size = batch_size

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Open the encoder; nothing is learned from `X` and `y`.

        Raises
        ------
        MissingExtraError
            When sentence-transformers is not installed.
        ModelFormatError
            When the folder has no safetensors weights.
        """
        check_statements(X)
        return self.fit_counts(None)

    def transform(self, X: Iterable[str]) -> NDArray[np.float32]:
        """Give the weighted embeddings.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        ndarray of float32 of shape (n_statements, n_dimensions)

        Raises
        ------
        ModelFormatError
            When the folder holds other weights than at `fit`, and those of then are not in memory.
        """
        check_is_fitted(self)
        embedder = load_embedder(str(self.folder), self.sha256_)
        return self.weigh(embedder.embed(check_statements(X), self.batch_size))

    def counts(self, X: Iterable[str]) -> NDArray[np.float32]:
        """Give unit vectors, of shape (n_statements, n_dimensions)."""
        return load_embedder(str(self.folder)).embed(check_statements(X), self.batch_size)

    def fit_counts(self, counts: object) -> Self:
        """Open the encoder; embeddings teach nothing."""
        embedder = load_embedder(str(self.folder))
        self.n_features_out_ = embedder.n_dimensions
        self.sha256_ = embedder.sha256
        return self

    def weigh(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        """Multiply unit vectors by the weight."""
        return counts * np.float32(self.weight)

    def scorer(self, coef: Floats) -> EmbeddingScorer:
        """Fold the weight in, `coef` of shape (n_dimensions, n_labels)."""
        check_is_fitted(self)
        return EmbeddingScorer(folder=str(self.folder), sha256=self.sha256_, weights=coef * self.weight)

    def get_feature_names_out(self, input_features: object = None) -> Any:  # noqa: ANN401 - numpy's object array
        """Give one name a dimension: ``"embedding0"`` and so on."""
        check_is_fitted(self)
        return np.array([f"embedding{i}" for i in range(self.n_features_out_)], dtype=object)
