"""Evaluate and compare models on labelled statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stancekit.errors import InvalidInputError, missing_column
from stancekit.labelled import LabelledStatements
from stancekit.measure.comparison import Comparison, ModelOutput, compare
from stancekit.measure.evaluation import Evaluation, evaluate
from stancekit.measure.reliability import reliability
from stancekit.measure.reliability_results import Reliability, RiskCoverage
from stancekit.measure.risk import risk_coverage
from stancekit.model import StanceModel


def evaluate_model(
    model: StanceModel,
    data: LabelledStatements,
    *,
    slices: Sequence[str] = (),
    **options: Any,  # noqa: ANN401 - options of evaluate
) -> Evaluation:
    """Evaluate a model on labelled statements.

    Parameters
    ----------
    model : StanceModel
        The model; it must not have been trained on these statements.
    data : LabelledStatements
        Read with the model's codebook.
    slices : sequence of str, optional
        Columns of `data` by whose values the figures are given too.
    **options
        `n_bootstrap`, `confidence`, `seed`, `n_bins` of `evaluate`.

    Returns
    -------
    Evaluation

    Raises
    ------
    InvalidInputError
        As `evaluate`.

    Examples
    --------
    >>> import numpy as np, stancekit
    >>> data = LabelledStatements(texts=["Lift the embargo, it is illegal."], truth=np.array([[1.0, 0.0, 0.0]]),
    ...                           groups=["speech 1"])
    >>> evaluate_model(stancekit.load(), data, n_bootstrap=0).per_label["anti-sanction"].recall.value
    1.0
    """
    for name in slices:
        if name not in data.columns:
            raise missing_column(name, data.columns, "data")
    output = model_output(model, data.texts)
    return evaluate(
        data.truth,
        output.scores,
        output.decisions,
        labels=model.labels,
        groups=data.groups,
        slices={name: data.columns[name] for name in slices},
        abstained=model.calibration.abstain(np.asarray(output.scores)),
        **options,
    )


def compare_models(
    a: StanceModel,
    b: StanceModel,
    data: LabelledStatements,
    *,
    names: tuple[str, str] = ("a", "b"),
    **options: Any,  # noqa: ANN401 - options of compare
) -> Comparison:
    """Compare two models with the same labels on the same statements, pair by pair.

    Parameters
    ----------
    a, b : StanceModel
        The models; differences are b minus a.
    data : LabelledStatements
        Read with their codebook.
    names : tuple of two str
        What the report calls them.
    **options
        `n_bootstrap`, `confidence`, `seed` of `compare`.

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInputError
        As `compare`, and when the labels differ.

    Examples
    --------
    >>> import numpy as np, stancekit
    >>> model = stancekit.load()
    >>> data = LabelledStatements(texts=["Lift the embargo, it is illegal."], truth=np.array([[1.0, 0.0, 0.0]]),
    ...                           groups=["speech 1"])
    >>> compare_models(model, model, data, n_bootstrap=0).per_label["anti-sanction"].f1.value
    0.0
    """
    if a.labels != b.labels:
        raise InvalidInputError(f"the models have different labels: {list(a.labels)} and {list(b.labels)}")
    outputs = [model_output(model, data.texts, name) for model, name in zip((a, b), names, strict=True)]
    return compare(data.truth, *outputs, labels=a.labels, groups=data.groups, **options)


def model_reliability(
    model: StanceModel,
    data: LabelledStatements,
    **options: Any,  # noqa: ANN401 - options of reliability
) -> Reliability:
    """Set a model's scores beside the share of labelled statements that carry each label.

    Parameters
    ----------
    model : StanceModel
        The model; it must not have been trained on these statements.
    data : LabelledStatements
        Read with the model's codebook.
    **options
        `n_bootstrap`, `confidence`, `seed`, `n_bins` of `reliability`.

    Returns
    -------
    Reliability

    Raises
    ------
    InvalidInputError
        As `reliability`.

    Examples
    --------
    >>> import numpy as np, stancekit
    >>> data = LabelledStatements(texts=["Lift the embargo, it is illegal."], truth=np.array([[1.0, 0.0, 0.0]]),
    ...                           groups=["speech 1"])
    >>> model_reliability(stancekit.load(), data, n_bootstrap=0).per_label["anti-sanction"].bins[0].observed.value
    1.0
    """
    scores = model.predict_proba(data.texts)
    return reliability(data.truth, scores, labels=model.labels, groups=data.groups, **options)


def model_risk_coverage(
    model: StanceModel,
    data: LabelledStatements,
    **options: Any,  # noqa: ANN401 - options of risk_coverage
) -> RiskCoverage:
    """Measure how wrong a model is when it answers only the labelled statements that it is surest of.

    Distances of scores are taken from where the model itself says yes: its threshold, or where labels exclude each
    other the score with which a label would tie with the best of the others.

    Parameters
    ----------
    model : StanceModel
        The model; it must not have been trained on these statements.
    data : LabelledStatements
        Read with the model's codebook.
    **options
        `coverage`, `n_bootstrap`, `confidence`, `seed` of `risk_coverage`.

    Returns
    -------
    RiskCoverage

    Raises
    ------
    InvalidInputError
        As `risk_coverage`.

    Examples
    --------
    >>> import numpy as np, stancekit
    >>> data = LabelledStatements(texts=["Lift the embargo, it is illegal."], truth=np.array([[1.0, 0.0, 0.0]]),
    ...                           groups=["speech 1"])
    >>> model_risk_coverage(stancekit.load(), data, n_bootstrap=0).macro.error[-1].value
    0.0
    """
    output = model_output(model, data.texts)
    return risk_coverage(
        data.truth,
        output.scores,
        output.decisions,
        labels=model.labels,
        thresholds=model.calibration.boundaries(np.asarray(output.scores)),
        groups=data.groups,
        **options,
    )


def model_output(model: StanceModel, texts: Sequence[str], name: str = "") -> ModelOutput:
    """Give a model's scores and decisions, abstention apart; a blank statement is given no label, as by `predict`."""
    scores = model.predict_proba(texts)
    decisions = model.calibration.decide(scores)
    decisions[[row for row, text in enumerate(texts) if not text or text.isspace()]] = False
    return ModelOutput(scores=scores, decisions=decisions, name=name)
