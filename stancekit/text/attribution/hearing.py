"""What each phrase of saying in a sentence is: heard or not, before or after what it reports, within another report."""

from __future__ import annotations

import re

from stancekit.records import Quote
from stancekit.text.attribution.between import interrupts, widen
from stancekit.text.attribution.contents import only_may
from stancekit.text.attribution.cues import Cue, Unit, is_between, is_relative
from stancekit.text.attribution.descriptions import head_of, keys, plain_name
from stancekit.text.attribution.glued import find_glued, is_headline, name_between, tells_plans
from stancekit.text.attribution.inturn import is_reported, plural_before
from stancekit.text.attribution.ledger import Ledger
from stancekit.text.attribution.marks import Marked, stands_apart
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.objects import CALLING, calls_something
from stancekit.text.attribution.own import own_word, points_back
from stancekit.text.attribution.people import Speaker
from stancekit.text.attribution.reporting import ADJUNCT, AUXILIARIES, SHOWING, TIME, VENUE
from stancekit.text.attribution.speakers import OWN_VOICE, PRONOUNS
from stancekit.text.attribution.verbs import AS, ASK, CLAUSE, COLOUR, FRAMES, JUDGE, LOOSE, STRICT, TELL

# "said, and I quote, “...”"
_QUOTE_NEXT = re.compile(
    r"\s*[,:]?\s*(?:(?:and )?(?:I(?:[’'](?:ll|m going to)| will)? )?quote(?: (?:him|her|them|it|here|directly|"
    r"again))*(?: if \w+ permits?)?"
    r"\s*[,:–—-]?\s*)?(?:that\s+)?"
)
_ONE_SAID = (",”", ',"', "!”", '!"', "?”", '?"', "”,", '",', ",’", "’,", "!’", "?’")  # “No,” he said
_CLOSE_TAIL = re.compile(r"[\s,.;]*")
_PARTING = tuple("”\"’'»?!,")
_TAIL = re.compile(r"\s*(?:when|while|as|after|before|since|because|shortly|just|hours|days|minutes)\s")
_JOINING = ("and ", "but ", "while ", "whereas ")
_PARTED = re.compile(r",\s(?:who|which|and|but|while|as|although|though|with|\w+ing)\s")
_JOINED = re.compile(r",\s(?:and|but) (?:is|are|was|were|has|had|have|will|would|could|[a-z]{2,}ed)\b")
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
_QUESTIONED = (
    "Asked",
    "Pressed",
    "Questioned",
    "Quizzed",
    "Challenged",
    "Prodded",
    "Confronted",
    "Told",
    "Consulted",
    "Pushed",
)
_NO_ONE = frozenset({"nobody", "no one", "none", "nothing", "who", "anyone", "anybody"})
_AGENT = re.compile(r"(?:er|or|ist|ian|man|woman|ee|ant)$")
_CLEFT = re.compile(r"(?:It|it) (?:is|was|will be) [^,;:“”]{2,60}$")  # "It was a fox, he insisted, that ate it"
_LONGEST_PRONOUN = 8
_CLAUSE_FIRST = re.compile(
    r"(?:When|While|After|Before|As|Since|Once|If|In|On|At|Then|So|But|And|Yet)\b[^,;:“”\"]{0,90}?,? (?=(?:he|she|"
    r"they) )"
)
_TELLING = frozenset("say tell claim argue insist ask".split())  # noqa: SIM905
_LAW = re.compile(
    r"\b(?:[Ss]ection|[Aa]rticle|[Pp]aragraph|[Cc]lause|[Rr]ule|[Cc]hapter|[Ss]chedule|[Aa]nnex|[Rr]egulation) [\dIVX]|"
    r"\b(?:[Aa]ct|[Ll]aw|[Cc]ode|[Ss]tatute|[Oo]rdinance|[Cc]onstitution)(?: of \d{4})?$"
)
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
_POSSESSIVES = {"his": "he", "her": "she", "their": "they", "its": "it"}
_LEAD = 10  # characters that whom a sentence begins with takes at least
_FAR = 200  # characters between a phrase and what stands in quotation marks after it


