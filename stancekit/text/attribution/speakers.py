"""Who speaks in an article: whom "he", "the minister" and "the Leader" mean, and by which name.

`Cast` reads an article once. It is then asked in the order of the text and told whom it has heard, since "he" is
whoever spoke last.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.callings import (
    ORGANISATIONS,
    OUTLETS,
    is_person,
    sex_of,
)
from stancekit.text.attribution.descriptions import (
    THINGS,
    are_agents,
    head_of,
    is_nobody,
    last_word,
    original_head,
    place_adjective,
    spelled_out,
)
from stancekit.text.attribution.issuers import Issuers
from stancekit.text.attribution.namewords import OFFICES, SHORT_OFFICES
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.phrases import after_heading, trimmed
from stancekit.text.attribution.pronouns import POSSESSIVES, PRONOUNS
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES
from stancekit.text.attribution.verbs import word_set

# "quoted him as saying", "their message is that"
_OBJECTS = {"him": "he", "her": "she", "them": "they", "his": "he", "their": "they", "its": "it"}
_STYLES = frozenset(
    f"{whose} {style}"
    for whose in ("his", "her")
    for style in ("eminence", "excellency", "majesty", "highness", "royal highness", "holiness", "beatitude", "honour")
)
_POINTERS = PRONOUNS.keys() | _OBJECTS.keys() | _STYLES
OWN_VOICE = word_set("i we you one")
# Of several one or some speak: "each told us", "the first one said".
_QUANTIFIED = frozenset(
    """
    each|another|another one|others|
    several|a few|most|most of them|some of them|many of them|one of them|the other|the others|the first|
    the second|the third|the last|the former|the latter|the first one|the second one|the third one|the other one|
    the last one|some of you|many of you|some of us|many of us|all of them|both of them
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
# No speaker's description begins with these: "In general".
_NOT_FIRST = word_set(
    "unlike like being having doing making taking in on at of for with by from during after before under over about "
    "against amid despite through inside outside within"
)
_DESCRIBING = tuple(
    f"{word} "
    for word in sorted(word_set("the a an one another his her its their our my your some many several two three both"))
)
_WHO = (" w", ", ")
_INTRODUCING = ("the ", "a ", "an ", "one ", "another ")
_LONGEST_APPOSITION = 90
# "To those who ask she"
_LATE_PRONOUN = re.compile(r"\s(he|she)(?: (?:also|has|had|then|once|often|always|only))*$")
# "a baker who asked to be called Ann"
_ASKED_TO_BE = re.compile(
    r",? who (?:(?:asked|wanted|wished|preferred|agreed|insisted|would only agree) (?:to be|on being) (?:called|"
    r"known|identified|named|quoted)"
    r"(?: only| simply| just)?(?: as| by (?:his|her|their) (?:first|given|last) name,?)? |"
    r"(?:gave|would give|wanted to give|offered) (?:only )?(?:his|her|their) (?:(?:first|full|"
    r"last) )?name (?:only |simply )?as |"
    r"(?:identified|introduced|called) (?:him|her)self (?:only |simply )?(?:as )?|"
    r"goes by )(?P<name>[A-Z][\w’-]+(?: [A-Z][\w.’-]+)?)"
)
# "Sanctions on Chad": the noun has a capital only since it comes first.
_ABOUT = re.compile(r"[A-Z][a-z]+s (?:on|in|at|to|against|with|over|about|between|towards?) ")
_LONG = 12  # characters of a phrase that may hold more than who speaks
AGENT = re.compile(r"(?:er|or|ist|ian|man|woman|ee|ant)$")  # who said so is a person: "a docker said"
# "Reality called for new ideas": no names.
_ABSTRACT = word_set(
    """
    reality history experience logic justice peace morality humanity necessity prudence wisdom solidarity development
    progress globalization independence freedom terrorism colonialism apartheid imperialism poverty hunger war
    realism honesty fairness equity conscience duty sovereignty security cooperation self-reliance stability unity
    """
)
# "China as a large buyer", "the union as well as Lee": what somebody is besides names nobody.
_AS_WHAT = re.compile(r" as (?:an?|the|one|some|such|its|his|her|their) ")
_DOING = re.compile(r"[A-Z][\w.]* (?:of|for) [a-z]+ing (?=\S)")  # "US of bullying Peru's president"
# "Replying to Ann Lee, who complained"
_REPLYING = re.compile(
    r"(?:[A-Z]\w+|and|then|in)ing (?:to|with|at|by|for|from|on) (?=(?:(?:Mrs?|Ms|"
    r"Dr)\.? )?[A-Z][\w’-]+(?: [A-Z][\w’.-]+)*(?: \(|$))"
)
# By what a people holds it is told of: "the European stance is unclear. They said".
_STANCES = word_set("stance position attitude view response reaction approach reply line answer")
_MATTERS = word_set(
    """
    problems issues questions aspects elements reasons measures ways areas points factors challenges goals objectives
    tasks principles lessons consequences resolutions decisions steps proposals conflicts crises
    """
)


