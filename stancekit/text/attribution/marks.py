"""Quotation marks in pairs: curly, straight, single and typed ones (``so''), guillemets, also where one is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text._words import Words

# A pattern that begins with one set of characters is searched for quickest; lines' ends are told from marks behind it.
_MARK = re.compile(r"[\"“”„‟«»‘‚‹›’'`´\n](?:(?<!\n)|[ \t\r]*\n)")
_CLOSERS = {"“": '”‟"', "„": "“”‟", "«": "»", "»": "«", '"': '"”', "‟": "”", "‘": "’'", "'": "'’", "‚": "‘’", "‹": "›"}
_DOUBLE = frozenset('“„«»"‟')
_SINGLE = frozenset("‘'‚‹")
# Marks as typewriters and news wires have them: ``so'', ''so'', <<so>>.
_TYPED = {"``": "''", "''": "''", "<<": ">>", "‘‘": "’’"}
_TYPED_SIGNS = frozenset("`'<‘")
_SIGNS = "".join(sorted({"\n", "`", "<", *_CLOSERS, *"".join(_CLOSERS.values())}))
_CLOSED_ALONE = ('"', "”")
_OTHER_MARKS = frozenset(_SIGNS) - {"'", "’", "\n", "´"}
_STOPS = frozenset(",.!?")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_ELISIONS = re.compile(r"['’‘](?:em|til|tis|twas|n|cause|round|s|\d0s)\b")
_GOES_ON, _CLOSES, _BREAKS, _OPENS_ANEW = "goes on", "closes", "breaks", "opens anew"
_WITHIN = (" ", "\u00a0", "\u202f")
_TRIMMED = " \t\r\n,\u00a0\u202f"
_LONGEST_SINGLE, _LONGEST_TYPED = 400, 4000
_MOST_APOSTROPHES = 12
# Who says it: behind a comma where the closing mark is missing, "“We stay, Lee said on Monday.", or behind the mark.
_WHO_SAYS = (
    r"(?:(?:(?:[Tt]he|[Aa]n?) )?(?:[\w’'-]+ ){0,6}?"
    r"(?:[A-Z][\w’'-]+|he|she|they|it|[a-z]+(?:man|woman|person|ster|dent|or)) "
    r"(?:said|says|told|added|stressed|warned|stated|noted|declared|insisted)\b|(?:said|says|added) [A-Zat])"
)
_SAYS = re.compile(rf",(?= {_WHO_SAYS})")
_SAID_BEFORE = re.compile(rf" {_WHO_SAYS}")
_AUTHOR_OF = re.compile(
    r"\b(?:author|editor|writer|director|producer|creator|founder|host|presenter|translator|publisher) of "
    r"(?:(?:the|an?) (?:[\w-]+ ){0,3})?$"
)
_LONGEST_BEFORE_TITLE = 60
_UNCLOSED = 600  # a quotation whose closing mark is missing goes to the end of its sentence, within so many characters


@dataclass(slots=True, kw_only=True)
class Marked:
    """A stretch between quotation marks.

    Attributes
    ----------
    open, close : int
        Where the opening mark stands, and the place after the closing one.
    start, end : int
        What stands between, without marks, blanks and a closing comma.
    width : int
        Signs of the closing mark: two of ``so'', none where it is missing.
    """

    open: int
    close: int
    start: int
    end: int
    width: int = 1


def find_marked(text: str, words: Words) -> list[Marked]:
    """Find the outermost stretches between quotation marks, in order.

    A paragraph that ends within a quotation goes on in the next if that opens with a mark. Where a closing mark is
    missing, the stretch ends with its sentence, or before who says it; where the opening one is missing and somebody
    says it behind the other, the stretch begins with its paragraph. Apostrophes are no marks, and titles behind "the
    author of" no quotations.

    Parameters
    ----------
    text : str
        The article.
    words : Words
        Its words.

    Examples
    --------
    >>> from stancekit.text.attribution.kinds import read_words
    >>> text = "“It isn’t ‘fair’,” she said. 'No,' they said."
    >>> [text[marked.start : marked.end] for marked in find_marked(text, read_words(text))]
    ['It isn’t ‘fair’', 'No']
    """
    found: list[Marked] = []
    opened = -1
    resume = 0
    for at in words.places(_SIGNS):
        if at < resume:
            continue
        if opened < 0:
            if (whole := _whole_at(text, at)) is not None:
                found.append(whole)
                resume = whole.close
            elif text[at] in _DOUBLE and _may_open(text, at, text[at]):
                opened = at
            continue
        move = _move(text, opened, at)
        if move == _CLOSES:
            found.append(_marked(text, opened, at + 1))
        elif move != _GOES_ON:
            found.append(_unclosed(text, opened, at))
        if move != _GOES_ON:
            opened = at if move == _OPENS_ANEW else -1
    if opened >= 0:
        found.append(_unclosed(text, opened, len(text)))
    return [marked for marked in found if marked.start < marked.end and not _is_title(text, marked)]


def _is_title(text: str, marked: Marked) -> bool:
    """Tell whether marks hold a title, which nobody says: "Lee, the author of “The Mill”"."""
    at, low = marked.open, max(0, marked.open - _LONGEST_BEFORE_TITLE)
    if not text[marked.start].isupper() or marked.end < marked.close - 1 or text.find(" of ", low, at) < 0:
        return False
    return _AUTHOR_OF.search(text, low, at) is not None


def _move(text: str, opened: int, at: int) -> str:
    """Say what a mark, or the end of a line, does to the quotation that is open."""
    sign, mark = text[at], text[opened]
    if sign == "\n":
        blank = _BLANK_LINE.match(text, at)
        return _GOES_ON if blank is None or _opens_again(text, blank.end(), mark) else _BREAKS
    if sign in _CLOSERS[mark] and _may_close(text, at, sign):
        return _CLOSES
    if sign == mark == '"' and _is_said_before(text, opened, at):
        return _OPENS_ANEW
    if sign != mark or sign == '"' or _begins_paragraph(text, at) or not _may_open(text, at, sign):
        return _GOES_ON
    return _OPENS_ANEW


def _is_said_before(text: str, opened: int, at: int) -> bool:
    """Tell whether a straight mark opens behind a sentence that says whose it is and misses its closing mark."""
    if at - opened > _UNCLOSED or text[at - 1] != " " or text[at - 2] not in ".!?":
        return False
    return _SAYS.search(text, opened, at) is not None


def _may_open(text: str, at: int, sign: str) -> bool:
    """Tell whether a double mark opens: something follows it, and a straight one stands after no word."""
    after = text[at + 1 : at + 2]
    if sign == "«" and after in _WITHIN:  # "« So », he said": a blank stands within
        after = text[at + 2 : at + 3]
    if not after or after.isspace():
        return False
    if sign == "»":
        return at == 0 or not (text[at - 1].isalnum() or text[at - 1] in ".,!?")
    return sign != '"' or at == 0 or not text[at - 1].isalnum()


def _may_close(text: str, at: int, sign: str) -> bool:
    """Tell whether a mark closes; a straight one between a blank and a word opens again."""
    if sign != '"':
        return True
    return not text[at - 1].isspace() or not text[at + 1 : at + 2].isalnum()


def _begins_paragraph(text: str, at: int) -> bool:
    """Tell whether only blanks stand between a mark and the blank line before it."""
    before = text[max(0, at - 6) : at]
    return "\n" in before and not before[before.rindex("\n") :].strip()


def _opens_again(text: str, at: int, mark: str) -> bool:
    """Tell whether the paragraph that begins at a place opens with the same mark."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return text.startswith(mark, at)


