"""The card of a model: what it is, how it was made, how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.model import StanceModel


def model_card(model: StanceModel) -> str:
    """Write a model's card as Markdown, with the front matter that model hubs read.

    Parameters
    ----------
    model : StanceModel
        The model; what its `provenance` holds is shown, what it lacks is left out.

    Returns
    -------
    str
    """
    sections = [
        _head(model),
        _labels(model),
        _figures(model.provenance.get("evaluation")),
        _making(model.provenance),
        _LIMITS,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(model: StanceModel) -> str:
    task = "exactly one label" if model.codebook.exclusive else "every label that fits, or none"
    network = ["a network with one hidden layer"] if "network" in model.scorers else []
    heads = " and ".join([*(["linear heads"] if set(model.scorers) != {"network"} else []), *network])
    return (
        "---\nlibrary_name: stancekit\npipeline_tag: text-classification\nlanguage: en\n"
        "tags: [stance-detection, political-science]\n---\n"
        f"# {model.codebook.name}\n\n"
        f"A stancekit model that gives each statement {task}. Features: {', '.join(model.scorers)}; "
        f"{heads}, calibrated scores. Loading it executes no code.\n\n"
        '```python\nimport stancekit\n\nmodel = stancekit.load("path/to/this/folder")\n'
        'model.predict("They must be lifted.")\n```'
    )


def _labels(model: StanceModel) -> str:
    by_label = {stance.label: _cell(stance.definition) or "–" for stance in model.codebook.stances}
    calibration = model.calibration
    if calibration.exclusive:
        rows = ["| label | definition | ruled out below |", "|---|---|---|"]
        rows += [
            f"| {label} | {by_label[label]} | {low:.2f} |"
            for label, low in zip(model.labels, calibration.low, strict=True)
        ]
        note = "The label with the highest score wins; where more than one is not ruled out, the model abstains."
    else:
        rows = ["| label | definition | no below | threshold | yes from |", "|---|---|---|---|---|"]
        rows += [
            f"| {label} | {by_label[label]} | {low:.2f} | {threshold:.2f} | {high:.2f} |"
            for label, low, threshold, high in zip(
                model.labels, calibration.low, calibration.threshold, calibration.high, strict=True
            )
        ]
        note = "Between `no below` and `yes from` the model abstains. The threshold is where F1 is highest."
    return "\n".join(["## Labels", "", *rows, "", note])


def _figures(evaluation: Mapping[str, Any] | None) -> str:
    return "" if not evaluation else f"## Out-of-fold figures\n\n{evaluation['markdown']}"


def _making(provenance: Mapping[str, Any]) -> str:
    shown = {key: value for key, value in provenance.items() if key != "evaluation"}
    if not shown:
        return ""
    rows = ["## How it was made", "", "| | |", "|---|---|"]
    rows += [f"| {key.replace('_', ' ')} | {_cell(value)} |" for key, value in shown.items()]
    return "\n".join(rows)


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return str(value).replace("|", "\\|").replace("\n", " ")


_LIMITS = """## Limits

A score is the share of statements with such a margin that took the label among those the model was
calibrated on. On other sources, languages, years or topics it is a guess: measure it on your own labelled
sample first (`stancekit evaluate`). Labels describe statements, not persons; do not use them to profile or
to act against anybody."""
