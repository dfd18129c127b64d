"""What people and bodies are called besides their names and offices: "the diplomat", "the 54-year-old", "the daily"."""

from __future__ import annotations

import re
from functools import lru_cache

from stancekit.text.attribution.namewords import BODIES, PLACES
from stancekit.text.attribution.verbs import word_set

# Whose offices (by their keys) a vague word may stand for.
_VAGUE = {
    word: word_set(row)
    for word, row in {
        "official": "minister president leader spokesman ambassador secretary chief chairman diplomat commander "
        "general lawmaker negotiator representative speaker governor adviser coordinator chancellor prosecutor deputy "
        "king commissioner mayor judge treasurer attaché member manager rapporteur",
        "diplomat": "ambassador negotiator representative spokesman attaché coordinator counterpart",
        "negotiator": "ambassador diplomat representative minister deputy coordinator chief",
        "ambassador": "representative diplomat negotiator coordinator",
        "representative": "ambassador diplomat",
        "politician": "minister president leader lawmaker senator chancellor mayor governor candidate lord speaker "
        "chairman",
        "leader": "minister president chancellor king queen emir sultan shah pope chairman chief",
        "monarch": "king queen emir sultan shah",
        "lawmaker": "senator speaker lord",
        "chief": "chairman commander secretary governor president commissioner manager general marshal",
        "manager": "chief chairman president",
        "professor": "expert doctor correspondent",
        "correspondent": "professor doctor expert",
        "expert": "professor correspondent doctor rapporteur adviser",
        "doctor": "professor expert",
        "general": "commander chief",
        "commander": "general marshal",
        "cleric": "leader pope cardinal bishop",
        "lawyer": "prosecutor",
        "adviser": "deputy",
        "deputy": "adviser",
        "spokesman": "diplomat representative",
    }.items()
}
_FOREIGN = word_set("foreign state external")
_PARLIAMENTS = word_set("parliament majlis congress senate knesset bundestag duma assembly legislature")
# People by trade, party, age or family. Those of whom an office says so are in the row of it.
_BY_OFFICE = {
    word: word_set(row)
    for word, row in {
        "banker": "governor chief chairman manager president",
        "businessman": "chief manager chairman president",
        "businesswoman": "chief manager chairman president",
        "executive": "chief manager chairman president",
        "entrepreneur": "chief manager chairman",
        "industrialist": "chief manager chairman",
        "technocrat": "minister president governor",
        "academic": "professor expert doctor",
        "scientist": "professor expert doctor",
        "strategist": "adviser expert",
        "soldier": "general commander",
        "officer": "general commander chief commissioner",
        "preacher": "cleric leader bishop",
        "priest": "cleric bishop",
        "pontiff": "pope",
        "prelate": "cleric cardinal bishop",
        "clergyman": "cleric cardinal bishop",
        "churchman": "cleric cardinal bishop rector",
        "jurist": "judge prosecutor lawyer rapporteur professor",
    }.items()
}
_PLAIN_PEOPLE = word_set(
    """
    man woman boy girl father mother son daughter widow widower husband wife brother sister veteran farmer driver
    teacher student pensioner resident neighbour neighbor survivor witness victim passenger refugee worker fisherman
    trader investor billionaire millionaire tycoon oligarch singer actor actress star footballer striker midfielder
    goalkeeper coach trainer champion athlete player novelist poet artist musician filmmaker composer republican
    democrat conservative socialist liberal centrist hardliner reformist moderate populist engineer architect designer
    developer blogger informant defendant suspect plaintiff insider newcomer incumbent native briton frenchman spaniard
    dane swede finn pole turk scot texan londoner source shopkeeper butcher baker carpenter sailor pilot nun monk
    theologian biologist virologist epidemiologist geologist chemist astronomer sociologist psychologist
    predecessor successor colleague friend opponent mentor classmate roommate grandmother grandfather uncle aunt cousin
    nephew niece partner interpreter translator lady gentleman consultant importer exporter captain mate skipper
    physician clerk auditor creditor bondholder donor grower brewer candidate activist organiser organizer commuter
    tenant landlord customer client staffer volunteer ranger pastor villager mediator columnist headmaster headmistress
    host cook waiter waitress miner docker porter grocer electrician plumber mechanic shepherd herder dentist midwife
    surgeon pharmacist librarian caretaker janitor cleaner gardener guide inmate prisoner hostage parent ancestor
    forefather mum dad mom grandma grandpa
    """
)
# Of these nobody gives an office, and everybody may be one.
_ANYONE = word_set(
    """
    man woman father mother son daughter widow widower husband wife veteran billionaire millionaire tycoon republican
    democrat conservative socialist liberal centrist hardliner reformist moderate populist incumbent native briton
    frenchman spaniard dane swede finn pole turk scot texan londoner
    """
)
# By these the article must have told somebody: "the farmer" is no one of whom no farm is known.
JOBS = (
    _PLAIN_PEOPLE
    - _ANYONE
    - word_set(
        """
    source colleague friend opponent mentor predecessor successor classmate roommate neighbour neighbor brother sister
    resident survivor witness victim passenger informant insider newcomer hardliner reformist boy girl grandmother
    grandfather uncle aunt cousin nephew niece defendant suspect plaintiff champion star
    """
    )
)
PEOPLE = _PLAIN_PEOPLE | _BY_OFFICE.keys()
_TRADE = re.compile(
    r"(?<!g)(?<!gui)(?:\w\wologist|ographer|housekeeper|shopkeeper|beekeeper|innkeeper|smith|herder|monger|"
    r"wright|grower|seller|vendor|"
    r"dressmaker|cheesemaker|shoemaker|picker|shepherd|midwife|postman|(?:church|states|business|crafts|boats|"
    r"watch|space|spokes)?"
    r"(?<!ger)(?<!ro)(?<!otto)(?<!hu)(?<!talis)(?<!nor)(?<!o)(?<=\w\w)(?:man|woman))$"
)
_OF_AN_AGE = re.compile(r"\d{1,3}-year-old$")
_SEXES = {
    "she": word_set(
        "woman girl mother grandmother daughter widow wife sister aunt niece actress businesswoman nun spokeswoman "
        "chairwoman"
    ),
    "he": word_set(
        "man boy father grandfather son widower husband brother uncle nephew businessman fisherman frenchman priest "
        "monk spokesman"
    ),
}

