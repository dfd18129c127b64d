"""Label a statement, the lines of standard input, or a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from stancekit.apps.one_statement import prediction_lines
from stancekit.apps.options import add_model, command
from stancekit.apps.output import as_json, progress, warn_of_unfamiliar
from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the command to the parser."""
    parser = command(commands, "predict", run, "label a statement, the lines of standard input, or a table")
    parser.add_argument("statement", nargs="?", help="one statement; without it and --input, lines are read from stdin")
    parser.add_argument("--input", metavar="FILE", help="table to label: .csv, .tsv, .jsonl, .parquet, or hf:org/name")
    parser.add_argument("--output", metavar="FILE", help="table to write; the format goes by the suffix")
    over = "replace an output file of that name, and begin a stopped run of it anew"
    parser.add_argument("--overwrite", action="store_true", help=over)
    parser.add_argument("--text", metavar="COLUMN", default="text", help="column with the statements (text)")
    parser.add_argument("--prefix", default="stance_", help="what the added columns' names begin with (stance_)")
    parser.add_argument("--unfamiliar", action="store_true", help="add a column: unlike what the model was trained on")
    parser.add_argument("--resume", action="store_true", help="go on where a stopped run of this output ended")
    parser.add_argument("--jobs", type=int, metavar="N", help="threads that score; -1: one for each processor (1)")
    add_model(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for a single statement")


def run(options: argparse.Namespace) -> int:
    """Label a statement, the lines of standard input, or a table."""
    from stancekit.storage.loading import load

    if options.statement is not None and options.input is not None:
        raise InvalidInputError("give a statement or --input, not both")
    model = load(options.model)
    if options.input is not None:
        return _predict_table(model, options)
    if options.output is not None or options.overwrite or (options.text, options.prefix) != ("text", "stance_"):
        raise InvalidInputError(
            "--output, --overwrite, --text and --prefix go with --input; redirect stdout to keep what is printed"
        )
    if options.resume or options.jobs is not None or options.unfamiliar:
        raise InvalidInputError("--resume, --jobs and --unfamiliar go with --input")
    if options.statement is not None:
        prediction = model.predict(options.statement)
        print(as_json(prediction.to_dict()) if options.json else prediction_lines(prediction, model))
        warn_of_unfamiliar(prediction, model)
        return 0
    for prediction in model.predict_iter(_stdin_lines(), batch_size=1 if sys.stdin.isatty() else 1024):
        print(as_json(prediction.to_dict()), flush=sys.stdin.isatty())
    return 0


def _predict_table(model: StanceModel, options: argparse.Namespace) -> int:
    from stancekit.files.predicting import predict_file
    from stancekit.tables import read_table

    if options.output is None or options.json:
        raise InvalidInputError("--input needs --output, whose suffix says the format, and does not go with --json")
    with progress(read_table(options.input).n_rows) as bar:
        n_rows = predict_file(
            model,
            options.input,
            options.output,
            text=options.text,
            prefix=options.prefix,
            unfamiliar=options.unfamiliar,
            overwrite=options.overwrite,
            resume=options.resume,
            n_jobs=options.jobs,
            progress=bar,
        )
    print(f"labelled {n_rows} rows into {options.output}", file=sys.stderr)
    return 0


def _stdin_lines() -> Iterator[str]:
    for row, line in enumerate(sys.stdin.buffer):
        try:
            yield line.decode("utf-8" if row else "utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InvalidInputError(f"row {row} of standard input is not UTF-8: {error.reason}") from error
