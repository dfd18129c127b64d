"""Where what is said begins, after whom it is told, days, places and "that"; and whether anything is said."""

from __future__ import annotations

import re

from stancekit.text.attribution.cues import Cue, is_between
from stancekit.text.attribution.reporting import ASIDE_WORDS, AUXILIARIES, SHORT_VENUE, THAT, TIME, TO_DO, VENUE
from stancekit.text.attribution.verbs import ASK, CLAUSE, COLOUR, FRAMES, JUDGE, LEMMAS, LOOSE, STRICT, TELL, VOW

REACH = 260  # characters before a verb in which its subject is looked for, and after it a "that"
_OBJECT = re.compile(
    r"\s+(?:him|her|them|us|me|it|reporters|journalists|lawmakers|parliament|"
    r"(?:the |an? )?[^\s,;:“”\"]+(?:\s(?:[A-Z][\w’'.-]*|of|news|agency|"
    r"press|television|TV|newspaper|reporters|journalists|conference|media|service|website|magazine|channel|and|state|"
    r"parliament|lawmakers|council))*)(?=[\s,:.])"
)
# "told the sport’s governing body it would not play"
_LONG_OBJECT = re.compile(
    r"\s+(?:the|an?|his|her|its|their) (?:[a-z][\w’'-]* ){1,5}?[a-z][\w’'-]*(?=\s(?:it|he|she|they|there|we)\s)"
    r"|\s+(?:the|an?|his|her|its|their) (?:[\w’'.-]+ ){0,4}?(?:programme|program|newspaper|daily|weekly|agency|"
    r"channel|station|"
    r"magazine|website|committee|commission|council|board|conference|meeting|hearing|inquiry|court|rally|crowd|audience|"
    r"assembly|house|parliament|broadcaster|network)(?=\s(?:the|an?|it|he|she|they|there|we|no|his|her|its|their)\s)"
    r"|\s+[a-z]+ (?:in|at|from) (?:the )?[A-Z]\w+(?: [A-Z]\w+)?(?=\s(?:it|he|she|they|there|we|the|no)\s)"
)
# "stressed to NNB the voluntary nature of any return"
_TO_WHOM = re.compile(
    r" to (?:reporters|journalists|newsmen|lawmakers|(?:the )?(?:media|press|audience|house|BBC|"
    r"[A-Z][\w.]*)(?: [A-Z][\w.]*){0,2})"
    r"(?= (?:the|an?|his|her|its|their|how|why|what|no|he|she|it|they) )"
)
# "told a news conference she was sure that": what is told begins before "that"
_THEY_ARE = re.compile(
    r"(?<! as)(?<! when)(?<! while)(?<! after)(?<! before) (?:he|she|it|they|there|we) "
    r"(?:is|was|are|were|had|has|have|will|would|could|did)\b"
)
_THEN_TELLS = re.compile(r", [a-z]+ing$")  # "told them it was late, adding that"
_OF_WHAT = re.compile(r"\s(?:[\w’'-]+ ){1,5}?of (?:his|her|its|their|the) [^,;:“”]*$")
_IN_YEAR = re.compile(r"\s*in \d{4} (?:the|an?|[A-Z])")
_OF_PARTICIPLE = re.compile(r",\s[a-z]+ing that\s$")  # "noted with regret the loss, adding that"
_NEXT_THAT = re.compile(r"\s*,?\s*that\b,?\s+")
_ASIDE_THAT = re.compile(
    r"(?: \w+ly)?(?:,\s[^,;:“”\"]{3,120},|\s[-–—]+\s[^–—;:“”\"]{3,120}?\s[-–—]+)\sthat\s|(?: \w+ly) that\s"
)
# "said quite clearly in Oslo on Monday that"
_HOW_THAT = re.compile(
    r" (?:(?:very|quite|pretty|rather|most|more|so|fairly|equally|just as) )?[a-z]+ly(?: [\w’]+){0,7}?"
    r"(?<! what)(?<! how)(?<! why) that\s"
)
# "said to me on the steps, and she was upset, that"; "claimed inside, and I wrote it down, that"
_FAR_ASIDE_THAT = re.compile(
    r" (?:to|in|at|on|with|from|during|before|after|inside|outside|here|there|twice|afterwards|privately|again|aloud|"
    r"openly|me|us|him|her|them)\b(?: (?!that\b)[\w’'-]+){0,7}?, (?P<aside>[^;:“”\"]{2,110}), that\s"
)
_NOUN_NEXT = re.compile(
    r"\s(?:his |her |their |its |the )?(?:hope|hopes|confidence|regret|concern|readiness|belief|view|opinion|doubt|"
    r"optimism|fact)\b"
)
_OTHER_CLAUSE = re.compile(
    r"[;:“”]|\b(?:which|said|told|saying|adding|noting|is|are|was|were|will|would|has|have|should|must)\b"
    r"|\band (?:made|[a-z]+ed)\b"
)
# "a question about reports that": what they hold is not said here.
_NEWS = frozenset("reports claims allegations rumours rumors suggestions accusations news speculation".split())  # noqa: SIM905
_THAT_ALONE = re.compile(
    r" that (?:could|would|will|may|might|should|must|was|is|has|had)\b| that,? and (?:I|we) "
)  # "said that is true"
_TO_DO = frozenset({"order", "command", "invite", "instruct", "encourage", "advise"})
# These take a person, and what is to be done: "pressed Chad to open the border", not "pressed the case".
_MOVING = frozenset({"petition", "challenge", "press", "counsel", "entreat", "enjoin", "prod", "direct", "dare", "beg"})
_MOVED = re.compile(
    r"\s*(?!(?:his|her|its|their) (?:bid|case|claim|right|way)\b)(?:(?!(?:in|at|on|over|with|after|before|bid|"
    r"effort|attempt|"
    r"right|need|decision|plan|failure|power|ability|case|way|ahead|and|as)\b)[^\s;:“”]+ ){1,14}?(?:not )?to [a-z]"
)
_TO_VERB = re.compile(r"\bto (?!the |an? |[A-Z])")
_MAY = frozenset({"can", "could", "may", "might", "must", "should", "will", "would"})
_WHEN = re.compile(r"\s*(?:when|while|after|before|as|until|since)\s")
_THEN_MAIN = re.compile(r",\s(?:the|they|he|she|it|we|there|an?|[A-Z][\w’'-]*)\s")
_THEN_THEY = re.compile(r"\s(?:it|they|he|she|we|there) (?:will|would|can|could|must|should)\b")
_THEY_DO = re.compile(r"\s(?:they|we|there|it)\s\w+")
_OWN_THING = re.compile(r"\s*(?:his|her|its|their)\s")
_CALLS_IT = re.compile(r"\s*(?:it|this|that|him|her|them) (?!off\b|in\b|up\b|back\b|out\b)\w+")
_POINTERS = frozenset("it him her them this that us me so himself herself themselves".split())  # noqa: SIM905
_LONGEST_POINTER = 20
# The rest of what is said around a phrase: "The ferry, the police added, sank".
_ONE_VERB = re.compile(
    r"\s*,?\s*(?!(?:always|besides|perhaps|regardless|nonetheless|nevertheless|afterwards|sometimes)\b)(?:[a-z]+(?:ed|s)|"
    r"sank|fell|rose|won|lost|left|grew|shrank|broke|froze|fled|went|came|ran|shut|burnt|slept|died)[\s.]*$"
)
_DAYS_AND_MONTHS = frozenset(
    "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
)
_TO = re.compile(r"\s(?:not )?to\s")
# "pledged more than once to", "promised to me in private a place"
_VOWED_TO = re.compile(
    r"(?: (?:more than once|many times|several times|in private|publicly|solemnly|repeatedly|again and again|once|"
    r"twice|"
    r"(?:in|at|before|on) (?:(?:the|this|that|his|her|their) )?[\w’'-]+(?: [A-Z][\w’'-]+){0,2}(?= to [a-z])|"
    r"to (?:me|us|him|her|them|you)))+(?= (?!that\b))"
)
# "asked from this rostrum how"
_ASKED_FROM = re.compile(
    r" (?:from|in|at|before|on) (?:this|the|that) [\w’'-]+(?: [\w’'-]+)?"
    r"(?= (?:how|why|what|whether|if|when|where|who)\b)"
)
_IN_REPORTS = re.compile(r" in (?:[\w’'-]+ ){1,3}[a-z]+$")
# "condemns and firmly rejects the vote": two verbs with one object.
_SECOND = re.compile(
    r" and (?:[a-z]+ly )?(?P<verb>[a-z]+)(?= (?:the|an?|any|all|its|his|her|their|this|that|these|such|it|[A-Z])\b)"
)
_LONGEST_OBJECT, _LONGEST_ASIDE = 60, 120  # characters from a comma to "that", and where another stands before it
# A feeling without what it is about: "expressing her disappointment".
_MERE_FEELING = re.compile(r"\s*(?:his|her|its|their) (?:[a-z-]+ )?[a-z]+\s*[.,;]?\s*$")


