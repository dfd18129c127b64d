"""Words by which a speaker tells of his own speech: "as we said last year". They report nobody else."""

from __future__ import annotations

import re

from stancekit.text.attribution.cues import Cue

# For whom a delegate or an official speaks: "my delegation" is "we".
_OURS = re.compile(
    r"(?:(?:to |of |with |for )?(?:whom |which )|and |but |that |at this time )?(?:my|"
    r"our) (?:own )?(?:[\w-]+ )?(?:delegations?|governments?|country|nation|people|mission|"
    r"republic|"
    r"states?|region|continent|administration|organi[sz]ation|parliament|kingdom|island|islands|group)$",
    re.IGNORECASE,
)


def own_word(word: str) -> str:
    """Give "we" of "we've".

    Examples
    --------
    >>> own_word("We’ve")
    'we'
    """
    word = word.lower()
    return word.replace("’", "'").partition("'")[0] if "'" in word or "’" in word else word


def is_ours(subject: str) -> bool:
    """Tell whether a phrase means those for whom the speaker speaks: "my delegation", "Our Government".

    Examples
    --------
    >>> is_ours("my own delegation"), is_ours("my colleague")
    (True, False)
    """
    return _OURS.match(subject) is not None


def _points(text: str, cue: Cue) -> bool:
    """Tell whether "as" stands before the subject: "as we said"."""
    return text[cue.left : cue.subject_start].strip(" ,").lower() == "as"


def points_back(text: str, cue: Cue) -> bool:
    """Tell whether "as I said" follows what was said, also with no comma before it."""
    if not text.startswith(" as ", cue.left):
        return False
    return own_word(text[cue.subject_start : cue.subject_end]) in ("i", "we", "you") and _points(text, cue)
