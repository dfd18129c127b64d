"""Plans: the interval has the width that was planned, strata are divided after Neyman, and what is refused."""

import json

import numpy as np
import pytest

from stancekit import InvalidInputError
from stancekit.measure.coded import crossed
from stancekit.measure.drawing import draw_sample
from stancekit.measure.planning import plan, plan_from_rates, width_to_expect
from stancekit.measure.prevalence import prevalence
from stancekit.report.prevalence import plan_markdown

N = 20_000


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(0)
    truth = rng.random((N, 1)) < 0.08
    predicted = np.where(rng.random((N, 1)) < 0.97, truth, ~truth)
    return truth, predicted


def annotate(truth, rows):
    gold = np.full(truth.shape, np.nan)
    gold[rows] = truth[rows]
    return gold


def widths(truth, predicted, n, **options):
    found = []
    for seed in range(20):
        sample = draw_sample(N, n, seed=100 + seed, **options)
        strata = {"strata": options["strata"]} if options else {}
        one = prevalence(predicted, annotate(truth, sample.rows), labels=["a"], design=sample.design, **strata)
        found.append([one.per_label["a"].corrected, one.per_label["a"].gold])
    return [np.mean([pair[side].high - pair[side].low for pair in found]) for side in range(2)]


@pytest.mark.parametrize("width", [0.02, 0.04])
def test_the_interval_is_as_wide_as_planned(corpus, width):
    truth, predicted = corpus
    found = plan(predicted, annotate(truth, draw_sample(N, 600).rows), labels=["a"], width=width)
    need = found.per_label["a"]
    assert need.n_needed < need.n_without_model
    assert need.n_more == max(0, need.n_needed - 600) == found.n_more
    assert widths(truth, predicted, need.n_needed)[0] == pytest.approx(width, rel=0.15)
    assert widths(truth, predicted, need.n_without_model)[1] == pytest.approx(width, rel=0.15)


def test_rates_tell_as_much_as_a_pilot(corpus):
    truth, predicted = corpus
    hits = (truth & predicted).sum()
    rates = {"share": truth.mean(), "precision": hits / predicted.sum(), "recall": hits / truth.sum()}
    need = plan_from_rates(width=0.02, n_statements=N, **rates).per_label["label"]
    assert need.n_annotated == 0
    assert widths(truth, predicted, need.n_needed)[0] == pytest.approx(0.02, rel=0.15)
    assert widths(truth, predicted, need.n_without_model)[1] == pytest.approx(0.02, rel=0.15)


def test_strata_get_what_they_need():
    rng = np.random.default_rng(1)
    strata = np.repeat(["calm", "wild"], [15_000, 5_000])
    truth = (rng.random(N) < np.where(strata == "calm", 0.01, 0.4))[:, None]
    predicted = np.full((N, 1), 0.1)
    pilot = draw_sample(N, 600, strata=strata, sizes={"calm": 300, "wild": 300})
    gold = annotate(truth, pilot.rows)
    found = plan(predicted, gold, labels=["a"], width=0.025, design="stratified", strata=strata)
    calm, wild = found.strata["calm"], found.strata["wild"]
    assert (calm.n, calm.n_annotated) == (15_000, 300)
    # Size times standard deviation: 15,000 x 0.1 and 5,000 x 0.49.
    assert wild.n_needed / calm.n_needed == pytest.approx(5 * 0.49 / (15 * 0.1), rel=0.35)
    sizes = {name: one.n_needed for name, one in found.strata.items()}
    width = widths(truth, predicted, sum(sizes.values()), strata=strata, sizes=sizes)[0]
    assert width == pytest.approx(0.025, rel=0.15)
    alike = plan(predicted, annotate(truth, draw_sample(N, 600).rows), labels=["a"], width=0.025)
    assert found.per_label["a"].n_needed < alike.per_label["a"].n_needed


