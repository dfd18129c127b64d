"""Fine-tune the upper layers of MPNet on pairs of target and tweet, all five targets at once.

The lower layers stay as they are, so what they say of a pair is computed once, in half precision, and serves every
epoch and seed (freezing lower layers: Lee et al. 2019, What Would Elsa Do?, arXiv 1911.03090). The number of epochs
is chosen on the validation tweets: the one with the least cross-entropy.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from experiments.tweeteval.data import LABELS, TARGETS, Numbers, Target

Floats = NDArray[np.float64]

HIDDEN = -1e9  # added to the attention of padding: small enough for every precision
LARGE_BATCH = 64
SORTED_TOGETHER = 16  # batches: pairs of like length meet, and the order stays random


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the upper layers are trained.

    Attributes
    ----------
    n_layers : int
        Layers that are trained, from the top.
    n_epochs : int
        Most passes over the training pairs; the learning rate falls to 0 over all of them.
    batch_size : int
    learning_rate : float
        The highest, after the warm-up.
    warmup : float
        Share of the steps over which the learning rate rises.
    weight_decay : float
        Of AdamW.
    """

    n_layers: int = 4
    n_epochs: int = 5
    batch_size: int = 16
    learning_rate: float = 3e-5
    warmup: float = 0.1
    weight_decay: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What the validation tweets say of an epoch: cross-entropy, and the share of right labels."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """A fine-tuned model's answers.

    Attributes
    ----------
    probabilities : ndarray of float of shape (n_pairs, 3)
        Of the test pairs, by the epoch that was chosen.
    epochs : list of Epoch
        In their order.
    n_epochs : int
        The number of epochs that was chosen.
    """

    probabilities: Floats
    epochs: list[Epoch]
    n_epochs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of target and tweet as the lower layers see them.

    Attributes
    ----------
    states : list of tensor of shape (n_tokens, width)
    labels : ndarray of int of shape (n_pairs,)
    """

    states: list[Any]
    labels: Numbers


class Base:
    """A pre-trained MPNet, cut in two: the lower part in half precision, the upper part to train copies of.

    Parameters
    ----------
    model : MPNetModel
        The encoder.
    tokenizer : callable
        Takes two lists of str, gives ``input_ids`` and ``attention_mask``.
    n_layers : int
        Layers of the upper part.
    device : str
        Where torch computes.
    """

    def __init__(self, model: Any, tokenizer: Any, *, n_layers: int, device: str = "cpu") -> None:  # noqa: ANN401
        self.device = device
        self.tokenizer = tokenizer
        layers = model.encoder.layer
        self.upper = copy.deepcopy(layers[len(layers) - n_layers :]).float()
        self.lower = model.to(device=device, dtype=torch.bfloat16).eval()
        self.n_lower = len(layers) - n_layers
        self.width = int(model.config.hidden_size)
        self.dropout = float(model.config.hidden_dropout_prob)

    def position_bias(self, hidden: Any) -> Any:  # noqa: ANN401 - tensors
        """Give what MPNet adds to the attention for distance, of shape (n, n_heads, n_tokens, n_tokens)."""
        with torch.no_grad():
            return self.lower.encoder.compute_position_bias(hidden)

    def pairs(self, targets: Sequence[Target], part: str) -> Pairs:
        """Run the lower layers over "train", "val" or "test" of all targets."""
        tweets = {target.name: getattr(target, part) for target in targets}
        first = [TARGETS[name] for name, some in tweets.items() for _ in some.texts]
        second = [text for some in tweets.values() for text in some.texts]
        states: list[Any] = [None] * len(second)
        order = sorted(range(len(second)), key=lambda row: len(second[row]))
        for start in range(0, len(order), LARGE_BATCH):
            rows = order[start : start + LARGE_BATCH]
            with torch.no_grad():
                found = self._states([first[row] for row in rows], [second[row] for row in rows])
            for row, state in zip(rows, found, strict=True):
                states[row] = state
        return Pairs(states=states, labels=np.concatenate([some.labels for some in tweets.values()]))

    def _states(self, first: list[str], second: list[str]) -> list[Any]:
        tokens = self.tokenizer(first, second, padding=True, return_tensors="pt").to(self.device)
        mask = tokens["attention_mask"]
        hidden = self.lower.embeddings(input_ids=tokens["input_ids"])
        bias, hiding = self.position_bias(hidden), attention_of(mask, hidden.dtype)
        for layer in self.lower.encoder.layer[: self.n_lower]:
            hidden = layer(hidden, hiding, bias)[0]
        return [state[:n] for state, n in zip(hidden, mask.sum(dim=1).tolist(), strict=True)]


