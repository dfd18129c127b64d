"""Reads passive verbs that name who says: “were told by the guards to wait”, “was praised by the bar”."""

from __future__ import annotations

from stancekit.text.attribution.attributions import AccordingReader
from stancekit.text.attribution.breaks import before_comma
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.impersonal import after_that, impersonal_start, in_what
from stancekit.text.attribution.passives import MADE_KNOWN, TOLD, Told, by_last, by_whom, made_known, told_to
from stancekit.text.attribution.reporting import (
    COORDINATING,
    PASSIVE,
)
from stancekit.text.attribution.subjects import find_subject
from stancekit.text.attribution.verbs import (
    ASK,
    CLAUSE,
)

_BEEN = frozenset({"is", "are", "was", "were", "been", "being", "be", "has", "have", "had", "also", "then", "only"})


class PassiveReader(AccordingReader):
    """Reads passive verbs with who says behind them."""

    def _by_others(self, lemma: str) -> Cue | None:
        """Read "were told by the guards to wait" and "it was announced by the bank"."""
        if lemma in TOLD and (told := told_to(self.text, self.end, self.limit)) is not None:
            return self._told_to(lemma, told)
        known = made_known(self.text, self.floor, self.at, self.end, self.unit.end) if lemma in MADE_KNOWN else None
        if known is None:
            return None
        left, told = known
        self.end = right = told.end
        while right < self.unit.end and self.text[right] in ", \n\t":
            right += 1
        return Cue(
            left=left, verb=self.at, verb_end=told.end, right=right, form="according", frame=CLAUSE, lemma=lemma,
            subject_start=told.start, subject_end=told.end,
        )  # fmt: skip

    def _told_to(self, lemma: str, told: Told) -> Cue | None:
        """Make a phrase of a passive verb and of who speaks behind it."""
        stop, silencer = self._before_helpers()
        if silencer not in PASSIVE:
            return None
        words = self.text[self.floor : stop].split()
        while words and words[-1].lower() in _BEEN:
            stop = self.text.rindex(words.pop(), self.floor, stop)
        found = find_subject(self.text, self.words, self.floor, stop) if words else None
        left = self.at if found is None else found[0]
        if words and words[-1].lower() in COORDINATING:
            left = before_comma(self.text, self.text.rindex(words[-1], self.floor, stop))
        is_to = self.text.startswith(("to ", "not ", "never "), told.right)
        return Cue(
            left=left, verb=self.at, verb_end=told.right - 1, right=told.right, form="finite", lemma=lemma,
            frame=ASK if is_to else CLAUSE, subject_start=told.start, subject_end=told.end, has_that=not is_to,
        )  # fmt: skip

    def _impersonal(self, lemma: str) -> Cue | None:
        """Read "It has been said that", which tells of nobody who says it."""
        start = impersonal_start(self.text, lemma, self.floor, self.at)
        if start >= 0 and self.unit.cues and not self.text[self.unit.cues[-1].right : start].strip():
            return None  # "Officials said it was announced that"
        right = -1 if start < 0 else after_that(self.text, start, self.end, self.limit)
        if right < 0:
            return None
        subject = in_what(self.text, self.floor, start) or (-1, -1)
        verb_end = self.end
        return Cue(
            left=start, verb=self.at, verb_end=verb_end, right=right, form="impersonal", frame=CLAUSE, lemma=lemma,
            subject_start=subject[0], subject_end=subject[1], has_that=True,
        )  # fmt: skip

    def _passive_by(self, lemma: str) -> Cue | None:
        """Read "was told by the bank that", "was accused by Lee of"."""
        if not self.text.startswith(" by ", self.end):
            return self._by_last(lemma)
        if self.text.endswith(("t was ", "t is ", "t has been "), self.floor, self.at) and (
            told := by_whom(self.text, "tell", self.end, self.limit)
        ):
            self.end = told.stop
            return self._cue(left=self.at, form="finite", lemma=lemma, frame=told.frame, subject=(told.start, told.end))
        if (who := by_whom(self.text, lemma, self.end, self.limit)) is None:
            return None
        self.end = who.stop
        subject = (who.start, who.end)
        return self._cue(left=self.at, form="finite", lemma=lemma, frame=who.frame, subject=subject)

    def _by_last(self, lemma: str) -> Cue | None:
        """Read "was praised for her courage by the bar association"."""
        if (found := by_last(self.text, lemma, self.end, self.unit.end)) is None:
            return None
        match, frame = found
        cue = self._cue(left=self.at, form="finite", lemma=lemma, frame=frame, subject=match.span("who"))
        cue.right, cue.stop, cue.has_that = match.start("what"), match.end("what"), False
        self.end = cue.verb_end = match.end("how")
        return cue
