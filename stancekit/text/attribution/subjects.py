"""The subject of a verb of saying: the phrase before it that names who says."""

from __future__ import annotations

import re

from stancekit.text._words import Words
from stancekit.text.attribution.breaks import before_comma, last_break
from stancekit.text.attribution.callings import is_person
from stancekit.text.attribution.descriptions import are_agents, head_of
from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.openings import (
    DAY_FIRST,
    DETERMINED,
    NO_SUBJECT,
    PLACE_FIRST,
    after_opening,
    after_place,
)
from stancekit.text.attribution.pronouns import PRONOUNS
from stancekit.text.attribution.reporting import AUXILIARIES, DOCUMENTS, RELATIVE, VOICES
from stancekit.text.attribution.several import DETERMINERS, list_start
from stancekit.text.attribution.speakers import OWN_VOICE
from stancekit.text.attribution.texts import names_text
from stancekit.text.attribution.titles import AFTER_NAMES
from stancekit.text.attribution.verbs import word_set

OWN_OR_PRONOUN = OWN_VOICE | PRONOUNS.keys()
_CONDITIONS = frozenset({"When", "when", "If", "if", "Once", "once"})
_WHERE = frozenset({"in", "on", "at", "by"})
# "as the minister said" only points to what was said elsewhere, and "if he said" tells that he did not.
_NOT_SAID = word_set("as if unless")
# After "we’ll", "we’re" and "I’m" nothing has been said yet.
_LAWS = frozenset({"law", "act", "article", "decree", "section", "regulation", "directive"})
_RELATIVES = RELATIVE | {word.capitalize() for word in RELATIVE}  # not the "WHO"
_OURSELVES = frozenset({"I", "we", "We"})
_NOBODY = frozenset({"nobody", "none", "neither"})
_MUTE = _NOBODY | _LAWS
_NOT_YET = frozenset({"ll", "re", "m"})
# Firms whose names are genitives: "Moody’s warned of a downgrade".
_GENITIVE_NAMES = frozenset({"Moody's", "Poor's", "Lloyd's", "McDonald's", "Sotheby's", "Christie's", "Sainsbury's"})
# With these the paragraphs of resolutions begin: "Solemnly reaffirms that".
_HOW_ALONE = word_set(
    """
    solemnly strongly deeply firmly fully gravely categorically unequivocally resolutely also further again earnestly
    urgently formally explicitly specifically reaffirming recalling noting mindful
    """
)
# "Many a time the minister said"
_OFTEN = re.compile(
    r"\s*[“\"]?(?:Accordingly|Presumably|Obviously|Clearly|Unfortunately|Fortunately|Regrettably|Naturally|Certainly|Recently|"
    r"Similarly|Consequently|Evidently|Apparently|Likewise|Hence|Thus|Indeed|Surely|Finally|Lastly|Additionally|"
    r"Sadly|Significantly|Equally|Therefore|Many a time|Many times|Time and (?:time )?again|More than once|"
    r"Again and again|Once again|Once more|"
    r"Only recently|Not long ago|Long ago|For years|For decades|For (?:many|several) years),? "
)
# "I think the minister said"
_I_THINK = re.compile(
    r"\s*(?:(?:And|But|So|Well,|Look,|Again,) )?(?:I|[Ww]e) (?:think|believe|know|understand|guess|suppose|assume|"
    r"gather|mean)(?: that)? (?=\S)"
)
# "those to whom my Government reiterates"
_TO_WHOM = re.compile(r"(?:[^,;:]{0,80}\s)?whom\s+(?=(?:my|our)\s+\w+\s*$)")
_CONJUNCTIONS = (" and", " but", " while", " whilst", " whereas")