# Bodies: what may be called so by the last words of their names.
OUTLETS = word_set(
    "daily newspaper paper magazine weekly outlet broadcaster website channel tabloid journal publication agency "
    "network broadsheet gazette tv"
)
_MEDIA = word_set(
    """
    times post tribune herald news daily guardian telegraph observer independent gazette journal chronicle courier
    standard mirror sun star globe mail express register sentinel dispatch bulletin monitor review economist atlantic
    beacon inquirer examiner agency press tv radio television channel network weekly magazine newspaper reuters afp irna
    isna tasnim fars xinhua tass bbc cnn bloomberg mehr sputnik interfax novosti dpa anadolu yonhap kyodo politico axios
    haaretz spiegel sana jazeera arabiya ap cgtn nbc cbs abc npr fox today record echo argus
    """
)
_PAPERS = word_set(
    """
    times post tribune herald daily guardian telegraph observer independent gazette journal chronicle courier standard
    mirror sun star globe mail express register sentinel dispatch bulletin monitor review economist atlantic beacon
    inquirer examiner tv radio television channel weekly magazine newspaper today record echo argus
    """
)
_OUTLET_WORDS = (OUTLETS - {"agency", "network"}) | word_set("media news radio television")
ORGANISATIONS = word_set(
    """
    company firm group organization organisation watchdog body agency bank lender union bloc alliance fund institute
    charity party movement club airline carrier operator manufacturer maker supplier insurer retailer association
    federation foundation institution think-tank regulator monitor utility producer giant miner
    """
)
_ONLY_STATES = {"bloc": ("european union", "eu", "union", "asean", "league", "community", "alliance", "nato")}
_NO_ORGANISATIONS = word_set(
    """
    ministry government council parliament court embassy army administration department house senate congress kremlin
    cabinet police delegation mission treasury pentagon presidency
    """
)
_NAMED_OUTLET = re.compile(
    r"(?P<named>(?:[A-Z][\w’'-]*\s){1,5})(?:newspaper|magazine|daily|weekly|news agency|website|channel|network|"
    r"television|tabloid)\b|(?:newspaper|magazine|daily|weekly|news agency|website|tabloid) "
    r"(?P<after>(?:[A-Z][\w’'-]*)(?:\s[A-Z][\w’'-]*){0,4})|"
    r"(?P<known>(?:[A-Z][\w’'-]*\s){1,4}(?:Times|Post|Tribune|Herald|News|Daily|Guardian|Telegraph|Observer|"
    r"Independent|"
    r"Gazette|Journal|Chronicle|Courier|Standard|Mirror|Globe|Mail|Express|Register|Beacon|Bulletin|Monitor|Press|TV)|"
    r"Reuters|Bloomberg|Politico|Axios|Xinhua|Interfax|Sputnik|BBC|CNN|AFP|TASS|IRNA|ISNA|CGTN|Tasnim)\b"
)
_BACK = 6000  # characters before a calling in which names and descriptions are looked for
_ADJECTIVES = word_set(
    """
    informed senior anonymous unnamed unidentified diplomatic official government military security reliable
    well-placed knowledgeable top high-ranking western european local medical judicial political intelligence
    well-informed trusted familiar independent
    """
)
_DETERMINERS = word_set("a an one two three four five several some many other another multiple unnamed")
_AFTER_NOUN = re.compile(
    r" (?:familiar with|close to|with knowledge of|briefed on|inside|within|from) [^,.;:“”\"]{3,50}?"
    r"(?=[,.;:“”\"]|\s(?:said|told|that|as|has|have|had|was|were|who|on|saying)\b)"
)


@lru_cache(maxsize=4096)
def is_person(head: str) -> bool:
    """Tell whether a word in small letters means one person.

    Examples
    --------
    >>> is_person("woman"), is_person("54-year-old"), is_person("treaty")
    (True, True, False)
    """
    return (
        head in PEOPLE
        or _TRADE.search(head) is not None
        or (head.endswith("-year-old") and _OF_AN_AGE.search(head) is not None)
    )


