"""Where a clause ends that stands before its main one: "While Lee threatened sanctions, Kern offered talks"."""

from __future__ import annotations

import re

from stancekit.text.attribution.cues import Cue, Unit
from stancekit.text.attribution.ledger import MAIN
from stancekit.text.attribution.reporting import AUXILIARIES
from stancekit.text.attribution.verbs import MAIN_FORM

_OPENING_CLAUSE = re.compile(
    r"(?:(?:even|just|shortly|soon|long|(?:(?:\w+|an?|a few) )?(?:hours?|days?|weeks?|months?|years?|minutes)) )?"
    r"(?:while|although|though|when|after|as|since|because|once|before)\s",
    re.IGNORECASE,
)
_OPENERS = (
    "While ",
    "Although ",
    "Though ",
    "When ",
    "After ",
    "As ",
    "Since ",
    "Because ",
    "Once ",
    "Before ",
    "Even ",
)
_OPENING_WORDS = frozenset({"", *(word.strip().lower() for word in _OPENERS), "even as", "even though", "even after"})
_MIDWAY = re.compile(r"\b(?:because|but|and|that|so) (?:after|when|once|while|although|though) [^,;:]{1,60}$")
# A clause has one of these; the main one begins with none of those.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|must|can|could|may|might|should|did|does|[a-z]{2,}ed|says|"
    rf"{MAIN_FORM})\b"
)
_NOT_MAIN = re.compile(
    r"(?:and|or|but|nor|who|whose|whom|which|that|where|when|including|as|with|such|especially|if|then|[a-z]+ing|[a-z]+ed|"
    r"is|are|was|were|has|have|had|will|would)\b"
)
# "all parties, including Chad, opposed it"
_NOMINAL = re.compile(r"(?:the|an?|all|both|some|many|most|several|no|his|her|its|their|[A-Z]\S*)\s")
_BROKEN = re.compile(r", (?:including|who|which|such as|led by|along with|together with)\s")
_SUBORDINATE_FIRST = re.compile(r"(?:if|when|unless|once|after|before|although|while|since|as|because)\s")
_SINCE = re.compile(r",\s(?:this (?:year|week|month|time)|now|today|since then|we|I|you|there)\s")
_SUBORDINATE = re.compile(r"now that |.{4}(?:since|because|although|though|once|when|after|while) ", re.DOTALL)


def opening_end(text: str, unit: Unit, start: int, cue: Cue) -> int:
    """Give where a clause that opens a sentence ends: "While Lee threatened sanctions, Kern offered talks"."""
    if not cue.has_that and start < cue.verb and _MIDWAY.search(text, start, cue.verb) is not None:
        return _main_comma(text, cue.right, unit.end, is_clause=False)
    is_bare = not cue.has_that or text.startswith(_OPENERS, start)
    plain = text.find(", ", cue.right, unit.end) if is_bare else -1
    if plain < 0 or text.find(", ", start, cue.left + 2) >= 0 or _OPENING_CLAUSE.match(text, start) is None:
        return unit.end
    comma = MAIN.search(text, cue.right, unit.end)
    if comma is not None:
        return comma.start()
    if cue.has_that:
        since = _SINCE.search(text, cue.right, unit.end)
        if since is not None:
            return since.start()
        # Behind "after the talks the minister said that" the clause is no part of the opening.
        begins = text[start : cue.subject_start].strip().lower() in _OPENING_WORDS
        return _main_comma(text, cue.right, unit.end, is_clause=True) if begins else unit.end
    return plain if AUXILIARIES.isdisjoint(text[cue.right : plain].split()) else unit.end


def _main_comma(text: str, start: int, end: int, *, is_clause: bool) -> int:
    """Give the comma behind which the main clause begins: "Although Lee said that it was over, markets rose".

    Before it stands a clause, if what was said is one, and behind it one that goes on with nothing of the former.
    """
    at = text.find(", ", start, end)
    if _SUBORDINATE_FIRST.match(text, start) is not None:
        at = text.find(", ", at + 1, end) if at >= 0 else at
    while at >= 0:
        following = text.find(", ", at + 1, end)
        is_broken = _NOMINAL.match(text, at + 2) is not None and _BROKEN.match(text, max(at, following)) is not None
        stop = end if following < 0 or is_broken else following
        is_main = _NOT_MAIN.match(text, at + 2, stop) is None and _FINITE.search(text, at + 2, stop) is not None
        if is_main and (not is_clause or _FINITE.search(text, start, at) is not None):
            return at
        at = following
    return end


def nested_end(text: str, unit: Unit, cue: Cue, limit: int) -> int:
    """Give where a clause before the main one ends: "said that now that Chad admits it has lost, talks can begin"."""
    if _SUBORDINATE.match(text, max(unit.start, cue.subject_start - len("now "))) is None:
        return limit
    comma = MAIN.search(text, cue.right, limit)
    return limit if comma is None else comma.start()
