"""Reported speech in an article, direct, indirect and mixed, with its speakers.

A sentence is read by its phrases of saying (`cues`): each of them claims what stands in quotation marks
beside it, or the clause that follows or precedes it (`claims`). `Quote.rule` names the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stancekit.records import Quote
from stancekit.text.attribution.claims import Sentence
from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.labels import Labels
from stancekit.text.attribution.ledger import Ledger
from stancekit.text.attribution.marks import find_marked
from stancekit.text.attribution.speakers import Cast
from stancekit.text.attribution.units import find_units
from stancekit.text.checks import check_statement
from stancekit.text.line_joins import join_lines
from stancekit.text.reading import Reading, for_reading
from stancekit.text.splitting import split_spans
from stancekit.text.turns import Turn, find_turns

_HEADLINE_SIGNS = (" - ", " – ", " — ", ", say", ", said ", ", warn")  # "Fares to rise – drivers", ", says expert"


def find_quotes(text: str) -> list[Quote]:
    """Find reported speech and its speakers.

    Parameters
    ----------
    text : str
        An article or a transcript in English.

    Returns
    -------
    list of Quote
        In order of their beginning. They overlap where somebody reports what another said.

    Raises
    ------
    InvalidInputError
        When `text` is no str or holds a lone surrogate.

    Examples
    --------
    >>> text = "Foreign Minister Ann Lee said talks go on. “We are ready,” the minister added."
    >>> [(text[quote.start : quote.end], quote.kind, quote.speaker) for quote in find_quotes(text)]
    [('talks go on', 'indirect', 'Ann Lee'), ('We are ready', 'direct', 'Ann Lee')]
    """
    text = check_statement(text)
    read = for_reading(text)
    turns = find_turns(read.text)
    found = find_in(read.text, split_spans(read.text, turns), turns)
    return [one if read.is_whole and "\n" not in (one.title or "") else _in_text(one, read) for one in found]


def _in_text(quote: Quote, read: Reading) -> Quote:
    start, end = read.span(quote.start, quote.end)
    return replace(quote, start=start, end=end, title=quote.title and " ".join(quote.title.split()))


def find_in(text: str, spans: Sequence[tuple[int, int]], turns: Sequence[Turn]) -> list[Quote]:
    """Find reported speech in a text that is already split.

    Parameters
    ----------
    text : str
        The article.
    spans : sequence of (int, int)
        Its sentences.
    turns : sequence of Turn
        Its turns, if it is a transcript; then its lines stay as they are.
    """
    if not turns and (joined := join_lines(text, spans)) is not None:
        found = find_in(joined.text, joined.spans, turns)
        return [replace(one, start=joined.back(one.start), end=joined.back(one.end - 1) + 1) for one in found]
    cast = Cast(text)
    spoken = Labels(text, cast.people, turns).quotes() if turns else []
    ledger = Ledger(text, cast, spoken)
    units = find_units(text, cast.words, spans, find_marked(text, cast.words))
    reporting = [_may_report(text, unit) for unit in units]
    while reporting and not reporting[-1]:  # behind the last of them nothing is left to understand
        reporting.pop()
    for unit, following, may_report in zip(units, [*units[1:], None], reporting, strict=False):
        if may_report:
            Sentence(ledger, unit, following).read()
        if ledger.lead is not None:
            ledger.note_lead(unit)
        if not unit.cues:
            if text[unit.end - 1] in ":,—–":
                ledger.note_lead(unit)
            ledger.note_topic(unit)
        elif following is not None and text.startswith("They ", following.start):
            ledger.note_doer(unit)
        ledger.note_issued(unit)
    ledger.name_headings()
    ledger.name_described()
    return sorted(spoken + ledger.quotes, key=lambda quote: (quote.start, -quote.end))


def _may_report(text: str, unit: Unit) -> bool:
    """Tell whether a sentence holds a phrase of saying, quotation marks or, near its beginning, a colon."""
    if unit.cues or unit.marked or 0 < text.find(": ", unit.start, unit.start + 160) < unit.end:
        return True
    is_line = text[unit.end : unit.end + 1] == "\n"
    return is_line and any(sign in text[unit.start : unit.end] for sign in _HEADLINE_SIGNS)
