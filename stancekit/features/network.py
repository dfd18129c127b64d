"""Pooled word vectors as a scikit-learn transformer; in a classifier they get a network and not linear heads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from stancekit.errors import InvalidInputError
from stancekit.features.transformer import TextTransformer
from stancekit.features.word_vectors import WordVectors
from stancekit.text.checks import check_statements

FEWEST_UPDATES = 600  # of the weights, however few statements there are
_MOST = 2**32 - 1


class NetworkFeatures(TextTransformer):
    """Word vectors pooled over a statement, and how the network on them is trained.

    As a transformer it gives the pooled vectors. In a `StanceClassifier` a network with one hidden layer is trained on
    them, whose log-odds are added to those of the linear heads on the other features. It finds what words mean
    together where linear heads weigh each by itself, and knows words that the training statements lack.

    Parameters
    ----------
    vectors : WordVectors, optional
        The words' vectors; those of the model "network" in the package where None.
    n_hidden : int, default=256
        Size of the hidden layer.
    n_epochs : int, default=12
        Times that each statement is learned from, but 600 batches at least: fewer than some 6,000 statements are
        learned from more often.
    dropout : float, default=0.2
        Share of the inputs, and of the hidden layer, that each update leaves out, below 1.
    learning_rate : float, default=0.002
        Highest learning rate of AdamW.
    weight_decay : float, default=0.01
        Share of the weights that an update at a learning rate of 1 would take away.
    batch_size : int, default=128
        Statements in one batch.
    random_state : int, default=0
        Seed of the first weights, of dropout and of the order of the statements.

    Attributes
    ----------
    vectors_ : WordVectors
        The vectors that are used.
    n_features_out_ : int
        Three times the length of a vector.

    Examples
    --------
    >>> features = NetworkFeatures(n_hidden=64).fit([])
    >>> features.transform(["Lift the embargo."]).shape
    (1, 600)
    """

    def __init__(
        self,
        vectors: WordVectors | None = None,
        *,
        n_hidden: int = 256,
        n_epochs: int = 12,
        dropout: float = 0.2,
        learning_rate: float = 2e-3,
        weight_decay: float = 1e-2,
        batch_size: int = 128,
        random_state: int = 0,
    ) -> None:
        self.vectors = vectors
        self.n_hidden = n_hidden
        self.n_epochs = n_epochs
        self.dropout = dropout
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Check the parameters; nothing is learned from `X` and `y`.

        Raises
        ------
        InvalidInputError
            On a row that is no text, or on parameters out of range.
        """
        check_statements(X)
        return self.fit_counts(None)

    def transform(self, X: Iterable[str]) -> NDArray[np.float32]:
        """Give the pooled vectors.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        ndarray of float32 of shape (n_statements, 3 * n_dimensions)
            As `WordVectors.pool` describes them, in the vectors' own units.
        """
        check_is_fitted(self)
        return self.weigh(self.vectors_.pool(X))

    def check_parameters(self) -> None:
        """See that every parameter is in range.

        Raises
        ------
        InvalidInputError
            Naming the first one that is not.
        """
        whole = {"n_hidden": (1, 10_000), "n_epochs": (1, _MOST), "batch_size": (1, _MOST), "random_state": (0, _MOST)}
        for name, (least, most) in whole.items():
            value = getattr(self, name)
            if not isinstance(value, Integral) or isinstance(value, bool) or not least <= int(value) <= most:
                raise InvalidInputError(f"{name} must be a whole number from {least} to {most}, got {value!r}")
        shares = {"learning_rate": (1e-6, 1.0), "weight_decay": (0.0, 1.0), "dropout": (0.0, 0.99)}
        for name, (lowest, highest) in shares.items():
            value = getattr(self, name)
            if not isinstance(value, Real) or isinstance(value, bool) or not lowest <= float(value) <= highest:
                raise InvalidInputError(f"{name} must be a number from {lowest:g} to {highest:g}, got {value!r}")
        self._vectors()

    def counts(self, X: Iterable[str]) -> NDArray[np.int8]:
        """Give the pooled vectors in steps, which depend on the statements alone."""
        return self._vectors().pool(X)

    def fit_counts(self, counts: object) -> Self:
        """Check the parameters; pooled vectors teach nothing by themselves."""
        self.check_parameters()
        self.vectors_ = self._vectors()
        self.n_features_out_ = 3 * self.vectors_.n_dimensions
        return self

    def weigh(self, counts: NDArray[np.int8]) -> NDArray[np.float32]:
        """Turn steps into the vectors' units."""
        check_is_fitted(self)
        return counts.astype(np.float32) * np.tile(self.vectors_.steps, 3)

    def get_feature_names_out(self, input_features: object = None) -> Any:  # noqa: ANN401 - numpy's object array
        """Give names such as ``"sum0"``, ``"largest0"`` and ``"least0"``."""
        check_is_fitted(self)
        n = self.vectors_.n_dimensions
        return np.array([f"{how}{i}" for how in ("sum", "largest", "least") for i in range(n)], dtype=object)

    def _vectors(self) -> WordVectors:
        if self.vectors is None:
            return packaged_vectors()
        if not isinstance(self.vectors, WordVectors):
            raise InvalidInputError(f"vectors must be WordVectors or None, got {type(self.vectors).__name__}")
        return self.vectors


@cache
def packaged_vectors() -> WordVectors:
    """Read the vectors of the model "network" in the package."""
    from pathlib import Path

    from safetensors.numpy import load_file

    arrays = load_file(Path(__file__).parent.parent / "models" / "network" / "weights.safetensors")
    return WordVectors.build({name.removeprefix("network."): array for name, array in arrays.items()})
