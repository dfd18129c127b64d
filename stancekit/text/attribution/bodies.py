"""By which names bodies speak: papers, firms and unions, and those who are known by what they are."""

from __future__ import annotations

import re

from stancekit.text.attribution.callings import (
    ORGANISATIONS,
    OUTLETS,
    described_before,
    may_be_body,
    outlet_after,
    outlet_before,
    outlet_within,
)
from stancekit.text.attribution.descriptions import capitalised_before, head_of, is_nobody, plain_name
from stancekit.text.attribution.kinds import read_words
from stancekit.text.attribution.namewords import BODIES, PLACES
from stancekit.text.attribution.people import People
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.reporting import VOICES
from stancekit.text.attribution.verbs import word_set

INDEFINITE = ("a ", "an ", "one ", "some ", "another ")
# Who stay without a name, so that a description is all there is.
_UNNAMED = word_set("sources officials diplomats")
NEXT = 900  # characters after "a Chinese envoy" in which the envoy's name may follow

_PRAISE = re.compile(
    r"(?:official|influential|leading|prestigious|independent|private|respected|conservative|liberal|hawkish|hardline|"
    r"left-leaning|right-leaning|non-?governmental|nonprofit|opposition|ruling|governing|rival|dominant|centrist|"
    r"populist|nationalist|secular|(?:far|centre|center)-(?:left|right)|(?:left|right)-wing|(?:pro|anti)-[a-z]+|"
    r"[\w.-]+-(?:based|run|owned|backed|funded|led|linked|official))$"
)
_ADDRESSED = re.compile(r"^(?:(?:Mrs?|Ms|Mme|Dr)\.?|said|aforesaid|aforementioned|above-mentioned|same) (?=[A-Z])")
_FIRMS = (
    "Air|Airlines|Airways|Group|Ltd|Inc|Bank|Energy|Motors|Steel|Holdings|Industries|Systems|Technologies|Foods|"
    "Rail|Water|"
    "Telecom|Petroleum|Oil|Gas|Mining|Power|Shipping|Lines|Ferries|Logistics|Pharma|Media|Partners|Capital|Foundation|"
    "Institute|University|Party|Union|Movement|Alliance|Association|Federation"
)
_NO_FIRMS = BODIES | PLACES
_MAY_ADDRESS = ("Mr", "Ms", "Mme", "Dr", "said ", "afore", "above-", "same ")
_FIRM_AFTER = re.compile(rf"(?: [A-Z][\w’-]+){{0,2}} (?:{_FIRMS})\b")
# What bodies are, before their names.
_KINDS = (ORGANISATIONS - {"union", "bank", "fund", "agency"}) | word_set(
    "lobby ngo start-up startup consultancy brokerage chain developer union utility conglomerate contractor militia "
    "faction junta trade-union nonprofit outfit collective co-operative cooperative operator broadcaster"
)
_LINKED = word_set("of for in at from to with by and on")
_OF_STATES = frozenset({"Department", "Ministry", "Treasury"})
_SHORT_COUNTRIES = frozenset({"U.S.", "U.K.", "US", "UK"})
_LONGEST_COUNTRY = 24
_HALF_COUNTRIES = ("North", "South", "New", "Saudi", "Sri", "East", "West", "Burkina", "Costa", "El", "San", "Sierra")
_SIDES = frozenset(
    f"{word} {noun}"
    for word in ("two", "both")
    for noun in ("countries", "nations", "sides", "parties", "governments", "states", "capitals")
)
_MANY = re.compile(r"(?:[Tt]hose who|([A-Z]?[a-z]+s) (?:of|from|in|at|on|along|near|who)) ")


