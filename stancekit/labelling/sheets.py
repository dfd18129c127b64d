"""Labels as tables: one column a label, and one a coder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, missing_column, naming, place
from stancekit.labelled import LABELS, cell_marks, check_by_hand, read_flag
from stancekit.labelling.fields import check_once, other_context
from stancekit.labelling.labellings import Labellings
from stancekit.labelling.matching import Matcher
from stancekit.labelling.pool import StatementPool
from stancekit.sheet_columns import AUDIT, CANNOT_SAY, PROBABILITY, SHOWN_BY
from stancekit.tables import Table, read_table, write_table


def write_sheet(labellings: Labellings, names: Sequence[str], path: Path) -> list[str]:
    """Write statements with what coders said of them, as `write_labellings` describes."""
    pool = labellings.pool
    first = [pool.names.get("id", "id"), pool.names.get("text", "text")]
    first += [pool.names["group"]] if "group" in pool.names else []
    marks = labellings.consensus(names)
    context = other_context(pool)
    columns = [
        *first,
        *context,
        *labellings.names,
        *labellings.coders,
        CANNOT_SAY,
        SHOWN_BY,
        AUDIT,
        PROBABILITY,
    ]
    check_once(columns, path)
    if LABELS in labellings.names:
        raise InvalidInputError(
            "a label is called 'labels', as is the column of labels in tables; rename it in the codebook"
        )
    sample = set(labellings.audit)
    rows = []
    for name, flags in zip(names, marks, strict=True):
        row = pool.rows[name]
        record: dict[str, object] = dict(zip(first, (name, pool.texts[row], pool.groups[row]), strict=False))
        record |= {column: pool.context[column][row] for column in context}
        record |= {
            label: None if np.isnan(flag) else int(flag) for label, flag in zip(labellings.names, flags, strict=True)
        }
        record |= {coder: _cell(choices, name) for coder, choices in labellings.coders.items()}
        record[CANNOT_SAY] = "|".join(c for c, choices in labellings.coders.items() if choices.get(name, ()) is None)
        record[SHOWN_BY] = labellings.vias.get(name, "")
        record[AUDIT] = int(name in sample)
        record[PROBABILITY] = len(sample) / len(pool) if name in sample else None
        rows.append(record)
    write_table(path, rows, columns=columns)
    n_blank = int(np.isnan(marks[:, : len(labellings.codebook.labels)]).any(axis=1).sum())
    return [_blank(n_blank, len(labellings.coders))] if n_blank else []


def _blank(n: int, n_coders: int) -> str:
    """Say of how many statements labels are left blank, and why."""
    why = "nobody could say, or coders differ" if n_coders > 1 else "the coder could not say"
    return f"{n} statement{' has' if n == 1 else 's have'} blank labels: {why}"


def read_sheet(path: Path, pool: StatementPool, codebook: Codebook, coders: Sequence[str]) -> Labellings:
    """Read what coders said from a table, as `read_labels` describes."""
    table = read_table(path)
    matcher = Matcher(pool, table.source)
    read = _RowReader(table, codebook, coders)
    found: dict[str, dict[str, tuple[str, ...] | None]] = {coder: {} for coder in coders}
    with naming(table.source):
        for number, row in enumerate(table):
            for coder, labels in read(row, number).items():
                name = matcher.find(row.get(matcher.id_column), row.get(matcher.text_column), number)
                if name in found[coder]:
                    raise InvalidInputError(f"statement {name!r}{place(number)} comes twice; give each one row")
                found[coder][name] = labels
    return Labellings(pool=pool, codebook=codebook, coders=found)


Read = Mapping[str, "tuple[str, ...] | None"]


class _RowReader:
    """Read a row: what each coder said; what a coder did not judge is not there."""

    def __init__(self, table: Table, codebook: Codebook, coders: Sequence[str]) -> None:
        self._codebook, self._coders = codebook, tuple(coders)
        present = [coder for coder in coders if coder in table.columns]
        self._by_coder = bool(present)
        labels = [stance.label for stance in codebook.stances]
        self._labels = [label for label in labels if label in table.columns]
        if present and len(present) < len(self._coders):
            raise missing_column(next(c for c in coders if c not in present), table.columns, table.source)
        if not present and len(self._coders) != 1:
            raise InvalidInputError(
                f"{table.source} has no columns of {list(coders)}; name one coder, or their columns"
            )
        self._one_column = "labels" in table.columns
        if self._one_column and not present:
            check_by_hand(table, "labels")
        if not present and not self._one_column and not set(codebook.labels) <= set(self._labels):
            raise InvalidInputError(
                f"{table.source} has no column of labels: expected {list(coders)}, 'labels', or one column for each of "
                f"{list(codebook.labels)}; it has {sorted(table.columns)}"
            )

    def __call__(self, row: Mapping[str, object], number: int) -> Read:
        unsure = str(row.get(CANNOT_SAY) or "").split("|")
        found: dict[str, tuple[str, ...] | None] = {}
        for coder in self._coders:
            marks = self._marks(row, number, coder)
            if marks is not None:
                found[coder] = self._codebook.ordered(self._codebook.resolve(marks, row=number))
            elif coder in unsure or (not self._by_coder and unsure != [""]):
                found[coder] = None
        return found

    def _marks(self, row: Mapping[str, object], number: int, coder: str) -> list[str] | None:
        if self._by_coder:
            return cell_marks(row.get(coder), self._codebook.codes, number, coder)
        if self._one_column:
            return cell_marks(row.get(LABELS), self._codebook.codes, number, LABELS)
        flags = {label: read_flag(row.get(label), number, label) for label in self._labels}
        own = [flags[label] for label in self._codebook.labels]
        if all(np.isnan(own)):
            return None
        if any(np.isnan(own)):
            raise InvalidInputError(f"row {number} is labelled in part; say 1 or 0 for every label, or leave all blank")
        return [label for label, flag in flags.items() if flag == 1]


def _cell(choices: Mapping[str, tuple[str, ...] | None], name: str) -> str:
    labels = choices.get(name)
    return "" if labels is None else "|".join(labels) or "none"
