"""Starting workers, and short-lived processes for cold starts."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from experiments.benchmarks.peers import HOME, OURS, peer, place
from experiments.benchmarks.peers.base import COLD
from experiments.corpora import ROOT

Answer = dict[str, Any]

PINNED = {
    **dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"], "1"),
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONHASHSEED": "0",
}
# -P and the end of the path: an installed stancekit goes before the one of this checkout.
PYTHON = [sys.executable, "-P", "-c"]
PATH = f"import sys; sys.path.append({str(ROOT)!r}); "


class WorkerError(RuntimeError):
    """A worker failed; the message is its traceback, or the end of what it said."""


class Worker:
    """One peer's process.

    Parameters
    ----------
    name : str
        The peer.
    work : Path
        The run's folder, for the log and for temporary files.
    """

    def __init__(self, name: str, work: Path) -> None:
        self.name = name
        self.log = work / f"{name}.log"
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [*PYTHON, PATH + f"from {HOME.rpartition('.')[0]}.worker import main; main()", name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                env=environment(work),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, do: str, **details: object) -> Answer:
        """Send a request and wait for the answer."""
        self.send(do, **details)
        return self.receive()

    def send(self, do: str, **details: object) -> None:
        """Send a request."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **details}) + "\n")
        self.process.stdin.flush()

    def receive(self) -> Answer:
        """Wait for an answer.

        Raises
        ------
        WorkerError
            When the worker failed or is gone.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        answer: Answer = json.loads(line) if line else {"error": self.log.read_text(encoding="utf-8")[-2000:]}
        if "error" in answer:
            raise WorkerError(f"{self.name}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the process and wait until it is gone."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def environment(work: Path) -> dict[str, str]:
    """Give the environment of every process that is measured: one thread, no network, the run's own folder.

    Python may keep what it compiles, as it does where nobody forbids it: a start that compiles numpy is no cold start.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **PINNED, "TMPDIR": str(work)}


def cold_code(name: str, folder: Path, text: str) -> str:
    """Give the program of a cold start: import, load from disk, label one statement."""
    if name == OURS:
        return f"import stancekit; stancekit.predict({text!r})"
    if own := peer(name).cold:
        return own.format(folder=str(folder), text=text)
    module, kind = place(name)
    return PATH + COLD.format(module=module, kind=kind, folder=str(folder), text=text)


def run_cold(code: str, work: Path) -> Answer:
    """Run a program in a new interpreter; wall and CPU seconds from start to exit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = perf_counter()
    done = subprocess.run([*PYTHON, code], env=environment(work), capture_output=True, check=False)
    wall = perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise WorkerError(done.stderr.decode(errors="replace")[-2000:])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu}


def cold_memory(code: str, work: Path) -> float:
    """Run a program in a new interpreter; the most memory it held, in MiB."""
    tail = f"; {PATH}from {HOME.rpartition('.')[0]}.memory import peak_mib; print(); print(peak_mib())"
    done = subprocess.run([*PYTHON, code + tail], env=environment(work), capture_output=True, check=True)
    return float(done.stdout.decode().split()[-1])
