"""The teacher of both models, a small network on layers of a frozen MPNet: ``python -m experiments.teacher``.

all-mpnet-base-v2 is larger than what a laptop should run on millions of statements. It reads every statement once; a
network on the means of four of its layers is then quickly trained, anew for each split, on the annotated statements of
the split alone. What it says of statements that nobody annotated is what is learned from.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from experiments.corpora import ROOT
from experiments.data import data_sha256, load_annotated
from experiments.frozen_encoders import encoder_folder, weights_sha256
from experiments.splitting import EVALUATED, TRAINED, named_splits
from experiments.unlabelled import MOST_OF_A_SOURCE, N_DRAWN, Unlabelled, drawn_statements
from stancekit.calibration import sigmoid
from stancekit.errors import InvalidInputError
from stancekit.training.finetuning import has_bfloat16

CACHE = ROOT / "build" / "teacher"
LAYERS = (6, 8, 10, 12)
N_HIDDEN = 512
N_EPOCHS = 8
N_SEEDS = 2  # networks whose log-odds are averaged
LEARNING_RATE, WEIGHT_DECAY, DROPOUT, BATCH = 1e-3, 1e-2, 0.3, 64
SOFT = [N_DRAWN, MOST_OF_A_SOURCE, LAYERS, N_HIDDEN, N_EPOCHS, N_SEEDS, LEARNING_RATE, WEIGHT_DECAY, DROPOUT, BATCH]
COMMAND = "python -m experiments.teacher"
_MAX_TOKENS = 192
_STEPS = 255  # scores are kept in eight bits

Floats = NDArray[np.float64]
Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftLabels:
    """What a teacher says of statements that nobody annotated.

    Attributes
    ----------
    statements : list of Unlabelled, of length n_statements
    rows : ndarray of int of shape (n_statements,)
        Where they stand among all `drawn_statements`.
    scores : ndarray of shape (n_statements, n_outputs)
        From 0 to 1, in steps of a 255th; the labels, then the poles.
    """

    statements: list[Unlabelled]
    rows: NDArray[np.intp]
    scores: Floats

    @property
    def texts(self) -> list[str]:
        """The statements' texts."""
        return [one.text for one in self.statements]


def embeddings(name: str, texts: Sequence[str]) -> Halves:
    """Give the means of MPNet's layers over each statement's tokens, of shape (n_statements, 4 * 768).

    They are kept in ``build/teacher/`` under `name`, and made again when the statements are others.
    """
    path = CACHE / f"{name}.npz"
    if not _is_fresh(path, key := _texts_key(texts)):
        _keep(path, key, means=_embed(texts))
    with np.load(path) as content:
        return np.asarray(content["means"])


def soft_labels(name: str) -> SoftLabels:
    """Give what the teacher of a split says; a source that is held out is left out here too.

    Raises
    ------
    InvalidInputError
        When nothing is kept, or it is of other data or settings.
    """
    path = CACHE / f"{name}.npz"
    if not _is_fresh(path, _split_key(name)):
        raise InvalidInputError(f"no soft labels of {name!r} for this data and these settings; run: {COMMAND}")
    with np.load(path) as content:
        scores = content["scores"].astype(np.float64) / _STEPS
    statements = drawn_statements()
    source = name.removeprefix("source-")
    rows = np.array([row for row, one in enumerate(statements) if one.source != source])
    return SoftLabels(statements=[statements[row] for row in rows], rows=rows, scores=scores[rows])


