"""The models' times are taken in turns and given beside those of the linear one."""

import json

import pytest

from experiments import model_speeds
from experiments.model_speeds import RESULTS, measure, section
from stancekit.storage.loading import built_in_models


class Slow:
    """Stands in for a model that takes so long a statement."""

    def __init__(self, name, each, clock, calls):
        self.name, self.each, self.clock, self.calls = name, each, clock, calls

    def predict_labels(self, texts):
        self.calls.append((self.name, list(texts)))
        self.clock[0] += self.each * len(texts)

    def predict(self, text):
        self.clock[0] += 5 * self.each


@pytest.fixture
def calls(monkeypatch):
    clock, calls = [0.0], []
    monkeypatch.setattr(model_speeds.time, "process_time", lambda: clock[0])
    monkeypatch.setattr(model_speeds, "N_QUICK", 20)
    monkeypatch.setattr(model_speeds, "N_ALONE", 4)
    models = {name: Slow(name, each, clock, calls) for name, each in {"linear": 1.0, "encoder": 700.0}.items()}
    texts = (f"Statement {n}." for n in range(10**6))
    calls.append(measure(models, texts, n_rounds=3))
    return calls


def test_times_are_multiples_of_the_linear_models(calls):
    found = calls.pop()
    assert found["linear"] == {"together": [1.0] * 3, "alone": [1.0] * 3}
    assert found["encoder"]["together"] == pytest.approx([700.0] * 3)
    assert found["encoder"]["alone"] == pytest.approx([700.0] * 3)


def test_every_round_has_statements_of_its_own(calls):
    calls.pop()
    seen = [text for name, texts in calls if name == "linear" for text in texts]
    assert len(seen) == len(set(seen)) == 4 * 20  # one round warms up
    assert [name for name, _ in calls] == ["linear", "encoder"] * 4


def test_the_page_says_what_was_measured():
    models = {
        "linear": {"megabytes": 2.19, "together": [1, 1, 1], "alone": [1, 1, 1]},
        "encoder": {"megabytes": 21.17, "together": [2701.8, 2150.0, 2883.0], "alone": [300.0, 290.0, 310.0]},
    }
    page = section({"n_rounds": 7, "models": models})
    assert "| **linear** | 2.2 | 1 | 1 |" in page
    assert "| **encoder** | 21.2 | 2,700 [2,150, 2,880] | 300 [290, 310] |" in page


def test_what_is_kept_is_of_the_models_in_the_package():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert sorted(results["models"]) == built_in_models()
    for name, model in results["models"].items():
        assert model["megabytes"] == pytest.approx(model_speeds._megabytes(name), abs=0.01)
