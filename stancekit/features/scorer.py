"""What a model asks of its features: margins for many statements, contributions for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]


class Contribution(NamedTuple):
    """What the characters from `start` to `end` add to the margins, of shape (n_labels,)."""

    start: int
    end: int
    weights: Floats


class Pieces(NamedTuple):
    """The same for all stretches of a statement at once, which takes far fewer objects.

    Attributes
    ----------
    places : list of (int, int), of length n_stretches
        Where each stretch begins and ends, in characters.
    weights : ndarray of float64 of shape (n_stretches, n_labels)
        What each adds to the margins.
    """

    places: list[tuple[int, int]]
    weights: Floats


class Scorer(Protocol):
    """Features with the heads' weights folded in; no scikit-learn is needed to use one."""

    @property
    def n_labels(self) -> int:
        """Number of columns of `margins`."""

    @property
    def stretch(self) -> int:
        """How many statements are worth handing to a thread together."""

    @property
    def tolerance(self) -> float:
        """How far a score may lie from the same one on another machine, or of another version of a library."""

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""

    def margins_of_one(self, text: str) -> list[float]:
        """Give the same for one statement, n_labels numbers."""

    def contributions(self, text: str) -> list[Contribution]:
        """Take one statement's margins apart; the weights add up to `margins`."""

    def config(self) -> dict[str, Any]:
        """Give what must be written beside the arrays to build the scorer again, ready for JSON."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the arrays to be written, by name."""

    @staticmethod
    def n_features(config: Mapping[str, Any]) -> int | None:
        """Give the number of rows that the weights need, or None where only loading would tell."""

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave."""


class ExplainableScorer(Scorer, Protocol):
    """A scorer whose margins are quick to take apart by stretches of words."""

    def pieces(self, text: str) -> Pieces:
        """Give the contributions to one statement at once."""


class CountScorer:
    """What scorers share that add up weights of counts: they are quick, and alike on every machine."""

    __slots__ = ()
    weights: NDArray[Any]

    @property
    def n_labels(self) -> int:
        """Number of columns of `margins`."""
        return int(self.weights.shape[1])

    @property
    def stretch(self) -> int:
        """How many statements are worth handing to a thread together."""
        return 2048

    @property
    def tolerance(self) -> float:
        """How far a score may lie from one of another version or machine."""
        return 1e-6
