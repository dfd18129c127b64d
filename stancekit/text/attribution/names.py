"""Names of people in English text, by their looks: capitalised words after which no body, place or day remains.

No list of people is needed: titles, bodies, places and the words that open sentences say where a name begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from stancekit.text.attribution.reporting import word_set

# Offices; the last of them in a phrase is its head. Synonyms share a value.
OFFICES = {
    word: key
    for key, row in {
        "minister": "minister ministers premier",
        "president": "president presidents",
        "leader": "leader leaders",
        "spokesman": "spokesman spokeswoman spokesperson spokespeople spokesmen",
        "ambassador": "ambassador ambassadors envoy envoys",
        "secretary": "secretary secretaries",
        "chief": "chief chiefs head heads director directors boss commander-in-chief",
        "chairman": "chairman chairwoman chairperson chair",
        "diplomat": "diplomat diplomats",
        "official": "official officials",
        "commander": "commander commanders",
        "general": "general",
        "lawmaker": "lawmaker lawmakers mp mps parliamentarian legislator legislators",
        "senator": "senator senators",
        "negotiator": "negotiator negotiators",
        "representative": "representative representatives",
        "speaker": "speaker",
        "governor": "governor governors governor-general",
        "adviser": "adviser advisor aide advisers advisors",
        "coordinator": "coordinator co-ordinator",
        "chancellor": "chancellor",
        "expert": "expert experts analyst analysts economist economists scholar",
        "professor": "professor",
        "prosecutor": "prosecutor",
        "deputy": "deputy vice-president",
        "king": "king queen prince princess emir sultan shah monarch",
        "cleric": "cleric pope rabbi bishop archbishop cardinal",
        "member": "member members",
        "commissioner": "commissioner commissioners",
        "manager": "manager ceo managing founder owner president-elect",
        "mayor": "mayor",
        "judge": "judge justice",
        "correspondent": "correspondent reporter journalist columnist editor author writer researcher",
        "counterpart": "counterpart",
        "candidate": "candidate",
        "councillor": "councilor councillor",
        "treasurer": "treasurer",
        "attaché": "attaché attache consul",
        "politician": "politician statesman",
        "lawyer": "lawyer attorney",
        "activist": "activist",
    }.items()
    for word in row.split()
}
# Before a name, and no part of the office that the article gives.
HONORIFICS = word_set(
    """
    mr mrs ms miss dr sir lord lady dame madam madame ayatollah hojatoleslam hojjatoleslam hojat-ol-eslam imam
    sheikh sheik general gen brigadier brig major maj colonel col captain capt admiral adm lieutenant lt commander
    sgt prof professor senator sen rep gov rev reverend hon excellency engineer comrade mullah his her
    """
)
WOMEN = word_set("mrs ms miss lady dame madam madame spokeswoman chairwoman queen princess")
MEN = word_set("mr sir lord ayatollah imam sheikh sheik spokesman chairman king prince")
# Parts of longer offices that need no office of their own beside them to belong to a title.
RANKS = word_set(
    """
    former acting deputy vice first senior top chief foreign prime interior defense defence finance economy oil
    energy interim new current late outgoing incoming special permanent assistant under-secretary ex supreme
    caretaker government ministry state high national attorney executive managing military army parliament
    parliamentary presidential security police press museum federal nuclear lead british-born
    """
)
BODIES = word_set(
    """
    ministry council union organization organisation agency committee commission court house bank company
    corporation party parliament congress senate government administration department office republic revolution
    nations states university institute association federation forces force army corps guard guards navy news times
    press chamber center centre group board fund authority majlis cabinet treasury pentagon kremlin street stream
    plan treaty protocol agreement act resolution deal summit conference forum war day year east west north south
    gulf sea ocean river city province region constitution bill law society movement front league alliance community
    committee affairs foundation ministers bureau service services countries members sides academy assembly embassy
    mission delegation post journal daily website tv radio channel network ltd inc llc co plc gmbh airlines oil gas
    action convention charter fair festival exhibition bazaar stock exchange market international global national
    european world central twitter instagram telegram facebook quran bible islam islamic jewish muslim western
    eastern northern southern human rights security economic trade industry commerce reuters afp irna isna tasnim
    fars xinhua tass bbc cnn bloomberg monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december ramadan nowruz christmas
    """
)
PLACES = word_set(
    """
    u.s us usa uk u.k eu e.u un u.n uae america american americans britain british england english scotland scottish
    ireland irish france french germany german germans italy italian spain spanish portugal portuguese netherlands
    dutch belgium belgian austria austrian switzerland swiss sweden swedish norway norwegian denmark danish finland
    finnish poland polish hungary hungarian czech slovak slovakia slovenia romania romanian bulgaria bulgarian
    greece greek serbia serbian croatia croatian bosnia albania ukraine ukrainian russia russian russians soviet
    belarus belarusian moldova georgia georgian armenia armenian azerbaijan azerbaijani turkey turkish türkiye iran
    iranian iranians iraq iraqi syria syrian lebanon lebanese israel israeli zionist palestine palestinian jordan
    jordanian saudi arabia arab arabs yemen yemeni oman omani qatar qatari bahrain bahraini kuwait kuwaiti emirati
    egypt egyptian libya libyan tunisia tunisian algeria algerian morocco moroccan sudan sudanese ethiopia ethiopian
    kenya kenyan nigeria nigerian ghana senegal african africa asia asian asia-pacific europe europeans china
    chinese taiwan taiwanese japan japanese korea korean mongolia india indian pakistan pakistani afghanistan afghan
    bangladesh nepal lanka kazakhstan kazakh kyrgyzstan kyrgyz tajikistan tajik turkmenistan turkmen uzbekistan
    uzbek vietnam vietnamese thailand thai malaysia malaysian indonesia indonesian philippines filipino singapore
    australia australian zealand canada canadian mexico mexican cuba cuban venezuela venezuelan nicaragua bolivia
    bolivian brazil brazilian argentina argentine chile chilean colombia colombian peru ecuador tehran washington
    moscow beijing london paris berlin brussels vienna geneva baghdad damascus beirut ankara riyadh kyiv kiev minsk
    persian crimea crimean donbas gaza hong kong latin kingdom united emirates jerusalem tel aviv pyongyang seoul
    tokyo delhi islamabad kabul doha muscat latvia latvian lithuania lithuanian estonia estonian iceland cyprus
    malta kosovo montenegro macedonia baltic balkan caucasus hormuz
    """
)
STARTERS = word_set(
    """
    the a an this that these those he she it they we i you his her its their our my in on at by for from with of to
    as if when while after before since until although though because but and or so yet nor however meanwhile also
    according there here what who why how where then thus even only just not no yes all some many most both each
    every another other such during under over about against between among through following despite given instead
    speaking addressing referring asked noting elsewhere earlier later now today yesterday once still moreover
    furthermore additionally nevertheless nonetheless indeed therefore afterwards finally first second third well
    dear thank good welcome let may please regarding concerning saying acting
    """
)
NOT_NAMES = frozenset(OFFICES) | HONORIFICS | BODIES | PLACES | STARTERS | RANKS

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
# A pattern that begins with a set of letters is searched for quickest; so what stood before a stop is asked afterwards.
_SHORT = word_set("Mr Mrs Ms Dr Gen Brig Lt Col Sen Rep Gov Prof Adm Maj Capt St Sgt Rev")
_ABBREVIATION = "|".join(rf"(?<=\b{short}\.)" for short in sorted(_SHORT))
_CAPITALISED = (
    rf"[{_UPPER}](?:\.(?:[{_UPPER}]\.)*|[\w-]*(?:['’](?!s\b)\w[\w-]+)?"
    rf"(?:['’]s\b|\.(?:(?i:{_ABBREVIATION})))?)"
)
_WORD = rf"(?:{_CAPITALISED}|(?:al|el|ad|as|ar|ash|ul)-[{_UPPER}][\w-]*)"
_PARTICLE = r"(?:bin|ben|ibn|bint|de|del|della|da|dos|van|von|der|den|di|du|la|le|ul|ur|e)"
RUN = re.compile(rf"{_CAPITALISED}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD})*")

# Months, places and offices that are surnames too, where a given name precedes them.
_ALSO_NAMES = word_set(
    """
    may king jordan day west bishop prince law french english ireland israel german march judge
    """
)
_MAX_RUN = 14  # longer runs of capitals are headlines
_TITLE_WINDOW = 110  # characters before a name in which its title is looked for
_WINDOW_BREAK = re.compile(r"(?<!\b[A-Z])\.\s+|[;:“”\"()!?]\s+|\n\s*|, ")
_LISTED = re.compile(rf"(?:[{_UPPER}]\w+, ){{1,3}}[{_UPPER}]\w+ and $")
_APPOSITION = re.compile(r", (?:the |an? )?([^,.;:“”\"()]{3,120})(?=[,.;])")
# A title goes back over these words, and stops at other small words.
_WITHIN_TITLE = word_set("of for the and to")
_BEFORE_TITLE = STARTERS | word_set("said says told that than also including called named is was has had have met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name as it stands in the text, from its title to its last word."""

    start: int
    name_start: int
    end: int
    name: str
    title: str | None
    honorific: str | None


