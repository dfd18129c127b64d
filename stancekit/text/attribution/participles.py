"""Reads participles that report: “, noting that”, “has been calling for”."""

from __future__ import annotations

import re

from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.inversions import InvertedReader
from stancekit.text.attribution.objects import CALLING, follows_document, follows_hearing
from stancekit.text.attribution.pointing import (
    find_with,
)
from stancekit.text.attribution.reporting import (
    GERUNDS,
    PARTICIPLE_AFTER,
    SAYING_AFTER,
)
from stancekit.text.attribution.sayings import from_whom
from stancekit.text.attribution.texts import TEXTS_SAY, is_issued, text_before
from stancekit.text.attribution.verbs import (
    ASK,
    CLAUSE,
    JUDGE,
    LOOSE,
    TELL,
    VOW,
)

_BEFORE_PARTICIPLE = frozenset("also only instead simply repeatedly publicly further once again thereby then".split())  # noqa: SIM905
_NO_ADVERBS = frozenset(
    ["family", "ally", "daily", "weekly", "monthly", "assembly", "reply", "supply", "July", "Italy", "namely"]
)
# "was heard shouting that"
_HEARD = re.compile(
    r"\s(?:was|were|been|is|are|could be) (?:heard|overheard|recorded|filmed|caught|seen)(?: on (?:camera|tape|"
    r"film|video))?$"
)
_HEARD_ENDS = ("heard ", "recorded ", "filmed ", "caught ", "seen ", "camera ", "tape ", "film ", "video ")
_NAMES_SOMETHING = re.compile(
    r"\s(?:it|him|her|them|this|that|the|an?|[A-Z][\w’'-]+|such|any|these|those|his|its|their)\b"
)
_NAMES_MORE = re.compile(r"\s(?!for\b|on\b|in\b|off\b|up\b|out\b)[a-z]+ [^;:,.“”\"]{2,160}? (?:an? |as |[“\"‘'])")
_MEANWHILE_ENDS = ("time ", "breath ", "passing ", "effect ", "contrast ")
_MEANWHILE = re.compile(r"(?<=,) (?:at the same time|in the same breath|in passing|in effect|by contrast) $")
_LIKE_ADJECTIVES = frozenset(
    {"telling", "encouraging", "promising", "threatening", "challenging", "pressing", "demanding"}
)
_AFTER_DOING = tuple(
    f" {word} " for word in ("to", "that", "the", "a", "an", "his", "her", "its", "their", "all", "for")
)
_IT_IS = re.compile(r"\b[Ii]t (?:is|was|has been|will be) (?:[a-z]+ly |very |most |also |indeed |more )?$")
# "Let me begin by thanking": the writer's own words.
_OWN_START = re.compile(r"\b(?:[Ll]et (?:me|us)|[Aa]llow me|[Pp]ermit me|[Mm]ay I)\b[^,;:.“”\"]{0,60} by $")
_KEEPS = (" keep", " keeps", " kept")
_SHE_IS = tuple(f"{who}{sign}s" for who in ("he", "He", "she", "She") for sign in "’'")
_NEAR = 30  # characters before an adjective in which "it is" stands
_BEFORE = 120  # characters before a participle in which somebody is heard


def _is_manner(words: list[str]) -> bool:
    """Tell whether an adverb before a participle tells how somebody says it: ", strongly condemning"."""
    return words[-1].endswith("ly") and (words[-1].islower() or len(words) == 1)


