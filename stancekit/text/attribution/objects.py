"""What the object of a verb tells about it: "named the ban as the cause" reports, "named a new chair" does not."""

from __future__ import annotations

import re

from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import (
    AS,
    AUXILIARIES,
    CLAUSE,
    DAY,
    FRAMES,
    JUDGE,
    STRICT,
    TELL,
    TO_DO,
    word_set,
)

# Of these nothing but an attitude is told: "reaffirmed its commitment to the deal".
_ATTITUDE = re.compile(
    r"\s(?:(?:his|her|its|their|the (?:\w+ ){1,2}of|[A-Z][\w.]+['’]s?) (?:[\w-]+ (?:and )?){0,3}?(?:readiness|"
    r"willingness|commitment|determination|resolve|support|opposition|solidarity|concerns?|hopes?|intention|desire|"
    r"objections?|interest|gratitude|thanks|appreciation|condolences|sympathy|sympathies|congratulations|greetings|"
    r"apolog(?:y|ies)|best wishes|pledges?|promises?|vow|calls?|demands?|appeals?|warnings?|offer|threats?|position|"
    r"rejection|adherence|dissatisfaction|satisfaction|disapproval|approval|preference|openness|reluctance|refusal)"
    r"|condolences|congratulations|sympathies|apologies|best wishes|heartfelt thanks)\b"
)
_AFFIRMING = frozenset({"affirm", "reaffirm", "restate"})
# "reaffirmed the importance of talks", "affirmed a common resolve to act"
_AFFIRMED = re.compile(
    _ATTITUDE.pattern
    + r"|\s(?:the|an?) (?:[\w’'-]+ ){0,4}?(?:resolve|commitments?|determination|importance|need|necessity|"
    r"rights?|value|validity|principles?|support|readiness|willingness|solidarity|strength|centrality|relevance|"
    r"significance|primacy|inviolability|urgency|desire|intention|obligation|goals?|role)\b"
)
# These tell an attitude only together with what is said: "offered its condolences", not "offered its support".
_SENDING = frozenset({"offer", "extend", "renew", "convey"})
_SENT = re.compile(
    r"\s(?:(?:his|her|its|their) (?:[\w-]+ (?:and )?){0,3}?)?(?:gratitude|thanks|appreciation|condolences|sympathy|"
    r"sympathies|congratulations|greetings|apolog(?:y|ies)|best wishes|pledges?|promises?|vow|calls?|demands?|appeals?|"
    r"warnings?|threats?|concerns?|commitment)\b"
)
# After what is written for others to read a participle tells what it says: "a letter on Monday urging restraint".
_WRITTEN = re.compile(
    rf"\b(?:statement|letter|resolution|petition|motion|message|tweet|note|declaration|communique|memorandum|memo|advisory|"
    rf"e-?mail|brief|complaint|lawsuit|leaflet|circular|notice|poster|op-ed|column|(?:press |news )release|video|"
    rf"appeal|"
    rf"communiqué|directive|decree|edict|fatwa|notification|bulletin|manifesto|placards?|signs?|banners?|text|paper|cable|"
    rf"submission|affidavit|thread|post|article|editorial|interview|speech|report)"
    rf"(?: (?:(?:late |early )?(?:on )?{DAY}|last \w+|earlier|yesterday|today|this \w+|(?:about |just |only "
    rf")?(?:an?|two|three|"
    rf"four|five|six|ten|several|some|a few) (?:minutes?|hours?|days?|weeks?|months?|years?) (?:ago|later|earlier)))?"
    r"(?: (?:addressed )?to (?:[\w’'.-]+ ){0,9}[\w’'.-]+)?\s*$"
)
# Who is warned, before "that".
_WARNED = re.compile(
    r"\s(?!that\b)((?:[^\s,;:“”]+ ){1,8}?(?=that\b)|[^\s,;:“”]+(?: [^\s,;:“”]+){0,5}?(?=, [^;:“”]{2,110}, that\b))"
)
_BEFORE_MARKS = re.compile(r" (?:me|us|him|her|them|you|[a-z]+s|[A-Z]\w+)(?: [a-z]+){0,3}[,:] (?=[“\"‘«])")
_ARTICLE_WITHIN = re.compile(r"\w (?:the|an?|no|its|their|some|more|every) |^(?:an?|no|some|more|every) ")
_TELLS_WHOM = frozenset({"warn", "advise", "caution", "promise", "teach"})
# What is refused by saying so; an offer or a plan is refused by doing nothing.
_REFUSED = re.compile(
    r"\s(?:[\w’'.-]+ ){0,6}?[“\"]?(?:claims?|charges?|accusations?|allegations?|assertions?|suggestions?|notions?|"
    r"ideas?|criticisms?|calls?|reports?|remarks?|comments?|concerns?|fears?|rumou?rs?|speculations?|arguments?|"
    r"demands?|warnings?|threats?|complaints?|statements?|insinuations?|interpretations?|notifications?|findings?|verdicts?|"
    r"rulings?|conclusions?|characteri[sz]ations?|possibility|views?|narratives?|questions?|as)\b"
)
# What is told by outlining it; the state of affairs is only described.
_OUTLINED = re.compile(
    r"\s(?:(?:an?|the|his|her|its|their|[a-z]+) )?(?:[\w’'-]+ ){0,3}?(?:process|plans?|proposals?|conditions?|"
    r"steps?|demands?|vision|strategy|terms|path|roadmap|reasons?|measures|programme|program|agenda|priorities|goals|aims)"
    r" (?:in which|under which|by which|that|to|for|of)\b"
)
_DETAILED = re.compile(r"\s(?:(?:in|at|on|during) (?:an?|the|his|her|its|their) [^,;:“”]{3,80}? )?(?:how|why|what)\b")
# What is questioned by saying so; people are questioned by asking them.
_DOUBTED = re.compile(
    r"\s(?:whether|why|how|if|(?:the |his |her |its |their |[A-Z][\w.]*['’]s? )?(?:[\w’'.-]+ ){0,4}?(?:authority|"
    r"legality|legitimacy|wisdom|need|necessity|value|validity|motives?|decisions?|rights?|sincerity|logic|credibility|fairness|"
    r"independence|results?|outcome|accuracy|effectiveness|usefulness|timing|commitment|competence|ability|purpose|"
    r"integrity|neutrality|reliability|reasons?|basis|role|policy|plans?|claims?|measures?|moves?)\b)"
)
# Who does so on a matter, without words in marks behind, tells nothing of it: "speculated on how it began".
_DWELLING = word_set("speculate comment write report reflect")
_DWELT_ON = re.compile(r"\s(?:on|about|upon) (?:how|what|whether|why|who)\b")
# "inquired whether", "wondered aloud how"
_ASKING = frozenset({"inquire", "enquire", "wonder"})
_ASKED = re.compile(
    r"(?: (?:aloud|openly|politely|of [\w ]{2,30}?))?(?: only)? (?:whether|if|how|why|what|when|where|who|which)\b"
)
CALLING = word_set("call describe label brand dub characterize characterise")
# A thing and what it is said to be: "called the vote a farce".
_CALLED = re.compile(
    r"\s[^;:]{2,200}?,? as (?:an?|the|instances?|acts?|examples?|signs?|evidence|proof)\s"
    r"|\s(?:the|it|him|her|them|this|that|these|those|his|its|their|[A-Z][\w’'.-]*)\b[^;:]{0,160}?"
    r"(?<!\bto)(?<!\bfor)(?<!\bin)(?<!\bat)(?<!\bfrom)(?<!\binto)(?<!\bwith)(?<!\babout)(?<!\bof)(?<!\bafter)"
    r"(?<!\bon)(?<!\bby)(?<!\band)(?<!\bas)\s(?:an?|as an?|as the|as)\s"
    r"|\s[^;:,]{2,160}? as [a-z-]+(?: and [a-z-]+)?\s*(?=[.,;]|$)"
)
_NAMED_AS = re.compile(r"\s[^;:]{2,200}?\sas\s(?P<what>\S+(?: \S+){0,3})")
_DOES_MORE = re.compile(r"\band (?:[a-z]+ed|called|said) ")
_LIKENED = re.compile(
    r"\s(?:the|it|him|her|them|this|that|his|its|their|[A-Z]\S*)\b[^.;:,]{0,160}?\sto (?:the|an?|that|those)\s"
)
# After "claims" or "demands" these tell that it is no noun.
_NO_NOUN_BEFORE = re.compile(
    r"\s(?:the|an?|it|he|she|they|you|we|its|his|her|their|this|these|no|there|all|both|every)\s|" + TO_DO.pattern
)


