"""What stands in quotation marks that no phrase of saying of its sentence claims."""

from __future__ import annotations

import re

from stancekit.text.abbreviations import NO_SPEAKERS, OPENERS, ROLES
from stancekit.text.attribution.adages import whose_adage
from stancekit.text.attribution.apart import said_after, sign_before, spoken_by
from stancekit.text.attribution.bodies import called_body
from stancekit.text.attribution.cues import Cue, Unit
from stancekit.text.attribution.limits import Limits
from stancekit.text.attribution.marks import Marked
from stancekit.text.attribution.namewords import ONLY_BODIES, PLACES
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.sayings import IN_WORDS
from stancekit.text.attribution.texts import text_within

_NEXT = 90  # characters between a quotation and the one that goes on it
_LONGEST_CALL = 20
_REACH = 420  # characters before a colon in which its sentence begins
_SENTENCE_BREAK = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\b[A-Z])[.!?][”\"’)]*\s+(?=[A-Z“\"])|\n")
# Before a name in quotation marks.
_IS_CALLED = re.compile(
    r"\b(?:known as|named|called|titled|entitled|dubbed|headlined|book|novel|film|song|report|article|plan|law|act|"
    r"project|programme|program|campaign)(?: the| an?)? $"
)
# Where a text stands, behind the words that are taken from it: "“...” [A/31/197, para. 5]."
_SOURCE = re.compile(r"^\s*(?:\[[^\[\]]{1,80}\]|\([^()]{1,80}\))")
# "Berg: “Never.”", "Kremlin on the talks: “Never.”"
_LABELLED = re.compile(
    r"\s*(?P<who>[A-Z][\w’'.-]{1,30}(?: (?:[A-Z][\w’'.-]{1,30}|of|van|de|al|bin)){0,4})(?: on(?: [\w-]+){1,4})?:\s*$"
)
# "The ministry issued this statement:", "The Kremlin’s statement in full:"
_ANNOUNCES = re.compile(
    r"(?P<who>[A-Z][^.:;,“”\"\n]{2,80}?)(?:['’]s? (?:full |written |joint |official )?(?:statement|response|reply|"
    r"answer|message|post|tweet|reaction)(?: in full| on [^:\n]{2,60})?|(?: (?:has|have|had|also|later|then|today))* "
    r"(?:issued|released|published|posted|sent|gave|put out|had) (?:this|the following|these)(?: [\w-]+){0,2}? "
    r"(?:statements?|messages?|responses?|answers?|posts?|words|replies|reply|to say)[^:.\n]{0,60}):\s*$"
)
_SIGNATURE = re.compile(
    r"[ \t]*(?:\r?\n[ \t]*)?(?:[—–―]|--) ?(?P<who>[A-Z][^,.;:\n“”\"—–]{2,60}?)(?:(?:,| \()[^\n“”\"]{0,90})?"
    r"[ \t]*(?=\r?\n|$)"
)
_LONGEST_HEADING = 90
_TOPICS = frozenset("in with against on to into over after as by at from".split())  # noqa: SIM905 - "WAR IN THE NORTH"
# A paragraph that leads to what somebody says in the next one: "President Bell was defiant."
_LEADS_IN = re.compile(
    r"(?:(?:\b(?:was|were|is|remained|sounded|seemed|looked) (?:[\w-]+ ){0,2}[\w-]+|\b(?:took the (?:floor|podium|"
    r"stage|microphone)|spoke(?: [\w ]{2,30})?|disagreed|responded|replied|reacted|weighed in|went further|followed|"
    r"countered|hit back)|\bstruck an? [\w-]+ (?:note|tone)|\b(?:gave|had|issued|offered) (?:an?|this|the following) "
    r"[\w -]{3,40}|\bmade [\w-]+ points|\bheld (?:his|her|an?|the) [^.]{3,50})\.|:|[^\s.!?…:;,”\"])"
    r"\s*\n\s*(?:[-•*–] ?)?$"
)
_OF_STATEMENTS = re.compile(r",? (?:(?:IN A |JOINT |ON [^,]*)?STATEMENT|SPOKES(?:MAN|WOMAN|PERSON)|ON [A-Z ]+):?$")
_ASKING = ("Did ", "Does ", "Do ", "Has ", "Have ", "Is ", "Was ", "Were ")  # nobody leads "Did he rely on it: “...”"
_LEAST_FREE = 4  # words in quotation marks that may be a quotation without any phrase of saying beside them


