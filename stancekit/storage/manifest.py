"""The manifest of a model directory: format, hashes, and the checks before anything is built."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from stancekit.errors import ModelFormatError

FORMAT = "stancekit-model"
FORMAT_VERSION = 1
FILES = ("weights.safetensors", "golden.json")


def read_config(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the manifest of a folder, once its format, version and checksum are right."""
    path = os.path.join(folder, "config.json")
    if not os.path.isfile(path):
        raise ModelFormatError(f"{str(folder)!r} has no config.json; expected a directory written by stancekit.save")
    try:
        config = json.loads(_content(path))
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
    try:
        is_unchanged = config.pop("checksum", None) == checksum(config)
    except RecursionError as error:
        raise ModelFormatError(f"{path} is damaged: {error}; copy the model again") from error
    if not is_unchanged:
        raise ModelFormatError(f"{path} was changed after saving: its checksum does not fit; copy the model again")
    return config


def read_checked(folder: str | os.PathLike[str], file: str, config: Mapping[str, Any]) -> bytes:
    """Read a file whose size and hash are those of the manifest."""
    path = os.path.join(folder, file)
    if not os.path.isfile(path):
        raise ModelFormatError(f"{str(folder)!r} has no {file}; copy the model again")
    expected = config["files"][file]
    size = os.stat(path).st_size  # what is not of the model is not read into memory
    content = _content(path) if size == expected["bytes"] else b""
    if len(content) != expected["bytes"]:
        raise ModelFormatError(
            f"{path} has {size} bytes, expected {expected['bytes']}: truncated or replaced; copy the model again"
        )
    if sha256(content) != expected["sha256"]:
        raise ModelFormatError(f"{path} was changed after saving: its SHA-256 does not fit; copy the model again")
    return content


def peek_format(folder: str | os.PathLike[str]) -> object:
    """Give the format that a folder claims to have, or None."""
    try:
        config = json.loads(_content(os.path.join(folder, "config.json")))
    except (OSError, RecursionError, ValueError):
        return None
    return config.get("format") if isinstance(config, dict) else None


def _content(path: str) -> bytes:
    with open(path, "rb") as file:  # pathlib would take longer to import than the model to read
        return file.read()


def checksum(config: Mapping[str, Any]) -> str:
    """Give the hash of a manifest without its own checksum."""
    canonical = json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode(errors="surrogatepass"))  # a damaged file may hold half a pair


def sha256(content: bytes) -> str:
    """Give the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
