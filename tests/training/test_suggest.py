"""What to annotate next: as many as asked for, each once, by the shares, and far apart."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from stancekit import InvalidInputError, StanceModel, Suggestion, suggest
from stancekit.calibration import Calibration
from stancekit.training.suggest import DEFAULT_SHARES, STRATEGIES, distance_from_decision, divergence, spread

NAN = float("nan")


@pytest.fixture(scope="session")
def candidates():
    places = ("the plain", "the delta", "a harbour", "the hills")
    verbs = ("trade with", "lift the embargo on", "build", "speak of", "thank")
    return [f"We {verb} {place}, {n} times." for verb in verbs for place in places for n in (2, 7, 11)] + ["", " "]


@pytest.fixture(scope="session")
def committee(models):
    return [models["lexicon"], models["both"]]


def calibrated(*thresholds, exclusive=False):
    ones = np.ones(len(thresholds))
    return Calibration(
        slope=ones, offset=0 * ones, threshold=np.array(thresholds), low=0 * ones, high=ones, exclusive=exclusive
    )


def rows_of(chosen, strategy=None):
    return [one.row for one in chosen if strategy in (None, one.strategy)]


class TestContract:
    @pytest.mark.parametrize("diverse", [True, False])
    @pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 61, 62])
    def test_as_many_as_asked_for_and_each_once(self, models, committee, candidates, n, diverse):
        for others in ((), committee):
            chosen = suggest(candidates, n, model=models["ngrams"], committee=others, diverse=diverse)
            assert len(set(rows_of(chosen))) == len(chosen) == n
            assert all(type(one.row) is int and 0 <= one.row < len(candidates) for one in chosen)

    @pytest.mark.parametrize(("shares", "times"), [({"random": 1.0}, 0), ({"uncertain": 0.5, "rare": 0.5}, 1)])
    def test_the_model_scores_as_often_as_it_must(self, models, candidates, monkeypatch, shares, times):
        calls = []
        predict_proba = StanceModel.predict_proba
        monkeypatch.setattr(
            StanceModel, "predict_proba", lambda model, texts: calls.append(model) or predict_proba(model, texts)
        )
        suggest(candidates, 8, model=models["ngrams"], shares=shares)
        assert len(calls) == times

    def test_of_no_candidates(self, models):
        assert suggest([], 0, model=models["ngrams"]) == []

    @pytest.mark.parametrize("strategy", STRATEGIES)
    @pytest.mark.parametrize("n", [1, 2, 62])
    def test_each_strategy_alone(self, models, committee, candidates, strategy, n):
        chosen = suggest(candidates, n, model=models["ngrams"], committee=committee, shares={strategy: 1.0})
        assert {one.strategy for one in chosen} == {strategy}
        assert len(set(rows_of(chosen))) == n

    def test_shares(self, models, committee, candidates):
        chosen = suggest(candidates, 20, model=models["ngrams"], committee=committee)
        assert Counter(one.strategy for one in chosen) == {name: 20 * share for name, share in DEFAULT_SHARES.items()}
        alone = Counter(one.strategy for one in suggest(candidates, 30, model=models["ngrams"]))
        assert alone == {"random": 6, "uncertain": 14, "rare": 10}  # 15, 35 and 25 of 75

    @settings(max_examples=15, deadline=None)
    @given(n=st.integers(0, 62), parts=st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any))
    def test_any_shares_fill_every_place(self, models, candidates, n, parts):
        shares = {name: part / sum(parts) for name, part in zip(("rare", "random", "uncertain"), parts, strict=True)}
        chosen = suggest(candidates, n, model=models["ngrams"], shares=shares, diverse=False)
        assert len(set(rows_of(chosen))) == n
        for name, share in shares.items():
            assert abs(len(rows_of(chosen, name)) - n * share) <= 1

    def test_the_same_seed_draws_the_same(self, models, committee, candidates):
        def draw(seed):
            return suggest(candidates, 12, model=models["ngrams"], committee=committee, random_state=seed)

        assert draw(3) == draw(3)
        assert draw(3) != draw(4)

    def test_statements_may_come_as_a_generator(self, models, candidates):
        from_list = suggest(candidates, 9, model=models["ngrams"])
        assert suggest((text for text in candidates), 9, model=models["ngrams"]) == from_list

    def test_order_does_not_tell_the_strategy(self, models, candidates):
        strategies = [one.strategy for one in suggest(candidates, 40, model=models["ngrams"])]
        assert strategies != sorted(strategies, key=STRATEGIES.index)

    def test_exclusive_labels(self, models, candidates):
        assert len(suggest(candidates, 10, model=models["exclusive"])) == 10


class TestStrategies:
    def test_random_ones_are_a_random_sample_of_all(self, models, candidates):
        drawn = Counter(
            row
            for seed in range(200)
            for row in rows_of(
                suggest(
                    candidates,
                    20,
                    model=models["ngrams"],
                    diverse=False,
                    random_state=seed,
                    shares={"uncertain": 0.5, "random": 0.5},
                ),
                "random",
            )
        )
        # 200 draws of 10 among 62: each is drawn 32 times, give or take five standard deviations of 5.2
        assert min(drawn[row] for row in range(62)) > 6
        assert max(drawn.values()) < 58

    @pytest.mark.parametrize("kind", ["ngrams", "exclusive"])
    def test_uncertain_ones_lie_next_to_another_decision(self, models, candidates, kind):
        model = models[kind]
        distance = distance_from_decision(model.predict_proba(candidates), model.calibration)
        chosen = suggest(candidates, 6, model=model, shares={"uncertain": 1.0}, diverse=False)
        assert max(distance[rows_of(chosen)]) <= np.sort(distance)[5]

    def test_disagreeing_ones_divide_the_models(self, models, committee, candidates):
        chosen = suggest(
            candidates, 6, model=models["ngrams"], committee=committee, shares={"disagree": 1.0}, diverse=False
        )
        scores = np.stack([one.predict_proba(candidates) for one in (models["ngrams"], *committee)])
        assert min(divergence(scores)[rows_of(chosen)]) >= np.sort(divergence(scores))[-6]

    def test_rare_ones_score_high_and_the_rarer_label_has_more_places(self, models):
        model = replace(models["ngrams"], bias=models["ngrams"].bias + np.array([3.0, -1.0, -1.0]))
        texts = [f"We build {n} turbines." for n in range(30)] + [f"Lift the embargo, {n}." for n in range(30)]
        scores = model.predict_proba(texts)
        assert scores.sum(axis=0).argmax() == 0  # "trade" is everywhere
        rows = rows_of(suggest(texts, 12, model=model, shares={"rare": 1.0}, diverse=False))
        best = [set(np.argsort(-scores[:, column])[:12]) for column in range(3)]
        n_places = [len(best[column] & set(rows)) for column in (1, 2)]
        assert min(n_places) >= 4

    def test_diverse_ones_lie_apart(self, models):
        texts = ["We trade with the north."] * 20 + ["Lift the embargo.", "Our hands build it.", "Trade with friends."]
        shares = {"uncertain": 1.0}
        apart = {
            len({texts[row] for row in rows_of(suggest(texts, 4, model=models["ngrams"], shares=shares))})
            for _ in range(3)
        }
        assert apart == {4}


class TestMeasures:
    @pytest.mark.parametrize("diverse", [True, False])
    @pytest.mark.parametrize("shares", [{"uncertain": 1.0}, {"rare": 1.0}, {"disagree": 1.0}, None])
    def test_what_stands_often_is_drawn_once(self, models, committee, candidates, shares, diverse):
        often = "We lift the embargo on the plain, 2 times."
        pool = candidates[:60] + [often, f" {often} "] * 100
        chosen = suggest(
            pool, 30, model=models["ngrams"], committee=committee, shares=shares, diverse=diverse, random_state=1
        )
        said = Counter(pool[one.row].strip() for one in chosen if one.strategy != "random")
        assert max(said.values()) == 1

    def test_copies_come_where_nothing_else_is_left(self, models):
        pool = ["Lift it."] * 3 + ["We met."]
        chosen = suggest(pool, 4, model=models["ngrams"], shares={"uncertain": 1.0})
        assert sorted(rows_of(chosen)) == [0, 1, 2, 3]

    def test_random_draws_are_of_all_candidates_alike(self, models):
        pool = ["Lift it."] * 50 + [f"We met {n} times." for n in range(50)]
        chosen = suggest(pool, 40, model=models["ngrams"], shares={"random": 1.0})
        assert 10 < sum(row < 50 for row in rows_of(chosen)) < 30

    def test_distance_is_that_of_the_nearest_label(self):
        scores = np.array([[0.5, 0.9], [0.1, 0.2], [0.0, 1.0]])
        distance = distance_from_decision(scores, calibrated(0.5, 0.2))
        odds = np.log(9)
        assert distance[:2] == pytest.approx([0, 0])
        assert np.isfinite(distance).all()
        assert distance_from_decision(np.array([[0.9, 0.1]]), calibrated(0.5, 0.5)) == pytest.approx([odds])

    def test_where_labels_exclude_one_another_it_is_that_of_the_two_highest(self):
        calibration = calibrated(0.5, 0.2, 0.9, exclusive=True)
        distance = distance_from_decision(np.array([[0.5, 0.5, 0.0], [0.9, 0.05, 0.05]]), calibration)
        assert distance[0] == pytest.approx(0)
        assert distance[1] > 3

    def test_divergence(self):
        agree = np.full((3, 2, 2), 0.3)
        assert divergence(agree) == pytest.approx([0, 0], abs=1e-12)
        # two models, sure of opposite answers: one bit, in nats
        assert divergence(np.array([[[0.0]], [[1.0]]])) == pytest.approx([np.log(2)], abs=1e-6)
        wide, narrow = divergence(np.array([[[0.1], [0.4]], [[0.9], [0.6]]]))
        assert wide > narrow > 0
        assert divergence(np.zeros((2, 0, 3))).shape == (0,)

    @pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix])
    def test_spread_takes_one_of_each_heap_first(self, container):
        features = container(np.repeat(np.eye(5), 4, axis=0))
        for seed in range(5):
            rows = spread(features, 5, np.random.default_rng(seed))
            assert sorted(rows // 4) == [0, 1, 2, 3, 4]
            assert sorted(spread(features, 20, np.random.default_rng(seed))) == list(range(20))
        assert spread(features, 0, np.random.default_rng(0)).shape == (0,)

    def test_spread_takes_rows_without_features(self):
        assert sorted(spread(np.zeros((3, 2)), 3, np.random.default_rng(0))) == [0, 1, 2]


class TestErrors:
    @pytest.mark.parametrize("n", [-1, 3, 1.0, "2", None])
    def test_n(self, models, n):
        message = f"n must be a whole number from 0 to the number of candidates, 2; got {n!r}"
        with pytest.raises(InvalidInputError, match=message):
            suggest(["a", "b"], n, model=models["ngrams"])

    def test_numbers_of_numpy_are_numbers(self, models):
        assert len(suggest(["a", "b"], np.int64(2), model=models["ngrams"])) == 2

    @pytest.mark.parametrize(
        ("shares", "message"),
        [
            ({"hard": 1.0}, r"unknown shares 'hard'; expected one of \['disagree', 'random', 'rare', 'uncertain'\]"),
            ({"random": 0.5}, r"shares must add up to 1, got 0.5 from {'random': 0.5}"),
            ({}, "shares must add up to 1, got 0 from {}"),
            ({"random": 1.5, "rare": -0.5}, r"the share of 'random' must lie in \[0, 1\], got 1.5"),
            ({"random": NAN}, r"the share of 'random' must lie in \[0, 1\], got nan"),
            ({"random": "1"}, r"the share of 'random' must lie in \[0, 1\], got '1'"),
            ({"disagree": 1.0}, "'disagree' needs a committee: pass at least one more model"),
        ],
    )
    def test_shares(self, models, shares, message):
        with pytest.raises(InvalidInputError, match=message):
            suggest(["a", "b"], 1, model=models["ngrams"], shares=shares)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"model": "linear"}, r"got 'linear'; pass stancekit.load\('linear'\)"),
            ({"committee": ["network"]}, r"got 'network'; pass stancekit.load\('network'\)"),
            ({"committee": "network"}, "a committee is a list of models, got str"),
        ],
    )
    def test_names_are_no_models(self, models, options, message):
        with pytest.raises(InvalidInputError, match=message):
            suggest(["a", "b"], 1, **({"model": models["ngrams"]} | options))

    def test_a_committee_of_another_codebook(self, models):
        message = r"model 1 of the committee has the labels \['trade', .*'none'\], expected .*; train all on one"
        with pytest.raises(InvalidInputError, match=message):
            suggest(["a"], 1, model=models["ngrams"], committee=[models["both"], models["exclusive"]])

    def test_candidates_that_are_no_text(self, models):
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got NoneType"):
            suggest(["a", None], 1, model=models["ngrams"])

    def test_suggestions_are_frozen(self):
        with pytest.raises(AttributeError, match="cannot assign to field"):
            Suggestion(row=1, strategy="rare").row = 2
