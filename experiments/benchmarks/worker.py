"""A process of its own for one peer: reads requests and writes answers, one JSON object a line."""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, perf_counter_ns, process_time, sleep
from typing import Any

from experiments.benchmarks.memory import peak_mib
from experiments.benchmarks.peers import peer
from experiments.benchmarks.peers.base import Peer

Answer = dict[str, Any]


class Session:
    """What a worker can be asked, one method a request."""

    def __init__(self, kind: type[Peer]) -> None:
        self.kind = kind
        self.peer: Peer
        self.blocks: list[list[str]] = []
        self.singles: list[list[str]] = []

    def load(self, folder: str, blocks: list[str], n: int, n_single: int = 0) -> Answer:
        """Load the model and, of each file, the first statements and the last; label a few to warm up."""
        for path in blocks:
            texts = json.loads(Path(path).read_text(encoding="utf-8"))
            self.blocks.append(texts[:n])
            self.singles.append(texts[len(texts) - n_single :])
        self.peer = self.kind.load(folder)
        self.peer.predict(self.blocks[0][:20])
        return {}

    def prepare(self) -> Answer:
        """Import and make what the peer needs, so that no later process has to."""
        self.kind.prepare([])
        for module in self.kind.imports:
            import_module(module)
        return {}

    def train(self, data: str, n: int, folder: str | None) -> Answer:
        """Train on the first statements of a file."""
        content = json.loads(Path(data).read_text(encoding="utf-8"))
        for module in self.kind.imports:
            import_module(module)
        learner = self.kind()
        texts, truth = content["texts"][:n], content["truth"][:n]
        answer = timed(lambda: learner.fit(texts, truth, content["labels"]))
        if folder is not None:
            learner.save(folder)
        return {**answer, "n": n, "memory": peak_mib()}

    def predict(self, block: int, first: int, last: int, at: float = 0.0) -> Answer:
        """Label some of a block, not before a moment on the clock that processes share."""
        texts = self.blocks[block][first:last]
        return {**timed(lambda: self.peer.predict(texts), at), "n": len(texts)}

    def threads(self, block: int, n: int, n_threads: int) -> Answer:
        """Label in threads of this process; no time where the peer has none."""
        texts = self.blocks[block][:n]
        if self.peer.predict_threads(texts[:1], n_threads) is None:
            return {"wall": None, "n": n}
        return {**timed(lambda: self.peer.predict_threads(texts, n_threads)), "n": n}

    def latency(self, block: int) -> Answer:
        """Label the last statements of a block one by one; microseconds."""
        for text in self.blocks[block][:20]:
            self.peer.predict_one(text)
        gc.collect()
        times = []
        for text in self.singles[block]:
            start = perf_counter_ns()
            self.peer.predict_one(text)
            times.append((perf_counter_ns() - start) / 1000)
        times.sort()
        return {
            "n": len(times),
            "p50": times[len(times) // 2],
            "p99": times[min(len(times) - 1, len(times) * 99 // 100)],
        }

    def memory(self) -> Answer:
        """Give the peak so far."""
        return {"memory": peak_mib()}

    def folds(self, data: str) -> Answer:
        """Train and test on each fold; the decided labels, in the order of the tested rows."""
        content = json.loads(Path(data).read_text(encoding="utf-8"))
        texts, truth, groups = content["texts"], content["truth"], content["groups"]
        used = sorted({row for fold in content["folds"] for row in fold["train"] + fold["test"]})
        self.kind.prepare([texts[row] for row in used])
        decided: list[list[str]] = []
        for fold in content["folds"]:
            learner = self.kind()
            train = fold["train"]
            learner.fit(
                [texts[i] for i in train], [truth[i] for i in train], content["labels"], [groups[i] for i in train]
            )
            decided += [list(labels) for labels in learner.decide([texts[i] for i in fold["test"]])]
        return {"decided": decided}


def timed(work: Callable[[], object], at: float = 0.0) -> Answer:
    """Time a call; start and end are on the clock that all processes of a machine share."""
    gc.collect()
    sleep(max(0.0, at - perf_counter()))
    cpu, start = process_time(), perf_counter()
    work()
    end = perf_counter()
    return {"wall": end - start, "cpu": process_time() - cpu, "start": start, "end": end}


def main() -> None:
    """Answer until the requests end."""
    # Some peers print to the standard output; the answers keep it for themselves.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    session: Session | None = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            session = session or Session(peer(sys.argv[1]))
            answer = getattr(session, request.pop("do"))(**request)
        except Exception:  # the parent raises it
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
