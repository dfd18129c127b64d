"""A small network on pooled word vectors, out of sample, alone or beside linear heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from experiments.crossfit import Held
from experiments.data import Annotated
from experiments.linear import NamedSplit
from experiments.teacher import taught_margins
from experiments.word_vectors import WordVectors, un_vectors


def held_out(splits: Sequence[NamedSplit], data: Annotated, *, vectors: WordVectors | None = None) -> list[Held]:
    """Teach the network on one side of each split and give the log-odds of the other side.

    It is the teacher's (`experiments.teacher`) on other features, and learns from annotated statements alone; the
    poles are outputs too. `vectors` are those of UN speeches unless given.
    """
    pooled = (vectors or un_vectors()).pool(data.statements.texts)
    assert data.statements.poles is not None
    outputs = np.hstack([data.statements.truth, data.statements.poles])
    n_labels = data.statements.truth.shape[1]
    return [
        Held(
            rows=split.test,
            margins=taught_margins(pooled[split.train], outputs[split.train], pooled[split.test])[:, :n_labels],
        )
        for _, split in splits
    ]


def added(one: Sequence[Held], other: Sequence[Held]) -> list[Held]:
    """Add the log-odds of two models for the same parts."""
    return [replace(mine, margins=mine.margins + its.margins) for mine, its in zip(one, other, strict=True)]
