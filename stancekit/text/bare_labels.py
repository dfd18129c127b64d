"""Labels of transcripts that no colon ends, and lines behind a turn that nobody speaks."""

from __future__ import annotations

import re

# "Mr. BERG.", "Chairwoman BERG-DAHL of Ohio.", "The CHAIR.": so parliaments print who speaks.
_TITLE = (
    r"(?:M(?:r|rs|s)\.?|Miss|Dr\.|Chair(?:man|woman|person)?|Senator|Sen\.|Rep(?:resentative|\.)|Secretary|Ambassador|"
    r"General|Gen\.|Admiral|Adm\.|Governor|Gov\.|Director|Commissioner|Judge|Justice|Delegate|Vice Chair(?:man|woman)?)"
)
_STOPPED = re.compile(
    rf"(?:\A|[\n\r])[ \t\xa0]*(?P<name>{_TITLE} (?:(?:van|von|de|da|del|la|le|bin|al) ){{0,2}}"
    r"(?:[A-ZÀ-Þ]\. )?(?:Mc|Mac|De|Van|Le|La|O['’])?[A-ZÀ-Þ]['’A-ZÀ-Þ\-]{1,24}(?: [A-ZÀ-Þ]['’A-ZÀ-Þ\-]{1,24}){0,2}"
    r"(?: of [A-Z][a-z]+(?: [A-Z][a-z]+)?)?"
    r"|The (?:(?:ACTING|VICE) )?(?:CHAIR(?:MAN|WOMAN|PERSON)?|SPEAKER|PRESIDENT|PRESIDING OFFICER)"
    r"(?: pro tempore)?)\.(?=[ \t\xa0\n\r])"
)
_TITLES = """
    Mr Mrs Ms Mr. Mrs. Ms. Miss Dr. Chair Chairman Chairwoman Chairperson Senator Sen. Rep. Representative Secretary
    Ambassador General Gen. Admiral Adm. Governor Gov. Director Commissioner Judge Justice Delegate Vice
"""
_STARTS = (
    *(f"{title} " for title in _TITLES.split()),
    *(f"The {office}" for office in ("ACTING", "VICE", "CHAIR", "SPEAKER", "PRESID")),
)
_QUESTION = re.compile(r"(?:\A|[\n\r])[ \t\xa0]*(?P<name>[QA])(?:[ \t\xa0]{2,}|[\t\xa0]|[ ](?=[A-Z“\"'‘(][^.]))(?=\S)")
# A line of its own behind a turn: "(Laughter.)", "[Applause]", "END 2:11 P.M.", "(Concluded)".
_STAGE_LINE = re.compile(
    r"(?:[(\[][^()\[\]\n]{1,90}[)\]][.!]?|<[^<>\n]{1,20}>|…|###|- ?30 ?-|"
    r"(?:END|End)(?: of (?:the )?[\w ]{3,30}|[ \t\xa0]+\d[\d:. ]{2,6}.{0,16})?\.?)$"
)
_HEADING_LINE = re.compile(
    r"(?:Questions? (?:and|&) [Aa]nswers?|Q ?& ?A(?: [Ss]ession)?|Discussion|(?:Opening|Closing) [Rr]emarks)$"
)
_LONGEST_LINE = 120
_N_LINES = 4  # behind a turn that are looked at
_LEAST_LETTERS = 8


def find_bare(text: str, *, has_labels: bool) -> list[tuple[int, int, str]]:
    r"""Find labels that no colon ends.

    Parameters
    ----------
    text : str
        A transcript, or anything else.
    has_labels : bool
        Whether it has labels that a colon ends; only beside them "Q" is one without.

    Returns
    -------
    list of (int, int, str)
        Where each label begins and ends, and its words without the stop.

    Examples
    --------
    >>> find_bare("Mr. BERG. We wait.\nMs. DAHL. Why?\nMr. BERG. For rain.", has_labels=False)[1]
    (19, 28, 'Ms. DAHL')
    """
    found = []
    if any(line.lstrip(" \t\xa0").startswith(_STARTS) for line in text.splitlines()):
        stopped = [match for match in _STOPPED.finditer(text) if any(map(str.isupper, match["name"][1:]))]
        if len(stopped) > 1:
            found = [(match.start("name"), match.end(), match["name"]) for match in stopped]
    if (has_labels or found) and ("\nQ" in text or text.startswith("Q")):
        found += _questions(text)
    return found


def _questions(text: str) -> list[tuple[int, int, str]]:
    """Find "Q" before two blanks, or before one blank and a capital letter; "A" only beside it, before two."""
    matches = [match for match in _QUESTION.finditer(text) if match["name"] == "Q" or match[0].endswith(("  ", "\t"))]
    if not any(match["name"] == "Q" for match in matches):
        return []
    return [(match.start("name"), match.end(), match["name"]) for match in matches]


def stage_end(text: str, start: int, end: int) -> int:
    r"""Give where a turn ends before stage directions and headings on lines of their own behind it.

    Examples
    --------
    >>> text = "We wait.\n\n(Laughter.)\n\n"
    >>> text[: stage_end(text, 0, len(text))]
    'We wait.'
    """
    last = end
    for _ in range(_N_LINES):
        said = text[max(start, last - 2 * _LONGEST_LINE) : last].rstrip(" \t\r\n\xa0")
        stop = max(start, last - 2 * _LONGEST_LINE) + len(said)
        line = max(text.rfind("\n", start, stop), text.rfind("\r", start, stop)) + 1
        if line <= start or stop - line > _LONGEST_LINE or not text[start:line].strip():
            return last
        words = text[line:stop].strip()
        if _STAGE_LINE.match(words) is None and _HEADING_LINE.match(words) is None and not _is_shouted(words):
            return last
        last = line
        while last > start and text[last - 1].isspace():
            last -= 1
    return last


def _is_shouted(words: str) -> bool:
    """Tell whether a line is a heading in capitals: "STATEMENT OF ANNA BERG, PRESIDENT OF THE COUNCIL"."""
    return words.isupper() and words[-1] not in ".!?…:;,-–—" and sum(map(str.isalpha, words)) >= _LEAST_LETTERS
