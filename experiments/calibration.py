"""Measure how honest the scores are and write ``docs/calibration.md``: ``python -m experiments.calibration``.

With names of configurations (``configs.yaml``) it runs those, and others that stand in ``calibration.json`` stay as
they are while neither data nor configuration changes; without any it runs all that stand there.
``--check`` runs nothing and fails where page or figures were made from other results than
``experiments/calibration.json``, or those from other data or configurations than there are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Self, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from experiments.configs import config_sha256, read_configs
from experiments.corpora import ROOT
from experiments.data import WORLDS, Annotated, data_sha256, load_annotated
from experiments.encoder import kept_sha256
from experiments.outcome import Outcome
from experiments.protocols import run_config
from experiments.tables import WORLD_NAMES
from stancekit import InvalidInputError, conformal_coverage, reliability, risk_coverage
from stancekit.measure.reliability_results import ConformalCoverage, Reliability, RiskCoverage
from stancekit.report.figures import write_figure
from stancekit.report.reliability_figures import reliability_figure, risk_coverage_figure
from stancekit.text.markdown import markup_table

Row = Mapping[str, Any]

RESULTS = ROOT / "experiments" / "calibration.json"
PAGE = ROOT / "docs" / "calibration.md"
FIGURES = ("reliability", "risk-coverage", "f1-coverage")
FORMATS = (".svg", ".png")
PROMISED = 0.9  # one less the default of StanceClassifier's `abstention`
GOALS = {"un": 0.04, "news": 0.06}
SHOWN = (1.0, 0.9, 0.8, 0.5)
FEW = 10
MODELS = {"default": "linear"}  # of configurations that have other names

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Honesty:
    """What is measured of one model on one world."""

    reliability: Reliability
    risk: RiskCoverage
    coverage: ConformalCoverage

    def to_dict(self) -> dict[str, Any]:
        """Give numbers of five digits, ready for JSON."""
        return {field.name: _rounded(getattr(self, field.name).to_dict()) for field in fields(self)}

    @classmethod
    def from_dict(cls, content: Row) -> Self:
        """Build what `to_dict` gave."""
        return cls(**{name: _built(kind, content[name]) for name, kind in get_type_hints(cls).items()})


def measure(name: str, config: Row, data: Annotated, *, n_jobs: int) -> dict[str, Honesty]:
    """Run a configuration and measure it on each world that it tests."""
    print(f"running {name}", file=sys.stderr)
    seed = config.get("seed", 0)
    outcome = run_config(config, data, seed=seed, n_jobs=n_jobs)
    datasets = data.column("dataset")[outcome.rows]
    return {
        world: _measure_world(outcome, data, datasets == dataset)
        for world, dataset in WORLDS.items()
        if (datasets == dataset).any()
    }


def draw(measured: Mapping[str, Mapping[str, Honesty]]) -> list[Any]:
    """Draw the figures, in the order of `FIGURES`."""
    worlds = {
        title: {name: worlds[world] for name, worlds in _by_model(measured).items() if world in worlds}
        for world, title in WORLD_NAMES.items()
    }
    shown = {title: models for title, models in worlds.items() if models}
    curves = {title: {name: one.risk for name, one in models.items()} for title, models in shown.items()}
    return [
        reliability_figure({t: {name: one.reliability for name, one in by.items()} for t, by in shown.items()}),
        risk_coverage_figure(curves),
        risk_coverage_figure(curves, show="f1"),
    ]


def _by_model(found: Mapping[str, T]) -> dict[str, T]:
    """Call what was found of configurations by the names of the models that are made by them."""
    return {MODELS.get(name, name): one for name, one in found.items()}


def _measure_world(outcome: Outcome, data: Annotated, mine: NDArray[np.bool_]) -> Honesty:
    rows = outcome.rows[mine]
    truth, scores, decisions = data.statements.truth[rows], outcome.scores[mine], outcome.decisions[mine]
    groups = [data.statements.groups[row] for row in rows]
    labels = data.codebook.labels
    return Honesty(
        reliability=reliability(truth, scores, labels=labels, groups=groups),
        risk=risk_coverage(truth, scores, decisions, labels=labels, thresholds=outcome.thresholds[mine], groups=groups),
        coverage=conformal_coverage(
            truth,
            decisions,
            outcome.abstained[mine],
            labels=labels,
            promised=PROMISED,
            groups=groups,
            slices={"source": data.column("source")[rows].tolist()},
        ),
    )


def _rounded(content: Any) -> Any:  # noqa: ANN401 - any of JSON's types
    if isinstance(content, dict):
        return {name: _rounded(item) for name, item in content.items()}
    if isinstance(content, list):
        return [_rounded(item) for item in content]
    return round(content, 5) if isinstance(content, float) else content


def _built(kind: Any, content: Any) -> Any:  # noqa: ANN401 - any type of the records of `stancekit.measure`
    """Build a record of its type from JSON's types; None is NaN."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _built(hints[name], item) for name, item in content.items()})
    match get_origin(kind), get_args(kind):
        case (None, _):
            return float("nan") if content is None else content
        case (origin, (inner, _)) if origin is tuple:
            return tuple(_built(inner, item) for item in content)
        case (_, (_, inner)):
            return {name: _built(inner, item) for name, item in content.items()}


