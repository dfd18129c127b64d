"""Reads a verb whose speaker another phrase points to: "as Lee said", "a deal Lee says is dead", "IRNA quoted Lee"."""

from __future__ import annotations

import re

from stancekit.text.attribution.breaks import before_comma
from stancekit.text.attribution.cues import Cue
from stancekit.text.attribution.namewords import ONLY_BODIES
from stancekit.text.attribution.passives import NO_AGENT, is_by_thing
from stancekit.text.attribution.pointing import Pointer, find_pointer, relative_subject, told_by
from stancekit.text.attribution.reporting import PASSIVE
from stancekit.text.attribution.subjects import find_subject
from stancekit.text.attribution.surroundings import Surroundings
from stancekit.text.attribution.verbs import ASK, CLAUSE, COLOUR, JUDGE, LOOSE, STRICT, TELL, word_set

_QUOTED_AS = re.compile(
    r"\s+(?P<who>[^,;:“”\"]{2,100}?)(?:, [^;:“”\"]{2,120}?,)?\s+as\s+"
    r"(?:saying|telling|stating|noting|adding|declaring|warning|insisting|stressing|describing|calling|asking)\b"
)
_HAS_LAST = re.compile(r"(?: (?:has|have|had|is|are|was|were)|[’'](?:s|ve|d))(?: \w+ly| also| often| since)?$")
_AS_SAYING = re.compile(
    r"\s+(?:(?:by|in|on|at|yesterday|today|this|last|earlier|late|everywhere|widely|"
    r"again) ?[^,;:“”\"]{0,70}? ?)??(?:as\s+)?"
    r"(?:saying|telling|stating|noting|adding|declaring|warning|insisting|stressing|having (?:said|told|stated|warned|"
    r"added))\b"
    r"|\s+(?:by [^,;:“”\"]{2,60}? )?as\s+(?:calling|asking)\b"
    r"|\s+(?:(?:by|in|on|at|yesterday|today|this|last) [^,;:“”\"]{2,70}? )??as\s+having (?=(?:ruled|called|accused|"
    r"promised|pledged|"
    r"urged|demanded|denied|rejected|described|asked|condemned|criticised|criticized|threatened|vowed)\b)"
)
_REACH = 200  # characters before a verb in which a relative clause tells who spoke
# "asked by a reporter whether"
_BY_WHOM = re.compile(
    rf"\sby {NO_AGENT}"
    r"(?P<who>[^,;:“”\"]{2,80}?)(?P<what> that | to (?=[a-z])| (?=(?:whether|if|how|why|what|when|where|who)\b))"
)
# "Ri Chol, whom it quoted as saying"
_WHOM = re.compile(r"\b(?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,4}), whom (?:[^,;:“”\"]{2,40} )$")
_BY_AS = re.compile(
    r"\sby (?P<who>(?:(?! as\b)[^,;:“”\"]){2,80})(?:, [^,;:“”\"]{3,80},)? as (?!if\b|though\b|part\b|well\b|soon\b)"
)


# Those who ask for a living; what is asked is their readers' question.
_ASKERS = ONLY_BODIES | word_set("reporters journalists newsmen reporter journalist correspondents media press")


