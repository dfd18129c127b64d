"""Names of people in English text, by their looks: capitalised words after which no body, place or day remains.

No list of people is needed: titles, bodies, places and the words that open sentences say where a name begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from stancekit.text._words import Capitals
from stancekit.text.attribution.firstnames import sex_by_name
from stancekit.text.attribution.mentions import Mention
from stancekit.text.attribution.namewords import (
    HONORIFICS,
    NOT_NAMES,
    OFFICES,
    ONLY_BODIES,
    OPENING,
    PARTICIPLE_NAMES,
    PLACES,
)
from stancekit.text.attribution.runs import LONG_RUN, parts_of, without_places
from stancekit.text.attribution.titles import (
    AFTER_NAMES,
    ARTICLES,
    GENITIVES,
    PARTICLES,
    PATERNAL,
    SHORT_LOWER,
    UPPER,
    foreign_to_names,
    has_office,
    plain,
    title_before,
)
from stancekit.text.attribution.verbs import word_set

_UPPER_LETTERS = "".join(chr(at) for at in range(0x180) if re.match(f"[{UPPER}]", chr(at)))
_TWO_BLANKS = re.compile(rf" {{1,2}}(?:(?:{PARTICLES}) {{1,2}}){{0,2}}")
_WIDEST_GAP = 16  # characters between two runs: particles and blanks
# Finds what `RUN` finds. No name stands in a run of which every word is foreign to names; "Un" is not.
CAPITALS = Capitals(_UPPER_LETTERS, SHORT_LOWER, PARTICLES.split("|"), ARTICLES.split("|"), NOT_NAMES - {"un"})

# Months, places and offices that are surnames too, where a given name precedes them.
_ALSO_NAMES = word_set(
    """
    may king shah jordan day west bishop prince law french english ireland israel german march judge
    """
)
# "Pope Leo XIV", "King Charles III"; "Article IV" is nobody.
_CROWNED = word_set("king queen pope emperor empress prince princess sultan shah patriarch catholicos metropolitan")
_NUMERALS = frozenset("II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXIII".split())  # noqa: SIM905
_WITHIN_BODIES = frozenset({"without", "for", "against", "beyond"})
_GIVEN = frozenset({"Bill"})
_MR = frozenset({"mr", "mrs", "ms", "miss", "mme", "sir", "dr"})
# "President To Lam said": given names where one more word of the run follows and the sentence goes on in small letters,
# unlike in the heading "President To Resign"; all but the first only after an office: "To Lam, he is a friend".
ENGLISH_GIVEN = ("He", "To", "So", "An", "No", "In", "Do")
_GOES_ON = re.compile(r"[’']s\s|,? [a-z]|[.?!](?:\s|$)")
# Of these initials names are made without stops: "JD Lee".
_INITIALS = frozenset(
    "SM AM MA MM KM AK RK MK VK PK NK SK DK AKM ABM ASM AHM MR JD TJ JP RJ AJ DJ CJ BJ PJ JJ JR KT TR".split()  # noqa: SIM905
)
# Offices, firms and places of two letters.
_NO_INITIALS = word_set(
    "PM CM FM CS DG AG SG GM BP GE HP AP EY UP AI IT PR HR DC LA NY WB ID OK VP DM HM PS HQ ME IS IN ON AT TO BY OF"
)
_OFFICE_OF = re.compile(r"[\w-]+ (?:(?:to|of|for|at|in) (?:the )?(?:[A-Z][\w-]+ ){1,3}){0,2}(?:to|of|for|at|in) the $")
_ABOUT = (" on ", " on the ", " against ", " for ", " for the ", " of ", " of the ")
_BODY_ON = re.compile(r"\b(?P<body>[A-Z][\w-]+) (?P<link>on|against|for|of) (?:the )?$")
# "Institute of Fiscal Studies", but "Cabinet of Ann Lee".
_OF_SUBJECTS = word_set(
    "institute institution university college academy association federation union society chamber department ministry "
    "bureau school faculty museum institution confederation"
)
_IN = (" in ", " near ")
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
# In the midst of a heading in capitals these part whoever acts from others: "Xi Jinping Meets Vladimir Putin".
_HEADLINE_VERBS = word_set(
    """
    Meets Visits Arrives Holds Sends Receives Attends Inspects Chairs Greets Signs Opens Addresses Congratulates Hosts
    Leaves Departs Wins Loses Resigns Dies Gives Makes Takes Calls Sets Seeks Wants Faces Joins
    """
)
_APPOSITIONS = (", a ", ", an ", ", who ", ", whose ", ", aged ")
_SAYS = (" said", " says", " told", " added", " also said", " noted", " has said", " wrote", " warned")
_SHORT_LINE = 40  # characters of a line below a heading: a place, a date
_MAX_RUN = 14  # longer runs of capitals are headlines


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
        if (line := _line_below(text, at, end)) > 0:  # "President Tomas Okeke\nBrussels"
            parts += [(at, line - 1), (line, end)]
            continue
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
        goes_on = any(f"{word} " in whole for word in ENGLISH_GIVEN) and _GOES_ON.match(text, end) is not None
        name = _name_within(whole, text[end : end + 1] == ":", goes_on)
        if name is not None and (mention := _mention(text, start, end, name)) is not None:
            mentions.append(mention)
    if parts:
        mentions += _mentions_of(text, parts)
        mentions.sort(key=lambda mention: mention.start)
    return mentions


def _line_below(text: str, start: int, end: int) -> int:
    """Give where a short line of its own begins into which a run goes on; -1 where it is prose that was broken."""
    newline = text.find("\n", start, end)
    if newline < 0:
        return -1
    stop = text.find("\n", newline + 1)
    line = text[newline + 1 : stop].strip() if stop >= 0 else ""
    return newline + 1 if line and len(line) < _SHORT_LINE and line[-1].isalnum() and end <= stop else -1


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
    # "Head of the Committee on Industry Oksana Berg" is a person, the "Institute for Economic Policy Research" none.
    is_known = bool(before) and " " in found.name and sex_by_name(found.name) is not None
    if not is_known and (_is_of_a_body(text, start, before) or _is_place(text, start, start + found.end, found)):
        return None
    name_start, end = start + found.skipped, start + found.end
    title = None
    if before[-1:] == [found.name.split(None, 1)[0]]:
        start, before = name_start, []
    if before or _follows_office(text, start):
        start, title = title_before(text, start, name_start, before)
    return Mention(
        start=start,
        name_start=name_start,
        end=end,
        name=found.name,
        title=title,
        honorific=before[-1] if before and plain(before[-1]) in HONORIFICS else None,
    )


def _is_place(text: str, start: int, end: int, found: _Name) -> bool:
    """Tell whether something happens there, before somebody is named: "In Schloss Elmau, President Lee"."""
    if found.before or " " not in found.name or not text.endswith(_IN, 0, start) or not text.startswith(", ", end):
        return False
    following = text[end + 2 : end + 40].split(" ", 1)[0]
    is_titled = following[:1].isupper() and plain(following) in OFFICES.keys() | HONORIFICS
    return is_titled and sex_by_name(found.name) is None


def _is_of_a_body(text: str, start: int, before: list[str]) -> bool:
    """Tell whether a body is about it, or called so: "Committee on Sanctions", "the Free Herald", "the Lee cabinet"."""
    if text.endswith(_ABOUT, 0, start) and (body := _BODY_ON.search(text, max(0, start - 40), start)) is not None:
        bodies = _OF_SUBJECTS if body["link"] == "of" else ONLY_BODIES
        if plain(body["body"]) in bodies and not has_office(before):
            return True
    is_definite = before[:1] == ["The"] or text[max(0, start - 4) : start] == "the "
    if is_definite and before and (given := _OFFICE_OF.search(text, max(0, start - 60), start)) is not None:
        return not any(plain(word) in OFFICES for word in given[0].split())
    if not is_definite or (before and before[-1].endswith(GENITIVES)):  # "The EU’s Ann Lee"
        return False
    return all(word == "The" or plain(word) in PLACES for word in before)


def _is_body(before: list[str]) -> bool:
    """Tell whether words before a lone one make a body of it: "Human Rights Watch"."""
    if not before or has_office(before):
        return False
    return before[-1] == "New" or plain(before[-1]) in ONLY_BODIES


@lru_cache(maxsize=8192)
def _name_within(whole: str, is_label: bool, goes_on: bool) -> _Name | None:
    """Find the name in a run of capitalised words; None where there is none.

    A heading may run into the sentence after it: "... on talks: Lee The ministry", "... on talks: Lee Lee left".
    """
    words = whole.split()
    if len(words) > _MAX_RUN or not _HEADLINE_VERBS.isdisjoint(words[1:]):
        return None
    n_words = len(words)
    while len(words) > 1 and _is_behind_name(words):
        words.pop()
    is_addressed = n_words > 1 and plain(words[0]) in _MR and words[-1].isupper()  # "Mr. LEE (Peru)" of records
    first = _name_begins(words, is_addressed or (whole.isupper() and (n_words > 1 or is_label)))
    if goes_on and first == len(words) - 1 and _is_english_given(words, first - 1):
        first -= 1
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
    name = name.title() if name.isupper() and (is_addressed or len(name) > 3) else name
    return _Name(before=tuple(words[:first]), skipped=skipped, end=end, name=name)


def _is_behind_name(words: list[str]) -> bool:
    """Tell whether the last word of a run is of no name: it opens a sentence, says, or tells a rank: "Ann Lee MP"."""
    if words[-2] in PATERNAL:
        return False
    if words[-1] in AFTER_NAMES:
        return len(words) > 2
    return words[-1].istitle() and (words[-1].lower() in OPENING or words[-1] in _SAYS_IN_HEADS)


def _name_begins(words: list[str], shouted: bool) -> int:
    """Say which word of a run is the first of the name at its end; -1 where there is none."""
    first = len(words)
    if len(words) > 1 and plain(words[-1]) in _ALSO_NAMES and not foreign_to_names(words[-2], shouted, False):
        first -= 1
    first -= _is_numbered(words)
    while first and (
        not foreign_to_names(words[first - 1], shouted, first == len(words)) or _is_given(words, first - 1)
    ):
        first -= 1
    for i in range(len(words) - 1, first, -1):
        if words[i] == words[i - 1]:
            return i
    return -1 if first == len(words) else first


def _is_numbered(words: list[str]) -> bool:
    """Tell whether a run ends with the number of a crowned head."""
    if len(words) < 3 or words[-1] not in _NUMERALS:
        return False
    crown = max((i for i, word in enumerate(words) if plain(word) in _CROWNED), default=len(words))
    return crown < len(words) - 2 and not any(foreign_to_names(word, False, False) for word in words[crown + 1 : -1])


def _is_given(words: list[str], i: int) -> bool:
    """Tell whether a word that is foreign to names is the given name here: "Councillor Bill Lee", "SM Iqbal Lee"."""
    if i == len(words) - 1 or (words[i] not in _GIVEN and words[i] not in _INITIALS and not _are_initials(words[i])):
        return False
    return words[i + 1].istitle() and (i == 0 or plain(words[i - 1]) in OFFICES or plain(words[i - 1]) in HONORIFICS)


def _are_initials(word: str) -> bool:
    """Tell whether two capitals may stand for given names: "Governor NP Singh", but not "PM Modi"."""
    return len(word) == 2 and word.isupper() and word not in _NO_INITIALS and plain(word) not in NOT_NAMES


def _is_english_given(words: list[str], i: int) -> bool:
    """Tell whether a word that is one of English too is the given name before the last word: "President To Lam"."""
    if i < 0 or words[i] not in ENGLISH_GIVEN or not words[-1].istitle():
        return False
    follows_office = i > 0 and (plain(words[i - 1]) in OFFICES or plain(words[i - 1]) in HONORIFICS)
    return follows_office or (i == 0 and words[i] == ENGLISH_GIVEN[0])


def _follows_office(text: str, start: int) -> bool:
    """Tell whether the word before a name is an office, or a comma that may follow one."""
    before = text[max(0, start - 20) : start].rsplit(None, 1)
    return bool(before) and (before[-1].endswith(",") or plain(before[-1]) in OFFICES)
