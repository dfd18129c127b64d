"""Sentence embeddings from a local sentence-transformers folder, and scores computed from them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import ModelFormatError, missing_extra
from stancekit.features.scorer import Arrays, Contribution, Floats

_WEIGHTS = "model.safetensors"
_REMEMBERED = 20_000  # embeddings kept in memory: 30 MB at 384 dimensions
_SETTLED = 2.0  # seconds; a file may be written twice within one tick of its clock, two seconds on some disks
_OPENING = Lock()


@dataclass(slots=True, eq=False)
class Embedder:
    """An encoder in memory; statements longer than its window are embedded in pieces and averaged.

    Attributes
    ----------
    folder : Path
        Where the encoder lies.
    sha256 : str
        Hash of its weights.
    """

    folder: Path
    sha256: str
    _encoder: Any
    _memory: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    # The tokenizer keeps whether it cuts: while one thread encodes, another would count the tokens of a cut text.
    _lock: Any = field(init=False, repr=False, compare=False, default_factory=RLock)

    @property
    def n_dimensions(self) -> int:
        """Length of one embedding."""
        return int(self._encoder.get_embedding_dimension())

    def embed(self, texts: Sequence[str], batch_size: int = 32) -> NDArray[np.float32]:
        """Give unit vectors, of shape (n_statements, n_dimensions)."""
        memory = self._memory  # never shrinks while another thread reads it: a full one is replaced
        fresh = sorted({text for text in texts if text not in memory}, key=len)
        if len(memory) + len(fresh) > _REMEMBERED:
            memory = self._memory = {}
            fresh = sorted(set(texts), key=len)
        with self._lock:
            vectors = dict(zip(fresh, self._embed_fresh(fresh, batch_size), strict=True))
        known = memory | vectors
        memory.update(dict(list(vectors.items())[:_REMEMBERED]))
        if not texts:
            return np.zeros((0, self.n_dimensions), dtype=np.float32)
        return np.stack([known[text] for text in texts])

    def _embed_fresh(self, texts: Sequence[str], batch_size: int) -> list[NDArray[np.float32]]:
        windows = [self._windows(text) for text in texts]
        flat = [window for group in windows for window in group]
        if not flat:
            return []
        vectors = self._encoder.encode(
            flat,
            batch_size=batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        starts = np.cumsum([0] + [len(group) for group in windows])
        means = [vectors[a:b].mean(axis=0) for a, b in pairwise(starts)]
        return [(mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32) for mean in means]

    def _windows(self, text: str) -> list[str]:
        """Halve a statement, at white space if there is any, until each piece fits the encoder's window."""
        words = text.split()
        fits = len(self._encoder.tokenizer(text, verbose=False)["input_ids"]) <= self._encoder.max_seq_length
        if fits or len(text) < 2:
            return [text]
        pieces, joint = (words, " ") if len(words) > 1 else (list(text), "")
        middle = len(pieces) // 2
        return self._windows(joint.join(pieces[:middle])) + self._windows(joint.join(pieces[middle:]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EmbeddingScorer:
    """Sentence embeddings with the heads' weights.

    Attributes
    ----------
    folder : str
        The encoder's folder.
    sha256 : str
        Hash of the encoder's weights when the heads were trained.
    weights : ndarray of float64 of shape (n_dimensions, n_labels)
        Weights of the embedding.
    """

    folder: str
    sha256: str
    weights: Floats

    @property
    def n_labels(self) -> int:
        """Number of columns of `margins`."""
        return int(self.weights.shape[1])

    @property
    def stretch(self) -> int:
        """How many statements are worth handing to a thread together."""
        return 256

    @property
    def tolerance(self) -> float:
        """How far a score may lie from one of another machine: sums in single precision go by its order."""
        return 1e-4

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""
        return load_embedder(self.folder, self.sha256).embed(texts).astype(np.float64) @ self.weights

    def margins_of_one(self, text: str) -> list[float]:
        """Give the same for one statement, n_labels numbers."""
        margins: list[float] = self.margins([text])[0].tolist()
        return margins

    def contributions(self, text: str) -> list[Contribution]:
        """Give one contribution for the whole statement: an embedding does not come apart into words."""
        return [Contribution(0, len(text), self.margins([text])[0])]

    def config(self) -> dict[str, Any]:
        """Give the folder and its hash, ready for JSON."""
        return {"folder": self.folder, "sha256": self.sha256}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the weights."""
        return {"weights": self.weights}

    @staticmethod
    def n_features(config: Mapping[str, Any]) -> None:
        """Give None: the length of an embedding shows only when the encoder is loaded."""

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave.

        Raises
        ------
        ModelFormatError
            When the encoder's folder is not there or holds other weights.
        """
        _check_weights(config["folder"], config["sha256"])
        return cls(folder=config["folder"], sha256=config["sha256"], weights=arrays["weights"])


def embedder_sha256(folder: str | Path) -> str:
    """Give the SHA-256 of the encoder's weights file, which is read once as long as nobody changes it.

    Raises
    ------
    ModelFormatError
        When the folder has no safetensors weights; pickled ones are not read.
    """
    path = Path(folder) / _WEIGHTS
    if not path.is_file():
        raise ModelFormatError(f"{str(folder)!r} has no {_WEIGHTS}; expected a sentence-transformers folder with one")
    state = path.stat()
    changed = max(state.st_mtime, state.st_ctime)
    read = _hash_once if abs(time.time() - changed) > _SETTLED else _hash
    return read(path.resolve(), (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns))


def _hash(path: Path, state: tuple[int, ...]) -> str:
    """Hash a file; `state` keeps what is remembered of one version from being taken for another's."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_hash_once = lru_cache(maxsize=32)(_hash)


def _check_weights(folder: str | Path, expected: str) -> None:
    if (found := embedder_sha256(folder)) != expected:
        raise ModelFormatError(
            f"the encoder in {str(folder)!r} is not the one that this model was trained with: "
            f"sha256 {found}, expected {expected}"
        )


def load_embedder(folder: str, sha256: str | None = None) -> Embedder:
    """Load an encoder from a local folder, each version of its weights once in a process; nothing is downloaded.

    Parameters
    ----------
    folder : str
        A local sentence-transformers folder.
    sha256 : str, optional
        The weights that are expected; those that are loaded already are good, whatever the folder holds by now.

    Raises
    ------
    MissingExtraError
        When sentence-transformers is not installed, or is older than version 6, which trusted code in local folders.
    ModelFormatError
        When the folder has no safetensors weights, or others than expected.
    """
    with _OPENING:
        return _open(Path(folder).resolve(), embedder_sha256(folder) if sha256 is None else sha256)


@cache
def _open(folder: Path, sha256: str) -> Embedder:
    _check_weights(folder, sha256)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise missing_extra("sentence-transformers", "embedding", "EmbeddingFeatures") from error
    if not hasattr(SentenceTransformer, "get_embedding_dimension"):  # new in version 6
        raise missing_extra("sentence-transformers 6 or later", "embedding", "EmbeddingFeatures")
    encoder = SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
    return Embedder(folder, sha256, encoder.eval())
