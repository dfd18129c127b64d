"""Who speaks in an article: whom "he", "the minister" and "the Leader" mean, and by which name.

`Cast` reads an article once. It is then asked in the order of the text and told whom it has heard, since "he" is
whoever spoke last.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.bodies import INDEFINITE, NEXT
from stancekit.text.attribution.called import Called, Issued
from stancekit.text.attribution.callings import (
    JOBS,
    ORGANISATIONS,
    OUTLETS,
    described_before,
    is_person,
    may_be_body,
    sex_of,
)
from stancekit.text.attribution.descriptions import (
    PLACE_KEYS,
    PLURALS,
    THINGS,
    are_agents,
    as_minister,
    capitalised_before,
    head_of,
    is_bare,
    is_definite,
    is_nobody,
    keys,
    last_word,
    original_head,
    place_adjective,
    plain_name,
)
from stancekit.text.attribution.namewords import OFFICES, PLACES, RANKS
from stancekit.text.attribution.pairs import pair_before
from stancekit.text.attribution.people import Held, Speaker
from stancekit.text.attribution.phrases import after_heading, trimmed
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES
from stancekit.text.attribution.salience import (
    FITS,
    LAST,
    LEFT_OUT,
    SAME,
    VAGUE,
    Choice,
    best,
    by_country,
    holder_choices,
    may_introduce,
    may_mean,
    other_choices,
)
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
_POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}  # "His letter accuses the bank"
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
# Who held an office once is known by name, and so is who will soon.
_PAST = word_set("former late ex outgoing incoming then ousted deposed")
# Of these nobody is named where they are first spoken of: "an official".
_NAMELESS = word_set("official diplomat member")
_DELEGATES = word_set("representative delegate observer delegation")  # each country has one
_LEAD = 250  # characters with which an article begins
# "a report by the Daily News"
_ISSUER = re.compile(r"\s(?:by|from)\s+(.+)")
# No speaker's description begins with these: "In general".
_NOT_FIRST = word_set(
    "unlike like being having doing making taking in on at of for with by from during after before under over about "
    "against amid despite through"
)
_DESCRIBING = tuple(
    f"{word} "
    for word in sorted(word_set("the a an one another his her its their our my your some many several two three both"))
)
_TURNS = (" his part,", " her part,", " its part,", " his part ", " her part ", " its part ", " in turn,", "in turn, ")
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
_NEAR = 200  # characters back to whom a sentence has just named
_UNKNOWN = (*INDEFINITE, "your ")
_LONG = 12  # characters of a phrase that may hold more than who speaks
_AGENT = re.compile(r"(?:er|or|ist|ian|man|woman|ee|ant)$")  # who said so is a person: "a docker said"
_OPENING = 80  # characters before an office in which another person may be named
_TOWARDS = re.compile(r"(?:^|[.!?”\n] )(?:[A-Z]\w{3,}ing|Unlike|Like) ([^,;:.“”]{2,60}), $")
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
_COMES_FROM = re.compile(r" (?:from|in|at) (?:the )?[A-Z]")
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


class Cast(Called):
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
        self.labels: frozenset[str | None] = frozenset()  # who has turns: nobody there calls himself "he"

    def describe(self, start: int, end: int) -> Speaker | None:
        """Name a speaker by the phrase alone, unless it is our own voice."""
        start, end = trimmed(self.text, start, end)
        low = self.text[start:end].lower()
        is_thing = not low or head_of(low) in THINGS
        if is_thing or not low.startswith(_DESCRIBING) or len(low.split()) > 8:
            return None
        head = head_of(low)
        if low.startswith(("his ", "her ", "their ")) and not (is_person(head) or _AGENT.search(head)):
            whose = self._by_pronoun({"his": "he", "her": "she", "their": "they"}[low.split(" ", 1)[0]], start)
            if whose is not None:  # "her farewell note said"
                return whose
        speaker = self.by_body(self.text[start:end], start)
        if speaker is not None and speaker.kind == "body" and _AGENT.search(head_of(low)) is not None:
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
        return self._by_name(start, end) or self._known(phrase) or self._described(phrase, start)

    def _by_pointer(self, low: str, start: int) -> Speaker | None:
        """Say whom "he", "him" or "His Eminence" means."""
        if low in PRONOUNS:
            return self._by_pronoun(low, start)
        if low in _OBJECTS:
            return self.employer(start) or self._by_pronoun(_OBJECTS[low], start)
        return self._by_pronoun(_POSSESSIVES[low[:3]], start)

    def _called_himself(self, end: int) -> Speaker | None:
        """Say how somebody calls himself who is told of behind a comma: "one of them, a baker who asked to be called Ann"."""
        if not self.text.startswith((", a ", ", an "), end):
            return None
        calls = _ASKED_TO_BE.search(self.text, end, end + _LONGEST_APPOSITION)
        return None if calls is None else Speaker(name=calls["name"], title=None, kind="person")

    def _told_after(self, low: str, start: int, end: int) -> Speaker | None:
        """Say whose name follows a description: "the envoy, Ann Lee,", "a baker who asked to be called Ann"."""
        if low.startswith(_INTRODUCING) and (calls_himself := _ASKED_TO_BE.match(self.text, end)) is not None:
            return Speaker(name=calls_himself["name"], title=None, kind="person", sex=sex_of(set(low.split())))
        if not self.text.startswith(", ", end) or not self.text[end + 2 : end + 3].isupper():
            return None
        return None if self._names_one(start, end) else self.people.named_between_commas(end)

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
        return low in self.words

    def _by_pronoun(self, pronoun: str, at: int) -> Speaker | None:
        """Say whom the sentence before was about, or who was heard last, and can be called so; else who was named."""
        if pronoun == "they" and (pair := pair_before(self.text, self.people, at)) is not None:
            return pair
        wanted = PRONOUNS[pronoun]
        for speaker in self._spoken_of:
            if wanted == ("person",) and len(self.labels) > 1 and speaker.name in self.labels:
                continue
            if speaker.kind == "lone" or (pronoun == "it" and self._may_be_thing(speaker)):
                if pronoun == "they":
                    continue
                return Speaker(name=speaker.name, title=None, kind=wanted[0])
            if speaker.kind in wanted and speaker.sex in (None, pronoun):
                if self._is_named_after(speaker, at):
                    break
                return speaker
        if wanted != ("person",):
            return self._doers() if pronoun == "they" else None
        others = (
            one
            for one in self.people.before(at)
            if one.sex in (None, pronoun) and one.name not in self.labels and one.name != self.author
        )
        before = next((one for one in others if not self._is_named_after(one, at)), None)
        return before or self.people.speaks_next(at)

    def _may_be_thing(self, speaker: Speaker) -> bool:
        """Tell whether a lone name that nobody explains may be that of a firm: "Ibeco said"."""
        is_lone = speaker.kind == "person" and " " not in speaker.name and speaker.title is None
        return is_lone and speaker.name[0].isupper() and not self.people.knows(speaker.name)

    def _is_named_after(self, speaker: Speaker, at: int) -> bool:
        """Tell whether a sentence goes on to name somebody, who then is not its "he": "he said he had met Lee"."""
        if speaker.kind != "person":
            return False
        name = speaker.name.rsplit(None, 1)[-1]
        found = self.text.find(name, at, at + _SENTENCE)
        return found >= 0 and name[0].isupper() and _STOP.search(self.text, at, found) is None

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

    def _by_office(self, phrase: str, head: str, at: int) -> Speaker | None:
        """Say who holds an office, as far as the article tells."""
        words = keys(phrase)
        if head in PLURALS or phrase.lower().startswith(_UNKNOWN):
            return self._by_new_office(phrase, words, head, at)
        held = self.people.holders(words, head)
        if self.author is not None:
            held = [one for one in held if one.person.name != self.author]
        if head in _DELEGATES and (places := words & PLACE_KEYS):
            sent = [one for one in held if places & one.words]
            return best(holder_choices(sent, self._present, at, words, is_home=None)) or self._plain(phrase, "person")
        if (foreign := self._coming_from(words, held, at)) is not None:
            return foreign
        if (named := self.people.named_between_commas(at + len(phrase))) is not None:
            return named
        speaker = best(self._choices(phrase, words, head, at, held)) or self._introduced(words, head, at + len(phrase))
        speaker = (
            speaker or self._by_country(phrase, words, head, at) or self._by_calling_alone(phrase, words, head, at)
        )
        if speaker is not None and self.people.is_untitled(speaker) and speaker.name.split()[-1][0].isupper():
            self.people.appoint(speaker, words, at)
        return speaker or self._just_met(phrase, at) or self._plain(self._longer_office(phrase, at), "person")

    def _by_new_office(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker:
        """Say who several officers are, or somebody who is told of first: "a Chinese envoy", "your minister"."""
        if head in PLURALS:
            if not phrase.lower().startswith("the "):
                return self._plain(phrase, "people")
            return self._several(words) or self._plain(self.described_before(head, at) or phrase, "people")
        found = None
        if not phrase.lower().startswith("your "):
            found = self._named_next(words, head, at) or self._introduced(words, head, at + len(phrase))
        return found or self._plain(phrase, "person")

    def _just_met(self, phrase: str, at: int) -> Speaker | None:
        """Say who was named first right before and holds no office yet: "It hit Ann Lee. The mayor of Ebel said"."""
        topics = self.topics
        if not topics or not is_definite(phrase) or len(self.labels) > 1 or topics[0].kind != "person":
            return None
        is_new = self.people.is_new(topics[0], at, _NEAR)
        return topics[0] if is_new and self.people.is_untitled(topics[0]) else None

    def _longer_office(self, phrase: str, at: int) -> str:
        """Give "Minister of Water" for "the Minister" of whom the article tells no name."""
        words = phrase.split()
        if len(words) != 2 or not words[1][0].isupper():
            return phrase
        return capitalised_before(self.text, words[1], at) or phrase

    def _choices(self, phrase: str, words: frozenset[str], head: str, at: int, held: list[Held]) -> list[Choice]:
        """Rank those whom an office may mean."""
        present = self._present
        if present and self._opens_with(present[0], at):
            held = [one for one in held if one.person.name != present[0].name]
            present = present[1:]
        if present and self._takes_turn(at, at + len(phrase)):
            places = words & PLACE_KEYS
            held = [one for one in held if one.person.name != present[0].name or places & one.words]
            present = [] if places else present[1:]
        is_contested = bool(present) and self.people.is_untitled(present[0])
        choices = holder_choices(held, present, at, words, is_home=self._is_at_home if is_contested else None)
        bare = is_bare(as_minister(words))
        if "Leader" in phrase.split():  # in capitals a title of clerics, and no word for others
            present = [one for one in present if one.title is not None]
        elif original_head(phrase)[0].isupper():  # "the Governor" holds that office by the article
            present = [one for one in present if self.people.has_office(one)]
        if not is_definite(phrase) or not (bare or head_of(phrase) == phrase.lower().split()[-1]):
            return choices
        if not present or any(choice.score == FITS + LAST for choice in choices):
            return choices
        meant = as_minister(words)
        if len(self.labels) > 1:  # whoever has a turn is spoken to, and not of
            present = [one for one in present if one.name not in self.labels]
            if not present:
                return choices
        return choices + other_choices(self.people, meant, head, present, is_home=self._is_at_home, is_bare=bare)

    def _opens_with(self, speaker: Speaker, at: int) -> bool:
        """Tell whether whoever spoke is named right before another: "Echoing Lee, the minister said"."""
        if not self.text.startswith(", ", at - 2):
            return False
        name = speaker.name.rsplit(None, 1)[-1]
        opening = _TOWARDS.search(self.text, max(0, at - _OPENING), at)
        return opening is not None and name in opening[1].split()

    def _takes_turn(self, start: int, end: int) -> bool:
        """Tell whether somebody else spoke before: "For his part, the minister said", "the minister, in turn, said"."""
        around = (self.text[max(0, start - 16) : start] + self.text[end : end + 16]).lower()
        return any(turn in around for turn in _TURNS)

    def _by_country(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who holds an office that is told by another word, or before or after the article speaks of it."""
        if not (is_definite(phrase) and is_bare(as_minister(words))):
            return None
        if (speaker := by_country(self.people, words, head)) is not None:
            return speaker
        is_past = not _PAST.isdisjoint(phrase.lower().split())
        if is_past and (before := self.people.untitled_before(at)) is not None:
            return before
        if OFFICES[head] not in LEFT_OUT or not self._is_at_home(words & PLACE_KEYS):
            return None
        coming = self.people.coming(at)
        if "Leader" in phrase.split():
            return coming if coming is not None and coming.title is not None else None
        return self.people.only_untitled() if coming is None and OFFICES[head] not in VAGUE else coming

    def _coming_from(self, words: frozenset[str], held: list[Held], at: int) -> Speaker | None:
        """Say who is named next after an office of a foreign country that nobody is told to hold."""
        places = words & PLACE_KEYS
        if not places or any(places & one.words for one in held) or self._is_at_home(places):
            return None
        return self.people.newcomer(at, at + NEXT // 2)

    def _by_calling_alone(self, phrase: str, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who is meant by what nobody is called by the article: who is named next, spoke last, or leads it."""
        if not is_definite(phrase):
            return None
        if (coming := self.people.newcomer(at + len(phrase), at + NEXT)) is not None:
            return coming
        near = [*self._present[:1], *([self.people.lead] if self.people.lead is not None else [])]
        is_short = is_bare(as_minister(words))
        may_be = (one for one in near if is_short and may_mean(self.people, words, head, one) and self._has_name(one))
        return next(
            (one for one in may_be if self._is_at_home(words & PLACE_KEYS) or self.people.has_office(one)), None
        )

    def _introduced(self, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who is named after an article has begun with a description of them."""
        if at > _LEAD or self.heard or (head in _NAMELESS and head == OFFICES[head] in as_minister(words)):
            return None
        speaker = self.people.begins_next(at) or self.people.speaks_next(at)
        return speaker if speaker is not None and may_introduce(self.people, words, head, speaker) else None

    @property
    def _present(self) -> list[Speaker]:
        """The persons who were spoken of or heard last, the last first."""
        present: list[Speaker] = []
        for one in self._spoken_of:
            if one.kind == "person" and one not in present and one.name != self.author:
                present.append(one)
        return present

    @property
    def _spoken_of(self) -> list[Speaker]:
        """Whoever was spoken of or heard last, the last first."""
        return [*self.topics, *reversed(self.heard)]

    def _named_next(self, words: frozenset[str], head: str, at: int) -> Speaker | None:
        """Say who is named after a report has begun with "A Chinese envoy"."""
        if head in _NAMELESS or len(words) < 2:
            return None
        places = words & PLACE_KEYS
        coming = [
            held
            for held in self.people.holders(words, head)
            if at < held.at < at + NEXT and (not places or places & held.words)
        ]
        return min(coming, key=lambda held: held.at).person.speaker() if coming else None

    def _by_calling(self, phrase: str, head: str, at: int) -> Speaker:
        """Say whom a word for a person means that is no office: "the 54-year-old"."""
        if phrase.lower().startswith("the "):
            words = keys(phrase)
            if head in JOBS and (told := self.people.told_as(head, at)) is not None:
                return told
            choices = other_choices(self.people, words, head, self._present, is_home=self._is_at_home)
            if head in JOBS or _COMES_FROM.search(phrase) is not None:
                choices = [choice for choice in choices if choice.score >= SAME]
            if (speaker := best(choices)) is not None:
                return speaker
            if head == "source" and (described := described_before(self.text, head, at)) is not None:
                return Speaker(name=described, title=None, kind="person")
        return Speaker(name=plain_name(phrase), title=None, kind="person", sex=sex_of({head}))

    def _several(self, words: frozenset[str]) -> Speaker | None:
        """Say who was heard that "the ministers" can mean."""
        words = as_minister(words)
        for speaker in reversed(self.heard):
            if speaker.kind == "people" and words <= as_minister(keys(speaker.name)):
                return speaker
            if "two" in words and speaker.kind == "people" and " and " in speaker.name and speaker.title is not None:
                return speaker
        return None

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
        return self._by_pronoun(_POSSESSIVES[self.text[start : start + 3].lower()], start)

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
        if (pronoun := _POSSESSIVES.get(phrase.split(None, 1)[0].lower())) is not None:
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
    return noun in VOICES or noun in OFFICES or _AGENT.search(noun.removesuffix("s")) is not None
