"""One article: its statements, what is said of them, the words that weighed, and what is no article."""

import json
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stancekit
from stancekit import InvalidInputError
from stancekit.analysis import (
    Analysis,
    AnalyzedStatement,
    analyze,
    check_article,
    count_by_speaker,
    evidence_text,
    find_evidence,
    row_columns,
)
from stancekit.features.scorer import Pieces
from stancekit.records import Prediction, Span, Statement

MODEL = stancekit.load()
ARTICLE = (
    "The embargo on the island is illegal and must be lifted at once. It rained on the harbour all day.\n\n"
    "We will build every turbine with our own hands, and the unjust sanctions must end.\n"
)


@pytest.fixture(scope="module")
def analysis():
    return analyze(ARTICLE, MODEL, document="note")


def made(text="It rained.", speaker=None, labels=(), evidence=()):
    scores = {"pro": 0.5, "con": 0.25}
    return AnalyzedStatement(
        statement=Statement(text=text, start=0, end=len(text), kind="narration", speaker=speaker),
        prediction=Prediction(text=text, labels=labels, scores=scores, abstained=()),
        evidence=evidence,
    )


class TestAnalyze:
    def test_statements_slice_back_and_have_what_predict_says(self, analysis):
        assert len(analysis.statements) == 3
        for one in analysis.statements:
            assert ARTICLE[one.statement.start : one.statement.end] == one.statement.text
            assert one.prediction.labels == MODEL.predict(one.statement.text).labels
        assert [one.prediction.labels for one in analysis.statements] == [
            ("anti-sanction",),
            (),
            ("anti-sanction", "self-reliance"),
        ]

    def test_the_model_is_asked_once(self, monkeypatch):
        asked = []
        predict = type(MODEL).predict
        monkeypatch.setattr(type(MODEL), "predict", lambda self, texts: asked.append(texts) or predict(self, texts))
        analyze(ARTICLE, MODEL)
        assert [len(texts) for texts in asked] == [3]

    def test_speaker_goes_to_the_splitter(self, monkeypatch):
        told = []
        monkeypatch.setattr(
            "stancekit.analysis.split_statements", lambda text, *, speaker: told.append((text, speaker)) or []
        )
        assert analyze(ARTICLE, MODEL, speaker="Ada Mbeki").statements == ()
        assert told == [(ARTICLE, "Ada Mbeki")]

    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0<"), min_size=1, max_size=300))
    def test_any_text_slices_back(self, text):
        if not text.strip("\ufeff \t\r\n") or text.isspace():
            return
        for one in analyze(text, MODEL).statements:
            assert text[one.statement.start : one.statement.end] == one.statement.text
            for span in one.evidence:
                assert one.statement.text[span.start : span.end] == span.text


BROKEN = "We know it. The unjust {} must end, they starve the {} and the poor. It rained."


class TestWordsBrokenAtLineEnds:
    @pytest.mark.parametrize("mark", ["-\n", "-\r\n", "\u2010 \n  ", "\u00ad\n", "\u00ad"])
    def test_they_are_scored_as_one(self, mark):
        whole = analyze(BROKEN.format("sanctions", "hungry"), MODEL)
        text = BROKEN.format(f"sanc{mark}tions", f"hun{mark}gry")
        broken = analyze(text, MODEL)
        assert len(broken.statements) == 3
        for one, like in zip(broken.statements, whole.statements, strict=True):
            assert dict(one.prediction.scores) == dict(like.prediction.scores)
            assert one.prediction.labels == like.prediction.labels
            assert text[one.statement.start : one.statement.end] == one.statement.text == one.prediction.text
            assert evidence_text(one.evidence) == evidence_text(like.evidence)
            for span in one.evidence:
                assert one.statement.text[span.start : span.end] == span.text
        assert any(f"sanc{mark}tions" in span.text for span in broken.statements[1].evidence)

    def test_what_is_no_broken_word_stays(self):
        for text in ("The well-known Anna-\nMaria Berg met them.", "It is a short-\nand long-term plan."):
            (one,) = analyze(text, MODEL).statements
            assert one.prediction == MODEL.predict(text)

    def test_nothing_is_looked_for_in_statements_where_there_is_none(self, monkeypatch):
        monkeypatch.setattr("stancekit.analysis.joined", None)
        assert len(analyze(ARTICLE + " A well-known port.", MODEL).statements) == 4


def predicted(text, labels):
    """Give a prediction that asserts labels, whatever the model says."""
    return Prediction(text=text, labels=labels, scores=dict.fromkeys(MODEL.labels, 0.5), abstained=())


