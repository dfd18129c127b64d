"""Reliability and conformal coverage: known answers, simulated truth, invariances, and what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import binomtest

from stancekit import InvalidInputError, conformal_coverage, evaluate, reliability
from stancekit.calibration import abstention_band
from stancekit.measure.shares import share

NAN = float("nan")


def simulated(n, *, slope=1.0, offset=0.0, seed=0):
    """Scores, and truth that they tell rightly where slope is 1 and offset 0."""
    random = np.random.default_rng(seed)
    scores = expit(random.normal(-1, 1.5, size=(n, 1)))
    return (random.random((n, 1)) < expit(slope * logit(scores) + offset)).astype(float), scores


def measured(truth, scores, **options):
    return reliability(truth, scores, labels=["a"], **options).per_label["a"]


class TestReliability:
    def test_perfectly_calibrated_scores_lie_on_the_diagonal(self):
        result = measured(*simulated(40_000), n_bootstrap=200)
        assert result.error < 0.01
        assert result.debiased.value < result.error
        assert result.debiased.low == 0
        assert len(result.bins) == 10
        for one in result.bins:
            assert one.observed.value == pytest.approx(one.mean_score, abs=0.03)

    def test_the_intervals_of_bins_hold_what_is_true_about_as_often_as_they_say(self):
        held = [
            one.observed.low <= one.mean_score <= one.observed.high
            for seed in range(60)
            for one in measured(*simulated(1000, seed=seed), n_bootstrap=0).bins
        ]
        assert 0.92 < np.mean(held) < 0.98

    def test_a_constant_lie_is_found_in_full(self):
        truth = np.tile([[1.0], [0.0], [0.0], [0.0]], (100, 1))
        result = measured(truth, np.full(truth.shape, 0.65), n_bootstrap=300)
        assert result.error == pytest.approx(0.4)
        assert result.debiased.low < 0.4 < result.debiased.high
        assert [(one.n, one.low, one.high, one.observed.value) for one in result.bins] == [(400, 0.65, 0.65, 0.25)]

    def test_the_error_is_that_of_evaluate(self):
        truth, scores = simulated(900, slope=2)
        evaluation = evaluate(truth, scores, scores > 0.5, labels=["a"], n_bootstrap=0)
        assert measured(truth, scores).error == pytest.approx(evaluation.per_label["a"].calibration_error.value)

    def test_debiasing_brings_a_small_sample_nearer_to_the_truth(self):
        exact = measured(*simulated(200_000, slope=1.3), n_bootstrap=0).error
        small = [measured(*simulated(500, slope=1.3, seed=seed), n_bootstrap=100) for seed in range(40)]
        plain, debiased = (
            np.mean([one.error for one in small]),
            np.mean([o.debiased.value for o in small]),
        )
        assert abs(debiased - exact) < abs(plain - exact) / 2

    def test_the_interval_holds_a_large_error_most_of_the_time(self):
        exact = measured(*simulated(200_000, offset=1), n_bootstrap=0).error
        intervals = [measured(*simulated(1500, offset=1, seed=seed), n_bootstrap=200).debiased for seed in range(60)]
        assert np.mean([one.low <= exact <= one.high for one in intervals]) > 0.88

    def test_noise_is_the_error_of_honest_scores(self):
        results = [measured(*simulated(600, seed=seed), n_bootstrap=100) for seed in range(30)]
        assert np.mean([one.noise for one in results]) == pytest.approx(np.mean([o.error for o in results]), rel=0.15)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 60), st.integers(0, 1000))
    def test_neither_the_order_of_rows_nor_the_names_of_groups_matter(self, n, seed):
        random = np.random.default_rng(seed)
        truth, scores = random.integers(0, 2, (n, 2)).astype(float), random.random((n, 2)).round(1)
        groups, turned = random.integers(0, 5, n), random.permutation(n)
        one, other = (
            reliability(
                truth[o], scores[o], labels=["a", "b"], groups=[f"{name}{g}" for g in groups[o]], n_bootstrap=20
            )
            for o, name in ((np.arange(n), "x"), (turned, "y"))
        )
        assert one.to_dict() == other.to_dict()

    def test_bins_hold_every_annotated_statement_once(self):
        truth, scores = simulated(137)
        truth[:7] = NAN
        result = measured(truth, scores)
        assert sum(one.n for one in result.bins) == result.n == 130
        assert sum(one.n * one.observed.value for one in result.bins) == pytest.approx(result.n_positive)
        assert all(one.low <= one.mean_score <= one.high for one in result.bins)
        assert all(one.high < other.low for one, other in zip(result.bins, result.bins[1:], strict=False))

    def test_groups_widen_the_intervals(self):
        truth, scores = simulated(200)
        truth, scores, groups = np.repeat(truth, 5, axis=0), np.repeat(scores, 5, axis=0), np.repeat(np.arange(200), 5)
        alone, grouped = (
            measured(truth, scores).bins[5].observed,
            measured(truth, scores, groups=groups).bins[5].observed,
        )
        assert grouped.high - grouped.low > 1.8 * (alone.high - alone.low)

    def test_a_label_that_nobody_annotated_is_undefined(self):
        result = measured([[NAN], [NAN]], [[0.2], [0.3]])
        assert result.bins == ()
        assert result.n == 0
        assert np.isnan([result.error, result.debiased.value, result.noise]).all()

    def test_one_group_leaves_the_debiased_error_out(self):
        result = measured(*simulated(50), groups=["same"] * 50)
        assert result.error > 0
        assert np.isnan([result.debiased.value, result.debiased.low, result.debiased.high]).all()

    def test_goes_to_json_and_keeps_the_labels_in_order(self):
        truth, scores = simulated(50)
        result = reliability(np.hstack([truth] * 2), np.hstack([scores] * 2), labels=["z", "a"], n_bootstrap=0)
        content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
        assert list(content["per_label"]) == content["labels"] == ["z", "a"]
        assert content["per_label"]["a"]["debiased"]["value"] is None

    def test_scores_out_of_range_are_named(self):
        with pytest.raises(InvalidInputError, match=r"scores is 1\.5 in row 1, field 'a'"):
            reliability([[1], [0]], [[0.2], [1.5]], labels=["a"])


class TestShare:
    def test_of_independent_statements_is_wilsons(self):
        hits = np.array([True] * 13 + [False] * 7)
        expected = binomtest(13, 20).proportion_ci(method="wilson")
        estimate = share(hits, np.arange(20), 0.95)
        assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))

    def test_of_copies_is_that_of_the_groups(self):
        one, many = share(np.arange(40) < 12, np.arange(40), 0.9), share(np.arange(200) < 60, np.arange(200) // 5, 0.9)
        assert (many.low, many.high) == pytest.approx((one.low, one.high), abs=0.005)

    @pytest.mark.parametrize("hit", [True, False])
    def test_without_contrast_counts_the_groups(self, hit):
        expected = binomtest(3 * hit, 3).proportion_ci(method="wilson")
        estimate = share(np.full(9, hit), np.arange(9) // 3, 0.95)
        assert (estimate.value, estimate.low, estimate.high) == pytest.approx((float(hit), expected.low, expected.high))

    def test_of_nothing_is_undefined(self):
        estimate = share(np.zeros(0, dtype=bool), np.zeros(0, dtype=int), 0.95)
        assert np.isnan([estimate.value, estimate.low, estimate.high]).all()


class TestConformalCoverage:
    TRUTH = np.array([[1], [1], [1], [1], [0], [0], [NAN]])
    DECISIONS = np.array([[1], [1], [0], [0], [0], [1], [1]], dtype=bool)
    ABSTAINED = np.array([[0], [1], [1], [0], [0], [0], [1]], dtype=bool)

    def test_known_answers_as_a_whole_and_by_slice(self):
        result = conformal_coverage(
            self.TRUTH, self.DECISIONS, self.ABSTAINED, labels=["a"], slices={"source": list("xxyyyyy")}
        )
        whole, x = result.whole["a"], result.slices["source"]["x"]["a"]
        assert (whole.n_positive, whole.n_negative, whole.positives.value, whole.negatives.value) == (4, 2, 0.75, 0.5)
        assert whole.abstained.value == pytest.approx(2 / 6)
        assert (x.n_positive, x.n_negative, x.positives.value) == (2, 0, 1.0)
        assert np.isnan(x.negatives.value)

    def test_what_a_conformal_band_promises_it_keeps(self):
        truth, scores = simulated(4000, slope=0.7)
        known, new = np.arange(4000) < 2000, np.arange(4000) >= 2000
        low, high = abstention_band(scores[known, 0], truth[known, 0] == 1, 0.1)
        decisions, abstained = scores > high, (scores >= low) & (scores <= high)
        one = conformal_coverage(truth[new], decisions[new], abstained[new], labels=["a"], promised=0.9).whole["a"]
        assert one.positives.low < 0.9 < one.positives.high
        assert one.negatives.low < 0.9 < one.negatives.high

    def test_goes_to_json(self):
        result = conformal_coverage(self.TRUTH, self.DECISIONS, self.ABSTAINED, labels=["a"], promised=0.8)
        content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
        assert content["promised"] == 0.8
        assert content["whole"]["a"]["positives"]["value"] == 0.75

    @pytest.mark.parametrize("promised", [0, 1, 1.5, "much"])
    def test_a_promise_out_of_range_is_refused(self, promised):
        with pytest.raises(InvalidInputError, match=r"promised is .*; expected a number between 0 and 1"):
            conformal_coverage(self.TRUTH, self.DECISIONS, self.ABSTAINED, labels=["a"], promised=promised)


@pytest.mark.parametrize(("n_groups", "rate"), [(2, 0.5), (3, 0.5), (5, 0.85)])
def test_intervals_of_shares_hold_with_few_groups(n_groups, rate):
    rng, n, inside = np.random.default_rng(0), 20, 0
    clusters = np.repeat(np.arange(n_groups), n)
    for _ in range(400):  # beta-binomial, correlation .2 within a group
        chances = rng.beta(4 * rate, 4 * (1 - rate), n_groups)
        one = share(rng.random(n_groups * n) < chances[clusters], clusters, 0.95)
        inside += one.low <= rate <= one.high
    assert inside / 400 >= 0.92
