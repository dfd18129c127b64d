"""stancekit: the model in the package, and the parts of its work."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from experiments.benchmarks.peers.base import Labels, Peer, Truth, named


class Ours(Peer):
    """`StanceModel.predict_labels`, and `StanceClassifier.fit` for training."""

    name: ClassVar[str] = "ours"
    description: ClassVar[str] = "**stancekit**"
    features: ClassVar[str] = "words 1-2, characters 2-5, hashed"
    n_speed: ClassVar[int] = 100_000
    threads: ClassVar[bool] = True
    imports: ClassVar[tuple[str, ...]] = ("experiments.data", "stancekit.training.classifier")

    def __init__(self) -> None:
        self.model: Any = None

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Train as a user does: with calibration, thresholds and abstention from cross-validation."""
        import numpy as np

        from experiments.data import codebook
        from stancekit import StanceClassifier

        book = codebook()
        if list(book.labels) != labels:
            raise ValueError(f"got labels {labels!r}; expected those of the codebook, {list(book.labels)!r}")
        self.model = StanceClassifier(book).fit(texts, np.array(truth, dtype=float), groups=groups).model_

    def save(self, folder: str) -> None:
        """Write nothing: what is measured is the model in the package."""

    @classmethod
    def load(cls, folder: str) -> Self:
        """Load the model in the package."""
        import stancekit

        peer = cls()
        peer.model = stancekit.load()
        return peer

    def predict(self, texts: list[str]) -> list[Labels]:
        """Give labels alone."""
        found: list[Labels] = self.model.predict_labels(texts)
        return found

    def predict_one(self, text: str) -> Labels:
        """Give labels from a whole `Prediction`, scores and abstentions with it."""
        found: Labels = self.model.predict(text).labels
        return found

    def predict_threads(self, texts: list[str], n_threads: int) -> list[Labels]:
        """Give labels alone, in threads."""
        found: list[Labels] = self.model.predict_labels(texts, n_jobs=n_threads)
        return found

    def decide(self, texts: list[str]) -> list[Labels]:
        """Decide every statement at the label's threshold, as in the other results."""
        scores = self.model.predict_proba(texts)
        return named(self.model.calibration.decide(scores).tolist(), list(self.model.labels))


class OursMargins(Ours):
    """`StanceModel.margins`: features and weights, without calibration and labels."""

    name: ClassVar[str] = "ours-margins"
    description: ClassVar[str] = "stancekit, margins alone"
    trains: ClassVar[bool] = False
    labels: ClassVar[bool] = False
    threads: ClassVar[bool] = False

    def predict(self, texts: list[str]) -> list[Labels]:
        """Compute margins and give no labels."""
        self.model.margins(texts)
        return []


class HashOnly(Ours):
    """The bound of a program without a memory for tokens: find and hash the same n-grams, look nothing up."""

    name: ClassVar[str] = "ours-hash-only"
    description: ClassVar[str] = "all n-grams found and hashed, none looked up"
    trains: ClassVar[bool] = False
    labels: ClassVar[bool] = False
    threads: ClassVar[bool] = False

    def __init__(self) -> None:
        self.kernel: Any = None

    @classmethod
    def load(cls, folder: str) -> Self:
        """Make the engine of the model's features, without weights."""
        import stancekit

        peer = cls()
        scorer: Any = stancekit.load().scorers["ngrams"]
        peer.kernel = scorer.spec.kernel()
        return peer

    def predict(self, texts: list[str]) -> list[Labels]:
        """Hash every n-gram and give no labels."""
        from stancekit.parallel import map_stretches

        map_stretches(self.kernel.hash_only, texts)
        return []
