"""Soft labels by reference: written without texts, read back with them, and with the folds of their teachers."""

import numpy as np
import pytest

from experiments import soft_labels
from experiments.data import Annotated
from experiments.linear import soft_texts
from experiments.soft_labels import fold_numbers, read, write
from experiments.splitting import EVALUATED, named_splits
from experiments.teacher import SoftLabels
from experiments.unlabelled import Unlabelled
from stancekit import Codebook, InvalidInputError, LabelledStatements, StanceClassifier
from stancekit.text.identity import fingerprint
from stancekit.training.distillation import deal_folds

N_STATEMENTS, N_LABELS, N_FOLDS = 40, 2, 5
WORDS = ("peace", "bread", "trade", "water")
SPEECHES = {
    name: "I thank you.\n" + " ".join(f"Point {i}:\n{name} asks for {WORDS[i % 4]} {i} times." for i in range(10))
    for name in ("ABC_01_1970", "DEF_02_1971")
}


def made_statements():
    """Twenty statements of a pool, and twenty of two speeches, at their offsets."""
    pool = [f"The {i}th speaker of Cuba asks for {WORDS[i % 4]} and for an end of the embargo." for i in range(20)]
    yield from (Unlabelled(source="north", document=f"d{i}", start=None, end=None, text=t) for i, t in enumerate(pool))
    for name, speech in SPEECHES.items():
        for i in range(10):
            start = speech.index(f"Point {i}:")
            end = speech.index(".", start) + 1
            yield Unlabelled(source="ungdc", document=name, start=start, end=end, text=speech[start:end])


STATEMENTS = list(made_statements())
POOL = {(one.source, one.document, fingerprint(one.text)): one.text for one in STATEMENTS if one.source == "north"}


def made_data():
    """Documents of which one statement is tested and another trained on, and documents that are trained on alone."""
    pairs = (("ungdc", "suggested_1"), ("diplomatic", "diplomatic_selected"), ("suggested_2", "suggested_2"))
    rows = [(f"document {i}", dataset) for i in range(60) for dataset in pairs[i % 3]]
    statements = LabelledStatements(
        texts=[f"We ask for {WORDS[i % 4]}, {i} times." for i in range(len(rows))],
        truth=np.column_stack([np.arange(len(rows)) % 4 == 0, np.arange(len(rows)) % 4 == 1]).astype(float),
        groups=[document for document, _ in rows],
        columns={"dataset": [dataset for _, dataset in rows], "source": ["north"] * len(rows)},
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["against", "for"]))


DATA = made_data()
GROUPS = np.array(DATA.statements.groups)


