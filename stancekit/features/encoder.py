"""A fine-tuned sentence encoder, run by onnxruntime (extra `encoder`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import ModelFormatError, missing_extra
from stancekit.features.erasure import erase_words
from stancekit.features.scorer import Arrays, Contribution, Floats

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncoderScorer:
    """An encoder with its own heads: token numbers in, log-odds out.

    Statements are scored one at a time, so that a score never depends on what else is in the batch: in
    eight bits the whole batch would share one scale. A statement longer than the window is scored in
    windows that overlap by half, and each label takes the highest of its margins.

    Attributes
    ----------
    graph, tokenizer : ndarray of uint8
        The ONNX graph and the tokenizer's JSON, as bytes. The graph takes the numbers of one statement's
        tokens, of shape (1, n_tokens), and gives shape (1, n_outputs).
    weights : ndarray of float64 of shape (n_outputs, n_labels)
        What each output of the graph adds to each label's margin.
    window : int
        Most tokens that are read together, the two at the ends included.
    ends : tuple of int
        Numbers of the tokens that open and close a window.
    """

    graph: Bytes
    tokenizer: Bytes
    weights: Floats
    window: int
    ends: tuple[int, int]
    _engine: list[Any] = field(init=False, repr=False, default_factory=list)  # tokenizer and session, once opened
    _lock: Any = field(init=False, repr=False, default_factory=Lock)

    @property
    def n_labels(self) -> int:
        """Number of columns of `margins`."""
        return int(self.weights.shape[1])

    @property
    def stretch(self) -> int:
        """How many statements are worth handing to a thread together."""
        return 32

    @property
    def tolerance(self) -> float:
        """How far a score may lie from one of another machine: processors round eight-bit sums differently."""
        return 0.02

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy what was read, not the engine: it opens again where the copy is."""
        return type(self).build, (self.config(), self.arrays())

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""
        rows = [self._margins(text) for text in texts]
        return np.array(rows) if rows else np.zeros((0, self.n_labels))

    def margins_of_one(self, text: str) -> list[float]:
        """Give the same for one statement, n_labels numbers."""
        return self._margins(text).tolist()  # type: ignore[no-any-return]

    def windows(self, text: str) -> list[NDArray[np.int64]]:
        """Give the token numbers that the graph takes, window by window, each of shape (1, n_tokens)."""
        tokenizer, _ = self._open()
        return list(self._windows(tokenizer.encode(text, add_special_tokens=False).ids))

    def contributions(self, text: str) -> list[Contribution]:
        """Give what each word adds when it is read, and what the statement adds beyond its words."""
        return erase_words(text, self.margins)

    def config(self) -> dict[str, Any]:
        """Give window and ends, ready for JSON."""
        return {"window": self.window, "ends": list(self.ends)}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give graph, tokenizer and weights."""
        return {"graph": self.graph, "tokenizer": self.tokenizer, "weights": self.weights}

    @staticmethod
    def n_features(config: Mapping[str, Any]) -> None:
        """Give None: the number of outputs is that of the weights."""

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave.

        Raises
        ------
        ModelFormatError
            When the window has no room for a token, or an array is not of bytes.
        """
        opening, closing = config["ends"]
        if not isinstance(config["window"], int) or config["window"] < 4:
            raise ModelFormatError(f"window must be a whole number of at least 4 tokens, got {config['window']!r}")
        for name in ("graph", "tokenizer"):
            if arrays[name].dtype != np.uint8 or arrays[name].ndim != 1:
                raise ModelFormatError(f"{name} must be bytes, got {arrays[name].dtype} of shape {arrays[name].shape}")
        return cls(
            graph=arrays["graph"],
            tokenizer=arrays["tokenizer"],
            weights=arrays["weights"].astype(np.float64),
            window=config["window"],
            ends=(int(opening), int(closing)),
        )

    def _margins(self, text: str) -> Floats:
        _, session = self._open()
        outputs = [session.run(None, {"tokens": window})[0][0] for window in self.windows(text)]
        return np.asarray((np.array(outputs, dtype=np.float64) @ self.weights).max(axis=0))

    def _windows(self, tokens: Sequence[int]) -> Iterator[NDArray[np.int64]]:
        room = self.window - 2
        starts = [0]
        while starts[-1] + room < len(tokens):
            starts.append(min(starts[-1] + room // 2, len(tokens) - room))
        for start in starts:
            yield np.array([[self.ends[0], *tokens[start : start + room], self.ends[1]]], dtype=np.int64)

    def _open(self) -> list[Any]:
        """Open tokenizer and session when the first statement comes; nothing in them is code."""
        if not self._engine:
            with self._lock:
                if not self._engine:
                    tokenizer, session = open_engine(self.graph.tobytes(), self.tokenizer.tobytes())
                    _check_graph(session, len(self.weights))
                    self._engine.extend((tokenizer, session))
        return self._engine


def open_engine(graph: bytes, tokenizer: bytes) -> tuple[Any, Any]:
    """Open a tokenizer and an ONNX graph, of standard operators on one thread.

    Raises
    ------
    MissingExtraError
        When onnxruntime or tokenizers is not installed.
    ModelFormatError
        When they cannot read what they are given.
    """
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise missing_extra(error.name or "onnxruntime", "encoder", "This model") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # threads are for statements: see n_jobs
    options.log_severity_level = 3
    try:
        reader = Tokenizer.from_str(tokenizer.decode())
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both raise bare exceptions of their own
        raise ModelFormatError(f"the encoder cannot be read: {error}; copy the model again") from error
    return reader, session


def _check_graph(session: Any, n_outputs: int) -> None:  # noqa: ANN401 - an onnxruntime session
    inputs, outputs = (
        [(one.name, one.shape[-1:]) for one in ends] for ends in (session.get_inputs(), session.get_outputs())
    )
    if [name for name, _ in inputs] != ["tokens"] or [width for _, width in outputs] != [[n_outputs]]:
        raise ModelFormatError(
            f"the encoder's graph takes {inputs} and gives {outputs}, expected 'tokens' and {n_outputs} outputs as "
            "there are rows of weights; copy the model again"
        )
