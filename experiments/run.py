"""Run experiments: one row of ``results.jsonl`` for each name in ``configs.yaml``.

``python -m experiments.run`` runs those whose configuration or data changed since their row was written;
``python -m experiments.run NAME …`` runs these in any case.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from experiments.configs import config_sha256, read_configs
from experiments.corpora import ROOT
from experiments.data import LATER, WORLDS, Annotated, data_sha256, load_annotated
from experiments.encoder import kept_sha256
from experiments.outcome import Outcome
from experiments.protocols import run_config
from stancekit import InvalidInputError, evaluate
from stancekit.measure.results import Evaluation, Figures, Summary
from stancekit.report.tables import TITLES

RESULTS = ROOT / "experiments" / "results.jsonl"

Row = dict[str, Any]


def read_results() -> dict[str, Row]:
    """Read the rows by name."""
    if not RESULTS.exists():
        return {}
    rows = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    return {row["name"]: row for row in rows}


def stale(configs: Mapping[str, Row], results: Mapping[str, Row]) -> list[str]:
    """Name the experiments whose row is missing, or made from another configuration, other data or other encoders."""
    return [
        name
        for name, config in configs.items()
        if name not in results
        or results[name]["config_sha256"] != config_sha256(config)
        or results[name]["data_sha256"] != data_sha256(*later(config))
        or results[name].get("encoders_sha256") != kept_sha256(config)
    ]


def later(config: Row) -> list[str]:
    """Name the datasets of `LATER` that an experiment trains on."""
    return [name for name in LATER if name in config.get("train", ())]


def run(name: str, config: Row, data: Annotated, *, seed: int, n_jobs: int) -> Row:
    """Run one experiment and give its row."""
    seed = config.get("seed", seed)
    outcome = run_config(config, data, seed=seed, n_jobs=n_jobs)
    return {
        "name": name,
        "config": config,
        "config_sha256": config_sha256(config),
        "data_sha256": data_sha256(*later(config)),
        **({} if (kept := kept_sha256(config)) is None else {"encoders_sha256": kept}),
        "seed": seed,
        "labels": list(data.codebook.labels),
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("stancekit", "numpy", "scikit-learn")},
        },
        "worlds": {world: evaluate_world(outcome, data, dataset, seed) for world, dataset in WORLDS.items()},
        "pairs": count_pairs(outcome, data),
    }


def evaluate_world(outcome: Outcome, data: Annotated, dataset: str, seed: int) -> Row | None:
    """Evaluate the tested rows of one dataset, by source or decade too; None where none was tested."""
    mine = data.column("dataset")[outcome.rows] == dataset
    if not mine.any():
        return None
    rows = outcome.rows[mine]
    slice_by = "decade" if dataset == "ungdc" else "source"
    evaluation: Evaluation = evaluate(
        data.statements.truth[rows],
        outcome.scores[mine],
        outcome.decisions[mine],
        labels=data.codebook.labels,
        groups=[data.statements.groups[row] for row in rows],
        slices={slice_by: data.column(slice_by)[rows].tolist()},
        abstained=outcome.abstained[mine],
        seed=seed,
    )
    return {
        **_summary(evaluation.whole, list(TITLES)),
        "slices": {value: _summary(summary, ["f1"]) for value, summary in evaluation.slices[slice_by].items()},
    }


def count_pairs(outcome: Outcome, data: Annotated) -> dict[str, list[int]]:
    """Count contrast pairs by phenomenon: those with every label right on both sides, and all.

    Pairs that differ only in labels that are not predicted are no test of the model, and are left out.
    """
    sides: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(outcome.rows):
        phenomenon = str(data.statements.columns["stratum"][row])
        if data.statements.columns["dataset"][row] == "authored" and phenomenon != "single":
            sides[phenomenon, data.statements.groups[row]].append(place)
    truth = data.statements.truth[outcome.rows] == 1
    right = (outcome.decisions == truth).all(axis=1)
    counts: dict[str, list[int]] = {}
    for (phenomenon, _), (one, other) in sorted(sides.items()):
        if (truth[one] != truth[other]).any():
            n_right, n_pairs = counts.get(phenomenon, [0, 0])
            counts[phenomenon] = [n_right + int(right[one] and right[other]), n_pairs + 1]
    return counts


def _summary(summary: Summary, figures: Sequence[str]) -> Row:
    return {
        "n_statements": summary.n_statements,
        "n_groups": summary.n_groups,
        "macro": _figures(summary.macro, figures),
        "per_label": {label: _figures(values, figures) for label, values in summary.per_label.items()},
    }


def _figures(values: Figures, names: Sequence[str]) -> Row:
    """Give counts, and each figure as value, low, high; None where it is undefined."""
    row: Row = {"n_positive": values.n_positive}
    for name in names:
        estimate = getattr(values, name)
        row[name] = [
            None if math.isnan(number) else round(number, 4) for number in (estimate.value, estimate.low, estimate.high)
        ]
    return row


def write_results(configs: Mapping[str, Row], results: Mapping[str, Row]) -> None:
    """Write the rows in the order of the configurations; rows without one are dropped."""
    lines = [json.dumps(results[name], ensure_ascii=False) + "\n" for name in configs if name in results]
    RESULTS.write_text("".join(lines), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiments that are named, or all that are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="experiments of configs.yaml; all stale ones without a name")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="folds fitted in parallel")
    options = parser.parse_args(arguments)
    configs, results = read_configs(), read_results()
    if unknown := sorted(set(options.names) - set(configs)):
        raise InvalidInputError(f"unknown experiments {unknown}; expected among {sorted(configs)}")
    for name in options.names or stale(configs, results):
        print(f"running {name}", file=sys.stderr)
        data = load_annotated(*later(configs[name]))
        results[name] = run(name, configs[name], data, seed=options.seed, n_jobs=options.jobs)
        write_results(configs, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
