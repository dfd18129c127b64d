"""The table of an article's words against what slices, splits and regular expressions give."""

import re
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit.text._words import SIGNED, Capitals, Lexicon, Words
from stancekit.text.attribution.ends import _SPEECH_LAST
from stancekit.text.attribution.kinds import CUE, DOCUMENT, VENUE, read_words
from stancekit.text.attribution.names import CAPITALS, _name_within
from stancekit.text.attribution.reporting import IN_DOCUMENT, SHORT_VENUE
from stancekit.text.attribution.titles import RUN
from stancekit.text.attribution.verbs import CUE_FORMS, CUE_TAILS

SAID, WENT = 1, 2
LEXICON = Lexicon({"said": SAID, "re-said": SAID, "went": WENT, "On": WENT})
PIECES = st.sampled_from("said|Said|SAID|re-said|went|On|on|’s| |  |\n|\u00a0|,|—|“|”|.|é|x".split("|"))  # noqa: SIM905
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)
SIGNS_OF_NAMES = (
    "Mr.|mr.|Lee|O’Neill|O'N|’s|'s| |  |de|van|der|al-|Al-|J.|J.F.|É|ž|Ž|x|-|_|.|’|s|S|\n|e|ul-|Sadr|Gen.|1|Brig.|"
    "BRIG. |İ|\u00a0|\0"
)
NAMES = st.sampled_from(SIGNS_OF_NAMES.split("|"))


@st.composite
def stretches(draw, texts=TEXTS):
    """Give a text and two places in it or behind it."""
    text = draw(texts)
    start, stop = sorted((draw(st.integers(0, len(text) + 3)), draw(st.integers(0, len(text) + 3))))
    return text, start, stop


class TestWords:
    @given(TEXTS, st.integers(-5, 0), st.integers(-5, 45))
    def test_places_before_the_text_are_its_beginning(self, text, start, stop):
        table = Words(text, LEXICON)
        assert table.count(start, stop) == table.count(0, stop)
        assert table.has(1, start, stop) == table.has(1, 0, stop)
        assert table.any(SAID, start, stop) == table.any(SAID, 0, stop)
        assert table.alike(SAID, frozenset(), start, stop) == table.alike(SAID, frozenset(), 0, stop)

    @pytest.mark.parametrize("arguments", [(None, LEXICON), ("a", None)])
    def test_none_is_no_text_and_no_lexicon(self, arguments):
        with pytest.raises(TypeError, match="got NoneType"):
            Words(*arguments)

    @given(TEXTS)
    def test_are_those_of_split(self, text):
        table = Words(text, LEXICON)
        assert len(table) == len(text.split())
        assert all(word in table for word in text.split())
        assert ("nowhere" in table) == ("nowhere" in text.split())

    @settings(max_examples=300)
    @given(stretches())
    def test_are_counted_as_split_would(self, case):
        text, start, stop = case
        words = text[start:stop].split()
        table = Words(text, LEXICON)
        assert table.count(start, stop) == len(words)
        assert table.has(2, start, stop) == (len(words) > 1 and any(map(str.isalpha, text[start:stop])))

    @pytest.mark.parametrize("text", ["He said it", "“Said” he", "it's said—so", "“said’s", "so-said,"])
    def test_are_of_a_kind_by_their_cores_and_the_ends_of_these(self, text):
        assert Words(text, LEXICON).any(SAID, 0, len(text))
        assert not Words(text, LEXICON).any(WENT, 0, len(text))

    def test_listed_in_capitals_are_not_meant_in_small_letters(self):
        assert Words("On it", LEXICON).any(WENT, 0, 5)
        assert not Words("on it", LEXICON).any(WENT, 0, 5)

    def test_that_a_sign_ends_are_told(self):
        assert Words("He went, then left", LEXICON).any(SIGNED, 0, 4)
        assert not Words("He went, then left", LEXICON).any(SIGNED, 8, 18)

    def test_the_first_of_a_kind_is_told_by_its_beginning(self):
        table = Words("He went, “said” it", LEXICON)
        assert [table.first(SAID, at, 18) for at in (0, 10, 15)] == [9, 9, -1]
        assert table.first(SAID | WENT, 0, 18) == 3
        assert table.first(SAID, 0, 9) == table.first(SAID, 3, 3) == -1

    @given(TEXTS, st.text(max_size=4))
    def test_signs_are_found_where_they_stand(self, text, signs):
        wanted = [at for at, sign in enumerate(text) if sign in signs and sign not in " abcdefghijklmnopqrstuvwxyz"]
        assert Words(text, LEXICON).places(signs) == wanted

    def test_before_a_place(self):
        table = Words("He said it", LEXICON)
        assert table.before(0, 8) == SAID
        assert table.before(8, 10) == table.before(0, 0) == 0
        assert Words("re-said it’s", Lexicon({"re": 1, "it": 1, "s": 1})).before(0, 8) == 0
        assert table.before(4, 8) == table.before(0, 5) == -1  # only a part of the word stands there

    def test_of_a_list_are_no_longer_than_room_is(self):
        with pytest.raises(ValueError, match="a word of a list has 1 to 40 characters, got ''"):
            Lexicon({"": 1})


