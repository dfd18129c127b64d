"""The keys by which labels are given, the same ones on every screen."""

from __future__ import annotations

from stancekit.codebook import Codebook, Stance

RESERVED = frozenset("bclqrsuv")
"""Letters that mean something else on a screen, so that no label has them."""


def labels_to_give(codebook: Codebook) -> list[Stance]:
    """Give the stances that coders may give: also those that are not predicted, unless labels exclude one another."""
    return [stance for stance in codebook.stances if stance.predicted or not codebook.exclusive]


def answer_keys(codebook: Codebook) -> dict[str, Stance]:
    """Give the stances by key: digits, then letters that have no other meaning.

    Examples
    --------
    >>> list(answer_keys(Codebook.from_labels([f"label {n}" for n in range(11)])))[8:]
    ['9', 'a', 'd']
    """
    letters = [letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in RESERVED]
    return dict(zip([*"123456789", *letters], labels_to_give(codebook), strict=False))
