"""Who is trained on and who is tested, on made-up data."""

import numpy as np
import pytest

from experiments import protocols
from experiments.data import Annotated
from experiments.linear import make_classifier
from experiments.outcome import Outcome
from experiments.protocols import leave_one_out, run_config
from experiments.rules import apply_rules
from experiments.run import count_pairs, evaluate_world
from stancekit import Codebook, Context, InvalidInputError, LabelledStatements, Stance, Target

BOOK = Codebook(
    context=Context(negation=("not",)),
    targets=(Target(name="embargo", terms=("embargo*",)),),
    stances=(
        Stance(label="against", target="embargo", near=("lift*",), cues=("starves us",)),
        Stance(label="for", target="embargo", near=("keep*",)),
    ),
)
SOURCES = ("north", "south", "east")


def made_data():
    """Documents with one row in a tested and one in a trained dataset, from three sources."""
    texts, truth, groups, datasets, sources = [], [], [], [], []
    for i in range(60):
        for dataset in ("diplomatic", "diplomatic_selected") if i % 2 else ("ungdc", "authored"):
            texts.append(f"{'Lift' if i % 4 < 2 else 'Keep'} the embargo, part {i} of {dataset}.")
            truth.append([float(i % 4 < 2), float(i % 4 >= 2)])
            groups.append(f"document {i}")
            datasets.append(dataset)
            sources.append(SOURCES[i % 3])
    columns = {
        "dataset": datasets,
        "source": sources,
        "decade": ["1990s"] * len(texts),
        "stratum": ["single"] * len(texts),
    }
    statements = LabelledStatements(texts=texts, truth=np.array(truth), groups=groups, columns=columns)
    return Annotated(statements=statements, codebook=BOOK)


@pytest.fixture
def fits(monkeypatch):
    """Record what each part is trained on."""
    seen = []
    real = protocols.training_rows

    def record(part, config, data, seed):
        rows = real(part, config, data, seed)
        seen.append((part, rows))
        return rows

    monkeypatch.setattr(protocols, "training_rows", record)
    return seen


def test_no_document_is_on_both_sides_and_all_else_is_trained_on(fits):
    data = made_data()
    outcome = run_config({"kind": "cross_validation"}, data)
    groups = np.array(data.statements.groups)
    assert sorted(outcome.rows) == sorted(data.rows("ungdc", "diplomatic", "authored"))
    assert len(fits) == 5
    for part, rows in fits:
        assert not set(groups[part]) & set(groups[rows])
        assert set(groups[part]) | set(groups[rows]) == set(groups)
        assert "diplomatic_selected" in data.column("dataset")[rows]


def test_a_source_that_is_left_out_is_nowhere_in_training(fits):
    data = made_data()
    leave_one_out({"kind": "leave_one_out", "column": "source", "test": ["diplomatic"]}, data, seed=0, n_jobs=1)
    sources = data.column("source")
    assert len(fits) == 3
    for part, rows in fits:
        assert len(set(sources[part])) == 1
        assert not set(sources[part]) & set(sources[rows])


def test_datasets_and_fraction_limit_training(fits):
    data = made_data()
    run_config({"kind": "cross_validation", "train": ["ungdc", "diplomatic"], "fraction": 0.5}, data)
    groups = np.array(data.statements.groups)
    for part, rows in fits:
        assert set(data.column("dataset")[rows]) <= {"ungdc", "diplomatic"}
        rest = set(groups[data.rows("ungdc", "diplomatic")]) - set(groups[part])
        assert len(set(groups[rows])) == round(0.5 * len(rest))


def test_rules_know_terms_cues_and_words_near_a_term():
    texts = ["The embargo.", "Lift the embargo.", "Do not lift the embargo.", "It starves us.", "We lift weights."]
    assert apply_rules(texts, BOOK, "terms").tolist() == [[1, 1], [1, 1], [1, 1], [0, 0], [0, 0]]
    assert apply_rules(texts, BOOK, "cues").tolist() == [[0, 0], [1, 0], [0, 0], [1, 0], [0, 0]]


def test_a_pair_is_right_only_when_both_sides_are_and_their_labels_differ():
    truth = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    statements = LabelledStatements(
        texts=list("abcdef"),
        truth=truth,
        groups=["p1", "p1", "p2", "p2", "p3", "p3"],
        columns={"dataset": ["authored"] * 6, "stratum": ["negation"] * 6, "source": ["news"] * 6},
    )
    decisions = truth == 1
    decisions[3, 1] = True
    outcome = Outcome(
        rows=np.arange(6),
        scores=truth,
        decisions=decisions,
        abstained=np.zeros((6, 2), dtype=bool),
        thresholds=np.full((6, 2), 0.5),
    )
    assert count_pairs(outcome, Annotated(statements=statements, codebook=BOOK)) == {"negation": [1, 2]}


def test_a_world_that_was_not_tested_has_no_figures():
    data = made_data()
    outcome = run_config({"kind": "rules", "rule": "cues"}, data)
    row = evaluate_world(outcome, data, "ungdc", 0)
    assert row is not None
    assert row["macro"]["f1"][0] == 1.0
    assert evaluate_world(outcome, data, "nothing", 0) is None


def test_tf_idf_is_tested_on_the_same_rows():
    data = made_data()
    outcome = run_config({"kind": "tfidf"}, data)
    assert sorted(outcome.rows) == sorted(data.rows("ungdc", "diplomatic", "authored"))
    assert (outcome.decisions == (outcome.scores >= 0.5)).all()
    assert (outcome.decisions == (data.statements.truth[outcome.rows] == 1)).all()


def test_the_seed_deals_the_folds():
    data = made_data()
    first, same, other = (run_config({"kind": "cross_validation"}, data, seed=seed).rows for seed in (0, 0, 1))
    assert first.tolist() == same.tolist() != other.tolist()


def test_unknown_kinds_and_features_are_named():
    data = made_data()
    with pytest.raises(InvalidInputError, match="unknown kind 'magic'; expected one of"):
        run_config({"kind": "magic"}, data)
    with pytest.raises(InvalidInputError, match="unknown features 'magic'; expected one of"):
        make_classifier({"features": [{"name": "magic"}]}, data)
