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
    f1 : float
        Mean F1 of all labels that occur, out of fold; a label that is left out counts as 0.
    f1_before : float or None
        The same of the model that was given, on the same statements; None where there is none, and NaN where it was
        trained on them itself, so that it cannot be told.
    """

    model: StanceModel
    n: int
    left_out: tuple[str, ...]
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
        if np.isnan(self.f1_before):
            return f"{said}; the given model was trained on these statements itself, so it still chooses"
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
    from stancekit.training.classifier import StanceClassifier

    book = learnable(data, codebook)
    columns = [codebook.labels.index(label) for label in book.labels]
    classifier = StanceClassifier(book, n_folds=min(FOLDS, len(set(data.groups))), random_state=seed)
    classifier.fit(data.texts, data.truth[:, columns], groups=data.groups)
    model = classifier.model_
    decided = np.zeros(data.truth.shape, dtype=np.bool_)
    decided[:, columns] = model.calibration.decide(classifier.oof_scores_)
    before = None
    rows: Sequence[int] = range(len(data))
    if given is not None and given.labels == codebook.labels:
        new = np.flatnonzero(~given.was_trained_on(data.texts)).tolist()
        before = float("nan")
        if len(new) >= LEAST:
            rows = new
            scores = given.predict_proba([data.texts[row] for row in rows])
            before = mean_f1(data.truth[rows], given.calibration.decide(scores))
    return Retrained(
        model=model,
        n=len(data),
        left_out=tuple(label for label in codebook.labels if label not in book.labels),
        f1=mean_f1(data.truth[rows], decided[rows]),
        f1_before=before,
    )


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
