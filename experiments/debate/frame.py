"""Every statement of the UN General Debate with its labels: ``python -m experiments.debate.frame``.

Speeches are split and labelled by two processes while a third one reads. What is kept, in ``build/debate/``, is where
the statements stand and what the models say of them, not their texts.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from tqdm import tqdm

from experiments.corpora import ROOT, corpora_folder
from experiments.debate.labelling import APARTHEID, BATCH, FAMILIES, N_PROCESSES, PRO_SANCTION, batches, label_speeches
from experiments.default_model import PLACE as MODELS
from stancekit.errors import InvalidInputError
from stancekit.text import abbreviations, boundaries, splitting, turns

CACHE = ROOT / "build" / "debate"
COMMAND = "python -m experiments.debate.frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """All statements of the debate, in the order of the corpus.

    Attributes
    ----------
    speeches : ndarray of str, of shape (n_speeches,)
        Their names, as in ``"ARG_01_1946"``.
    speech, start, end : ndarray of int, of shape (n_statements,)
        The speech that a statement stands in, and its character offsets there.
    family : ndarray of int, of shape (n_statements,)
        Which of `FAMILIES` its words belong to.
    apartheid : ndarray of bool, of shape (n_statements,)
        Whether it names South Africa, Rhodesia or apartheid.
    scores : ndarray of shape (n_statements, 4)
        Calibrated scores of `LABELS`.
    asserted : ndarray of bool, of shape (n_statements, 4)
        Whether the model asserts the label.
    """

    speeches: NDArray[np.str_]
    speech: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    family: NDArray[np.int8]
    apartheid: NDArray[np.bool_]
    scores: NDArray[np.float32]
    asserted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.speech)

    @property
    def country(self) -> NDArray[np.str_]:
        """The country that speaks, of each statement."""
        return np.array([name.split("_")[0] for name in self.speeches])[self.speech]

    @property
    def year(self) -> NDArray[np.int_]:
        """The year of each statement."""
        return np.array([int(name[-4:]) for name in self.speeches])[self.speech]


def build() -> Frame:
    """Split and label every speech."""
    names: list[str] = []

    def texts() -> Iterator[list[str]]:
        for batch in batches():
            names.extend(name for name, _ in batch)
            yield [text for _, text in batch]

    # Few batches wait for a worker, so that the texts of the corpus are never in memory together.
    parallel = Parallel(n_jobs=N_PROCESSES, return_as="generator", pre_dispatch=2 * N_PROCESSES, batch_size=1)
    done = parallel(delayed(label_speeches)(batch) for batch in texts())
    parts = list(tqdm(done, unit=f" x {BATCH} speeches", disable=None))
    return _assemble(names, parts)


def read_frame() -> Frame:
    """Read what `build` kept.

    Raises
    ------
    InvalidInputError
        When nothing is kept, or it is of other models, rules or speeches.
    """
    path = CACHE / "frame.npz"
    if not path.is_file():
        raise InvalidInputError(f"the debate has not been labelled here; run: {COMMAND}")
    with np.load(path) as content:
        if str(content["key"]) != key():
            raise InvalidInputError(f"what is kept of the debate is of other models or rules; run: {COMMAND}")
        return Frame(**{field.name: content[field.name] for field in fields(Frame)})


def key() -> str:
    """Give the hash of all that the labels follow from."""
    corpus = (corpora_folder() / "ungdc.parquet").stat().st_size
    parts = json.dumps([rules_sha256(), _checksum(PRO_SANCTION), corpus])
    return hashlib.sha256(parts.encode()).hexdigest()


def rules_sha256() -> str:
    """Give the hash of the model in the package and of the rules that split speeches and sort statements."""
    rules = [Path(str(module.__file__)).read_bytes() for module in (abbreviations, boundaries, splitting, turns)]
    parts = json.dumps([_checksum(MODELS / "linear"), FAMILIES, APARTHEID.pattern]).encode()
    return hashlib.sha256(b"".join([parts, *rules])).hexdigest()


def checksum_of(name: str) -> str:
    """Give the checksum of a model of the package, by which what was measured of it is known to be of it."""
    return _checksum(MODELS / name)


def _checksum(model: Path) -> str:
    return str(json.loads((model / "config.json").read_text(encoding="utf-8"))["checksum"])


def _assemble(names: list[str], parts: list[dict[str, NDArray[Any]]]) -> Frame:
    for number, part in enumerate(parts):
        part["speech"] += number * BATCH
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Frame(speeches=np.array(names), **whole)


def main() -> int:
    """Label everything, and keep it."""
    if not PRO_SANCTION.is_dir():
        raise InvalidInputError(
            f"there is no model for pro-sanction statements in {PRO_SANCTION}; "
            "run: python -m experiments.debate.pro_sanction"
        )
    began = time.perf_counter()
    frame = build()
    print(f"{len(frame):,} statements in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = CACHE / ".frame.npz"
    np.savez(partial, key=key(), **{field.name: getattr(frame, field.name) for field in fields(Frame)})
    partial.rename(CACHE / "frame.npz")
    return 0


if __name__ == "__main__":
    sys.exit(main())
