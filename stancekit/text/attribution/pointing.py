"""Phrases around verbs of saying: "as Lee put it", "was quick to note", "said Ann Lee, the minister"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import DOCUMENTS, PASSIVE, SILENCING
from stancekit.text.attribution.verbs import LEMMAS

_AS_WHO = re.compile(
    r"\b[Aa]s (?:(?:our|my) (?:[a-z-]+ ){0,3}?)?(?P<who>(?!.{2,60}\s(?:I|we)$)(?:[A-Z]|de [A-Z]|van [A-Z]|von [A-Z]|"
    r"the |an? |(?:he|she|they|I|we|you)$|his |her |its |"
    r"their |one |many |some |most )"
    r"[^,;:“”\"]{0,90}|[a-z]+s)(?:, (?:representing|speaking|addressing|then|my|our|who|in|on|at|"
    r"as) [^,;:“”\"]{2,80},|, (?:(?:Mr|Mrs|Ms|Dr|Sir)\.? )?[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,4},)?$"
)
# What may stand between such a verb and a comma or the end: after more the sentence only goes on.
_POINTED = re.compile(
    r"(?: (?:it|this|that|them|so|us|me|(?:their|his|her|its|the|this) (?:General )?\w+))?(?:(?: (?:here|in|on|at|"
    r"during|to|before|after|from|last|a few|"
    r"some|several|"
    r"earlier|again|repeatedly|many|several|numerous|yesterday|today|just|so)\b)[^,;.:“”\"]{0,70})?(?=,|\.?\s*$)"
)
_DOES_SAY = re.compile(
    r"\s(?:(?:was|were|is|are) (?:also |very |always )?(?:quick|swift|careful|keen|eager|pleased|proud|"
    r"delighted|happy|glad|honou?red|sorry|saddened|thrilled|at pains|the first|"
    r"the latest|among the first)|hastened|hurried|rushed|(?:took|takes) (?:great |some )?pains|"
    r"(?:took|seized) (?:the|this|that) (?:opportunity|occasion|chance)|"
    r"(?:took|takes) to (?:Twitter|X|Facebook|Instagram|Telegram|television|social media|the (?:stage|podium|floor))|"
    r"(?P<went>travell?ed|flew|went|came|returned|appeared) (?:back )?(?:to|in|at|on|before) [^,;:]{2,60}?|"
    r"used|is wont|was wont|is fond|likes?|liked|loves?|loved|never (?:tires|tired)|"
    r"(?:has |have |had )?(?:goes|gone|went|go) (?:so|as) far as|(?:made|makes) (?:a|no) (?:point|secret) of|"
    r"(?:do|does|did|has|have) not hesitated?|"
    r"(?:saw|sees|thought|found) (?:fit|it necessary|it right)|felt (?:compelled|obliged|bound|moved)|"
    r"(?:(?:was|were|has been|have been|had been) (?:forced|obliged|compelled|made)|(?:has|have|had) had|had|has|have)"
    r"(?P<admits>)|"
    r"used (?:his|her|the|their|its|an?) (?:[\w’'-]+ ){1,5}?|"
    r"(?:liked|likes|loved|loves|used)|(?:was|were) (?:once |often |over)?heard|(?:has |had |have )?(?:written|"
    r"wrote|writes|"
    r"telephoned|phoned|e-?mailed|stepped|intervened|interrupted) [^,;:]{2,60}?|"
    r"(?:issued|released|published) (?:also )?(?:an?|another|its|their) (?:[\w-]+ ){0,3}(?:statement|letter|"
    r"declaration)(?: on [^,;:]{3,24}?)?)\s?to$"
)

# "prices rose, with the bank calling it a blip": in a clause of its own somebody else speaks.
_WITH_WHOM = re.compile(
    r", with (?P<who>[^,;:“”\"]{2,80}?)(?P<aside>, [^,;:“”\"]{3,100},)?"
    r"(?: (?:even|also|again|further|repeatedly|[a-z]+ly))? $"
)
# "over what the minister calls “a plot”"
_WHAT_WHO = re.compile(
    r"\b(?:what|which) (?P<who>[^,;:“”\"]{2,60}?)(?: (?:has|have|had|once|also|often|[a-z]+ly)){0,2}$"
)
_AS_MARKED = re.compile(r"(?: as)?(?: (?:the|an?|its|their))?(?= [“\"‘'])")
_CALLED_MORE = re.compile(r" (?:of|for|in|on|by|against|from|towards?|at) [^,;:.“”\"]+")
_CALLED_ENDS = re.compile(r"[,;:.“”\"]| (?:and|but|while|after|before|when|as|that|which|who) ")
# "is of the view that"
_OF_VIEW = re.compile(
    r"\s(?:is|are|was|were|(?:has|have|had) been|remains?|remained)(?: [a-z]+ly| also| still| all)? of (?:the|this) "
    r"(?:same |firm )?$"
)
# "says a report published on the website of the Polar Society"
_ISSUED_BY = re.compile(
    rf"(?:the |an? |its )?(?:[\w-]+ ){{0,3}}?(?:{'|'.join(sorted(DOCUMENTS))})"
    r"(?: (?:published|posted|released|issued|carried|written|signed|made|put out))? "
    r"(?:by|from|(?<=telegram )of|(?<=message )of|(?<=letter )of|on (?:the )?(?:official )?(?:web ?site|site|"
    r"page|blog|account) of) "
    r"(?P<who>(?:the )?[A-Z][\w’'.-]*(?: (?:(?:of|for|and|the) ){0,2}[A-Z][\w’'-]*){0,7}|the [a-z]+)"
)
# "wrote Ann Lee, a former envoy, and Bo Kern"
_AND_ANOTHER = re.compile(r", [^,;:“”\"]{3,100}, and [A-Z][\w’'-]+(?: [A-Z][\w’'.-]+){1,3}(?=[,.]|\s(?:in|on|for)\b)")
_LONGEST_WITH = 220
_SPEAKER_LAST = re.compile(
    r"\s(?!(?:on|in|at|during|to|that|after|late|last|earlier)\b)(?:the |an? )?(?:[\w’'.-]+ ){0,9}[\w’'.-]+?"
    r"(?=\.?\s*$|, (?:adding|noting|reiterating|stressing|urging|warning|calling|saying|referring|citing) |"
    r",? (?:on|in|at) [^,]{3,60}$|, (?P<apposition>[^,;:“”\"]{2,120}?)"
    r"(?:, (?:on|in|at|after|before|during|following|when|while) [^;:“”\"]{3,80})?\.?\s*$)"
)
_NO_SPEAKERS = LEMMAS.keys() | PASSIVE | (SILENCING - {"the", "a", "an", "of"})
# "a plan which the minister says is dead"
_RELATIVE_WHO = re.compile(
    r",?\s(?:which|who|whom|what)\s(?P<who>(?:(?:the |an? |[A-Z])[^,;:“”\"]{1,60}|he|she|they|it|officials|"
    r"police|critics))\s*$"
)
_FINITE_NEXT = re.compile(
    r"\s(?:is|was|are|were|has|had|have|will|would|could|should|must|can|may|might|does|did|do|[a-z]+ed|needs|wants|"
    r"remains|threatens|makes|amounts|lacks)\s"
)
# "as was explained by the minister"
_AS_TOLD = re.compile(r"\b[Aa]s (?:(?:it )?(?:was|is|were|has been|had been|have been)\s*)?(?:\w+ly )?$")
_BY = re.compile(
    r"\sby (?P<who>[^,;:–—“”\"]{2,80}?(?:, (?:Mr|Mrs|Ms|Dr)\.? [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)?)(?=,|\s[-–—]|\.?\s*$)"
)
_AFTER_THAT = re.compile(r"\b(?:that|which|where)\s?(?:,|\s[-–—])?$")
_OPENS = re.compile(r"(?:,|\s[-–—]+)\s")
# "What Lee said was that"
_CLEFT = re.compile(
    r"(?:\b[Ww]hat|\b[Aa]ll(?: that)?) (?P<who>[^,;:“”\"]{1,60}?)(?:,? (?:has|have|had|is|are|was|were|been|keeps?|"
    r"kept|also|just|then|\w+ly))*\s?$"
)
_CLEFT_THAT = re.compile(
    r"(?: [\w’']+){0,3}? (?:is|was)(?= that )| for (?:is|was)(?= (?:the|an?|to|more|his|her|their) )"
)
# Two meet "to underscore the value of open ports".
_UNDERLINING = frozenset({"underscore", "underline", "reaffirm", "reiterate", "stress", "emphasize", "emphasise"})
_ADMITTING = frozenset(
    {"admit", "concede", "acknowledge", "confess", "apologise", "apologize", "recognise", "recognize"}
)
_LONGEST_RELATIVE = 80
_LONGEST_DOING = 90
_LONGEST_SPEAKER = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A subject after "as".

    Attributes
    ----------
    at : int
        Where "as" stands.
    who_start, who_end : int
        Who says.
    end : int
        Where the phrase ends; -1 where it points to nothing and "as" only joins two clauses.
    opens : bool
        Whether what was said follows.
    """

    at: int
    who_start: int
    who_end: int
    end: int
    opens: bool


