"""Whom a name means, who was heard last, and of which country an article is."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from stancekit.text.attribution.authors import author_of
from stancekit.text.attribution.bodies import INDEFINITE, Bodies
from stancekit.text.attribution.callings import is_person, sex_of
from stancekit.text.attribution.descriptions import (
    count_places,
    plain_name,
)
from stancekit.text.attribution.namewords import BODIES, OFFICES, PLACES
from stancekit.text.attribution.people import GENITIVE
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.reporting import VOICES
from stancekit.text.attribution.titles import AFTER_NAMES

# Between two who speak as one: "Lee of China and his Greek counterpart Kern".
_JOINING = re.compile(r"(?:of (?:the )?[A-Z][\w.]*(?: [A-Z]\w*)? )?and(?: (?:the|his|her|their))?$")
_JOINING_ASIDE = re.compile(r", [^,;:“”\"]{3,100}, and$")  # "Lee, a former envoy, and Kern"
# "Critics of", "the widow of", "an aide to", "people close to", "a judge appointed by": not whom they are of
_SOMEBODY_OF = re.compile(
    r"(?:(?:[Tt]he|[Aa]n?|[Oo]ne|[Tt]wo|[Tt]hree|[Ss]ome|[Mm]any|[Mm]ost|[Ss]everal|[Oo]ther|[Aa]nother|[Aa] few) )?"
    r"(?:[a-z-]+ ){0,2}?(?P<head>(?i:critics?|supporters?|opponents?|friends?|allies|ally|rivals?|backers?|"
    r"followers?|fans|foes|enemies|lawyers?|attorneys?|aides?|advisers?|advisors?|colleagues?|relatives?|neighbours?|neighbors?|widow|"
    r"widower|wife|husband|sons?|daughters?|brothers?|sisters?|mother|father|parents|family|spokes(?:man|woman|person|"
    r"people)|people|those|sources?|officials?|persons?|judges?|voters|defenders?|detractors|biographers?|successors?|"
    r"predecessors?|deput(?:y|ies)|assistants?|representatives?|envoys?)) "
    r"(?:(?:very )?(?:close|loyal|opposed|related|hostile) )?(?:(?:appointed|nominated|employed|hired|chosen|sacked|"
    r"fired|named) )?(?:of|for|to|by|with|from|at)(?: the(?: late| former)?| late| former)? "
    r"(?:(?:Mr|Mrs|Ms|Mme|Dr|Prof|Sir|Lord|Lady|President|Prime Minister|Foreign Minister|Minister|Chancellor|Senator|"
    r"Sen|Governor|Mayor|King|Queen|Prince|Princess|Ayatollah|General|Ambassador|Secretary|Judge|Pope)\.? )*"
)
# "The administration of U.S. President Ann Lee" is not she.
_BODY_OF = re.compile(
    r"(?:[Tt]he )?(?:[\w-]+ )?(?i:administration|government|cabinet|office|regime|campaign|team|camp) of"
    r"(?: the(?: late| former)?| late| former)? (?:(?:U\.S\.|US|UK|[A-Z][a-z]+) )?"
    r"(?:(?:Mr|Mrs|Ms|Dr|President|Prime Minister|Foreign Minister|Minister|Chancellor|Governor|Mayor|King|Queen|"
    r"Premier|Senator|Secretary)\.? )*"
)
_SOMEBODY = tuple(article for word in INDEFINITE for article in (word, word.capitalize()))
_WHOSE = (" of ", " of the ", " for ", " for the ", " at ", " at the ", " from ", " from the ")
_N_HEARD = 6
_SHORT = 60  # characters in which a sentence names whom it begins with
_N_DESCRIBING = 5  # words of a description, the article among them
_LINKS = frozenset({"of", "for", "in", "on", "by", "with", "that", "the", "a", "an", "and"})  # "A statue of a woman"
_EMPLOYED = re.compile(
    r"(?P<who>(?:[A-Z][\w.-]* ){0,4}[A-Z][\w-]*[’']s) (?:[\w-]+ ){0,3}?[a-z-]+(?: also| later| has| had)* "
    r"(?:quote|cite)[sd]? $"
)
# "the Organization of Varda Farmers"
_OF_BODY = re.compile(r"(?:[Tt]he )?(?:[A-Z][\w’-]+ ){0,4}(?P<body>[A-Z][a-z]+) of (?:the )?(?:[A-Z][\w-]+ ){0,2}$")
_FAR = 120  # characters before "her" in which her spokesman may be named
# "Workers at the dock cheered", "Two sisters from the hills keep the mill"
_MANY_NEW = re.compile(
    r"(?:(?:Some|Many|Most|Several|Other|Two|Three|Four|Five|Six) )?(?:[A-Z]?[a-z-]+ )?(?P<noun>[A-Z]?[a-z]+(?:s|men))"
    r"(?: (?:of|from|in|at|on|along|near|outside|across) (?:the |an? )?[\w’-]+)?(?=[\s,.])"
)
_OWN_NAME = re.compile(r"[a-z-]+(?: [a-z-]+){0,2},? ([A-Z][\w’-]+(?: [A-Z][\w’-]+)*)\b")
_N_TOPICS = 40  # sentences in a row of which it is asked whom they are about


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A document that was spoken of: where, by which word, and whose it is."""

    at: int
    noun: str
    speaker: Speaker


