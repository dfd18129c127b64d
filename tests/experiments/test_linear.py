"""Linear heads that learn from a teacher's soft labels, and thresholds from the other parts, on made-up data."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import linear
from experiments.crossfit import Held, cross_fitted
from experiments.data import Annotated
from experiments.linear import chosen, count_features, head_settings, held_out, soft_texts
from experiments.splitting import named_splits
from experiments.teacher import SoftLabels
from experiments.unlabelled import Unlabelled
from stancekit import Codebook, InvalidInputError, LabelledStatements, NgramFeatures, StanceClassifier

SOURCES = ("north", "south")
DRAWN = [
    Unlabelled(source=SOURCES[i % 2], document=f"d{i}", start=None, end=None, text=f"The {word} of Cuba, {i} times.")
    for i, word in enumerate(["kelp", "kelp", "iron", "iron"] * 15)
]
CONFIG = {"features": [{"name": "ngrams", "bits": 12}], "n_pseudo": 40, "weight": 0.5}


def made_data():
    """Sixty documents of two sources, with one statement that is tested and one that is not."""
    rows = [(i, dataset) for i in range(60) for dataset in ("diplomatic", "diplomatic_selected")]
    statements = LabelledStatements(
        texts=[
            f"{'Lift' if i % 3 else 'Keep'} the {i}th embargo on {('iron', 'kelp')[i % 2]}, {name}." for i, name in rows
        ],
        truth=np.array([[float(i % 3 > 0), float(i % 3 == 0)] for i, _ in rows]),
        groups=[f"{SOURCES[i // 2 % 2]}/{i}" for i, _ in rows],
        columns={"dataset": [name for _, name in rows], "source": [SOURCES[i // 2 % 2] for i, _ in rows]},
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["against", "for"]))


DATA = made_data()
SPLITS = {name: split for name, split in named_splits(DATA) if name != "all"}


def relabelled(rows):
    """Give the data with the opposite labels in some rows."""
    truth = DATA.statements.truth.copy()
    truth[rows] = 1 - truth[rows]
    statements = LabelledStatements(
        texts=DATA.statements.texts, truth=truth, groups=DATA.statements.groups, columns=DATA.statements.columns
    )
    return Annotated(statements=statements, codebook=DATA.codebook)


def margins(config, data=DATA, splits=SPLITS):
    return {name: held.margins for name, held in zip(splits, held_out(list(splits.items()), config, data), strict=True)}


@pytest.fixture
def told(monkeypatch):
    """Let each teacher say what it is told to say of all that is drawn, or 0.2 of everything."""
    told = {}

    def say(name):
        rows = np.array([row for row, one in enumerate(DRAWN) if f"source-{one.source}" != name])
        scores = told.get(name, np.full((len(DRAWN), 4), 0.2))
        return SoftLabels(statements=[DRAWN[row] for row in rows], rows=rows, scores=scores[rows])

    monkeypatch.setattr(linear, "soft_labels_of", say)
    monkeypatch.setattr(linear, "drawn_statements", lambda: DRAWN)
    return told


@pytest.fixture
def fits(monkeypatch):
    """List what each fit learns from."""
    calls, real = [], linear.fit_once

    def record(extractors, gold, settings, soft, start):
        calls.append((gold, soft))
        return real(extractors, gold, settings, soft, start)

    monkeypatch.setattr(linear, "fit_once", record)
    return calls


def test_rows_are_chosen_from_both_worlds_and_smaller_choices_are_part_of_larger_ones():
    some, more = chosen(36_000, 3_000), chosen(36_000, 12_000)
    assert (len(some), len(more)) == (3_000, 12_000)
    assert set(some) < set(more)
    for rows in (some, more):
        assert (np.diff(rows) > 0).all()
        assert abs((rows < 24_000).mean() - 2 / 3) < 0.05
    assert chosen(10, 0).tolist() == []
    assert chosen(10, 10).tolist() == list(range(10))


def test_every_second_statement_that_a_teacher_labelled_names_other_countries():
    texts = ["Cuba and Iran trade.", "Nobody trades."] * 3 + ["Nobody trades.", "Cuba and Iran trade."] * 20
    swapped = soft_texts(texts)
    assert [new for new, text in zip(swapped, texts, strict=True) if "Nobody" in text] == ["Nobody trades."] * 23
    assert swapped[:6:2] == ["Cuba and Iran trade."] * 3
    named = swapped[7::2]
    assert len(named) == 20
    assert named.count("Cuba and Iran trade.") < 4
    assert all(text.endswith(" trade.") for text in named)


def test_heads_have_the_classifiers_settings_where_the_configuration_names_none():
    defaults, changed = StanceClassifier(), head_settings({"C": 0.25, "features": []})
    assert head_settings({}).C == defaults.C
    assert changed.C == 0.25
    for settings in (head_settings({}), changed):
        assert settings.class_weight == defaults.class_weight
        assert settings.max_iter == defaults.max_iter
        assert not settings.exclusive


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("n_pseudo", [0, 40])
def test_margins_do_not_depend_on_what_is_tested(n_pseudo):
    config = CONFIG | {"n_pseudo": n_pseudo}
    before = margins(config)
    for name in ("fold-0", "fold-1", "source-south"):
        split = SPLITS[name]
        tested = np.flatnonzero(np.isin(DATA.statements.groups, DATA.statements.take(split.test).groups))
        # The solver begins where another split's heads ended; that moves where it ends by its tolerance alone.
        np.testing.assert_allclose(margins(config, relabelled(tested))[name], before[name], rtol=0, atol=0.005)
        assert abs(margins(config, relabelled(split.train))[name] - before[name]).max() > 0.5


def test_each_split_learns_from_its_own_teacher(told):
    before = margins(CONFIG)
    told["fold-1"] = np.full((len(DRAWN), 4), 0.2)
    told["fold-1"][:, 1] = [0.9 if "kelp" in one.text else 0.1 for one in DRAWN]
    after = margins(CONFIG)
    gain = after.pop("fold-1") - before.pop("fold-1")
    kelp = np.array(["kelp" in DATA.statements.texts[row] for row in SPLITS["fold-1"].test])
    assert gain[kelp, 1].min() > gain[~kelp, 1].max() + 0.1
    assert abs(gain[:, 0]).max() < 0.01
    for name, unmoved in before.items():
        np.testing.assert_allclose(after[name], unmoved, rtol=0, atol=0.005)


def test_soft_labels_stand_beside_their_statements_and_those_of_a_held_out_source_are_missing(told, fits):
    told |= {name: np.random.default_rng(i).random((len(DRAWN), 4)) for i, name in enumerate(SPLITS)}
    margins(CONFIG)
    counts = NgramFeatures(bits=12).counts(soft_texts([one.text for one in DRAWN]))
    for (name, split), (gold, soft) in zip(SPLITS.items(), fits, strict=True):
        np.testing.assert_array_equal(gold.truth, DATA.statements.truth[split.train])
        rows = [row for row in chosen(len(DRAWN), 40) if f"source-{DRAWN[row].source}" != name]
        assert len(rows) == 40 or name.startswith("source-")
        np.testing.assert_array_equal(soft.truth, told[name][rows, :2])
        assert (soft.counts[0] != counts[rows]).nnz == 0
        assert soft.weights.tolist() == [0.5] * len(rows)


@pytest.fixture
def outside(monkeypatch):
    """Let a teacher of no split say what it says of all that is drawn."""
    scores = np.random.default_rng(7).random((len(DRAWN), 4))
    said = SoftLabels(statements=DRAWN, rows=np.arange(len(DRAWN)), scores=scores)
    monkeypatch.setattr(linear, "labelled_statements", lambda: DRAWN)
    monkeypatch.setattr(linear, "read_outside_labels", lambda: said)
    return scores


def test_of_a_teacher_that_saw_nothing_tested_all_folds_learn_the_same(outside, fits):
    folds = {name: split for name, split in SPLITS.items() if name.startswith("fold-")}
    margins(CONFIG | {"teacher": "outside"}, splits=folds)
    assert len(fits) == len(folds)
    for _, soft in fits:
        np.testing.assert_array_equal(soft.truth, outside[chosen(len(DRAWN), 40), :2])


@pytest.mark.usefixtures("outside")
def test_where_a_source_is_held_out_that_teacher_is_refused():
    with pytest.raises(InvalidInputError, match="the outside teacher has seen what 'source-south' holds out"):
        margins(CONFIG | {"teacher": "outside"}, splits={"source-south": SPLITS["source-south"]})


def test_without_soft_labels_no_teacher_is_asked_and_nothing_is_drawn(monkeypatch):
    def fail(*_):
        raise AssertionError("nothing is to be drawn")

    monkeypatch.setattr(linear, "drawn_statements", fail)
    monkeypatch.setattr(linear, "soft_labels_of", fail)
    counted = count_features({"features": CONFIG["features"]}, DATA)
    assert counted.drawn == []
    assert [part.shape for part in margins({"features": CONFIG["features"]}).values()] == [
        (len(split.test), 2) for split in SPLITS.values()
    ]


PARTS = np.split(np.random.default_rng(0).permutation(len(DATA.statements)), 3)


def made_margins(shift=0.0):
    """Three parts whose margins tell the labels; `shift` is added to those of the first part."""
    rng = np.random.default_rng(1)
    truth = [DATA.statements.truth[rows] for rows in PARTS]
    told = [4 * part - 2 + rng.normal(size=part.shape) for part in truth]
    return [
        Held(rows=rows, margins=part + shift * (i == 0)) for i, (rows, part) in enumerate(zip(PARTS, told, strict=True))
    ]


def of_part(outcome, number):
    """Give what an outcome says of one part."""
    rows = np.isin(outcome.rows, PARTS[number])
    return np.stack([x[rows] for x in (outcome.scores, outcome.decisions, outcome.abstained, outcome.thresholds)])


def test_decisions_stand_beside_their_rows():
    outcome = cross_fitted(made_margins(), DATA)
    assert outcome.rows.tolist() == np.concatenate(PARTS).tolist()
    truth = DATA.statements.truth[outcome.rows]
    assert ((outcome.decisions == truth).mean(axis=0) > 0.9).all()
    assert (outcome.decisions == (outcome.scores >= outcome.thresholds)).all()
    assert outcome.scores.shape == outcome.abstained.shape == outcome.thresholds.shape == truth.shape


@pytest.mark.parametrize("number", range(3))
def test_nothing_of_a_part_hangs_on_its_own_labels(number):
    before, after = (cross_fitted(made_margins(), data) for data in (DATA, relabelled(PARTS[number])))
    np.testing.assert_array_equal(of_part(after, number), of_part(before, number))
    for other in {0, 1, 2} - {number}:
        assert (of_part(after, other)[0] != of_part(before, other)[0]).all()


@pytest.mark.parametrize("number", range(3))
def test_other_heads_are_weighed_by_the_other_parts(number):
    """One part's other heads are wrong on it alone: they count for it as much as the other parts trust them."""
    held = [replace(part, beside=[3 * DATA.statements.truth[part.rows]]) for part in made_margins()]
    before = cross_fitted(held, DATA)
    assert (before.decisions == DATA.statements.truth[before.rows]).all()
    held[number] = replace(held[number], beside=[-one for one in held[number].beside])
    after = cross_fitted(held, DATA)
    assert (of_part(after, number)[0] != of_part(before, number)[0]).any()
    np.testing.assert_array_equal(of_part(after, number)[3], of_part(before, number)[3])


