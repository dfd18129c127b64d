"""Learn which words a model knows, and how many new ones a statement of the same kind holds."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit.features.familiarity import ALLOWANCE, Familiarity
from stancekit.text._vocabulary import list_words
from stancekit.text.checks import read_statements

_RARE = 0.01  # share of the training statements that look unfamiliar beside the other documents


def learn_familiarity(
    texts: Iterable[str], groups: Sequence[Hashable], *, more: Iterable[str] = (), share: float = _RARE
) -> Familiarity:
    """Learn the words of training statements, and the level that few of them exceed out of sample.

    Each statement is compared with all documents but its own: a word that no other document holds is new to
    it, as it would be had the document come after the training. The share of new words in a text is the
    out-of-vocabulary rate of speech recognition; here symbols and single letters count as new too.

    Parameters
    ----------
    texts : iterable of str, of length n_statements
        Statements.
    groups : sequence of hashable, of length n_statements
        Speech or document of each statement.
    more : iterable of str, optional
        Other statements that were learned from, such as those of a teacher; each is its own document, and none
        counts for the level.
    share : float, default=0.01
        Share of the statements that may lie above the level, in (0, 1).

    Returns
    -------
    Familiarity

    Examples
    --------
    >>> known = learn_familiarity(["We lift it.", "Lift it, we said."], ["a", "b"])
    >>> known.count("We never lift it.")
    WordCount(n_words=4, n_new=1)
    """
    statements = read_statements(texts)
    hashes, sizes, counts, totals = list_words(statements)
    rows = np.repeat(np.arange(len(statements)), counts)
    more_hashes, _, more_counts, _ = list_words(read_statements(more))
    others = np.repeat(np.arange(len(more_counts)), more_counts)
    documents = np.concatenate([_numbers(groups)[rows], len(statements) + others])
    words, place, n_documents = _count_documents(np.concatenate([hashes, more_hashes]), documents)
    known = sizes * (n_documents[place[: len(hashes)]] > 1)
    inside = np.bincount(rows, weights=known, minlength=len(statements))
    outside = (totals - inside) / (totals + ALLOWANCE)
    # A level that some statement has: no more than the share lie above it.
    return Familiarity(words=words, level=float(np.quantile(outside, 1 - share, method="inverted_cdf")))


def _numbers(groups: Sequence[Hashable]) -> NDArray[np.intp]:
    """Give each document a number below that of the statements."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.intp)


def _count_documents(
    hashes: NDArray[np.uint32], documents: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
    """Give the words, which of them each occurrence is, and in how many documents each stands."""
    words, place = np.unique(hashes, return_inverse=True)
    n_documents = documents.max(initial=0) + 1
    pairs = np.unique(place * n_documents + documents)
    return words, place, np.bincount(pairs // n_documents, minlength=len(words))
