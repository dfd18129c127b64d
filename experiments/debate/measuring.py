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
from scipy.special import stdtrit

from experiments.data import data_sha256
from experiments.debate import learned
from experiments.debate.frame import Frame, read_frame, rules_sha256
from experiments.debate.labelling import LABELS
from experiments.debate.sample import PERIODS, Sample, read_sample, strata, weights_of
from experiments.debate.sanctions import EVENTS, WINDOW, debates_since
from stancekit.measure.prevalence import Differences, prevalence
from stancekit.measure.prevalence_results import Prevalence

RESULTS = Path(__file__).parent / "findings.json"
COMMAND = "python -m experiments.debate.measuring"
N_BOOTSTRAP = 2000
# Debates since the first one under sanctions.
STRETCHES = {"-10 to -6": (-10, -6), "-5 to -1": (-5, -1), "0 to 10": (0, 10)}
NEW_ORDER = 1974  # the Declaration on a New International Economic Order
APARTHEID_YEARS = (1960, 1993)

Floats = NDArray[np.float64]
Row = dict[str, Any]


def corrected(frame: Frame, sample: Sample) -> Prevalence:
    """Give the shares of all labels, whole and by period, by sanctioned states, and where apartheid is named."""
    gold = np.full((len(frame), len(LABELS)), np.nan)
    gold[sample.rows] = sample.truth
    groups = {
        "period": periods(frame),
        "state": states(frame),
        "apartheid": apartheid(frame),
        "members": early_members(frame),
    }
    return _prevalence(frame, gold, groups, 0.95)


def sure_after_all(frame: Frame, sample: Sample) -> list[list[str]]:
    """Give the changes between periods, as label and later period, that stay clear of zero if all are looked at.

    Each interval is as wide as Bonferroni asks: together they hold with 95 %.
    """
    gold = np.full((len(frame), len(LABELS)), np.nan)
    gold[sample.rows] = sample.truth
    n_changes = (len(PERIODS) - 1) * len(LABELS)
    found = _prevalence(frame, gold, {"period": periods(frame)}, 1 - 0.05 / n_changes)
    return [
        [label, change.b]
        for change in found.differences
        for label, one in change.per_label.items()
        if one.corrected.low > 0 or one.corrected.high < 0
    ]


def _prevalence(frame: Frame, gold: Floats, groups: Mapping[str, NDArray[np.str_]], confidence: float) -> Prevalence:
    differences: Differences = {"period": "previous", "state": [("before sanctions", "under sanctions")]}
    return prevalence(
        frame.asserted,
        gold,
        labels=LABELS,
        design="stratified",
        strata=strata(frame),
        clusters=frame.speeches[frame.speech],
        groups=groups,
        differences={name: pairs for name, pairs in differences.items() if name in groups},
        confidence=confidence,
    )


def periods(frame: Frame) -> NDArray[np.str_]:
    """Give the period of each statement."""
    names = np.array(list(PERIODS))
    return names[np.searchsorted(list(PERIODS.values()), frame.year, side="right") - 1]


def states(frame: Frame) -> NDArray[np.str_]:
    """Tell of each statement whether one of the nine states spoke, and when, or another one."""
    names = np.array(["other states", "before sanctions", "under sanctions", "same states, other years"])
    return names[[_state(str(speech)) for speech in frame.speeches]][frame.speech]


def early_members(frame: Frame) -> NDArray[np.str_]:
    """Give the period of the statements of states that spoke in the first period, which others joined later."""
    early = np.unique(frame.country[frame.year < list(PERIODS.values())[1]])
    return np.where(np.isin(frame.country, early), periods(frame), "later members")


def reliability_by_period(frame: Frame, sample: Sample) -> dict[str, dict[str, Row]]:
    """Tell of each label and period on how many statements of the sample its share rests, and how right the model is.

    ``n_heavy`` counts the statements with the label that stand for most, and ``heavy`` is the share, of all
    statements of the period, that one of them stands for. ``precision`` is weighted by design, over ``n_asserted``
    statements.
    """
    drawn, weights = sample.rows, weights_of(frame, sample.rows)
    period, in_period = periods(frame)[drawn], periods(frame)
    found: dict[str, dict[str, Row]] = {}
    for name in PERIODS:
        here, n = period == name, int((in_period == name).sum())
        for column, label in enumerate(LABELS):
            yes, said = here & (sample.truth[:, column] == 1), here & frame.asserted[drawn, column]
            heaviest = float(weights[yes].max()) if yes.any() else 0.0
            right = float(weights[yes & said].sum())
            found.setdefault(label, {})[name] = {
                "n_positive": int(yes.sum()),
                "n_heavy": int((weights[yes] > 0.5 * heaviest).sum()),
                "heavy": round(heaviest / n, 6),
                "n_asserted": int(said.sum()),
                "precision": round(right / float(weights[said].sum()), 3) if said.any() else None,
            }
    return found


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
            now = year == event.first_debate + offset
            if (mine := now & (country == code)).any():
                own[row, place] = found[mine].mean()
                others[row, place] = found[now & ~sanctioned].mean()
    return {
        "label": label,
        "years": offsets.tolist(),
        "n_states": (~np.isnan(own)).sum(axis=0).tolist(),
        "sanctioned": _mean_with_interval(own, seed),
        "others": _mean_with_interval(others, seed),
        "rise": _rise(own - others),
        "rises": {
            event.name: round(float(rise), 5) for event, rise in zip(EVENTS.values(), _rises(own - others), strict=True)
        },
        "gaps": {
            name: round(float(np.nanmean((own - others)[:, WINDOW + first : WINDOW + last + 1])), 5)
            for name, (first, last) in STRETCHES.items()
        },
    }


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
        "n_learned_from": int((learned.annotated() | learned.softly_labelled()).sum()),
        "prevalence": corrected(frame, sample).to_dict(),
        "sure_after_all": sure_after_all(frame, sample),
        "by_period": reliability_by_period(frame, sample),
        "years": by_year(frame, everything),
        "apartheid_years": by_year(frame, named),
        "around": {label: around_sanctions(frame, label) for label in ("anti-sanction", "self-reliance")},
    }


def _state(speech: str) -> int:
    country, year = speech.split("_", maxsplit=1)[0], int(speech[-4:])
    since = debates_since(country, year)
    if since is None:
        return 3 if country in EVENTS else 0
    return 1 + (since >= 0)


def _mean_with_interval(values: Floats, seed: int) -> list[list[float]]:
    """Give the mean over states and its interval, for each year."""
    draws = _draws(len(values), seed)
    means = np.array([np.nanmean(values[draw], axis=0) for draw in draws])
    low, high = np.nanquantile(means, [0.025, 0.975], axis=0)
    found: list[list[float]] = np.stack([np.nanmean(values, axis=0), low, high], axis=1).round(5).tolist()
    return found


def _rise(gap: Floats) -> Mapping[str, float]:
    """Give by how much the gap to the others grows with the first debate, with Student's interval over states."""
    rises = _rises(gap)
    half = stdtrit(len(rises) - 1, 0.975) * rises.std(ddof=1) / np.sqrt(len(rises))
    ends = {"value": rises.mean(), "low": rises.mean() - half, "high": rises.mean() + half}
    return {name: round(float(end), 5) for name, end in ends.items()}


def _rises(gap: Floats) -> Floats:
    return np.asarray(np.nanmean(gap[:, WINDOW:], axis=1) - np.nanmean(gap[:, :WINDOW], axis=1))


def _draws(n: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).integers(0, n, (N_BOOTSTRAP, n))


def main() -> int:
    """Measure, and write what was found."""
    RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {RESULTS.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
