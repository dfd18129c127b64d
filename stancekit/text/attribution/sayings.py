"""Phrases of saying whose word is no verb of saying: "was clear that", "their message is that", "let us know that"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancekit.text.attribution.verbs import CLAUSE, JUDGE, word_set

# Of whom it is told that he was so, he said it: "was adamant that".
OUTSPOKEN = word_set(
    """
    clear adamant explicit firm categorical emphatic blunt unequivocal insistent candid frank direct vocal outspoken
    unambiguous forthright definite plain
    """
)
# What somebody's words are: "their message is that", "made the point that", "with the remark that".
SPOKEN = word_set(
    """
    message argument reply answer response request demand claim contention complaint warning advice plea promise pledge
    explanation excuse objection suggestion proposal retort comment remark point case words word allegation charge
    accusation statement verdict recommendation assurance assurances threat appeal line announcement observation
    guarantee guarantees signal reminder declaration rejoinder justification caveat disclaimer warnings
    messages arguments version conclusion view
    """
)
KNOWING = frozenset({"know", "known"})
HEARING = frozenset({"heard", "hear", "hears"})
# Every word of which such a phrase may be known.
SAYING_WORDS = OUTSPOKEN | SPOKEN | KNOWING | HEARING

NOUN_NEXT = (
    " is",
    " was",
    " came ",
    " has been",
    " from ",
    " of ",
)  # after these words a verb stands, and none of them is one
_REACH = 110  # characters before the word that are looked at
_IS = r"(?:is|are|was|were|has been|have been|had been|remains?|remained|will be)"
_IS_SO = re.compile(
    rf"(?: {_IS}|[’'](?:s|re|ve|d)(?: been)?)(?: (?:\w+ly|very|quite|always|also|equally|just as|pretty|so|more "
    rf"than|rather|"
    r"been|both|perfectly|crystal|equally|no less))* $"
)
_THAT_AFTER = re.compile(
    r"(?: (?:with|to|in|on|at|about|again|today|yesterday|here|throughout|from)\b[^,;:“”\".]{0,70}?)?"
    r"(?:, [^;:“”\".]{2,90},)?(?: about the fact| from the beginning| from the start)? (?P<that>that )"
)
_FACT_AFTER = re.compile(r"[^.;:“”\"]{0,110}? (?:about|on) the fact (?P<that>that )")
_WHOSE = re.compile(
    r"(?P<who>\b(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|(?:[Tt]he |[Aa]n? |[Oo]ur |[Mm]y |[Yy]our )?[\w.-]+(?: "
    r"[\w.&-]+){0,5}?(?=[’']s? )))"
    r"(?:[’']s?)? (?:[a-z-]+ ){0,3}$"
)
_THE = re.compile(r"(?<![\w’'])(?:[Tt]he|[Aa]n?|[Oo]ne|[Tt]his) (?:[a-z-]+ ){0,2}$")
_OF_WHOM = re.compile(
    r" (?:from|of|by) (?P<who>(?:the |an? |our |my |his |her |their )?[\w’'.-]+(?: [\w’'.-]+){0,7}?)(?=,| (?:is|was|"
    r"has|to|on|about)\b)"
)
_WAS = re.compile(
    r"(?: (?:to|on|about|at|in|back|here|this|there)\b[^,;:“”\"]{0,60}?)?(?:, [^;:“”\"]{2,90},)?"
    rf" (?:(?:is|was)(?=[ ,:])|{_IS}(?: always been)?|came [^:“”\"]{{2,60}}(?=: [“\"]))(?: (?:\w+ly|simple|clear|"
    rf"always|the same|short|also|and|very|quite|plain|just|again|"
    r"this|as follows|loud|that of|blunt|crisp|brief|one of|still|short and simple|even))*"
    r"(?P<what>,? that |: ?|,? ?(?=[“\"‘'«])| (?=for |whether ))"
)
_DOES = re.compile(
    r"\b(?P<verb>mak(?:es?|ing)|made|giv(?:es?|ing|en)|gave|sen(?:ds?|t|ding)|put(?:s|ting)? (?:forward|out|across)|"
    r"rais(?:es?|ed|ing)|issu(?:es?|ed|ing)|repeat(?:s|ed|ing)?|deliver(?:s|ed|ing)?|offer(?:s|ed|ing)?|advanc(?:es?|ed)|push(?:es|ed|ing)?|"
    r"spread(?:s|ing)?|voic(?:es?|ed|ing)|came (?:out |up |back |forward |away )?with|comes? (?:out |up |back )?with|"
    r"convey(?:s|ed|ing)?|float(?:s|ed|ing)?|renew(?:s|ed)?|add(?:s|ed)?|brought|bring(?:s)?|carr(?:y|ies|ied)|press(?:es|ed)?|"
    r"circulat(?:es?|ed|ing)|level(?:s|led|ed)?|sound(?:s|ed)?)"
    r"(?: (?:me|us|him|her|them|you|everyone|everybody|[\w’'-]+ sides?|the [\w’'-]+))?"
    r"(?: (?:the|an?|his|her|its|their|this|that|one|another|two|some))?(?: [a-z-]+){0,3} $"
)
# "a reply that pleased"
_NO_CLAUSE = r"(?!(?:has|have|had|is|was|are|were|will|would|can|could|may|might|must|should|[a-z]+ed) )"
_TO_WHOM_THAT = re.compile(
    r"(?: (?:to|for|at|in|on|of|before|from|today|yesterday|again|once|here)\b[^,;:“”\".]{0,60}?)? (?P<that>that )"
    + _NO_CLAUSE
)
_WITH = re.compile(r"\b(?P<with>with) (?:the|an?|his|her|its|their|these|those)(?: [a-z-]+){0,2} $")
_WITH_THAT = re.compile(r" (?P<that>that )" + _NO_CLAUSE + r"|[:,]? ?(?=[“\"‘«])")
# "a banner with the words “No”": read, and said by nobody
_ON_SIGN = re.compile(
    r"\b(?:banner|placard|sign|poster|T-shirt|billboard|mural|sticker|badge|leaflet|card|flag|sheet)s? $"
)
_LET = re.compile(
    r"(?P<verb>\blet(?:s|ting)?) (?:(?:me|us|him|her|them|you|it be|everyone|everybody|[\w’'.-]+(?: [\w’'.-]+){0,3}) )$"
)
_LET_THAT = re.compile(r"[^,;:“”\".]{0,50}? (?P<that>that )")
_WANTS = re.compile(
    r"(?P<verb>\b(?:want|wish|ask|demand|request|need|like)(?:s|es|ed)?|\b(?:is|are|was|were) (?:asking|demanding|"
    r"curious)|"
    r"\bwould (?:like|want|love)) to $"
)
_WHAT = re.compile(
    r" (?:from (?:me|us|him|her|them|you) )?(?=(?:whether|if|how|why|what|when|where|who|whom|whose|which)\b)"
)
# "we heard from the owners that", "what we hear from the owners is that"
_HEARD_FROM = re.compile(
    r" (?:back |again |directly |today |yesterday )*from (?P<who>[^,;:“”\".]{2,90}?)(?:,? (?:is|was|has been))? "
    r"(?P<that>that )" + _NO_CLAUSE
)
# "you have heard the minister say that"
_HEARD_SAY = re.compile(
    r"\b(?:hear|heard|hears|hearing|listen(?:ed)? to|watch(?:ed)?|saw|seen) (?P<who>him|her|them|(?:the |our |my |"
    r"your )?[\w’'.-]+"
    r"(?: [\w’'.-]+){0,4}?)(?: (?:often|once|again|repeatedly|publicly|just|always|\w+ly))? $"
)
# "a letter from the mayor saying"
_FROM_WHOM = re.compile(
    r"\b(?:letters?|messages?|notes?|calls?|e-?mails?|texts?|statements?|telegrams?|cables?|reports?|petitions?|"
    r"tweets?|memos?) from "
    r"(?P<who>(?:the |an? |his |her |their |our |my )?[^,;:“”\".]{2,60}?)(?: (?:last|this|on|yesterday|"
    r"today)\b[\w ]{0,20})? $"
)
_OWN = frozenset("my our your".split())  # noqa: SIM905
_NO_ONE = frozenset("it this that there what which who i we you one".split())  # noqa: SIM905
# "to quote Lee: “...”"
IN_WORDS = re.compile(
    r"\b[Tt]o (?:quote|cite|borrow from) (?P<who>[^,;:“”\"]{2,80}?)"
    r"(?:[’']s? (?:words|phrase|line|formula))?[,:]? $"
)
# "they put it to him that"
PUT_TO = re.compile(r" it to [^,;:“”\".]{2,50}? that ")
# "and he goes, “...”"
GOES = re.compile(r"(?: like)?[,:]? (?=[“\"‘])")
# "spoke of “an interruption”"
SPEAKS_OF = re.compile(r" (?:\w+ly )?(?:of|about) (?:an? |the |his |her |its |their )?(?=[“\"‘«])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A phrase of saying around a word.

    Attributes
    ----------
    start : int
        Where its verb begins; its subject ends before it.
    end : int
        Where what is said begins.
    who : (int, int) or None
        Whose words they are, where no subject tells it.
    form : str
        "finite" or "participle".
    frame : str
        What follows.
    has_that : bool
        Whether "that" precedes it.
    """

    start: int
    end: int
    who: tuple[int, int] | None = None
    form: str = "finite"
    frame: str = CLAUSE
    has_that: bool = True


