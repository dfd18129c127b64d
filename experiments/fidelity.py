"""What eight bits cost the encoder and what they save: ``python -m experiments.fidelity``, after `experiments.encoder`.

For each fold the network as it was trained (float32, torch) and what is shipped of it (eight bits, onnxruntime) score
the same held-out statements. Thresholds of both come from the other folds. Speed: both on one thread, in turns, on
the same statements; ratios of medians. ``--loud`` measures what it brings to keep loud channels out of eight bits, on
the networks that saw two news sources less (``python -m experiments.encoder together-…``). ``--check`` runs nothing
and fails where the page is not that of the results.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import ROOT
from experiments.crossfit import Held, cross_fitted
from experiments.data import WORLDS, Annotated, codebook, data_sha256, load_annotated
from experiments.encoder import BATCH, kept_sha256, read_margins, read_network, settings, torch_scorer, used_tokens
from experiments.outcome import Outcome
from experiments.splitting import named_splits, together_splits
from experiments.tables import WORLD_NAMES
from stancekit import load
from stancekit.features.encoder import EncoderScorer
from stancekit.measure.comparison import ModelOutput, compare
from stancekit.text.markdown import markup_table
from stancekit.training.export import export_encoder
from stancekit.training.quantization import in_eight_bits

RESULTS = ROOT / "experiments" / "fidelity.json"
PAGE = ROOT / "docs" / "encoder.md"
N_TIMED, N_ROUNDS = 500, 7
N_TIMED_LOUD = 60
GOAL_F1, GOAL_SPEED = 0.005, 3

FOLDS = {"kind": "encoder"}
Floats = NDArray[np.float64]
Row = dict[str, Any]


def measure(data: Annotated) -> Row:
    """Measure quality and speed."""
    whole, small = [], []
    for name, split in named_splits(data):
        if name.startswith("fold-"):
            said = read_margins(name)
            whole.append(Held(rows=split.test, margins=said.trained))
            small.append(Held(rows=split.test, margins=said.shipped))
    moved = np.abs(np.vstack([a.margins - b.margins for a, b in zip(whole, small, strict=True)]))
    outcomes = cross_fitted(whole, data), cross_fitted(small, data)
    return {
        "data_sha256": data_sha256(),
        "encoders_sha256": kept_sha256(FOLDS),
        "shift": {"mean": float(moved.mean()), "99 %": float(np.quantile(moved, 0.99)), "largest": float(moved.max())},
        "worlds": {world: _compared(*outcomes, data, dataset) for world, dataset in WORLDS.items()},
        "speed": time_both(data),
    }


def measure_loud(data: Annotated) -> Row:
    """Compare ways of writing the networks of sources held out together with the networks themselves."""
    whole: list[Held] = []
    small: dict[str, list[Held]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    for name, split in together_splits(data):
        texts = [data.statements.texts[row] for row in split.test]
        scorers = _written(name, [data.statements.texts[row] for row in split.train])
        torch = torch_scorer(name)
        whole.append(Held(rows=split.test, margins=torch(texts)))
        for form, scorer in scorers.items():
            small[form].append(Held(rows=split.test, margins=scorer.margins(texts)))
        seconds = _seconds(
            {"torch": torch} | {form: scorer.margins for form, scorer in scorers.items()}, texts[:N_TIMED_LOUD]
        )
        for form in scorers:
            ratios[form] += [a / b for a, b in zip(seconds["torch"], seconds[form], strict=True)]
    reference, margins = cross_fitted(whole, data), np.vstack([part.margins for part in whole])
    return {
        "data_sha256": data_sha256(),
        "processor": _instructions(),
        "forms": {
            form: {
                **_compared(reference, cross_fitted(parts, data), data, WORLDS["news"]),
                "shift": float(np.mean(np.abs(margins - np.vstack([part.margins for part in parts])))),
                "ratio": [statistics.median(ratios[form]), min(ratios[form]), max(ratios[form])],
            }
            for form, parts in small.items()
        },
    }


def _instructions() -> str:
    """Name the instructions for products of eight bits that this processor has: they are what the times hang on."""
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    return next((name for name in ("avx512_vnni", "avx_vnni", "avx512f", "avx2") if name in flags), "none of these")


def _written(name: str, examples: Sequence[str]) -> dict[str, EncoderScorer]:
    """Write a network in eight bits: all of it, and all but its loud channels."""
    trained = export_encoder(
        read_network(name), settings(), len(codebook().labels), keep=used_tokens(), eight_bits=False
    )
    return {
        "all in eight bits": in_eight_bits(trained),
        "loud channels in 32 bits": in_eight_bits(trained, examples),
    }


def _seconds(scorers: Mapping[str, Callable[[Sequence[str]], Floats]], texts: Sequence[str]) -> dict[str, list[float]]:
    """Take the processor time of scorers in turns, on one thread."""
    import torch

    torch.set_num_threads(1)
    seconds: dict[str, list[float]] = {name: [] for name in scorers}
    for number in range(N_ROUNDS + 1):
        for name, scorer in scorers.items():
            start = time.process_time()
            scorer(texts)
            if number:  # the first round warms up
                seconds[name].append(time.process_time() - start)
    return seconds


def time_both(data: Annotated) -> Row:
    """Time the network that saw all and what is in the package in turns on UN and news statements drawn at random."""
    rows = np.random.default_rng(0).permutation(data.rows("ungdc", "diplomatic"))[:N_TIMED]
    texts = [data.statements.texts[row] for row in rows]
    seconds = _seconds({"torch": torch_scorer("all"), "onnxruntime": load("encoder").scorers["encoder"].margins}, texts)
    slow, fast = seconds.values()
    ratios = sorted(a / b for a, b in zip(slow, fast, strict=True))
    return {
        "n_statements": len(texts),
        "n_rounds": N_ROUNDS,
        "ratio": statistics.median(slow) / statistics.median(fast),
        "low": ratios[0],
        "high": ratios[-1],
    }


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
        "political English uses, for onnxruntime alone. What that costs and saves, without the n-grams "
        "that stand beside it in the package:",
        "## Quality\n\nMacro-F1 of the shipped form less that of the trained one, on the same held-out statements of "
        "the five folds, thresholds of each from the other folds; paired 95 % bootstrap intervals, clustered by speech "
        "or document. *Changed* is the share of decisions that differ. The goal is a loss of at most "
        f"{GOAL_F1}: {good}.\n\n"
        + markup_table(["tested on", "statements", "difference", "changed, %"], body, n_text=1),
        f"Log-odds move by {shift['mean']:.3f} on average; 99 % of them by less than {shift['99 %']:.2f}, the one that "
        f"moves furthest by {shift['largest']:.2f}.",
        f"## Speed\n\n{speed['n_statements']} annotated statements of both worlds, one thread, both in turns, "
        f"{speed['n_rounds']} rounds; torch in batches of {BATCH} statements of like length, the shipped form one "
        f"statement at a time. It is **{speed['ratio']:.1f} times** as fast (ratio of medians; {speed['low']:.1f} to "
        f"{speed['high']:.1f} over the rounds). The goal is {GOAL_SPEED} times: {fast}.",
    ]
    if "loud" in results:
        sections += _loud_sections(**{key: results["loud"][key] for key in ("forms", "processor")})
    return "\n\n".join(sections) + "\n"


def _loud_sections(forms: Row, processor: str) -> list[str]:
    rows = [
        [
            form,
            _signed(one["difference"]),
            f"{100 * one['changed']:.1f}",
            f"{one['shift']:.3f}",
            "{:.1f} [{:.1f}, {:.1f}]".format(*one["ratio"]),
        ]
        for form, one in forms.items()
    ]
    n = next(iter(forms.values()))["n"]
    return [
        "## Loud channels\n\nWritten by `python -m experiments.fidelity --loud`. A few channels of what flows between "
        "layers are far larger than the others and leave these few of the 256 steps. So the four loudest of each "
        "product are kept in 32 bits. What that brings was measured on four networks that were trained without two "
        f"of the news sources and without soft labels, on the {n:,} news statements of these sources. They are of an "
        "earlier training. Thresholds found on other "
        "sources move with the log-odds, which the intervals of macro-F1 leave out: how far log-odds move, and how "
        "many decisions, is the firmer figure. Speed relative to torch, measured in turns on one thread by processor "
        f"time, median [lowest, highest], on a processor with {processor}: another run than that above, on other "
        "texts and perhaps another machine, so that only the rows of this table compare with one another.",
        markup_table(
            ["written", "difference in macro-F1", "changed, %", "log-odds move by", "speed, torch = 1"], rows, n_text=1
        ),
    ]


def _signed(difference: Sequence[float]) -> str:
    value, low, high = difference
    return f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"


def stale(results: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    made_of = {part["data_sha256"] for part in (results, results.get("loud", results))}
    found = ["experiments/fidelity.json: the data changed"] if made_of != {data_sha256()} else []
    if results.get("encoders_sha256") != kept_sha256(FOLDS):
        found.append("experiments/fidelity.json: the encoders changed")
    return found + ([] if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(results) else ["docs/encoder.md"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page, or check it."""
    parser = argparse.ArgumentParser(prog="python -m experiments.fidelity", description=__doc__)
    parser.add_argument("--check", action="store_true", help="run nothing; exit code 1 where something is stale")
    parser.add_argument(
        "--loud", action="store_true", help="measure what loud channels in 32 bits bring, and that alone"
    )
    parser.add_argument("--page", action="store_true", help="write the page from the results there are")
    options = parser.parse_args(arguments)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if options.check:
        found = stale(results)
        for item in found:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if found else 0
    if not options.page:
        results |= {"loud": measure_loud(load_annotated())} if options.loud else measure(load_annotated())
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
