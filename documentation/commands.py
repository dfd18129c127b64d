"""The page of every command and its options, from the parser itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from stancekit.apps.cli import build_parser
from stancekit.text.markdown import markup_table

PAGE = "reference/commands.md"
_HEAD = (
    "# Every command and option\n\nWritten by `python -m documentation` from the parser, as `stancekit COMMAND --help` "
    "tells it; do not edit. What the commands do, and what to watch: [command line](../command-line.md)."
)


def commands_page() -> str:
    """Write the page."""
    sections = [_section(name, parser) for name, parser in commands().items()]
    return "\n\n".join([_HEAD, *sections]) + "\n"


def commands() -> dict[str, argparse.ArgumentParser]:
    """Give the parser of each command."""
    groups = (one for one in build_parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(next(groups).choices)


def _section(name: str, parser: argparse.ArgumentParser) -> str:
    rows = [[f"`{_spelling(action)}`", _meaning(action, parser)] for action in _arguments(parser)]
    return f"## {name}\n\n{parser.description}\n\n{markup_table(['argument', 'meaning'], rows, n_text=2)}"


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    shown = [one for one in parser._actions if one.help != argparse.SUPPRESS and "--help" not in one.option_strings]
    yield from (one for one in shown if not one.option_strings)
    yield from (one for one in shown if one.option_strings)


def _spelling(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings)
    value = _value(action)
    if not name:
        return f"[{value}]" if action.nargs in ("?", "*") else value
    if action.nargs == 0:
        return name
    return f"{name} [{value}]" if action.nargs == "?" else f"{name} {value}"


def _value(action: argparse.Action) -> str:
    if action.choices is not None and action.metavar is None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    name = action.dest.upper() if action.metavar is None else action.metavar
    return name if isinstance(name, str) else " ".join(name)


def _meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    return f"{text}; required" if action.required and action.option_strings else text
