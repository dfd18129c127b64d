"""Designs: weights, what is left of the variance, drawing, and the test whether a sample can be random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit import InvalidInputError
from stancekit.measure.coded import encode
from stancekit.measure.designs import declare
from stancekit.measure.drawing import draw_sample, proportional
from stancekit.measure.randomness import check_random
from stancekit.measure.rare import bound_on_chance, chance_of_count

STRATA = ["a"] * 60 + ["b"] * 40
DOCUMENTS = np.repeat(np.arange(20), 5)


def test_values_are_in_order_and_missing_ones_last():
    coded = encode("year", ["10", None, 9, float("nan"), " "], 5)
    assert coded.names == ("9", "10", "(missing)")
    assert coded.codes.tolist() == [1, 2, 0, 2, 2]
    assert coded.sizes().tolist() == [1, 1, 3]
    assert encode("x", ["b", "10", "a"], 3).names == ("10", "a", "b")


def test_random_weights_and_correction():
    drawn = declare(100, design="random").drawn(np.arange(20))
    assert drawn.weights == pytest.approx(np.full(20, 5.0))
    assert drawn.left == pytest.approx(np.full(20, 0.8))
    assert (drawn.singly, drawn.freedom()) == (True, 19)


def test_stratified_weights_add_up_to_the_strata():
    rows = np.array([0, 1, 2, 60, 61])
    drawn = declare(100, design="stratified", strata=STRATA).drawn(rows)
    assert drawn.weights == pytest.approx([20, 20, 20, 20, 20])
    assert drawn.left == pytest.approx([1 - 3 / 60] * 3 + [1 - 2 / 40] * 2)
    assert drawn.freedom() == 3


def test_whole_clusters_and_clusters_in_part():
    sampling = declare(100, design="random", clusters=DOCUMENTS, drawn="clusters")
    whole = sampling.drawn(np.arange(20))  # 4 of 20 documents
    assert whole.weights == pytest.approx(np.full(20, 5.0))
    assert whole.left == pytest.approx(np.full(20, 0.8))
    assert (len(whole.strata), whole.freedom()) == (4, 3)
    part = sampling.drawn(np.array([0, 1, 5, 6, 7, 8, 9]))  # 2 of 5, then all of a second document
    assert part.weights == pytest.approx([25, 25, 10, 10, 10, 10, 10])
    assert part.left == pytest.approx(np.ones(7))


def test_given_probabilities_and_a_larger_population():
    chances = np.linspace(0.1, 1.0, 100)
    drawn = declare(100, design="probability", probabilities=chances).drawn(np.arange(90, 100))
    assert drawn.weights == pytest.approx(1 / chances[90:])
    assert drawn.left == pytest.approx(1 - chances[90:])
    assert declare(100, design="random", finite=False).drawn(np.arange(9)).left == pytest.approx(np.ones(9))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"design": "convenience"}, r"unknown design 'convenience'; expected one of \['probability', 'random'"),
        ({"design": "stratified"}, "design 'stratified' needs strata"),
        ({"design": "random", "strata": STRATA}, "strata do not go with design 'random'"),
        ({"design": "probability"}, "probabilities and design 'probability' go together"),
        ({"design": "random", "probabilities": np.ones(100)}, "probabilities and design 'probability' go together"),
        ({"design": "random", "drawn": "clusters"}, "clusters are needed"),
        ({"design": "random", "drawn": "words"}, "unknown drawn 'words'"),
        ({"design": "random", "clusters": [1, 2]}, "clusters has 2 values; expected 100"),
        ({"design": "random", "clusters": "speech"}, "clusters is str; expected one value for each statement"),
        ({"design": "stratified", "strata": ["a"] * 99 + [""]}, "strata has no value in row 99"),
        ({"design": "probability", "probabilities": np.zeros(100)}, r"probability is 0.0 in row 0; expected a number"),
        ({"design": "probability", "probabilities": np.ones(3)}, r"shape \(3,\); expected \(100,\)"),
        ({"design": "probability", "probabilities": ["x"] * 100}, "probabilities are no numbers"),
        (
            {"design": "stratified", "strata": STRATA, "clusters": [1] * 100, "drawn": "clusters"},
            "cluster '1' has statements in more than one stratum",
        ),
    ],
)
def test_designs_that_make_no_sense(options, message):
    with pytest.raises(InvalidInputError, match=message):
        declare(100, **options)


def test_strata_without_enough_are_named():
    sampling = declare(100, design="stratified", strata=STRATA)
    with pytest.raises(InvalidInputError, match="stratum 'b' of the corpus has no annotated statement"):
        sampling.drawn(np.arange(10))
    with pytest.raises(InvalidInputError, match="stratum 'b' has 1 annotated statement"):
        sampling.drawn(np.array([0, 1, 99]))
    clustered = declare(100, design="random", clusters=DOCUMENTS)
    with pytest.raises(InvalidInputError, match="there is 1 annotated cluster"):
        clustered.drawn(np.arange(5))


@settings(deadline=None)
@given(st.lists(st.integers(2, 40), min_size=1, max_size=6), st.data())
def test_a_drawn_sample_is_of_its_design(sizes, data):
    strata = np.repeat(np.arange(len(sizes)), sizes)
    n = data.draw(st.integers(2 * len(sizes), len(strata)))
    sample = draw_sample(len(strata), n, strata=strata, seed=3)
    assert len(sample) == n
    assert len(set(sample.rows.tolist())) == n
    drawn = declare(len(strata), design=sample.design, strata=strata).drawn(sample.rows)
    assert sample.probabilities * drawn.weights == pytest.approx(np.ones(n))
    assert drawn.weights.sum() == pytest.approx(len(strata))
    again = draw_sample(len(strata), n, strata=strata, seed=3)
    assert again.to_dict() == sample.to_dict()


def test_every_statement_is_drawn_as_often_as_said():
    counts = np.zeros(100)
    for seed in range(2000):
        counts[draw_sample(100, 10, strata=STRATA, sizes={"a": 4, "b": 6}, seed=seed).rows] += 1
    assert counts[:60].mean() / 2000 == pytest.approx(4 / 60)
    assert np.abs(counts[:60] / 2000 - 4 / 60).max() < 0.03
    assert np.abs(counts[60:] / 2000 - 6 / 40).max() < 0.04


def test_whole_documents_are_drawn():
    sample = draw_sample(100, 3, clusters=DOCUMENTS)
    assert (sample.design, sample.drawn, len(sample)) == ("random", "clusters", 15)
    assert len(set(DOCUMENTS[sample.rows])) == 3
    assert sample.probabilities == pytest.approx(np.full(15, 3 / 20))


@pytest.mark.parametrize(
    ("n", "sizes", "message"),
    [
        (101, None, "n is 101; expected a whole number from 4"),
        (3, None, "n is 3"),
        (2.5, None, "n is 2.5"),
        (10, {"a": 10}, r"sizes has \['a'\]; expected the strata \['a', 'b'\]"),
        (10, {"a": 9, "b": 1}, "add up to 10, each at least 2"),
        (10, {"a": 4, "b": 4}, "add up to 10"),
    ],
)
def test_samples_that_cannot_be_drawn(n, sizes, message):
    with pytest.raises(InvalidInputError, match=message):
        draw_sample(100, n, strata=STRATA, sizes=sizes)


@given(st.integers(0, 300), st.lists(st.tuples(st.floats(0, 100), st.integers(1, 50)), min_size=1, max_size=8))
def test_division_takes_what_there_is_and_no_more(n, strata):
    sizes, available = (np.array(part) for part in zip(*strata, strict=True))
    taken = proportional(n, sizes, available)
    assert (taken <= available).all()
    assert (taken >= np.minimum(2, available)).all()
    assert taken.sum() == max(min(n, available.sum()), np.minimum(2, available).sum())


def test_counts_have_the_chance_they_have():
    drawn = np.random.default_rng(0).hypergeometric(30, 70, 20, size=200_000)
    for count in (2, 6, 11):
        tail = min((drawn <= count).mean(), (drawn >= count).mean())
        assert chance_of_count(count, 20, 30, 100) == pytest.approx(min(1.0, 2 * tail), rel=0.05)
    assert bound_on_chance(3.0, 1.0, 0.0) == pytest.approx(2 * np.exp(-4.5))
    assert (bound_on_chance(0.0, 0.0, 0.0), bound_on_chance(1.0, 0.0, 0.0)) == (1.0, 0.0)


@pytest.fixture(scope="module")
def scores():
    return np.random.default_rng(1).beta(0.3, 4.0, 5000)


def samplings(scores):
    documents = np.repeat(np.arange(1000), 5)
    years = np.tile(np.arange(5), 1000)
    chances = np.minimum(1.0, 0.05 + scores)
    return {
        "random": declare(5000, design="random"),
        "stratified": declare(5000, design="stratified", strata=years),
        "clusters": declare(5000, design="random", clusters=documents, drawn="clusters"),
        "probability": declare(5000, design="probability", probabilities=chances),
    }


def honest(name, sampling, rng):
    if name == "clusters":
        return np.flatnonzero(np.isin(sampling.unit_codes, rng.choice(1000, 60, replace=False)))
    if name == "probability":
        return np.flatnonzero(rng.random(5000) < sampling.probabilities)
    return np.sort(rng.choice(5000, 300, replace=False))


@pytest.mark.parametrize("as_labels", [True, False])
@pytest.mark.parametrize("name", ["random", "stratified", "clusters", "probability"])
def test_honest_samples_pass_and_chosen_ones_do_not(name, as_labels, scores):
    sampling, rng = samplings(scores)[name], np.random.default_rng(2)
    predicted = (scores > 0.2).astype(float) if as_labels else scores
    for _ in range(40):
        check_random(predicted, honest(name, sampling, rng), sampling, "x")
    highest = np.sort(np.argsort(-scores, kind="stable")[:300])
    if name == "clusters":
        highest = np.flatnonzero(np.isin(sampling.unit_codes, np.unique(sampling.unit_codes[highest])[:60]))
        highest = highest[np.argsort(-scores[highest], kind="stable")[:150]]
        highest.sort()
    with pytest.raises(InvalidInputError, match=r"are no random sample of the corpus: the model gives .* for 'x'"):
        check_random(predicted, highest, sampling, "x")


def test_uncertain_statements_are_no_random_sample(scores):
    uncertain = np.sort(np.argsort(np.abs(scores - 0.5))[:200])
    with pytest.raises(InvalidInputError, match="draw one with draw_sample"):
        check_random(scores, uncertain, samplings(scores)["random"], "x")


def test_without_all_probabilities_nothing_is_tested(scores):
    chances = np.full(5000, np.nan)
    rows = np.argsort(-scores)[:100]
    chances[rows] = 0.5
    check_random(scores, np.sort(rows), declare(5000, design="probability", probabilities=chances), "x")
    assert np.isnan(chances).sum() == 4900


def test_a_model_that_always_says_the_same_shows_nothing(scores):
    for constant in (0.0, 0.3, 1.0):
        for sampling in samplings(scores).values():
            check_random(np.full(5000, constant), np.arange(50), sampling, "x")
    with pytest.raises(InvalidInputError, match="no random sample"):
        check_random(scores, np.arange(5000)[scores > 0.3], samplings(scores)["random"], "x")