_LINK = re.compile(r" (?:that |was|is|been|were|came )")


def may_say(text: str, low: str, at: int, end: int) -> bool:
    """Tell by a short look whether a word that is no verb may be a phrase of saying: what is said must follow."""
    if low in KNOWING:
        return text.endswith("o ", 0, at) or text.find("let", max(0, at - _REACH), at) >= 0
    if text.find("“", end, end + 4) >= 0 or text.endswith("o ", 0, at):
        return True
    return _LINK.search(text, end, end + _REACH) is not None


def find_saying(text: str, word: str, floor: int, at: int, end: int, limit: int) -> Saying | None:
    """Find a phrase of saying around a word.

    Parameters
    ----------
    text : str
        The article.
    word : str
        The word in small letters.
    floor : int
        Where it may begin at the earliest.
    at, end : int
        Where the word stands.
    limit : int
        Where its sentence ends.
    """
    low = max(floor, at - _REACH)
    if word in KNOWING:
        return _knowing(text, low, at, end, limit)
    if word in HEARING:
        heard = _HEARD_FROM.match(text, end, limit)
        return None if heard is None else Saying(start=at, end=heard.end("that"), who=heard.span("who"))
    if word in OUTSPOKEN:
        return _outspoken(text, low, at, end, limit)
    return _words_of(text, low, at, end, limit) or _does(text, low, at, end, limit)


