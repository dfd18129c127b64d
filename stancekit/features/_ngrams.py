"""The definition of the n-gram features, and scores computed from them.

A statement is split at white space into tokens. From each token, in lower case, come

* its character n-grams: every run of 2 to 5 code points of the token between two blanks;
* its words: every longest run of two or more letters and digits (`str.isalnum`).

Word features are the words and each pair of neighbouring words of the statement. Every feature is
hashed by 64-bit arithmetic into one of ``2 ** bits`` buckets. A feature's value is the number of times
it occurs, times `word_weight` for words and pairs, divided by the square root of the number of all
occurrences. Without an exact norm the score is a sum over tokens and pairs of neighbours, so a token
is hashed once and remembered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.features.scorer import Arrays, Contribution, Floats

_MASK = (1 << 64) - 1
_PRIME = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: Knuth's multiplicative hashing
_PAIR = 0xC2B2AE3D27D4EB4F
_CHAR_SEED = 0x51ED270B9F3A1D47
_WORD_SEED = 0x2545F4914F6CDD1D
_LONGEST_CHAR_NGRAM = 5
_SHORTEST_WORD = 2
_REMEMBERED_TOKENS = 1 << 17
_LONGEST_REMEMBERED = 64  # longer tokens are links and damage, which do not come again


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
    """

    bits: int = 18
    word_weight: float = 3.0
    words: bool = True
    chars: bool = True


class Token(NamedTuple):
    """Buckets of a token's character n-grams and hashes of its words."""

    chars: tuple[int, ...]
    words: tuple[int, ...]


class Rows(NamedTuple):
    """Feature values of many statements in compressed sparse rows, repeats not yet added up.

    Shapes: `indices` and `values` (n_occurrences,), `indptr` (n_statements + 1,).
    """

    indices: NDArray[np.int32]
    values: NDArray[np.float32]
    indptr: NDArray[np.int64]


@dataclass(slots=True)
class NgramHasher:
    """Hash statements by a spec, remembering tokens."""

    spec: NgramSpec
    _tokens: dict[str, Token] = field(default_factory=dict)

    def rows(self, texts: Sequence[str]) -> Rows:
        """Give the feature values of `texts`."""
        char_parts, word_parts, sizes = [], [], []
        for text in texts:
            chars, words = self._buckets(text)
            char_parts.append(chars)
            word_parts.append(words)
            sizes.append((len(chars), len(words)))
        lengths = np.array(sizes, dtype=np.int64).reshape(len(texts), 2)
        flat = chain.from_iterable(chain(*pair) for pair in zip(char_parts, word_parts, strict=True))
        values = _occurrence_values(lengths, self.spec.word_weight)
        indices = np.fromiter(flat, dtype=np.int32, count=len(values))
        return Rows(indices, values, np.concatenate([[0], np.cumsum(lengths.sum(axis=1))]))

    def pieces(self, text: str) -> Iterator[tuple[int, int, list[int], list[int]]]:
        """Give each token and each pair across tokens: start, end, character and word buckets."""
        bits = self.spec.bits
        before: tuple[int, int] | None = None  # start and hash of the last word's token
        for start, end in _token_offsets(text):
            token = self._token(text[start:end])
            if before is not None and token.words:
                yield before[0], end, [], [_bucket(_pair(before[1], token.words[0]), bits)]
            inner = [_bucket(_pair(a, b), bits) for a, b in pairwise(token.words)]
            yield start, end, list(token.chars), [_bucket(word, bits) for word in token.words] + inner
            if token.words:
                before = start, token.words[-1]

    def _buckets(self, text: str) -> tuple[list[int], list[int]]:
        bits = self.spec.bits
        chars: list[int] = []
        words: list[int] = []
        for raw in text.split():
            token = self._token(raw)
            chars += token.chars
            words += token.words
        pairs = [_bucket(_pair(a, b), bits) for a, b in pairwise(words)]
        return chars, [_bucket(word, bits) for word in words] + pairs

    def _token(self, raw: str) -> Token:
        token = self._tokens.get(raw)
        if token is None:
            token = _hash_token(raw, self.spec)
            if len(self._tokens) >= _REMEMBERED_TOKENS:
                self._tokens.clear()
            if len(raw) <= _LONGEST_REMEMBERED:
                self._tokens[raw] = token
        return token


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramScorer:
    """N-grams with the heads' weights folded in.

    Attributes
    ----------
    spec : NgramSpec
        The features.
    weights : ndarray of float32 of shape (2 ** bits, n_labels)
        Weight of one occurrence of a feature in a bucket, inverse document frequency included.
    """

    spec: NgramSpec
    weights: NDArray[np.float32]
    _hasher: NgramHasher = field(repr=False, compare=False)

    @classmethod
    def fold(cls, spec: NgramSpec, weights: Floats) -> Self:
        """Round weights to half precision, as they are stored, so that saving changes no score."""
        return cls(spec=spec, weights=weights.astype(np.float16).astype(np.float32), _hasher=NgramHasher(spec))

    @property
    def n_labels(self) -> int:
        """Number of columns of `margins`."""
        return int(self.weights.shape[1])

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""
        rows = self._hasher.rows(texts)
        sums = np.zeros((len(rows.values) + 1, self.n_labels))
        np.cumsum(self.weights[rows.indices] * rows.values[:, None], axis=0, dtype=np.float64, out=sums[1:])
        return sums[rows.indptr[1:]] - sums[rows.indptr[:-1]]

    def contributions(self, text: str) -> list[Contribution]:
        """Take one statement's margins apart by token and by pair of words across tokens."""
        pieces = list(self._hasher.pieces(text))
        n_occurrences = sum(len(chars) + len(words) for _, _, chars, words in pieces)
        scale = 1 / math.sqrt(max(n_occurrences, 1))
        weights = self.weights.astype(np.float64)
        return [
            Contribution(
                start,
                end,
                scale * (weights[chars].sum(axis=0) + self.spec.word_weight * weights[words].sum(axis=0)),
            )
            for start, end, chars, words in pieces
        ]

    def config(self) -> dict[str, Any]:
        """Give the spec, ready for JSON."""
        return asdict(self.spec)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the weights in half precision."""
        return {"weights": self.weights.astype(np.float16)}

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave."""
        return cls.fold(NgramSpec(**config), arrays["weights"])


