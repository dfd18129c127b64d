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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save_file

from experiments.corpora import ROOT
from experiments.data import Annotated, data_sha256, load_annotated
from experiments.outcome import Split
from experiments.splitting import EVALUATED, TRAINED, source_splits, splits
from experiments.unlabelled import Unlabelled, news_statements, un_statements
from stancekit.errors import InvalidInputError
from stancekit.training.encoder import EncoderClassifier
from stancekit.training.export import export_encoder
from stancekit.training.finetuning import TuningSettings, base_folder, fine_tune, network_margins, tokenize

CACHE = ROOT / "build" / "encoder"
COMMAND = "python -m experiments.encoder"
N_FOR_VOCABULARY = 200_000  # statements of UN speeches
SEEN_AT_LEAST = 2  # times; rarer tokens are mostly scanning damage
N_UNLABELLED = {"news": 20_000, "un": 12_000}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldScores:
    """What an encoder said that saw no document of the fold.

    Attributes
    ----------
    margins : ndarray of shape (n_statements, n_labels)
        Log-odds of the rows that were held out, by the encoder as it would be shipped.
    pseudo : ndarray of shape (n_unlabelled, n_labels)
        Log-odds of the unlabelled statements, in the order of `unlabelled`.
    """

    margins: Floats
    pseudo: Floats


def settings() -> TuningSettings:
    """Give the settings of every encoder here: the defaults of `EncoderClassifier`."""
    defaults = EncoderClassifier()
    return TuningSettings(**{name: getattr(defaults, name) for name in TuningSettings.__dataclass_fields__})


def unlabelled(seed: int = 7) -> list[Unlabelled]:
    """Draw the statements that soft labels are made for, both worlds, none from a document that is tested."""
    tested = tested_documents()
    news = [one for one in news_statements() if one.group not in tested]
    chosen = np.random.default_rng(seed).permutation(len(news))[: N_UNLABELLED["news"]]
    speeches = [one for one in un_statements(2 * N_UNLABELLED["un"], seed) if one.group not in tested]
    return [news[place] for place in chosen] + speeches[: N_UNLABELLED["un"]]


def tested_documents() -> frozenset[str]:
    """Name the speeches and documents of the evaluated rows."""
    data = load_annotated()
    return frozenset(data.statements.groups[row] for row in data.rows(*EVALUATED))


def named_splits(data: Annotated) -> Iterator[tuple[str, Split]]:
    """Give the folds of the cross-validation, the whole (nothing held out), and each source of the news rows."""
    for number, split in enumerate(splits({}, data, 0)):
        yield f"fold-{number}", split
    everything = np.arange(len(data.statements))
    yield "all", Split(train=everything, test=everything[:0])
    for source, split in source_splits(data):
        yield f"source-{source}", split


def read_scores(name: str) -> FoldScores:
    """Read what is kept of a fold.

    Raises
    ------
    InvalidInputError
        When nothing is kept, or it is of other data or settings.
    """
    if not is_fresh(name):
        raise InvalidInputError(f"no scores of {name!r} for this data and these settings; run: {COMMAND} {name}")
    with np.load(CACHE / f"{name}.npz") as content:
        return FoldScores(margins=content["margins"], pseudo=content["pseudo"])


def make_scores(name: str, split: Split, data: Annotated, statements: Sequence[Unlabelled]) -> None:
    """Fine-tune on one side of a split, score the other and the unlabelled statements, and keep all."""
    options = settings()
    train = data.statements.take(split.train)
    assert train.poles is not None
    outputs = np.hstack([train.truth, train.poles])
    network = fine_tune(tokenize(train.texts, options), outputs, None, options)
    n_labels = train.truth.shape[1]
    pseudo = network_margins(network, tokenize([one.text for one in statements], options))
    CACHE.mkdir(parents=True, exist_ok=True)
    weights = {part: tensor.contiguous() for part, tensor in network.state_dict().items()}
    save_file(weights, CACHE / f"{name}.safetensors")
    # What is measured is what would be shipped: eight bits, the vocabulary cut, long statements in windows.
    scorer = export_encoder(network, options, n_labels, keep=used_tokens())
    margins = scorer.margins([data.statements.texts[row] for row in split.test])
    partial = CACHE / f".{name}.npz"
    np.savez(partial, margins=margins, pseudo=pseudo[:, :n_labels], key=key(name))
    partial.rename(CACHE / f"{name}.npz")


def used_tokens() -> list[int]:
    """Give the numbers of the tokens that political English uses: those of all statements that may be learned from."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base_folder(settings().base) / "tokenizer.json"))
    tokenizer.no_truncation()
    statements = [*news_statements(), *un_statements(N_FOR_VOCABULARY, 0)]
    texts = [*(one.text for one in statements), *load_annotated().statements.texts]
    counts = Counter(number for encoding in tokenizer.encode_batch(texts) for number in encoding.ids)
    return sorted(token for token, n in counts.items() if n >= SEEN_AT_LEAST)


def key(name: str) -> str:
    """Give the hash of all that a fold's scores follow from."""
    parts = {
        "name": name,
        "data": data_sha256(),
        "rows": [EVALUATED, TRAINED],
        "settings": asdict(settings()),
        "unlabelled": [N_UNLABELLED, N_FOR_VOCABULARY],
        "version": 2,  # raised where the code of this module changes what is kept
    }
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
