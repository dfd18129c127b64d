"""Whole files: `predict_file` beside the same statements in memory, its formats, and its peak of memory."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from functools import partial
from itertools import cycle, islice, pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import stancekit
from experiments.benchmarks.measure import Row, Settings, Work, say
from experiments.benchmarks.memory import peak_mib
from experiments.benchmarks.processes import PATH, PYTHON, WorkerError, environment
from stancekit.files.batches import Added, read_batches, write_batches

N, N_QUICK = 1_000_000, 2_000
TIMES = (1, 10)  # the sizes whose peak of memory is compared
FORMATS = (".parquet", ".csv", ".csv.gz", ".jsonl", ".jsonl.zst")
N_FORMATS = 100_000
PARTS = ("reading", "scoring", "writing")


def files(settings: Settings, work: Work) -> dict[str, list[Row]]:
    """Measure in new processes: rates in turns, each peak by itself."""
    n = N_QUICK if settings.quick else N
    blocks = [json.loads(work.block(number).read_text(encoding="utf-8")) for number in range(settings.rounds)]
    texts = list(islice(cycle(text for block in blocks for text in block), n))
    sources = [work.folder / f"files-{times}.parquet" for times in TIMES]
    for source, times in zip(sources, TIMES, strict=True):
        say(f"files: writing {times * n:,} statements")
        _write(source, texts, times)
    say("files: rates")
    rates = _child(work, "rates", str(sources[0]), settings.rounds)
    say("files: formats")
    formats = _child(work, "formats", str(sources[0]), settings.rounds, min(n, N_FORMATS))
    apart = _child(work, "parts", str(sources[0]), settings.rounds)
    peaks = [_child(work, "peak", str(source)) for source in sources]
    return {"files": rates, "file_parts": apart, "file_formats": formats, "file_memory": peaks}


def rates(source: str, n_rounds: int) -> list[Row]:
    """Label the statements of a file in memory, on one thread and on two, and the file, in turn."""
    model, texts = stancekit.load(), [str(text) for text in stancekit.read_table(source).column("text")]
    return [
        {
            "round": number,
            "n": len(texts),
            "in_memory": _seconds(lambda: model.predict_labels(texts)),
            "two_threads": _seconds(lambda: model.predict_labels(texts, n_jobs=2)),
            "file": _seconds(lambda: stancekit.predict_file(model, source, f"{source}.out.parquet", overwrite=True)),
        }
        for number in range(n_rounds)
    ]


def parts(source: str, n_rounds: int) -> list[Row]:
    """Take the work on a Parquet file apart: each part alone, one after the other, for all of its batches."""
    model = stancekit.load()
    table, added = stancekit.read_table(source), Added(model=model, prefix="stance_")
    target = Path(f"{source}.out.parquet")
    rows = []
    for number in range(n_rounds):
        marks = [perf_counter()]
        batches = list(read_batches(table, "text", target))
        marks.append(perf_counter())
        judged = [model.judge(batch.statements) for batch in batches]
        marks.append(perf_counter())
        widened = ((added.widen(batch, said), said) for batch, said in zip(batches, judged, strict=True))
        n = write_batches(target, widened, table, added, target.with_suffix(".partial"))
        marks.append(perf_counter())
        taken = {name: end - begin for name, (begin, end) in zip(PARTS, pairwise(marks), strict=True)}
        rows.append({"round": number, "n": n, **taken})
    return rows


def formats(source: str, n_rounds: int, n: int) -> list[Row]:
    """Label the same rows from each format into the same format."""
    model = stancekit.load()
    paths = [f"{source}.few{suffix}" for suffix in FORMATS]
    for path in paths:
        stancekit.write_table(path, islice(iter(stancekit.read_table(source)), n))
    rows = []
    for number in range(n_rounds):
        for path, suffix in zip(paths, FORMATS, strict=True):
            target = f"{source}.out{suffix}"
            wall = _seconds(partial(stancekit.predict_file, model, path, target, overwrite=True))
            rows.append({"round": number, "peer": suffix, "n": n, "wall": wall})
    return rows


def peak(source: str) -> Row:
    """Label a file and do nothing else."""
    n_rows = stancekit.predict_file(stancekit.load(), source, f"{source}.out.parquet", overwrite=True)
    return {"n": n_rows, "memory": peak_mib()}


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _write(path: Path, texts: list[str], times: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, pa.schema([("id", pa.int64()), ("text", pa.string())])) as writer:
        for number in range(times):
            ids = pa.array(range(number * len(texts), (number + 1) * len(texts)))
            writer.write_table(pa.table({"id": ids, "text": texts}))


def _child(work: Work, name: str, *arguments: object) -> Any:  # noqa: ANN401 - what the function gives
    code = f"import json; from {__name__} import {name}; print(json.dumps({name}(*{arguments!r})))"
    done = subprocess.run([*PYTHON, PATH + code], env=environment(work.folder), capture_output=True, check=False)
    if done.returncode:
        raise WorkerError(done.stderr.decode(errors="replace")[-2000:])
    return json.loads(done.stdout)


def share(rows: Iterable[Row]) -> list[float]:
    """Give, for each round, the file's rate as a share of the rate in memory."""
    return [row["in_memory"] / row["file"] for row in rows]
