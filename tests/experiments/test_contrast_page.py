"""The page of contrast sets: what is counted, and that it tells when it is stale."""

import json

import numpy as np
import pytest

from experiments import contrast_sets
from stancekit import Codebook, LabelledStatements, StanceClassifier


@pytest.fixture(scope="module")
def model():
    texts, y = ["Lift it.", "Keep it.", "We met."] * 6, [["lift"], ["keep"], []] * 6
    return StanceClassifier(Codebook.from_labels(["lift", "keep"]), n_folds=2).fit(texts, y).model_


def labelled(texts, truth, sets, phenomena):
    return LabelledStatements(
        texts=texts, truth=np.array(truth, dtype=float), groups=sets, columns={"phenomenon": phenomena}
    )


def test_a_set_is_right_only_if_every_label_of_every_member_is(model):
    data = labelled(
        ["Lift it.", "Keep it.", "Lift it.", "Keep it.", "We met.", "We met."],
        [[1, 0], [0, 1], [1, 0], [0, 0], [0, 0], [0, 0]],
        ["b", "b", "a", "a", "c", "c"],
        ["turn", "turn", "mood", "mood", "mood", "mood"],
    )
    found = contrast_sets.measure(model, data)["sets"]
    assert {name: (one["n"], one["right"]["value"]) for name, one in found.items()} == {
        "turn": (1, 1.0),
        "mood": (1, 0.0),  # the members of the other set do not differ in what is predicted
        "all": (2, 0.5),
    }
    assert found["all"]["right"]["low"] < 0.5 < found["all"]["right"]["high"]


def test_the_page_is_that_of_the_results_and_of_what_there_is(monkeypatch, tmp_path):
    results = json.loads(contrast_sets.RESULTS.read_text(encoding="utf-8"))
    assert contrast_sets.stale(results) == []
    assert contrast_sets.main(["--check"]) == 0
    changed = results | {"sets_sha256": "0"}
    assert contrast_sets.stale(changed) == ["contrast_sets.json: the sets changed"]
    monkeypatch.setattr(contrast_sets, "PAGE", tmp_path / "page.md")
    assert contrast_sets.main(["--check"]) == 1
