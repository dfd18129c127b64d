"""Vectors of words in eight bits, and what a statement's words have together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError, ModelFormatError
from stancekit.features._network import VectorTable
from stancekit.text._vocabulary import list_words
from stancekit.text.checks import read_statements

COMMON = 1e-3  # of all words: one as frequent as this weighs half as much in the sum
_LARGEST = 127
_HEAVIEST = 32_767
_CLIPPED = 5e-4  # of a dimension's numbers are so large that steps for them would be too coarse for the others

Floats = NDArray[np.float64]
_TYPES = {"words": np.uint32, "importance": np.int16, "vectors": np.int8, "steps": np.float32}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WordVectors:
    """Vectors of words, a word being a run of two or more letters and digits in whatever case.

    Attributes
    ----------
    words : ndarray of uint32 of shape (n_words,)
        Hashes of the words, rising.
    importance : ndarray of int16 of shape (n_words,)
        How much each word counts in a sum, 0 or more.
    vectors : ndarray of int8 of shape (n_words, n_dimensions)
        Unit vectors in steps, from -127 to 127.
    steps : ndarray of float32 of shape (n_dimensions,)
        What 1 stands for in each dimension, above 0.
    table : VectorTable
        The same for the compiled engine.

    Raises
    ------
    InvalidInputError
        When the arrays do not fit one another.

    Examples
    --------
    >>> import numpy as np
    >>> two = WordVectors.quantize(["peace", "war"], np.array([[0.6, 0.8], [-0.6, 0.8]]), [10, 30])
    >>> two
    <WordVectors: 2 words, 2 dimensions>
    >>> two.pool(["Peace!", "War and peace?"]).shape
    (2, 6)
    """

    words: NDArray[np.uint32]
    importance: NDArray[np.int16]
    vectors: NDArray[np.int8]
    steps: NDArray[np.float32]
    table: VectorTable = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if (problem := self._misfit()) is not None:
            raise InvalidInputError(f"{problem}; make word vectors with WordVectors.quantize")
        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays().items()}
        object.__setattr__(self, "table", VectorTable(*arrays.values()))

    def __repr__(self) -> str:
        return f"<WordVectors: {len(self):,} words, {self.n_dimensions} dimensions>"

    def __len__(self) -> int:
        return len(self.words)

    @property
    def n_dimensions(self) -> int:
        """Length of one vector."""
        return int(self.vectors.shape[1])

    def pool(self, texts: Iterable[str]) -> NDArray[np.int8]:
        """Give three vectors a statement, side by side, in steps.

        They are the sum of its words' vectors, rare words heavier (Arora, Liang and Ma 2017, "A simple but
        tough-to-beat baseline for sentence embeddings"), as a unit vector; and the largest and the least number that
        its words have in each dimension (Shen et al. 2018, doi:10.18653/v1/P18-1041). Of a statement without known
        words all are zero.

        Parameters
        ----------
        texts : iterable of str, of length n_statements
            Statements.

        Returns
        -------
        ndarray of int8 of shape (n_statements, 3 * n_dimensions)

        Raises
        ------
        InvalidInputError
            On a row that is no text.
        """
        return self.table.pool(read_statements(texts))

    @classmethod
    def quantize(cls, words: list[str], vectors: Floats, counts: Iterable[float]) -> Self:
        """Round vectors to eight bits.

        Parameters
        ----------
        words : list of str, of length n_words
            Words of two or more letters and digits.
        vectors : ndarray of shape (n_words, n_dimensions)
            Their vectors, of any length; longer ones count more in a sum.
        counts : iterable of float, of length n_words
            How often each word was seen, which makes frequent words count less.

        Raises
        ------
        InvalidInputError
            On words that are none or stand twice, vectors of 0 or not finite, counts that are not positive, and
            lengths that differ.
        """
        try:
            vectors, seen = np.asarray(vectors, dtype=np.float64), np.array(list(counts), dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InvalidInputError(f"vectors and counts must be numbers: {error}") from error
        if vectors.ndim != 2 or not len(words) == len(vectors) == len(seen) > 0 or vectors.shape[1] == 0:
            raise InvalidInputError(
                f"expected one vector and one count a word, got {len(words)} words, vectors of shape {vectors.shape} "
                f"and {len(seen)} counts"
            )
        lengths = np.linalg.norm(vectors, axis=1)
        wrong = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0) & np.isfinite(seen) & (seen > 0)))
        if len(wrong):
            raise InvalidInputError(
                f"the word {words[wrong[0]]!r} in row {wrong[0]} must have a finite vector other than 0 and a positive "
                f"count, got the length {lengths[wrong[0]]} and the count {seen[wrong[0]]}"
            )
        hashes = _hashes(words)
        order = np.argsort(hashes)
        units = vectors / lengths[:, None]
        steps = np.maximum(np.quantile(np.abs(units), 1 - _CLIPPED, axis=0), 1e-6).astype(np.float32) / _LARGEST
        weight = lengths * COMMON / (COMMON + seen / seen.sum())
        return cls(
            words=hashes[order],
            importance=np.rint(weight / weight.max() * _HEAVIEST).astype(np.int16)[order],
            vectors=np.clip(np.rint(units / steps), -_LARGEST, _LARGEST).astype(np.int8)[order],
            steps=steps,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the arrays by name."""
        return {name: getattr(self, name) for name in _TYPES}

    @classmethod
    def build(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Build what `arrays` gave.

        Raises
        ------
        ModelFormatError
            When the arrays do not fit one another.
        """
        try:
            return cls(**{name: arrays[name] for name in _TYPES})
        except InvalidInputError as error:
            raise ModelFormatError(f"{str(error).partition(';')[0]}; copy the model again") from error

    def _misfit(self) -> str | None:
        """Say what is wrong with the arrays, or None."""
        arrays = self.arrays()
        for name, array in arrays.items():
            if not isinstance(array, np.ndarray) or array.dtype != _TYPES[name]:
                return f"{name} of the word vectors must be an array of {np.dtype(_TYPES[name])}"
        n_words, n_dimensions = self.words.size, self.steps.size
        shapes = {"vectors": (n_words, n_dimensions), "steps": (n_dimensions,)}
        for name, array in arrays.items():
            if array.shape != shapes.get(name, (n_words,)) or n_dimensions == 0:
                return f"{name} of the word vectors have shape {array.shape}, which does not fit the others"
        if not (self.words[:-1] < self.words[1:]).all() or not self.words.all() or (self.importance < 0).any():
            return "the word vectors' words must rise and weigh 0 or more"
        if (self.vectors < -_LARGEST).any():
            return f"the word vectors must lie from -{_LARGEST} to {_LARGEST}"
        if not (np.isfinite(self.steps) & (self.steps > 0)).all():
            return "the word vectors' steps must be positive numbers"
        return None

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy the arrays, not the table, which is made again."""
        return type(self).build, (self.arrays(),)


def _hashes(words: list[str]) -> NDArray[np.uint32]:
    """Give the words' hashes, once each is a word of its own."""
    hashes, sizes, counts, _ = list_words(read_statements(words))
    none = [word for word, n in zip(words, counts.tolist(), strict=True) if n != 1]
    if not none:
        none = [word for word, size in zip(words, sizes.tolist(), strict=True) if size != len(word.encode())]
    if none:
        raise InvalidInputError(f"{_some(none)} no word of two or more letters and digits alone; leave out such rows")
    first = np.unique(hashes, return_index=True)[1]
    if twice := [words[row] for row in sorted(set(range(len(words))) - set(first.tolist()))]:
        raise InvalidInputError(
            f"{_some(twice)} a word from before, in whatever case, or of its hash; leave out such rows"
        )
    return hashes


def _some(words: list[str]) -> str:
    shown = ", ".join(map(repr, words[:5]))
    return f"{shown} is" if len(words) == 1 else f"{shown} and others ({len(words)} in all): each is"
