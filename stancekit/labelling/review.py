"""Labels that a model doubts, for the coder to look at again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError, missing_extra
from stancekit.labelling.labellings import Labellings
from stancekit.training.learning import learn, learnable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A statement whose labels may be wrong.

    Attributes
    ----------
    id : str
        The statement.
    labels : tuple of str
        What it was given.
    quality : float
        From 0, surely wrong, to 1.
    suspects : mapping of str to float
        Labels that are doubted, with the score that the model gives each: low ones that were given, or high ones that
        were not.

    Examples
    --------
    >>> Doubt(id="s1", labels=("lift",), quality=0.1, suspects={"lift": 0.05}).suspects
    {'lift': 0.05}
    """

    id: str
    labels: tuple[str, ...]
    quality: float
    suspects: dict[str, float]


def doubtful_labels(labellings: Labellings, *, seed: int = 0) -> list[Doubt]:
    """Find labels that may be wrong.

    Every statement is scored by a model that saw no statement of its group. Confident learning says how many answers
    for each label are wrong, and which (Northcutt, Jiang & Chuang 2021, "Confident learning: estimating uncertainty in
    dataset labels", JAIR 70); statements come by the exponential moving average of the scores of what they were given
    (Thyagarajan, Snorrason, Northcutt & Mueller 2022, "Identifying incorrect annotations in multi-label classification
    data", arXiv 2211.13895; `label_quality`). The first is cleanlab's work, the extra `review`. A statement that was
    confirmed in a review is not doubted again.

    Parameters
    ----------
    labellings : Labellings
        Of several coders, what they agree on is looked at.
    seed : int, default=0
        Of the folds.

    Returns
    -------
    list of Doubt
        The most doubtful first.

    Raises
    ------
    InvalidInputError
        When too few statements are labelled to train a model.
    MissingExtraError
        When cleanlab is not installed.

    Examples
    --------
    >>> from stancekit import Codebook, StatementPool
    >>> texts = ["Lift the embargo.", "We met on Monday."] * 30
    >>> given = {str(row): ("lift",) if "Lift" in text else () for row, text in enumerate(texts)} | {"0": ()}
    >>> labellings = Labellings(pool=StatementPool.of(texts), codebook=Codebook.from_labels(["lift"]),
    ...                         coders={"ann": given})
    >>> [doubt.id for doubt in doubtful_labels(labellings)]
    ['0']
    """
    data = labellings.labelled()
    given = dict(zip(data.columns["id"], data.truth == 1, strict=True))
    learnable(data, labellings.codebook)  # before what takes long to import: of few labels it is said at once
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        raise missing_extra("cleanlab", "review", "finding doubtful labels") from None
    learned = learn(data, labellings.codebook, seed=seed)
    learnt = learned.model.labels
    whole = np.flatnonzero(~np.isnan(data.truth[:, learned.columns]).any(axis=1))
    data, scores = data.take(whole), learned.scores[whole]
    truth = data.truth[:, learned.columns]
    doubted = np.zeros(truth.shape, dtype=np.bool_)
    for column, score in enumerate(scores.T):
        pairs = np.column_stack([1 - score, score])
        doubted[:, column] = find_label_issues(truth[:, column].astype(np.intp), pairs, n_jobs=1)
    quality = label_quality(truth, scores)
    rows = sorted(map(int, np.flatnonzero(doubted.any(axis=1))), key=lambda row: float(quality[row]))
    found = []
    for row in rows:
        name = str(data.columns["id"][row])
        labels = tuple(label for label, yes in zip(labellings.codebook.labels, given[name], strict=True) if yes)
        if name in labellings.settled and _same(labellings, name, labellings.settled[name]):
            continue
        suspects = {learnt[i]: float(scores[row, i]) for i in np.flatnonzero(doubted[row])}
        found.append(Doubt(id=name, labels=labels, quality=float(quality[row]), suspects=suspects))
    return found


def label_quality(truth: Floats, scores: Floats, *, alpha: float = 0.8) -> Floats:
    """Give the quality of what each statement was given: low where a model would not have given it.

    For each label the score that it gives what was given; over labels, falling, their exponential moving average, so
    that the lowest one counts most.

    Parameters
    ----------
    truth, scores : ndarray of shape (n_statements, n_labels)
        1 or 0, and scores out of fold.
    alpha : float, default=0.8
        Weight of the next lower score in the moving average.

    Returns
    -------
    ndarray of shape (n_statements,)

    Raises
    ------
    InvalidInputError
        On shapes that differ.

    Examples
    --------
    >>> label_quality(np.array([[1.0, 0.0]]), np.array([[0.5, 0.0]])).round(2).tolist()
    [0.6]
    """
    if truth.shape != scores.shape:
        raise InvalidInputError(f"truth has shape {truth.shape}, and scores have {scores.shape}; expected the same")
    falling = -np.sort(-np.where(truth == 1, scores, 1 - scores), axis=1)
    mean = falling[:, 0]
    for column in range(1, falling.shape[1]):
        mean = alpha * falling[:, column] + (1 - alpha) * mean
    return np.asarray(mean)


def _same(labellings: Labellings, name: str, settled: tuple[str, ...] | None) -> bool:
    return any(name in choices and choices[name] == settled for choices in labellings.coders.values())
