"""Word vectors from UN speeches, and statements pooled from them; `experiments.network` learns from these.

The vectors are counted and not trained, so that they come out the same every time: positive pointwise mutual
information of words that stand near each other, contexts smoothed, reduced by a truncated SVD (Levy, Goldberg and
Dagan 2015, doi:10.1162/tacl_a_00134).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from experiments.unlabelled import untested_speeches

SEEN_AT_LEAST = 10  # times
REACH = 6  # words to either side; nearer ones count more
SMOOTHING = 0.75  # power of a context's count
N_DIMENSIONS = 200
COMMON = 1e-3  # of all words: one as frequent as this weighs half as much in the mean

# Unlike the words of `stancekit.text.words`: hyphens join, and numbers say nothing of what stands near.
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Where contexts end; what a finer splitter would part otherwise is too little to move counts.
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_NONE = -1  # in the place of a rare word, and between sentences

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class WordVectors:
    """Vectors of words in small letters.

    Attributes
    ----------
    places : dict from str to int
        Row of each word.
    counts : ndarray of int of shape (n_words,)
        How often each was seen.
    vectors : ndarray of shape (n_words, n_dimensions)
        Around their mean.
    """

    places: dict[str, int]
    counts: NDArray[np.int64]
    vectors: Floats

    def pool(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give three vectors a statement, side by side, of shape (n_statements, 3 * n_dimensions).

        They are the sum of its words' vectors, rare words heavier (Arora, Liang and Ma 2017), as a unit vector; and
        the largest and the least that its words have in each dimension (Shen et al. 2018, doi:10.18653/v1/P18-1041).
        Of a statement without known words all are zero.
        """
        pooled = np.zeros((len(texts), 3 * self.vectors.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            rows = [self.places[word] for word in words(text) if word in self.places]
            if rows:
                total = self._weighted[rows].sum(axis=0)
                units = self._units[rows]
                pooled[row] = np.concatenate([_unit(total), units.max(axis=0), units.min(axis=0)])
        return pooled

    @cached_property
    def _weighted(self) -> Floats:
        share = self.counts / self.counts.sum()
        return np.asarray(self.vectors * (COMMON / (COMMON + share))[:, None])

    @cached_property
    def _units(self) -> Floats:
        return _unit(self.vectors)


@cache
def un_vectors() -> WordVectors:
    """Count the vectors on all UN speeches that are neither tested nor reserved."""
    return count_vectors(sentence for speech in untested_speeches().values() for sentence in _SENTENCE.split(speech))


def words(text: str) -> list[str]:
    """Give the words of a text in small letters, typewriter's and curly apostrophes alike.

    >>> words("The Group of 77’s self-reliance.")
    ['the', 'group', 'of', 's', 'self-reliance']
    """
    return [match.replace("’", "'") for match in _WORD.findall(text.lower())]


def count_vectors(sentences: Iterable[str], *, n_dimensions: int = N_DIMENSIONS) -> WordVectors:
    """Count which words stand near which, and reduce that to vectors."""
    running, seen = _number(sentences)
    # Ties by the word itself, so that the order does not hang on that of the speeches.
    kept = sorted((word for word, n in seen.items() if n >= SEEN_AT_LEAST), key=lambda word: (-seen[word], word))
    places = {word: row for row, word in enumerate(kept)}
    # The last stands for what is between sentences, whose number is _NONE.
    running = np.array([*(places.get(word, _NONE) for word in seen), _NONE])[running]
    associated = _associations(_near(running, len(kept)))
    left, strength, _ = randomized_svd(associated, n_dimensions, n_iter=4, random_state=0)
    vectors = left * np.sqrt(strength)
    return WordVectors(
        places=places, counts=np.array([seen[word] for word in kept]), vectors=vectors - vectors.mean(axis=0)
    )


def _number(sentences: Iterable[str]) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Give all words in a row, as numbers in the order of those that are counted, with a gap behind each sentence."""
    numbers: dict[str, int] = {}
    gap = np.full(REACH, _NONE)
    parts = [gap]
    for sentence in sentences:
        parts.append(np.array([numbers.setdefault(word, len(numbers)) for word in words(sentence)], dtype=np.int64))
        parts.append(gap)
    running = np.concatenate(parts)
    counts = np.bincount(running[running != _NONE], minlength=len(numbers)).tolist()
    return running, dict(zip(numbers, counts, strict=True))


def _near(running: NDArray[np.int64], n_words: int) -> sparse.csr_matrix:
    """Count pairs of words within reach, each pair by how near it stands."""
    total = sparse.csr_matrix((n_words, n_words))
    for distance in range(1, REACH + 1):
        before, behind = running[:-distance], running[distance:]
        both = (before != _NONE) & (behind != _NONE)
        pairs, n_seen = np.unique(before[both] * n_words + behind[both], return_counts=True)
        weights = n_seen * (1 + REACH - distance) / REACH
        found = sparse.csr_matrix((weights, (pairs // n_words, pairs % n_words)), shape=(n_words, n_words))
        total = total + found + found.T
    return total


def _associations(near: sparse.csr_matrix) -> sparse.csr_matrix:
    """Turn counts into positive pointwise mutual information."""
    pairs = near.tocoo()
    total = np.asarray(near.sum(axis=1)).ravel()
    context = total**SMOOTHING
    context /= context.sum()
    information = np.log(pairs.data / (total[pairs.row] * context[pairs.col]))
    more = information > 0
    return sparse.csr_matrix((information[more], (pairs.row[more], pairs.col[more])), shape=near.shape)


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
