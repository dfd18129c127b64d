"""Draw a random sample of a table as a sheet for coders."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from stancekit.apps.options import command, whole


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "draw", run, "draw a random sample of a table as a sheet for coders to fill in")
    parser.add_argument("table", help="the whole corpus: .csv, .tsv, .jsonl, .parquet, or hf:org/name")
    parser.add_argument("--output", metavar="FILE", required=True, help="sheet to write; the suffix says the format")
    parser.add_argument("--overwrite", action="store_true", help="replace a sheet of that name")
    parser.add_argument("--n", type=whole(2, 10**9), required=True, help="rows to draw; with --clusters, clusters")
    parser.add_argument("--strata", metavar="COLUMN", help="column with the stratum of each row")
    parser.add_argument("--clusters", metavar="COLUMN", help="draw whole speeches or documents, named by this column")
    parser.add_argument("--labels", metavar="COLUMN", default="labels", help="empty column to add (labels)")
    parser.add_argument("--prefix", default="stance_", help="columns that coders must not see begin with (stance_)")
    parser.add_argument("--seed", type=whole(0, 2**32 - 1), default=0, help="seed of the draw (0)")


def run(options: argparse.Namespace) -> int:
    """Draw a random sample of a table as a sheet for coders."""
    from stancekit.files.targets import check_target
    from stancekit.measure.sheets import write_sample

    check_target(options.output, overwrite=options.overwrite)
    drawn = write_sample(
        options.table,
        options.output,
        options.n,
        strata=options.strata,
        clusters=options.clusters,
        labels=options.labels,
        prefix=options.prefix,
        seed=options.seed,
    )
    others = "".join(
        f" --{name} {value}" for name, value in (("strata", options.strata), ("clusters", options.clusters)) if value
    )
    whole_documents = " --drawn clusters" if options.clusters else ""
    print(f"wrote {len(drawn)} rows to {options.output}", file=sys.stderr)
    print(
        f"when they are annotated: stancekit prevalence {options.table} --gold {options.output} --id COLUMN "
        f"--labels {options.labels} --design {drawn.design}{others}{whole_documents}",
        file=sys.stderr,
    )
    return 0
