"""Risk-coverage curves: known answers, a slow oracle, and what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from stancekit import InvalidInputError, risk_coverage

NAN = float("nan")


def curve(truth, scores, decisions, **options):
    return risk_coverage(truth, scores, decisions, labels=["a"], **options).per_label["a"]


def column(*values):
    return np.array(values, dtype=float)[:, None]


def simulated(n, seed=0):
    random = np.random.default_rng(seed)
    scores = random.random((n, 1))
    return (random.random((n, 1)) < scores).astype(float), scores


class TestKnownAnswers:
    TRUTH, SCORES = column(1, 0, 1, 0), column(0.9, 0.2, 0.4, 0.55)

    def test_errors_f1_and_area(self):
        result = curve(self.TRUTH, self.SCORES, self.SCORES >= 0.5, coverage=[1, 0.75, 0.5, 0.25], n_bootstrap=0)
        assert [point.value for point in result.error] == pytest.approx([0.5, 1 / 3, 0, 0])
        assert [point.value for point in result.f1] == pytest.approx([0.5, 2 / 3, 1, 1])
        assert result.aurc.value == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)

    def test_what_is_equally_sure_is_answered_together(self):
        scores = column(0.9, 0.9, 0.1, 0.6)
        result = curve(column(1, 0, 0, 0), scores, scores >= 0.5, coverage=[0.25, 1], n_bootstrap=0)
        # The scores 0.9 and 0.1 are as far from 0.5: three statements, one of them wrong.
        assert [point.value for point in result.error] == pytest.approx([1 / 3, 1 / 2])

    def test_sure_is_far_from_the_threshold_as_a_share_of_the_way(self):
        truth, scores = column(0, 0, 1), column(0.3, 0.02, 0.6)
        result = curve(truth, scores, scores >= 0.2, thresholds=[0.2], coverage=[1 / 3, 2 / 3, 1], n_bootstrap=0)
        assert [point.value for point in result.error] == pytest.approx([0, 0, 1 / 3])

    def test_thresholds_may_differ_by_statement(self):
        thresholds = column(0.1, 0.9)
        scores = column(0.15, 0.1)
        result = curve(column(0, 0), scores, scores >= thresholds, thresholds=thresholds, coverage=[0.5], n_bootstrap=0)
        assert result.error[0].value == 0

    def test_f1_is_undefined_where_only_certain_noes_are_left(self):
        truth, scores = column(0, 1), column(0.0, 0.6)
        result = curve(truth, scores, scores >= 0.5, coverage=[0.5, 1], n_bootstrap=0)
        assert np.isnan(result.f1[0].value)
        assert result.f1[1].value == 1

    def test_a_threshold_at_the_end_of_the_scale_is_no_error(self):
        scores = column(1.0, 0.0)
        result = curve(column(1, 0), scores, scores >= 1, thresholds=[1.0], n_bootstrap=0)
        assert result.aurc.value == 0


class TestAgainstAnOracle:
    @settings(max_examples=60, deadline=None)
    @given(st.integers(1, 30), st.integers(0, 10_000), st.sampled_from([0.5, 0.3, 0.75]))
    def test_every_level(self, n, seed, threshold):
        random = np.random.default_rng(seed)
        truth = random.integers(0, 2, (n, 1)).astype(float)
        scores = random.permutation(np.linspace(0.01, 0.98, n))[:, None] ** 1.1
        asserted = scores >= threshold
        result = curve(truth, scores, asserted, thresholds=threshold, n_bootstrap=0, coverage=[1.0, 0.6, 0.2])
        way = np.where(asserted, (scores - threshold) / (1 - threshold), (threshold - scores) / threshold)
        order = np.argsort(-way[:, 0], kind="stable")
        wrong = (truth != asserted)[order, 0]
        assert result.aurc.value == pytest.approx(np.mean(np.cumsum(wrong) / np.arange(1, n + 1)))
        for level, error, f1 in zip([1.0, 0.6, 0.2], result.error, result.f1, strict=True):
            kept = order[: int(np.ceil(round(level * n, 9)))]
            assert error.value == pytest.approx(np.mean(truth[kept] != asserted[kept]))
            if truth[kept].any() or asserted[kept].any():
                assert f1.value == pytest.approx(f1_score(truth[kept, 0], asserted[kept, 0]))


class TestContract:
    def test_honest_scores_err_less_the_surer_they_are(self):
        truth, scores = simulated(20_000)
        values = [point.value for point in curve(truth, scores, scores >= 0.5, n_bootstrap=0).error]
        assert values == sorted(values, reverse=True)

    def test_scores_that_tell_nothing_err_the_same_everywhere(self):
        truth, scores = simulated(20_000)
        truth = (np.random.default_rng(1).random(truth.shape) < 0.5).astype(float)
        result = curve(truth, scores, scores >= 0.5, n_bootstrap=0)
        assert result.aurc.value == pytest.approx(result.error[0].value, abs=0.02)

    def test_intervals_hold_the_value(self):
        truth, scores = simulated(1000)
        result = curve(truth, scores, scores >= 0.4, thresholds=[0.4], groups=np.arange(1000) // 2, coverage=[1, 0.2])
        assert all(point.low <= point.value <= point.high for point in (*result.error, *result.f1, result.aurc))
        assert all(point.low < point.high for point in (*result.error, *result.f1, result.aurc))

    def test_no_interval_without_width(self):
        truth = np.array([[1.0], [0.0]] * 6)
        result = curve(truth, np.where(truth == 1, 0.9, 0.1), truth == 1)
        assert (result.error[-1].value, result.f1[-1].value) == (0, 1)
        assert all(np.isnan([point.low, point.high]).all() for point in (*result.error, *result.f1, result.aurc))

    def test_the_mean_is_over_the_labels(self):
        truth, scores = (np.hstack(pair) for pair in zip(simulated(80), simulated(80, seed=1), strict=True))
        result = risk_coverage(truth, scores, scores >= 0.5, labels=["b", "a"], n_bootstrap=20)
        areas = [one.aurc.value for one in result.per_label.values()]
        assert list(result.per_label) == ["b", "a"]
        assert result.macro.aurc.value == pytest.approx(np.mean(areas))

    def test_statements_without_annotation_are_left_out(self):
        truth, scores = simulated(60)
        masked = truth.copy()
        masked[::3] = NAN
        kept = ~np.isnan(masked[:, 0])
        one = curve(masked, scores, scores >= 0.5, n_bootstrap=0)
        other = curve(truth[kept], scores[kept], scores[kept] >= 0.5, n_bootstrap=0)
        assert [point.value for point in one.error] == [point.value for point in other.error]

    def test_neither_the_order_of_rows_nor_the_names_of_groups_matter(self):
        truth, scores = simulated(50)
        turned = np.random.default_rng(3).permutation(50)
        one, other = (
            risk_coverage(truth[o], scores[o], scores[o] >= 0.5, labels=["a"], groups=groups, n_bootstrap=30)
            for o, groups in ((np.arange(50), np.arange(50) // 3), (turned, [f"g{i // 3}" for i in turned]))
        )
        assert one.to_dict() == other.to_dict()

    def test_goes_to_json(self):
        truth, scores = simulated(30)
        result = risk_coverage(truth, scores, scores >= 0.5, labels=["a"], n_bootstrap=0, coverage=[1, 0.5])
        content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
        assert content["coverage"] == [1, 0.5]
        assert content["macro"]["aurc"]["low"] is None

    @pytest.mark.parametrize("coverage", [[], [0], [1.2], [[0.5]]])
    def test_levels_out_of_range_are_refused(self, coverage):
        with pytest.raises(InvalidInputError, match=r"coverage is .*; expected shares above 0 up to 1"):
            curve(column(1), column(0.5), [[True]], coverage=coverage)

    def test_thresholds_of_other_labels_are_refused(self):
        with pytest.raises(InvalidInputError, match="thresholds has length 2; expected 1, one for each label"):
            curve(column(1), column(0.5), [[True]], thresholds=[0.5, 0.5])
        with pytest.raises(InvalidInputError, match=r"thresholds is 2\.0"):
            curve(column(1), column(0.5), [[True]], thresholds=2.0)
