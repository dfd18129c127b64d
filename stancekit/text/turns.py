"""Labels of speakers in transcripts, and the turns that follow them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass

from stancekit.text.abbreviations import (
    BESIDE_FURNITURE,
    FURNITURE,
    NO_SPEAKERS,
    OFFICES,
    PLAIN_OFFICES,
    ROLES,
    SALUTATIONS,
    TOPICS,
)
from stancekit.text.attribution.lone_labels import ends, is_letter, names_office, speaking
from stancekit.text.attribution.namewords import PLACES
from stancekit.text.bare_labels import find_bare, stage_end
from stancekit.text.line_labels import CLOSED_LINE, LETTERS, PARTICLE, REACH, WORD, Label, candidates

_NOTE = re.compile(r"\n[ \t\r]*\n(?=\(?(?:Note|NOTE|Editor[’']s [Nn]ote): )")
# "Address by Prime Minister Anna Berg at the dam"
_AUTHOR = re.compile(
    rf"\b(?:by|with|of|from) (?P<name>{WORD}(?: (?:{WORD}|{PARTICLE}(?= )))*(?<!\W))(?=[\s,:;.’'(–—]|$)"
)
_LONGEST_HEADING = 200
_MOST_IN_HEADING = 24  # words
_SEPARATOR = re.compile(r"[\n\r][ \t]*(?:[*\-=_#~•][ \t]*){3,200}+(?=[\n\r]|\Z)")
_LEAST_TURNS = 2  # beside which others are believed with less evidence
_LONGEST_ASKER = 4
_LONGEST_NAME = 4
_OF = frozenset({"of", "for"})
_LOWER_WORD = re.compile(r"\b[a-z]{2,30}")
_FEW = 24  # so many words are looked for one by one; of more, all of the text's are gathered, which takes bounded time
_DOTTED = re.compile(r"(?:\A|(?<=[\n\r]))[ \t]*(?P<letter>[QA])(?:\.|\)|[ \t]?[–—-])(?=\s)")
_IN_LINE = re.compile(r"(?:\A|(?<=[.?!:…”\"’)\]] ))(?P<letter>[QA]): (?=\S)")
_NEAR_INTERVIEW = 120  # characters before the first question in which an interview is spoken of
_BEHIND_Q = ("Q.", "Q –", "Q —", "Q -", "Q)", "Q-")


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


def find_turns(text: str) -> list[Turn]:
    r"""Find the turns of a transcript; of a text without labels of speakers, none.

    A label begins a line and ends with a colon. It is believed if it is written in capitals, names a role or an
    office, or comes again; a name that comes once is believed at the beginning of a paragraph, if none of its
    words stands in lower case in the text. A surname alone is believed beside the label with the full name, or below a
    heading such as "Address by Anna Berg". ``Q:`` and ``A:`` are believed beside other labels and beside one another,
    ``Q.`` and ``A.`` too, and within a line where they take turns. After a name or an office more may stand behind a
    comma, "Anna Berg, Head of Press:"; before a label a timestamp may stand. Without a colon ``Q`` is believed beside
    other labels, and "Mr. BERG." where such labels come again.

    Where no label comes again and none names an office, only labels of persons stay, "Anna Berg" and not "World Bank".
    A lone label reaches to the end of its paragraph, and further only if more speech follows.

    Parameters
    ----------
    text : str
        A transcript, or anything else.

    Returns
    -------
    list of Turn
        In the order of the text. A turn ends before the next label, before a line of marks such as ``* * *``, and
        before stage directions and headings that stand on lines of their own behind it; the last one before remarks
        such as "This interview has been edited for length.", too.

    Examples
    --------
    >>> text = "QUESTION: Why?\n\nMR. PRICE: Note this: it works.\nIt does."
    >>> [(turn.speaker, text[turn.start : turn.end]) for turn in find_turns(text)]
    [('QUESTION', 'Why?'), ('MR. PRICE', 'Note this: it works.\nIt does.')]
    """
    labels = list(candidates(text))
    believed = _not_headings(_believed(labels, text), text) if labels else []
    if "Q" in text and any(sign in text for sign in _BEHIND_Q):
        believed = _with_dotted(believed, text)
    believed = _with_bare(believed, text)
    if not believed and "Q: " in text:
        return _within_a_line(text)
    believed = speaking(believed, text)
    return [_turn(text, label, end) for label, end in zip(believed, ends(believed, text), strict=True)]


def _not_headings(believed: list[Label], text: str) -> list[Label]:
    """Leave out the label of a headline, "Lee: No vote this year", and the towns of news in brief."""
    if believed and _opens_headline(believed[0], text):
        believed = believed[1:]
    speakers = {label.speaker for label in believed}
    if 1 < len(believed) == len(speakers) and all(_heads_news(label, text) for label in believed):
        return []
    return believed


def _opens_headline(label: Label, text: str) -> bool:
    """Tell whether the first line of a text is a headline with its speaker: no stop ends it, and a blank line does."""
    line, _, rest = text[label.end :].partition("\n")
    if text[: label.start].strip() or label.speaker.split()[0].lower() in ROLES:
        return False
    words = line.split()
    ends_apart = rest.lstrip(" \t\r").startswith("\n") and bool(rest.strip())
    return ends_apart and 2 < len(words) <= _MOST_IN_HEADING and CLOSED_LINE.search(line) is None


def _heads_news(label: Label, text: str) -> bool:
    """Tell whether a label stands below a headline of its own, and names no office: "Dates dearer", "MUSCAT: ..."."""
    if not label.opens_paragraph or _has_office(LETTERS.findall(label.speaker)):
        return False
    before = text[max(0, label.start - _LONGEST_HEADING) : label.start].rstrip()
    line = before.rpartition("\n")[2]
    return bool(line) and len(line.split()) <= _MOST_IN_HEADING and CLOSED_LINE.search(line) is None


def _turn(text: str, label: Label, end: int) -> Turn:
    if separator := _SEPARATOR.search(text, label.end, end):
        end = separator.start()
    if text.find("ote: ", label.end, end) >= 0 and (note := _NOTE.search(text, label.end, end)) is not None:
        end = note.start()
    end = stage_end(text, label.end, end)
    said = text[label.end : end]
    start = end - len(said.lstrip())
    return Turn(
        label_start=label.start,
        label_end=label.end,
        start=start,
        end=max(start, label.end + len(said.rstrip())),
        speaker=label.speaker,
    )


def _believed(labels: list[Label], text: str) -> list[Label]:
    counts = Counter(label.speaker for label in labels)
    # Text is searched for lower-case words once, and only where a label needs it.
    lower: Set[str] | None = None
    believed = []
    for label in labels:
        words = LETTERS.findall(label.speaker)
        if _is_no_speaker(words) and not (label.has_holder or _is_numbered(label.speaker)):
            continue
        is_dateline = len(labels) == 1 and label.start == 0 and not _has_office(words)
        if counts[label.speaker] == 1 and _is_heading(label.speaker.lower().split()):
            continue
        is_label = _is_clear(label, words, counts, is_dateline=is_dateline)
        # Where the line before has no end, prose may happen to break before a name and a colon.
        if not is_label and label.follows_end:
            lower = _in_lower_case(text, counts) if lower is None else lower
            is_named = not label.more or _has_more(label, words, counts)
            is_label = is_named and _is_name(label, words, lower, counts)
        if is_label:
            believed.append(label)
    if _are_datelines(believed) or (len(labels) == 1 and _is_headline(labels[0], text)):
        return []
    if len(believed) == len(labels):
        return believed
    return _with_askers(_with_letters(_with_surnames(believed, labels, text), labels), labels)


def _with_askers(believed: list[Label], labels: list[Label]) -> list[Label]:
    """Add who stands once among turns: "Chair:", "Mr. Speaker:", and "BBC:" between two turns of one speaker."""
    if len(believed) < _LEAST_TURNS or len(believed) == len(labels):
        return believed
    starts = [label.start for label in believed]
    counts = Counter(label.speaker for label in labels)
    added = []
    for label in labels:
        words = LETTERS.findall(label.speaker)
        i = bisect_left(starts, label.start)
        is_known = i < len(starts) and starts[i] == label.start
        # To "Mr. Speaker:" a letter or a speech is addressed, and no turn among others.
        is_chair = words[-1].lower() == "speaker" or (counts[label.speaker] > 1 and words[0].lower() in SALUTATIONS)
        is_none = _is_no_speaker(words) and not is_chair
        if is_known or not label.opens_paragraph or is_none or len(words) > _LONGEST_ASKER:
            continue
        is_between = 0 < i < len(starts) and believed[i - 1].speaker == believed[i].speaker
        is_office = all(word.lower() in OFFICES | ROLES for word in words)
        if is_between or is_office or (label.speaker.isupper() and len(label.speaker) > 1):
            added.append(label)
    return sorted(believed + added, key=lambda label: label.start)


def _are_datelines(labels: list[Label]) -> bool:
    """Tell whether reports from several places, each behind its place in capitals, stand together: "MUSCAT: "."""
    words = [word for label in labels for word in label.speaker.lower().split()]
    return (
        not PLACES.isdisjoint(words)
        and all(label.speaker.isupper() for label in labels)
        and len({label.speaker for label in labels}) == len(labels)
        and not _has_office(words)
    )


def _is_headline(label: Label, text: str) -> bool:
    """Tell whether a text's first line, which no stop ends, is a headline that names somebody: "Lee: talks go on"."""
    if text[: label.start].strip() or label.speaker.isupper() or _has_office(label.speaker.split()):
        return False
    line, end, rest = text[label.end :].partition("\n")
    return bool(end and line.strip() and rest.strip()) and CLOSED_LINE.search(line) is None


