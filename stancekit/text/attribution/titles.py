"""Titles and offices before and after names."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from stancekit.text.attribution.mentions import Mention
from stancekit.text.attribution.namewords import (
    BODIES,
    FINITE,
    HONORIFICS,
    NOT_NAMES,
    OFFICES,
    PLACES,
    PREFIXES,
    RANKS,
    RELATIVES,
    SHORT_OFFICES,
    STARTERS,
)
from stancekit.text.attribution.verbs import word_set

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
# A pattern that begins with a set of letters is searched for quickest; so what stood before a stop is asked afterwards.
GENITIVES = ("'s", "’s")
_SHORT = word_set(
    "Mr Mrs Ms Mme Dr Gen Brig Lt Col Sen Rep Gov Prof Adm Maj Capt St Sgt Rev Mohd Engr Pst Pres Amb Hon Msgr Fr Atty "
    "Cmdr Cpl Assoc Supt Insp"
)
SHORT_LOWER = frozenset(word.lower() for word in _SHORT)
_ABBREVIATION = "|".join(rf"(?<=\b{short}\.)" for short in sorted(_SHORT))
_CAPITALISED = (
    rf"[{UPPER}](?:\.(?:[{UPPER}]\.)*|[\w-]*(?:['’](?!s\b)\w[\w-]+)?"
    rf"(?:['’]s\b|\.(?:(?i:{_ABBREVIATION})))?)"
)
ARTICLES = "al|el|ad|as|ar|ash|ul"
_WORD = rf"(?:{_CAPITALISED}|(?:{ARTICLES})-[{UPPER}][\w-]*)"
PATERNAL = ("bin", "ben", "ibn", "bint")  # "Qaboos bin Said"
PARTICLES = "bin|ben|ibn|bint|de|del|della|da|dos|van|von|der|den|di|du|la|le|ul|ur|e"
RUN = re.compile(rf"{_CAPITALISED}(?:\s(?:(?:{PARTICLES})\s){{0,2}}{_WORD})*")
_TITLE_WINDOW = 110  # characters before a name in which its title is looked for
_WINDOW_BREAK = re.compile(r"(?<!\b[A-Z])\.\s+|[;:“”\"()!?]\s+|[,.!?…][’']\s+|\n\s*|, ")
_LISTED = re.compile(rf"(?:[{UPPER}]\w+, ){{1,3}}[{UPPER}]\w+ and $")
_FIRST_FIELD = re.compile(rf"\b([{UPPER}][a-z]+) and $")  # "Trade and Energy Minister"
_APPOSITION = re.compile(
    # A line of a heading ends an office, "Minister of Trade\nEbel, 3 May"; in prose it goes on, "minister of\nTrade".
    r", (?:the |an? )?((?:[^,.;:“”\"()\n]|\n(?=[a-z])|\n(?<=\b(?:of|to)\n)|\n(?<=\b(?:the|and|for)\n)|"
    r"\.(?=[A-Z]|\s[a-z]|(?<=\b[A-Z]\.[A-Z]\.)\s[A-Z])|\([^)]{1,20}\)){3,120})"
    r"(?=[,.;]|\n\s*\n|\n[A-Z\d])"
)
_TOWARDS = re.compile(r"(?:^|[^\w,] )(?:[A-Z]\w+ing|Unlike|Like|With|Amid) $")
_OFFICES_AFTER = ("MP", "MEP", "MSP", "MLA", "TD")  # "Ann Lee MP"
AFTER_NAMES = frozenset(
    {*_OFFICES_AFTER, "QC", "KC", "SC", "MBE", "OBE", "CBE", "DBE", "KBE", "JP", "SAN", "PhD", "MD", "Esq", "Jnr"}
)
_HAS_OFFICE = re.compile(rf" ({'|'.join(_OFFICES_AFTER)})\b")
_TELLS = (" (", " is ", " was ", *(f", {digit}" for digit in "123456789"))
_IN_BRACKETS = re.compile(r" \((?:the )?(?P<office>[^()]{3,80})\)")
_IS_WHAT = re.compile(
    r"(?:, \d{2},)? (?:is|was) (?:now |also |then )?(?:the |an? )?(?P<office>[a-z][^,.;:()“”\"]{3,80}?)"
    r"(?=[,.;]| (?:and|who|which|that|when|where|but|said|says)\b)"
)
_N_OFFICE = 7
_INITIALS = 2  # characters of "J."
_SHORTENED = word_set("corp inc co ltd asst dep fmr ex hrh govt dept natl intl")
_SAID = re.compile(
    r" (?:said|told|says|(?!appointed|named|retired|elected|based|accredited|related)[a-z]+ed) "
    r"(?!by\b|in\b|to\b|from\b)"
)
# "according to the mayor", "speaking alongside his counterpart"
_BESIDE = word_set("according through alongside flanked accompanied joined represented together beside via besides")
_OPENING = word_set("In On At After Before During Since Under With For By Within Throughout Until From")
_BEFORE_NOUNS = frozenset({"the", "a", "an", "his", "her", "its", "their"})
_DETERMINERS = _BEFORE_NOUNS | {"our", "my"}
# A title goes back over these words, and stops at other small words.
_WITHIN_TITLE = word_set("of for the and to")
_TIMES = word_set("day year monday tuesday wednesday thursday friday saturday sunday")
# "Minister Plenipotentiary": no names.
_AFTER_OFFICES = word_set(
    "emeritus emerita plenipotentiary extraordinary designate elect counsellor counselor ordinary"
)
_BEFORE_TITLE = STARTERS | word_set("said says told that than also including called named is was has had have met")


@lru_cache(maxsize=8192)
def plain(word: str) -> str:
    """Give a word in small letters without its stop and its genitive."""
    word = word.lower()
    if word.endswith(GENITIVES):
        word = word[:-2]
    return word.rstrip(".") or word


def foreign_to_names(word: str, shouted: bool, is_last: bool) -> bool:
    """Tell whether a capitalised word cannot stand in a person's name."""
    if word.endswith(GENITIVES) and not is_last:
        return True
    if (plain(word) in NOT_NAMES and word.removesuffix("'s").removesuffix("’s") != "Un") or word.count(".") > 1:
        return True
    if "-" in word and _is_compound(word):
        return True
    # JCPOA and IAEA are no names, unless everything is in capitals.
    return not shouted and len(word) > 1 and word.isupper() and not word.endswith(".")


