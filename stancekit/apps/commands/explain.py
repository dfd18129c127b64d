"""Show the words that weigh on each label."""

from __future__ import annotations

import argparse
from typing import Any

from stancekit.apps.one_statement import explanation_lines
from stancekit.apps.options import add_model, command, whole
from stancekit.apps.output import as_json, warn_of_unfamiliar
from stancekit.errors import InvalidInputError


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "explain", run, "show the words that weigh on each label")
    parser.add_argument("statement", help="one statement")
    parser.add_argument("--top", type=whole(1, 1000), metavar="N", help="words to show for each label (5)")
    add_model(parser)
    parser.add_argument("--json", action="store_true", help="print every span as JSON")


def run(options: argparse.Namespace) -> int:
    """Show the words that weigh on each label."""
    from stancekit.storage.loading import load

    if options.json and options.top is not None:
        raise InvalidInputError("--json prints every span and does not go with --top; leave one of them out")
    model = load(options.model)
    explanation = model.explain(options.statement)
    print(as_json(explanation.to_dict()) if options.json else explanation_lines(explanation, options.top or 5, model))
    warn_of_unfamiliar(explanation.prediction, model)
    return 0
