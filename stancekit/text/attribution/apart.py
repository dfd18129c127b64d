"""Words in quotation marks that no verb of saying reports: "“No,” was her answer", "a banner that read “No”"."""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import LEMMAS

_NAME = r"(?P<{}>(?:the |an? |one |another |some )?[^,;:.“”\"()]{{2,70}}?)"
_ANSWERS = (
    r"(?:answer|reply|response|verdict|comment|retort|rejoinder|conclusion|message|advice|explanation|summary|reaction|"
    r"assessment|promise|warning|plea|cry|slogan|refrain|greeting|motto|excuse|demand)"
)
_WRITINGS = (
    r"(?:telegram|cable|letter|message|note|statement|speech|slogan|post|tweet|caption|headline|inscription|e-?mail|text|"
    r"notice|sign|banner|placard|poster|report|communiqué|communique|entry|plaque|memo|memorandum|refrain|saying|appeal|"
    r"petition|leaflet|order|resolution|declaration|motion|part of the \w+)"
)
# "is how the fund described it", "was the minister's answer", "reads the telegram of the queen", ": thus a clerk"
_AFTER = (
    re.compile(
        r"\s*,?\s*(?:is|was|that is|that was) (?:also )?how " + _NAME.format("who") + r"(?: (?:has|had|once|"
        r"later|then|\w+ly))?"
        r" (?:describe[sd]?|puts?|sum(?:s|med)(?: up)?|summari[sz]e[sd]|explain(?:s|ed)|remember(?:s|ed)|"
        r"recall(?:s|ed)|"
        r"define[sd]|characteri[sz]e[sd]|phrase[sd]|express(?:es|ed)|greet(?:s|ed)|saw|sees)\b"
    ),
    re.compile(
        r"\s*,?\s*(?:is|was|were|came|ran|went) (?:(?:his|her|its|their) |the |"
        + _NAME.format("whose") + r"[’'](?:s )? ?)(?:\w+ ){0,2}?" + _ANSWERS
        + r"\b(?: (?:from|of|by|given by) " + _NAME.format("who") + r"(?=[,.;:]| (?:to|in|on|at)\b|\s*$))?"
    ),
    re.compile(
        r"\s*,?\s*as (?:(?:so |once |has been |was |is )?(?:[a-z]+ly )?)(?:phrased|put|formulated|expressed|coined|"
        r"described|worded) by (?P<who>(?:(?:the|an?|our|my) )?(?:(?:Mr|Mrs|Ms|Dr)\. )?[^,;:.“”\"()]{2,70}?)"
        r"(?=[,.;:]| (?:to|in|on|at|when|here)\b|\s*$)"
    ),
    re.compile(r"\s*[,:–—-]\s*(?:thus|so(?! as\b| that\b)) (?:(?:said|wrote|spoke|went|goes|ran|runs|read|"
    r"reads) )?" + _NAME.format("who")
               + r"(?=[,.;:]|\s*$)"),
    re.compile(
        r"\s*,?\s*(?:reads?|goes|went|runs?|ran|says) (?:the|an?|one|his|her|its|their) (?:[\w-]+ ){0,2}?" + _WRITINGS
        + r"\b(?: (?:of|from|by|sent by|written by|signed by|issued by) " + _NAME.format("who")
        + r"(?=[,.;:]| (?:to|in|on|at|over|about)\b|\s*$))?"
    ),
)  # fmt: skip
# "a banner that read “No”", "with the words “No”"
_SIGN = re.compile(
    r"(?:(?P<sign>(?:the |an? |one |another |his |her |their |its )?(?:[\w-]+ ){0,2}?(?:banners?|placards?|"
    r"signs?|posters?|graffiti|"
    r"ribbons?|inscriptions?|plaques?|leaflets?|stickers?|T-shirts?|billboards?|murals?|caption|headlines?|notices?|flyers?|"
    r"pamphlets?|slogans?|badges?|cards?))(?: [^,;:.“”\"]{1,60}?)? (?:(?:that|which) )?"
    r"(?:reads?|reading|said|says|saying|proclaim(?:s|ed|ing)|declar(?:es|ed|ing)|announc(?:es|ed|ing)|demand(?:s|ed|ing)|"
    r"with the words|bearing the words)|(?:with|under|below|bearing|beneath|underneath,?) the words)\s?[:,]?\s?$"
)
# "“Too little,” sniffed one diplomat", "“Too little,” one diplomat sniffed": whatever the verb, it is said.
_PERSON = (
    r"(?:(?:[A-Z][\w’'-]+\.?)(?: (?:[A-Z]|of |the |al-|van |de )[\w’'-]*\.?){0,4}|(?:he|she|they)\b|(?:the|an?|"
    r"one|another|some|his|her|their) "
    r"(?:[\w’'-]+ ){0,2}?[\w’'-]+(?: (?:from|of|in|at) (?:the )?[A-Z][\w’'-]+)?)"
)
_INVERTED = re.compile(
    r"\s(?P<verb>[a-z]+(?:ed|s)) (?P<who>"
    + _PERSON
    + r")(?=[,.]|\s*$| (?:in|on|at|after|before|when|while|as|to|from|into|with)\b)"
)
_PLAIN = re.compile(
    r"\s(?P<who>"
    + _PERSON
    + r") (?P<verb>[a-z]+(?:ed|s))(?=[,.]|\s*$| (?:in|on|at|after|before|when|while|as|to|from|into|with|back|out)\b)"
)
_NO_VERBS = frozenset({
    "is", "was", "has", "does", "this", "its", "his", "as", "across", "unless", "towards", "perhaps", "besides",
    "always", "sometimes", "needs", "comes", "opens",
})  # fmt: skip
_FIRST = frozenset("is was that were came ran went thus so as reads read goes runs says run".split())  # noqa: SIM905
_SIGNS = ("read", "reads", "reading", "said", "says", "saying", "words", "ed", "ing", "es")
_REACH = 170


