"""Encoders and linear students out of sample, from what `experiments.encoder` and `.teacher` kept of each split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.data import Annotated
from experiments.encoder import read_margins
from experiments.outcome import Outcome, Split
from experiments.splitting import named_splits
from experiments.teacher import soft_labels
from stancekit import LexiconFeatures, NgramFeatures, StanceClassifier
from stancekit.training.fitting import TrainingSet, calibrate, fit_once
from stancekit.training.heads import HeadSettings

Config = Mapping[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Log-odds of the rows that were held out together."""

    rows: NDArray[np.intp]
    margins: Floats


def encoder(config: Config, data: Annotated, **_: object) -> Outcome:
    """Test the fine-tuned encoder."""
    return cross_fitted(
        [Held(rows=split.test, margins=read_margins(name)) for name, split in _splits(config, data)], data
    )


def distilled(config: Config, data: Annotated, **_: object) -> Outcome:
    """Test linear heads that learned from annotated statements and from the soft labels of each split's teacher."""
    return cross_fitted([student(name, split, config, data) for name, split in _splits(config, data)], data)


def mixed(config: Config, data: Annotated, **_: object) -> Outcome:
    """Test the sum of both log-odds, of the encoder and of its student."""
    share = config["share"]
    held = []
    for name, split in _splits(config, data):
        linear = student(name, split, config, data).margins
        held.append(Held(rows=split.test, margins=(1 - share) * read_margins(name) + share * linear))
    return cross_fitted(held, data)


def student(name: str, split: Split, config: Config, data: Annotated) -> Held:
    """Train linear heads on a split and its teacher's soft labels, and score the rows that neither saw."""
    extractors = [NgramFeatures(), *([LexiconFeatures(data.codebook)] if config.get("lexicon") else [])]
    gold = data.statements.take(split.train)
    train = TrainingSet(counts=[e.counts(gold.texts) for e in extractors], truth=gold.truth, weights=None)
    soft = soft_set(name, config, extractors)
    fit = fit_once(extractors, train, _settings(), soft)
    texts = [data.statements.texts[row] for row in split.test]
    return Held(rows=split.test, margins=fit.margins([e.counts(texts) for e in extractors]))


def soft_set(name: str, config: Config, extractors: Sequence[Any]) -> TrainingSet | None:
    """Give `n_pseudo` unlabelled statements of both worlds, as the teacher of a split labelled them."""
    soft = soft_labels(name)
    rows = chosen(len(soft.texts), config["n_pseudo"])
    if not len(rows):
        return None
    texts = [soft.texts[row] for row in rows]
    scores = soft.scores[rows, : soft.scores.shape[1] // 2]  # without the poles
    weights = np.full(len(rows), config["weight"])
    return TrainingSet(counts=[e.counts(texts) for e in extractors], truth=scores, weights=weights)


def chosen(n_statements: int, n_pseudo: int) -> NDArray[np.intp]:
    """Give rows spread evenly over both worlds, the smaller choices part of the larger ones."""
    order = np.random.default_rng(0).permutation(n_statements)
    return np.sort(order[:n_pseudo])


def cross_fitted(held: Sequence[Held], data: Annotated) -> Outcome:
    """Decide on each part by calibration and thresholds from all the other parts."""
    scores, decisions, abstained = [], [], []
    for place, part in enumerate(held):
        others = [other for number, other in enumerate(held) if number != place]
        truth = data.statements.truth[np.concatenate([other.rows for other in others])]
        margins = np.vstack([other.margins for other in others])
        calibration = calibrate(margins, truth, exclusive=False, abstention=StanceClassifier().abstention)
        scores.append(calibration.scores(part.margins))
        decisions.append(calibration.decide(scores[-1]))
        abstained.append(calibration.abstain(scores[-1]))
    return Outcome(
        rows=np.concatenate([part.rows for part in held]),
        scores=np.vstack(scores),
        decisions=np.vstack(decisions),
        abstained=np.vstack(abstained),
    )


def _settings() -> HeadSettings:
    """Give the settings of the heads: the defaults of `StanceClassifier`."""
    defaults = StanceClassifier().get_params()
    names = ("C", "class_weight", "max_iter", "random_state")
    return HeadSettings(**{name: defaults[name] for name in names}, exclusive=False)


def _splits(config: Config, data: Annotated) -> list[tuple[str, Split]]:
    prefix = "source-" if config.get("held_out") == "source" else "fold-"
    return [(name, split) for name, split in named_splits(data) if name.startswith(prefix)]