_BELONGING = frozenset({"of", "at", "in", "on", "for"})
# "The signatories – Chad and Peru – rejected"
_DASHES = (" –", " —", " -")
_DASHED = re.compile(r"\s[–—-]+\s?[^–—]{2,100}\s[–—-]+$")
_SOMEBODY = (
    *DETERMINERS,
    *(f"{word} " for word in "our Our my My your Your His Her Its Their one One some Some".split()),  # noqa: SIM905
)
_HOW = re.compile(r" ?(?:is|was) (?:how|what) ")
_LEAST_WHICH = 5  # words of a subject that holds a clause with "which"
_OBJECT_PRONOUNS = frozenset({"it", "you"})
_ORDINALS = word_set("first second third fourth last other next former latter")
_OPENING_WORDS = PLACE_FIRST | {"is", "was", "whose"}
# "The Government of Chad supports all measures and at this time": the subject of both verbs stands before the first.
_DOES_TOO = re.compile(
    r"(?P<who>(?:[\w’'-]+ ){1,7}?[\w’'-]+) (?:supports?|wish(?:es)?|believes?|maintains?|considers?|hopes?|"
    r"attach(?:es)?|feels?|"
    r"remains?|continues?|intends?|plans?|wants?|seeks?|knows?|rejoices?|appreciates?|recognizes?|stands?|is|are|was|were|has|"
    r"have|had|will) [^;:]*\band\b"
)
# "a party which did not exist then"
_WHICH = re.compile(r" which (?=[a-z]+ )")
# "the captain, in a declaration, confirmed"; "the bondholders, through their counsel, signalled"
_ASIDE_NEXT = re.compile(
    r", (?:who|whose|whom|which|where|when|while|before|since|although|though|if|[a-z]+(?:ed|ing)|(?:in|on|at|to|of|"
    r"for|with|from|by|through) who[ms]e?|in|through|on|at|after|speaking|writing|for|with|during|"
    r"via|from|by|under|an?|the|one|and (?:I|he|she|they|this|these|that)|not|never|once|long|now|then|himself|"
    r"herself|themselves|too|quite|rather|as)\s"
)
# What stands between commas behind these is told besides: "who met the chairman".
_ASIDE_FIRST = word_set("in who whose whom which with alongside beside flanked accompanied joined along together")
_ASIDE_NEXT_WORDS = frozenset({"by", "with", "to", "at", "alongside", "beside", "for", "in", "on", "after", "before"})
_SHORT = 9  # words, fewer of which stand before ", who"


def find_subject(text: str, table: Words, floor: int, stop: int) -> tuple[int, int, int] | None:
    """Find the subject that ends before a place: where its phrase begins, and where itself begins and ends."""
    piece = text[floor:stop].rstrip()
    end = floor + len(piece)
    if piece.endswith(","):
        return _subject_before_comma(text, table, floor, piece)
    if piece.endswith(_DASHES) and (opened := _DASHED.search(piece)) is not None:
        end = floor + opened.start()
    start = last_break(text, table, floor, end)
    return _checked(text, table, floor, start, end)


def _subject_before_comma(text: str, table: Words, floor: int, piece: str) -> tuple[int, int, int] | None:
    """Find the subject before a remark between commas: "Lee, the minister, said"; "Lee, in a speech, said"."""
    commas = _commas(piece)
    if len(commas) < 2:
        return _checked(
            text, table, floor, last_break(text, table, floor, floor + len(piece) - 1), floor + len(piece) - 1
        )
    named = piece[commas[-2] + 1 : -1].split()
    is_letters = len(named) == 1 and named[0] in AFTER_NAMES  # "Ann Lee, QC, said"
    if (
        0 < len(named) < 5
        and all(word[0].isupper() for word in named)
        and named[-1].lower() not in OFFICES
        and not is_letters
    ):
        office = last_break(text, table, floor, floor + commas[-2])
        before = text[office : floor + commas[-2]].split()
        if before and len(before) < 13 and any(word.lower() in OFFICES for word in before) and not _is_aside(before):
            return _before_conjunction(text, floor, office), floor + commas[-2] + 2, floor + len(piece) - 1
    for i in range(len(commas) - 2, max(-1, len(commas) - 6), -1):
        end = floor + commas[i]
        if text.startswith(")", end - 1) and (opened := text.rfind(" (", floor, end)) > 0:
            end = opened  # "Mr. Voss (Orvel), speaking for the Group, said"
        start = last_break(text, table, floor, end)
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if (
            text.startswith(("On ", "on ", "In ", "in "), start)
            and (day := DAY_FIRST.match(text, start, end)) is not None
        ):
            start = day.end()
        elif (blank := text.find(" ", start, end)) > 0 and text[start:blank] in PLACE_FIRST:
            start = after_place(text, start, end)
        phrase = text[start:end].strip()
        if (
            not phrase
            or _is_aside(phrase.split())
            or (i > 1 and _is_aside(piece[commas[i - 2] + 1 : commas[i - 1]].split()))
        ):
            continue  # "Ann Lee, whose predecessor, Max Berg, resigned, said"
        if _names(phrase) or _is_somebody(text, phrase, end):
            return _checked(text, table, floor, start, end)
    end = floor + len(piece) - 1
    return _checked(text, table, floor, last_break(text, table, floor, end), end)


