"""Names of people in English text, by their looks: capitalised words after which no body, place or day remains.

No list of people is needed: titles, bodies, places and the words that open sentences say where a name begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from stancekit.text._words import Capitals
from stancekit.text.attribution.mentions import Mention
from stancekit.text.attribution.namewords import (
    BODIES,
    FINITE,
    HONORIFICS,
    NOT_NAMES,
    OFFICES,
    ONLY_BODIES,
    OPENING,
    PARTICIPLE_NAMES,
    PLACES,
    PREFIXES,
    RANKS,
    RELATIVES,
    STARTERS,
)
from stancekit.text.attribution.runs import LONG_RUN, parts_of, without_places
from stancekit.text.attribution.verbs import word_set

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_UPPER_LETTERS = "".join(chr(at) for at in range(0x180) if re.match(f"[{_UPPER}]", chr(at)))
# A pattern that begins with a set of letters is searched for quickest; so what stood before a stop is asked afterwards.
GENITIVES = ("'s", "’s")
_SHORT = word_set("Mr Mrs Ms Dr Gen Brig Lt Col Sen Rep Gov Prof Adm Maj Capt St Sgt Rev")
_SHORT_LOWER = frozenset(word.lower() for word in _SHORT)
_ABBREVIATION = "|".join(rf"(?<=\b{short}\.)" for short in sorted(_SHORT))
_CAPITALISED = (
    rf"[{_UPPER}](?:\.(?:[{_UPPER}]\.)*|[\w-]*(?:['’](?!s\b)\w[\w-]+)?"
    rf"(?:['’]s\b|\.(?:(?i:{_ABBREVIATION})))?)"
)
_ARTICLES = "al|el|ad|as|ar|ash|ul"
_WORD = rf"(?:{_CAPITALISED}|(?:{_ARTICLES})-[{_UPPER}][\w-]*)"
_PARTICLES = "bin|ben|ibn|bint|de|del|della|da|dos|van|von|der|den|di|du|la|le|ul|ur|e"
RUN = re.compile(rf"{_CAPITALISED}(?:\s(?:(?:{_PARTICLES})\s){{0,2}}{_WORD})*")
_TWO_BLANKS = re.compile(rf" {{1,2}}(?:(?:{_PARTICLES}) {{1,2}}){{0,2}}")
_WIDEST_GAP = 16  # characters between two runs: particles and blanks
# Finds what `RUN` finds. No name stands in a run of which every word is foreign to names; "Un" is not.
CAPITALS = Capitals(_UPPER_LETTERS, _SHORT_LOWER, _PARTICLES.split("|"), _ARTICLES.split("|"), NOT_NAMES - {"un"})

# Months, places and offices that are surnames too, where a given name precedes them.
_ALSO_NAMES = word_set(
    """
    may king shah jordan day west bishop prince law french english ireland israel german march judge
    """
)
_WITHIN_BODIES = frozenset({"without", "for", "against", "beyond"})
_GIVEN = frozenset({"Bill"})
# Of these initials names are made without stops: "JD Lee".
_INITIALS = frozenset(
    "SM AM MA MM KM AK RK MK VK PK NK SK DK AKM ABM ASM AHM MR JD TJ JP RJ AJ DJ CJ BJ PJ JJ JR KT TR".split()  # noqa: SIM905
)
_OFFICE_OF = re.compile(r"[\w-]+ (?:(?:to|of|for|at|in) (?:the )?(?:[A-Z][\w-]+ ){1,3}){0,2}(?:to|of|for|at|in) the $")
_LEAST_PARTICIPLE = 6  # letters of a participle that may open a sentence: Ming and Qing are names
# A heading of which all words have capitals goes on with these behind who says.
_SAYS_IN_HEADS = frozenset(
    word.capitalize()
    for word in word_set(
        """
        says say tells tell warns warn urges urge affirms affirm vows vow claims denies adds stresses insists demands
        announces rejects condemns accuses reiterates declares criticizes criticises welcomes hails said told asks
        confirms argues pledges backs slams blasts thanks
        """
    )
)
_APPOSITIONS = (", a ", ", an ", ", who ", ", whose ", ", aged ")
_SAYS = (" said", " says", " told", " added", " also said", " noted", " has said", " wrote", " warned")
_MAX_RUN = 14  # longer runs of capitals are headlines
_TITLE_WINDOW = 110  # characters before a name in which its title is looked for
_WINDOW_BREAK = re.compile(r"(?<!\b[A-Z])\.\s+|[;:“”\"()!?]\s+|\n\s*|, ")
_LISTED = re.compile(rf"(?:[{_UPPER}]\w+, ){{1,3}}[{_UPPER}]\w+ and $")
_FIRST_FIELD = re.compile(rf"\b([{_UPPER}][a-z]+) and $")  # "Trade and Energy Minister"
_APPOSITION = re.compile(
    r", (?:the |an? )?((?:[^,.;:“”\"()]|\.(?=[A-Z]|\s[a-z]|(?<=\b[A-Z]\.[A-Z]\.)\s[A-Z])|\([^)]{1,20}\)){3,120})"
    r"(?=[,.;]|\n\s*\n)"
)
_TOWARDS = re.compile(r"(?:^|[^\w,] )(?:[A-Z]\w+ing|Unlike|Like|With|Amid) $")
_TELLS = (" (", " is ", " was ", *(f", {digit}" for digit in "123456789"))
_IN_BRACKETS = re.compile(r" \((?:the )?(?P<office>[^()]{3,80})\)")
_IS_WHAT = re.compile(
    r"(?:, \d{2},)? (?:is|was) (?:now |also |then )?(?:the |an? )?(?P<office>[a-z][^,.;:()“”\"]{3,80}?)"
    r"(?=[,.;]| (?:and|who|which|that|when|where|but|said|says)\b)"
)
_N_OFFICE = 7
_BEFORE_NOUNS = frozenset({"the", "a", "an", "his", "her", "its", "their"})
# A title goes back over these words, and stops at other small words.
_WITHIN_TITLE = word_set("of for the and to")
_BEFORE_TITLE = STARTERS | word_set("said says told that than also including called named is was has had have met")


def find_mentions(text: str) -> list[Mention]:
    """Find names of people, with the titles before them.

    Examples
    --------
    >>> [mention] = find_mentions("Iran's former foreign minister Ann M. Lee left on Monday.")
    >>> mention.name, mention.title
    ('Ann M. Lee', "Iran's former foreign minister")
    """
    mentions = _mentions_of(text, CAPITALS.runs(text, with_others=False) if "  " not in text else _joined_runs(text))
    without_places(text, mentions)
    return mentions


def _mentions_of(text: str, runs: list[tuple[int, int]]) -> list[Mention]:
    """Take the names within runs of capitalised words."""
    mentions, parts = [], []
    for at, end in runs:
        if end - at >= LONG_RUN and (parted := parts_of(text, at, end)):
            parts += parted
            continue
        start, whole = at, text[at:end]
        if (
            "ing " in whole
            and (first := whole.partition(" ")[0]).endswith("ing")
            and _opens_with_participle(text, start, end, first)
        ):
            start += len(first) + 1
            whole = text[start:end]
        name = _name_within(whole, text[end : end + 1] == ":")
        if name is not None and (mention := _mention(text, start, end, name)) is not None:
            mentions.append(mention)
    if parts:
        mentions += _mentions_of(text, parts)
        mentions.sort(key=lambda mention: mention.start)
    return mentions


def _joined_runs(text: str) -> list[tuple[int, int]]:
    """Give the runs of capitalised words of a text in which two blanks may stand for one: "Ann  Lee"."""
    joined: list[tuple[int, int]] = []
    for at, end in CAPITALS.runs(text):
        is_label = bool(joined) and text[joined[-1][0] : joined[-1][1]] in ("Q", "A")  # "Q  Governor Lee"
        if (
            joined
            and not is_label
            and at - joined[-1][1] <= _WIDEST_GAP
            and _TWO_BLANKS.fullmatch(text, joined[-1][1], at)
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((at, end))
    return joined


def _opens_with_participle(text: str, start: int, end: int, first: str) -> bool:
    """Tell whether a sentence begins with a participle before a name: "Echoing Lee, the spokesman called".

    What stands in the midst of a sentence too, or right before a verb of saying, is a name: "Liping Wang said".
    """
    if len(first) < _LEAST_PARTICIPLE or first.lower() in PARTICIPLE_NAMES or start + len(first) == end:
        return False
    if (before := text[max(0, start - 4) : start].rstrip(" “\"'‘")) and before[-1] not in ".!?:…\n":
        return False
    name = f" {text[start:end]}"
    at = text.find(name)
    while at >= 0:
        if text[at - 1].isalnum() or text[at - 1] == ",":
            return False
        at = text.find(name, at + 1)
    return not text.startswith(_SAYS + _APPOSITIONS, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """The name within a run of capitalised words, by words and characters."""

    before: tuple[str, ...]
    skipped: int
    end: int
    name: str


def _mention(text: str, start: int, end: int, found: _Name) -> Mention | None:
    """Take the name within a run of capitalised words."""
    before = list(found.before)
    if _is_of_a_body(text, start, before):
        return None
    name_start, end = start + found.skipped, start + found.end
    title = None
    if before[-1:] == [found.name.split(None, 1)[0]]:
        start, before = name_start, []
    if before or _follows_office(text, start):
        start, title = _title(text, start, name_start, before)
    return Mention(
        start=start,
        name_start=name_start,
        end=end,
        name=found.name,
        title=title,
        honorific=before[-1] if before and _plain(before[-1]) in HONORIFICS else None,
    )


def _is_of_a_body(text: str, start: int, before: list[str]) -> bool:
    """Tell whether "the" precedes what no office does: "the Free Herald", "the London Herald", "the Lee cabinet"."""
    is_definite = before[:1] == ["The"] or text[max(0, start - 4) : start] == "the "
    if is_definite and before and (given := _OFFICE_OF.search(text, max(0, start - 60), start)) is not None:
        return not any(_plain(word) in OFFICES for word in given[0].split())
    if not is_definite or (before and before[-1].endswith(GENITIVES)):  # "The EU’s Ann Lee"
        return False
    return all(word == "The" or _plain(word) in PLACES for word in before)


def _is_body(before: list[str]) -> bool:
    """Tell whether words before a lone one make a body of it: "Human Rights Watch"."""
    if not before or _has_office(before):
        return False
    return before[-1] == "New" or _plain(before[-1]) in ONLY_BODIES


@lru_cache(maxsize=8192)
def _name_within(whole: str, is_label: bool) -> _Name | None:
    """Find the name in a run of capitalised words; None where there is none.

    A heading may run into the sentence after it: "... on talks: Lee The ministry", "... on talks: Lee Lee left".
    """
    words = whole.split()
    if len(words) > _MAX_RUN:
        return None
    n_words = len(words)
    while len(words) > 1 and words[-1].istitle() and (words[-1].lower() in OPENING or words[-1] in _SAYS_IN_HEADS):
        words.pop()
    first = _name_begins(words, whole.isupper() and (n_words > 1 or is_label))
    if first > 1 and words[first - 1].lower() in _WITHIN_BODIES:  # "Doctors Without Borders"
        return None
    if first < 0 or (len(words) - first == 1 and _is_body(words[:first])):
        return None
    end = len(whole) if len(words) == n_words else len(whole.rsplit(None, n_words - len(words))[0])
    end -= 2 if words[-1].endswith(GENITIVES) else 0
    skipped = len(whole) - len(whole.split(None, first)[first])
    name = " ".join(whole[skipped:end].split())
    if len(name) < 2:
        return None
    name = name.title() if name.isupper() and len(name) > 3 else name
    return _Name(before=tuple(words[:first]), skipped=skipped, end=end, name=name)


def _name_begins(words: list[str], shouted: bool) -> int:
    """Say which word of a run is the first of the name at its end; -1 where there is none."""
    first = len(words)
    if len(words) > 1 and _plain(words[-1]) in _ALSO_NAMES and not _foreign_to_names(words[-2], shouted, False):
        first -= 1
    while first and (
        not _foreign_to_names(words[first - 1], shouted, first == len(words)) or _is_given(words, first - 1)
    ):
        first -= 1
    for i in range(len(words) - 1, first, -1):
        if words[i] == words[i - 1]:
            return i
    return -1 if first == len(words) else first


def _is_given(words: list[str], i: int) -> bool:
    """Tell whether a word that is foreign to names is the given name here: "Councillor Bill Lee", "SM Iqbal Lee"."""
    if i == len(words) - 1 or (words[i] not in _GIVEN and words[i] not in _INITIALS):
        return False
    return words[i + 1].istitle() and (i == 0 or _plain(words[i - 1]) in OFFICES or _plain(words[i - 1]) in HONORIFICS)


def _follows_office(text: str, start: int) -> bool:
    """Tell whether the word before a name is an office, or a comma that may follow one."""
    before = text[max(0, start - 20) : start].rsplit(None, 1)
    return bool(before) and (before[-1].endswith(",") or _plain(before[-1]) in OFFICES)


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    """Give a word in small letters without its stop and its genitive."""
    word = word.lower()
    if word.endswith(GENITIVES):
        word = word[:-2]
    return word.rstrip(".") or word


def _foreign_to_names(word: str, shouted: bool, is_last: bool) -> bool:
    """Tell whether a capitalised word cannot stand in a person's name."""
    if word.endswith(GENITIVES) and not is_last:
        return True
    if (_plain(word) in NOT_NAMES and word.removesuffix("'s").removesuffix("’s") != "Un") or word.count(".") > 1:
        return True
    if "-" in word and _is_compound(word):
        return True
    # JCPOA and IAEA are no names, unless everything is in capitals.
    return not shouted and len(word) > 1 and word.isupper() and not word.endswith(".")


