"""Time the models in the package beside each other: ``python -m experiments.model_speeds``.

One thread, processor time, all models in turns in each round, on statements that were in no round before. It writes
``model_speeds.json``; the results page (`experiments.tables`) shows the ratios.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from experiments.corpora import ROOT
from experiments.unlabelled import drawn_statements
from stancekit import StanceModel, load
from stancekit.storage.loading import built_in_models, locate
from stancekit.text.markdown import markup_table

RESULTS = ROOT / "experiments" / "model_speeds.json"
BESIDE = "linear"
N_ROUNDS = 7
N_QUICK = 4_000  # statements in one call
N_TOGETHER = {"encoder": 100}  # of models that are slow
N_ALONE = 200  # statements one by one


def measure(models: Mapping[str, StanceModel], texts: Iterable[str], *, n_rounds: int = N_ROUNDS) -> dict[str, Any]:
    """Give each model's seconds a statement, in one call and one by one, beside those of `BESIDE` in the same round."""
    rest = iter(texts)
    ratios: dict[str, dict[str, list[float]]] = {name: {"together": [], "alone": []} for name in models}
    for number in range(n_rounds + 1):
        batch, singles = [next(rest) for _ in range(N_QUICK)], [next(rest) for _ in range(N_ALONE)]
        seconds = {name: _each(model, batch[: N_TOGETHER.get(name)], singles) for name, model in models.items()}
        for name, found in seconds.items():
            if number:  # the first round warms up
                for way, taken in found.items():
                    ratios[name][way].append(taken / seconds[BESIDE][way])
    return {
        name: {way: [median(found), min(found), max(found)] for way, found in ways.items()}
        for name, ways in ratios.items()
    }


def section(results: Mapping[str, Any]) -> str:
    """Write what the models cost, as a section of the results page."""
    body = [
        [f"**{name}**", f"{model['megabytes']:.1f}", *(_ratio(model[way]) for way in ("together", "alone"))]
        for name, model in results["models"].items()
    ]
    return (
        "## What they cost\n\nSize of the model's directory, and time a statement as a multiple of linear's: many in "
        "one call of `predict_labels`, and one by one by `predict`. Processor time on one thread, in turns, median "
        f"[lowest, highest] over {results['n_rounds']} rounds (`python -m experiments.model_speeds`), on one machine "
        "and unlabelled statements of both worlds; other processors and texts give other ratios.\n\n"
        + markup_table(["", "megabytes", "time, many at once", "time, one by one"], body)
    )


def _ratio(found: Sequence[float]) -> str:
    value, low, high = (f"{float(f'{number:.3g}'):,g}" for number in found)
    return value if low == value == high else f"{value} [{low}, {high}]"


def _each(model: StanceModel, together: Sequence[str], alone: Sequence[str]) -> dict[str, float]:
    """Give the seconds that a statement takes, in one call and one by one."""
    return {
        "together": _seconds(model.predict_labels, [together]) / len(together),
        "alone": _seconds(model.predict, alone) / len(alone),
    }


def _seconds(work: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    start = time.process_time()
    for one in inputs:
        work(one)
    return time.process_time() - start


def _megabytes(name: str) -> float:
    return sum(file.stat().st_size for file in Path(locate(name)).iterdir()) / 1e6


def main() -> int:
    """Measure, and write the results."""
    names = sorted(built_in_models(), key=_megabytes)
    found = measure({name: load(name) for name in names}, (one.text for one in drawn_statements()))
    models = {name: {"megabytes": round(_megabytes(name), 2), **found[name]} for name in names}
    RESULTS.write_text(json.dumps({"n_rounds": N_ROUNDS, "models": models}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
