"""scikit-learn: TF-IDF or hashing, and a linear head a label."""

from __future__ import annotations

import os
import pickle
from typing import Any, ClassVar, Self

from experiments.benchmarks.peers.base import Labels, Peer, Truth, named

FILE = "pipeline.pickle"
WORDS: dict[str, Any] = {"ngram_range": (1, 2)}
CHARS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 5)}


class ScikitPeer(Peer):
    """A pipeline as a user would write it; one-vs-rest over the labels."""

    chars: ClassVar[bool] = False
    hashing: ClassVar[bool] = False
    svc: ClassVar[bool] = False
    imports: ClassVar[tuple[str, ...]] = (
        "sklearn.linear_model",
        "sklearn.multiclass",
        "sklearn.pipeline",
        "sklearn.svm",
    )

    def __init__(self) -> None:
        self.pipeline: Any = None
        self.names: list[str] = []

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Fit the pipeline; class weights are balanced."""
        import numpy as np
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        head = (
            LinearSVC(class_weight="balanced")
            if self.svc
            else LogisticRegression(class_weight="balanced", max_iter=1000)
        )
        self.pipeline = make_pipeline(self._features(), OneVsRestClassifier(head))
        self.pipeline.fit(texts, np.array(truth))
        self.names = labels

    def save(self, folder: str) -> None:
        """Pickle the pipeline."""
        with open(os.path.join(folder, FILE), "wb") as file:
            pickle.dump((self.pipeline, self.names), file, protocol=5)

    @classmethod
    def load(cls, folder: str) -> Self:
        """Read the pickle that `save` wrote in this run."""
        peer = cls()
        with open(os.path.join(folder, FILE), "rb") as file:
            peer.pipeline, peer.names = pickle.load(file)
        return peer

    def predict(self, texts: list[str]) -> list[Labels]:
        """Give the labels of the pipeline's own predictions."""
        return named(self.pipeline.predict(texts).tolist(), self.names)

    def _features(self) -> Any:  # noqa: ANN401 - scikit-learn ships no types
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
        from sklearn.pipeline import make_union

        kind = HashingVectorizer if self.hashing else TfidfVectorizer
        families = [kind(**family) for family in ([WORDS, CHARS] if self.chars else [WORDS])]
        return make_union(*families) if self.chars else families[0]


class Words(ScikitPeer):
    """TF-IDF of words, logistic regression."""

    name: ClassVar[str] = "sklearn-words"
    description: ClassVar[str] = "scikit-learn, TF-IDF + LR"
    features: ClassVar[str] = "words 1-2"


class WordsHashing(ScikitPeer):
    """Hashed words, logistic regression."""

    name: ClassVar[str] = "sklearn-words-hashing"
    description: ClassVar[str] = "scikit-learn, hashing + LR"
    features: ClassVar[str] = "words 1-2, hashed"
    hashing: ClassVar[bool] = True


class Hashing(ScikitPeer):
    """Hashed words and characters, logistic regression."""

    name: ClassVar[str] = "sklearn-hashing"
    description: ClassVar[str] = "scikit-learn, hashing + LR"
    features: ClassVar[str] = "words 1-2, characters 2-5, hashed"
    n_speed: ClassVar[int] = 4_000
    chars: ClassVar[bool] = True
    hashing: ClassVar[bool] = True


class Svc(ScikitPeer):
    """TF-IDF of words and characters, linear support vectors."""

    name: ClassVar[str] = "sklearn-svc"
    description: ClassVar[str] = "scikit-learn, TF-IDF + LinearSVC"
    features: ClassVar[str] = "words 1-2, characters 2-5"
    n_speed: ClassVar[int] = 4_000
    chars: ClassVar[bool] = True
    svc: ClassVar[bool] = True


class Tfidf(ScikitPeer):
    """TF-IDF of words and characters, logistic regression: the reference of quality."""

    name: ClassVar[str] = "sklearn-tfidf"
    description: ClassVar[str] = "scikit-learn, TF-IDF + LR"
    features: ClassVar[str] = "words 1-2, characters 2-5"
    n_speed: ClassVar[int] = 4_000
    chars: ClassVar[bool] = True
