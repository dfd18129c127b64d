"""Phrases of saying made of a plain verb and a noun: "took the view that", "drew attention to", "made a plea to"."""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import ASK, CLAUSE, JUDGE, inflections

_SOME = (
    r"(?:an? |the |his |her |its |their |another |some |no |renewed |serious |grave |[a-z]+[’']s )?(?:[a-z-]+ ){0,2}?"
)
_TO_WHOM = r"(?: (?:to|with|through|in|at|before) [^,;:“”\"]{2,60}?)?"
_WORRY = (
    r"(?:concerns?|doubts?|questions?|objections?|fears?|worries|misgivings|reservations|alarm|alarms|alarm bells?)"
)
_WARNING = r"(?:alarms?|warnings?|alarm bells?|notes? of (?:caution|warning|alarm|optimism))"
_WORD = r"(?:assurances?|word|notice|warning|guarantees?|undertaking|pledge|promise|evidence|testimony)"

# For each verb: what makes a phrase of saying of it, from its first letter on, and what follows.
_PHRASES: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "wish": ((re.compile(r"wish(?:ed|es) it (?:to be )?(?:put on record|recorded|noted|minuted|"
    r"known) (?=that )"), CLAUSE),),
    "draw": ((re.compile(r"dr(?:ew|aws?|awing) (?:[\w’'-]+ ){0,3}?attention to(?= )"), JUDGE),),
    "take": (
        (re.compile(r"t(?:ook|akes?|aking) issue with(?= )"), JUDGE),
        (re.compile(r"t(?:ook|akes?|aking) [^,;:“”\"]{2,50}? to task (?:for|over)(?= )"), JUDGE),
        (re.compile(r"t(?:ook|akes?|aking) the (?:[a-z]+ )?(?:view|position|line|stance)(?= that )"), CLAUSE),
    ),
    "hold": ((re.compile(r"h(?:eld|olds?|olding) the (?:[a-z]+ )?(?:view|position|opinion)(?= that )"), CLAUSE),),
    "raise": (
        (re.compile(rf"rais(?:ed|es|ing) {_SOME}{_WORRY} (?:over|about|that|as to|regarding|at|to)(?= )"), JUDGE),
    ),
    "sound": ((re.compile(rf"sound(?:ed|s|ing) {_SOME}{_WARNING} (?:over|about|on|that|"
    rf"of)(?= )", re.IGNORECASE), JUDGE),),
    "give": ((re.compile(rf"g(?:ave|ives?|iving) {_SOME}{_WORD}{_TO_WHOM} (?=that )"), CLAUSE),),
    "find": ((re.compile(r"f(?:ound|inds?)(?=(?:, [^,;:“”\"]{3,60},)? that )"), CLAUSE),),
    "serve": ((re.compile(rf"serv(?:ed|es|ing) notice{_TO_WHOM} (?=that )"), CLAUSE),),
    "make": (
        (re.compile(rf"ma(?:de|kes|king) {_SOME}(?:plea|appeal|call|request) for(?= )"), JUDGE),
        (
            re.compile(
                rf"ma(?:de|kes|king) {_SOME}(?:plea|appeal|call|request) (?:to|"
                rf"on)(?= (?!(?:the )?[a-z]+ the )[^,;:“”\"]{{2,60}} (?:not )?to [a-z])"
            ),
            ASK,
        ),
    ),
}  # fmt: skip
_FORMS = {
    "wish": "wished wishes", "draw": "drew draws draw drawing",
    "take": "took takes take taking", "hold": "held holds hold holding", "raise": "raised raises raising",
    "find": "found finds",
    "sound": "sounded sounds sounding",
    "give": "gave gives give giving",
    "serve": "served serves serving",
    "make": "made makes making",
}  # fmt: skip
# Each form of these verbs, and its first form.
RECORD_VERBS = {form: verb for verb, forms in _FORMS.items() for form in forms.split()}
# What such a phrase is taken for.
RECORD_LEMMAS = {ASK: "urge", CLAUSE: "declare", JUDGE: "voice"}
_FEELING = re.compile(
    r"\s(?:(?:the|an?|his|her|its|their|our|some|[\w-]+[’']s?|(?:his|her|its|"
    r"their) \w+[’']s) )?(?:[a-z-]+,? (?:and )?){0,3}?"
    r"(?:hopes?|views?|opinion|belief|expectations?|confidence|conviction|wish|desire|concerns?|dismay|regrets?|fears?|"
    r"optimism|alarm|frustration|disappointment|certainty|doubts?|surprise|outrage|shock|sadness|sorrow|anger|worry|"
    r"worries|misgivings|unease|disquiet|indignation|assurance|understanding|reservations?|"
    r"condolences to [^,;:“”\"]{2,80}?) "
    r"(?:that|over)(?= )"
)  # fmt: skip
FEELING_VERBS = frozenset({"express", "voice", "share", "convey", "reiterate", "renew", "restate", "extend", "repeat"})


# What must follow soon, so that the patterns are tried at all.
_KEYS = {
    "wish": " it ", "draw": "attention to ", "take": " t", "hold": " the ",
    "raise": "s", "sound": " ", "give": " that ", "serve": " notice", "find": " that ",
}  # fmt: skip
GATES = {form: _KEYS[verb] for form, verb in RECORD_VERBS.items() if verb in _KEYS}
for _verb in ("hold", "submit", "share", "record"):
    _key = " as " if _verb == "record" else " that "
    GATES.update(dict.fromkeys((_verb, *inflections(_verb)), _key))
NEAR = 100  # characters in which such a word is looked for


def record_phrase(text: str, verb: str, at: int, limit: int) -> tuple[int, str] | None:
    """Find where a phrase of saying ends that such a verb begins, and what follows it."""
    for pattern, frame in _PHRASES[verb]:
        if (match := pattern.match(text, at, limit)) is not None:
            return match.end() - text[match.end() - 1].isspace(), frame
    return None


def feeling_end(text: str, at: int, limit: int) -> tuple[int, bool] | None:
    """Find what is felt after "expressed the hope that", "voiced her alarm over", and whether "that" precedes it."""
    match = _FEELING.match(text, at, limit)
    return None if match is None else (match.end() + 1, text.endswith("that", at, match.end()))
