"""The words that weighed: which are shown, how they are joined, and when none are."""

from types import SimpleNamespace

import numpy as np
import pytest

import stancekit
from stancekit.evidence import evidence_text, find_evidence
from stancekit.features.scorer import Pieces
from stancekit.records import Prediction, Span

MODEL = stancekit.load()


def predicted(text, labels):
    """Give a prediction that asserts labels, whatever the model says."""
    return Prediction(text=text, labels=labels, scores=dict.fromkeys(MODEL.labels, 0.5), abstained=())


class TestEvidence:
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