def _is_aside(words: list[str]) -> bool:
    """Tell whether words between commas tell of others beside somebody: "flanked by the minister", "whose heir"."""
    first = words[0].lower() if words else ""
    return first in _ASIDE_FIRST or (len(words) > 1 and first.endswith(("ing", "ed")) and words[1] in _ASIDE_NEXT_WORDS)


def _commas(piece: str) -> list[int]:
    """Give where commas stand that part words."""
    commas = []
    at = piece.find(",")
    while at >= 0:
        if at == len(piece) - 1 or piece[at + 1] == " ":
            commas.append(at)
        at = piece.find(",", at + 1)
    return commas


def _is_somebody(text: str, phrase: str, end: int) -> bool:
    """Tell whether a short phrase means a person by what follows: "A docker, who asked not to be named, said"."""
    is_who = phrase.startswith(_SOMEBODY) and _ASIDE_NEXT.match(text, end) is not None
    return is_who and len(phrase.split()) < _SHORT


def _names(phrase: str) -> bool:
    """Tell whether a phrase is short and a name or an office."""
    words = phrase.split()
    if len(words) > 9 or words[0].lower() in (
        "in",
        "on",
        "at",
        "during",
        "after",
        "speaking",
        "of",
        "for",
        "to",
        "with",
    ):
        return False
    last = words[-1].lower()
    if words[-1][0].isupper() or last in OFFICES or last in VOICES or last in DOCUMENTS or last in PRONOUNS:
        return True
    head = head_of(phrase)
    return head in VOICES or head in OFFICES or is_person(head) or are_agents(head)


def _checked(text: str, table: Words, floor: int, start: int, end: int) -> tuple[int, int, int] | None:
    """Give a subject with the place where its phrase begins, unless it cannot speak."""
    on_day = -1
    start = _past_lead_in(text, start, end)
    if text.startswith(("On ", "on ", "In ", "in "), start):
        on_day, start = after_opening(text, start, end)
    words = text[start:end].split()
    if len(words) > 1 and words[-1] == "that":  # "a group that claims"
        end = start + len(text[start:end].rstrip()) - len(" that")
        words.pop()
    if words and words[0] in _OPENING_WORDS and on_day < 0:
        start, on_day = _past_opening(text, start, end, words)
        words = text[start:end].split()
    if not words or len(words) > 30 or (last := _last_speaking(words)) == "":
        return None
    end -= len(words[-1]) - len(last)
    words[-1] = last
    if not _may_speak(words):
        return None
    if len(words) > 1 and last.lower() in OWN_OR_PRONOUN and not _ends_with_pronoun(words):
        start += text[start:end].rindex(words[-1])
    while text[start] == " ":
        start += 1
    end = _before_clause(text, start, end, words)
    start = list_start(text, table, floor, start, end)
    return _before_conjunction(text, floor, start if on_day < 0 else min(on_day, start)), start, end


def _ends_with_pronoun(words: list[str]) -> bool:
    """Tell whether a pronoun at the end is no subject of its own: "the other one", "experts who have read it"."""
    is_object = words[-1] in _OBJECT_PRONOUNS and "who" in words[1:-2]
    return is_object or (words[-1] == "one" and (words[-2] == "Another" or words[-2].lower() in _ORDINALS))


def _past_lead_in(text: str, start: int, end: int) -> int:
    """Give where a subject begins behind "Recently", "I think" and "to whom"."""
    if (often := _OFTEN.match(text, start, end)) is not None:
        start = often.end()
    if (thought := _I_THINK.match(text, start, end)) is not None:
        start = thought.end()
    whom = _TO_WHOM.match(text, start, end)
    return start if whom is None else whom.end()


