"""Take articles apart: who says what, with which stance, and the words that weighed."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from stancekit.apps.options import add_model, command
from stancekit.apps.output import as_json, progress
from stancekit.errors import InvalidInputError

if TYPE_CHECKING:
    from stancekit.analysis import Analysis
    from stancekit.files.articles import Articles
    from stancekit.model import StanceModel

_NAMED_AT_MOST = 5


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the command to the parser."""
    what = "take articles apart: who says what, with which stance, and the words that weighed"
    parser = command(commands, "analyze", run, what)
    source = "article (.txt, .md), folder of articles, table with an article a row, or - for stdin"
    parser.add_argument("source", metavar="INPUT", help=source)
    parser.add_argument(
        "--output", metavar="FILE", help="table to write, a statement a row; its suffix says the format"
    )
    parser.add_argument("--html", metavar="FILE", help="page to write: the articles with their statements marked")
    parser.add_argument("--text", metavar="COLUMN", help="for a table, column with the articles (text)")
    parser.add_argument(
        "--id", metavar="COLUMN", help="for a table, column with what articles are called (row numbers)"
    )
    parser.add_argument("--speaker", metavar="NAME", help="who speaks where a text names nobody")
    parser.add_argument("--speaker-column", metavar="COLUMN", help="for a table, column with that speaker")
    add_model(parser)
    parser.add_argument("--overwrite", action="store_true", help="replace output files of those names")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out files of a folder, or rows of a table, that hold no article"
    )
    parser.add_argument(
        "--json", action="store_true", help="print a statement a line as JSON, as --output writes .jsonl"
    )


def run(options: argparse.Namespace) -> int:
    """Take articles apart."""
    from stancekit.files.analyzing import analyze_articles
    from stancekit.files.targets import check_target, is_same_file
    from stancekit.report.article_files import check_page_target, read_for_page
    from stancekit.storage.loading import load

    writes = options.output is not None or options.html is not None
    if options.json and writes:
        raise InvalidInputError("--json is for what is printed; it does not go with --output or --html")
    if options.overwrite and not writes:
        raise InvalidInputError("--overwrite goes with --output or --html")
    for target in (options.output, options.html):
        if target is not None and options.source != "-" and is_same_file(options.source, target):
            raise InvalidInputError(f"{target} is what is analysed, and would be lost; name another output")
    if options.output is not None:
        check_target(options.output, overwrite=options.overwrite)
    if options.html is not None:
        check_page_target(Path(options.html), overwrite=options.overwrite)
    articles = _articles(options)
    _name_skipped(articles)
    if options.html is not None:
        read = read_for_page(articles)
        articles = replace(articles, n_articles=len(read), open_articles=lambda: iter(read))
    model = load(options.model)
    strange = _Strange(model)
    if writes:
        with progress(articles.n_articles) as bar:
            _write(strange.passing(analyze_articles(model, articles, progress=bar)), model, options)
    else:
        _print(strange.passing(analyze_articles(model, articles)), options)
    strange.warn()
    return 0


def _articles(options: argparse.Namespace) -> Articles:
    from stancekit.files.articles import Article, ArticleColumns, Articles, read_articles
    from stancekit.files.decoding import decode_article
    from stancekit.text.article_checks import check_article

    named = {"text": options.text, "document": options.id, "speaker": options.speaker_column}
    given = {name: column for name, column in named.items() if column is not None}
    if options.source != "-":
        columns = ArticleColumns(**given) if given else None
        return read_articles(options.source, columns=columns, speaker=options.speaker, skip_bad=options.skip_bad)
    if options.skip_bad:
        raise InvalidInputError("--skip-bad goes with a folder or a table; standard input is one article")
    if given:
        raise InvalidInputError("--text, --id and --speaker-column go with a table; standard input is one article")
    text = check_article(decode_article(sys.stdin.buffer.read(), "standard input"))
    article = Article(document="standard input", text=text, speaker=options.speaker)
    return Articles(source="standard input", n_articles=1, open_articles=lambda: iter([article]))


