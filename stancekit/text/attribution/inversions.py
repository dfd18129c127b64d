"""Reads verbs that stand before who says: “said the minister in a tweet”."""

from __future__ import annotations

import re

from stancekit.text.abbreviations import AFTER_NO_TITLE
from stancekit.text.attribution.between import voice_within
from stancekit.text.attribution.breaks import before_comma
from stancekit.text.attribution.contents import REACH
from stancekit.text.attribution.cues import NAMING, Cue
from stancekit.text.attribution.ends import GOES_ON
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.pointing import (
    find_issuer,
    past_another,
    speaker_at_end,
)
from stancekit.text.attribution.predicates import SubjectReader
from stancekit.text.attribution.reporting import (
    DAY,
    VOICES,
)
from stancekit.text.attribution.verbs import (
    CLAUSE,
    LOOSE,
    STRICT,
)

_AFTER_SUBJECT = re.compile(
    # After "U.S", an initial or "Mr" a stop ends nothing.
    rf"[,;:“”\"()]|(?<!\b[A-Z]){AFTER_NO_TITLE}\.|"
    rf"\s(?:in|on|at|during|after|before|when|while|as|who|following|late|via|through|upon|ahead|by|"
    rf"adding|noting|saying|referring|{DAY}|earlier|later|last|this|to)\b|"
    # "a source close to the president"
    r"\s(?:close|near|loyal|privy|sympathetic|opposed|attached|accredited|assigned) to\b|\spresent (?:at|in)\b|$"
)
# Ways to speak by which a whole clause may be told: "It was late, retorted the envoy".
_ANSWERING = frozenset(
    {"retort", "counter", "exclaim", "interject", "shout", "whisper", "mutter", "sigh", "quip", "snap"}
)
_NOT_WHO = ("until ", "till ", "from ", "to ", "with ", "by ")
_NAMING = NAMING | {"recommend", "propose"}
_ASKED = re.compile(
    r" (?:about|if|whether|why|what|how|when|where|who|on|by|to|at|in|during|again|for|repeatedly|later|twice)\b"
    r"[^,;:“”\"]{0,120}(?=,)"
)


class InvertedReader(SubjectReader):
    """Reads verbs with who says behind them."""

    def _inverted(self, lemma: str) -> Cue | None:
        """Read the phrase after a quotation: "said the minister in a tweet"."""
        start = self.limit - len(self.text[self.end : self.limit].lstrip(" "))
        match = _AFTER_SUBJECT.search(self.text, start, min(self.limit, start + REACH))
        stop = match.start() if match is not None else self.limit
        if stop <= start or self.text.startswith(_NOT_WHO, start):
            return None
        if (issuer := find_issuer(self.text, start, self.limit)) is not None:
            self.end, subject = issuer.verb_end, (issuer.start, issuer.end)
        else:
            self.end = past_another(self.text, stop, self.limit)
            subject = (start, self.end)
        return self._cue(left=self.floor, form="inverted", lemma=lemma, frame=CLAUSE, subject=subject)

    def _is_questioned(self, stop: int) -> bool:
        """Tell whether somebody between commas is asked: "The mayor, asked about the gate, said"."""
        if not self.text[self.floor : stop].rstrip().endswith(","):
            return False
        comma = _ASKED.match(self.text, self.end, self.unit.end)
        return comma is not None and GOES_ON.match(self.text, comma.end(), self.unit.end) is not None

    def _names_thing(self, rest: str) -> bool:
        """Tell whether a verb is followed by a thing and not by who speaks: "lamented the state of the Hamra Marsh"."""
        words = rest.lower().split(" of ", 1)[0].split()
        return " of " in rest and words[:1] == ["the"] and OFFICES.keys().isdisjoint(words) and VOICES.isdisjoint(words)

    def _ends_by_name(self, start: int, end: int) -> bool:
        """Tell whether a name alone stands at the end: "Not so, says Lee."."""
        words = self.text[start:end].split()
        return all(word[0].isupper() for word in words) and not self.text[end : self.unit.end].strip(" .")

    def _inverted_beside_comma(self, lemma: str, frame: str, stop: int) -> Cue | None:
        return self._inverted_after_clause(lemma, frame, stop) or self._inverted_within(lemma, frame, stop)

    def _inverted_within(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "Beijing, says an envoy, wants more"."""
        if (frame not in (CLAUSE, LOOSE) and lemma not in ("ask", "wonder")) or self.unit.cues:
            return None
        who = voice_within(self.text, self.unit.start, stop, self.end, self.limit)
        if who is None:
            return None
        self.end = who.stop
        return self._cue(left=who.left, form="inverted", lemma=lemma, frame=frame, subject=(who.start, who.end))

    def _inverted_after_clause(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "Talks will go on, said the minister."."""
        if frame not in (CLAUSE, LOOSE, STRICT) and lemma not in _ANSWERING:
            return None
        rest = speaker_at_end(self.text, self.end, self.unit.end)
        before = self.text[self.unit.start : stop].rstrip(" ,").split()
        is_short = len(before) < 4 and not (
            len(before) > 2 and before[-1].endswith("ed")
        )  # "The talks ended, said Lee"
        if rest is None or (is_short and not (frame == CLAUSE and self._ends_by_name(rest.start(), rest.end()))):
            return None
        if lemma in _NAMING and self._names_thing(rest.group()):
            return None
        self.end = rest.end()
        left = before_comma(self.text, stop)
        return self._cue(left=left, form="inverted", lemma=lemma, frame=frame, subject=(rest.start() + 1, rest.end()))
