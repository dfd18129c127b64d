"""Descriptions of people and bodies, "the Iranian foreign minister", and what of them can be compared with a title."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from stancekit.text.attribution.namewords import HONORIFICS, OFFICES, PLACES, RANKS, SHORT_OFFICES
from stancekit.text.attribution.verbs import word_set

OFFICE_KEYS = frozenset(OFFICES.values())
# Words of a description that set nobody apart from others of the office.
GENERAL = word_set(
    """
    top chief senior former then acting new current late deputy's high-ranking country nation islamic revolution
    supreme veteran own outgoing incoming caretaker interim visiting
    """
)
_RANK_KEYS = RANKS | word_set(
    """
    staff armed military forces force guard corps affairs policy air naval navy ground border general information
    communication communications technology science space digital innovation health medical education culture cultural
    heritage tourism agriculture agricultural industry industries industrial mining mines trade commerce commercial
    labor labour welfare social sports youth transport transportation roads urban housing planning development
    environment water power electricity intelligence cooperatives infrastructure investment budget tax customs
    central bank legal political diplomatic government
    """
)
# "the UN chief" is the secretary-general
CHIEFS = word_set("secretary president chairman commander governor commissioner")
DIPLOMATS = word_set("secretary chief")  # "the top diplomat" may be a secretary of state, or a foreign policy chief
# Whose an office is, by a word that sets nobody apart: "the bloc’s envoy".
_WHOSE = word_set(
    "bloc country nation kingdom republic island body agency company union party state city group organisation "
    "organization watchdog club firm federation territory region province"
)
_SMALL = word_set("the a an of for to and in at his her its their s on from with")
PLURALS = frozenset(word for word in OFFICES if word.endswith("s") and not word.endswith("ss")) | {"spokesmen"}
# Of these the words are read, not heard.
THINGS = word_set(
    """
    bill law act resolution treaty agreement constitution plan draft sign banner headline poster caption slogan
    inscription motto clause paragraph passage line book novel song poem film label code contract deal accord pact
    reports rumours rumors
    """
)
# People by what they do, and things that end as they do.
_AGENTS = re.compile(r"[a-z]{3,}(?:ers|ors|ists|ians|ants|eers|ees|women|men)$")
_NO_AGENTS = word_set(
    """
    numbers orders letters papers matters powers waters borders quarters centers sectors factors errors doors floors
    corridors restaurants plants grants variants warrants giants containers tankers computers servers parameters
    barriers offers flowers towers rivers rumors colors labors others chapters headquarters meters liters trees
    degrees fees committees guarantees shoulders feathers banners posters stickers tigers tractors motors reactors
    mirrors terrors horrors favors prayers layers shutters trailers boilers burners coolers drawers elevators
    generators indicators vectors specimens regimens ladders blunders disasters pollutants remnants constants
    registers ledgers folders rollers filters routers printers scanners sensors detectors bunkers newsletters covers
    slippers answers corners disorders manners dinners winters summers coolants elephants covenants vouchers pants
    """
)
# A phrase's head stands before these.
_AFTER_HEAD = word_set(
    "of for to in at from on with who that by familiar close out against about over under between including like such "
    "among within near inside"
)
_AFTER_DOCUMENT = word_set(
    "by from of on to in issued published released carried aired signed posted seen obtained sent written"
)
_ASIDE = re.compile(r"\s\((?!(?:\d{4}|[IVXL]+)\))[^)]{1,30}\)")  # but of "resolution 1132 (1997)"
_OF_OURS = re.compile(r"(?<=Secretary-General) of (?:our|this|the) (?:world )?[Oo]rganization$")
_SHORT_FORMS = {
    "-general": " general",
    "united nations": "un",
    "united states": "us",
    "european union": "eu",
    "united kingdom": "uk",
    "vice president": "vice-president",
    "head of state": "president",
    "head of government": "prime minister",
}
_TWO_WORDS = re.compile("|".join(_SHORT_FORMS))
_SHORT_OFFICE = re.compile(rf"\b(?:{'|'.join(SHORT_OFFICES)})\b")
# Words of an office that mean the same.
_SAME = {
    "atomic": "nuclear", "petroleum": "oil", "defence": "defense", "organisation": "organization",
    "economic": "economy", "revolutionary": "revolution", "guards": "guard", "judicial": "judiciary",
    "parliamentary": "parliament",
    "naval": "navy", "banking": "bank", "financial": "finance",
    "army": "military", "armed": "military",
}  # fmt: skip
# Words before an office that only colour it: "the visibly angry minister". These others with such endings are fields.
_COLOUR = re.compile(r"(?:ly|ing|ed|ous|ful|ish|less|spoken|born)$")
_COLOURS = word_set(
    "angry outspoken veteran conservative reformist moderate populist liberal centrist powerful influential elderly "
    "hardline embattled combative defiant jubilant left-wing right-wing far-right young old newly-elected"
)
_FIELDS = word_set(
    "housing planning mining shipping banking fishing farming policing engineering united armed allied managing acting "
    "intelligence standing religious indigenous foreign broadcasting training trading housing building manufacturing "
    "family supply anti-money-laundering assembly leading"
)
_CAPITALS = re.compile(r"[A-Z][\w’-]+(?:(?: (?:of|for|and|the|on)){0,2} [A-Z][\w’-]+){2,}")
_N_LOOKED = 12  # places at which a longer name is looked for
_PARTED = re.compile(r"(?<=\w)- (?=[A-Z])")
_BACK = 4000  # characters before "the ministry" in which its longer name is looked for
_OF = re.compile(r" (?:of|for|on) (?:the )?(?!\w+day\b)[A-Z][\w’'-]*(?: (?:and |of |or )?[A-Z][\w’'-]*)*")
# A country, its people and its capital; other places are compared by their first five letters.
_COUNTRIES = {
    name: country
    for country, names in {
        "austria": "austrian vienna",
        "chad": "chadian",
        "china": "chinese beijing",
        "denmark": "danish",
        "eu": "e.u europe european europeans brussels",
        "finland": "finnish",
        "france": "french paris",
        "germany": "german germans berlin",
        "greece": "greek",
        "india": "indian delhi",
        "iran": "iranian iranians tehran",
        "iraq": "iraqi baghdad",
        "israel": "israeli zionist",
        "japan": "japanese tokyo",
        "mali": "malian",
        "netherlands": "dutch",
        "norway": "norwegian",
        "oman": "omani muscat",
        "peru": "peruvian",
        "poland": "polish",
        "qatar": "qatari doha",
        "russia": "russian russians moscow soviet",
        "spain": "spanish",
        "sudan": "sudanese",
        "sweden": "swedish",
        "switzerland": "swiss",
        "syria": "syrian damascus",
        "turkey": "turkish türkiye ankara",
        "uk": "u.k britain british england english london",
        "ukraine": "ukrainian kyiv kiev",
        "un": "u.n",
        "us": "u.s usa america american americans washington",
        "yemen": "yemeni",
    }.items()
    for name in (country, *names.split())
}
_ARTICLES = ("a ", "A ", "an ", "An ")
_NOBODY = re.compile(r"[\W\d_]*(?:(?:the|an?)\b[\W\d_]*)?$", re.IGNORECASE)
_PLACE_OF = {name: _COUNTRIES.get(name, name[:5]) for name in PLACES}
PLACE_KEYS = frozenset(_PLACE_OF.values())


@lru_cache(maxsize=4096)
def keys(title: str) -> frozenset[str]:
    """Give the words that count in an office, synonyms and places made one."""
    title = _TWO_WORDS.sub(lambda match: _SHORT_FORMS[match[0]], spelled_out(title).lower())
    words = (
        word.strip(".,’'()").removesuffix("’s").removesuffix("'s")
        for word in title.split()
        if not (word.endswith(("’s", "'s")) and word[:-2] in _WHOSE)
    )
    return frozenset(
        OFFICES.get(word) or _PLACE_OF.get(word) or _SAME.get(word, word)
        for word in words
        if word
        and word not in _SMALL
        and (word in OFFICES or word in PLACES or not (word in HONORIFICS or _is_colour(word)))
    )


def _is_colour(word: str) -> bool:
    return word in _COLOURS or (_COLOUR.search(word) is not None and word not in _FIELDS)


def spelled_out(phrase: str) -> str:
    """Give an office in words: "the foreign minister" for "the FM"."""
    return _SHORT_OFFICE.sub(lambda match: SHORT_OFFICES[match[0]], phrase) if "M" in phrase else phrase


@lru_cache(maxsize=4096)
def initials(title: str) -> frozenset[str]:
    """Give the short forms of the bodies in a title: "irgc" of "commander of the Islamic Revolution Guards Corps"."""
    shorts: set[str] = set()
    for body in _CAPITALS.finditer(title):
        letters = "".join(word[0] for word in body[0].split() if word[0].isupper()).lower()
        shorts.update(letters[i:] for i in range(len(letters) - 2))
    return frozenset(shorts)


def place_of(word: str) -> str | None:
    """Give the country of a word in small letters: "iranian", "tehran’s,"."""
    word = word.rstrip('.,;:!?”"')
    return _PLACE_OF.get(word[:-2] if word.endswith(("’s", "'s")) else word)


def count_places(text: str) -> Counter[str]:
    """Count how often each country is named."""
    places: Counter[str] = Counter()
    for word, count in Counter(text.lower().split()).items():
        # Asked of every word of an article: most end with no sign.
        place = _PLACE_OF.get(word) if word.isalpha() else place_of(word)
        if place is not None:
            places[place] += count
    return places


def is_definite(phrase: str) -> bool:
    """Tell whether a phrase means somebody known: "the minister", "Iran's minister"."""
    first = phrase.split(None, 1)[0].lower()
    return first == "the" or (first.endswith(("'s", "’s")) and first[:-2] in PLACES)


def is_bare(words: frozenset[str]) -> bool:
    """Tell whether a description gives nothing but an office, a rank and a country."""
    return not words - OFFICE_KEYS - GENERAL - PLACE_KEYS - _RANK_KEYS


def as_minister(words: frozenset[str]) -> frozenset[str]:
    """Read "the top diplomat" as the foreign minister."""
    if "diplomacy" in words and "chief" in words:
        return (words - {"diplomacy", "chief"}) | {"foreign", "minister"}
    if "diplomat" in words and words & {"top", "chief"}:
        return (words - {"diplomat", "top", "chief"}) | {"foreign", "minister"}
    return words


def fits(words: frozenset[str], title: frozenset[str]) -> bool:
    """Tell whether a description can mean the holder of a title."""
    if "chief" in words and title & CHIEFS:
        words -= {"chief"}
        return bool(words) and words <= title
    if {"foreign", "minister"} <= words and title & {"secretary", "chief"} and title & {"state", "foreign"}:
        words = words - {"foreign", "minister"} | (title & {"secretary", "chief"})
    if not words & title & OFFICE_KEYS:
        return False
    places, title_places = words & PLACE_KEYS, title & PLACE_KEYS
    if places and title_places and not places & title_places:
        return False
    return words - PLACE_KEYS - GENERAL <= title


_SECRETARIES = (["secretary"], ["secretaries"], ["secretary-general"])  # an under secretary stands under nobody


@lru_cache(maxsize=4096)
def head_of(phrase: str) -> str:
    """Give the last word of a phrase before its "of", "for" or "to"."""
    words = phrase.lower().split()
    for i, word in enumerate(words):
        if not i or word not in _AFTER_HEAD or (word == "such" and words[i + 1 : i + 2] != ["as"]):
            continue  # "All such decisions"
        if not (word == "under" and words[i + 1 : i + 2] in _SECRETARIES):
            return words[i - 1]
    return words[-1]


def are_agents(noun: str) -> bool:
    """Tell by its ending whether a word means several people: "bondholders", "controllers", "applicants"."""
    return _AGENTS.search(noun) is not None and noun not in _NO_AGENTS


@lru_cache(maxsize=4096)
def original_head(phrase: str) -> str:
    """Give the head of a phrase as it is written."""
    return phrase.split()[phrase.lower().split().index(head_of(phrase))]


@lru_cache(maxsize=4096)
def last_word(phrase: str) -> str:
    """Give the head of "a statement by the ministry" in small letters."""
    words = phrase.split()
    for i, word in enumerate(words[1:-1]):
        if word in _AFTER_DOCUMENT:
            return words[i].lower()
    return words[-1].lower()


def place_adjective(phrase: str, head: str) -> str | None:
    """Give the people whose adjective stands before the head of a phrase: "Europeans" of "the European stance"."""
    words = phrase.split()
    before = words[phrase.lower().split().index(head) - 1]
    if (before.lower() not in PLACES and before.lower() not in _COUNTRIES) or not before.endswith(
        ("an", "i", "ish", "ese", "ch")
    ):
        return None
    return f"{before}s" if before.endswith(("an", "i")) else before


def plain_name(phrase: str) -> str:
    """Drop "the" before a name or a description."""
    phrase = " ".join((_ASIDE.sub("", phrase) if "(" in phrase else phrase).split()).strip(" -–—")
    if " –" in phrase or " —" in phrase:  # "members of the pact –Chad and Peru"
        phrase = re.split(r" [–—]", phrase, maxsplit=1)[0] or phrase
    low = phrase.lower()
    if low.startswith(("those ", "these ")) and not low.startswith("those who "):
        return phrase[6:]
    phrase = phrase[4:] if low.startswith("the ") else phrase
    if low == "our secretary-general":
        return phrase[4:]
    return _OF_OURS.sub("", phrase) if low.endswith("rganization") else phrase


def without_article(name: str) -> str:
    """Drop "a" and "an" before a description, as "the" is; "A Plus Ltd" is a name.

    Examples
    --------
    >>> without_article("A senior official"), without_article("A Plus Ltd"), without_article("Ann Lee")
    ('senior official', 'A Plus Ltd', 'Ann Lee')
    """
    if not name.startswith(_ARTICLES):
        return name
    article, _, rest = name.partition(" ")
    is_name = article[0] == "A" and " " in rest and all(word[0].isupper() for word in rest.split())
    return name if is_name else rest


def is_nobody(phrase: str) -> bool:
    """Tell whether nothing but signs, digits or an article stands where a name should.

    Examples
    --------
    >>> is_nobody("..."), is_nobody("the —"), is_nobody("the U.S.")
    (True, True, False)
    """
    return _NOBODY.match(phrase) is not None


@lru_cache(maxsize=1024)
def spoken_name(name: str) -> str | None:
    """Give the name of a speaker as readers see it; None where it names nobody."""
    if "- " in name:  # "Secretary- General", as old records have it
        name = _PARTED.sub("-", name)
    return None if is_nobody(name) else without_article(name)


def capitalised_before(text: str, noun: str, at: int) -> str | None:
    """Give the longer name by which a body was called before: "the Foreign Ministry" for "the ministry"."""
    floor = max(0, at - _BACK)
    place = text.rfind(f" {noun}", floor, at)
    for _ in range(_N_LOOKED):
        if place < 0:
            return None
        if (longer := _longer_at(text, noun, place)) is not None:
            return longer
        place = text.rfind(f" {noun}", floor, place)
    return None


def _longer_at(text: str, noun: str, place: int) -> str | None:
    """Give the longer name of which a noun is a part at a place."""
    end = place + 1 + len(noun)
    words: list[str] = []
    line = text[max(0, place - 60) : place].splitlines()  # a headline ends without a stop
    for word in reversed(line[-1].split(" ")[-5:] if line else ()):
        if not word[:1].isupper() or word in ("The", "A", "An") or word.endswith((",", ".")):
            break
        words.insert(0, word)
    after = _OF.match(text, end)
    if not words and after is None:
        return None
    return " ".join([*words, noun]) + (after[0] if after is not None else "")