def find_content(text: str, at: int, end: int, limit: int, frame: str) -> tuple[int, bool]:
    """Find where what is said begins, and whether "that" precedes it.

    Parameters
    ----------
    text : str
        The article.
    at : int
        Where the verb ends, with its particle.
    end, limit : int
        Where its sentence ends, and where the next quotation mark stands.
    frame : str
        What follows such a verb.
    """
    if frame == TELL:
        at, has_that = _after_object(text, at, limit)
        if has_that:
            return at, True
    at = _past_besides(text, at, end, frame)
    first = at
    if (semicolon := text.find("; ", at, limit)) >= 0:
        limit = semicolon
    if text.startswith(" that ", at):
        return (at, False) if _THAT_ALONE.match(text, at) else (at + 6, True)
    at = _past_asides(text, at, end)
    if (
        text.startswith(" to ", at)
        and frame in (CLAUSE, LOOSE)
        and (whom := _TO_WHOM.match(text, at, limit)) is not None
    ):
        at = whom.end()
    if text.find("that", at, end) < 0:
        return at, False
    if (that := _NEXT_THAT.match(text, at, end)) is not None:
        return that.end(), True
    return _behind(text, first, at, limit, frame)


def _past_besides(text: str, at: int, end: int, frame: str) -> int:
    """Go past a second verb, a place or how often: "condemns and rejects", "asked from here how", "vowed twice to"."""
    between = None
    if frame == JUDGE and (second := _SECOND.match(text, at, end)) is not None and _judges(second["verb"]):
        between = second
    elif frame == ASK:
        between = _ASKED_FROM.match(text, at, end)
    elif frame == VOW:
        between = _VOWED_TO.match(text, at, end)
    return at if between is None else between.end()