class ParticipleReader(InvertedReader):
    """Reads participles of verbs of saying."""

    def _progressive(self, lemma: str, frame: str) -> Cue | None:
        """Read "the minister was insisting that", "has been calling for"."""
        stop, silencer = self._before_helpers()
        if self.text.endswith(_KEEPS, self.floor, stop) and (
            frame in (ASK, JUDGE, VOW, TELL) or self._leads_to_speech()
        ):
            return self._with_subject(lemma, frame, self.text.rindex(" ", 0, stop), is_base=False)
        if frame in (CLAUSE, TELL) and self.text.endswith(_KEEPS, self.floor, stop):
            cue = self._with_subject(lemma, frame, self.text.rindex(" ", 0, stop), is_base=False)
            return cue if cue is not None and cue.has_that else None
        if silencer is None and self.text.endswith(_SHE_IS, self.floor, stop):
            return self._with_subject(lemma, frame, stop - len("’s"), is_base=False)
        if silencer not in ("is", "are", "was", "were", "been") or self._is_adjective():
            return None
        before = self.text[self.floor : stop].split()
        stop -= len(before[-1]) + (before[-1].lower() != silencer)
        if before[-1].lower() == "been":
            if len(before) < 2 or before[-2].lower() not in ("has", "have", "had"):
                return None
            stop -= 1 + len(before[-2])
        return self._with_subject(lemma, frame, stop, is_base=False)

    def _is_adjective(self) -> bool:
        """Tell whether nobody says anything: "It is telling that"."""
        it_is = _IT_IS.search(self.text, max(self.floor, self.at - _NEAR), self.at)
        return it_is is not None and self.word in _LIKE_ADJECTIVES

    def _participle(self, lemma: str, frame: str) -> Cue | None:
        """Read ", noting that ..."."""
        if (lemma in ("quote", "cite") and not self.text.startswith((" “", ' "'), self.end)) or (
            lemma == "call"
            and frame == LOOSE
            and not _NAMES_SOMETHING.match(self.text, self.end)
            and not (self.unit.cues and _NAMES_MORE.match(self.text, self.end, self.unit.end))
        ):
            return None
        if (who := find_with(self.text, self.floor, self.at)) is not None:
            subject = (who.start, who.end)
            return self._cue(left=who.left, form="participle", lemma=lemma, frame=frame, subject=subject)
        if frame != LOOSE and (by := from_whom(self.text, self.floor, self.at)) is not None:
            return self._cue(left=by[1], form="participle", lemma=lemma, frame=frame, subject=by)
        if self.text.endswith(_HEARD_ENDS, self.floor, self.at) and (
            heard := _HEARD.search(self.text, self.floor, max(self.floor, self.at - 1))
        ):
            return self._with_subject(lemma, frame, heard.start(), is_base=False)
        left = self._left_of_participle(lemma, frame)
        if left < 0:
            return None
        subject = self._text_calling(lemma, left)
        return self._cue(left=left, form="participle", lemma=lemma, frame=frame, subject=subject)

    def _text_calling(self, lemma: str, left: int) -> tuple[int, int]:
        """Find the text that speaks by a participle: "adopted a resolution calling for"; (-1, -1) where none does."""
        if lemma not in TEXTS_SAY or self.text[left : self.at].strip():
            return -1, -1
        named = text_before(self.text, self.floor, left)
        return (-1, -1) if named is None or is_issued(self.text, self.floor, named[0]) else named

    def _left_of_participle(self, lemma: str, frame: str) -> int:
        """Give where the phrase of a participle begins; -1 where it reports nothing."""
        before = self.text[self.floor : self.at]
        if before.endswith(_MEANWHILE_ENDS) and (aside := _MEANWHILE.search(before)) is not None:
            before = before[: aside.start()]
        words = before.split()
        n_words = len(words)
        while words and (
            words[-1].lower() in _BEFORE_PARTICIPLE or (_is_manner(words) and words[-1] not in _NO_ADVERBS)
        ):
            words.pop()
        if words and len(words) < n_words:
            before = before.rstrip().rsplit(None, n_words - len(words))[0]
        stop = self.floor + len(before.rstrip())
        if not words:  # "warned against extending it": the gerund is what was warned of
            return -1 if self.unit.cues and self.floor == self.unit.cues[-1].verb_end else self.floor
        last = words[-1].lower()
        is_heading = self.word[0].isupper() and self.text[self.end + 1 : self.end + 2].islower() and words[-1].islower()
        is_written = lemma in ("say", "tell") or frame in (ASK, JUDGE, CLAUSE) or lemma in CALLING
        if is_heading or (is_written and (follows_document(before) or (last.islower() and self._is_overheard()))):
            return stop
        if last.endswith((",", "–", "—", "-", ";", "”", ")")):
            return stop if last[-1] == ")" else stop - 1
        if (last == "and" and (not self.unit.cues or self._only_describes())) or (
            last == "by" and _OWN_START.search(self.text, self.unit.start, self.at) is not None
        ):
            return -1
        is_first = last == "after" and frame == CLAUSE and self.text.startswith("After ", self.unit.start)
        if is_first or last in SAYING_AFTER or (last in PARTICIPLE_AFTER and lemma in GERUNDS):
            return self.floor + len(before[: before.lower().rindex(last)].rstrip(" ,"))
        # "told us on Friday saying that": right after a day no comma is needed.
        is_bare = lemma in ("say", "add") and self.text.startswith(" that ", self.end) and bool(self.unit.cues)
        return stop if is_bare else -1

    def _only_describes(self) -> bool:
        """Tell whether a participle is an adjective: "interesting and promising forms"."""
        return self.word in _LIKE_ADJECTIVES and not self.text.startswith(_AFTER_DOING, self.end)

    def _is_overheard(self) -> bool:
        """Tell whether a participle follows somebody who is heard or who writes: "was heard on air telling"."""
        return follows_hearing(self.text[max(self.unit.start, self.at - _BEFORE) : self.at])
