"""Shares: what holds exactly, that intervals hold, what is refused, and that ppi-python agrees."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from stancekit import InvalidInputError
from stancekit.measure.corrected import Corrected, Drawn, Predicted, correct, difference, tune
from stancekit.measure.designs import declare
from stancekit.measure.drawing import draw_sample
from stancekit.measure.prevalence import prevalence
from stancekit.measure.prevalence_estimates import LabelSample
from stancekit.measure.rare import Events, Moments, deviations
from stancekit.measure.shares import share, size_for_width
from stancekit.report.prevalence import prevalence_markdown

LABELS = ("lift", "trade")
N = 4000


def single(n, total):
    return Drawn(
        weights=np.full(n, total / n),
        remaining=np.full(n, 1 - n / total),
        units=np.arange(n),
        strata=np.zeros(n, dtype=np.intp),
    )


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(0)
    truth = rng.random((N, 2)) < [0.1, 0.3]
    predicted = np.where(rng.random((N, 2)) < 0.9, truth, ~truth)
    years = np.repeat([1990, 2000], N // 2)
    return truth, predicted, years


def annotate(truth, rows):
    gold = np.full(truth.shape, np.nan)
    gold[rows] = truth[rows]
    return gold


def test_everything_annotated_leaves_no_doubt(corpus):
    truth, predicted, years = corpus
    found = prevalence(predicted, truth.astype(float), labels=LABELS, design="random", groups={"year": years})
    for i, label in enumerate(LABELS):
        for shares, rows in ((found.whole, years > 0), (found.groups["year"]["1990"], years == 1990)):
            one = shares.per_label[label]
            assert one.corrected.value == pytest.approx(truth[rows, i].mean())
            assert one.corrected.high - one.corrected.low == pytest.approx(0, abs=1e-9)


def test_the_parts_of_a_result(corpus):
    truth, predicted, years = corpus
    sample = draw_sample(N, 400, seed=1)
    found = prevalence(
        predicted,
        annotate(truth, sample.rows),
        labels=LABELS,
        design="random",
        groups={"year": years},
        differences={"year": [(1990, 2000)]},
    )
    lift = found.per_label["lift"]
    assert (lift.n, lift.n_gold, lift.n_positive) == (N, 400, truth[sample.rows, 0].sum())
    assert lift.uncorrected == predicted[:, 0].mean()
    assert lift.gold.value == pytest.approx(truth[sample.rows, 0].mean())
    assert 0 < lift.slope < 1
    assert lift.effective_size > 400
    for one in (lift.corrected, lift.gold):
        assert 0 <= one.low < one.value < one.high <= 1
    assert lift.corrected.high - lift.corrected.low < lift.gold.high - lift.gold.low
    gap = found.difference("year", "1990", "2000").per_label["lift"]
    groups = found.groups["year"]
    assert list(groups) == ["1990", "2000"]
    assert gap.corrected.value == pytest.approx(
        groups["2000"].per_label["lift"].corrected.value - groups["1990"].per_label["lift"].corrected.value
    )
    assert gap.corrected.low < 0 < gap.corrected.high
    assert json.loads(json.dumps(found.to_dict()))["whole"]["per_label"]["lift"]["n_gold"] == 400
    with pytest.raises(InvalidInputError, match="no difference of 'year' from 'a' to 'b' was computed"):
        found.difference("year", "a", "b")
    page = prevalence_markdown(found)
    assert "4,000 statements; statements drawn at random" in page
    assert "| year | 2000 less 1990 | lift |" in page


def test_the_estimate_is_the_regression_estimator(corpus):
    truth, predicted, _ = corpus
    rows = draw_sample(N, 300, seed=2).rows
    one = prevalence(predicted, annotate(truth, rows), labels=LABELS, design="random").per_label["lift"]
    y, x = truth[rows, 0].astype(float), predicted[rows, 0].astype(float)
    slope, intercept = np.polyfit(x, y, 1)
    assert one.slope == pytest.approx(slope)
    assert one.corrected.value == pytest.approx(intercept + slope * predicted[:, 0].mean())
    rest = y - slope * x
    assert one.standard_error == pytest.approx(math.sqrt((1 - 300 / N) * rest.var(ddof=1) / 300))


def test_a_useless_model_costs_next_to_nothing_and_slope_zero_is_gold_alone(corpus):
    truth, _, _ = corpus
    noise = np.random.default_rng(5).random((N, 2))
    gold = annotate(truth, draw_sample(N, 400, seed=3).rows)
    one = prevalence(noise, gold, labels=LABELS, design="random").per_label["trade"]
    assert one.corrected.high - one.corrected.low == pytest.approx(one.gold.high - one.gold.low, rel=0.05)
    without = prevalence(noise, gold, labels=LABELS, design="random", slope=0.0).per_label["trade"]
    assert without.corrected == without.gold == one.gold


def test_gold_alone_is_about_wilsons_interval():
    truth = np.array([1.0] * 60 + [0.0] * 240)
    found = correct(truth, truth, single(300, 10**9), Predicted(mean=0, mean_square=0), slope=0.0, quantile=1.959964)
    wilson = share(truth > 0, np.arange(300), 0.95)
    assert [found.low, found.high] == pytest.approx([wilson.low, wilson.high], abs=0.001)


def test_no_error_seen_is_no_certainty():
    truth = np.zeros(300)
    truth[:3] = 1
    found = correct(truth, truth, single(300, 10**9), Predicted(mean=0.01, mean_square=0.01), slope=1.0, quantile=1.96)
    assert found.variance == 0
    assert found.low < 0.005
    assert found.high > 0.02
    none = correct(0 * truth, 0 * truth, single(300, 10**9), Predicted(mean=0, mean_square=0), slope=1.0, quantile=1.96)
    assert (none.value, none.low) == (0, 0)
    assert 3 / 300 < none.high < 4 / 300


def test_all_of_them_seen_is_no_certainty_either():
    truth = np.ones(300)
    all_ = correct(truth, truth, single(300, 10**9), Predicted(mean=1, mean_square=1), slope=1.0, quantile=1.96)
    none = correct(0 * truth, 0 * truth, single(300, 10**9), Predicted(mean=0, mean_square=0), slope=1.0, quantile=1.96)
    assert (all_.value, all_.high) == (1, 1)
    assert all_.low == pytest.approx(1 - none.high)
    assert 0.98 < all_.low < 0.99


def test_a_share_and_that_of_the_others_have_mirrored_intervals(corpus):
    """Whichever of the two is called the label; the corpus is drawn from something larger, in clusters."""
    truth, predicted, _ = corpus
    documents = np.arange(N) // 20
    rows = draw_sample(N, 40, seed=4, clusters=documents).rows
    sides = [(truth, predicted), (1 - truth, 1 - predicted)]
    one, other = (
        prevalence(
            said, annotate(kind, rows), labels=LABELS, design="random", clusters=documents, population="larger"
        ).per_label["lift"]
        for kind, said in sides
    )
    for a, b in ((one.corrected, other.corrected), (one.gold, other.gold)):
        assert [a.value, a.low, a.high] == pytest.approx([1 - b.value, 1 - b.high, 1 - b.low])
    assert one.effective_size == pytest.approx(other.effective_size)


@pytest.mark.parametrize("share_", [0.97, 0.995])
def test_intervals_cover_shares_near_one(share_):
    rng, n_hits = np.random.default_rng(8), 0
    for _ in range(200):
        truth = (rng.random(5000) < share_).astype(float)
        predicted = (rng.random(5000) < np.where(truth == 1, 0.8, 0.3)).astype(float)
        rows = rng.choice(5000, 80, replace=False)
        drawn, mean = single(80, 5000), predicted.mean()
        slope = tune(truth[rows], predicted[rows], drawn)
        found = correct(
            truth[rows], predicted[rows], drawn, Predicted(mean=mean, mean_square=mean), slope=slope, quantile=1.99
        )
        n_hits += found.low <= truth.mean() <= found.high
    assert n_hits >= 184  # of 200: below that by chance less than once in a hundred


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=5, max_size=60),
    st.floats(0, 1),
    st.floats(1, 4),
)
def test_intervals_hold_their_estimate_and_stay_inside(pairs, mean, quantile):
    truth, predicted = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    drawn = single(len(truth), 1000)
    slope = tune(truth, predicted, drawn)
    assert 0 <= slope <= 1
    found = correct(
        truth, predicted, drawn, Predicted(mean=mean, mean_square=mean * mean), slope=slope, quantile=quantile
    )
    assert 0 <= found.low <= found.value <= found.high <= 1
    wider = correct(
        truth, predicted, drawn, Predicted(mean=mean, mean_square=mean * mean), slope=slope, quantile=quantile + 1
    )
    assert wider.low <= found.low + 1e-12
    assert wider.high >= found.high - 1e-12


def test_moments_and_arrays_reach_as_far():
    influence = np.array([0.03, -0.01, 0.0, -0.02])
    events = Events(rise=0.01, fall=0.01, room_above=0.9, room_below=0.1)
    assert deviations(influence, events, 2.0) == deviations(Moments.of(influence), events, 2.0)


@pytest.mark.parametrize("n_seen", [0, 1, 2, 3, 5, 20, 400])
@pytest.mark.parametrize("quantile", [1.645, 1.96, 2.5])
def test_ends_by_mid_p_values_are_what_they_are_called(n_seen, quantile):
    influence, events = np.full(n_seen, 0.001), Events(rise=0.001, fall=0.0, room_above=1e9, room_below=1e9)
    reach = deviations(influence, events, quantile, mid_p=1.0)
    tail = norm.sf(quantile)
    most = n_seen + reach.up / 0.001
    assert poisson.cdf(n_seen - 1, most) + poisson.pmf(n_seen, most) / 2 == pytest.approx(tail, rel=1e-4)
    fewest = n_seen - reach.down / 0.001
    if n_seen:
        assert poisson.sf(n_seen, fewest) + poisson.pmf(n_seen, fewest) / 2 == pytest.approx(tail, rel=1e-4)
    wilson, half = (deviations(influence, events, quantile, mid_p=part) for part in (0.0, 0.5))
    assert half.up == pytest.approx((wilson.up + reach.up) / 2)
    assert reach.up < wilson.up
    assert reach.down >= wilson.down


def test_with_few_degrees_of_freedom_ends_stay_those_of_wilson():
    def gap(freedom):
        options = {"slope": 0.0, "quantile": 2.0, "freedom": freedom}
        shares = [
            correct(truth, truth, single(100, 10**9), Predicted(mean=0, mean_square=0), inside=inside, **options)
            for inside in (half, ~half)
        ]
        return shares, difference(*shares)

    truth, half = np.zeros(100), np.arange(100) < 50
    truth[[1, 2, 60]] = 1
    (a, b), few = gap(8)
    assert few.high - few.value == pytest.approx(math.hypot(b.high - b.value, a.value - a.low), rel=1e-3)
    widths = [one.high - one.low for one in (few, gap(16)[1], gap(80)[1], gap(10**6)[1])]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 1.05 * widths[-1]


def test_what_is_labelled_wrongly_counts_for_what_it_counts_where_the_model_labels():
    strata = np.repeat(["top", "rest"], [1000, 99_000])
    predicted = np.where(strata == "top", 0.5, 0.0) > np.tile([0.2, 0.8], 50_000)
    sampling = declare(100_000, design="stratified", strata=strata)
    rows = np.concatenate([np.arange(100), np.arange(50_000, 50_100)])
    gold = np.full(100_000, np.nan)
    gold[rows] = predicted[rows]
    sample = LabelSample.of("a", predicted.astype(float), gold, rows, sampling)
    weight = 1000 / 100
    assert sample.whole().predicted.weight == pytest.approx(weight * math.sqrt(1 - 1 / weight))
    found = sample.estimate(sample.whole(), 0.95, 30).corrected
    assert found.events.rise > 50 * found.events.fall > 0


def test_differences_take_the_covariance():
    a = Corrected(value=0.3, low=0.2, high=0.4, influence=np.array([0.05, 0.0]))
    same = difference(a, a)
    assert (same.value, same.low, same.high, same.variance) == (0, pytest.approx(0), pytest.approx(0), 0)
    apart = difference(a, Corrected(value=0.3, low=0.2, high=0.4, influence=np.array([0.0, 0.05])))
    assert apart.high == pytest.approx(math.hypot(0.1, 0.1))


def test_clusters_widen_where_statements_resemble_each_other():
    rng = np.random.default_rng(4)
    documents = np.repeat(np.arange(200), 20)
    truth = (rng.random(200) < 0.3)[documents][:, None]
    gold = annotate(truth, draw_sample(N, 30, clusters=documents, seed=5).rows)
    options = {"labels": ["a"], "design": "random"}
    predicted = rng.random((N, 1)) < 0.3
    loose = prevalence(predicted, gold, **options).per_label["a"]
    tight = prevalence(predicted, gold, **options, clusters=documents, drawn="clusters").per_label["a"]
    assert tight.standard_error > 3 * loose.standard_error
    assert tight.effective_size < 60


def given_chances(fixed_size):
    """Half of the statements are certain and have the label; a tenth of the others was drawn, none with it."""
    gold = np.full((1000, 1), np.nan)
    gold[:500] = 1
    gold[500 + np.arange(0, 500, 10)] = 0
    chances = np.repeat([1.0, 0.1], 500)
    options = {"labels": ["a"], "design": "probability", "probabilities": chances, "slope": 0.0}
    return prevalence(np.full((1000, 1), 0.5), gold, fixed_size=fixed_size, **options).per_label["a"]


def test_hajeks_variance_of_certain_units_is_nothing():
    assert given_chances(True).standard_error == pytest.approx(0, abs=1e-12)
    # Poisson: 50 statements that stand for 10 each and are 0.5 from the mean; (1 - 0.1) of the variance remains.
    assert given_chances(False).standard_error == pytest.approx(math.sqrt(50 / 49 * 50 * 0.9 * (10 * 0.5 / 1000) ** 2))


@pytest.mark.parametrize("fixed_size", [True, False])
def test_variances_with_given_chances_are_those_of_their_formulas(fixed_size):
    rng = np.random.default_rng(14)
    chances = np.where(rng.random(N) < 0.02, 1.0, 0.02 + 0.2 * rng.random(N))
    rows = np.flatnonzero(rng.random(N) < chances)
    truth = (rng.random((N, 1)) < 0.1 + chances[:, None] / 2).astype(float)
    options = {"labels": ["a"], "design": "probability", "probabilities": chances, "slope": 0.0}
    found = prevalence(np.full((N, 1), 0.5), annotate(truth, rows), fixed_size=fixed_size, **options)
    pi, y = chances[rows], truth[rows, 0]
    z = (y - (y / pi).sum() / (1 / pi).sum()) / pi / (1 / pi).sum()
    centre = ((1 - pi) * z).sum() / (1 - pi).sum() if fixed_size else 0.0
    n = (pi < 1).sum()
    expected = n / (n - 1) * ((1 - pi) * (z - centre) ** 2).sum()
    assert found.per_label["a"].standard_error == pytest.approx(math.sqrt(expected))


def test_poisson_draws_are_as_uncertain_as_said():
    rng = np.random.default_rng(15)
    chances = np.where(np.arange(2000) < 200, 1.0, 0.1)
    truth = (chances == 1).astype(float)[:, None]
    said, values = [], []
    for _ in range(300):
        gold = annotate(truth, np.flatnonzero(rng.random(2000) < chances))
        options = {"labels": ["a"], "design": "probability", "probabilities": chances, "slope": 0.0}
        one = prevalence(np.full((2000, 1), 0.5), gold, **options).per_label["a"]
        said.append(one.standard_error)
        values.append(one.corrected.value)
    true = math.sqrt((1800 * 0.9 / 0.1 * 0.1**2) / 2000**2)  # linearised
    assert true == pytest.approx(0.0064, abs=1e-4)
    assert np.mean(said) == pytest.approx(true, rel=0.05)
    # A tenth of the corpus carries the label and all of it was seen, so that no estimate falls below a tenth.
    errors = np.array(values) - 0.1
    assert errors.min() == pytest.approx(0, abs=1e-12)
    assert 0.6 * true < np.sqrt(np.mean(errors**2)) < true


def test_strata_do_not_go_with_something_larger(corpus):
    truth, predicted, _ = corpus
    gold = annotate(truth, draw_sample(N, 400).rows)
    options = {"labels": LABELS, "design": "stratified", "strata": predicted[:, 0], "population": "larger"}
    with pytest.raises(InvalidInputError, match="strata do not go with population 'larger': how large they are there"):
        prevalence(predicted, gold, **options)


def hand_made(n=240):
    """Make a corpus of three strata and of documents of 4, small enough to compute by hand."""
    rng = np.random.default_rng(16)
    truth, predicted = (rng.random(n) < 0.4).astype(float), rng.random(n)
    strata, documents = np.repeat([0, 1, 2], [120, 80, 40]), np.arange(n) // 4
    return truth, predicted, strata, documents


def residual_parts(y, x, slope, weights):
    rest = y - slope * x
    return weights * (rest - weights @ rest / weights.sum()) / weights.sum()


@pytest.mark.parametrize("slope", [0.0, 0.7])
def test_the_stratified_variance_is_that_of_the_textbook(slope):
    y, x, strata, _ = hand_made()
    rows = draw_sample(240, 60, strata=strata, sizes={"0": 20, "1": 30, "2": 10}, seed=1).rows
    options = {"labels": ["a"], "design": "stratified", "strata": strata, "slope": slope}
    one = prevalence(x[:, None], annotate(y[:, None], rows), **options).per_label["a"]
    rest, mine, mean, variance = y - slope * x, strata[rows], slope * x.mean(), 0.0
    for code, (size, n) in enumerate([(120, 20), (80, 30), (40, 10)]):
        inside = rest[rows[mine == code]]
        mean += size / 240 * inside.mean()
        variance += (size / 240) ** 2 * (1 - n / size) * inside.var(ddof=1) / n
    assert (one.corrected.value, one.standard_error) == pytest.approx((mean, math.sqrt(variance)))


@pytest.mark.parametrize("slope", [0.0, 0.7])
def test_the_variance_of_whole_documents_is_that_of_the_textbook(slope):
    y, x, _, documents = hand_made()
    rows = draw_sample(240, 15, clusters=documents, seed=2).rows
    options = {"labels": ["a"], "design": "random", "clusters": documents, "drawn": "clusters", "slope": slope}
    one = prevalence(x[:, None], annotate(y[:, None], rows), **options).per_label["a"]
    totals = (y - slope * x)[rows].reshape(15, 4).sum(axis=1)  # documents are of one size, so the ratio is the mean
    assert one.corrected.value == pytest.approx(slope * x.mean() + totals.mean() / 4)
    assert one.standard_error == pytest.approx(math.sqrt((1 - 15 / 60) * totals.var(ddof=1) / 15) / 4)


@pytest.mark.parametrize("slope", [0.0, 0.7])
def test_in_something_larger_the_corpus_is_a_sample_of_documents_too(slope):
    y, x, _, documents = hand_made()
    rows = draw_sample(240, 60, seed=4).rows
    options = {"labels": ["a"], "design": "random", "clusters": documents, "population": "larger", "slope": slope}
    one = prevalence(x[:, None], annotate(y[:, None], rows), **options).per_label["a"]
    rest = (y - slope * x)[rows]
    off = np.bincount(documents[rows], (rest - rest.mean()) / 60, minlength=60)
    n = len(np.unique(documents[rows]))
    parts = math.sqrt(n / (n - 1)) * off + slope * np.bincount(documents, (x - x.mean()) / 240)
    assert one.standard_error == pytest.approx(math.sqrt(parts @ parts))


def test_group_ratios_and_their_covariance_are_those_of_the_textbook():
    y, x, _, documents = hand_made()
    y = np.where(np.arange(240) % 8 < 6, y[documents * 4], y)  # statements of a document resemble each other
    groups, slope = np.tile([0, 0, 0, 1], 60), 0.7  # groups share documents, so they go together
    rows = draw_sample(240, 30, clusters=documents, seed=3).rows
    found = prevalence(
        x[:, None],
        annotate(y[:, None], rows),
        labels=["a"],
        design="random",
        clusters=documents,
        drawn="clusters",
        slope=slope,
        groups={"g": groups},
        differences={"g": "previous"},
    )
    rest, parts, ends = (y - slope * x)[rows], [], []
    for code in range(2):
        inside = groups[rows] == code
        off = np.where(inside, rest - rest[inside].mean(), 0.0) / inside.mean()
        parts.append(off.reshape(30, 4).sum(axis=1) / 4)
        one = found.groups["g"][str(code)].per_label["a"]
        assert one.corrected.value == pytest.approx(slope * x[groups == code].mean() + rest[inside].mean())
        assert one.standard_error == pytest.approx(math.sqrt(0.5 * parts[code].var(ddof=1) / 30))
        ends.append((one.corrected.value - one.corrected.low, one.corrected.high - one.corrected.value))
    gap = found.difference("g", "0", "1").per_label["a"].corrected
    correlation = np.corrcoef(parts)[0, 1]
    assert correlation > 0.3
    (down_a, up_a), (down_b, up_b) = ends
    # The ends of a difference are by mid-P values, and about there.
    down, up = (
        math.sqrt(one**2 + other**2 - 2 * correlation * one * other) for one, other in ((down_b, up_a), (up_b, down_a))
    )
    assert gap.value - gap.low == pytest.approx(down, rel=0.04)
    assert gap.high - gap.value == pytest.approx(up, rel=0.04)


def test_probabilities_undo_an_uneven_draw():
    rng = np.random.default_rng(6)
    scores = rng.random(N)
    truth = rng.random(N) < scores * 0.2
    chances = 0.02 + 0.3 * scores
    values, said, held = [], [], 0
    for _ in range(200):
        rows = np.flatnonzero(rng.random(N) < chances)
        gold = annotate(truth[:, None], rows)
        one = prevalence(scores[:, None], gold, labels=["a"], design="probability", probabilities=chances).per_label[
            "a"
        ]
        values.append(one.corrected.value)
        said.append(one.standard_error)
        held += one.corrected.low <= truth.mean() <= one.corrected.high
    assert np.mean(values) == pytest.approx(truth.mean(), abs=3 * np.std(values) / math.sqrt(200))
    assert np.mean(said) == pytest.approx(np.std(values), rel=0.15)
    assert 182 <= held <= 198


@pytest.mark.parametrize("design", ["random", "stratified", "clusters"])
def test_intervals_hold(design):
    rng = np.random.default_rng(7)
    documents = np.repeat(np.arange(800), 5)
    truth = rng.random(N) < np.minimum(1, rng.gamma(1, 0.04, 800))[documents]
    predicted = np.where(rng.random(N) < 0.95, truth, rng.random(N) < 0.1)[:, None]
    strata = np.searchsorted([1000, 2500], np.arange(N))
    options = {
        "random": {},
        "stratified": {"strata": strata},
        "clusters": {"clusters": documents},
    }[design]
    held, said, values = 0, [], []
    for seed in range(300):
        sample = draw_sample(N, 120 if design == "clusters" else 300, seed=seed, **options)
        gold = annotate(truth[:, None], sample.rows)
        found = prevalence(predicted, gold, labels=["a"], design=sample.design, drawn=sample.drawn, **options)
        one = found.per_label["a"]
        held += one.corrected.low <= truth.mean() <= one.corrected.high
        said.append(one.standard_error)
        values.append(one.corrected.value)
    assert np.mean(said) == pytest.approx(np.std(values), rel=0.15)
    assert 277 <= held <= 297  # 95 % of 300, and twice the standard deviation of that


def test_groups_with_too_few_are_withheld_and_said(corpus):
    truth, predicted, _ = corpus
    places = np.where(np.arange(N) < 60, "small", "large").astype(object)
    places[100] = None
    gold = annotate(truth, draw_sample(N, 400, seed=8).rows)
    gold[100] = np.nan
    found = prevalence(
        predicted, gold, labels=LABELS, design="random", groups={"place": places}, differences={"place": "previous"}
    )
    small = found.groups["place"]["small"].per_label["lift"]
    assert math.isnan(small.corrected.low)
    assert not math.isnan(small.corrected.value)
    assert small.notes == (f"interval withheld: {small.n_gold} annotated statements, and an interval needs 30",)
    missing = found.groups["place"]["(missing)"].per_label["lift"]
    assert (missing.n, missing.n_gold, missing.notes) == (1, 0, ("interval withheld: nothing is annotated",))
    assert [(one.a, one.b) for one in found.differences] == [("large", "small")]
    assert math.isnan(small.standard_error)
    assert math.isnan(small.effective_size)
    assert math.isnan(found.differences[0].per_label["lift"].corrected.low)
    assert "place: no interval where fewer than 30 statements are annotated (small, (missing))" in prevalence_markdown(
        found
    )


def test_without_a_design_nothing_is_corrected(corpus):
    truth, predicted, years = corpus
    found = prevalence(predicted, annotate(truth, np.arange(50)), labels=LABELS, groups={"year": years})
    one = found.per_label["lift"]
    assert one.uncorrected == predicted[:, 0].mean()
    assert math.isnan(one.corrected.value)
    assert math.isnan(one.gold.value)
    assert found.design is None
    assert "how the annotated statements were drawn was not declared" in found.notes[0]
    assert found.groups["year"]["2000"].per_label["lift"].n_gold == 0
    assert "Uncorrected" in prevalence_markdown(found)
    for options, message in (
        ({"clusters": years}, "clusters can do nothing without a design; declare how rows were drawn"),
        ({"slope": 0.5}, "slope can do nothing without a design"),
        ({"slope": 9}, "slope is 9; expected a number from 0 to 1"),
        ({"drawn": "clusters", "population": "larger"}, "drawn, population can do nothing without a design"),
        ({"fixed_size": True}, "fixed_size can do nothing without a design"),
    ):
        with pytest.raises(InvalidInputError, match=message):
            prevalence(predicted, truth, labels=LABELS, **options)


def test_uncorrected_shares_of_groups_are_means(corpus):
    truth, predicted, _ = corpus
    places = np.random.default_rng(3).integers(0, 50, N)
    gold = annotate(truth, np.arange(500))
    found = prevalence(predicted, gold, labels=LABELS, groups={"place": places}).groups["place"]
    assert list(found) == [str(place) for place in range(50)]
    for place in (0, 17, 49):
        one, mine = found[str(place)].per_label["trade"], places == place
        assert one.uncorrected == pytest.approx(predicted[mine, 1].mean())
        assert (one.n, one.n_gold, one.n_positive) == (mine.sum(), mine[:500].sum(), truth[:500, 1][mine[:500]].sum())


def test_pairs_and_previous_stand_together(corpus):
    truth, predicted, _ = corpus
    years = np.repeat([1990, 2000, 2010, 2020], N // 4)
    gold = annotate(truth, draw_sample(N, 400).rows)
    options = {"labels": LABELS, "design": "random", "groups": {"year": years}}
    asked = {"year": [(1990, 2020), "previous", (1990, 2000)]}
    found = prevalence(predicted, gold, differences=asked, **options).differences
    pairs = [("1990", "2020"), ("1990", "2000"), ("2000", "2010"), ("2010", "2020")]
    assert [(one.a, one.b) for one in found] == pairs
    for wrong in ("before", [("1990",)], [3]):
        with pytest.raises(InvalidInputError, match="expected a pair of values, or 'previous'"):
            prevalence(predicted, gold, differences={"year": wrong}, **options)


def test_the_reason_is_said_where_all_is_of_one_cluster(corpus):
    truth, predicted, _ = corpus
    documents = np.where(np.arange(N) < 800, 0, np.arange(N) // 4)
    places = np.where(np.arange(N) < 800, "one speech", np.where(np.arange(N) < 840, "few", "many"))
    gold = annotate(truth, draw_sample(N, 400).rows)
    found = prevalence(predicted, gold, labels=LABELS, design="random", clusters=documents, groups={"place": places})
    page = prevalence_markdown(found)
    assert "place: no interval where all annotated statements are of one cluster (one speech)" in page
    assert "place: no interval where fewer than 30 statements are annotated (few)" in page


def test_frames_are_read_by_name_and_labels_can_have_gaps(corpus):
    truth, predicted, _ = corpus
    gold = annotate(truth, draw_sample(N, 300, seed=9).rows)
    gold[np.flatnonzero(~np.isnan(gold[:, 1]))[:50], 1] = np.nan
    options = {"labels": LABELS, "design": "random", "gaps": "random"}
    plain = prevalence(predicted, gold, **options)
    frame = pd.DataFrame(gold, columns=LABELS)[["trade", "lift"]]
    assert prevalence(predicted, frame, **options).to_dict() == plain.to_dict()
    assert [one.n_gold for one in plain.per_label.values()] == [300, 250]
    assert "300 for 'lift', 250 for 'trade'" in plain.notes[0]


def test_labels_that_nobody_looked_for_are_left_out(corpus):
    truth, predicted, years = corpus
    gold = annotate(truth, draw_sample(N, 300, seed=9).rows)
    alone = prevalence(predicted[:, :1], gold[:, :1], labels=LABELS[:1], design="random", groups={"year": years})
    zeros, blank = gold.copy(), gold.copy()
    zeros[~np.isnan(gold[:, 1]), 1] = 0
    blank[:, 1] = np.nan
    options = {"labels": LABELS, "design": "random", "groups": {"year": years}}
    unseen = prevalence(predicted, blank, **options)
    named = prevalence(predicted, zeros, only=["lift"], **options)
    assert unseen.labels == named.labels == ("lift",)
    assert unseen.whole == named.whole == alone.whole
    assert unseen.groups == named.groups == alone.groups
    assert unseen.notes == ("left out, since no statement is annotated for it: 'trade'",)
    assert named.notes == ("left out, since annotators did not look for it: 'trade'",)
    assert "left out, since no statement is annotated for it: 'trade'" in prevalence_markdown(unseen)


def test_a_statement_annotated_in_part_is_named(corpus):
    truth, predicted, _ = corpus
    gold = annotate(truth, draw_sample(N, 300, seed=9).rows)
    row = int(np.flatnonzero(~np.isnan(gold[:, 1]))[7])
    gold[row, 1] = np.nan
    said = rf"there is no annotation in row {row}, field 'trade', but one for 'lift' \(1 rows are like this\)"
    with pytest.raises(InvalidInputError, match=said):
        prevalence(predicted, gold, labels=LABELS, design="random")
    assert prevalence(predicted, gold, labels=LABELS, design="random", only=["trade"]).labels == ("trade",)
    assert (
        prevalence(predicted, gold, labels=LABELS, design="random", gaps="random").whole.per_label["trade"].n_gold
        == 299
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"only": ["lift", "peace"]}, r"unknown label in only 'peace'; expected one of \['lift', 'trade'\]"),
        ({"only": "lift"}, r"only is 'lift'; expected a list with some of the labels \['lift', 'trade'\]"),
        ({"only": []}, r"only is \[\]; expected a list"),
        ({"gaps": "any"}, r"unknown gaps 'any'; expected one of \['random'\]"),
        ({"only": ["lift"], "design": None}, "only can do nothing without a design"),
        ({"gaps": "random", "design": None}, "gaps can do nothing without a design"),
        ({"gold": np.full((N, 2), np.nan)}, "0 statements are annotated for 'lift'; expected 30 or more"),
    ],
)
def test_labels_that_cannot_be_left_out(corpus, change, message):
    truth, predicted, _ = corpus
    options = {"gold": annotate(truth, draw_sample(N, 300).rows), "labels": LABELS, "design": "random"} | change
    with pytest.raises(InvalidInputError, match=message):
        prevalence(predicted, **options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"design": "quota"}, "unknown design 'quota'"),
        ({"population": "world"}, "unknown population 'world'"),
        ({"confidence": 95}, "confidence is 95; expected a number between 0 and 1"),
        ({"slope": 2}, "slope is 2; expected a number from 0 to 1"),
        ({"labels": ["lift", "lift"]}, "expected one or more different str"),
        ({"labels": ["lift"]}, r"predicted has shape \(4000, 2\)"),
        ({"groups": {"year": [1]}}, r"groups\['year'\] has 1 values; expected 4000"),
        ({"differences": {"year": [(1, 2)]}}, "differences has 'year', which is none of the groups"),
        ({"predicted": 3}, "predicted is int"),
    ],
)
def test_arguments_that_make_no_sense(corpus, change, message):
    truth, predicted, _ = corpus
    options = {
        "predicted": predicted,
        "gold": annotate(truth, draw_sample(N, 100, seed=1).rows),
        "labels": LABELS,
        "design": "random",
    }
    with pytest.raises(InvalidInputError, match=message):
        prevalence(**(options | change))


def test_values_that_make_no_sense_are_named(corpus):
    truth, predicted, years = corpus
    gold = annotate(truth, draw_sample(N, 100, seed=1).rows)
    bad = gold.copy()
    bad[17, 1] = 2
    with pytest.raises(InvalidInputError, match=r"gold is 2.0 in row 17, field 'trade'; expected 1, 0 or NaN"):
        prevalence(predicted, bad, labels=LABELS, design="random")
    with pytest.raises(InvalidInputError, match=r"gold has shape \(3999, 2\); expected an array of shape \(4000, 2\)"):
        prevalence(predicted, gold[1:], labels=LABELS, design="random")
    with pytest.raises(InvalidInputError, match="gold holds no plain numbers"):
        prevalence(predicted, np.full((N, 2), "yes"), labels=LABELS, design="random")
    for kind in (str, object):  # "1" could be taken for a number
        with pytest.raises(InvalidInputError, match="gold holds no plain numbers"):
            prevalence(predicted, np.full((N, 2), "1").astype(kind), labels=LABELS, design="random")
    for nothing in ({}, {"design": "random"}):
        with pytest.raises(InvalidInputError, match="predicted has no rows; expected at least one statement"):
            prevalence(np.zeros((0, 2)), np.zeros((0, 2)), labels=LABELS, **nothing)
    scores = predicted.astype(float)
    scores[3, 0] = np.nan
    with pytest.raises(InvalidInputError, match="predicted is nan in row 3, field 'lift'"):
        prevalence(scores, gold, labels=LABELS, design="random")
    with pytest.raises(InvalidInputError, match="unknown value of 'year' 1991"):
        prevalence(
            predicted,
            gold,
            labels=LABELS,
            design="random",
            groups={"year": years},
            differences={"year": [(1990, 1991)]},
        )
    few = annotate(truth, draw_sample(N, 29, seed=1).rows)
    with pytest.raises(InvalidInputError, match="29 statements are annotated for 'lift'; expected 30 or more"):
        prevalence(predicted, few, labels=LABELS, design="random")
    chosen = annotate(truth, np.flatnonzero(predicted[:, 0])[:200])
    with pytest.raises(InvalidInputError, match="no random sample of the corpus"):
        prevalence(predicted, chosen, labels=LABELS, design="random")
    chances = np.full(N, np.nan)
    with pytest.raises(InvalidInputError, match="there is no probability in row"):
        prevalence(predicted, gold, labels=LABELS, design="probability", probabilities=chances)


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(40)))
def test_the_order_of_rows_does_not_matter(order):
    rng = np.random.default_rng(11)
    predicted, truth, groups = rng.random((40, 1)), rng.random((40, 1)) < 0.4, np.arange(40) % 2
    gold = annotate(truth, np.arange(0, 35))
    first = prevalence(predicted, gold, labels=["a"], design="random", groups={"g": groups}).to_dict()
    again = prevalence(
        predicted[order], gold[order], labels=["a"], design="random", groups={"g": groups[order]}
    ).to_dict()
    for part in ("whole", "groups"):
        before, after = (json.dumps(found[part]) for found in (first, again))
        assert numbers(before) == pytest.approx(numbers(after))


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)]


def test_a_larger_population_is_less_certain(corpus):
    truth, predicted, _ = corpus
    gold = annotate(truth, draw_sample(N, 1000, seed=12).rows)
    here, beyond = (
        prevalence(predicted, gold, labels=LABELS, design="random", population=population).per_label["trade"]
        for population in ("corpus", "larger")
    )
    assert beyond.corrected.value == here.corrected.value
    assert beyond.standard_error > 1.1 * here.standard_error


PPI_PYTHON = Path(__file__).parents[1] / "data" / "ppi_python.json"
PPI_SLOPE = 0.6


def ppi_data(kind):
    """Make a corpus: truth, predictions, and the rows that are annotated."""
    rng = np.random.default_rng(13)
    n, total = 1000, 20_000
    truth = (rng.random(total) < 0.2).astype(float)
    margins = 1.8 * truth + rng.normal(size=total)
    scores = 1 / (1 + np.exp(-(1.8 * margins - 1.62 + math.log(0.25))))
    predicted = (scores > 0.5).astype(float) if kind == "labels" else scores
    return truth, predicted, np.sort(rng.choice(total, n, replace=False))


@pytest.mark.parametrize("kind", ["labels", "scores"])
def test_what_is_recorded_of_ppi_python_is_what_it_says(kind):
    ppi = pytest.importorskip("ppi_py")
    truth, predicted, rows = ppi_data(kind)
    theirs = (truth[rows], predicted[rows], predicted[np.setdiff1d(np.arange(len(truth)), rows)])
    found = {
        "point": float(ppi.ppi_mean_pointestimate(*theirs, lam=PPI_SLOPE).item()),
        "fixed": [float(end.item()) for end in ppi.ppi_mean_ci(*theirs, alpha=0.05, lam=PPI_SLOPE)],
        "tuned": [float(end.item()) for end in ppi.ppi_mean_ci(*theirs, alpha=0.05, lam=None)],
    }
    recorded = json.loads(PPI_PYTHON.read_text(encoding="utf-8"))[kind]
    for name, values in found.items():
        assert recorded[name] == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize("kind", ["labels", "scores"])
def test_ppi_python_agrees(kind):
    truth, predicted, rows = ppi_data(kind)
    theirs = json.loads(PPI_PYTHON.read_text(encoding="utf-8"))[kind]
    options = {"labels": ["a"], "design": "random", "population": "larger"}
    gold = annotate(truth[:, None], rows)

    def ours(**more):
        return prevalence(predicted[:, None], gold, **options, **more).per_label["a"]

    # Their slope goes with the mean of the other statements, ours with that of all.
    fixed = ours(slope=PPI_SLOPE * len(truth) / (len(truth) - len(rows)))
    assert fixed.corrected.value == pytest.approx(theirs["point"], abs=1e-9)
    for mine, (low, high) in ((fixed, theirs["fixed"]), (ours(), theirs["tuned"])):
        assert mine.standard_error == pytest.approx((high - low) / (2 * 1.959964), rel=0.01)
        assert mine.corrected.value == pytest.approx((low + high) / 2, abs=0.3 * mine.standard_error)
        assert [mine.corrected.low, mine.corrected.high] == pytest.approx([low, high], abs=0.3 * mine.standard_error)


def test_scattered_statements_are_no_sample_of_clusters():
    rng = np.random.default_rng(1)
    truth = rng.random((2000, 1)) < 0.2
    gold = np.full((2000, 1), np.nan)
    rows = rng.choice(2000, 200, replace=False)
    gold[rows] = truth[rows]
    with pytest.raises(InvalidInputError, match="statements in clusters with an annotation are annotated for 'a'"):
        prevalence(truth, gold, labels=["a"], design="random", clusters=np.repeat(np.arange(200), 10), drawn="clusters")


@pytest.mark.parametrize("n_yes", [0, 1, 30, 100])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_the_size_for_a_width_turns_wilsons_interval_round(n_yes, confidence):
    estimate = share(np.arange(100) < n_yes, np.arange(100), confidence)
    # A sample that agrees throughout shows no spread: its share's interval is Wilson's too.
    assert size_for_width(n_yes / 100, estimate.high - estimate.low, confidence) == pytest.approx(100)


def test_no_number_of_statements_gives_a_width_of_nothing_and_none_is_needed_for_all():
    assert math.isnan(size_for_width(0.3, 0.0, 0.95))
    assert size_for_width(0.3, 1.0, 0.95) == 0.0


def test_the_effective_size_is_that_of_the_interval_where_the_sample_shows_no_error():
    gold = np.full((2000, 1), np.nan)
    predicted = np.zeros((2000, 1))
    predicted[:40] = 1
    rows = np.random.default_rng(0).permutation(2000)[:400]
    gold[rows] = predicted[rows]
    one = prevalence(predicted, gold, labels=["a"], design="random").per_label["a"]
    assert one.standard_error == 0.0
    width = one.corrected.high - one.corrected.low
    assert one.effective_size == pytest.approx(size_for_width(one.corrected.value, width, 0.95))
    assert 400 < one.effective_size < 2000


def test_a_share_is_no_less_than_what_was_seen():
    # Six statements with the label in a stratum that stands for few, and a model that gives it to many others.
    strata = np.where(np.arange(4000) < 40, "few", "many")
    truth = (np.arange(4000) < 6).astype(float)[:, None]
    predicted = (np.arange(4000) % 2).astype(float)[:, None]
    rows = np.concatenate([np.arange(20), np.arange(40, 240)])
    gold = annotate(truth, rows)
    options = {"labels": ["a"], "design": "stratified", "strata": strata, "slope": 1.0}
    one = prevalence(predicted, gold, **options).per_label["a"]
    for found in (one.corrected, one.gold):
        assert 6 / 4000 <= found.low <= found.value <= found.high <= 1 - 214 / 4000


def test_documents_of_unequal_size_count_as_fewer():
    sizes = np.array([1] * 40 + [200] * 10)
    units = np.repeat(np.arange(50), sizes)
    drawn = Drawn(
        weights=np.full(len(units), 3.0), remaining=np.ones(len(units)), units=units, strata=np.zeros(50, dtype=np.intp)
    )
    assert drawn.degrees_of_freedom() == pytest.approx(sizes.sum() ** 2 / (sizes**2).sum() - 1)
    equal = np.repeat(np.arange(50), 4)
    even = Drawn(weights=np.ones(200), remaining=np.ones(200), units=equal, strata=np.zeros(50, dtype=np.intp))
    assert even.degrees_of_freedom() == 49


def test_strata_by_what_a_bad_model_says_cost_groups_nothing():
    """No slope changes the whole then; that of groups was 1 however bad the model."""
    wider, whole = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        predicted, group = rng.random(8000) < 0.5, rng.integers(2, size=8000)
        truth = np.where(predicted, rng.random(8000) < 0.1, rng.random(8000) < 0.05)
        strata = np.where(predicted, "yes", "no")
        drawn = draw_sample(8000, 300, strata=strata, sizes={"yes": 150, "no": 150}, seed=seed)
        gold = np.full((8000, 1), np.nan)
        gold[drawn.rows, 0] = truth[drawn.rows]
        found = prevalence(
            predicted[:, None], gold, labels=["a"], design="stratified", strata=strata, groups={"g": group},
            differences={"g": [(0, 1)]},
        )  # fmt: skip
        shares = [found.groups["g"]["0"].per_label["a"], found.differences[0].per_label["a"]]
        wider += [(one.corrected.high - one.corrected.low) / (one.gold.high - one.gold.low) for one in shares]
        whole.append(found.whole.per_label["a"].corrected.value - found.whole.per_label["a"].gold.value)
    assert max(wider) < 1.1
    np.testing.assert_allclose(whole, 0, atol=1e-9)


def test_the_slope_between_strata():
    drawn = Drawn(weights=np.ones(8), remaining=np.ones(8), units=np.arange(8), strata=np.repeat([0, 1], 4))
    truth, predicted = np.array([1.0, 1, 0, 0, 1, 0, 0, 0]), np.repeat([1.0, 0.0], 4)
    assert tune(truth, predicted, drawn) == pytest.approx(0.25)  # a half less a quarter
    assert tune(truth, np.ones(8), drawn) == 1.0
