"""Analysed articles as one HTML page that needs nothing but itself; formats, never computes.

The page has no address in it, and a content security policy that lets nothing in: its one style sheet and its one
script are named by their hashes. Without the script all is shown; with it one can filter, sort and download.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from importlib.metadata import version
from importlib.resources import files
from string import Template

from stancekit.analysis import ADDITIVE, Analysis, AnalyzedStatement, SpeakerCount, count_by_speaker, row_columns
from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel
from stancekit.report.article_text import KINDS, Look, Numbered, article_section, tally
from stancekit.tables.values import cell

MOST_STATEMENTS = 2000  # a browser takes seconds to lay out more
MOST_CHARACTERS = 2_000_000


def check_report_size(n_statements: int, n_characters: int) -> None:
    """Raise where a page would be too much for a browser.

    Parameters
    ----------
    n_statements, n_characters : int
        Of all its articles.

    Raises
    ------
    InvalidInputError
        Above 2,000 statements or 2 million characters.

    Examples
    --------
    >>> check_report_size(6000, 90_000)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: an HTML report holds at most 2,000 statements ...
    """
    if n_statements > MOST_STATEMENTS or n_characters > MOST_CHARACTERS:
        raise InvalidInputError(
            f"an HTML report holds at most {MOST_STATEMENTS:,} statements and {MOST_CHARACTERS:,} characters, got "
            f"{n_statements:,} and {n_characters:,} so far; report fewer articles at a time, or write a table alone"
        )


def article_html(analyses: Sequence[Analysis], model: StanceModel, *, model_name: str = "linear") -> str:
    """Write analysed articles as a page of HTML.

    Parameters
    ----------
    analyses : sequence of Analysis
        One article, or several, from which the page lets one choose.
    model : StanceModel
        The model that made them, for its thresholds.
    model_name : str, default="linear"
        What to call it.

    Returns
    -------
    str
        The same for the same articles, model and version of the library.

    Raises
    ------
    InvalidInputError
        When there is no article, or too much for a page; see `check_report_size`.

    Examples
    --------
    >>> import stancekit
    >>> from stancekit.analysis import analyze
    >>> model = stancekit.load()
    >>> page = article_html([analyze("Lift the embargo.", model, document="note")], model)
    >>> "<title>Stances in note</title>" in page
    True
    """
    if not analyses:
        raise InvalidInputError("got no article to report; give at least one")
    everything = [one for analysis in analyses for one in analysis.statements]
    check_report_size(len(everything), sum(len(analysis.text) for analysis in analyses))
    counts = count_by_speaker(everything, model.labels)
    look = Look.of(model.labels, everything)
    style, script = _part("article.css") + look.style(), _part("article.js")
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
        speakers=_speakers(counts, model.labels),
        statements=_statements(analyses, look, counts),
        foot=_foot(model, model_name),
        script=script,
    )


def _part(name: str) -> str:
    return files("stancekit.report").joinpath(name).read_text(encoding="utf-8")


def _source(content: str) -> str:
    """Name a style sheet or a script by its hash, as content security policies do."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _summary(everything: Sequence[AnalyzedStatement], n_articles: int) -> str:
    n_with = sum(bool(one.prediction.labels) for one in everything)
    n_unsure = sum(bool(one.prediction.abstained) for one in everything)
    where = "" if n_articles == 1 else f" in {n_articles:,} articles"
    return (
        f"{tally(len(everything), 'statement')}{where}: {n_with:,} with a stance; "
        f"in {n_unsure:,} the model abstains on a stance."
    )


