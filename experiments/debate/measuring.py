"""Shares of stances in the debate, corrected by the annotated sample, and what years and states show.

``python -m experiments.debate.measuring``, after `experiments.debate.frame`, writes ``findings.json`` beside this file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.data import ANNOTATIONS, DATA, data_sha256
from experiments.debate.frame import Frame, read_frame, rules_sha256
from experiments.debate.labelling import LABELS
from experiments.debate.sample import PATH, PERIODS, Sample, read_sample, strata
from experiments.debate.sanctions import EVENTS, WINDOW, years_since
from stancekit.measure.prevalence import prevalence
from stancekit.measure.prevalence_results import Prevalence
from stancekit.references import read_references

RESULTS = Path(__file__).parent / "findings.json"
COMMAND = "python -m experiments.debate.measuring"
N_BOOTSTRAP = 2000
NEW_ORDER = 1974  # the Declaration on a New International Economic Order
APARTHEID_YEARS = (1960, 1993)

Floats = NDArray[np.float64]
Row = dict[str, Any]


def corrected(frame: Frame, sample: Sample) -> Prevalence:
    """Give the shares of all labels, whole and by period, by sanctioned states, and where apartheid is named."""
    gold = np.full((len(frame), len(LABELS)), np.nan)
    gold[sample.rows] = sample.truth
    groups = {"period": periods(frame), "state": states(frame), "apartheid": apartheid(frame)}
    return prevalence(
        frame.asserted,
        gold,
        labels=LABELS,
        design="stratified",
        strata=strata(frame),
        clusters=frame.speeches[frame.speech],
        groups=groups,
        differences={"period": "previous", "state": [("before sanctions", "under sanctions")]},
    )


def periods(frame: Frame) -> NDArray[np.str_]:
    """Give the period of each statement."""
    names = np.array(list(PERIODS))
    return names[np.searchsorted(list(PERIODS.values()), frame.year, side="right") - 1]


def states(frame: Frame) -> NDArray[np.str_]:
    """Tell of each statement whether a state spoke that was under sanctions, was to be, or neither."""
    names = np.array(["other", "before sanctions", "under sanctions"])
    return names[[_state(str(speech)) for speech in frame.speeches]][frame.speech]


def apartheid(frame: Frame) -> NDArray[np.str_]:
    """Tell of each statement whether it names South Africa, Rhodesia or apartheid in the years of apartheid."""
    first, last = APARTHEID_YEARS
    inside = frame.apartheid & (frame.year >= first) & (frame.year <= last)
    return np.where(inside, "named", "other")


def by_year(frame: Frame, rows: NDArray[np.bool_]) -> Row:
    """Count statements and the labels that the model gives, year by year."""
    years = frame.year[rows]
    counts = np.bincount(years)
    found = np.flatnonzero(counts)
    labelled = [np.bincount(years, frame.asserted[rows, column], len(counts)) for column in range(len(LABELS))]
    shares = {
        label: (values[found] / counts[found]).round(5).tolist() for label, values in zip(LABELS, labelled, strict=True)
    }
    return {"years": found.tolist(), "n": counts[found].tolist(), "shares": shares}


def around_sanctions(frame: Frame, label: str, seed: int = 0) -> Row:
    """Follow a label's share among sanctioned states and, in the same years, all others; means over the states.

    Intervals are of a bootstrap of the states: they say how much the mean hangs on which states these are, not how far
    the model errs.
    """
    column = LABELS.index(label)
    offsets = np.arange(-WINDOW, WINDOW + 1)
    own, others = (np.full((len(EVENTS), len(offsets)), np.nan) for _ in range(2))
    country, year, found = frame.country, frame.year, frame.asserted[:, column]
    sanctioned = np.isin(country, list(EVENTS))
    for row, (code, event) in enumerate(EVENTS.items()):
        for place, offset in enumerate(offsets):
            now = year == event.year + offset
            if (mine := now & (country == code)).any():
                own[row, place] = found[mine].mean()
                others[row, place] = found[now & ~sanctioned].mean()
    return {
        "label": label,
        "years": offsets.tolist(),
        "n_states": (~np.isnan(own)).sum(axis=0).tolist(),
        "sanctioned": _mean_with_interval(own, seed),
        "others": _mean_with_interval(others, seed),
        "rise": _rise(own - others, seed),
    }


def n_learned_from() -> int:
    """Count the statements of the sample that, annotated for another purpose, the models learned from too."""
    learned = {
        (one.document, one.sha1)
        for name in ANNOTATIONS
        for one in read_references(DATA / "annotations" / f"{name}.tsv")
    }
    return sum((one.document, one.sha1) in learned for one in read_references(PATH))


def measure() -> Row:
    """Measure everything."""
    frame = read_frame()
    sample = read_sample(frame)
    everything = np.ones(len(frame), dtype=bool)
    first, last = APARTHEID_YEARS
    named = frame.apartheid & (frame.year >= first) & (frame.year <= last)
    return {
        "rules_sha256": rules_sha256(),
        "data_sha256": data_sha256(),
        "n_speeches": len(frame.speeches),
        "n_statements": len(frame),
        "n_annotated": len(sample.rows),
        "n_learned_from": n_learned_from(),
        "prevalence": corrected(frame, sample).to_dict(),
        "years": by_year(frame, everything),
        "apartheid_years": by_year(frame, named),
        "around": {label: around_sanctions(frame, label) for label in ("anti-sanction", "self-reliance")},
    }


def _state(speech: str) -> int:
    since = years_since(speech.split("_", maxsplit=1)[0], int(speech[-4:]))
    return 0 if since is None else 1 + (since >= 0)


def _mean_with_interval(values: Floats, seed: int) -> list[list[float]]:
    """Give the mean over states and its interval, for each year."""
    draws = _draws(len(values), seed)
    means = np.array([np.nanmean(values[draw], axis=0) for draw in draws])
    low, high = np.nanquantile(means, [0.025, 0.975], axis=0)
    found: list[list[float]] = np.stack([np.nanmean(values, axis=0), low, high], axis=1).round(5).tolist()
    return found


def _rise(gap: Floats, seed: int) -> Mapping[str, float]:
    """Give by how much the gap to the others is larger in the years from the beginning on than before."""
    rises = np.nanmean(gap[:, WINDOW:], axis=1) - np.nanmean(gap[:, :WINDOW], axis=1)
    means = np.array([rises[draw].mean() for draw in _draws(len(rises), seed)])
    low, high = np.quantile(means, [0.025, 0.975])
    return {"value": round(float(rises.mean()), 5), "low": round(float(low), 5), "high": round(float(high), 5)}


def _draws(n: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).integers(0, n, (N_BOOTSTRAP, n))


def main() -> int:
    """Measure, and write what was found."""
    RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {RESULTS.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
