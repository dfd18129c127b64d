"""Model directories: a checked manifest and arrays; reading one executes nothing.

``config.json`` (codebook, features, calibration, provenance, hashes of the other files),
``weights.safetensors``, ``golden.json`` (statements with the scores that every later version must give)
and ``README.md`` (the card).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.calibration import Calibration
from stancekit.card import model_card
from stancekit.codebook import Codebook
from stancekit.errors import (
    InvalidInputError,
    ModelFormatError,
    missing_extra,
    unknown_option,
)
from stancekit.features._cues import CueFinder, CueScorer
from stancekit.features._embedder import EncoderScorer
from stancekit.features._ngrams import NgramScorer, NgramSpec
from stancekit.features.scorer import Scorer
from stancekit.model import StanceModel

FORMAT = "stancekit-model"
FORMAT_VERSION = 1
_SCORERS: dict[str, type[Scorer]] = {"ngrams": NgramScorer, "lexicon": CueScorer, "encoder": EncoderScorer}
_FILES = ("weights.safetensors", "golden.json")
_BUILT_IN = Path(__file__).parent / "models"
_GOLDEN_STATEMENTS = (
    "Nations under sanctions should trade with one another and build what they need by themselves.",
    "The blockade is illegal, it starves the weak, and it has to be lifted now.",
    "No: the embargo must not be lifted before the last prisoner is free!",
    "Our engineers built this plant without a single foreign bolt.",
    "The committee met on Tuesday and will meet again.",
    "Ça suffit — ΟΙ ΚΥΡΏΣΕΙΣ, санкции, İstanbul, 制裁.",
    "",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenCheck:
    """How far a model's scores are from those written when it was saved.

    Attributes
    ----------
    n_statements : int
        Golden statements compared.
    max_difference : float
        Largest absolute difference of a score.
    """

    n_statements: int
    max_difference: float

    @property
    def passed(self) -> bool:
        """Whether every score agrees to six digits."""
        return self.max_difference <= 1e-6


def save(model: StanceModel, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a model directory, whole or not at all.

    Parameters
    ----------
    model : StanceModel
        The model.
    path : str or Path
        The directory to make.
    overwrite : bool, default=False
        Whether a model directory of that name is replaced. Any other folder is never touched.

    Returns
    -------
    Path
        The directory.

    Raises
    ------
    InvalidInputError
        When something of that name exists already and may not be replaced.

    Examples
    --------
    >>> import stancekit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = stancekit.save(stancekit.load(), f"{folder}/copy")
    ...     stancekit.load(path).labels
    ('anti-sanction', 'pro-cooperation', 'self-reliance')
    """
    path = Path(path)
    check_free(path, overwrite)
    place = path.resolve()  # what a link points to, not the link
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        _write_files(model, partial)
        _put(partial, place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return path


def load(name: str | Path = "linear", *, revision: str | None = None) -> StanceModel:
    """Load a model.

    Parameters
    ----------
    name : str or Path, default="linear"
        The name of a model in the package, the path of a model directory, or ``"hf:org/name"`` for a
        directory on the Hugging Face hub. Only the last one uses the network.
    revision : str, optional
        Commit, tag or branch on the hub. Pin a commit to get the same model every time.

    Returns
    -------
    StanceModel

    Raises
    ------
    ModelFormatError
        When files are missing, damaged, changed after saving, or of a newer format.
    InvalidInputError
        When there is no such model, or `revision` is given for a local one.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.load().labels
    ('anti-sanction', 'pro-cooperation', 'self-reliance')
    """
    folder = _locate(name, revision)
    config = _read_config(folder)
    try:
        contents = {file: _read_checked(folder, file, config) for file in _FILES}
        return _build(config, _arrays(contents["weights.safetensors"]))
    except ModelFormatError:
        raise
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ModelFormatError(f"{folder / 'config.json'} does not describe a model: {error!r}") from error


def check_golden(model: StanceModel, name: str | Path = "linear") -> GoldenCheck:
    """Compare a model's scores with those that were written when it was saved.

    Parameters
    ----------
    model : StanceModel
        The model as loaded.
    name : str or Path, default="linear"
        What it was loaded from.

    Returns
    -------
    GoldenCheck

    Raises
    ------
    ModelFormatError
        When the golden scores are missing, damaged, or those of a model with other labels.
    """
    folder = _locate(name, None)
    try:
        golden = json.loads(_read_checked(folder, "golden.json", _read_config(folder)))
        texts = [row["text"] for row in golden]
        expected = np.array([[row["scores"][label] for label in model.labels] for row in golden], dtype=float)
        found = model.predict_proba(texts)
        difference = float(np.abs(found - expected).max())
    except ModelFormatError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelFormatError(
            f"{folder / 'golden.json'} does not hold the scores of {list(model.labels)}: {error!r}"
        ) from error
    return GoldenCheck(n_statements=len(golden), max_difference=difference)


def built_in_models() -> list[str]:
    """Give the names of the models in the package."""
    return sorted(folder.name for folder in _BUILT_IN.iterdir() if (folder / "config.json").is_file())


def _locate(name: str | Path, revision: str | None) -> Path:
    if isinstance(name, str) and name.startswith("hf:"):
        return _download(name.removeprefix("hf:"), revision)
    if revision is not None:
        raise InvalidInputError(f"revision {revision!r} is for 'hf:' models; {str(name)!r} is a local one")
    if isinstance(name, str) and name in built_in_models():
        return _BUILT_IN / name
    folder = Path(name)
    if not folder.is_dir():
        raise unknown_option("model", str(name), [*built_in_models(), "a model directory", "hf:org/name"])
    return folder


def _download(repository: str, revision: str | None) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise missing_extra("huggingface_hub", "hub", "load('hf:…')") from error
    return Path(snapshot_download(repository, revision=revision, allow_patterns=["config.json", "README.md", *_FILES]))


def check_free(path: str | Path, overwrite: bool = False) -> None:
    """See that `save` may write to `path`, before long work starts.

    Parameters
    ----------
    path : str or Path
        The directory to make.
    overwrite : bool, default=False
        Whether a model directory of that name may be replaced.

    Raises
    ------
    InvalidInputError
        When something of that name exists already and may not be replaced.
    """
    path = Path(path)
    if not path.exists():
        return
    if not overwrite:
        raise InvalidInputError(f"{str(path)!r} exists; choose another name, or pass overwrite=True")
    if not path.is_dir() or _peek_format(path) != FORMAT:
        raise InvalidInputError(f"{str(path)!r} is no model directory, so it is not overwritten; choose another name")


def _put(partial: Path, place: Path) -> None:
    """Move a whole directory into its place; the one it replaces goes only when it stands there."""
    if not place.exists():
        partial.rename(place)
        return
    old = place.with_name(f".{place.name}.old-{os.getpid()}")
    place.rename(old)
    try:
        partial.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old)


