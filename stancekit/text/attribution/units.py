"""Sentences as quotations see them: joined where one quotation spans several, each with its phrases of saying."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from stancekit.text.attribution.cues import Reader, Unit
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.reporting import CUE_WORDS

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEAST_INNER = 30  # characters of a quotation in which others may be reported
_MOST_PIECES = 60
_MOST = 40  # phrases of saying, and quotations, in one sentence: more is no sentence


def find_units(text: str, spans: Sequence[tuple[int, int]], marked: Sequence[Marked]) -> list[Unit]:
    """Join sentences that a quotation spans, and find the phrases of saying in each.

    Parameters
    ----------
    text : str
        The article.
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
        inner = {k: _pieces(spans, one) for k, one in enumerate(inside) if one.end - one.start > _LEAST_INNER}
        units.append(Unit(start=start, end=end, marked=inside, inner=inner))
    _add_cues(text, units)
    return units


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


def _add_cues(text: str, units: list[Unit]) -> None:
    """Look at each word outside quotation marks."""
    i = 0
    quote = 0
    for at, end in _cue_words(text):
        low = text[at:end].lower()
        while i < len(units) and units[i].end <= at:
            i, quote = i + 1, 0
        if i == len(units):
            return
        unit = units[i]
        if at < unit.start:
            continue
        while quote < len(unit.marked) and unit.marked[quote].close <= at:
            quote += 1
        k = quote
        if quote < len(unit.marked) and unit.marked[quote].open < at:
            inside = [piece for piece in unit.inner.get(quote, ())[-_MOST_PIECES:] if piece.start <= at < piece.end]
            if not inside:
                continue
            unit, k = inside[0], 0
        if unit.cues and (unit.cues[-1].verb_end > at or len(unit.cues) > _MOST):
            continue
        cue = Reader(text, unit, k, at, end).read(low)
        if cue is not None:
            unit.cues.append(cue)


def _cue_words(text: str) -> list[tuple[int, int]]:
    """Give where the words stand at which a phrase of saying may stand.

    Which of them occur at all is asked first, once for each different word: then only those are looked for.
    """
    places = []
    for word in CUE_WORDS.intersection(_WORD.findall(text)):
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if not text[end : end + 1].isalnum() and (at == 0 or not text[at - 1].isalnum()):
                places.append((at, end))
            at = text.find(word, end)
    return sorted(places)
