"""Which statements of the debate's random sample, and of whose speeches, the models learned from, by reference.

Hashes of texts would not find all: every second statement with soft labels was learned with other countries' names.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.data import ANNOTATIONS, DATA
from experiments.debate.sample import PATH
from experiments.soft_labels import PATH as SOFT_LABELS
from stancekit.references import Reference, read_references

Flags = NDArray[np.bool_]


def annotated() -> Flags:
    """Tell which statements of the sample, in its order, were annotated for training too."""
    return _among({(one.document, one.sha1) for one in _annotations()})


def softly_labelled() -> Flags:
    """Tell which of them a teacher labelled for training."""
    with np.load(SOFT_LABELS) as content:
        return _among(set(zip(content["document"].tolist(), content["sha1"].tolist(), strict=True)))


def of_annotated_speeches() -> Flags:
    """Tell which of them stand in speeches of which some statement was annotated for training."""
    speeches = {one.document for one in _annotations()}
    return np.array([one.document in speeches for one in read_references(PATH)])


def _annotations() -> list[Reference]:
    return [one for name in ANNOTATIONS for one in read_references(DATA / "annotations" / f"{name}.tsv")]


def _among(learned: set[tuple[str, str]]) -> Flags:
    return np.array([(one.document, one.sha1) in learned for one in read_references(PATH)])