def usual_frame(text: str, lemma: str, at: int, limit: int, end: int) -> str | None:
    """Give what follows a verb without a particle; None where its object tells that nothing is reported.

    Parameters
    ----------
    text : str
        The article.
    lemma : str
        The verb.
    at : int
        Where its form ends.
    limit, end : int
        Where the next quotation mark stands, and where the sentence ends.
    """
    frame = FRAMES[lemma]
    if frame == AS:
        return AS if says_what_it_is(text, lemma, at, end) else None
    if lemma in _ASKING and _ASKED.match(text, at, end) is not None:
        frame = CLAUSE
    if lemma in _DWELLING and limit == end and _DWELT_ON.match(text, at, end):
        return None
    if frame == STRICT and _told_by(lemma).match(text, at, limit):
        return JUDGE
    if lemma in _TELLS_WHOM:
        return _told_whom(text, lemma, at, limit, end)
    refused = _refused(text, lemma, at, limit, end)
    return frame if refused is None else JUDGE if refused else None


def _told_whom(text: str, lemma: str, at: int, limit: int, end: int) -> str | None:
    """Give what follows "warned" or "promised", by whether somebody stands there who was told: "warned us that"."""
    if _BEFORE_MARKS.match(text, at, end) is not None:  # "warned me, “Wait”"
        return TELL
    whom = _WARNED.match(text, at, limit)
    is_told = whom is not None and AUXILIARIES.isdisjoint(whom[1].split())
    if whom is not None and lemma in ("promise", "teach"):  # "promised the town a road that lasts", "to do so that"
        is_told = is_told and _ARTICLE_WITHIN.search(whom[1]) is None and not whom[1].startswith("to ")
    return TELL if is_told else FRAMES[lemma] if lemma != "teach" else None


