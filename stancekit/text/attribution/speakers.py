"""Who speaks in an article: whom "he", "the minister" and "the Leader" mean, and by which name.

`Cast` reads an article once. It is then asked in the order of the text and told whom it has heard, since "he" is
whoever spoke last.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.bodies import INDEFINITE, NEXT
from stancekit.text.attribution.called import Called, Issued
from stancekit.text.attribution.callings import ORGANISATIONS, OUTLETS, described_before, is_person, may_be_body, sex_of
from stancekit.text.attribution.descriptions import (
    PLACE_KEYS,
    PLURALS,
    THINGS,
    as_minister,
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
from stancekit.text.attribution.reporting import DOCUMENTS, VOICES, word_set
from stancekit.text.attribution.salience import (
    FITS,
    LAST,
    LEFT_OUT,
    VAGUE,
    Choice,
    best,
    by_country,
    holder_choices,
    may_introduce,
    may_mean,
    other_choices,
)

# Pronouns, and what kinds of speakers they mean.
PRONOUNS = {"he": ("person",), "she": ("person",), "they": ("people", "body"), "it": ("body",)}
# "quoted him as saying", "their message is that"
_OBJECTS = {"him": "he", "her": "she", "them": "they", "his": "he", "their": "they", "its": "it"}
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
_OWNED = re.compile(r"(?P<who>.+?(?<!day)(?<!year)(?<!month)(?<!week)(?:[’']s|(?<=s)[’'])) (?:[\w-]+ ){0,3}?[\w-]+$")
_OF_OUTLETS = word_set("article editorial report story")
# By what a people holds it is told of: "the European stance is unclear. They said".
_STANCES = word_set("stance position attitude view response reaction approach reply line answer")
_N_ISSUERS = 3


def _are_persons(head: str) -> bool:
    """Tell whether a word means several persons: "bishops", "partners"."""
    one = head.removesuffix("s")
    return one != head and (is_person(one) or one in OFFICES)


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
        if len(phrase) > _LONG and (" as " in phrase or "ing " in phrase or phrase[-1] == "]"):
            start, end = self._who_within(start, end)
            phrase = self.text[start:end]
        low = phrase.lower()
        if not phrase or low in OWN_VOICE or (low[0] in "iwyo" and low.replace("’", "'").split("'", 1)[0] in OWN_VOICE):
            return None
        if not phrase[-1].isalpha() and is_nobody(phrase):
            return None
        if low in PRONOUNS or low in _OBJECTS:
            return self._by_word(low, start)
        if low.split(None, 1)[0] in _NOT_FIRST or self._is_common(phrase, low):
            return None
        if low in _QUANTIFIED:
            return self._plain(phrase, "people")
        return self._by_name(start, end) or self._known(phrase) or self._described(phrase, start)

    def _by_word(self, low: str, at: int) -> Speaker | None:
        """Say whom a pronoun means, also as an object or an owner: "quoted him", "their message"."""
        if low in PRONOUNS:
            return self._by_pronoun(low, at)
        return self.employer(at) or self._by_pronoun(_OBJECTS[low], at)

    def _who_within(self, start: int, end: int) -> tuple[int, int]:
        """Leave out what somebody is besides, and whom a heading accuses of doing before a name.

        Of "the envoy [Ann Lee]" the name in brackets remains.
        """
        if self.text[end - 1] == "]" and (bracket := self.text.rfind("[", start, end - 2)) >= 0:
            return bracket + 1, end - 1
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
            if speaker.kind in wanted and speaker.sex in (None, pronoun):
                if self._is_named_after(speaker, at):
                    break
                return speaker
        if wanted != ("person",):
            return self._doers() if pronoun == "they" else None
        others = (one for one in self.people.before(at) if one.sex in (None, pronoun) and one.name not in self.labels)
        before = next((one for one in others if not self._is_named_after(one, at)), None)
        return before or self.people.speaks_next(at)

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
        original = original_head(phrase)
        is_known = original in VOICES or original in OUTLETS or original in ORGANISATIONS or _are_persons(original)
        if original.islower() and not is_known and not phrase.lower().startswith("those who "):
            return None
        return self.by_body(phrase, at)

    def _by_office(self, phrase: str, head: str, at: int) -> Speaker | None:
        """Say who holds an office, as far as the article tells."""
        words = keys(phrase)
        is_known = not phrase.lower().startswith(INDEFINITE)
        if head in PLURALS:
            if not phrase.lower().startswith("the "):
                return self._plain(phrase, "people")
            return self._several(words) or self._plain(self.described_before(head, at) or phrase, "people")
        if not is_known:
            found = self._named_next(words, head, at) or self._introduced(words, head, at + len(phrase))
            return found or self._plain(phrase, "person")
        held = self.people.holders(words, head)
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
        return speaker or self._plain(phrase, "person")

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
        if not is_definite(phrase) or not (bare or head_of(phrase) == phrase.lower().split()[-1]):
            return choices
        if not present or any(choice.score == FITS + LAST for choice in choices):
            return choices
        meant = as_minister(words)
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
        speaker = self.people.speaks_next(at)
        return speaker if speaker is not None and may_introduce(self.people, words, head, speaker) else None

    @property
    def _present(self) -> list[Speaker]:
        """The persons who were spoken of or heard last, the last first."""
        present: list[Speaker] = []
        for one in self._spoken_of:
            if one.kind == "person" and one not in present:
                present.append(one)
        return present

    @property
    def _spoken_of(self) -> list[Speaker]:
        """Whoever was spoken of or heard last, the last first."""
        topic = self.topic
        return self.heard[::-1] if topic is None else [topic, *reversed(self.heard)]

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
            choices = other_choices(self.people, words, head, self._present, is_home=self._is_at_home)
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

    def _by_document(self, phrase: str, noun: str, at: int) -> Speaker | None:
        """Say who issued a document: by its own words, or since it was spoken of."""
        if (issuer := _ISSUER.search(phrase)) is not None:
            return self.resolve(at + issuer.start(1), at + issuer.end(1))
        if (owner := self._owner(phrase, noun, at)) is not None:
            return owner
        if (owned := _OWNED.match(phrase)) is not None:
            whose = self.resolve(at, at + len(owned["who"].rstrip("s").rstrip("’'")))
            if whose is not None:
                return whose
        last = self.last
        if noun in _OF_OUTLETS and last is not None and last.kind == "body" and may_be_body("paper", last.name):
            return last
        for issued in reversed(self._issued):
            if issued.noun == noun:
                return issued.speaker
        heard = self.heard[-_N_ISSUERS:] if noun in _OF_BODIES else []
        body = next((one for one in reversed(heard) if one.kind != "person"), None)
        return body or self.last or Speaker(name=plain_name(phrase), title=None, kind="body")

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
