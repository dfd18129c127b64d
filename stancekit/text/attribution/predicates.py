"""Reads verbs of saying with their subjects, also where a clause stands between."""

from __future__ import annotations

import re

from stancekit.text.attribution.breaks import before_comma
from stancekit.text.attribution.cues import Cue, is_relative
from stancekit.text.attribution.descriptions import last_word, place_of
from stancekit.text.attribution.namewords import OFFICES, ONLY_BODIES
from stancekit.text.attribution.objects import CALLING, has_object
from stancekit.text.attribution.pointing import (
    find_what,
)
from stancekit.text.attribution.relayed import RelayedReader
from stancekit.text.attribution.reporting import DAY, DOCUMENTS, MONTH
from stancekit.text.attribution.sayings import heard_say
from stancekit.text.attribution.subjects import find_subject, somebody_before
from stancekit.text.attribution.texts import TEXTS_SAY, text_before
from stancekit.text.attribution.verbs import (
    AS,
    ASK,
    CLAUSE,
    JUDGE,
    LEMMAS,
    LOOSE,
    NOUNS,
    TELL,
    VOW,
)

_WHICH = (" which", " that")
_IN_COLON = re.compile(r" (?:in|on|at) [^;:.“”\"]{3,120}:\s*(?:$|[“\"])")
_OFTEN_NOUNS = frozenset({"states", "notes", "reports"})
_BASE_FRAMES = frozenset({AS, CLAUSE, ASK, JUDGE, TELL, VOW})
_WHO_WHICH = (", who", ", which")
_TO_ACT = re.compile(r"\s(?:[\w’'.-]+ ){1,8}?to [a-z]")
# "there are some who argue that", "a joint report, which says that"
_SOME_WHO = re.compile(
    r"\b(?P<who>[Ss]ome|[Tt]hose|[Mm]any|[Oo]thers|[Pp]eople|(?:[Ss]ome|[Mm]any|[Tt]hose)(?: of [\w ]{2,20})? "
    r"(?:people|critics|voices|colleagues|"
    r"members|friends|experts)|[Cc]ritics|[Vv]oices)(?: (?:[a-z]+ ){1,5})?,? who$"
)
_BODY_SAYS = frozenset(
    {"said", "says", "told", "warned", "announced", "argued", "added", "stated", "denied", "confirmed"}
)
_BODY_LAST = re.compile(
    r"\b(?P<who>[Tt]he (?:[A-Z][\w’'.-]+ )?(?:[A-Z][\w’'-]+|of|for|on|and|the)"
    r"(?: (?:[A-Z][\w’'-]+|of|for|on|and|the))*)$"
)
# "two nuns and a leaflet": the last of what stands before "that told"
_LAST_NAMED = re.compile(r".*\b(?=(?:an?|the|its|his|her|their|this|another) )", re.DOTALL)
# "Ann Lee (Greens), who asked"
_IN_BRACKETS = re.compile(
    rf"\b(?P<who>(?!(?:{DAY}|{MONTH}|On|In|At|By|After|Before)\b)(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep)\.? )?"
    r"[A-Z][\w’'-]+(?: (?:[A-Z][\w’'.-]*|of|de|van|von|al|bin)){0,4}) \([^()]{2,60}\), who$"
)
_PAPER_WHICH = re.compile(
    r"\b(?:reports?|stud(?:y|ies)|findings|statement|letter|note|paper|survey|assessment|opinion|ruling|judgment|audit|review|"
    r"article|declaration|resolution|communiqué|message|bulletin|memo)(?: (?:on|about|to|of) [^,;:“”\"]{2,50})?, which$"
)


