"""Where what is said ends: before remarks of the article, deeds of the speaker, days and places."""

from __future__ import annotations

import re

from stancekit.text._words import Words
from stancekit.text.attribution.cues import Cue, is_naming, is_relative
from stancekit.text.attribution.kinds import VENUE
from stancekit.text.attribution.nouns import CLAIMED, claimed_end
from stancekit.text.attribution.reporting import ASIDE, AUXILIARIES, DAY, MONTH, SHORT_VENUE
from stancekit.text.attribution.verbs import ASK, JUDGE, MAIN_FORM, VOW, word_set

# It begins with a set of signs, since that is searched for quickest.
_TURN_AWAY = re.compile(
    r"[,\s](?:(?<=,)\s(?:while|whilst|whereas|but|although|though|even though)\s|"
    r"(?<=\s)but\s(?=the |it |he |she |they |[A-Z]))"
)
# Where a clause between commas ends and the sentence goes on: "Lee, who accused the bank of fraud, was not in court".
GOES_ON = re.compile(
    r",\s(?=(?:is|are|was|were|has|have|had|will|would|must|can|could|may|should|did|does|also|[a-z]+ed|says|"
    rf"{MAIN_FORM})\b)"
)
_BUT_DEED = re.compile(
    r",? but (?:(?:also |then |later |has |had |have )?(?:gave|"
    r"did(?! not (?:wish|want|intend|seek|mean|need|plan|expect|believe|see))|"
    r"declined|refused|offered|provided|stopped|left|"
    r"stressed|made|"
    r"took|named|set|held|fell short|stood by|said|voiced|struck|ruled)|would not (?:say|elaborate|comment|name|"
    r"be drawn|"
    r"give|confirm|rule)|could not (?:say|confirm|give))\b"
)
_DEED = re.compile(
    r",? and (?:then |later |also )?(?:[a-z]+ed|left|met|went|took|made|gave|threw|sent|flew|set|put|won|led|held|"
    r"began|paid|cut)\s(?=(?:the|an?|any|all|every|no|this|that|these|those|such|his|her|its|their|it|him|them|to|for|on|out|"
    r"off|up|with|from|into|[A-Z]\S*)\b)"
)
_LISTED = re.compile(r",\s[\w-]+$")  # "a secure, open and interconnected region"
# After what is named by a noun another clause begins: "promised an inquiry, and the two presidents spoke on Friday".
_AND_CLAUSE = re.compile(
    r",\s(?:and|but|yet|so)\s(?=(?:(?:the|an?|his|her|its|their|both|two|three|some|[A-Z][\w’'-]*) "
    r"(?:(?!who\b|which\b|that\b|of\b|to\b|and\b)[\w’'-]+ ){1,6}?|(?:he|she|they|it) (?:also |then |later )?)"
    r"(?:is|was|were|are|has|had|have|will|would|did|does|can|could|spoke|said|went|came|took|made|gave|left|drew|led|got|"
    r"met|[a-z]{2,}(?<!e)ed)\s)"
)
_AND_DID = re.compile(
    r" (?:and|but|then) (?:(?:then|later|also|instead|in [^,;.]{3,30}?|at [^,;.]{3,20}?|on \w+) )?"
    r"(?=(?:signed|tasked|mentioned|looked forward|left|went|got|took|flew|returned|resigned|walked|withdrew|"
    r"adjourned|closed|sat|stood|"
    r"voted|adopted|approved|decided|resolved|agreed to|set up|sent|met|opened|launched|ordered|appointed|elected|"
    r"established|postponed|received|referred|presented|handed|filed|moved|turned|drove|rose|tore|threw|shook|bowed)\s)"
)
# What the speaker showed besides: "said that a boat was rammed and released a video".
_AND_SHOWED = re.compile(
    r",? and (?:then |also |later )?(?:released|circulated|tabled|produced|brandished|held up|quoted|read out|"
    r"cited|played|posted|shared|showed) (?=(?:an?|the|from|out|some|what|his|her|its|their|two|three) )"
)
_WHEN_DONE = re.compile(
    r"\s(?:when|while|because|after|before)\s"
    r"(?=(?:the |an? |he |she |it |they |[A-Z]\S+ )(?:\S+ ){0,4}?(?:\w+ed|was|were|had|is|has)\b)"
)
# "pledged to lift the ban after meeting Lee", "during a visit to the port"
_WHEN_VOWED = re.compile(
    r"\s(?:after|during|following)\s(?:an? |the |his |her |their |its )?(?:[\w-]+ )?"
    r"(?:meeting|talks|visit|visiting|hosting|receiving|(?:tele)?phone call|call|speech|summit|briefing)\b"
)
_SPEECH_LAST = re.compile(
    r"\s(?:during|in|at|on|via) (?:an?|his|her|their|its|the|another) (?:(?!and\b)[\w-]+ ){0,3}?(?:speech|interview|"
    r"tweet|(?:news|press) conference|briefing|address|sermon|op-ed|(?:tele)?phone call|video message|statement)\b"
    r"(?! (?:that|which|law|act))"
)
_EFFECT = re.compile(
    r",\s(?:effectively |thereby |thus |instantly |further )?(?:throwing|plunging|sending|leaving|sparking|prompting|"
    r"triggering|drawing|fuell?ing|dealing|putting|setting|marking|paving|bringing|casting|causing|pushing|forcing|"
    r"dashing|stoking|deepening|angering|infuriating|shocking|stunning|surprising|reversing|becoming|making|raising|"
    r"earning|escalating|opening|breaking|joining)\s"
)
_DAY_LAST = re.compile(
    rf"\s(?:(?:late |early |earlier )?on (?:{DAY}|{MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?)|"
    r"yesterday)(?: (?:morning|afternoon|evening|night))?[\s.,;]*$"
)
_PLACE_LAST = re.compile(SHORT_VENUE.pattern.replace(r"\s*,?\s*", r"\s", 1) + r"(?: on \w+)?[\s.,;]*$")
_WHEN = (" when ", " while ", " because ", " after ", " before ")
_WHERE = (" in ", " at ", " during ", " on ", " via ", " through ")
_DIGIT = re.compile(r"\d")
_LONGEST_DAY = 50
_LONGEST_WHO = 9
_LONGEST_WHO_CLAUSE = 80
_LONGEST_PLACE = 90
# After these a day may belong to what is wanted: "called for talks on Monday".
_WISHES = word_set("call demand propose recommend insist appeal suggest advocate plead argue")
# Between two dashes somebody is heard: "The levies – Lee admitted that they hurt bakers – will go".
_DASHES = frozenset("-–—")
_DASH = re.compile(r"\s[-–—]+\s")
# Whom it did not please, and how others read it.
_REMARK = re.compile(
    r",\s(?:only to (?:be|find|see|have|discover|learn|hear)|(?:ignoring|defying|flouting|disregarding|overriding|"
    r"bypassing|(?:brushing|shrugging) (?:aside|off)|"
    r"despite|in (?:spite|defiance) of|regardless of)|something (?:that|which) (?:the|an?|he|she|it|they|[A-Z][\w.]*)"
    r"|(?:which|something that) (?:is|was|are|were|"
    r"(?:has|have|had) been) (?:[a-z]+ly )?(?:considered|seen|viewed|"
    r"regarded|interpreted|perceived|understood|taken|thought|believed|met))\s"
)
# What made somebody ask for something: "called on makers to release doses after an outbreak that has killed 61".
_AFTER_EVENT = re.compile(
    r"\s(?:after|as)\s(?:an?|the|his|her|its|their|two|three|four|five|\d+)?\s?(?:[\w’'-]+ ){1,8}?"
    r"(?:(?:that|which|who) (?:has|have|had|[a-z]+ed|left|sank|cut|hit|swept)|(?:was|were|had|has|rose|fell|broke|"
    r"left|hit|"
    r"[a-z]{3,}ed) )"
)
# How the speaker looked, and what went on meanwhile: the article's own remarks.
_SEEMING = re.compile(
    r",\s(?:seeming|appearing|sounding|looking) (?:to be )?(?:\w+ly )?(?:confident|certain|sure|unsure|"
    r"uncertain|hopeful|optimistic|pessimistic|convinced|surprised|resigned|relaxed|eager|keen|willing|unwilling|reluctant|ready|upset|"
    r"angry|worried|pleased|unmoved|upbeat|defiant|tired)\b"
)
# What the report came after: "said the bridge was safe, a day after a span fell".
_AFTER_ANOTHER = re.compile(
    r",\s(?:(?:just|only|barely|less than|more than|nearly|almost|about|some) )?(?:(?:an?|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|\d+|several|a few|a couple of|a full) )?(?:minutes?|hours?|days?|weeks?|months?|years?|"
    r"moments) (?:after|before|ahead of|since)\s"
)
# What others say meanwhile: ", as aid groups warned that".
_AS_OTHERS = re.compile(
    r",\sas (?:[\w’'-]+ ){1,6}?(?:warned|said|urged|accused|called for|vowed|pledged|threatened|demanded|rejected|"
    r"condemned|announced|claimed) (?:that |to |of |the |an? |its |his |her |their |[A-Z])"
)
# What came of what was said, told of any verb: these deeds are hardly anybody's words.
_STIRRING = re.compile(
    r",\s(?:effectively |thereby |thus |instantly )?(?:throwing|plunging|sparking|prompting|triggering|drawing|"
    r"fuell?ing|"
    r"ending|capping|dashing|stoking|reversing|defying|contradicting|echoing|angering|infuriating|shocking|"
    r"stunning|surprising|sending shock|dimming|dampening|reviving|easing|complicating|"
    r"raising (?:fears|hopes|questions|the prospect)|casting doubt|"
    r"confirming (?:a|an|the)|"
    r"breaking (?:with|ranks)|joining (?:a|the))\b"
)
_MEANWHILE = re.compile(r",\s(?:at|in) an? (?:time|moment|period) when\b")


