"""Writing model directories."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.card import model_card
from stancekit.errors import InvalidInputError, file_exists
from stancekit.model import StanceModel
from stancekit.storage.manifest import FILES, FORMAT, FORMAT_VERSION, checksum, peek_format, sha256

_GOLDEN_STATEMENTS = (
    "Nations under sanctions should trade with one another and build what they need by themselves.",
    "The blockade is illegal, it starves the weak, and it has to be lifted now.",
    "No: the embargo must not be lifted before the last prisoner is free!",
    "Our engineers built this plant without a single foreign bolt.",
    "The committee met on Tuesday and will meet again.",
    "Ça suffit — ΟΙ ΚΥΡΏΣΕΙΣ, санкции, İstanbul, 制裁.",
    "",
)


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
    if not isinstance(model, StanceModel):
        raise InvalidInputError(f"expected a StanceModel, got {type(model).__name__}; pass a classifier's model_")
    path = Path(path)
    check_free(path, overwrite)
    place = path.resolve()  # what a link points to, not the link
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.partial-{token_hex(4)}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        _write_files(model, partial)
        _put(partial, place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return path


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
        When something of that name exists already and may not be replaced, or nothing can be made there.
    """
    path = Path(path)
    _check_parent(path)
    if not path.exists():
        return
    if not overwrite:
        raise file_exists(path)
    if not path.is_dir() or peek_format(path) != FORMAT:
        raise InvalidInputError(f"{str(path)!r} is no model directory, so it is not overwritten; choose another name")
    if foreign := sorted({file.name for file in path.iterdir()} - {"config.json", "README.md", *FILES}):
        raise InvalidInputError(
            f"{str(path)!r} holds {foreign[0]!r}, which is no part of a model, so it is not overwritten; move it away"
        )


def _check_parent(path: Path) -> None:
    """See that the nearest folder above that exists may be written to."""
    parent = next(folder for folder in path.resolve().parents if folder.exists())
    if not parent.is_dir():
        raise InvalidInputError(f"{str(path)!r} cannot be made: {str(parent)!r} is no folder; choose another place")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InvalidInputError(f"{str(path)!r} cannot be made: {str(parent)!r} may not be written to")


def weights_sha256(model: StanceModel) -> str:
    """Give the hash that `weights.safetensors` has, or would have, in the model's directory."""
    return sha256(_weights(model))


def _put(partial: Path, place: Path) -> None:
    """Move a whole directory into its place; the one it replaces goes only when it stands there."""
    if not place.exists():
        partial.rename(place)
        return
    old = place.with_name(f".{place.name}.old-{token_hex(4)}")
    place.rename(old)
    try:
        partial.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old)


def _write_files(model: StanceModel, folder: Path) -> None:
    contents = {"weights.safetensors": _weights(model), "golden.json": _golden(model)}
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
        "files": {file: {"bytes": len(content), "sha256": sha256(content)} for file, content in contents.items()},
    }
    if model.familiarity is not None:
        config["familiarity"] = model.familiarity.config()
    config["checksum"] = checksum(config)
    text = json.dumps(config, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")


def _weights(model: StanceModel) -> bytes:
    from safetensors.numpy import save as serialise

    arrays: dict[str, NDArray[Any]] = {"bias": model.bias, "training_hashes": model.training_hashes}
    for kind, scorer in model.scorers.items():
        arrays |= {f"{kind}.{name}": np.ascontiguousarray(array) for name, array in scorer.arrays().items()}
    if model.familiarity is not None:
        arrays["familiar_words"] = model.familiarity.words
    return serialise(arrays)


def _golden(model: StanceModel) -> bytes:
    examples = [example for stance in model.codebook.stances for example in stance.examples]
    predictions = model.predict([*_GOLDEN_STATEMENTS, *examples])
    rows = [{"text": p.text, "scores": dict(p.scores), "labels": list(p.labels)} for p in predictions]
    return (json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
