"""Our own statements as a pool, and a coder who gives the labels that they have."""

import json
import os
from pathlib import Path

import pytest

from stancekit import Codebook
from stancekit.labelling.pool import StatementPool
from stancekit.labelling.session import LabellingSession

DATA = Path(__file__).parent.parent.parent / "data"


@pytest.fixture(scope="session")
def statements():
    return [json.loads(line) for line in (DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def book():
    return Codebook.read(DATA / "codebook.yaml")


@pytest.fixture(scope="session")
def pool(statements):
    return StatementPool(
        ids=tuple(row["id"] for row in statements),
        texts=tuple(row["text"] for row in statements),
        groups=tuple(row["group"] for row in statements),
        context={"style": tuple(row["style"] for row in statements)},
        names={"id": "id", "text": "text", "group": "group"},
    )


@pytest.fixture(scope="session")
def truth(statements):
    return {row["id"]: tuple(row["labels"]) for row in statements}


@pytest.fixture
def label(truth):
    """Label statements of a session as they are, until so many more are decided."""

    def label(session, n, other=lambda name: None):
        for _ in range(n):
            if (item := session.next()) is None:
                return
            session.decide(item.id, other(item.id) or truth[item.id])

    return label


@pytest.fixture
def unsynced(monkeypatch):
    """Leave it to the system when it writes, where thousands of answers are about something else."""
    monkeypatch.setattr(os, "fsync", lambda file: None)


@pytest.fixture
def begin(tmp_path, pool, book):
    """Open a session of ann's, or of another coder."""

    def begin(name="ann.jsonl", statements=pool, **options):
        return LabellingSession(
            tmp_path / name, statements, options.pop("codebook", book), **{"coder": "ann", "retrain_every": 0} | options
        )

    return begin
