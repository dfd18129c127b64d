"""Phrases that stand within what they report: "Fares, she cautioned, would rise"; "The plan, in his words, is dead"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import ADJUNCT, AUXILIARIES, DOCUMENTS, PASSIVE, VOICES
from stancekit.text.attribution.verbs import LEMMAS, PAST_FORM, word_set

# What follows a phrase between commas where its sentence is over: more about who says, or another clause.
_NO_REST = re.compile(
    r"\s*[,–—)-]?\s*(?:\w+ing|while|who|whose|which|when|as|but|although|though|after|before|and|or|without|not|whom|where|"
    r"because|since|if)\b"
)
# Where a sentence goes on that somebody interrupts: with its verb.
_VERB_NEXT = re.compile(
    r"\s*[,–—)-]?\s*(?:(?:also|still|already|now|never|simply|only|even|then|soon|always|often|must|can|could|may|might|shall|should|"
    r"will|would|is|are|was|were|has|have|had|does|do|did|cannot|[a-z]+ly|[a-z]+n[’']t) |[a-z]+(?:s|ed)\b|"
    rf"(?:burnt|read|{PAST_FORM})\b)"
)
# Words that open a sentence alone and are no part of what is said.
_OPENERS = word_set(
    """
    however meanwhile moreover furthermore nonetheless nevertheless still instead thus therefore so and but yet then
    also besides today yesterday earlier later afterwards elsewhere here there finally first second secondly lastly
    ever separately conversely similarly likewise overall again too otherwise consequently hence indeed when asked
    """
)
# Where she said it, up to the comma behind.
_PLACE_NEXT = re.compile(
    r" (?:in|on|at|by|to|during|after|over|from|through|via|before|with|this|last|earlier|today|yesterday|when|while)\b"
    r"[^,;:.“”\"–—]{1,70}(?=,)"
)
_OPENS_DASHED = frozenset("–—(-")
_DASH_NEXT = re.compile(r"\s?[–—)]|\s-\s")
_ANSWERS = frozenset({"no", "yes", "nonsense", "nothing"})
_MOST_BEFORE = 16  # words before such a phrase
_NO_VOICES = LEMMAS.keys() | PASSIVE
# "Beijing, says an envoy who follows the talks, wants more"
_VOICE_WITHIN = re.compile(
    r"\s(?P<who>(?!that\b|if\b|how\b|why\b|what\b)[\w’'.-]+(?: [\w’'.-]+){0,9}?)(?P<more> (?:who|whose|at|in|of|"
    r"for|from|with|on) "
    r"[^,;:“”\"]{2,80}?)?(?P<apposition>, [^,;:“”\"]{2,80})?(?=, (?!who\b|whose\b|which\b|and\b|but\b|\w+ing\b)[a-z])"
)
_WORDS = re.compile(
    r"(?:[Ii]n|[Bb]y) (?:(?P<his>his|her|their|its) |(?P<whose>(?:the |"
    r"an? )?[\w.-]+(?:[’'](?!s )[\w-]+)?(?: [\w.’'-]+?){0,5})"
    r"(?:[’']s|(?<=s)[’']) )(?:own )?$"
)
_OF = re.compile(r"(?:[Ii]n|[Bb]y) the $")
_OF_WHOM = re.compile(r" of (?P<who>(?:the |an? |one )?[^,;:“”\"]{2,80}?)(?=,|:|\s[“\"]|\.?\s*$)")
_ADDRESSED = re.compile(
    r"(?: (?:to|at|in|on|this|last) [^,;:“”\"]{2,60}?)?(?=[,:]|\.?\s*$|\s[“\"‘]|\s(?:they|he|she|it|there) )"
)
_LONGEST_WHOSE = 90


def interrupts(text: str, start: int, cue: Cue) -> bool:
    """Tell whether a phrase parts the subject of what it reports from its verb: "Fares, she cautioned, would rise"."""
    after = _end_of_aside(text, cue)
    if after < 0 or _NO_REST.match(text, after) is not None:
        return False
    before = text[start : cue.left].split()
    if not 0 < len(before) <= _MOST_BEFORE or before[0].lower().rstrip(",") in _OPENERS:
        return False
    if len(before) == 1:
        is_answer = before[0].strip("“”\"'").lower() in _ANSWERS
        return is_answer or (not before[0].endswith("ly") and _goes_on(text, start, cue, after))
    return not before[0].endswith(("ly", "ing")) and _goes_on(text, start, cue, after)


def _goes_on(text: str, start: int, cue: Cue, after: int) -> bool:
    """Tell whether no adverb or place opens the sentence, and its verb follows the phrase."""
    is_free = _is_bare(text, start, cue) and ADJUNCT.match(text, start, cue.left) is None
    return is_free and _VERB_NEXT.match(text, after) is not None


def _is_bare(text: str, start: int, cue: Cue) -> bool:
    """Tell whether no auxiliary verb and no comma stands before a phrase."""
    before = text[start : cue.left]
    return "," not in before and AUXILIARIES.isdisjoint(before.split())


def _end_of_aside(text: str, cue: Cue) -> int:
    """Give where a phrase ends that commas or dashes enclose; -1 for others."""
    if cue.subject_start < 0:
        return -1
    if text[cue.left : cue.left + 1] == ",":
        after = cue.right if text[cue.right : cue.right + 1] == "," else cue.verb_end
        return after if text[after : after + 1] == "," else -1
    # "The bill – Lee told the council – would cost jobs"
    is_opened = text[cue.left - 1 : cue.left] in _OPENS_DASHED
    return cue.right if is_opened and _DASH_NEXT.match(text, cue.right) is not None else -1


def widen(text: str, cue: Cue) -> None:
    """Take a place after a verb to its phrase, between commas: "The mill, she said by email, is safe"."""
    if (
        cue.has_that
        or cue.form != "finite"
        or text[cue.left : cue.left + 1] != ","
        or text[cue.right : cue.right + 1] == ","
    ):
        return
    place = _PLACE_NEXT.match(text, cue.right)
    if place is not None and _VERB_NEXT.match(text, place.end()) is not None:
        cue.right = place.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Who says by a phrase without a verb of its own, and where the phrase begins and ends."""

    left: int
    start: int
    end: int
    stop: int


