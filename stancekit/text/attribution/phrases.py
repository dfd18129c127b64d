"""The phrase that names a speaker, without the words around it that name nobody."""

from __future__ import annotations

import re

from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.descriptions import original_head
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import DAY, DOCUMENTS, MONTH, VOICES, word_set

_PREFIX = re.compile(
    r"^(?:(?:and|but|so|yet|also|then|however|meanwhile|in turn|on the other hand|for example|for instance|"
    r"earlier|later|"
    r"that|as|while|when|where|because|since|although|though|after|before|if|moreover|furthermore|in addition|"
    r"in this regard|elsewhere|instead|still|both|at the same time|"
    r"(?:this|that|which) is (?:partly |precisely |also )?why)"
    r"\b,?\s+)+",
    re.IGNORECASE,
)
# "the minister for her part"
_IN_TURN = re.compile(r",? (?:for (?:his|her|its|their) (?:own )?(?:part|turn)|in (?:his |her |its |their )?turn)$")
# "the bank in a media release"
_IN_VENUE = re.compile(
    r",? in (?:an?|his|her|its|their|the|one|another) (?:[\w’'-]+ ){0,4}?(?:statement|release|letter|interview|"
    r"speech|sermon|address|tweet|post|briefing|message|report|note|memo|email|e-mail|response|reply|remarks|comments|"
    r"presentation|testimony|submission|article|editorial|column|podcast|broadcast|video|lecture|appeal|communique|"
    r"communiqué|declaration|notice|circular|bulletin|dispatch)(?: (?:to|with|on|about|from|after|for) [^,;:.“”\"]{2,60})?$"
)
_ON_DAY = re.compile(rf" (?:late |early )?on {DAY}$")
_ADVERBIAL = re.compile(
    r",? (?:at (?:first|last|once|the time)|for now|once (?:again|more)|in (?:private|public|particular|return|response|reply)|"
    r"(?:last|this|earlier this|later that|that) (?:week|month|year|night|morning|afternoon|evening|spring|summer|autumn|winter))$"
)
_ON_DATE = re.compile(rf" on (?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?,?$")
# "On Sudan, both Kenya and Uganda said"
_TOPIC_FIRST = re.compile(
    r"(?:On|In|At|For|As for|With) (?:the )?[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3},\s+(?=both |the )"
)
_PREFIX_WORDS = word_set(
    """
    and but so yet also then however meanwhile in on for earlier later that as while when where because since although
    though after before if moreover furthermore elsewhere instead still both at this which with despite
    """
)

# "My friend the Prime Minister of Chad"
_FRIEND = re.compile(r"(?:[Mm]y|[Oo]ur) (?:[a-z]+ )?(?:friend|colleague|brother|sister|counterpart|predecessor),? (?=the |President |Prime |[A-Z])")
# "Our colleagues from the Office of Relief": the office speaks
_COLLEAGUES = re.compile(r"[Oo]ur (?:[a-z]+ )?(?:colleagues|friends|partners) (?:from|at|with|over at) (?=(?:the )?[A-Z])")
_POINTING = word_set("that this point day note occasion score front matter subject issue night basis question")
# "On that point the delegate": the phrase begins behind "on"
_ON_THAT = re.compile(
    r"(?:that |this )?(?:point|day|note|occasion|score|front|matter|subject|issue|night|basis|question) "
    r"(?=(?:the|our|his|her|their|its) )"
)
_FRONTED = word_set(
    "yesterday today tonight tomorrow now last this four two three five six ten several some many at two recently "
    "once soon afterwards one"
)
# "Yesterday the High Commissioner", "Four years ago the Americans", "Now of course people"
_FRONTED_TIME = re.compile(
    r"(?:(?:[Yy]esterday|[Tt]oday|[Tt]onight|[Tt]omorrow|[Nn]ow|[Rr]ecently|[Oo]nce|[Ss]oon|[Aa]fterwards)"
    r"(?: (?:morning|afternoon|evening|night|again))?"
    r"|(?:[Ll]ast|[Tt]his) (?:week|month|year|night|morning|afternoon|evening|spring|summer|autumn|winter)"
    r"|(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Tt]en|[Ss]ome|[Ss]everal|[Mm]any|[Oo]ne) (?:hours?|days?|weeks?|months?|"
    r"years?|decades?) (?:ago|later|before|earlier)|[Aa]t (?:this|that|the same) (?:point|time|moment|stage))"
    r"(?: of course)?,? (?=(?:the|an?|our|my|your|his|her|their|its|some|people|both|two|[A-Z][\w.-]+) ?)"
)
# "Before the High Court the applicants": nothing parts the place from who speaks.
_FRONTED_PLACE = re.compile(
    r"(?:[Ii]n|[Aa]t|[Bb]efore|[Aa]fter|[Dd]uring|[Oo]n|[Ww]ith) (?:the|an?|this|that|his|her|their|its|our|my) (?:[\w’'-]+ ){0,3}?"
    r"(?!(?:of|for|to|in|on|at|and|from|with|by|or|between|against|over|about|all|both|than|as|that) )[\w’'-]+ "
    r"(?=(?:the|our|my|his|her|their|its) [\w’'-]+)"
)

_SHORT = 12  # characters of a phrase that holds no aside


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:  # a span, and nothing else
    """Leave out blanks and the conjunctions before a phrase."""
    phrase = text[start:end]
    end -= len(phrase) - len(phrase.rstrip(" ,\n\t"))
    start += len(phrase) - len(phrase.lstrip(" ,\n\t“”\"'"))
    if text.find(" ", start, end) < 0:
        return start, end
    if end - start > _SHORT:
        end = _without_aside(text, start, end)
    first = text[start : min(end, start + 12)].split(" ", 1)[0].lower().rstrip(",")
    if first in ("my", "our") and (friend := _FRIEND.match(text, start, end)) is not None:
        return friend.end(), end
    if first == "our" and (colleagues := _COLLEAGUES.match(text, start, end)) is not None:
        return colleagues.end(), end
    if first in _POINTING and (point := _ON_THAT.match(text, start, end)) is not None:
        return point.end(), end
    if first in _FRONTED and end - start > _SHORT and (fronted := _FRONTED_TIME.match(text, start, end)) is not None:
        return fronted.end(), end
    if first not in _PREFIX_WORDS:
        return start, end
    if end - start > _SHORT and (place := _FRONTED_PLACE.match(text, start, end)) is not None:
        return place.end(), end
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
    if (late := _ADVERBIAL.search(text, start, end)) is not None:
        return late.start()
    if text.endswith("day", start, end) and (day := _ON_DAY.search(text, start, end)) is not None:
        return day.start()
    if text.endswith((" part", " turn"), start, end) and (turn := _IN_TURN.search(text, start, end)) is not None:
        return turn.start()
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
