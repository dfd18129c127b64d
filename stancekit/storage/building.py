"""A model from its manifest and arrays; what does not fit is refused."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.calibration import Calibration
from stancekit.codebook import Codebook
from stancekit.errors import ModelFormatError
from stancekit.features.familiarity import Familiarity
from stancekit.features.scorer import Scorer
from stancekit.model import StanceModel

# Imported when a model needs them: reading one model should not wait for the features of others.
_SCORERS = {
    "ngrams": ("stancekit.features.ngram_scorer", "NgramScorer"),
    "lexicon": ("stancekit.features._cues", "CueScorer"),
    "embedding": ("stancekit.features._embedder", "EmbeddingScorer"),
    "network": ("stancekit.features.network_scorer", "NetworkScorer"),
    "encoder": ("stancekit.features.encoder", "EncoderScorer"),
}


def read_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Read arrays by name from the content of a safetensors file."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as deserialise

    try:
        return deserialise(content)
    except SafetensorError as error:
        raise ModelFormatError(f"weights.safetensors cannot be read: {error}; copy the model again") from error


def build(config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> StanceModel:
    """Build a model, once every part fits the codebook."""
    codebook = Codebook.from_dict(config["codebook"])
    if list(codebook.labels) != config["labels"]:
        raise ModelFormatError(f"labels {config['labels']} are not those of the codebook, {list(codebook.labels)}")
    if not isinstance(config["provenance"], dict):
        raise ModelFormatError(f"provenance must be a mapping, got {type(config['provenance']).__name__}")
    if not config["features"]:
        raise ModelFormatError("the model has no features")
    n_labels = len(codebook.labels)
    _expect_shape("bias", arrays["bias"], (n_labels,))
    return StanceModel(
        codebook=codebook,
        scorers=dict(_build_scorer(feature, arrays, n_labels) for feature in config["features"]),
        bias=arrays["bias"].astype(np.float64),
        calibration=_build_calibration(config["calibration"], codebook),
        provenance=config["provenance"],
        training_hashes=arrays.get("training_hashes", np.zeros(0, dtype=np.uint64)),
        familiarity=_build_familiarity(config, arrays),
    )


def _build_familiarity(config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Familiarity | None:
    """Build what the model knows of its training words; models of before have none."""
    if "familiarity" not in config:
        return None
    return Familiarity.build(config["familiarity"], arrays["familiar_words"])


def _build_scorer(feature: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], n_labels: int) -> tuple[str, Scorer]:
    kind = feature["kind"]
    if kind not in _SCORERS:
        raise ModelFormatError(f"unknown features {kind!r}; this stancekit knows {sorted(_SCORERS)}")
    module, class_name = _SCORERS[kind]
    scorer: type[Scorer] = getattr(import_module(module), class_name)
    own = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{kind}.")}
    n_features = scorer.n_features(feature["config"])
    n_rows = len(own["weights"]) if n_features is None else n_features
    _expect_shape(f"{kind} weights", own["weights"], (n_rows, n_labels))
    return kind, scorer.build(feature["config"], own)


def _build_calibration(content: Mapping[str, Any], codebook: Codebook) -> Calibration:
    if content["exclusive"] is not codebook.exclusive:
        raise ModelFormatError(
            f"calibration has exclusive={content['exclusive']!r}, the codebook {codebook.exclusive!r}"
        )
    curves = {name: np.array(values, dtype=float) for name, values in content.items() if name != "exclusive"}
    for name, values in curves.items():
        _expect_shape(name, values, (len(codebook.labels),))
    return Calibration(**curves, exclusive=codebook.exclusive)


def _expect_shape(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.dtype.kind not in "fiu" or array.shape != shape or not np.isfinite(array).all():
        raise ModelFormatError(f"{name} must be finite numbers of shape {shape}, got shape {array.shape}")