def calibration_page(results: Row) -> str:
    """Write the page."""
    names = " ".join(results["models"])
    models: Mapping[str, Row] = _by_model(results["models"])
    goals = ", ".join(f"{goal} ({WORLD_NAMES[world]})" for world, goal in GOALS.items())
    sections = [
        f"# Honest scores\n\nWritten by `python -m experiments.calibration {names}` from "
        "`experiments/calibration.json`; do not edit. Does a score of 0.8 come true in eight of ten cases, is the "
        "model right where it is sure, and does abstention keep its promise? Everything here is out of sample: "
        "five-fold cross-validation unless the configuration (`experiments/configs.yaml`) says otherwise, no speech or "
        "document on both sides, and calibration, thresholds and abstention found on what the other folds "
        "held out. The labels come from a language model that followed the codebook "
        "([data card](../data/README.md)). Most of the UN statements were drawn by keyword; in speeches as they are, "
        'stances are rarer and scores of rare labels too high ([results](results.md), "In running text"). Intervals '
        "are 95 %; those of errors and F1 come from a bootstrap of whole speeches or documents, those of shares are "
        "Wilson's, with the design effect of the groups.",
        f"## Calibration error\n\nThe goal for each label: at most {goals}. The error is that of `evaluate` (ten bins "
        "of equal mass), which chance alone keeps above zero: *noise* is what perfectly calibrated scores would show "
        "on so many statements, *less bias* the error with the bias of the estimator taken off and its interval "
        "(`stancekit.reliability` has the definitions and their sources).\n\n" + _error_table(models),
        "![Reliability diagrams](figures/reliability.svg)",
        "Each point is a tenth of the statements by rising score: what the model said on average, and the share that "
        "was annotated with the label. On the dashed line scores are perfectly calibrated; above it they are too low; "
        "the numbers are calibration errors.",
        "## Errors among the surest\n\nThe model answers for the statements whose score lies furthest from the "
        "threshold (`stancekit.risk_coverage`): the share of errors and F1, means over the three labels, when all, "
        "90 %, 80 % and half of the statements are answered; AURC is the area under the curve of errors (Geifman and "
        "El-Yaniv 2017). Where hardly any draw of documents moves a figure it stands without an interval: that it is 0 "
        "or 1 here is no certainty.\n\n" + _risk_table(models),
        "![Share of errors by coverage](figures/risk-coverage.svg)",
        "![F1 by coverage](figures/f1-coverage.svg)",
        f"## What abstention promises and keeps\n\nAbstention is set so that, of new statements like those trained on, "
        f"at least {PROMISED:.0%} of the positives of each label are not ruled out, and {PROMISED:.0%} of the "
        "negatives are not asserted (label-conditional split conformal prediction). The promise is for all sources "
        "together; no method can give it for a source that is unlike the others. Measured, in per cent; **bold** where "
        f"the whole interval lies below {PROMISED:.0%}, `–` with fewer than {FEW} such statements.",
        *(_coverage_section(name, model) for name, model in models.items()),
    ]
    return "\n\n".join(sections) + "\n"


def _error_table(models: Mapping[str, Row]) -> str:
    rows = []
    for world, title in WORLD_NAMES.items():
        for name, model in models.items():
            content = model["worlds"].get(world)
            for label, one in content["reliability"]["per_label"].items() if content else ():
                error, goal = f"{one['error']:.3f}", GOALS.get(world)
                met = "" if goal is None else "yes" if one["error"] <= goal else "**no**"
                counts = [f"{one['n']:,}", f"{one['n_positive']:,}"]
                rows.append(
                    [title, name, label, *counts, error, met, f"{one['noise']:.3f}", _estimate(one["debiased"])]
                )
    head = ["tested on", "model", "label", "statements", "positive", "calibration error", "goal met", "noise"]
    return markup_table([*head, "less bias"], rows, n_text=3)


def _risk_table(models: Mapping[str, Row]) -> str:
    rows = []
    for world, title in WORLD_NAMES.items():
        for name, model in models.items():
            if content := model["worlds"].get(world):
                risk = content["risk"]
                places = [risk["coverage"].index(level) for level in SHOWN]
                figures = [_estimate(risk["macro"][what][place]) for what in ("error", "f1") for place in places]
                rows.append([title, name, _estimate(risk["macro"]["aurc"]), *figures])
    levels = [f"{what} at {level:.0%}" for what in ("errors", "F1") for level in SHOWN]
    return markup_table(["tested on", "model", "AURC", *levels], rows, n_text=2)


