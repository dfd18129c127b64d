"""Measure whether the labelling loop should begin from the model it was given: ``python -m experiments.loop_prior``.

As in `experiments.adaptation` models are trained without one news source. Then `LabellingSession` labels one half of
the source's documents by their annotations, with that model choosing, and models from what was labelled are tested on
the other half: begun from the given model, and from scratch. Results go to ``loop_prior.json``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.adaptation import Material, calibrations, eligible, halves, load_material
from experiments.corpora import ROOT
from experiments.data import data_sha256, load_annotated
from experiments.outcome import Rows
from stancekit import InvalidInputError, LabelledStatements, LabellingSession, StanceModel, StatementPool
from stancekit.measure.metrics import ratio
from stancekit.text.markdown import markup_table
from stancekit.training.learning import learn

RESULTS = ROOT / "experiments" / "loop_prior.json"
SIZES = (25, 50, 100, 200, 400)
AUDIT = 0.2
"""Share of the random sample, as by default; what it holds alone teaches nothing."""

Counts = list[list[int]]


def label_all(pool: Rows, model: StanceModel, material: Material) -> list[LabelledStatements]:
    """Label a pool in the order of a session, and give what a model may learn from at each size."""
    names = {f"{row}": int(row) for row in pool}
    statements = StatementPool.of(
        [material.texts[row] for row in pool], ids=list(names), groups=material.groups[pool].tolist()
    )
    found: list[LabelledStatements] = []
    options: dict[str, Any] = {"coder": "a", "audit": AUDIT, "model": model, "retrain_every": 0}
    with (
        tempfile.TemporaryDirectory() as folder,
        LabellingSession(Path(folder, "state.jsonl"), statements, material.codebook, **options) as session,
    ):
        while len(found) < len(SIZES) and (item := session.next()) is not None:
            marks = material.truth[names[item.id]]
            labels = zip(material.codebook.labels, marks, strict=True)
            session.decide(item.id, [label for label, mark in labels if mark])
            if len(session.labellings().chosen) == SIZES[len(found)]:
                labellings = session.labellings()
                found.append(labellings.labelled(labellings.chosen))
    return found


def count(data: LabelledStatements, prior: StanceModel | None, test: Rows, material: Material) -> Counts:
    """Count hits, assertions and positives of each label by a model that learned."""
    decided = np.zeros((len(test), len(material.codebook.labels)), dtype=bool)
    try:
        learned = learn(data, material.codebook, prior=prior)
    except InvalidInputError:  # too few yet: nothing is asserted
        pass
    else:
        texts = [material.texts[row] for row in test]
        decided[:, learned.columns] = learned.model.calibration.decide(learned.model.predict_proba(texts))
    return tallies(decided, test, material)


def tallies(decided: NDArray[np.bool_], test: Rows, material: Material) -> Counts:
    """Count hits, assertions and positives of each label."""
    truth = material.truth[test] == 1
    found: Counts = np.stack([(decided & truth).sum(axis=0), decided.sum(axis=0), truth.sum(axis=0)], axis=1).tolist()
    return found


def measure(source: str, model: StanceModel, material: Material) -> list[dict[str, Any]]:
    """Label each half of a source, and test on the other."""
    found = []
    parts = halves(material, source)
    for test, pool in (parts, parts[::-1]):
        texts = [material.texts[row] for row in test]
        half: dict[str, Any] = {"prior": {}, "scratch": {}}
        half["given"] = tallies(model.calibration.decide(model.predict_proba(texts)), test, material)
        for size, data in zip(SIZES, label_all(pool, model, material), strict=False):
            half["prior"][str(size)] = count(data, model, test, material)
            half["scratch"][str(size)] = count(data, None, test, material)
        found.append(half)
    return found


def macro_f1(counts: list[Counts]) -> float:
    """Give the mean F1 of the labels that the tests hold."""
    hits, asserted, positive = np.sum(counts, axis=0).T
    f1 = ratio(2 * hits, asserted + positive, np.nan)
    return float(np.nanmean(np.where(positive > 0, f1, np.nan)))


def table(results: dict[str, Any]) -> str:
    """Write macro-F1 over the halves of sources that have so many labels."""
    head = (
        "labels",
        "halves of sources",
        "given model",
        "begun from it",
        "from scratch",
        "of them better from scratch",
    )
    lines = []
    for size in map(str, SIZES):
        there = [half for halves in results["sources"].values() for half in halves if size in half["prior"]]
        given = [half["given"] for half in there]
        prior, scratch = ([half[way][size] for half in there] for way in ("prior", "scratch"))
        better = sum(macro_f1([one]) > macro_f1([other]) for one, other in zip(scratch, prior, strict=True))
        figures = [f"{macro_f1(part):.2f}" for part in (given, prior, scratch)]
        lines.append([size, str(len(there)), *figures, str(better)])
    return markup_table(head, lines, n_text=0)


def main() -> int:
    """Measure all sources."""
    data = load_annotated()
    material = load_material(data)
    sources = eligible(material, data)
    priors = {source: material.fit(np.flatnonzero(material.sources != source)) for source in sources}
    found = calibrations(priors, material)
    results: dict[str, Any] = {"data_sha256": data_sha256(), "audit": AUDIT, "sources": {}}
    for source in sources:
        results["sources"][source] = measure(source, material.model(priors[source], found[source]), material)
        print(source, file=sys.stderr, flush=True)
        RESULTS.write_text(json.dumps(results) + "\n", encoding="utf-8")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