class Hearing:
    """Listens to the phrases of one sentence before they claim anything.

    Parameters
    ----------
    ledger : Ledger
        What the article has told so far.
    unit : Unit
        The sentence.
    following : Unit or None
        The one after it.
    outer : Quote, optional
        The quotation within which it stands.
    """

    def __init__(self, ledger: Ledger, unit: Unit, following: Unit | None, outer: Quote | None = None) -> None:
        self.ledger, self.text, self.unit, self.following = ledger, ledger.text, unit, following
        self.cast, self.words = ledger.cast, ledger.words
        self.turn = outer or ledger.turn_at(unit.start)
        self.is_quoted = outer is not None
        if ledger.turns and not self.is_quoted:
            ledger.enter(self.turn)
        self.heard: dict[int, Speaker | None] = {}
        self.nested: set[int] = set()
        self.postposed: set[int] = set()
        self.carriers: set[int] = set()
        self.glued = -1
        self.start = ledger.begin(unit)

    def drop_unheard(self) -> None:
        """Leave out phrases by which nobody reports here: loose verbs without a person, first persons."""
        kept: list[Cue] = []
        for cue in self.unit.cues:
            if cue.subject_start >= 0:
                self.heard[cue.verb] = self._resolve(cue, is_first=not kept)
                if self._is_heard(cue, self.heard[cue.verb]):
                    kept.append(cue)
            elif not self._only_agrees(cue) if kept and not self.is_quoted else self._is_heard_alone(cue):
                kept.append(cue)
        self.unit.cues[:] = kept

    def _resolve(self, cue: Cue, *, is_first: bool) -> Speaker | None:
        """Say whom the subject of a phrase means; "he" may be whom the sentence begins with."""
        subject = self.text[cue.subject_start : cue.subject_end].lower()
        if len(subject) < _LONGEST_PRONOUN and ("’" in subject or "'" in subject):  # "they’ve"
            subject = own_word(subject)
        if subject in OWN_VOICE:
            return self._by_own_voice(subject, cue)
        if subject.startswith(("including ", "such as ", "among them ")):
            return self.ledger.leading(self.unit)
        if subject in PRONOUNS and self.text.endswith(_WHERE, self.start, cue.subject_start):
            return self._writer(cue)
        if is_first and subject in PRONOUNS and cue.subject_start - self.start > _LEAD and self._opens_freely():
            lead = self.ledger.leading(self.unit)
            if lead is not None and lead.kind in PRONOUNS[subject]:
                return lead
        if is_first and subject in ("he", "she") and self.turn is not None and not self.is_quoted:
            named = self.cast.people.named_at(self.start)
            if named is not None and named.name != self.turn.speaker:
                return named
        speaker = self.cast.resolve(cue.subject_start, cue.subject_end)
        if self.turn is not None:
            return self._in_turn(subject, cue.subject_start, speaker)
        if speaker is None and subject in ("they", "their"):
            many = plural_before(self.text, 0, cue.subject_start)
            speaker = None if many is None else self.cast.resolve(*many)
        return speaker

    def _by_own_voice(self, subject: str, cue: Cue) -> Speaker | None:
        """Say whom "one" of several or "you" in a question means; what somebody tells of his own words is his own."""
        if subject == "one":
            return Speaker(name="one", title=None, kind="person") if self._is_one_of_several(cue) else None
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
        subject = _POSSESSIVES.get(subject, subject)
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
        if cue.subject_end - cue.subject_start < _LONGEST_PRONOUN and self._is_nobody(cue):
            return False
        is_person = speaker is not None and speaker.kind == "person"
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
        if cue.has_that:
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
        return self.text[cue.subject_start : cue.subject_end].lower() in _NO_ONE

    def _calls_it_something(self, cue: Cue) -> bool:
        """Tell whether a person tells something, and does not only call somebody: "Lee called the police"."""
        if cue.lemma != "call" or any(marked.open > cue.right for marked in self.unit.marked):
            return True
        return self._tells_loosely(cue)

    def _is_agent(self, cue: Cue) -> bool:
        """Tell whether somebody unknown speaks after a verb: "It was late, retorted the observer"."""
        head = head_of(self.text[cue.subject_start : cue.subject_end].strip() or "-")
        return cue.form == "inverted" and _AGENT.search(head) is not None

    def _is_heard_alone(self, cue: Cue) -> bool:
        """Tell whether a phrase that has no subject, and none before it, tells what somebody said."""
        if self.turn is not None and (self.is_quoted or not self._leads_another()):
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
        first = self.text[start : start + _LONGEST_PRONOUN].split(None, 1)
        if not first or first[0].lower() not in PRONOUNS:
            return lead
        return self._in_turn(first[0].lower(), start, lead)

    def _only_agrees(self, cue: Cue) -> bool:
        """Tell whether many came to an agreement, which nobody need have said: "both sides met and agreed that"."""
        if cue.lemma != "agree" or not cue.has_that:
            return False
        lead = self.ledger.leading(self.unit)
        return lead is None or lead.kind != "person"

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
        return subject in PRONOUNS or subject in _POSSESSIVES

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
        if cue.lemma not in ("say", "state", "specify", "require"):
            return False
        return _LAW.search(self.text, cue.subject_start, cue.subject_end) is not None

    def _calls_marked(self, cue: Cue) -> bool:
        """Tell whether something is called what stands in marks: "called the delay “a slow eviction”"."""
        if cue.lemma not in CALLING:
            return False
        return any(cue.right < marked.open < cue.right + _NEAR_MARKS for marked in self.unit.marked)

    def place(self) -> None:
        """Tell which phrases follow what was said, and which stand within what another reports."""
        cues = self.unit.cues
        if cues and self.turn is None:
            self.start = self._after_heading()
            self.glued = self._after_said_heading()
        self._place_postposed()
        open_from: int | None = None
        for i, cue in enumerate(cues):
            if i in self.postposed or cue.form in ("participle", "coordinated", "inverted"):
                is_inside = cue.form == "participle" and (i > 0 or cue.left > self.start) and not self.leads_in(cue)
                opens = cue.form == "coordinated" or open_from is not None or is_inside
                open_from = i if opens and cue.form != "inverted" else open_from
                continue
            if i and self._carries(cues[i - 1], cue) and self.reports(cue):
                self.carriers.add(i - 1)
                open_from = i
                continue
            if open_from is not None and cue.form == "finite" and self._is_within(cues[open_from], cue):
                self.nested.add(i)
            elif self.reports(cue):
                open_from = i

    def _next_left(self, cue: Cue, following: Cue) -> int:
        """Give where the next phrase begins, unless what is said begins with it: "Lee told us he had promised it"."""
        is_said = following.form == "finite" and cue.verb_end < following.subject_start <= cue.right + 1
        if is_said and cue.frame in (CLAUSE, TELL):
            return following.verb_end
        return self._past_inner(following) if following.left <= cue.right + 1 else following.left

    def _place_postposed(self) -> None:
        """Tell which phrases follow what was said."""
        cues = self.unit.cues
        for i, cue in enumerate(cues):
            is_parted = cue.left > self.start and not 0 <= cue.subject_start < cue.left
            if is_parted and (self.text[cue.left] == "," or self.text[cue.left - 1] in "–—(-"):
                self._weave(cue)
            following = self._next_left(cue, cues[i + 1]) if i + 1 < len(cues) else self.unit.end
            if self._follows(cue, max(following, cue.right)) and not (i and self._goes_in(cues[i - 1], cue)):
                self.postposed.add(i)

    def _weave(self, cue: Cue) -> None:
        """Note whether a phrase stands within what it reports."""
        if (
            cue.has_that
            and self.text[cue.verb_end] == ","
            and _CLEFT.match(self.text, self.start, cue.left) is not None
        ):
            cue.has_that, cue.right = False, cue.verb_end
        if not cue.has_that:
            widen(self.text, cue)
        cue.within = interrupts(self.text, self.start, cue)

    def _past_inner(self, inner: Cue) -> int:
        """Give where what follows a phrase ends if another is what it reports: "Lee said he had read it"."""
        is_inner = inner.form == "finite" and self.text[inner.left] not in ",;"
        return self.unit.end if is_inner else inner.left

    def _after_heading(self) -> int:
        """Give where a sentence begins into which a heading has run: "Panel to be set up On Monday, Lee said"."""
        marked = self.unit.marked[0] if self.unit.marked else None
        if marked is not None and marked.open == self.start:
            is_bare = self.text[marked.end - 1] not in ",.!?…" and self.text[marked.close - 2] not in ",.!?…"
            after = self.text[marked.close : marked.close + 2]
            return marked.close + 1 if is_bare and after[:1] == " " and after[1:].isupper() else self.start
        return max(
            self.start, self._after_plans(), find_glued(self.text, self.words, self.start, self.unit.cues[-1].left)
        )

    def _after_plans(self) -> int:
        """Give where somebody begins to speak behind a heading: "Norway to send tents Lee said they would do"."""
        first = self.unit.cues[0]
        if first.form != "finite" or (start := tells_plans(self.text, self.start, first.verb)) < 0:
            return -1
        return name_between(self.text, self.cast.people, start, first.verb, self.heard.get(first.verb))

    def _after_said_heading(self) -> int:
        """Give where a named person begins to speak after a heading that tells what was said; -1 where none does.

        "Lee says talks go on Ann Lee, the minister, told reporters that": only in headings the present stands so.
        """
        first, *others = self.unit.cues
        if not others or not (first.left <= self.unit.start and is_headline(self.text, first)):
            return -1
        for cue in others:
            if (at := self._named_from(first, cue)) >= 0:
                cue.left = cue.subject_start = at
                subject = self.text[first.subject_start : first.subject_end]
                if subject.rsplit(None, 1)[-1].lower() in OFFICES:  # "MP says": the one who speaks then
                    self.heard[first.verb] = self.heard[cue.verb]
                return at
        return -1

    def _named_from(self, first: Cue, cue: Cue) -> int:
        """Give where the name begins of a person who speaks, by a phrase, behind a heading; -1 for others."""
        speaker, head = self.heard.get(cue.verb), self.heard.get(first.verb)
        is_same = speaker is not None and head is not None and head.name == speaker.name
        if cue.form != "finite" or not (is_same or cue.has_that or self.quote_after(cue) is not None):
            return -1
        return name_between(self.text, self.cast.people, first.right, cue.verb, speaker)

    def leads_in(self, cue: Cue) -> bool:
        """Tell whether a participle opens a sentence, also one into which a heading has run."""
        return cue.left <= self.start or self.text[cue.verb].isupper()

    def _goes_in(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether only an adverb or a place parts a phrase from a "that": "said that in Oslo, both agreed"."""
        before = self.text[outer.right : cue.left]
        return outer.has_that and bool(before) and self._is_opening(before[0].upper() + before[1:])

    def _carries(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether an outlet only passes on what others say: "According to the Herald, Lee said talks go on"."""
        if outer.form != "according" or cue.form != "finite" or self.text.startswith("as ", cue.left):
            return False
        return cue.left <= outer.right <= cue.subject_start + 1

    def reports(self, cue: Cue) -> bool:
        """Tell whether something can be reported after a phrase: not after "responded by leaving"."""
        return cue.frame not in (STRICT, COLOUR) or cue.has_that or self.quote_after(cue) is not None

    def _follows(self, cue: Cue, following: int) -> bool:
        """Tell whether a phrase stands after what it reports."""
        if cue.form not in ("finite", "according") or is_relative(self.text, cue):
            return cue.form == "inverted"
        before = self.text[self.start : cue.left]
        is_doing = cue.lemma in ("agree", "continue") and self.text.startswith(" to ", cue.verb_end)
        is_word = before.endswith(_ONE_SAID) or self._is_after_word(cue)
        if is_doing or cue.has_that or (len(before.split(None, 1)) < 2 and not is_word):
            return False
        is_apart = self.text[cue.left] == "," or before.rstrip().endswith(_PARTING) or points_back(self.text, cue)
        if cue.form == "according":
            is_within = cue.within and self.text[cue.verb_end : cue.verb_end + 1] == ","
            return self.ends_at(cue.verb_end) or is_within or (is_apart and not self._goes_on_behind(cue, before))
        is_apart = is_apart or cue.within
        is_object = cue.frame in (JUDGE, AS) or (
            cue.frame == ASK and not (cue.lemma == "ask" and self.quote_before(cue) is not None)
        )
        if not is_apart or is_object or self.text[cue.left : cue.verb].lstrip(" ,").lower().startswith(_JOINING):
            return False
        if (marked := self.quote_before(cue)) is not None or self.quote_after(cue) is not None:
            # "Thanking Chad for “an open door,” Lee said the toll had risen"
            is_part = marked is not None and self.text[marked.start].islower() and self.is_only_words(marked)
            is_speech = marked is not None and (not is_part or self._closes(cue, following))
            return is_speech and marked is not None and not self._is_heading_before(cue, marked)
        is_last = self._closes(cue, following) or cue.within
        return is_last and not self._is_opening(before)

    def _is_after_word(self, cue: Cue) -> bool:
        """Tell whether one word alone is said before a phrase: "“Never,” said Lee", "Fares, he said, would rise"."""
        return self.quote_before(cue) is not None or cue.within

    def _goes_on_behind(self, cue: Cue, before: str) -> bool:
        """Tell whether what is reported goes on behind "according to" and its name."""
        if self.text[cue.verb_end : cue.verb_end + 1] != ",":
            return False
        is_parted = AUXILIARIES.intersection(before.split()) and _PARTED.match(self.text, cue.verb_end) is not None
        return not is_parted and _JOINED.match(self.text, cue.verb_end) is None

    def _is_heading_before(self, cue: Cue, marked: Marked) -> bool:
        """Tell whether a quoted heading runs into a sentence: "“We are ready” Lee said talks go on."."""
        is_closed = self.text[marked.close - 2 : marked.close - 1] in tuple(",.!?…")
        if is_closed or self.text[marked.close : marked.close + 1] == ",":
            return False
        if cue.left > marked.close + 1 or not self.text[cue.subject_start].isupper():
            return False
        return cue.has_that or (cue.frame == CLAUSE and not self._closes(cue, self.unit.end))

    def _is_opening(self, before: str) -> bool:
        """Tell whether only an adverb or a place stands before a phrase: "In Vienna, Lee said"."""
        if ADJUNCT.match(before) is None or "," in before:
            return False
        words = before.split()
        return len(words) <= 6 or words[0] in _QUESTIONED or AUXILIARIES.isdisjoint(words)

    def _closes(self, cue: Cue, following: int) -> bool:
        """Tell whether nothing follows a phrase but days, places, or a comma."""
        rest = self.text[cue.right : following].strip(" .;:")
        is_parted = rest.startswith(",") or self.text[cue.verb_end : cue.verb_end + 1] == ","
        if not rest or is_parted or VENUE.match(self.text, cue.right, self.unit.end) is not None:
            return True
        return not cue.has_that and _TAIL.match(self.text, cue.right, self.unit.end) is not None

    def ends_at(self, place: int) -> bool:
        """Tell whether nothing but a stop stands after a place in the sentence."""
        return self.past_stops(place) >= self.unit.end

    def past_stops(self, place: int) -> int:
        """Go over blanks and stops."""
        match = _CLOSE_TAIL.match(self.text, place, max(place, self.unit.end))
        return place if match is None else match.end()

    def _is_within(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether a phrase stands within what another reports: "Lee said that Iran had warned of it"."""
        opens = outer.verb_end < cue.subject_start <= outer.right + 1
        if opens or self.text.startswith("what ", cue.left):
            return opens or cue.left >= outer.right
        if cue.verb <= outer.right or outer.left < self.glued <= cue.subject_start:
            return False
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        after = self.text[cue.left : cue.subject_start].strip(" ,").lower()
        if subject in ("he", "she") or after in ("and", "but", "while") or self.text[cue.left : cue.left + 1] == ";":
            return False
        if subject.startswith(("while ", "but ", "and ", "although ", "though ")) or self._quote_inside(
            outer.right, cue.left
        ):
            return False
        return self.words.has(1, outer.right, cue.left) or after in ("that", "as", "")

    def _quote_inside(self, start: int, end: int) -> bool:
        return any(
            start <= marked.open
            and marked.close <= end
            and self.is_whole(marked)
            and stands_apart(self.text, self.unit.start, marked)
            for marked in self.unit.marked
        )

    def quote_before(self, cue: Cue) -> Marked | None:
        """Give what stands in quotation marks right before a phrase."""
        for marked in self.unit.marked:
            if cue.left - 3 <= marked.close <= cue.verb and self.past_stops(marked.close) >= cue.left:
                return marked
        return None

    def quote_after(self, cue: Cue) -> Marked | None:
        """Give what stands in quotation marks after a phrase, right there or after places and days."""
        for marked in self.unit.marked:
            if marked.open >= cue.verb_end:
                break
        else:
            return None
        match = _QUOTE_NEXT.match(self.text, cue.right)
        if match is not None and match.end() == marked.open:
            return marked
        if cue.has_that or not (self.is_whole(marked) or self.quote_before(cue) is not None):
            return None
        return marked if self._leads_to(cue, marked) else None

    def _leads_to(self, cue: Cue, marked: Marked) -> bool:
        """Tell whether only places and days stand between: "said in a speech in Vienna on Friday, “...”"."""
        between = self.text[cue.verb_end : min(marked.open, cue.verb_end + _FAR)].rstrip()
        if marked.open - cue.verb_end > _FAR or not between.endswith((",", ":")):
            return False
        if any(cue.verb < other.verb < marked.open for other in self.unit.cues):
            return False
        if self.text[marked.start].islower() and self.quote_before(cue) is not None:
            return True
        is_place = VENUE.match(self.text, cue.right) or TIME.match(self.text, cue.verb_end) or cue.frame == TELL
        return bool(is_place) or between.endswith(":")

    def is_whole(self, marked: Marked) -> bool:
        """Tell whether a sentence, and not a few words of one, stands in quotation marks."""
        if (n_words := self.words.count(marked.start, marked.end)) < 2:
            return False
        first = next((sign for sign in self.text[marked.start : marked.end] if sign.isalnum()), "")
        return first.isupper() or first.isdigit() or n_words > 7

    def is_only_words(self, marked: Marked) -> bool:
        """Tell whether a few words stand in marks as a part of what precedes them."""
        before = self.text[self.unit.start : marked.open].rstrip()
        return before[-1:].isalpha() and "," in self.text[marked.end : marked.close + 1] and not self.is_whole(marked)

    def is_outer(self, i: int) -> bool:
        """Tell whether other phrases report before this one: "Lee said talks go on, IRNA reported"."""
        return not self.nested.issuperset(range(i))
