"""What a phrase of saying is, and a sentence with its phrases and quotation marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.verbs import ASK, CLAUSE, JUDGE, LOOSE, VOW, word_set

# After these verbs a thing is named, after others of their kind a clause follows: "announced a ban", "said bans work".
NAMING = word_set(
    """
    announce stress emphasize emphasise underline underscore highlight reiterate declare acknowledge admit confirm
    reveal disclose lament repeat
    """
)


@dataclass(slots=True, kw_only=True)
class Cue:
    """A phrase of saying.

    Attributes
    ----------
    left : int
        Where the phrase begins, with its conjunction and subject; what was said before it ends there.
    right : int
        Where what is said begins, after "that", days and places.
    subject_start, subject_end : int
        Who says; both -1 where that is to be taken from another phrase.
    form : str
        "finite", "participle", "coordinated", "inverted", "according", "impersonal" or "remark".
    frame : str
        What follows such a verb; see `stancekit.text.attribution.verbs`.
    has_that : bool
        Whether "that" precedes what is said.
    stop : int
        Where what is said ends at the latest; -1 where the phrase does not tell.
    within : bool
        Whether the phrase parts the subject of what it reports from its verb.
    """

    left: int
    verb: int
    verb_end: int
    right: int
    form: str
    frame: str
    lemma: str
    subject_start: int = -1
    subject_end: int = -1
    has_that: bool = False
    stop: int = -1
    within: bool = False


@dataclass(slots=True, kw_only=True)
class Unit:
    """A sentence, or several that one quotation spans."""

    start: int
    end: int
    marked: list[Marked] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    inner: dict[int, list[Unit]] = field(default_factory=dict)


def is_between(text: str, cue: Cue) -> bool:
    """Tell whether a phrase stands between commas within what it reports: "The ferry, the police added, sank"."""
    return text[cue.left : cue.left + 1] == "," and text[cue.verb_end : cue.verb_end + 1] == ","


def is_relative(text: str, cue: Cue) -> bool:
    """Tell whether a phrase stands between commas after its subject: "Lee, who accused the bank of fraud, left"."""
    if text[cue.left : cue.left + 1] != ",":
        return False
    return text.startswith((", who ", ", which "), cue.left) or (
        cue.form == "participle" and text.startswith(", while ", cue.left)
    )


def is_naming(cue: Cue) -> bool:
    """Tell whether a phrase is followed by a thing and no clause: "announced a ban"."""
    is_clause = cue.frame == CLAUSE and cue.lemma in NAMING
    return not cue.has_that and (is_clause or cue.frame in (JUDGE, LOOSE, ASK, VOW))
