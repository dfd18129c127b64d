"""The fine-tuned encoder out of sample, fold by fold: ``python -m experiments.encoder``.

It learns from annotated statements, from contrast sets that are in no fold, and from what the teacher
(`experiments.teacher`) says of other statements. Each fold takes minutes, so what an encoder said is kept:
``experiments/encoder_margins/`` holds, for each fold and held-out source, its log-odds for the statements that it did
not see, and those of the n-grams that stand beside it; ``build/encoder/`` holds the networks. A fold is made again only
when data or settings changed; a stopped run goes on with the fold that is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments import linear
from experiments.configs import read_configs
from experiments.corpora import ROOT
from experiments.data import (
    Annotated,
    codebook,
    data_sha256,
    further_contrast_sets,
    further_sha256,
    load_annotated,
    together,
)
from experiments.outcome import Split
from experiments.outside_labels import PATH as OUTSIDE_LABELS
from experiments.soft_labels import PATH as SOFT_LABELS
from experiments.soft_labels import soft_labels_of
from experiments.splitting import EVALUATED, N_FOLDS, TRAINED, named_splits, together_splits
from experiments.unlabelled import news_statements, un_statements
from stancekit.errors import InvalidInputError
from stancekit.labelled import LabelledStatements
from stancekit.training.encoder import EncoderClassifier
from stancekit.training.examples import Lesson, make_epochs
from stancekit.training.export import export_encoder
from stancekit.training.finetuning import TuningSettings, base_folder, fine_tune, make_network, tokenize

CACHE = ROOT / "build" / "encoder"
MARGINS = ROOT / "experiments" / "encoder_margins"
BESIDE = "default"  # the configuration of the heads beside the encoder
COMMAND = "python -m experiments.encoder"
N_FOR_VOCABULARY = 200_000  # statements of UN speeches
SOFT_WEIGHT = 1.0  # of what the teacher labelled, beside an annotated statement
BATCH = 32  # statements that torch scores together
SEEN_AT_LEAST = 2  # times; rarer tokens are mostly scanning damage

Floats = NDArray[np.float64]


def settings() -> TuningSettings:
    """Give the settings of every encoder here: the defaults of `EncoderClassifier`."""
    defaults = EncoderClassifier()
    return TuningSettings(**{name: getattr(defaults, name) for name in TuningSettings.__dataclass_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What was said of the statements that a split holds out, each of shape (n_statements, n_labels).

    Attributes
    ----------
    shipped : ndarray of float64
        Log-odds by the encoder as it would be shipped: in eight bits, its vocabulary cut, long statements in windows.
    trained : ndarray of float64
        The same by the network as it was trained.
    ngrams : ndarray of float64
        Log-odds by linear heads on n-grams that were trained on the same side of the split.
    """

    shipped: Floats
    trained: Floats
    ngrams: Floats


def read_margins(name: str) -> Margins:
    """Read what was said of the rows that a split holds out.

    Raises
    ------
    InvalidInputError
        When nothing is kept, or it is of other data or settings.
    """
    if not is_fresh(name):
        raise _not_kept(name)
    kept = _kept(name)
    return Margins(**{field.name: kept[field.name] for field in fields(Margins)})


def make_scores(name: str, split: Split, data: Annotated) -> None:
    """Score one side of a split by an encoder and by heads that learned from the other side, and keep the scores.

    Of what is kept only that is made again which is of other data or settings.
    """
    kept = _kept(name)
    if kept.get("key") != key(name):
        kept = {"key": key(name), **_encoder_margins(name, split, data)}
    if kept.get("ngrams_key") != ngrams_key(name):
        [heads] = linear.held_out([(name, split)], _beside(name), data)
        kept |= {"ngrams_key": ngrams_key(name), "ngrams": heads.margins}
    MARGINS.mkdir(parents=True, exist_ok=True)
    partial = MARGINS / f".{name}.npz"
    np.savez_compressed(partial, **kept)
    partial.rename(MARGINS / f"{name}.npz")


def _encoder_margins(name: str, split: Split, data: Annotated) -> dict[str, Floats]:
    train, texts = data.statements.take(split.train), [data.statements.texts[row] for row in split.test]
    make_encoder(name, train)
    scorer = export_encoder(
        read_network(name), settings(), train.truth.shape[1], keep=used_tokens(), examples=train.texts
    )
    return {"shipped": scorer.margins(texts), "trained": torch_scorer(name)(texts)}


def _kept(name: str) -> dict[str, Any]:
    """Read all that is kept of a split's margins, whatever it was made of; nothing where there is none."""
    path = MARGINS / f"{name}.npz"
    if not path.is_file():
        return {}
    with np.load(path) as content:
        return {part: content[part] for part in content.files}


def torch_scorer(name: str) -> Callable[[Sequence[str]], Floats]:
    """Give what scores statements by the network of a split in float32."""
    import torch

    options, network, n_labels = settings(), read_network(name), len(codebook().labels)

    def margins(texts: Sequence[str]) -> Floats:
        tokens = tokenize(texts, options)
        order = np.argsort([len(one) for one in tokens], kind="stable")
        found = np.zeros((len(texts), n_labels))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            numbers = torch.nn.utils.rnn.pad_sequence([torch.from_numpy(tokens[row]) for row in rows], batch_first=True)
            with torch.no_grad():
                found[rows] = network(numbers, (numbers != 0).long()).numpy()[:, :n_labels]
        return found

    return margins


