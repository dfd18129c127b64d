"""The n-gram features in words, and scores computed from them by the compiled engine.

A statement is split at white space into tokens. From each token, in lower case, come

* its character n-grams: every run of 2 to 5 code points of the token between two blanks;
* its words: every longest run of two or more letters and digits (`str.isalnum`).

With `plain_marks` typographic apostrophes, quotation marks, hyphens and dashes are first read as those of a keyboard
(``'``, ``"`` and ``-``), one for one, so that it does not matter in which form a corpus has them.

Word features are the words and each pair of neighbouring words of the statement. Every feature is
hashed by 64-bit arithmetic into one of ``2 ** bits`` buckets. A feature's value is the number of times
it occurs, times `word_weight` for words and pairs, divided by the square root of the number of all
occurrences. Without an exact norm the score is a sum over tokens and pairs of neighbours, so a token
is hashed once and remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError, ModelFormatError
from stancekit.features._ngrams import NgramKernel
from stancekit.features.scorer import Arrays, Contribution, CountScorer, Floats, Pieces
from stancekit.text.checks import read_statements

MEMO_BITS = 17  # tokens that a thread remembers, as a power of two: 8 MB for up to four labels


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramSpec:
    """Which n-grams, in how many buckets.

    Attributes
    ----------
    bits : int
        The number of buckets is ``2 ** bits``.
    word_weight : float
        Weight of one word or pair of words where one character n-gram has 1.
    words, chars : bool
        Which of the two families are used.
    plain_marks : bool
        Whether typographic apostrophes, quotation marks, hyphens and dashes are read as those of a keyboard. Models
        that were written before there was this setting do not name it, and do not.

    Raises
    ------
    InvalidInputError
        On a parameter out of range.
    """

    bits: int = 18
    word_weight: float = 3.0
    words: bool = True
    chars: bool = True
    plain_marks: bool = False

    def __post_init__(self) -> None:
        if type(self.bits) is not int or not 8 <= self.bits <= 24:
            raise InvalidInputError(f"bits must be a whole number from 8 to 24, got {self.bits!r}")
        if not isinstance(self.word_weight, int | float) or not 0 < self.word_weight < float("inf"):
            raise InvalidInputError(f"word_weight must be a positive number, got {self.word_weight!r}")
        if not isinstance(self.words, bool) or not isinstance(self.chars, bool):
            raise InvalidInputError(f"words and chars must be True or False, got {self.words!r} and {self.chars!r}")
        if not isinstance(self.plain_marks, bool):
            raise InvalidInputError(f"plain_marks must be True or False, got {self.plain_marks!r}")
        if not self.words and not self.chars:
            raise InvalidInputError("words and chars are both False, so there is no feature; set one to True")

    def kernel(self, weights: NDArray[np.float16] | None = None) -> NgramKernel:
        """Make the compiled engine of these features."""
        return NgramKernel(self.bits, self.word_weight, self.words, self.chars, weights, MEMO_BITS, self.plain_marks)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NgramScorer(CountScorer):
    """N-grams with the heads' weights folded in.

    Attributes
    ----------
    spec : NgramSpec
        The features.
    weights : ndarray of float16 of shape (2 ** bits, n_labels)
        Weight of one occurrence of a feature in a bucket, inverse document frequency included.
    """

    spec: NgramSpec
    weights: NDArray[np.float16]
    _kernel: NgramKernel = field(repr=False, compare=False)

    @classmethod
    def fold(cls, spec: NgramSpec, weights: NDArray[Any]) -> Self:
        """Round weights to half precision, as they are stored, so that saving changes no score."""
        rounded = weights.astype(np.float16, copy=False)
        return cls(spec=spec, weights=rounded, _kernel=spec.kernel(rounded))

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""
        margins = np.empty((len(texts), self.n_labels))
        self._kernel.score(read_statements(texts), margins)
        return margins

    def margins_of_one(self, text: str) -> list[float]:
        """Give the same for one statement, n_labels numbers."""
        return self._kernel.score_one(read_statements([text]))

    def contributions(self, text: str) -> list[Contribution]:
        """Take one statement's margins apart by token and by pair of words across tokens."""
        places, weights = self._kernel.pieces(text)
        return [Contribution(start, end, row) for (start, end), row in zip(places, weights, strict=True)]

    def pieces(self, text: str) -> Pieces:
        """Give the contributions to one statement at once."""
        return Pieces(*self._kernel.pieces(text))

    def config(self) -> dict[str, Any]:
        """Give the spec, ready for JSON; a setting that is off is not named, as in models of before it."""
        config = asdict(self.spec)
        if not self.spec.plain_marks:
            del config["plain_marks"]
        return config

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the weights in half precision."""
        return {"weights": self.weights}

    @staticmethod
    def n_features(config: Mapping[str, Any]) -> int:
        """Give the number of rows that the weights need.

        Raises
        ------
        ModelFormatError
            When `config` is not that of a spec.
        """
        try:
            return 1 << NgramSpec(**config).bits
        except (InvalidInputError, TypeError) as error:
            raise ModelFormatError(f"the config of the ngrams is not one: {error}") from error

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave."""
        return cls.fold(NgramSpec(**config), arrays["weights"])

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the engine out: it is made again from the weights."""
        return type(self).fold, (self.spec, self.weights)
