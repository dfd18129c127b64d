"""The tables of the page of analysed articles: speakers by stance, statements, thresholds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from stancekit.analysis import Analysis, SpeakerCount, row_columns
from stancekit.calibration import Calibration, Floats
from stancekit.card import exclusive_columns, exclusive_rule
from stancekit.model import StanceModel
from stancekit.report.article_text import KINDS, Look, Numbered
from stancekit.report.roles import name_on_page
from stancekit.tables.values import cell
from stancekit.text.wording import counted


def speakers_table(counts: Sequence[SpeakerCount], labels: Sequence[str]) -> str:
    """Write who says how much, by stance; each number leads to its statements.

    Parameters
    ----------
    counts : sequence of SpeakerCount
        As `count_by_speaker` gives them; their places are the speakers' numbers on the page.
    labels : sequence of str
        The model's labels.

    Returns
    -------
    str
        A ``table`` element.
    """
    head = "".join(f'<th scope="col" class="num">{escape(title)}</th>' for title in ("statements", *labels))
    rows = []
    for who, count in enumerate(counts):
        name = escape(count.speaker or "nobody named")
        cells = [_count(who, "", count.n_statements, f"{name}: all {count.n_statements:,} statements")]
        cells += [
            _count(who, f"l{column}", n, f"{name}: {counted(n, 'statement')}, {escape(label)}")
            for column, (label, n) in enumerate(count.n_by_label.items())
        ]
        head_of_row = f'<th scope="row" data-who="{who}" data-name="{name}" dir="auto">{name}</th>'
        rows.append(f"<tr>{head_of_row}{''.join(cells)}</tr>")
    return (
        '<table id="speakers" aria-labelledby="h-speakers" aria-describedby="speakers-about">\n'
        f'<thead><tr><th scope="col">speaker</th>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table>"
    )


def _count(who: int, stance: str, n: int, said: str) -> str:
    if not n:
        return '<td class="num">0</td>'
    link = f'<a href="#statements" data-who="{who}" data-stance="{stance}" aria-label="{said}">{n:,}</a>'
    return f'<td class="num">{link}</td>'


def statements_table(analyses: Sequence[Analysis], look: Look, counts: Sequence[SpeakerCount]) -> str:
    """Write every statement with all that the page knows of it, for its script to sort, filter and download.

    Parameters
    ----------
    analyses : sequence of Analysis
        The articles.
    look : Look
        How their stances look.
    counts : sequence of SpeakerCount
        As `speakers_table` takes them, by the names of `name_on_page`.

    Returns
    -------
    str
        A ``table`` element.
    """
    several = len(analyses) > 1
    numbers = {count.speaker: number for number, count in enumerate(counts)}

    def who(one: Numbered) -> int:
        return numbers[name_on_page(one.analyzed.statement.speaker, one.document, several=several)]

    # The statement stands early, so that a phone shows it without scrolling.
    titles = ["speaker", "statement", *["article"] * several, "kind", "stances"]
    head = '<th scope="col" class="num">no.</th>'
    head += "".join(f'<th scope="col">{title}</th>' for title in titles)
    head += "".join(f'<th scope="col" class="num">{escape(label)}</th>' for label in look.labels)
    head += '<th scope="col">words that weighed</th>'
    columns = escape(json.dumps(row_columns(look.labels), ensure_ascii=False))
    numbered = (
        Numbered(number=number, article=article, document=analysis.document, analyzed=one)
        for number, (article, analysis, one) in enumerate(
            (article, analysis, one) for article, analysis in enumerate(analyses) for one in analysis.statements
        )
    )
    rows = "\n".join(_row(one, look, who(one), several=several) for one in numbered)
    return (
        f'<table id="table" aria-labelledby="h-statements" aria-describedby="table-about" data-columns="{columns}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
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
        f'<td class="by" dir="auto">{escape(statement.speaker or "–")}{title}</td>',
        f'<td class="said" dir="auto">{_exact(statement.text)}</td>',
        f'<td class="in" dir="auto">{escape(one.document)}</td>' if several else "",
        f"<td>{KINDS[statement.kind]}</td>",
        f'<td class="took">{stances}{strange}</td>',
        *(look.score_cell(one.analyzed, label) for label in look.labels),
        f'<td class="words" dir="auto">{escape(look.words(one.analyzed))}</td>',
    ]
    facts = f'data-n="{one.number}" data-article="{one.article}" data-who="{who}" data-kind="{statement.kind}"'
    return f'<tr {facts} data-stance="{look.tokens(one.analyzed)}" data-fields="{fields}">{"".join(cells)}</tr>'


def _exact(text: str) -> str:
    """Escape a text so that it is downloaded as it is: browsers read a bare carriage return as a line feed."""
    return escape(text).replace("\r", "&#13;")


def thresholds_table(model: StanceModel) -> str:
    """Write where the model says no, abstains and says yes, and what its labels mean.

    Parameters
    ----------
    model : StanceModel
        The model.

    Returns
    -------
    str
        A ``table`` element that scrolls where it is wide.
    """
    calibration, definitions = model.calibration, {s.label: s.definition for s in model.codebook.stances}
    columns = _ends(calibration)
    head = "".join(f'<th scope="col" class="num">{title}</th>' for title in columns)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f'<td class="num">{end[column]:.2f}</td>' for end in columns.values())
        + f"<td>{escape(definitions[label])}</td></tr>"
        for column, label in enumerate(model.labels)
    )
    return (
        f'<p class="caption" id="thresholds-about">{_rule_in_words(calibration)}</p>\n'
        '<div class="scroll" role="region" aria-label="Table of thresholds" tabindex="0">'
        '<table id="thresholds" aria-label="Thresholds" aria-describedby="thresholds-about">\n'
        f'<thead><tr><th scope="col">label</th>{head}'
        f'<th scope="col">definition</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'
    )


def _ends(calibration: Calibration) -> dict[str, Floats]:
    """Give what is decided by a score alone, by its title."""
    if not calibration.exclusive:
        return {"no below": calibration.low, "yes from": calibration.high}
    return exclusive_columns(calibration)


def _rule_in_words(calibration: Calibration) -> str:
    return exclusive_rule(calibration) if calibration.exclusive else "Between the two the model abstains."
