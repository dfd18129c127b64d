"""Draw a random sample of a table as a sheet for coders."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stancekit.apps.options import command, names, whole
from stancekit.errors import InvalidInputError
from stancekit.measure.planned import plan_from_record
from stancekit.measure.prevalence_results import Plan


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "draw", run, "draw a random sample of a table as a sheet for coders to fill in")
    parser.add_argument("table", help="the whole corpus: .csv, .tsv, .jsonl, .parquet, or hf:org/name")
    parser.add_argument("--output", metavar="FILE", required=True, help="sheet to write; the suffix says the format")
    parser.add_argument("--overwrite", action="store_true", help="replace a sheet of that name")
    parser.add_argument(
        "--n", type=whole(2, 10**9), help="rows to draw; with --clusters, clusters; without it what --sizes adds up to"
    )
    parser.add_argument(
        "--strata", metavar="COLUMNS", default="", help="column with the stratum of each row, or several"
    )
    parser.add_argument(
        "--sizes", metavar="SIZES", help="rows of each stratum: country=12,other=30, or a file that plan --json printed"
    )
    parser.add_argument("--clusters", metavar="COLUMN", help="draw whole speeches or documents, named by this column")
    parser.add_argument(
        "--exclude", metavar="FILES", default="", help="tables with rows drawn at random earlier, with commas"
    )
    parser.add_argument("--id", metavar="COLUMN", help="column by which these are found again (id, or else row)")
    parser.add_argument("--labels", metavar="COLUMN", default="labels", help="empty column to add (labels)")
    parser.add_argument("--prefix", default="stance_", help="columns that coders must not see begin with (stance_)")
    parser.add_argument("--seed", type=whole(0, 2**32 - 1), default=0, help="seed of the draw (0)")


def run(options: argparse.Namespace) -> int:
    """Draw a random sample of a table as a sheet for coders."""
    from stancekit.files.targets import check_target
    from stancekit.measure.sheets import write_sample

    check_target(options.output, overwrite=options.overwrite)
    if options.n is None and options.sizes is None:
        raise InvalidInputError("say how many rows to draw: --n NUMBER, or --sizes with a number for each stratum")
    sizes, earlier = _sizes(options.sizes), names(options.exclude)
    if isinstance(sizes, dict) and not names(options.strata):
        raise InvalidInputError(
            f"--sizes names the strata {sorted(sizes)}, and no column has them; add --strata COLUMN"
        )
    drawn = write_sample(
        options.table,
        options.output,
        options.n,
        strata=names(options.strata),
        clusters=options.clusters,
        sizes=sizes,
        exclude=earlier,
        key=options.id,
        labels=options.labels,
        prefix=options.prefix,
        seed=options.seed,
        overwrite=options.overwrite,
    )
    print(f"wrote {len(drawn)} rows to {options.output}", file=sys.stderr)
    for note in drawn.notes:
        print(f"stancekit: {note}", file=sys.stderr)
    if isinstance(sizes, Plan) and not earlier:
        print("all that the plan asks for is drawn anew; --exclude FILE would keep what is labelled", file=sys.stderr)
    print(_what_next(options, drawn.design, earlier), file=sys.stderr)
    return 0


def _what_next(options: argparse.Namespace, design: str, earlier: Sequence[str]) -> str:
    from stancekit.tables import read_table

    columns = read_table(options.table).columns
    asked = (("strata", options.strata), ("clusters", options.clusters))
    others = "".join(f" --{name} {shlex.quote(value)}" for name, value in asked if value)
    whole_documents = " --drawn clusters" if options.clusters else ""
    key = options.id or ("id" if "id" in columns else None)
    number = "" if key else ", with COLUMN that names each row of the table and of its sheet"
    model = "" if any(name.startswith(f"{options.prefix}score_") for name in columns) else " --model linear"
    model += " --text COLUMN" if model and "text" not in columns else ""
    prefix = "" if options.prefix == "stance_" else f" --prefix {shlex.quote(options.prefix)}"
    gold = ",".join([*earlier, options.output])
    named = {"--gold": gold, "--id": key or "COLUMN", "--labels": options.labels, "--design": design}
    common = "".join(f" {option} {shlex.quote(value)}" for option, value in named.items())
    return (
        f"when they are annotated{number}: stancekit prevalence {shlex.quote(options.table)}{common}{others}"
        f"{whole_documents}{model}{prefix}"
    )


def _sizes(text: str | None) -> dict[str, int] | Plan | None:
    """Read sizes by name, or the plan in a file."""
    if text is None:
        return None
    if "=" not in text:
        return plan_from_record(_read_json(Path(text)))
    sizes: dict[str, int] = {}
    for part in names(text):
        name, _, number = part.rpartition("=")
        if not name or not number.isdecimal() or name in sizes:
            raise InvalidInputError(
                f"--sizes has {part!r}; expected each stratum once with a whole number, such as country=12,other=30"
            )
        sizes[name] = int(number)
    return sizes


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else f"no JSON: {error}"
        why = "no such file" if isinstance(error, FileNotFoundError) else why
        raise InvalidInputError(
            f"--sizes expects each stratum with a number, such as country=12,other=30, or a file that plan --json "
            f"printed; got {str(path)!r} ({why})"
        ) from None