def _is_compound(word: str) -> bool:
    """Tell whether a word with a hyphen is no name: "UN-prohibited", "Post-sanctions"."""
    first, _, last = word.lower().partition("-")
    return first in PLACES or first in BODIES or first in PREFIXES or last.endswith(("ed", "based", "led", "era"))


def _title(text: str, run_start: int, name_start: int, before: list[str]) -> tuple[int, str | None]:
    """Find where the title before a name begins, and give it without the honorifics at its end."""
    keep = len(before)
    for i in range(len(before) - 1, -1, -1):
        if before[i].lower() in STARTERS and before[i].lower() != "acting":
            before = before[i + 1 :]
            break
    if len(before) < keep:
        run_start = name_start
        for word in reversed(before):
            run_start = text.rindex(word, 0, run_start)
    is_whose = bool(before) and before[-1].endswith(GENITIVES)  # "Lee of Peru and Mali's Bo Kern"
    start = run_start if is_whose else _go_back(text, run_start, before)
    given = text[start:name_start].split()
    if _has_office(given) and not _names_another(given):
        return start, " ".join(given)
    if (inverse := _inverse_apposition(text, run_start)) is not None:
        return run_start, inverse
    honorific = [word for word in before if _plain(word) in HONORIFICS]
    return run_start, " ".join(honorific) or None