def said(name):
    """Give what a teacher said, in steps of a 255th, the labels before the poles; each says something else."""
    if name.startswith("source-"):
        raise AssertionError(f"the teacher of {name!r} is for tests alone")
    steps = np.random.default_rng(sum(name.encode())).integers(0, 256, size=(N_STATEMENTS, 2 * N_LABELS))
    steps[0, :2] = 0, 255
    return steps / 255


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write what made-up teachers said to a temporary file."""
    path = tmp_path / "soft_labels.npz"
    monkeypatch.setattr(soft_labels, "PATH", path)
    monkeypatch.setattr(soft_labels, "data_sha256", lambda: "these annotations")
    monkeypatch.setattr(soft_labels, "un_speeches", lambda: SPEECHES)
    monkeypatch.setattr(soft_labels, "pool_statements", lambda: POOL)
    monkeypatch.setattr(
        soft_labels,
        "soft_labels",
        lambda name: SoftLabels(statements=STATEMENTS, rows=np.arange(N_STATEMENTS), scores=said(name)),
    )
    write(DATA)
    return path


@pytest.mark.usefixtures("written")
def test_what_is_written_is_read_back():
    found = read(DATA, n=N_STATEMENTS, weight=0.3)
    assert found.texts == soft_texts([one.text for one in STATEMENTS])  # some with other countries' names
    assert found.weight == 0.3
    np.testing.assert_allclose(found.scores, said("all")[:, :N_LABELS], rtol=0, atol=1e-12)
    assert found.held_out.shape == (N_FOLDS, N_STATEMENTS, N_LABELS)
    for fold in range(N_FOLDS):
        np.testing.assert_allclose(found.held_out[fold], said(f"fold-{fold}")[:, :N_LABELS], rtol=0, atol=1e-12)
    assert found.folds.tolist() == fold_numbers(DATA).tolist()


def test_no_text_is_written(written):
    with np.load(written) as content:
        stored = {name: content[name] for name in content.files}
    assert stored["scores"].dtype == np.uint8
    kept = {str(value) for array in stored.values() for value in array.ravel()}
    assert {fingerprint(one.text) for one in STATEMENTS} <= kept
    assert not [value for value in kept if any(word in value for word in WORDS)]


@pytest.mark.usefixtures("written")
def test_a_smaller_number_is_part_of_a_larger_one_and_keeps_its_scores():
    whole = read(DATA, n=1000, weight=1)  # more than there are
    place = {text: row for row, text in enumerate(whole.texts)}
    some, more = read(DATA, n=8, weight=1), read(DATA, n=20, weight=1)
    assert (len(some.texts), len(more.texts)) == (8, 20)
    assert set(some.texts) < set(more.texts)
    rows = [place[text] for text in more.texts]
    assert 0 < sum(row < 20 for row in rows) < 20  # of both worlds
    np.testing.assert_array_equal(more.scores, whole.scores[rows])
    np.testing.assert_array_equal(more.held_out, whole.held_out[:, rows])


@pytest.mark.usefixtures("written")
def test_soft_labels_of_other_annotations_are_refused(monkeypatch):
    monkeypatch.setattr(soft_labels, "data_sha256", lambda: "other annotations")
    with pytest.raises(InvalidInputError, match=r"is of other annotations; run: python -m experiments\.soft_labels"):
        read(DATA, n=1, weight=1)


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("corpus", "content", "document"),
    [
        ("pool_statements", {key: text for key, text in POOL.items() if key[1] != "d3"}, "north/d3"),
        ("un_speeches", {}, "ungdc/ABC_01_1970"),
        (
            "un_speeches",
            {name: speech.replace("9 times", "10 times") for name, speech in SPEECHES.items()},
            "ungdc/ABC",
        ),
    ],
    ids=["no statement", "no speech", "another speech"],
)
def test_a_statement_that_the_corpora_do_not_hold_is_refused(monkeypatch, corpus, content, document):
    monkeypatch.setattr(soft_labels, corpus, lambda: content)
    with pytest.raises(
        InvalidInputError, match=rf"statement \w{{12}} of {document}.* is not in this release of the corp"
    ):
        read(DATA, n=N_STATEMENTS, weight=1)


@pytest.mark.usefixtures("written")
def test_white_space_may_differ_in_another_release(monkeypatch):
    monkeypatch.setattr(soft_labels, "un_speeches", lambda: {k: v.replace("\n", " ") for k, v in SPEECHES.items()})
    found = read(DATA, n=N_STATEMENTS, weight=1)
    assert found.texts[30] == STATEMENTS[30].text.replace("\n", " ") != STATEMENTS[30].text


def test_documents_have_the_fold_in_which_they_are_tested_or_none():
    numbers = fold_numbers(DATA)
    assert numbers.shape == GROUPS.shape
    for name, split in named_splits(DATA):
        if name.startswith("fold-"):
            mine = np.flatnonzero(numbers == int(name.removeprefix("fold-")))
            assert set(GROUPS[mine]) == set(GROUPS[split.test])
            # No statement of the fold was seen by its teacher, the document's other ones included.
            assert not set(mine) & set(split.train)
            assert set(DATA.column("dataset")[mine]) == {"ungdc", "suggested_1", "diplomatic", "diplomatic_selected"}
    assert (numbers[DATA.rows(*EVALUATED)] >= 0).all()
    assert np.flatnonzero(numbers == -1).tolist() == DATA.rows("suggested_2").tolist()


@pytest.mark.usefixtures("written")
def test_a_classifier_takes_soft_labels_and_folds():
    soft = read(DATA, n=10, weight=0.5)
    statements = DATA.statements
    assert deal_folds(soft, statements.groups, statements.truth, n_folds=3, seed=1).tolist() == soft.folds.tolist()
    classifier = StanceClassifier(DATA.codebook).fit(
        statements.texts, statements.truth, groups=statements.groups, pseudo=soft
    )
    scores = classifier.oof_scores_
    assert np.isnan(scores).any(axis=1).tolist() == (soft.folds == -1).tolist()
