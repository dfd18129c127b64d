"""Keyword rules: the floor that a trained model has to beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit import Codebook
from stancekit.features._cues import CueFinder


def apply_rules(texts: Sequence[str], codebook: Codebook, rule: str) -> NDArray[np.float64]:
    """Give 1 where a rule asserts a label, of shape (n_statements, n_labels).

    Parameters
    ----------
    texts : sequence of str
        Statements.
    codebook : Codebook
        Where the keywords stand.
    rule : "terms" or "cues"
        A term of the label's target stands in the statement; or a cue of the label does that is not negated.
    """
    finder = CueFinder.of(codebook)
    found = [{finder.columns[hit.column] for hit in finder.hits(text)} for text in texts]
    stances = [stance for stance in codebook.stances if stance.predicted]
    if rule == "terms":
        wanted = [{f"term:{stance.target}"} for stance in stances]
    else:
        wanted = [{f"cue:{stance.label}:plain", f"near:{stance.label}:plain"} for stance in stances]
    return np.array([[float(bool(columns & names)) for names in wanted] for columns in found])
