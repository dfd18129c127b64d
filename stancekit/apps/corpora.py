"""Options of the commands that read a whole corpus with annotations of a sample, and the reading of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from stancekit.apps.options import names
from stancekit.apps.output import say
from stancekit.errors import InvalidInputError, place
from stancekit.files.annotations import Sheet
from stancekit.files.corpus import LabelledCorpus, Reading, read_corpus
from stancekit.measure.coded import crossed
from stancekit.measure.designs import declare
from stancekit.measure.joined import check_joined, check_whole_documents


def add_corpus(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the table with the corpus and its columns."""
    what = "the whole corpus: .csv, .tsv, .jsonl, .parquet, or hf:org/name"
    parser.add_argument("table", nargs=None if required else "?", help=what)
    parser.add_argument(
        "--labels",
        metavar="COLUMN",
        help='column with the annotations: labels, "none", or blank where a row was not annotated (labels)',
    )
    parser.add_argument(
        "--gold", metavar="FILES", help="second table with the annotations, or several with commas; needs --id"
    )
    parser.add_argument("--id", metavar="COLUMN", help="column by which these tables belong together")
    parser.add_argument("--model", help="label the corpus with this model; without it, columns of predict are read")
    parser.add_argument("--text", metavar="COLUMN", help="column with the statements, for --model (text)")
    parser.add_argument("--prefix", default="stance_", help="what the columns of predict begin with (stance_)")
    parser.add_argument("--scores", action="store_true", help="use the model's scores instead of its labels")


def add_design(parser: argparse.ArgumentParser, designs: Sequence[str]) -> None:
    """Add how the sample was drawn, and what shares are given of."""
    parser.add_argument("--design", choices=designs, help="how the annotated rows were drawn; without it, no intervals")
    parser.add_argument(
        "--strata", metavar="COLUMNS", default="", help="column with the stratum of each row, or several"
    )
    parser.add_argument(
        "--clusters",
        metavar="COLUMN",
        help="column with the speech or document of each row, where whole ones were drawn",
    )
    parser.add_argument("--by", metavar="COLUMNS", default="", help="columns to give shares by, with commas")
    parser.add_argument("--confidence", type=float, default=0.95, help="of the intervals (0.95)")


def keep_columns(options: argparse.Namespace, *more: str | None) -> tuple[str, ...]:
    """Give the columns that are needed besides labels and annotations."""
    wanted = [*names(options.strata), options.clusters, *more, *names(options.by)]
    return tuple(dict.fromkeys(name for name in wanted if name is not None))


def corpus_of(options: argparse.Namespace, keep: tuple[str, ...]) -> LabelledCorpus:
    """Read the corpus, and label it where a model is named."""
    from stancekit.storage.loading import load

    if options.labels is not None and options.labels.startswith(options.prefix):
        raise InvalidInputError(
            f"--labels {options.labels} is a column of the model (its name begins with {options.prefix!r}), and no "
            "annotation; name the annotators' column, or another --prefix"
        )
    if options.text is not None and not options.model:
        raise InvalidInputError(
            "--text is the column that --model labels; add a model, or leave it out to read columns of predict"
        )
    model = load(options.model) if options.model else None
    reading = Reading(
        text=options.text or "text",
        gold=options.labels or "labels",
        optional=options.labels is None and options.design is None,
        prefix=options.prefix,
        scores=options.scores,
        keep=keep,
    )
    say(f"reading {options.table}")
    packaged = load().codebook if model is None else model.codebook
    corpus = read_corpus(options.table, reading, model=model, codes=packaged, gold=_gold(options.gold), key=options.id)
    _check_sheets(corpus, options)
    if model is not None and (n_seen := int(model.was_trained_on(corpus.annotated_texts).sum())):
        print(
            f"stancekit: {options.model!r} was trained on {n_seen} of the {len(corpus.annotated_texts)} annotated "
            "statements; that does no harm where it was trained on as large a share of the corpus",
            file=sys.stderr,
        )
    return corpus


def _gold(text: str | None) -> list[str] | None:
    """Read names of tables; a single one may have a comma in it."""
    return None if text is None else [text] if Path(text).exists() else names(text)


def _check_filled(corpus: LabelledCorpus, options: argparse.Namespace) -> None:
    """Raise where a column of the design has no value, by row and field; missing values can be crossed."""
    strata = names(options.strata)
    for column in [*(strata if len(strata) == 1 else ()), *([options.clusters] if options.clusters else ())]:
        row = next((row for row, value in enumerate(corpus.columns[column]) if not value or value.isspace()), None)
        if row is not None:
            raise InvalidInputError(f"{options.table} has no value{place(row, column)}; every row needs one")


def _check_sheets(corpus: LabelledCorpus, options: argparse.Namespace) -> None:
    _check_filled(corpus, options)
    if options.design is not None:
        _check_documents(corpus, options)
    is_told = len(corpus.sheets) > 1 or any(sheet.chances is not None for sheet in corpus.sheets)
    if not is_told or options.design not in ("random", "stratified"):
        return
    drawn = getattr(options, "drawn", "statements")
    sampling = declare(
        len(corpus),
        design=options.design,
        strata=strata_of(corpus, options),
        # Documents have a chance of their own only where they were drawn whole.
        clusters=kept(corpus, options.clusters) if drawn == "clusters" else None,
        drawn=drawn,
    )
    check_joined(corpus.sheets, sampling)


def _check_documents(corpus: LabelledCorpus, options: argparse.Namespace) -> None:
    drawn, clusters = getattr(options, "drawn", None), kept(corpus, options.clusters)
    if drawn == "clusters" and clusters is not None:
        for sheet in corpus.sheets:
            _check_drawn_whole(sheet, options.clusters)
        check_whole_documents(corpus.sheets, declare(len(corpus), design="random", clusters=clusters, drawn="clusters"))
    whole = next((one for one in corpus.sheets if one.documents is not None), None)
    if drawn is None and whole is not None:
        raise InvalidInputError(
            f"{whole.source} was drawn by whole documents of {whole.documents!r}, and plans are for statements drawn "
            "one by one; draw a pilot of statements"
        )
    if drawn == "statements" and whole is not None:
        raise InvalidInputError(
            f"{whole.source} was drawn by whole documents of {whole.documents!r}, and not by statements; add "
            f"--clusters {whole.documents} --drawn clusters"
        )


def _check_drawn_whole(sheet: Sheet, column: str) -> None:
    if sheet.documents not in (None, column):
        raise InvalidInputError(
            f"{sheet.source} was drawn by whole documents of {sheet.documents!r}, and --clusters names {column!r}; add "
            f"--clusters {sheet.documents}"
        )
    if sheet.by_statements:
        raise InvalidInputError(
            f"{sheet.source} was drawn by statements, and not by whole documents of {column!r}; leave out "
            "--drawn clusters"
        )


def kept(corpus: LabelledCorpus, column: str | None) -> list[str] | None:
    """Give a column, or None where there is none."""
    return None if column is None else corpus.columns[column]


def strata_of(corpus: LabelledCorpus, options: argparse.Namespace) -> list[str] | None:
    """Give the column of strata, several crossed, or None where there is none."""
    columns = [corpus.columns[name] for name in names(options.strata)]
    return crossed(*columns) if len(columns) > 1 else next(iter(columns), None)