def _refused(text: str, lemma: str, at: int, limit: int, end: int) -> bool | None:
    """Tell whether the object of a verb of doubt or refusal is something said; None for other verbs."""
    if lemma == "question":
        return _DOUBTED.match(text, at, limit) is not None
    if lemma in ("reject", "dismiss", "rebuff") and not text.startswith(" that ", at):
        return _REFUSED.match(text, at, end) is not None
    return None


def _told_by(lemma: str) -> re.Pattern[str]:
    """Give what a verb of that kind tells without "that"."""
    if lemma in _AFFIRMING:
        return _AFFIRMED
    if lemma == "outline":
        return _OUTLINED
    if lemma == "detail":
        return _DETAILED
    return _SENT if lemma in _SENDING else _ATTITUDE


def says_what_it_is(text: str, lemma: str, at: int, end: int) -> bool:
    """Tell whether a thing is said to be something, and nobody is given an office: "named the ban as the cause"."""
    if lemma in ("compare", "liken"):
        return _LIKENED.match(text, at, end) is not None
    named = _NAMED_AS.match(text, at, end)
    if (
        named is None
        or _DOES_MORE.search(text, at, named.start("what")) is not None
        or named["what"].removeprefix("the ")[0].isupper()
    ):
        return False
    return OFFICES.keys().isdisjoint(named["what"].lower().rstrip(".,").split())


def calls_something(text: str, lemma: str, at: int, end: int) -> bool:
    """Tell whether something is called something: "called the vote a farce"."""
    return lemma in CALLING and _CALLED.match(text, at, end) is not None


def has_object(text: str, at: int) -> bool:
    """Tell whether what follows a word makes a verb of it: "claims the ship", not "claims of fraud"."""
    return _NO_NOUN_BEFORE.match(text, at) is not None


# "was heard on the radio telling", "wrote to us asking", "went on air saying"
_HEARD = re.compile(
    r"\b(?:(?:was|were|is|are|been|be)(?: \w+ly| also)? (?:heard|overheard|filmed|recorded|caught|seen|quoted|"
    r"captured)|tweeted|"
    r"(?:wrote|writes|written)|phoned|rang|rung|telephoned|e-?mailed|texted|cabled|calls?(?: me| us)|called(?: me| us)|"
    r"(?:came|comes|went|goes|gone|appeared|appears) (?:back|out|on|before|to)|took to|takes to|stood up|got up|"
    r"stands up|"
    r"on (?:the )?record)"
    r"(?: (?:to|on|in|at|during|from|by|yesterday|today|again|last|this|me|us|him|her|them|back|"
    r"out)\b[^,;:“”\"]{0,60})?\s*$"
)


_HEARING = word_set(
    """
    heard overheard filmed recorded caught seen quoted captured tweeted wrote writes written phoned rang rung telephoned
    emailed e-mailed texted cabled calls called came comes went goes gone appeared appears took takes stood got stands
    record
    """
)


def follows_hearing(before: str) -> bool:
    """Tell whether what stands before a participle tells that somebody was heard: "was heard on air telling"."""
    before = before[-120:]
    return not _HEARING.isdisjoint(before.split()) and _HEARD.search(before) is not None


def follows_document(before: str) -> bool:
    """Tell whether what stands before a participle ends with something written."""
    return _WRITTEN.search(before[-120:]) is not None
