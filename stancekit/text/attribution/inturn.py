"""Who is reported within a turn of a transcript, and where the speaker of the turn goes on with his own words."""

from __future__ import annotations

import re

from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.objects import CALLING, calls_something
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.reporting import AUXILIARIES, VOICES
from stancekit.text.attribution.verbs import ASK, CLAUSE, FRAMES, JUDGE, LOOSE, STRICT, TELL, VOW, word_set

# What a body does now by such a verb, "Peru welcomes the vote", is its conduct as often as its words.
_CONDUCT = word_set("welcome praise thank salute question reject dismiss commend appreciate express voice tout")
# "nobody says": that is no report.
_NOBODY = re.compile(
    r"(?:that )?(?:(?:no ?body|no one|none|neither|who(?:ever)?|anyone|anybody|any|nothing|no)\b|"
    r"(?:it|this|that|there|which|what)$)"
)
_SUPPOSED = re.compile(r"\b(?:if|unless|whether|suppose|imagine|whenever|until|before|once|let|should|when you)\s+$")
# ", and we apply it", ", so nobody will freeze", "; I regret it"
_OWN_WORDS = re.compile(
    r",\s(?:and|but|yet|so)\s(?:I|we|you|this|these|those|here|there|nobody|no one|that was|that is|that’s|for that|"
    r"in that|with that|on that|"
    r"to that)\b[’'\w]*(?! (?:also|therefore) (?:should|must))"
    r"|,\s(?:and|but) (?:he|she|they|it) (?:stands?|(?:was|is|were|are)(?: quite| absolutely| perfectly)? (?:right|"
    r"wrong)|"
    r"has a point|have a point|named|meant|means)\b"
    r"|,\sso\s(?=\w+ (?:is|are|was|were|will|would|has|have|can|could|does|do|did)\b)"
    r"|,\s(?:which|something) (?:I|we|is (?:true|right|wrong|why|what|exactly|precisely|not)|was (?:true|right|"
    r"wrong|all|"
    r"news|the)|tells|shows|means)\b"
    r"|;\s(?!that\b|and that\b)"
    r"|,\s(?:and|but) (?:every time|then|now|again|yesterday|today|frankly|here|maybe|perhaps) (?:I|we|he|she|they)\b"
    r"|\s[–—-]{1,2}\s(?:and I|but I|but we|which I|I|you)\b"
)
_OWN_ANYWHERE = re.compile(
    r"[,;]\s(?:(?:and|but|yet|so)\s)?(?:I|my (?:\w+ )?\w+)(?:[’'](?:m|ve|ll|d))?\s(?!(?:say|said|quote)\b)"
)
_AND_WE = re.compile(
    r",\s(?:and|but)\s(?:we|our [a-z]+)\s(?:are|have|had|will|were|do|did|must|can|welcome|thank|hope|expect|support|"
    r"share|value|show|"
    r"look|stand|call|urge|reject|condemn|remain|believe|agree|regret)\b"
)
_WHICH_WE = re.compile(r",\s(?:with |to |of |in |on |for )?which (?:I|we) ")
_OWN_CLAUSE = re.compile(r",\s(?:and|but|so|yet)\s(?:our|my|it|they|he|she|there|that|this|its|his|her|their)\b")
_QUOTE = re.compile(r"quote(?:[,:–—-]+ | –+ | -+ )?|")
_UNQUOTE = re.compile(r",?\s(?:un|end |close )quote[.,]?\s*$")
_NEAR = 20
_LEAST = 12  # characters of what is said before the speaker goes on
_PLURAL = re.compile(
    r"\b(?:[Tt]he|[Tt]hese|[Tt]hose|[Oo]ur|[Mm]y|[Tt]heir|[Yy]our|[Ss]ome|[Mm]any|[Tt]wo|[Tt]hree|[Bb]oth|[Aa]ll|[Ss]everal)"
    r" (?:[A-Za-z-]+ ){0,3}?(?P<noun>[A-Za-z-]+)\b"
)
_BACK = 260  # characters before "they" in which those are looked for whom it means