def find_mentions(text: str) -> list[Mention]:
    """Find names of people, with the titles before them.

    Examples
    --------
    >>> [mention] = find_mentions("Iran's former foreign minister Ann M. Lee left on Monday.")
    >>> mention.name, mention.title
    ('Ann M. Lee', "Iran's former foreign minister")
    """
    return [mention for run in RUN.finditer(text) if (mention := _mention(text, run)) is not None]


def _mention(text: str, run: re.Match[str]) -> Mention | None:
    """Take the name at the end of a run of capitalised words."""
    whole, run_start, end = run[0], run.start(), run.end()
    first = _name_begins(whole, text.startswith(":", end))
    if first < 0:
        return None
    words = whole.split()
    if words[-1].endswith(("'s", "’s")):
        end -= 2
    name_start = run.end() - len(whole.split(None, first)[first])
    name = " ".join(text[name_start:end].split())
    before = words[:first]
    if before or _follows_office(text, run_start):
        run_start, title = _title(text, run_start, name_start, before)
    else:
        title = None
    return Mention(
        start=run_start,
        name_start=name_start,
        end=end,
        name=name.title() if name.isupper() and len(name) > 3 else name,
        title=title,
        honorific=before[-1] if before and _plain(before[-1]) in HONORIFICS else None,
    )