def _is_compound(word: str) -> bool:
    """Tell whether a word with a hyphen is no name: "UN-prohibited", "Post-sanctions"."""
    first, _, last = word.lower().partition("-")
    return first in PLACES or first in BODIES or first in PREFIXES or last.endswith(("ed", "based", "led", "era"))


def title_before(text: str, run_start: int, name_start: int, before: list[str]) -> tuple[int, str | None]:
    """Find where the title before a name begins, and give it without the honorifics at its end."""
    keep = len(before)
    for i in range(len(before) - 1, -1, -1):
        if before[i].lower() in STARTERS and before[i].lower() != "acting" and not _is_under(before, i):
            before = before[i + 1 :]
            break
    if len(before) < keep:
        run_start = name_start
        for word in reversed(before):
            run_start = text.rindex(word, 0, run_start)
    is_whose = bool(before) and before[-1].endswith(GENITIVES)  # "Lee of Peru and Mali's Bo Kern"
    start = run_start if is_whose else _go_back(text, run_start, before)
    given = text[start:name_start].split()
    if has_office(given) and not _names_another(given):
        return start, " ".join(given)
    if before and before[-1] in SHORT_OFFICES:  # "Pakistani PM Imran Khan"
        return run_start, text[run_start:name_start].rstrip()
    if (inverse := _inverse_apposition(text, run_start)) is not None:
        return run_start, inverse
    honorific = [word for word in before if plain(word) in HONORIFICS]
    return run_start, " ".join(honorific) or None


def _ends_a_sentence(word: str) -> bool:
    """Tell whether a word in capitals ends the sentence before a title: "It joined NATO. President Ann Lee"."""
    if not word.endswith(".") or len(word) <= _INITIALS or not word[:-1].isalpha() or not word.isupper():
        return False
    return plain(word) not in OFFICES and plain(word) not in HONORIFICS and plain(word) not in _SHORTENED


def _is_under(words: list[str], i: int) -> bool:
    """Tell whether "Under" begins an office: "Under Secretary of State Ann Lee"."""
    return words[i].lower() == "under" and i + 1 < len(words) and plain(words[i + 1]) == "secretary"


