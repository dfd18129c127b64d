"""A model from what has been labelled so far, made beside the labelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread

import numpy as np

from stancekit.codebook import Codebook
from stancekit.errors import StancekitError
from stancekit.labelled import LabelledStatements
from stancekit.model import StanceModel
from stancekit.training.learning import LEAST, learn, mean_f1


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
