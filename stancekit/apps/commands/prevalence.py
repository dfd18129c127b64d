"""Estimate the share of each label in a corpus."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from stancekit.apps.annotating import asking_for_annotations
from stancekit.apps.corpora import add_corpus, add_design, corpus_of, keep_columns, kept, strata_of
from stancekit.apps.options import command, names
from stancekit.apps.output import as_json
from stancekit.errors import InvalidInputError, place
from stancekit.files.corpus import LabelledCorpus
from stancekit.measure.inputs import MISSING

if TYPE_CHECKING:
    from stancekit.measure.prevalence_results import Prevalence


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    what = "estimate the share of each label in a corpus, with valid intervals"
    parser = command(commands, "prevalence", run, what)
    add_corpus(parser)
    add_design(parser, ("random", "stratified", "probability"))
    parser.add_argument("--drawn", choices=("statements", "clusters"), default="statements", help="what was drawn")
    parser.add_argument("--probabilities", metavar="COLUMN", help="column with the chance of each row to be drawn")
    parser.add_argument(
        "--fixed-size", action="store_true", help="with --probabilities: the number drawn was fixed, not left to chance"
    )
    parser.add_argument(
        "--difference",
        metavar="COLUMN[:A:B]",
        action="append",
        default=[],
        help="of a column of --by: B less A; without them each value less the one before; can be given again",
    )
    add_labels(parser)
    parser.add_argument(
        "--larger", action="store_true", help="the corpus is itself a random sample of something larger"
    )
    what = "also draw the shares, by the first column of --by: .svg, .pdf or .png; a file of that name is replaced"
    parser.add_argument("--figure", metavar="FILE", help=what)
    what = "also draw which labels the model gives together: .svg, .pdf or .png; a file of that name is replaced"
    parser.add_argument("--cooccurrence", metavar="FILE", help=what)
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")


def add_labels(parser: argparse.ArgumentParser) -> None:
    """Add which labels the annotations are of."""
    parser.add_argument(
        "--only",
        metavar="LABELS",
        default="",
        help="labels that annotators looked for, with commas; others are left out",
    )
    parser.add_argument(
        "--gaps",
        choices=("random",),
        help="chance alone left annotated rows blank for some labels; without it such rows are an error",
    )


def run(options: argparse.Namespace) -> int:
    """Estimate the share of each label in a corpus."""
    from stancekit.measure.prevalence import prevalence
    from stancekit.report.prevalence import prevalence_markdown

    _check_figures(options)
    asked = _differences(options.difference, names(options.by))
    corpus = corpus_of(options, keep_columns(options, options.probabilities))
    _tell_of_blanks(corpus)
    with asking_for_annotations(options):
        found = prevalence(
            corpus.predicted,
            corpus.gold,
            labels=corpus.labels,
            design=options.design,
            strata=strata_of(corpus, options),
            clusters=kept(corpus, options.clusters),
            drawn=options.drawn,
            probabilities=_chances(corpus, options),
            groups={name: corpus.columns[name] for name in names(options.by)},
            differences=_between(asked, corpus),
            confidence=options.confidence,
            population="larger" if options.larger else "corpus",
            fixed_size=options.fixed_size,
            only=names(options.only) or None,
            gaps=options.gaps,
        )
    _draw(options, corpus, found)
    print(as_json(found.to_dict()) if options.json else prevalence_markdown(found))
    return 0


def _check_figures(options: argparse.Namespace) -> None:
    """Raise before anything is read where a figure cannot be drawn."""
    from stancekit.report.figures import check_figure_paths

    if paths := [path for path in (options.figure, options.cooccurrence) if path]:
        check_figure_paths(paths)
    if options.cooccurrence and options.scores:
        raise InvalidInputError("--cooccurrence draws labels, and --scores takes scores in their place; leave one out")


def _draw(options: argparse.Namespace, corpus: LabelledCorpus, found: Prevalence) -> None:
    """Draw the shares, and which labels occur together."""
    from stancekit.measure.cooccurrence import cooccurrence
    from stancekit.report.cooccurrence import cooccurrence_figure
    from stancekit.report.figures import write_figure
    from stancekit.report.share_figures import group_shares, prevalence_figure

    if options.figure:
        column = next(iter(names(options.by)), None)
        write_figure(prevalence_figure(group_shares(found, column), group=column or "group"), [options.figure])
    if options.cooccurrence:
        together = cooccurrence(corpus.predicted, labels=corpus.labels)
        write_figure(cooccurrence_figure(together), [options.cooccurrence])


def _tell_of_blanks(corpus: LabelledCorpus) -> None:
    for sheet in corpus.sheets:
        if sheet.n_blank:
            of_them = f"{sheet.source}: {sheet.n_blank:,} of the rows that were drawn have no label"
            why = "if chance alone left them blank, and not who began at the top or left out what is hard"
            print(f"{of_them}; the shares hold {why}", file=sys.stderr)
    known = ~np.isnan(corpus.gold).all(axis=1)
    if known.any() and np.nansum(corpus.gold[known], axis=1).all():
        print(
            f"every annotated row, {int(known.sum()):,} of them, has a label; where none fits write 'none': a blank "
            "means that nobody looked",
            file=sys.stderr,
        )


def _differences(asked: list[str], by: list[str]) -> list[tuple[str, str]]:
    """Give the column of each difference and what stands behind it: two values, or nothing."""
    found = []
    for text in asked:
        columns = [name for name in by if f"{text}:".startswith(f"{name}:")]
        if not columns:
            column = text.partition(":")[0]
            raise InvalidInputError(
                f"--difference is of the column {column!r}, which is none of the columns of --by; add --by {column}"
            )
        column = max(columns, key=len)
        found.append((column, text[len(column) + 1 :]))
    return found


def _between(asked: list[tuple[str, str]], corpus: LabelledCorpus) -> dict[str, Any] | None:
    """Take the two values of each difference apart, which may have colons of their own."""
    found: dict[str, Any] = {}
    for column, text in asked:
        parts = text.split(":")
        pairs = [(":".join(parts[:cut]), ":".join(parts[cut:])) for cut in range(1, len(parts))]
        if len(pairs) > 1:
            values = {*corpus.columns[column], MISSING}
            pairs = [pair for pair in pairs if set(pair) <= values]
        if text and len(pairs) != 1:
            raise InvalidInputError(f"--difference is '{column}:{text}'; expected COLUMN, or COLUMN:A:B of its values")
        found.setdefault(column, []).append(pairs[0] if text else "previous")
    return found or None


def _chances(corpus: LabelledCorpus, options: argparse.Namespace) -> list[float] | None:
    column = options.probabilities
    if column is None:
        return None
    annotated = set(np.flatnonzero(~np.isnan(corpus.gold).all(axis=1)).tolist())
    found = []
    for row, value in enumerate(corpus.columns[column]):
        if row in annotated and (not value or value.isspace()):
            raise InvalidInputError(
                f"{options.table} has no probability{place(row, column)}, which is annotated; give the chance it had"
            )
        try:
            found.append(float(value or "nan"))
        except ValueError:
            raise InvalidInputError(
                f"expected a chance from 0 to 1 in row {row}, field {column!r}, got {value!r}"
            ) from None
    return found
