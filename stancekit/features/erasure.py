"""What a word is worth to a model that does not add up words: the margin with it less the margin without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stancekit.features.scorer import Contribution, Floats
from stancekit.text.words import word_spans

_TOGETHER = 64  # texts without a word that are kept at a time
_MOST_WORDS = 2_000


def erase_words(text: str, margins: Callable[[Sequence[str]], Floats]) -> list[Contribution]:
    """Give what each word adds when it is read, and what the statement adds beyond its words.

    A word's weight is the margin less the margin without the word (Li, Monroe and Jurafsky, 2016, "Understanding neural
    networks through representation erasure"); the rest, of words that matter only together, is one contribution of the
    whole statement, so that the weights add up to the margin. A statement of over 2,000 words is one contribution: to
    read it once more without each of them would take minutes.

    Parameters
    ----------
    text : str
        One statement.
    margins : callable
        Gives the margins of statements, of shape (n_statements, n_labels).
    """
    whole = margins([text])[0]
    parts = []
    places = word_spans(text)
    for first in range(0, len(places) if len(places) <= _MOST_WORDS else 0, _TOGETHER):
        some = places[first : first + _TOGETHER]
        without = margins([text[:start] + text[end:] for start, end in some])
        parts += [Contribution(start, end, whole - less) for (start, end), less in zip(some, without, strict=True)]
    rest = whole - np.sum([part.weights for part in parts], axis=0) if parts else whole
    return [Contribution(0, len(text), rest), *parts]
