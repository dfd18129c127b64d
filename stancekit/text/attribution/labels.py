"""Whom the labels of a transcript mean: "THE PRESIDENT", "A", "Minister of Trade Anna Berg", "Reporter (Ito)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stancekit.records import Quote
from stancekit.text import abbreviations
from stancekit.text.attribution.callings import is_outlet
from stancekit.text.attribution.firstnames import sex_by_name
from stancekit.text.attribution.names import ENGLISH_GIVEN, find_mentions
from stancekit.text.attribution.namewords import HONORIFICS, OFFICES, PLACES, RANKS
from stancekit.text.attribution.people import People
from stancekit.text.attribution.persons import Speaker
from stancekit.text.line_labels import past_time
from stancekit.text.turns import Turn

_REMARK = re.compile(r"[(\[](?P<remark>.{2,100})[)\]]\W*$", re.DOTALL)
_QUESTIONS = frozenset("q question questions reporter reporters journalist correspondent participant".split())  # noqa: SIM905
_ANSWERS = frozenset({"a", "answer"})
_INTERVIEWER = re.compile(
    r"\b(?:[Ii]nterview(?:er|ed(?: by)?|(?: conducted)? by)?|INTERVIEW(?:ER)?|[Qq]uestions(?: by)?|[Aa]sked by|"
    r"[Cc]onducted by):? (?=[A-Z])"
)
# "We’ll go live to Ann Lee of the Daily News.", "Next, Ann Lee, CNN.", "Our first question comes from Ann Lee."
_CALLING_UPON = re.compile(
    r"(?:(?:^|(?<=[.!?,:] ))(?:And |So |Now,? |OK,? |Okay,? |Then )?"
    r"(?:[Ww]e(?:[’']ll| will| can| now)?|I(?:[’']ll| will)|[Ll]et(?:[’']s| us| me)) (?:now )?"
    r"(?:go|turn|move|start|begin|continue)(?: \w+){0,2} (?:to|with)|"
    r"(?:first|second|third|next|last|final|another|one more) question(?: \w+){0,6} from|"
    r"[Nn]ext(?: up| question)?(?:,| is)) (?:the line of |the queue of )?(?=[A-Z])"
)
# What stands behind such a name: "of the Daily News, please go ahead."
_CALLED_FROM = re.compile(
    r"(?P<outlet>,? (?:of|from|with) (?:the )?[A-Z][\w’'.&-]*(?: (?:[A-Z][\w’'.&-]*|of|the|and|de|for)){0,6}|"
    r", [A-Z][\w’'.&-]*(?: [A-Z][\w’'.&-]*){0,5})?(?:, (?:in )?[A-Z]\w+(?: [A-Z]\w+)?)?"
    r"(?:[.!,]? (?:[A-Z]\w+, )?(?P<please>[Pp]lease|[Gg]o ahead|[Yy]our line is (?:now )?open)(?: go ahead)?)?[.!]?\s*"
)
_WORD = re.compile(r"[^\W\d_][\w.’'-]*")
_NAME = re.compile(r"[A-Z][\w’'.-]+(?: (?:[A-Z][\w’'.-]*|van|von|de|da|der|bin|al)){0,4}$")
_OF_STATE = re.compile(r" of [A-Z]\w+(?: [A-Z]\w+)?$")
_SMALL = frozenset("of the for and on to".split())  # noqa: SIM905
_LEAD = 2500  # characters before the first turn in which its speakers are told of
_LONGEST_OFFICE = 3
_UNNAMED = frozenset({"q", "question"})
_MODERATING = frozenset({"moderator", "operator", "host", "facilitator", "coordinator", "chair", "presenter"})
_LONGEST_CALL = 200  # characters before a question in which a moderator says whose it is


class Labels:
    """Names the turns of one transcript.

    Parameters
    ----------
    text : str
        The transcript.
    people : People
        Its people.
    turns : sequence of Turn
        Its turns.
    """

    def __init__(self, text: str, people: People, turns: Sequence[Turn]) -> None:
        self.text, self.people, self.turns = text, people, turns
        self._by_label: dict[str, Speaker] = {}
        self._by_office: dict[str, Speaker] = {}
        self._names = {turn.speaker for turn in turns}
        self._start = turns[0].label_start if turns else 0

    def quotes(self) -> list[Quote]:
        """Give the turns in which anything is said as quotations."""
        spoken = []
        for before, turn in zip((None, *self.turns), self.turns, strict=False):
            speaker = self._called_upon(before, turn) or self._name(turn)
            if turn.start < turn.end:
                spoken.append(
                    Quote(
                        start=turn.start,
                        end=turn.end,
                        kind="direct",
                        speaker=speaker.name,
                        title=speaker.title,
                        rule="turn",
                    )
                )
        return spoken

    def _name(self, turn: Turn) -> Speaker:
        start = past_time(self.text, turn.label_start, turn.label_end)
        label = self.text[start : turn.label_end].strip("*_ ")
        if label not in self._by_label:
            self._by_label[label] = self._named(turn.speaker, label)
        return self._by_label[label]

    def _called_upon(self, before: Turn | None, turn: Turn) -> Speaker | None:
        """Say who asks a question by whom a moderator has just called upon: "Next, Ann Lee, CNN."."""
        if before is None or turn.speaker.lower() not in _UNNAMED:
            return None
        calls = list(_CALLING_UPON.finditer(self.text, max(before.start, before.end - _LONGEST_CALL), before.end))
        inside = self.people.inside(calls[-1].end(), before.end) if calls else []
        if not inside or self.people.mentions[inside[0]].start > calls[-1].end():
            return None
        mention = self.people.mentions[inside[0]]
        rest = _CALLED_FROM.fullmatch(self.text, mention.end, before.end)
        is_person = " " in mention.name and mention.title is None and mention.honorific is None
        if rest is None or not is_person or self._takes_turns(mention.name):
            return None
        leads = before.speaker.lower() in _MODERATING or rest["please"] is not None
        is_asker = rest["outlet"] is not None or (leads and sex_by_name(mention.name) is not None)
        return self.people.named(inside[0]) if is_asker else None

    def _takes_turns(self, name: str) -> bool:
        """Tell whether a turn is labelled with somebody’s name, who then is no unnamed asker."""
        last = name.rsplit(None, 1)[-1].lower()
        return any(last in label.lower().split() for label in self._names)

    def _named(self, name: str, label: str) -> Speaker:
        """Say whom a label means: a role, an office, a name behind an office, or a name."""
        if (of := _OF_STATE.search(name)) is not None and not _is_office(
            name[: of.start()].rsplit(None, 1)[-1].lower().rstrip(".")
        ):
            name = name[: of.start()]  # "Ms. Lee of Ohio"
        words = [word.lower().rstrip(".") for word in _WORD.findall(name)]
        office, _, more = name.partition(", ")
        if words and words[0] in _QUESTIONS | _ANSWERS:
            return self._asker(name, words[0], label)
        if words and words[0] == "the" and any(map(_is_office, words)) and (holder := self._in_brackets(name, label)):
            return self._keep(name, holder)  # "The Minister of State, Foreign Office (Ms Anna Berg)"
        if more:
            return self._keep(office, self._by_words(more, office))
        is_of_topic = bool(words) and words[-1] in abbreviations.TOPICS and any(map(_is_office, words))
        if words and (is_of_topic or all(map(_is_office, words))):  # "Minister of Trade"
            return self._by_role(name, words, label)
        return self._by_words(name, None)

    def _keep(self, office: str, speaker: Speaker) -> Speaker:
        """Remember who holds an office of which later labels may consist alone."""
        self._by_office[_head(office)] = speaker
        return speaker

    def _asker(self, name: str, first: str, label: str) -> Speaker:
        """Say who asks or answers, if a remark in brackets or the lines above tell it."""
        if (found := self._by_remark(label)) is not None:
            return found
        lead = self.text[max(0, self._start - _LEAD) : self._start]
        by = None
        if first in ("q", *_ANSWERS) and (asked := _INTERVIEWER.search(lead)) is not None:
            by = next(iter(find_mentions(lead[asked.end() : asked.end() + 60])), None)
        if first == "q" and by is not None and by.name_start < _LONGEST_OFFICE:
            return Speaker(name=by.name, title=None, kind="person")
        if first in _ANSWERS:
            others = self._in_lead(None if by is None else by.name)
            if len(others) > 1:  # "Spokesperson Anna Berg's Remarks on the Incident at Grey Shoal"
                others = {name: one for name, one in others.items() if self.people.has_office(one)}
            if len(others) == 1:
                return next(iter(others.values()))
        return Speaker(
            name=name.title() if name.isupper() and len(name) > _LONGEST_OFFICE else name, title=None, kind="body"
        )

    def _in_lead(self, but: str | None, head: str | None = None) -> dict[str, Speaker]:
        """Give those whom the lines above the turns name, with an office if one is told."""
        found = {}
        for i in self.people.inside(max(0, self._start - _LEAD), self._start):
            speaker, mention = self.people.named(i), self.people.mentions[i]
            title = (mention.title or speaker.title or "").lower()
            is_one = head in title.replace("-", " ").split() if head else " " in speaker.name
            if is_one and speaker.name != but:
                found[speaker.name] = speaker
        return found

    def _by_remark(self, label: str) -> Speaker | None:
        """Name a reporter of "Reporter (Daily News, Ito)" and "Reporter (Ito)"; of a paper alone nobody is named."""
        remark = _REMARK.search(label)
        if remark is None:
            return None
        *outlet, name = remark["remark"].split(", ")
        is_name = _NAME.match(name) is not None and not is_outlet(name) and name.lower() not in PLACES
        if not is_name or name.isupper() or (not outlet and " " in name):
            return None
        return Speaker(name=name, title=None, kind="person")

    def _by_role(self, name: str, words: list[str], label: str) -> Speaker:
        """Say who holds the office of which a label consists: by a remark, another label, or the lines above."""
        head = _head(name)
        if (holder := self._in_brackets(name, label) or self._behind_comma(name, label)) is not None:
            return self._keep(name, holder)
        if head in self._by_office:
            return self._by_office[head]
        holders = (self._in_lead(None, head) or self._shouted(head)) if OFFICES.get(head) else {}
        if len(holders) == 1 and words[0] not in abbreviations.SALUTATIONS:
            return self._keep(name, next(iter(holders.values())))
        return Speaker(name=name, title=None, kind="body")

    def _in_brackets(self, office: str, label: str) -> Speaker | None:
        """Give the person whom a remark in brackets names behind an office."""
        remark = _REMARK.search(label)
        found = [] if remark is None else find_mentions(remark["remark"])
        if found and found[0].name_start < 2 * len(office) and (found[0].honorific or " " in found[0].name):
            title = office.removeprefix("The ").removeprefix("THE ")
            speaker = self._by_words(found[0].name, title)
            is_polite = speaker.title is not None and speaker.title.lower().rstrip(".") in HONORIFICS
            return Speaker(name=speaker.name, title=title, kind="person") if is_polite else speaker
        return None

    def _behind_comma(self, office: str, label: str) -> Speaker | None:
        """Give the person who is named behind an office and a comma: "Official Spokesperson, Shri Max Berg:"."""
        named = label.partition(f"{office}, ")[2].rstrip(": ")
        found = find_mentions(named) if named[:1].isupper() else []
        if not found or found[0].start > 0 or found[0].end < len(named):
            return None
        return Speaker(name=found[0].name, title=office, kind="person")

    def _shouted(self, head: str) -> dict[str, Speaker]:
        """Give who is named behind an office in a heading: "REMARKS BY PRESIDENT ANNA BERG"."""
        lead = self.text[max(0, self._start - _LEAD) : self._start]
        named = re.search(rf"\b{head.upper()} (?P<name>[A-Z][A-Z.’'-]*(?: [A-Z][A-Z’'-]+){{1,3}})(?=\s*[\n,(]|$)", lead)
        return {} if named is None else {named["name"]: Speaker(name=named["name"], title=head, kind="person")}

    def _by_words(self, name: str, office: str | None) -> Speaker:
        """Say whom a name means, with the office before it."""
        words = name.split()
        first = self._first_of_name(words)
        bare, title = " ".join(words[first:]), " ".join(words[:first]) or office
        if first and (" of " in f" {title} " or " for " in f" {title} "):
            return self._known(bare, title) or Speaker(name=bare, title=title, kind="person")
        mentions = find_mentions(f"{name}:")
        given = mentions[-1].name if mentions else bare
        if words[-2:-1] and words[-2] in ENGLISH_GIVEN and given == words[-1]:  # "He Yunting"
            given = " ".join(words[-2:])
        whole = self.people.by_parts(given)
        if whole is not None and whole.name.lower().split()[-1] in _HEADING_WORDS:  # "DER KOMPASS INTERVIEW"
            return Speaker(name=name, title=None, kind="body")
        if (speaker := self._known(given, office)) is not None:
            return speaker
        if mentions:
            return Speaker(name=given, title=mentions[-1].title or office, kind="person")
        return Speaker(name=bare or name, title=title, kind="person" if first else "body")

    def _known(self, name: str, title: str | None) -> Speaker | None:
        """Give the person of the article whom a name means, if the family name is the same."""
        speaker = self.people.by_parts(name)
        if speaker is None:
            return self._family_first(name)
        if speaker.name.endswith(f" {name}") and any(f"of {speaker.name}" in label for label in self._names):
            return Speaker(name=name, title=title, kind="person")  # "President of Sylvania Anna Berg"
        last = name.lower().split()[-1]
        words = speaker.name.lower().split()
        if last not in (words[-1], words[0]) and words[-1] in name.lower():
            last = words[-1]
        is_same = last in (words[-1], words[0]) or speaker.name.lower().replace("-", " ").endswith(last)
        if not is_same and words[-1] in _HEADING_WORDS:
            return None
        return speaker if title is None or speaker.title else Speaker(name=speaker.name, title=title, kind="person")

    def _family_first(self, name: str) -> Speaker | None:
        """Give "HAYASAKA Noriko" for "Hayasaka": where family names stand first they are in capitals."""
        shouted = name.upper()
        if " " in name or len(name) < _LONGEST_OFFICE or f"{shouted} " not in self.text:
            return None
        whole = re.search(rf"\b{re.escape(shouted)} [A-Z][a-zà-ÿ’'-]+(?: ?[A-Z][a-zà-ÿ-]+)?(?![\w:])", self.text)
        return None if whole is None else Speaker(name=whole[0], title=None, kind="person")

    def _first_of_name(self, words: list[str]) -> int:
        """Give which word of a label begins the name, behind an office and what it is of."""
        first = 0
        while first < len(words) - 1 and _is_office(words[first].lower().rstrip(".")):
            first += 1
        of = next((i for i in range(1, len(words) - 1) if words[i] in ("of", "for")), 0)
        if not of or first < of or not any(_is_office(word.lower()) for word in words[:of]):
            return first
        for i in range(of + 1, len(words)):
            if " ".join(words[i:]) in self._names:
                return i
        for i in range(of + 2, len(words) - 1):
            if self.people.knows(" ".join(words[i:])):
                return i
        rest = [i for i in range(of + 1, len(words)) if words[i] not in _SMALL and not _is_known_place(words[i])]
        if not rest:
            return first
        n_free = len(words) - rest[0]
        return max(rest[0], len(words) - 2) if n_free > 2 or words[of + 1 : rest[0]] == [] else rest[0]


_HEADING_WORDS = frozenset("interview briefing transcript remarks conference statement".split())  # noqa: SIM905


def _is_office(word: str) -> bool:
    """Tell whether a word of a label is an office, a form of address or a role, or belongs to one."""
    return (
        word in abbreviations.OFFICES
        or word in abbreviations.ROLES
        or word in HONORIFICS
        or word in RANKS
        or word in OFFICES
        or word in ("official", "justice", "chief")
    )


def _is_known_place(word: str) -> bool:
    return word.lower() in PLACES or word in ("Republic", "Islamic", "Federal", "People’s", "People's", "Kingdom")


def _head(office: str) -> str:
    """Give the word of an office that tells it: "the chairperson" is one with "chair"."""
    words = [word.lower().rstrip(".") for word in _WORD.findall(office) if word.lower() not in _SMALL]
    return words[-1] if words else office.lower()
