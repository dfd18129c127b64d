"""Write ``docs/benchmarks.md`` and its figure from ``results.json``: ``python -m experiments.benchmarks.page``.

The block between the markers in ``README.md`` is replaced too. ``--check`` writes nothing and fails where the page,
the block or a figure was made from other results.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.benchmarks.figure import FILES, is_current, points, write_figures
from experiments.benchmarks.sections import (
    how,
    other_figures,
    quality_table,
    sizes,
    speed_ups,
    surroundings,
    whole_files,
)
from experiments.benchmarks.tables import absolute_table, headline, ratio_table
from experiments.corpora import ROOT
from experiments.data import data_sha256
from experiments.page_part import replaced_between

RESULTS = ROOT / "experiments" / "benchmarks" / "results.json"
DOCS = ROOT / "docs"
README = "README.md"
BEGIN, END = "<!-- benchmarks: python -m experiments.benchmarks.page -->", "<!-- benchmarks end -->"


def benchmarks_page(results: Mapping[str, Any]) -> str:
    """Write the page."""
    parts = [
        "# Benchmarks\n\nWritten by `python -m experiments.benchmarks.page` from "
        "`experiments/benchmarks/results.json`; do not edit. To measure again: `pip install -e '.[benchmarks]'`, then "
        "`python -m experiments.benchmarks` (and the corpora that `experiments/corpora.py` names).",
        headline(results),
        "## Beside its peers\n\nHow many times what stancekit needs: above 1, stancekit is ahead. Each ratio is taken "
        "within a round; given are median [lowest, highest] over the rounds. Macro-F1 has 95 % bootstrap intervals "
        "clustered by speech or document.\n\n" + ratio_table(results),
        f"![Throughput and macro-F1 of each peer](figures/{FILES[0]})",
        *speed_ups(results),
        *other_figures(results),
        *whole_files(results),
        *quality_table(results),
        "## In absolute numbers\n\nOf this machine; on another one only the ratios can be hoped for.\n\n"
        + absolute_table(results),
        how(results),
        sizes(results),
        surroundings(results),
    ]
    return "\n\n".join(parts) + "\n"


def with_block(readme: str, results: Mapping[str, Any]) -> str:
    """Put the headline between the markers."""
    link = "[All figures, how they were measured, and a picture](docs/benchmarks.md)."
    return replaced_between(readme, BEGIN, END, f"\n{headline(results)}\n\n{link}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page and the figures, or check them."""
    parser = argparse.ArgumentParser(prog="python -m experiments.benchmarks.page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where something is stale")
    parser.add_argument("--results", type=Path, default=RESULTS, help="read these results")
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder of the page")
    options = parser.parse_args(arguments)
    results = json.loads(options.results.read_text(encoding="utf-8"))
    pages = {options.docs / "benchmarks.md": benchmarks_page(results)}
    if (readme := options.docs.parent / README).exists():
        pages[readme] = with_block(readme.read_text(encoding="utf-8"), results)
    figures = [options.docs / "figures" / name for name in FILES]
    if not options.check:
        options.docs.mkdir(parents=True, exist_ok=True)
        for page, content in pages.items():
            page.write_text(content, encoding="utf-8")
        write_figures(points(results), figures)
        return 0
    stale = [page for page, text in pages.items() if not page.exists() or page.read_text(encoding="utf-8") != text]
    stale += [path for path in figures if not is_current(path, points(results))]
    for path in stale:
        print(f"stale: {path.name}; run: python -m experiments.benchmarks.page", file=sys.stderr)
    if is_old := results.get("data_sha256") != data_sha256():
        print("stale: quality; run: python -m experiments.benchmarks --quality-only", file=sys.stderr)
    return 1 if stale or is_old else 0


if __name__ == "__main__":
    sys.exit(main())