def sex_of(words: frozenset[str] | set[str]) -> str | None:
    """Tell by a description whether it means a man or a woman."""
    return next((sex for sex, known in _SEXES.items() if not known.isdisjoint(words)), None)


def may_be_called(head: str, title: frozenset[str]) -> bool:
    """Tell whether the holder of a title may be called by a vague word, both as keys."""
    offices = _BY_OFFICE.get(head) or _VAGUE.get(head)
    if offices is None:
        return head in _ANYONE or _OF_AN_AGE.search(head) is not None
    if head == "lawmaker" and not title.isdisjoint(_PARLIAMENTS):
        return True
    if head == "diplomat" and "ambassador" not in title and title & {"minister", "secretary", "chief", "deputy"}:
        return not title.isdisjoint(_FOREIGN)
    return not title.isdisjoint(offices)


@lru_cache(maxsize=1024)
def may_be_body(noun: str, name: str) -> bool:
    """Tell whether a body may be called by a noun.

    Examples
    --------
    >>> may_be_body("paper", "Daily News"), may_be_body("paper", "Foreign Ministry")
    (True, False)
    """
    words = [word.rstrip(".") for word in name.lower().split()]
    if name.islower() or words[-1] in PLACES - {"union"} or " and " in name:
        return noun == "bloc" and words[-1] in ("union", "eu")
    if (known := _ONLY_STATES.get(noun)) is not None:
        return name.lower() in known or words[-1] in known
    if noun == "agency" and words[-1] in _PAPERS:
        return False
    if noun in OUTLETS and (words[-1] in _MEDIA or noun != "agency"):
        return words[-1] in _MEDIA or (words[-1] not in BODIES and _NO_ORGANISATIONS.isdisjoint(words))
    return _NO_ORGANISATIONS.isdisjoint(words)


@lru_cache(maxsize=1024)
def is_outlet(phrase: str) -> bool:
    """Tell whether a paper, an agency or a channel is named, by the words of its name.

    Examples
    --------
    >>> is_outlet("the Accra Herald"), is_outlet("state media"), is_outlet("Foreign Ministry")
    (True, True, False)
    """
    words = [word.rstrip(".,") for word in phrase.lower().split()]
    return bool(words) and ((words[-1] in _MEDIA and words[-1] != "agency") or not _OUTLET_WORDS.isdisjoint(words))


def outlet_within(phrase: str) -> str | None:
    """Give the name of an outlet that is called what it is.

    Examples
    --------
    >>> outlet_within("leading British Medical Review magazine")
    'Medical Review'
    """
    *before, last = phrase.split()
    if last == "agency" or last not in OUTLETS:  # "the Lusa news agency" is called so
        return None
    name: list[str] = []
    while before and before[-1][0].isupper() and before[-1] not in ("The", "A", "An"):
        name.insert(0, before.pop())
    while name and name[0].lower().removesuffix("’s").removesuffix("'s").rstrip(".") in PLACES:
        name.pop(0)
    return " ".join(name) or None


def outlet_before(text: str, at: int) -> str | None:
    """Give the outlet that is named last before a place."""
    found = None
    for match in _NAMED_OUTLET.finditer(text, max(0, at - _BACK), at):
        found = _outlet(match) or found
    return found


def outlet_after(text: str, at: int, stop: int) -> str | None:
    """Give the outlet that is named first after a place."""
    found = (_outlet(match) for match in _NAMED_OUTLET.finditer(text, at, stop))
    return next((name for name in found if name is not None), None)


def _outlet(match: re.Match[str]) -> str | None:
    """Give the name without the words before it that belong to no name."""
    words = (match["named"] or match["after"] or match["known"]).split()
    while words and (words[0] in ("The", "A", "An", "In", "Citing") or (match["named"] and words[0].lower() in PLACES)):
        words.pop(0)
    return " ".join(words) or None


def described_before(text: str, noun: str, at: int) -> str | None:
    """Give the description by which a source was introduced before a place: "an official close to the talks"."""
    floor = max(0, at - _BACK)
    place = text.rfind(f" {noun}", floor, at)
    while place >= 0:
        end = place + 1 + len(noun)
        words = _words_before(text, place)
        if words and not text[end : end + 1].isalnum():
            after = _AFTER_NOUN.match(text, end)
            return " ".join([*words, noun]) + (after[0] if after is not None else "")
        place = text.rfind(f" {noun}", floor, place)
    return None


def _words_before(text: str, place: int) -> list[str]:
    """Give the words that introduce a noun; none where it is known already, "the sources"."""
    words: list[str] = []
    for word in reversed(text[max(0, place - 60) : place].split(" ")[-5:]):
        low = word.lower().removesuffix("’s").removesuffix("'s")
        if low in _DETERMINERS:
            return [word, *words]
        if low not in PLACES and low not in _ADJECTIVES:
            return [] if low in ("the", "these", "those", "its", "his", "their") else words
        words.insert(0, word)
    return words