def _names_another(title: list[str]) -> bool:
    """Tell whether a title names a person before "and": "President Lee and Peru’s", but not "of Trade and Energy"."""
    if "and" not in title:
        return False
    words = title[: title.index("and")]
    return any(
        plain(office) in OFFICES and word[0].isupper() and not foreign_to_names(word, False, False)
        for office, word in pairwise(words)
    )


def _inverse_apposition(text: str, start: int) -> str | None:
    """Give the office that precedes a name and a comma: "the foreign minister, Ann Lee, said"."""
    if not text.startswith(", ", start - 2) or not text.startswith((",", ".", " ("), _end_of_run(text, start)):
        return None
    words = _without_beside(
        _last_phrase(_WINDOW_BREAK.split(text[max(0, start - _TITLE_WINDOW) : start - 2])[-1].split())
    )
    words = _without_opening(words)
    is_office = words and (
        plain(words[-1]) in OFFICES
        or words[-1] in SHORT_OFFICES
        or (has_office(words) and words[0].lower() in ("the", "a"))
    )
    if not is_office or not 1 < len(words) <= 12:
        return None
    first = 0 if words[0][-1].isalnum() or len(words[0]) > 1 else 1  # behind the sign of a list
    first += words[first].lower() in ("the", "a", "an", "his", "her", "their", "its", "but", "and")
    return " ".join(words[first:])


def _without_opening(words: list[str]) -> list[str]:
    """Drop when and where a sentence begins: "In Oslo the envoy", "Since his election our Secretary-General"."""
    if not words or words[0] not in _OPENING:
        return words
    for i in range(len(words) - 1, 1, -1):
        if words[i] in _DETERMINERS and words[i - 1] not in _WITHIN_TITLE:
            head = words[words.index("of", i) - 1] if "of" in words[i:] else words[-1]
            return words[i:] if plain(head) in OFFICES else words
    return words


def _without_beside(words: list[str]) -> list[str]:
    """Drop what only leads to an office: "according to the mayor", "flanked by the envoy", "alongside his aide"."""
    at = max((i for i, word in enumerate(words[:6]) if word.lower() in _BESIDE), default=-1)
    return words[at + 2 :] if words[at + 1 : at + 2] in (["to"], ["by"], ["with"]) else words[at + 1 :]


def _has_object(words: list[str], i: int) -> bool:
    """Tell whether a word by its looks is a verb before its object: "reached the chairman"."""
    return words[i].endswith("ed") and i + 1 < len(words) and words[i + 1] in _BEFORE_NOUNS


def _last_phrase(words: list[str]) -> list[str]:
    """Give what stands behind the verbs of a phrase: "the envoy" of "Hale told parliament that the envoy"."""
    verbs = [i for i, word in enumerate(words) if word in FINITE or word in RELATIVES or _has_object(words, i)]
    words = words[verbs[-1] + 1 :] if verbs else words
    if verbs and (the := next((i for i in range(len(words) - 1, 0, -1) if words[i] in _BEFORE_NOUNS), 0)):
        return words if words[the - 1] in _WITHIN_TITLE and has_office(words[:the]) else words[the:]
    return words


def _end_of_run(text: str, start: int) -> int:
    run = RUN.match(text, start)
    return start if run is None else run.end()


def has_office(words: list[str]) -> bool:
    """Tell whether one of some words is an office."""
    return not OFFICES.keys().isdisjoint(map(plain, words))


def _go_back(text: str, start: int, before: list[str]) -> int:
    """Go back from a name over the small words of its title: "Head of the Agency", "foreign minister"."""
    window_start = max(0, start - _TITLE_WINDOW)
    window = text[window_start:start]
    is_minister = bool(before) and plain(before[-1]) == "minister"
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
    complete = is_full = has_office(before)
    at = best = start
    for i in range(len(words) - 2, -1, -1):
        word = words[i].rpartition("\n")[2]  # a paragraph may begin with it
        if _ends_phrase(word):
            break
        linked = word.lower() in _WITHIN_TITLE and bool(before) and not complete
        if not linked and not _may_stand_in_title(word, is_full) and not _is_under([*words[:-1], *before], i):
            break
        at -= len(word) + 1
        complete = complete or plain(word) in OFFICES
        if complete and not linked:
            best = at
        if word != words[i] or not (before or complete):
            break
    return best