class RelayedReader(Surroundings):
    """Reads phrases that point to who says, or pass on what another said."""

    def _told(self, lemma: str) -> Cue | None:
        """Read "as was explained by Lee" and "what Lee said was that"."""
        back = len(" for") if self.text.endswith(" for", 0, self.end) else 0  # "what he asked for was"
        who = told_by(self.text, self.unit, self.floor, self.at, self.end - back)
        return None if who is None else self._pointing(who, lemma, JUDGE if back else CLAUSE)

    def _pointing_as(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "As Lee said, talks go on" and "Talks go on, as Lee put it"."""
        if (pointer := find_pointer(self.text, self.unit, self.floor, stop, self.end)) is None:
            return None
        left, subject = before_comma(self.text, pointer.at), (pointer.who_start, pointer.who_end)
        if pointer.end < 0 or frame not in (CLAUSE, TELL, LOOSE, STRICT, COLOUR):
            return self._cue(left=left, form="finite", lemma=lemma, frame=frame, subject=subject)
        return self._pointing(pointer, lemma, CLAUSE)

    def _pointing(self, pointer: Pointer, lemma: str, frame: str) -> Cue:
        """Make a phrase of a subject after "as"."""
        left, subject = before_comma(self.text, pointer.at), (pointer.who_start, pointer.who_end)
        self.end = pointer.end
        cue = self._cue(left=left, form="finite", lemma=lemma, frame=frame, subject=subject)
        if pointer.opens:
            cue.left, cue.right, cue.has_that = pointer.at, self.end + 1, True
        return cue

    def _relative(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "a decree which the minister says is dead"."""
        who = relative_subject(self.text, self.floor, stop, self.end) if frame in (CLAUSE, LOOSE) else None
        if who is None:
            return None
        return self._cue(left=who.start(), form="finite", lemma=lemma, frame=frame, subject=who.span("who"))

    def _passive_as(self, lemma: str, stop: int) -> Cue | None:
        """Read "The deal was hailed by the union as a triumph"."""
        if (match := _BY_AS.match(self.text, self.end, self.limit)) is None:
            return None
        found = find_subject(self.text, self.words, self.floor, self.text.rfind(" ", self.floor, stop))
        left, self.end = self.at if found is None else found[0], match.end() - 1
        return self._cue(left=left, form="finite", lemma=lemma, frame=JUDGE, subject=match.span("who"))

    def _asked_by(self, lemma: str) -> Cue | None:
        """Read "Asked by a reporter whether it rains, Lee smiled"."""
        match = _BY_WHOM.match(self.text, self.end, self.limit)
        if match is None or is_by_thing(self.text, self.end, self.limit):
            return None
        if match["who"].split()[-1].lower() in _ASKERS and self.text.find(", ", match.end(), self.unit.end) >= 0:
            return None  # what matters is the answer: "Asked by Reuters whether it rains, Lee said"
        left = before_comma(self.text, self.at)
        self.end = match.end("who")
        form = "participle" if self.word[0].isupper() or self.text.endswith(", ", 0, self.at) else "finite"
        cue = self._cue(left=left, form=form, lemma=lemma, frame=ASK, subject=match.span("who"))
        cue.has_that = match["what"] == " that "
        cue.right = match.end() if cue.has_that else match.start("what") + 1
        return cue

    def _quoted(self, lemma: str, stop: int, silencer: str | None) -> Cue | None:
        """Read "Zarif was quoted as saying" and "IRNA quoted Zarif as saying"."""
        if silencer in PASSIVE:
            return self._quoted_passive(stop)
        return None if silencer is not None else self._quoting(stop)

    def _quoted_passive(self, stop: int) -> Cue | None:
        """Read "Zarif was quoted as saying"."""
        match = _AS_SAYING.match(self.text, self.end, self.limit)
        if match is None:
            return None
        self.end = match.end()
        words = self.text[self.floor : stop].rstrip()
        stop = self.floor + len(words.rsplit(None, 1)[0]) if " " in words else stop
        if words.endswith((" been", " being")) and (has := _HAS_LAST.search(self.text, self.floor, stop)) is not None:
            stop = has.start()
        found = find_subject(self.text, self.words, self.floor, stop)
        if found is None:
            return None
        return self._cue(left=found[0], form="finite", lemma="say", frame=CLAUSE, subject=found[1:])

    def _quoting(self, stop: int) -> Cue | None:
        """Read "IRNA quoted Zarif as saying": Zarif speaks."""
        if (whom := _WHOM.search(self.text, max(self.unit.start, self.at - _REACH), self.at)) is not None:
            said = _AS_SAYING.match(self.text, self.end, self.limit)
            if said is not None:
                self.end = said.end()
                return self._cue(
                    left=whom.end("who"), form="finite", lemma="say", frame=CLAUSE, subject=whom.span("who")
                )
        match = _QUOTED_AS.match(self.text, self.end, self.limit)
        if match is None:
            return None
        found = find_subject(self.text, self.words, self.floor, stop)
        self.end = match.end()
        left = found[0] if found is not None else self.at
        lemma, frame = ("tell", TELL) if self.text.endswith("telling", 0, self.end) else ("say", CLAUSE)
        return self._cue(left=left, form="finite", lemma=lemma, frame=frame, subject=match.span("who"))
