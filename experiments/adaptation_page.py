"""Write ``docs/adaptation.md`` and its figure from ``adaptation.json``: ``python -m experiments.adaptation_page``.

``--check`` writes nothing and fails where page or figure were made from other results, or those from other data.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.adaptation import PROTOCOL, RESULTS
from experiments.corpora import ROOT
from experiments.data import data_sha256
from stancekit.measure.results import Estimate
from stancekit.report.figures import COLOURS, GREY, MARKERS, new_figure, style, write_figure
from stancekit.text.markdown import markup_table

Row = Mapping[str, Any]
Floats = NDArray[np.float64]

PAGE = ROOT / "docs" / "adaptation.md"
FIGURE = [ROOT / "docs" / "figures" / f"adaptation{ending}" for ending in (".svg", ".png")]
N_BOOTSTRAP = 2000
WAYS = {"adapted": "begun from the prior", "scratch": "from scratch"}
REFERENCES = {
    "prior": "the prior alone",
    "ceiling": "all labels pooled, the prior's thresholds",
    "ceiling_own": "all labels pooled, thresholds of the source",
}
GOAL = 0.5
_PROTOCOL = (
    "## How it was measured\n\n"
    "For each of the {n_sources} news and diplomatic sources with at least {fewest} labelled statements on either side "
    "of a split by documents: a linear model is trained on {train} without the source (the prior). Labels are drawn "
    "from one half of the source's documents and the other half is tested, then the other way round; those of "
    "`diplomatic_selected` are not a random sample ([data card](../data/README.md)).\n\n"
    "- *Begun from the prior*: defaults, nothing of the old data at hand.\n"
    "- *From scratch*: the new labels alone; a label with too few positives to train is never asserted.\n"
    "- *Pooled*: one training on the old data and the new labels together; with every label of the half that is not "
    "tested it is the ceiling, with two choices of thresholds.\n\n"
    "Thresholds of adapted and fresh models are found on their labels by cross-validation, those of the prior and of "
    "pooled models on the other sources, each by the model that did not see it. None is found on what is tested, but "
    "the usual strength of 1 was chosen on sources of this experiment. Macro-F1 of the three labels over all sources "
    "together, mean over {draws} draws; 95 % intervals by a bootstrap of sources and draws. Where the half is smaller "
    "than the draw, the draw is the half."
)


def f1(counts: Floats) -> Floats:
    """Give macro-F1 of counts of hits, assertions and positives, of shape (..., n_labels, 3).

    Labels that no tested statement takes are left out.
    """
    hits, asserted, positive = np.moveaxis(counts, -1, 0)
    values = 2 * hits / np.maximum(asserted + positive, 1)
    return np.asarray(np.where(positive > 0, values, 0).sum(axis=-1) / np.maximum((positive > 0).sum(axis=-1), 1))


class Curves:
    """The counts as arrays, summed over sources as asked for.

    Parameters
    ----------
    results : mapping
        What `experiments.adaptation` wrote.
    """

    def __init__(self, results: Row) -> None:
        self.sources = list(results["sources"])
        rows = list(results["sources"].values())
        self.fixed = {way: np.array([row[way][0] for row in rows], dtype=float) for way in REFERENCES}
        self.pooled = [n for n in PROTOCOL["pooled"] if all("pooled" in row for row in rows)]
        self.fixed |= {
            f"pooled {n}": np.array([row["pooled"][str(n)] for row in rows], dtype=float) for n in self.pooled
        }
        self.drawn = {
            (way, n): np.array([row["curve"][str(n)][way] for row in rows], dtype=float)  # source, draw, label, count
            for way in WAYS
            for n in PROTOCOL["sizes"]
        }

    def fixed_f1(self, way: str, sources: NDArray[np.intp]) -> float:
        """Give macro-F1 over some of the sources together."""
        return float(f1(self.fixed[way][sources].sum(axis=0)))

    def drawn_f1(self, way: str, n: int, sources: NDArray[np.intp], draws: NDArray[np.intp]) -> float:
        """Give mean macro-F1 over some of the draws, of some of the sources together."""
        return float(f1(self.drawn[way, n][sources][:, draws].sum(axis=0)).mean())

    def recovered(self, n: int, ceiling: str, sources: NDArray[np.intp], draws: NDArray[np.intp]) -> float:
        """Give the share of what all labels pooled add to the prior that n of them do."""
        prior = self.fixed_f1("prior", sources)
        return (self.drawn_f1("adapted", n, sources, draws) - prior) / (self.fixed_f1(ceiling, sources) - prior)


def estimate(curves: Curves, figure: Callable[[NDArray[np.intp], NDArray[np.intp]], float]) -> Estimate:
    """Give a figure with its interval: a bootstrap of the sources, and of the draws."""
    rng = np.random.default_rng(0)
    n_sources, n_draws = len(curves.sources), PROTOCOL["draws"]
    values = [
        figure(rng.integers(n_sources, size=n_sources), rng.integers(n_draws, size=n_draws)) for _ in range(N_BOOTSTRAP)
    ]
    low, high = np.quantile(values, [0.025, 0.975])
    return Estimate(value=figure(np.arange(n_sources), np.arange(n_draws)), low=float(low), high=float(high))


def adaptation_page(results: Row) -> str:
    """Write the page."""
    curves = Curves(results)
    n_sources = len(curves.sources)
    sections = [
        "# Beginning from a model\n\nWritten by `python -m experiments.adaptation_page` from "
        "`experiments/adaptation.json` (`python -m experiments.adaptation` measures); do not edit. What are a few "
        "labels of a new source worth when a model begins from an existing one, "
        "`StanceClassifier().fit(texts, y, groups, prior=model)` or `stancekit train --prior`?",
        _PROTOCOL.format(
            n_sources=n_sources,
            fewest=PROTOCOL["fewest"],
            train=", ".join(f"`{name}`" for name in PROTOCOL["train"]),
            draws=PROTOCOL["draws"],
        ),
        "![Macro-F1 by number of labels](figures/adaptation.svg)",
        _curve_table(curves),
        _verdict(curves),
        "## By source\n\nMacro-F1 of the labels that the source's statements take, mean over draws.\n\n"
        + _source_table(results, curves),
        "## How strongly models were drawn\n\nThe strength that was chosen, how often.\n\n" + _strength_table(results),
    ]
    return "\n\n".join(sections) + "\n"


def _curve_table(curves: Curves) -> str:
    rows = [["0", _shown(estimate(curves, lambda s, d: curves.fixed_f1("prior", s))), "", "", ""]]
    for n in PROTOCOL["sizes"]:
        drawn = [
            _shown(estimate(curves, lambda s, d, way=way, n=n: curves.drawn_f1(way, n, s, d)))  # type: ignore[misc]
            for way in WAYS
        ]
        pooled = ""
        if n in curves.pooled:
            pooled = _shown(estimate(curves, lambda s, d, n=n: curves.fixed_f1(f"pooled {n}", s)))  # type: ignore[misc]
        rows.append([str(n), *drawn, pooled, _shown(_share(curves, n), digits=2)])
    for way in ("ceiling", "ceiling_own"):
        ceiling = _shown(estimate(curves, lambda s, d, way=way: curves.fixed_f1(way, s)))  # type: ignore[misc]
        rows.append([REFERENCES[way], "", "", ceiling, "1.00" if way == "ceiling_own" else ""])
    return markup_table(["labels", *WAYS.values(), "pooled with the old data", "share of the gap recovered"], rows)


def _share(curves: Curves, n: int) -> Estimate:
    """Give the share of the gap to the higher of the two ceilings."""
    return estimate(curves, lambda s, d: curves.recovered(n, "ceiling_own", s, d))


def _verdict(curves: Curves) -> str:
    share = _share(curves, 100)
    word = "met" if share.value >= GOAL else "**not met**"
    return (
        "The gap is that between the prior alone and all labels pooled with thresholds of the source. The goal, that "
        f"100 labels recover at least half of what pooling all labels of the source adds, is {word}: "
        f"{_shown(share, digits=2)}."
    )


def _source_table(results: Row, curves: Curves) -> str:
    rows = []
    for place, source in enumerate(curves.sources):
        one = np.array([place])
        content = results["sources"][source]
        draws = np.arange(PROTOCOL["draws"])
        rows.append(
            [
                source,
                f"{content['n_statements']:,}",
                f"{content['n_documents']:,}",
                f"{curves.fixed_f1('prior', one):.3f}",
                *(f"{curves.drawn_f1('adapted', n, one, draws):.3f}" for n in PROTOCOL["sizes"]),
                f"{curves.drawn_f1('scratch', 100, one, draws):.3f}",
                f"{curves.fixed_f1('ceiling_own', one):.3f}",
            ]
        )
    adapted = [f"{n} labels" for n in PROTOCOL["sizes"]]
    return markup_table(
        ["source", "statements", "documents", "prior alone", *adapted, "100 from scratch", "all pooled"], rows
    )


def _strength_table(results: Row) -> str:
    chosen = {
        n: [str(s) for row in results["sources"].values() for s in row["curve"][str(n)]["strengths"]]
        for n in PROTOCOL["sizes"]
    }
    found = {name for names in chosen.values() for name in names}
    names = sorted(found, key=lambda name: float("inf" if name == "infinite" else name))
    return markup_table(
        ["labels", *names], [[str(n), *(str(draws.count(name)) for name in names)] for n, draws in chosen.items()]
    )


def _shown(found: Estimate, digits: int = 3) -> str:
    return f"{found.value:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]"


def draw(results: Row) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw macro-F1 by number of labels."""
    curves = Curves(results)
    sizes = PROTOCOL["sizes"]
    with style():
        figure = new_figure(width=6.2, height=3.8)
        axes = figure.subplots()
        for (way, title), colour, marker in zip(WAYS.items(), COLOURS, MARKERS, strict=False):
            found = [
                estimate(curves, lambda s, d, way=way, n=n: curves.drawn_f1(way, n, s, d))  # type: ignore[misc]
                for n in sizes
            ]
            axes.plot(sizes, [e.value for e in found], color=colour, marker=marker, label=title)
            axes.fill_between(sizes, [e.low for e in found], [e.high for e in found], color=colour, alpha=0.15, lw=0)
        everything = np.arange(len(curves.sources))
        for (way, title), dashes in zip(REFERENCES.items(), ("--", ":", "-."), strict=True):
            axes.axhline(curves.fixed_f1(way, everything), color=GREY, linestyle=dashes, label=title)
        pooled = [curves.fixed_f1(f"pooled {n}", everything) for n in curves.pooled]
        if pooled:
            axes.plot(curves.pooled, pooled, color=COLOURS[2], marker=MARKERS[2], linestyle="", label="pooled")
        axes.set_xscale("log")
        axes.set_xticks(sizes, [str(n) for n in sizes])
        axes.minorticks_off()
        axes.set_xlabel("labels of the new source")
        axes.set_ylabel("macro-F1 on its other documents")
        axes.legend(loc="lower right")
    return figure


def stamp(results: Row) -> str:
    """Give the hash that the figure carries, by which it is known to be of these results."""
    return "adaptation " + hashlib.sha256(json.dumps(results, sort_keys=True).encode()).hexdigest()[:16]


def stale(results: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    found = []
    if results["data_sha256"] != data_sha256():
        found.append("experiments/adaptation.json: the data changed")
    if results["protocol"] != PROTOCOL:
        found.append("experiments/adaptation.json: the protocol changed")
        return found
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != adaptation_page(results):
        found.append("docs/adaptation.md")
    return found + [
        _name(path) for path in FIGURE if not path.exists() or stamp(results).encode() not in path.read_bytes()
    ]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write page and figure, or check them."""
    parser = argparse.ArgumentParser(prog="python -m experiments.adaptation_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where something is stale")
    options = parser.parse_args(arguments)
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    if options.check:
        out_of_date = stale(results)
        for item in out_of_date:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if out_of_date else 0
    PAGE.write_text(adaptation_page(results), encoding="utf-8")
    write_figure(draw(results), FIGURE, description=stamp(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