def _hash_token(raw: str, spec: NgramSpec) -> Token:
    token = raw.lower()
    return Token(
        tuple(_char_buckets(f" {token} ", spec.bits)) if spec.chars else (),
        tuple(_word_hashes(token)) if spec.words else (),
    )


def _char_buckets(padded: str, bits: int) -> Iterator[int]:
    points = [ord(char) for char in padded]
    for start in range(len(points) - 1):
        state = _CHAR_SEED
        for i, point in enumerate(points[start : start + _LONGEST_CHAR_NGRAM]):
            state = ((state ^ point) * _PRIME) & _MASK
            if i:
                yield _bucket(state, bits)


def _word_hashes(token: str) -> Iterator[int]:
    length, state = 0, _WORD_SEED
    for char in token + " ":
        if char.isalnum():
            state = ((state ^ ord(char)) * _PRIME) & _MASK
            length += 1
        else:
            if length >= _SHORTEST_WORD:
                yield state
            length, state = 0, _WORD_SEED


def _pair(first: int, second: int) -> int:
    return (((first * _PAIR) & _MASK) ^ second) * _PRIME & _MASK


def _bucket(state: int, bits: int) -> int:
    # The low bits of a product depend on the low bits of its factors alone: mix, then take the high ones.
    return (((state ^ (state >> 32)) * _PRIME) & _MASK) >> (64 - bits)


def _token_offsets(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for raw in text.split():
        start = text.index(raw, end)
        end = start + len(raw)
        yield start, end


def _occurrence_values(lengths: NDArray[np.int64], word_weight: float) -> NDArray[np.float32]:
    """Give the value of each occurrence: characters first, then words, statement by statement."""
    scale = 1 / np.sqrt(np.maximum(lengths.sum(axis=1), 1))
    values = np.column_stack([scale, scale * word_weight]).astype(np.float32)
    return np.repeat(values.ravel(), lengths.ravel())