class TestAlike:
    @settings(max_examples=300)
    @given(stretches())
    @example(("said, “said” re-said", 0, 20))
    def test_gives_what_stands_cleanly_once_wherever_it_stands(self, case):
        text, start, stop = case
        forms = {
            word.rstrip(",.")
            for word in text[start:stop].split()
            if word.rstrip(",.") in ("said", "Said", "re-said")
            and word.removeprefix(word.rstrip(",.")) in ("", ",", ".")
        }
        places = []
        for form in forms:
            at = text.find(form, start, stop)
            while at >= 0:
                end = at + len(form)
                if not text[end : end + 1].isalnum() and (at == 0 or not text[at - 1].isalnum()):
                    places.append((at, end))
                at = text.find(form, end, stop)
        assert Words(text, LEXICON).alike(SAID, frozenset(",."), start, stop) == sorted(places)

    def test_every_form_of_a_verb_of_saying_is_found(self):
        for form in [*CUE_FORMS, *map(str.capitalize, CUE_FORMS)]:
            text = f"Lee {form}: no"
            assert read_words(text).alike(CUE, CUE_TAILS, 0, len(text)) == [(4, 4 + len(form))], form

    def test_all_forms_in_one_sentence_are_found_each_time(self):
        forms = sorted(form for form in CUE_FORMS if form.isalpha()) * 3  # "emphasise" stands in "re-emphasise" too
        text = " ".join(forms)
        found = read_words(text).alike(CUE, CUE_TAILS, 0, len(text))
        assert [text[start:end] for start, end in found] == forms


class TestRuns:
    @settings(max_examples=500)
    @given(st.lists(NAMES, max_size=14).map("".join) | st.text(max_size=40))
    def test_are_those_of_the_expression(self, text):
        assert CAPITALS.runs(text) == [match.span() for match in RUN.finditer(text)]

    @settings(max_examples=500)
    @given(st.lists(NAMES | st.sampled_from(["The", "Iran", "IRAN’s", "U.S.", "Un"]), max_size=14).map("".join))
    def test_of_other_words_alone_are_those_in_which_no_name_is_found(self, text):
        named = CAPITALS.runs(text, with_others=False)
        left_out = [run for run in CAPITALS.runs(text) if run not in named]
        assert [run for run in CAPITALS.runs(text) if run in named] == named
        found = [
            _name_within(text[at:end], *flags) for at, end in left_out for flags in product((False, True), repeat=2)
        ]
        assert found == [None] * 4 * len(left_out)

    def test_of_other_words_are_told_without_genitives_and_stops(self):
        capitals = Capitals("LMI", ["mr"], [], [], ["i", "lo", "mr"])
        assert capitals.runs("Lo’s Mr. Lo, Lo Lee. İ", with_others=False) == [(13, 19)]

    def test_take_their_lists_from_who_asks(self):
        assert Capitals("L", ["mr"], ["of"], ["al"]).runs("Mr. Lee of Lo al-Lu") == [(4, 19)]


@pytest.mark.parametrize(
    ("pattern", "first", "kind"),
    [(SHORT_VENUE, "tweet", VENUE), (_SPEECH_LAST, "briefing", VENUE), (IN_DOCUMENT, "statement", DOCUMENT)],
)
def test_every_noun_that_a_pattern_looks_for_is_of_its_kind(pattern, first, kind):
    nouns = re.split(r"\||\(\?:|\)\??", pattern.pattern[pattern.pattern.index(f"{first}|") :].partition(")\\b")[0])
    assert len(nouns) > 5
    for noun in nouns:
        assert noun in ("tele", "") or read_words(noun).any(kind, 0, len(noun)), noun


def test_a_kind_is_read_from_the_lists_of_the_rules():
    text = "In the minister’s joint statement’s first words"
    assert read_words(text).any(DOCUMENT, 0, len(text))
    assert not read_words(text).any(DOCUMENT, 0, text.index("statement"))