def heard_say(text: str, floor: int, at: int) -> tuple[int, int] | None:
    """Give where those stand whom others have heard say something: "you heard the minister say"."""
    who = _HEARD_SAY.search(text, max(floor, at - _REACH), at)
    return None if who is None or who["who"].lower().split()[0] in _NO_ONE else who.span("who")


def from_whom(text: str, floor: int, at: int) -> tuple[int, int] | None:
    """Give where those stand from whom something comes before a participle: "a letter from the mayor saying"."""
    if text.rfind(" from ", floor, at) < 0:
        return None
    who = _FROM_WHOM.search(text, max(floor, at - _REACH), at)
    return None if who is None else who.span("who")


def _outspoken(text: str, low: int, at: int, end: int, limit: int) -> Saying | None:
    """Read "the minister was very clear that"."""
    if text.find(" that ", end, min(limit, end + 2 * _REACH)) < 0:
        return None
    if (so := _IS_SO.search(text, low, at)) is None:
        return None
    that = _THAT_AFTER.match(text, end, limit) or _FACT_AFTER.match(text, end, limit)
    words = text[low : so.start()].split()
    if that is None or not words or words[-1].lower() in _NO_ONE:
        return None
    return Saying(start=so.start(), end=that.end("that"))


def _words_of(text: str, low: int, at: int, end: int, limit: int) -> Saying | None:
    """Read "their message is that" and "the answer from the bank was: “No.”"."""
    of = _OF_WHOM.match(text, end, limit) if text.startswith((" from ", " of ", " by "), end) else None
    was = _WAS.match(text, end if of is None else of.end(), limit)
    if was is None:
        return None
    before = _THE.search(text, low, at) if of is not None else _WHOSE.search(text, low, at)
    who = of or before
    if before is None or who is None or who["who"].lower().split()[0] in _OWN:
        return None
    what = was["what"].strip(" ,")
    start = before.start()
    if text.startswith("for ", was.end()):
        return Saying(start=start, end=was.end() + len("for "), who=who.span("who"), frame=JUDGE, has_that=False)
    return Saying(
        start=start,
        end=was.end(),
        who=who.span("who"),
        has_that=what in ("that", ":") or text.startswith("whether ", was.end()),
    )


def _does(text: str, low: int, at: int, end: int, limit: int) -> Saying | None:
    """Read "made the point that", "with the remark that"."""
    if text[at - 1] != " ":
        return None
    that = _TO_WHOM_THAT.match(text, end, limit)
    if that is not None and (does := _DOES.search(text, low, at)) is not None:
        verb = does["verb"].split(" ")[0]
        return Saying(start=does.start(), end=that.end("that"), form="participle" if verb.endswith("ing") else "finite")
    before = _WITH.search(text, low, at) if text.rfind("with ", low, at) >= 0 else None
    after = _WITH_THAT.match(text, end, limit) if before is not None else None
    if before is None or after is None or _ON_SIGN.search(text, low, before.start()) is not None:
        return None
    return Saying(start=before.start(), end=after.end(), form="participle", has_that=after["that"] is not None)


def _knowing(text: str, low: int, at: int, end: int, limit: int) -> Saying | None:
    """Read "let us know that" and "wanted to know whether"."""
    if (let := _LET.search(text, low, at)) is not None:
        that = _LET_THAT.match(text, end, limit)
        form = "participle" if let["verb"] == "letting" else "finite"
        return None if that is None else Saying(start=let.start(), end=that.end("that"), form=form)
    if (wants := _WANTS.search(text, low, at)) is not None and (what := _WHAT.match(text, end, limit)) is not None:
        return Saying(start=wants.start(), end=what.end())
    return None
