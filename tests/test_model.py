import json
import pickle
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from itertools import count, islice

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stancekit
from stancekit import InvalidInputError, NgramFeatures, Prediction, StanceClassifier

TEXTS = [
    "Lift the embargo on this island, it is unjust.",
    "",
    "We trade, we build. We must not keep the embargo!",
    "ΟΙ ΚΥΡΏΣΕΙΣ — санкции; İstanbul\u2028制裁 🙂 e\u0301",
    " \n\t",
    "It rained over our valley for 3 hours.",
]
BLANKS = ["", " ", "\n\t\r", "\u3000\u2028\xa0"]
NO_TEXT = [
    (None, "got NoneType: None"),
    (float("nan"), "got float: nan"),
    (7, "got int: 7"),
    (b"Lift it.", "got bytes"),
    (["Lift it."], "got list"),
    ("Lift \udc80 it.", "lone surrogate at character 5"),
]
CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "generator": lambda texts: (text for text in texts),
    "object array": lambda texts: np.array(texts, dtype=object),
    "str array": lambda texts: np.array(texts, dtype=str),
    "series": lambda texts: pd.Series(texts, dtype="str", index=range(7, 7 + len(texts))),
    "object series": lambda texts: pd.Series(texts, dtype=object),
}
words = st.sampled_from(["Lift", "the", "embargo", "not", "trade", "Build", "must", "said", "unjust", ".", "—"])
any_text = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(words, max_size=30).map(" ".join)
probabilities = st.floats(0, 1)


def scores_of(predictions):
    return np.array([list(p.scores.values()) for p in predictions])


class TestShapes:
    def test_one_text_gives_one_prediction(self, model):
        prediction = model.predict(TEXTS[0])
        assert type(prediction) is Prediction
        assert prediction.text == TEXTS[0]

    @pytest.mark.parametrize("container", CONTAINERS)
    @pytest.mark.parametrize("n", [0, 1, len(TEXTS)])
    def test_anything_else_gives_a_list(self, model, container, n):
        texts = TEXTS[:n]
        make = CONTAINERS[container]
        predictions = model.predict(make(texts))
        assert type(predictions) is list
        assert [p.text for p in predictions] == texts
        assert all(type(p.text) is str for p in predictions)
        assert model.predict_proba(make(texts)).shape == (n, len(model.labels))
        assert model.margins(make(texts)).shape == (n, len(model.labels))
        assert len(list(model.predict_iter(make(texts)))) == n

    def test_arrays_are_float64(self, model):
        for texts in ([], TEXTS):
            assert model.predict_proba(texts).dtype == np.float64
            assert model.margins(texts).dtype == np.float64

    def test_numpy_and_other_strings_count_as_one_statement(self, model):
        class Shouted(str):
            pass

        for text in (np.str_("Lift it."), Shouted("Lift it.")):
            assert model.predict(text) == model.predict("Lift it.")
            assert type(model.predict(text).text) is str

    def test_predictions_can_be_written_as_json(self, model):
        for prediction in model.predict(TEXTS):
            assert json.loads(json.dumps(prediction.to_dict()))["scores"] == prediction.scores


class TestAgreement:
    @settings(max_examples=60, deadline=None)
    @given(texts=st.lists(any_text, max_size=12), batch_size=st.integers(1, 5))
    def test_every_road_gives_the_same(self, models, texts, batch_size):
        for model in models.values():
            together = model.predict(texts)
            streamed = list(model.predict_iter(iter(texts), batch_size=batch_size))
            alone = [model.predict(text) for text in texts]
            scores = model.predict_proba(texts)
            for other in (streamed, alone):
                assert [(p.text, p.labels, p.abstained) for p in other] == [
                    (p.text, p.labels, p.abstained) for p in together
                ]
            for i, prediction in enumerate(together):
                for same in (streamed[i], alone[i]):
                    assert list(same.scores.values()) == pytest.approx(scores[i].tolist(), abs=1e-9)
                assert list(prediction.scores.values()) == scores[i].tolist()

    def test_over_the_border_of_a_chunk(self, packaged):
        texts = [f"Lift embargo number {i}, said minister {i % 7}." for i in range(2050)]
        scores = packaged.predict_proba(texts)
        apart = np.vstack([packaged.predict_proba(texts[start : start + 100]) for start in range(0, 2050, 100)])
        np.testing.assert_allclose(scores, apart, rtol=0, atol=1e-9)
        assert len(np.unique(scores[:, 0])) > 1000

    def test_a_row_does_not_depend_on_its_neighbours(self, model):
        alone = model.predict_proba([TEXTS[0]])[0]
        crowded = model.predict_proba([TEXTS[3], TEXTS[0] * 50, TEXTS[0]])[2]
        assert crowded.tolist() == pytest.approx(alone.tolist(), abs=1e-9)

    def test_threads(self, packaged):
        model = stancekit.load()
        texts = [f"Lift the embargo number{i} and trade with {i % 13} partners." for i in range(300)] + TEXTS
        expected = packaged.predict(texts)
        start = threading.Barrier(16)

        def predict(i):
            start.wait()
            return model.predict(texts[i:] + texts[:i])

        with ThreadPoolExecutor(16) as pool:
            results = list(pool.map(predict, range(16)))
        for i, result in enumerate(results):
            rotated = expected[i:] + expected[:i]
            assert [(p.text, p.labels) for p in result] == [(p.text, p.labels) for p in rotated]
            np.testing.assert_allclose(scores_of(result), scores_of(rotated), rtol=0, atol=1e-9)


