"""The tweets: five targets, three labels, TweetEval's own split.

They are read from ``tweeteval_stance/`` in the folder of the corpora where it is there, as TweetEval publishes it
(``{target}/{part}_text.txt`` and ``_labels.txt``), and from ``cardiffnlp/tweet_eval`` through ``datasets`` otherwise.
None of them is in the repository.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import corpora_folder
from stancekit.errors import InvalidInputError, missing_extra

Numbers = NDArray[np.intp]

LABELS = ("none", "against", "favor")  # in TweetEval's numbering: the column of a label is its number
TARGETS = {
    "abortion": "legalization of abortion",
    "atheism": "atheism",
    "climate": "climate change is a real concern",
    "feminist": "feminist movement",
    "hillary": "Hillary Clinton",
}
HUB = "cardiffnlp/tweet_eval"
FOLDER = "tweeteval_stance"
PARTS = {"train": "train", "val": "validation", "test": "test"}  # on disk, on the hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Tweets with their labels.

    Attributes
    ----------
    texts : tuple of str, of length n_tweets
    labels : ndarray of int of shape (n_tweets,)
        Places in `LABELS`.
    """

    texts: tuple[str, ...]
    labels: Numbers

    def __add__(self, other: Part) -> Part:
        return Part(texts=self.texts + other.texts, labels=np.concatenate([self.labels, other.labels]))

    def first(self, n_each: int) -> Part:
        """Give the first tweets of each label, in their order."""
        kept = np.sort(np.concatenate([np.flatnonzero(self.labels == k)[:n_each] for k in range(len(LABELS))]))
        return Part(texts=tuple(self.texts[row] for row in kept), labels=self.labels[kept])


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """All tweets on one target."""

    name: str
    train: Part
    val: Part
    test: Part

    @property
    def seen(self) -> Part:
        """What everything is chosen on: train and val."""
        return self.train + self.val


def read_targets(n_each: int | None = None) -> list[Target]:
    """Read the five targets.

    Parameters
    ----------
    n_each : int, optional
        Only the first tweets of each label in each part, to see that everything works.

    Raises
    ------
    InvalidInputError
        When a file's texts and labels do not fit together.
    MissingExtraError
        When the tweets are not on this machine, and `datasets` is not installed.
    """
    targets = []
    for name in TARGETS:
        parts = {part: _read(name, part) for part in PARTS}
        if n_each is not None:
            parts = {part: tweets.first(n_each) for part, tweets in parts.items()}
        targets.append(Target(name=name, **parts))
    return targets


def have_tweets() -> bool:
    """Tell whether the tweets are on this machine."""
    return (corpora_folder() / FOLDER).is_dir()


def data_sha256(targets: Sequence[Target]) -> str:
    """Give the hash by which a row knows its tweets and their split."""
    digest = hashlib.sha256()
    for target in targets:
        for part in (target.train, target.val, target.test):
            for text, label in zip(part.texts, part.labels.tolist(), strict=True):
                digest.update(f"{target.name}\t{label}\t{text}\n".encode())
    return digest.hexdigest()[:16]


def _read(target: str, part: str) -> Part:
    folder = corpora_folder() / FOLDER
    texts, labels = _from_folder(folder / target, part) if folder.is_dir() else _from_hub(target, PARTS[part])
    if len(texts) != len(labels) or not set(labels) <= set(range(len(LABELS))):
        raise InvalidInputError(
            f"{target}, {part}: got {len(texts)} tweets and {len(labels)} labels among {sorted(set(labels))}; expected "
            f"as many of both, and labels from 0 to {len(LABELS) - 1}; get the files of TweetEval again"
        )
    return Part(texts=tuple(text.strip() for text in texts), labels=np.array(labels, dtype=np.intp))


def _from_folder(folder: Path, part: str) -> tuple[list[str], list[int]]:
    # Not splitlines: a tweet may hold other line ends than "\n".
    texts = (folder / f"{part}_text.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return texts, [int(label) for label in (folder / f"{part}_labels.txt").read_text(encoding="utf-8").split()]


def _from_hub(target: str, split: str) -> tuple[list[str], list[int]]:
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise missing_extra("datasets", "datasets", "Reading TweetEval from the hub") from error
    rows = load_dataset(HUB, f"stance_{target}", split=split)
    return list(rows["text"]), list(rows["label"])