def _judges(verb: str) -> bool:
    """Tell whether a verb says what somebody thinks of a thing."""
    return FRAMES.get(LEMMAS.get(verb, "")) == JUDGE


def _past_asides(text: str, at: int, end: int) -> int:
    """Go past days and places behind a verb: "said on Monday in a speech"."""
    for _ in range(4):
        if not _may_be_aside(text, at):
            break
        match = TIME.match(text, at, end) or SHORT_VENUE.match(text, at, end)
        if match is None or match.end() == at:
            break
        at = match.end()
    return at


def _behind(text: str, first: int, at: int, limit: int, frame: str) -> tuple[int, bool]:
    """Find a later "that", behind an aside or behind a place that began as one: "at a meeting like this one that"."""
    is_near = text.find(" that", at, min(limit, at + REACH)) >= 0
    later = _later_that(text, at, limit, frame) if is_near else None
    if later is None and is_near and first < at:
        later = _far_that(text, first, limit) if frame in (CLAUSE, LOOSE, STRICT, VOW) else None
    if later is None or _OF_PARTICIPLE.search(text, first, later) is not None:
        return at, False
    return later, True


def _later_that(text: str, at: int, limit: int, frame: str) -> int | None:
    """Find "that" after an aside, or after places and people."""
    if _opens_aside(text, at) and (aside := _ASIDE_THAT.match(text, at, limit)) is not None:
        return aside.end()
    if frame in (CLAUSE, LOOSE, STRICT) and (how := _HOW_THAT.match(text, at, limit)) is not None:
        return None if _OTHER_CLAUSE.search(how[0]) else how.end()
    if frame == VOW and text.startswith((" to ", " not "), at):  # "threatened to act so that"
        return None
    if text.find(", that ", at, limit) >= 0 and (far := _FAR_ASIDE_THAT.match(text, at, limit)) is not None:
        before = text[at : far.start("aside")]
        return None if _OTHER_CLAUSE.search(before) or not AUXILIARIES.isdisjoint(before.split()) else far.end()
    return _far_that(text, at, limit) if frame in (CLAUSE, LOOSE, STRICT, VOW, COLOUR) else None


def _opens_aside(text: str, at: int) -> bool:
    """Tell whether a comma, a dash or an adverb stands before what may part a verb from its "that"."""
    if text[at : at + 1] == "," or text[at + 1 : at + 2] in ("-", "–", "—"):
        return True
    return text.startswith("ly ", text.find(" ", at + 1, at + 20) - 2)


def _may_be_aside(text: str, at: int) -> bool:
    """Tell by its first word whether a day or a place may stand there."""
    if text[at : at + 1] == ",":
        return True
    word = (text[at + 1 : at + 20].split(None, 1) or [""])[0]  # a paragraph may end with it
    return word.rstrip(",.") in ASIDE_WORDS or word[:3] in _DAYS_AND_MONTHS


