"""Measure the service under load: ``python -m experiments.service.load``.

The service runs on one core, what calls it on another. Written to ``results.json`` are, by number of connections,
throughput, latency and the service's processor time a request; the rate of the batch endpoint beside that of
`StanceModel.predict` in memory, round by round; the latency of single statements beside large batches; and memory over
many requests. Where other programs run on the same cores, processor time says what the service needs, and wall time
what it got; ``--alone`` keeps them off, memory apart, for less than a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

import stancekit
from experiments.benchmarks.machine import load as load_average
from experiments.benchmarks.machine import machine
from experiments.corpora import ROOT
from experiments.service.caller import Work, call, request
from experiments.service.server import Server, run_alone

RESULTS = ROOT / "experiments" / "service" / "results.json"
TEXTS = ROOT / "data" / "contrast_sets.jsonl"

CONNECTIONS = (1, 16, 64)
N_SINGLE, N_MEMORY, N_BATCH, N_ROUNDS = 20_000, 100_000, 5000, 5


def statements() -> list[str]:
    """Give statements of our own."""
    with TEXTS.open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def measure(scale: float = 1, *, alone: bool = False) -> dict[str, Any]:
    """Measure everything; with less than 1 for `scale`, less of it."""
    cores = sorted(os.sched_getaffinity(0))
    texts = statements()
    ran_on = machine()
    os.sched_setaffinity(0, {cores[-1]})
    single = [request("/v1/predict", _body(text)) for text in texts]
    n = int(N_SINGLE * scale)
    with Server(cores[0]) as server:
        _run(server, Work(single, n // 10), 16)
        if alone:
            server.run_alone(True)
            run_alone(0, True)
        found: dict[str, Any] = {
            "machine": ran_on,
            "alone": alone,
            "load_before": load_average(),
            "single": [_single(server, single, n, k) for k in CONNECTIONS],
            "batch": [_batch(server, texts, cores) for _ in range(N_ROUNDS)],
            "lines": [_lines(server, texts, cores) for _ in range(N_ROUNDS)],
            "beside_batches": _beside(server, single, texts, n),
        }
        if alone:  # memory can be measured in company
            server.run_alone(False)
            run_alone(0, False)
        found["memory"] = _memory(server, single, int(N_MEMORY * scale))
        found["load_after"] = load_average()
    return found


def _body(text: str | Sequence[str]) -> bytes:
    return json.dumps({"text": text}, ensure_ascii=False).encode()


def _run(server: Server, work: Work, n_connections: int) -> float:
    return asyncio.run(call(server.port, work, n_connections))


def _single(server: Server, requests: Sequence[bytes], n: int, n_connections: int) -> dict[str, float]:
    work = Work(requests, n)
    before = server.cpu_seconds()
    seconds = _run(server, work, n_connections)
    cpu = server.cpu_seconds() - before
    return {"connections": n_connections, "per_second": n / seconds, "cpu_us": cpu / n * 1e6, **_latency(work)}


def _latency(work: Work) -> dict[str, float]:
    p50, p99 = np.percentile(np.array(work.seconds) * 1e3, [50, 99])
    return {"p50_ms": float(p50), "p99_ms": float(p99)}


def _many(texts: Sequence[str]) -> list[str]:
    return [texts[number % len(texts)] for number in range(N_BATCH)]


def _in_memory(texts: Sequence[str]) -> float:
    model = stancekit.load()
    batch = _many(texts)
    start = process_time()
    model.predict(batch)
    return N_BATCH / (process_time() - start)


def _batch(server: Server, texts: Sequence[str], cores: Sequence[int]) -> dict[str, float]:
    return _rates(server, texts, cores, request("/v1/predict", _body(_many(texts))), _whole)


def _lines(server: Server, texts: Sequence[str], cores: Sequence[int]) -> dict[str, float]:
    body = b"".join(_body(text) + b"\n" for text in _many(texts))
    return _rates(server, texts, cores, request("/v1/predict", body, "application/x-ndjson"), _streamed)


def _rates(
    server: Server, texts: Sequence[str], cores: Sequence[int], sent: bytes, ask: Callable[[Server, bytes], None]
) -> dict[str, float]:
    """Take both rates in turns and by processor time, so that what else runs weighs on both alike."""
    os.sched_setaffinity(0, {cores[0]})  # in memory on the service's own core
    in_memory = median(_in_memory(texts) for _ in range(3))
    os.sched_setaffinity(0, {cores[-1]})
    before, start = server.cpu_seconds(), perf_counter()
    for _ in range(5):
        ask(server, sent)
    cpu, wall = server.cpu_seconds() - before, perf_counter() - start
    return {"in_memory": in_memory, "per_cpu_second": 5 * N_BATCH / cpu, "per_second": 5 * N_BATCH / wall}


def _whole(server: Server, sent: bytes) -> None:
    _run(server, Work([sent], 1), 1)


def _streamed(server: Server, sent: bytes) -> None:
    asyncio.run(_read_lines(server.port, sent))


async def _read_lines(port: int, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(sent)
    n_lines, rest = 0, b""
    while not rest.endswith(b"\r\n0\r\n\r\n"):
        piece = await reader.read(2**20)
        assert piece
        n_lines += piece.count(b"}\n")
        rest = (rest + piece)[-10:]
    assert n_lines == N_BATCH, n_lines
    writer.close()
    await writer.wait_closed()


def _beside(server: Server, requests: Sequence[bytes], texts: Sequence[str], n: int) -> dict[str, float]:
    """Measure single statements while one client sends batch after batch."""
    batch = request("/v1/predict", _body(_many(texts)))

    async def both() -> tuple[Work, int]:
        work, batches = Work(requests, n // 2), Work([batch], 10**9)
        background = asyncio.create_task(call(server.port, batches, 1))
        await call(server.port, work, 16)
        background.cancel()
        return work, len(batches.seconds)

    work, n_batches = asyncio.run(both())
    return {"connections": 16, "statements_beside": n_batches * N_BATCH, "n": n // 2, **_latency(work)}


def _memory(server: Server, requests: Sequence[bytes], n: int) -> dict[str, Any]:
    mib = [server.memory_mib()]
    for _ in range(10):
        _run(server, Work(requests, n // 10), 16)
        mib.append(server.memory_mib())
    return {"requests": n, "mib": mib}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m experiments.service.load", description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="share of the requests to send (1)")
    parser.add_argument("--print", action="store_true", help="print what was measured, and write nothing")
    parser.add_argument("--alone", action="store_true", help="let nothing else run on the two cores (needs rights)")
    options = parser.parse_args(arguments)
    content = json.dumps(measure(options.scale, alone=options.alone), indent=1) + "\n"
    if options.print:
        sys.stdout.write(content)
    else:
        RESULTS.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
