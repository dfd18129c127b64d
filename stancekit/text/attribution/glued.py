"""Where a sentence begins into which a heading has run: "Panel to be set up On Monday, Lee said"."""

from __future__ import annotations

import re

from stancekit.text._words import Words
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.kinds import GLUE
from stancekit.text.attribution.namewords import PLACES
from stancekit.text.attribution.people import People
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.verbs import word_set

# Prepositions in capitals after a small word begin a sentence.
_GLUED = re.compile(
    r"(?<=[a-z0-9] )(?:(?:On|In|At|During|After) (?:the|an?|his|her|their|its|this|that|[A-Z]\w+day)|"
    r"Speaking|Addressing|Meanwhile,|Earlier,)\s"
    r"|(?<=[a-z0-9] )In (?:a )?(?:meeting|talks|response|reaction|remarks)\s"
)
# After these words, though small, what is in capitals begins no sentence.
_NEVER_LAST = word_set(
    """
    that which who whom whose what when while where if because as but and or than since until before after of by to for
    with from in on at into over about against under between during through via like unlike the a an his her its their
    says said week month year day night morning evening today yesterday ago earlier later now then once also time
    """
)
_OPENING = 50  # characters in which a heading tells that it is about plans
_LEAST = 3  # words of a heading after its verb
_LONGEST = 160
_CLOSING = ("”", '"', "’", "'")
# What somebody is going to do: "Norway, Chad to sign pact".
_TO_COME = re.compile(r"(?:[A-Z][\w.’'-]*,? (?:and )?){1,5}(?:set |ready |likely )?to [a-z]+ ")


def find_glued(text: str, words: Words, start: int, end: int) -> int:
    """Find where a sentence begins into which a heading has run; -1 where none does."""
    end = min(end, start + _LONGEST)
    glued = _GLUED.search(text, start, end) if words.any(GLUE, start, end) else None
    at = -1 if glued is None else glued.start()
    the = text.find(" The ", start, end if at < 0 else at) + 1
    # Names such as "The Hague" go on with a capital.
    return the if the > start + 1 and text[the + 4 : the + 5].islower() and ends_heading(text, start, the) else at


def ends_heading(text: str, start: int, at: int) -> bool:
    """Tell by the last word before a place whether a heading without a stop may end there."""
    last = text[start:at].rstrip().rpartition(" ")[2]
    is_word = last[-1:].isalnum() or last.endswith(_CLOSING)
    return is_word and not last.istitle() and last not in _NEVER_LAST


def is_headline(text: str, cue: Cue) -> bool:
    """Tell whether a phrase stands in the present tense without "that", as in headings."""
    is_present = text[cue.verb : cue.verb_end].split(None, 1)[0].endswith("s")
    return is_present and cue.form == "finite" and not cue.has_that


def name_between(text: str, people: People, start: int, end: int, speaker: Speaker | None) -> int:
    """Give where somebody is named, before a verb, right behind a heading; -1 where no heading ends there."""
    if speaker is None or speaker.kind != "person":
        return -1
    for i in people.inside(start, min(end, start + _LONGEST)):
        if people.named(i) == speaker:
            named = people.mentions[i]
            at = named.name_start if named.title is None else named.start
            return at if _runs_on(text, start, at) else -1
    return -1


def _runs_on(text: str, start: int, at: int) -> bool:
    """Tell whether words are the rest of a heading that ends without a stop where a name begins."""
    before = text[start:at]
    if len(before.split()) < _LEAST or any(sign in before for sign in ",;:"):
        return False
    return ends_heading(text, start, at) or before.split()[-1].lower() in PLACES


def tells_plans(text: str, start: int, end: int) -> int:
    """Give where a heading tells what somebody is going to do, behind its verb; -1 where it does not."""
    if text.find(" to ", start, min(end, start + _OPENING)) < 0:
        return -1
    match = _TO_COME.match(text, start, end)
    return -1 if match is None else match.end()