def before_remark(text: str, cue: Cue, limit: int) -> int:
    """Leave out what the article remarks on a report: ", a move that ...", ", but gave no details"."""
    if cue.lemma == CLAIMED:
        return _before_claimed(text, cue, limit)
    if text[cue.left - 1 : cue.left] in _DASHES and (closing := _DASH.search(text, cue.right, limit)) is not None:
        limit = closing.start() if closing.start() > cue.right + 1 else limit
    # "Lee, who accused the bank of fraud, left"; "The deal, hailed by the union as fair, must be ratified";
    # "The mayor, with the bank calling it a blip, left"
    is_between = is_relative(text, cue) or (cue.frame == JUDGE and cue.subject_start > cue.verb)
    is_between = is_between or text.startswith((", with ", ", whom "), cue.left) or _is_in_who(text, cue)
    if is_between and (end := GOES_ON.search(text, cue.right, limit)) is not None:
        limit = end.start()
    if text.find(" but ", cue.right, limit) >= 0 and (deed := _BUT_DEED.search(text, cue.right, limit)) is not None:
        limit = deed.start()
    if cue.has_that and text.find(" and ", cue.right, limit) >= 0:
        showed = _AND_SHOWED.search(text, cue.right, limit)
        limit = limit if showed is None else showed.start()
    if text.find(", ", cue.right, limit) < 0 and text.find(",” ", cue.right, limit) < 0:
        return limit if cue.frame not in (ASK, JUDGE, VOW) else _before_turn(text, cue, limit)
    return _before_asides(text, cue, limit)