def make_encoder(name: str, train: LabelledStatements) -> None:
    """Fine-tune, unless it is done, and keep the network: what is made of it may change without another training."""
    if is_trained(name):
        return
    from safetensors.torch import save_file

    options, read = settings(), together([train, further_contrast_sets()])
    assert read.poles is not None
    outputs = np.hstack([read.truth, read.poles])
    gold = Lesson(texts=read.texts, targets=outputs, weights=np.ones(len(outputs)))
    network = fine_tune(make_epochs(gold, _taught(name, outputs.shape[1]), options), options)
    CACHE.mkdir(parents=True, exist_ok=True)
    weights = {part: tensor.contiguous() for part, tensor in network.state_dict().items()}
    save_file(weights, CACHE / f"{name}.safetensors", metadata={"key": training_key(name)})


def _beside(name: str) -> dict[str, Any]:
    """Give the configuration of the heads beside an encoder, without soft labels where it has none."""
    config = read_configs()[BESIDE]
    return config if _has_teacher(name) else {part: config[part] for part in config if part != "n_pseudo"}


def _has_teacher(name: str) -> bool:
    """Tell whether a split has one: sources that are held out together are done without."""
    return not name.startswith("together-")


def _taught(name: str, n_outputs: int) -> Lesson | None:
    """Give what the split's teacher labelled, or None."""
    if not _has_teacher(name):
        return None
    soft = soft_labels_of(name)
    targets = np.full((len(soft.texts), n_outputs), np.nan)  # of the poles the file of soft labels says nothing
    n_labels = len(codebook().labels)
    targets[:, :n_labels] = soft.scores[:, :n_labels]
    return Lesson(texts=soft.texts, targets=targets, weights=np.full(len(soft.texts), SOFT_WEIGHT))


def used_tokens() -> list[int]:
    """Give the numbers of the tokens that political English uses: those of all statements that may be learned from."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base_folder(settings().base) / "tokenizer.json"))
    tokenizer.no_truncation()
    statements = [*news_statements(), *un_statements(N_FOR_VOCABULARY, 0)]
    texts = [one.text for one in statements]
    texts += [*load_annotated().statements.texts, *further_contrast_sets().texts]
    counts = Counter(number for encoding in tokenizer.encode_batch(texts) for number in encoding.ids)
    return sorted(token for token, n in counts.items() if n >= SEEN_AT_LEAST)


def key(name: str) -> str:
    """Give the hash of all that an encoder's scores follow from; the last part is raised where the export changes."""
    return hashlib.sha256(f"{training_key(name)} 3".encode()).hexdigest()


def ngrams_key(name: str) -> str:
    """Give the hash of all that the scores of the heads beside it follow from."""
    parts = [name, data_sha256(), EVALUATED, TRAINED, _beside(name), _soft_sha256(name)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _soft_sha256(name: str) -> str:
    return hashlib.sha256(SOFT_LABELS.read_bytes() if _has_teacher(name) else b"").hexdigest()


def training_key(name: str) -> str:
    """Give the hash of all that a fold's network follows from."""
    parts = {
        "name": name,
        "data": [data_sha256(), further_sha256()],
        "rows": [EVALUATED, TRAINED],
        "settings": asdict(settings()),
        "unlabelled": [_soft_sha256(name), SOFT_WEIGHT, N_FOR_VOCABULARY, SEEN_AT_LEAST],
        "version": 5,  # raised where the code changes what is learned
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_network(name: str) -> Any:  # noqa: ANN401 - a torch module
    """Read the network of a split as it was trained.

    Raises
    ------
    InvalidInputError
        When it is not kept, or is of other data or settings.
    """
    from safetensors.torch import load_file

    if not is_trained(name):
        raise _not_kept(name)
    weights = load_file(CACHE / f"{name}.safetensors")
    options = settings()
    network = make_network(options.base, len(weights["head.bias"]), options.n_frozen)
    network.load_state_dict(weights)
    return network.eval()


def kept_sha256(config: Mapping[str, Any]) -> str | None:
    """Give the hash of what encoders are made of, or said, that results follow from; None for other experiments.

    Encoders of sources held out are trained more seldom than those of the folds; the results page says so.
    """
    if config.get("teacher") == "outside":
        return hashlib.sha256(OUTSIDE_LABELS.read_bytes()).hexdigest()
    if config["kind"] != "encoder" or "column" in config:
        return None
    keys = [key(f"fold-{number}") for number in range(N_FOLDS)]
    return hashlib.sha256("".join(keys).encode()).hexdigest()


def _not_kept(name: str) -> InvalidInputError:
    return InvalidInputError(f"nothing is kept of {name!r} for this data and these settings; run: {COMMAND} {name}")


def is_trained(name: str) -> bool:
    """Tell whether the network that is kept of a fold is that of this data and these settings."""
    from safetensors import safe_open

    path = CACHE / f"{name}.safetensors"
    if not path.is_file():
        return False
    with safe_open(path, framework="numpy") as content:
        return (content.metadata() or {}).get("key") == training_key(name)


def is_fresh(name: str) -> bool:
    """Tell whether what is kept of a fold is that of this data and these settings."""
    kept = _kept(name)
    return kept.get("key") == key(name) and kept.get("ngrams_key") == ngrams_key(name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="fold-0, all, source-xi_speeches …; without, all but together-…")
    options = parser.parse_args(arguments)
    data = load_annotated()
    read = dict(named_splits(data))  # what rows and the model in the package are made of
    known = {**read, **dict(together_splits(data))}
    if unknown := sorted(set(options.names) - set(known)):
        raise InvalidInputError(f"unknown folds {unknown}; expected among {list(known)}")
    for name, split in known.items():
        if name not in (options.names or read):
            continue
        print(f"{name}: {len(split.train)} statements to learn from", file=sys.stderr, flush=True)
        if options.names or not len(split.test):  # by name one asks for the network too, and "all" is for nothing else
            make_encoder(name, data.statements.take(split.train))
        if len(split.test) and not is_fresh(name):
            make_scores(name, split, data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
