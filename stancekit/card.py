"""The card of a model: what it is, how it was made, how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.calibration import Calibration, Floats
from stancekit.model import StanceModel
from stancekit.text.markdown import plain, table


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
        f"# {plain(model.codebook.name)}\n\n"
        f"A stancekit model that gives each statement {task}. Features: {', '.join(model.scorers)}; "
        f"{heads}, calibrated scores. Loading it executes no code.\n\n"
        '```python\nimport stancekit\n\nmodel = stancekit.load("path/to/this/folder")\n'
        'model.predict("They must be lifted.")\n```'
    )


def _labels(model: StanceModel) -> str:
    calibration = model.calibration
    if not calibration.exclusive:
        columns = {"no below": calibration.low, "threshold": calibration.threshold, "yes from": calibration.high}
        note = "Between `no below` and `yes from` the model abstains. The threshold is where F1 is highest."
    else:
        columns, note = exclusive_columns(calibration), exclusive_rule(calibration)
    definitions = {stance.label: stance.definition.strip() or "–" for stance in model.codebook.stances}
    rows = [
        [label, definitions[label], *(f"{values[place]:.2f}" for values in columns.values())]
        for place, label in enumerate(model.labels)
    ]
    return f"## Labels\n\n{table(['label', 'definition', *columns], rows, n_text=2)}\n\n{note}"


def exclusive_columns(calibration: Calibration) -> dict[str, Floats]:
    """Give what stands beside labels that exclude one another, by its title: what their scores are held against."""
    columns = {"level": calibration.level} if calibration.has_levels else {}
    return columns | ({"ruled out below": calibration.low} if (calibration.low < 1).any() else {})


def exclusive_rule(calibration: Calibration) -> str:
    """Say which of the labels that exclude one another is asserted."""
    highest = "The label whose score is the largest multiple of its level" if calibration.has_levels else _HIGHEST
    if (calibration.low < 1).any():
        return f"{highest} wins if it alone is not ruled out; else the model abstains."
    return f"{highest} wins; the model never abstains."


def _figures(evaluation: Mapping[str, Any] | None) -> str:
    return "" if not evaluation else f"## Out-of-fold figures\n\n{evaluation['markdown']}"


def _making(provenance: Mapping[str, Any]) -> str:
    shown = {key: value for key, value in provenance.items() if key != "evaluation"}
    if not shown:
        return ""
    rows = [[key.replace("_", " "), _shown(value)] for key, value in shown.items()]
    return f"## How it was made\n\n{table(['', ''], rows, n_text=2)}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return str(value)


_HIGHEST = "The label with the highest score"

_LIMITS = """## Limits

A score is the share of statements with such a margin that took the label among those the model was
calibrated on. On other sources, languages, years or topics it is a guess: measure it on your own labelled
sample first (`stancekit evaluate`). Labels describe statements, not persons; do not use them to profile or
to act against anybody."""
