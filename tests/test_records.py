"""Records: frozen, portable, and shown in a notebook without a way for the text to become markup."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit import Explanation, InvalidInputError, Prediction, Span

TEXT = "Lift the embargo."


def prediction(**changes):
    values = {"text": TEXT, "labels": ("a",), "scores": {"a": 0.91, "b": 0.5, "c": 0.02}, "abstained": ("b",)}
    return Prediction(**(values | changes))


def span(start, end, weight, label="a", text=TEXT):
    return Span(start=start, end=end, text=text[start:end], label=label, weight=weight)


def explanation(spans=(), **changes):
    margins = {"a": 1.5, "b": 0.0, "c": -2.0}
    return Explanation(prediction=prediction(**changes), spans=tuple(spans), bias=margins, margins=margins)


SPANS = (span(0, 4, 0.5), span(0, 8, -1.25), span(9, 16, 1.25), span(5, 8, 0.0), span(0, 4, 2.0, label="b"))
RECORDS = [prediction(), SPANS[0], explanation(SPANS)]


class TestEveryRecord:
    @pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
    def test_is_frozen(self, record):
        for name in type(record).__slots__:
            with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
                setattr(record, name, None)

    @pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
    def test_takes_no_other_field(self, record):
        # CPython's frozen dataclasses with slots answer TypeError here in some versions.
        with pytest.raises((AttributeError, TypeError), match=r"verdict|super\(type, obj\)"):
            record.verdict = "yes"

    @pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
    def test_survives_pickle_and_deepcopy(self, record):
        for twin in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record), copy.copy(record)):
            assert twin == record
            assert hash(twin) == hash(record)

    def test_a_deep_copy_shares_no_scores(self):
        record = prediction()
        copy.deepcopy(record).scores["a"] = 0.0
        assert record.scores["a"] == 0.91

    def test_a_field_is_named(self):
        with pytest.raises(TypeError, match="positional argument"):
            Span(0, 4, "Lift", "a", 0.5)


class TestToDict:
    def test_a_prediction_becomes_json(self):
        assert json.loads(json.dumps(prediction().to_dict(), allow_nan=False)) == {
            "text": TEXT,
            "labels": ["a"],
            "scores": {"a": 0.91, "b": 0.5, "c": 0.02},
            "abstained": ["b"],
            "unfamiliar": False,
        }

    def test_an_explanation_becomes_json(self):
        content = json.loads(json.dumps(explanation(SPANS).to_dict(), allow_nan=False))
        assert list(content) == ["text", "labels", "scores", "abstained", "unfamiliar", "bias", "margins", "spans"]
        assert content["margins"] == {"a": 1.5, "b": 0.0, "c": -2.0}
        assert content["spans"][1] == {"start": 0, "end": 8, "text": "Lift the", "label": "a", "weight": -1.25}
        assert len(content["spans"]) == len(SPANS)

    def test_what_is_given_away_is_a_copy(self):
        record = prediction()
        record.to_dict()["scores"]["a"] = 0.0
        assert record.scores["a"] == 0.91


class TestTop:
    def test_gives_the_heaviest_first_for_or_against_then_by_position(self):
        assert explanation(SPANS).top("a") == (SPANS[1], SPANS[2], SPANS[0], SPANS[3])

    def test_gives_n_at_most(self):
        assert explanation(SPANS).top("a", n=2) == (SPANS[1], SPANS[2])
        assert explanation(SPANS).top("a", n=0) == ()
        many = explanation([span(0, 4, float(i)) for i in range(9)])
        assert [each.weight for each in many.top("a")] == [8.0, 7.0, 6.0, 5.0, 4.0]

    def test_the_whole_statement_is_no_word_unless_there_is_no_other(self):
        whole = span(0, len(prediction().text), 30.0)
        assert explanation([whole, *SPANS]).top("a") == explanation(SPANS).top("a")
        assert explanation([whole]).top("a") == (whole,)

    def test_keeps_to_one_label(self):
        assert explanation(SPANS).top("b") == (SPANS[4],)
        assert explanation(SPANS).top("c") == ()


class Page(HTMLParser):
    """Collect the text of each cell and every tag and attribute."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.cells, self.heads, self.tags, self.attributes = [], [], set(), set()
        self._into = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag in ("td", "th"):
            self._into = self.cells if tag == "td" else self.heads
            self._into.append("")

    def handle_data(self, data):
        self._into[-1] += data


KNOWN_TAGS = {"table", "tr", "th", "td", "br", "small", "span"}
HOSTILE = "<script>alert('x')</script> & \"q\" <img src=x onerror=alert(1)> &lt; </td></table>"


class TestHtml:
    @pytest.mark.parametrize(
        "spans",
        [
            (),
            (span(0, 8, 1.0, text=HOSTILE), span(3, 60, -1.0, text=HOSTILE)),
            tuple(span(i, i + 1, 1.0 + i, text=HOSTILE) for i in range(len(HOSTILE))),
        ],
        ids=["no span", "two spans", "one a character"],
    )
    def test_markup_in_the_text_stays_text(self, spans):
        page = Page(explanation(spans, text=HOSTILE)._repr_html_())
        assert page.tags <= KNOWN_TAGS
        assert page.attributes <= {"style", "title"}
        assert page.cells == [HOSTILE] * 3

    def test_markup_in_a_label_stays_text(self):
        page = Page(explanation(labels=(HOSTILE,), scores={HOSTILE: 0.7}, abstained=())._repr_html_())
        assert page.tags <= KNOWN_TAGS
        assert page.heads == [f"{HOSTILE}score 0.70, yes"]

    @settings(max_examples=200, deadline=None)
    @given(st.data())
    def test_every_character_is_shown_whatever_the_spans(self, data):
        text = data.draw(st.text(max_size=30))
        places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
        weights = st.floats(-5, 5)
        spans = [
            span(start, end, weight, text=text)
            for (start, end), weight in data.draw(st.lists(st.tuples(places, weights), max_size=4))
        ]
        page = Page(explanation(spans, text=text)._repr_html_())
        assert page.cells == [text] * 3
        assert page.tags <= KNOWN_TAGS

    def test_each_label_has_its_score_and_verdict(self):
        page = Page(explanation(SPANS)._repr_html_())
        assert page.heads == ["ascore 0.91, yes", "bscore 0.50, abstained", "cscore 0.02, no"]

    def test_what_weighs_for_and_against_has_its_own_colour(self):
        html = explanation([span(0, 4, 1.0), span(9, 16, -7 / 4)])._repr_html_()
        assert "title='+1.00 of the strongest'>Lift</span> the <span" in html
        assert "title='-1.00 of the strongest'>embargo</span>." in html
        assert html.count("rgba(230,97,1") == html.count("rgba(33,102,172") == 1


def test_the_heaviest_spans_of_a_label_that_is_not_there():
    with pytest.raises(InvalidInputError, match=r"unknown label 'aa'; expected one of \['a', 'b', 'c'\]"):
        explanation(SPANS).top("aa")
