"""Measure stancekit and its peers: ``python -m experiments.benchmarks`` writes ``results.json``.

Needs the extra ``benchmarks`` and the corpora that ``experiments/corpora.py`` names. With ``--quick`` or ``--only``
the results go to the standard output unless ``--output`` says where.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from experiments.benchmarks import measure
from experiments.benchmarks.files import files as measure_files
from experiments.benchmarks.machine import load, machine, versions
from experiments.benchmarks.measure import Settings, Work, say
from experiments.benchmarks.peers import CLASSES, OURS, peer
from experiments.benchmarks.processes import WorkerError, run_cold
from experiments.benchmarks.quality import quality
from experiments.benchmarks.statements import draw
from experiments.corpora import ROOT, un_speeches
from experiments.data import codebook, data_sha256
from experiments.debate.frame import checksum_of
from experiments.rules import apply_rules
from stancekit.errors import unknown_option

RESULTS = ROOT / "experiments" / "benchmarks" / "results.json"
FORMAT = 1
HASH_ONLY = "ours-hash-only"
FEW = 20_000
NO_FILES: dict[str, Any] = {"files": [], "file_parts": [], "file_formats": [], "file_memory": []}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write."""
    options = _parser().parse_args(arguments)
    for name in options.only or []:
        if name not in CLASSES:
            raise unknown_option("peer", name, CLASSES)
    partly = options.quick or options.only
    output = options.output or (None if partly else RESULTS)
    with TemporaryDirectory() as folder:
        settings = _settings(options, Path(folder))
        if options.quality_only:
            renew_quality(settings, Work(folder=Path(folder)), options.output or RESULTS)
            return 0
        results = run(settings, Work(folder=Path(folder)), with_quality=options.quality, output=output)
    if output is None:
        print(_as_json(results), end="")
    return 0


def _kept(output: Path | None) -> dict[str, Any]:
    """Give what was measured before."""
    if output is None or not output.exists():
        return {}
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return found


def _quality(settings: Settings, work: Work) -> dict[str, Any]:
    """Measure how good the peers are, with the hash of the data: it changes with these and not with the machine."""
    return {"quality": quality(settings, work), "data_sha256": data_sha256()}


def renew_quality(settings: Settings, work: Work, output: Path) -> None:
    """Measure how good the peers are, and leave the rest of the results as it is."""
    results = _kept(output) | _quality(settings, work)
    output.write_text(_as_json(results), encoding="utf-8")


def run(settings: Settings, work: Work, *, with_quality: bool, output: Path | None) -> dict[str, Any]:
    """Measure everything; what is done is written after each part, so that a failure loses no hour."""
    kept = _kept(output)
    results: dict[str, Any] = {
        "format": FORMAT,
        "settings": {name: getattr(settings, name) for name in ("rounds", "training_rounds", "quick", "seed")},
        "machine": machine(),
        "load_at_start": load(),
        "versions": versions(settings.names),
        "model_sha256": checksum_of("linear"),
        "peers": [_describe(name) for name in settings.names],
        "statements": prepare(settings, work),
    }
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "training": lambda: {"training": measure.training(settings, work)},
        "speed": lambda: dict(zip(("speed", "latency"), measure.speed_and_latency(settings, work), strict=True)),
        "two_threads": lambda: {"two_threads": measure.two_threads(settings, work)},
        "cold_start": lambda: {"cold_start": measure.cold_start(settings, work)},
        "memory": lambda: {"memory": measure.memory(settings, work)},
        "files": lambda: measure_files(settings, work) if OURS in settings.names else NO_FILES,
        "quality": lambda: _quality(settings, work) if with_quality else _only(kept, "quality", "data_sha256"),
    }
    for name, part in parts.items():
        say(name)
        results |= part()
        results["load_at_end"] = load()
        if output is not None:
            output.write_text(_as_json(results), encoding="utf-8")
    say("")
    return results


def _only(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}


def prepare(settings: Settings, work: Work) -> dict[str, Any]:
    """Write the statements into the temporary folder, and describe them in numbers."""
    say("reading the speeches")
    n_training = max(settings.size(name, "training") for name in settings.names)
    n_speed, n_single = (max(settings.size(name, what) for name in settings.names) for what in ("speed", "latency"))
    size = n_speed + n_single
    drawn = draw(un_speeches(), n_training, settings.rounds * size, seed=settings.seed)
    book = codebook()
    truth = apply_rules(drawn.training, book, "cues").astype(int).tolist()
    content = {"texts": drawn.training, "truth": truth, "labels": list(book.labels)}
    work.training.write_text(json.dumps(content), encoding="utf-8")
    for number in range(settings.rounds):
        block = drawn.speed[number * size : (number + 1) * size]
        work.block(number).write_text(json.dumps(block), encoding="utf-8")
    work.few.write_text(json.dumps(drawn.speed[:FEW]), encoding="utf-8")
    return {
        "n_training": n_training,
        "n_positive": dict(zip(book.labels, map(sum, zip(*truth, strict=True)), strict=True)),
        "n_speed": n_speed,
        "mean_words": round(sum(text.count(" ") + 1 for text in drawn.speed) / len(drawn.speed), 1),
        "mean_bytes": round(sum(len(text.encode()) for text in drawn.speed) / len(drawn.speed), 1),
    }


def _settings(options: argparse.Namespace, folder: Path) -> Settings:
    names = [name for name in CLASSES if not options.only or name in options.only]
    if HASH_ONLY in names:
        try:
            run_cold("from stancekit.features._ngrams import NgramKernel; NgramKernel.hash_only", folder)
        except WorkerError:
            print(f"{HASH_ONLY}: this version of stancekit has no hash_only; left out", file=sys.stderr)
            names.remove(HASH_ONLY)
    return Settings(
        names=tuple(names),
        rounds=min(options.rounds, 2) if options.quick else options.rounds,
        training_rounds=1 if options.quick else options.training_rounds,
        n_speed=options.statements,
        quick=options.quick,
        seed=options.seed,
    )


def _describe(name: str) -> dict[str, str]:
    kind = peer(name)
    return {"name": name, "description": kind.description, "features": kind.features}


def _as_json(results: dict[str, Any]) -> str:
    """Write one raw row a line: short to read and to compare."""
    parts = []
    for key, value in results.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n  ".join(json.dumps(_rounded(row), ensure_ascii=False) for row in value)
            parts.append(f" {json.dumps(key)}: [\n  {rows}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in row.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m experiments.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="times that each peer is measured")
    parser.add_argument("--training-rounds", type=int, default=3, help="times that each peer is trained")
    parser.add_argument("--statements", type=int, default=100_000, help="most statements labelled in a round")
    parser.add_argument("--only", nargs="+", metavar="NAME", help=f"some of: {', '.join(CLASSES)}")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that everything works")
    parser.add_argument(
        "--quality",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="macro-F1 too, or keep that of the output file",
    )
    parser.add_argument(
        "--quality-only", action="store_true", help="macro-F1 alone, and keep the rest of the output file"
    )
    parser.add_argument("--output", type=Path, help="where to write instead")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
