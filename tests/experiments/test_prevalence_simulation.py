"""The simulation of shares: corpora are what they say, samples are of their design, page and results agree."""

import json

import numpy as np
import pytest

from experiments import prevalence_simulation as simulation
from experiments.prevalence_page import page


def test_the_page_and_the_figures_are_those_of_the_results():
    results = json.loads(simulation.RESULTS.read_text())
    assert simulation.PAGE.read_text() == page(results)
    assert simulation.stale(results) == []
    assert len(results["cells"]) == len(list(simulation.cells()))


def test_changed_results_make_page_and_figures_stale():
    results = json.loads(simulation.RESULTS.read_text())
    results["cells"][0]["whole"]["coverage"] = 0.5
    assert simulation.stale(results) == ["docs/prevalence.md", "prevalence.svg", "prevalence.png"]


def test_the_page_counts_all_four_targets():
    results = json.loads(simulation.RESULTS.read_text())
    for target, name in zip(
        simulation.TARGETS, ("the whole corpus", "group a", "group b", "the difference"), strict=True
    ):
        found = np.array([cell[target]["coverage"] for cell in results["cells"]])
        inside = ((found >= 0.93) & (found <= 0.97)).sum()
        assert f"Of {name}, {inside} of {len(found)} settings lie in it" in page(results)


@pytest.fixture(scope="module")
def corpus():
    return simulation.make_corpus(np.random.default_rng(0), 0.05, "biased")


def test_corpora_have_their_shares(corpus):
    whole, a, b, gap = corpus.shares()
    assert whole == pytest.approx(0.05, rel=0.15)
    assert a / b == pytest.approx(2, rel=0.2)
    in_b = corpus.groups.codes == 1
    assert gap == pytest.approx(corpus.truth[in_b].mean() - corpus.truth[~in_b].mean())
    assert (whole, gap) == (pytest.approx((1 - in_b.mean()) * a + in_b.mean() * b), pytest.approx(-a / 2, rel=0.2))
    assert corpus.labels().mean() > 1.3 * whole
    assert simulation.count_naively(corpus, corpus.labels(), np.array(corpus.shares()))[0] is False


@pytest.mark.parametrize("design", [*simulation.DESIGNS, *simulation.MORE_DESIGNS])
def test_samples_stand_for_the_corpus(corpus, design):
    sampling = simulation.make_design(design, corpus, 500)
    samples = simulation.draws(np.random.default_rng(1), sampling, 500)
    sizes = [len(next(samples)) for _ in range(20)]
    # Small documents have more extreme scores, so there are more of them in the small strata.
    assert np.mean(sizes) == pytest.approx(500, rel=0.12 if design == "clustered strata" else 0.05)
    rows = next(samples)
    assert (np.diff(rows) > 0).all()
    assert sampling.drawn(rows).weights.sum() == pytest.approx(simulation.N, rel=0.2)


def test_chances_are_those_that_are_said(corpus):
    for design in ("chances", "fixed chances"):
        sampling = simulation.make_design(design, corpus, 500)
        samples = simulation.draws(np.random.default_rng(2), sampling, 500)
        counts = np.zeros(simulation.N)
        sizes = set()
        for _ in range(400):
            rows = next(samples)
            sizes.add(len(rows))
            counts[rows] += 1
        high = sampling.probabilities > np.quantile(sampling.probabilities, 0.9)
        for part in (high, ~high):
            assert counts[part].mean() / 400 == pytest.approx(sampling.probabilities[part].mean(), rel=0.03)
        assert (len(sizes) <= 2) == (design == "fixed chances")


def test_something_larger_has_the_shares_of_its_corpora():
    rng = np.random.default_rng(3)
    found = np.mean([simulation.make_corpus(rng, 0.2, "good").shares() for _ in range(20)], axis=0)
    assert found == pytest.approx(simulation.shares_of_something_larger(0.2), rel=0.03)


def test_simulations_are_the_same_each_time(monkeypatch):
    monkeypatch.setattr(simulation, "N_CORPORA", 1)
    monkeypatch.setattr(simulation, "N_DRAWS", 20)
    first, again = (simulation.simulate(0.2, "good", 200, "random", "labels") for _ in range(2))
    assert first == again
    assert first["whole"]["n"] == 20
    assert first["whole"]["width"] < 0.9
