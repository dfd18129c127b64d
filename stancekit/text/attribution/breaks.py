"""Where the phrase begins that ends before a verb: at a comma, a conjunction, or what parts clauses."""

from __future__ import annotations

import re

from stancekit.text._words import SIGNED, Words
from stancekit.text.attribution.kinds import BREAK
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.pronouns import PRONOUNS
from stancekit.text.attribution.reporting import SUBJECT_BREAK

# "those countries that shelter pirates": the clause belongs to who says
_ACTING = re.compile(
    r"\s*(?:and )?(?:[Tt]he|[Tt]hose) (?:[\w’'-]+ )?(?:countries|States|states|governments|Governments|nations|Powers|"
    r"powers|forces|circles|parties|people|groups|delegations|régimes|regimes) that "
    r"(?!(?:the|an?|this|that|these|those|"
    r"it|he|she|they|we|I|you|there|all|no|its|his|her|their|our|my|in|on|at|for|of|to|some|many|such)\b)[a-z]+ "
    r"[^,;:.“”\"]{2,60}"
)


def last_break(text: str, table: Words, low: int, end: int) -> int:
    """Give where the phrase that ends at a place begins."""
    has_bracket = text.find("(", low, end) >= 0
    comma = text.rfind(", ", low, end - 1)
    if comma > low and not has_bracket:
        low = comma + 2
    start = low
    if (first := table.first(BREAK | SIGNED, low, end)) < 0:
        return start
    # "Through which" begins a word before the one that is listed, and a dash with its blank.
    for match in SUBJECT_BREAK.finditer(text, max(low, first - len("through ")), end):
        word = match.group().strip().lower()
        if word == "and" and not _parts_clauses(text, match, end):
            continue
        if word == "that" and _ACTING.fullmatch(text, start, end) is not None:
            continue
        if has_bracket and text.count("(", low, match.start()) > text.count(")", low, match.start()):
            continue
        start = match.end() if word[:1] in ",;:—–-”" or word.endswith(("which", "why")) else match.start()
    return start


def _parts_clauses(text: str, match: re.Match[str], end: int) -> bool:
    """Tell whether an "and" before a subject joins sentences and not names."""
    after = text[match.end() : end].split()
    before = text[max(0, match.start() - 40) : match.start()].split()
    if not after or not before:
        return True
    if after[0].lower() in PRONOUNS:
        return True
    joined = before[-1][0].isupper() or before[-1].lower() in OFFICES or before[-1].endswith(")")
    return not joined and (after[0][0].isupper() or after[0] == "the")


def before_comma(text: str, at: int, floor: int = 0) -> int:
    """Go back over blanks and a comma."""
    while at > floor and text[at - 1] in " \n\t":
        at -= 1
    return at - 1 if at > floor and text[at - 1] in ",;" else at
