"""The statements of the benchmark: sentences of UN speeches, the same for every peer.

Their texts are read from the corpora and handed from process to process in a temporary folder; none is kept.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MIN_WORDS, MAX_WORDS = 8, 80
# White space after a full stop, question or exclamation mark and before a capital letter, quoted or not.
# Titles such as "Mr. President" are cut too: the pieces serve for timing, and most are under eight words.
BOUNDARY = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z])")
# Whole speeches are drawn until there is this many times what is needed, so that few sentences share a speech.
SPARE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Sentences that are all different.

    Attributes
    ----------
    training, speed : list of str
        To learn from, and to label; no sentence is in both.
    """

    training: list[str]
    speed: list[str]


def sentences(speech: str) -> list[str]:
    """Cut a speech into sentences of 8 to 80 words, white space made single.

    Examples
    --------
    >>> sentences("Thank you. We shall lift the embargo and we shall do it now. Is that enough?")
    ['We shall lift the embargo and we shall do it now.']
    """
    pieces = (" ".join(piece.split()) for piece in BOUNDARY.split(speech))
    return [piece for piece in pieces if MIN_WORDS <= len(piece.split(" ")) <= MAX_WORDS]


def draw(speeches: Mapping[str, str], n_training: int, n_speed: int, *, seed: int) -> Statements:
    """Draw sentences of speeches in a seeded order.

    Raises
    ------
    ValueError
        When the speeches hold too few sentences.
    """
    order = random.Random(seed)
    needed = n_training + n_speed
    found = _collect((speeches[name] for name in order.sample(sorted(speeches), len(speeches))), SPARE * needed)
    if len(found) < needed:
        raise ValueError(f"got {len(found)} sentences; expected at least {needed}; lower --statements")
    order.shuffle(found)
    return Statements(training=found[:n_training], speed=found[n_training:needed])


def _collect(speeches: Iterable[str], enough: int) -> list[str]:
    found: dict[str, None] = {}
    for speech in speeches:
        found.update(dict.fromkeys(sentences(speech)))
        if len(found) >= enough:
            break
    return list(found)