def test_what_is_planned_can_be_drawn():
    rng = np.random.default_rng(3)
    strata = np.repeat(np.arange(60), [1, 300] * 30)
    truth = (rng.random(len(strata)) < 0.3)[:, None]
    predicted = np.full(truth.shape, 0.3)
    pilot = draw_sample(len(strata), 150, strata=strata)
    gold = annotate(truth, pilot.rows)
    found = plan(predicted, gold, labels=["a"], width=0.3, design="stratified", strata=strata)
    assert found.per_label["a"].n_needed == 90  # 2 of each stratum, or the only one
    assert (found.per_label["a"].n_more, found.n_more) == (0, 0)
    assert {name: one.n_more for name, one in found.strata.items()} == dict.fromkeys(map(str, range(60)), 0)
    sizes = {name: min(one.n_needed, one.n) for name, one in found.strata.items()}
    assert len(draw_sample(len(strata), sum(sizes.values()), strata=strata, sizes=sizes)) == 150


def test_a_pilot_in_the_wrong_strata_is_not_enough():
    rng = np.random.default_rng(4)
    strata = np.repeat(["calm", "wild"], [10_000, 10_000])
    truth = (rng.random(N) < np.where(strata == "calm", 0.02, 0.5))[:, None]
    predicted = np.full((N, 1), 0.3)
    pilot = draw_sample(N, 600, strata=strata, sizes={"calm": 590, "wild": 10})
    gold = annotate(truth, pilot.rows)
    options = {"labels": ["a"], "design": "stratified", "strata": strata}
    found = plan(predicted, gold, width=0.05, **options)
    assert found.strata["calm"].n_more == 0
    assert found.n_more == found.per_label["a"].n_more == found.strata["wild"].n_more > 100
    sizes = {name: one.n_more for name, one in found.strata.items()}
    rest = draw_sample(N, found.n_more, strata=strata, sizes=sizes, exclude=pilot.rows, seed=1)
    gold[rest.rows] = truth[rest.rows]
    before, now = (
        prevalence(predicted, marks, **options).per_label["a"].corrected
        for marks in (annotate(truth, pilot.rows), gold)
    )
    assert before.high - before.low > 0.12
    assert now.high - now.low == pytest.approx(0.05, rel=0.25)
    assert "| wild | 10,000 | 10 |" in plan_markdown(found)


def test_groups_need_about_as_many_each(corpus):
    truth, predicted = corpus
    years = np.where(np.arange(N) < 2000, 1950, 2000)
    gold = annotate(truth, draw_sample(N, 800).rows)
    found = plan(predicted, gold, labels=["a"], width=0.05, groups={"year": years})
    small, large = (found.groups["year"][year]["a"] for year in ("1950", "2000"))
    whole = found.per_label["a"].n_needed
    assert whole / 2 < small.n_needed < 2 * whole
    assert small.n_annotated + large.n_annotated == 800
    assert small.n_more > 0
    assert json.loads(json.dumps(found.to_dict()))["groups"]["year"]["1950"]["a"]["n_needed"] == small.n_needed
    assert "| 1950 | a |" in plan_markdown(found)


def corpus_by_years_and_strata(seed):
    """Two years, of which the small one has more of the label, and strata by scores, which are as good in both."""
    rng = np.random.default_rng(seed)
    years = np.where(np.arange(N) % 5 == 0, "1990", "2000")
    scores = rng.beta(0.4, np.where(years == "1990", 1.6, 3.6))
    return (rng.random(N) < scores)[:, None], scores[:, None], years, np.where(scores > 0.3, "top", "rest")


