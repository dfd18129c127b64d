"""Measure how far the coders of a table agree, and a model with them."""

from __future__ import annotations

import argparse
from typing import Any

from stancekit.apps.codebooks import asking_for_codebook
from stancekit.apps.options import add_bootstrap, command, names
from stancekit.apps.output import as_json, warn_of_training_statements
from stancekit.errors import InvalidInputError


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "agreement", run, "measure how far the coders of a table agree, and a model with them")
    parser.add_argument("table", help="coded statements: .csv, .tsv, .jsonl, .parquet, or hf:org/name")
    parser.add_argument("--coders", metavar="COLUMNS", required=True, help="columns of the coders, with commas")
    what = "what blank text means: the coder did not see the statement, or none of the labels (missing)"
    parser.add_argument("--blank", choices=["missing", "none"], default="missing", help=what)
    parser.add_argument("--model", help="a model as one more coder: name, model directory or hf:org/name[@revision]")
    parser.add_argument("--text", metavar="COLUMN", help="column with the statements, for the model (text)")
    parser.add_argument("--group", metavar="COLUMN", help="column with the speech or document")
    parser.add_argument("--codebook", metavar="FILE", help="YAML file; without it that of the model")
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    add_bootstrap(parser)
    parser.add_argument("--confidence", type=float, default=0.95, metavar="C", help="of the intervals (0.95)")


def run(options: argparse.Namespace) -> int:
    """Measure how far the coders of a table agree, and a model with them."""
    from stancekit.codebook import Codebook
    from stancekit.measure.codings import read_codings
    from stancekit.report.agreement import agreement_markdown
    from stancekit.storage.loading import load

    if options.text is not None and options.model is None:
        raise InvalidInputError("--text goes with --model: without a model the statements are not read")
    if len(names(options.coders)) + (options.model is not None) < 2:
        raise InvalidInputError(
            f"--coders is {options.coders!r}; expected the columns of two coders or more with commas, or of one, "
            "and --model"
        )
    model = load(options.model) if options.model else None
    codebook = Codebook.read(options.codebook) if options.codebook else (model or load()).codebook
    with asking_for_codebook(options.codebook):
        codings = read_codings(
            options.table,
            codebook,
            coders=names(options.coders),
            text=None if model is None else options.text or "text",
            group=options.group,
            blank=options.blank,
        )
    if model is not None:
        warn_of_training_statements(options.model, model, codings.texts)
        codings = codings.with_model(model, options.model)
    result = codings.agreement(n_bootstrap=options.bootstrap, confidence=options.confidence, seed=options.seed)
    print(as_json(result.to_dict()) if options.json else agreement_markdown(result))
    return 0
