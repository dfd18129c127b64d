"""A model from what has been labelled so far, made beside the labelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Any

import numpy as np

from stancekit.codebook import Codebook
from stancekit.errors import StancekitError
from stancekit.labelled import LabelledStatements
from stancekit.model import StanceModel
from stancekit.training.learning import LEAST, learn, mean_f1
from stancekit.training.prior import is_linear

FEW = 400
"""Statements up to which beginning from the given model was measured to be better, by experiments.loop_prior."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Retrained:
    """A model that learned from the labels, beside the one that was there before.

    Attributes
    ----------
    model : StanceModel
        It predicts the labels that could be learned.
    n : int
        Statements that it learned from.
    is_begun : bool
        Whether it began from the given model rather than from scratch.
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
    is_begun: bool
    left_out: tuple[str, ...]
    n_new: int
    f1: float
    f1_before: float | None

    @property
    def is_better(self) -> bool:
        """Whether it should choose the next statements."""
        return self.f1_before is None or self.f1 >= self.f1_before

    def summary(self) -> str:
        """Say what it learned from, and how good it is."""
        out = f", without {', '.join(self.left_out)} (too few)" if self.left_out else ""
        begun = ", from the given model on" if self.is_begun else ""
        return f"retrained on {self.n} statements{out}{begun}: macro-F1 {self.f1:.2f} out of fold"

    def line(self) -> str:
        """Say how it went, and which model chooses."""
        said = self.summary()
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
    data: LabelledStatements,
    codebook: Codebook,
    *,
    given: StanceModel | None = None,
    prior: bool | None = None,
    seed: int = 0,
) -> Retrained:
    """Train a classifier on the labels that have enough statements, and compare it with the model that was given.

    Parameters
    ----------
    data : LabelledStatements
        What has been labelled.
    codebook : Codebook
        The labels.
    given : StanceModel, optional
        The model to compare with.
    prior : bool, optional
        Whether to begin from it, so that few labels help, rather than from scratch. Where None it is begun from with
        400 statements or fewer, unless it has more than linear heads or knows all but nine of these already.
    seed : int, default=0
        Of the folds.

    Returns
    -------
    Retrained

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
    compared = given if given is not None and given.labels == codebook.labels else None
    new = range(len(data)) if compared is None else np.flatnonzero(~compared.was_trained_on(data.texts)).tolist()
    n_new = len(new)
    is_begun = compared is not None and _is_begun(compared, prior, len(data), n_new)
    learned = learn(data, codebook, seed=seed, prior=compared if is_begun else None)
    decided = np.zeros(data.truth.shape, dtype=np.bool_)
    decided[:, learned.columns] = learned.model.calibration.decide(learned.scores)
    before = None
    rows: Sequence[int] = range(len(data))
    if compared is not None:
        before = float("nan")
        if n_new >= LEAST and np.nansum(data.truth[new]) > 0:
            rows = new
            scores = compared.predict_proba([data.texts[row] for row in rows])
            before = mean_f1(data.truth[rows], compared.calibration.decide(scores))
    rows = [row for row in rows if not np.isnan(learned.scores[row]).any()]  # of the others a prior saw them
    return Retrained(
        model=learned.model,
        n=len(data),
        is_begun=is_begun,
        left_out=tuple(label for label in codebook.labels if label not in learned.model.labels),
        n_new=n_new,
        f1=mean_f1(data.truth[rows], decided[rows]),
        f1_before=before,
    )


def _is_begun(given: StanceModel, prior: bool | None, n: int, n_new: int) -> bool:
    """Tell whether to begin from the given model."""
    if prior is not None:
        return prior
    # Of statements that it was trained on its out-of-fold scores would flatter.
    return n <= FEW and n_new >= LEAST and is_linear(given)


class Retraining:
    """`retrain` in the background; it dies with the process.

    Parameters
    ----------
    data, codebook, **options
        As for `retrain`.
    """

    def __init__(self, data: LabelledStatements, codebook: Codebook, **options: Any) -> None:  # noqa: ANN401
        self._outcome: Retrained | StancekitError | None = None
        self._retrain = partial(retrain, data, codebook, **options)
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
        try:
            self._outcome = self._retrain()
        except StancekitError as error:
            self._outcome = error
        except Exception as error:
            self._outcome = StancekitError(f"retraining failed: {type(error).__name__}: {error}")


class Learner:
    """The model that chooses: the one that was given, until one that learned from the labels is better.

    Parameters
    ----------
    codebook : Codebook
        The labels.
    given : StanceModel or None
        What chooses at first.
    prior : bool or None
        As for `retrain`.
    seed : int
        Of the folds.

    Attributes
    ----------
    model : StanceModel or None
        What chooses now.
    n_tried : int
        Chosen labels that there were when a model was trained last.
    """

    def __init__(self, codebook: Codebook, given: StanceModel | None, *, prior: bool | None, seed: int) -> None:
        self.model = self._given = given
        self.n_tried = 0
        self._codebook = codebook
        self._options: dict[str, Any] = {"given": given, "prior": prior, "seed": seed}
        self._running: Retraining | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether a model is being trained, or waits to be taken over."""
        return self._running is not None

    def start(self, data: LabelledStatements, n_chosen: int) -> None:
        """Train a model in the background."""
        self.n_tried = n_chosen
        self._running = Retraining(data, self._codebook, **self._options)

    def take(self, *, wait: bool) -> Retrained | None:
        """Take over the model that was trained, where it is better; None where none is done.

        Raises
        ------
        InvalidInputError
            As `retrain`.
        """
        running = self._running
        if running is None or (running.is_running and not wait):
            return None
        self._running = None
        outcome = running.wait()
        self.model = outcome.model if outcome.is_better else self._given
        return outcome
