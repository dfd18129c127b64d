"""How long it takes to take an article apart: ``python -m experiments.articles.speed``.

Every document of ``data/articles.jsonl`` is analysed by the default model on one thread, all in turns, and so are its
parts: statements and speakers found, statements labelled. With ``--spacy-model NAME`` textacy's search for direct
speech, which needs that model's parser, takes its turn too. Processor time, so that other work counts less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from experiments.articles.gold import Document, gold_sha256, read_documents
from experiments.articles.quotations import Finder, textacy_finder
from stancekit import StanceModel, analyze, load
from stancekit.text.article import split_statements

RESULTS = Path(__file__).parent / "speed.json"
N_ROUNDS = 20

Row = dict[str, Any]
Work = Callable[[], object]


def works(document: Document, model: StanceModel, textacy: Finder | None) -> dict[str, Work]:
    """Give what is timed on a document, by name."""
    texts = [statement.text for statement in split_statements(document.text)]
    found: dict[str, Work] = {
        "analyze": lambda: analyze(document.text, model),
        "statements and speakers": lambda: split_statements(document.text),
        "labels": lambda: model.predict(texts),
    }
    return found if textacy is None else {**found, "textacy": lambda: textacy(document.text)}


def measure(documents: Sequence[Document], model: StanceModel, textacy: Finder | None) -> list[Row]:
    """Time each document; milliseconds for 1,000 words, the median and the least of the rounds."""
    all_works = [works(document, model, textacy) for document in documents]
    times: list[dict[str, list[float]]] = [{name: [] for name in one} for one in all_works]
    for number in tqdm(range(N_ROUNDS + 1), disable=None, desc="rounds"):
        for one, kept in zip(all_works, times, strict=True):
            for name, work in one.items():
                start = time.process_time()
                work()
                if number:  # the first round warms up
                    kept[name].append(time.process_time() - start)
    return [_row(document, kept) for document, kept in zip(documents, times, strict=True)]


def _row(document: Document, times: dict[str, list[float]]) -> Row:
    n_words = len(document.text.split())
    scale = 1e6 / n_words  # milliseconds for 1,000 words
    return {
        "document": document.name,
        "n_words": n_words,
        "n_quotes": len(document.quotes),
        "ms": {name: round(statistics.median(values) * scale, 2) for name, values in times.items()},
        "least_ms": {name: round(min(values) * scale, 2) for name, values in times.items()},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and keep it in ``speed.json``."""
    parser = argparse.ArgumentParser(prog="python -m experiments.articles.speed", description=__doc__)
    parser.add_argument("--spacy-model", help="time textacy on this spaCy model too; both must be installed")
    name = parser.parse_args(arguments).spacy_model
    rows = measure(read_documents(), load(), textacy_finder(name) if name else None)
    result = {
        "gold_sha256": gold_sha256(),
        "n_rounds": N_ROUNDS,
        "python": sys.version.split()[0],
        "versions": {package: version(package) for package in (["textacy", "spacy"] if name else [])},
        "documents": rows,
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
