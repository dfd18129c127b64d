"""Which phrases of saying in a sentence report, and who speaks by each."""

from __future__ import annotations

import re

from stancekit.text.attribution.bodies import called_body
from stancekit.text.attribution.contents import only_may
from stancekit.text.attribution.cues import Cue, is_between
from stancekit.text.attribution.descriptions import head_of, keys, plain_name
from stancekit.text.attribution.inturn import is_reported, plural_before
from stancekit.text.attribution.marks_beside import MarksBeside
from stancekit.text.attribution.objects import CALLING, calls_something
from stancekit.text.attribution.own import is_ours, own_word
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.pronouns import POSSESSIVES, PRONOUNS
from stancekit.text.attribution.reporting import SHOWING
from stancekit.text.attribution.speakers import AGENT, OWN_VOICE
from stancekit.text.attribution.texts import names_text
from stancekit.text.attribution.verbs import ASK, CLAUSE, COLOUR, FRAMES, JUDGE, LOOSE, STRICT, TELL

_OPENING_MARKS = frozenset("“\"‘'«„")
_WHERE = ("in which ", "in it ")
_AS = ("As ", "as ", ", as ")
_WRITTEN_BY = re.compile(
    r"\b(?:letters?|messages?|statements?|tweets?|posts?|articles?|speech|reports?|notes?|videos?|interviews?)"
    r"(?: (?:sent|written|issued|published|given|signed|posted|released|made|delivered))? (?:by|from) "
)
# In records these are reported by name: "Members agreed that".
_MEMBERS = frozenset({
    "Members", "Leaders", "Ministers", "Directors", "Governors", "Councillors", "Delegates", "Delegations",
    "Participants", "The Board", "The Committee", "The Council",
})  # fmt: skip
_NO_ONE = frozenset({"nobody", "no one", "none", "nothing", "who", "anyone", "anybody"})
_ALL = frozenset({"everybody", "everyone", "all"})  # who agree, and need not say so
_NEAR_OURS = 160  # characters before a participle in which "we" stands
# Behind these nobody is named up to the participle.
_OWN_LAST = re.compile(
    r"\b(?:I|[Ww]e|(?:[Mm]y|[Oo]ur) (?:delegation|[Gg]overnment|country))\b(?! (?:have |had )?(?:heard|saw|hear|see))"
    r"(?:(?!\b(?:the|an?|who|he|she|they|it)\b|\s[A-Z])[^;])*$"
)
LONGEST_PRONOUN = 8
_TELLING = frozenset("say tell claim argue insist ask".split())  # noqa: SIM905
_LAW = re.compile(
    r"\b(?:[Ss]ection|[Aa]rticle|[Pp]aragraph|[Cc]lause|[Rr]ule|[Cc]hapter|[Ss]chedule|[Aa]nnex|[Rr]egulation) [\dIVX]|"
    r"\b(?:[Aa]ct|[Ll]aw|[Cc]ode|[Ss]tatute|[Oo]rdinance|[Cc]onstitution)(?: of \d{4})?$"
)
_OF_TEXTS = frozenset({"provide", "prescribe", "stipulate"})
_OF_LAWS = _OF_TEXTS | {"say", "state", "specify", "require"}
_DEFINITE = (
    "the ",
    "that the ",
    "my ",
    "our ",
    "your ",
    "a ",
    "an ",
    "his ",
    "her ",
    "their ",
    "its ",
    "one ",
    "another ",
)
_OTHERS = re.compile(r"\b(?:the other|another|a second|the second|others)\b")
_NEAR_OTHERS = 160
_NEAR_MARKS = 70
_CLAUSE_FIRST = re.compile(
    r"(?:When|While|After|Before|As|Since|Once|If|In|On|At|Then|So|But|And|Yet)\b[^,;:“”\"]{0,90}?,? (?=(?:he|she|"
    r"they) )"
)
# "The ministers noted the growing importance of the port"
_NOTING = frozenset({"note", "recall"})
_MATTERS = re.compile(
    r"\s(?:also )?(?:with (?:[a-z]+ )?(?:satisfaction|concern|regret|appreciation) |"
    r"(?:the|their|its|an?) (?:[a-z]+ ){0,2}?(?:importance|need|necessity|significance|urgency|relevance|value|role|"
    r"interest|readiness|commitment|potential|"
    r"contribution|progress|efforts)\b)"
)
_LEAD = 10  # characters that whom a sentence begins with takes at least


