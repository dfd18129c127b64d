"""doccano's JSONL of text classification, a file a coder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, naming, place
from stancekit.labelling.fields import check_fields, other_values
from stancekit.labelling.labellings import Labellings
from stancekit.labelling.matching import Matcher
from stancekit.labelling.pool import StatementPool
from stancekit.tables import read_table
from stancekit.tables.jsonl import write_jsonl
from stancekit.tables.writing import replacing

STATEMENT, TEXT, LABEL = "statement", "text", "label"
"""Fields; the first has our id, since ``id`` is doccano's own."""


def write_doccano(labellings: Labellings, names: Sequence[str], path: Path) -> list[str]:
    """Write what one coder said; what the coder cannot say is left out."""
    if len(labellings.coders) != 1:
        raise InvalidInputError(f"doccano keeps a file a coder, and there are {sorted(labellings.coders)}; write each")
    choices = next(iter(labellings.coders.values()))
    pool = labellings.pool
    check_fields(pool, (STATEMENT, TEXT, LABEL), path)
    known = [name for name in names if choices.get(name) is not None]
    rows = [
        {STATEMENT: name, **other_values(pool, row), TEXT: pool.texts[row], LABEL: list(choices[name] or ())}
        for name, row in ((name, pool.rows[name]) for name in known)
    ]
    with replacing(path) as file:
        write_jsonl(file, rows, None)
    n_out = len(names) - len(known)
    return [f"{n_out} statements of which the coder cannot say are left out: doccano has no such answer"] * bool(n_out)


def read_doccano(path: Path, pool: StatementPool, codebook: Codebook, coders: Sequence[str]) -> Labellings:
    """Read what one coder said: ``label`` or, in older files, ``labels``, a list or one label as text.

    An empty list is "none of the labels".
    """
    if len(coders) != 1:
        raise InvalidInputError(f"doccano keeps a file a coder, and {list(coders)} are named; read each file by itself")
    matcher = Matcher(pool, str(path))
    table = read_table(path)
    found: dict[str, tuple[str, ...] | None] = {}
    with naming(path):
        for number, row in enumerate(table):
            name = matcher.find(row.get(STATEMENT), row.get("text", row.get("data")), number)
            if name in found:
                raise InvalidInputError(f"statement {name!r}{place(number)} comes twice; leave one of them out")
            found[name] = codebook.ordered(codebook.resolve(_labels(row, number), row=number, field="label"))
    return Labellings(pool=pool, codebook=codebook, coders={coders[0]: found})


def _labels(row: Mapping[str, object], number: int) -> list[str]:
    value = row.get("label", row.get("labels"))
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, list) and all(isinstance(label, str) for label in value):
        return value
    what = "annotations by number" if "annotations" in row else repr(value)
    raise InvalidInputError(
        f"expected labels as text{place(number, 'label')}, got {what}; "
        "export from doccano as JSONL of text classification"
    )
