"""A teacher that has seen no tested document: whom it is taught by, and what is read of it."""

import numpy as np
import pytest

from experiments import outside_labels
from experiments.data import Annotated
from experiments.outside_labels import STEPS, labelled_statements, read_outside_labels
from experiments.unlabelled import Unlabelled
from stancekit import Codebook, InvalidInputError, LabelledStatements

DRAWN = [Unlabelled(source="north", document=f"d{i}", start=None, end=None, text=f"Trade {i}.") for i in range(4)]


def test_no_tested_document_and_no_tested_statement_teaches():
    teacher = pytest.importorskip("experiments.outside_teacher")
    rows = [
        ("a", "ungdc", "Lift it."),
        ("a", "suggested_1", "Of a tested document."),
        ("b", "suggested_4", "Free."),
        ("c", "diplomatic_selected", "Lift  it."),  # said in a tested document too
        ("d", "diplomatic", "Trade."),
        ("e", "contrast", "Build."),
    ]
    groups, datasets, texts = map(list, zip(*rows, strict=True))
    statements = LabelledStatements(
        texts=texts, truth=np.zeros((len(rows), 1)), groups=groups, columns={"dataset": datasets}
    )
    data = Annotated(statements=statements, codebook=Codebook.from_labels(["for"]))
    assert [groups[row] for row in teacher.outside_rows(data)] == ["b", "e"]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep what a teacher said of four statements."""
    labelled_statements.cache_clear()
    read_outside_labels.cache_clear()
    monkeypatch.setattr(outside_labels, "PATH", tmp_path / "labels.npz")
    monkeypatch.setattr(outside_labels, "drawn_statements", lambda: DRAWN[:2])
    monkeypatch.setattr(outside_labels, "running_statements", lambda n: DRAWN[2:])
    monkeypatch.setattr(outside_labels, "annotations_sha256", lambda: "these")
    scores = np.arange(12, dtype=np.uint8).reshape(4, 3)
    np.savez(
        tmp_path / "labels.npz", annotations_sha256="these", texts_sha256=outside_labels.texts_sha256(), scores=scores
    )
    yield scores
    labelled_statements.cache_clear()
    read_outside_labels.cache_clear()


def test_what_it_said_is_read_with_the_statements(kept):
    said = read_outside_labels()
    assert said.statements == DRAWN
    np.testing.assert_allclose(said.scores, kept / STEPS)


@pytest.mark.usefixtures("kept")
def test_labels_of_other_annotations_or_statements_are_refused(monkeypatch):
    monkeypatch.setattr(outside_labels, "annotations_sha256", lambda: "others")
    with pytest.raises(InvalidInputError, match="is of other annotations or statements; run: python -m experiments"):
        read_outside_labels()
    monkeypatch.setattr(outside_labels, "annotations_sha256", lambda: "these")
    labelled_statements.cache_clear()
    monkeypatch.setattr(outside_labels, "running_statements", lambda n: DRAWN[3:])
    with pytest.raises(InvalidInputError, match="is of other annotations or statements"):
        read_outside_labels()
