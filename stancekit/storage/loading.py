"""Reading model directories."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancekit.errors import InvalidInputError, ModelFormatError
from stancekit.model import StanceModel
from stancekit.storage.building import build, read_arrays
from stancekit.storage.hub import Address, cache_of, fetch, is_address, read_address
from stancekit.storage.manifest import FILES, checksum, read_checked, read_config

if TYPE_CHECKING:
    from pathlib import Path

_COPY_AGAIN = "copy the model again"  # the remedy in messages about damaged files, but not for one on the hub
_BUILT_IN = os.path.join(os.path.dirname(os.path.dirname(__file__)), "models")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenCheck:
    """How far a model's scores are from those written when it was saved.

    Attributes
    ----------
    n_statements : int
        Golden statements compared.
    max_difference : float
        Largest absolute difference of a score.
    tolerance : float
        The difference that the model's features allow: 1e-6 where they are counted, more for an encoder in
        eight bits, whose sums every processor rounds in its own way.
    """

    n_statements: int
    max_difference: float
    tolerance: float = 1e-6

    @property
    def passed(self) -> bool:
        """Whether every score agrees within the tolerance."""
        return self.max_difference <= self.tolerance


def load(name: str | Path = "linear", *, revision: str | None = None) -> StanceModel:
    """Load a model.

    Parameters
    ----------
    name : str or Path, default="linear"
        The name of a model in the package, the path of a model directory, or ``"hf:org/name"`` or
        ``"hf:org/name@revision"`` for one on the Hugging Face hub. Only the last two use the network.
    revision : str, optional
        Commit, tag or branch on the hub. Pin a commit to get the same model every time: once its files are in
        the cache of huggingface_hub, the hub is not asked again.

    Returns
    -------
    StanceModel

    Raises
    ------
    ModelFormatError
        When files are missing, damaged, changed after saving, or of a newer format.
    InvalidInputError
        When there is no such model, or `revision` is given for a local one.
    HubError
        When the hub cannot be reached or refuses, or has no such repository or revision.
    MissingExtraError
        When huggingface_hub is needed and not installed.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.load().labels
    ('anti-sanction', 'pro-cooperation', 'self-reliance')
    """
    if not isinstance(name, str | os.PathLike):
        raise InvalidInputError(f"name is {type(name).__name__}; expected the name of a model, or a path")
    if is_address(name):
        address = read_address(str(name), revision)
        return _load_from_hub(address, fetch(address))
    if revision is not None:
        raise InvalidInputError(f"revision {revision!r} is for 'hf:' models; {str(name)!r} is a local one")
    return read_model(locate(name))


def read_model(folder: str) -> StanceModel:
    """Read the model directory `folder`; see `load`."""
    config = read_config(folder)
    try:
        contents = {file: read_checked(folder, file, config) for file in FILES}
        return build(config, read_arrays(contents["weights.safetensors"]))
    except ModelFormatError:
        raise
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        path = os.path.join(folder, "config.json")
        raise ModelFormatError(f"{path} does not describe a model: {error!r}") from error


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
    folder = locate(name)
    try:
        golden = json.loads(read_checked(folder, "golden.json", read_config(folder)))
        texts = [row["text"] for row in golden]
        expected = np.array([[row["scores"][label] for label in model.labels] for row in golden], dtype=float)
        found = model.predict_proba(texts)
        difference = float(np.abs(found - expected).max())
    except ModelFormatError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelFormatError(
            f"{os.path.join(folder, 'golden.json')} does not hold the scores of {list(model.labels)}: {error!r}"
        ) from error
    tolerance = max(scorer.tolerance for scorer in model.scorers.values())
    return GoldenCheck(n_statements=len(golden), max_difference=difference, tolerance=tolerance)


def model_hash(name: str | Path = "linear") -> str:
    """Give the hash of a model's files, by which two models are told apart.

    Parameters
    ----------
    name : str or Path, default="linear"
        As for `load`.

    Returns
    -------
    str
        The SHA-256 of its manifest, which has those of its other files, in hexadecimal digits.

    Raises
    ------
    ModelFormatError, InvalidInputError
        When there is no such model, or its manifest is damaged.

    Examples
    --------
    >>> len(model_hash())
    64
    """
    return checksum(read_config(locate(name)))


def built_in_models() -> list[str]:
    """Give the names of the models in the package."""
    return sorted(
        name for name in os.listdir(_BUILT_IN) if os.path.isfile(os.path.join(_BUILT_IN, name, "config.json"))
    )


def locate(name: str | Path) -> str:
    """Give the folder of a model; one on the hub is downloaded unless it is in the cache."""
    if is_address(name):
        return fetch(read_address(str(name)))
    if isinstance(name, str) and name in built_in_models():
        return os.path.join(_BUILT_IN, name)
    if not os.path.isdir(name):
        raise _no_model(name)
    return str(name)


def _no_model(name: str | Path) -> InvalidInputError:
    """Build the error for a name under which there is no model: of a path that there is no such directory."""
    text, known = str(name), ", ".join(built_in_models())
    if os.path.exists(name):
        return InvalidInputError(f"{text!r} is no directory; expected a model directory, written by stancekit.save")
    if not isinstance(name, str) or os.path.dirname(text) or text.startswith((".", "~")):
        return InvalidInputError(
            f"there is no model directory {text!r}; look at its name, or take a model of the package: {known}"
        )
    return InvalidInputError(f"unknown model {text!r}; expected one of {known}, a model directory, or hf:org/name")


def load_located(name: str, folder: str) -> StanceModel:
    """Load the model `name` from the folder that `locate` gave for it, without asking the hub again."""
    return _load_from_hub(read_address(name), folder) if is_address(name) else read_model(folder)


def _load_from_hub(address: Address, folder: str) -> StanceModel:
    try:
        return read_model(folder)
    except ModelFormatError as error:
        # Links in the folder lead to files that the cache would take for the right ones again.
        remedy = f"delete {cache_of(folder)!r} and load it again; if that does not help, it has to be pushed again"
        raise ModelFormatError(f"{address}: {str(error).replace(_COPY_AGAIN, remedy)}") from error