def _peek_format(folder: Path) -> object:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError):
        return None
    return config.get("format") if isinstance(config, dict) else None


def _write_files(model: StanceModel, folder: Path) -> None:
    from safetensors.numpy import save as serialise

    arrays: dict[str, NDArray[Any]] = {"bias": model.bias, "training_hashes": model.training_hashes}
    for kind, scorer in model.scorers.items():
        arrays |= {f"{kind}.{name}": np.ascontiguousarray(array) for name, array in scorer.arrays().items()}
    contents = {"weights.safetensors": serialise(arrays), "golden.json": _golden(model)}
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    (folder / "README.md").write_text(model_card(model), encoding="utf-8")
    config = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "labels": list(model.labels),
        "codebook": model.codebook.to_dict(),
        "features": [{"kind": kind, "config": scorer.config()} for kind, scorer in model.scorers.items()],
        "calibration": model.calibration.to_dict(),
        "provenance": dict(model.provenance),
        "files": {file: {"bytes": len(content), "sha256": _sha256(content)} for file, content in contents.items()},
    }
    config["checksum"] = _checksum(config)
    text = json.dumps(config, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")


def _golden(model: StanceModel) -> bytes:
    examples = [example for stance in model.codebook.stances for example in stance.examples]
    predictions = model.predict([*_GOLDEN_STATEMENTS, *examples])
    rows = [{"text": p.text, "scores": dict(p.scores), "labels": list(p.labels)} for p in predictions]
    return (json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise ModelFormatError(f"{str(folder)!r} has no config.json; expected a directory written by stancekit.save")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (RecursionError, ValueError) as error:
        raise ModelFormatError(f"{path} is damaged: {error}; copy the model again") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise ModelFormatError(f"{path} is not the config of a stancekit model")
    version = config.get("format_version")
    if not isinstance(version, int) or version < 1:
        raise ModelFormatError(f"{path} has the format version {version!r}; expected a whole number from 1")
    if version > FORMAT_VERSION:
        raise ModelFormatError(
            f"{path} has format version {version}, this stancekit reads up to {FORMAT_VERSION}; "
            "run: pip install --upgrade stancekit"
        )
    if config.pop("checksum", None) != _checksum(config):
        raise ModelFormatError(f"{path} was changed after saving: its checksum does not fit; copy the model again")
    return config


def _read_checked(folder: Path, file: str, config: Mapping[str, Any]) -> bytes:
    path = folder / file
    if not path.is_file():
        raise ModelFormatError(f"{str(folder)!r} has no {file}; copy the model again")
    content = path.read_bytes()
    expected = config["files"][file]
    if len(content) != expected["bytes"]:
        raise ModelFormatError(
            f"{path} has {len(content)} bytes, expected {expected['bytes']}: truncated or replaced; "
            "copy the model again"
        )
    if _sha256(content) != expected["sha256"]:
        raise ModelFormatError(f"{path} was changed after saving: its SHA-256 does not fit; copy the model again")
    return content


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load as deserialise

    try:
        return deserialise(content)
    except SafetensorError as error:
        raise ModelFormatError(f"weights.safetensors cannot be read: {error}; copy the model again") from error


def _build(config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> StanceModel:
    codebook = Codebook.from_dict(config["codebook"])
    n_labels = len(codebook.labels)
    if list(codebook.labels) != config["labels"]:
        raise ModelFormatError(f"labels {config['labels']} are not those of the codebook, {list(codebook.labels)}")
    scorers = {}
    for feature in config["features"]:
        kind = feature["kind"]
        if kind not in _SCORERS:
            raise ModelFormatError(f"unknown features {kind!r}; this stancekit knows {sorted(_SCORERS)}")
        own = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{kind}.")}
        scorers[kind] = scorer = _SCORERS[kind].build(feature["config"], own)
        _expect_shape(f"{kind} weights", own["weights"], (_n_features(scorer, own["weights"]), n_labels))
    _expect_shape("bias", arrays["bias"], (n_labels,))
    calibration = config["calibration"]
    if calibration["exclusive"] is not codebook.exclusive:
        raise ModelFormatError(
            f"calibration has exclusive={calibration['exclusive']!r}, the codebook {codebook.exclusive!r}"
        )
    if not isinstance(config["provenance"], dict):
        raise ModelFormatError(f"provenance must be a mapping, got {type(config['provenance']).__name__}")
    curves = {name: np.array(values, dtype=float) for name, values in calibration.items() if name != "exclusive"}
    for name, values in curves.items():
        _expect_shape(name, values, (n_labels,))
    return StanceModel(
        codebook=codebook,
        scorers=scorers,
        bias=arrays["bias"].astype(np.float64),
        calibration=Calibration(**curves, exclusive=calibration["exclusive"]),
        provenance=config["provenance"],
        training_hashes=arrays.get("training_hashes", np.zeros(0, dtype=np.uint64)),
    )


def _n_features(scorer: Scorer, weights: NDArray[Any]) -> int:
    """Give the number of rows that the weights need; an encoder tells it only once it is loaded."""
    if isinstance(scorer, NgramScorer):
        _check_spec(scorer.spec)
        return 1 << scorer.spec.bits
    return len(CueFinder.of(scorer.codebook).columns) if isinstance(scorer, CueScorer) else len(weights)


def _check_spec(spec: NgramSpec) -> None:
    sound = (
        type(spec.bits) is int
        and 8 <= spec.bits <= 24
        and isinstance(spec.word_weight, int | float)
        and math.isfinite(spec.word_weight)
        and isinstance(spec.words, bool)
        and isinstance(spec.chars, bool)
    )
    if not sound:
        raise ModelFormatError(f"the config of the ngrams is not one: {spec}")


def _expect_shape(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.dtype.kind not in "fiu" or array.shape != shape or not np.isfinite(array).all():
        raise ModelFormatError(f"{name} must be finite numbers of shape {shape}, got shape {array.shape}")


def _checksum(config: Mapping[str, Any]) -> str:
    canonical = json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _sha256(canonical.encode(errors="surrogatepass"))  # a damaged file may hold half a pair


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