class TestDecisions:
    def test_labels_and_scores_stand_in_codebook_order(self, models, packaged):
        assert models["both"].labels == ("trade", "lift", "build")  # neither sorted, nor with "keep"
        assert packaged.labels == ("anti-sanction", "pro-cooperation", "self-reliance")
        for model in (*models.values(), packaged):
            for prediction in model.predict(TEXTS):
                assert tuple(prediction.scores) == model.labels
                assert all(type(score) is float and 0 <= score <= 1 for score in prediction.scores.values())
                for chosen in (prediction.labels, prediction.abstained):
                    assert chosen == tuple(label for label in model.labels if label in chosen)

    def test_columns_are_the_labels(self, models):
        scores = models["ngrams"].predict_proba(
            ["We trade with friends.", "Lift the unjust embargo.", "We build by ourselves."]
        )
        assert scores.argmax(axis=1).tolist() == [0, 1, 2]

    @settings(max_examples=50, deadline=None)
    @given(
        threshold=st.lists(probabilities, min_size=3, max_size=3),
        low=st.lists(probabilities, min_size=3, max_size=3),
        high=st.lists(probabilities, min_size=3, max_size=3),
    )
    def test_a_label_is_asserted_from_its_threshold_on_unless_abstained(self, models, corpus, threshold, low, high):
        model = models["both"]
        calibration = replace(model.calibration, threshold=np.array(threshold), low=np.array(low), high=np.array(high))
        for prediction in replace(model, calibration=calibration).predict(corpus.texts[:12]):
            for i, (label, score) in enumerate(prediction.scores.items()):
                unsure = low[i] <= score <= high[i]
                assert (label in prediction.abstained) is unsure
                assert (label in prediction.labels) is (score >= threshold[i] and not unsure)

    def test_a_score_at_the_threshold_counts(self, models, corpus):
        model = models["ngrams"]
        scores = model.predict_proba(corpus.texts[2:3])[0]
        band = {"low": np.ones(3), "high": np.zeros(3)}
        at = replace(model, calibration=replace(model.calibration, threshold=scores, **band))
        above = replace(model, calibration=replace(model.calibration, threshold=np.nextafter(scores, 2), **band))
        assert at.predict(corpus.texts[2]).labels == model.labels
        assert above.predict(corpus.texts[2]).labels == ()

    @settings(max_examples=50, deadline=None)
    @given(low=st.lists(probabilities, min_size=4, max_size=4))
    def test_exclusive_labels(self, models, corpus, low):
        model = models["exclusive"]
        calibration = replace(model.calibration, low=np.array(low))
        for prediction in replace(model, calibration=calibration).predict(corpus.texts[:12]):
            scores = list(prediction.scores.values())
            assert sum(scores) == pytest.approx(1)
            possible = [label for label, score, least in zip(model.labels, scores, low, strict=True) if score >= least]
            winner = model.labels[int(np.argmax(scores))]
            unsure = [label for label in model.labels if label in (*possible, winner)]
            is_sure = possible == [winner] or min(low) >= 1
            assert prediction.abstained == (() if is_sure else tuple(unsure))
            assert prediction.labels == (() if winner in prediction.abstained else (winner,))

    @pytest.mark.parametrize("text", BLANKS)
    def test_a_blank_statement_takes_no_stance(self, models, text):
        for kind, model in models.items():
            # A calibration by which everything is asserted, and one by which everything is abstained from.
            n = len(model.labels)
            eager = replace(model.calibration, threshold=np.zeros(n), low=np.ones(n), high=np.zeros(n))
            unsure = replace(model.calibration, low=np.zeros(n), high=np.ones(n))
            for calibration in (model.calibration, eager, unsure):
                prediction = replace(model, calibration=calibration).predict(text)
                assert (prediction.text, prediction.labels, prediction.abstained) == (text, (), ())
                if kind != "exclusive":
                    assert set(prediction.scores.values()) == {0.0}
                    assert not model.predict_proba([text]).any()
                else:
                    assert sum(prediction.scores.values()) == pytest.approx(1)

    def test_a_statement_without_a_known_word_is_not_blank(self, models):
        assert min(models["both"].predict("!").scores.values()) > 0


