"""Put a model on the Hugging Face hub."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from stancekit.apps.options import command


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the command to the parser."""
    parser = command(commands, "push", run, "put a model on the Hugging Face hub")
    parser.add_argument("model", help="name or model directory")
    parser.add_argument("repository", help="org/name; it is made where there is none")
    parser.add_argument("--private", action="store_true", help="others may not see it")
    parser.add_argument("--revision", metavar="BRANCH", help="branch, made where there is none (the main one)")
    parser.add_argument("--message", metavar="TEXT", help="what the commit is called (Upload a stancekit model)")


def run(options: argparse.Namespace) -> int:
    """Put a model on the hub and print the address of the commit."""
    from stancekit.storage.pushing import push_to_hub

    message = {} if options.message is None else {"commit_message": options.message}
    private = True if options.private else None
    address = push_to_hub(options.model, options.repository, private=private, revision=options.revision, **message)
    print(f"pushed {options.model}; the address below always leads to these files", file=sys.stderr)
    print(address)
    return 0