class Called(Bodies):
    """The people and bodies of one article by their names."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._topics: list[Speaker] = []
        self.author = author_of(text, self.people)
        self.doer: Callable[[], Speaker | None] | None = None
        self._about: deque[Callable[[], Speaker | None]] = deque(maxlen=_N_TOPICS)

    def note_topic(self, about: Callable[[], Speaker | None]) -> None:
        """Remember a sentence that reports nothing; whom it is about is asked only when somebody wants to know."""
        self._about.append(about)

    def forget_topics(self) -> None:
        """Forget whom sentences were about: somebody else begins to speak."""
        self._topics = []
        self._about.clear()

    def _doers(self) -> Speaker | None:
        """Say of which several the last sentence told that somebody else reported."""
        about, self.doer = self.doer, None
        speaker = None if about is None else about()
        return speaker if speaker is not None and speaker.kind != "person" else None

    @property
    def topic(self) -> Speaker | None:
        """Whom the last sentences were about, if nobody was heard since; "he" may be them."""
        topics = self.topics
        return topics[0] if topics else None

    @property
    def topics(self) -> list[Speaker]:
        """Whom the last sentences were about, back to the first person among them, the last first."""
        fresh: list[Speaker] = []
        while self._about:
            # Whom "he" means at the beginning of a sentence is asked in turn of the sentences before it.
            speaker = self._about.pop()()
            if speaker is not None:
                fresh.append(speaker)
                if speaker.kind in ("person", "lone"):
                    self._about.clear()
        if fresh:
            self._topics = [*fresh, *self._topics]
        return self._topics

    def hear(self, speaker: Speaker) -> None:
        """Remember who spoke last."""
        self._topics = []
        self._about.clear()
        if self.heard and self.heard[-1].name == speaker.name:
            others = self.heard[:-1]
        else:
            others = [one for one in self.heard if one.name != speaker.name]
        self.heard = [*others[1 - _N_HEARD :], speaker]

    @property
    def last(self) -> Speaker | None:
        """Whoever spoke last."""
        return self.heard[-1] if self.heard else None

    def knows(self, speaker: Speaker) -> bool:
        """Tell whether somebody is a person who was introduced, or a body by its looks."""
        if speaker.kind == "body":
            *before, last = speaker.name.lower().split()
            return len(before) < 6 and (last in PLACES or last in BODIES or last in VOICES)
        return speaker.kind == "person" and self.people.knows(speaker.name)

    def _known(self, phrase: str) -> Speaker | None:
        """Give who is known by a word that looks like none of a name: "May"."""
        return None if " " in phrase or not phrase[0].isupper() else self.people.by_parts(phrase)

    def _by_name(self, start: int, end: int) -> Speaker | None:
        """Say whom a phrase names at its end or at its beginning."""
        mentions = self.people.mentions
        inside = self.people.inside(start, end)
        if not inside or self._is_somebody_of(inside[0], start):
            return None
        if len(inside) == 1 and inside[0] not in self.people.known and mentions[inside[0]].name.lower() in VOICES:
            return None  # "Governments said"
        if mentions[inside[-1]].end != end:
            inside = [i for i in inside if i in self.people.known] or inside
        last = mentions[inside[-1]]
        if last.end == end and last.start > start + 4 and self._is_of_named(inside, start):
            head = self.people.mentions[inside[0]]
            is_head = len(inside) > 1 and inside[0] in self.people.known and (head.start <= start + 4)
            return self.people.named(inside[0]) if is_head else None
        if mentions[inside[-1]].end == end and not self._is_more_than_name(inside[-1], start):
            return self._joined(inside, start) or self.people.named(inside[-1])
        first = mentions[inside[0]]
        at_head = first.start <= start + 4 or first.name_start == start
        if at_head and inside[0] in self.people.known and not self.text.startswith(GENITIVE, first.end):
            return self.people.named(inside[0])
        return None

    def _is_somebody_of(self, i: int, start: int) -> bool:
        """Tell whether a name only says whose somebody unnamed is: "a lawyer for Ann Lee"."""
        before = self.text[start : self.people.mentions[i].name_start]
        if before.endswith(" in ") or (" of " in before and _is_body_of(before)):
            return True
        return before.startswith(_SOMEBODY) and before.endswith((" of ", " of the ", " for ", " for the ", " to "))

    def _told_by_whose(self, start: int, end: int) -> Speaker | None:
        """Describe whom a phrase tells only by the name that ends it: "critics of Ann Lee", "an aide to Mr. Kim"."""
        inside = self.people.inside(start, end)
        if not inside or (last := self.people.mentions[inside[-1]]).end != end or last.name_start == start:
            return None
        if _BODY_OF.fullmatch(self.text, start, last.name_start) is not None:
            return self._plain(self.text[start:end], "body")
        found = _SOMEBODY_OF.fullmatch(self.text, start, last.name_start)
        if found is None:
            return None
        is_one = not found["head"].lower().endswith(("s", "people", "allies", "family"))
        return self._plain(self.text[start:end], "person" if is_one else "people")

    def _is_of_named(self, inside: list[int], start: int) -> bool:
        """Tell whether a name at the end only says whose or where somebody is: "the chief executive of Acme Water"."""
        mention = self.people.mentions[inside[-1]]
        if mention.start != mention.name_start:
            return False
        before = self.text[start : mention.name_start].lower()
        return before.endswith(_WHOSE) and not OFFICES.keys().isdisjoint(before.split())

    def _is_more_than_name(self, i: int, start: int) -> bool:
        """Tell whether a lone unknown capitalised word only ends a longer phrase: "the University of Isfahan"."""
        mention = self.people.mentions[i]
        if i in self.people.known or mention.name_start == start:
            return False
        before = self.text[start : mention.name_start].split()
        return bool(before) and before[-1].lower() in {"of", "the", "in", "for", "and", "to", "with", "at", "from"}

    def newcomer(self, start: int, end: int) -> Speaker | None:
        """Name a person with whom a sentence begins and who has no name: "A young baker shook her head"."""
        words = self.text[start : min(end, start + _SHORT)].split()[1:_N_DESCRIBING]
        i = next((i for i, word in enumerate(words) if word in _LINKS or is_person(word.rstrip(","))), len(words))
        head, after = "".join(words[i : i + 1]).rstrip(","), "".join(words[i + 1 : i + 2])
        if not is_person(head) or after == "and" or is_person(after):
            return None
        own = _OWN_NAME.match(self.text, start + len(self.text[start:end].split(None, 1)[0]) + 1, end)
        name = " ".join([*words[:i], head]) if own is None else own[1]  # "Her brother Omar"
        return Speaker(name=name, title=None, kind="person", sex=sex_of({head}))

    def employer(self, at: int) -> Speaker | None:
        """Say whose spokesman has quoted "her": "Cole’s spokesman quoted her as saying"."""
        quoting = _EMPLOYED.search(self.text, max(0, at - _FAR), at)
        named = [] if quoting is None else self.people.inside(*quoting.span("who"))
        return self.people.named(named[-1]) if named else None

    def newcomers(self, start: int, end: int) -> Speaker | None:
        """Name several with whom a sentence begins and who have no names: "Workers at the dock cheered"."""
        if (many := _MANY_NEW.match(self.text, start, end)) is None:
            return None
        noun = many["noun"].lower()
        one = f"{noun[:-3]}man" if noun.endswith("men") else noun.removesuffix("s")
        if not (noun in VOICES or noun in OFFICES or is_person(one)):
            return None
        return self._plain(many[0], "people")

    def _joined(self, inside: list[int], start: int) -> Speaker | None:
        """Give two people in one: "Foreign Minister Ann Lee and Chancellor Bo Kern"."""
        if len(inside) < 2:
            return None
        if len(inside) > 2 and (several := self._listed(inside, start)) is not None:
            return several
        i = inside[0] if self.text.startswith(", ", self.people.mentions[inside[0]].end) else inside[-2]
        one, other = self.people.mentions[i], self.people.mentions[inside[-1]]
        between = self.text[one.end : other.start].strip()
        if (letters := between.partition(" "))[0] in AFTER_NAMES:  # "Ann Lee MP and Bo Kern MP"
            between = letters[2]
        if one.start > start + 4 or (_JOINING.match(between) is None and _JOINING_ASIDE.match(between) is None):
            return None
        both = [self.people.named(i), self.people.named(inside[-1])]
        titles = [speaker.title for speaker in both if speaker.title]
        return Speaker(name=" and ".join(one.name for one in both), title=" and ".join(titles) or None, kind="people")

    def _listed(self, inside: list[int], start: int) -> Speaker | None:
        """Give three or more in one: "Ann Lee, Bo Kern and Jan Roos"."""
        mentions = [self.people.mentions[i] for i in inside]
        between = [self.text[one.end : other.start] for one, other in pairwise(mentions)]
        if mentions[0].start > start + 4 or set(between[:-1]) != {", "} or between[-1] not in (" and ", ", and "):
            return None
        named = [self.people.named(i).name for i in inside]
        return Speaker(name=f"{', '.join(named[:-1])} and {named[-1]}", title=None, kind="people")

    def _has_name(self, speaker: Speaker) -> bool:
        """Tell whether somebody is called by a name and not by a description."""
        return speaker.name.split()[-1][0].isupper()

    def _plain(self, phrase: str, kind: str) -> Speaker:
        return Speaker(name=plain_name(phrase), title=None, kind=kind)

    def _is_at_home(self, places: frozenset[str]) -> bool:
        """Tell whether an office is of no country, or of that of which the article speaks most.

        Papers leave out the titles of their own country's people, whom everybody knows, and give those of others.
        """
        return not places or self._home in places

    @cached_property
    def _home(self) -> str | None:
        places = count_places(self.text)
        return places.most_common(1)[0][0] if places else None


def _is_body_of(before: str) -> bool:
    """Tell whether words before a name are a body whose own name goes on with it: "the Organization of"."""
    match = _OF_BODY.match(before)
    if match is None or match["body"].lower() not in BODIES:
        return False
    return OFFICES.keys().isdisjoint(before.lower().split())