def _names_another(title: list[str]) -> bool:
    """Tell whether a title names a person before "and": "President Lee and Peru’s", but not "of Trade and Energy"."""
    if "and" not in title:
        return False
    words = title[: title.index("and")]
    return any(
        _plain(office) in OFFICES and word[0].isupper() and not _foreign_to_names(word, False, False)
        for office, word in pairwise(words)
    )


def _inverse_apposition(text: str, start: int) -> str | None:
    """Give the office that precedes a name and a comma: "the foreign minister, Ann Lee, said"."""
    if not text.startswith(", ", start - 2) or not text.startswith((",", ".", " ("), _end_of_run(text, start)):
        return None
    words = _last_phrase(_WINDOW_BREAK.split(text[max(0, start - _TITLE_WINDOW) : start - 2])[-1].split())
    is_office = words and (_plain(words[-1]) in OFFICES or (_has_office(words) and words[0].lower() in ("the", "a")))
    if not is_office or not 1 < len(words) <= 12:
        return None
    first = 1 if words[0].lower() in ("the", "a", "an", "his", "her", "their", "its", "but", "and") else 0
    return " ".join(words[first:])


def _has_object(words: list[str], i: int) -> bool:
    """Tell whether a word by its looks is a verb before its object: "reached the chairman"."""
    return words[i].endswith("ed") and i + 1 < len(words) and words[i + 1] in _BEFORE_NOUNS


