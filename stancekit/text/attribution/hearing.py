"""What each phrase of saying in a sentence is: heard or not, before or after what it reports, within another report."""

from __future__ import annotations

import re

from stancekit.text.attribution.between import interrupts, widen
from stancekit.text.attribution.cues import Cue, is_relative
from stancekit.text.attribution.glued import find_glued, is_headline, name_between, tells_plans
from stancekit.text.attribution.heard import Heard
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.own import points_back
from stancekit.text.attribution.reporting import ADJUNCT, AUXILIARIES, VENUE
from stancekit.text.attribution.verbs import AS, ASK, CLAUSE, JUDGE, TELL

_ONE_SAID = (",”", ',"', "!”", '!"', "?”", '?"', "”,", '",', ",’", "’,", "!’", "?’")  # “No,” he said
_PARTING = tuple("”\"’'»?!,")
_TAIL = re.compile(r"\s*(?:when|while|as|after|before|since|because|shortly|just|hours|days|minutes)\s")
_JOINING = ("and ", "but ", "while ", "whilst ", "whereas ")
_APART = frozenset({"which", *(word.strip() for word in _JOINING)})  # "a plan, which they say will fail"
_PARTED = re.compile(r",\s(?:who|which|and|but|while|as|although|though|with|\w+ing)\s")
_JOINED = re.compile(r",\s(?:and|but) (?:is|are|was|were|has|had|have|will|would|could|[a-z]{2,}ed)\b")
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
# "they continue at the same time to apply", "it has responded with all kinds of attacks"
_DOES = {
    **dict.fromkeys(("agree", "continue"), re.compile(r"(?: (?:at|in|for) [a-z ]{2,20}?)? to [a-z]")),
    **dict.fromkeys(
        ("respond", "reply", "answer"),
        re.compile(r" (?:with (?:all|force|threats|attacks|violence|fire|arms|bombs|hostility)\b|by [a-z]+ing\b)"),
    ),
}
_CLEFT = re.compile(r"(?:It|it) (?:is|was|will be) [^,;:“”]{2,60}$")  # "It was a fox, he insisted, that ate it"


class Hearing(Heard):
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
            last = self.text[marked.close - marked.width - 1]
            is_bare = self.text[marked.end - 1] not in ",.!?…" and last not in ",.!?…"
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

    def _follows(self, cue: Cue, following: int) -> bool:
        """Tell whether a phrase stands after what it reports."""
        if cue.form not in ("finite", "according") or cue.has_that or is_relative(self.text, cue):
            return cue.form == "inverted"
        before = self.text[self.start : cue.left]
        does = _DOES.get(cue.lemma)
        is_doing = does is not None and does.match(self.text, cue.verb_end, self.unit.end) is not None
        is_doing = is_doing or self.text.startswith((", where ", ", whereby "), cue.left)
        if is_doing or (len(before.split(None, 1)) < 2 and not self._is_after_word(cue, before)):
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

    def _is_after_word(self, cue: Cue, before: str) -> bool:
        """Tell whether one word alone is said before a phrase: "“Never,” said Lee", "Fares, he said, would rise"."""
        return cue.within or before.endswith(_ONE_SAID) or self.quote_before(cue) is not None

    def _goes_on_behind(self, cue: Cue, before: str) -> bool:
        """Tell whether what is reported goes on behind "according to" and its name."""
        if self.text[cue.verb_end : cue.verb_end + 1] != ",":
            return False
        is_parted = AUXILIARIES.intersection(before.split()) and _PARTED.match(self.text, cue.verb_end) is not None
        return not is_parted and _JOINED.match(self.text, cue.verb_end) is None

    def _is_heading_before(self, cue: Cue, marked: Marked) -> bool:
        """Tell whether a quoted heading runs into a sentence: "“We are ready” Lee said talks go on."."""
        is_closed = self.text[marked.close - marked.width - 1] in ",.!?…"
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

    def _is_within(self, outer: Cue, cue: Cue) -> bool:
        """Tell whether a phrase stands within what another reports: "Lee said that Iran had warned of it"."""
        opens = outer.verb_end < cue.subject_start <= outer.right + 1
        if opens or self.text.startswith("what ", cue.left):
            return opens or cue.left >= outer.right
        if cue.verb <= outer.right or outer.left < self.glued <= cue.subject_start:
            return False
        subject = self.text[cue.subject_start : cue.subject_end].strip().lower()
        after = self.text[cue.left : cue.subject_start].strip(" ,").lower()
        if subject in ("he", "she") or after in _APART or self.text[cue.left : cue.left + 1] == ";":
            return False
        if subject.startswith((*_JOINING, "although ", "though ")) or self._quote_inside(outer.right, cue.left):
            return False
        return self.words.has(1, outer.right, cue.left) or after in ("that", "as", "")

    def is_outer(self, i: int) -> bool:
        """Tell whether other phrases report before this one: "Lee said talks go on, IRNA reported"."""
        return not self.nested.issuperset(range(i))
