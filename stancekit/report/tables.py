"""Measured results as Markdown tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields

from stancekit.measure.results import (
    Comparison,
    Difference,
    Differences,
    Estimate,
    Evaluation,
    Figures,
    MicroFigures,
    Summary,
)
from stancekit.text.markdown import Markup, bullets, cell, table
from stancekit.text.wording import counted

UNDEFINED = "–"
TITLES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "average_precision": "average precision",
    "mcc": "MCC",
    "calibration_error": "calibration error",
    "decided": "decided",
    "f1_decided": "F1 where decided",
}


def evaluation_markdown(evaluation: Evaluation) -> str:
    """Write an evaluation as Markdown: one table of labels, then one for each slice column.

    Parameters
    ----------
    evaluation : Evaluation
        As `stancekit.measure.evaluation.evaluate` gives it.

    Returns
    -------
    str
        Figures as ``0.78 [0.75, 0.81]``; ``–`` where one is undefined or its interval withheld. The
        tables of slices show the means over labels and each label's F1; all else is in `to_dict`.

    Examples
    --------
    >>> from stancekit.measure.evaluation import evaluate
    >>> result = evaluate([[1], [0]], [[0.9], [0.2]], [[True], [False]], labels=["a"], n_bootstrap=0)
    >>> print(evaluation_markdown(result).splitlines()[0])
    2 statements in 2 groups.
    """
    whole = evaluation.whole
    blocks = [_headline(whole, evaluation.n_bootstrap, evaluation.confidence, evaluation.seed)]
    blocks += [_label_table(whole), *bullets(whole.notes)]
    for column, values in evaluation.slices.items():
        notes = [f"{value}: {note}" for value, summary in values.items() for note in summary.notes]
        blocks += [f"### {cell(column)}", _slice_table(column, values), *bullets(notes)]
    return "\n\n".join(blocks) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """Write a comparison as Markdown: one row for each label and figure, the means first.

    Parameters
    ----------
    comparison : Comparison
        As `stancekit.measure.comparison.compare` gives it.

    Returns
    -------
    str
        Differences as ``+0.03 [-0.01, +0.07]``; ``–`` where one is undefined or its interval withheld.

    Examples
    --------
    >>> from stancekit.measure.comparison import ModelOutput, compare
    >>> model = ModelOutput(scores=[[0.9], [0.2]], decisions=[[True], [False]])
    >>> text = comparison_markdown(compare([[1], [0]], model, model, labels=["x"], n_bootstrap=0))
    >>> print(text.splitlines()[4])
    | macro | F1 | 1.00 | 1.00 | +0.00 [–] | – |
    """
    a, b = comparison.names
    rows = _difference_rows("macro", comparison.macro)
    for label, differences in comparison.per_label.items():
        rows += _difference_rows(label, differences)
    blocks = [
        _headline(comparison, comparison.n_bootstrap, comparison.confidence, comparison.seed),
        table(["label", "figure", a, b, f"{b} less {a}", "p"], rows, n_text=2),
        *bullets(comparison.notes),
    ]
    return "\n\n".join(blocks) + "\n"


def _headline(result: Summary | Comparison, n_bootstrap: int, confidence: float, seed: int) -> str:
    size = f"{counted(result.n_statements, 'statement')} in {counted(result.n_groups, 'group')}"
    if not n_bootstrap or result.n_groups < 2:
        return f"{size}."
    draws = f"{n_bootstrap:,} draws of whole groups (seed {seed})"
    return f"{size}; {confidence * 100:.4g} % intervals from {draws}."


def _label_table(summary: Summary) -> str:
    shown = [name for name in TITLES if getattr(summary.macro, name) is not None]
    rows = [[label, *_figure_cells(figures, shown)] for label, figures in summary.per_label.items()]
    rows.append([Markup("**macro**"), *_figure_cells(summary.macro, shown)])
    rows.append([Markup("**micro**"), "", "", *_micro_cells(summary.micro, len(shown))])
    return table(["label", "n", "positive", *(TITLES[name] for name in shown)], rows)


def _figure_cells(figures: Figures, shown: Sequence[str]) -> list[str]:
    counts = [f"{figures.n:,}", f"{figures.n_positive:,}"]
    return counts + [estimate_cell(getattr(figures, name)) for name in shown]


def _micro_cells(micro: MicroFigures, width: int) -> list[str]:
    cells = [estimate_cell(getattr(micro, field.name)) for field in fields(micro)]
    return cells + [""] * (width - len(cells))


def _slice_table(column: str, values: Mapping[str, Summary]) -> str:
    macro = ("f1", "average_precision", "mcc", "calibration_error")
    labels = list(next(iter(values.values())).per_label)
    rows = [
        [
            value,
            f"{summary.n_statements:,}",
            f"{summary.n_groups:,}",
            *(estimate_cell(getattr(summary.macro, name)) for name in macro),
            *(estimate_cell(summary.per_label[label].f1) for label in labels),
        ]
        for value, summary in values.items()
    ]
    titles = [f"macro {TITLES[name]}" for name in macro] + [f"F1 of {label}" for label in labels]
    return table([column, "statements", "groups", *titles], rows)


def _difference_rows(label: str, differences: Differences) -> list[list[str]]:
    rows = []
    for field in fields(differences):
        gap: Difference = getattr(differences, field.name)
        change = _with_interval(gap.value, gap.low, gap.high, "+.2f")  # an end of -0.00 lies below zero
        rows.append([label, TITLES[field.name], _number(gap.a), _number(gap.b), change, _p(gap.p_value)])
    return rows


def estimate_cell(estimate: Estimate) -> Markup:
    """Write a figure and its interval to two digits.

    Examples
    --------
    >>> estimate_cell(Estimate(value=0.78, low=0.75, high=0.81))
    '0.78 [0.75, 0.81]'
    """
    return _with_interval(estimate.value, estimate.low, estimate.high, "z.2f")


def _with_interval(value: float, low: float, high: float, form: str) -> Markup:
    if math.isnan(value):
        return Markup(UNDEFINED)
    ends = UNDEFINED if math.isnan(low) else f"{low:{form}}, {high:{form}}"
    return Markup(f"{value:{form}} [{ends}]")


def _number(value: float) -> str:
    return UNDEFINED if math.isnan(value) else f"{value:z.2f}"


def _p(value: float) -> str:
    if math.isnan(value):
        return UNDEFINED
    return Markup("<0.001") if value < 0.001 else f"{value:.3f}"