def test_every_group_gets_the_interval_that_was_planned_for_it():
    truth, predicted, years, strata = corpus_by_years_and_strata(5)
    pilot = draw_sample(N, 600, strata=strata, sizes={"top": 200, "rest": 400})
    options = {"labels": ["a"], "design": "stratified"}
    found = plan(predicted, annotate(truth, pilot.rows), width=0.04, strata=strata, groups={"year": years}, **options)
    cells = crossed(years, strata)
    sizes = found.to_draw("year")
    assert sorted(sizes) == ["1990 / rest", "1990 / top", "2000 / rest", "2000 / top"]
    for year, by_stratum in found.group_strata["year"].items():
        assert found.groups["year"][year]["a"].n_more == sum(one.n_more for one in by_stratum.values())
        assert {name: one.n for name, one in by_stratum.items()} == {
            name: int(((years == year) & (strata == name)).sum()) for name in ("rest", "top")
        }
    widths = []
    for seed in range(10):
        rest = draw_sample(N, sum(sizes.values()), strata=cells, sizes=sizes, exclude=pilot.rows, seed=seed)
        gold = annotate(truth, np.concatenate([pilot.rows, rest.rows]))
        one = prevalence(predicted, gold, strata=cells, groups={"year": years}, **options)
        shares = [one.groups["year"][year].per_label["a"] for year in ("1990", "2000")]
        assert all(
            share.n_gold >= found.groups["year"][year]["a"].n_needed
            for share, year in zip(shares, ("1990", "2000"), strict=True)
        )
        widths.append([share.corrected.high - share.corrected.low for share in shares])
    assert np.mean(widths, axis=0) == pytest.approx([0.04, 0.04], rel=0.15)


def test_groups_without_strata_are_drawn_by_their_values(corpus):
    truth, predicted = corpus
    years = [None] * 500 + [1990] * (N - 500)
    pilot = draw_sample(N, 800)
    found = plan(predicted, annotate(truth, pilot.rows), labels=["a"], width=0.06, groups={"year": years})
    needs = found.groups["year"]
    assert found.to_draw("year") == {"1990": needs["1990"]["a"].n_more, "(none)": needs["(missing)"]["a"].n_more}
    sizes = found.to_draw("year")
    rest = draw_sample(N, sum(sizes.values()), strata=crossed(years), sizes=sizes, exclude=pilot.rows)
    assert rest.strata.count("(none)") == sizes["(none)"] > 0
    with pytest.raises(InvalidInputError, match="no plan was made for 'place'"):
        found.to_draw("place")


def test_a_group_that_is_annotated_already_needs_nothing_more(corpus):
    truth, predicted = corpus
    halves = np.arange(N) < N // 2
    gold = np.where(np.arange(N)[:, None] < 0, 1.0, annotate(truth, draw_sample(N, 3000).rows))
    found = plan(predicted, gold, labels=["a"], width=0.2, groups={"half": halves})
    assert set(found.to_draw("half").values()) == {0}


def test_plans_are_made_for_the_labels_that_were_looked_for(corpus):
    truth, predicted = corpus
    gold = annotate(truth, draw_sample(N, 300).rows)
    both = {"predicted": np.hstack([predicted, predicted]), "labels": ["a", "b"], "width": 0.03}
    found = plan(gold=np.hstack([gold, np.full((N, 1), np.nan)]), **both)
    assert list(found.per_label) == ["a"]
    assert found.per_label == plan(predicted, gold, labels=["a"], width=0.03).per_label
    assert found.notes == ("left out, since no statement is annotated for it: 'b'",)
    assert list(plan(gold=np.hstack([gold, gold]), only=["b"], **both).per_label) == ["b"]