@lru_cache(maxsize=8192)
def _name_begins(whole: str, is_label: bool) -> int:
    """Say which word of a run is the first of the name at its end; -1 where there is none."""
    words = whole.split()
    if len(words) > _MAX_RUN:
        return -1
    shouted = whole.isupper() and (len(words) > 1 or is_label)
    first = len(words)
    if len(words) > 1 and _plain(words[-1]) in _ALSO_NAMES and not _foreign_to_names(words[-2], shouted, False):
        first -= 1
    while first and not _foreign_to_names(words[first - 1], shouted, first == len(words)):
        first -= 1
    return -1 if first == len(words) else first


def _follows_office(text: str, start: int) -> bool:
    """Tell whether the word before a name is an office, or a comma that may follow one."""
    before = text[max(0, start - 20) : start].rsplit(None, 1)
    return bool(before) and (before[-1].endswith(",") or _plain(before[-1]) in OFFICES)


def _plain(word: str) -> str:
    """Give a word in small letters without its stop and its genitive."""
    word = word.lower()
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    return word.rstrip(".") or word


def _foreign_to_names(word: str, shouted: bool, is_last: bool) -> bool:
    """Tell whether a capitalised word cannot stand in a person's name."""
    if word.endswith(("'s", "’s")) and not is_last:
        return True
    if (_plain(word) in NOT_NAMES and word.removesuffix("'s").removesuffix("’s") != "Un") or word.count(".") > 1:
        return True
    # JCPOA and IAEA are no names, unless everything is in capitals.
    return not shouted and len(word) > 1 and word.isupper() and not word.endswith(".")


