"""Measure labelling on Spark beside `predict_file`: ``python -m experiments.spark.measure``.

The same Parquet file of UN sentences is labelled by `predict_file`, by `spark.predict` and by `spark.predict_files` in
turns, and copied by Spark without a label, on one core and then on two; all write Snappy. Taken are wall time and
processor time, the latter of this process and all of Spark's together, so that what else runs on the machine weighs
little; ``--alone`` keeps it off the cores, for about three minutes. Each session does some work before it counts,
as Java compiles what runs often. Written to ``results.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import stancekit
from experiments.benchmarks.machine import load, machine
from experiments.benchmarks.statements import draw
from experiments.corpora import ROOT, un_speeches
from experiments.spark.processes import cpu_seconds, largest_worker_mib, place
from stancekit import spark
from stancekit.storage.loading import locate
from stancekit.storage.manifest import FILES

RESULTS = ROOT / "experiments" / "spark" / "results.json"
N, N_ENCODER, N_ROUNDS, N_WARM, SEED = 300_000, 500, 5, 6, 7
CORES = (1, 2)
_SPLIT = 4 << 20  # bytes of Parquet a task: several for each core

Row = dict[str, Any]
Session = Any


def measure(n: int, n_rounds: int, *, alone: bool) -> Row:
    """Measure everything."""
    texts = draw(un_speeches(), 0, n, seed=SEED).speed
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, texts)
        found: Row = {
            "machine": machine(),
            "spark": version("pyspark"),
            "alone": alone,
            "n": len(texts),
            "characters": _mean_length(texts),
            "bytes_in": (folder / "in.parquet").stat().st_size / len(texts),
            "model_bytes": sum(Path(locate("linear"), file).stat().st_size for file in ("config.json", *FILES)),
            "load_before": load(),
            "rounds": [],
        }
        for n_cores in CORES:
            found["rounds"] += _rounds(folder, n_cores, n_rounds, alone=alone)
        found |= _others(folder, texts, n_rounds, alone=alone)
        found["load_after"] = load()
        written = {"spark": folder / "labelled", "files": folder / "files-in"}
        found["bytes_out"] = {work: _size(target) / len(texts) for work, target in written.items()}
    return found


def _mean_length(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / len(texts)


def _write(folder: Path, texts: Sequence[str]) -> None:
    """Write the statements, and apart from one another the shorter and the longer half of them."""
    ordered = sorted(texts, key=len)
    half = len(texts) // 2
    for name, some in {"in": texts, "short": ordered[:half], "long": ordered[half:], "few": texts[:N_ENCODER]}.items():
        rows = ({"id": number, "text": text} for number, text in enumerate(some))
        stancekit.write_table(folder / f"{name}.parquet", rows)


def _session(n_cores: int, *, alone: bool) -> Session:
    settings = {"spark__sql__files__maxPartitionBytes": _SPLIT, "spark__log__level": "ERROR"}
    session = spark.local_session(n_cores, **settings)
    place(set(sorted(os.sched_getaffinity(0))[:n_cores]), alone=alone)
    return session


def _rounds(folder: Path, n_cores: int, n_rounds: int, *, alone: bool) -> list[Row]:
    all_cores = os.sched_getaffinity(0)
    session = _session(n_cores, alone=alone)
    try:
        works = {
            "file": lambda: _label_file(folder),
            "copy": lambda: _copy(session, folder),
            "spark": lambda: _label(session, folder),
            "files": lambda: _label_files(session, folder),
        }
        for _ in range(N_WARM):
            _label(session, folder)
            _copy(session, folder)
            _label_files(session, folder)
        place(os.sched_getaffinity(0), alone=alone)  # the workers that have come since
        rows = []
        for number in range(n_rounds):
            for name, work in works.items():
                rows.append({"cores": n_cores, "round": number, "work": name, **_timed(work)})
                _say(rows[-1])
        return rows
    finally:
        place(all_cores, alone=False)
        session.stop()


def _others(folder: Path, texts: Sequence[str], n_rounds: int, *, alone: bool) -> Row:
    """Measure short and long statements, the encoder, and memory, on one core."""
    all_cores = os.sched_getaffinity(0)
    session = _session(1, alone=alone)
    ordered = sorted(texts, key=len)
    half = len(texts) // 2
    halves = {"short": _mean_length(ordered[:half]), "long": _mean_length(ordered[half:])}
    works: dict[str, Callable[..., None]] = {"spark": _label, "files": _label_files}
    try:
        lengths: list[Row] = []
        memory = {}
        for work, label in works.items():
            for name in [*halves] * 2:
                label(session, folder, name)
            for name in [*halves] * n_rounds:
                taken = _timed(lambda label=label, name=name: label(session, folder, name))  # type: ignore[misc]
                lengths.append({"work": work, "characters": halves[name], "n": half, **taken})
            memory[work] = largest_worker_mib()
        _label(session, folder, "few", "encoder")
        encoder = [_timed(lambda: _label(session, folder, "few", "encoder")) for _ in range(3)]
        return {
            "lengths": lengths,
            "worker_mib": memory,
            "encoder": [{"n": N_ENCODER, **row} for row in encoder],
            "encoder_mib": largest_worker_mib(),
        }
    finally:
        place(all_cores, alone=False)
        session.stop()


def _label_file(folder: Path) -> None:
    stancekit.predict_file(stancekit.load(), folder / "in.parquet", folder / "file.parquet", overwrite=True)


def _copy(session: Session, folder: Path) -> None:
    session.read.parquet(str(folder / "in.parquet")).write.mode("overwrite").parquet(str(folder / "copied"))


def _label(session: Session, folder: Path, name: str = "in", model: str = "linear") -> None:
    target = "labelled" if name == "in" else f"labelled-{name}"
    frame = spark.predict(session.read.parquet(str(folder / f"{name}.parquet")), model=model)
    frame.write.mode("overwrite").parquet(str(folder / target))


def _label_files(session: Session, folder: Path, name: str = "in", model: str = "linear") -> None:
    target = folder / f"files-{name}"
    spark.predict_files(session, folder / f"{name}.parquet", target, model=model, overwrite=True)


def _timed(work: Callable[[], object]) -> Row:
    """Take wall time, and processor time of this process and of all below it."""
    cpu, start = _clock(), perf_counter()
    work()
    return {"wall": perf_counter() - start, "cpu": _clock() - cpu}


def _clock() -> float:
    return process_time() + cpu_seconds()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


def _say(row: Row) -> None:
    print(" ".join(f"{name}={value}" for name, value in row.items()), file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m experiments.spark.measure", description=__doc__)
    parser.add_argument("--statements", type=int, default=N, help=f"number of statements ({N})")
    parser.add_argument("--rounds", type=int, default=N_ROUNDS, help=f"number of rounds ({N_ROUNDS})")
    parser.add_argument("--print", action="store_true", help="print what was measured, and write nothing")
    parser.add_argument("--alone", action="store_true", help="let nothing else run on the cores (needs rights)")
    options = parser.parse_args(arguments)
    content = json.dumps(measure(options.statements, options.rounds, alone=options.alone), indent=1) + "\n"
    if options.print:
        sys.stdout.write(content)
    else:
        RESULTS.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