def _name_skipped(articles: Articles) -> None:
    if articles.skipped:
        print(f"stancekit: skipped what is neither .txt nor .md: {_first(articles.skipped)}", file=sys.stderr)
    if n := len(articles.bad):
        print(
            f"stancekit: left out {n} of {n + (articles.n_articles or 0)} articles: {_first(articles.bad)}",
            file=sys.stderr,
        )


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return ", ".join(names[:_NAMED_AT_MOST]) + more


@dataclass(slots=True)
class _Strange:
    """Finds articles of which half or more is unlike what the model was trained on, to warn of them at the end.

    Single statements are flagged in any text: a warning of each would soon be read no more.
    """

    model: StanceModel
    documents: list[str] = field(default_factory=list)
    n_articles: int = 0
    n_words: int = 0
    n_new: int = 0

    def passing(self, analyses: Iterable[Analysis]) -> Iterator[Analysis]:
        for analysis in analyses:
            self._look_at(analysis)
            yield analysis

    def _look_at(self, analysis: Analysis) -> None:
        found = [one.statement.text for one in analysis.statements if one.prediction.unfamiliar]
        self.n_articles += 1
        # By characters: a short heading should not count as much as a paragraph.
        if not found or 2 * sum(map(len, found)) < sum(len(one.statement.text) for one in analysis.statements):
            return
        self.documents.append(analysis.document)
        for text in found:
            assert self.model.familiarity is not None  # who else would have found it unfamiliar
            count = self.model.familiarity.count(text)
            self.n_words += count.n_words
            self.n_new += count.n_new

    def warn(self) -> None:
        """Warn in the words that `stancekit predict` has for one statement."""
        if not self.documents:
            return
        where = _first(self.documents)
        if self.n_articles > 1:
            where = f"{len(self.documents):,} of {self.n_articles:,} articles ({where})"
        verb = "is" if len(self.documents) == 1 else "are"
        what = f"{self.n_new:,} of {self.n_words:,} words are new to it" if self.n_new else "little of it is in words"
        said = f"{where} {verb} unlike what the model was trained on ({what}): take the scores with care"
        # An article may be called by a cell of a table, in which anything may stand.
        print("stancekit: " + "".join(one if one.isprintable() else "�" for one in said), file=sys.stderr)


def _print(analyses: Iterable[Analysis], options: argparse.Namespace) -> None:
    from stancekit.files.analyzing import json_rows
    from stancekit.report.listing import analysis_lines, tally_line

    for number, analysis in enumerate(analyses):
        if options.json:
            for row in json_rows(analysis):
                print(as_json(row))
            continue
        print("\n" * bool(number) + tally_line(analysis))
        for line in analysis_lines(analysis, shutil.get_terminal_size((100, 24)).columns):
            print(line)


def _write(analyses: Iterable[Analysis], model: StanceModel, options: argparse.Namespace) -> None:
    """Write the table and the page; where one of them cannot be made or written, neither is there.

    Both are whole and on the disk before the first gets its name. Getting their names is two steps, the table first: a
    kill or a loss of power between them, or a folder that no longer takes the page, leaves the table alone.
    """
    from stancekit.files.analyzing import write_analyses
    from stancekit.tables.writing import replacing
    from stancekit.text.wording import counted

    targets = [target for target in (options.output, options.html) if target is not None]
    with ExitStack() as stack:
        if options.html is not None:
            page = stack.enter_context(replacing(Path(options.html)))
            analyses = _also_into(page, analyses, model, options.model)
        if options.output is not None:
            n = write_analyses(options.output, analyses, model, overwrite=options.overwrite)
        else:
            n = sum(len(analysis.statements) for analysis in analyses)
    print(f"analysed {counted(n, 'statement')} into {' and '.join(targets)}", file=sys.stderr)


def _also_into(page: BinaryIO, analyses: Iterable[Analysis], model: StanceModel, model_name: str) -> Iterator[Analysis]:
    """Let analyses pass, and write the page to the disk after the last, while whoever takes them has not finished."""
    from stancekit.report.article import article_html

    kept: list[Analysis] = []
    for analysis in analyses:
        kept.append(analysis)
        yield analysis
    page.write(article_html(kept, model, model_name=model_name).encode())
    page.flush()
    os.fsync(page.fileno())  # a full disk shows here, before the table has its name