def _title(text: str, run_start: int, name_start: int, before: list[str]) -> tuple[int, str | None]:
    """Find where the title before a name begins, and give it without the honorifics at its end."""
    keep = len(before)
    for i in range(len(before) - 1, -1, -1):
        if before[i].lower() in STARTERS and before[i].lower() != "acting":
            before = before[i + 1 :]
            break
    run_start = name_start - sum(len(word) + 1 for word in before) if len(before) < keep else run_start
    start = _go_back(text, run_start, before)
    given = text[start:name_start].split()
    if not _has_office(given) and (inverse := _inverse_apposition(text, run_start)) is not None:
        return run_start, inverse
    if not _has_office(given):
        honorific = [word for word in before if _plain(word) in HONORIFICS]
        return run_start, " ".join(honorific) or None
    return start, " ".join(given)


def _inverse_apposition(text: str, start: int) -> str | None:
    """Give the office that precedes a name and a comma: "the foreign minister, Ann Lee, said"."""
    if not text.startswith(", ", start - 2):
        return None
    phrase = _WINDOW_BREAK.split(text[max(0, start - _TITLE_WINDOW) : start - 2])[-1]
    words = phrase.split()
    is_office = words and (_plain(words[-1]) in OFFICES or (_has_office(words) and words[0].lower() in ("the", "a")))
    if not is_office or not 1 < len(words) <= 12 or not text.startswith((",", "."), _end_of_run(text, start)):
        return None
    first = 1 if words[0].lower() in ("the", "a", "an", "his", "her", "their", "its", "but", "and") else 0
    return " ".join(words[first:])


def _end_of_run(text: str, start: int) -> int:
    run = RUN.match(text, start)
    return start if run is None else run.end()


def _has_office(words: list[str]) -> bool:
    return any(_plain(word) in OFFICES for word in words)


def _go_back(text: str, start: int, before: list[str]) -> int:
    """Go back from a name over the small words of its title: "Head of the Agency", "foreign minister"."""
    window_start = max(0, start - _TITLE_WINDOW)
    window = text[window_start:start]
    if (listed := _LISTED.search(window)) is not None and before and _plain(before[-1]) == "minister":
        return window_start + listed.start()
    breaks = list(_WINDOW_BREAK.finditer(window))
    words = window[breaks[-1].end() if breaks else 0 :].split(" ")[-10:]
    if words[-1]:
        return start
    complete = _has_office(before)
    at = best = start
    for word in reversed(words[:-1]):
        linked = word.lower() in _WITHIN_TITLE and bool(before) and not complete
        if not linked and not _may_stand_in_title(word, complete):
            break
        at -= len(word) + 1
        complete = complete or _plain(word) in OFFICES
        if complete and not linked:
            best = at
        elif not before and not complete:
            break
    return best


def _may_stand_in_title(word: str, complete: bool) -> bool:
    """Tell whether a word before a name can belong to the person's office."""
    low = _plain(word)
    if low in OFFICES or low in RANKS or low in PLACES or low in BODIES:
        return True
    return low.isalpha() and low not in _BEFORE_TITLE and not low.endswith(("ed", "ing", "ly"))


def apposition(text: str, mention: Mention) -> str | None:
    """Give the office that follows a name between commas: "Ann Lee, the foreign minister, left"."""
    if not text.startswith(", ", mention.end):
        return None
    found = _APPOSITION.match(text, mention.end)
    if found is None:
        return None
    words = found[1].split()
    if len(words) > 16 or words[0].lower() in STARTERS or not _has_office(words[:9]):
        return None
    return found[1]
