"""The feature extractors that an estimator asks for, by name or as instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, unknown_option
from stancekit.features.embedding import EmbeddingFeatures
from stancekit.features.lexicon import LexiconFeatures
from stancekit.features.network import NetworkFeatures
from stancekit.features.ngrams import NgramFeatures
from stancekit.text.checks import check_statements
from stancekit.training.distillation import PseudoLabels, taught_by
from stancekit.training.fitting import Extractor, TrainingSet

_KINDS: dict[type, str] = {
    NgramFeatures: "ngrams",
    LexiconFeatures: "lexicon",
    EmbeddingFeatures: "embedding",
    NetworkFeatures: "network",
}
NAMES = ("ngrams", "lexicon", "network")  # of features that need no parameters


def check_features(features: object) -> None:
    """See that features are a list.

    Raises
    ------
    InvalidInputError
    """
    if isinstance(features, str) or not isinstance(features, Sequence):
        raise InvalidInputError(f"features must be a list such as ['ngrams'], got {features!r}")


def kind_of(feature: str | Extractor) -> object:
    """Give the kind of a feature, "ngrams" for example."""
    return _KINDS.get(type(feature), feature)


def make_extractors(features: Iterable[str | Extractor], codebook: Codebook, seed: int) -> dict[str, Extractor]:
    """Make one extractor a kind from names and instances.

    Raises
    ------
    InvalidInputError
        On no feature, an unknown one, one that stands twice, or parameters out of range.
    """
    extractors: dict[str, Extractor] = {}
    for feature in features:
        if isinstance(feature, str):
            kind, extractor = feature, _named(feature, codebook, seed)
        elif type(feature) in _KINDS:
            kind, extractor = _KINDS[type(feature)], feature
        else:
            raise unknown_option("features", feature, [*NAMES, *(c.__name__ for c in _KINDS)])
        if isinstance(extractor, NetworkFeatures):
            extractor.check_parameters()
        if kind in extractors:
            raise InvalidInputError(f"features hold {kind!r} twice; each kind may stand once")
        extractors[kind] = extractor
    if not extractors:
        raise InvalidInputError("features are empty; name at least one, such as 'ngrams'")
    return extractors


def network_provenance(extractors: Mapping[str, Extractor]) -> dict[str, Any]:
    """Give what a model's card says of the network."""
    network = extractors.get("network")
    if not isinstance(network, NetworkFeatures):
        return {}
    parameters = {name: value for name, value in network.get_params(deep=False).items() if name != "vectors"}
    # A grid search over numpy's ranges passes numpy's numbers, which JSON does not know.
    return {"network": {name: np.asarray(value).item() for name, value in parameters.items()}}


def soft_sets(
    pseudo: PseudoLabels | None, extractors: Sequence[Extractor], codebook: Codebook
) -> Callable[[int | None], TrainingSet | None]:
    """Give what a teacher labelled as a training set for each fold, and for None that of the last fit."""
    if pseudo is None:
        return lambda fold: None
    taught = taught_by(pseudo, codebook)
    counts = [extractor.counts(check_statements(taught.texts)) for extractor in extractors]
    weights = np.full(len(taught.texts), taught.weight)
    return lambda fold: TrainingSet(counts=counts, truth=taught.targets(fold), weights=weights)


def _named(name: str, codebook: Codebook, seed: int) -> Extractor:
    if name == "ngrams":
        return NgramFeatures()
    if name == "lexicon":
        return LexiconFeatures(codebook)
    if name == "network":
        return NetworkFeatures(random_state=seed)
    if name == "encoder":
        raise InvalidInputError("an encoder is fine-tuned by EncoderClassifier, which takes other features beside it")
    raise unknown_option("features", name, NAMES)
