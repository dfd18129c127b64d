"""The command line. Data on stdout, talk on stderr; exit code 0 done, 1 a check failed, 2 bad input or usage."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

from stancekit.apps.commands import (
    agreement,
    analyze,
    doctor,
    draw,
    evaluate,
    explain,
    label,
    plan,
    predict,
    prevalence,
    push,
    serve,
    train,
)
from stancekit.apps.options import Command
from stancekit.apps.output import complain
from stancekit.errors import StancekitError

COMMANDS = (predict, explain, analyze, train, evaluate, push, draw, label, prevalence, plan, agreement, serve, doctor)


def run() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    _prepare_process()
    sys.exit(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code."""
    options = argparse.Namespace()
    try:
        options, left = build_parser().parse_known_args(arguments)
        if left:
            options.parser.error(f"unrecognized arguments: {' '.join(left)}{_hint(left)}")
        command: Command = options.command
        return command(options)
    except (StancekitError, OSError, UnicodeEncodeError) as error:
        if isinstance(error, BrokenPipeError):  # the reader, `head` for one, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        complain(error)
        return 2
    except KeyboardInterrupt:
        print(f"stancekit: {_stopped(options)}", file=sys.stderr)
        return 130


def _hint(left: Sequence[str]) -> str:
    """Say what may have been meant by words that no command takes."""
    if any(word.startswith("-") for word in left):
        return ""
    return "; a statement stands in quotation marks, and of several files the folder is named"


def _stopped(options: argparse.Namespace) -> str:
    """Say what a stop left; of commands that write no file there is nothing to say."""
    if not any(getattr(options, name, None) for name in ("output", "html", "figure", "export", "export_model")):
        return "stopped"
    remedy = "; --resume goes on from here" if getattr(options, "input", None) else ""
    return f"stopped; no output file was written{remedy}"


def _prepare_process() -> None:
    """Write UTF-8 whatever the locale, and let a polite kill clean up as Ctrl-C does."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            if number := getattr(signal, name, None):
                signal.signal(number, _stop)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def build_parser() -> argparse.ArgumentParser:
    """Give the parser of all commands."""
    from importlib.metadata import version

    parser = argparse.ArgumentParser(prog="stancekit", description="Label political statements by stance.")
    parser.add_argument("--version", action="version", version=f"stancekit {version('stancekit')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser
