"""Labels of speakers at the beginnings of lines, as far as their looks tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stancekit.text.abbreviations import AFTER_HOURS, OFFICES, OPENERS, ROLES

REACH = 130  # no label is longer
WORD = r"(?:[^\W\d_a-zß-öø-ÿ][\w.'’\-]{0,30})"
PARTICLE = r"(?:of|the|for|and|de|du|da|del|der|van|von|den|al|el|bin|bint|ibn|ben|d’|et)"
_LOWER_ROLE = (
    r"(?:(?:co-)?(?:moderator|host|chair|anchor|presenter)(?= [A-Z])|[–—](?= [A-Z]))"  # "Forum moderator Anna Berg"
)
_REMARK = r"[(\[](?:[^()\[\]\n]|\([^()\n]{1,40}\)){1,90}[)\]]"
_LABEL = re.compile(
    rf"(?P<name>{WORD}(?:[ \t\xa0]{{1,3}}(?:{WORD}|{PARTICLE}|{_LOWER_ROLE}|[1-9])){{0,12}}"
    r"|(?:(?:Some|An|Several) )?(?:[Hh]on\.|[Hh]onou?rable) [Mm]embers?"
    r"|(?:A|An|Another|Male|Female|Unidentified|Unknown) (?:\w+ )?(?:reporter|journalist|speaker|voice|member|"
    r"participant|delegate|student)),?"
    # "Anna Berg, Head of Press", "The Chair, Justice (Rtd) Anna Berg"
    rf"(?P<more>(?:(?<=,)[ \t\xa0]{WORD}(?:[ \t\xa0](?:{WORD}|{PARTICLE}|\([A-Za-z.]{{2,5}}\))){{0,8}},?){{0,3}})"
    rf"(?:[ \t\xa0]{{0,3}}{_REMARK}){{0,2}}[ \t\xa0]?"
)
# "The Minister for Trade (Ms Anna Berg)", "The Prime Minister (Anna Berg)", not "The Minister (South Africa)"
_HOLDER = re.compile(
    r"[(\[](?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Baroness|Prof|Professor)\.? [A-Z][^()\[\]]*|"
    r"[A-Z][a-z’'-]+(?: [A-Z][\w’'-]+){1,2}(?<! Kingdom| Nations| Zealand| Islands)(?<! Arabia| Africa| Guinea)"
    r"(?<! Republic| Emirates| Salvador)(?<! States| Marino| Tobago)(?<! Union| Korea| Lanka| Leone| Sudan| Verde)"
    r"(?<! Faso| Rica))[)\]]"
)
# "[00:12:35]", "00:12:31", "(12:35) –" at a line's beginning
_TIMESTAMP = re.compile(
    r"(?:\[\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?\]|\(\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?\)|"
    r"\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?)[ \t\xa0]{1,3}(?:[–—-][ \t\xa0])?"
)
_HOUR = re.compile(rf"(?:{'|'.join(sorted(AFTER_HOURS))}|[AP]\.?M\.?)\b", re.IGNORECASE)  # "12:30 GMT: talks go on"
_BLANK_LINES = ("\n\n", "\r\n\r\n", "\n\r", "\r\r")
_NUMBERED = re.compile(r"Q\d{1,3}\.?[ \t\xa0]{1,3}(?=[A-Z])")  # "Q17 Anna Berg"
_BOLD = ("**", "__")  # around labels that were written in Markdown
CLOSED_LINE = re.compile(r"[.!?…:;,\"'”’»)\]*_=\-–—][ \t\r\xa0]*$")
LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What looks like a label of a speaker at the beginning of a line."""

    start: int
    end: int
    speaker: str
    opens_paragraph: bool
    follows_end: bool
    has_remark: bool
    more: str = ""
    is_numbered: bool = False
    has_holder: bool = False


def candidates(text: str) -> Iterator[Label]:
    """Give all that looks like a label at the beginning of a line."""
    place = text.find(":")
    while place >= 0:
        low = max(0, place - REACH)
        line = max(text.rfind("\n", low, place), text.rfind("\r", low, place)) + 1
        follows = text[place + 1 : place + 3]
        if (line > 0 or low == 0) and (follows[:1].strip() == "" or follows in _BOLD):
            label = _label(text, line, place)
            if label is not None:
                yield label
        place = text.find(":", place + 1)


