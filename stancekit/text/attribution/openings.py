"""What opens a sentence before its subject: days, documents and places."""

from __future__ import annotations

import re

from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.descriptions import are_agents, head_of
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import AUXILIARIES, DAY, DOCUMENTS, MONTH, VOICES
from stancekit.text.attribution.verbs import word_set

NO_SUBJECT = word_set("against of for with from to by in on at about over into")
# "On Monday Ann Lee said"
DAY_FIRST = re.compile(
    rf"(?:[Oo]n (?:{DAY}(?: (?:morning|afternoon|evening|night))?|{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?|"
    rf"[Ii]n (?:(?:early |late |mid-)?{MONTH}(?: \d{{4}})?|\d{{4}})) (?=\S)"
)
# "In its latest bulletin the agency said"
_DOCUMENT_FIRST = re.compile(
    r"[Ii]n (?:its|his|her|their|an?|the) (?:[\w-]+ ){0,4}?(?:bulletin|update|report|statement|letter|speech|"
    r"address|ruling|"
    r"tweet|post|column|message|interview|verdict|memo|paper|submission|brief|reply) (?=(?:the|he|she|it|they|"
    r"[A-Z][\w’'.-]*)\b)"
)
# "At his trial the prosecutor demanded", "Before the vote Ann Lee said"
DETERMINED = re.compile(
    r"(?P<before>[\w’'.-]+) (?P<who>(?:the|an?|his|her|its|their|our|some|several|many|two|three|four|one|another|both|"
    r"most|all|few|other) (?=\w))"
)
_NAME_LAST = re.compile(r"(?P<before>[a-z][\w’'-]*|\d+) (?P<who>(?:[A-Z][\w’'.-]+ ?){1,5})$")
_INSIDE = word_set("between among under during after before and or the a an his her its their near within as than like")
_WORDS = re.compile(r"\S+")
_FIRST_WORDS = word_set("the a an his her its their our my some many most several both two three one another")
_SPEAKING_ALONE = word_set(
    "people critics experts officials some many others residents observers sources he she they we I"
)
_NOT_BEFORE = word_set(
    "of for with from by in on at to and or as than between against over about into under after before the a an his "
    "her its their our my some many most several both two three one another during amid through throughout across "
    "within In On At After During Before Since For From By Within Under This Last Two Three Four Five Ten"
)
_THEN_THE = re.compile(r"(?:Then|Now) (?=(?:the|our|my|his|her|an?) )")
# "Consequently, the forum"; of these none is a name.
_ADVERBS = word_set(
    """
    accordingly actually additionally admittedly alternatively apparently basically briefly certainly clearly
    consequently conversely correspondingly crucially currently curiously equally eventually evidently exactly
    explicitly finally firstly secondly thirdly fourthly fifthly sixthly lastly formerly fortunately frankly frequently
    fundamentally generally gradually happily historically hopefully ideally immediately importantly increasingly
    indirectly inevitably initially interestingly ironically largely lately mainly mostly naturally notably obviously
    occasionally officially originally oddly paradoxically particularly personally politically possibly practically
    predictably presently previously primarily probably properly quickly rarely really recently regrettably regularly
    relatively repeatedly reportedly sadly secondarily seemingly seriously significantly similarly simply
    simultaneously specifically strangely subsequently suddenly surely surprisingly tragically traditionally truly
    typically ultimately undoubtedly unfortunately universally unquestionably unsurprisingly usually virtually
    however therefore indeed thus hence moreover furthermore nevertheless nonetheless meanwhile besides likewise
    instead otherwise but and also
    """
)
_ALSO_NAMES = word_set("still overall today now then yet first second third again next so")  # adverbs before a comma
_LONGEST_ADVERB = 20
_NUMBERS = word_set("Years Two Three Four Five Ten")
_TIMES = word_set("week month year morning evening night time summer winter spring autumn weekend century day")
# Before a subject these begin a place or a time: "In its report the fund said".
PLACE_FIRST = word_set(
    "Yesterday Today Last This Years Two Three Four Five Ten Then Now In On At After During Before Since For From By "
    "Under Within Throughout Against Without To Around"
)


def past_adverb(text: str, start: int, end: int) -> int:
    """Give where a sentence begins behind an adverb and its comma.

    Examples
    --------
    >>> past_adverb("Consequently, the forum met.", 0, 28), past_adverb("Italy, Spain and France met.", 0, 28)
    (14, 0)
    """
    comma = text.find(",", start, min(end, start + _LONGEST_ADVERB))
    word = text[start:comma].lower() if comma > 0 else ""
    if word not in _ADVERBS and word not in _ALSO_NAMES:
        return start
    behind = text[comma + 1 : end]
    return comma + 1 + len(behind) - len(behind.lstrip())


def is_adverb(word: str) -> bool:
    """Tell whether a word with a capital opens a sentence and names nobody: "Regrettably", not "Coulibaly"."""
    return word.lower() in _ADVERBS


def after_place(text: str, start: int, end: int) -> int:
    """Give where a subject begins behind a place with no comma after it: "In its report the fund said"."""
    if (then := _THEN_THE.match(text, start, end)) is not None:
        return then.end()
    if (named := _named_after_place(text, start, end)) >= 0:
        return named
    words = [(match.start(), match[0]) for match in _WORDS.finditer(text, start, end)]
    first = words[0][1]
    if (first in _NUMBERS and " ago " not in text[start:end]) or (
        first in ("Last", "This") and words[1:2] and words[1][1] not in _TIMES
    ):
        return start
    for (_, before), (at, word) in zip(reversed(words[:-1]), reversed(words[1:]), strict=True):
        is_first = word in _FIRST_WORDS or (at == words[-1][0] and word in _SPEAKING_ALONE)
        if is_first and before not in _NOT_BEFORE:
            return at
    return start


def after_opening(text: str, start: int, end: int) -> tuple[int, int]:
    """Give where "On Monday" or "In its report" begins, -1 if nothing does, and where the subject behind it does."""
    opening = DAY_FIRST.match(text, start, end) or _DOCUMENT_FIRST.match(text, start, end)
    return (-1, start) if opening is None else (start, opening.end())


def _named_after_place(text: str, start: int, end: int) -> int:
    """Give where who speaks is named after a place or a time: "At his trial the prosecutor said"; -1 if nowhere."""
    first = text[start:end].split(" ", 1)[0]
    if first in _NUMBERS:
        return -1
    found = -1
    for match in DETERMINED.finditer(text, start + len(first), end):
        if match["before"].lower() in NO_SUBJECT or match["before"].lower() in _INSIDE:
            continue
        phrase = text[match.start("who") : end]
        if not AUXILIARIES.isdisjoint(phrase.split()) or " who " in phrase:
            continue
        head = head_of(phrase)
        if head in VOICES or head in OFFICES or head in DOCUMENTS or is_person(head) or are_agents(head):
            found = match.start("who")
    if found >= 0:
        return found
    named = _NAME_LAST.search(text, start + 2, end)
    if named is None or named["before"].lower() in NO_SUBJECT or named["before"].lower() in _INSIDE:
        return -1
    return named.start("who")