def _with_surnames(believed: list[Label], labels: list[Label], text: str) -> list[Label]:
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


def _has_more(label: Label, words: list[str], counts: Counter[str]) -> bool:
    """Tell whether what stands behind a comma of a label may be an office or a paper: "Anna Berg, Head of Press"."""
    if 2 <= len(words) <= _LONGEST_NAME and names_office(label.more):
        return True
    if not label.opens_paragraph:
        return False
    if counts[label.speaker] > 1 or not PLAIN_OFFICES.isdisjoint(word.lower() for word in words):
        return True
    return 2 <= len(words) <= 5 and len(counts) > 2 and " " in label.more


def _with_bare(believed: list[Label], text: str) -> list[Label]:
    """Add labels that no colon ends: "Mr. BERG." and "Q" before two blanks."""
    found = find_bare(text, has_labels=bool(believed))
    if not found:
        return believed
    starts = sorted(label.start for label in believed)
    end_of = {label.start: label.end for label in believed}

    def is_inside(start: int) -> bool:
        before = bisect_right(starts, start) - 1
        return before >= 0 and start < end_of[starts[before]]

    bare = [
        Label(start=start, end=end, speaker=speaker, opens_paragraph=True, follows_end=True, has_remark=False)
        for start, end, speaker in found
        if not is_inside(start)
    ]
    return sorted(believed + bare, key=lambda label: label.start)


