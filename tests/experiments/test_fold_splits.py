"""Named splits hold out whole documents and whole sources, and forget nothing that may be trained on."""

import numpy as np
import pytest

from experiments.data import ANNOTATIONS, AUTHORED, Annotated
from experiments.splitting import EVALUATED, TRAINED, folds, named_splits, source_splits, training_rows
from stancekit import Codebook, InvalidInputError, LabelledStatements

SOURCES = ("north", "south", "east")
STRATEGIES = ("random", "uncertain")
PAIRS = (("ungdc", "suggested_2"), ("diplomatic", "diplomatic_selected"), ("authored", "contrast"))


def documents():
    """Give name, source, and the datasets of the rows: tested and trained ones, trained ones alone, neither."""
    for i in range(60):
        source = {"ungdc": "ungdc", "diplomatic": SOURCES[i % 9 // 3], "authored": "news"}[PAIRS[i % 3][0]]
        yield f"{source}/{i}", source, PAIRS[i % 3]
    for i in range(60, 75):
        yield f"{SOURCES[i % 3]}/{i}", SOURCES[i % 3], ("suggested_1", "suggested_1")
    for i in range(75, 80):
        yield f"north/{i}", "north", ("pilot", "pilot")


def made_data():
    rows = [(name, source, dataset) for name, source, datasets in documents() for dataset in datasets]
    groups, sources, datasets = map(list, zip(*rows, strict=True))
    statements = LabelledStatements(
        texts=[f"Statement {i}." for i in range(len(rows))],
        truth=np.arange(2 * len(rows)).reshape(-1, 2) // 3 % 2 * 1.0,
        groups=groups,
        columns={
            "dataset": datasets,
            "source": sources,
            "stratum": [f"news-{STRATEGIES[i // 2 % 2]}" for i in range(len(rows))],
        },
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["against", "for"]))


DATA = made_data()
GROUPS, DATASETS, SOURCE = np.array(DATA.statements.groups), DATA.column("dataset"), DATA.column("source")


def test_every_dataset_of_the_project_is_trained_on_and_every_tested_one_too():
    assert set(TRAINED) == {*ANNOTATIONS, *AUTHORED}
    assert set(EVALUATED) < set(TRAINED)


def test_splits_are_named_by_fold_and_by_source():
    names = [name for name, _ in named_splits(DATA)]
    assert names == [*(f"fold-{i}" for i in range(5)), "all", *(f"source-{source}" for source in sorted(SOURCES))]


def test_no_document_is_on_both_sides():
    for name, split in named_splits(DATA):
        assert not set(GROUPS[split.train]) & set(GROUPS[split.test]), name
        assert len(set(split.train)) == len(split.train) > 0, name


def test_folds_test_each_evaluated_row_once_and_train_on_the_rest():
    splits = [split for name, split in named_splits(DATA) if name.startswith("fold-")]
    assert sorted(np.concatenate([split.test for split in splits])) == DATA.rows(*EVALUATED).tolist()
    for split in splits:
        rest = [row for row in DATA.rows(*TRAINED) if GROUPS[row] not in GROUPS[split.test]]
        assert sorted(split.train) == rest
        assert set(DATASETS[split.train]) == set(DATASETS) - {"pilot"}


def test_all_holds_nothing_out():
    everything = dict(named_splits(DATA))["all"]
    assert everything.train.tolist() == list(range(len(GROUPS)))
    assert everything.test.tolist() == []


def test_a_held_out_source_is_tested_on_its_news_and_trained_on_nowhere():
    for source, split in source_splits(DATA):
        assert split.test.tolist() == [row for row in DATA.rows("diplomatic") if SOURCE[row] == source]
        assert sorted(split.train) == [row for row in DATA.rows(*TRAINED) if SOURCE[row] != source]


def test_the_seed_deals_the_folds():
    first, same, other = (np.concatenate(folds(DATA, seed)).tolist() for seed in (0, 0, 1))
    assert first == same != other


def test_suggested_statements_are_added_by_strategy_and_drawn_by_their_own_seed():
    part = DATA.rows("ungdc")[:4]
    config = {"train": ["diplomatic"], "add": {"dataset": "suggested_2", "strategy": "uncertain", "n": 4, "draw": 0}}
    first, same, other = (
        training_rows(part, config | {"add": config["add"] | {"draw": draw}}, DATA, seed)
        for draw, seed in ((0, 0), (0, 5), (1, 0))
    )
    base, added = np.split(first, [len(DATA.rows("diplomatic"))])
    assert base.tolist() == DATA.rows("diplomatic").tolist()
    assert len(set(added)) == 4
    assert set(DATASETS[added]) == {"suggested_2"}
    assert set(DATA.column("stratum")[added]) == {"news-uncertain"}
    assert first.tolist() == same.tolist() != other.tolist()


def test_none_is_added_from_a_tested_document():
    part = DATA.rows("ungdc")[
        :4
    ]  # documents 0, 3, 6 and 9: the suggestions of 3 and 9 were uncertain, as were 8 others
    add = {"dataset": "suggested_2", "strategy": "uncertain", "n": 8, "draw": 0}
    added = training_rows(part, {"train": [], "add": add}, DATA, 0)
    assert not set(GROUPS[added]) & set(GROUPS[part])
    with pytest.raises(InvalidInputError, match="only 8 statements of strategy 'uncertain', expected 9"):
        training_rows(part, {"train": [], "add": add | {"n": 9}}, DATA, 0)


def test_a_fraction_takes_whole_documents_by_the_seed():
    part = DATA.rows("ungdc")[:4]
    whole = training_rows(part, {}, DATA, 0)
    half, same, other = (training_rows(part, {"fraction": 0.5}, DATA, seed) for seed in (0, 0, 1))
    assert len(set(GROUPS[half])) == round(0.5 * len(set(GROUPS[whole])))
    assert sorted(half) == [row for row in whole if GROUPS[row] in GROUPS[half]]
    assert half.tolist() == same.tolist() != other.tolist()
