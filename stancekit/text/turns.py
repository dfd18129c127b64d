"""Labels of speakers in transcripts, and the turns that follow them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from stancekit.text.abbreviations import NO_SPEAKERS, OFFICES, OPENERS, ROLES, SALUTATIONS

_REACH = 90  # no label is longer
_WORD = r"(?:[^\W\d_a-zß-öø-ÿ][\w.'’\-]{0,30})"
_PARTICLE = r"(?:of|the|for|and|de|du|da|del|der|van|von|den|al|el|bin|bint|ibn|ben|d’|et)"
_LABEL = re.compile(
    rf"(?P<name>{_WORD}(?:[ \t\xa0]{{1,3}}(?:{_WORD}|{_PARTICLE}|[1-9])){{0,8}}),?"
    rf"(?:[ \t\xa0]{{0,3}}[(\[][^()\[\]\n]{{1,50}}[)\]])?[ \t\xa0]?"
)
# "Address by Prime Minister Anna Berg at the dam"
_AUTHOR = re.compile(
    rf"\b(?:by|with|of|from) (?P<name>{_WORD}(?: (?:{_WORD}|{_PARTICLE}(?= )))*(?<!\W))(?=[\s,:;.’'(–—]|$)"
)
_LONGEST_HEADING = 200
_CLOSED_LINE = re.compile(r"[.!?…:;,\"'”’»)\]*_=\-–—][ \t\r\xa0]*$")
_SEPARATOR = re.compile(r"[\n\r][ \t]*(?:[*\-=_#~•][ \t]*){3,200}+(?=[\n\r]|\Z)")
_LOWER_WORD = re.compile(r"\b[a-z]{2,30}")
_FEW = 24  # so many words are looked for one by one; of more, all of the text's are gathered, which takes bounded time
_LETTERS = re.compile(r"[^\W\d_]+")
_DOTTED = re.compile(r"(?:\A|(?<=[\n\r]))[ \t]*(?P<letter>[QA])\.(?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one speaker of a transcript says until the next begins.

    Attributes
    ----------
    label_start, label_end : int
        Where the label stands, with its colon.
    start, end : int
        ``text[start:end]`` is what is said, without blanks around.
    speaker : str
        The label's words as written, without remarks in brackets; a line break in them is one blank.
    """

    label_start: int
    label_end: int
    start: int
    end: int
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    start: int
    end: int
    speaker: str
    opens_paragraph: bool
    follows_end: bool
    has_remark: bool


def find_turns(text: str) -> list[Turn]:
    r"""Find the turns of a transcript; of a text without labels of speakers, none.

    A label begins a line and ends with a colon. It is believed if it is written in capitals, names a role or an
    office, or comes again; a name that comes once is believed at the beginning of a paragraph, if none of its
    words stands in lower case in the text. A surname alone is believed beside the label with the full name, or below a
    heading such as "Address by Anna Berg". ``Q:`` and ``A:`` are believed beside other labels and beside one another,
    ``Q.`` and ``A.`` too.

    Parameters
    ----------
    text : str
        A transcript, or anything else.

    Returns
    -------
    list of Turn
        In the order of the text. A turn ends before the next label, or before a line of marks such as ``* * *``.

    Examples
    --------
    >>> text = "QUESTION: Why?\n\nMR. PRICE: Note this: it works.\nIt does."
    >>> [(turn.speaker, text[turn.start : turn.end]) for turn in find_turns(text)]
    [('QUESTION', 'Why?'), ('MR. PRICE', 'Note this: it works.\nIt does.')]
    """
    labels = list(_candidates(text))
    believed = _believed(labels, text) if labels else []
    if "Q." in text:
        believed = _with_dotted(believed, text)
    if not believed:
        return []
    ends = [label.start for label in believed[1:]] + [len(text)]
    return [_turn(text, label, end) for label, end in zip(believed, ends, strict=True)]


def _turn(text: str, label: _Label, end: int) -> Turn:
    if separator := _SEPARATOR.search(text, label.end, end):
        end = separator.start()
    said = text[label.end : end]
    start = end - len(said.lstrip())
    return Turn(
        label_start=label.start,
        label_end=label.end,
        start=start,
        end=max(start, label.end + len(said.rstrip())),
        speaker=label.speaker,
    )


