"""Who speaks in an article: whom "he", "the minister" and "the Leader" mean, and by which name.

`Cast` reads an article once. It is then asked in the order of the text and told whom it has heard, since "he" is
whoever spoke last.
"""

from __future__ import annotations

import re
from functools import cached_property

from stancekit.text.attribution.called import Issued
from stancekit.text.attribution.callings import (
    ORGANISATIONS,
    OUTLETS,
    is_person,
    may_be_body,
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
    plain_name,
    spelled_out,
)
from stancekit.text.attribution.namewords import OFFICES, PLACES, RANKS, SHORT_OFFICES
from stancekit.text.attribution.officers import Officers
from stancekit.text.attribution.pairs import pair_before
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.phrases import after_heading, trimmed
from stancekit.text.attribution.replies import replying
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES
from stancekit.text.attribution.roles_before import office_before
from stancekit.text.attribution.verbs import word_set

# Pronouns, and what kinds of speakers they mean.
PRONOUNS = {"he": ("person",), "she": ("person",), "they": ("people", "body"), "it": ("body",)}
# "quoted him as saying", "their message is that"
_OBJECTS = {"him": "he", "her": "she", "them": "they", "his": "he", "their": "they", "its": "it"}
_STYLES = frozenset(
    f"{whose} {style}"
    for whose in ("his", "her")
    for style in ("eminence", "excellency", "majesty", "highness", "royal highness", "holiness", "beatitude", "honour")
)
_POINTERS = PRONOUNS.keys() | _OBJECTS.keys() | _STYLES
POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}  # "His letter accuses the bank"
OWN_VOICE = word_set("i we you one")
# Of several one or some speak: "each told us", "the first one said".
_QUANTIFIED = frozenset(
    """
    each|another|several|a few|most|most of them|some of them|many of them|one of them|the other|the others|the first|
    the second|the third|the last|the former|the latter|the first one|the second one|the third one|the other one|
    the last one|some of you|many of you|some of us|many of us|all of them|both of them
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
# "a report by the Daily News"
_ISSUER = re.compile(r"\s(?:by|from)\s+(.+)")
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
_STOP = re.compile(r"[.!?…:][”\"’')]?\s")
_SENTENCE = 300  # characters after "he" in which the sentence may name others
# These documents are of bodies rather than of persons, if one of the last few who spoke is a body.
_OF_BODIES = word_set("statement report communique communiqué declaration document study article editorial release")
_WHOSE_DOCUMENT = re.compile(
    r" (?:(?:issued|published|released|written|signed|prepared|drawn up) )?(?:of|by|from) "
    r"(?P<who>(?:the |an? )?(?:[A-Z][\w’-]+ )*[A-Z][\w’-]+(?: (?:of|for|on|"
    r"and) (?:the )?(?:[A-Z][\w’-]+ ?)+)?)(?<!day)(?<=\w)"
)
# "Replying to Ann Lee, who complained"
_REPLYING = re.compile(
    r"(?:[A-Z]\w+|and|then|in)ing (?:to|with|at|by|for|from|on) (?=(?:(?:Mrs?|Ms|"
    r"Dr)\.? )?[A-Z][\w’-]+(?: [A-Z][\w’.-]+)*(?: \(|$))"
)
_OWNED = re.compile(r"(?P<who>.+?(?<!day)(?<!year)(?<!month)(?<!week)(?:[’']s|(?<=s)[’'])) (?:[\w-]+ ){0,3}?[\w-]+$")
_OF_OUTLETS = word_set("article editorial report story")
# By what a people holds it is told of: "the European stance is unclear. They said".
_STANCES = word_set("stance position attitude view response reaction approach reply line answer")
_N_ISSUERS = 3
_KIN = re.compile(
    r"\b[Hh](?:is|er) (?:(?P<her>wife|daughter|sister|mother|girlfriend|aunt|niece)|husband|son|brother|father|"
    r"boyfriend|uncle|nephew),? (?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)"
)
_NEAR_KIN = 500
_LONGEST_LABEL = 90
_NEAR = 400  # characters within which nobody is "she" and "he"
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


class Cast(Officers):
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

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._issued: list[Issued] = []
        self._meant: dict[str, tuple[str, int]] = {}  # by which pronoun somebody was meant last, and where

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

    def issue(self, noun: str, at: int, speaker: Speaker) -> None:
        """Remember whose statement, letter or report is spoken of."""
        self._issued.append(Issued(at=at, noun=noun, speaker=speaker))

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
        if (first in _NOT_FIRST and not low.startswith("under secretar")) or self._is_common(phrase, low):
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

    def _by_pronoun(self, pronoun: str, at: int) -> Speaker | None:
        """Say whom the sentence before was about, or who was heard last, and can be called so; else who was named.

        Where whoever was heard last cannot be called so, no one else is nearer than who was named last.
        """
        if pronoun == "they" and (pair := pair_before(self.text, self.people, at)) is not None:
            return pair
        if (answering := replying(self.text, self.people, self.last, pronoun, at)) is not None:
            return answering
        wanted, is_misnamed = PRONOUNS[pronoun], False
        for speaker in self._spoken_of:
            is_labelled = wanted == ("person",) and len(self.labels) > 1 and speaker.name in self.labels
            if is_labelled and not self._is_told_of(speaker, at):
                continue
            if speaker.kind == "lone" or (pronoun == "it" and self._may_be_thing(speaker)):
                if pronoun == "they":
                    continue
                return Speaker(name=speaker.name, title=None, kind=wanted[0])
            if speaker.kind in wanted and self._may_be(speaker, pronoun, at):
                if self._is_named_after(speaker, at) or (is_misnamed and self.people.knows(speaker.name)):
                    break
                self._meant[speaker.name] = (pronoun, at)
                return speaker
            is_misnamed |= speaker.kind in wanted
        if wanted != ("person",):
            return self._doers() if pronoun == "they" else None
        others = (
            one
            for one in self.people.before(at)
            if self.people.likely_sex(one) in (None, pronoun)
            and (one.name not in self.labels or self._is_told_of(one, at))
            and one.name != self.author
        )
        before = next((one for one in others if not self._is_named_after(one, at)), None)
        before = before or self._of_kin(pronoun, at)
        return before or self._despite_name(pronoun, at) or self._in_office(at, pronoun) or self.people.speaks_next(at)

    def _is_told_of(self, speaker: Speaker, at: int) -> bool:
        """Tell whether a paragraph names somebody before a place, not as whoever speaks: "President Lee told me"."""
        start = self.text.rfind("\n", 0, at) + 1
        colon = self.text.find(": ", start, start + _LONGEST_LABEL)
        return self.text.find(speaker.name.rsplit(None, 1)[-1], max(start, colon), at) >= 0

    def _may_be(self, speaker: Speaker, pronoun: str, at: int) -> bool:
        """Tell whether a pronoun may mean somebody who has not just been another: "“No,” she said. “Yes,” he said."."""
        last, where = self._meant.get(speaker.name, (pronoun, at))
        sex = self.people.likely_sex(speaker) or self._kin.get(speaker.name)
        return sex in (None, pronoun) and (last == pronoun or at - where >= _NEAR)

    @cached_property
    def _kin(self) -> dict[str, str]:
        """Whether those of somebody's family are men or women: "His wife, Clara, waved"."""
        return {match["name"]: "she" if match["her"] else "he" for match in _KIN.finditer(self.text)}

    def _of_kin(self, pronoun: str, at: int) -> Speaker | None:
        """Say who of somebody's family was named last by a first name alone: "Peter Doe and his wife, Anna, fled"."""
        found = None
        for match in _KIN.finditer(self.text, max(0, at - _NEAR_KIN), at):
            if pronoun == ("she" if match["her"] else "he"):
                found = Speaker(name=match["name"], title=None, kind="person", sex=pronoun)
        return found

    def _in_office(self, at: int, pronoun: str) -> Speaker | None:
        """Say who was spoken of by an office alone: "the Danish representative"."""
        office = office_before(self.text, at, pronoun)
        return None if office is None else self.resolve(*office)

    def _despite_name(self, pronoun: str, at: int) -> Speaker | None:
        """Say whom "he" or "she" means where nobody has a first name that agrees, and remember it."""
        for one in (*self._spoken_of, *self.people.before(at)):
            is_told = one.kind != "person" or self.people.told_sex(one) is not None or one.name in self.labels
            if not is_told and one.name != self.author and not self._is_named_after(one, at):
                return self.people.tell_sex(one, pronoun)
        return None

    def _may_be_thing(self, speaker: Speaker) -> bool:
        """Tell whether a lone name that nobody explains may be that of a firm: "Ibeco said"."""
        is_lone = speaker.kind == "person" and " " not in speaker.name and speaker.title is None
        return is_lone and speaker.name[0].isupper() and not self.people.knows(speaker.name)

    def _is_named_after(self, speaker: Speaker, at: int) -> bool:
        """Tell whether a sentence goes on to name somebody, who then is not its "he": "he said he had met Lee"."""
        if speaker.kind != "person":
            return False
        # Of an office the last word is often a country: "The minister of Peru left. He said that Peru"
        name = speaker.name if " of " in speaker.name else speaker.name.rsplit(None, 1)[-1]
        found = self.text.find(name, at, at + _SENTENCE)
        if found < 0 or not name[0].isupper() or _STOP.search(self.text, at, found) is not None:
            return False
        # "Ann Lee laughed. She quoted Bo Lee": of one name, and another
        return not any(" " in one.name and one.name != speaker.name for one in self.people.over(found))

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

    def _issuer_before(self, noun: str, at: int) -> Speaker | None:
        """Say whose a document is by what was called so before: "the report of the Expert Group"."""
        place = self.text.rfind(f" {noun} ", 0, at)
        while place >= 0:
            by = _WHOSE_DOCUMENT.match(self.text, place + len(noun) + 1, at)
            if by is not None:
                return self.resolve(*by.span("who"))
            place = self.text.rfind(f" {noun} ", 0, place)
        return None

    def resolve_owner(self, start: int) -> Speaker | None:
        """Say whose is what a sentence begins with: "His method was simple"."""
        return self._by_pronoun(POSSESSIVES[self.text[start : start + 3].lower()], start)

    def _by_document(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say who issued a document: by its own words, or since it was spoken of."""
        if (issuer := _ISSUER.search(phrase)) is not None:
            return self.resolve(at + issuer.start(1), at + issuer.end(1))
        if (whose := self._by_owner(phrase, noun, at)) is not None:
            return whose
        last = self.last
        if noun in _OF_OUTLETS and last is not None and last.kind == "body" and may_be_body("paper", last.name):
            return last
        for issued in reversed(self._issued):
            if issued.noun == noun:
                return issued.speaker
        if (by := self._issuer_before(noun, at)) is not None:
            return by
        heard = self.heard[-_N_ISSUERS:] if noun in _OF_BODIES else []
        body = next((one for one in reversed(heard) if one.kind != "person"), None)
        return body or self.last or Speaker(name=plain_name(phrase), title=None, kind="body")

    def _by_owner(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say whose a document is by the words before it: "his letter", "the Post article", "the bank’s report"."""
        if (pronoun := POSSESSIVES.get(phrase.split(None, 1)[0].lower())) is not None:
            whose = self._by_pronoun(pronoun, at)
            if whose is not None:
                return whose
        elif (owner := self._owner(phrase, noun, at)) is not None:
            return owner
        owned = _OWNED.match(phrase)
        return None if owned is None else self.resolve(at, at + len(owned["who"].rstrip("s").rstrip("’'")))

    def _owner(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say whose a document is: "the Post article", "a Tasnim report"."""
        words = phrase.split(f" {noun}", 1)[0].removesuffix("’s").removesuffix("'s").split()
        if words and words[0].lower() in ("the", "a", "an", "this", "that"):
            words.pop(0)
        if not words or not all(word[0].isupper() for word in words):
            return None
        last = words[-1].lower().rstrip(".")
        if last in PLACES or last.endswith("day") or last in RANKS:
            return None
        name = " ".join(words)
        return self.people.by_parts(name) or self.by_body(f"the {name}", at)


def _may_speak(noun: str) -> bool:
    """Tell whether a plural means people or bodies: "hoteliers", "sources", but not "sanctions"."""
    return noun in VOICES or noun in OFFICES or AGENT.search(noun.removesuffix("s")) is not None