class TestExplain:
    @settings(max_examples=100, deadline=None)
    @given(text=any_text)
    def test_bias_and_weights_add_up(self, models, text):
        for model in models.values():
            why = model.explain(text)
            for label in model.labels:
                total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
                assert total == pytest.approx(why.margins[label], abs=1e-9)
            for span in why.spans:
                assert 0 <= span.start < span.end <= len(text)
                assert text[span.start : span.end] == span.text
                assert span.weight != 0

    @settings(max_examples=50, deadline=None)
    @given(text=any_text)
    def test_margins_are_those_of_the_model(self, models, text):
        for model in models.values():
            why = model.explain(text)
            assert tuple(why.margins) == tuple(why.bias) == model.labels
            # Scores are summed from single-precision products, explanations in double precision.
            assert list(why.margins.values()) == pytest.approx(model.margins([text])[0].tolist(), rel=1e-5, abs=1e-5)
            assert why.prediction == model.predict(text)

    @settings(max_examples=60, deadline=None)
    @given(text=any_text)
    def test_of_the_packaged_model(self, packaged, text):
        why = packaged.explain(text)
        for label in packaged.labels:
            total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
            assert total == pytest.approx(why.margins[label], abs=1e-9)
        assert all(text[span.start : span.end] == span.text for span in why.spans)

    def test_spans_stand_by_label_then_by_position(self, model):
        spans = model.explain(TEXTS[0]).spans
        assert {span.label for span in spans} == set(model.labels)
        assert list(spans) == sorted(spans, key=lambda s: (model.labels.index(s.label), s.start, s.end))

    def test_the_words_that_carry_a_stance_weigh_most(self, models):
        top = models["lexicon"].explain("Yesterday we said: lift the embargo.").top("lift", 1)
        assert [span.text for span in top] == ["lift"]
        assert top[0].weight > 0

    def test_wants_one_text(self, model):
        with pytest.raises(InvalidInputError, match="expected a str, got list"):
            model.explain(["Lift it."])


class TestErrors:
    @pytest.mark.parametrize(("value", "message"), NO_TEXT)
    @pytest.mark.parametrize("method", ["predict", "predict_proba", "margins"])
    def test_a_row_that_is_no_text_is_named(self, models, method, value, message):
        with pytest.raises(InvalidInputError, match=message) as caught:
            getattr(models["both"], method)(["a", "b", value, "d"])
        assert "in row 2" in str(caught.value)

    @pytest.mark.parametrize(("value", "message"), NO_TEXT)
    @pytest.mark.parametrize("batch_size", [1, 2, 3, 100])
    def test_in_a_stream_too(self, models, value, message, batch_size):
        stream = models["both"].predict_iter(["a", "b", "c", "d", "e", value], batch_size=batch_size)
        n_whole = 5 // batch_size * batch_size
        assert [p.text for p in islice(stream, n_whole)] == ["a", "b", "c", "d", "e"][:n_whole]
        with pytest.raises(InvalidInputError, match=message) as caught:
            list(stream)
        assert "in row 5" in str(caught.value)

    def test_missing_values_of_a_column(self, models):
        column = pd.Series(["Lift it.", None], dtype="str")
        with pytest.raises(InvalidInputError, match="in row 1, got NoneType: None"):
            models["both"].predict(column)

    @pytest.mark.parametrize("value", [None, 7, 1.5, b"Lift it.", np.array("Lift it.")])
    def test_neither_text_nor_texts(self, models, value):
        for call in (models["both"].predict, models["both"].predict_proba):
            with pytest.raises(InvalidInputError, match=r"expected (an iterable of str|one column)"):
                call(value)

    @pytest.mark.parametrize("value", [np.array([["a", "b"]]), pd.DataFrame({"text": ["a"]})])
    def test_tables_are_refused(self, models, value):
        for call in (models["both"].predict, models["both"].predict_proba):
            with pytest.raises(InvalidInputError, match="expected one column of statements, got an array of shape"):
                call(value)

    def test_one_text_where_many_are_due(self, models):
        for call in (
            models["both"].predict_proba,
            models["both"].margins,
            lambda t: list(models["both"].predict_iter(t)),
        ):
            with pytest.raises(InvalidInputError, match="got str; put one statement in a list"):
                call("Lift it.")

    @pytest.mark.parametrize("batch_size", [0, -1, True, 2.0, "2", None])
    def test_batch_size(self, models, batch_size):
        message = f"batch_size must be a whole number of at least 1, got {batch_size!r}"
        with pytest.raises(InvalidInputError, match=message):
            list(models["both"].predict_iter(["a"], batch_size=batch_size))

    def test_a_batch_size_of_numpy_is_a_whole_number_too(self, models):
        texts, model = ["a", "b", "c"], models["both"]
        assert list(model.predict_iter(texts, batch_size=np.int64(2))) == model.predict(texts)


