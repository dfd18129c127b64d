"""Where a sentence ends: each stop and each line break is judged by what stands around it, within a bounded reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from stancekit.text.abbreviations import (
    AFTER_HOURS,
    CLOSING,
    CONTINUATIONS,
    EITHER,
    NUMBERED,
    OPENERS,
    OPENERS_IN_CAPITALS,
    SAYING,
    TITLES,
)

STOPS = ".!?…‥。．！？｡؟۔।॥"
FINAL_STOPS = "。！？｡؟۔।॥"  # they neither abbreviate nor need a blank behind them
CLOSERS = "\"'”’»›)\\]}）］】」』〉》"
ENDINGS = STOPS + "\"'”’»)]"
LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
ZERO_WIDTH = "\u200b\u2060\ufeff"
BLANK = rf"[\s{ZERO_WIDTH}]"
REACH = 12  # the longest abbreviation, with a bracket before it
LONGEST_ITEM = 400  # characters of a line of a list up to its last sentence
LONG_LINE = 130  # nobody wraps lines by hand as late as that

# For speed the pattern itself passes over what can end nothing: a line that goes on with a word in lower case, and a
# full stop inside an abbreviation ("U.S. law"), a decimal number or an address.
CANDIDATE = re.compile(
    rf"([{STOPS}{LINE_ENDS}](?:(?<=\.)(?!(?:[a-z,;]|[A-Z]\.|\d{{1,3}}[^\s\d]|(?<=[A-Z]\.) [a-z]{{3}}))"
    rf"[{STOPS}{CLOSERS}]*+"
    rf"|(?<=[{STOPS[1:]}])[{STOPS}{CLOSERS}]*+|(?<=[{LINE_ENDS[:-1]}])(?![a-z]{{2}})|(?<=\u2029)))({BLANK}*+)"
)
MARKER = re.compile(
    rf"""(?P<sure>[•●▪■□◦‣⁃∙·►➢✓]+ | (?:\*|\#{{1,6}})(?={BLANK}) | \d{{1,3}}\.?(?=\t)
        | (?:[*\-=_#~•·–—][ \t]*){{3,200}}+(?=[{LINE_ENDS}]|\Z))
      | (?P<likely>[-–—]{{1,2}}(?={BLANK}) | [(\[]?(?:\d{{1,3}}|[A-Za-z]|[ivx]{{2,4}})[)\]](?={BLANK})
        | (?:\d{{1,3}}|[a-z]|[IVX]{{2,5}})\.(?={BLANK}))""",
    re.VERBOSE,
)
_ROMANS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV"
_LIST_MARK = re.compile(rf"{BLANK}*+{MARKER.pattern}", re.VERBOSE)
_IN_MARK = re.compile(r"[()\[\].]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SERIES = (_LETTERS, _LETTERS.upper(), *(f(_ROMANS).split() for f in (str.lower, str.upper)))
_NEXT = frozenset(pair for series in _SERIES for pair in pairwise(series))
_MORE_ITEMS = ("; and", ", and", "; or", ", or")  # "(a) open the port; and"
_LINE_END = re.compile(f"[{LINE_ENDS}]")
_PARAGRAPH = re.compile(rf"(?>\r\n|[{LINE_ENDS}])[^\S{LINE_ENDS}]*+[{LINE_ENDS}]|\u2029")
_LATE_CLOSERS = re.compile(
    rf"((?:[”»›)\]}}]{BLANK}?+)*[”»›)\]}}])(?={BLANK}|\Z){BLANK}*+|(\"(?=[ \t]*+(?:[{LINE_ENDS}]|\Z))){BLANK}*+"
)
_LATE_SIGNS = '”»›)]}"'
_REVERSED_CLOSER = re.compile(rf"([“«‹])(?={BLANK}|\Z){BLANK}*+")  # as German and Danish quote
_FOOTNOTE = re.compile(rf"((?:\[\d{{1,3}}\]){{1,9}}|[¹²³⁰⁴-⁹]{{1,3}}|\d{{1,3}})(?={BLANK}|\Z){BLANK}*+")
_OPENING = re.compile(r"""[“„«‹"'‘’(\[{¿¡<—–\-\s*_…]{0,8}+""")
_WORD = re.compile(r"[^\W\d_]{1,30}(?:['’][^\W\d_]{1,3})?")
# "I" before a verb is a pronoun.
_ROMAN = re.compile(r"(?!I(?: (?!of|and|or|to|in)[a-z]|['’](?:m|ve|ll|d)\b))[IVXLC]{1,6}\b")
_BRAND = re.compile(r"[a-z]{1,2}[A-Z]")  # as iPhone
_SITE = re.compile(r"(?i:com|org|net|gov|edu|int|js|py|exe|pdf|html?)\b")
_ATTRIBUTION = re.compile(rf"(?:[A-Z][\w’'.\-]{{0,30}},?\s){{1,6}}(?:{SAYING})\b")


ABBREVIATIONS = TITLES | NUMBERED | EITHER | CLOSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the lines of a text were broken.

    Attributes
    ----------
    wrapped : bool
        Whether lines end where the page was full, so that a line break says nothing of sentences.
    width : int
        Characters of a full line of such a text.
    """

    wrapped: bool
    width: int


def layout_of(text: str) -> Layout:
    r"""Tell whether a text's lines end at paragraphs or at the margin of a page.

    Examples
    --------
    >>> layout_of("We meet at a time of great\nchange for the world.").wrapped
    True
    """
    if "\n" not in text:
        return Layout(wrapped=False, width=0)
    lengths = [len(line) for line in text.split("\n")]
    wrapped = sum(length for length in lengths if length > LONG_LINE) * 2 < len(text)
    full = sorted(length for length in lengths if length > 1)
    return Layout(wrapped=wrapped, width=full[len(full) * 3 // 4] if wrapped and full else 0)


def _opens(word: str) -> bool:
    """Tell whether a capitalised word speaks for a new sentence; where all is in capitals, few do."""
    return word.lower() in (OPENERS_IN_CAPITALS if len(word) > 1 and word.isupper() else OPENERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges the candidates of one text.

    Attributes
    ----------
    text : str
        The whole text, in which all offsets count.
    layout : Layout
        How its lines were broken.
    """

    text: str
    layout: Layout

    def end_at_line(self, begin: int, place: int, follow: int) -> int:
        """Give where the statement from `begin` ends if the line break at `place` ends it, else 0.

        Parameters
        ----------
        begin, place, follow : int
            Where the statement begins, where the line ends, and where the next characters stand.

        Returns
        -------
        int
        """
        text = self.text
        end = place
        while end > begin and (text[end - 1].isspace() or text[end - 1] in ZERO_WIDTH):
            end -= 1
        if end <= begin:
            return 0
        if self.is_paragraph(place, follow):
            return end
        last, following = text[end - 1], text[follow]
        if marker := MARKER.match(text, follow):
            is_open = last in ":;," or text.endswith(_MORE_ITEMS, begin, end)
            sure = marker["sure"] is not None or not self.layout.wrapped or is_open
            return end if sure or self._goes_on_list(begin, marker) or self._stands_alone(begin, end, follow) else 0
        if following.islower() or last in "-–—/(“" or following in ")]”»,;":
            return 0
        return end if not self.layout.wrapped or self._stands_alone(begin, end, follow) else 0

    def end_at_stop(self, begin: int, stop: int, after: int, follow: int) -> int:
        """Give where the statement from `begin` ends if the stop ends it, else 0.

        Parameters
        ----------
        begin, stop : int
            Where the statement begins, and where the first mark stands.
        after, follow : int
            Where the marks and closing quotes end, and where the blanks behind them end.

        Returns
        -------
        int
        """
        text = self.text
        if follow == after:
            return self._end_without_blank(begin, stop, after)
        # Of what `_LATE_CLOSERS` begins with one sign is looked at first, for speed.
        if follow < len(text) and text[follow] in _LATE_SIGNS and (late := _LATE_CLOSERS.match(text, follow)):
            after, follow = late.end(late.lastindex or 0), late.end()
        if follow >= len(text) or self.is_paragraph(after, follow) or text[stop] in FINAL_STOPS:
            return after
        if self._has_line(after, follow) and (marker := MARKER.match(text, follow)):
            word = self._word_before(begin, stop)
            return after if marker["sure"] or self._begins_after_word(word, follow, begin, stop) else 0
        return after if self._begins(begin, stop, after, follow) else 0

    def opens_line(self, end: int, follow: int) -> bool:
        """Tell whether what follows the end of a statement begins a line that means to be one."""
        if end >= follow or not self._has_line(end, follow):
            return False
        return not self.layout.wrapped or self.is_paragraph(end, follow) or MARKER.match(self.text, follow) is not None

    def is_paragraph(self, place: int, follow: int) -> bool:
        """Tell whether the blanks between two places hold a blank line."""
        if follow - place < 2 and self.text[place] != "\u2029":
            return False
        return _PARAGRAPH.search(self.text, place, follow) is not None

    def _has_line(self, place: int, follow: int) -> bool:
        return _LINE_END.search(self.text, place, min(follow, place + 9)) is not None

    def _goes_on_list(self, begin: int, marker: re.Match[str]) -> bool:
        """Tell whether the statement's own line bears the mark before this one: a dash like it, or one number less."""
        start = self.text.rfind("\n", max(0, begin - LONGEST_ITEM), begin) + 1
        first = _LIST_MARK.match(self.text, start)
        if first is None or first.end() > begin:
            return False
        if first["likely"] is None:
            return first["sure"].startswith("#")  # "# Heading" before "- item"
        before, here = first["likely"], marker["likely"]
        if before == here:
            return not before[0].isalnum() and before[-1] not in ")]"
        old, new = (_IN_MARK.sub("", mark) for mark in (before, here))
        is_next = int(new) == int(old) + 1 if old.isdigit() and new.isdigit() else (old, new) in _NEXT
        return is_next and before.replace(old, "") == here.replace(new, "")

    def _stands_alone(self, begin: int, end: int, follow: int) -> bool:
        """Tell whether one line, ending long before the margin, is the whole: a heading or a salutation."""
        text, width = self.text, self.layout.width
        opens_line = begin == 0 or self._has_line(max(0, begin - 9), begin)
        if not opens_line or end - begin > 0.6 * width or _LINE_END.search(text, begin, end):
            return False
        following = _WORD.match(text, follow)
        last = text[max(begin, end - 30) : end].split()[-1]
        fits = (end - begin) + (len(following[0]) if following else 0) < 0.6 * width
        return fits and last.lower() not in CONTINUATIONS

    def _begins(self, begin: int, stop: int, after: int, follow: int) -> bool:
        """Tell whether a sentence begins behind the stop and the blank."""
        text = self.text
        place = _OPENING.match(text, follow).end()  # type: ignore[union-attr]
        first = text[place : place + 1]
        marks = text[stop:after]
        if first.islower():
            return marks == "." and place == follow and self._is_stray_lower(begin, stop, follow)
        if first in ",;:&%/)]}”»=+" and first:
            return False
        if "…" in marks or "..." in marks:
            return self._begins_after_ellipsis(stop, place)
        if marks[0] != ".":
            return not (marks[-1] in "\"'”’»" and _ATTRIBUTION.match(text, follow))
        return self._begins_after_word(self._word_before(begin, stop), place, begin, stop)

    def _begins_after_word(self, word: str, place: int, begin: int, stop: int) -> bool:
        """Tell whether a sentence begins at `place`, judged by the word before the full stop and the word there."""
        if word[-2:-1] in (".", "-"):  # "the Mekong-U.S. Partnership"
            word = word.rpartition("-")[2]
        if len(word) > 7 or not word:
            return True
        is_quoted_number = word.isdigit() and self.text[begin] in "“\"‘'«" and stop - begin < 6
        if word in TITLES or is_quoted_number:
            return False
        if word in NUMBERED:
            return not (self.text[place : place + 1].isdigit() or _ROMAN.match(self.text, place))
        following = self._word_at(place)
        if word in CLOSING:
            return following not in AFTER_HOURS
        return _opens(following) or not self._may_stand_inside(word, stop)

    def _may_stand_inside(self, word: str, stop: int) -> bool:
        """Tell whether the word with its stop is an initial or an abbreviation, which needs no sentence's end."""
        if word == "I":
            return not self.text[stop - 3 : stop - 2].islower()
        return word in EITHER or (word[-1].isalpha() and (len(word) == 1 or word[-2] == "."))

    def _begins_after_ellipsis(self, stop: int, place: int) -> bool:
        following = self._word_at(place)
        if following in ("I", "I’m", "I'm"):
            return False
        return not self.text[stop - 1 : stop].isspace() or _opens(following)

    def _word_before(self, begin: int, stop: int) -> str:
        tail = self.text[max(begin, stop - REACH) : stop]
        return tail.split()[-1].lstrip("([{“\"'‘«—–-*_") if tail and not tail[-1].isspace() else ""

    def _word_at(self, place: int) -> str:
        """Give the word that begins there; of an initial, nothing."""
        word = _WORD.match(self.text, place)
        if word is None or (len(word[0]) == 1 and self.text[word.end() : word.end() + 1] == "."):
            return ""
        return word[0]

    def _is_stray_lower(self, begin: int, stop: int, follow: int) -> bool:
        """Tell whether a sentence begins in lower case: a brand's name, or a slip after a plain word."""
        if _BRAND.match(self.text, follow):
            return True
        if not self.text[stop - 1].islower():
            return False
        word = self._word_before(begin, stop)
        is_plain = len(word) > 3 and word.isalpha() and word not in ABBREVIATIONS
        following = _WORD.match(self.text, follow)
        if not is_plain or following is None or len(following[0]) < 3:
            return False
        return following[0] not in CONTINUATIONS and following[0] not in NUMBERED

    def _end_without_blank(self, begin: int, stop: int, after: int) -> int:
        """Give where the statement ends if the blank behind its stop is missing, else 0."""
        text = self.text
        if text[stop] in FINAL_STOPS:
            return after
        first = text[after : after + 1]
        if not first or first.islower():
            return 0
        if late := _REVERSED_CLOSER.match(text, after):
            return late.end(1) if late.end() == len(text) or not text[late.end()].islower() else 0
        return self._end_if_glued(begin, stop, after) if self._may_be_glued(begin, stop) else 0

    def _end_if_glued(self, begin: int, stop: int, after: int) -> int:
        text, first = self.text, self.text[after]
        if first in "“„«‹(":
            return after if text[after + 1 : after + 2].isupper() else 0
        if first.isupper():
            return self._end_before_capital(begin, after)
        return self._end_after_footnote(stop, after)

    def _may_be_glued(self, begin: int, stop: int) -> bool:
        """Tell whether the stop stands behind a plain word or number, outside of addresses and abbreviations."""
        text = self.text
        token = text[max(begin, stop - 30) : stop].split()
        before = text[max(begin, stop - 2) : stop]
        is_plain = (before.isalpha() and before.islower()) or before.isdigit() or before[-1:] in CLOSERS
        if not token or not is_plain or token[-1].lstrip('(“"') in ABBREVIATIONS:
            return False
        return not any(mark in token[-1] for mark in "/@\\") and "www" not in token[-1]

    def _end_before_capital(self, begin: int, after: int) -> int:
        text = self.text
        following = text[after + 1 : after + 2]
        if not (following.islower() or following.isspace()) or _SITE.match(text, after):
            return 0
        # A straight quote between stop and capital closes if one is open, and opens otherwise.
        if text[after - 1] == '"' and text.count('"', begin, after - 1) % 2 == 0:
            return after - 1
        return after

    def _end_after_footnote(self, stop: int, after: int) -> int:
        text = self.text
        note = _FOOTNOTE.match(text, after)
        is_year = text[stop - 5 : stop - 4].isspace() and text[stop - 4 : stop].isdigit()
        if note is None or (text[stop - 1].isdigit() and not is_year):
            return 0
        place = _OPENING.match(text, note.end()).end()  # type: ignore[union-attr]
        return 0 if text[place : place + 1].islower() else note.end(1)
