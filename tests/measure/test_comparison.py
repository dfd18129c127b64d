"""compare: paired, symmetric in its values, and honest about models that do not differ."""

import json

import numpy as np
import pytest

from stancekit.errors import InvalidInputError
from stancekit.measure.comparison import ModelOutput, compare
from stancekit.measure.evaluation import evaluate
from stancekit.measure.reliability import reliability
from stancekit.measure.risk import risk_coverage

LABELS = ["x", "y"]


def simulated(seed=0, n=400, noise=(0.15, 0.15)):
    """Two models that share most of their errors."""
    rng = np.random.default_rng(seed)
    truth = (rng.random((n, 2)) < 0.4).astype(float)
    shared = rng.normal(0, 0.3, (n, 2))
    outputs = []
    for spread in noise:
        scores = np.clip(truth * 0.4 + 0.3 + shared + rng.normal(0, spread, (n, 2)), 0, 1)
        outputs.append(ModelOutput(scores=scores, decisions=scores >= 0.5))
    return truth, *outputs


def test_values_are_those_of_evaluate():
    truth, a, b = simulated()
    result = compare(truth, a, b, labels=LABELS, n_bootstrap=50)
    alone = [evaluate(truth, m.scores, m.decisions, labels=LABELS, n_bootstrap=0) for m in (a, b)]
    for figure in ("f1", "average_precision", "mcc"):
        for label in LABELS:
            gap = getattr(result.per_label[label], figure)
            values = [getattr(one.per_label[label], figure).value for one in alone]
            assert [gap.a, gap.b] == pytest.approx(values)
            assert gap.value == pytest.approx(values[1] - values[0])
        mean = getattr(result.macro, figure)
        assert mean.value == pytest.approx(
            getattr(alone[1].macro, figure).value - getattr(alone[0].macro, figure).value
        )


def test_pairing_makes_the_interval_narrower_than_that_of_each_model():
    truth, a, b = simulated(noise=(0.05, 0.05))
    gap = compare(truth, a, b, labels=LABELS).macro.f1
    alone = evaluate(truth, a.scores, a.decisions, labels=LABELS).macro.f1
    assert gap.high - gap.low < alone.high - alone.low


def test_a_clearly_better_model_is_found_and_the_swap_mirrors_it():
    truth, a, b = simulated(noise=(0.8, 0.05))
    forward, back = (compare(truth, *pair, labels=LABELS).macro.f1 for pair in ((a, b), (b, a)))
    assert forward.low > 0
    assert forward.p_value < 0.01
    assert back.value == -forward.value
    assert back.high < 0
    assert [-back.high, -back.low] == pytest.approx([forward.low, forward.high], abs=0.02)


def test_a_model_compared_with_itself_differs_in_nothing():
    truth, a, _ = simulated()
    result = compare(truth, a, a, labels=LABELS, n_bootstrap=100)
    for gap in (result.macro.f1, result.macro.average_precision, result.per_label["x"].mcc):
        assert (gap.value, gap.low, gap.high, gap.p_value) == (0, 0, 0, 1)


def test_equally_good_models_are_rarely_told_apart():
    p_values = []
    for seed in range(100):
        truth, a, b = simulated(seed, n=150)
        p_values.append(compare(truth, a, b, labels=LABELS, n_bootstrap=199, seed=seed).macro.f1.p_value)
    assert np.mean(np.array(p_values) < 0.05) <= 0.12
    assert np.mean(np.array(p_values) < 0.5) >= 0.25


def test_p_value_and_interval_agree():
    for seed in range(20):
        truth, a, b = simulated(seed, n=150, noise=(0.35, 0.15))
        gap = compare(truth, a, b, labels=LABELS, n_bootstrap=999, seed=seed).macro.average_precision
        if not 0.04 < gap.p_value < 0.06:
            assert (gap.p_value < 0.05) == (gap.low > 0 or gap.high < 0)


def test_clusters_widen_the_interval():
    truth, a, b = simulated(n=80)
    rows = np.repeat(np.arange(80), 6)
    copies = [ModelOutput(scores=m.scores[rows], decisions=m.decisions[rows]) for m in (a, b)]
    naive = compare(truth[rows], *copies, labels=LABELS).macro.f1
    grouped = compare(truth[rows], *copies, labels=LABELS, groups=rows).macro.f1
    assert grouped.high - grouped.low > 1.8 * (naive.high - naive.low)


def test_same_seed_same_result_whatever_the_order_of_rows_and_names():
    truth, a, b = simulated(n=120)
    groups = np.arange(120) // 3
    order = np.random.default_rng(1).permutation(120)
    moved = [ModelOutput(scores=m.scores[order], decisions=m.decisions[order]) for m in (a, b)]
    expected = compare(truth, a, b, labels=LABELS, groups=groups, n_bootstrap=60)
    assert compare(truth[order], *moved, labels=LABELS, groups=groups[order], n_bootstrap=60) == expected
    assert compare(truth, a, b, labels=LABELS, groups=100 - groups, n_bootstrap=60) == expected