def _candidates(text: str) -> Iterator[_Label]:
    """Give all that looks like a label at the beginning of a line."""
    place = text.find(":")
    while place >= 0:
        low = max(0, place - _REACH)
        line = max(text.rfind("\n", low, place), text.rfind("\r", low, place)) + 1
        if (line > 0 or low == 0) and text[place + 1 : place + 2].strip() == "":
            label = _label(text, line, place)
            if label is not None:
                yield label
        place = text.find(":", place + 1)


def _label(text: str, line: int, colon: int) -> _Label | None:
    start = colon - len(text[line:colon].lstrip())
    match = _LABEL.fullmatch(text, start, colon)
    if match is None:
        return None
    before = text[max(0, line - _REACH) : line]
    paragraph = not before.strip() or before.rstrip(" \t\xa0").endswith(("\n\n", "\r\n\r\n", "\n\r", "\r\r"))
    if not paragraph and (broken := _broken_label(before, match["name"])):
        start, paragraph = line - len(broken), True
    words = " ".join(text[start : match.end("name")].split())
    return _Label(
        start=start,
        end=colon + 1,
        speaker=words,
        opens_paragraph=paragraph,
        follows_end=paragraph or _CLOSED_LINE.search(before.rstrip("\r\n")) is not None,
        has_remark=match.end("name") < colon - 1,
    )


def _broken_label(before: str, rest: str) -> str:
    """Give the beginning of a label that stands alone on the line before, with the line's end, else ''."""
    lines = before.splitlines(keepends=True)
    last = lines[-1] if lines else ""
    opens = len(lines) == 1 or not lines[-2].strip()
    words = last.split()
    is_name = 0 < len(words) <= 3 and all(re.fullmatch(_WORD, word) for word in words) and words[-1][-1].isalpha()
    is_one = last.isupper() == rest.isupper() and len(rest.split()) <= 3
    return last.lstrip() if opens and is_name and is_one and words[0].lower() not in OPENERS else ""


def _believed(labels: list[_Label], text: str) -> list[_Label]:
    counts = Counter(label.speaker for label in labels)
    # Text is searched for lower-case words once, and only where a label needs it.
    lower: Set[str] | None = None
    believed = []
    for label in labels:
        words = _LETTERS.findall(label.speaker)
        if _is_no_speaker(words):
            continue
        is_dateline = len(labels) == 1 and label.start == 0 and not _has_office(words)
        if counts[label.speaker] == 1 and _is_heading(label.speaker.lower().split()):
            continue
        is_label = not is_dateline and _is_plain(label, words, counts[label.speaker])
        # Where the line before has no end, prose may happen to break before a name and a colon.
        if not is_label and label.follows_end:
            lower = _in_lower_case(text, counts) if lower is None else lower
            is_label = _is_name(label, words, lower, counts)
        if is_label:
            believed.append(label)
    if len(believed) == len(labels):
        return believed
    return _with_letters(_with_surnames(believed, labels, text), labels)


def _with_surnames(believed: list[_Label], labels: list[_Label], text: str) -> list[_Label]:
    """Add "Berg:" that stands once, where "Anna Berg:" or a heading, "Address by Anna Berg", tells whose name it is."""
    starts = {label.start for label in believed}
    alone = [label for label in labels if label.start not in starts and label.follows_end and _is_word(label.speaker)]
    if not alone:
        return believed
    names = [label.speaker.split() for label in believed]
    heading = text[: alone[-1].start].lstrip().partition("\n")[0]
    names += [match["name"].split() for match in _AUTHOR.finditer(heading[:_LONGEST_HEADING])]
    surnames = {words[-1] for words in names if len(words) > 1}
    lower = _in_lower_case(text, [label.speaker for label in alone])
    starts |= {label.start for label in alone if label.speaker in surnames and label.speaker.lower() not in lower}
    return [label for label in labels if label.start in starts]


def _is_word(speaker: str) -> bool:
    """Tell whether a label is one word that may be a name."""
    return " " not in speaker and not _is_no_speaker([speaker]) and not _has_office([speaker])


def _with_letters(believed: list[_Label], labels: list[_Label]) -> list[_Label]:
    """Add "Q:" and "A:" that stand once, where others speak too: a question is not the minister's.

    "A:" before "B:" only numbers.
    """
    letters = {label.speaker[0] for label in labels if _is_letter(label)}
    if not letters or not (believed or letters >= {"Q", "A"}):
        return believed
    known = "Q" if "B" in letters else "QA"
    starts = {label.start for label in believed}
    return [label for label in labels if label.start in starts or (_is_letter(label) and label.speaker[0] in known)]