class LooseMarks(Limits):
    """Finds who says what stands in marks alone."""

    def _claim_in_words(self) -> None:
        """Attribute what stands in quotation marks after "to quote Lee"."""
        for k, marked in enumerate(self.unit.marked):
            if k in self.taken or not self.text[self.unit.start : marked.open].rstrip().endswith((",", ":")):
                continue
            if (by := IN_WORDS.search(self.text, self.unit.start, marked.open)) is not None:
                speaker = self.cast.resolve(*by.span("who"))
                if speaker is not None and self.words.count(marked.start, marked.end) > 1:
                    self._take(marked, speaker, "marks-in-words")

    def _claim_free(self) -> None:
        """Attribute whole sentences in quotation marks beside which nobody speaks."""
        for k, marked in enumerate(self.unit.marked):
            if k in self.taken or self._is_adage(marked) or self._is_said_apart(marked) or not self._is_free(marked):
                continue
            before = self.text[self.unit.start : marked.open].strip()
            after = _SOURCE.sub("", self.text[marked.close : self.unit.end]).strip(" .,?")
            if (signed := self._signed(marked)) is not None:
                self._take(marked, signed, "signed")
                continue
            if self.unit.cues:
                speaker, rule = self._first_speaker() or self.cast.last, "marks-same-sentence"
            elif before.endswith(":") and not after:
                lead = None if before.startswith(_ASKING) else self.ledger.leading(self.unit)
                speaker = lead or self._announced(marked) or self._named_before(marked) or self.cast.last
                rule = "marks-after-colon"
            elif before or after:
                continue
            else:
                speaker, rule = self._beside(marked)
            is_said = speaker is not None or (rule == "continued" and self._goes_on_from_last(marked))
            is_added = is_said and self.ledger.add(marked.start, marked.end, "direct", speaker, rule)
            if is_added and not (before or after) and self._is_heading(marked):
                self.ledger.headings.append(len(self.ledger.quotes) - 1)

    def _goes_on_from_last(self, marked: Marked) -> bool:
        """Tell whether somebody unknown goes on to speak: "“Never,” he said. “Not once.”"."""
        last = self.ledger.quotes[-1] if self.ledger.quotes else None
        if last is None or last.kind != "direct" or not 0 < marked.open - last.end < _NEXT:
            return False
        return "\n\n" not in self.text[last.end : marked.open]

    def _is_said_apart(self, marked: Marked) -> bool:
        """Take words in marks that others point to without a verb of saying: "“No,” was her answer"."""
        who = said_after(self.text, marked.close, self.unit.end)
        if who is None and self._is_sentence(marked) and not self._is_topic(marked):
            who = spoken_by(self.text, marked.close, self.unit.end, marked.width)
        if who is None:
            sign = sign_before(self.text, self.unit.start, marked.open)
            if sign is None:
                return False
            is_subject = 0 <= sign[0] <= self.start + 1  # "A banner with the words": nobody known holds it
            speaker = None if is_subject else self.ledger.leading(self.unit)
            if speaker is None and sign[0] >= 0 and not is_subject:
                speaker = self.cast.resolve(*sign) or self.cast.describe(*sign)
            self._take(marked, speaker, "marks-on-sign")
            return True
        speaker = self.cast.last if who[0] < 0 else self.cast.resolve(*who) or self.cast.describe(*who)
        if speaker is None:
            return False
        self._take(marked, speaker, "marks-pointed-to")
        return True

    def _is_adage(self, marked: Marked) -> bool:
        """Take words in marks of which it is said whose they are: "the words of Kant: “Dare”", "the saying “Dare”"."""
        whose = whose_adage(self.text, self.unit.start, marked.open)
        is_title = _IS_CALLED.search(self.text, max(self.unit.start, marked.open - _LONGEST_CALL), marked.open)
        if whose is None or is_title is not None:
            return False
        speaker = None
        if whose[0] >= 0:
            speaker = self.cast.resolve(*whose) or called_body(self.text[whose[0] : whose[1]])
        self._take(marked, speaker, "marks-of-words")
        return True

    def _is_sentence(self, marked: Marked) -> bool:
        """Tell whether words in marks begin a sentence, as words do that a single verb may carry."""
        return not self.text[self.unit.start : marked.open].strip() and self.text[marked.start].isupper()

    def _first_speaker(self) -> Speaker | None:
        """Give whoever reports first in the sentence, and not within what another reports."""
        outer = (self.speakers.get(i) for i in range(len(self.unit.cues)) if i not in self.nested)
        return next((speaker for speaker in outer if speaker is not None), None)

    def _is_heading(self, marked: Marked) -> bool:
        """Tell whether words in marks that stand apart may be a heading: no stop ends them, and a sentence follows."""
        is_ended = self.text[marked.end - 1] in ".!?…" or self.text[marked.close - 1 : marked.close] in tuple(".,")
        return self.following is not None and not is_ended

    def _is_free(self, marked: Marked) -> bool:
        if _IS_CALLED.search(self.text, max(self.unit.start, marked.open - _LONGEST_CALL), marked.open) is not None:
            return False
        n_words = self.words.count(marked.start, marked.end)
        least = _LEAST_FREE if self.text[marked.end - 1] not in ".!?" else 2
        return n_words >= least and self.is_whole(marked) and not self._is_topic(marked)

    def _is_topic(self, marked: Marked) -> bool:
        """Tell whether words in marks belong to the words before them: "commented on “the road to peace”"."""
        return bool(self.unit.cues) and self.text[marked.start].islower() and self._is_woven(marked)

    def _is_woven(self, marked: Marked) -> bool:
        """Tell whether words in marks belong to the sentence before them: "said the talks “are near their end”"."""
        before = self.text[self.start : marked.open].rstrip()
        return bool(before) and before[-1] not in ',:.!?”"'

    def _beside(self, marked: Marked) -> tuple[Speaker | None, str]:
        """Say who speaks a sentence apart: whoever made the remarks, or spoke last."""
        if (speaker := self._announced(marked)) is not None:
            return speaker, "continued"
        following = self.following
        if following is not None and self._is_heading(marked):
            speaker = self.ledger.leading(following)
            if speaker is not None and speaker.kind == "person":
                return speaker, "heading"
        for cue in following.cues[:1] if following is not None else ():
            if cue.lemma == "agree":  # "“We eat our own.” Boateng agreed.": another
                continue
            is_remark = cue.form == "remark" or (cue.subject_start >= 0 and self._is_bare(cue, following))
            if is_remark and (speaker := self.cast.resolve(cue.subject_start, cue.subject_end)) is not None:
                return speaker, "remark-after"
        if (headed := self._headed(marked)) is not None:
            return headed, "heading"
        is_same_paragraph = self.text.find("\n", max(0, marked.open - 3), marked.open) < 0 < marked.open
        leads = is_same_paragraph or _LEADS_IN.search(self.text, max(0, marked.open - _REACH), marked.open) is not None
        topic = self.cast.topic if leads else None
        if topic is not None and topic.kind == "person" and topic.name[0].isupper():
            self.cast.hear(topic)
            return topic, "continued"
        return self.cast.last, "continued"

    def _announced(self, marked: Marked) -> Speaker | None:
        """Name whom a sentence names that ends with a colon before the marks, or the text: "the Charter reads:"."""
        start = max(0, marked.open - _REACH)
        before = self.text[start : marked.open].rstrip()
        if not before.endswith(":"):
            return None
        start += max((match.end() for match in _SENTENCE_BREAK.finditer(before)), default=0)
        named = [self.cast.people.named(i) for i in self.cast.people.inside(start, marked.open)]
        speakers = [one for one in named if one.title is not None or " " in one.name]
        if not speakers:
            what = text_within(self.text, start, marked.open)
            return self._issuer(start, marked.open) if what is None else called_body(self.text[what[0] : what[1]])
        last = self.cast.last
        if last is not None and last.name in [one.name for one in speakers]:
            return None
        return speakers[0]

    def _issuer(self, start: int, end: int) -> Speaker | None:
        """Say whose statement a sentence with a colon announces: "The ministry issued this statement:"."""
        found = _ANNOUNCES.match(self.text, start, end)
        if found is None or found["who"].lower() in OPENERS or found["who"].endswith(("day", "Yesterday", "Tomorrow")):
            return None  # "Friday’s statement:"
        return self.cast.resolve(*found.span("who")) or self.cast.describe(*found.span("who"))

    def _signed(self, marked: Marked) -> Speaker | None:
        """Name who stands behind a dash after words in marks, and nothing else: "“Never.” — Ann Lee, mayor"."""
        signature = _SIGNATURE.match(self.text, marked.close)
        if signature is None:
            return None
        start, end = signature.span("who")
        inside = self.cast.people.inside(start, end)
        is_whole = len(inside) == 1 and self.cast.people.mentions[inside[0]].end == end
        return self.cast.people.named_from(start) if is_whole else None

    def _headed(self, marked: Marked) -> Speaker | None:
        """Name who stands in capitals above words in marks, in a list of reactions: "U.S. STATE DEPARTMENT"."""
        before = self.text[max(0, marked.open - _LONGEST_HEADING) : marked.open].rstrip()
        above = before.rpartition("\n")[2]
        if not above.isupper() or self.text.find("\n", marked.open - 2, marked.open) < 0:
            return None
        if ", " in above:  # "ANN LEE, ANALYST, KISO ASSET MANAGEMENT"
            start = self.text.rindex(above, 0, marked.open)
            return self.cast.people.named_from(start)
        name = _OF_STATEMENTS.sub("", above).strip()
        words = name.lower().rstrip(".").split()
        is_body = bool(words) and words[-1] in ONLY_BODIES and _TOPICS.isdisjoint(words)
        return called_body(name) if is_body or (len(words) == 1 and words[0] in PLACES) else None

    def _named_before(self, marked: Marked) -> Speaker | None:
        """Name whom nothing but a name before a colon names: "Berg: “Never.”", "Kremlin: “Never.”"."""
        label = _LABELLED.match(self.text, self.unit.start, marked.open)
        if label is None or label["who"].split()[0].lower() in NO_SPEAKERS | OPENERS | ROLES:
            return None
        known = self.cast.resolve(*label.span("who"))
        return known or Speaker(name=label["who"], title=None, kind="person" if " " in label["who"] else "body")

    def _is_bare(self, cue: Cue, unit: Unit | None) -> bool:
        """Tell whether a phrase reports nothing of its own sentence: "Lee said in a tweet on Friday."."""
        if unit is None or len(unit.cues) > 1 or unit.marked or len(self.text[unit.start : cue.left].split()) > 2:
            return False
        return not self.text[cue.right : unit.end].strip(" .")
