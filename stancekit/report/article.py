"""Analysed articles as one HTML page that needs nothing but itself; formats, never computes.

The page has no address in it, and a content security policy that lets nothing in: its one style sheet and its one
script are named by their hashes. Without the script all is shown; with it one can filter, sort and download, and
link to what is shown.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from importlib.metadata import version
from importlib.resources import files
from string import Template

from stancekit.analysis import Analysis, AnalyzedStatement, count_by_speaker
from stancekit.errors import InvalidInputError
from stancekit.evidence import comes_apart
from stancekit.model import StanceModel
from stancekit.report.article_tables import speakers_table, statements_table, thresholds_table
from stancekit.report.article_text import KINDS, Look, article_section, narration_among
from stancekit.report.roles import with_names_on_page
from stancekit.text.wording import counted

MOST_STATEMENTS = 2000  # a browser takes seconds to lay out more
MOST_CHARACTERS = 2_000_000


def check_report_size(n_statements: int, n_characters: int, last: str = "") -> None:
    """Raise where a page would be too much for a browser.

    Parameters
    ----------
    n_statements, n_characters : int
        Of all its articles.
    last : str, default=""
        The article up to which they were counted, where that is not all.

    Raises
    ------
    InvalidInputError
        Above 2,000 statements or 2 million characters.

    Examples
    --------
    >>> check_report_size(6000, 90_000)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: a page holds at most 2,000 statements ...
    """
    if n_statements > MOST_STATEMENTS or n_characters > MOST_CHARACTERS:
        counted = f", counted up to {last!r}" if last else ""
        raise InvalidInputError(
            f"a page holds at most {MOST_STATEMENTS:,} statements and {MOST_CHARACTERS:,} characters, for the sake of "
            f"browsers; got {n_statements:,} and {n_characters:,}{counted}. Make a page of each part of the "
            "articles, or write a table (--output, without --html), which may be of any size"
        )


def article_html(analyses: Sequence[Analysis], model: StanceModel, *, model_name: str = "") -> str:
    """Write analysed articles as a page of HTML.

    Parameters
    ----------
    analyses : sequence of Analysis
        One article, or several, each with a name of its own, from which the page lets one choose.
    model : StanceModel
        The model that made them, for its thresholds.
    model_name : str, default=""
        What to call it; its codebook and features are named in any case.

    Returns
    -------
    str
        The same for the same articles, model and version of the library.

    Raises
    ------
    InvalidInputError
        When there is no article, two have the same name, or there is too much for a page; see `check_report_size`.

    Examples
    --------
    >>> import stancekit
    >>> from stancekit.analysis import analyze
    >>> model = stancekit.load()
    >>> page = article_html([analyze("Lift the embargo.", model, document="note")], model)
    >>> "<title>Stances in note</title>" in page
    True
    """
    _check_names(analyses)
    everything = [one for analysis in analyses for one in analysis.statements]
    check_report_size(len(everything), sum(len(analysis.text) for analysis in analyses))
    counts = count_by_speaker(with_names_on_page(analyses, several=len(analyses) > 1), model.labels)
    look = Look.of(model.labels, everything)
    style, script = _part("article.css") + look.style(), _part("shared.js") + _part("article.js")
    policy = f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
    name = analyses[0].document or "the article"
    return Template(_part("article.html")).substitute(
        policy=policy + "base-uri 'none'; form-action 'none'",
        version=escape(version("stancekit")),
        title=escape(f"Stances in {name}" if len(analyses) == 1 else f"Stances in {len(analyses):,} articles"),
        style=style,
        summary=escape(_summary(everything, len(analyses))),
        legend=_legend(everything, look),
        kinds=_kinds(everything),
        contents=_contents(analyses, model.labels) if len(analyses) > 1 else "",
        articles="\n".join(_sections(analyses, look)),
        speakers=speakers_table(counts, model.labels),
        statements=statements_table(analyses, look, counts),
        foot=_foot(model, model_name),
        script=script,
    )


def _check_names(analyses: Sequence[Analysis]) -> None:
    if not analyses:
        raise InvalidInputError("got no article to report; give at least one")
    name, n = Counter(analysis.document for analysis in analyses).most_common(1)[0]
    if n > 1:
        numbers = [number for number, analysis in enumerate(analyses) if analysis.document == name]
        raise InvalidInputError(
            f"articles {numbers[0]} and {numbers[1]} are both called {name!r}, so readers could not tell them apart; "
            "give each a name, by analyze(..., document=...)"
        )


def _part(name: str) -> str:
    return files("stancekit.report").joinpath(name).read_text(encoding="utf-8")


def _source(content: str) -> str:
    """Name a style sheet or a script by its hash, as content security policies do."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _summary(everything: Sequence[AnalyzedStatement], n_articles: int) -> str:
    with_one = [one for one in everything if one.prediction.labels]
    n_unsure = sum(bool(one.prediction.abstained) for one in everything)
    n_strange = sum(one.prediction.unfamiliar for one in everything)
    strange = f" {n_strange:,} unlike what the model was trained on: take these scores with care." if n_strange else ""
    where = "" if n_articles == 1 else f" in {n_articles:,} articles"
    return (
        f"{counted(len(everything), 'statement')}{where}: {len(with_one):,} with a stance{narration_among(with_one)}; "
        f"in {n_unsure:,} the model abstains on a stance.{strange}"
    )