def _is_in_who(text: str, cue: Cue) -> bool:
    """Tell whether a second verb ends a clause with "who": "Lee, who ran the bank and said it was sound, left"."""
    if cue.form != "coordinated":
        return False
    who = text.rfind(" who ", max(0, cue.left - _LONGEST_WHO_CLAUSE), cue.left)
    return who >= 0 and text.find(", ", who, cue.left) < 0 and ", " in text[max(0, who - _LONGEST_WHO_CLAUSE) : who + 1]


def _before_claimed(text: str, cue: Cue, limit: int) -> int:
    """Give where the content of a noun ends; where the noun opens a clause, at its verb."""
    before = text[max(0, cue.left - 8) : cue.left].rstrip()
    opens = not cue.has_that and (
        not before or before.endswith((".", ",", "that", "”", '"')) or text[cue.left - 1] == "\n"
    )
    return claimed_end(text, opens=opens, has_that=cue.has_that, start=cue.right, limit=limit)


def _before_asides(text: str, cue: Cue, limit: int) -> int:
    """Leave out what stands behind a comma and tells what came of a report, when it was made, and how it seemed."""
    if is_naming(cue):
        limit = _before_effect(text, cue.right, limit)
        if (found := _REMARK.search(text, cue.right, limit)) is not None:
            limit = found.start()
        if " when " in text[cue.right : limit] and (meanwhile := _MEANWHILE.search(text, cue.right, limit)) is not None:
            limit = meanwhile.start()
    if text.find(" after ", cue.right, limit) >= 0 or text.find(" before ", cue.right, limit) >= 0:
        after = _AFTER_ANOTHER.search(text, cue.right, limit)
        limit = limit if after is None else after.start()
    if text.find("ing ", cue.right, limit) >= 0:
        stirring = _STIRRING.search(text, cue.right, limit) if cue.form != "according" else None
        limit = limit if stirring is None else stirring.start()
        if (seeming := _SEEMING.search(text, cue.right, limit)) is not None:
            limit = seeming.start()
    if text.find(", as ", cue.right, limit) >= 0 and (others := _AS_OTHERS.search(text, cue.right, limit)) is not None:
        limit = others.start()
    aside = ASIDE.search(text, cue.right, limit)
    if aside is None and cue.frame in (ASK, JUDGE, VOW):
        return _before_turn(text, cue, limit)
    return limit if aside is None else aside.start()


