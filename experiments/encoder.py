"""The fine-tuned encoder out of sample, fold by fold: ``python -m experiments.encoder``.

Each fold takes minutes, so what an encoder said is kept: ``build/encoder/`` holds, for each fold and held-out
source, its log-odds for the statements that it did not see and its soft labels for unlabelled ones. A fold is
made again only when data or settings changed; a stopped run goes on with the fold that is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save_file

from experiments.corpora import ROOT
from experiments.data import Annotated, data_sha256, load_annotated
from experiments.outcome import Split
from experiments.splitting import source_splits, splits
from experiments.unlabelled import Unlabelled, news_statements, un_statements
from stancekit.training.encoder import EncoderClassifier
from stancekit.training.export import export_encoder
from stancekit.training.finetuning import TuningSettings, fine_tune, network_margins, tokenize

CACHE = ROOT / "build" / "encoder"
N_UNLABELLED = {"news": 20_000, "un": 12_000}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldScores:
    """What an encoder said that saw no document of the fold.

    Attributes
    ----------
    test : ndarray of int
        Rows of the data that were held out.
    margins : ndarray of shape (n_statements, n_labels)
        Their log-odds.
    pseudo : ndarray of shape (n_unlabelled, n_labels)
        Log-odds of the unlabelled statements, in the order of `unlabelled`.
    """

    test: NDArray[np.intp]
    margins: Floats
    pseudo: Floats


def settings() -> TuningSettings:
    """Give the settings of every encoder here: the defaults of `EncoderClassifier`."""
    defaults = EncoderClassifier()
    return TuningSettings(**{name: getattr(defaults, name) for name in TuningSettings.__dataclass_fields__})


def unlabelled(seed: int = 7) -> list[Unlabelled]:
    """Draw the statements that soft labels are made for, both worlds, in a fixed order."""
    news = news_statements()
    chosen = np.random.default_rng(seed).permutation(len(news))[: N_UNLABELLED["news"]]
    return [news[place] for place in chosen] + un_statements(N_UNLABELLED["un"], seed)


def named_splits(data: Annotated) -> Iterator[tuple[str, Split]]:
    """Give the folds of the cross-validation, the whole (nothing held out), and each source of the news rows."""
    for number, split in enumerate(splits({}, data, 0)):
        yield f"fold-{number}", split
    everything = np.arange(len(data.statements))
    yield "all", Split(train=everything, test=everything[:0])
    for source, split in source_splits(data):
        yield f"source-{source}", split


def read_scores(name: str) -> FoldScores:
    """Read what is kept of a fold."""
    with np.load(CACHE / f"{name}.npz") as content:
        return FoldScores(test=content["test"], margins=content["margins"], pseudo=content["pseudo"])


def make_scores(name: str, split: Split, data: Annotated, statements: Sequence[Unlabelled]) -> None:
    """Fine-tune on one side of a split, score the other and the unlabelled statements, and keep all."""
    options = settings()
    train = data.statements.take(split.train)
    assert train.poles is not None
    outputs = np.hstack([train.truth, train.poles])
    network = fine_tune(tokenize(train.texts, options), outputs, None, options)
    n_labels = train.truth.shape[1]
    held_out = tokenize([data.statements.texts[row] for row in split.test], options)
    pseudo = network_margins(network, tokenize([one.text for one in statements], options))
    CACHE.mkdir(parents=True, exist_ok=True)
    export = export_encoder(network, options, n_labels)
    (CACHE / f"{name}.onnx").write_bytes(export.graph.tobytes())
    save_file(
        {name: tensor.contiguous() for name, tensor in network.state_dict().items()}, CACHE / f"{name}.safetensors"
    )
    partial = CACHE / f".{name}.npz"
    np.savez(
        partial,
        test=split.test,
        margins=network_margins(network, held_out)[:, :n_labels],
        pseudo=pseudo[:, :n_labels],
        key=key(name),
    )
    partial.rename(CACHE / f"{name}.npz")


def key(name: str) -> str:
    """Give the hash of all that a fold's scores follow from."""
    parts = {"name": name, "data": data_sha256(), "settings": asdict(settings()), "unlabelled": N_UNLABELLED}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def is_fresh(name: str) -> bool:
    """Tell whether what is kept of a fold is that of this data and these settings."""
    path = CACHE / f"{name}.npz"
    if not path.is_file():
        return False
    with np.load(path) as content:
        return str(content["key"]) == key(name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="folds such as fold-0, all, source-xi_speeches; all of them without")
    options = parser.parse_args(arguments)
    data = load_annotated()
    for name, split in named_splits(data):
        if (not options.names or name in options.names) and not is_fresh(name):
            print(f"fine-tuning {name}: {len(split.train)} statements", file=sys.stderr, flush=True)
            make_scores(name, split, data, unlabelled())
    return 0


if __name__ == "__main__":
    sys.exit(main())
