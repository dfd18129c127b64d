"""Sentences as quotations see them: joined where one quotation spans several, each with its phrases of saying."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from stancekit.text._words import Words
from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.kinds import CUE
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.reader import Reader
from stancekit.text.attribution.reporting import CUE_TAILS

# "Lee, asked whether he would run, answered"
_ASKED_THEN = re.compile(
    r", asked (?:whether|if|who|whom|what|which|why|how|when|where|about|by|in|on|for|during|at|repeatedly|"
    r"again|later)\b"
    r"[^,;:.“”\"]{2,160}, (?:(?:has|had|also|only|then|later|[a-z]+ly) )?(?:[a-z]+ed|said|says|told|tells|shook|gave|"
    r"spoke|wrote|laughed|replies|answers|shrugs|put|took|made|left)\b"
)
_LEAST_INNER = 30  # characters of a quotation in which others may be reported
_MOST_PIECES = 60
_MOST = 40  # phrases of saying, and quotations, in one sentence: more is no sentence


def find_units(text: str, words: Words, spans: Sequence[tuple[int, int]], marked: Sequence[Marked]) -> list[Unit]:
    """Join sentences that a quotation spans, and find the phrases of saying in each.

    Parameters
    ----------
    text : str
        The article.
    words : Words
        Its words.
    spans : sequence of (int, int)
        Its sentences.
    marked : sequence of Marked
        Its stretches between quotation marks.
    """
    units: list[Unit] = []
    i = 0
    for start, sentence_end in spans:
        end = sentence_end
        if units and units[-1].end > start:
            continue
        inside: list[Marked] = []
        while i < len(marked) and marked[i].open < end:
            if marked[i].close > end:
                end = _end_around(spans, marked[i].close, end)
            if marked[i].open >= start and len(inside) < _MOST:
                inside.append(marked[i])
            i += 1
        units.append(Unit(start=start, end=end, marked=inside))
    _add_cues(text, words, spans, units)
    return units


def _piece(spans: Sequence[tuple[int, int]], unit: Unit, quote: int, at: int) -> Unit | None:
    """Give the sentence of a quotation that holds a place, if the quotation is long enough to report others."""
    marked = unit.marked[quote]
    if marked.end - marked.start <= _LEAST_INNER:
        return None
    if quote not in unit.inner:
        unit.inner[quote] = _pieces(spans, marked)
    return next((piece for piece in unit.inner[quote][-_MOST_PIECES:] if piece.start <= at < piece.end), None)


def _pieces(spans: Sequence[tuple[int, int]], marked: Marked) -> list[Unit]:
    """Give the sentences of a quotation."""
    pieces = []
    for i in range(max(0, bisect_left(spans, (marked.start, -1)) - 1), len(spans)):
        start, end = max(spans[i][0], marked.start), min(spans[i][1], marked.end)
        if spans[i][0] >= marked.end:
            break
        if start < end:
            pieces.append(Unit(start=start, end=end))
    return pieces


def _end_around(spans: Sequence[tuple[int, int]], close: int, end: int) -> int:
    """Give the end of the sentence in which a quotation closes."""
    i = bisect_left(spans, (close, -1)) - 1
    return max(end, spans[i][1] if i >= 0 else end, close)


def _add_cues(text: str, words: Words, spans: Sequence[tuple[int, int]], units: list[Unit]) -> None:
    """Look at each word of the sentences at which a phrase of saying may stand."""
    has_questions = ", asked " in text
    for unit in units:
        quote, asked = 0, -2 if has_questions else -1
        for at, end in words.alike(CUE, CUE_TAILS, unit.start, unit.end):
            if asked == -2:
                asked = text.find(", asked ", unit.start, unit.end)
            if asked >= 0 and _is_question(text, unit, asked, at):
                continue
            while quote < len(unit.marked) and unit.marked[quote].close <= at:
                quote += 1
            if quote < len(unit.marked) and unit.marked[quote].open < at:
                piece = _piece(spans, unit, quote, at)
                if piece is not None:
                    _add_cue(text, words, piece, 0, at, end)
            else:
                _add_cue(text, words, unit, quote, at, end)


def _is_question(text: str, unit: Unit, asked: int, at: int) -> bool:
    """Tell whether a word stands in what somebody is asked before answering: "Lee, asked who ordered it, said"."""
    if not asked <= at or text.find(",", asked + 2, at) >= 0:
        return False
    return _ASKED_THEN.match(text, asked, unit.end) is not None


def _add_cue(text: str, words: Words, unit: Unit, quote: int, at: int, end: int) -> None:
    """Add the phrase of saying around a word, if it is one."""
    if unit.cues and (unit.cues[-1].verb_end > at or len(unit.cues) > _MOST):
        return
    cue = Reader(text, words, unit, quote, at, end).read(text[at:end].lower())
    if cue is not None:
        unit.cues.append(cue)
