"""The phrase that names a speaker, without the words around it that name nobody."""

from __future__ import annotations

import re

from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.descriptions import original_head
from stancekit.text.attribution.fronted import FRONTED, past_fronted
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import DAY, DOCUMENTS, MONTH, VOICES
from stancekit.text.attribution.verbs import word_set

_PREFIX = re.compile(
    r"^(?:(?:and|but|so|yet|also|then|however|meanwhile|in turn|on the other hand|for example|for instance|"
    r"earlier|later|"
    r"that|as|while|whilst|whereas|when|where|because|since|although|though|after|before|if|"
    r"moreover|furthermore|in addition|"
    r"in this regard|elsewhere|instead|still|both|at the same time|"
    r"(?:last|this) (?:week|month|year|night|morning|spring|summer|autumn|winter)|"
    r"(?:this|that|which) is (?:partly |precisely |also )?why)"
    r"\b,?\s+)+",
    re.IGNORECASE,
)
# "the bank in a media release"
_IN_VENUE = re.compile(
    r",? in (?:an?|his|her|its|their|the|one|another) (?:[\w’'-]+ ){0,4}?(?:statement|release|letter|interview|"
    r"speech|sermon|address|tweet|post|briefing|message|report|note|memo|email|e-mail|response|reply|remarks|comments|"
    r"presentation|testimony|submission|article|editorial|column|podcast|broadcast|video|lecture|appeal|communique|"
    r"communiqué|declaration|notice|circular|bulletin|dispatch)(?: (?:to|with|on|about|from|after|"
    r"for) [^,;:.“”\"]{2,60})?$"
)
_ON_DAY = re.compile(rf" (?:late |early )?on {DAY}$")
_LATE_ENDS = (
    "first", "last", "once", "time", "now", "again", "more", "private", "public", "particular", "return", "response",
    "reply", "week", "month", "year", "night", "morning", "afternoon", "evening", "spring", "summer", "autumn",
    "winter",
)  # fmt: skip
_ADVERBIAL = re.compile(
    r",? (?:at (?:first|last|once|the time)|for now|once (?:again|more)|in (?:private|public|particular|return|"
    r"response|reply)|"
    r"(?:last|this|earlier this|later that|that) (?:week|month|year|night|morning|afternoon|evening|spring|"
    r"summer|autumn|winter))$"
)
_ON_DATE = re.compile(rf" on (?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?,?$")
# "On Sudan, both Kenya and Uganda said"
_TOPIC_FIRST = re.compile(
    r"(?:On|In|At|For|As for|With) (?:the )?[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3},\s+(?=both |the )"
)
# "Hours later the minister", "Eleven years ago a neighbour"
_TIME_FIRST = re.compile(
    r"(?:(?:[A-Z][a-z]+|[a-z]{2,10}|\d{1,3}) ){0,2}(?:[Mm]inutes?|[Hh]ours?|[Dd]ays?|[Ww]eeks?|[Mm]onths?|[Yy]ears?|"
    r"[Dd]ecades?) (?:ago|later|earlier),? (?=(?:an?|the|his|her|their|its) |[A-Z])"
)
_PREFIX_WORDS = word_set(
    """
    and but so yet also then however meanwhile in on for earlier later that as while whilst whereas when where because
    since although though after before if moreover furthermore elsewhere instead still both at this last which with
    despite
    """
)


_SHORT = 12  # characters of a phrase that holds no aside
_SELVES = (" himself", " herself", " itself", " themselves", " ourselves")
_BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
_AFTER, _BEFORE = _BLANKS + ",", _BLANKS + ",“”\"'"


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:  # a span, and nothing else
    """Leave out blanks and the conjunctions before a phrase."""
    phrase = text[start:end]
    end -= len(phrase) - len(phrase.rstrip(_AFTER))
    start += len(phrase) - len(phrase.lstrip(_BEFORE))
    if text.find(" ", start, end) < 0:
        return start, end
    if text.endswith(_SELVES, start, end):  # "the minister himself"
        end = start + len(text[start:end].rpartition(" ")[0].rstrip(_AFTER))
    if end - start > _SHORT:
        end = _without_aside(text, start, end)
    is_timed = any(text.find(word, start, end) > 0 for word in (" later", " ago", " earlier"))
    if is_timed and (time := _TIME_FIRST.match(text, start, end)) is not None:
        start = time.end()
    first = text[start : min(end, start + 12)].split(" ", 1)[0].lower().rstrip(",")
    if first in FRONTED and (fronted := past_fronted(text, start, end, first)) > 0:
        return fronted, end
    if first not in _PREFIX_WORDS:
        return start, end
    if (topic := _TOPIC_FIRST.match(text, start, end)) is not None:
        start = topic.end()
    if (prefix := _PREFIX.match(text[start:end])) is not None and start + prefix.end() < end:
        is_pair = prefix[0].lower().endswith("both ") and " and " not in text[start:end]
        start += prefix.end() - (len("both ") if is_pair else 0)
    return start, end


def _without_aside(text: str, start: int, end: int) -> int:
    """Give where a phrase ends before examples, days and turns: "the members, including Peru", "Lee for her part"."""
    if (among := text.find(" including ", start, end)) > 0 or (among := text.find(" such as ", start, end)) > 0:
        return start + len(text[start:among].rstrip(" ,"))
    if text.find(" in ", start, end) > 0 and (venue := _IN_VENUE.search(text, start, end)) is not None:
        return venue.start()
    if text.find(" on ", start, end) > 0 and (date := _ON_DATE.search(text, start, end)) is not None:
        return date.start()
    if text.endswith(_LATE_ENDS, start, end) and (late := _ADVERBIAL.search(text, start, end)) is not None:
        return late.start()
    if text.endswith("day", start, end) and (day := _ON_DAY.search(text, start, end)) is not None:
        return day.start()
    return end


def after_heading(text: str, start: int, end: int) -> int:
    """Give where a phrase begins into which a heading runs: "Ministers agree on grain The Turkish official"."""
    at = text.rfind(" The ", start, end) + 1
    if at == 0:
        return start
    if any(word.endswith(("ed", "ly")) for word in text[at:end].split()):
        return start
    head = original_head(text[at:end])
    return at if head in OFFICES or head in VOICES or head in DOCUMENTS or is_person(head) else start
