"""What stands before the phrase that names a speaker, with no comma: "Yesterday the High Commissioner"."""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import word_set

# "My friend the Prime Minister of Chad"
_FRIEND = re.compile(
    r"(?:[Mm]y|[Oo]ur) (?:[a-z]+ )?(?:friend|colleague|brother|sister|counterpart|predecessor),? (?=the |"
    r"President |Prime |[A-Z])"
)
# "Our colleagues from the Office of Relief": the office speaks
_COLLEAGUES = re.compile(
    r"[Oo]ur (?:[a-z]+ )?(?:colleagues|friends|partners) (?:from|at|with|over at) (?=(?:the )?[A-Z])"
)
_POINTING = word_set("that this point day note occasion score front matter subject issue night basis question")
# "On that point the delegate": the phrase begins behind "on"
_ON_THAT = re.compile(
    r"(?:that |this )?(?:point|day|note|occasion|score|front|matter|subject|issue|night|basis|question) "
    r"(?=(?:the|our|his|her|their|its) )"
)
_FRONTED = word_set(
    "yesterday today tonight tomorrow now last this four three five six ten several some many at two recently "
    "once soon afterwards one"
)
# "Yesterday the High Commissioner", "Four years ago the Americans", "Now of course people"
_FRONTED_TIME = re.compile(
    r"(?:(?:[Yy]esterday|[Tt]oday|[Tt]onight|[Tt]omorrow|[Nn]ow|[Rr]ecently|[Oo]nce|[Ss]oon|[Aa]fterwards)"
    r"(?: (?:morning|afternoon|evening|night|again))?"
    r"|(?:[Ll]ast|[Tt]his) (?:week|month|year|night|morning|afternoon|evening|spring|summer|autumn|winter)"
    r"|(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Tt]en|[Ss]ome|[Ss]everal|[Mm]any|[Oo]ne) (?:hours?|days?|"
    r"weeks?|months?|"
    r"years?|decades?) (?:ago|later|before|earlier)|[Aa]t (?:this|that|the same) (?:point|time|moment|stage))"
    r"(?: of course)?,? (?=(?:the|an?|our|my|your|his|her|their|its|some|people|both|two|[A-Z][\w.-]+) ?)"
)
# "Before the High Court the applicants": nothing parts the place from who speaks.
_FRONTED_PLACE = re.compile(
    r"(?:[Ii]n|[Aa]t|[Bb]efore|[Aa]fter|[Dd]uring|[Oo]n|[Ww]ith) (?:the|an?|this|that|his|her|their|its|our|"
    r"my) (?:[\w’'-]+ ){0,3}?"
    r"(?!(?:of|for|to|in|on|at|and|from|with|by|or|between|against|over|about|all|both|than|as|that) )[\w’'-]+ "
    r"(?=(?:the|our|my|his|her|their|its) [\w’'-]+)"
)
_PLACING = word_set("in at before after during on with")
# The patterns that are tried behind a first word.
FRONTED = {
    word: tuple(
        pattern
        for words, pattern in (
            ({"my", "our"}, _FRIEND),
            ({"our"}, _COLLEAGUES),
            (_POINTING, _ON_THAT),
            (_FRONTED, _FRONTED_TIME),
            (_PLACING, _FRONTED_PLACE),
        )
        if word in words
    )
    for word in {"my", "our"} | _POINTING | _FRONTED | _PLACING
}


def past_fronted(text: str, start: int, end: int, first: str) -> int:
    """Give where a speaker's phrase begins behind a time, a place or a courtesy; -1 where nothing precedes it.

    Examples
    --------
    >>> past_fronted("Yesterday the minister", 0, 22, "yesterday")
    10
    """
    for pattern in FRONTED[first]:
        if (match := pattern.match(text, start, end)) is not None:
            return match.end()
    return -1
