"""Word vectors for the network: ``python -m experiments.word_vectors`` says how many there are.

Two kinds are put together. Counted ones tell what words stand near each other in UN speeches: positive pointwise mutual
information, contexts smoothed, reduced by a truncated SVD (Levy, Goldberg and Dagan 2015, doi:10.1162/tacl_a_00134).
And of each word the mean of its pieces' embeddings in all-MiniLM-L6-v2 (Apache-2.0), which knows more of the world than
UN speeches do. Both are reduced together. Nothing is trained, so that they come out the same every time.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from experiments.frozen_encoders import minilm_folder
from experiments.unlabelled import untested_news, untested_speeches
from stancekit.features.word_vectors import WordVectors

SEEN_AT_LEAST = 10  # times in UN speeches
SEEN_IN_NEWS = 3  # times, where a word is rarer than that in UN speeches
REACH = 6  # words to either side; nearer ones count more
SMOOTHING = 0.75  # power of a context's count
N_DIMENSIONS = 200  # of the counted vectors, and of both together

WORD = re.compile(r"[^\W_]{2,}")  # as `WordVectors` reads them
# Where contexts end; what a finer splitter would part otherwise is too little to move counts.
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_NONE = -1  # in the place of a rare word, and between sentences

Floats = NDArray[np.float64]


@cache
def political_vectors() -> WordVectors:
    """Make the vectors of the words of UN speeches and news that are neither tested nor reserved."""
    speeches = untested_speeches().values()
    counted = count_vectors(sentence for speech in speeches for sentence in _SENTENCE.split(speech))
    in_news = Counter(word for one in untested_news() for word in words(one.text))
    more = sorted(word for word, n in in_news.items() if n >= SEEN_IN_NEWS and word not in counted.counts)
    kept = [*counted.counts, *more]
    counts = np.array([counted.counts.get(word, 0) + in_news[word] for word in kept], dtype=np.float64)
    # Words that UN speeches lack have no neighbours there.
    near = np.vstack([counted.vectors, np.zeros((len(more), counted.vectors.shape[1]))])
    return WordVectors.quantize(kept, reduce_together([near, piece_vectors(kept)], np.sqrt(counts)), counts)


def words(text: str) -> list[str]:
    """Give the words of a text in small letters.

    >>> words("The Group of 77\u2019s self-reliance.")
    ['the', 'group', 'of', '77', 'self', 'reliance']
    """
    return WORD.findall(text.lower())


def reduce_together(parts: Sequence[Floats], weights: Floats, n_dimensions: int = N_DIMENSIONS) -> Floats:
    """Give the principal components of several vectors of each word side by side, each kind as unit vectors.

    Parameters
    ----------
    parts : sequence of ndarray of shape (n_words, ...)
    weights : ndarray of shape (n_words,)
        How much each word counts.
    n_dimensions : int, default=200

    Returns
    -------
    ndarray of shape (n_words, n_dimensions)
    """
    both = np.hstack([_unit(part - np.average(part, axis=0, weights=weights)) for part in parts])
    both -= np.average(both, axis=0, weights=weights)
    _, directions = np.linalg.eigh((both * weights[:, None]).T @ both)
    return np.asarray(both @ directions[:, ::-1][:, :n_dimensions])


def piece_vectors(words: Sequence[str]) -> Floats:
    """Give the mean of the embeddings of each word's pieces in all-MiniLM-L6-v2, of shape (n_words, 384)."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(minilm_folder())
    table = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float64)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces = tokenizer.encode_batch(list(words), add_special_tokens=False)
    return np.stack([table[one.ids].mean(axis=0) for one in pieces])


class Counted(NamedTuple):
    """Words by how often they were seen, the most frequent first, and their vectors around the mean."""

    counts: dict[str, int]
    vectors: Floats


def count_vectors(sentences: Iterable[str], *, n_dimensions: int = N_DIMENSIONS) -> Counted:
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
    return Counted(counts={word: seen[word] for word in kept}, vectors=vectors - vectors.mean(axis=0))


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


if __name__ == "__main__":
    found = political_vectors()
    print(f"{len(found)} words, {found.n_dimensions} dimensions", file=sys.stderr)
