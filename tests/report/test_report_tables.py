"""Markdown of measured results: its exact form, and text that could break a table."""

from math import nan

import numpy as np

from stancekit.measure.comparison import ModelOutput, compare
from stancekit.measure.evaluation import evaluate
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
from stancekit.report.tables import comparison_markdown, evaluation_markdown

GOOD = Estimate(value=0.784, low=0.7512, high=0.806)
BARE = Estimate(value=-0.001, low=nan, high=nan)
OPEN = Estimate(value=nan, low=nan, high=nan)


def summary(notes=()):
    figures = Figures(
        n=1200,
        n_positive=300,
        precision=GOOD,
        recall=BARE,
        f1=GOOD,
        average_precision=OPEN,
        mcc=BARE,
        calibration_error=GOOD,
    )
    return Summary(
        n_statements=1200,
        n_groups=1,
        per_label={"anti-sanction": figures},
        macro=figures,
        micro=MicroFigures(precision=GOOD, recall=GOOD, f1=OPEN),
        notes=notes,
    )


def evaluation(**changes):
    values = {
        "labels": ("anti-sanction",),
        "whole": summary(("a note",)),
        "slices": {"genre": {"speech | brief": summary(), "(missing)": summary(("alone",))}},
        "n_bootstrap": 1000,
        "confidence": 0.95,
        "seed": 0,
        "n_bins": 10,
    }
    return Evaluation(**(values | changes))


EXPECTED = r"""1,200 statements in 1 group.

| label | n | positive | precision | recall | F1 | average precision | MCC | calibration error |
| :-- | --: | --: | --: | --: | --: | --: | --: | --: |
| anti-sanction | 1,200 | 300 | 0.78 [0.75, 0.81] | 0.00 [–] | 0.78 [0.75, 0.81] | – | 0.00 [–] | 0.78 [0.75, 0.81] |
| **macro** | 1,200 | 300 | 0.78 [0.75, 0.81] | 0.00 [–] | 0.78 [0.75, 0.81] | – | 0.00 [–] | 0.78 [0.75, 0.81] |
| **micro** |  |  | 0.78 [0.75, 0.81] | 0.78 [0.75, 0.81] | – |  |  |  |

- a note

### genre

| genre | statements | groups | macro F1 | macro average precision | macro MCC | macro calibration error | F1 of anti-sanction |
| :-- | --: | --: | --: | --: | --: | --: | --: |
| speech \| brief | 1,200 | 1 | 0.78 [0.75, 0.81] | – | 0.00 [–] | 0.78 [0.75, 0.81] | 0.78 [0.75, 0.81] |
| (missing) | 1,200 | 1 | 0.78 [0.75, 0.81] | – | 0.00 [–] | 0.78 [0.75, 0.81] | 0.78 [0.75, 0.81] |

- (missing): alone
"""  # noqa: E501 - rows of a table


def test_evaluation_reads_as_expected():
    assert evaluation_markdown(evaluation()) == EXPECTED


def test_headline_says_how_intervals_came_about():
    rng = np.random.default_rng(0)
    scores = rng.random((60, 1))
    result = evaluate(rng.integers(2, size=(60, 1)), scores, scores > 0.5, labels=["a"], n_bootstrap=1500, seed=3)
    first = evaluation_markdown(result).splitlines()[0]
    assert first == ("60 statements in 60 groups; 95 % intervals from 1,500 draws of whole groups (seed 3).")


def test_abstention_adds_its_columns():
    result = evaluate([[1], [0]], [[0.9], [0.2]], [[1], [0]], labels=["a"], abstained=[[0], [1]], n_bootstrap=0)
    header, _, row = evaluation_markdown(result).splitlines()[2:5]
    assert header.endswith("| decided | F1 where decided |")
    assert row.endswith("| 0.50 [–] | 1.00 [–] |")


def test_no_text_breaks_a_table():
    label, value = "a|b\\", "line\nbreak | pipe"
    result = evaluate(
        [[1], [0]], [[0.9], [0.2]], [[1], [0]], labels=[label], slices={"x|y": [value, "z"]}, n_bootstrap=0
    )
    lines = evaluation_markdown(result).splitlines()
    bare = [line.replace("\\\\", "").replace("\\|", "").count("|") for line in lines if line.startswith("|")]
    assert bare == [10] * 5 + [9] * 4
    assert any(line.startswith("| line break \\| pipe |") for line in lines)
    assert any(line.startswith("| a\\|b\\\\ |") for line in lines)


def test_comparison_reads_as_expected():
    better = Difference(a=0.7, b=0.731, value=0.031, low=-0.012, high=0.066, p_value=0.0123)
    same = Difference(a=0.5, b=0.499, value=-0.001, low=-0.02, high=-0.001, p_value=0.0002)
    undefined = Difference(a=nan, b=nan, value=nan, low=nan, high=nan, p_value=nan)
    differences = Differences(f1=better, average_precision=same, mcc=undefined)
    result = Comparison(
        names=("linear", "encoder"),
        labels=("x",),
        n_statements=900,
        n_groups=80,
        per_label={"x": differences},
        macro=differences,
        n_bootstrap=2000,
        confidence=0.9,
        seed=1,
        notes=("x: mcc is undefined",),
    )
    assert comparison_markdown(result) == (
        "900 statements in 80 groups; 90 % intervals from 2,000 draws of whole groups (seed 1).\n\n"
        "| label | figure | linear | encoder | encoder less linear | p |\n"
        "| :-- | :-- | --: | --: | --: | --: |\n"
        "| macro | F1 | 0.70 | 0.73 | +0.03 [-0.01, +0.07] | 0.012 |\n"
        "| macro | average precision | 0.50 | 0.50 | -0.00 [-0.02, -0.00] | <0.001 |\n"
        "| macro | MCC | – | – | – | – |\n"
        "| x | F1 | 0.70 | 0.73 | +0.03 [-0.01, +0.07] | 0.012 |\n"
        "| x | average precision | 0.50 | 0.50 | -0.00 [-0.02, -0.00] | <0.001 |\n"
        "| x | MCC | – | – | – | – |\n\n"
        "- x: mcc is undefined\n"
    )


def test_comparison_of_a_real_run_has_a_row_for_each_label_and_figure():
    model = ModelOutput(scores=[[0.9, 0.1], [0.2, 0.7]], decisions=[[1, 0], [0, 1]])
    text = comparison_markdown(compare([[1, 0], [0, 1]], model, model, labels=["p", "q"], n_bootstrap=10))
    assert sum(line.startswith("|") for line in text.splitlines()) == 2 + 3 * 3