class TestBehaviour:
    def test_a_stream_reads_one_batch_ahead(self, models):
        read = count()
        stream = models["ngrams"].predict_iter((f"Statement {next(read)}" for _ in count()), batch_size=10)
        assert [p.text for p in islice(stream, 11)] == [f"Statement {i}" for i in range(11)]
        assert next(read) == 20

    def test_a_very_long_statement(self, models, packaged):
        text = " ".join(f"Lift embargo{i % 900}." for i in range(5000))
        assert len(text.split()) == 10_000
        for model in (models["ngrams"], packaged):
            prediction = model.predict(text)
            assert prediction.text == text
            assert all(0 <= score <= 1 for score in prediction.scores.values())
        why = models["ngrams"].explain(text)
        assert max(span.end for span in why.spans) == len(text)
        for label, margin in why.margins.items():
            total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
            assert total == pytest.approx(margin, abs=1e-9)

    def test_predictions_and_models_are_frozen(self, models):
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'bias'"):
            models["both"].bias = np.zeros(3)
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'labels'"):
            models["both"].predict("Lift it.").labels = ()

    def test_nothing_is_mutated(self, model):
        def state():
            arrays = [model.bias.tobytes(), repr(model.calibration), repr(model.codebook), repr(model.provenance)]
            return arrays + [a.tobytes() for s in model.scorers.values() for a in s.arrays().values()]

        texts, array = list(TEXTS), np.array(TEXTS, dtype=object)
        before = state()
        for given_texts in (texts, array):
            model.predict(given_texts)
            model.predict_proba(given_texts)
            list(model.predict_iter(given_texts))
        model.explain(texts[0])
        assert texts == TEXTS
        assert array.tolist() == TEXTS
        assert state() == before

    def test_a_prediction_does_not_share_its_scores(self, models):
        first, second = models["both"].predict([TEXTS[0], TEXTS[0]])
        assert first.scores is not second.scores

    def test_pickled_to_other_processes(self, model):
        again = pickle.loads(pickle.dumps(model))
        assert again.predict(TEXTS) == model.predict(TEXTS)
        assert again.explain(TEXTS[0]) == model.explain(TEXTS[0])

    def test_no_network(self, monkeypatch):
        def refuse(*args, **kwargs):
            raise AssertionError("the network was used")

        for name in ("socket", "create_connection", "getaddrinfo"):
            monkeypatch.setattr(socket, name, refuse)
        stancekit._default_model.cache_clear()
        assert stancekit.load().predict(TEXTS) == stancekit.predict(TEXTS)
        assert stancekit.load().explain(TEXTS[0]).spans

    def test_the_module_level_function_is_the_packaged_model(self, packaged):
        assert stancekit.predict(TEXTS) == packaged.predict(TEXTS)
        assert stancekit.predict(TEXTS[0]) == packaged.predict(TEXTS[0])
        assert stancekit.predict([]) == []

    def test_one_label(self):
        texts = ["Lift the embargo.", "The sun is out."] * 6
        model = StanceClassifier(features=(NgramFeatures(bits=8),), n_folds=2).fit(texts, [[1], [0]] * 6).model_
        assert model.predict_proba([]).shape == (0, 1)
        assert model.predict_proba(texts).shape == (12, 1)
        assert tuple(model.predict("Lift the embargo.").scores) == ("label0",)


def test_statements_of_the_training_set_are_known_again_white_space_apart(packaged):
    own = "We do not believe that the embargo against the island has served any purpose."
    seen = packaged.was_trained_on([own, own.replace(" ", "  \n"), "Nobody ever wrote this down.", ""])
    assert seen.tolist() == [True, True, False, False]
    assert packaged.was_trained_on([]).shape == (0,)
