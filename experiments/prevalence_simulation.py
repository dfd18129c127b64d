"""Do the intervals of `prevalence` hold? ``python -m experiments.prevalence_simulation`` writes ``docs/prevalence.md``.

Corpora with known shares are made, models of several qualities label them, and samples are drawn and annotated again
and again. ``--check`` runs nothing and fails where page or figure are not those of the results.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.code_hash import code_sha256
from experiments.corpora import ROOT
from stancekit.errors import InvalidInputError
from stancekit.measure import corrected, designs, prevalence_estimates, randomness, rare, shares
from stancekit.measure.coded import Coded
from stancekit.measure.corrected import difference
from stancekit.measure.designs import Sampling, declare
from stancekit.measure.prevalence import LEAST_GOLD
from stancekit.measure.prevalence_estimates import LabelSample, Part
from stancekit.measure.randomness import check_random
from stancekit.measure.shares import share
from stancekit.report.figures import write_figure

RESULTS = ROOT / "experiments" / "prevalence_simulation.json"
PAGE = ROOT / "docs" / "prevalence.md"
FIGURE = ROOT / "docs" / "figures"
FORMATS = (".svg", ".png")

N, DOCUMENTS, N_CORPORA, N_DRAWS, SEED = 50_000, 5_000, 20, 50, 0
SHARES, SIZES, DESIGNS = (0.01, 0.05, 0.2), (200, 500, 1000), ("random", "stratified", "clustered")
MORE_DESIGNS, MORE_MODELS = ("chances", "fixed chances", "clustered strata", "larger"), ("good", "biased")
MORE_SIZES = (500,)
# A corpus that is a sample itself is made anew for each draw, and is small enough for that to matter.
N_LARGER, DOCUMENTS_LARGER, N_CORPORA_LARGER = 5_000, 500, 800
# Distance of the two classes' margins in standard deviations, and a wrong prior in log-odds.
MODELS = {"good": (2.8, 0.0), "middling": (1.8, 0.0), "biased": (1.8, 1.5)}
TARGETS = ("whole", "group a", "group b", "difference")
IN_B, RATES = 0.4, (1.25, 0.625)
CONFIDENCE = 0.95
AIM = (0.93, 0.97)
NAMES = {
    "random": "random",
    "stratified": "by score",
    "clustered": "documents",
    "chances": "given chances",
    "fixed chances": "given chances, fixed number",
    "clustered strata": "documents by strata",
    "larger": "of something larger",
}

METHOD = (corrected, designs, prevalence_estimates, randomness, rare, shares)  # what the figures are of

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corpus:
    """A corpus whose truth is known."""

    truth: Floats
    scores: Floats
    documents: Ints
    groups: Coded

    def labels(self) -> Floats:
        """Give what a model with these scores asserts."""
        return (self.scores >= 0.5).astype(np.float64)

    def shares(self) -> list[float]:
        """Give the true value of each target."""
        a, b = (float(self.truth[self.groups.codes == code].mean()) for code in range(2))
        return [float(self.truth.mean()), a, b, b - a]


def make_corpus(
    rng: np.random.Generator, share: float, model: str, *, n: int = N, n_documents: int = DOCUMENTS
) -> Corpus:
    """Make a corpus in two groups, where documents differ in their share and in what the model makes of them."""
    distance, shift = MODELS[model]
    documents = np.sort(rng.integers(n_documents, size=n))
    in_b = rng.random(n_documents) < IN_B
    rates = rng.gamma(1.0, 1.0, n_documents) * np.where(in_b, *RATES[::-1]) * share
    truth = (rng.random(n) < np.minimum(rates, 1.0)[documents]).astype(np.float64)
    margins = distance * truth + rng.normal(size=n) + 0.3 * rng.normal(size=n_documents)[documents]
    log_odds = distance * (margins - distance / 2) + np.log(share / (1 - share)) + shift
    return Corpus(
        truth=truth,
        scores=1 / (1 + np.exp(-log_odds)),
        documents=documents,
        groups=Coded(codes=in_b[documents].astype(np.intp), names=("a", "b")),
    )


@lru_cache(maxsize=1)
def corpora(share: float, model: str, seed: int) -> tuple[Corpus, ...]:
    """Make the corpora of a share and a model, which all designs draw from."""
    rng = _random(share, model, "corpora", seed)
    return tuple(make_corpus(rng, share, model) for _ in range(N_CORPORA))


def shares_of_something_larger(share: float) -> list[float]:
    """Give the true value of each target where corpora are drawn: rates are exponential, and cut at 1."""
    a, b = (rate * share * (1 - np.exp(-1 / (rate * share))) for rate in RATES)
    return [float((1 - IN_B) * a + IN_B * b), float(a), float(b), float(b - a)]


def make_design(name: str, corpus: Corpus, n: int) -> Sampling:
    """Declare a design; strata are the top 5 % of the scores, the next 15 % and the rest, in equal parts of the sample.

    Documents are drawn whole, as many as hold the size of the sample on average; their strata are made from their mean
    scores. Chances are up to six times as high for statements with high scores.
    """
    total, documents = len(corpus.truth), corpus.documents
    if name == "random":
        return declare(total, design="random")
    if name == "stratified":
        return declare(total, design="stratified", strata=_thirds(corpus.scores))
    if name == "clustered":
        return declare(total, design="random", clusters=documents, drawn="clusters")
    if name == "clustered strata":
        means = np.bincount(documents, corpus.scores) / np.maximum(np.bincount(documents), 1)
        strata = _thirds(means)[documents]
        return declare(total, design="stratified", strata=strata, clusters=documents, drawn="clusters")
    if name == "larger":
        return declare(total, design="random", clusters=documents, finite=False)
    sizes = 0.2 + corpus.scores
    chances = np.minimum(1.0, n * sizes / sizes.sum())
    return declare(total, design="probability", probabilities=chances, fixed_size=name == "fixed chances")


def _thirds(scores: Floats) -> Ints:
    return np.searchsorted(np.quantile(scores, [0.8, 0.95]), scores)


def draws(rng: np.random.Generator, sampling: Sampling, n: int) -> Iterator[Ints]:
    """Draw samples without end."""
    if sampling.probabilities is not None:
        yield from _draws_by_chance(rng, sampling.probabilities, fixed_size=sampling.fixed_size)
    units = sampling.whole_clusters
    codes = sampling.unit_strata if units else sampling.stratum_codes
    by_stratum = [np.flatnonzero(codes == code) for code in range(int(codes.max()) + 1)]
    size = (n * len(codes) // sampling.n if units else n) // len(by_stratum)
    order, ends = np.argsort(sampling.unit_codes, kind="stable"), np.cumsum(sampling.unit_sizes)
    starts = ends - sampling.unit_sizes
    while True:
        drawn = np.concatenate([rng.choice(one, size, replace=False, shuffle=False) for one in by_stratum])
        yield np.sort(np.concatenate([order[starts[i] : ends[i]] for i in drawn]) if units else drawn)


def _draws_by_chance(rng: np.random.Generator, chances: Floats, *, fixed_size: bool) -> Iterator[Ints]:
    """Draw each statement by itself, or as many as the chances add up to: at equal steps, in random order."""
    while True:
        if not fixed_size:
            yield np.flatnonzero(rng.random(len(chances)) < chances)
            continue
        order = rng.permutation(len(chances))
        steps = np.floor(np.cumsum(chances[order]) + rng.random())
        yield np.sort(order[np.diff(steps, prepend=0.0) > 0])


def simulate(share_: float, model: str, n: int, design: str, use: str, *, seed: int = SEED) -> Row:
    """Measure coverage, width and bias of one kind of corpus, model, design and size of sample."""
    rng = _random(share_, model, n, design, use, seed)
    found, counted, refused = [], [], 0
    for corpus, true in _corpora(rng, share_, model, design, seed):
        predicted = corpus.labels() if use == "labels" else corpus.scores
        sampling = make_design(design, corpus, n)
        counted.append(count_naively(corpus, predicted, true))
        whole, groups, samples = None, None, draws(rng, sampling, n)
        for number in range(1 if design == "larger" else N_DRAWS):
            rows = next(samples)
            sample = LabelSample.of("x", predicted, corpus.truth, rows, sampling)
            if whole is None or groups is None:  # what the model says of the corpus is the same in every draw
                whole, groups = sample.whole(), sample.parts(corpus.groups)
            inside = corpus.groups.codes[rows]
            parts = [Part(n=one.n, predicted=one.predicted, inside=inside == i) for i, one in enumerate(groups)]
            plugged = _plug_in(sample, whole.predicted.mean) - true[0] if design == "random" else np.nan
            found.append([*_measured(sample, [whole, *parts], true), [plugged]])
            refused += number % 10 == 0 and _refused(predicted, rows, sampling)
    return _summary(found, np.array(counted)) | {"refused": refused}


def _corpora(
    rng: np.random.Generator, share_: float, model: str, design: str, seed: int
) -> Iterator[tuple[Corpus, Floats]]:
    """Yield corpora, and the true values that intervals should hold."""
    if design != "larger":
        yield from ((corpus, np.array(corpus.shares())) for corpus in corpora(share_, model, seed))
        return
    true = np.array(shares_of_something_larger(share_))
    for _ in range(N_CORPORA_LARGER):
        yield make_corpus(rng, share_, model, n=N_LARGER, n_documents=DOCUMENTS_LARGER), true


def _random(*setting: object) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256(" ".join(map(str, setting)).encode()).digest()[:16]))


def count_naively(corpus: Corpus, predicted: Floats, true: Floats) -> list[bool]:
    """Say for each target whether Wilson's interval around what counting the model's labels gives holds the truth."""
    parts = [np.ones(len(predicted), dtype=np.bool_), *(corpus.groups.codes == code for code in range(2))]
    alone = [share(predicted[part] >= 0.5, np.arange(int(part.sum())), CONFIDENCE) for part in parts]
    held = [bool(one.low <= value <= one.high) for one, value in zip(alone, true, strict=False)]
    a, b = alone[1:]
    gap = b.value - a.value
    down, up = np.hypot(b.value - b.low, a.high - a.value), np.hypot(b.high - b.value, a.value - a.low)
    return [*held, bool(gap - down <= true[3] <= gap + up)]


def _measured(sample: LabelSample, parts: Sequence[Part], true: Floats) -> list[list[float]]:
    """Give for each target: held and width of ours and of gold alone, and error of ours."""
    pairs = [sample.estimate(part, CONFIDENCE, LEAST_GOLD) for part in parts]
    if any(pair.corrected is None or pair.gold is None or pair.withheld for pair in pairs):
        return [[np.nan] * 6] * len(TARGETS)
    ours, gold = ([getattr(pair, side) for pair in pairs] for side in ("corrected", "gold"))
    for side in (ours, gold):
        side.append(difference(side[1], side[2]))
    return [
        [a.low <= t <= a.high, a.high - a.low, g.low <= t <= g.high, g.high - g.low, a.value - t, g.value - t]
        for a, g, t in zip(ours, gold, true, strict=True)
    ]


def _plug_in(sample: LabelSample, mean: float) -> float:
    """Give the share with the slope of PPI++, which divides by the spread in the corpus."""
    mine = sample.predicted[sample.rows]
    spread = float(np.var(sample.predicted))
    covariance = float(np.mean((mine - mine.mean()) * (sample.truth - sample.truth.mean())))
    slope = min(1.0, max(0.0, covariance / spread)) if spread > 0 else 0.0
    return float(np.mean(sample.truth) + slope * (mean - mine.mean()))


def _refused(predicted: Floats, rows: Ints, sampling: Sampling) -> bool:
    try:
        check_random(predicted, rows, sampling, "x")
    except InvalidInputError:
        return True
    return False


def _summary(found: list[list[list[float]]], counted: NDArray[np.bool_]) -> Row:
    row: Row = {}
    for i, target in enumerate(TARGETS):
        values = np.array([draw[i] for draw in found])
        kept = values[~np.isnan(values).any(axis=1)]
        errors = kept[:, 4]
        row[target] = {
            "n": len(kept),
            "coverage": float(kept[:, 0].mean()),
            "gold": float(kept[:, 2].mean()),
            "naive": float(counted[:, i].mean()),
            "width": float(kept[:, 1].mean() / kept[:, 3].mean()),
            "bias": float(errors.mean() / errors.std()),
        }
    plugged = np.array([draw[-1][0] for draw in found])
    if np.isnan(plugged).all():
        return row
    spread = np.array([draw[0][4] for draw in found]).std()
    return row | {"bias of the plug-in slope": float(plugged.mean() / spread)}


def cells() -> Iterator[tuple[float, str, int, str, str]]:
    """Give what is simulated: labels in all sizes of sample, scores in the middle one; of some designs less."""
    for share_, model in product(SHARES, MODELS):
        for design, n in product(DESIGNS, SIZES):
            yield share_, model, n, design, "labels"
        for design in DESIGNS:
            yield share_, model, SIZES[1], design, "scores"
        if model in MORE_MODELS:
            for design, n in product(MORE_DESIGNS, MORE_SIZES):
                yield share_, model, n, design, "labels"


def measure() -> Row:
    """Run everything."""
    rows = []
    for share_, model, n, design, use in cells():
        print(f"{share_:.0%} {model} n = {n} {design} {use}", file=sys.stderr)
        setting = {"share": share_, "model": model, "n": n, "design": design, "use": use}
        rows.append(setting | _rounded(simulate(share_, model, n, design, use)))
    settings = {"N": N, "documents": DOCUMENTS, "corpora": N_CORPORA, "draws": N_DRAWS, "seed": SEED}
    settings |= {"N of corpora that are samples": N_LARGER, "their documents": DOCUMENTS_LARGER}
    settings |= {"corpora that are samples": N_CORPORA_LARGER}
    return {"settings": settings, "method_sha256": code_sha256(METHOD), "cells": rows}


def _rounded(content: Any) -> Any:  # noqa: ANN401 - any of JSON's types
    if isinstance(content, dict):
        return {name: _rounded(item) for name, item in content.items()}
    return round(content, 4) if isinstance(content, float) else content


def stamp(results: Row) -> str:
    """Give a hash of the results, which the figures carry."""
    return hashlib.sha256(json.dumps(results, sort_keys=True).encode()).hexdigest()


def stale(results: Row) -> list[str]:
    """Name what was made from something else than the results."""
    from experiments.prevalence_page import page

    found = [] if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(results) else ["docs/prevalence.md"]
    found += ["docs/prevalence.md: another method"] if results["method_sha256"] != code_sha256(METHOD) else []
    mark = stamp(results).encode()
    drawn = [FIGURE / f"prevalence{suffix}" for suffix in FORMATS]
    return found + [path.name for path in drawn if not path.exists() or mark not in path.read_bytes()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and write the page, or check it."""
    from experiments.prevalence_page import draw, page

    parser = argparse.ArgumentParser(prog="python -m experiments.prevalence_simulation", description=__doc__)
    parser.add_argument("--check", action="store_true", help="run nothing; exit code 1 where something is stale")
    parser.add_argument("--page", action="store_true", help="write page and figure from the results there are")
    options = parser.parse_args(arguments)
    if options.check:
        found = stale(json.loads(RESULTS.read_text(encoding="utf-8")))
        for item in found:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if found else 0
    if not options.page:
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(page(results), encoding="utf-8")
    write_figure(draw(results), [FIGURE / f"prevalence{suffix}" for suffix in FORMATS], description=stamp(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