def before_who(text: str, start: int, limit: int) -> int:
    """Leave out a relative word before a phrase between commas: "thanked drivers, who, he said, had saved lives"."""
    comma = text.rfind(", ", start, limit)
    return comma if comma >= 0 and limit - comma < _LONGEST_WHO else limit


def _before_turn(text: str, cue: Cue, limit: int) -> int:
    """End before "but" or "while", where the article goes on with somebody else."""
    turn = _TURN_AWAY.search(text, cue.right, limit)
    return limit if turn is None else turn.start()


def before_deed(text: str, words: Words, cue: Cue, start: int, limit: int) -> int:
    """Leave out what the speaker did besides, and when: "condemned the raid on Friday and summoned the envoy"."""
    if not is_naming(cue):
        return limit
    limit = _before_clause(text, cue, start, limit)
    if cue.frame == VOW:
        return _cut(text, _WHEN_VOWED, start, limit)
    piece = text[start:limit]
    # Cheap looks at words come before dear patterns.
    has_venue = words.any(VENUE, start, limit) and any(word in piece for word in _WHERE)
    if cue.frame == ASK:
        limit = _cut(text, _AFTER_EVENT, start, limit) if " after " in piece or " as " in piece else limit
        return _cut(text, _SPEECH_LAST, start, limit) if has_venue else limit
    if " and " in piece:
        deed = _cut(text, _DEED, start, limit)
        limit = limit if _LISTED.search(text, start, deed) is not None else deed
    if cue.lemma == "congratulate" and (on := text.find(" on ", start, limit)) >= 0:
        start = on + len(" on")  # "on his new post" says for what, and not where
    if has_venue:
        limit = _cut(text, _SPEECH_LAST, start, limit)
    if cue.lemma in _WISHES:
        return limit
    if any(word in piece for word in _WHEN):
        limit = _cut(text, _WHEN_DONE, start, limit)
    if has_venue:
        limit = _cut(text, _PLACE_LAST, start, limit, _LONGEST_PLACE)
    tail = text[max(start, limit - _LONGEST_DAY) : limit]
    return _cut(text, _DAY_LAST, start, limit, _LONGEST_DAY) if "day" in tail or _DIGIT.search(tail) else limit


def _before_clause(text: str, cue: Cue, start: int, limit: int) -> int:
    """End before another clause, and before what the speaker did besides."""
    if cue.frame == JUDGE and (colon := text.find(": ", start, limit)) > 0 and text[colon + 2 : colon + 3].islower():
        limit = colon
    if text.find(" and ", start, limit) < 0 and text.find(" but ", start, limit) < 0:
        return limit
    for pattern in (_AND_CLAUSE, _AND_DID):
        if (match := pattern.search(text, start, limit)) is not None:
            limit = match.start()
    return limit


def _before_effect(text: str, start: int, limit: int) -> int:
    """Leave out what came of what was said: "announced a ban, throwing the markets into panic"."""
    if text.find("ing ", start, limit) < 0:
        return limit
    effect = _EFFECT.search(text, start, limit)
    return limit if effect is None else effect.start()


def _cut(text: str, pattern: re.Pattern[str], start: int, limit: int, reach: int | None = None) -> int:
    """End before what a pattern finds, unless a whole clause stands before it."""
    match = pattern.search(text, start if reach is None else max(start, limit - reach), limit)
    if match is None or not AUXILIARIES.isdisjoint(text[start : match.start()].split()):
        return limit
    return match.start()