def _last_phrase(words: list[str]) -> list[str]:
    """Give what stands behind the verbs of a phrase: "the envoy" of "Hale told parliament that the envoy"."""
    verbs = [i for i, word in enumerate(words) if word in FINITE or word in RELATIVES or _has_object(words, i)]
    words = words[verbs[-1] + 1 :] if verbs else words
    if verbs and (the := next((i for i in range(len(words) - 1, 0, -1) if words[i] in _BEFORE_NOUNS), 0)):
        return words if words[the - 1] in _WITHIN_TITLE and _has_office(words[:the]) else words[the:]
    return words


def _end_of_run(text: str, start: int) -> int:
    run = RUN.match(text, start)
    return start if run is None else run.end()


def _has_office(words: list[str]) -> bool:
    return not OFFICES.keys().isdisjoint(map(_plain, words))


def _go_back(text: str, start: int, before: list[str]) -> int:
    """Go back from a name over the small words of its title: "Head of the Agency", "foreign minister"."""
    window_start = max(0, start - _TITLE_WINDOW)
    window = text[window_start:start]
    is_minister = bool(before) and _plain(before[-1]) == "minister"
    if is_minister and (listed := _LISTED.search(window)) is not None:
        return window_start + listed.start()
    if (
        is_minister
        and window.endswith(" and ")
        and len(before) > 1
        and (first := _FIRST_FIELD.search(window)) is not None
    ):
        field = first[1].lower()
        if (field in BODIES or field in RANKS) and field not in OFFICES:
            return window_start + first.start()
    words = window.split(" ")[-10:]
    if words[-1]:
        return start
    complete = is_full = _has_office(before)
    at = best = start
    for word in reversed(words[:-1]):
        if _ends_phrase(word):
            break
        linked = word.lower() in _WITHIN_TITLE and bool(before) and not complete
        if not linked and not _may_stand_in_title(word, is_full):
            break
        at -= len(word) + 1
        complete = complete or _plain(word) in OFFICES
        if complete and not linked:
            best = at
        elif not before and not complete:
            break
    return best


