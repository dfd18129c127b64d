"""fastText with subwords, one-vs-all."""

from __future__ import annotations

import os
import tempfile
from typing import Any, ClassVar, Self

from experiments.benchmarks.peers.base import Labels, Peer, Truth

PREFIX = "__label__"
MODEL = "model.bin"
NAMES = "labels.txt"
THRESHOLD = 0.5


class FastTextPeer(Peer):
    """Supervised fastText.

    Rows without a label carry the label "none": fastText passes over rows without any.
    """

    dim: ClassVar[int]
    bucket: ClassVar[int]
    cold: ClassVar[str] = (
        "import fasttext; model = fasttext.load_model({folder!r} + '/model.bin'); "
        "names = open({folder!r} + '/labels.txt').read().split(); "
        "model.f.predict({text!r}.lower() + '\\n', len(names) + 1, 0.5, 'strict')"
    )
    imports: ClassVar[tuple[str, ...]] = ("fasttext",)

    def __init__(self) -> None:
        self.model: Any = None
        self.names: list[str] = []

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Train from a file, which fastText needs and which is gone afterwards."""
        import fasttext

        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            for text, row in zip(texts, truth, strict=True):
                marks = [column for column, yes in enumerate(row) if yes] or [len(labels)]
                file.write(" ".join([*(f"{PREFIX}{mark}" for mark in marks), _line(text)]))
            file.flush()
            self.model = fasttext.train_supervised(
                input=file.name,
                loss="ova",
                lr=0.5,
                epoch=25,
                minn=2,
                maxn=5,
                dim=self.dim,
                bucket=self.bucket,
                thread=1,
                verbose=0,
            )
        self.names = labels

    def save(self, folder: str) -> None:
        """Write fastText's own format, and the labels beside it."""
        self.model.save_model(os.path.join(folder, MODEL))
        with open(os.path.join(folder, NAMES), "w", encoding="utf-8") as file:
            file.write("\n".join(self.names))

    @classmethod
    def load(cls, folder: str) -> Self:
        """Read what `save` wrote."""
        import fasttext

        peer = cls()
        peer.model = fasttext.load_model(os.path.join(folder, MODEL))
        with open(os.path.join(folder, NAMES), encoding="utf-8") as file:
            peer.names = file.read().split("\n")
        return peer

    # The binding below `FastText.predict` is called: the method itself fails under numpy 2.
    def predict(self, texts: list[str]) -> list[Labels]:
        """Give the labels at 0.5 or above."""
        lines = [_line(text) for text in texts]
        found, _ = self.model.f.multilinePredict(lines, len(self.names) + 1, THRESHOLD, "strict")
        return [self._named(marks) for marks in found]

    def predict_one(self, text: str) -> Labels:
        """Give the labels at 0.5 or above, by the call for one line."""
        found = self.model.f.predict(_line(text), len(self.names) + 1, THRESHOLD, "strict")
        return self._named([mark for _, mark in found])

    def _named(self, marks: list[str]) -> Labels:
        columns = sorted(int(mark[len(PREFIX) :]) for mark in marks)
        return tuple(self.names[column] for column in columns if column < len(self.names))


class FastText10(FastTextPeer):
    """Small vectors and tables."""

    name: ClassVar[str] = "fasttext-10"
    description: ClassVar[str] = "fastText, dim 10, 262k buckets"
    features: ClassVar[str] = "words 1, characters 2-5, hashed"
    dim: ClassVar[int] = 10
    bucket: ClassVar[int] = 2**18


class FastText100(FastTextPeer):
    """fastText's own defaults for dimension and buckets."""

    name: ClassVar[str] = "fasttext-100"
    description: ClassVar[str] = "fastText, dim 100, 2M buckets"
    features: ClassVar[str] = "words 1, characters 2-5, hashed"
    dim: ClassVar[int] = 100
    bucket: ClassVar[int] = 2_000_000


def _line(text: str) -> str:
    return text.lower().replace("\n", " ") + "\n"
