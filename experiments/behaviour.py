"""Run the behaviour tests and write ``docs/behaviour.md``: ``python -m experiments.behaviour``.

With names or directories of models it runs those, without any the default model; other models of the package that were
measured stay while neither they nor the cases change. ``--check`` runs nothing and fails
where the page was made from other results than ``experiments/behaviour.json``, or those from other cases or models
than are in the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.corpora import ROOT
from stancekit import check_behaviour, load
from stancekit.measure.behaviour_cases import PACKAGED
from stancekit.measure.behaviour_results import Failure, Miss
from stancekit.measure.results import Estimate
from stancekit.report.behaviour import failure_line, per_cent
from stancekit.text.markdown import markup_table

Result = Mapping[str, Any]

RESULTS = ROOT / "experiments" / "behaviour.json"
PAGE = ROOT / "docs" / "behaviour.md"
MODELS = ROOT / "stancekit" / "models"
N_FAILURES = 3
ORDER = ("linear", "network", "encoder")
KINDS = {
    "mft": (
        "Minimum functionality",
        "The labels of each statement are plain by the codebook; a check fails where the model asserts one that does "
        "not fit, or leaves one out that does.",
    ),
    "inv": (
        "Invariance",
        "The statement changes and its stance does not; a check fails where the decision for any label changes.",
    ),
    "dir": (
        "Direction",
        "The change turns a stance or adds one; a check fails where the label's score moves the other way, or where "
        "the decision in the end is not the one that fits.",
    ),
}


def measure(names: Sequence[str]) -> dict[str, Any]:
    """Run the cases in the package on models by name or directory."""
    models = {}
    for name in names:
        model = load(name)
        models[Path(name).name] = {
            "sha256": model_sha256(MODELS / name),
            **check_behaviour(model).to_dict(N_FAILURES),
        }
    kept = _kept(names)
    order = [*(name for name in ORDER if name in kept | models), *(name for name in models if name not in ORDER)]
    return {"cases_sha256": cases_sha256(), "models": {name: (kept | models)[name] for name in order}}


def _kept(names: Sequence[str]) -> dict[str, Any]:
    """Give what was measured before of other models of the package that are what they were, by the same cases."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"models": {}}
    if not before["models"] or before["cases_sha256"] != cases_sha256():
        return {}
    return {
        name: model
        for name, model in before["models"].items()
        if name not in names and model["sha256"] is not None and model["sha256"] == model_sha256(MODELS / name)
    }


def behaviour_page(results: Result) -> str:
    """Write the page."""
    models: Mapping[str, Result] = results["models"]
    first, *_ = models.values()
    percent = f"{first['confidence'] * 100:.4g} %"
    sections = [
        "# Behaviour tests\n\nWritten by `python -m experiments.behaviour` from `experiments/behaviour.json`; do not "
        "edit. The cases are in `data/behaviour.jsonl` ([data card](../data/README.md)); none of them was trained on. "
        "`stancekit evaluate --behaviour` runs them on any model with the codebook's labels, and `--failures 5` shows "
        "where it fails.",
        f"Minimum functionality, invariance and direction tests in the sense of Ribeiro et al. (2020, ACL). Given is "
        f"the share of checks that fail, in per cent, with its {percent} interval (Wilson's, with the design effect of "
        "the groups, since the checks made of one statement are not independent). Labels count as asserted by their "
        "threshold, abstained or not. *All* adds up capabilities in a mixture of our own making, so that it has no "
        "interval.",
        *(_kind_section(kind, models) for kind in KINDS),
        _swap_section(models),
        *(_names_section(name, model) for name, model in models.items()),
        *(_failures_section(name, model) for name, model in models.items()),
    ]
    return "\n\n".join(sections) + "\n"


def _kind_section(kind: str, models: Mapping[str, Result]) -> str:
    title, what = KINDS[kind]
    columns = [_of_kind(model, kind) for model in models.values()]
    rows = []
    for results in zip(*columns, strict=True):
        first = results[0]
        counts = [f"{first['n_checks']:,}", f"{first['n_groups']:,}"]
        rows.append([first["capability"], *counts, *(_share(result["rate"]) for result in results)])
    rows.append(
        [
            "**all**",
            f"{sum(r['n_checks'] for r in columns[0]):,}",
            "",
            *(f"{_pooled(results):.1f}" for results in columns),
        ]
    )
    return f"## {title}\n\n{what}\n\n" + markup_table(["capability", "checks", "groups", *models], rows)


