"""What "I", "we" and "you" are told to have said before, in speeches and transcripts: "as we said last year".

What a speaker does by saying so, "we call on the owners to open the gates", is no report, nor is the tale of such
deeds: "I thanked them".
"""

from __future__ import annotations

from collections.abc import Sequence

from stancekit.records import Quote
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.people import Speaker
from stancekit.text.attribution.reporting import AS, COLOUR, LEMMAS, VOW, word_set

# The kind of a speaker who is called by a pronoun alone.
OWN = "own"
_SPELT = {"i": "I"}
# Who speaks where these do: the author of a speech.
AUTHORS = frozenset({"I", "we"})
# What two do or leave in common, or somebody does, is not said.
_NOT_SAID = word_set("agree continue respond question")
# These name what was made known, others of their kind need "that".
_NAMING = word_set("announce declare stress emphasize emphasise underline underscore highlight reiterate reaffirm")


def own_word(word: str) -> str:
    """Give "we" of "we've".

    Examples
    --------
    >>> own_word("We’ve")
    'we'
    """
    word = word.lower()
    return word.replace("’", "'").partition("'")[0] if "'" in word or "’" in word else word


def tells_again(text: str, cue: Cue, *, is_beside_marks: bool) -> bool:
    """Tell whether a phrase with "I", "we" or "you" tells what was said before.

    Parameters
    ----------
    text : str
        The speech.
    cue : Cue
        The phrase.
    is_beside_marks : bool
        Whether words in quotation marks follow it.
    """
    if cue.lemma in _NOT_SAID or cue.frame in (COLOUR, AS) or not _is_past(text, cue):
        return False
    if cue.has_that or is_beside_marks or _points(text, cue):
        return True
    return cue.frame == VOW or cue.lemma in _NAMING


def _is_past(text: str, cue: Cue) -> bool:
    """Tell by its form whether a verb tells what was said: "said", "have said", "have been saying"."""
    form = text[cue.verb : cue.verb_end].split(" ", 1)[0].lower()
    if form.endswith("ing"):
        return not {"been", "keep", "kept"}.isdisjoint(text[cue.subject_end : cue.verb].split())
    return form == "made" or (form != LEMMAS.get(form, form) and not form.endswith("s"))


def _points(text: str, cue: Cue) -> bool:
    """Tell whether "as" stands before the subject: "as we said"."""
    return text[cue.left : cue.subject_start].strip(" ,").lower() == "as"


def points_back(text: str, cue: Cue) -> bool:
    """Tell whether "as I said" follows what was said, also with no comma before it."""
    if not text.startswith(" as ", cue.left):
        return False
    return own_word(text[cue.subject_start : cue.subject_end]) in ("i", "we", "you") and _points(text, cue)


def own_speaker(who: str, turn: Quote | None, turns: Sequence[Quote]) -> Speaker:
    """Name who is meant by "I", "we" or "you": in a transcript "I" has a turn, and "you" are whom it answers or asks.

    Parameters
    ----------
    who : str
        The word, in small letters.
    turn : Quote or None
        The turn around it.
    turns : sequence of Quote
        All turns.
    """
    meant = turn if who == "i" else None
    if who == "you" and turn is not None:
        meant = _partner(turn, turns)
    if meant is not None and meant.speaker is not None:
        return Speaker(name=meant.speaker, title=meant.title, kind=OWN)
    return Speaker(name=_SPELT.get(who, who), title=None, kind=OWN)


def _partner(turn: Quote, turns: Sequence[Quote]) -> Quote | None:
    """Give the turn before, or else after, in which somebody else speaks."""
    i = turns.index(turn)
    beside = [*reversed(turns[max(0, i - 2) : i]), *turns[i + 1 : i + 2]]
    return next((one for one in beside if one.speaker != turn.speaker), None)
