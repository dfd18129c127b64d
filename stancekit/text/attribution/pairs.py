"""Who "they" are after two persons have met: "Lee received Kern on Monday. They said"."""

from __future__ import annotations

import re

from stancekit.text.attribution.people import People
from stancekit.text.attribution.persons import Speaker

_MEETING = re.compile(
    r"\b(?:met|meets|received|hosted|visited|held (?:[\w-]+ ){0,3}?(?:talks|meetings?|consultations)|"
    r"(?:spoke|talked|sat down) (?:[\w-]+ ){0,3}?with|(?:talks|meeting|call|conversation|consultations) between)\b"
)
_STOP = re.compile(r"(?<!\b[A-Z])(?<!\bM[rs])(?<!\bMrs)(?<!\bDr)[.!?][”\"]?\s+(?=[A-Z“\"])|\n\s*\n")
_FAR = 500  # characters before "they" in which two may have met


def pair_before(text: str, people: People, at: int) -> Speaker | None:
    """Name the two who met in the sentence before a place, or earlier in its own.

    Parameters
    ----------
    text : str
        The article.
    people : People
        Whom it names.
    at : int
        Where "they" stands.
    """
    low = max(0, at - _FAR)
    meeting = next(reversed(list(_MEETING.finditer(text, low, at))), None)
    if meeting is None or len(_STOP.findall(text, meeting.end(), at + 1)) > 1:
        return None
    before = [stop.end() for stop in _STOP.finditer(text, low, meeting.start())]
    after = _STOP.search(text, meeting.end(), at)
    inside = people.inside(before[-1] if before else low, at if after is None else after.start() + 1)
    met = {(one := people.named(i)).name: one for i in inside if i in people.known}
    if len(met) != 2:
        return None
    titles = [one.title for one in met.values() if one.title]
    return Speaker(name=" and ".join(met), title=" and ".join(titles) or None, kind="people")
