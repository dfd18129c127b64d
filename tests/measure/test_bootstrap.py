"""Intervals: reproducible, free of names and order, wide enough for clusters, withheld when they must be."""

import numpy as np
import pytest

from stancekit.measure.bootstrap import bootstrap, canonical_order, interval, p_value
from stancekit.measure.evaluation import evaluate


def clustered(rng, n_groups=40, size=10, spread=1.5):
    """Draw groups that share how hard they are, so that their statements resemble each other."""
    ease = np.repeat(rng.normal(1.0, spread, n_groups), size)
    groups = np.repeat(np.arange(n_groups), size)
    truth = (rng.random(n_groups * size) < 0.5).astype(float)
    right = rng.random(n_groups * size) < 1 / (1 + np.exp(-ease))
    decisions = np.where(right, truth, 1 - truth) == 1
    scores = np.clip(decisions * 0.5 + rng.random(len(truth)) * 0.5, 0, 1)
    return truth[:, None], scores[:, None], decisions[:, None], groups


def width(estimate):
    return estimate.high - estimate.low


def test_duplicated_rows_do_not_narrow_a_clustered_interval():
    rng = np.random.default_rng(1)
    truth, scores, decisions, _ = clustered(rng, n_groups=100, size=1)
    copies = np.repeat(np.arange(100), 9)
    once = evaluate(truth, scores, decisions, labels=["a"])
    rows = (truth[copies], scores[copies], decisions[copies])
    naive = evaluate(*rows, labels=["a"])
    by_group = evaluate(*rows, labels=["a"], groups=copies)
    assert width(by_group.macro.f1) > 2 * width(naive.macro.f1)
    assert width(by_group.macro.f1) == pytest.approx(width(once.macro.f1), rel=0.2)
    assert width(by_group.macro.average_precision) > 2 * width(naive.macro.average_precision)


def test_clustered_intervals_cover_and_naive_ones_do_not():
    rng = np.random.default_rng(2)
    truth, scores, decisions, _ = clustered(rng, n_groups=20_000)
    target = evaluate(truth, scores, decisions, labels=["a"], n_bootstrap=0).macro.f1.value
    covered = {"clustered": [], "naive": []}
    for seed in range(120):
        truth, scores, decisions, groups = clustered(rng)
        for name, ids in (("clustered", groups), ("naive", None)):
            result = evaluate(truth, scores, decisions, labels=["a"], groups=ids, n_bootstrap=200, seed=seed).macro.f1
            covered[name].append(result.low <= target <= result.high)
    assert 0.88 <= np.mean(covered["clustered"]) <= 0.99
    assert np.mean(covered["naive"]) < np.mean(covered["clustered"]) - 0.1


def test_same_seed_same_result_and_another_seed_another():
    data = clustered(np.random.default_rng(4))
    first, again, other = (
        evaluate(*data[:3], labels=["a"], groups=data[3], n_bootstrap=100, seed=seed) for seed in (7, 7, 8)
    )
    assert first == again
    assert first.macro.f1.low != other.macro.f1.low
    assert first.macro.f1.value == other.macro.f1.value


def test_neither_names_of_groups_nor_order_of_rows_matter():
    truth, scores, decisions, groups = clustered(np.random.default_rng(5))
    slices = {"genre": np.where(groups % 2, "speech", "brief")}
    names = [f"document {(int(group) * 17) % 40}" for group in groups]
    expected = evaluate(truth, scores, decisions, labels=["a"], groups=groups, slices=slices, n_bootstrap=100)
    renamed = evaluate(truth, scores, decisions, labels=["a"], groups=names, slices=slices, n_bootstrap=100)
    order = np.random.default_rng(6).permutation(len(groups))
    moved = evaluate(
        truth[order],
        scores[order],
        decisions[order],
        labels=["a"],
        groups=groups[order],
        slices={"genre": slices["genre"][order]},
        n_bootstrap=100,
    )
    assert renamed == expected
    assert moved == expected


