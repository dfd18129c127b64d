"""What a teacher that has seen no tested document (`experiments.outside_teacher`) says of other statements."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from experiments.data import DATA, LATER, data_sha256, further_sha256
from experiments.teacher import SoftLabels
from experiments.unlabelled import Unlabelled, drawn_statements, running_statements
from stancekit.errors import InvalidInputError

PATH = DATA / "outside_labels.npz"
COMMAND = "python -m experiments.outside_teacher"
N_RUNNING = 60_000
STEPS = 255  # scores are kept in eight bits


@cache
def labelled_statements() -> list[Unlabelled]:
    """Give the statements that the teacher labels: those of the other teachers, and as many of speeches as they are."""
    return [*drawn_statements(), *running_statements(N_RUNNING)]


@cache
def read_outside_labels() -> SoftLabels:
    """Read what the teacher said of all `labelled_statements`.

    Raises
    ------
    InvalidInputError
        When it was taught by other annotations, or labelled other statements.
    """
    with np.load(PATH) as content:
        stored = {name: content[name] for name in content.files}
    if str(stored["annotations_sha256"]) != annotations_sha256() or str(stored["texts_sha256"]) != texts_sha256():
        raise InvalidInputError(f"data/{PATH.name} is of other annotations or statements; run: {COMMAND}")
    statements = labelled_statements()
    return SoftLabels(statements=statements, rows=np.arange(len(statements)), scores=stored["scores"] / STEPS)


def annotations_sha256() -> str:
    """Give the hash of all that may teach the teacher."""
    return hashlib.sha256(f"{data_sha256(*LATER)} {further_sha256()}".encode()).hexdigest()


def texts_sha256() -> str:
    """Give the hash of the statements that it labels."""
    return hashlib.sha256("\0".join(one.text for one in labelled_statements()).encode()).hexdigest()
