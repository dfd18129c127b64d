"""Processes of their own for code that huggingface_hub runs in, forked from one that has imported what takes long.

huggingface_hub reads the environment when it is imported, so that every test needs a process that has not imported it.
What takes long are numpy, stancekit and the packages that huggingface_hub imports itself, which do not ask the
environment: a server imports them once, and forks for each task.
"""

import contextlib
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TIMEOUT = 120  # seconds, after which a task is killed
READY_MADE = ("numpy", "yaml", "filelock", "fsspec", "tqdm.auto", "httpx2", "httpx", "anyio", "http.client", "asyncio")


class Processes:
    """The server, as its client sees it."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, __file__]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        # Without HF_ variables: a task must not see those of whoever runs the tests.
        told = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
        self._server = subprocess.Popen(command, env={**told, "PYTHONPATH": str(root)}, **pipes)

    def run(self, arguments: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `python ARGUMENTS` in a process of its own; arguments are `-c CODE …` or `-m MODULE …`."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps({"arguments": list(arguments), "env": dict(env)}) + "\n")
        self._server.stdin.flush()
        return subprocess.CompletedProcess(arguments, **json.loads(self._server.stdout.readline()))

    def close(self) -> None:
        self._server.communicate()


def serve() -> None:
    for name in READY_MADE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import stancekit

    stancekit.load()
    assert not [name for name in sys.modules if name.startswith("huggingface_hub")]
    for line in sys.stdin:
        task = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
            child = os.fork()
            if not child:
                _become(task, out.fileno(), error.fileno())
            _, status = os.waitpid(child, 0)
            said = {"stdout": _all_of(out), "stderr": _all_of(error)}
        print(json.dumps({"returncode": os.waitstatus_to_exitcode(status), **said}), flush=True)


def _become(task: Mapping[str, object], out: int, error: int) -> None:
    """Do the task in this process, and end it: nothing of the server must run on."""
    code = 1
    signal.alarm(TIMEOUT)
    try:
        os.dup2(out, 1)
        os.dup2(error, 2)
        os.environ.clear()
        os.environ.update(task["env"])
        kind, what, *sys.argv[1:] = task["arguments"]
        try:
            if kind == "-m":
                runpy.run_module(what, run_name="__main__", alter_sys=True)
            else:
                exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _all_of(file) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    serve()
