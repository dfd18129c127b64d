"""A network with one hidden layer on pooled word vectors, as the model runs it.

The inputs `x` are the whole numbers of `WordVectors.pool`, the hidden layer's weights are whole numbers too, and so are
their products' sums: ``h = max(0, hidden_bias + hidden_steps * (hidden @ x))``. The margins are ``h @ weights`` less
`reference`, which is what an average statement of the training gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import ModelFormatError
from stancekit.features._network import NetworkKernel
from stancekit.features.erasure import erase_words
from stancekit.features.scorer import Arrays, Contribution, CountScorer, Floats, Pieces
from stancekit.features.word_vectors import WordVectors
from stancekit.text.checks import read_statements

LARGEST_WEIGHT = 32_767
LARGEST_SUM = (2**31 - 1) // 127  # of a row's weights, signs apart: times the largest inputs it still fits 32 bits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkScorer(CountScorer):
    """Word vectors and the network that was trained on them.

    Attributes
    ----------
    vectors : WordVectors
        The words' vectors.
    hidden : ndarray of int16 of shape (n_hidden, 3 * n_dimensions)
        Weights of the hidden layer, in steps.
    hidden_steps, hidden_bias : ndarray of float32 of shape (n_hidden,)
        What 1 stands for in each row of `hidden`, and what is added.
    weights : ndarray of float32 of shape (n_hidden, n_labels)
        What the hidden layer's outputs add to each label's margin.
    reference : ndarray of float64 of shape (n_labels,)
        What they add for the average of the training statements' pooled vectors; a margin is what is above it.

    Raises
    ------
    ModelFormatError
        When sums of weights are too large for whole numbers of 32 bits.
    """

    vectors: WordVectors
    hidden: NDArray[np.int16]
    hidden_steps: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    weights: NDArray[np.float32]
    reference: Floats
    _kernel: NetworkKernel = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if np.abs(self.hidden.astype(np.int64)).sum(axis=1).max(initial=0) > LARGEST_SUM:
            raise ModelFormatError("hidden of the network is too large to be added up; copy the model again")
        kernel = NetworkKernel(self.vectors.table, self.hidden, self.hidden_steps, self.hidden_bias, self.weights)
        object.__setattr__(self, "_kernel", kernel)

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""
        statements = read_statements(texts)
        margins = np.empty((len(statements), self.n_labels))
        self._kernel.score(statements, margins)
        margins -= self.reference
        return margins

    def margins_of_one(self, text: str) -> list[float]:
        """Give the same for one statement, n_labels numbers."""
        margins = self._kernel.score_one(read_statements([text]))
        return [margin - average for margin, average in zip(margins, self.reference.tolist(), strict=True)]

    def pooled_margins(self, pooled: NDArray[np.int8]) -> Floats:
        """Give the margins of what `WordVectors.pool` gave, of shape (n_statements, n_labels)."""
        products = pooled.astype(np.float32) @ self.hidden.T.astype(np.float32)
        values = np.maximum(products * self.hidden_steps + self.hidden_bias, 0)
        return np.asarray(values @ self.weights, dtype=np.float64) - self.reference

    def contributions(self, text: str) -> list[Contribution]:
        """Give what each word adds when it is read, and what the statement adds beyond its words."""
        return erase_words(text, self.margins)

    def pieces(self, text: str) -> Pieces:
        """Give the contributions to one statement at once."""
        parts = self.contributions(text)
        return Pieces([(part.start, part.end) for part in parts], np.array([part.weights for part in parts]))

    def config(self) -> dict[str, Any]:
        """Give nothing: the arrays say all."""
        return {}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the words' vectors and the network."""
        names = ("hidden", "hidden_steps", "hidden_bias", "weights", "reference")
        own = {name: getattr(self, name) for name in names}
        return self.vectors.arrays() | own

    @staticmethod
    def n_features(config: Mapping[str, Any]) -> None:
        """Give None: the size of the hidden layer is that of the weights."""

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave.

        Raises
        ------
        ModelFormatError
            When the arrays do not fit one another.
        """
        vectors, n_hidden = WordVectors.build(arrays), len(arrays["weights"])
        expected = {
            "hidden": (np.int16, (n_hidden, 3 * vectors.n_dimensions)),
            "hidden_steps": (np.float32, (n_hidden,)),
            "hidden_bias": (np.float32, (n_hidden,)),
            "weights": (np.float32, arrays["weights"].shape),
            "reference": (np.float64, arrays["weights"].shape[1:]),
        }
        for name, (kind, shape) in expected.items():
            array = arrays[name]
            if array.dtype != kind or array.shape != shape or not np.isfinite(array).all():
                raise ModelFormatError(
                    f"{name} of the network must be finite {np.dtype(kind)} of shape {shape}, got {array.dtype} of "
                    f"shape {array.shape}; copy the model again"
                )
        return cls(vectors=vectors, **{name: np.ascontiguousarray(arrays[name]) for name in expected})

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the engine out: it is made again from the arrays."""
        return type(self).build, (self.config(), self.arrays())