def find_pointer(text: str, unit: Unit, floor: int, stop: int, end: int) -> Pointer | None:
    """Find "as Lee" before a verb that ends at a place."""
    if text.find(" as ", floor, stop) < 0 and text.find("As ", floor, stop) < 0:
        return None
    who = _AS_WHO.search(text[floor:stop].rstrip())
    if who is None:
        return None
    at = floor + who.start()
    rest = _POINTED.match(text, end, unit.end)
    last = -1 if rest is None else rest.end()
    return Pointer(
        at=at, who_start=floor + who.start("who"), who_end=floor + who.end("who"), end=last,
        opens=last >= 0 and text[last : last + 1] == "," and _begins(text, unit, at),
    )  # fmt: skip


def told_by(text: str, unit: Unit, floor: int, stop: int, end: int) -> Pointer | None:
    """Find "as was explained by Lee" or "what Lee said was" around a verb."""
    if not text.startswith(" by ", end):
        return _find_cleft(text, floor, stop, end)
    if (as_told := _AS_TOLD.search(f"{text[floor:stop].rstrip()} ")) is None:
        return None
    if (who := _BY.match(text, end, unit.end)) is None:
        return None
    at = floor + as_told.start()
    is_first = text[at] == "A" or _AFTER_THAT.search(text[unit.start : at].rstrip()) is not None
    opening = _OPENS.match(text, who.end(), unit.end) if is_first else None
    return Pointer(
        at=at, who_start=who.start("who"), who_end=who.end("who"),
        end=who.end() if opening is None else opening.end() - 1, opens=opening is not None,
    )  # fmt: skip


