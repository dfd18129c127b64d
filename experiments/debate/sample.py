"""The annotated random sample of the debate: ``python -m experiments.debate.sample FOLDER`` draws it.

Statements are drawn at random within strata: periods (and, apart from them, the years around the beginning of
sanctions), each by the family of words that stands in a statement. FOLDER gets ``references.tsv`` and, for the
coders, who see nothing else, ``statements.tsv``. What they settled on is ``data/annotations/debate_sample.tsv``;
nothing is trained on it.

Reserved speeches stay out. They are known by a hash of their names, so the others are as good as a random four fifths.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import un_speeches
from experiments.data import DATA, codebook
from experiments.debate.frame import Frame, read_frame
from experiments.debate.labelling import FAMILIES, LABELS
from experiments.debate.sanctions import years_since
from experiments.unlabelled import is_reserved_speech
from stancekit import InvalidInputError
from stancekit.measure.drawing import draw_sample
from stancekit.text.identity import fingerprint

PATH = DATA / "annotations" / "debate_sample.tsv"
PERIODS = {"1946-1959": 1946, "1960-1973": 1960, "1974-1989": 1974, "1990-2004": 1990, "2005-2024": 2005}
WINDOWS = ("before", "after")
# Statements to draw from each stratum in each round, in periods and in the years around sanctions; all of it where
# there are fewer. The second round was drawn when the first one's intervals proved too wide for rare labels: most
# statements have none of the words, and that hardly any of them takes a stance has to be seen too.
ROUNDS = (
    (
        {"sanctions": 70, "self-reliance": 60, "cooperation": 80, "other": 120},
        {"sanctions": 60, "self-reliance": 30, "cooperation": 30, "other": 60},
    ),
    (
        {"sanctions": 30, "self-reliance": 10, "cooperation": 100, "other": 300},
        {"sanctions": 60, "self-reliance": 20, "cooperation": 70, "other": 140},
    ),
)
SEED = 5
_COLUMNS = ("number", "source", "document", "start", "end", "sha1", "n_words", "stratum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The annotated sample, by rows of the frame.

    Attributes
    ----------
    rows : ndarray of int, of shape (n_annotated,)
        Rows of the frame.
    strata : ndarray of str, of shape (n_annotated,)
        The stratum that each was drawn from.
    truth : ndarray of shape (n_annotated, 4)
        Whether it takes each of `LABELS`, 1 or 0.
    """

    rows: NDArray[np.intp]
    strata: NDArray[np.str_]
    truth: NDArray[np.float64]


def strata(frame: Frame) -> NDArray[np.str_]:
    """Give each statement's stratum, such as ``"1974-1989/sanctions"`` or ``"before/other"``."""
    zones = np.array([_zone(name) for name in frame.speeches])
    families = np.array(list(FAMILIES))
    return np.char.add(np.char.add(zones[frame.speech], "/"), families[frame.family])


def weights_of(frame: Frame, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Give the statements of the corpus that each of some drawn rows stands for, by its stratum."""
    _, codes, sizes = np.unique(strata(frame), return_inverse=True, return_counts=True)
    mine = codes[rows]
    return np.asarray((sizes / np.maximum(np.bincount(mine, minlength=len(sizes)), 1))[mine])


def draw(frame: Frame, number: int) -> NDArray[np.intp]:
    """Draw the rows of a round, from 0, in random order; those of earlier rounds are not drawn again."""
    seed = SEED + number
    free = ~np.array([is_reserved_speech(name) for name in frame.speeches])[frame.speech]
    for earlier in range(number):
        free[draw(frame, earlier)] = False
    rows = np.flatnonzero(free)
    mine = strata(frame)[rows]
    names, available = np.unique(mine, return_counts=True)
    sizes = {str(name): min(_quota(name, number), int(n)) for name, n in zip(names, available, strict=True)}
    drawn = draw_sample(len(rows), sum(sizes.values()), strata=mine, sizes=sizes, seed=seed)
    return np.asarray(np.random.default_rng(seed).permutation(rows[drawn.rows]))


def write(frame: Frame, rows: NDArray[np.intp], folder: Path) -> None:
    """Write what was drawn, by reference and, apart from it, as numbered texts."""
    speeches, mine = un_speeches(), strata(frame)
    lines, texts = ["\t".join(_COLUMNS)], ["number\ttext"]
    for number, row in enumerate(rows):
        name, start, end = str(frame.speeches[frame.speech[row]]), int(frame.start[row]), int(frame.end[row])
        text = speeches[name][start:end]
        words = text.split()
        cells = [number, "ungdc", name, start, end, fingerprint(text), len(words), mine[row]]
        lines.append("\t".join(map(str, cells)))
        texts.append(f"{number}\t{' '.join(words)}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "references.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "statements.tsv").write_text("\n".join(texts) + "\n", encoding="utf-8")


def read_sample(frame: Frame) -> Sample:
    """Find the annotated statements in the frame.

    Raises
    ------
    InvalidInputError
        Where one does not stand there: the rules by which speeches are split are others than when it was drawn.
    """
    with PATH.open(encoding="utf-8", newline="") as file:
        annotated = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    numbers = {str(name): number for number, name in enumerate(frame.speeches)}
    offsets = zip(frame.speech.tolist(), frame.start.tolist(), frame.end.tolist(), strict=True)
    places = {offset: row for row, offset in enumerate(offsets)}
    book = codebook()
    rows, truth = [], []
    for number, one in enumerate(annotated):
        place = places.get((numbers.get(one["document"], -1), int(one["start"]), int(one["end"])))
        if place is None:
            raise InvalidInputError(
                f"row {number} of {PATH.name} is no statement of {one['document']} as it is split now"
            )
        rows.append(place)
        found = book.resolve(one["codes"].strip("-"))
        truth.append([float(label in found) for label in LABELS])
    return Sample(rows=np.array(rows), strata=np.array([one["stratum"] for one in annotated]), truth=np.array(truth))


def _quota(stratum: str, number: int) -> int:
    zone, _, family = stratum.partition("/")
    return ROUNDS[number][zone in WINDOWS][family]


def _zone(speech: str) -> str:
    year = int(speech[-4:])
    since = years_since(speech.split("_", maxsplit=1)[0], year)
    if since is not None:
        return WINDOWS[since >= 0]
    return max((first, name) for name, first in PERIODS.items() if first <= year)[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--round", type=int, default=0, choices=range(len(ROUNDS)), help="which round to draw (0)")
    options = parser.parse_args(arguments)
    frame = read_frame()
    write(frame, draw(frame, options.round), options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
