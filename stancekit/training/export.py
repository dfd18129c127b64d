"""A fine-tuned encoder as an ONNX graph in eight bits, with a vocabulary cut to size."""

from __future__ import annotations

import copy
import json
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import missing_extra
from stancekit.features.encoder import EncoderScorer
from stancekit.training.finetuning import TuningSettings, base_folder
from stancekit.training.quantization import in_eight_bits

_OPSET = 17
_EXAMPLE = 12  # tokens of the statement that the graph is traced with; it takes any number


def export_encoder(
    network: Any,  # noqa: ANN401 - a torch module
    settings: TuningSettings,
    n_labels: int,
    *,
    keep: Iterable[int] | None = None,
    eight_bits: bool = True,
    examples: Sequence[str] = (),
) -> EncoderScorer:
    """Give a scorer that needs no torch.

    Parameters
    ----------
    network : torch.nn.Module
        As `fine_tune` gives it.
    settings : TuningSettings
        What it was trained with.
    n_labels : int
        How many of its outputs, from the first on, are labels; the others are dropped.
    keep : iterable of int, optional
        Numbers of the tokens that stay in the vocabulary, beside special tokens and single characters; all
        where None. Words that lose their token are read in smaller pieces.
    eight_bits : bool, default=True
        Whether weights are rounded to eight bits (`in_eight_bits`); else they stay in 32 bits.
    examples : sequence of str, optional
        Statements that tell which channels are too loud for eight bits; without any all go through them.

    Raises
    ------
    MissingExtraError
        When onnx or onnxruntime is not installed.
    """
    tokenizer = json.loads((base_folder(settings.base) / "tokenizer.json").read_text(encoding="utf-8"))
    kept = _kept(tokenizer, keep)
    vocabulary = {token: place for place, (token, _) in enumerate(kept)}
    numbers = np.array([number for _, number in kept])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "encoder.onnx"
        _write_graph(network, numbers, path)
        graph = path.read_bytes()
    n_outputs = network.head.out_features
    scorer = EncoderScorer(
        graph=np.frombuffer(graph, dtype=np.uint8),
        tokenizer=np.frombuffer(_tokenizer_json(tokenizer, vocabulary), dtype=np.uint8),
        weights=np.eye(n_outputs, n_labels),
        window=settings.max_tokens,
        ends=(vocabulary["[CLS]"], vocabulary["[SEP]"]),
    )
    return in_eight_bits(scorer, examples) if eight_bits else scorer


def _kept(tokenizer: dict[str, Any], keep: Iterable[int] | None) -> list[tuple[str, int]]:
    """Give the tokens that stay, with their numbers, in the order of these."""
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    if keep is None:
        return vocabulary
    wanted = set(keep) | {token["id"] for token in tokenizer["added_tokens"]}
    return [(token, number) for token, number in vocabulary if number in wanted or len(token.removeprefix("##")) == 1]


def _tokenizer_json(tokenizer: dict[str, Any], vocabulary: dict[str, int]) -> bytes:
    """Give the tokenizer with new numbers, without padding, truncation or the frame of special tokens."""
    added = [token | {"id": vocabulary[token["content"]]} for token in tokenizer["added_tokens"]]
    changed = tokenizer | {
        "model": tokenizer["model"] | {"vocab": vocabulary},
        "added_tokens": added,
        "post_processor": None,
        "padding": None,
        "truncation": None,
    }
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode()


def _single(network: Any, numbers: NDArray[np.intp]) -> Any:  # noqa: ANN401 - torch modules
    """Give the network for one statement at a time, its word embeddings cut to the tokens that stay."""
    import torch

    words = network.body.embeddings.word_embeddings
    network.body.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(words.weight[numbers].detach())

    class Single(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, tokens: Any) -> Any:  # noqa: ANN401
            return self.network.head(self.network.body(input_ids=tokens).last_hidden_state.mean(dim=1))

    return Single().eval()


def _write_graph(network: Any, numbers: NDArray[np.intp], path: Path) -> None:  # noqa: ANN401
    """Trace the network for one statement of any length: with nothing to pad, no mask is needed."""
    import torch

    try:
        import onnx  # noqa: F401 - torch asks for it in the middle of its work
    except ImportError as error:
        raise missing_extra("onnx", "finetune", "Fine-tuning") from error
    single = _single(copy.deepcopy(network).cpu().eval(), numbers)
    tokens = torch.ones(1, _EXAMPLE, dtype=torch.int64)
    with warnings.catch_warnings():
        # Of the tracing exporter, which needs no further package, torch says that there is a newer one.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        torch.onnx.export(
            single,
            (tokens,),
            str(path),
            input_names=["tokens"],
            output_names=["margins"],
            dynamic_axes={"tokens": {1: "n_tokens"}},
            opset_version=_OPSET,
            dynamo=False,
        )
