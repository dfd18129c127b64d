"""Kinds of words that rules look for, so that one pass over an article tells where none of a kind stands.

A word stands in the lists of the rules that ask for it; here these are only gathered. What a pattern looks for must be
in the list of its kind, since without such a word the pattern is not tried.
"""

from __future__ import annotations

from collections.abc import Iterable

from stancekit.text._words import Lexicon, Words
from stancekit.text.attribution.records import RECORD_VERBS
from stancekit.text.attribution.reporting import (
    BREAK_WORDS,
    DOCUMENTS,
    GLUED,
    HELPERS,
    ISSUE_VERBS,
    PASSIVE,
    SILENCING,
    VENUES,
)
from stancekit.text.attribution.sayings import SAYING_WORDS
from stancekit.text.attribution.verbs import CUE_FORMS

# A word may be of several kinds.
CUE, ISSUE, DOCUMENT, GLUE, HELPER, SILENT, VENUE, BREAK = (1 << bit for bit in range(8))

# After these a verb may still report: "was quick to say", "May said".
_NOT_SILENT = frozenset({"to", "may", "will", "some", "each"})
_LISTS: dict[int, Iterable[str]] = {
    CUE: CUE_FORMS | SAYING_WORDS | RECORD_VERBS.keys(),
    ISSUE: ISSUE_VERBS,
    DOCUMENT: DOCUMENTS,
    GLUE: GLUED,
    HELPER: HELPERS | SILENCING,
    SILENT: (SILENCING | PASSIVE) - _NOT_SILENT,
    VENUE: VENUES,
    BREAK: BREAK_WORDS,
}


def _gathered() -> dict[str, int]:
    """Map each word to its kinds."""
    kinds: dict[str, int] = {}
    for kind, words in _LISTS.items():
        for word in words:
            kinds[word] = kinds.get(word, 0) | kind
    return kinds


_LEXICON = Lexicon(_gathered())


def read_words(text: str) -> Words:
    """Read the words of an article.

    Examples
    --------
    >>> text = "The minister said it in a statement."
    >>> read_words(text).any(DOCUMENT, 0, len(text)), read_words(text).any(ISSUE, 0, len(text))
    (True, False)
    """
    return Words(text, _LEXICON)
