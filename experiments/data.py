"""The annotated statements of the experiments, joined to their texts."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import ROOT, pool_statements, un_speeches
from stancekit import Codebook, LabelledStatements, read_labelled
from stancekit.references import Joined, Reference, join, read_references

DATA = ROOT / "data"
ANNOTATIONS = ("ungdc", "diplomatic", "diplomatic_selected", "suggested_1", "suggested_2", "suggested_3")
LATER = ("suggested_4", "suggested_5")  # annotated since; only experiments that name them learn from them
AUTHORED = {"authored": "statements.jsonl", "contrast": "contrast_sets.jsonl"}  # dataset -> file
FURTHER = "more_contrast_sets.jsonl"  # the encoder alone learns from them
UNLEARNED = "held_out_contrast_sets.jsonl"  # no model in the package has learned from them
WORLDS = {"un": "ungdc", "news": "diplomatic", "authored": "authored"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """Every annotated statement.

    Attributes
    ----------
    statements : LabelledStatements
        Texts, labels and groups; the columns are ``dataset``, ``source``, ``decade`` and ``stratum``.
    codebook : Codebook
        The labels.
    """

    statements: LabelledStatements
    codebook: Codebook

    def rows(self, *datasets: str) -> NDArray[np.intp]:
        """Give the rows of some of the datasets."""
        return np.flatnonzero(np.isin(self.column("dataset"), datasets))

    def column(self, name: str) -> NDArray[np.str_]:
        """Give a column as an array of text."""
        return np.array([str(value) for value in self.statements.columns[name]])


def codebook() -> Codebook:
    """Read the project's codebook."""
    return Codebook.read(DATA / "codebook.yaml")


def join_annotations(name: str) -> Joined:
    """Join one file of annotations to its corpus."""
    return join(read_references(DATA / "annotations" / f"{name}.tsv"), _find)


@cache
def load_annotated(*later: str) -> Annotated:
    """Join the annotations, and those of `LATER` that are named, to the corpora, and add our own statements.

    What was not found is told on stderr.
    """
    book = codebook()
    texts: list[str] = []
    marks: list[frozenset[str]] = []
    groups: list[str] = []
    columns: dict[str, list[object]] = {"dataset": [], "source": [], "decade": [], "stratum": []}
    for name in (*ANNOTATIONS, *later):
        joined = join_annotations(name)
        print(f"{name}: {joined.report()}", file=sys.stderr)
        for reference, text in zip(joined.references, joined.texts, strict=True):
            texts.append(text)
            marks.append(book.resolve(reference.codes.strip("-")))
            groups.append(f"{reference.source}/{reference.document}")
            columns["dataset"].append(name)
            columns["source"].append(reference.source)
            columns["decade"].append(f"{reference.document[-4:-1]}0s" if reference.source == "ungdc" else "")
            columns["stratum"].append(reference.stratum)
    joined_texts = LabelledStatements(
        texts=texts,
        truth=_indicators(marks, book.labels),
        poles=_indicators(marks, [stance.label for stance in book.stances if not stance.predicted]),
        groups=groups,
        columns=columns,
    )
    own = [_own(name, file, book) for name, file in AUTHORED.items()]
    return Annotated(statements=together([joined_texts, *own]), codebook=book)


def further_contrast_sets() -> LabelledStatements:
    """Read the contrast sets that the encoder learns from besides the annotated statements."""
    return _own("further", FURTHER, codebook())


def _own(name: str, file: str, book: Codebook) -> LabelledStatements:
    """Read statements that we wrote ourselves."""
    own = read_labelled(DATA / file, book, group="group", keep=["style", "phenomenon"])
    return LabelledStatements(
        texts=own.texts,
        truth=own.truth,
        poles=own.poles,
        groups=[f"{name}/{group}" for group in own.groups],
        columns={
            "dataset": [name] * len(own),
            "source": own.columns["style"],
            "decade": [""] * len(own),
            "stratum": [phenomenon or "single" for phenomenon in own.columns["phenomenon"]],
        },
    )


def together(parts: Sequence[LabelledStatements]) -> LabelledStatements:
    """Put labelled statements one after another."""
    poles = [part.poles for part in parts if part.poles is not None]
    assert len(poles) == len(parts)  # what is read from a column of labels has them
    return LabelledStatements(
        texts=[text for part in parts for text in part.texts],
        truth=np.vstack([part.truth for part in parts]),
        poles=np.vstack(poles),
        groups=[group for part in parts for group in part.groups],
        columns={name: [value for part in parts for value in part.columns[name]] for name in parts[0].columns},
    )


def data_sha256(*later: str) -> str:
    """Give one hash of the codebook, the annotations, with those of `LATER` that are named, and our own statements."""
    files = [DATA / "codebook.yaml", *(DATA / file for file in AUTHORED.values())]
    files += [DATA / "annotations" / f"{name}.tsv" for name in (*ANNOTATIONS, *later)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def further_sha256() -> str:
    """Give the hash of the contrast sets that the encoder learns from besides."""
    return hashlib.sha256((DATA / FURTHER).read_bytes()).hexdigest()


def _indicators(marks: Sequence[Collection[str]], labels: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[float(label in found) for label in labels] for found in marks])


def _find(reference: Reference) -> str | None:
    if reference.source == "ungdc":
        return un_speeches().get(reference.document)
    return pool_statements().get((reference.source, reference.document, reference.sha1))