class Upper(nn.Module):
    """Upper layers and a linear head on the mean over tokens."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.layers = copy.deepcopy(base.upper)
        self.dropout = nn.Dropout(base.dropout)
        self.head = nn.Linear(base.width, len(LABELS))
        self.position_bias = base.position_bias  # a method of what is not trained

    def forward(self, states: Sequence[Any]) -> Any:  # noqa: ANN401 - tensors
        """Give logits of shape (n_pairs, 3)."""
        hidden = pad_sequence(list(states), batch_first=True)
        n_tokens = torch.tensor([len(state) for state in states], device=hidden.device)
        mask = (torch.arange(hidden.shape[1], device=hidden.device) < n_tokens[:, None]).float()
        bias, hiding = self.position_bias(hidden), attention_of(mask, hidden.dtype)
        for layer in self.layers:
            hidden = layer(hidden, hiding, bias)[0]
        means = (hidden.float() * mask[:, :, None]).sum(dim=1) / n_tokens[:, None]
        return self.head(self.dropout(means))


def attention_of(mask: Any, dtype: Any) -> Any:  # noqa: ANN401 - tensors
    """Turn a mask of shape (n, n_tokens) into what is added to attention scores, of shape (n, 1, 1, n_tokens)."""
    return ((1 - mask.to(dtype)) * HIDDEN)[:, None, None, :]


def load_base(folder: Path, recipe: Recipe, device: str = "cpu") -> Base:
    """Load MPNet from a sentence-transformers folder; nothing is downloaded."""
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    return Base(encoder[0].auto_model, encoder.tokenizer, n_layers=recipe.n_layers, device=device)


def fine_tune(base: Base, parts: dict[str, Pairs], recipe: Recipe, seed: int) -> Tuned:
    """Train on "train", choose the epoch on "val", and label "test" once.

    Parameters
    ----------
    base : Base
        Not changed.
    parts : dict of str to Pairs
        "train", "val" and "test".
    recipe : Recipe
        How.
    seed : int
        Of the head, of dropout, and of the order of the pairs.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Upper(base).to(base.device)
    train = parts["train"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    n_steps = recipe.n_epochs * -(-len(train.labels) // recipe.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, n_steps, recipe.warmup))
    epochs: list[Epoch] = []
    best: dict[str, Any] = {}
    for _ in range(recipe.n_epochs):
        _train_once(model, train, batches([len(state) for state in train.states], recipe.batch_size, rng), schedule)
        epochs.append(_judge(predict(model, parts["val"]), parts["val"].labels))
        if epochs[-1].loss == min(epoch.loss for epoch in epochs):
            best, n_epochs = copy.deepcopy(model.state_dict()), len(epochs)
    model.load_state_dict(best)
    return Tuned(probabilities=predict(model, parts["test"]), epochs=epochs, n_epochs=n_epochs)


def _train_once(model: Upper, train: Pairs, order: Sequence[Numbers], schedule: Any) -> None:  # noqa: ANN401
    model.train()
    device = model.head.weight.device
    for rows in order:
        labels = torch.tensor(train.labels[rows], device=device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = model([train.states[row] for row in rows])
        loss = nn.functional.cross_entropy(logits.float(), labels)
        schedule.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        schedule.optimizer.step()
        schedule.step()


def predict(model: Upper, pairs: Pairs) -> Floats:
    """Give probabilities of shape (n_pairs, 3)."""
    model.eval()
    found = np.zeros((len(pairs.labels), len(LABELS)))
    order = sorted(range(len(pairs.labels)), key=lambda row: len(pairs.states[row]))
    for start in range(0, len(order), LARGE_BATCH):
        rows = order[start : start + LARGE_BATCH]
        with torch.no_grad(), torch.autocast(model.head.weight.device.type, dtype=torch.bfloat16):
            logits = model([pairs.states[row] for row in rows])
        found[rows] = torch.softmax(logits.double(), dim=1).cpu().numpy()
    return found


def batches(lengths: Sequence[int], size: int, rng: np.random.Generator) -> list[Numbers]:
    """Deal pairs into batches at random, those of like length together.

    Examples
    --------
    >>> dealt = batches([5, 9, 7, 8, 6], 2, np.random.default_rng(0))
    >>> sorted(len(rows) for rows in dealt), sorted(int(row) for rows in dealt for row in rows)
    ([1, 2, 2], [0, 1, 2, 3, 4])
    """
    shuffled = rng.permutation(len(lengths))
    dealt = []
    for start in range(0, len(shuffled), size * SORTED_TOGETHER):
        some = sorted(shuffled[start : start + size * SORTED_TOGETHER], key=lambda row: lengths[row])
        dealt += [np.array(some[i : i + size], dtype=np.intp) for i in range(0, len(some), size)]
    return [dealt[place] for place in rng.permutation(len(dealt))]


def _rate(step: int, n_steps: int, warmup: float) -> float:
    """Give the share of the highest learning rate: up, then down to 0, in straight lines."""
    rising = warmup * n_steps
    return (step + 1) / rising if step < rising else max(0.0, (n_steps - step) / (n_steps - rising))


def _judge(probabilities: Floats, labels: Numbers) -> Epoch:
    right = probabilities[np.arange(len(labels)), labels]
    return Epoch(
        loss=float(-np.log(np.maximum(right, 1e-12)).mean()),
        accuracy=float((probabilities.argmax(axis=1) == labels).mean()),
    )