def _last_speaking(words: list[str]) -> str:
    """Give the last word of a subject; nothing where the words are none: "as the mayor", "Nobody", "Article 5"."""
    first = words[0].lower()
    if "than" in words[1:] and not AUXILIARIES.isdisjoint(words[: words.index("than")]):
        return ""  # "more must be done than Lee had proposed"
    if first in _NOT_SAID or words[-1] in _RELATIVES or words[-1] in _CONDITIONS:
        return ""
    if len(words) == 1 and first in _HOW_ALONE:
        return ""
    if first in _MUTE and (first in _NOBODY or any(word[0].isdigit() for word in words)):
        return "" if first in _NOBODY or not names_text(" ".join(words)) else words[-1]
    return _speaking(words[-1])


def _may_speak(words: list[str]) -> bool:
    """Tell whether a phrase may be a subject: not "had the union accused them", "a move is what analysts say"."""
    if not AUXILIARIES.isdisjoint(words) and "who" not in words and ("had" in words or words[-1].islower()):
        return False
    if "what" in words:  # "contradicting what the league had written"
        return False
    if (
        words[0] in _OURSELVES and len(words) > 1 and words[-1].lower() not in OWN_OR_PRONOUN
    ):  # "I invite Members to read my text"
        return False
    is_pronoun = len(words) > 2 and words[-1].lower() in OWN_OR_PRONOUN
    return words[0] not in _RELATIVES and (words[0] not in NO_SUBJECT or (is_pronoun and words[0].lower() in _WHERE))


def _before_clause(text: str, start: int, end: int, words: list[str]) -> int:
    """Give where a subject ends before what tells more of it: "the man who won", "a party which is new"."""
    if len(words) > _LEAST_WHICH and "and" in words and (doing := _DOES_TOO.match(text, start, end)) is not None:
        return doing.end("who")
    if "who" in words and (who := text.find(" who ", start, end)) >= 0 and text[start:who].lower() != "those":
        return who
    if len(words) <= _LEAST_WHICH or words[0] not in ("A", "a", "The", "the"):
        return end
    if "which" not in words:
        return end
    which = _WHICH.search(text, start, end)
    return end if which is None else which.start()


def _past_opening(text: str, start: int, end: int, words: list[str]) -> tuple[int, int]:
    """Give where a subject begins behind a place or "is how", and where its phrase does; -1 where that is the same.

    "In its report the fund said"; "“Wait” is how the mayor put it"; "whose mayor said".
    """
    later = start
    if words[0] == "whose" and len(words) > 1:
        later = text.index(words[1], start + len("whose"))
    elif words[0] in PLACE_FIRST:
        later = after_place(text, start, end)
    elif (how := _HOW.match(text, start, end)) is not None:
        later = how.end()
    return later, start if later > start else -1


def somebody_before(text: str, table: Words, floor: int, end: int) -> int:
    """Give where the last one is named, with an article, of whom ", who" goes on: "survived by a sister"; else -1."""
    subject = find_subject(text, table, floor, end)
    if subject is not None and text[subject[1] : end].split(maxsplit=1)[0].lower() not in OWN_OR_PRONOUN:
        return -1
    found = -1
    for match in DETERMINED.finditer(text, floor, end):
        phrase = text[match.start("who") : end]
        if match["before"] in _BELONGING and found >= 0:
            continue
        head = head_of(phrase)
        is_known = head in VOICES or head in OFFICES or is_person(head) or are_agents(head)
        if is_known and head != "one" and AUXILIARIES.isdisjoint(phrase.split()):
            found = match.start("who")
    # What stands before only names it further: "the mayor of the city"; a subject of its own is found elsewhere.
    return found if found >= 0 and text[floor:found].strip(' ,;:“”"') else -1


def _speaking(word: str) -> str:
    """Give the last word of a subject without "’ve"; nothing where nobody has spoken: "we’ll", "the States’ aim"."""
    if "’" not in word and "'" not in word:
        return word
    if word.replace("’", "'") in _GENITIVE_NAMES:
        return word
    own, _, rest = word.replace("’", "'").partition("'")
    if own.lower() in OWN_OR_PRONOUN:
        return "" if rest in _NOT_YET else own
    return "" if word.endswith(("’s", "'s", "’", "'")) else word


def _before_conjunction(text: str, floor: int, start: int) -> int:
    """Go back from a subject over the comma and the conjunction before it."""
    left = before_comma(text, start, floor)
    if not text.endswith(_CONJUNCTIONS, floor, left):
        return left
    return before_comma(text, text.rindex(" ", floor, left), floor)