class Bodies:
    """The bodies of one article.

    Parameters
    ----------
    text : str
        The article.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = read_words(text)
        self.people = People(text)
        self.heard: list[Speaker] = []
        self._long: dict[str, str] = {}
        self._named: dict[str, Speaker] = {}

    def by_body(self, phrase: str, at: int) -> Speaker | None:
        """Name a body, by its longer name where it was heard under one; None where a phrase is but signs: "the —"."""
        named, plain = self._named.get(phrase) or self._both_heard(phrase), plain_name(phrase)
        if named is not None or is_nobody(plain):
            return named
        name = self._own_name(plain)
        noun = name.rsplit(None, 1)[-1]
        is_known = phrase.lower().startswith("the ")
        if name.islower():
            for speaker in reversed(self.heard):
                if speaker.kind == "body" and speaker.name.lower().endswith(f" {name}"):
                    return speaker
            if is_known and name in VOICES and (known := capitalised_before(self.text, name.capitalize(), at)):
                return Speaker(name=known, title=None, kind="body")
        if noun in OUTLETS or noun in ORGANISATIONS:
            name = outlet_within(name) or self._called(phrase, noun, at) or name
        elif is_known and noun.islower() and noun.endswith("s"):
            name = self.described_before(head_of(name), at) or self._described_later(name) or name
        elif is_known and name.istitle() and name.lower() in BODIES:
            name = capitalised_before(self.text, name, at) or name
        kind = "people" if _are_several(name, noun) or _are_many(name) else "body"
        speaker = Speaker(name=self._full(name), title=None, kind=kind)
        if noun[0].isupper() and not is_known:  # whoever was heard before changes nothing
            self._named[phrase] = speaker
        return speaker

    def _both_heard(self, phrase: str) -> Speaker | None:
        """Give the two countries that spoke together last, of "the two countries" or "both sides"."""
        if phrase.lower().removeprefix("the ") not in _SIDES or not self.heard:
            return None
        names = self.heard[-1].name.split(" and ")
        are_countries = len(names) == 2 and all(one and not PLACES.isdisjoint(one.lower().split()) for one in names)
        return self.heard[-1] if are_countries else None

    def _own_name(self, plain: str) -> str:
        """Drop forms of address and praise before the name of a body."""
        return _without_praise(_ADDRESSED.sub("", plain) if plain.startswith(_MAY_ADDRESS) else plain)

    def _called(self, phrase: str, noun: str, at: int) -> str | None:
        """Give the body that is called by what it is: "the daily", "the company"; "a daily" may be named next."""
        if not phrase.lower().startswith("the "):
            is_first = noun in OUTLETS and phrase.lower().startswith(INDEFINITE)
            return outlet_after(self.text, at, at + NEXT) if is_first else None
        own = {word for word in phrase.split()[1:] if word[0].isupper()}
        heard = (
            one.name
            for one in self._spoken_of
            if self._is_body(one) and may_be_body(noun, one.name) and own <= set(one.name.split())
        )
        return next(heard, None) or (outlet_before(self.text, at) if noun in OUTLETS else None)

    @property
    def _spoken_of(self) -> list[Speaker]:
        """Whoever was heard last, the last first."""
        return self.heard[::-1]

    def _is_body(self, speaker: Speaker) -> bool:
        """Tell whether somebody may be a body: by a lone unknown name a firm speaks as a person does."""
        return speaker.kind == "body" or (
            " " not in speaker.name and speaker.title is None and not self.people.knows(speaker.name)
        )

    def described_before(self, noun: str, at: int) -> str | None:
        """Give the longer description of some who are known by now: "the sources"."""
        heard = (one.name for one in reversed(self.heard) if one.kind != "person" and head_of(one.name) == noun)
        known = next(heard, None)
        return described_before(self.text, noun, at) if known is None and noun in _UNNAMED else known

    def _described_later(self, name: str) -> str | None:
        """Give the longer description of some that follows: "the participants of the meeting"."""
        if " " in name or name not in VOICES:
            return None
        longer = re.search(rf"\b[Tt]he ({name} (?:of|in|at|from) the \w+)(?=[\s,.])", self.text)
        return None if longer is None else longer[1]

    def _full(self, name: str) -> str:
        """Give the long name of a body that is called by its initials, or by its last words."""
        if name not in self._long:
            self._long[name] = self._longest(name)
        return self._long[name]

    def _initials_before(self, name: str) -> set[str]:
        """Give the initials before a name wherever it stands: "FAO" of "the FAO Fisheries Council"."""
        found = set()
        at = self.text.find(f" {name}")
        while at > 0:
            word = self.text[max(0, at - 12) : at].rpartition(" ")[2]
            if len(word) > 2 and word.isalpha() and word.isupper():
                found.add(word)
            at = self.text.find(f" {name}", at + 1)
        return found

    def _firm(self, name: str) -> str:
        """Give the longer name of a firm that is called by the first word of it: "Ventis" is "Ventis Air"."""
        at = self.text.find(f"{name} ")
        while at >= 0:
            longer = _FIRM_AFTER.match(self.text, at + len(name))
            if longer is not None:
                return name + longer[0]
            at = self.text.find(f"{name} ", at + 1)
        return name

    def _of_state(self, name: str) -> str:
        """Give the country before a body of a state that is first spoken of with it: "the U.S. State Department"."""
        first = ""
        at = self.text.find(f" {name}")
        while at > 0:
            before, _, word = self.text[max(0, at - _LONGEST_COUNTRY) : at].rpartition(" ")
            word = word.lstrip("(“\"‘'")
            is_country = word in _SHORT_COUNTRIES or word.lower().partition("’")[0].partition("'")[0] in PLACES
            if not first and (not is_country or word.endswith("s") or before.endswith(_HALF_COUNTRIES)):
                return name
            if is_country and first and word != first:
                return name
            first = first or word
            at = self.text.find(f" {name}", at + 1)
        return f"{first} {name}" if first else name

    def _longest(self, name: str) -> str:
        if name.rsplit(None, 1)[-1] in _OF_STATES:
            return self._of_state(name)
        if 1 < len(words := name.split()) < 5 and all(word[0].isupper() for word in words):
            before = self._initials_before(name)
            return f"{before.pop()} {name}" if len(before) == 1 else name
        if name.istitle() and name.isalpha() and name.lower() not in _NO_FIRMS:
            return name if self.people.by_parts(name) is not None else self._firm(name)
        if not (name.isupper() and name.isalpha() and len(name) > 1) or name == "US":
            return name
        letters = r" (?:(?:of|for|and|the) ){0,2}".join(rf"{letter}[\w’-]+" for letter in name)
        match = re.search(rf"\b{letters}", self.text)
        return name if match is None else match[0]


def called_body(phrase: str) -> Speaker:
    """Make a speaker of a text or a body by the phrase alone.

    Examples
    --------
    >>> called_body("the Charter").name
    'Charter'
    """
    return Speaker(name=plain_name(phrase), title=None, kind="body")


def _are_several(name: str, noun: str) -> bool:
    """Tell whether a plural means several and is no body's name: "residents", "Residents", "Both sides"."""
    if not noun.endswith("s"):
        return False
    return name.islower() or (name == noun and noun.lower() in VOICES) or name.startswith(("Both ", "All ", "Two "))


def _are_many(name: str) -> bool:
    """Tell whether a longer description means several: "Opponents of the EU", "those who left"."""
    many = _MANY.match(name)
    return many is not None and (many[1] is None or many[1].lower() in VOICES)


def _without_praise(name: str) -> str:
    """Drop what is said of a body before its name: "the official Xinhua News Agency", "state operator Ruta"."""
    words = name.split()
    if not words[-1][0].isupper():
        return name
    named = len(words)
    while named and words[named - 1][0].isupper():
        named -= 1
    if 0 < named < len(words) and words[named - 1] in _KINDS and _LINKED.isdisjoint(words[:named]):
        return " ".join(words[named:])
    kept = next((i for i, word in enumerate(words) if not _PRAISE.match(word)), 0)
    return " ".join(words[kept:]) if kept and words[kept][0].isupper() and words[-1][0].isupper() else name
