"""Markdown reports: nothing that users wrote is obeyed, and ordinary names stay as they are."""

import re
from dataclasses import replace
from html import unescape

import pytest

import stancekit
from stancekit.measure.agreement import agreement
from stancekit.measure.behaviour_results import Failure, Miss
from stancekit.measure.comparison import ModelOutput, compare
from stancekit.measure.evaluation import evaluate
from stancekit.measure.prevalence import prevalence
from stancekit.report.agreement import agreement_markdown
from stancekit.report.behaviour import failure_line
from stancekit.report.prevalence import plan_markdown, prevalence_markdown
from stancekit.report.tables import comparison_markdown, evaluation_markdown
from stancekit.text.markdown import Markup, bullets, cell, markup_table, table

HOSTILE = "<img src=x onerror=alert(1)> **b** `c` [d](e) _f_ &lt; ~~g~~"
TRUTH, SCORES, DECISIONS = [[1], [0]], [[0.9], [0.2]], [[True], [False]]


def evaluated(label, value, column="src"):
    slices = {column: [value, f"{value} too"]}
    return evaluate(TRUTH, SCORES, DECISIONS, labels=[label], n_bootstrap=0, slices=slices)


def failed(text):
    miss = Miss(label=text, score=0.4, base_score=None, expected="yes")
    return Failure(capability="c", kind="invariance", group="1", base=text, text=text, misses=(miss,))


def compared(name):
    model = ModelOutput(scores=SCORES, decisions=DECISIONS)
    return replace(compare(TRUTH, model, model, labels=[name], n_bootstrap=0), names=(name, f"{name} 2"))


def planned(label):
    plan = stancekit.plan_from_rates(width=0.02, share=0.1, precision=0.8, recall=0.8, n_statements=50_000)
    return replace(plan, notes=(label,))


REPORTS = {
    "evaluation": lambda text: evaluation_markdown(evaluated(text, text, text)),
    "comparison": lambda text: comparison_markdown(compared(text)),
    "agreement": lambda text: agreement_markdown(
        agreement({text: [[1], [0]], f"{text} 2": [[1], [1]]}, labels=[text], n_bootstrap=0)
    ),
    "prevalence": lambda text: prevalence_markdown(
        prevalence([[1], [0]], [[1], [0]], labels=[text], groups={text: [text, f"{text} 2"]})
    ),
    "plan": lambda text: plan_markdown(planned(text)),
    "failure": lambda text: failure_line(failed(text)),
}


@pytest.mark.parametrize("report", REPORTS)
def test_no_report_obeys_what_users_wrote(report):
    text = REPORTS[report](HOSTILE)
    ours = text.replace("**macro**", "").replace("**micro**", "").replace("**whole sets**", "")
    assert not re.search(r"<(?!0\.001)|[*`~]|\[d|_f_|&lt; ", ours)
    assert HOSTILE in unescape(text)


@pytest.mark.parametrize("report", REPORTS)
def test_ordinary_names_stay_as_they_are(report):
    name = "hf:org/un_speeches-2 a__b (R. D.)"
    assert name in REPORTS[report](name)


def test_our_own_markup_stays():
    assert "| **macro** |" in evaluation_markdown(evaluated("macro", "x"))
    assert "| **b** |" in table(["a"], [[Markup("**b**")]])
    assert "| [b](c) |" in markup_table(["a"], [["[b](c)"]])


@pytest.mark.parametrize("name", ["_a", "a_", "__a__", "a_(b)_", "(_a)", "x _a_ y"])
def test_underscores_at_the_edge_of_a_word_emphasize_nothing(name):
    assert "_" not in cell(name)
    assert unescape(cell(name)) == name


@pytest.mark.parametrize("text", ["# a", "## a", "- a", "+ a", "1. a", "12) a", "---"])
def test_no_item_opens_a_block(text):
    (item,) = bullets([text])
    assert unescape(item) == f"- {text}"
    assert item != f"- {text}"
    assert bullets(["1990: few", "#a", "-0.5", "2 statements"]) == ["- 1990: few\n- #a\n- -0.5\n- 2 statements"]


def test_names_of_models_are_escaped_once():
    header = comparison_markdown(compared("runs/a|b")).splitlines()[2]
    assert "| runs/a\\|b | runs/a\\|b 2 | runs/a\\|b 2 less runs/a\\|b |" in header
