"""Train a model on labelled statements and measure it on statements that it did not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, missing_column
from stancekit.labelled import LabelledStatements
from stancekit.measure.evaluation import Evaluation, evaluate
from stancekit.measure.inputs import Settings
from stancekit.model import StanceModel
from stancekit.report.tables import evaluation_markdown
from stancekit.training.classifier import StanceClassifier
from stancekit.training.distillation import PseudoLabels
from stancekit.training.encoder import EncoderClassifier
from stancekit.training.extractors import check_features

_HELD_OUT = "Each statement was scored by heads that saw no statement of its group. "
_TOO_GOOD = (
    " were found on these same scores, which makes the figures better than those on new statements: slightly so on "
    "hundreds of statements, much so on few, and the calibration error most of all. Intervals: 95 % bootstrap, "
    "clustered by group."
)
_NOTE = (
    _HELD_OUT + "Precision, recall and F1 take every statement as decided at the threshold; `decided` is the share of "
    "statements for which the model answers yes or no instead of abstaining, and `F1 where decided` counts those "
    "alone. Curves, thresholds and bands of abstention" + _TOO_GOOD
)
_EXCLUSIVE_NOTE = (
    _HELD_OUT + "Precision, recall and F1 take the label that wins as asserted; `decided` is the share of statements "
    "for which the model does not abstain from that label, while others may still be possible, and `F1 where decided` "
    "counts those alone. The curve and what rules labels out" + _TOO_GOOD
)

_WEIGHED = "So were the weights of what stands side by side."

_SEEN = (
    "The teacher behind the pseudo-labels may have seen these statements, in which case the figures are too good by "
    "what it passed on."
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
    pseudo: PseudoLabels | None = None,
    prior: StanceModel | None = None,
    prior_labels: Mapping[str, str | None] | None = None,
    **parameters: Any,  # noqa: ANN401 - parameters of StanceClassifier
) -> Training:
    """Fit a `StanceClassifier`, or an `EncoderClassifier`, and evaluate its out-of-fold scores.

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
    pseudo : PseudoLabels, optional
        What a teacher labelled, to learn from beside `data`.
    prior : StanceModel, optional
        A model of linear heads to begin from; see `StanceClassifier.fit`.
    prior_labels : mapping of str to str or None, optional
        The prior's names of labels, where `codebook` has others.
    **parameters
        Parameters of `StanceClassifier`; where "encoder" stands among the features, of `EncoderClassifier`.

    Returns
    -------
    Training

    Raises
    ------
    InvalidInputError
        As `StanceClassifier.fit` or `EncoderClassifier.fit`.

    Examples
    --------
    >>> import numpy as np
    >>> book = Codebook.from_labels(["pro"])
    >>> data = LabelledStatements(texts=["Yes, do.", "No, no."] * 10, truth=np.array([[1.0], [0.0]] * 10),
    ...                           groups=[str(i) for i in range(20)])
    >>> train(data, book, n_bootstrap=100).evaluation.macro.f1.value
    1.0
    """
    seed = parameters.get("random_state", 0)
    Settings(n_bootstrap=n_bootstrap, confidence=0.95, seed=seed)  # checked here, as a fit may take hours
    for name in slices:
        if name not in data.columns:
            raise missing_column(name, data.columns, "data")
    start = {"prior": prior, "prior_labels": prior_labels}
    classifier = _fit(data, codebook, pseudo, start, parameters)
    calibration = classifier.model_.calibration
    truth = np.where(np.isnan(classifier.oof_scores_), np.nan, data.truth)
    tested = np.flatnonzero(~np.isnan(truth).all(axis=1))
    held_out, scores = data.take(tested), np.nan_to_num(classifier.oof_scores_[tested])
    evaluation = evaluate(
        truth[tested],
        scores,
        calibration.decide(scores),
        labels=codebook.labels,
        groups=held_out.groups,
        slices={name: held_out.columns[name] for name in slices},
        abstained=calibration.abstain(scores),
        n_bootstrap=n_bootstrap,
        seed=seed,
    )
    note = " ".join(_notes(classifier.model_, data, pseudo))
    provenance = {
        **(facts or {}),
        **classifier.model_.provenance,
        "evaluation": {"markdown": f"{note}\n\n{evaluation_markdown(evaluation)}"},
    }
    return Training(model=replace(classifier.model_, provenance=provenance), evaluation=evaluation)


def _notes(model: StanceModel, data: LabelledStatements, pseudo: PseudoLabels | None) -> Iterator[str]:
    """Say how the figures came about, and what makes them better than they should be."""
    yield _EXCLUSIVE_NOTE if model.codebook.exclusive else _NOTE
    if "weights_of_log_odds" in model.provenance:
        yield _WEIGHED
    if pseudo is not None and pseudo.held_out is None:
        yield _SEEN
    if n_seen := model.provenance.get("prior", {}).get("n_statements_seen"):
        yield (
            f"The model that was begun from had been trained on {n_seen:,} of the statements: they were learned from, "
            "and count in no figure."
        )
    if n_apart := sum(len({data.groups[row] for row in rows}) > 1 for rows in data.repeats):
        yield (
            f"{n_apart:,} of the statements stand more than once, in different groups: folds learned what they are "
            "measured by, so the figures are too good by that."
        )
    if few := model.provenance.get("never_ruled_out"):
        yield f"{', '.join(few)}: too few statements to be ruled out, so the model abstains nearly everywhere."
    if blind := model.provenance.get("labels_without_signal"):
        yield (
            f"Of {', '.join(blind)} nothing was learned that holds for other groups: every statement has the same "
            "score, the share of the label."
        )


def _fit(
    data: LabelledStatements,
    codebook: Codebook,
    pseudo: PseudoLabels | None,
    start: dict[str, Any],
    parameters: dict[str, Any],
) -> StanceClassifier | EncoderClassifier:
    check_features(parameters.get("features", ()))
    features = list(parameters.get("features", ["ngrams"]))
    if "encoder" not in features:
        classifier = StanceClassifier(codebook, **parameters | {"features": features})
        return classifier.fit(data.texts, data.truth, groups=data.groups, pseudo=pseudo, **start)
    beside = [feature for feature in features if feature != "encoder"]
    if start["prior_labels"] is not None:
        raise InvalidInputError("prior_labels name labels of a prior, and an encoder takes none; leave them out")
    if len(features) - len(beside) > 1:
        raise InvalidInputError("features hold 'encoder' twice; each kind may stand once")
    if start["prior"] is not None:
        raise InvalidInputError(
            "an encoder is fine-tuned whole and cannot begin from a prior; leave prior out, or take other features"
        )
    others = {name: value for name, value in parameters.items() if name != "features"}
    return EncoderClassifier(codebook, features=beside, **others).fit(
        data.texts, data.truth, groups=data.groups, poles=data.poles, pseudo=pseudo
    )
