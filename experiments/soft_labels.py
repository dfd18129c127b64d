"""Soft labels by reference: ``python -m experiments.soft_labels`` writes ``data/soft_labels.npz``.

What each fold's teacher (`experiments.teacher`) said of unlabelled statements, in steps of a 255th, so that the linear
model can be made again without MPNet.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import pool_statements, un_speeches
from experiments.data import DATA, Annotated, data_sha256, load_annotated
from experiments.outcome import Rows
from experiments.splitting import named_splits
from experiments.teacher import SoftLabels, soft_labels
from experiments.unlabelled import drawn_statements
from stancekit.errors import InvalidInputError
from stancekit.text.identity import fingerprint
from stancekit.training.augmentation import swap_countries
from stancekit.training.distillation import PseudoLabels

WHERE = ("source", "document", "start", "end", "sha1")
PATH = DATA / "soft_labels.npz"


def write(data: Annotated) -> None:
    """Write the scores of every fold's teacher, and of the one that saw all, with where the statements stand."""
    names = [name for name, _ in named_splits(data) if not name.startswith("source-")]
    parts = {name: soft_labels(name) for name in names}
    statements = parts["all"].statements
    n_labels = len(data.codebook.labels)
    scores = np.stack([np.rint(255 * part.scores[:, :n_labels]).astype(np.uint8) for part in parts.values()])
    np.savez_compressed(
        PATH,
        teachers=np.array(names),
        data_sha256=np.array(data_sha256()),
        scores=scores,
        source=np.array([one.source for one in statements]),
        document=np.array([one.document for one in statements]),
        start=np.array([-1 if one.start is None else one.start for one in statements], dtype=np.int32),
        end=np.array([-1 if one.end is None else one.end for one in statements], dtype=np.int32),
        sha1=np.array([fingerprint(one.text) for one in statements]),
    )


def read(data: Annotated, *, n: int, weight: float) -> PseudoLabels:
    """Join `n` soft labels to their texts as `experiments.linear` learns from them, with the folds of the annotated."""
    with np.load(PATH) as content:
        stored = {name: content[name] for name in content.files}
    if str(stored["data_sha256"]) != data_sha256():
        raise InvalidInputError("data/soft_labels.npz is of other annotations; run: python -m experiments.soft_labels")
    texts = soft_texts([_text(*row) for row in zip(*(stored[c].tolist() for c in WHERE), strict=True)])
    rows = chosen(len(texts), n)
    scores = dict(zip(stored["teachers"].tolist(), stored["scores"][:, rows] / 255, strict=True))
    held_out = np.stack([scores[f"fold-{number}"] for number in range(len(scores) - 1)])
    return PseudoLabels(
        texts=[texts[row] for row in rows],
        scores=scores["all"],
        weight=weight,
        held_out=held_out,
        folds=fold_numbers(data),
    )


def soft_labels_of(name: str) -> SoftLabels:
    """Give what the teacher of a split says of the labels: what stands in `PATH`, else what `experiments.teacher` kept.

    Raises
    ------
    InvalidInputError
        When it is in neither.
    """
    with np.load(PATH) as content:
        names = content["teachers"].tolist()
        if name not in names or str(content["data_sha256"]) != data_sha256():
            return soft_labels(name)
        scores, known = content["scores"][names.index(name)] / 255, content["sha1"].tolist()
    statements = drawn_statements()
    if [fingerprint(one.text) for one in statements] != known:
        return soft_labels(name)
    return SoftLabels(statements=statements, rows=np.arange(len(statements)), scores=scores)


def soft_texts(texts: Sequence[str]) -> list[str]:
    """Put other countries' names into every second statement that a teacher labelled."""
    swapped = swap_countries(texts, seed=0)
    return [swapped[row] if row % 2 else text for row, text in enumerate(texts)]


def chosen(n_statements: int, n_pseudo: int) -> Rows:
    """Give rows spread evenly over both worlds, the smaller choices part of the larger ones."""
    order = np.random.default_rng(0).permutation(n_statements)
    return np.sort(order[:n_pseudo])


def fold_numbers(data: Annotated) -> NDArray[np.intp]:
    """Give the fold in which each statement's document is held out, -1 where it is in none."""
    groups = np.array(data.statements.groups)
    numbers = np.full(len(groups), -1)
    for name, split in named_splits(data):
        if name.startswith("fold-"):
            numbers[np.isin(groups, groups[split.test])] = int(name.removeprefix("fold-"))
    return numbers


def _text(source: str, document: str, start: int, end: int, sha1: str) -> str:
    if source == "ungdc":
        text = un_speeches().get(document, "")[start:end]
    else:
        text = pool_statements().get((source, document, sha1), "")
    if fingerprint(text) != sha1:
        raise InvalidInputError(f"statement {sha1} of {source}/{document} is not in this release of the corpora")
    return text


if __name__ == "__main__":
    write(load_annotated())
    print(PATH, file=sys.stderr)
