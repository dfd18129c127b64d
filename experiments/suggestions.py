"""Draw the statements that are annotated next: ``python -m experiments.suggestions FOLDER``.

FOLDER gets ``references.tsv`` (who drew which statement, and why) and ``statements.tsv`` (number and text, for
the coders, who see nothing else). Statements are drawn apart for both worlds, and for those with a keyword and
those without, since a model that knows keywords alone is wrong on the second, and sure of it on the first. The
models of the package choose: the encoder, with the others as its committee.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.data import DATA, LATER, codebook
from experiments.rules import apply_rules
from experiments.unlabelled import Unlabelled, news_statements, un_statements
from stancekit import load
from stancekit.references import read_references
from stancekit.text.identity import fingerprint
from stancekit.training.suggest import suggest

COMMITTEE = ("linear", "network")
_MIXED = {"uncertain": 0.2, "disagree": 0.45, "rare": 0.35}  # a draw of the uncertain taught least (docs/results.md)
# Of each round: how many candidates of a world are drawn, and how many of them by their words: "any", "keyword",
# "nokeyword", or a label, for statements with a term of its target.
ROUNDS = {
    4: {
        "news": (24_000, {"any": 600, "keyword": 2300, "nokeyword": 2700}),
        "un": (12_000, {"any": 200, "keyword": 700, "nokeyword": 700}),
    },
    5: {"news": (200_000, {"self-reliance": 1100, "anti-sanction": 2500})},
}
SHARES = {"any": {"random": 1.0}, "keyword": _MIXED, "nokeyword": _MIXED}
SHARES_OF_LABELS = {"random": 0.5, "disagree": 0.5}
_MOST_OF_A_SOURCE = 1 / 3  # the pool is mostly one newspaper

Drawn = tuple[Unlabelled, str]


def draw(number: int) -> list[Drawn]:
    """Draw the statements of a round with the stratum of each, in random order."""
    book = codebook()
    model, *committee = (load(name) for name in ("encoder", *COMMITTEE))
    drawn: list[Drawn] = []
    for world, (n_candidates, quotas) in ROUNDS[number].items():
        pool = _candidates(world, n_candidates, number)
        has_term = apply_rules([one.text for one in pool], book, "terms") > 0
        parts = dict(zip(book.labels, has_term.T, strict=True))
        parts |= {"any": np.ones(len(pool), dtype=bool), "keyword": has_term.any(axis=1)}
        parts["nokeyword"] = ~parts["keyword"]
        free = np.ones(len(pool), dtype=bool)
        for part, quota in quotas.items():
            rows = np.flatnonzero(free & parts[part])
            chosen = suggest(
                [pool[row].text for row in rows],
                quota,
                model=model,
                committee=committee,
                shares=SHARES.get(part, SHARES_OF_LABELS),
                random_state=number,
            )
            free[rows[[one.row for one in chosen]]] = False
            drawn += [(pool[rows[one.row]], f"{part}-{one.strategy}") for one in chosen]
    return [drawn[place] for place in np.random.default_rng(number).permutation(len(drawn))]


def _candidates(world: str, n: int, seed: int) -> list[Unlabelled]:
    known = {one.sha1 for name in LATER for one in read_references(DATA / "annotations" / f"{name}.tsv")}
    if world == "un":
        return [one for one in un_statements(n, seed) if fingerprint(one.text) not in known]
    pool = [one for one in news_statements() if fingerprint(one.text) not in known]
    taken: dict[str, int] = {}
    chosen: list[Unlabelled] = []
    for place in np.random.default_rng(seed).permutation(len(pool)):
        one = pool[place]
        if len(chosen) < n and taken.get(one.source, 0) < n * _MOST_OF_A_SOURCE and len(one.text) <= 700:
            taken[one.source] = taken.get(one.source, 0) + 1
            chosen.append(one)
    return chosen


def write(drawn: Sequence[Drawn], folder: Path) -> None:
    """Write what was drawn, by reference and, apart from it, as numbered texts."""
    columns = ["number", "source", "document", "start", "end", "sha1", "n_words", "stratum"]
    lines, texts = ["\t".join(columns)], ["number\ttext"]
    for number, (one, stratum) in enumerate(drawn):
        offsets = ["" if offset is None else str(offset) for offset in (one.start, one.end)]
        words = one.text.split()
        cells = [str(number), one.source, one.document, *offsets, fingerprint(one.text), str(len(words)), stratum]
        lines.append("\t".join(cells))
        texts.append(f"{number}\t{' '.join(words)}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "references.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "statements.tsv").write_text("\n".join(texts) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--round", type=int, choices=list(ROUNDS), default=max(ROUNDS), help="which one (the last)")
    options = parser.parse_args(arguments)
    write(draw(options.round), options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