def _ends_phrase(word: str) -> bool:
    """Tell whether no title goes back over a word: "left. ", "then, ", "“ready” "."""
    if not word or _ends_a_sentence(word):
        return True
    return word[-1] in ',;:”"()!?' or (word[-1] == "." and not word[-2:-1].isupper() and plain(word) not in SHORT_LOWER)


def _may_stand_in_title(word: str, is_full: bool) -> bool:
    """Tell whether a word before a name can belong to the person's office."""
    low = plain(word)
    if low in _TIMES:  # "In the past year President Lee"
        return False
    if low in OFFICES or low in RANKS or low in PLACES or low in BODIES:
        return True
    # Before an office in capitals other small letters stand in no title: "makes them stronger President Lee".
    if is_full and word.islower():
        return False
    return low.isalpha() and low not in _BEFORE_TITLE and not low.endswith(("ed", "ing", "ly"))


def apposition(text: str, mention: Mention) -> str | None:
    """Give the office that follows a name between commas: "Ann Lee, the foreign minister, left", or "MP"."""
    letters = _HAS_OFFICE.match(text, mention.end)
    told = _apposition(text, mention.start, mention.end if letters is None else letters.end())
    if told is not None and mention.honorific is not None and _SAID.search(told) is not None:
        told = None  # "Mr. Lee, the US Secretary of State warned last week": Lee is spoken to
    return told if letters is None else told or letters[1]


def _apposition(text: str, start: int, end: int) -> str | None:
    """Give the office that follows a name from a start to an end."""
    if not text.startswith(", ", end):
        return _told_after(text, end)
    if text[end + 2 : end + 3].isdigit() and (told := _told_after(text, end)) is not None:
        return told
    found = _APPOSITION.match(text, end)
    if found is None:
        return None
    words = found[1].split()
    n_words = next((i for i, word in enumerate(words) if word in RELATIVES or word in FINITE), len(words))
    given = found[1] if n_words == len(words) else " ".join(words[:n_words])  # "a nurse whose ward lost its power"
    words = words[:n_words]
    # "Echoing Lee, the spokesman called for calm."
    is_last = text.startswith(".", found.end())
    if is_last and _TOWARDS.search(text, max(0, start - 24), start) is not None:
        return None
    return given if _is_office(words) else None


def _is_office(words: list[str]) -> bool:
    """Tell whether words behind a name are an office: no clause, and not who comes next in a list."""
    if not words or len(words) > 16 or not has_office(words[:9]):
        return False
    if words[0].lower() in _BESIDE or (words[0].lower() in STARTERS and not _is_under(words, 0)):
        return False
    return not (_is_next_in_list(words) or _has_object(words, 0))  # "a trader, Omar Lind, bowed his head"


def _is_next_in_list(words: list[str]) -> bool:
    """Tell whether a name follows an office between commas: "President Lee, Chancellor Olaf Kern and Max Berg met"."""
    n_run = next((i for i, word in enumerate(words) if not word[0].isupper()), len(words))
    offices = [i for i in range(n_run) if plain(words[i]) in OFFICES and plain(words[i]) not in HONORIFICS]
    if not offices or offices[-1] + 1 == n_run:
        return False
    name = words[offices[-1] + 1 : n_run]
    if len(name) == 1 and "and" not in words:  # "Vice President Sales"
        return False
    return not any(plain(word) in _AFTER_OFFICES or foreign_to_names(word, False, False) for word in name)


def _told_after(text: str, end: int) -> str | None:
    """Give the office that brackets or a verb give somebody: "Ann Lee (Chair)", "Ann Lee, 54, is the new mayor"."""
    if not text.startswith(_TELLS, end):
        return None
    found = _IN_BRACKETS.match(text, end) or _IS_WHAT.match(text, end)
    if found is None:
        return None
    given = found["office"]
    words = re.split(r" (?:of|for|to|at|in|on) ", given, maxsplit=1)[0].split()
    return given if words and len(words) < _N_OFFICE and plain(words[-1]) in OFFICES else None
