"""Splitting articles, speeches and transcripts into statements, by rules, in one pass."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stancekit.text.abbreviations import (
    AFTER_GLUED_HEADING,
    AFTER_HEADING,
    LONG_ABBREVIATIONS,
    NAMES_WITH_THE,
    STAGE_DIRECTIONS,
)
from stancekit.text.boundaries import (
    ABBREVIATIONS,
    BLANK,
    CANDIDATE,
    ENDINGS,
    LINE_ENDS,
    MARKER,
    ZERO_WIDTH,
    Judge,
    layout_of,
)
from stancekit.text.turns import Turn, find_turns

_BLANKS = re.compile(f"{BLANK}*+")
_STAGE = re.compile(rf"[(\[](?i:{STAGE_DIRECTIONS})[^()\[\]\n]{{0,80}}[)\]][.!]?(?={BLANK}*+(?:[^\sa-z,;:.]|\Z))")
_QUOTED_HEADING = re.compile(
    rf"(?:“[^“”.!?…,\n]{{8,120}}”|\"[^\".!?…,\n]{{8,120}}\")(?={BLANK}+(?:{AFTER_HEADING})\s\w)"
)
_HEADING_WORD = r"(?:[\w’'“”‘&$%\-]{1,30}|(?:[A-Z]\.){2,4})"
_GLUED_WORDS = frozenset(AFTER_GLUED_HEADING.split("|"))
_LONGEST_GLUED = 240  # characters of seven words and of the first one after them
# The look behind comes last, for speed: hardly any statement gets there.
_GLUED_HEADING = re.compile(
    rf"(?:{_HEADING_WORD},? ){{1,6}}?{_HEADING_WORD}(?= [A-Z])(?= (?:{AFTER_GLUED_HEADING}) [a-z])"
    r"(?<! a)(?<! an)(?<! of| in| at| to| by| on| or| as| is)(?<! for| and| the| are| was)(?<! from| with| that| were)"
)
_HEADLINE = re.compile(
    rf"(?:{_HEADING_WORD},? ){{1,11}}?['‘“]?[A-Z][\w’\-]{{1,20}}['’”]?(?= The (?!{NAMES_WITH_THE})[A-Z]\w+ [\w’])"
)
MARKS_KEPT = 20  # so many marks without a word may begin a statement; longer runs are ornaments
_LETTER = re.compile(r"[^\W\d_]")


def split_spans(text: str, turns: Sequence[Turn] | None = None) -> list[tuple[int, int]]:
    r"""Give where each statement begins and ends, in characters.

    A statement is a sentence, a headline, or a line that stands alone. Closing quotation marks and brackets belong
    to the sentence they close. Labels of speakers, numbers of paragraphs, bullets and separators belong to none.
    Takes time in proportion to the text's length, whatever is in it.

    Parameters
    ----------
    text : str
        An article, a speech or a transcript.
    turns : sequence of Turn, optional
        Its turns, where they are known already.

    Returns
    -------
    list of (int, int), of length n_statements
        Offsets in order, without overlap: ``text[start:end]`` is the statement as it stands, without blanks around.

    Examples
    --------
    >>> text = "Mr. Price: “Sanctions work,” he said. The U.S. agreed.\n\n2. We do not."
    >>> [text[start:end] for start, end in split_spans(text)]
    ['“Sanctions work,” he said.', 'The U.S. agreed.', 'We do not.']
    """
    spans: list[tuple[int, int]] = []
    judge = Judge(text=text, layout=layout_of(text))
    position = 0
    for turn in find_turns(text) if turns is None else turns:
        _split(judge, position, turn.label_start, spans)
        position = turn.label_end
    _split(judge, position, len(text), spans)
    return spans


def _split(judge: Judge, low: int, high: int, spans: list[tuple[int, int]]) -> None:
    """Add the statements between two places, at which no statement goes on."""
    text = judge.text
    begin = _open(text, low, high, spans, is_line=True)
    for match in CANDIDATE.finditer(text, low, high):
        place, after = match.span(1)
        follow = match.end()
        if place <= begin:
            continue
        if follow == high:
            break
        # Most stops are plain ends of sentences, which are seen here already, for speed alone.
        if follow - place == 2 and text[after] == " " and text[follow].isupper() and _is_plain(text, place):
            spans.append((begin, after))
            begin = follow
            if heading := _glued_heading(text, follow, high):
                spans.append((follow, heading.end()))
                begin = heading.end() + 1
            continue
        if text[place] in LINE_ENDS:
            end = judge.end_at_line(begin, place, follow)
        else:
            end = judge.end_at_stop(begin, place, after, follow)
        is_worth = end > 0 and _is_worth(text, begin, end)
        if is_worth:
            spans.append((begin, end))
        if is_worth or (end and (end - begin > MARKS_KEPT or judge.opens_line(end, follow))):
            begin = _open(text, end, high, spans, is_line=judge.opens_line(end, follow))
    end = _trimmed(text, begin, high)
    if _is_worth(text, begin, end):
        spans.append((begin, end))


def _is_plain(text: str, stop: int) -> bool:
    """Tell whether a full stop stands behind a word that is no abbreviation, as far as a short look shows it."""
    if text[stop] != "." or stop < 6:
        return False
    tail = text[stop - 5 : stop]
    if tail.isalpha():
        return tail not in LONG_ABBREVIATIONS
    start = text.rfind(" ", stop - 6, stop)
    word = text[start + 1 : stop]
    return start >= 0 and len(word) > 1 and word.isalpha() and word not in ABBREVIATIONS


def _glued_heading(text: str, begin: int, high: int) -> re.Match[str] | None:
    """Match a heading that runs into the sentence after it; a look at the words shows where none can be."""
    words = text[begin : begin + _LONGEST_GLUED].split(" ", 8)
    return None if _GLUED_WORDS.isdisjoint(words[2:8]) else _GLUED_HEADING.match(text, begin, high)


def _is_worth(text: str, begin: int, end: int) -> bool:
    """Tell whether there is a letter, or a number with a stop; marks and page numbers alone are no statement."""
    if _LETTER.search(text, begin, end):
        return True
    return any(mark.isdigit() for mark in text[begin:end]) and text[end - 1] in ENDINGS


def _trimmed(text: str, begin: int, end: int) -> int:
    while end > begin and (text[end - 1].isspace() or text[end - 1] in ZERO_WIDTH):
        end -= 1
    return end


def _open(text: str, place: int, high: int, spans: list[tuple[int, int]], *, is_line: bool) -> int:
    """Give where the next statement begins: after markers, and after units that stand alone, which are added."""
    begin = _after_markers(text, place, high, is_line=is_line)
    while begin < high and (unit := _unit_end(text, begin, high)):
        spans.append((begin, unit))
        begin = _after_markers(text, unit, high, is_line=False)
    return begin


def _after_markers(text: str, place: int, high: int, *, is_line: bool) -> int:
    """Give where text begins after blanks, bullets and numbers; inside a line, after blanks and numbers."""
    begin = _BLANKS.match(text, place, high).end()  # type: ignore[union-attr]
    while begin < high and (is_line or text[begin] in "([0123456789"):
        marker = MARKER.match(text, begin, high)
        if marker is None:
            break
        begin = _BLANKS.match(text, marker.end(), high).end()  # type: ignore[union-attr]
    return begin


def _unit_end(text: str, begin: int, high: int) -> int:
    """Give where a stage direction or a heading without a stop ends, if one begins there, else 0."""
    first = text[begin]
    if first in "([":
        stage = _STAGE.match(text, begin, high)
        return stage.end() if stage else 0
    if first in '“"':
        quoted = _QUOTED_HEADING.match(text, begin, high)
        return quoted.end() if quoted and quoted[0].count(" ") > 1 else 0
    heading = _glued_heading(text, begin, high)
    if begin == 0:  # only an article's own headline is glued to a sentence that begins with a name
        heading = heading or _HEADLINE.match(text, begin, high)
    return heading.end() if heading else 0
