"""Calibration against simulated truth, scikit-learn and brute force; the guarantee of the abstention."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from stancekit import InvalidInputError
from stancekit.calibration import (
    Calibration,
    abstention_band,
    best_threshold,
    fit_sigmoid,
    fit_softmax,
    sigmoid,
    softmax_loss,
    without_levels,
)

N_LABELS = 3


def calibration(exclusive=False, **changes):
    values = {
        "slope": np.array([1.0, 2.0, 0.5]),
        "offset": np.array([0.0, -1.0, 0.3]),
        "threshold": np.array([0.5, 0.3, 0.9]),
        "low": np.array([0.2, 0.6, 0.5]),
        "high": np.array([0.7, 0.4, 0.5]),
    }
    return Calibration(**(values | changes), exclusive=exclusive)


def simulated(n=4000, slope=1.7, offset=-0.8, seed=0):
    random = np.random.default_rng(seed)
    margins = random.normal(scale=2, size=n)
    return margins, random.random(n) < expit(slope * margins + offset)


MARGINS = arrays(np.float64, st.tuples(st.integers(0, 6), st.just(N_LABELS)), elements=st.floats(-1e6, 1e6))


class TestSigmoid:
    def test_of_extremes_has_no_overflow(self):
        logits = np.array([-np.inf, -1e308, -800.0, 0.0, 800.0, 1e308, np.inf])
        assert sigmoid(logits).tolist() == [0, 0, 0, 0.5, 1, 1, 1]

    @given(arrays(np.float64, st.integers(0, 20), elements=st.floats(-700, 700)))
    def test_agrees_with_scipy(self, logits):
        np.testing.assert_allclose(sigmoid(logits), expit(logits), rtol=1e-12, atol=1e-15)


class TestScores:
    @given(MARGINS)
    def test_are_a_sigmoid_of_slope_and_offset(self, margins):
        scores = calibration().scores(margins)
        assert scores.shape == margins.shape
        expected = expit(margins * np.array([1.0, 2.0, 0.5]) + np.array([0.0, -1.0, 0.3]))
        np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-15)

    @given(MARGINS)
    def test_of_an_exclusive_codebook_add_up_to_one(self, margins):
        scores = calibration(exclusive=True).scores(margins)
        assert scores.shape == margins.shape
        assert ((scores >= 0) & (scores <= 1)).all()
        np.testing.assert_allclose(scores.sum(axis=1), np.ones(len(margins)), rtol=1e-12)

    def test_of_an_exclusive_codebook_are_the_softmax(self):
        margins = np.array([[0.2, -1.0, 3.0], [0.0, 0.0, 0.0]])
        made = calibration(exclusive=True)
        np.testing.assert_allclose(made.scores(margins), softmax(margins * made.slope + made.offset, axis=1))

    def test_change_no_margin(self):
        margins = np.ones((2, N_LABELS))
        calibration(exclusive=True).scores(margins)
        assert (margins == 1).all()


class TestDecide:
    def test_from_the_threshold_on(self):
        scores = np.array([[0.5, 0.3, 0.9], [0.4999, 0.2999, 0.8999]])
        assert calibration().decide(scores).tolist() == [[True] * 3, [False] * 3]

    @given(MARGINS)
    def test_has_one_winner_where_labels_exclude_one_another(self, margins):
        made = calibration(exclusive=True)
        scores = made.scores(margins)
        decisions = made.decide(scores)
        assert decisions.sum(axis=1).tolist() == [1] * len(margins)

    @given(arrays(np.float64, st.tuples(st.integers(0, 6), st.just(N_LABELS)), elements=st.floats(-30, 30)))
    def test_offsets_move_scores_and_not_the_winner(self, margins):
        made = calibration(exclusive=True)
        decided, bent = made.decide(made.scores(margins)), margins * made.slope
        np.testing.assert_allclose(bent[decided], bent.max(axis=1, initial=-np.inf), atol=1e-9)

    @given(arrays(np.float64, st.tuples(st.integers(1, 6), st.just(N_LABELS)), elements=st.floats(-9, 9)))
    def test_a_label_is_asserted_from_its_boundary_on(self, margins):
        for made in (calibration(), calibration(exclusive=True)):
            scores = made.scores(margins)
            above = scores - made.boundaries(scores)
            decided = made.decide(scores)
            assert (above[decided] >= -1e-9).all()
            assert (above[~decided] <= 1e-9).all()

    def test_offsets_in_the_bias_leave_the_win_to_the_highest_score(self):
        made, bias = calibration(exclusive=True), np.array([0.1, -0.2, 0.0])
        margins = np.random.default_rng(0).normal(size=(50, 3))
        moved, added = without_levels(made, bias)
        scores = moved.scores(margins + added)
        np.testing.assert_allclose(scores, made.scores(margins + bias))
        assert (moved.decide(scores).argmax(axis=1) == scores.argmax(axis=1)).all()
        assert not moved.has_levels

    def test_without_offsets_the_highest_score_wins_to_the_last_digit(self):
        made = calibration(exclusive=True, offset=np.full(3, 0.7))
        scores = np.array([[np.nextafter(0.4, 0), 0.4, 0.2], [1 / 3, 1 / 3, 1 / 3]])
        assert made.decide(scores).tolist() == [[False, True, False], [True, False, False]]
        assert not made.has_levels
        np.testing.assert_allclose(made.levelled(scores), scores, rtol=1e-12)

    def test_the_level_is_the_score_of_a_statement_that_speaks_for_no_label(self):
        made = calibration(exclusive=True, slope=np.full(3, 2.0))
        assert made.has_levels
        np.testing.assert_allclose(made.level, made.scores(np.full((1, 3), 0.4))[0])
        times = np.array([[1.1, 1.2, 0.9]])
        assert made.decide(made.level * times).tolist() == [[False, True, False]]
        np.testing.assert_allclose(made.levelled(made.level * times), times / 3.2)


class TestAbstain:
    def test_from_low_to_just_below_high(self):
        scores = np.array([[0.2, 0.5, 0.5], [0.69, 0.4, 0.49], [0.19, 0.6, 0.51], [0.71, 0.0, 1.0]])
        expected = [[True, False, False], [True, False, False], [False] * 3, [False] * 3]
        assert calibration().abstain(scores).tolist() == expected

    def test_among_labels_that_exclude_one_another_where_several_are_possible(self):
        made = calibration(exclusive=True, offset=np.zeros(3), low=np.array([0.3, 0.3, 0.3]))
        scores = np.array([[0.4, 0.35, 0.25], [0.9, 0.05, 0.05], [0.34, 0.33, 0.33], [0.28, 0.2, 0.29]])
        assert made.abstain(scores).tolist() == [[True, True, False], [False] * 3, [True] * 3, [False, False, True]]

    def test_a_winner_that_is_ruled_out_is_not_asserted(self):
        made = calibration(exclusive=True, low=np.array([0.9, 0.1, 0.3]))
        assert made.abstain(np.array([[0.6, 0.2, 0.2]])).tolist() == [[True, True, False]]

    def test_where_nothing_is_ruled_out_at_all_the_highest_score_wins(self):
        made = calibration(exclusive=True, low=np.ones(3))
        assert not made.abstain(np.array([[0.4, 0.35, 0.25]])).any()


@pytest.mark.parametrize("exclusive", [False, True])
class TestAnyCalibration:
    @pytest.mark.parametrize("n", [0, 1, 4])
    def test_has_the_law_of_shapes(self, exclusive, n):
        made = calibration(exclusive)
        scores = made.scores(np.zeros((n, N_LABELS)))
        assert scores.shape == (n, N_LABELS)
        assert scores.dtype == np.float64
        for flags in (made.decide(scores), made.abstain(scores)):
            assert flags.shape == (n, N_LABELS)
            assert flags.dtype == bool

    def test_a_row_does_not_depend_on_its_batch(self, exclusive):
        made = calibration(exclusive)
        margins = np.random.default_rng(1).normal(size=(20, N_LABELS))
        scores = made.scores(margins)
        np.testing.assert_array_equal(scores, np.concatenate([made.scores(row[None]) for row in margins]))

    def test_becomes_json_and_back(self, exclusive):
        made = calibration(exclusive)
        content = json.loads(json.dumps(made.to_dict()))
        assert content.pop("exclusive") is exclusive
        again = Calibration(**{name: np.array(values) for name, values in content.items()}, exclusive=exclusive)
        for name in ("slope", "offset", "threshold", "low", "high"):
            np.testing.assert_array_equal(getattr(again, name), getattr(made, name))

    def test_error_zero_never_abstains(self, exclusive):
        low, high = abstention_band(np.array([0.2, 0.9]), np.array([True, False]), error=0)
        made = calibration(exclusive, low=np.full(N_LABELS, low), high=np.full(N_LABELS, high))
        scores = np.array([[0.0, 0.5, 1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
        scores = scores[:2] if exclusive else scores  # where labels exclude one another, scores add up to 1
        assert not made.abstain(scores).any()


class TestFitSigmoid:
    @pytest.mark.parametrize(("slope", "offset"), [(1.7, -0.8), (0.4, 1.5), (1.0, 0.0)])
    def test_recovers_the_curve_that_made_the_data(self, slope, offset):
        found = fit_sigmoid(*simulated(n=40_000, slope=slope, offset=offset))
        np.testing.assert_allclose(found, (slope, offset), atol=0.06)

    @pytest.mark.parametrize("n", [5, 50, 2000])
    def test_agrees_with_a_logistic_regression_on_smoothed_targets(self, n):
        margins, truth = simulated(n=n, seed=3)
        n_yes = truth.sum()
        target = np.where(truth, (n_yes + 1) / (n_yes + 2), 1 / (n - n_yes + 2))
        regression = LogisticRegression(C=1e10, tol=1e-10, max_iter=1000)
        twice = np.concatenate([margins, margins])[:, None]
        answers = np.repeat([1, 0], n)
        regression.fit(twice, answers, sample_weight=np.concatenate([target, 1 - target]))
        expected = (regression.coef_[0, 0], regression.intercept_[0])
        np.testing.assert_allclose(fit_sigmoid(margins, truth), expected, rtol=1e-3, atol=1e-3)

    def test_agrees_with_a_plain_logistic_regression_on_much_data(self):
        margins, truth = simulated(n=40_000)
        regression = LogisticRegression(C=1e10, tol=1e-10).fit(margins[:, None], truth)
        expected = (regression.coef_[0, 0], regression.intercept_[0])
        np.testing.assert_allclose(fit_sigmoid(margins, truth), expected, rtol=5e-3, atol=5e-3)

    def test_of_separated_classes_is_finite_and_rises(self):
        slope, offset = fit_sigmoid(np.array([-3.0, -2, -1, 1, 2, 3]) * 100, np.array([False] * 3 + [True] * 3))
        assert 0 < slope < 1
        assert abs(offset) < 1e-3

    @pytest.mark.parametrize("answer", [True, False])
    def test_of_one_class_alone_stays_within_the_smoothed_rate(self, answer):
        margins = np.linspace(-1, 1, 8)
        slope, offset = fit_sigmoid(margins, np.full(8, answer))
        rate = 9 / 10 if answer else 1 / 10
        np.testing.assert_allclose(expit(slope * margins + offset), rate, atol=1e-3)

    def test_of_equal_margins_gives_the_rate(self):
        truth = np.array([True, False, False, False])
        slope, offset = fit_sigmoid(np.full(4, 2.0), truth)
        smoothed = (2 / 3 + 3 * 1 / 5) / 4
        assert expit(slope * 2 + offset) == pytest.approx(smoothed, abs=1e-3)

    @pytest.mark.parametrize("slope", [-0.9, -0.05])
    def test_never_turns_the_margins_round(self, slope):
        margins, truth = simulated(n=2000, slope=slope, offset=0.5)
        found, offset = fit_sigmoid(margins, truth)
        assert found == 0.0
        assert expit(offset) == pytest.approx(truth.mean(), abs=0.001)


class TestFitSoftmax:
    def test_few_statements_without_an_error_warrant_no_certainty(self):
        margins = np.array([[3.0, -3.0], [-3.0, 3.0]] * 6)
        slope, offset = fit_softmax(margins, np.array([0, 1] * 6))
        assert 0.8 < softmax(slope * margins[0] + offset)[0] < 0.95

    @pytest.mark.parametrize("slope", [0.2, 1.0, 5.0])
    def test_recovers_what_made_the_data(self, slope):
        random = np.random.default_rng(0)
        margins, offset = random.normal(size=(20_000, 4)), np.array([1.0, -1.5, 0.0, 0.5])
        winners = (slope * margins + offset + random.gumbel(size=margins.shape)).argmax(axis=1)
        found, offsets = fit_softmax(margins, winners)
        assert found == pytest.approx(slope, rel=0.08)
        np.testing.assert_allclose(offsets, offset, atol=0.12)
        assert offsets.sum() == pytest.approx(0, abs=1e-9)

    def test_mean_scores_are_the_shares_of_the_labels(self):
        # What temperature alone cannot do: heads that balance their labels say each is as frequent as the others.
        random = np.random.default_rng(1)
        winners = random.choice(3, p=[0.8, 0.15, 0.05], size=3000)
        margins = 1.5 * np.eye(3)[winners] + random.normal(size=(3000, 3))
        slope, offset = fit_softmax(margins, winners)
        shares = np.bincount(winners) / 3000
        np.testing.assert_allclose(softmax(slope * margins + offset, axis=1).mean(axis=0), shares, atol=0.002)

    def test_is_the_best_of_a_grid(self):
        random = np.random.default_rng(1)
        margins, winners = random.normal(size=(200, 3)), random.integers(3, size=200)
        winners[:120] = margins[:120].argmax(axis=1)

        def loss(slope, offset):
            return -(target * np.log(softmax(margins * slope + offset, axis=1))).sum(axis=1).mean()

        # Targets a little inside 0 and 1, as for two classes.
        counts = np.bincount(winners)[winners][:, None]
        target = np.where(np.arange(3) == winners[:, None], counts + 1, 1) / (counts + 3)
        found, offset = fit_softmax(margins, winners)
        steps = random.normal(scale=0.1, size=(400, 4))
        nearby = [loss(found * np.exp(step[0]), offset + step[1:]) for step in steps]
        assert loss(found, offset) <= min(nearby) + 1e-9
        assert loss(found, offset) <= min(loss(slope, offset) for slope in np.geomspace(0.02, 50, 400)) + 1e-9

    def test_the_gradient_is_that_of_the_loss(self):
        random = np.random.default_rng(2)
        margins, target = random.normal(size=(30, 3)), random.dirichlet(np.ones(3), size=30)
        at = np.array([0.3, 0.5, -0.2, 0.1])

        def loss(x):
            return softmax_loss(margins, target, x[0], x[1:])[0]

        numeric = [(loss(at + step) - loss(at - step)) / 2e-6 for step in 1e-6 * np.eye(4)]
        np.testing.assert_allclose(softmax_loss(margins, target, at[0], at[1:])[1], numeric, rtol=1e-5)

    @pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
    def test_the_scale_of_margins_changes_nothing(self, scale):
        random = np.random.default_rng(3)
        winners = random.integers(3, size=500)
        margins = np.eye(3)[winners] + random.normal(size=(500, 3))
        slope, offset = fit_softmax(margins, winners)
        scaled, same = fit_softmax(scale * margins, winners)
        assert scaled * scale == pytest.approx(slope, rel=1e-3)
        np.testing.assert_allclose(same, offset, atol=1e-3)

    def test_margins_that_go_against_their_labels_tell_nothing(self):
        random = np.random.default_rng(4)
        winners = random.choice(3, p=[0.6, 0.3, 0.1], size=600)
        slope, offset = fit_softmax(random.normal(size=(600, 3)) - np.eye(3)[winners], winners)
        assert slope == 0.0
        made = calibration(exclusive=True, slope=np.zeros(3), offset=offset)
        scores = made.scores(random.normal(size=(5, 3)))
        np.testing.assert_allclose(scores[0], np.bincount(winners) / 600, atol=0.01)
        assert made.decide(scores).tolist() == [[True, False, False]] * 5  # the most frequent

    def test_of_huge_margins_has_no_overflow(self):
        slope, offset = fit_softmax(np.array([[1e5, -1e5], [-1e5, 1e5]]), np.array([0, 0]))
        assert np.isfinite([slope, *offset]).all()


def f1_from(scores, truth, threshold):
    return f1_score(truth, scores >= threshold, zero_division=0.0)


# Few different scores, so that ties are common; neighbours that have no float between them.
SCORES = st.sampled_from([0.0, 5e-324, 0.1, np.nextafter(0.1, 1), 0.3, 0.5, 0.7, np.nextafter(1, 0), 1.0])


@st.composite
def scored(draw):
    n = draw(st.integers(1, 15))
    return draw(arrays(np.float64, n, elements=SCORES | st.floats(0, 1))), draw(arrays(np.bool_, n))


class TestBestThreshold:
    @settings(max_examples=300, deadline=None)
    @given(scored())
    def test_gives_the_f1_of_the_best_cut_there_is(self, data):
        scores, truth = data
        best = max(f1_from(scores, truth, cut) for cut in np.unique(scores))
        assert f1_from(scores, truth, best_threshold(scores, truth)) == pytest.approx(best, abs=1e-12)

    @settings(max_examples=100, deadline=None)
    @given(scored(), st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order(self, data, random):
        scores, truth = data
        order = np.array(random.sample(range(len(scores)), len(scores)))
        assert best_threshold(scores[order], truth[order]) == best_threshold(scores, truth)

    def test_lies_halfway_to_the_next_lower_score(self):
        scores, truth = np.array([0.9, 0.8, 0.4, 0.2]), np.array([True, True, False, False])
        assert best_threshold(scores, truth) == pytest.approx(0.6)

    def test_asserts_equal_scores_together(self):
        scores, truth = np.array([0.8, 0.8, 0.8, 0.2]), np.array([True, False, True, True])
        assert best_threshold(scores, truth) == pytest.approx(0.1)
        assert best_threshold(scores, np.array([True, False, True, False])) == pytest.approx(0.5)

    def test_of_ever_true_lets_every_score_pass(self):
        assert best_threshold(np.array([0.6, 0.4]), np.array([True, True])) == pytest.approx(0.2)

    def test_of_neighbouring_floats_stays_above_the_lower(self):
        upper = 1.0
        lower = np.nextafter(upper, 0)
        assert lower < best_threshold(np.array([lower, upper]), np.array([False, True])) <= upper


def band_errors(draw, n, error, n_draws, n_new=200):
    """Give the shares, averaged over draws, of new yes below `low` and of new no above `high`."""
    missed, false = [], []
    for seed in range(n_draws):
        random = np.random.default_rng(seed)
        low, high = abstention_band(*draw(random, n), error)
        scores, truth = draw(random, n_new)
        missed.append((scores[truth] < low).mean())
        false.append((scores[~truth] > high).mean())
    return np.mean(missed), np.mean(false)


def smooth(random, n):
    truth = np.arange(n) % 3 == 0
    return expit(random.normal(loc=np.where(truth, 1.0, -1.0), scale=1.5)), truth


def coarse(random, n):
    scores, truth = smooth(random, n)
    return np.round(scores, 1), truth


def constant(random, n):
    return np.full(n, 0.1), np.arange(n) % 2 == 0


class TestAbstentionBand:
    @pytest.mark.parametrize("draw", [smooth, coarse, constant])
    @pytest.mark.parametrize("error", [0.05, 0.1, 0.3, 0.6])
    @pytest.mark.parametrize("n", [30, 120])
    def test_keeps_the_error_of_either_class_below_its_level(self, draw, error, n):
        missed, false = band_errors(draw, n, error, n_draws=600)
        slack = 3 * np.sqrt(error * (1 - error) / (n / 3) / 600)  # three standard errors of the average
        assert missed <= error + slack
        assert false <= error + slack

    def test_wastes_little_of_its_level(self):
        missed, false = band_errors(smooth, 300, 0.1, n_draws=600)
        assert 0.1 - missed < 0.02
        assert 0.1 - false < 0.02

    @settings(max_examples=200, deadline=None)
    @given(scored(), st.floats(0.01, 0.99))
    def test_of_its_own_data_wrongs_no_more_than_its_level(self, data, error):
        scores, truth = data
        low, high = abstention_band(scores, truth, error)
        assert (scores[truth] < low).sum() < error * (truth.sum() + 1) + 1e-9
        assert (scores[~truth] > high).sum() < error * ((~truth).sum() + 1) + 1e-9

    @pytest.mark.parametrize("score", [0.1, 0.3, 0.7, 1 / 3])
    def test_abstains_where_all_scores_are_the_same(self, score):
        assert abstention_band(np.full(40, score), np.arange(40) < 20, 0.1) == (score, score)

    def test_of_too_few_rules_nothing_out(self):
        scores = np.array([0.99] * 8 + [0.01] * 8)
        truth = np.arange(16) < 8
        assert abstention_band(scores, truth, 0.1) == (0.0, 1.0)
        assert abstention_band(scores, truth, 0.2) == (0.99, 0.01)
        assert abstention_band(np.array([]), np.array([], dtype=bool), 0.5) == (0.0, 1.0)

    def test_of_one_class_alone_leaves_the_other_open(self):
        scores = np.linspace(0.1, 0.9, 9)
        assert abstention_band(scores, np.full(9, True), 0.2) == (pytest.approx(0.2), 1.0)
        assert abstention_band(scores, np.full(9, False), 0.2) == (0.0, pytest.approx(0.8))

    def test_shrinks_as_the_error_grows(self):
        scores, truth = smooth(np.random.default_rng(0), 300)
        bands = [abstention_band(scores, truth, error) for error in (0.01, 0.05, 0.1, 0.3, 0.6)]
        lows, highs = zip(*bands, strict=True)
        assert sorted(lows) == list(lows)
        assert sorted(highs, reverse=True) == list(highs)

    @pytest.mark.parametrize("error", [-0.1, 1, 1.5, float("nan"), float("inf")])
    def test_refuses_a_level_out_of_range(self, error):
        message = f"the error level of abstention must lie in [0, 1), got {error!r}"
        with pytest.raises(InvalidInputError, match=re.escape(message)):
            abstention_band(np.array([0.5]), np.array([True]), error)