def test_canonical_order_keeps_groups_together_and_numbers_them_without_gaps():
    rng = np.random.default_rng(8)
    content, groups = rng.integers(3, size=(50, 2)).astype(float), rng.choice([3, 8, 11, 40], size=50)
    order = canonical_order(content, groups)
    assert sorted(order.rows) == list(range(50))
    assert sorted(set(order.clusters)) == list(range(order.n_clusters)) == [0, 1, 2, 3]
    pairs = set(zip(groups[order.rows].tolist(), order.clusters.tolist(), strict=True))
    assert len(pairs) == 4


def test_replicates_draw_as_many_groups_as_there_are():
    values = bootstrap(lambda w: w, n_clusters=30, n_rows=30, n_bootstrap=500, seed=0)
    assert values.shape == (501, 30)
    assert (values.sum(axis=1) == 30).all()
    assert values[1:].mean(axis=0) == pytest.approx(np.ones(30), abs=0.2)
    assert values[1:].var() == pytest.approx(1 - 1 / 30, abs=0.05)


def test_replicates_come_in_blocks_of_the_right_total():
    values = bootstrap(lambda w: w[:, :1], n_clusters=5, n_rows=400_000, n_bootstrap=7, seed=0)
    assert values.shape == (8, 1)


def test_one_group_has_no_interval_but_a_note():
    result = evaluate([[1], [0], [1]], [[0.9], [0.2], [0.4]], [[1], [0], [0]], labels=["a"], groups=[4, 4, 4])
    assert result.macro.f1.value == pytest.approx(2 / 3)
    assert np.isnan([result.macro.f1.low, result.macro.f1.high]).all()
    assert result.whole.notes == ("intervals withheld: 1 group, and the bootstrap needs at least 2",)


def test_few_groups_are_noted_and_no_replicates_too():
    data = clustered(np.random.default_rng(9), n_groups=6)
    few = evaluate(*data[:3], labels=["a"], groups=data[3], n_bootstrap=50)
    assert few.whole.notes[0].startswith("6 groups: with so few")
    none = evaluate(*data[:3], labels=["a"], groups=data[3], n_bootstrap=0)
    assert none.whole.notes == ("intervals left out: n_bootstrap is 0",)
    assert np.isnan(none.macro.f1.low)


def test_interval_is_withheld_where_one_group_holds_all_positives():
    truth, scores = np.zeros((40, 1)), np.random.default_rng(0).random((40, 1))
    truth[0] = 1
    result = evaluate(truth, scores, scores > 0.5, labels=["a"])
    assert not np.isnan(result.macro.average_precision.value)
    assert np.isnan(result.macro.average_precision.low)
    assert any(
        note.startswith("a: interval of average precision withheld, undefined in 3") for note in result.whole.notes
    )


def test_interval_leaves_undefined_replicates_out():
    values = np.array([0.5, *np.linspace(0, 1, 91), *[np.nan] * 9])
    assert interval(values, 0.9) == pytest.approx((0.05, 0.95))
    assert np.isnan(interval(np.array([0.5, *np.linspace(0, 1, 80), *[np.nan] * 20]), 0.9)).all()


def test_interval_widens_with_confidence():
    data = clustered(np.random.default_rng(10))
    widths = [width(evaluate(*data[:3], labels=["a"], confidence=c).macro.f1) for c in (0.5, 0.9, 0.99)]
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_p_value_doubles_the_rarer_side_and_is_never_zero():
    assert p_value(np.array([0.1] + [0.1] * 999)) == pytest.approx(0.002)
    assert p_value(np.zeros(100)) == 1
    assert p_value(np.array([0.1] + [0.1] * 89 + [-0.1] * 10)) == pytest.approx(0.22)
    assert np.isnan(p_value(np.array([np.nan, 0.1, 0.2])))
