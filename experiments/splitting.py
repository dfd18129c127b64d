"""Which rows are trained on and which are tested: no document on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.data import Annotated
from experiments.outcome import Rows, Split
from stancekit.errors import InvalidInputError
from stancekit.training.splits import grouped_folds

Config = Mapping[str, Any]
EVALUATED = ("ungdc", "diplomatic", "authored")
TRAINED = (
    "ungdc",
    "diplomatic",
    "diplomatic_selected",
    "suggested_1",
    "suggested_2",
    "suggested_3",
    "authored",
    "contrast",
)
N_FOLDS = 5
# Held out two at a time, a large source with a small one and none with its kin: half the fits of one at a time.
SOURCES_TOGETHER = (
    ("tehran_times", "xi_speeches"),
    ("khamenei_speeches", "ukraine_addresses"),
    ("kremlin_transcripts", "white_house_briefings"),
    ("us_state_dept", "china_tweets"),
)


def splits(config: Config, data: Annotated, seed: int) -> list[Split]:
    """Give the folds of `cross_validation` and `tfidf`, for models that are trained elsewhere."""
    return [Split(train=training_rows(part, config, data, seed), test=part) for part in folds(data, seed)]


def named_splits(data: Annotated) -> Iterator[tuple[str, Split]]:
    """Give the folds of the cross-validation, the whole (nothing held out), and each source of the news rows."""
    for number, split in enumerate(splits({}, data, 0)):
        yield f"fold-{number}", split
    everything = np.arange(len(data.statements))
    yield "all", Split(train=everything, test=everything[:0])
    for source, split in source_splits(data):
        yield f"source-{source}", split


def source_splits(data: Annotated) -> list[tuple[str, Split]]:
    """Give one split a source of the news rows: the source's rows, and all training rows of other sources."""
    rows, values = data.rows("diplomatic"), data.column("source")
    parts = {str(value): rows[values[rows] == value] for value in sorted(set(values[rows]))}
    config = {"column": "source"}
    return [(value, Split(train=training_rows(part, config, data, 0), test=part)) for value, part in parts.items()]


def together_splits(data: Annotated) -> Iterator[tuple[str, Split]]:
    """Give one split for each group of sources of the news rows that are held out together."""
    for sources in SOURCES_TOGETHER:
        part = data.rows("diplomatic")
        part = part[np.isin(data.column("source")[part], sources)]
        train = training_rows(part, {"column": "source"}, data, 0)
        yield f"together-{'-'.join(sources)}", Split(train=train, test=part)


def folds(data: Annotated, seed: int) -> list[Rows]:
    """Give the evaluated rows in five parts, no document in two of them."""
    rows = data.rows(*EVALUATED)
    groups = [data.statements.groups[row] for row in rows]
    numbers = grouped_folds(groups, data.statements.truth[rows], n_folds=N_FOLDS, seed=seed)
    return [rows[numbers == fold] for fold in range(N_FOLDS)]


def training_rows(part: Rows, config: Config, data: Annotated, seed: int) -> Rows:
    """Give the rows to train on: allowed, in no group of the test rows, with none of their values of the column."""
    allowed = data.rows(*config.get("train", TRAINED))
    groups = np.array(data.statements.groups)
    keep = ~np.isin(groups[allowed], np.unique(groups[part]))
    if "column" in config:
        values = data.column(config["column"])
        keep &= ~np.isin(values[allowed], np.unique(values[part]))
    allowed = allowed[keep]
    if "add" in config:
        allowed = np.concatenate([allowed, _added(config["add"], data, groups, part)])
    if (fraction := config.get("fraction", 1.0)) < 1:
        names = np.unique(groups[allowed])
        chosen = np.random.default_rng(seed).permutation(names)[: round(fraction * len(names))]
        allowed = allowed[np.isin(groups[allowed], chosen)]
    return allowed


def _added(add: Config, data: Annotated, groups: NDArray[np.str_], part: Rows) -> Rows:
    """Draw `n` of the statements of `dataset` that one strategy suggested, none from a document that is tested."""
    rows = data.rows(add["dataset"])
    strategies = np.array([stratum.rpartition("-")[2] for stratum in data.column("stratum")[rows]])
    rows = rows[(strategies == add["strategy"]) & ~np.isin(groups[rows], np.unique(groups[part]))]
    if len(rows) < add["n"]:
        raise InvalidInputError(f"only {len(rows)} statements of strategy {add['strategy']!r}, expected {add['n']}")
    return np.random.default_rng(add["draw"]).permutation(rows)[: add["n"]]