def _find_cleft(text: str, floor: int, stop: int, end: int) -> Pointer | None:
    """Find "What Lee" before a verb that "is that" or "was that" follows."""
    if (that := _CLEFT_THAT.match(text, end)) is None:
        return None
    if (who := _CLEFT.search(text[floor:stop])) is None:
        return None
    return Pointer(
        at=floor + who.start(), who_start=floor + who.start("who"), who_end=floor + who.end("who"), end=that.end(),
        opens=False,
    )  # fmt: skip


def _begins(text: str, unit: Unit, at: int) -> bool:
    """Tell whether "as" begins a sentence, or what somebody is said to say."""
    if text[at] == "A" or text[unit.start : at].rstrip().endswith(("that,", "that", "...", "…")):
        return True
    return bool(unit.cues) and unit.cues[-1].form == "according" and unit.cues[-1].right == at


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Whom a phrase of saying names before it.

    Attributes
    ----------
    left : int
        Where the phrase begins.
    start, end : int
        Who says.
    verb_end : int
        Where the phrase ends.
    """

    left: int
    start: int
    end: int
    verb_end: int


def find_with(text: str, floor: int, at: int) -> Voice | None:
    """Find who speaks in a clause that begins with "with": ", with the bank calling"."""
    place = text.rfind(", with ", max(floor, at - _LONGEST_WITH), at)
    match = None if place < 0 else _WITH_WHOM.match(text, place, at)
    if match is None or "ing " in match["who"] or len(match["who"].split()) > 9:
        return None
    if (aside := match["aside"]) is not None and OFFICES.keys().isdisjoint(aside.lower().strip(" ,").split()):
        return None
    return Voice(left=place, start=match.start("who"), end=match.end("who"), verb_end=at)


def find_what(text: str, floor: int, stop: int, end: int) -> Voice | None:
    """Find who calls something what stands in quotation marks: "over what the minister calls “a plot”"."""
    marked = _AS_MARKED.match(text, end)
    if marked is None or (who := _WHAT_WHO.search(text, max(floor, stop - _LONGEST_DOING), stop)) is None:
        return None
    return Voice(left=who.start(), start=who.start("who"), end=who.end("who"), verb_end=marked.end())


def find_issuer(text: str, start: int, end: int) -> Voice | None:
    """Find whose the document is that speaks after a verb: "says a report by the Polar Society"."""
    by = _ISSUED_BY.match(text, start, end)
    return None if by is None else Voice(left=start, start=by.start("who"), end=by.end("who"), verb_end=by.end())


def past_another(text: str, at: int, end: int) -> int:
    """Go past a second person who speaks: "wrote Ann Lee, a former envoy, and Bo Kern"."""
    another = _AND_ANOTHER.match(text, at, end)
    return at if another is None else another.end()


def what_ends(text: str, close: int, limit: int) -> int:
    """Give where ends what somebody calls so: "what they call “a plot” against the bank and fear"."""
    more = _CALLED_MORE.match(text, close, limit)
    if more is None:
        return close
    stop = _CALLED_ENDS.search(text, close + 1, more.end())
    if stop is not None and stop[0] == " and " and text.find(" between ", close, stop.start()) >= 0:
        stop = _CALLED_ENDS.search(text, stop.end(), more.end())
    return more.end() if stop is None else stop.start()


def holds_view(text: str, floor: int, at: int, end: int) -> int:
    """Give where "is of the" begins before a view that somebody holds; -1 where none is told."""
    if not text.startswith(" that ", end):
        return -1
    match = _OF_VIEW.search(text, max(floor, at - _LONGEST_DOING), at)
    return -1 if match is None else match.start()


def relative_subject(text: str, floor: int, stop: int, end: int) -> re.Match[str] | None:
    """Find who says in "a decree which the minister says is dead"."""
    if _FINITE_NEXT.match(text, end) is None:
        return None
    return _RELATIVE_WHO.search(text, max(floor, stop - _LONGEST_RELATIVE), stop)


def says_by_doing(text: str, floor: int, stop: int, end: int) -> int:
    """Give where "was quick to" or "took pains to" begins before a verb; -1 where nothing like it stands there."""
    if text[stop:end].rsplit(None, 1)[-1] in _UNDERLINING and (met := text.rfind(" met ", floor, stop)) >= 0:
        return met
    does = _DOES_SAY.search(text, max(floor, stop - _LONGEST_DOING), stop)
    if does is None or (does["went"] is not None and not text.startswith(" that ", end)):
        return -1
    if does["admits"] is not None and text[stop:end].rsplit(None, 1)[-1] not in _ADMITTING:
        return -1
    return does.start()


def speaker_at_end(text: str, at: int, end: int) -> re.Match[str] | None:
    """Find who says after a verb near the end of a sentence: "said Ann Lee, the minister, on Friday"."""
    rest = _SPEAKER_LAST.match(text, at, min(end, at + _LONGEST_SPEAKER))
    if rest is None or " that " in text[rest.end() : end].partition(",")[0]:
        return None
    if (apposition := rest["apposition"]) is not None and not (_describes(apposition) or _is_name(apposition)):
        return None
    words = rest.group().split()
    small = [word for word in words if word.islower() and word not in OFFICES]
    is_named = words[-1][0].isupper() or words[-1].lower() in OFFICES
    return rest if is_named and len(small) <= 4 and _NO_SPEAKERS.isdisjoint(small) else None


def _is_name(apposition: str) -> bool:
    """Tell whether a name follows an office: "said the envoy, Ann Lee"."""
    words = apposition.split()
    return 1 < len(words) < 5 and all(word[0].isupper() for word in words)


def _describes(apposition: str) -> bool:
    """Tell whether what follows a name tells an office or an age, or goes on about the person."""
    words = apposition.lower().split()
    return words[0].isdigit() or words[0] in ("who", "whose") or not OFFICES.keys().isdisjoint(words)