def test_clusters_that_resemble_take_more():
    rng = np.random.default_rng(2)
    documents = np.repeat(np.arange(N // 10), 10)
    truth = (rng.random(N // 10) < 0.2)[documents][:, None]
    rows = draw_sample(N, 60, clusters=documents).rows
    options = {"labels": ["a"], "width": 0.05}
    predicted = np.full((N, 1), 0.5)
    plain = plan(predicted, annotate(truth, rows), **options).per_label["a"].n_needed
    found = plan(predicted, annotate(truth, rows), clusters=documents, **options)
    assert found.per_label["a"].n_needed > 3 * plain
    assert "clusters" in found.notes[0]


def test_narrower_takes_more_and_nothing_takes_more_than_there_is(corpus):
    truth, predicted = corpus
    gold = annotate(truth, draw_sample(N, 300).rows)
    needs = [plan(predicted, gold, labels=["a"], width=w).per_label["a"].n_needed for w in (0.3, 0.03, 0.01, 1e-6)]
    assert needs == sorted(needs)
    assert needs[0] == 30
    assert needs[-1] <= N


def test_a_label_that_nearly_all_take_is_planned_for_as_one_that_nearly_none_takes(corpus):
    truth, predicted = corpus
    rows = draw_sample(N, 300).rows
    for kind in (truth, np.zeros_like(truth)):
        one, other = (
            plan(p, annotate(t, rows), labels=["a"], width=0.03).per_label["a"]
            for t, p in ((kind, predicted), (1 - kind, 1 - predicted))
        )
        assert one.n_needed == pytest.approx(other.n_needed, rel=0.02)
        assert one.n_needed > 100


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "width is 0; expected a number between 0 and 1"),
        ({"width": 2}, "width is 2"),
        ({"share": 0.0}, r"share is 0\.0; expected a number between 0 and 1"),
        ({"share": 1.0}, r"share is 1\.0; expected a number between 0 and 1"),
        ({"n_statements": 0}, "n_statements is 0; expected a whole number of 1 or more"),
        ({"n_statements": -5}, "n_statements is -5"),
        ({"n_statements": 1000.5}, r"n_statements is 1000\.5"),
        ({"precision": 1.1}, r"precision is 1\.1"),
        ({"recall": "high"}, "recall is 'high'"),
        ({"share": 0.5, "precision": 0.1, "recall": 1.0}, "contradict one another"),
        ({"confidence": 0}, "confidence is 0"),
    ],
)
def test_wishes_that_make_no_sense(change, message):
    wishes = {"width": 0.02, "share": 0.1, "precision": 0.8, "recall": 0.8, "n_statements": 1000}
    with pytest.raises(InvalidInputError, match=message):
        plan_from_rates(**(wishes | change))


def test_pilots_that_tell_nothing(corpus):
    truth, predicted = corpus
    with pytest.raises(InvalidInputError, match="20 statements are annotated for 'a'; a pilot needs 30"):
        plan(predicted, annotate(truth, draw_sample(N, 20).rows), labels=["a"], width=0.02)
    with pytest.raises(InvalidInputError, match="design is 'probability'; plans are made for 'random' and"):
        plan(predicted, annotate(truth, np.arange(100)), labels=["a"], width=0.02, design="probability")
    with pytest.raises(InvalidInputError, match="predicted is int; expected an array of shape"):
        plan(5, truth, labels=["a"], width=0.02)
    with pytest.raises(InvalidInputError, match="predicted has no rows"):
        plan(predicted[:0], truth[:0], labels=["a"], width=0.02)
    with pytest.raises(InvalidInputError, match="no random sample"):
        plan(predicted, annotate(truth, np.flatnonzero(predicted)[:100]), labels=["a"], width=0.02)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5])
def test_the_width_to_expect_is_what_is_planned_for(share):
    """Without a model, of whose errors no more is known, both say the same."""
    planned = plan_from_rates(width=0.08, share=share, precision=0.9, recall=0.9, n_statements=4000)
    n = planned.per_label["label"].n_without_model
    assert width_to_expect(n, n_statements=4000, share=share) == pytest.approx(0.08, abs=0.002)
    assert width_to_expect(4 * n, n_statements=4000, share=share) < 0.045


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 1, "n_statements": 10}, "n is 1; expected a whole number of 2 or more"),
        ({"n": 20, "n_statements": 10}, "n_statements is 10; expected a whole number of 20 or more"),
        ({"n": 20, "n_statements": 100, "share": 1.0}, "share is 1.0; expected"),
        ({"n": 20, "n_statements": 100, "confidence": 2}, "confidence"),
    ],
)
def test_no_width_is_told_of_what_cannot_be(options, message):
    with pytest.raises(InvalidInputError, match=message):
        width_to_expect(**options)