# "every one of them", "some of the miners"
_SOME_OF = re.compile(
    r"(?:(?P<one>(?:every |each |any )?one|another|each|neither|either) of |(?:some|many|most|several|both|all|"
    r"few|two|three|four|half|"
    r"a (?:few|number|handful|majority|third|quarter|dozen)|scores|dozens|hundreds|thousands|two-thirds|others) of )"
    r"(?:them\b|the |these |those |his |her |its |their |[A-Z])",
    re.IGNORECASE,
)


def _are_persons(head: str) -> bool:
    """Tell whether a word means several persons: "bishops", "partners"."""
    one = head.removesuffix("s")
    return one != head and (is_person(one) or one in OFFICES or one in VOICES)


class Cast(Issuers):
    """The people of one article, and who was heard last.

    Parameters
    ----------
    text : str
        The article.

    Examples
    --------
    >>> cast = Cast("Iranian Foreign Minister Mohammad Javad Zarif left. The foreign minister smiled.")
    >>> cast.resolve(52, 72).name
    'Mohammad Javad Zarif'
    """

    def describe(self, start: int, end: int) -> Speaker | None:
        """Name a speaker by the phrase alone, unless it is our own voice."""
        start, end = trimmed(self.text, start, end)
        low = self.text[start:end].lower()
        is_thing = not low or head_of(low) in THINGS
        if is_thing or not low.startswith(_DESCRIBING) or len(low.split()) > 8:
            return None
        head = head_of(low)
        if low.startswith(("his ", "her ", "their ")) and not (is_person(head) or AGENT.search(head)):
            whose = self._by_pronoun({"his": "he", "her": "she", "their": "they"}[low.split(" ", 1)[0]], start)
            if whose is not None:  # "her farewell note said"
                return whose
        speaker = self.by_body(self.text[start:end], start)
        if speaker is not None and speaker.kind == "body" and AGENT.search(head_of(low)) is not None:
            return Speaker(name=speaker.name, title=None, kind="person", sex=sex_of({head_of(low)}))
        return speaker

    def resolve(self, start: int, end: int) -> Speaker | None:
        """Say whom the phrase ``text[start:end]`` means there; None where it is nobody.

        Parameters
        ----------
        start, end : int
            The phrase: a name, a pronoun, an office, a body or a description.
        """
        start, end = trimmed(self.text, start, end)
        start = after_heading(self.text, start, end)
        phrase = self.text[start:end]
        if len(phrase) > _LONG and (" who " in phrase or "ing " in phrase or " as " in phrase or phrase[-1] == "]"):
            start, end = self._who_within(start, end, phrase)
            phrase = self.text[start:end]
        low = phrase.lower()
        if low in _QUANTIFIED:
            return self._called_himself(end) or self._plain(phrase, "people")
        if (
            not phrase
            or low in OWN_VOICE
            or (low[0] in "iwyo" and low.replace("’", "'").split("'", 1)[0] in OWN_VOICE)
            or (not phrase[-1].isalpha() and is_nobody(phrase))
        ):
            return None
        if low in _POINTERS:
            return self._by_pointer(low, start)
        first = low.split(None, 1)[0]
        is_beside = first in _NOT_FIRST or (first == "to" and phrase[3:4].islower())  # "To Lam" is a person
        if (is_beside and not low.startswith("under secretar")) or self._is_common(phrase, low):
            late = _LATE_PRONOUN.search(low) if len(phrase) > _LONG else None
            return None if late is None else self._by_pronoun(late[1], start + late.start(1))
        if self.text[end : end + 2] in _WHO and (told := self._told_after(low, start, end)) is not None:
            return told
        named = self._told_by_whose(start, end) or self._by_short_office(start, end) or self._by_name(start, end)
        return named or self._known(phrase) or self._described(phrase, start)

    def _by_pointer(self, low: str, start: int) -> Speaker | None:
        """Say whom "he", "him" or "His Eminence" means."""
        if low in PRONOUNS:
            return self._by_pronoun(low, start)
        if low in _OBJECTS:
            return self.employer(start) or self._by_pronoun(_OBJECTS[low], start)
        return self._by_pronoun(POSSESSIVES[low[:3]], start)

    def _by_short_office(self, start: int, end: int) -> Speaker | None:
        """Say whom "the FM" means."""
        phrase = self.text[start:end]
        if phrase[-1] != "M" or phrase.rsplit(None, 1)[-1] not in SHORT_OFFICES:
            return None
        office = spelled_out(phrase) if " " in phrase else f"the {spelled_out(phrase)}"
        return self.people.named_between_commas(end) or self._by_office(office, "minister", start)

    def _called_himself(self, end: int) -> Speaker | None:
        """Say how one of several calls himself: "one of them, a baker who asked to be called Ann"."""
        if not self.text.startswith((", a ", ", an "), end):
            return None
        calls = _ASKED_TO_BE.search(self.text, end, end + _LONGEST_APPOSITION)
        return None if calls is None else Speaker(name=calls["name"], title=None, kind="person")

    def _told_after(self, low: str, start: int, end: int) -> Speaker | None:
        """Say whose name follows a description: "the envoy, Ann Lee,", "a baker who asked to be called Ann"."""
        if (described := self._described_between(low, start, end)) is not None:
            return described
        if low.startswith(_INTRODUCING) and (calls_himself := _ASKED_TO_BE.match(self.text, end)) is not None:
            return Speaker(name=calls_himself["name"], title=None, kind="person", sex=sex_of(set(low.split())))
        if not self.text.startswith(", ", end) or not self.text[end + 2 : end + 3].isupper():
            return None
        named = None if self._names_one(start, end) else self.people.named_between_commas(end)
        if named is not None and head_of(low) in OUTLETS | ORGANISATIONS and not self.people.has_office(named):
            return Speaker(name=named.name, title=None, kind="body")  # "the state newspaper, Granma, said"
        return named

    def _described_between(self, low: str, start: int, end: int) -> Speaker | None:
        """Say whose name stands before a description with "who" behind it: "Ann Lee, the chief engineer, who said"."""
        if not low.startswith(("the ", "a ", "an ")) or not self.text.startswith((", who ", ", whose "), end):
            return None
        named = self.people.over(start - 3) if self.text.endswith(", ", 0, start) else []
        return next(iter(named), None)

    def _names_one(self, start: int, end: int) -> bool:
        """Tell whether a phrase ends with a name, so that another after a comma only follows in a list."""
        inside = self.people.inside(start, end)
        if not inside or (mention := self.people.mentions[inside[-1]]).end != end:
            return False
        if mention.start > start + 4 and (" of " in (before := self.text[start : mention.start]) or " for " in before):
            return False
        return mention.start <= start + 4 or not self.text.endswith(
            (" from ", " of ", " in ", " at ", " for "), 0, mention.start
        )

    def _who_within(self, start: int, end: int, phrase: str) -> tuple[int, int]:
        """Leave out what somebody is besides, and whom a heading accuses of doing before a name.

        Of "the envoy [Ann Lee]" the name in brackets remains.
        """
        if " who " in phrase and not phrase.lower().startswith("those"):
            phrase = phrase[: phrase.index(" who ")].rstrip(" ,")
            end = start + len(phrase)
        has_doing = "ing " in phrase
        if has_doing and (reply := _REPLYING.match(self.text, start, end)) is not None:
            start = reply.end()
        if phrase[-1] == "]" and (bracket := self.text.rfind("[", start, end - 2)) >= 0:
            return bracket + 1, end - 1
        if not (has_doing or " as " in phrase):
            return start, end
        if (aside := _AS_WHAT.search(self.text, start, end)) is not None:
            end = aside.start()
        doing = _DOING.match(self.text, start, end)
        return (start if doing is None else doing.end()), end

    def _is_common(self, phrase: str, low: str) -> bool:
        """Tell whether a lone word has a capital only since a sentence begins with it: "Sanctions said nothing"."""
        if " " in phrase or phrase == low or low in VOICES or low in OFFICES or low in DOCUMENTS:
            return False
        return low in self.words or low in _ABSTRACT

    def _described(self, phrase: str, at: int) -> Speaker | None:
        """Say whom an office means, or what issued a document; else name the description itself."""
        head = head_of(phrase)
        if head in OFFICES:
            return self._by_office(phrase, head, at)
        noun = last_word(phrase)
        if noun in DOCUMENTS and noun in phrase:
            return self._by_document(phrase, noun, at)
        if is_person(head):
            return self._by_calling(phrase, head, at)
        if head in _STANCES and (whose := place_adjective(phrase, head)) is not None:
            return Speaker(name=whose, title=None, kind="body")
        return self._by_head(phrase, at)

    def _by_head(self, phrase: str, at: int) -> Speaker | None:
        """Name a description by its head: people by what they do, some of others, or a body."""
        original = original_head(phrase)
        if " of " in phrase and phrase.rsplit(None, 1)[-1].lower() in _MATTERS:
            return None  # "One of these problems"
        if " of " in phrase and (some := _SOME_OF.match(phrase)) is not None:
            return self._plain(phrase, "person" if some["one"] else "people")
        if original.islower() and original not in VOICES and are_agents(original):
            return self._plain(phrase, "people")
        is_known = original in VOICES or original in OUTLETS or original in ORGANISATIONS or _are_persons(original)
        is_common = original.islower() or (
            original[-1] == "s" and _ABOUT.match(phrase) is not None and not _may_speak(original.lower())
        )
        if is_common and not is_known and not phrase.lower().startswith("those who "):
            return None
        return self.by_body(phrase, at)


def _may_speak(noun: str) -> bool:
    """Tell whether a plural means people or bodies: "hoteliers", "sources", but not "sanctions"."""
    return noun in VOICES or noun in OFFICES or AGENT.search(noun.removesuffix("s")) is not None
