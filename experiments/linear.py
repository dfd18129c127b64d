"""Linear heads out of sample, with and without a teacher's soft labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from experiments.crossfit import Held
from experiments.data import Annotated
from experiments.frozen_encoders import minilm_folder
from experiments.outcome import Split
from experiments.soft_labels import chosen, soft_labels_of, soft_texts
from experiments.unlabelled import drawn_statements
from experiments.word_vectors import political_vectors
from stancekit import EmbeddingFeatures, LexiconFeatures, NetworkFeatures, NgramFeatures, StanceClassifier
from stancekit.errors import unknown_option
from stancekit.training.fitting import Extractor, Fit, TrainingSet, fit_once
from stancekit.training.heads import Heads, HeadSettings

Config = Mapping[str, Any]
NamedSplit = tuple[str, Split]  # by the name under which the teacher of the split is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Every statement as counts of features, which depend on the statement alone.

    Attributes
    ----------
    extractors : list of Extractor
    gold : list of array, one an extractor
        Of the annotated statements.
    drawn : list of array, one an extractor
        Of those that a teacher labels; empty without such.
    """

    extractors: Sequence[Extractor]
    gold: Sequence[Any]
    drawn: Sequence[Any]


def held_out(splits: Sequence[NamedSplit], config: Config, data: Annotated, *, n_jobs: int = 1) -> list[Held]:
    """Fit heads on one side of each split and give the log-odds of the other side."""
    counted = count_features(config, data)
    (name, split), *others = splits
    first = _fit(name, split, config, data, counted, None)
    # The heads of the first split save the others most of the solver's steps; where they end does not hang on it.
    fits = Parallel(n_jobs=n_jobs)(
        delayed(_fit)(name, split, config, data, counted, first.heads) for name, split in others
    )
    return [
        Held(rows=split.test, margins=fit.margins([counts[split.test] for counts in counted.gold]))
        for (_, split), fit in zip(splits, [first, *fits], strict=True)
    ]


def count_features(config: Config, data: Annotated) -> Counted:
    """Count the features of every statement once, for all splits."""
    extractors = _features(config, data)
    drawn: list[Any] = []
    if config.get("n_pseudo"):
        texts = soft_texts([one.text for one in drawn_statements()])
        drawn = [extractor.counts(texts) for extractor in extractors]
    gold = [extractor.counts(data.statements.texts) for extractor in extractors]
    return Counted(extractors=extractors, gold=gold, drawn=drawn)


def make_classifier(config: Config, data: Annotated) -> StanceClassifier:
    """Make the classifier of a configuration; what it does not name keeps its default."""
    parameters = {name: config[name] for name in ("C", "class_weight", "abstention") if name in config}
    return StanceClassifier(data.codebook, features=_features(config, data), **parameters)


def head_settings(config: Config) -> HeadSettings:
    """Give the settings of the heads: those of the configuration, else the defaults of `StanceClassifier`."""
    names = ("C", "class_weight", "max_iter")
    return HeadSettings(**{name: config[name] for name in names if name in config})


def _fit(name: str, split: Split, config: Config, data: Annotated, counted: Counted, start: Heads | None) -> Fit:
    gold = TrainingSet(counts=counted.gold, truth=data.statements.truth, weights=None)
    soft = _soft_set(name, config, data, counted) if counted.drawn else None
    return fit_once(counted.extractors, gold.take(split.train), head_settings(config), soft, start)


def _soft_set(name: str, config: Config, data: Annotated, counted: Counted) -> TrainingSet:
    """Give `n_pseudo` unlabelled statements of both worlds, as the teacher of a split labelled them."""
    soft = soft_labels_of(name)
    rows = chosen(len(drawn_statements()), config["n_pseudo"])
    kept = np.isin(rows, soft.rows)
    scores = np.zeros((len(drawn_statements()), soft.scores.shape[1]))
    scores[soft.rows] = soft.scores
    return TrainingSet(
        counts=[counts[rows[kept]] for counts in counted.drawn],
        truth=scores[rows[kept], : len(data.codebook.labels)],
        weights=np.full(int(kept.sum()), config["weight"]),
    )


def _features(config: Config, data: Annotated) -> list[Extractor]:
    return [_make_feature(feature, data) for feature in config.get("features", [{"name": "ngrams"}])]


def _make_feature(feature: Config, data: Annotated) -> Extractor:
    parameters = {name: value for name, value in feature.items() if name != "name"}
    match feature["name"]:
        case "ngrams":
            # The rows that stand, and the model in the package, were made with marks as they are in the texts.
            return NgramFeatures(**{"plain_marks": False} | parameters)
        case "lexicon":
            return LexiconFeatures(data.codebook, **parameters)
        case "embedding":
            return EmbeddingFeatures(minilm_folder(), **parameters)
        case "network":
            return NetworkFeatures(political_vectors(), **parameters)
        case other:
            raise unknown_option("features", other, ["ngrams", "lexicon", "embedding", "network"])
