"""Who gives a speech: whoever its heading names; nobody there calls them "he" or "the minister"."""

from __future__ import annotations

import re
from itertools import islice

from stancekit.text.attribution.people import People

_HEADING = re.compile(
    r"\b(?:remarks|statement|address|speech|intervention|lecture|keynote|message|toast|sermon|greeting|homily|oration|"
    r"eulogy|tribute)s?\b[^\n.]{0,60}? (?:by|of|from) ",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:I|my|our)\b")
_HEAD = 300  # characters in which a speech names who gives it
_LEAST = 4  # words such as "I" that a speech holds


def author_of(text: str, people: People) -> str | None:
    r"""Name who gives a speech, if its heading tells.

    Parameters
    ----------
    text : str
        A speech, or anything else.
    people : People
        Whom it names.

    Examples
    --------
    >>> text = "Remarks by President Ann Lee\n\nFriends, I thank you. I know our bridge is my debt."
    >>> author_of(text, People(text))
    'Ann Lee'
    """
    if text.find("\n", 0, 2 * _HEAD) < 0:
        return None
    heading = _HEADING.search(text, 0, _HEAD)
    if heading is None:
        return None
    stop = text.find("\n", heading.end())
    if stop < 0 or text[stop - 1] in '.”"' or not _speaks_himself(text):  # no heading, but a sentence
        return None
    named = people.inside(heading.end(), stop + 1)
    if not named:
        return None
    return people.named(named[0]).name


def _speaks_himself(text: str) -> bool:
    """Tell whether a text says "I" and "we" outside quotation marks, as speeches do."""
    return next(islice(_OWN.finditer(text), _LEAST - 1, None), None) is not None
