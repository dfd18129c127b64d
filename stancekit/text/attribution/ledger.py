"""The quotations found so far in an article, and what finding more of them needs to know."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import partial

from stancekit.records import Quote
from stancekit.text.attribution.clauses import is_clause
from stancekit.text.attribution.cues import Unit
from stancekit.text.attribution.descriptions import spoken_name
from stancekit.text.attribution.kinds import ISSUE
from stancekit.text.attribution.listing import is_item, lead_of
from stancekit.text.attribution.openings import is_adverb, past_adverb
from stancekit.text.attribution.own import is_ours
from stancekit.text.attribution.persons import Speaker
from stancekit.text.attribution.reporting import ADJUNCT, DATELINE, DAY, HELPERS, ISSUING, MONTH
from stancekit.text.attribution.speakers import Cast
from stancekit.text.attribution.verbs import PAST_FORM

# Where whom a sentence begins with ends: at a mark, a comma that parts no list, or a verb.
_LEADING = re.compile(
    r"[;:“”\"]|,\s(?!(?:[A-Z][\w.]+(?: [A-Z][\w.]+)?(?:, | and )))|\s(?:has|have|had|is|are|was|were|will|would|also|"
    r"then|did|does|further|later|earlier|[a-z]+ly|"
    rf"(?!red\b|hundred\b)[a-z]+ed|{PAST_FORM}|arrives|plans|"
    r"wants|hopes|says|(?:plan|want|hope|intend)(?= to )|continues?|remains?|refuses?|keeps?|seeks?|needs?)\b"
)
MAIN = re.compile(
    r",\s(?=the |an? |[A-Z]|he |she |they |it |two |three |four |five |six |seven |eight |nine |ten |several |some |"
    r"many |former )"
)
_CAUSES = (
    "Due to ",
    "Owing to ",
    "Thanks to ",
    "Because of ",
    "Along with ",
    "Together with ",
    "Ahead of ",
    "Prior to ",
)
_IN_YEAR = re.compile(
    rf"(?:(?:In|On|Since|By) (?:(?:early |late |mid-)?(?:{MONTH} )?(?:\d{{1,2}}, )?\d{{4}}|{DAY}|{MONTH})|"
    r"(?:In|Over|During|For|Within) (?:the )?(?:past|last|recent|next|same|following) (?:\w+ )?(?:hours?|days?|weeks?|"
    r"months?|years?|decades?)|(?:Last|This) (?:night|week|month|year|spring|summer|autumn|winter)) (?=[A-Z]|the )"
)
# "In 1964 a surveyor walked along the bank"
_ONCE = re.compile(
    rf"(?:In (?:{MONTH} )?\d{{4}}|(?:On|One|Last|That) (?:{DAY}|day|night|morning|evening|year|week|month|"
    rf"spring|summer|autumn|winter)|"
    r"(?:Two|Three|Four|Five|Ten|Some|Many) (?:days|weeks|months|years) (?:ago|later)),? (?=an? )"
)
_CLAUSE = re.compile(
    r"(?:While|As|Although|Though|Since|After|Before|When|Because|If|But|And|Once|Yet|Still) (?![a-z]+ing\b)"
)
# "Appearing before a committee, Lee", "Flanked by two aides, she"
_PARTICIPLE_FIRST = re.compile(
    r"(?!During|Nothing|Everything|Something|Anything|Morning|Evening|King|Beijing|Ring|Spring|Building|Meeting|Wing|"
    r"United|Red|Speed)[A-Z][a-z]{2,}(?:ing\b(?! said)|ed (?:by|in|on|about|whether|if|to|at|with|from|of|for|"
    r"what|why|how|who|up|out|off)\b)"
    r"[^,;:.“”\"]{0,120},\s"
)
# "To conclude, Mr. President, the war": whom one speaks to is not who is spoken of.
_ADDRESS = re.compile(
    r"(?:[A-Z][a-z]+(?: [a-z]+){0,3}, )?(?:Mr\.?|Mrs\.?|Ms\.?|Madam|Your) (?:President|Vice-President|Chairman|Chair|"
    r"Chairperson|Speaker|Secretary[- ]General|Excellency|Minister|Commissioner), "
)
# "To this end, the ministry", "As a first step, Lee": no name stands before the comma.
_OPENING = re.compile(
    r"(?!The |An? |His |Her |Its |Their |Our |This )[A-Z][a-z]+(?: [a-z]+){1,4}, (?=the |[A-Z]|he |she |they |it )"
)
# What somebody is, before the name: "A son of a fisherman, Lee was born in Oslo", "A doctor by training, she left".
_FRONTED = re.compile(r"[A-Z][^,.;:“”\"]{3,80}, (?:(?P<pronoun>he|she|they) |(?=[A-Z]))")
_N_DESCRIBING = 6  # words of a description
_KNOWN_ONE = ("The ", "Our ", "Your ", "My ")
_LONE_PLURAL = re.compile(r"[A-Z][a-z]+s$")
_MARKS = frozenset(';:“”"')
# "MUSCAT: Exports rose"
_TOWN = re.compile(r"(?!PM\b|MP\b)[A-Z][A-Z.’'-]{3,20}(?: [A-Z]{2,15}){0,2}: (?=[A-Z])")
_DATELINE_SIGNS = (" –", " —", " -", "(")
_LONGEST_DATELINE = 80
_N_BELOW = 16  # quotations below a headline among which its speaker is looked for
_LEAST_TOLD = 25  # characters before who reports in which somebody does something
_TRIM_LEFT = " \t\r\n,:;–—-"
_TRIM_RIGHT = ' \t\r\n,:;–—-.”"’“'


class Ledger:
    """Keeps quotations, turns and headings of one article.

    Parameters
    ----------
    text : str
        The article.
    cast : Cast
        Its people.
    turns : list of Quote
        Its turns, if it is a transcript.
    """

    def __init__(self, text: str, cast: Cast, turns: list[Quote]) -> None:
        self.text, self.cast, self.turns = text, cast, turns
        # One turn before a longer rest is but a remark in an article.
        self.is_transcript = len(turns) > 1 or (
            len(turns) == 1 and len(text) - turns[0].end <= turns[0].end - turns[0].start
        )
        cast.labels = frozenset(turn.speaker for turn in turns) if self.is_transcript else frozenset()
        self.turn_starts = [turn.start for turn in turns]
        self.quotes: list[Quote] = []
        self.headings: list[int] = []
        self.described: list[int] = []  # headlines of somebody who is only described
        self._turn: Quote | None = None
        self.words = cast.words
        # Cheap looks at the whole text, so that no sentence is searched for what stands nowhere.
        self.is_quoted_aloud = "quote," in text or "quote:" in text or "quote –" in text
        self.is_in_words = "o quote " in text or "o cite " in text or "o borrow" in text
        self.has_own_words = (
            " I " in text or " my " in text or " we " in text or " our " in text
        )  # which outside quotation marks are the writer's
        self.lead: Speaker | None = None  # who does what a list tells

    def turn_at(self, at: int) -> Quote | None:
        """Give the turn around a place."""
        i = bisect_left(self.turn_starts, at + 1) - 1
        return self.turns[i] if i >= 0 and at < self.turns[i].end else None

    def answerer(self, at: int) -> Speaker | None:
        """Say who answers the turn around a place, if it asks: whoever speaks next, or else before."""
        i = bisect_left(self.turn_starts, at + 1) - 1
        own = self.turns[i].speaker
        if "?" not in self.text[self.turns[i].start : self.turns[i].end]:
            return None
        for turn in self.turns[i + 1 : i + 2] or self.turns[max(0, i - 1) : i]:
            if turn.speaker is not None and turn.speaker != own:
                return Speaker(name=turn.speaker, title=turn.title, kind="person")
        return None

    def begin(self, unit: Unit) -> int:
        """Give where a sentence begins after "TEHRAN – " or "(Reuters)"."""
        if unit.start and self.text[unit.start - 1] != "\n":
            return unit.start
        is_town = self.text[unit.start + 1 : unit.start + 4].isupper() and not self.is_transcript
        if is_town and (town := _TOWN.match(self.text, unit.start, unit.end)) is not None:
            return town.end()
        opening = self.text[unit.start : unit.start + _LONGEST_DATELINE]
        if not any(sign in opening for sign in _DATELINE_SIGNS):
            return unit.start
        dateline = DATELINE.match(self.text, unit.start, unit.end)
        return unit.start if dateline is None else dateline.end()

    def add(self, start: int, end: int, kind: str, speaker: Speaker | None, rule: str) -> bool:
        """Add a quotation, blanks and stops around it left out; tell whether anything remained of it."""
        said = self.text[start:end].lstrip(_TRIM_LEFT)
        start = end - len(said)
        limit, end = end, start + len(said.rstrip(_TRIM_RIGHT if kind != "direct" else " \t\r\n,"))
        if kind != "direct":
            end = _past_closing(self.text, start, end, limit)
        if self.text[end - 1 : end] in ("d", "r") and self.text.endswith(("; and", "; or"), start, end):
            end = self.text.rindex(";", start, end)
        elif kind != "direct" and self.text.endswith((" and", ", but"), start, end):
            end = self.text.rindex(" ", start, end)
        if speaker is not None and _is_no_speaker(speaker):
            if kind != "direct":
                return False
            speaker = None
        name = None if speaker is None else spoken_name(speaker.name)
        if name is not None:
            self.cast.quoted.add(name)
        if end > start:
            self.quotes.append(
                Quote(
                    start=start,
                    end=end,
                    kind=kind,
                    speaker=name,
                    title=speaker.title if speaker and name else None,
                    rule=rule,
                )
            )
        return end > start

    def leading(self, unit: Unit, at: int | None = None) -> Speaker | None:
        """Say whom a sentence begins with, or its first clause if a place lies in that."""
        start = self._after_heading(unit, self.begin(unit))
        if (address := _ADDRESS.match(self.text, start, unit.end)) is not None:
            start = address.end()
        start = past_adverb(self.text, start, unit.end)
        if (year := _IN_YEAR.match(self.text, start, unit.end)) is not None:
            start = year.end()
        elif (ADJUNCT.match(self.text, start) or self.text.startswith(_CAUSES, start)) and (
            comma := MAIN.search(self.text, start, unit.end)
        ) is not None:
            clause = _CLAUSE.match(self.text, start) if at is not None and at < comma.start() else None
            start = comma.end() if clause is None else clause.end()
        elif self._opens_with_participle(start) and (
            (comma := MAIN.search(self.text, start, unit.end)) is not None
            and (at is None or at <= start or at > comma.start())
        ):
            start = comma.end()
        elif (opening := _OPENING.match(self.text, start, unit.end)) is not None:
            start = opening.end()
        if (named := self.cast.people.named_at(start)) is not None:
            return named
        match = _LEADING.search(self.text, start + 2, min(unit.end, start + 110))
        if match is None or match[0] in _MARKS:
            return None
        speaker = self.cast.resolve(start, match.start())
        if speaker is None or speaker.kind != "person" or self.cast.knows(speaker):
            return speaker
        return None if _LONE_PLURAL.match(speaker.name) else speaker  # "Exports fell"

    def _after_heading(self, unit: Unit, start: int) -> int:
        """Give where a sentence begins after a heading in marks: "‘We are ready’ The ministry also issued"."""
        if not unit.marked or unit.marked[0].open != start:
            return start
        end = unit.marked[0].close
        is_bare = self.text[unit.marked[0].end - 1] not in ",.!?…" and self.text[end : end + 1] == " "
        return end + 1 if is_bare and self.text[end + 1 : end + 2].isupper() else start

    def note_lead(self, unit: Unit) -> None:
        """Remember whom a sentence is about that a list goes on."""
        if (lead := lead_of(self.text, self.cast, unit)) is not None:
            self.lead = lead
        elif self.lead is not None and not is_item(self.text, unit.start) and self.text[unit.end - 1] not in ",;:":
            self.lead = None

    def _opens_with_participle(self, start: int) -> bool:
        """Tell whether a sentence begins with what somebody does besides: "Appearing before a committee, Lee"."""
        first = self.text[start : start + 20].split(" ", 1)[0]
        return first.endswith(("ing", "ed")) and _PARTICIPLE_FIRST.match(self.text, start) is not None

    def note_topic(self, unit: Unit) -> None:
        """Remember whom a sentence is about that reports nothing: "he" in the next one may be them."""
        if self.text[unit.start] in '“"' or (self.is_transcript and self.turn_at(unit.start) is None):
            return
        if self.turns:
            self.enter(self.turn_at(unit.start))
        self.cast.note_topic(partial(self._topic, unit))

    def enter(self, turn: Quote | None) -> None:
        """Note whose turn it is: of others somebody else has spoken."""
        if turn is not self._turn:
            last, self._turn = self._turn, turn
            self.cast.forget_topics()
            if last is not None and last.speaker is not None and not self.is_transcript:
                self.cast.hear(Speaker(name=last.speaker, title=last.title, kind="person"))

    def _topic(self, unit: Unit) -> Speaker | None:
        """Say whom a sentence is about: somebody known, or somebody new, "A farmer in the north spoke for many"."""
        start = self.begin(unit)
        if (once := _ONCE.match(self.text, start, unit.end)) is not None:
            start = once.end()
        is_one = self.text.startswith(("A ", "An ", "One ", "Another ", "My ", "Our ", "Your ", "a ", "an "), start)
        if (fronted := _FRONTED.match(self.text, start, unit.end)) is not None:
            named = self.cast.people.named_from(fronted.end()) if is_one else None
            if named is not None or fronted["pronoun"]:
                return named
        speaker = self.leading(unit)
        if speaker is None and (owner := self.cast.people.owner_at(start)) is not None:
            return owner
        if self.text.startswith(("His ", "Her "), start):
            return self._of_owner(start, unit.end, speaker)
        if speaker is not None and (about := self._about(speaker, unit, start, is_one=is_one)) is not None:
            return about
        new = self.cast.newcomer(start, unit.end) if is_one else self.cast.newcomers(start, unit.end)
        if new is not None or (speaker is not None and speaker.kind == "person"):
            return new
        return self.cast.people.introduced_in(start, unit.end)

    def _about(self, speaker: Speaker, unit: Unit, start: int, *, is_one: bool) -> Speaker | None:
        """Tell whether whom a sentence begins with is somebody it can be about, or a name that nobody explains."""
        is_ended = self.text[unit.end - 1] in '.!?:”"'  # no heading
        is_described = is_one or (is_ended and self.text.startswith(_KNOWN_ONE, start))  # "The mayor of Utvær left"
        is_described = is_described and speaker.name.count(" ") < _N_DESCRIBING
        is_new = speaker.kind == "people" or (is_described and speaker.kind == "person")
        if is_new or self.cast.knows(speaker):
            return speaker
        is_lone = speaker.kind == "person" and " " not in speaker.name and speaker.name[0].isupper()
        is_lone = is_lone and not is_adverb(speaker.name)
        if is_lone and self.text.find(f"{speaker.name} ", start, unit.end) >= 0:  # not "See, this is hard"
            return Speaker(name=speaker.name, title=None, kind="lone")
        return None

    def _of_owner(self, start: int, end: int, speaker: Speaker | None) -> Speaker | None:
        """Say whom a sentence is about that begins with "His" or "Her": "His brother Bo left", "Her plan failed"."""
        if speaker is not None and speaker.kind == "person":
            return speaker
        return self.cast.newcomer(start, end) or self.cast.resolve_owner(start)

    def note_doer(self, unit: Unit) -> None:
        """Remember whom a sentence is about at whose end somebody reports it."""
        if not self.is_transcript and unit.cues[0].left - unit.start > _LEAST_TOLD:
            self.cast.doer = partial(self.leading, unit)

    def note_issued(self, unit: Unit) -> None:
        """Remember "the ministers issued a joint statement" for "the statement said"."""
        stop = min(unit.end, unit.start + 300)
        if (first := self.words.first(ISSUE, unit.start, stop)) < 0:
            return
        match = ISSUING.search(self.text, max(unit.start, first), stop)
        if match is None:
            return
        start = self._after_heading(unit, self.begin(unit))
        near = match.start() - start < 110 and not ADJUNCT.match(self.text, start)
        end = _before_adverbs(self.text, start, match.start())
        speaker = self.cast.resolve(start, end) if near else self.leading(unit)
        if speaker is not None:
            self.cast.issue(match[1], start, speaker)
            self.cast.hear(speaker)

    def name_headings(self) -> None:
        """Give a quoted heading the speaker of the quotation that it repeats."""
        for i in self.headings:
            heading = self.quotes[i]
            words = self.text[heading.start : heading.end]
            for quote in self.quotes[i + 1 : i + 40]:
                if words in self.text[quote.start : quote.end]:
                    self.quotes[i] = Quote(
                        start=heading.start, end=heading.end, kind="direct", speaker=quote.speaker, title=quote.title,
                        rule="heading-repeated",
                    )  # fmt: skip
                    break

    def name_described(self) -> None:
        """Give a headline of "the minister" the person who says most of it below."""
        for i in self.described:
            heading = self.quotes[i]
            words = _stems(self.text[heading.start : heading.end])
            best, most = None, 1
            for quote in self.quotes[i + 1 : i + _N_BELOW]:
                alike = len(words & _stems(self.text[quote.start : quote.end]))
                if quote.speaker is not None and quote.title and alike > most:
                    best, most = quote, alike
            if best is not None:
                self.quotes[i] = Quote(
                    start=heading.start, end=heading.end, kind=heading.kind, speaker=best.speaker, title=best.title,
                    rule=heading.rule,
                )  # fmt: skip


def _past_closing(text: str, start: int, end: int, limit: int) -> int:
    """Give the end behind a closing mark that was left out, where the opening one was not: "was “unchanged,”"."""
    for opening, closing in ("“”", '""', "‘’"):
        n_open = text.count(opening, start, end) - (text.count(closing, start, end) if opening != closing else 0)
        is_open = n_open % 2 == 1 if opening == closing else n_open > 0
        if is_open and (mark := text.find(closing, end, limit)) >= 0:
            return mark + 1
    return end


def _is_no_speaker(speaker: Speaker) -> bool:
    """Tell whether what was taken for a speaker is none: a piece of a sentence, an adverb, the writer's own country."""
    return is_clause(speaker.name) or is_ours(speaker.name) or is_adverb(speaker.name)


def _stems(text: str) -> set[str]:
    """Give how the longer words of a text begin."""
    return {word[:5].lower() for word in re.findall(r"\w{4,}", text)}


def _before_adverbs(text: str, start: int, end: int) -> int:
    """Give where a subject ends before adverbs: "The union also issued a statement"."""
    words = text[start:end].rstrip().split(" ")
    while len(words) > 1 and (words[-1] in HELPERS or words[-1].endswith("ly")):
        words.pop()
    return start + len(" ".join(words))
