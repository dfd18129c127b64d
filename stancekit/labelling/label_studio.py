"""Label Studio's JSON of tasks with choices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, naming
from stancekit.labelling.fields import check_fields, other_values
from stancekit.labelling.labellings import Labellings
from stancekit.labelling.matching import Matcher
from stancekit.labelling.pool import StatementPool
from stancekit.tables.writing import replacing

CONTROL, TEXT, CODER = "stance", "text", "stancekit_coder"


def write_label_studio(labellings: Labellings, names: Sequence[str], path: Path) -> list[str]:
    """Write tasks, with an annotation for each coder who decided; "cannot say" is one that was skipped."""
    pool = labellings.pool
    check_fields(pool, (pool.names.get("id", "id"), TEXT), path)
    tasks = [_task(labellings, name) for name in names]
    with replacing(path) as file:
        file.write(json.dumps(tasks, ensure_ascii=False, indent=1).encode("utf-8") + b"\n")
    return _account_notes(labellings)


def read_label_studio(path: Path, pool: StatementPool, codebook: Codebook) -> Labellings:
    """Read tasks; predictions and results that are no choices are passed over."""
    tasks = _read_json(path)
    matcher = Matcher(pool, str(path))
    coders: dict[str, dict[str, tuple[str, ...] | None]] = {}
    with naming(path):
        for number, task in enumerate(tasks):
            data = _record(task.get("data") or {}, "data", number)
            name = matcher.find(data.get(matcher.id_column), data.get(TEXT), number)
            for annotation in _records(task, "annotations" if task.get("annotations") else "completions", number):
                coder = _coder(annotation)
                if name in coders.setdefault(coder, {}):
                    raise InvalidInputError(f"task {number} has two annotations by {coder!r}; leave one of them out")
                coders[coder][name] = _choices(annotation, codebook, number)
    return Labellings(pool=pool, codebook=codebook, coders=coders)


def _account_notes(labellings: Labellings) -> list[str]:
    """Say what Label Studio makes of the coders' names."""
    strangers = [coder for coder in labellings.coders if "@" not in coder]
    known = [coder for coder in labellings.coders if "@" in coder]
    notes = []
    if known:
        notes.append(f"Label Studio refuses this file unless it has accounts with the addresses {', '.join(known)}")
    if strangers:
        apart = "; bring each coder's file into a project of its own" if len(strangers) > 1 else ""
        notes.append(
            f"{', '.join(strangers)}: no address of an account, so Label Studio will take these annotations for those "
            f"of whoever brings them in{apart}"
        )
    return notes


def _task(labellings: Labellings, name: str) -> dict[str, Any]:
    pool = labellings.pool
    row = pool.rows[name]
    data = other_values(pool, row) | {pool.names.get("id", "id"): name, TEXT: pool.texts[row]}
    given = {coder: choices[name] for coder, choices in labellings.coders.items() if name in choices}
    return {"data": data, "annotations": [_annotation(coder, labels) for coder, labels in given.items()]}


def _annotation(coder: str, labels: tuple[str, ...] | None) -> dict[str, Any]:
    value = {"from_name": CONTROL, "to_name": TEXT, "type": "choices", "value": {"choices": list(labels or ())}}
    account = {"completed_by": {"email": coder}} if "@" in coder else {}
    return {CODER: coder, **account, "was_cancelled": labels is None, "result": [value] if labels else []}


def _coder(annotation: Mapping[str, Any]) -> str:
    account = annotation.get("completed_by")
    if isinstance(account, Mapping):
        account = account.get("email") or account.get("id")
    return str(annotation.get(CODER) or ("unknown" if account is None else account))


def _choices(annotation: Mapping[str, Any], codebook: Codebook, number: int) -> tuple[str, ...] | None:
    if annotation.get("was_cancelled"):
        return None
    chosen = [
        label
        for result in _records(annotation, "result", number)
        if result.get("type") == "choices"
        for label in _chosen(_record(result.get("value") or {}, "value", number), number)
    ]
    return codebook.ordered(codebook.resolve(chosen, row=number, field="choices"))


def _chosen(value: Mapping[str, Any], number: int) -> list[str]:
    labels = value.get("choices") or []
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise _unexpected(labels, "choices", "a list of labels", number)
    return labels


def _records(owner: Mapping[str, Any], field: str, number: int) -> list[Mapping[str, Any]]:
    values = owner.get(field) or []
    if not isinstance(values, list):
        raise _unexpected(values, field, "a list of objects", number)
    return [_record(value, field, number) for value in values]


def _record(value: object, field: str, number: int) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _unexpected(value, field, "an object", number)
    return value


def _unexpected(value: object, field: str, expected: str, number: int) -> InvalidInputError:
    return InvalidInputError(
        f"task {number} has {repr(value)[:60]} in {field!r}, expected {expected}; export from Label Studio as JSON"
    )


def _read_json(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{path} is no JSON: {error}; export from Label Studio as JSON") from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise InvalidInputError(f"{path} holds no list of tasks; export from Label Studio as JSON, not as JSON-MIN")
    if any("data" not in task for task in tasks):  # in JSON-MIN Label Studio's numbers stand in the place of our ids
        raise InvalidInputError(f"{path} holds tasks without 'data'; export from Label Studio as JSON, not as JSON-MIN")
    return tasks