def _coverage_section(name: str, model: Row) -> str:
    rows, labels = [], []
    for world, title in WORLD_NAMES.items():
        if content := model["worlds"].get(world):
            coverage = content["coverage"]
            labels = coverage["labels"]
            rows.append([f"**{title}**", *_coverage_cells(coverage["whole"])])
            sources = coverage["slices"]["source"]
            rows += [[source, *_coverage_cells(by)] for source, by in sources.items() if len(sources) > 1]
    head = [f"{what} of {label}" for label in labels for what in ("positives kept", "negatives kept", "abstained")]
    return f"### {name}\n\n" + markup_table(["source", "statements", *head], rows)


def _coverage_cells(by_label: Row) -> list[str]:
    first, *_ = by_label.values()
    cells = [f"{first['n_positive'] + first['n_negative']:,}"]
    for one in by_label.values():
        for answer in ("positive", "negative"):
            cells.append(_kept(one[f"{answer}s"]) if one[f"n_{answer}"] >= FEW else "–")
        cells.append(f"{100 * one['abstained']['value']:.0f}")
    return cells


def _kept(share: Row) -> str:
    value = f"{100 * share['value']:.0f} [{100 * share['low']:.0f}, {100 * share['high']:.0f}]"
    return f"**{value}**" if share["high"] < PROMISED else value


def _estimate(estimate: Row) -> str:
    if estimate["value"] is None:
        return "–"
    if estimate["low"] is None:
        return f"{estimate['value']:.3f}"
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}]"


def figure_paths(figure: str) -> list[Path]:
    """Give the files of a figure."""
    return [ROOT / "docs" / "figures" / f"{figure}{ending}" for ending in FORMATS]


def stamp(results: Row) -> str:
    """Give the hash that a figure carries, by which it is known to be of these results."""
    return "calibration " + hashlib.sha256(json.dumps(results, sort_keys=True).encode()).hexdigest()[:16]


def stale(results: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    found = ["experiments/calibration.json: the data changed"] if results["data_sha256"] != data_sha256() else []
    configs = read_configs()
    found += [
        f"experiments/calibration.json: the configuration {name} changed"
        for name, model in results["models"].items()
        if name not in configs or not _is_of(model, configs[name])
    ]
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != calibration_page(results):
        found.append("docs/calibration.md")
    paths = [path for figure in FIGURES for path in figure_paths(figure)]
    return found + [
        f"docs/figures/{path.name}"
        for path in paths
        if not path.exists() or stamp(results).encode() not in path.read_bytes()
    ]


def _is_of(model: Row, config: Row) -> bool:
    """Tell whether results are of a configuration as it is, and of the encoders that are kept."""
    return (model["config_sha256"], model.get("encoders_sha256")) == (config_sha256(config), kept_sha256(config))


def write(results: Row, drawn: Sequence[Any]) -> None:
    """Write the results, the page, and the figures that were drawn of them."""
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(calibration_page(results), encoding="utf-8")
    for name, figure in zip(FIGURES, drawn, strict=True):
        write_figure(figure, figure_paths(name), description=stamp(results))


def _unchanged(before: Row, configs: Mapping[str, Row], names: Sequence[str]) -> dict[str, dict[str, Honesty]]:
    """Give what was measured before of other configurations that are what they were."""
    return {
        name: {world: Honesty.from_dict(one) for world, one in model["worlds"].items()}
        for name, model in before["models"].items()
        if name not in names and name in configs and _is_of(model, configs[name])
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write page and figures, or check them."""
    parser = argparse.ArgumentParser(prog="python -m experiments.calibration", description=__doc__)
    parser.add_argument("names", nargs="*", help="configurations (those measured before, else default)")
    parser.add_argument("--jobs", type=int, default=1, help="folds fitted in parallel (1)")
    parser.add_argument("--check", action="store_true", help="run nothing; exit code 1 where something is stale")
    parser.add_argument("--page", action="store_true", help="write page and figures from the results there are")
    options = parser.parse_args(arguments)
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else None
    if options.check:
        out_of_date = ["experiments/calibration.json"] if before is None else stale(before)
        for item in out_of_date:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if out_of_date else 0
    if options.page:
        if before is None:
            parser.error(f"there are no results; run: {parser.prog}")
        write(before, draw(_unchanged(before, read_configs(), ())))
        return 0
    configs, digest = read_configs(), data_sha256()
    names = options.names or (["default"] if before is None else list(before["models"]))
    if unknown := sorted(set(names) - set(configs)):
        raise InvalidInputError(f"unknown configurations {unknown}; expected among {sorted(configs)}")
    data = load_annotated()
    kept = {} if before is None or before["data_sha256"] != digest else _unchanged(before, configs, names)
    run = {name: measure(name, configs[name], data, n_jobs=options.jobs) for name in names}
    measured = {name: one for name in configs if (one := (kept | run).get(name)) is not None}
    write(
        {
            "data_sha256": digest,
            "models": {
                name: {
                    "config_sha256": config_sha256(configs[name]),
                    "encoders_sha256": kept_sha256(configs[name]),
                    "worlds": {world: one.to_dict() for world, one in worlds.items()},
                }
                for name, worlds in measured.items()
            },
        },
        draw(measured),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
