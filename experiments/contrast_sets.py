"""Models on contrast sets that none of them learned from: ``python -m experiments.contrast_sets``.

Writes ``docs/contrast-sets.md``. The sets are those of ``data/held_out_contrast_sets.jsonl``. ``--check`` runs nothing
and fails where the page is not that of the results, or these are of other sets or models than there are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.behaviour import MODELS, ORDER, model_sha256
from experiments.corpora import ROOT
from experiments.data import DATA, UNLEARNED, codebook
from stancekit import LabelledStatements, StanceModel, evaluate, load, read_labelled
from stancekit.measure.results import Estimate
from stancekit.measure.shares import share
from stancekit.text.markdown import markup_table

RESULTS = ROOT / "experiments" / "contrast_sets.json"
PAGE = ROOT / "docs" / "contrast-sets.md"
COMMAND = "python -m experiments.contrast_sets"
CONFIDENCE = 0.95

Row = dict[str, Any]
Flags = NDArray[np.bool_]


def read_sets() -> LabelledStatements:
    """Read the statements, a set a group, with what changes in it."""
    return read_labelled(DATA / UNLEARNED, codebook(), group="group", keep=["phenomenon"])


def measure(model: StanceModel, data: LabelledStatements) -> Row:
    """Count the sets in which every label of every member is right, by what changes, and give macro-F1."""
    scores = model.predict_proba(data.texts)
    decisions = model.calibration.decide(scores)
    f1 = evaluate(data.truth, scores, decisions, labels=model.labels, groups=data.groups).macro.f1
    _, first, sets = np.unique(data.groups, return_index=True, return_inverse=True)
    sizes = np.bincount(sets)
    told = _differ(data.truth, sets)
    right = np.bincount(sets, (decisions == (data.truth == 1)).all(axis=1)) == sizes
    phenomena = np.array([str(data.columns["phenomenon"][row]) for row in first])
    names = [*sorted(set(phenomena.tolist())), "all"]
    inside = {name: told & ((phenomena == name) | (name == "all")) for name in names}
    return {
        "macro_f1": _estimate(f1),
        "sets": {name: {"n": int(mine.sum()), "right": _share(right[mine])} for name, mine in inside.items()},
    }


def _differ(truth: NDArray[np.float64], sets: NDArray[np.intp]) -> Flags:
    """Tell which sets have members that differ in labels that are predicted; the others are no test of a model."""
    n_sets = int(sets.max()) + 1
    high, low = np.zeros((n_sets, truth.shape[1])), np.ones((n_sets, truth.shape[1]))
    np.maximum.at(high, sets, truth)
    np.minimum.at(low, sets, truth)
    found: Flags = (high != low).any(axis=1)
    return found


def _share(right: Flags) -> Row:
    return _estimate(share(right, np.arange(len(right)), CONFIDENCE))


def _estimate(one: Estimate) -> Row:
    return {"value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4)}


def page(results: Row) -> str:
    """Write the page."""
    models: Mapping[str, Row] = results["models"]
    first = next(iter(models.values()))
    body = [
        [f"**{name}**" if name == "all" else name, f"{first['sets'][name]['n']}"]
        + [_in_percent(model["sets"][name]["right"]) for model in models.values()]
        for name in first["sets"]
    ]
    scores = [
        [name, "{value:.3f} [{low:.3f}, {high:.3f}]".format(**model["macro_f1"])] for name, model in models.items()
    ]
    sections = [
        f"# Contrast sets\n\nWritten by `{COMMAND}` from `experiments/contrast_sets.json`; do not edit. The members "
        "of a contrast set share most of their words, and small edits change their labels (Gardner et al. 2020, "
        '"Evaluating Models\' Local Decision Boundaries via Contrast Sets"). None of the models in the package has '
        f"learned from these {results['n_statements']:,} statements of `data/{UNLEARNED}`, which we wrote "
        "ourselves ([data card](../data/README.md)): they show how far a model follows the meaning, and how far "
        "the words used. The encoder alone has learned from other sets of the same authors, four times as many; "
        "`linear` and `network` have learned from sets of other authors, as the encoder has too.",
        "## Whole sets\n\nShare of the sets in which every label of every member is right at the threshold, in per "
        "cent, with Wilson's 95 % interval. Sets whose members differ only in labels that are not predicted are left "
        "out. Most have three members, so that guessing well is not enough.\n\n"
        + markup_table(["what changes", "sets", *models], body, n_text=1),
        "## Statement by statement\n\nMacro-F1 of the three labels, with 95 % bootstrap intervals of whole sets.\n\n"
        + markup_table(["model", "macro-F1"], scores, n_text=1),
    ]
    return "\n\n".join(sections) + "\n"


def _in_percent(found: Row) -> str:
    return "{:.0f} [{:.0f}, {:.0f}]".format(*(100 * found[end] for end in ("value", "low", "high")))


def sets_sha256() -> str:
    """Give the hash of the sets."""
    return hashlib.sha256((DATA / UNLEARNED).read_bytes()).hexdigest()


def stale(results: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    changed = ["the sets"] if results["sets_sha256"] != sets_sha256() else []
    changed += [f"the model {name}" for name, one in results["models"].items() if one["sha256"] != _sha256(name)]
    found = [f"{RESULTS.name}: {what} changed" for what in changed]
    return found + ([] if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(results) else [PAGE.name])


def _sha256(name: str) -> str | None:
    return model_sha256(MODELS / name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page, or check it."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="run nothing; exit code 1 where something is stale")
    if parser.parse_args(arguments).check:
        found = stale(json.loads(RESULTS.read_text(encoding="utf-8")))
        for item in found:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if found else 0
    data = read_sets()
    models = {name: {"sha256": _sha256(name), **measure(load(name), data)} for name in ORDER}
    results = {"sets_sha256": sets_sha256(), "n_statements": len(data), "models": models}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
