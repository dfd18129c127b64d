"""Measure what a prior is worth on a new source: ``python -m experiments.adaptation``.

Models are trained without one news source, then adapted to it with few of its labels; results go to
``adaptation.json``, source by source, and those that stand there of the same data and protocol are kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import ROOT
from experiments.data import Annotated, data_sha256, load_annotated
from experiments.linear import head_settings
from experiments.outcome import Rows
from stancekit import Codebook, InvalidInputError, NgramFeatures, StanceClassifier, StanceModel
from stancekit.calibration import Calibration
from stancekit.training.fitting import Fit, TrainingSet, calibrate, fit_once
from stancekit.training.splits import grouped_folds

RESULTS = ROOT / "experiments" / "adaptation.json"
PROTOCOL: dict[str, Any] = {
    "train": ["ungdc", "diplomatic", "diplomatic_selected", "authored"],
    "sizes": [25, 50, 100, 200],
    "draws": 5,
    "pooled": [100],
    "fewest": 100,
    "folds": 2,
    "seed": 0,
}

WAYS = ("adapted", "scratch")

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The statements of the protocol, counted once.

    Attributes
    ----------
    texts : sequence of str
    truth : ndarray of shape (n_statements, n_labels)
    sources, groups : ndarray of str
    counts : csr_matrix of shape (n_statements, n_features)
    codebook : Codebook
    """

    texts: Sequence[str]
    truth: Floats
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]
    counts: Any
    codebook: Codebook

    def fit(self, rows: Rows) -> Fit:
        """Fit heads from scratch on some of the statements."""
        data = TrainingSet(counts=[self.counts[rows]], truth=self.truth[rows], weights=None)
        return fit_once([NgramFeatures()], data, head_settings({}))

    def model(self, fit: Fit, calibration: Calibration) -> StanceModel:
        """Make a model of fitted heads."""
        scorers = dict(zip(["ngrams"], fit.scorers(), strict=True))
        return StanceModel(codebook=self.codebook, scorers=scorers, bias=fit.bias, calibration=calibration)


def load_material(data: Annotated) -> Material:
    """Take the statements that the protocol trains on."""
    rows = data.rows(*PROTOCOL["train"])
    texts = [data.statements.texts[row] for row in rows]
    return Material(
        texts=texts,
        truth=data.statements.truth[rows],
        sources=data.column("source")[rows],
        groups=np.array(data.statements.groups)[rows],
        counts=NgramFeatures().counts(texts),
        codebook=data.codebook,
    )


def eligible(material: Material, data: Annotated) -> list[str]:
    """Name the news sources that have enough labels on either side of a split by documents."""
    news = sorted(set(data.column("source")[data.rows("diplomatic")].tolist()))
    return [source for source in news if min(map(len, halves(material, source))) >= PROTOCOL["fewest"]]


def halves(material: Material, source: str) -> list[Rows]:
    """Give the rows of a source in two parts, no document in both."""
    rows = np.flatnonzero(material.sources == source)
    folds = grouped_folds(
        material.groups[rows].tolist(), material.truth[rows], n_folds=PROTOCOL["folds"], seed=PROTOCOL["seed"]
    )
    return [rows[folds == fold] for fold in range(PROTOCOL["folds"])]


def measure(source: str, prior: Fit, calibration: Calibration, material: Material) -> Row:
    """Adapt to one source and count, for each way, hits, assertions and positives of each label."""
    parts = halves(material, source)
    model = material.model(prior, calibration)
    row: Row = {"n_statements": sum(map(len, parts)), "n_documents": len(set(material.groups[np.concatenate(parts)]))}
    row["prior"] = [_zeros(material)]
    row["curve"] = {str(n): _empty(material) for n in PROTOCOL["sizes"]}
    for test, pool in (parts, parts[::-1]):
        print(f"{source}: {len(test)} tested, {len(pool)} to draw from", file=sys.stderr, flush=True)
        _count(row["prior"][0], _decided(model, test, material), test, material)
        for draw in range(PROTOCOL["draws"]):
            order = _drawn(pool, draw)
            for n in PROTOCOL["sizes"]:
                _measure_draw(row["curve"][str(n)], draw, order[:n], test, model, material)
    return row


def measure_ceiling(source: str, calibration: Calibration, material: Material) -> Row:
    """Train on all the old statements and all labels of the other half together.

    Once with the thresholds that the prior has, once with those that the other half asks for by the model that did
    not see it.
    """
    parts = halves(material, source)
    old = np.flatnonzero(material.sources != source)
    models = [material.model(material.fit(np.concatenate([old, pool])), calibration) for pool in parts]
    margins = [_margins(model, test, material) for model, test in zip(models, parts[::-1], strict=True)][::-1]
    row: Row = {"ceiling": [_zeros(material)], "ceiling_own": [_zeros(material)]}
    for place, test in enumerate(parts):
        pool = 1 - place
        own = calibrate(margins[pool], material.truth[parts[pool]], exclusive=False, abstention=0.1)
        for way, found in (("ceiling", calibration), ("ceiling_own", own)):
            _count(row[way][0], found.decide(found.scores(margins[place])), test, material)
    return row