def _single_close(text: str, at: int, sign: str) -> int | None:
    """Find where a single mark closes, in the same paragraph; None where it is an apostrophe."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "’'.,"):
        return None
    if (not text[at + 1 : at + 2].isalnum() and text[at + 1 : at + 2] not in ("[", "“", '"')) or _ELISIONS.match(
        text, at
    ):
        return None
    limit = min(len(text), at + _LONGEST_SINGLE)
    first = None
    n_marks = 0
    for match in _MARK.finditer(text, at + 1, limit):
        place, other = match.start(), match.group()
        n_marks += 1
        if n_marks > _MOST_APOSTROPHES or other[0] == "\n" or (other == sign and other not in _CLOSERS[sign]):
            break
        if other not in _CLOSERS[sign] or text[place + 1 : place + 2].isalnum():
            continue
        if text[place - 1] in ".,!?…":
            return place
        if not text[place - 1].isspace():
            # After an s this may be a genitive: then a later mark may close.
            if text[place - 1] != "s":
                return place if first is None else first
            first = place if first is None else first
    return first


def _whole_at(text: str, at: int) -> Marked | None:
    """Find a stretch between single marks, or marks of two signs, that opens at a place, or one that only closes."""
    sign = text[at]
    if sign in _CLOSED_ALONE:
        return _unopened(text, at)
    if sign in _TYPED_SIGNS and (typed := _typed(text, at)) is not None:
        return typed
    close = _single_close(text, at, sign) if sign in _SINGLE else None
    return None if close is None else _marked(text, at, close + 1)


def _unopened(text: str, at: int) -> Marked | None:
    """Find a stretch whose opening mark is missing: it begins with its paragraph, and somebody says it behind it."""
    if text[at - 1 : at] not in _STOPS or _SAID_BEFORE.match(text, at + 1) is None:
        return None
    start = text.rfind("\n", max(0, at - _UNCLOSED), at) + 1
    is_plain = (start > 0 or at < _UNCLOSED) and _OTHER_MARKS.isdisjoint(text[start:at]) and text[start].isupper()
    return Marked(open=start, close=at + 1, start=start, end=at - (text[at - 1] == ",")) if is_plain else None


def _typed(text: str, at: int) -> Marked | None:
    """Find a stretch between marks of two signs, in the same paragraph: ``so'', <<so>>."""
    closer = _TYPED.get(text[at : at + 2])
    after = text[at + 2 : at + 3]
    if closer is None or text[at - 1 : at].isalnum() or not (after.isalnum() or after in ("[", "(")):
        return None
    end = min(len(text), at + _LONGEST_TYPED)
    blank = _BLANK_LINE.search(text, at, end)
    close = text.find(closer, at + 2, end if blank is None else blank.start())
    return None if close < 0 else _marked(text, at, close + 2, width=2)


def _marked(text: str, opened: int, close: int, width: int = 1) -> Marked:
    start, end = opened + width, close - width
    while start < end and text[start] in _TRIMMED:
        start += 1
    while end > start and text[end - 1] in _TRIMMED:
        end -= 1
    return Marked(open=opened, close=close, start=start, end=end, width=width)


def _unclosed(text: str, opened: int, limit: int) -> Marked:
    """Close a quotation whose closing mark is missing: at the end of its sentence."""
    stop = _SENTENCE_END.search(text, opened, min(limit, opened + _UNCLOSED))
    end = stop.end() if stop is not None else opened + 1
    if (says := _SAYS.search(text, opened, end)) is not None:
        return Marked(open=opened, close=says.end(), start=opened + 1, end=says.start(), width=0)
    return Marked(open=opened, close=end, start=opened + 1, end=max(opened + 1, end))


def stands_apart(text: str, start: int, marked: Marked) -> bool:
    """Tell whether a quotation is no part of the words before it: not in "as a “Good Friend” of the house"."""
    before = text[start : marked.open].rstrip()
    return not before or before[-1] in ",:;.!?”" or len(text[marked.start : marked.end].split()) > 7
