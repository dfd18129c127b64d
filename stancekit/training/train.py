"""Train a model on labelled statements and measure it on statements that it did not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancekit.codebook import Codebook
from stancekit.labelled import LabelledStatements
from stancekit.measure.evaluation import Evaluation, evaluate
from stancekit.model import StanceModel
from stancekit.report.tables import evaluation_markdown
from stancekit.training.classifier import StanceClassifier

_NOTE = (
    "Each statement was scored by heads that saw no statement of its group. Precision, recall and F1 take every "
    "statement as decided at the threshold; `decided` is the share of statements for which the model answers yes or "
    "no instead of abstaining, and `F1 where decided` counts those alone. The thresholds were chosen on these "
    "scores, which makes the figures slightly better than those on new statements. Intervals: 95 % bootstrap, "
    "clustered by group."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A trained model and its out-of-fold figures."""

    model: StanceModel
    evaluation: Evaluation


def train(
    data: LabelledStatements,
    codebook: Codebook,
    *,
    slices: Sequence[str] = (),
    facts: Mapping[str, Any] | None = None,
    n_bootstrap: int = 1000,
    **parameters: Any,  # noqa: ANN401 - parameters of StanceClassifier
) -> Training:
    """Fit a `StanceClassifier` and evaluate its out-of-fold scores.

    Parameters
    ----------
    data : LabelledStatements
        Statements, labels, groups.
    codebook : Codebook
        The labels.
    slices : sequence of str, optional
        Columns of `data` by whose values the figures are given too.
    facts : mapping, optional
        What else the model's card should say of its making.
    n_bootstrap : int, default=1000
        Bootstrap replicates behind the intervals.
    **parameters
        Parameters of `StanceClassifier`.

    Returns
    -------
    Training

    Raises
    ------
    InvalidInputError
        As `StanceClassifier.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> book = Codebook.from_labels(["pro"])
    >>> data = LabelledStatements(texts=["Yes, do.", "No, no."] * 10, truth=np.array([[1.0], [0.0]] * 10),
    ...                           groups=[str(i) for i in range(20)])
    >>> train(data, book, n_bootstrap=100).evaluation.macro.f1.value
    1.0
    """
    classifier = StanceClassifier(codebook, **parameters).fit(data.texts, data.truth, groups=data.groups)
    calibration = classifier.model_.calibration
    evaluation = evaluate(
        data.truth,
        classifier.oof_scores_,
        calibration.decide(classifier.oof_scores_),
        labels=codebook.labels,
        groups=data.groups,
        slices={name: data.columns[name] for name in slices},
        abstained=calibration.abstain(classifier.oof_scores_),
        n_bootstrap=n_bootstrap,
        seed=classifier.random_state,
    )
    provenance = {
        **(facts or {}),
        **classifier.model_.provenance,
        "evaluation": {"markdown": f"{_NOTE}\n\n{evaluation_markdown(evaluation)}"},
    }
    return Training(model=replace(classifier.model_, provenance=provenance), evaluation=evaluation)