def _is_word(speaker: str) -> bool:
    """Tell whether a label is one word that may be a name."""
    return " " not in speaker and not _is_no_speaker([speaker]) and not _has_office([speaker])


def _with_letters(believed: list[Label], labels: list[Label]) -> list[Label]:
    """Add "Q:" and "A:" that stand once, where others speak too: a question is not the minister's.

    "A:" before "B:" only numbers.
    """
    letters = {label.speaker[0] for label in labels if is_letter(label)}
    if not letters or not (believed or letters >= {"Q", "A"}):
        return believed
    known = "Q" if "B" in letters else "QA"
    starts = {label.start for label in believed}
    return [label for label in labels if label.start in starts or (is_letter(label) and label.speaker[0] in known)]


def _with_dotted(believed: list[Label], text: str) -> list[Label]:
    """Add "Q." and "A." where both open lines, or "Q." beside speakers' labels; "A." alone may number."""
    found = [match for match in _DOTTED.finditer(text) if _ends_before(text, match.start())]
    letters = {match["letter"] for match in found}
    if "Q" not in letters or not (believed or "A" in letters):
        return believed
    dotted = [
        Label(
            start=match.start("letter"),
            end=match.end(),
            speaker=match["letter"],
            opens_paragraph=False,
            follows_end=True,
            has_remark=False,
        )
        for match in found
    ]
    apart: list[Label] = []
    for label in sorted(believed + dotted, key=lambda label: (label.start, -label.end)):
        if not apart or label.start >= apart[-1].end:  # the "Q." of "Q. Berg:" is a part of that label
            apart.append(label)
    return apart