def is_reported(text: str, cue: Cue, speaker: Speaker | None, own: str | None, *, has_marks: bool) -> bool:
    """Tell whether a phrase with a subject reports another within a turn.

    Parameters
    ----------
    text : str
        The transcript.
    cue : Cue
        The phrase.
    speaker : Speaker or None
        Who says it.
    own : str or None
        Whose turn it is.
    has_marks : bool
        Whether what follows or precedes stands in quotation marks.
    """
    if speaker is None or speaker.name == own:
        return False
    subject = text[cue.subject_start : cue.subject_end].strip().lower()
    verb = text[cue.verb : cue.verb_end].partition(" ")[0]
    if _is_supposed(text, cue, subject, verb):
        return False
    if cue.lemma in _CONDUCT and (verb == cue.lemma or verb.endswith(("s", "ing"))) and not (cue.has_that or has_marks):
        return False
    is_alone = " " not in text[cue.verb : cue.verb_end]  # "ruled out" is clear
    if FRAMES.get(cue.lemma) == cue.frame == STRICT and is_alone and not cue.has_that:
        return has_marks
    if cue.frame == LOOSE and not (cue.has_that or has_marks):
        return cue.lemma in CALLING and cue.lemma != "call" and calls_something(text, cue.lemma, cue.right, len(text))
    return cue.has_that or has_marks or cue.form == "according" or cue.frame in (CLAUSE, ASK, JUDGE, TELL, VOW)


def _is_supposed(text: str, cue: Cue, subject: str, verb: str) -> bool:
    """Tell whether nobody has said it, or only may: "nobody says", "if he says", "when people say that, I laugh"."""
    if _NOBODY.match(subject) and not text.endswith("in which ", 0, cue.subject_start):
        return True
    if verb == cue.lemma and (subject.startswith("when ") or text.endswith(("When ", "when "), 0, cue.subject_start)):
        return True
    return _SUPPOSED.search(text, max(0, cue.subject_start - _NEAR), cue.subject_start) is not None


def own_words(text: str, start: int, limit: int) -> int:
    """Give where whoever has the turn goes on with his own words behind what another said."""
    match = _OWN_WORDS.search(text, min(start + _LEAST, limit), limit)
    return limit if match is None else match.start()


def unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out "quote" and "unquote" around what is said."""
    while start < end and text[start] in " ,":
        start += 1
    if text.startswith("quote", start):
        start += len(_QUOTE.match(text, start, end)[0])  # type: ignore[index]
    if (
        text.find("quote", max(start, end - _LEAST), end) >= 0
        and (last := _UNQUOTE.search(text, start, end)) is not None
    ):
        end = last.start()
    return start, end


def own_clause(text: str, start: int, limit: int) -> int:
    """Give where a clause of the speaker follows a thing of which another spoke: "promised a bus, and we wait"."""
    match = _OWN_CLAUSE.search(text, start, limit)
    if match is None or not AUXILIARIES.isdisjoint(text[start : match.start()].split()):
        return limit
    return match.start()


def own_sentence(text: str, start: int, limit: int) -> int:
    """Give where a text goes on with "I" behind what another said: "; I regret it"."""
    ours = _WHICH_WE.search(text, min(start + _LEAST, limit), limit)
    if ours is not None:
        limit = ours.start()
    if text.find(", and ", start, limit) >= 0 or text.find(", but ", start, limit) >= 0:
        ours = _AND_WE.search(text, min(start + _LEAST, limit), limit)
        limit = limit if ours is None else ours.start()
    if text.find(" I ", start, limit) < 0 and text.find(" my ", start, limit) < 0:
        return limit
    match = _OWN_ANYWHERE.search(text, min(start + _LEAST, limit), limit)
    return limit if match is None else match.start()


def plural_before(text: str, floor: int, at: int) -> tuple[int, int] | None:
    """Give where the last several stand who may be "they": "the observers", "our partners"."""
    last = None
    for match in _PLURAL.finditer(text, max(floor, at - _BACK), at):
        noun = match["noun"].lower()
        if noun.endswith("s") and (
            noun in VOICES or noun in OFFICES or is_person(noun.removesuffix("s")) or _is_people(match)
        ):
            last = match.span()
    return last


def _is_people(match: re.Match[str]) -> bool:
    """Tell whether the noun is a people: "the Iranians"."""
    return match["noun"][0].isupper() and match["noun"].endswith(("ians", "eans", "ans"))
