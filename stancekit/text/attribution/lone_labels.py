"""Labels by whose looks alone a text may be a transcript: which of them are speakers', and how far the last reaches."""

from __future__ import annotations

import re

from stancekit.text.abbreviations import OFFICES, ROLES
from stancekit.text.attribution.names import find_mentions
from stancekit.text.line_labels import LETTERS, Label

# Of these an office may be made, but none is one.
_NO_HEADS = frozenset(
    "the of state defence defense finance foreign high prime acting assistant under supreme your dear".split()  # noqa: SIM905
)
_SPEAKING_OFFICES = (OFFICES - _NO_HEADS) | ROLES
_PARAGRAPH_ENDS = re.compile(r"\n[ \t\r\xa0]*\n|\r[ \t\xa0]*\r")
_LINE_ENDS = re.compile(r"(?<=[.!?…”\"»)])[ \t\xa0]*[\r\n]")  # where no blank line parts paragraphs
# What stands in quotation marks; a mark that opens a paragraph and is not closed reaches to its end.
_QUOTED = re.compile(r"“[^”\n]*(?:”|$|(?=\n))|«[^»\n]*(?:»|$|(?=\n))|\"[^\"\n]*\"")
# Words of whoever speaks, or speaks to others; "US" in capitals is none.
_OWN_VOICE = re.compile(
    r"\b(?:(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me|[Yy]ou|[Yy]our|[Ll]et[’']s|[Tt]hank you|[Dd]ear|[Cc]olleagues|[Yy]es)\b|"
    r"[Tt]hanks[,.!]|[Ww]ell[,:])"
)
_REPORTING = re.compile(r"\b(?:said|says|told|added|wrote|tweeted|noted|stressed|according to)\b")
# "This interview has been edited for length.", "Interview by Ann Lee", "Transcript provided by the mission"
_CLOSING = re.compile(
    r"[*_(\[–—\- ]{0,4}(?:"
    r"(?:This|The) (?:interview|conversation|discussion|exchange|transcript|text|q ?& ?a|questions and answers)"
    r"(?: above| below)? (?:has been|have been|was|is|were) (?:[\w-]+ly )?(?:and )?"
    r"(?:edited|condensed|abridged|shortened|conducted|translated|transcribed|recorded|adapted|published|updated)\b"
    r"|(?:Interview|Transcript|Transcription|Translation|Reporting|Editing|Photographs?)"
    r"(?: (?:conducted|provided|prepared|made))? (?:by|from|courtesy of) [A-Z]"
    r"|(?:Edited|Interviewed|Transcribed|Translated|Recorded|Condensed)(?: and (?:edited|condensed|translated))? "
    r"(?:by|from|for)\b"
    r"|End of (?:the )?(?:interview|transcript|conversation|briefing)\b"
    r"|Copyright\b|©|All rights reserved\b)[^\n\r]{0,200}$",
    re.IGNORECASE,
)
_LONGEST_CLOSING = 300
_N_CLOSING = 3
_N_JUDGED = 40  # labels of which one must be a speaker's


def speaking(labels: list[Label], text: str) -> list[Label]:
    """Leave out what stands once and names nobody who speaks, if no other label tells that a text is a transcript.

    That are "QUICK TAKE: ..." and "World Bank: ..."; but beside somebody who speaks others do, and a paper may ask.
    """
    if not labels or _is_transcript(labels):
        return labels
    stretches = list(zip(labels, [*(label.start for label in labels[1:]), len(text)], strict=True))
    judged, reports = stretches[:_N_JUDGED], _reports(text)
    if not any(is_speaker(text, label.speaker, label.end, end, reports=reports) for label, end in judged):
        return []
    return [
        label
        for label, end in stretches
        if text[label.end : end].rstrip().endswith("?") or find_mentions(f"{label.speaker}:")
    ]


def ends(labels: list[Label], text: str) -> list[int]:
    """Give how far each label reaches: to the next; the last to the end, or as far as somebody speaks."""
    if not labels:
        return []
    last, end = labels[-1], len(text)
    is_lone = len(labels) == 1
    if is_lone or not _is_transcript(labels):
        end = reach(text, last.end, end, is_trusted=not is_lone or names_office(last.speaker))
    return [*(label.start for label in labels[1:]), closing_start(text, last.end, end)]


