"""What an encoder is shown in each epoch: annotated statements, a part of a teacher's, countries exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.training.augmentation import swap_countries
from stancekit.training.finetuning import Examples, TuningSettings, tokenize

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """Statements and what is to be said of them.

    Attributes
    ----------
    texts : sequence of str, of length n_statements
    targets : ndarray of shape (n_statements, n_outputs)
        From 0 to 1, or NaN where nobody annotated.
    weights : ndarray of shape (n_statements,)
        Weight of each statement.
    """

    texts: Sequence[str]
    targets: Floats
    weights: Floats

    def take(self, rows: NDArray[np.intp]) -> Lesson:
        """Give a subset of the statements."""
        return Lesson(texts=[self.texts[row] for row in rows], targets=self.targets[rows], weights=self.weights[rows])

    def joined(self, other: Lesson) -> Lesson:
        """Give the statements of both."""
        return Lesson(
            texts=[*self.texts, *other.texts],
            targets=np.vstack([self.targets, other.targets]),
            weights=np.concatenate([self.weights, other.weights]),
        )


def make_epochs(gold: Lesson, soft: Lesson | None, settings: TuningSettings) -> list[Examples]:
    """Lay out what is learned from in each epoch.

    Parameters
    ----------
    gold : Lesson
        Annotated statements; all of them stand in every epoch.
    soft : Lesson or None
        Statements that a teacher labelled; each stands in one epoch, as there are many of them.
    settings : TuningSettings
        How many epochs there are, and in which share of the statements other countries' names are put.

    Returns
    -------
    list of Examples, of length n_epochs
    """
    rng = np.random.default_rng(settings.random_state)
    dealt = rng.permutation(0 if soft is None else len(soft.texts)) % settings.n_epochs
    epochs = []
    for number in range(settings.n_epochs):
        lesson = gold if soft is None else gold.joined(soft.take(np.flatnonzero(dealt == number)))
        epochs.append(_examples(lesson, number, settings))
    return epochs


def _examples(lesson: Lesson, epoch: int, settings: TuningSettings) -> Examples:
    seed = settings.random_state + epoch
    swapped = np.random.default_rng(seed).random(len(lesson.texts)) < settings.country_swaps
    others = swap_countries(lesson.texts, seed) if settings.country_swaps else lesson.texts
    texts = [other if swap else text for text, other, swap in zip(lesson.texts, others, swapped, strict=True)]
    return Examples(tokens=tokenize(texts, settings), targets=lesson.targets, weights=lesson.weights)