def _legend(everything: Sequence[AnalyzedStatement], look: Look) -> str:
    items = []
    for column, label in enumerate(look.labels):
        n = sum(label in one.prediction.labels for one in everything)
        sample = f'<span class="sample {look.only(column)}"><span class="g k{column}">{look.sign(column)}</span></span>'
        items.append(_item(f"l{column}", f"{sample} {escape(label)}", n))
    n_unsure = sum(bool(one.prediction.abstained) for one in everything)
    n_none = sum(not one.prediction.labels and not one.prediction.abstained for one in everything)
    items.append(_item("maybe", '<span class="sample st maybe">?</span> abstained', n_unsure))
    items.append(_item("none", "no stance", n_none))
    return "\n".join(items)


def _kinds(everything: Sequence[AnalyzedStatement]) -> str:
    counted = {kind: sum(one.statement.kind == kind for one in everything) for kind in KINDS}
    return "\n".join(_item(kind, KINDS[kind], n) for kind, n in counted.items())


def _item(value: str, content: str, n: int) -> str:
    return f'<li data-value="{value}"><span class="item">{content} <span class="n">{n:,}</span></span></li>'


def _contents(analyses: Sequence[Analysis], labels: Sequence[str]) -> str:
    items = []
    for number, analysis in enumerate(analyses):
        n_by_label = {label: sum(label in one.prediction.labels for one in analysis.statements) for label in labels}
        found = ", ".join(f"{n:,} {label}" for label, n in n_by_label.items() if n) or "no stance"
        link = f'<a href="#a{number}" data-article="{number}" dir="auto">{escape(analysis.document)}</a>'
        items.append(f"<li>{link} <small>{escape(found)}</small></li>")
    return (
        '<nav aria-labelledby="h-contents"><h2 id="h-contents">Articles</h2>\n<ol>\n'
        + "\n".join(items)
        + "\n</ol></nav>"
    )


def _sections(analyses: Sequence[Analysis], look: Look) -> Iterable[str]:
    first = 0
    for number, analysis in enumerate(analyses):
        title = analysis.document if len(analyses) > 1 else "Text"
        yield article_section(analysis, look, title=title, number=number, first=first)
        first += len(analysis.statements)


def _speakers(counts: Sequence[SpeakerCount], labels: Sequence[str]) -> str:
    head = "".join(f'<th scope="col" class="num">{escape(title)}</th>' for title in ("statements", *labels))
    rows = []
    for who, count in enumerate(counts):
        name = escape(count.speaker or "nobody named")
        cells = [_count(who, "", count.n_statements, f"{name}: all {count.n_statements:,} statements")]
        cells += [
            _count(who, f"l{column}", n, f"{name}: {tally(n, 'statement')}, {escape(label)}")
            for column, (label, n) in enumerate(count.n_by_label.items())
        ]
        head_of_row = f'<th scope="row" data-who="{who}" data-name="{name}" dir="auto">{name}</th>'
        rows.append(f"<tr>{head_of_row}{''.join(cells)}</tr>")
    return (
        '<table id="speakers">\n<caption>A number leads to its statements.</caption>\n'
        f'<thead><tr><th scope="col">speaker</th>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table>"
    )


def _count(who: int, stance: str, n: int, said: str) -> str:
    if not n:
        return '<td class="num">0</td>'
    link = f'<a href="#statements" data-who="{who}" data-stance="{stance}" aria-label="{said}">{n:,}</a>'
    return f'<td class="num">{link}</td>'


def _statements(analyses: Sequence[Analysis], look: Look, counts: Sequence[SpeakerCount]) -> str:
    several = len(analyses) > 1
    who = {count.speaker: number for number, count in enumerate(counts)}
    titles = ["article"] * several + ["speaker", "kind", "stances"]
    head = '<th scope="col" class="num">no.</th>'
    head += "".join(f'<th scope="col">{title}</th>' for title in titles)
    head += "".join(f'<th scope="col" class="num">{escape(label)}</th>' for label in look.labels)
    head += '<th scope="col">words that weighed</th><th scope="col">statement</th>'
    columns = escape(json.dumps(row_columns(look.labels), ensure_ascii=False))
    numbered = (
        Numbered(number=number, article=article, document=analysis.document, analyzed=one)
        for number, (article, analysis, one) in enumerate(
            (article, analysis, one) for article, analysis in enumerate(analyses) for one in analysis.statements
        )
    )
    rows = "\n".join(_row(one, look, who[one.analyzed.statement.speaker], several=several) for one in numbered)
    return (
        f'<table id="table" data-columns="{columns}">\n<caption>Scores are calibrated probabilities; in bold, what the '
        f"model asserts; with ?, where it abstains.</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n"
        "</tbody></table>"
    )