def _far_that(text: str, at: int, limit: int) -> int | None:
    """Find "that" after places and people: "said in a phone call with his counterpart that"."""
    if _IN_YEAR.match(text, at) is not None:
        return None
    is_noun = _NOUN_NEXT.match(text, at)
    if VENUE.match(text, at, limit) is None and is_noun is None:
        return None
    match = THAT.search(text, at, min(limit, at + REACH))
    if match is None:
        return None
    between = text[at : match.start()]
    is_news = between.rsplit(" ", 1)[-1] in _NEWS and _IN_REPORTS.match(between) is None
    if _OTHER_CLAUSE.search(between) or is_news:
        return None
    return match.end()


def _after_object(text: str, at: int, limit: int) -> tuple[int, bool]:
    """Go past whom somebody told something."""
    end = min(limit, at + REACH)
    that = THAT.search(text, at, end)
    comma = text.find(",", at, end)
    reach = _LONGEST_ASIDE if that is not None and text[that.start() - 1] == "," else _LONGEST_OBJECT
    is_far = that is not None and 0 <= comma < that.start() and that.start() - comma > reach
    is_clause = that is not None and _THEY_ARE.search(text, at, that.start()) is not None
    if that is not None and not (is_far or is_clause) and _THEN_TELLS.search(text, at, that.start()) is None:
        return that.end(), True
    match = _LONG_OBJECT.match(text, at, end) or _OBJECT.match(text, at, end)
    if match is None or _OF_WHAT.match(text, at, end):
        return at, False
    if _TO.match(text, match.end()):
        return at, False
    return match.end(), False


def least_words(text: str, cue: Cue, start: int, limit: int) -> int:
    """Say how many words make what a phrase reports: one after "called for", if it is no pronoun."""
    if limit - start < _LONGEST_POINTER and text[start:limit].strip(' .,;“”"').lower() in ("no", "yes"):
        return 1
    if limit - start < _LONGEST_POINTER and is_between(text, cue) and _ONE_VERB.match(text, start, limit):
        return 1
    if cue.has_that or cue.lemma == "say" or cue.frame not in (CLAUSE, LOOSE):
        if (cue.frame != JUDGE and cue.lemma != "urge") or cue.has_that:
            return 2
        is_pointer = limit - start < _LONGEST_POINTER and text[start:limit].strip(" ,.").lower() in _POINTERS
        return 2 if is_pointer else 1
    is_own = cue.frame == CLAUSE and _OWN_THING.match(text, start)
    is_short = is_own or (cue.lemma == "call" and _CALLS_IT.match(text, start))
    return 2 if is_short else 3


def only_says_when(text: str, start: int, limit: int) -> bool:
    """Tell whether a clause only tells when something was said: "said after the talks", not "after that, they won"."""
    if _WHEN.match(text, start) is None:
        return False
    if _THEN_THEY.search(text, start, limit) is not None:
        return False
    main = _THEN_MAIN.search(text, start, limit)
    return main is None or AUXILIARIES.isdisjoint(text[main.end() : limit].split())


def only_says_where(text: str, start: int, limit: int) -> bool:
    """Tell whether only places and people follow: "Lee said in a tweet."."""
    if _IN_YEAR.match(text, start, limit) is not None:
        return False
    if VENUE.match(text, start, limit) is None or TO_DO.match(text, start, limit) is not None:
        return False
    rest = text[start:limit].strip(" ,.")
    return "," not in rest and AUXILIARIES.isdisjoint(rest.split()) and _THEY_DO.search(rest) is None


def only_feels(text: str, cue: Cue, start: int, limit: int) -> bool:
    """Tell whether a feeling is told and not what it is about: "expressed her disappointment"."""
    return cue.lemma in ("express", "voice") and _MERE_FEELING.match(text[start:limit]) is not None


def orders_things(text: str, cue: Cue, start: int, limit: int) -> bool:
    """Tell whether nobody is told to do anything: "ordered new ones", "commands the front"."""
    if cue.lemma == "give":
        return not text.startswith(("to ", "that "), start + 1)
    if cue.lemma in _MOVING:
        return cue.frame == ASK and _MOVED.match(text, start, limit) is None
    if cue.frame != ASK:
        return False
    calls_on = cue.lemma == "call"  # "called on the mayor": a visit
    return (calls_on or cue.lemma in _TO_DO) and _TO_VERB.search(text, start, limit) is None


def only_may(text: str, start: int, cue: Cue) -> bool:
    """Tell whether a phrase says how something may be done: "can lift the ban by notifying them that"."""
    return text.startswith(" by ", cue.left) and not _MAY.isdisjoint(text[start : cue.left].split())