def test_undefined_figures_are_nan_and_noted():
    truth, a, b = simulated(n=60)
    truth[:, 1] = 0
    result = compare(truth, a, b, labels=LABELS, n_bootstrap=50)
    gap = result.per_label["y"].average_precision
    assert np.isnan([gap.a, gap.b, gap.value, gap.low, gap.high, gap.p_value]).all()
    assert result.macro.average_precision.value == result.per_label["x"].average_precision.value
    assert "y: average precision is undefined" in result.notes


def test_one_group_has_values_and_no_intervals():
    truth, a, b = simulated(n=60)
    result = compare(truth, a, b, labels=LABELS, groups=["one"] * 60)
    assert np.isnan([result.macro.f1.low, result.macro.f1.high, result.macro.f1.p_value]).all()
    assert not np.isnan(result.macro.f1.value)
    assert result.notes[0].startswith("intervals withheld: 1 group")


def test_to_dict_is_strict_json_with_all_settings():
    truth, a, b = simulated(n=60)
    truth[:, 1] = 0
    named = ModelOutput(scores=b.scores, decisions=b.decisions, name="encoder")
    result = compare(truth, a, named, labels=LABELS, n_bootstrap=30, seed=4, confidence=0.9)
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert (content["names"], content["labels"]) == (["a", "encoder"], LABELS)
    assert (content["seed"], content["n_bootstrap"], content["confidence"]) == (4, 30, 0.9)
    assert (content["n_statements"], content["n_groups"]) == (60, 60)
    assert content["per_label"]["y"]["mcc"]["p_value"] is None
    assert content["macro"]["f1"]["value"] == result.macro.f1.value


def test_bad_input_names_the_model():
    truth, a, b = simulated(n=10)
    short = ModelOutput(scores=b.scores[:9], decisions=b.decisions)
    with pytest.raises(InvalidInputError, match=r"b.scores has shape \(9, 2\); expected .*\(10, 2\)"):
        compare(truth, a, short, labels=LABELS)
    wrong = ModelOutput(scores=a.scores, decisions=a.scores + 0.01)
    with pytest.raises(InvalidInputError, match=r"a\.decisions is .* in row 0, field 'x'; expected True"):
        compare(truth, wrong, b, labels=LABELS)
    with pytest.raises(InvalidInputError, match="b is ndarray; expected ModelOutput"):
        compare(truth, a, b.scores, labels=LABELS)
    with pytest.raises(InvalidInputError, match="confidence is 2"):
        compare(truth, a, b, labels=LABELS, confidence=2)


def test_a_difference_that_no_draw_moves_has_no_interval():
    truth = np.zeros((40, 1))
    truth[::10] = 1
    no, yes = (ModelOutput(scores=np.abs(truth - off), decisions=truth > off) for off in (1.0, 0.5))
    result = compare(truth, no, yes, labels=["x"], groups=np.arange(40) // 10, n_bootstrap=200)
    gap = result.per_label["x"].f1
    assert (gap.a, gap.b, gap.value) == (0, 1, 1)
    assert np.isnan([gap.low, gap.high, gap.p_value]).all()
    assert "x: interval of f1 withheld, as nearly every draw gives the same difference" in result.notes


@pytest.mark.parametrize("name", ["compare", "reliability", "risk_coverage"])
def test_a_label_that_was_annotated_in_few_groups_is_told_of_everywhere(name):
    rng = np.random.default_rng(0)
    truth = (rng.random((200, 2)) < 0.4).astype(float)
    truth[20:, 1] = np.nan
    scores, groups = rng.random((200, 2)), np.repeat(np.arange(50), 4)
    model = ModelOutput(scores=scores, decisions=scores > 0.5)
    settings = {"labels": ["a", "b"], "groups": groups, "n_bootstrap": 20}
    measured = {
        "compare": lambda: compare(truth, model, model, **settings),
        "reliability": lambda: reliability(truth, scores, **settings),
        "risk_coverage": lambda: risk_coverage(truth, scores, scores > 0.5, **settings),
    }[name]()
    assert measured.notes[:1] == ("b: annotated in 5 of the 50 groups; with so few, intervals tend to be too narrow",)


@pytest.mark.parametrize("measure", [reliability, lambda *a, **k: risk_coverage(*a, np.ones((30, 1), bool), **k)])
def test_few_groups_are_told_of_by_curves(measure):
    truth = np.tile([[1.0], [0.0], [1.0]], (10, 1))
    found = measure(truth, np.full((30, 1), 0.6), labels=["a"], groups=np.repeat(np.arange(3), 10), n_bootstrap=20)
    assert found.notes[0].startswith("3 groups: with so few, intervals tend to be too narrow")
