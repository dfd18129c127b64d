"""Designs: weights, what is left of the variance, drawing, and the test whether a sample can be random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit import InvalidInputError, prevalence
from stancekit.measure.coded import crossed, encode
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


def test_whole_numbers_are_read_like_their_texts():
    values = np.random.default_rng(0).integers(-5, 200, 1000)
    fast, slow = encode("x", values, 1000), encode("x", [str(value) for value in values], 1000)
    assert fast.names == slow.names
    assert (fast.codes == slow.codes).all()
    with pytest.raises(InvalidInputError, match="x has 1000 values; expected 999"):
        encode("x", values, 999)


def test_columns_are_crossed():
    assert crossed([1990, None, 2000], ["a", "b", " "]) == ["1990 / a", "(none) / b", "2000 / (none)"]
    with pytest.raises(InvalidInputError, match=r"columns to cross have \[1, 2\] values; expected as many in each"):
        crossed([1], [1, 2])


def test_random_weights_and_correction():
    drawn = declare(100, design="random").drawn(np.arange(20))
    assert drawn.weights == pytest.approx(np.full(20, 5.0))
    assert drawn.remaining == pytest.approx(np.full(20, 0.8))
    assert (drawn.singly, drawn.degrees_of_freedom()) == (True, 19)


def test_stratified_weights_add_up_to_the_strata():
    rows = np.array([0, 1, 2, 60, 61])
    drawn = declare(100, design="stratified", strata=STRATA).drawn(rows)
    assert drawn.weights == pytest.approx([20, 20, 20, 20, 20])
    assert drawn.remaining == pytest.approx([1 - 3 / 60] * 3 + [1 - 2 / 40] * 2)
    assert drawn.degrees_of_freedom() == 3


def test_whole_clusters_and_clusters_in_part():
    sampling = declare(100, design="random", clusters=DOCUMENTS, drawn="clusters")
    whole = sampling.drawn(np.arange(20))  # 4 of 20 documents
    assert whole.weights == pytest.approx(np.full(20, 5.0))
    assert whole.remaining == pytest.approx(np.full(20, 0.8))
    assert (len(whole.strata), whole.degrees_of_freedom()) == (4, 3)
    part = sampling.drawn(np.array([0, 1, 5, 6, 7, 8, 9]))  # 2 of 5, then all of a second document
    assert part.weights == pytest.approx([25, 25, 10, 10, 10, 10, 10])
    assert part.remaining == pytest.approx(np.ones(7))


def test_given_probabilities_and_a_larger_population():
    chances = np.linspace(0.1, 1.0, 100)
    drawn = declare(100, design="probability", probabilities=chances).drawn(np.arange(90, 100))
    assert drawn.weights == pytest.approx(1 / chances[90:])
    assert drawn.remaining == pytest.approx(1 - chances[90:])
    certain = declare(100, design="probability", probabilities=np.repeat([1.0, 0.5], 50)).drawn(np.arange(60))
    assert certain.degrees_of_freedom() == 9
    assert declare(100, design="random", finite=False).drawn(np.arange(9)).remaining == pytest.approx(np.ones(9))


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
        ({"design": "random", "fixed_size": True}, "fixed_size goes with design 'probability'"),
        ({"design": "stratified", "strata": STRATA, "finite": False}, "strata do not go with population 'larger'"),
        (
            {
                "design": "probability",
                "drawn": "clusters",
                "clusters": DOCUMENTS,
                "probabilities": [0.5] * 7 + [0.25] + [0.5] * 92,
            },
            "cluster '1' has probabilities from 0.25 to 0.5; a cluster that is drawn whole has one chance",
        ),
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


def test_a_stratum_of_one_is_all_known_or_refused():
    strata = ["a"] * 200 + ["b"]
    sample = draw_sample(201, 40, strata=strata)
    assert 200 in sample.rows
    assert sample.probabilities[-1] == 1
    drawn = declare(201, design="stratified", strata=strata).drawn(sample.rows)
    assert (drawn.remaining[-1], drawn.degrees_of_freedom()) == (0, 38)
    assert draw_sample(201, 40, strata=strata, sizes={"a": 39, "b": 1}).rows[-1] == 200
    one_document = declare(201, design="stratified", strata=strata, clusters=[*range(199), "x", "y"])
    assert len(one_document.drawn(sample.rows).strata) == 40
    in_part = declare(5, design="stratified", strata=list("aaabb"), clusters=[1, 2, 3, 4, 4])
    with pytest.raises(InvalidInputError, match="stratum 'b' has 1 annotated cluster"):
        in_part.drawn(np.array([0, 1, 3]))
    chances = declare(201, design="probability", strata=strata, probabilities=np.full(201, 0.2))
    with pytest.raises(InvalidInputError, match="stratum 'b' has 1 annotated statement"):
        chances.drawn(sample.rows)


@given(st.integers(0, 99), st.integers(0, 40))
def test_what_is_excluded_is_not_drawn_again(seed, n_pilot):
    pilot = np.random.default_rng(seed).choice(100, n_pilot, replace=False)
    sample = draw_sample(100, 20, strata=STRATA, exclude=pilot.tolist(), seed=seed)
    assert len(sample) == 20
    assert not set(sample.rows) & set(pilot.tolist())
    both = np.sort(np.concatenate([sample.rows, pilot]))
    drawn = declare(100, design="stratified", strata=STRATA).drawn(both)
    assert sample.probabilities == pytest.approx(1 / drawn.weights[np.searchsorted(both, sample.rows)])


def test_two_draws_are_as_good_as_one():
    pilot = draw_sample(100, 10, strata=STRATA, sizes={"a": 5, "b": 5}, seed=7)
    counts = np.zeros(100)
    for seed in range(2000):
        counts[draw_sample(100, 8, strata=STRATA, sizes={"a": 8, "b": 0}, exclude=pilot.rows, seed=seed).rows] += 1
    free = np.setdiff1d(np.arange(60), pilot.rows)
    assert counts[free] / 2000 == pytest.approx(np.full(55, 8 / 55), abs=0.035)
    assert counts.sum() == counts[free].sum()
    whole = draw_sample(100, 3, clusters=DOCUMENTS, exclude=[0, 51])
    assert not {0, 10} & set(DOCUMENTS[whole.rows])
    assert whole.probabilities == pytest.approx(np.full(15, 5 / 20))


@pytest.mark.parametrize(
    ("exclude", "message"),
    [
        ([100], "exclude has row 100; expected rows from 0 to 99"),
        ([-1], "exclude has row -1"),
        ([0.5], "exclude holds float64"),
        (["a"], "expected the numbers of rows"),
        (range(95), "n is 10; expected a whole number from 0 .* to 5, which is all there is"),
    ],
)
def test_rows_that_cannot_be_excluded(exclude, message):
    with pytest.raises(InvalidInputError, match=message):
        draw_sample(100, 10, strata=STRATA, exclude=exclude)


def test_draws_with_sizes_stay_what_they_were():
    rows = draw_sample(100, 8, strata=STRATA, sizes={"a": 5, "b": 3}, seed=4).rows
    rng = np.random.default_rng(4)
    parts = [rng.choice(np.arange(60), 5, replace=False), rng.choice(np.arange(60, 100), 3, replace=False)]
    assert rows.tolist() == np.sort(np.concatenate(parts)).tolist()


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
        (10, {"a": 9, "b": 1}, r"sizes has 1 for the stratum 'b'; expected 2 or more, for 2 in all"),
        (10, {"a": 4, "b": 4}, "sizes adds up to 8, and n is 10"),
        (204, {"a": 200, "b": 4}, r"the stratum 'a' has \d+ to draw from; 200 were asked for"),
        (10, {"a": 7.5, "b": 2.5}, r"sizes has 7\.5 for the stratum 'a'; expected a whole number"),
    ],
)
def test_samples_that_cannot_be_drawn(n, sizes, message):
    with pytest.raises(InvalidInputError, match=message):
        draw_sample(100, n, strata=STRATA, sizes=sizes)


@pytest.mark.parametrize(
    ("n_statements", "n", "seed", "message"),
    [
        (100, 10, -1, "seed is -1; expected a whole number of 0 or more"),
        (100, 10, "x", "seed is 'x'; expected a whole number"),
        (0, 0, 0, "n_statements is 0; expected a whole number of 1 or more"),
    ],
)
def test_counts_and_seeds_that_are_none(n_statements, n, seed, message):
    with pytest.raises(InvalidInputError, match=message):
        draw_sample(n_statements, n, seed=seed)


@given(st.integers(0, 300), st.lists(st.tuples(st.floats(0, 100), st.integers(1, 50)), min_size=1, max_size=8))
def test_division_takes_what_there_is_and_no_more(n, strata):
    sizes, available = (np.array(part) for part in zip(*strata, strict=True))
    taken = proportional(n, sizes, available)
    assert (taken <= available).all()
    assert (taken >= np.minimum(2, available)).all()
    assert taken.sum() == max(min(n, available.sum()), np.minimum(2, available).sum())


def test_division_is_by_largest_remainders():
    much = np.full(3, 100)
    assert proportional(10, np.array([50.0, 31.0, 19.0]), much).tolist() == [5, 3, 2]
    assert proportional(12, np.array([50.0, 31.0, 19.0]), much).tolist() == [6, 4, 2]
    assert proportional(100, np.array([1.0, 1.0, 8.0]), np.array([100, 100, 20])).tolist() == [40, 40, 20]
    sizes = np.random.default_rng(0).random(1000)
    taken = proportional(100_000, sizes, np.full(1000, 10_000))
    assert np.abs(taken - 100_000 * sizes / sizes.sum())[taken > 2].max() < 2


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


def test_a_little_choice_in_every_stratum_is_much():
    rng = np.random.default_rng(3)
    strata = np.repeat(np.arange(28), 400)
    predicted = (rng.random(len(strata)) < 0.1).astype(float)
    sampling = declare(len(strata), design="stratified", strata=strata)
    for _ in range(6):
        chosen = [
            400 * code + rng.choice(400, 20, replace=False, p=part / part.sum())
            for code, part in enumerate((1 + 2 * predicted).reshape(28, 400))
        ]
        with pytest.raises(InvalidInputError, match=r"the label to 2.* of a random sample by these strata for 'x'"):
            check_random(predicted, np.sort(np.concatenate(chosen)), sampling, "x")
    for seed in range(100):
        check_random(predicted, draw_sample(len(strata), 28 * 20, strata=strata, seed=seed).rows, sampling, "x")


def test_uncertain_statements_are_no_random_sample(scores):
    uncertain = np.sort(np.argsort(np.abs(scores - 0.5))[:200])
    with pytest.raises(InvalidInputError, match="draw one with draw_sample"):
        check_random(scores, uncertain, samplings(scores)["random"], "x")


def test_without_all_probabilities_nothing_is_tested(scores):
    chances = np.full(5000, np.nan)
    rows = np.argsort(-scores)[:100]
    chances[rows] = 0.02
    check_random(scores, np.sort(rows), declare(5000, design="probability", probabilities=chances), "x")
    known = np.full(5000, 0.02)
    with pytest.raises(InvalidInputError, match="no random sample"):
        check_random(scores, np.sort(rows), declare(5000, design="probability", probabilities=known), "x")


@pytest.mark.parametrize("drawn", ["statements", "clusters"])
def test_chances_by_which_another_number_would_have_been_drawn(drawn):
    documents = np.repeat(np.arange(1000), 5)
    rows = np.flatnonzero(np.isin(documents, np.random.default_rng(5).choice(1000, 100, replace=False)))
    for chance, fits in ((0.1, True), (0.12, True), (0.9, False), (0.01, False)):
        sampling = declare(
            5000,
            design="probability",
            probabilities=np.full(5000, chance),
            clusters=documents if drawn == "clusters" else None,
            drawn=drawn,
        )
        if fits:
            check_random(np.zeros(5000), rows, sampling, "x")
        else:
            expected = f"{100 if drawn == 'clusters' else 500} {drawn} are annotated, and by their probabilities "
            with pytest.raises(InvalidInputError, match=expected):
                check_random(np.zeros(5000), rows, sampling, "x")


def test_a_model_that_always_says_the_same_shows_nothing(scores):
    for constant in (0.0, 0.3, 1.0):
        for name, sampling in samplings(scores).items():
            rows = honest(name, sampling, np.random.default_rng(4)) if name == "probability" else np.arange(50)
            check_random(np.full(5000, constant), rows, sampling, "x")
    with pytest.raises(InvalidInputError, match="no random sample"):
        check_random(scores, np.arange(5000)[scores > 0.3], samplings(scores)["random"], "x")


def test_combinations_that_would_share_a_name_are_refused():
    message = (
        r"\['a / b', 'c'\] in row 0 and \['a', 'b / c'\] in row 1 would both be called 'a / b / c'; expected values"
    )
    with pytest.raises(InvalidInputError, match=message):
        crossed(["a / b", "a"], ["c", "b / c"])
    with pytest.raises(InvalidInputError, match=r"would both be called '\(none\)'"):
        crossed([None, "(none)"])


def test_one_open_unit_beside_certain_ones_has_no_variance():
    """Centred on itself it would seem to have none."""
    chances = np.r_[np.full(100, 0.1), 1.0, np.full(9, 1 / 9)]
    strata = ["a"] * 100 + ["b"] * 10
    rows = np.array([*range(10), 100, 101])
    message = (
        "stratum 'b' has 1 annotated statement that was not certain to be, beside others that were; a variance needs"
    )
    for options in ({"fixed_size": True}, {"fixed_size": True, "finite": True}):
        with pytest.raises(InvalidInputError, match=message):
            declare(110, design="probability", strata=strata, probabilities=chances, **options).drawn(rows)
    declare(110, design="probability", strata=strata, probabilities=chances).drawn(rows)


def test_a_stratum_without_annotations_is_named_before_anything_is_computed(recwarn):
    gold = np.full((80, 1), np.nan)
    gold[:40] = np.tile([0.0, 1.0], 20)[:, None]
    strata = ["a"] * 60 + ["b"] * 20
    with pytest.raises(InvalidInputError, match="stratum 'b' of the corpus has no annotated statement"):
        prevalence(np.tile([0.0, 1.0], 40)[:, None], gold, labels=["x"], design="stratified", strata=strata)
    assert not recwarn.list


def test_masked_arrays_are_refused_since_their_mask_would_be_lost():
    gold = np.ma.masked_array(np.zeros(20), mask=np.arange(20) > 9)
    with pytest.raises(InvalidInputError, match="gold is a masked array; expected NaN where nothing is known"):
        prevalence(np.tile([0.0, 1.0], 10)[:, None], gold[:, None], labels=["x"], design="random")