def _is_letter(label: _Label) -> bool:
    """Tell whether a label is one capital letter, perhaps with a number: "Q", "A", "Q2"."""
    return [len(word) for word in _LETTERS.findall(label.speaker)] == [1]


def _with_dotted(believed: list[_Label], text: str) -> list[_Label]:
    """Add "Q." and "A." where both open lines, or "Q." beside speakers' labels; "A." alone may number."""
    found = [match for match in _DOTTED.finditer(text) if _ends_before(text, match.start())]
    letters = {match["letter"] for match in found}
    if "Q" not in letters or not (believed or "A" in letters):
        return believed
    dotted = [
        _Label(
            start=match.start("letter"),
            end=match.end(),
            speaker=match["letter"],
            opens_paragraph=False,
            follows_end=True,
            has_remark=False,
        )
        for match in found
    ]
    apart: list[_Label] = []
    for label in sorted(believed + dotted, key=lambda label: (label.start, -label.end)):
        if not apart or label.start >= apart[-1].end:  # the "Q." of "Q. Berg:" is a part of that label
            apart.append(label)
    return apart


def _ends_before(text: str, line: int) -> bool:
    """Tell whether nothing goes on from the line before: prose may break before an initial, "John" and "Q. Lee"."""
    before = text[max(0, line - _REACH) : line]
    last = before.rstrip()
    blanks = before[len(last) :]
    has_blank_line = max(blanks.count("\n"), blanks.count("\r")) > 1
    return not last or has_blank_line or _CLOSED_LINE.search(last) is not None


def _in_lower_case(text: str, speakers: Iterable[str]) -> Set[str]:
    """Give which words of the speakers' labels, perhaps among others, stand in lower case in the text."""
    words = {word.lower() for speaker in speakers for word in _LETTERS.findall(speaker)}
    if len(words) > _FEW:
        return set(_LOWER_WORD.findall(text))
    return {word for word in words if _stands_apart(text, word)}


def _stands_apart(text: str, word: str) -> bool:
    """Tell whether `_LOWER_WORD` would find a word."""
    at = text.find(word)
    while at >= 0:
        if (found := _LOWER_WORD.match(text, at)) is not None and found[0] == word:
            return True
        at = text.find(word, at + 1)
    return False


def _is_no_speaker(words: list[str]) -> bool:
    lowered = [word.lower() for word in words]
    # "Mr. President:" speaks to somebody.
    is_salutation = any(word in SALUTATIONS for word in lowered) and all(word in OFFICES for word in lowered)
    return is_salutation or any(word in NO_SPEAKERS for word in lowered)


def _is_heading(words: list[str]) -> bool:
    """Tell whether words are no name by an article within or a preposition behind: "DRIVING THE DAY", "THANKS TO"."""
    is_office = _has_office([word for word in words if word not in ("the", "of")])
    return not is_office and ("the" in words[1:] or words[-1] in ("to", "of", "for", "on", "in", "by"))


def _has_office(words: list[str]) -> bool:
    lowered = {word.lower() for word in words}
    return not lowered.isdisjoint(OFFICES | ROLES)


def _is_plain(label: _Label, words: list[str], count: int) -> bool:
    """Tell whether the label itself says that it is one: by capitals, a role, or a remark in brackets."""
    letters = "".join(words)
    if len(letters) == 1:
        return letters in "QA" and count > 1
    if words[0].lower() in ROLES or words[-1].lower() in ROLES:
        return True
    is_capitals = sum(letter.isupper() for letter in letters) > 0.75 * len(letters)
    return is_capitals and (len(letters) > 3 or count > 1)


def _is_name(label: _Label, words: list[str], lower: Set[str], counts: Counter[str]) -> bool:
    """Tell whether the label's words are a name: none of them, but for offices, stands in lower case in the text."""
    is_titled = any(word.lower() in OFFICES for word in words)
    names = [word for word in words if word.lower() not in OFFICES and word[0].isupper()]
    if any(word.lower() in lower for word in names):
        return False
    comes_again = counts[label.speaker] > 1
    if not names:
        return is_titled and (comes_again or label.has_remark or words[0] == "The")
    is_transcript = counts.total() > len(counts)
    return is_titled or comes_again or (2 <= len(words) <= 4 and (label.opens_paragraph or is_transcript))
