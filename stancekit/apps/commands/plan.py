"""Tell how many statements to annotate."""

from __future__ import annotations

import argparse
from typing import Any

from stancekit.apps.commands.prevalence import add_labels
from stancekit.apps.corpora import add_corpus, add_design, corpus_of, keep_columns, kept, strata_of
from stancekit.apps.options import command, names, whole
from stancekit.apps.output import as_json
from stancekit.errors import InvalidInputError
from stancekit.measure.prevalence_results import Plan

_RATES = ("share", "precision", "recall", "statements")
_OF_A_TABLE = ("design", "by", "gold", "id", "model", "strata", "clusters", "scores", "only", "gaps")


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "plan", run, "tell how many statements to annotate for intervals of a given width")
    add_corpus(parser, required=False)
    add_design(parser, ("random", "stratified"))
    parser.add_argument(
        "--width", type=float, required=True, help="of the whole interval: 0.02 is one point either side"
    )
    parser.add_argument("--share", type=float, help="without a table: the share expected, from 0 to 1")
    parser.add_argument("--precision", type=float, help="without a table: of the model on this corpus")
    parser.add_argument("--recall", type=float, help="without a table: of the model on this corpus")
    parser.add_argument("--statements", type=whole(1, 10**9), metavar="N", help="without a table: size of the corpus")
    add_labels(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")


def run(options: argparse.Namespace) -> int:
    """Tell how many statements to annotate."""
    from stancekit.report.group_plans import group_plan_markdown
    from stancekit.report.prevalence import plan_markdown

    found = _from_rates(options) if options.table is None else _from_pilot(options)
    parts = [plan_markdown(found), group_plan_markdown(found)]
    print(as_json(found.to_dict()) if options.json else "\n".join(filter(None, parts)))
    return 0


def _from_rates(options: argparse.Namespace) -> Plan:
    from stancekit.measure.planning import plan_from_rates

    missing = [f"--{name}" for name in _RATES if getattr(options, name) is None]
    if missing:
        raise InvalidInputError(
            "plan needs a table with a pilot sample, or --share, --precision, --recall and --statements (missing: "
            f"{missing})"
        )
    if given := [f"--{name}" for name in _OF_A_TABLE if getattr(options, name)]:
        raise InvalidInputError(f"{given} go with a table; leave them out, or give the table with the pilot sample")
    return plan_from_rates(
        width=options.width,
        share=options.share,
        precision=options.precision,
        recall=options.recall,
        n_statements=options.statements,
        confidence=options.confidence,
    )


def _from_pilot(options: argparse.Namespace) -> Plan:
    from stancekit.measure.planning import plan

    if given := [f"--{name}" for name in _RATES if getattr(options, name) is not None]:
        raise InvalidInputError(f"{given} go without a table; leave them out, and the pilot tells")
    if options.design is None:
        raise InvalidInputError("say how the pilot was drawn: --design random or stratified")
    corpus = corpus_of(options, keep_columns(options))
    return plan(
        corpus.predicted,
        corpus.gold,
        labels=corpus.labels,
        width=options.width,
        design=options.design,
        strata=strata_of(corpus, options),
        clusters=kept(corpus, options.clusters),
        groups={name: corpus.columns[name] for name in names(options.by)},
        confidence=options.confidence,
        only=names(options.only) or None,
        gaps=options.gaps,
    )