def _label(text: str, line: int, colon: int) -> Label | None:
    start = colon - len(text[line:colon].lstrip())
    opened = start
    start = past_time(text, start, colon)
    is_timed = start > opened
    is_arrow = text.startswith(">>", start)
    if is_arrow:
        start = colon - len(text[start:colon].lstrip("> "))
    if text[start] == "[" and text[colon - 1] == "]":
        return _bracketed(text, line, start, colon)
    is_bold = text.startswith(_BOLD, start)
    if is_bold:
        start += len(_BOLD[0])
    numbered = _NUMBERED.match(text, start, colon)
    match = _LABEL.fullmatch(text, start if numbered is None else numbered.end(), colon)
    if match is None or _goes_on_small(match["name"]) or (is_timed and _HOUR.match(match["name"])):
        return None
    before = text[max(0, line - REACH) : line]
    paragraph = is_timed or not before.strip() or before.rstrip(" \t\xa0").endswith(_BLANK_LINES)
    if not paragraph and (broken := _broken_label(before, match["name"])):
        start, paragraph = line - len(broken), True
    words = " ".join(text[start if numbered is None else numbered.end() : match.end("name")].split())
    more = " ".join(match["more"].split())
    if more and all(word.lower() in OFFICES or word.lower() in ROLES for word in LETTERS.findall(words)[:-1]):
        # "The Chair, Justice (Rtd) Anna Berg": an office before the name
        words = f"{words}, {more}" if LETTERS.findall(words)[-1].lower() in OFFICES | ROLES else words
    return Label(
        start=opened if is_bold or is_arrow or is_timed else start,
        end=colon + 1 + (len(_BOLD[0]) if is_bold and text.startswith(_BOLD, colon + 1) else 0),
        speaker=words,
        opens_paragraph=paragraph,
        follows_end=paragraph or CLOSED_LINE.search(before.rstrip("\r\n")) is not None,
        has_remark=match.end("name") < colon - 1,
        has_holder=words.startswith("The ") and _HOLDER.search(text, match.end("name"), colon) is not None,
        more=more,
        is_numbered=numbered is not None,
    )


def past_time(text: str, start: int, end: int) -> int:
    r"""Give where a line goes on after a timestamp; without one, where it begins.

    Examples
    --------
    >>> text = "[00:12:35] HOST: Why?"
    >>> text[past_time(text, 0, len(text)) :]
    'HOST: Why?'
    """
    if not text[start : start + 2].strip("[(").isdigit():
        return start
    time = _TIMESTAMP.match(text, start, end)
    return start if time is None else time.end()


def _goes_on_small(name: str) -> bool:
    """Tell whether words beyond ASCII are no name, as they go on in small letters: "Министр заявил"."""
    return not name.isascii() and any(word[0].islower() and not word[0].isascii() for word in name.split()[1:])


def _bracketed(text: str, line: int, start: int, colon: int) -> Label | None:
    """Read "[Anna Berg]:"."""
    match = _LABEL.fullmatch(text, start + 1, colon - 1)
    if match is None:
        return None
    paragraph = not text[max(0, line - 2) : line].strip()
    words = " ".join(match["name"].split())
    return Label(
        start=start, end=colon + 1, speaker=words, opens_paragraph=paragraph, follows_end=paragraph, has_remark=False
    )


def _broken_label(before: str, rest: str) -> str:
    """Give the beginning of a label that stands alone on the line before, with the line's end, else ''."""
    lines = before.splitlines(keepends=True)
    last = lines[-1] if lines else ""
    opens = len(lines) == 1 or not lines[-2].strip()
    words = last.split()
    is_name = 0 < len(words) <= 3 and all(re.fullmatch(WORD, word) for word in words) and words[-1][-1].isalpha()
    is_one = last.isupper() == rest.isupper() and len(rest.split()) <= 3
    return last.lstrip() if opens and is_name and is_one and words[0].lower() not in OPENERS else ""