class TestEvidence:
    def test_only_asserted_labels_have_some(self, analysis):
        for one in analysis.statements:
            assert {span.label for span in one.evidence} == set(one.prediction.labels)

    def test_spans_read_well(self, analysis):
        for one in analysis.statements:
            for label in one.prediction.labels:
                spans = [span for span in one.evidence if span.label == label]
                assert 1 <= len(spans) <= 3
                for span in spans:
                    assert one.statement.text[span.start : span.end] == span.text
                    assert span.text[0].isalnum()
                    assert span.text[-1].isalnum()
                    assert span.weight > 0
                for before, after in pairwise(spans):
                    assert one.statement.text[before.end : after.start].strip()

    def test_weights_are_the_heaviest_of_explain(self):
        text = "Lift the unjust embargo now, it harms the children of the island."
        prediction = MODEL.predict(text)
        whole = [span for span in MODEL.explain(text).spans if span.label == "anti-sanction"]
        heaviest = sorted((span.weight for span in whole), reverse=True)[:3]
        found = [span for span in find_evidence(MODEL, prediction) if span.label == "anti-sanction"]
        assert sum(span.weight for span in found) == pytest.approx(sum(heaviest))

    def test_neighbours_are_joined(self):
        found = find_evidence(MODEL, MODEL.predict("It is the unjust embargo."))
        words = {span.text for span in found if span.label == "anti-sanction"}
        assert any("unjust embargo" in text for text in words)

    def test_datelines_and_verbs_of_saying_are_none(self):
        text = "TEHRAN – Lift them at once, the minister said."
        weighing = {span.text for span in MODEL.explain(text).spans if span.weight > 0}
        assert weighing >= {"TEHRAN", "said."}
        found = [span.text for span in find_evidence(MODEL, predicted(text, MODEL.labels))]
        assert found
        assert "said" not in found
        assert "TEHRAN" not in " ".join(found)

    def test_a_heading_in_capitals_is_no_dateline(self):
        text = "LIFT SANCTIONS – they starve the weak."
        found = find_evidence(MODEL, predicted(text, ("anti-sanction",)))
        assert any("SANCTIONS" in span.text for span in found)

    def test_a_model_that_is_no_sum_over_words_gives_none(self, models):
        model = models["both"]
        text = "Lift the unjust embargo on every village, and trade again."
        assert find_evidence(model, model.predict(text))

        whole = SimpleNamespace(scorers={"encoder": model.scorers["ngrams"]}, labels=model.labels)
        assert find_evidence(whole, model.predict(text)) == ()
        beside = SimpleNamespace(scorers={"encoder": None, "ngrams": model.scorers["ngrams"]}, labels=model.labels)
        assert find_evidence(beside, model.predict(text)) == ()  # the n-grams are a part of it alone

    def test_features_add_up_what_they_give_to_a_word(self, models):
        """One kind gives "embargo," to what another one gives to "embargo"."""
        ngrams = models["ngrams"].scorers["ngrams"]
        text = "Lift it, the embargo, now."

        class Words:
            def pieces(self, text):
                places = [(0, len(text)), (13, 20)]
                return Pieces(places, np.array([[9.0] * 3, [2.5] * 3]))

        labels = models["ngrams"].labels
        both = SimpleNamespace(scorers={"ngrams": ngrams, "network": Words()}, labels=labels)
        alone = SimpleNamespace(scorers={"ngrams": ngrams}, labels=labels)
        (with_both,), (by_ngrams,) = (
            [one for one in find_evidence(model, predicted(text, ("lift",))) if "embargo" in one.text]
            for model in (both, alone)
        )
        assert with_both.weight == pytest.approx(by_ngrams.weight + 2.5)
        assert (with_both.text, with_both.start) == (by_ngrams.text, by_ngrams.start)

    def test_a_long_statement_that_a_network_reads_has_none(self, models):
        """Too long to be read again without each word; and what the n-grams add alone is none for the whole."""
        ngrams = models["ngrams"].scorers["ngrams"]
        long = f"Lift it, the embargo, now. {'It rained again. ' * 150}"
        alone = SimpleNamespace(scorers={"ngrams": ngrams}, labels=models["ngrams"].labels)
        both = SimpleNamespace(scorers={"ngrams": ngrams, "network": None}, labels=models["ngrams"].labels)
        assert find_evidence(alone, predicted(long, ("lift",)))
        assert find_evidence(both, predicted(long, ("lift",))) == ()

    def test_a_run_on_gets_none(self):
        text = "The embargo is illegal and must be lifted at once, " * 500
        assert "anti-sanction" in MODEL.predict(text).labels
        assert find_evidence(MODEL, MODEL.predict(text)) == ()

    def test_in_words(self):
        spans = [Span(start=0, end=9, text="lift\nthem", label="pro", weight=1.5)]
        assert evidence_text(spans) == "pro: lift them (+1.50)"
        assert evidence_text([]) == ""