def _legend(everything: Sequence[AnalyzedStatement], look: Look) -> str:
    items = []
    for column, label in enumerate(look.labels):
        n = sum(label in one.prediction.labels for one in everything)
        sample = f'<span class="sample {look.only(column)}"><span class="g k{column}">{look.sign(column)}</span></span>'
        items.append(_item(f"l{column}", label, f"{sample} {escape(label)}", n))
    # Named with a bar, which no label may have: a label may be called "none" or "abstained".
    n_unsure = sum(bool(one.prediction.abstained) for one in everything)
    n_none = sum(not one.prediction.labels and not one.prediction.abstained for one in everything)
    items.append(_item("maybe", "|abstained", '<span class="sample st maybe">?</span> abstained', n_unsure))
    items.append(_item("none", "|none", "no stance", n_none))
    return "\n".join(items)


def _kinds(everything: Sequence[AnalyzedStatement]) -> str:
    counted = {kind: sum(one.statement.kind == kind for one in everything) for kind in KINDS}
    return "\n".join(_item(kind, kind, KINDS[kind], n) for kind, n in counted.items())


def _item(value: str, name: str, content: str, n: int) -> str:
    """Write what can be chosen: `value` is what rows have, `name` what links to a view have."""
    shown = f'<span class="item">{content} <span class="n">{n:,}</span></span>'
    return f'<li data-value="{value}" data-name="{escape(name)}">{shown}</li>'


def _contents(analyses: Sequence[Analysis], labels: Sequence[str]) -> str:
    items = []
    for number, analysis in enumerate(analyses):
        by_label = {label: [one for one in analysis.statements if label in one.prediction.labels] for label in labels}
        counts = [f"{len(took):,} {label}{narration_among(took)}" for label, took in by_label.items() if took]
        found = ", ".join(counts) or "no stance"
        link = f'<a href="#a{number}" data-article="{number}" dir="auto">{escape(analysis.document)}</a>'
        items.append(f"<li>{link} <small>{escape(found)}</small></li>")
    everything = '<p class="script" hidden><a href="#articles" data-article="">All articles</a></p>'
    return (
        f'<nav aria-labelledby="h-contents"><h2 id="h-contents">Articles</h2>\n{everything}\n<ol>\n'
        + "\n".join(items)
        + "\n</ol></nav>"
    )


def _sections(analyses: Sequence[Analysis], look: Look) -> Iterable[str]:
    first = 0
    for number, analysis in enumerate(analyses):
        title = analysis.document if len(analyses) > 1 else "Text"
        yield article_section(analysis, look, title=title, number=number, first=first)
        first += len(analysis.statements)


def _foot(model: StanceModel, model_name: str) -> str:
    features = ", ".join(model.scorers)
    named = f"the model <b>{escape(model_name)}</b>:" if model_name else "a model of"
    blocks = [
        f"<p>Made by stancekit {escape(version('stancekit'))} with {named} codebook "
        f"{escape(model.codebook.name)}, features {escape(features)}. A score is a calibrated probability: the share "
        "of statements with such a score that took the label among those the model was calibrated on. On other "
        "sources it is a guess.</p>",
        thresholds_table(model),
        "<p>Words that weighed are those that add most to the label's log-odds."
        if comes_apart(model)
        else "<p>This model does not come apart into words, so none are shown.",
        "The text stands above to compare.</p>",
    ]
    return "\n".join(blocks)
