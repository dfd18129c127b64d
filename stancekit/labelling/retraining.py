"""A model from what has been labelled so far, made beside the labelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, StancekitError
from stancekit.labelled import LabelledStatements
from stancekit.model import StanceModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST = 10
"""Statements from which on a model is tried."""
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Retrained:
    """A model that learned from the labels, beside the one that was there before.

    Attributes
    ----------
    model : StanceModel
        It predicts the labels that could be learned.
    n : int
        Statements that it learned from.
    left_out : tuple of str
        Labels with too few statements to learn from.
    n_new : int
        Of the statements, those that the given model was not trained on; all of them where none was given.
    f1 : float
        Mean F1 of all labels that occur, out of fold; a label that is left out counts as 0.
    f1_before : float or None
        The same of the model that was given, both on the statements that are new to it; None where there is no such
        model, and NaN where fewer than ten are new or none of these takes a label, so that it cannot be told. `f1` is
        that of all statements then.
    """

    model: StanceModel
    n: int
    left_out: tuple[str, ...]
    n_new: int
    f1: float
    f1_before: float | None

    @property
    def is_better(self) -> bool:
        """Whether it should choose the next statements."""
        return self.f1_before is None or self.f1 >= self.f1_before

    def line(self) -> str:
        """Say how it went."""
        out = f", without {', '.join(self.left_out)} (too few)" if self.left_out else ""
        said = f"retrained on {self.n} statements{out}: macro-F1 {self.f1:.2f} out of fold"
        if self.f1_before is None:
            return said
        if np.isnan(self.f1_before) and self.n_new >= LEAST:
            new = f"the {self.n_new} that the given model does not know"
            return f"{said}; no label occurs in {new}, so it still chooses"
        if np.isnan(self.f1_before):
            which = f"all but {self.n_new} of these statements" if self.n_new else "these statements"
            return f"{said}; the given model was trained on {which} itself, so it still chooses"
        kept = "it chooses from now on" if self.is_better else "the given model still chooses"
        return f"{said}, the given model {self.f1_before:.2f}; {kept}"


def retrain(
    data: LabelledStatements, codebook: Codebook, *, given: StanceModel | None = None, seed: int = 0
) -> Retrained:
    """Train a classifier on the labels that have enough statements, and compare it with the model that was given.

    Raises
    ------
    InvalidInputError
        When there are too few statements, or no label that can be learned.

    Examples
    --------
    >>> data = LabelledStatements(texts=["Lift it.", "Keep it."] * 10, truth=np.array([[1.0], [0.0]] * 10),
    ...                           groups=[str(i) for i in range(20)])
    >>> retrain(data, Codebook.from_labels(["lift"])).line()
    'retrained on 20 statements: macro-F1 1.00 out of fold'
    """
    learned = learn(data, codebook, seed=seed)
    decided = np.zeros(data.truth.shape, dtype=np.bool_)
    decided[:, learned.columns] = learned.model.calibration.decide(learned.scores)
    before = None
    rows: Sequence[int] = range(len(data))
    n_new = len(data)
    if given is not None and given.labels == codebook.labels:
        new = np.flatnonzero(~given.was_trained_on(data.texts)).tolist()
        before, n_new = float("nan"), len(new)
        if n_new >= LEAST and np.nansum(data.truth[new]) > 0:
            rows = new
            scores = given.predict_proba([data.texts[row] for row in rows])
            before = mean_f1(data.truth[rows], given.calibration.decide(scores))
    return Retrained(
        model=learned.model,
        n=len(data),
        left_out=tuple(label for label in codebook.labels if label not in learned.model.labels),
        n_new=n_new,
        f1=mean_f1(data.truth[rows], decided[rows]),
        f1_before=before,
    )


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


def learn(data: LabelledStatements, codebook: Codebook, *, n_folds: int = FOLDS, seed: int = 0) -> Learned:
    """Train a classifier on the labels that have enough statements, in as many folds as there are groups at most.

    Raises
    ------
    InvalidInputError
        As `learnable`.

    Examples
    --------
    >>> data = LabelledStatements(texts=["Lift it.", "Keep it."] * 10, truth=np.array([[0.0, 1.0], [0.0, 0.0]] * 10),
    ...                           groups=[str(i) for i in range(20)])
    >>> learn(data, Codebook.from_labels(["trade", "lift"])).columns
    [1]
    """
    from stancekit.training.classifier import StanceClassifier

    book = learnable(data, codebook)
    columns = [codebook.labels.index(label) for label in book.labels]
    classifier = StanceClassifier(book, n_folds=min(n_folds, len(set(data.groups))), random_state=seed)
    classifier.fit(data.texts, data.truth[:, columns], groups=data.groups)
    return Learned(model=classifier.model_, columns=columns, scores=classifier.oof_scores_)


def learnable(data: LabelledStatements, codebook: Codebook) -> Codebook:
    """Give the codebook with the labels that two groups at least take, and two do not.

    Raises
    ------
    InvalidInputError
        When there is none, or labels exclude one another and one is missing; the message says what to label.
    """
    if len(data) < LEAST or len(set(data.groups)) < 2:
        groups = len(set(data.groups))
        raise InvalidInputError(
            f"too few to train on: {len(data)} statements in {groups} groups; label {LEAST} or more, in two groups"
        )
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


class Retraining:
    """`retrain` in the background; it dies with the process.

    Parameters
    ----------
    data, codebook, given, seed
        As for `retrain`.
    """

    def __init__(
        self, data: LabelledStatements, codebook: Codebook, *, given: StanceModel | None = None, seed: int = 0
    ) -> None:
        self._outcome: Retrained | StancekitError | None = None
        self._arguments = (data, codebook, given, seed)
        self._thread = Thread(target=self._work, daemon=True, name="stancekit retraining")
        self._thread.start()

    def wait(self) -> Retrained:
        """Wait for the end, and give the outcome.

        Raises
        ------
        InvalidInputError
            As `retrain`.
        """
        self._thread.join()
        if isinstance(self._outcome, StancekitError):
            raise self._outcome
        assert self._outcome is not None  # other errors were raised in the thread
        return self._outcome

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    def _work(self) -> None:
        data, codebook, given, seed = self._arguments
        try:
            self._outcome = retrain(data, codebook, given=given, seed=seed)
        except StancekitError as error:
            self._outcome = error
        except Exception as error:
            self._outcome = StancekitError(f"retraining failed: {type(error).__name__}: {error}")