def _row(one: Numbered, look: Look, who: int, *, several: bool) -> str:
    statement, said = one.analyzed.statement, one.analyzed.prediction
    row = one.analyzed.to_row(one.document)
    del row["statement"]  # it stands in its cell
    fields = escape(json.dumps([cell(value) for value in row.values()], ensure_ascii=False))
    title = f"<small>{escape(statement.title)}</small>" if statement.title else ""
    strange = "<small>unlike the training data</small>" if said.unfamiliar else ""
    stances = ", ".join(map(escape, said.labels)) or "–"
    cells = [
        f'<td class="num" data-v="{one.number}"><a href="#s{one.number}">{one.number + 1}</a></td>',
        f'<td class="in" dir="auto">{escape(one.document)}</td>' if several else "",
        f'<td class="by" dir="auto">{escape(statement.speaker or "–")}{title}</td>',
        f"<td>{KINDS[statement.kind]}</td>",
        f"<td>{stances}{strange}</td>",
        *(look.score_cell(one.analyzed, label) for label in look.labels),
        f'<td class="words" dir="auto">{escape(look.words(one.analyzed))}</td>',
        f'<td class="said" dir="auto">{_exact(statement.text)}</td>',
    ]
    facts = f'data-n="{one.number}" data-article="{one.article}" data-who="{who}" data-kind="{statement.kind}"'
    return f'<tr {facts} data-stance="{look.tokens(one.analyzed)}" data-fields="{fields}">{"".join(cells)}</tr>'


def _exact(text: str) -> str:
    """Escape a text so that it is downloaded as it is: browsers read a bare carriage return as a line feed."""
    return escape(text).replace("\r", "&#13;")


def _foot(model: StanceModel, model_name: str) -> str:
    explains = any(kind in ADDITIVE for kind in model.scorers)
    features = ", ".join(model.scorers)
    blocks = [
        f"<p>Made by stancekit {escape(version('stancekit'))} with the model <b>{escape(model_name)}</b>: codebook "
        f"{escape(model.codebook.name)}, features {escape(features)}. A score is a calibrated probability: the share "
        "of statements with such a score that took the label among those the model was calibrated on. On other "
        "sources it is a guess.</p>",
        _thresholds(model),
        "<p>Words that weighed are those that add most to the label's log-odds."
        if explains
        else "<p>This model does not come apart into words, so none are shown.",
        "Statements and speakers are found by rules, which make mistakes; the text stands above to compare. Labels "
        "describe statements, not persons.</p>",
    ]
    return "\n".join(blocks)


def _thresholds(model: StanceModel) -> str:
    calibration, definitions = model.calibration, {s.label: s.definition for s in model.codebook.stances}
    columns = ["ruled out below"] if calibration.exclusive else ["no below", "yes from"]
    ends = [calibration.low] if calibration.exclusive else [calibration.low, calibration.high]
    head = "".join(f'<th scope="col" class="num">{title}</th>' for title in columns)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f'<td class="num">{end[column]:.2f}</td>' for end in ends)
        + f"<td>{escape(definitions[label])}</td></tr>"
        for column, label in enumerate(model.labels)
    )
    return (
        '<div class="scroll" role="region" aria-label="Thresholds" tabindex="0"><table>\n'
        f'<caption>Between the two the model abstains.</caption>\n<thead><tr><th scope="col">label</th>{head}'
        f'<th scope="col">definition</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'
    )
