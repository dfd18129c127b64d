"""A classifier from few labels: of those that can be learned yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.labelled import LabelledStatements
from stancekit.model import StanceModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST = 10
"""Statements from which on a model is tried."""
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """A model of the labels that can be learned.

    Attributes
    ----------
    model : StanceModel
        It predicts these labels.
    columns : list of int
        Which of the codebook's labels they are.
    scores : ndarray of shape (n_statements, n_columns)
        Out of fold.
    """

    model: StanceModel
    columns: list[int]
    scores: Floats


def learn(
    data: LabelledStatements,
    codebook: Codebook,
    *,
    n_folds: int = FOLDS,
    seed: int = 0,
    prior: StanceModel | None = None,
) -> Learned:
    """Train a classifier on the labels that have enough statements, in as many folds as there are groups at most.

    With a `prior`, a linear model of the same labels, all labels are learned: what statements are too few for is the
    prior's.

    Raises
    ------
    InvalidInputError
        As `learnable`, and on a prior of another kind.

    Examples
    --------
    >>> data = LabelledStatements(texts=["Lift it.", "Keep it."] * 10, truth=np.array([[0.0, 1.0], [0.0, 0.0]] * 10),
    ...                           groups=[str(i) for i in range(20)])
    >>> learn(data, Codebook.from_labels(["trade", "lift"])).columns
    [1]
    """
    from stancekit.training.classifier import StanceClassifier

    check_enough(data)
    book = learnable(data, codebook) if prior is None else codebook
    columns = [codebook.labels.index(label) for label in book.labels]
    classifier = StanceClassifier(book, n_folds=min(n_folds, len(set(data.groups))), random_state=seed)
    classifier.fit(data.texts, data.truth[:, columns], groups=data.groups, prior=prior)
    return Learned(model=classifier.model_, columns=columns, scores=classifier.oof_scores_)


def check_enough(data: LabelledStatements) -> None:
    """See that there are statements to learn anything from.

    Raises
    ------
    InvalidInputError
        When there are fewer than ten, or all are of one group.
    """
    if len(data) < LEAST or len(set(data.groups)) < 2:
        groups = len(set(data.groups))
        raise InvalidInputError(
            f"too few to train on: {len(data)} statements in {groups} groups; label {LEAST} or more, in two groups"
        )


def learnable(data: LabelledStatements, codebook: Codebook) -> Codebook:
    """Give the codebook with the labels that two groups at least take, and two do not.

    Raises
    ------
    InvalidInputError
        When there is none, or labels exclude one another and one is missing; the message says what to label.
    """
    check_enough(data)
    enough = [
        label
        for column, label in enumerate(codebook.labels)
        if all(_n_groups(data, column, answer) >= 2 for answer in (0.0, 1.0))
    ]
    missing = [label for label in codebook.labels if label not in enough]
    if not enough or (codebook.exclusive and missing):
        raise InvalidInputError(f"too few to train on: {missing} need statements in two groups that take them, and not")
    return codebook.predicting(enough) if missing else codebook


def mean_f1(truth: Floats, decided: Flags) -> float:
    """Give the mean F1 of the labels that some statement takes; NaN where none does.

    Examples
    --------
    >>> mean_f1(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[True, True], [False, False]]))
    1.0
    """
    known = ~np.isnan(truth)
    positive = np.where(known, truth, 0).sum(axis=0)
    hits = np.where(known, truth * decided, 0).sum(axis=0)
    asserted = np.where(known, decided, False).sum(axis=0)
    occurs = positive > 0
    return float(np.mean(2 * hits[occurs] / (positive + asserted)[occurs])) if occurs.any() else float("nan")


def _n_groups(data: LabelledStatements, column: int, answer: float) -> int:
    return len({data.groups[row] for row in np.flatnonzero(data.truth[:, column] == answer)})