def voice_within(text: str, start: int, stop: int, at: int, end: int) -> Within | None:
    """Find who says in "Beijing, says an envoy who follows the talks, wants more".

    Parameters
    ----------
    text : str
        The article.
    start, stop : int
        What stands before the verb, with its comma.
    at, end : int
        Where the verb ends, and where its sentence does.
    """
    before = text[start:stop]
    if before.count(",") != 1 or len(before.split()) > _MOST_BEFORE or ADJUNCT.match(before) is not None:
        return None
    match = _VOICE_WITHIN.match(text, at, end)
    if match is None or _VERB_NEXT.match(text, match.end()) is None:
        return None
    words = match["who"].split()
    if not _NO_VOICES.isdisjoint(words) or not AUXILIARIES.isdisjoint(words) or not _speaks(words):
        return None
    who = match.end("who") if match["more"] is None or " who" in match["more"][:5] else match.end("more")
    return Within(left=stop - 1, start=match.start("who"), end=who, stop=match.end())


def _speaks(words: list[str]) -> bool:
    """Tell whether words mean somebody who may speak."""
    if words[-1][0].isupper():
        return True
    lowered = [word.lower() for word in words]
    if lowered[-1] in ("he", "she", "they"):
        return True
    return any(word in OFFICES or word in VOICES or word in DOCUMENTS or is_person(word) for word in lowered)


def whose_words(text: str, floor: int, at: int, end: int, limit: int) -> Within | None:
    """Find "in Lee's words", "by his own account" and "in the words of the envoy" around their noun."""
    low = max(floor, at - _LONGEST_WHOSE)
    begins = max(text.rfind("n ", low, at), text.rfind("y ", low, at))
    if begins < 0:
        return None
    if (of := _OF.search(text, low, at)) is not None:
        who = _OF_WHOM.match(text, end, limit)
        return (
            None if who is None else Within(left=of.start(), start=who.start("who"), end=who.end("who"), stop=who.end())
        )
    whose = _last_of(text, low, at)
    if whose is None or (rest := _ADDRESSED.match(text, end, limit)) is None:
        return None
    group = "his" if whose["his"] else "whose"
    return Within(left=whose.start(), start=whose.start(group), end=whose.end(group), stop=rest.end())


def _last_of(text: str, low: int, at: int) -> re.Match[str] | None:
    """Find the nearest "in Lee's" that ends before a noun."""
    place = at
    while True:
        place = max(text.rfind("n ", low, place), text.rfind("y ", low, place))
        if place < 1:
            return None
        if text[place - 1] in "iIbB" and not text[place - 2 : place - 1].isalnum():
            match = _WORDS.match(text, place - 1, at)
            if match is not None:
                return match