class TestViews:
    def test_rows_have_the_columns(self, analysis):
        rows = analysis.to_rows()
        assert all(list(row) == row_columns(MODEL.labels) for row in rows)
        assert rows[0]["document"] == "note"
        assert rows[0]["labels"] == ["anti-sanction"]
        assert rows[0]["score_anti-sanction"] == analysis.statements[0].prediction.scores["anti-sanction"]
        assert rows[1]["evidence"] == ""

    def test_to_dict_is_json(self, analysis):
        content = json.loads(json.dumps(analysis.to_dict()))
        assert content["document"] == "note"
        first = content["statements"][0]
        assert ARTICLE[first["start"] : first["end"]] == first["text"]
        assert [first["text"][e["start"] : e["end"]] for e in first["evidence"]] == [
            e["text"] for e in first["evidence"]
        ]

    def test_by_speaker_counts(self):
        statements = (
            made(speaker="B", labels=("pro", "con")),
            made(labels=("pro",)),
            made(),
            made(),
            made(speaker="A"),
            made(speaker="A", labels=("con",)),
            made(speaker="C"),
        )
        counts = Analysis(text="", labels=("pro", "con"), statements=statements).by_speaker()
        assert [(c.speaker, c.n_statements, dict(c.n_by_label)) for c in counts] == [
            ("A", 2, {"pro": 0, "con": 1}),
            ("B", 1, {"pro": 1, "con": 1}),
            ("C", 1, {"pro": 0, "con": 0}),
            (None, 3, {"pro": 1, "con": 0}),
        ]
        assert counts[0].to_dict() == {"speaker": "A", "n_statements": 2, "n_by_label": {"pro": 0, "con": 1}}
        assert count_by_speaker([], ("pro",)) == ()


class TestWhatIsNoArticle:
    @pytest.mark.parametrize("value", [None, 7, float("nan"), b"Lift them.", ["Lift them."]])
    def test_no_text(self, value):
        with pytest.raises(InvalidInputError, match=r"expected the text of an article, got \w+; give a str"):
            analyze(value, MODEL)

    @pytest.mark.parametrize("text", ["", " ", "\n\t \r\n", "\ufeff", "\u2003", "\ufeff\n"])
    def test_empty(self, text):
        with pytest.raises(InvalidInputError, match="the article is empty; give its text"):
            analyze(text, MODEL)

    def test_binary(self):
        with pytest.raises(InvalidInputError, match="has a NUL at character 4: it is binary"):
            analyze("Lift\0them.", MODEL)

    def test_lone_surrogate(self):
        with pytest.raises(InvalidInputError, match="lone surrogate at character 4"):
            analyze("Lift\ud800them.", MODEL)
        for name in ("speaker", "document"):
            with pytest.raises(InvalidInputError, match=f"lone surrogate at character 3 in field '{name}'"):
                analyze("Lift them.", MODEL, **{name: "Jos\udce9"})

    @pytest.mark.parametrize("name", ["speaker", "document"])
    def test_a_name_that_no_table_can_hold(self, name):
        with pytest.raises(InvalidInputError, match=f"there is a NUL at character 3 in field '{name}'"):
            analyze("Lift them.", MODEL, **{name: "Ann\0"})

    @pytest.mark.parametrize(
        "text",
        [
            "<!DOCTYPE html>\n<title>Lift them</title>",
            "  <html lang=en>Lift them.",
            "<?xml version='1.0'?><html>Lift them.",
            "<p>Lift them.</p>\n<p>Now.</p>",
            "Menu <a href='/x'>home</a> " + "They must go. " * 50 + "<br/>",
            "<DIV class='a'>Lift them.</DIV><BR>",
        ],
    )
    def test_html(self, text):
        with pytest.raises(InvalidInputError, match=r"looks like HTML .*give its text, without tags"):
            analyze(text, MODEL)

    @pytest.mark.parametrize(
        "text",
        [
            "Growth < 2 % and > 1 %, and a<b>c held in every year.",
            "He wrote <sic> and <i>emphasis</i> once, in a long letter.",
            "<Applause> Thank you. <Applause> Lift the embargo. <Laughter> <Applause>",
            "The tag <p> begins a paragraph. " + "It rained all day. " * 400 + "<br> and <hr> too.",
            "a < b, b < c, c < d, d < e, e < f",
        ],
    )
    def test_a_speech_with_a_sign_of_less_is_none(self, text):
        assert check_article(text) == text

    def test_the_place_is_named(self):
        with pytest.raises(InvalidInputError, match="the article in row 3, field 'body' is empty"):
            check_article(" ", row=3, field="body")
        with pytest.raises(InvalidInputError, match="got int; give a str, or drop the row"):
            check_article(7, row=3, field="body")


def test_one_long_line_takes_time_in_proportion():
    text = "the embargo is illegal and must be lifted " * 50_000
    analysis = analyze(text, MODEL)
    assert sum(len(one.statement.text) for one in analysis.statements) == pytest.approx(len(text), rel=0.01)
