"""Linear heads out of sample, with and without a teacher's soft labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from experiments.crossfit import Held
from experiments.data import Annotated
from experiments.frozen_encoders import minilm_folder
from experiments.outcome import Split
from experiments.outside_labels import labelled_statements, read_outside_labels
from experiments.soft_labels import chosen, soft_labels_of, soft_texts
from experiments.teacher import SoftLabels
from experiments.unlabelled import Unlabelled, drawn_statements
from experiments.word_vectors import political_vectors
from stancekit import EmbeddingFeatures, LexiconFeatures, NetworkFeatures, NgramFeatures, StanceClassifier
from stancekit.errors import InvalidInputError, unknown_option
from stancekit.training.fitting import Extractor, Fit, TrainingSet, fit_once
from stancekit.training.heads import Heads, HeadSettings

Config = Mapping[str, Any]
Floats = NDArray[np.float64]
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


def margins_of(config: Config, data: Annotated, texts: Sequence[str]) -> Floats:
    """Fit heads on all that a configuration learns from and give their log-odds of some statements.

    Parameters
    ----------
    config : mapping
        As in ``configs.yaml``.
    data : Annotated
    texts : sequence of str, of length n_statements

    Returns
    -------
    ndarray of shape (n_statements, n_labels)
    """
    counted = count_features(config, data)
    everything = np.arange(len(data.statements))
    fit = _fit("all", Split(train=everything, test=everything[:0]), config, data, counted, None)
    return fit.margins([extractor.counts(texts) for extractor in counted.extractors])


def count_features(config: Config, data: Annotated) -> Counted:
    """Count the features of every statement once, for all splits."""
    extractors = _features(config, data)
    drawn: list[Any] = []
    if config.get("n_pseudo"):
        texts = soft_texts([one.text for one in _labelled(config)])
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
    """Give `n_pseudo` unlabelled statements, as the teacher of a split labelled them or one of no split."""
    soft = _taught(name, config)
    rows = chosen(len(_labelled(config)), config["n_pseudo"])
    kept = np.isin(rows, soft.rows)
    scores = np.zeros((len(_labelled(config)), soft.scores.shape[1]))
    scores[soft.rows] = soft.scores
    return TrainingSet(
        counts=[counts[rows[kept]] for counts in counted.drawn],
        truth=scores[rows[kept], : len(data.codebook.labels)],
        weights=np.full(int(kept.sum()), config["weight"]),
    )


def _labelled(config: Config) -> list[Unlabelled]:
    """Give all that the teacher of a configuration labelled."""
    return labelled_statements() if _is_outside(config) else drawn_statements()


def _taught(name: str, config: Config) -> SoftLabels:
    """Give what the teacher said from which the heads of a split may learn.

    Raises
    ------
    InvalidInputError
        Where a teacher of all other documents has seen the source that is held out.
    """
    if not _is_outside(config):
        return soft_labels_of(name)
    if name.startswith(("source-", "together-")):
        raise InvalidInputError(
            f"the outside teacher has seen what {name!r} holds out; leave it out of these experiments"
        )
    return read_outside_labels()


def _is_outside(config: Config) -> bool:
    return config.get("teacher") == "outside"


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