@pytest.mark.parametrize(("shift", "decision"), [(-30.0, False), (30.0, True)])
def test_a_shifted_part_is_decided_by_the_thresholds_of_the_others(shift, decision):
    before, after = cross_fitted(made_margins(), DATA), cross_fitted(made_margins(shift), DATA)
    assert (of_part(after, 0)[1] == decision).all()
    np.testing.assert_array_equal(of_part(after, 0)[3], of_part(before, 0)[3])
    assert (of_part(after, 1)[0] != of_part(before, 1)[0]).all()


def test_no_teacher_saw_what_its_student_is_tested_on(monkeypatch):
    from experiments.protocols import run_config

    asked = []

    def record(splits, *_, **__):
        asked.extend(splits)
        return [Held(rows=split.test, margins=DATA.statements.truth[split.test]) for _, split in splits]

    monkeypatch.setattr(linear, "held_out", record)
    run_config(CONFIG | {"kind": "cross_validation"}, DATA)
    run_config(CONFIG | {"kind": "leave_one_out", "column": "source", "test": ["diplomatic"]}, DATA)
    assert [name for name, _ in asked] == list(SPLITS)
    for name, split in asked:
        assert not set(SPLITS[name].train) & set(split.test), name


@pytest.mark.parametrize(("seed", "more"), [(1, {}), (0, {"train": ["ungdc"]}), (0, {"fraction": 0.5})])
def test_teachers_of_other_folds_are_not_asked(seed, more):
    from experiments.protocols import run_config

    with pytest.raises(InvalidInputError, match="kept for the folds of seed 0 and all training data"):
        run_config(CONFIG | {"kind": "cross_validation"} | more, DATA, seed=seed)
