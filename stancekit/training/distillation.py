"""Soft labels of a teacher, from which a smaller model learns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel, check_model
from stancekit.text.checks import check_statements
from stancekit.training.estimator import check_lengths
from stancekit.training.splits import grouped_folds

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PseudoLabels:
    """Statements that nobody annotated, with what a teacher says of them.

    Attributes
    ----------
    texts : list of str, of length n_statements
        The statements.
    scores : ndarray of shape (n_statements, n_labels)
        The teacher's scores, from 0 to 1.
    weight : float
        How much one of them counts beside an annotated statement, which counts 1.
    held_out : ndarray of shape (n_folds, n_statements, n_labels) or None
        Scores of teachers that did not see one fold of the annotated statements each. With them thresholds and
        calibration are found by students none of whose teachers saw the statements; without them a teacher
        that saw them makes both look surer than they are.
    folds : ndarray of int of shape (n_annotated,) or None
        The folds that `held_out` goes by, in the order of the annotated statements, all of a group in one;
        -1, as in scikit-learn's PredefinedSplit, for statements that every teacher saw: they are trained on, and
        take no part in thresholds and calibration.
    labels : tuple of str or None
        What the teacher calls the columns, by which they are put into the student's order; None where they are in it.

    Raises
    ------
    InvalidInputError
        On scores out of range, shapes that do not fit one another, or a weight that is no positive number.

    Examples
    --------
    >>> soft = PseudoLabels(texts=["Lift it.", "We met."], scores=np.array([[0.9], [0.1]]), weight=0.5)
    >>> soft.targets(None).tolist()
    [[0.9], [0.1]]
    """

    texts: list[str]
    scores: Floats
    weight: float = 0.3
    held_out: Floats | None = None
    folds: NDArray[np.intp] | None = None
    labels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.texts, str) or not isinstance(self.scores, np.ndarray):
            raise InvalidInputError(
                f"pseudo-labels need a list of texts and an array of scores, got {type(self.texts).__name__} and "
                f"{type(self.scores).__name__}"
            )
        if self.scores.ndim != 2 or len(self.scores) != len(self.texts):
            raise InvalidInputError(
                f"scores must have shape (n_statements, n_labels) with n_statements {len(self.texts)}, "
                f"got {self.scores.shape}"
            )
        if not isinstance(self.weight, Real) or not 0 < self.weight < np.inf:
            raise InvalidInputError(f"the weight of pseudo-labels must be a positive number, got {self.weight!r}")
        if (self.held_out is None) is not (self.folds is None):
            raise InvalidInputError("held_out and folds go together: the folds say which teacher saw what")
        if self.held_out is not None and self.held_out.shape[1:] != self.scores.shape:
            raise InvalidInputError(
                f"held_out must have shape (n_folds, {', '.join(map(str, self.scores.shape))}), "
                f"got {self.held_out.shape}"
            )
        if self.labels is not None and len(set(self.labels)) != self.scores.shape[1]:
            raise InvalidInputError(f"labels must name {self.scores.shape[1]} columns, got {list(self.labels)}")
        _check_range("scores", self.scores)
        if self.held_out is not None:
            _check_range("held_out", self.held_out)

    def targets(self, fold: int | None) -> Floats:
        """Give the soft labels for the student of a fold, or of the last fit where None."""
        return self.scores if fold is None or self.held_out is None else self.held_out[fold]


def deal_folds(
    pseudo: PseudoLabels | None, groups: Sequence[Hashable], truth: Floats, *, n_folds: int, seed: int
) -> NDArray[np.intp]:
    """Give the folds of the teachers where there are such, else deal the groups."""
    if pseudo is None or pseudo.folds is None or pseudo.held_out is None:
        return grouped_folds(groups, truth, n_folds=n_folds, seed=seed)
    check_lengths(len(truth), folds=pseudo.folds)
    found, expected = sorted(set(pseudo.folds.tolist()) - {-1}), list(range(len(pseudo.held_out)))
    if found != expected:
        raise InvalidInputError(f"pseudo-labels have the folds {found}, expected {expected} as in held_out")
    fold_of: dict[Hashable, int] = {}
    for group, fold in zip(groups, pseudo.folds.tolist(), strict=True):
        if fold_of.setdefault(group, fold) != fold:
            raise InvalidInputError(
                f"group {group!r} stands in the folds {fold_of[group]} and {fold} of the pseudo-labels; "
                "deal the groups, not the statements, into folds"
            )
    return pseudo.folds


def taught_by(pseudo: PseudoLabels, codebook: Codebook) -> PseudoLabels:
    """Give pseudo-labels with their columns in the codebook's order.

    Raises
    ------
    InvalidInputError
        When the labels exclude one another, when the teacher's are others, or when there is not one column of scores
        for each.
    """
    if codebook.exclusive:
        raise InvalidInputError("pseudo-labels are for labels that may stand together; leave them out here")
    if pseudo.scores.shape[1] != len(codebook.labels):
        raise InvalidInputError(
            f"pseudo-labels have {pseudo.scores.shape[1]} columns, expected {len(codebook.labels)} for "
            f"{list(codebook.labels)}"
        )
    if pseudo.labels is None or pseudo.labels == codebook.labels:
        return pseudo
    if sorted(pseudo.labels) != sorted(codebook.labels):
        raise InvalidInputError(
            f"pseudo-labels are of the labels {list(pseudo.labels)}, expected {list(codebook.labels)}; take a teacher "
            "that was trained on this codebook"
        )
    order = [pseudo.labels.index(label) for label in codebook.labels]
    held_out = None if pseudo.held_out is None else pseudo.held_out[:, :, order]
    return replace(pseudo, scores=pseudo.scores[:, order], held_out=held_out, labels=codebook.labels)


def soft_provenance(pseudo: PseudoLabels | None) -> dict[str, Any]:
    """Give what a model's card says of the teacher's labels."""
    if pseudo is None:
        return {}
    facts = {"n": len(pseudo.texts), "weight": float(pseudo.weight), "held_out": pseudo.held_out is not None}
    return {"pseudo_labels": facts}


def _check_range(name: str, scores: Floats) -> None:
    wrong = np.argwhere(~((scores >= 0) & (scores <= 1)))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        raise InvalidInputError(
            f"{name} of a teacher must lie in [0, 1], got {scores[place]} at {place}; pass scores, not margins"
        )


def pseudo_labels(teacher: StanceModel, texts: Iterable[str], *, weight: float = 0.3) -> PseudoLabels:
    """Let a model label statements for another one to learn from.

    Distillation as in Hinton, Vinyals and Dean (2015, "Distilling the knowledge in a neural network"), on
    statements that nobody annotated.

    Parameters
    ----------
    teacher : StanceModel
        The model whose scores are learned.
    texts : iterable of str, of length n_statements
        Statements of the kind that the student will be used on.
    weight : float, default=0.3
        How much one of them counts beside an annotated statement.

    Returns
    -------
    PseudoLabels
        For `StanceClassifier.fit` and `EncoderClassifier.fit`. Thresholds and calibration that are found with them
        are too good by what the teacher learned from the annotated statements; see `PseudoLabels.held_out`.

    Raises
    ------
    InvalidInputError
        On a row that is no text, and where the teacher is no model.

    Examples
    --------
    >>> import stancekit
    >>> soft = pseudo_labels(stancekit.load(), ["The embargo must go.", "We met on Monday."])
    >>> soft.scores.shape
    (2, 3)
    """
    check_model(teacher)
    statements = check_statements(texts)
    scores = teacher.predict_proba(statements)
    return PseudoLabels(texts=statements, scores=scores, weight=weight, labels=teacher.labels)
