"""Macro-F1 of every peer on the annotated statements, by the folds of the other experiments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.benchmarks.measure import Settings, Work, say
from experiments.benchmarks.peers import OURS, peer
from experiments.benchmarks.processes import Worker
from experiments.data import WORLDS, Annotated, load_annotated
from experiments.outcome import Outcome, Split
from experiments.run import evaluate_world
from experiments.splitting import splits
from stancekit import ModelOutput, compare

Decisions = NDArray[np.bool_]
TESTED = ("un", "news")
QUICK_TRAINING, QUICK_TESTED = 1000, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What a peer decided.

    Attributes
    ----------
    rows : ndarray of int of shape (n_tested,)
        Rows of the annotated statements.
    decisions : ndarray of bool of shape (n_tested, n_labels)
        By models that saw no statement of the row's document.
    """

    rows: NDArray[np.intp]
    decisions: Decisions


def quality(settings: Settings, work: Work) -> dict[str, Any]:
    """Cross-validate every peer; macro-F1 in both worlds, and what stancekit has more."""
    data = load_annotated()
    folds = splits({}, data, settings.seed)
    if settings.quick:
        folds = [_less(folds[0], settings.seed)]
    _write(folds, data, work)
    tested = {}
    for name in settings.names:
        if peer(name).trains:
            say(f"quality: {name}")
            tested[name] = _cross_validate(name, folds, data, work)
    return {name: _figures(name, tested, data, settings.seed) for name in tested}


def _less(split: Split, seed: int) -> Split:
    order = np.random.default_rng(seed)
    train, test = (order.permutation(rows) for rows in (split.train, split.test))
    return Split(train=train[:QUICK_TRAINING], test=test[:QUICK_TESTED])


def _write(folds: Sequence[Split], data: Annotated, work: Work) -> None:
    content = {
        "labels": list(data.codebook.labels),
        "texts": data.statements.texts,
        "truth": data.statements.truth.astype(int).tolist(),
        "groups": data.statements.groups,
        "folds": [{"train": fold.train.tolist(), "test": fold.test.tolist()} for fold in folds],
    }
    (work.folder / "folds.json").write_text(json.dumps(content), encoding="utf-8")


def _cross_validate(name: str, folds: Sequence[Split], data: Annotated, work: Work) -> Tested:
    with Worker(name, work.folder) as worker:
        decided = worker.ask("folds", data=str(work.folder / "folds.json"))["decided"]
    rows = np.concatenate([fold.test for fold in folds])
    decisions = np.array([[label in labels for label in data.codebook.labels] for labels in decided])
    return Tested(rows=rows, decisions=decisions)


def _figures(name: str, tested: Mapping[str, Tested], data: Annotated, seed: int) -> dict[str, Any]:
    mine = tested[name]
    none = np.zeros(mine.decisions.shape, dtype=bool)
    scores = mine.decisions.astype(float)
    thresholds = np.full(scores.shape, 0.5)
    outcome = Outcome(rows=mine.rows, scores=scores, decisions=mine.decisions, abstained=none, thresholds=thresholds)
    figures = {}
    for world in TESTED:
        row = evaluate_world(outcome, data, WORLDS[world], seed)
        if row is not None:
            here = data.column("dataset")[mine.rows] == WORLDS[world]
            share = mine.decisions[here].sum() / data.statements.truth[mine.rows[here]].sum()
            figures[world] = {"f1": row["macro"]["f1"], "n": row["n_statements"], "asserted": round(float(share), 3)}
            if OURS in tested and name != OURS:
                figures[world]["difference"] = _difference(mine, tested[OURS], data, world, seed)
    return figures


def _difference(peer: Tested, ours: Tested, data: Annotated, world: str, seed: int) -> list[float]:
    """Give stancekit's macro-F1 less the peer's, with the paired interval clustered by document."""
    here = data.column("dataset")[peer.rows] == WORLDS[world]
    rows = peer.rows[here]
    outputs = [
        ModelOutput(scores=side.decisions[here].astype(float), decisions=side.decisions[here]) for side in (peer, ours)
    ]
    groups = [data.statements.groups[row] for row in rows]
    comparison = compare(data.statements.truth[rows], *outputs, labels=data.codebook.labels, groups=groups, seed=seed)
    gap = comparison.macro.f1
    return [round(number, 4) for number in (gap.value, gap.low, gap.high)]
