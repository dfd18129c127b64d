"""Options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Command = Callable[[argparse.Namespace], int]
DRAWS, SEED = 1000, 0  # behind intervals, where nothing else is asked for


def command(commands: Any, name: str, run: Command, what: str) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse keeps its type private
    """Add a command that `run` runs, and give its parser."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    parser.set_defaults(command=run, parser=parser)
    return parser


def add_table(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the table of labelled statements and its columns."""
    what = "labelled statements: .csv, .tsv, .jsonl, .parquet, or hf:org/name"
    parser.add_argument("table", nargs=None if required else "?", help=what)
    parser.add_argument("--text", metavar="COLUMN", default="text", help="column with the statements (text)")
    parser.add_argument("--labels", metavar="COLUMN", default="labels", help="column with the labels (labels)")
    parser.add_argument("--group", metavar="COLUMN", help="column with the speech or document")
    parser.add_argument(
        "--slices", metavar="COLUMNS", default="", help="columns to break the figures down by, with commas"
    )


def add_bootstrap(parser: argparse.ArgumentParser) -> None:
    """Add what intervals are drawn with."""
    parser.add_argument(
        "--bootstrap", type=whole(0, 100_000), default=DRAWS, metavar="N", help="draws behind the intervals (1000)"
    )
    parser.add_argument("--seed", type=whole(0, 2**32 - 1), default=SEED, help="seed of folds and draws (0)")


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add which model labels."""
    parser.add_argument("--model", default="linear", help="name, model directory or hf:org/name[@revision] (linear)")


def whole(least: int, most: int) -> Callable[[str], int]:
    """Give a reader of whole numbers for argparse."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text!r}")
        return int(text)

    return parse


def names(text: str) -> list[str]:
    """Give names that stand in one text with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]