def _swap_section(models: Mapping[str, Result]) -> str:
    rows = [
        [name, result["capability"], label, f"{shift['mean']:.3f}", f"{shift['largest']:.3f}", _share(shift["crossed"])]
        for name, model in models.items()
        for result in _of_kind(model, "inv")
        for label, shift in result["shifts"].items()
    ]
    head = ["model", "capability", "label", "mean shift", "largest shift", "threshold crossed, %"]
    return (
        "## How far scores move where nothing should move\n\nMean and largest absolute difference of the scores before "
        "and after, and the share of changed statements whose score crosses the label's threshold.\n\n"
        + markup_table(head, rows, n_text=3)
    )


def _names_section(name: str, model: Result) -> str:
    blocks = [
        f"## Names that move scores: {name}\n\nThe mean, over the statements into which every name was put, of the "
        "score with this name less the mean score over all names. With no effect of names these would be zero, up to "
        "chance."
    ]
    for result in _of_kind(model, "inv"):
        if result["by_name"]:
            rows = [
                [who, *(f"{gaps[label]:+z.3f}" for label in model["labels"])]
                for who, gaps in sorted(result["by_name"].items(), key=lambda item: -max(map(abs, item[1].values())))
            ]
            blocks.append(f"### {result['capability']}\n\n" + markup_table(["name", *model["labels"]], rows))
    return "\n\n".join(blocks)


def _failures_section(name: str, model: Result) -> str:
    blocks = [f"## Failures: {name}\n\nUp to {N_FAILURES} of each capability: the statement, the scores, what was due."]
    for result in model["capabilities"]:
        if result["failures"]:
            lines = [failure_line(_failure(failure)) for failure in result["failures"]]
            blocks.append(f"### {result['capability']} ({result['kind']})\n\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def _of_kind(model: Result, kind: str) -> list[Result]:
    return [result for result in model["capabilities"] if result["kind"] == kind]


def _pooled(results: Sequence[Result]) -> float:
    return 100 * float(sum(r["n_failures"] for r in results)) / float(sum(r["n_checks"] for r in results))


def _share(share: Mapping[str, float]) -> str:
    return per_cent(Estimate(**share))


def _failure(content: Mapping[str, Any]) -> Failure:
    return Failure(**(dict(content) | {"misses": tuple(Miss(**miss) for miss in content["misses"])}))


def cases_sha256() -> str:
    """Give the hash of the cases in the package."""
    return hashlib.sha256(PACKAGED.read_bytes()).hexdigest()


def model_sha256(folder: Path) -> str | None:
    """Give the hash of what predicts in a model directory of the package; None for other models."""
    if MODELS not in folder.parents or not folder.is_dir():
        return None
    files = sorted(path for path in folder.iterdir() if path.name != "README.md")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def stale(results: Result) -> list[str]:
    """Name what has changed since the results were measured."""
    changed = ["the cases"] if results["cases_sha256"] != cases_sha256() else []
    for name, model in results["models"].items():
        if model["sha256"] is not None and model["sha256"] != model_sha256(MODELS / name):
            changed.append(f"the model {name}")
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and write the page, or check it."""
    parser = argparse.ArgumentParser(prog="python -m experiments.behaviour", description=__doc__)
    parser.add_argument("models", nargs="*", default=["linear"], help="names or directories (linear)")
    parser.add_argument("--check", action="store_true", help="run nothing; exit code 1 where something is stale")
    options = parser.parse_args(arguments)
    if not options.check:
        results = measure(options.models)
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(behaviour_page(results), encoding="utf-8")
        return 0
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    out_of_date = [f"experiments/behaviour.json: {what} changed" for what in stale(results)]
    if PAGE.read_text(encoding="utf-8") != behaviour_page(results):
        out_of_date.append("docs/behaviour.md")
    for item in out_of_date:
        print(f"stale: {item}", file=sys.stderr)
    return 1 if out_of_date else 0


if __name__ == "__main__":
    sys.exit(main())
