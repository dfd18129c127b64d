"""The measurements: rows of raw figures, taken in turns so that a busy moment of the machine meets every peer."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from experiments.benchmarks.peers import OURS, peer
from experiments.benchmarks.processes import Worker, cold_code, cold_memory, run_cold

Row = dict[str, Any]

STATEMENT = "The embargo is illegal and must be lifted at once."
TOGETHER = 0.2  # seconds within which both halves have their request, and have tidied up
FLOORS = {"python": "pass", "numpy": "import numpy"}
QUICK = {"speed": 200, "latency": 20, "training": 1000, "slow": 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run measures.

    Attributes
    ----------
    names : tuple of str
        The peers.
    rounds, training_rounds : int
        Times that everything, and training, is measured.
    n_speed, n_training : int
        Most statements that are labelled in a round, and trained on.
    quick : bool
        Tiny sizes: the figures mean nothing.
    seed : int
        Of the statements, of the order of turns, and of the folds.
    """

    names: tuple[str, ...]
    rounds: int = 7
    training_rounds: int = 3
    n_speed: int = 100_000
    n_training: int = 20_000
    quick: bool = False
    seed: int = 0

    def size(self, name: str, what: str) -> int:
        """Give how many statements of a kind ("speed", "latency", "training", "memory") a peer is given."""
        wanted = int(getattr(peer(name), f"n_{what}"))
        wanted = min(wanted, self.n_training if what == "training" else self.n_speed)
        if not self.quick:
            return wanted
        slow = peer(name).n_training < 20_000
        return min(wanted, QUICK["slow"] if slow and what != "training" else QUICK.get(what, QUICK["speed"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The run's temporary folder.

    Attributes
    ----------
    folder : Path
        Where everything lies that is not measured; gone after the run.
    """

    folder: Path

    @property
    def training(self) -> Path:
        """The file of labelled statements to train on."""
        return self.folder / "training.json"

    def block(self, number: int) -> Path:
        """Give the file of the statements of a round: those to label at once, and then those to label one by one."""
        return self.folder / f"block-{number}.json"

    @property
    def few(self) -> Path:
        """The file of the first of a block, so that reading the others takes no memory."""
        return self.folder / "few.json"

    def model(self, name: str) -> Path:
        """Give the folder of a peer's model."""
        path = self.folder / "models" / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def turns(names: Sequence[str], n_rounds: int, seed: int) -> Iterator[tuple[int, str]]:
    """Give round and peer of each turn; every round has its own order.

    Examples
    --------
    >>> sorted(turns(["a", "b"], 2, seed=0))
    [(0, 'a'), (0, 'b'), (1, 'a'), (1, 'b')]
    """
    order = random.Random(seed)
    for number in range(n_rounds):
        for name in order.sample(list(names), len(names)):
            say(f"round {number + 1} of {n_rounds}: {name}")
            yield number, name


def say(message: str) -> None:
    """Tell how far the work is, on a terminal alone."""
    if sys.stderr.isatty():
        print(f"\r\033[K{message}", end="", file=sys.stderr, flush=True)


def training(settings: Settings, work: Work) -> list[Row]:
    """Train each peer in a new process each time; the models of the first round are kept."""
    rows = []
    names = [name for name in settings.names if peer(name).trains]
    for name in names:
        with Worker(name, work.folder) as worker:
            worker.ask("prepare")
    for number, name in turns(names, settings.training_rounds, settings.seed):
        folder = None if number else str(work.model(name))
        with Worker(name, work.folder) as worker:
            n = settings.size(name, "training")
            answer = worker.ask("train", data=str(work.training), n=n, folder=folder)
        rows.append(_row(number, name, answer, "memory"))
    return rows


def speed_and_latency(settings: Settings, work: Work) -> tuple[list[Row], list[Row]]:
    """Label many statements, then one at a time, in workers that all stay alive."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(_loaded(name, settings, work)) for name in settings.names}
        speed = [
            _row(number, name, workers[name].ask("predict", block=number, first=0, last=settings.size(name, "speed")))
            for number, name in turns(settings.names, settings.rounds, settings.seed)
        ]
        single = [name for name in settings.names if peer(name).labels]
        latency = [
            {"round": number, "peer": name, **workers[name].ask("latency", block=number)}
            for number, name in turns(single, settings.rounds, settings.seed)
        ]
    return speed, latency


def two_threads(settings: Settings, work: Work) -> list[Row]:
    """Label blocks on one thread and on two, in turn; one peer after the other, to spare memory."""
    rows = []
    for name in (name for name in settings.names if peer(name).labels):
        n = settings.size(name, "speed")
        with _loaded(name, settings, work) as first, ExitStack() as stack:
            second = None if peer(name).threads else stack.enter_context(_loaded(name, settings, work))
            if second is None:  # the second thread begins with nothing remembered, which a process does once
                first.ask("threads", block=settings.rounds - 1, n=n, n_threads=2)
            for number, _ in turns([name], settings.rounds, settings.seed):
                # Never the block that was just labelled: a memory for tokens would know all of it.
                here, there = (2 * number) % settings.rounds, (2 * number + 1) % settings.rounds
                one = first.ask("predict", block=here, first=0, last=n)["wall"]
                if second is None:
                    two = first.ask("threads", block=there, n=n, n_threads=2)["wall"]
                else:
                    two = _halves(first, second, there, n)
                rows.append({"round": number, "peer": name, "n": n, "one": one, "two": two})
    if any(row["two"] is None for row in rows):
        print(f"{OURS}: predict_labels has no n_jobs in this version; two threads were not measured", file=sys.stderr)
    return rows


def cold_start(settings: Settings, work: Work) -> list[Row]:
    """Start a process that labels one statement, beside bare Python and an import of numpy."""
    programs = {name: cold_code(name, work.model(name), STATEMENT) for name in _users(settings)} | FLOORS
    for code in programs.values():
        run_cold(code, work.folder)  # the first start of a program reads it from the disk and compiles it
    return [
        {"round": number, "peer": name, **run_cold(programs[name], work.folder)}
        for number, name in turns(list(programs), settings.rounds, settings.seed)
    ]


def memory(settings: Settings, work: Work) -> list[Row]:
    """Measure the memory of a process that labels one statement, and of one that labels many."""
    rows = []
    for name in _users(settings):
        say(f"memory: {name}")
        n = settings.size(name, "memory")
        one = cold_memory(cold_code(name, work.model(name), STATEMENT), work.folder)
        with Worker(name, work.folder) as worker:
            worker.ask("load", folder=str(work.model(name)), blocks=[str(work.few)], n=n)
            worker.ask("predict", block=0, first=0, last=n)
            rows.append({"peer": name, "n": n, "one": one, "many": worker.ask("memory")["memory"]})
    return rows


def _users(settings: Settings) -> list[str]:
    return [name for name in settings.names if peer(name).labels]


def _loaded(name: str, settings: Settings, work: Work) -> Worker:
    worker = Worker(name, work.folder)
    blocks = [str(work.block(number)) for number in range(settings.rounds)]
    n, n_single = settings.size(name, "speed"), settings.size(name, "latency")
    worker.ask("load", folder=str(work.model(name)), blocks=blocks, n=n, n_single=n_single)
    return worker


def _halves(first: Worker, second: Worker, block: int, n: int) -> float:
    at = perf_counter() + TOGETHER
    first.send("predict", block=block, first=0, last=n // 2, at=at)
    second.send("predict", block=block, first=n // 2, last=n, at=at)
    answers = [first.receive(), second.receive()]
    return float(max(answer["end"] for answer in answers) - min(answer["start"] for answer in answers))


def _row(number: int, name: str, answer: Row, *more: str) -> Row:
    return {"round": number, "peer": name, **{key: answer[key] for key in ("n", "wall", "cpu", *more)}}