def said_after(text: str, close: int, end: int) -> tuple[int, int] | None:
    """Find who said what closes at a place, by words that point back to it.

    Returns
    -------
    (int, int) or None
        Where that speaker is named, both -1 where the words do not name one; None where no such words stand there.
    """
    rest = text[close : min(end, close + 24)].lstrip(" ,:–—-").split(None, 1)
    if not rest or rest[0] not in _FIRST:
        return None
    for pattern in _AFTER:
        if (match := pattern.match(text, close, min(end, close + _REACH))) is not None:
            named = match.groupdict()
            group = "who" if named.get("who") else "whose" if named.get("whose") else None
            return (-1, -1) if group is None else match.span(group)
    return None


def spoken_by(text: str, close: int, end: int, width: int = 1) -> tuple[int, int] | None:
    """Find who speaks after marks that a comma or a question closes, by a verb that may be any: "“No,” sniffed Lee"."""
    before = text[close - width - 1 : close - width]
    is_closed = text[close - 1 : close] in ("”", '"', "’", "'", "»", ">") and before in (",", "?", "!")
    if not is_closed or not text.startswith(" ", close):
        return None
    end = min(end, close + _REACH)
    match = _INVERTED.match(text, close, end) or _PLAIN.match(text, close, end)
    if match is None or match["verb"] in _NO_VERBS or match["verb"] in LEMMAS:
        return None  # those that are known are heard by rules of their own
    return match.span("who")


_SAYINGS = (
    r"(?:answers?|reply|response|verdict|conclusion|message|advice|explanation|argument|warning|view|position|line|plea|"
    r"complaint|fear|demand|promise|charge|claim|case|reasoning|rule|prediction|forecast|estimate|version|point|theory|"
    r"suggestion|proposal|excuse|question|counsel|prescription|recommendation|finding|defence|defense|retort|objection)"
)
_NOUN_COLON = re.compile(
    r"(?:(?:But|And|So|Yet|Still) )?(?:(?P<his>His|Her|Their|Its|his|her|their|its)|(?P<whose>(?:The |the |An? |"
    r"One |Another |One of the )?[\w.-]+"
    r"(?: [\w.&-]+){0,5}?)(?:[’']s|(?<=s)[’'])) (?:[\w-]+ ){0,3}?" + _SAYINGS
    + r"(?: (?:to|for|on|about|of) [^,;:.“”\"]{2,50}?)?(?: (?:is|was|has been|remains|remained|came|ran|"
    r"runs))?(?: [\w-]+){0,3}?: (?=[A-Za-z])"
)  # fmt: skip
_VERB_COLON = re.compile(
    r"(?:,? (?:me|us|him|her|them|it|this|reporters|journalists|too|simply|again|once|then|only|also|"
    r"at the time|as follows|"
    r"(?:more |most |rather )?[a-z]+ly|in (?:\w+ )?\w+|on \w+day|to (?:me|us|him|her|them|the \w+))){0,4}: (?=[A-Za-z])"
)


def noun_colon(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """Find what somebody says behind a colon, and whose it is: "Her answer is simple: close the mill".

    Returns
    -------
    (int, int, int) or None
        Where it begins, and where who says it is named, both -1 for "his".
    """
    match = _NOUN_COLON.match(text, start, min(end, start + _REACH))
    if match is None:
        return None
    return match.end(), *((-1, -1) if match["his"] else match.span("whose"))


def verb_colon(text: str, at: int, end: int) -> int:
    """Give where what is said begins behind a verb and a colon: "She warned me, too: if they come, I go"; else -1."""
    match = _VERB_COLON.match(text, at, end)
    return -1 if match is None else match.end()


def sign_before(text: str, start: int, opened: int) -> tuple[int, int] | None:
    """Find the sign on which something in marks is read, given as `said_after` gives it."""
    before = text[max(start, opened - _REACH) : opened].rstrip(" :,")
    if not before.endswith(_SIGNS):
        return None
    match = _SIGN.search(text, max(start, opened - _REACH), opened)
    if match is None:
        return None
    return match.span("sign") if match["sign"] else (-1, -1)
