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
from stancekit.text.attribution.records import GATES, NEAR
from stancekit.text.attribution.sayings import SAYING_WORDS, may_say
from stancekit.text.attribution.verbs import CUE_TAILS, LEMMAS, MUST_FOLLOW, NOUNS, TELLING_WORDS

# "Lee, asked whether he would run, answered"
_ASKED_THEN = re.compile(
    r", asked (?:whether|if|who|whom|what|which|why|how|when|where|about|by|in|on|for|during|at|repeatedly|"
    r"again|later)\b"
    r"[^,;:.“”\"]{2,160}, (?:(?:has|had|also|only|then|later|[a-z]+ly) )?(?:[a-z]+ed|said|says|told|tells|shook|gave|"
    r"spoke|wrote|laughed|replies|answers|shrugs|put|took|made|left)\b"
)
_LEAST_INNER = 30  # characters of a quotation in which others may be reported
SAYING_ONLY = SAYING_WORDS - LEMMAS.keys()  # words that are no verbs
# Words that seldom report.
_SELDOM = NOUNS | MUST_FOLLOW.keys() | GATES.keys() | SAYING_ONLY
_LONGEST_NEXT = 20  # characters behind a word in which the next one stands
_MOST_PIECES = 60
_RELATIVE = (", which ", ", who ", " which ", " who ", "as ", " as ")
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
    if "; " not in text:
        return units
    for i in range(len(units) - 1, -1, -1):
        if len(units[i].cues) > 1 and text.find("; ", units[i].start, units[i].end) >= 0:
            units[i : i + 1] = _parts(text, units[i])
    return units


def _parts(text: str, unit: Unit) -> list[Unit]:
    """Part a sentence at a semicolon behind which somebody reports anew: "Lee agreed; the dam, she added, leaked"."""
    for i, cue in enumerate(unit.cues[1:], 1):
        floor = unit.cues[i - 1].verb_end
        semicolon = text.rfind("; ", floor, cue.verb)
        if (
            semicolon < 0
            or cue.subject_start < semicolon
            or any(one.open < semicolon < one.close for one in unit.marked)
        ):
            continue
        if text.startswith(_RELATIVE, cue.left) or text.count("(", unit.start, semicolon) > text.count(
            ")", unit.start, semicolon
        ):
            continue
        marked = [one for one in unit.marked if one.close <= semicolon]
        first = Unit(start=unit.start, end=semicolon, marked=marked, cues=unit.cues[:i])
        rest = Unit(start=semicolon + 2, end=unit.end, marked=unit.marked[len(marked) :], cues=unit.cues[i:])
        for k, pieces in unit.inner.items():
            part = first if k < len(marked) else rest
            part.inner[k if part is first else k - len(marked)] = pieces
        for one in rest.cues[:1]:
            one.left = max(one.left, rest.start)
        return [first, *_parts(text, rest)]
    return [unit]


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
        quote, asked, marked = 0, -2 if has_questions else -1, unit.marked
        n_marked = len(marked)
        for at, end in words.alike(CUE, CUE_TAILS, unit.start, unit.end):
            if asked == -2:
                asked = text.find(", asked ", unit.start, unit.end)
            if asked >= 0 and _is_question(text, unit, asked, at):
                continue
            while quote < n_marked and marked[quote].close <= at:
                quote += 1
            if quote < n_marked and marked[quote].open < at:
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
    word = text[at:end]
    low = word.lower()
    if low in _SELDOM:
        is_name = low != word and at > unit.start and low in NOUNS  # "the United States"
        if is_name or not _may_report(text, low, at, end):
            return
    if unit.cues and (unit.cues[-1].verb_end > at or len(unit.cues) > _MOST):
        return
    cue = Reader(text, words, unit, quote, at, end).read(low)
    if cue is not None:
        unit.cues.append(cue)


def _may_report(text: str, low: str, at: int, end: int) -> bool:
    """Tell by a short look whether a word that is common and seldom reports may do so here."""
    if low in TELLING_WORDS:
        return True
    if low in MUST_FOLLOW:
        following = text[end + 1 : end + _LONGEST_NEXT].split(None, 1)
        word = following[0].rstrip(",.:;") if following else ""
        if word in MUST_FOLLOW[low] or word.endswith(("ly", "day")):
            return True
    if low in GATES:
        return text.find(GATES[low], end, end + NEAR) >= 0
    if low in SAYING_ONLY:
        return may_say(text, low, at, end)
    return low not in MUST_FOLLOW
