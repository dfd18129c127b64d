"""Vowpal Wabbit through its Python binding."""

from __future__ import annotations

import os
import random
from typing import Any, ClassVar, Self

from experiments.benchmarks.peers.base import Labels, Peer, Truth

OPTIONS = "--loss_function logistic --ngram 2 --bit_precision 18 --quiet"
MODEL = "model.vw"
NAMES = "labels.txt"
PASSES = 10
SEED = 0


class Vowpal(Peer):
    """One-vs-all over the labels and "none": VW takes a row without any label as one to predict."""

    name: ClassVar[str] = "vw"
    description: ClassVar[str] = "Vowpal Wabbit, multilabel_oaa"
    features: ClassVar[str] = "words 1-2, hashed"
    cold: ClassVar[str] = (
        "from vowpalwabbit import Workspace; "
        "model = Workspace('--initial_regressor ' + {folder!r} + '/model.vw --testonly --quiet'); "
        "names = open({folder!r} + '/labels.txt').read().split(); model.predict('| ' + {text!r}.lower())"
    )
    imports: ClassVar[tuple[str, ...]] = ("vowpalwabbit",)

    def __init__(self) -> None:
        self.model: Any = None
        self.names: list[str] = []

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Learn online, ten passes, shuffled anew before each."""
        from vowpalwabbit import Workspace

        self.names = labels
        self.model = Workspace(f"--multilabel_oaa {len(labels) + 1} {OPTIONS}")
        examples = []
        for text, row in zip(texts, truth, strict=True):
            marks = [str(column) for column, yes in enumerate(row) if yes] or [str(len(labels))]
            examples.append(",".join(marks) + " " + escaped(text))
        order = random.Random(SEED)
        for _ in range(PASSES):
            order.shuffle(examples)
            for example in examples:
                self.model.learn(example)

    def save(self, folder: str) -> None:
        """Write VW's own format, and the labels beside it."""
        self.model.save(os.path.join(folder, MODEL))
        with open(os.path.join(folder, NAMES), "w", encoding="utf-8") as file:
            file.write("\n".join(self.names))

    @classmethod
    def load(cls, folder: str) -> Self:
        """Read what `save` wrote."""
        from vowpalwabbit import Workspace

        peer = cls()
        peer.model = Workspace(f"--initial_regressor {os.path.join(folder, MODEL)} --testonly --quiet")
        with open(os.path.join(folder, NAMES), encoding="utf-8") as file:
            peer.names = file.read().split("\n")
        return peer

    def predict(self, texts: list[str]) -> list[Labels]:
        """Give labels statement by statement: the binding has no call for many."""
        return [self.predict_one(text) for text in texts]

    def predict_one(self, text: str) -> Labels:
        """Give the labels with a positive score."""
        names = self.names
        return tuple(names[mark] for mark in self.model.predict(escaped(text)) if mark < len(names))


def escaped(text: str) -> str:
    """Write a text as a VW example without label: colons and bars would be read as weights and namespaces.

    Examples
    --------
    >>> escaped("He said: lift it | now")
    '| he said  lift it   now'
    """
    return "| " + text.lower().replace(":", " ").replace("|", " ").replace("\n", " ")
