"""Words by which a speaker tells of his own speech: "as we said last year". They report nobody else."""

from __future__ import annotations

from stancekit.text.attribution.cues import Cue


def own_word(word: str) -> str:
    """Give "we" of "we've".

    Examples
    --------
    >>> own_word("We’ve")
    'we'
    """
    word = word.lower()
    return word.replace("’", "'").partition("'")[0] if "'" in word or "’" in word else word


def _points(text: str, cue: Cue) -> bool:
    """Tell whether "as" stands before the subject: "as we said"."""
    return text[cue.left : cue.subject_start].strip(" ,").lower() == "as"


def points_back(text: str, cue: Cue) -> bool:
    """Tell whether "as I said" follows what was said, also with no comma before it."""
    if not text.startswith(" as ", cue.left):
        return False
    return own_word(text[cue.subject_start : cue.subject_end]) in ("i", "we", "you") and _points(text, cue)
