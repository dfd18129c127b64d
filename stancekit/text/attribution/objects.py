"""What the object of a verb tells about it: "named the ban as the cause" reports, "named a new chair" does not."""

from __future__ import annotations

import re

from stancekit.text.attribution.namewords import OFFICES
from stancekit.text.attribution.reporting import AUXILIARIES, DAY, TO_DO
from stancekit.text.attribution.verbs import AS, CLAUSE, FRAMES, JUDGE, STRICT, TELL, VOW, word_set

# Of these nothing but an attitude is told: "reaffirmed its commitment to the deal".
_ATTITUDE = re.compile(
    r"\s(?:(?:his|her|its|their|the (?:\w+ ){1,2}of|[A-Z][\w.]+['’]s?) (?:[\w“”\"-]+ (?:and )?){0,3}?(?:readiness|"
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
    r"|\s(?:the|an?|his|her|its|their|both) (?:[\w’'-]+ ){0,4}?(?:relationships?|cooperation|partnership|"
    r"friendship|ties|alliance)\b"
)
# These tell an attitude only together with what is said: "offered its condolences", not "offered its support".
_SENDING = frozenset({"offer", "extend", "renew", "convey"})
_SENT = re.compile(
    r"\s(?:(?:his|her|its|their) (?:[\w-]+ (?:and )?){0,3}?)?(?:gratitude|thanks|appreciation|condolences|sympathy|"
    r"sympathies|congratulations|apolog(?:y|ies)|pledges?|promises?|vow|calls?|demands?|appeals?|"
    r"warnings?|threats?|concerns?|commitment)\b"
)
# After what is written for others to read a participle tells what it says: "a letter on Monday urging restraint".
_WRITTEN = re.compile(
    rf"\b(?:statement|letter|resolution|petition|motion|message|tweet|note|declaration|communique|memorandum|memo|advisory|"
    rf"e-?mail|brief|complaint|lawsuit|leaflet|circular|notice|poster|op-ed|column|(?:press |news )release|video|"
    rf"appeal|paragraph|provision|passage|clause|"
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
_THAT_NOUN = re.compile(
    r"\sthat (?:argument|claim|charge|view|description|version|reading|idea|suggestion|accusation)\b"
)
# What is refused by saying so; an offer or a plan is refused by doing nothing.
_REFUSED = re.compile(
    r"\s(?:[\w’'.-]+ ){0,6}?[“\"]?(?:claims?|charges?|accusations?|allegations?|assertions?|suggestions?|notions?|"
    r"ideas?|criticisms?|calls?|reports?|remarks?|comments?|concerns?|fears?|rumou?rs?|speculations?|arguments?|"
    r"demands?|warnings?|threats?|complaints?|statements?|insinuations?|interpretations?|notifications?|findings?|verdicts?|"
    r"rulings?|conclusions?|characteri[sz]ations?|readings?|figures?|numbers?|descriptions?|accounts?|versions?|portrayals?|possibility|views?|narratives?|questions?|as)\b"
)
_DISPUTED = re.compile(
    r"\s(?:[\w’'.-]+ ){0,5}?(?:figures?|accounts?|versions?|tolls?|numbers?|results?|ruling|verdict|estimates?|"
    r"description|"
    r"characteri[sz]ation|that|whether|point|story)\b"
)
_DISPUTING = frozenset({"dispute", "contest"})
_REFUSING = frozenset({"question", "reject", "dismiss", "rebuff"}) | _DISPUTING
_HOWEVER = re.compile(r", (?:however|though|too|meanwhile|in turn|for (?:his|her|its|their) part),")
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
# What is made so by declaring it: "declared a day of mourning".
_DECLARED = re.compile(
    r"\s(?!that\b)(?:(?:an?|the|two|three|four|five|six|seven|its|his|her|their) )?(?:[\w-]+ ){0,2}?(?:days? of|"
    r"mourning|state of|period of|"
    r"holidays?|emergency|war\b(?! on)|independence|bankruptcy|insolvency|force majeure|dividend|curfew|"
    r"martial law|half-day|"
    r"(?:his|her|its|their) (?:candidacy|assets|income))\b"
)
# Who quarrel: "argued about forms", "argued for hours".
ARGUED = re.compile(r"\s(?:(?:\w+ )?(?:about|over)\s|for (?:\w+ )?(?:hours|days|weeks|months|years|minutes)\b)")
# The verb of saying is the second one: "wrote to the court to demand a new hearing".
_WRITES_TO = re.compile(
    r" (?:again )?(?:a letter )?to [^,;:“”\"]{2,60}? to (?:ask|demand|urge|protest|complain|request|say|warn)\b"
)
# "expressed in a clear form what it was": how, and no words
_IN_A_FORM = re.compile(
    r" in (?:an?|this|no|such) (?:(?!(?:the|its|his|her|their|of|at|for) )[\w-]+ ){0,4}?(?:way|form|manner|fashion)\b"
    r"(?! (?:that|his|her|its|their)\b)"
)
# Of these nothing is told: "adding to the tension", "tells a story", "asked many questions", "said nothing".
_NOT_WORDS = {
    # who understands says nothing
    "appreciate": re.compile(r" (?:how|why|what|the (?:[a-z]+ )?(?:differences?|position|significance|seriousness))\b"),
    "argue": ARGUED,
    "condemn": re.compile(r" to\b"),  # "condemned to silence"
    "express": _IN_A_FORM,
    "voice": _IN_A_FORM,
    "assure": re.compile(
        r" (?!that\b)(?:(?:the|an?|its|their|our|his|her) )?(?:[a-z-]+ ){0,2}?(?:participation|implementation|"
        r"security|survival|future|success|supply|supplies|continuity|development|stability|protection|peace|respect|"
        r"access|progress)\b(?! [^.;:]{0,60}?\bthat\b)"
    ),
    "declare": _DECLARED,
    # "welcomed Chad as a new member": whoever comes is received, and not praised.
    "welcome": re.compile(
        r" (?:the )?[A-Z][\w.-]*(?: (?:of |and |the )*[A-Z][\w.-]*){0,6} "
        r"(?:as (?:[\w-]+ ){1,4}?(?:members?|partners?|guests?|participants?|envoy|ambassador|head|leader|chair\w*|"
        r"president)\b|"
        r"to (?:join|attend|(?:the )?(?:club|family|group|talks|summit|meeting|table|[A-Z]\w+))\b)"
    ),
    "write": _WRITES_TO,
    "add": re.compile(r" (?:to|up|fuel|weight|insult|\$?\d)"),
    "ask": re.compile(
        r" (?:an?|the|many|some|several|such|few|no|\w+) (?:[\w-]+ )?questions?\b(?! (?:whether|if|why|how))"
    ),
    # "threatens the peace": nothing is said of it.
    "threaten": re.compile(
        r" (?:the |our |their |its |his |her |this |that |all |a |an |any )?(?:[\w’'-]+ ){0,4}?(?:peace|security|"
        r"stability|existence|"
        r"survival|lives|life|livelihoods?|cause|future|independence|sovereignty|integrity|health|world|mankind|humanity|planet|"
        r"civilization|economy|economies|balance|foundations?|prosperity|unity|cohesion|freedom|democracy|allies|success)\b"
    ),
    "say": re.compile(
        r" to (?:be|have)\b| that, (?:and|but|so) (?!I quote\b)(?:I|we|he|she|it|they|you)\b"
        r"| (?:a great deal|a lot|much|something) (?:about|of|on)\b| (?:nothing|little|so|as much|"
        r"otherwise|no more|enough|the same)(?=[,.;]| (?:about|of|"
        r"on|and|for|in|at|to)\b)"
    ),
}
# "charged them with hiding it", "offered to fly in doctors"
_OTHERWISE = {
    **{verb: (pattern, None) for verb, pattern in _NOT_WORDS.items()},
    "charge": (re.compile(r" (?!with\b)[^,;:“”]{2,60}? with [a-z]+ing\b"), JUDGE),
    "offer": (re.compile(r" to "), VOW),
    "propose": (re.compile(r"(?: (?:in|on) [A-Z]\w+(?: \d{4})?| in \d{4}| again| then| today| yesterday)? to "), VOW),
}
# Who does so on a matter, without words in marks behind, tells nothing of it: "speculated on how it began".
_DWELLING = word_set("speculate comment write report reflect")
_DWELT_ON = re.compile(r"\s(?:on|about|upon) (?:how|what|whether|why|who)\b")
# How many somebody says they are: "put the toll at 11", "estimated the cost at $3 million".
COUNTING = word_set("put estimate place")
COUNTED = re.compile(
    r"\s(?:the |its |his |her |their |total |overall )(?:[\w’'-]+ ){1,8}?at(?= (?:about |around |nearly |almost |"
    r"roughly |"
    r"more than |over |under |some |at least |up to |between |just |only |well )*(?:[$€£¥]|[A-Z]{1,3}\$)?(?:\d|"
    r"(?:one|two|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|dozens|hundreds|thousands|"
    r"millions|zero|nil|half|a (?:third|quarter|dozen|hundred|thousand|million))\b))"
)
PUT_DOWN = re.compile(
    r"\s(?:the|this|that|it|his|her|its|their) [^,;:“”]{3,80}? down to "
    r"(?:an? |the |its |his |her |their |[\w’'-]+(?: [\w’'-]+)? (?:from|in|and|of|by|over)\b|[\w’'-]+[.,])"
)
# What is asked or told in a clause: "inquired how many were left", "recounted how it began", "wondered aloud why".
_ASKING = word_set("inquire enquire wonder recount specify relay")
_ASKED = re.compile(
    r"(?: (?:aloud|openly|politely|as to|of [\w ]{2,30}?))?(?: only)? (?:whether|if|how|why|what|when|where|who|whose|"
    r"which)\b"
)
_ALOUD = re.compile(r" (?:aloud|openly|publicly)\b")  # who only wonders says nothing
_IDIOMATIC = frozenset({"ask", "call", "tell"})
# "called the meeting to order", "tell a story about the judge"
_NOT_TOLD = re.compile(
    r"\s[^,;:“”\"]{2,50}? (?:to order|into question|to a halt|to account|to mind)\b|"
    r"(?: (?:me|us|him|her|them|you|reporters|[A-Z]\w+))?\s(?:an?|the|another|this|that|his|her|their|its|many|such|"
    r"other|some|these|those|two) (?:[a-z]+ )?(?:story|stories|"
    r"tale|tales|truth|lie|lies|joke|jokes|time|difference)\b"
)
# "called the affair “Baltic hysteria”"
_CALLED_WORDS = re.compile(
    r"\s(?:the|it|him|her|them|this|that|these|those|his|its|their|an?|[A-Z][\w’'.-]*)\b(?! [^;:“”\"]{0,60}?\b(?:for|"
    r"to|on|that|"
    r"when|after|as|in)\b)[^;:“”\"]{0,60}? (?:as )?[“\"‘'][^“”\"]{2,90}[”\"’']"
)
CALLING = word_set("pronounce call describe label brand dub characterize characterise")
# A thing and what it is said to be: "called the vote a farce".
_CALLED = re.compile(
    r"\s[^;:]{2,200}?,? as (?:an?|the|instances?|acts?|examples?|signs?|evidence|proof)\s"
    r"|\s(?:the|it|him|her|them|this|that|these|those|his|its|their|[A-Z][\w’'.-]*)\b[^;:]{0,160}?"
    r"(?<!\bto)(?<!\bfor)(?<!\bin)(?<!\bat)(?<!\bfrom)(?<!\binto)(?<!\bwith)(?<!\babout)(?<!\bof)(?<!\bafter)"
    r"(?<!\bon)(?<!\bby)(?<!\band)(?<!\bas)\s[“\"‘']?(?:an?|as an?|as the|as)\s"
    r"|\s[^;:,]{2,160}? as [a-z-]+(?: and [a-z-]+)?\s*(?=[.,;]|$)"
)
_PLACE = re.compile(
    r"(?: (?:in|at) [A-Z][\w-]+(?: [A-Z][\w-]+)?| here| again| today| (?:from|at) this (?:rostrum|podium|Assembly)|"
    r" in (?:this|that) [A-Z]\w+)(?= )"
)
_NAMED_AS = re.compile(r"\s[^;:]{2,200}?\sas\s(?P<what>\S+(?: \S+){0,3})")
# "attributed the boom to the railway", "credited the guards with saving him"
_LAYING = frozenset({"attribute", "ascribe", "credit"})
_LAID = re.compile(r"\s(?!to\b|with\b|for\b)[^.;:]{2,160}?\s(?:to|with|for)\s")
# What one defends by words: not a border.
_DEFENDED = re.compile(
    r"\s(?:the|his|her|its|their|[A-Z][\w.]*['’]s?) (?:[\w’'-]+ ){0,3}?(?:decisions?|moves?|approval|polic(?:y|"
    r"ies)|plans?|"
    r"record|use|handling|choice|rulings?|conduct|appointment|sales?|measures?|response|bill|tariffs?|cuts?|approach|deal|"
    r"agreement|reforms?|budget|remarks|comments|timing|stance|strategy|purchase|visit|arrests?|figures|project|scheme|"
    r"closure|delay|programme|program|actions?|absence|proposals?)\b"
)
_DOES_MORE = re.compile(r"\band (?:[a-z]+ed|called|said) ")
_LIKENED = re.compile(
    r"\s(?:the|it|him|her|them|this|that|his|its|their|[A-Z]\S*)\b[^.;:,]{0,160}?\sto (?:(?:the|an?|that|"
    r"those)\s|[“\"‘])"
)
# After "claims" or "demands" these tell that it is no noun.
_NO_NOUN_BEFORE = re.compile(
    r"\s(?:the|an?|it|he|she|they|you|we|its|his|her|their|this|these|no|there|all|both|every)\s|" + TO_DO.pattern
)


# Verbs whose objects tell more about what follows.
BY_OBJECT = frozenset(
    {*_ASKING, *_OTHERWISE, *_IDIOMATIC, *_DWELLING, *_TELLS_WHOM, *_REFUSING}
    | {verb for verb, frame in FRAMES.items() if frame in (AS, STRICT)}
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
    if (otherwise := _otherwise(text, lemma, at, limit, end)) is not None:
        return otherwise or None
    if frame == STRICT and _told_by(lemma).match(text, at, end if lemma in _AFFIRMING else limit):
        return JUDGE
    if lemma in _TELLS_WHOM:
        return _told_whom(text, lemma, at, limit, end)
    refused = _refused(text, lemma, at, limit, end)
    return frame if refused is None else JUDGE if refused else None


def _otherwise(text: str, lemma: str, at: int, limit: int, end: int) -> str | None:
    """Give what follows some verbs by their objects; "" where nothing is reported, None where the verb alone tells."""
    if lemma in _ASKING and _ASKED.match(text, at, end) is not None:
        return "" if lemma == "wonder" and _ALOUD.match(text, at, end) is None else CLAUSE
    if lemma in _OTHERWISE and _OTHERWISE[lemma][0].match(text, at, end) is not None:
        return _OTHERWISE[lemma][1] or ""
    is_idiom = lemma in _IDIOMATIC and _is_idiom(text, lemma, at, end)
    dwells = lemma in _DWELLING and limit == end and _DWELT_ON.match(text, at, end) is not None
    return "" if is_idiom or dwells else None


def _told_whom(text: str, lemma: str, at: int, limit: int, end: int) -> str | None:
    """Give what follows "warned" or "promised", by whether somebody stands there who was told: "warned us that"."""
    if _BEFORE_MARKS.match(text, at, end) is not None:  # "warned me, “Wait”"
        return TELL
    whom = _WARNED.match(text, at, limit)
    is_told = whom is not None and AUXILIARIES.isdisjoint(whom[1].split())
    if whom is not None and lemma in ("promise", "teach"):  # "promised the town a road that lasts", "to do so that"
        is_told = is_told and _ARTICLE_WITHIN.search(whom[1]) is None and not whom[1].startswith("to ")
    return TELL if is_told else FRAMES[lemma] if lemma != "teach" else None


def _is_idiom(text: str, lemma: str, at: int, end: int) -> bool:
    """Tell whether a verb says nothing with its object: "asked around", "called the meeting to order"."""
    return text.startswith(" around", at) if lemma == "ask" else _NOT_TOLD.match(text, at, end) is not None


def _refused(text: str, lemma: str, at: int, limit: int, end: int) -> bool | None:
    """Tell whether the object of a verb of doubt or refusal is something said; None for other verbs."""
    if lemma not in _REFUSING or text.startswith(" by ", at):
        return None
    if lemma == "question":
        return _DOUBTED.match(text, at, limit) is not None
    if text.startswith(" that ", at) and _THAT_NOUN.match(text, at) is None:
        return None
    at = aside.end() if (aside := _HOWEVER.match(text, at)) is not None else at
    if _REFUSED.match(text, at, end) is not None:
        return True
    return lemma in _DISPUTING and _DISPUTED.match(text, at, end) is not None


def past_place(text: str, lemma: str, at: int, limit: int) -> int:
    """Give where what is affirmed begins behind a place: "reaffirmed in Oslo their support"; -1 without either."""
    if FRAMES[lemma] != STRICT or (place := _PLACE.match(text, at, limit)) is None:
        return -1
    return place.end() if _told_by(lemma).match(text, place.end(), limit) else -1


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
    if lemma in _LAYING:
        return _LAID.match(text, at, end) is not None
    if lemma == "defend" and _DEFENDED.match(text, at, end) is not None and " by say" not in text[at:end]:
        return True
    if lemma == "refer" and 0 < text.find(", ", at, end) < text.find(" as ", at, end):
        return False
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
    if lemma not in CALLING:
        return False
    return _CALLED.match(text, at, end) is not None or _CALLED_WORDS.match(text, at, end) is not None


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
