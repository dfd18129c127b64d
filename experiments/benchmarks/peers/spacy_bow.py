"""spaCy's bag-of-words text categoriser."""

from __future__ import annotations

import os
import random
from typing import Any, ClassVar, Self

from experiments.benchmarks.peers.base import Labels, Peer, Truth

ARCHITECTURE: dict[str, Any] = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": False,
    "ngram_size": 2,
    "no_output_layer": False,
    "length": 262_144,
}
EPOCHS = 10
BATCH = 32
THRESHOLD = 0.5
SEED = 0


class SpacyBow(Peer):
    """A blank English pipeline with `textcat_multilabel`."""

    name: ClassVar[str] = "spacy"
    description: ClassVar[str] = "spaCy, bag-of-words textcat"
    features: ClassVar[str] = "words 1-2, hashed"
    n_speed: ClassVar[int] = 4_000
    imports: ClassVar[tuple[str, ...]] = ("spacy", "spacy.lang.en", "spacy.training")

    def __init__(self) -> None:
        self.pipeline: Any = None
        self.names: list[str] = []

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Train ten epochs in batches of 32."""
        import spacy
        from spacy.training import Example
        from spacy.util import fix_random_seed, minibatch

        fix_random_seed(SEED)
        self.names = labels
        self.pipeline = spacy.blank("en")
        config = {"model": ARCHITECTURE, "threshold": THRESHOLD}
        categoriser = self.pipeline.add_pipe("textcat_multilabel", config=config)
        for label in labels:
            categoriser.add_label(label)
        examples = [
            Example.from_dict(doc, {"cats": dict(zip(labels, map(float, row), strict=True))})
            for doc, row in zip(self.pipeline.tokenizer.pipe(texts), truth, strict=True)
        ]
        optimizer = self.pipeline.initialize(lambda: examples)
        order = random.Random(SEED)
        for _ in range(EPOCHS):
            order.shuffle(examples)
            for batch in minibatch(examples, BATCH):
                self.pipeline.update(batch, sgd=optimizer)

    def save(self, folder: str) -> None:
        """Write spaCy's own format."""
        self.pipeline.to_disk(os.path.join(folder, "pipeline"))

    @classmethod
    def load(cls, folder: str) -> Self:
        """Read what `save` wrote."""
        import spacy

        peer = cls()
        peer.pipeline = spacy.load(os.path.join(folder, "pipeline"))
        peer.names = list(peer.pipeline.get_pipe("textcat_multilabel").labels)
        return peer

    def predict(self, texts: list[str]) -> list[Labels]:
        """Give the labels at 0.5 or above."""
        return [self._named(doc) for doc in self.pipeline.pipe(texts, batch_size=256)]

    def predict_one(self, text: str) -> Labels:
        """Give the labels at 0.5 or above."""
        return self._named(self.pipeline(text))

    def _named(self, doc: Any) -> Labels:  # noqa: ANN401 - spaCy is no dependency of the types
        return tuple(label for label in self.names if doc.cats[label] >= THRESHOLD)
