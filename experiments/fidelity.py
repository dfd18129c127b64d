"""What eight bits cost the encoder and what they save: ``python -m experiments.fidelity``, after `experiments.encoder`.

For each fold the network as it was trained (float32, torch) and what is shipped of it (eight bits, onnxruntime) score
the same held-out statements. Thresholds of both come from the other folds. Speed: both on one thread, in turns, on
the same statements; ratios of medians. ``--check`` runs nothing and fails where the page is not that of the results.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import ROOT
from experiments.crossfit import Held, cross_fitted
from experiments.data import WORLDS, Annotated, codebook, data_sha256, load_annotated
from experiments.encoder import read_margins, read_network, settings
from experiments.outcome import Outcome
from experiments.splitting import named_splits
from experiments.tables import WORLD_NAMES
from stancekit import load
from stancekit.measure.comparison import ModelOutput, compare
from stancekit.report.markdown import table

RESULTS = ROOT / "experiments" / "fidelity.json"
PAGE = ROOT / "docs" / "encoder.md"
N_TIMED, N_ROUNDS, BATCH = 500, 7, 32
GOAL_F1, GOAL_SPEED = 0.005, 3

Floats = NDArray[np.float64]
Row = dict[str, Any]


def measure(data: Annotated) -> Row:
    """Measure quality and speed."""
    whole, small = [], []
    for name, split in named_splits(data):
        if name.startswith("fold-"):
            texts = [data.statements.texts[row] for row in split.test]
            whole.append(Held(rows=split.test, margins=torch_margins(name, texts)))
            small.append(Held(rows=split.test, margins=read_margins(name)))
    moved = np.abs(np.vstack([a.margins - b.margins for a, b in zip(whole, small, strict=True)]))
    outcomes = cross_fitted(whole, data), cross_fitted(small, data)
    return {
        "data_sha256": data_sha256(),
        "shift": {"mean": float(moved.mean()), "99 %": float(np.quantile(moved, 0.99)), "largest": float(moved.max())},
        "worlds": {world: _compared(*outcomes, data, dataset) for world, dataset in WORLDS.items()},
        "speed": time_both(data),
    }


def torch_margins(name: str, texts: Sequence[str]) -> Floats:
    """Give log-odds by the network of a split in float32, of shape (n_statements, n_labels)."""
    return _torch_scorer(name)(texts)


def time_both(data: Annotated) -> Row:
    """Time both in turns on UN and news statements drawn at random."""
    import torch

    torch.set_num_threads(1)
    rows = np.random.default_rng(0).permutation(data.rows("ungdc", "diplomatic"))[:N_TIMED]
    texts = [data.statements.texts[row] for row in rows]
    scorers: dict[str, Callable[[Sequence[str]], object]] = {
        "float32, torch": _torch_scorer("all"),
        "8 bits, onnxruntime": load("encoder").predict_proba,
    }
    seconds: dict[str, list[float]] = {name: [] for name in scorers}
    for number in range(N_ROUNDS + 1):
        for name, scorer in scorers.items():
            start = time.perf_counter()
            scorer(texts)
            if number:  # the first round warms up
                seconds[name].append(time.perf_counter() - start)
    slow, fast = seconds.values()
    ratios = sorted(a / b for a, b in zip(slow, fast, strict=True))
    return {
        "n_statements": len(texts),
        "n_rounds": N_ROUNDS,
        "ratio": statistics.median(slow) / statistics.median(fast),
        "low": ratios[0],
        "high": ratios[-1],
    }


def _torch_scorer(name: str) -> Callable[[Sequence[str]], Floats]:
    import torch

    from stancekit.training.finetuning import tokenize

    options, network, n_labels = settings(), read_network(name), len(codebook().labels)

    def margins(texts: Sequence[str]) -> Floats:
        tokens = tokenize(texts, options)
        order = np.argsort([len(one) for one in tokens], kind="stable")
        found = np.zeros((len(texts), n_labels))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            numbers = torch.nn.utils.rnn.pad_sequence([torch.from_numpy(tokens[row]) for row in rows], batch_first=True)
            with torch.no_grad():
                found[rows] = network(numbers, (numbers != 0).long()).numpy()[:, :n_labels]
        return found

    return margins


def _compared(whole: Outcome, small: Outcome, data: Annotated, dataset: str) -> Row:
    mine = data.column("dataset")[whole.rows] == dataset
    rows = whole.rows[mine]
    sides = [ModelOutput(scores=side.scores[mine], decisions=side.decisions[mine]) for side in (whole, small)]
    groups = [data.statements.groups[row] for row in rows]
    gap = compare(data.statements.truth[rows], *sides, labels=data.codebook.labels, groups=groups).macro.f1
    changed = np.mean(whole.decisions[mine] != small.decisions[mine])
    return {"n": len(rows), "difference": [gap.value, gap.low, gap.high], "changed": float(changed)}


def page(results: Row) -> str:
    """Write the page."""
    shift, speed, worlds = results["shift"], results["speed"], results["worlds"]
    body = [
        [WORLD_NAMES[world], f"{one['n']:,}", _signed(one["difference"]), f"{100 * one['changed']:.1f}"]
        for world, one in worlds.items()
    ]
    met = {True: "reached", False: "**missed**"}
    good = met[all(one["difference"][0] >= -GOAL_F1 for one in worlds.values())]
    fast = met[speed["ratio"] >= GOAL_SPEED]
    sections = [
        "# The encoder in eight bits\n\nWritten by `python -m experiments.fidelity` from `experiments/fidelity.json`; "
        "do not edit. The encoder is trained in float32 by torch and shipped in eight bits, its vocabulary cut to what "
        "political English uses, for onnxruntime alone. What that costs and saves:",
        "## Quality\n\nMacro-F1 of the shipped form less that of the trained one, on the same held-out statements of "
        "the five folds, thresholds of each from the other folds; paired 95 % bootstrap intervals, clustered by speech "
        "or document. *Changed* is the share of decisions that differ. The goal is a loss of at most "
        f"{GOAL_F1}: {good}.\n\n" + table(["tested on", "statements", "difference", "changed, %"], body, n_text=1),
        f"Log-odds move by {shift['mean']:.3f} on average; 99 % of them by less than {shift['99 %']:.2f}, the one that "
        f"moves furthest by {shift['largest']:.2f}.",
        f"## Speed\n\n{speed['n_statements']} annotated statements of both worlds, one thread, both in turns, "
        f"{speed['n_rounds']} rounds; torch in batches of {BATCH} statements of like length, the shipped form one "
        f"statement at a time. It is **{speed['ratio']:.1f} times** as fast (ratio of medians; {speed['low']:.1f} to "
        f"{speed['high']:.1f} over the rounds). The goal is {GOAL_SPEED} times: {fast}.",
    ]
    return "\n\n".join(sections) + "\n"


def _signed(difference: Sequence[float]) -> str:
    value, low, high = difference
    return f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"


def stale(results: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    found = ["experiments/fidelity.json: the data changed"] if results["data_sha256"] != data_sha256() else []
    return found + ([] if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(results) else ["docs/encoder.md"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page, or check it."""
    parser = argparse.ArgumentParser(prog="python -m experiments.fidelity", description=__doc__)
    parser.add_argument("--check", action="store_true", help="run nothing; exit code 1 where something is stale")
    if parser.parse_args(arguments).check:
        found = stale(json.loads(RESULTS.read_text(encoding="utf-8")))
        for item in found:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if found else 0
    results = measure(load_annotated())
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