class SubjectReader(RelayedReader):
    """Reads verbs with who says before them."""

    def _with_subject(self, lemma: str, frame: str, stop: int, *, is_base: bool, left: int = -1) -> Cue | None:
        """Read a verb whose subject stands before it, also with a clause between."""
        cue = self._beside_clause(lemma, frame, stop) if self.unit.cues else None
        is_relative_clause = self.text.endswith((" who", " which"), self.floor, stop)
        if cue is None and (is_base or is_relative_clause):
            cue = self._beside_others(lemma, frame, stop, is_base=is_base)
        if cue is not None:
            return cue
        if lemma in CALLING and (who := find_what(self.text, self.floor, stop, self.end)) is not None:
            self.end = who.verb_end
            return self._cue(left=who.left, form="finite", lemma=lemma, frame=LOOSE, subject=(who.start, who.end))
        is_clause = is_relative_clause and left < 0 and self.text.endswith(_WHO_WHICH, self.floor, stop)
        found = self._text_which(stop) if is_clause else None
        if found is None and is_clause and (self.text[stop - 1] == "o" or not self.word.endswith("s")):
            stop = left = self.text.rindex(", ", self.floor, stop)
        found = found or self._subject(stop, is_who=is_clause and self.text.startswith(", who ", stop))
        if found is not None and self.text.startswith(("As ", "as "), found[0]):  # "As the envoy, Ann Lee, said, ..."
            found = None
        if found is None:
            return self._pointing_as(lemma, frame, stop) or self._relative(lemma, frame, stop)
        is_verb = self._is_surely_verb()
        if (not is_verb and self._is_only_noun()) or (is_base and not self._is_plural(found[1], found[2])):
            return None
        left = found[0] if left < 0 else left
        cue = self._cue(left=left, form="finite", lemma=lemma, frame=frame, subject=found[1:])
        if is_base and frame not in _BASE_FRAMES and not cue.has_that and not self._leads_to_speech():
            return None
        is_told = is_verb or cue.has_that or self._leads_to_speech() or self._is_aside_verb(cue)
        return cue if is_told else None

    def _subject(self, stop: int, *, is_who: bool) -> tuple[int, int, int] | None:
        """Find who says before a verb: a document before "which", somebody before "who", or a subject."""
        found = None
        if is_who and (named := somebody_before(self.text, self.words, self.floor, stop)) >= 0:
            found = (stop, named, stop)
        elif self.text.endswith(_WHICH, self.floor, stop):
            found = self._document_which(stop)
        found = found or find_subject(self.text, self.words, self.floor, stop)
        if found is None and self._leads_to_speech() and (at := self.text.rfind(" as ", self.floor, stop)) >= 0:
            # "as Lee, who won, has said: “We are ready”"
            found = find_subject(self.text, self.words, at + len(" as "), stop)
        return found

    def _is_aside_verb(self, cue: Cue) -> bool:
        """Tell whether a word that may be a noun is none since it ends an aside: "Rates, Lee notes, rose"."""
        is_after = self.after_quote and not self.text[self.floor : cue.subject_start].strip(" ,")
        if not (is_after or self.text[cue.left : cue.left + 1] == ",") or self.text[self.end : self.end + 1] not in (
            ",",
            ".",
            ";",
        ):
            return False
        words = self.text[cue.subject_start : cue.subject_end].split()
        if "(" in self.text[cue.subject_start : cue.subject_end]:
            return False
        return self.word.endswith("s") and (words[0][0].isupper() or words[0] in ("he", "she", "it", "the", "a", "an"))

    def _document_which(self, stop: int) -> tuple[int, int, int] | None:
        """Read "a report, which warns of floods", "a leaflet that told readers" and "the Charter, which states"."""
        if (named := self._text_which(stop)) is not None:
            return named
        end = before_comma(self.text, self.text.rindex(" ", self.floor, stop), self.floor)
        found = find_subject(self.text, self.words, self.floor, end)
        if found is None or last_word(self.text[found[1] : found[2]]) not in DOCUMENTS:
            return None
        last = _LAST_NAMED.match(self.text, found[1], found[2])
        return end, found[1] if last is None else last.end(), found[2]

    def _text_which(self, stop: int) -> tuple[int, int, int] | None:
        """Read "the Charter, which states that" and "a resolution that calls for"."""
        if LEMMAS.get(self.word.lower()) not in TEXTS_SAY and not self._leads_to_speech():
            return None
        end = before_comma(self.text, self.text.rindex(" ", self.floor, stop), self.floor)
        named = text_before(self.text, self.floor, end)
        return None if named is None else (end, *named)

    def _beside_others(self, lemma: str, frame: str, stop: int, *, is_base: bool) -> Cue | None:
        """Read "you heard the minister say", "some who argue that" and "a report, which says that"."""
        if is_base and frame in (CLAUSE, TELL) and (who := heard_say(self.text, self.floor, self.at)) is not None:
            return self._cue(left=who[0], form="finite", lemma=lemma, frame=frame, subject=who)
        if self.text.endswith(", which", self.floor, stop) and (body := self._body_which(stop)) is not None:
            return self._cue(left=body[0], form="finite", lemma=lemma, frame=frame, subject=body[1:])
        if self.text.endswith("), who", self.floor, stop) and (person := self._in_brackets(stop)) is not None:
            return self._cue(left=person[0], form="finite", lemma=lemma, frame=frame, subject=person[1:])
        is_clause = self.text.endswith((" who", " which"), self.floor, stop)
        return self._which(lemma, frame, stop) if is_clause else None

    def _in_brackets(self, stop: int) -> tuple[int, int, int] | None:
        """Read "Ann Lee (Greens), who said": a person, whose party, country or age stands between."""
        found = _IN_BRACKETS.search(self.text, self.floor, stop)
        if found is None or not ONLY_BODIES.isdisjoint(found["who"].lower().split()):
            return None
        return stop - len(", who"), *found.span("who")

    def _body_which(self, stop: int) -> tuple[int, int, int] | None:
        """Read "the Bank of Chad, which said": a body, by its name; before it may stand who was met or cited."""
        if self.word.lower() not in _BODY_SAYS:
            return None
        end = self.text.rindex(",", self.floor, stop)
        body = _BODY_LAST.search(self.text, self.floor, end)
        if body is None or ONLY_BODIES.isdisjoint(body["who"].lower().split()):
            return None
        return end, *body.span("who")

    def _which(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read "some who argue that" and "a report, which says that"."""
        if (some := _SOME_WHO.search(self.text, self.floor, stop)) is not None:
            if not self._leads_to_speech():
                return None
            subject = (some.start("who"), some.end("who"))
            return self._cue(left=some.start("who"), form="finite", lemma=lemma, frame=frame, subject=subject)
        if _PAPER_WHICH.search(self.text, self.floor, stop) is None or not self._leads_to_speech():
            return None
        left = self.text.rindex(",", self.floor, stop)
        return self._cue(left=left, form="participle", lemma=lemma, frame=frame)

    def _is_surely_verb(self) -> bool:
        """Tell whether a word is no noun here: "calls on all states to talk"."""
        if (
            self.word.lower() not in NOUNS
            or has_object(self.text, self.end)
            or self.text.endswith("rule out", 0, self.end)
        ):
            return True
        is_named = self.word in _OFTEN_NOUNS and self.text[self.at - 2].islower()
        if is_named and _IN_COLON.match(self.text, self.end, self.unit.end) is not None:
            return True  # "Lee states in his report: “It rains”"
        if self.text.endswith((" did ", " does "), self.floor, self.at):
            return True
        before = (self.text[self.floor : self.at].rsplit(None, 1) or [""])[-1]
        if self.word == "calls" and self.text.startswith(" for ", self.end - len(" for")):
            # "UN envoy calls for easing of sanctions", "China calls for restraint", but "Chinese calls for restraint"
            return before.lower() in OFFICES or (before[:1].isupper() and place_of(before.lower()) == before.lower())
        if self.word != "calls" or not self.text.startswith(("on", "upon"), self.at + len("calls ")):
            return False
        is_named = before[:1].isupper() and not before.endswith(("ed", "ing"))
        return is_named and _TO_ACT.match(self.text, self.end, self.limit) is not None

    def _is_only_noun(self) -> bool:
        """Tell whether a word that is a noun as often has nothing to say behind it: "all states", "the order"."""
        is_last = self.word.endswith("s") and self.text.startswith((",", ".", ";"), self.end)
        return not is_last and not self._leads_to_speech() and self.text.find("that", self.end, self.unit.end) < 0

    def _beside_clause(self, lemma: str, frame: str, stop: int) -> Cue | None:
        """Read a verb whose subject is that of the phrase before: "told Lee, who said"; "Lee, who hid it, added"."""
        if not self.text.endswith(("who", ","), self.floor, stop):
            return None
        before = self.text[self.floor : stop].strip()
        at = stop - (len("who") if before[-1] == "o" else 0)
        if before not in ("who", ", who") and not (before.endswith(",") and self._is_aside(self.unit.cues[-1])):
            return None
        return self._cue(left=before_comma(self.text, at), form="coordinated", lemma=lemma, frame=frame)

    def _is_aside(self, cue: Cue) -> bool:
        """Tell whether a phrase stands between commas after a subject: "Lee, noting that it was late, left"."""
        is_first = cue.form == "participle" and cue is self.unit.cues[0]
        return is_relative(self.text, cue) or (is_first and self.text[cue.left] == ",")