class Heard(MarksBeside):
    """Tells by whom something is said."""

    def drop_unheard(self) -> None:
        """Leave out phrases by which nobody reports here: loose verbs without a person, first persons."""
        kept: list[Cue] = []
        for cue in self.unit.cues:
            if cue.form == "impersonal":
                self.heard[cue.verb] = self._document_of(cue)
                kept.append(cue)
            elif cue.subject_start >= 0:
                self.heard[cue.verb] = self._resolve(cue, is_first=not kept)
                if self._is_heard(cue, self.heard[cue.verb]):
                    kept.append(cue)
            elif not self._only_agrees(cue) if kept and not self.is_quoted else self._is_heard_alone(cue):
                kept.append(cue)
        self.unit.cues[:] = kept

    def _document_of(self, cue: Cue) -> Speaker | None:
        """Name the document in which something is said: "In the declaration, it was recommended that"."""
        if cue.subject_start < 0:
            return None
        return called_body(self.text[cue.subject_start : cue.subject_end])

    def _resolve(self, cue: Cue, *, is_first: bool) -> Speaker | None:
        """Say whom the subject of a phrase means; "he" may be whom the sentence begins with."""
        subject = self.text[cue.subject_start : cue.subject_end].lower()
        if len(subject) < LONGEST_PRONOUN and ("’" in subject or "'" in subject):  # "they’ve"
            subject = own_word(subject)
        if subject in OWN_VOICE or is_ours(subject):
            return self._by_own_voice(subject, cue)
        if subject.startswith(("including ", "such as ", "among them ")):
            return self.ledger.leading(self.unit)
        if subject in PRONOUNS and self.text.endswith(_WHERE, self.start, cue.subject_start):
            return self._writer(cue)
        if is_first and subject in PRONOUNS and (opening := self._named_first(subject, cue)) is not None:
            return opening
        speaker = self.cast.resolve(cue.subject_start, cue.subject_end)
        if self.turn is not None:
            return self._in_turn(subject, cue.subject_start, speaker)
        return speaker or self._otherwise_named(subject, cue)

    def _otherwise_named(self, subject: str, cue: Cue) -> Speaker | None:
        """Name a text that speaks by itself, or those who were spoken of before "they"."""
        if names_text(what := self.text[cue.subject_start : cue.subject_end]):
            return called_body(what)
        many = plural_before(self.text, 0, cue.subject_start) if subject in ("they", "their") else None
        return None if many is None else self.cast.resolve(*many)

    def _named_first(self, subject: str, cue: Cue) -> Speaker | None:
        """Say whom "he" means with whom its sentence begins: "After Lee left, he said"."""
        if cue.subject_start - self.start > _LEAD and self._opens_freely():
            lead = self.ledger.leading(self.unit)
            if lead is not None and lead.kind in PRONOUNS[subject]:
                return lead
        if subject not in ("he", "she") or self.turn is None or self.is_quoted:
            return None
        named = self.cast.people.named_at(self.start)
        return named if named is not None and named.name != self.turn.speaker else None

    def _by_own_voice(self, subject: str, cue: Cue) -> Speaker | None:
        """Say whom "one" of several or "you" in a question means; what somebody tells of his own words is his own."""
        if subject == "one":
            is_somebody = self.quote_before(cue) is not None or self._is_one_of_several(cue)
            return Speaker(name="one", title=None, kind="person") if is_somebody else None
        if subject == "you" and self.turn is not None and not self.is_quoted:
            return self._addressed(cue)
        return None

    def _described_in_turn(self, subject: str, at: int, speaker: Speaker) -> Speaker:
        """Say whom "the chief physician" means within a turn, where people are seldom introduced by their offices."""
        if (
            speaker.kind != "person"
            or speaker.name.lower() in subject
            or subject.endswith(speaker.name.lower().split()[-1])
        ):
            return speaker
        known = keys(speaker.title or "") | keys(speaker.name)
        if keys(subject) & known:
            return speaker
        start = at + (len("that ") if subject.startswith("that ") else 0)
        return Speaker(name=plain_name(self.text[start : at + len(subject)]), title=None, kind="person")

    def _is_one_of_several(self, cue: Cue) -> bool:
        """Tell whether "one" speaks of several: "one told him to wait; the other laughed"."""
        return _OTHERS.search(self.text, cue.right, cue.right + _NEAR_OTHERS) is not None

    def _addressed(self, cue: Cue) -> Speaker | None:
        """Say whom a question tells what they said: "You said on Friday that"; "as you said" only points."""
        if (
            not (cue.has_that or cue.frame == CLAUSE)
            or self.text[cue.left : cue.subject_start].strip(" ,").lower() == "as"
        ):
            return None
        return self.ledger.answerer(cue.subject_start)

    def _in_turn(self, subject: str, at: int, speaker: Speaker | None) -> Speaker | None:
        """Say whom "they" and "he" mean within a turn: never whoever has it."""
        subject = POSSESSIVES.get(subject, subject)
        if self.turn is not None and not self.is_quoted and speaker is not None and subject.startswith(_DEFINITE):
            return self._described_in_turn(subject, at, speaker)
        if self.turn is None or self.is_quoted or subject not in PRONOUNS:
            return speaker
        if subject == "they" and (many := plural_before(self.text, self.turn.start, at)) is not None:
            return self.cast.resolve(*many) or speaker
        if speaker is None and subject in ("he", "she", "they"):
            return Speaker(name=subject, title=None, kind="person")
        if speaker is not None and speaker.name == self.turn.speaker:
            return next((one for one in reversed(self.cast.heard) if one.name != self.turn.speaker), None)
        return speaker

    def _writer(self, cue: Cue) -> Speaker | None:
        """Say who wrote what a phrase tells of: "a letter sent by Lee to Kern, in which he accused"."""
        if (by := _WRITTEN_BY.search(self.text, self.start, cue.subject_start)) is not None:
            named = [i for i in self.cast.people.inside(by.end(), cue.subject_start)[:1]]
            return self.cast.people.named(named[0]) if named else self.cast.resolve(cue.subject_start, cue.subject_end)
        return self.ledger.leading(self.unit) or self.cast.resolve(cue.subject_start, cue.subject_end)

    def _opens_freely(self) -> bool:
        """Tell whether a sentence begins with the article's own words."""
        return self.turn is None and self.text[self.start] not in _OPENING_MARKS

    def _is_heard(self, cue: Cue, speaker: Speaker | None) -> bool:
        """Tell whether somebody reports by a phrase that has a subject."""
        if speaker is None and not self._is_pronoun(cue):
            speaker = self.heard[cue.verb] = self._beside_marks(cue) or self._described_source(cue)
            if speaker is None:
                return False
        if self._is_nobody(cue):
            return False
        is_person = speaker is not None and (speaker.kind == "person" or self._are_named(speaker))
        if not is_person and self._only_does(cue):
            return False
        if cue.frame == LOOSE and not (self._calls_it_something(cue) if is_person else self._tells_loosely(cue)):
            return False
        return self.turn is None or self._speaks_in_turn(cue, speaker)

    def _described_source(self, cue: Cue) -> Speaker | None:
        """Name whom "according to the old weaver" means."""
        if cue.form != "according" or self.turn is not None or cue is not self.unit.cues[0]:
            return None
        who = self.text.find(" who ", cue.subject_start, cue.subject_end)
        end = cue.subject_end if who < 0 else who
        words = self.text[cue.subject_start : end].split()
        is_one = words[0] in ("the", "one", "two", "three", "four", "several", "a", "an") and 2 <= len(words) <= 5
        return self.cast.describe(cue.subject_start, end) if is_one and words[-1].islower() else None

    def _tells_loosely(self, cue: Cue) -> bool:
        """Tell whether a body says something by a verb that has other meanings."""
        if cue.has_that or (cue.lemma in _NOTING and _MATTERS.match(self.text, cue.right) is not None):
            return True
        beside = self.quote_after(cue) or self.quote_before(cue)
        calls = calls_something(self.text, cue.lemma, cue.right, self.unit.end)
        return beside is not None or calls or is_between(self.text, cue) or self.ends_at(cue.right)

    def _beside_marks(self, cue: Cue) -> Speaker | None:
        """Name whom no list of ours knows to speak by what it is called, if marks or "that" tell that it does."""
        is_by = cue.frame == ASK and cue.subject_start > cue.verb  # "asked by a reader whether"
        if not (cue.form in ("finite", "inverted") or is_by) or self.is_quoted:
            return None
        is_telling = cue.has_that or is_by or self._is_agent(cue) or (self.turn is not None and cue.lemma in _TELLING)
        is_telling = is_telling or self.text.startswith(("said", "told"), cue.verb)
        if not is_telling or not (is_by or cue.frame in (CLAUSE, TELL, STRICT, LOOSE, COLOUR)):
            is_beside = (self.quote_before(cue) or self.quote_after(cue)) is not None
            is_telling = is_beside and cue.lemma in ("say", "add", "note", "speak", "put")
        if not is_telling:
            return None
        return self.cast.describe(cue.subject_start, cue.subject_end)

    def _is_nobody(self, cue: Cue) -> bool:
        """Tell whether nobody else speaks: "nobody says", "my delegation says", "all agree that"."""
        subject = self.text[cue.subject_start : cue.subject_end].lower()
        return subject in _NO_ONE or is_ours(subject) or (cue.lemma == "agree" and subject in _ALL)

    def _calls_it_something(self, cue: Cue) -> bool:
        """Tell whether a person tells something, and does not only call somebody: "Lee called the police"."""
        if cue.lemma != "call" or any(marked.open > cue.right for marked in self.unit.marked):
            return True
        return self._tells_loosely(cue)

    def _is_agent(self, cue: Cue) -> bool:
        """Tell whether somebody unknown speaks after a verb: "It was late, retorted the observer"."""
        head = head_of(self.text[cue.subject_start : cue.subject_end].strip() or "-")
        return cue.form == "inverted" and AGENT.search(head) is not None

    def _is_heard_alone(self, cue: Cue) -> bool:
        """Tell whether a phrase that has no subject, and none before it, tells what somebody said."""
        is_ours_alone = cue.form == "participle" and not self.is_quoted and self._is_ours(cue)
        if is_ours_alone or (self.turn is not None and (self.is_quoted or not self._leads_another())):
            return False
        if cue.left <= self.start and cue.form == "coordinated":
            return self.turn is None and self.ledger.lead is not None
        if cue.form == "coordinated":
            return self._has_subject(cue) and not self._only_agrees(cue)
        if only_may(self.text, self.start, cue):
            return False
        if cue.lemma not in SHOWING or cue.left <= self.start:
            return True
        lead = self.ledger.leading(self.unit)
        return lead is not None and lead.kind == "person"

    def _is_ours(self, cue: Cue) -> bool:
        """Tell whether a participle is that of "we" or "I": "I shall conclude by saying that"."""
        if self.text[cue.verb].isupper():  # a heading runs into its sentence
            return False
        at = max((marked.close for marked in self.unit.marked if marked.close <= cue.left), default=self.start)
        at = max(at, cue.left - _NEAR_OURS)
        return _OWN_LAST.search(self.text, at, cue.left) is not None

    def _leads_another(self) -> bool:
        """Tell whether a sentence of a turn begins with somebody else than whoever speaks."""
        lead = self.lead()
        return lead is not None and self.turn is not None and lead.name != self.turn.speaker

    def lead(self, at: int | None = None) -> Speaker | None:
        """Say whom a sentence begins with; within a turn "he" may be anybody but whoever has it."""
        lead = self.ledger.leading(self.unit, at)
        if self.turn is None or self.is_quoted:
            return lead
        start = self.start
        if lead is None and (clause := _CLAUSE_FIRST.match(self.text, start, self.unit.end)) is not None:
            start = clause.end()
        first = self.text[start : start + LONGEST_PRONOUN].split(None, 1)
        if not first or first[0].lower() not in PRONOUNS:
            return lead
        return self._in_turn(first[0].lower(), start, lead)

    def _only_agrees(self, cue: Cue) -> bool:
        """Tell whether many came to an agreement, which nobody need have said: "both sides met and agreed that"."""
        if cue.lemma != "agree" or not cue.has_that:
            return False
        lead = self.ledger.leading(self.unit)
        return lead is None or not (lead.kind == "person" or self._are_named(lead))

    def _are_named(self, speaker: Speaker) -> bool:
        """Tell whether several are persons who are named: "Secretary Ann Lee and Minister Bo Kern agreed that"."""
        names = speaker.name.split(" and ")
        return len(names) > 1 and all(self.cast.people.by_parts(name) for name in names)

    def _has_subject(self, cue: Cue) -> bool:
        """Tell whether somebody does two things, the second of which is to say: "Lee left and said ..."."""
        return cue.left - self.unit.start > _LEAD and self.lead() is not None

    def _speaks_in_turn(self, cue: Cue, speaker: Speaker | None) -> bool:
        """Tell whether another is reported within a turn, or by name within a quotation."""
        if speaker is None or self.turn is None or speaker.name == self.turn.speaker:
            return False
        if not self.is_quoted:
            has_marks = (self.quote_after(cue) or self.quote_before(cue)) is not None or self._calls_marked(cue)
            return is_reported(self.text, cue, speaker, self.turn.speaker, has_marks=has_marks)
        if cue.frame in (ASK, JUDGE) and self.text[cue.verb : cue.verb_end].split()[0].endswith("s"):
            return False
        is_alone = " " not in self.text[cue.verb : cue.verb_end]  # "ruled out" is clear
        if FRAMES.get(cue.lemma) == STRICT and is_alone and not cue.has_that:
            return False
        named = any(word[0].isupper() for word in speaker.name.split())
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        reports = cue.has_that or cue.form == "according" or cue.frame in (CLAUSE, ASK, JUDGE, TELL)
        is_pronoun = subject in PRONOUNS and not (cue.has_that and speaker.kind == "person")
        return named and reports and not is_pronoun

    def _is_pronoun(self, cue: Cue) -> bool:
        """Tell whether the subject of a phrase is "he" or the like, or "his" before what he said."""
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        return subject in PRONOUNS or subject in POSSESSIVES

    def _only_does(self, cue: Cue) -> bool:
        """Tell whether what is no person does or shows what the verb tells, and need not say it.

        "The States undertook to", "many agree that", "as the title suggests", "Section 4 of the Order states that".
        """
        if cue.lemma == "undertake":
            return True
        if cue.lemma == "agree" and cue.has_that and self.text[cue.subject_start : cue.subject_end] not in _MEMBERS:
            return True
        if cue.lemma in SHOWING and self.text.startswith(_AS, cue.left):
            return True
        return cue.lemma in _OF_LAWS and self._only_rules(cue)

    def _only_rules(self, cue: Cue) -> bool:
        """Tell whether a law rules something: not "the Charter states that"."""
        if not names_text(self.text[cue.subject_start : cue.subject_end]):
            is_law = _LAW.search(self.text, cue.subject_start, cue.subject_end) is not None
            return is_law or cue.lemma in _OF_TEXTS
        # "The treaty states the rights of both"
        return cue.lemma != "say" and not cue.has_that and self.quote_after(cue) is None

    def _calls_marked(self, cue: Cue) -> bool:
        """Tell whether something is called what stands in marks: "called the delay “a slow eviction”"."""
        if cue.lemma not in CALLING:
            return False
        return any(cue.right < marked.open < cue.right + _NEAR_MARKS for marked in self.unit.marked)

    def reports(self, cue: Cue) -> bool:
        """Tell whether something can be reported after a phrase: not after "responded by leaving"."""
        return cue.frame not in (STRICT, COLOUR) or cue.has_that or self.quote_after(cue) is not None
