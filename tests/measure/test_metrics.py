"""Figures agree with scikit-learn, weights count as repetitions, and what is undefined is NaN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

from stancekit.measure.evaluation import evaluate
from stancekit.measure.metrics import FIGURES, Sample, make_meter

LABELS = ["a", "b", "c"]


@st.composite
def samples(draw, gaps=False):
    shape = (draw(st.integers(1, 30)), 3)
    truth = draw(arrays(np.float64, shape, elements=st.sampled_from([0.0, 1.0])))
    # Few different scores, so that ties are common.
    scores = draw(arrays(np.float64, shape, elements=st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 1.0])))
    decisions = draw(arrays(np.bool_, shape))
    if gaps:
        truth[draw(arrays(np.bool_, shape))] = np.nan
    return truth, scores, decisions


def figures(truth, scores, decisions, **options):
    return evaluate(truth, scores, decisions, labels=LABELS, n_bootstrap=0, **options)


def values(figures):
    return [getattr(figures, name).value for name in FIGURES[:6]]


def meter_of(truth, scores, decisions, clusters=None):
    sample = Sample(truth=truth, scores=scores, decisions=decisions, decided=np.ones(truth.shape, dtype=bool))
    clusters = np.arange(len(truth)) if clusters is None else clusters
    return make_meter(sample, clusters, int(clusters.max()) + 1)


@settings(max_examples=60, deadline=None)  # scikit-learn checks its arguments at length
@given(samples())
def test_decisions_agree_with_scikit_learn(sample):
    truth, scores, decisions = sample
    result = figures(truth, scores, decisions)
    for i, label in enumerate(LABELS):
        mine, y, d = result.per_label[label], truth[:, i], decisions[:, i]
        assert mine.precision.value == pytest.approx(precision_score(y, d, zero_division=0))
        assert mine.recall.value == pytest.approx(recall_score(y, d, zero_division=np.nan), nan_ok=True)
        assert mine.f1.value == pytest.approx(f1_score(y, d, zero_division=0))
        if 0 < y.sum() < len(y):
            assert mine.mcc.value == pytest.approx(matthews_corrcoef(y, d), abs=1e-12)
        else:
            assert np.isnan(mine.mcc.value)
    assert result.macro.f1.value == pytest.approx(f1_score(truth, decisions, average="macro", zero_division=0))
    assert result.macro.precision.value == pytest.approx(
        precision_score(truth, decisions, average="macro", zero_division=0)
    )
    assert result.micro.f1.value == pytest.approx(f1_score(truth, decisions, average="micro", zero_division=0))
    assert result.micro.precision.value == pytest.approx(
        precision_score(truth, decisions, average="micro", zero_division=0)
    )
    assert result.micro.recall.value == pytest.approx(
        recall_score(truth, decisions, average="micro", zero_division=np.nan), nan_ok=True
    )


@settings(max_examples=150, deadline=None)
@given(samples())
def test_average_precision_agrees_with_scikit_learn(sample):
    truth, scores, decisions = sample
    result = figures(truth, scores, decisions)
    expected = [average_precision_score(y, s) if y.any() else np.nan for y, s in zip(truth.T, scores.T, strict=True)]
    mine = [result.per_label[label].average_precision.value for label in LABELS]
    assert mine == pytest.approx(expected, nan_ok=True)
    defined = [value for value in expected if not np.isnan(value)]
    mean = np.mean(defined) if defined else np.nan
    assert result.macro.average_precision.value == pytest.approx(mean, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(samples(gaps=True), st.data())
def test_weights_count_as_repeated_rows(sample, data):
    truth, scores, decisions = sample
    n = len(truth)
    clusters = np.arange(n) % max(1, n // 2)
    counts = data.draw(arrays(np.int64, int(clusters.max()) + 1, elements=st.integers(0, 3)))
    rows = np.repeat(np.arange(n), counts[clusters])
    weighted = meter_of(truth, scores, decisions, clusters).measure(counts[None].astype(float))[0]
    if not len(rows):
        assert np.isnan(weighted).all()
        return
    repeated = meter_of(truth[rows], scores[rows], decisions[rows]).measure(np.ones((1, len(rows))))[0]
    # Bins of the calibration error stay those of the full sample, so it may differ.
    compared = [i for i, name in enumerate(FIGURES) if name != "calibration_error"]
    np.testing.assert_allclose(weighted[:, compared], repeated[:, compared], atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(samples(gaps=True))
def test_a_gap_in_truth_leaves_the_row_out_of_that_label_alone(sample):
    truth, scores, decisions = sample
    result = figures(truth, scores, decisions)
    for i, label in enumerate(LABELS):
        known = ~np.isnan(truth[:, i])
        mine = result.per_label[label]
        assert (mine.n, mine.n_positive) == (known.sum(), (truth[:, i] == 1).sum())
        if not known.any():
            assert np.isnan([mine.f1.value, mine.precision.value, mine.calibration_error.value]).all()
            continue
        alone = figures(truth[known][:, [i] * 3], scores[known][:, [i] * 3], decisions[known][:, [i] * 3])
        assert values(mine) == pytest.approx(values(alone.per_label["a"]), nan_ok=True)


def test_a_model_that_never_asserts_a_label_gets_zero_and_not_nan():
    truth = np.array([[1.0, 0, 1], [0, 1, 1], [1, 1, 0]])
    never = figures(truth, np.full((3, 3), 0.2), np.zeros((3, 3), dtype=bool)).per_label["a"]
    assert (never.precision.value, never.recall.value, never.f1.value, never.mcc.value) == (0, 0, 0, 0)


def test_a_label_without_positives_is_undefined_and_noted():
    truth = np.array([[0.0, 1, 1], [0, 0, 1], [0, 1, 1]])
    scores = np.array([[0.2, 0.9, 0.4], [0.3, 0.1, 0.6], [0.1, 0.8, 0.9]])
    result = figures(truth, scores, scores > 0.5)
    absent, present, always = result.per_label.values()
    assert np.isnan([absent.recall.value, absent.average_precision.value, absent.mcc.value]).all()
    assert absent.f1.value == 0
    assert np.isnan(always.mcc.value)
    assert result.macro.mcc.value == present.mcc.value == 1
    assert result.macro.f1.value == pytest.approx((0 + 1 + 0.8) / 3)
    assert any(note.startswith("a: no positives among 3") for note in result.whole.notes)
    assert any(note.startswith("c: no negatives among 3") for note in result.whole.notes)


def test_exclusive_task_has_the_accuracy_as_micro_figures():
    rng = np.random.default_rng(3)
    scores = rng.dirichlet([1, 1, 1], size=200)
    truth, decisions = np.eye(3)[rng.integers(3, size=200)], np.eye(3)[scores.argmax(axis=1)]
    micro = figures(truth, scores, decisions).micro
    accuracy = np.mean(truth.argmax(axis=1) == decisions.argmax(axis=1))
    assert [micro.precision.value, micro.recall.value, micro.f1.value] == pytest.approx([accuracy] * 3)


def test_calibration_error_is_the_gap_of_equal_mass_bins():
    scores = np.linspace(0.005, 0.995, 200)
    truth = (np.arange(200) % 4 == 0).astype(float)
    result = evaluate(truth[:, None], scores[:, None], scores[:, None] > 0.5, labels=["a"], n_bootstrap=0, n_bins=5)
    expected = np.mean(np.abs(scores.reshape(5, 40).mean(axis=1) - truth.reshape(5, 40).mean(axis=1)))
    assert result.per_label["a"].calibration_error.value == pytest.approx(expected)


def test_calibration_error_of_few_statements_uses_one_bin():
    scores, truth = np.array([[0.1], [0.4], [0.6], [0.9]]), np.array([[1.0], [0], [1], [1]])
    result = evaluate(truth, scores, scores > 0.5, labels=["a"], n_bootstrap=0)
    assert result.per_label["a"].calibration_error.value == pytest.approx(abs(0.5 - 0.75))


def test_equal_scores_share_a_bin():
    scores = np.full((400, 1), 0.25)
    truth = np.zeros((400, 1))
    truth[:100] = 1  # all positives first: bins by row would be far from calibrated
    result = evaluate(truth, scores, scores > 0.5, labels=["a"], n_bootstrap=0)
    assert result.per_label["a"].calibration_error.value == pytest.approx(0)


def test_abstention_gives_the_share_decided_and_f1_among_them():
    truth = np.array([[1.0], [1], [0], [0]])
    decisions = np.array([[True], [False], [True], [False]])
    abstained = np.array([[False], [True], [False], [False]])
    scores = np.array([[0.9], [0.4], [0.6], [0.1]])
    mine = evaluate(truth, scores, decisions, labels=["a"], abstained=abstained, n_bootstrap=0).per_label["a"]
    assert mine.decided.value == 0.75
    assert mine.f1.value == pytest.approx(0.5)
    assert mine.f1_decided.value == pytest.approx(f1_score([1, 0, 0], [1, 1, 0]))
    without = evaluate(truth, scores, decisions, labels=["a"], n_bootstrap=0)
    assert without.per_label["a"].decided is None
    assert without.macro.f1_decided is None


def test_f1_among_decided_is_undefined_where_nothing_is_decided():
    everywhere = np.ones((2, 1), dtype=bool)
    mine = evaluate(
        [[1], [0]], [[0.9], [0.1]], [[1], [0]], labels=["a"], abstained=everywhere, n_bootstrap=0
    ).per_label["a"]
    assert mine.decided.value == 0
    assert np.isnan(mine.f1_decided.value)
