"""One article: its statements, what is said of them, the words that weighed, and what is no article."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stancekit
from stancekit import InvalidInputError
from stancekit.analysis import (
    Analysis,
    AnalyzedStatement,
    analyze,
    count_by_speaker,
    row_columns,
)
from stancekit.evidence import evidence_text
from stancekit.records import Prediction, Statement

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
        monkeypatch.setattr("stancekit.analysis.replace", None)
        assert len(analyze(ARTICLE + " A well-known port.", MODEL).statements) == 4


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


def test_one_long_line_takes_time_in_proportion():
    text = "the embargo is illegal and must be lifted " * 50_000
    analysis = analyze(text, MODEL)
    assert sum(len(one.statement.text) for one in analysis.statements) == pytest.approx(len(text), rel=0.01)