def _is_transcript(labels: list[Label]) -> bool:
    """Tell whether labels tell by themselves that a text is a transcript: one comes again, or names an office."""
    comes_again = len({label.speaker for label in labels}) < len(labels)
    return comes_again or any(label.is_numbered or is_letter(label) or names_office(label.speaker) for label in labels)


def is_letter(label: Label) -> bool:
    """Tell whether a label is one capital letter, perhaps with a number: "Q", "A", "Q2"."""
    return [len(word) for word in LETTERS.findall(label.speaker)] == [1]


def names_office(speaker: str) -> bool:
    """Tell whether a label holds an office or a role.

    Examples
    --------
    >>> names_office("MR. PRICE"), names_office("State of Play")
    (True, False)
    """
    return any(word in _SPEAKING_OFFICES for word in LETTERS.findall(speaker.lower()))


def is_speaker(text: str, speaker: str, start: int, end: int, *, reports: bool) -> bool:
    """Tell whether a label without an office names a person who speaks behind it.

    Parameters
    ----------
    text : str
        The document.
    speaker : str
        The label's words.
    start, end : int
        What stands behind the label, up to the next.
    reports : bool
        Whether the document reports: then a label is a name only if its speaker speaks, or is told of elsewhere.

    Examples
    --------
    >>> text = "Quick Take: We wait. Ann Lee said so."
    >>> is_speaker(text, "Quick Take", 11, len(text), reports=True)
    True
    >>> is_speaker(text, "World Bank", 11, len(text), reports=True)
    False
    """
    if not find_mentions(f"{speaker}:"):
        return False
    first = text[start : paragraph_end(text, start, end)]
    if not reports or _n_own_voice(first):
        return True
    return text.count(speaker.title() if speaker.isupper() else speaker) > (not speaker.isupper())


def reach(text: str, start: int, end: int, *, is_trusted: bool) -> int:
    r"""Give where ends what the last speaker says: with the text if that goes on to speak, else with the paragraph.

    Parameters
    ----------
    text : str
        The document.
    start, end : int
        What stands behind the label.
    is_trusted : bool
        Whether there are other labels, or an office in this one: then what reports nothing is speech.

    Examples
    --------
    >>> text = "LEE: We wait.\n\nIt rains, an aide said."
    >>> text[5 : reach(text, 5, len(text), is_trusted=True)]
    'We wait.'
    """
    stop = paragraph_end(text, start, end)
    rest = text[stop:end]
    n_own, n_reporting = _n_own_voice(rest), _n_reporting(rest)
    if n_reporting == 0:
        return end if is_trusted or _n_own_voice(text[start:end]) else stop
    return end if n_own * (1 + is_trusted) >= n_reporting + (not is_trusted) else stop


def paragraph_end(text: str, start: int, end: int) -> int:
    """Give where the paragraph ends in which something is said that begins behind a place."""
    start = min(end, start + len(text[start:end]) - len(text[start:end].lstrip()))
    found = _PARAGRAPH_ENDS.search(text, start, end) or _LINE_ENDS.search(text, start, end)
    return end if found is None else found.start()


def closing_start(text: str, start: int, end: int) -> int:
    r"""Give where a turn ends before remarks on the whole text, which nobody speaks.

    Examples
    --------
    >>> text = "It rains.\n\nThis interview has been edited for length."
    >>> text[: closing_start(text, 0, len(text))]
    'It rains.'
    """
    for _ in range(_N_CLOSING):
        near = max(start, end - _LONGEST_CLOSING)
        said = text[near:end].rstrip()
        line = max(said.rfind("\n"), said.rfind("\r")) + 1
        if line == 0 or _CLOSING.match(said, line) is None:
            return end
        end = near + len(said[:line].rstrip())
    return end


def _reports(text: str) -> bool:
    """Tell whether a text reports more than it speaks."""
    return (n_reporting := _n_reporting(text)) > 0 and n_reporting >= _n_own_voice(text)


def _n_own_voice(text: str) -> int:
    return len(_OWN_VOICE.findall(_QUOTED.sub("", text)))


def _n_reporting(text: str) -> int:
    return len(_REPORTING.findall(_QUOTED.sub("", text)))