def measure_pooled(source: str, calibration: Calibration, material: Material) -> Row:
    """Train on all the old statements and the first draw of labels together."""
    parts = halves(material, source)
    old = np.flatnonzero(material.sources != source)
    row: Row = {str(n): _zeros(material) for n in PROTOCOL["pooled"]}
    for test, pool in (parts, parts[::-1]):
        for n in PROTOCOL["pooled"]:
            model = material.model(material.fit(np.concatenate([old, _drawn(pool, 0)[:n]])), calibration)
            _count(row[str(n)], _decided(model, test, material), test, material)
    return row


def _drawn(pool: Rows, draw: int) -> Rows:
    """Give the rows in the order in which they are labelled."""
    return np.random.default_rng([PROTOCOL["seed"], draw, len(pool)]).permutation(pool)


def _measure_draw(counts: Row, draw: int, rows: Rows, test: Rows, prior: StanceModel, material: Material) -> None:
    """Count what each way makes of one draw of labels."""
    texts, truth = [material.texts[row] for row in rows], material.truth[rows]
    groups = material.groups[rows].tolist()
    adapted = StanceClassifier().fit(texts, truth, groups, prior=prior).model_
    counts["strengths"].append(adapted.provenance["prior"]["strength"])
    _count(counts["adapted"][draw], _decided(adapted, test, material), test, material)
    _count(counts["scratch"][draw], _scratch(texts, truth, groups, test, material), test, material)


def _scratch(texts: Sequence[str], truth: Floats, groups: Sequence[str], test: Rows, material: Material) -> Flags:
    """Train on the new labels alone; a label with too few positives is never asserted."""
    decided = np.zeros((len(test), truth.shape[1]), dtype=bool)
    labels = list(material.codebook.labels)
    while labels:
        columns = [material.codebook.labels.index(label) for label in labels]
        try:
            fitted = StanceClassifier(material.codebook.predicting(labels)).fit(texts, truth[:, columns], groups)
        except InvalidInputError as error:
            short = [label for label in labels if f"label {label!r} has" in str(error)]
            if not short:
                raise
            labels.remove(short[0])
            continue
        decided[:, columns] = fitted.predict([material.texts[row] for row in test]) == 1
        break
    return decided


def _decided(model: StanceModel, test: Rows, material: Material) -> Flags:
    return model.calibration.decide(model.calibration.scores(_margins(model, test, material)))


def _margins(model: StanceModel, rows: Rows, material: Material) -> Floats:
    weights = model.scorers["ngrams"].arrays()["weights"].astype(np.float64)
    return np.asarray(material.counts[rows] @ weights + model.bias)


def _count(counts: list[list[int]], decided: Flags, test: Rows, material: Material) -> None:
    """Add hits, assertions and positives of each label."""
    truth = material.truth[test] == 1
    for column, one in enumerate(counts):
        found = (decided & truth)[:, column].sum(), decided[:, column].sum(), truth[:, column].sum()
        counts[column] = [before + int(more) for before, more in zip(one, found, strict=True)]


def _zeros(material: Material) -> list[list[int]]:
    return [[0, 0, 0] for _ in material.codebook.labels]


def _empty(material: Material) -> Row:
    return {"strengths": [], **{way: [_zeros(material) for _ in range(PROTOCOL["draws"])] for way in WAYS}}


def calibrations(priors: Mapping[str, Fit], material: Material) -> dict[str, Calibration]:
    """Calibrate the prior of each source by what the others say of theirs, as in `experiments.crossfit`."""
    rows = {source: np.flatnonzero(material.sources == source) for source in priors}
    margins = {source: fit.margins([material.counts[rows[source]]]) for source, fit in priors.items()}
    found = {}
    for source in priors:
        others = [other for other in priors if other != source]
        truth = material.truth[np.concatenate([rows[other] for other in others])]
        found[source] = calibrate(
            np.vstack([margins[other] for other in others]),
            truth,
            exclusive=False,
            abstention=StanceClassifier().abstention,
        )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sources that are not in the results yet."""
    parser = argparse.ArgumentParser(prog="python -m experiments.adaptation", description=__doc__)
    parser.add_argument("--anew", action="store_true", help="measure all sources again")
    options = parser.parse_args(arguments)
    data = load_annotated()
    material = load_material(data)
    head = {"data_sha256": data_sha256(), "protocol": PROTOCOL, "labels": list(material.codebook.labels)}
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() and not options.anew else {}
    kept = before.get("sources", {}) if {key: before.get(key) for key in head} == head else {}
    sources = eligible(material, data)
    print(f"training {len(sources)} models, each without one source", file=sys.stderr, flush=True)
    priors = {source: material.fit(np.flatnonzero(material.sources != source)) for source in sources}
    found = calibrations(priors, material)

    def write() -> None:
        content = head | {"sources": {name: kept[name] for name in sources if name in kept}}
        RESULTS.write_text(json.dumps(content) + "\n", encoding="utf-8")

    for source in sources:
        if source not in kept:
            kept[source] = measure(source, priors[source], found[source], material)
            write()
    for source in sources:
        if "ceiling" not in kept[source]:
            kept[source] |= measure_ceiling(source, found[source], material)
            write()
    for source in sources:
        if "pooled" not in kept[source]:
            kept[source]["pooled"] = measure_pooled(source, found[source], material)
            write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