def _within_a_line(text: str) -> list[Turn]:
    """Give the turns of an interview that has lost its line ends: questions and answers by turns in one paragraph."""
    first = _IN_LINE.search(text)
    if first is None:
        return []
    end = text.find("\n\n", first.end())
    end = end if end >= 0 else len(text)
    found = list(_IN_LINE.finditer(text, first.start(), end))
    letters = "".join(match["letter"] for match in found)
    is_told = "interview" in text[max(0, first.start() - _NEAR_INTERVIEW) : first.start()].lower()
    if letters.removesuffix("Q") != "QA" * (len(letters) // 2) or len(letters) < (2 if is_told else 4):
        return []
    stops = [*(match.start() for match in found[1:]), end]
    labels = [
        Label(
            start=match.start(),
            end=match.end() - 1,
            speaker=match["letter"],
            opens_paragraph=True,
            follows_end=True,
            has_remark=False,
        )
        for match in found
    ]
    return [_turn(text, label, stop) for label, stop in zip(labels, stops, strict=True)]


def _ends_before(text: str, line: int) -> bool:
    """Tell whether nothing goes on from the line before: prose may break before an initial, "John" and "Q. Lee"."""
    before = text[max(0, line - REACH) : line]
    last = before.rstrip()
    blanks = before[len(last) :]
    has_blank_line = max(blanks.count("\n"), blanks.count("\r")) > 1
    return not last or has_blank_line or CLOSED_LINE.search(last) is not None


def _in_lower_case(text: str, speakers: Iterable[str]) -> Set[str]:
    """Give which words of the speakers' labels, perhaps among others, stand in lower case in the text."""
    words = {word.lower() for speaker in speakers for word in LETTERS.findall(speaker)}
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
    if is_salutation:
        return True
    if lowered[-1] in FURNITURE and BESIDE_FURNITURE.issuperset(lowered):
        return True
    # "Minister of Trade Anna Berg", "The Minister for Trade": in an office a topic is none.
    office = [word for word in lowered if word not in ("the", "prime", "deputy", "first")]
    is_of = bool(office) and office[0] in PLAIN_OFFICES and not {"of", "for"}.isdisjoint(office[1:-1])
    is_named = is_of or (not PLAIN_OFFICES.isdisjoint(lowered[:-1]) and lowered[-1] not in NO_SPEAKERS)
    return any(
        word in NO_SPEAKERS and not (is_named and (word in TOPICS or word in ("for", "and"))) for word in lowered
    )


def _is_heading(words: list[str]) -> bool:
    """Tell whether words are no name by an article within or a preposition behind: "DRIVING THE DAY", "THANKS TO"."""
    is_office = _has_office([word for word in words if word not in ("the", "of")])
    return not is_office and ("the" in words[1:] or words[-1] in ("to", "of", "for", "on", "in", "by"))


def _has_office(words: list[str]) -> bool:
    lowered = {word.lower() for word in words}
    return not lowered.isdisjoint(OFFICES | ROLES)


def _is_clear(label: Label, words: list[str], counts: Counter[str], *, is_dateline: bool) -> bool:
    """Tell whether a label is one by itself: "Q17 Anna Berg", an office with its holder, a plain one, no dateline."""
    if label.has_holder:
        return True
    if label.more and not (label.speaker.isupper() and names_office(label.more)):
        return label.is_numbered
    return label.is_numbered or not (is_dateline or not _is_plain(label, words, counts[label.speaker]))


def _is_plain(label: Label, words: list[str], count: int) -> bool:
    """Tell whether the label itself says that it is one: by capitals, a role, or a remark in brackets."""
    letters = "".join(words)
    if len(letters) == 1:
        return letters in "QA" and count > 1
    if words[0].lower() in ROLES or words[-1].lower() in ROLES or _is_numbered(label.speaker):
        return True
    is_capitals = sum(letter.isupper() for letter in letters) > 0.75 * len(letters)
    return is_capitals and (len(letters) > 3 or count > 1)


def _is_numbered(speaker: str) -> bool:
    """Tell whether a label numbers who speaks: "Speaker 2"; or names no member: "Some hon. members"."""
    first, _, rest = speaker.lower().partition(" ")
    is_counted = first in ("speaker", "delegate", "member", "witness", "panelist", "panellist") and rest.isdigit()
    is_one = first in ("a", "an", "another", "male", "female", "unidentified", "unknown") and rest.islower()
    return (
        is_counted
        or (is_one and rest[0].isalpha())
        or (first in ("some", "an", "several") and "hon" in rest and rest.endswith(("member", "members")))
        or (first in ("hon.", "honourable", "honorable") and rest in ("member", "members"))
    )


def _leads_department(words: list[str]) -> bool:
    """Tell whether an office is of something: "Minister of Trade", unlike "Profile of Minister Berg"."""
    of = next((i for i, word in enumerate(words) if word in _OF), 0)
    return any(word.lower() in OFFICES for word in words[:of])


def _is_name(label: Label, words: list[str], lower: Set[str], counts: Counter[str]) -> bool:
    """Tell whether the label's words are a name: none of them, but for offices, stands in lower case in the text."""
    is_titled = any(word.lower() in OFFICES for word in words)
    names = [word for word in words if word.lower() not in OFFICES and word[0].isupper()]
    if label.opens_paragraph and _leads_department(words):
        names = names[-2:]  # "Minister of Industry and Trade Anna Berg" may speak of industry and trade
    comes_again = counts[label.speaker] > 1
    common = [word.lower() in lower for word in names]
    # A given name may be a word too, "He Yunting": a label that comes again is believed by the rest of it.
    if all(common) if comes_again and label.opens_paragraph and len(names) > 1 else any(common):
        return False
    if not names:
        return is_titled and (comes_again or label.has_remark or words[0] == "The")
    is_transcript = counts.total() > len(counts)
    return is_titled or comes_again or (2 <= len(words) <= 4 and (label.opens_paragraph or is_transcript))