def _ends_phrase(word: str) -> bool:
    """Tell whether no title goes back over a word: "left. ", "then, ", "“ready” "."""
    if not word or "\n" in word:
        return True
    return word[-1] in ',;:”"()!?' or (
        word[-1] == "." and not word[-2:-1].isupper() and _plain(word) not in _SHORT_LOWER
    )


def _may_stand_in_title(word: str, is_full: bool) -> bool:
    """Tell whether a word before a name can belong to the person's office."""
    low = _plain(word)
    if low in OFFICES or low in RANKS or low in PLACES or low in BODIES:
        return True
    # Before an office in capitals other small letters stand in no title: "makes them stronger President Lee".
    if is_full and word.islower():
        return False
    return low.isalpha() and low not in _BEFORE_TITLE and not low.endswith(("ed", "ing", "ly"))


def apposition(text: str, mention: Mention) -> str | None:
    """Give the office that follows a name between commas: "Ann Lee, the foreign minister, left"."""
    if not text.startswith(", ", mention.end):
        return _told_after(text, mention.end)
    if text[mention.end + 2 : mention.end + 3].isdigit() and (told := _told_after(text, mention.end)) is not None:
        return told
    found = _APPOSITION.match(text, mention.end)
    if found is None:
        return None
    words = found[1].split()
    n_words = next((i for i, word in enumerate(words) if word in RELATIVES or word in FINITE), len(words))
    given = found[1] if n_words == len(words) else " ".join(words[:n_words])  # "a nurse whose ward lost its power"
    words = words[:n_words]
    # "Echoing Lee, the spokesman called for calm."
    is_last = text.startswith(".", found.end())
    if is_last and _TOWARDS.search(text, max(0, mention.start - 24), mention.start) is not None:
        return None
    if not words or len(words) > 16 or words[0].lower() in STARTERS or not _has_office(words[:9]):
        return None
    return None if _has_object(words, 0) else given  # "a trader, Omar Lind, bowed his head"


def _told_after(text: str, end: int) -> str | None:
    """Give the office that brackets or a verb give somebody: "Ann Lee (Chair)", "Ann Lee, 54, is the new mayor"."""
    if not text.startswith(_TELLS, end):
        return None
    found = _IN_BRACKETS.match(text, end) or _IS_WHAT.match(text, end)
    if found is None:
        return None
    given = found["office"]
    words = re.split(r" (?:of|for|to|at|in|on) ", given, maxsplit=1)[0].split()
    return given if words and len(words) < _N_OFFICE and _plain(words[-1]) in OFFICES else None