def teach(gold: Halves, outputs: Floats, others: Halves, *, n_seeds: int = N_SEEDS) -> Floats:
    """Learn from annotated statements what to say of others.

    Parameters
    ----------
    gold : ndarray of shape (n_annotated, n_features)
        As `embeddings` gives them.
    outputs : ndarray of shape (n_annotated, n_outputs)
        1 or 0.
    others : ndarray of shape (n_statements, n_features)
        What is to be labelled.
    n_seeds : int, default=2
        Networks whose log-odds are averaged.

    Returns
    -------
    ndarray of shape (n_statements, n_outputs)
        From 0 to 1.
    """
    centre, spread = gold.mean(axis=0, dtype=np.float64), gold.std(axis=0, dtype=np.float64) + 1e-4
    known, asked = ((part - centre).astype(np.float32) / spread.astype(np.float32) for part in (gold, others))
    margins = [_margins(_fit(known, outputs, seed), asked) for seed in range(n_seeds)]
    return np.asarray(sigmoid(np.mean(margins, axis=0)))


def _fit(features: NDArray[np.float32], outputs: Floats, seed: int) -> Any:  # noqa: ANN401 - a torch module
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    values, targets = torch.from_numpy(features), torch.tensor(outputs, dtype=torch.float32)
    network = torch.nn.Sequential(
        torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(features.shape[1], N_HIDDEN),
        torch.nn.GELU(),
        torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(N_HIDDEN, outputs.shape[1]),
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    n_steps = N_EPOCHS * -(-len(features) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=n_steps)
    for _ in range(N_EPOCHS):
        order = rng.permutation(len(features))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(network(values[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def _margins(network: Any, features: NDArray[np.float32]) -> Floats:  # noqa: ANN401
    import torch

    with torch.no_grad():
        return np.asarray(network(torch.from_numpy(features)).numpy(), dtype=np.float64)


def _embed(texts: Sequence[str], batch_size: int = 32) -> Halves:
    """Run MPNet, in half precision where the processor multiplies so, statements of like length together."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = str(encoder_folder("mpnet"))
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    body = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True).eval()
    order = np.argsort([len(text) for text in texts], kind="stable")
    means = np.zeros((len(texts), len(LAYERS), body.config.hidden_size), dtype=np.float16)
    for start in tqdm(range(0, len(order), batch_size), desc="MPNet", unit=" batches", disable=None):
        rows = order[start : start + batch_size]
        batch = tokenizer(
            [texts[row] for row in rows], padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt"
        )
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16()):
            states = body(**batch, output_hidden_states=True).hidden_states
        mask = batch["attention_mask"].unsqueeze(-1).float()
        for place, layer in enumerate(LAYERS):
            means[rows, place] = ((states[layer].float() * mask).sum(dim=1) / mask.sum(dim=1)).numpy()
    return means.reshape(len(texts), -1)


def _texts_key(texts: Sequence[str]) -> str:
    parts = [repr((LAYERS, _MAX_TOKENS)), weights_sha256("mpnet"), *texts]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _split_key(name: str) -> str:
    drawn = hashlib.sha256("\0".join(one.text for one in drawn_statements()).encode()).hexdigest()
    parts = [name, data_sha256(), EVALUATED, TRAINED, SOFT, drawn]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _is_fresh(path: Path, key: str) -> bool:
    if not path.is_file():
        return False
    with np.load(path) as content:
        return str(content["key"]) == key


def _keep(path: Path, key: str, **arrays: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}")
    np.savez(partial, key=np.array(key), **arrays)  # type: ignore[arg-type]
    partial.rename(path)


def main() -> int:
    """Make what is missing."""
    data = load_annotated()
    assert data.statements.poles is not None
    outputs = np.hstack([data.statements.truth, data.statements.poles])
    gold = embeddings("gold", data.statements.texts)
    others = embeddings("drawn", [one.text for one in drawn_statements()])
    for name, split in named_splits(data):
        path, key = CACHE / f"{name}.npz", _split_key(name)
        if not _is_fresh(path, key):
            print(f"teaching {name}: {len(split.train)} statements", file=sys.stderr, flush=True)
            scores = teach(gold[split.train], outputs[split.train], others)
            _keep(path, key, scores=np.rint(_STEPS * scores).astype(np.uint8))
    return 0


if __name__ == "__main__":
    sys.exit(main())
