"""Labelled statements of the commands that learn from them or measure by them, and what is to be said of them."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from stancekit.codebook import Codebook
from stancekit.labelled import LABELS, MISSING_WORDS, LabelledStatements, labels_column, read_labelled
from stancekit.tables import read_table


def read_statements(options: argparse.Namespace, codebook: Codebook, keep: Sequence[str]) -> LabelledStatements:
    """Read the table of labelled statements, and say on stderr what was not read as one might think."""
    data = read_labelled(
        options.table, codebook, text=options.text, labels=options.labels, group=options.group, keep=keep
    )
    table = read_table(options.table)
    column = labels_column(table, codebook, options.labels)
    others = [label for label in codebook.labels if label in table.columns]
    if options.labels is None and column is not None and others:
        _say(f"{table.source} has the column {LABELS!r} and also {others}, which are labels; {LABELS!r} is read")
    for note in (*not_annotated(data, codebook.labels, column), *missing_groups(data, options.group)):
        _say(f"{table.source}: {note}")
    return data


def say_repeats(data: LabelledStatements, labels: Sequence[str], group: str | None) -> None:
    """Say on stderr what statements that stand more than once do to figures out of fold."""
    for note in repeats(data, labels, group):
        _say(note)


def _say(note: str) -> None:
    print(f"stancekit: {note}", file=sys.stderr)


def not_annotated(data: LabelledStatements, labels: Sequence[str], column: str | None) -> Iterator[str]:
    """Count the rows that are left out since nobody annotated them, by label where that differs.

    Examples
    --------
    >>> data = LabelledStatements(texts=["a", "b"], truth=np.array([[1.0], [np.nan]]), groups=["0", "1"])
    >>> [note] = not_annotated(data, ["lift"], None)
    >>> note
    '1 of 2 rows are not annotated (blank or null) and left out; write 0 where a label does not fit'
    """
    gaps = np.isnan(data.truth)
    counts = gaps.sum(axis=0).tolist()
    if not any(counts):
        return
    why = "blank or null" if column is None else "null, or blank where others say 'none'"
    remedy = "0 where a label does not fit" if column is None else "'none' where no label fits"
    if counts == [gaps.all(axis=1).sum()] * len(counts):
        found = f"{counts[0]:,} of {len(data):,} rows are not annotated"
    else:
        each = ", ".join(f"{n:,} for {label!r}" for label, n in zip(labels, counts, strict=True) if n)
        found = f"of {len(data):,} rows, these are not annotated: {each}"
    yield f"{found} ({why}) and left out; write {remedy}"


def missing_groups(data: LabelledStatements, group: str | None) -> Iterator[str]:
    """Count the rows of a group that looks like a missing value."""
    if group is None:
        return
    for name, n in sorted(Counter(data.groups).items()):
        if name.strip().lower() in MISSING_WORDS and n > 1:
            yield (
                f"{n:,} rows have {name!r} in field {group!r}, which looks like a missing value, and count as one "
                "group; name the speech or document of each"
            )


def repeats(data: LabelledStatements, labels: Sequence[str], group: str | None) -> Iterator[str]:
    """Count annotated statements that stand in several groups, and those that carry different labels.

    Examples
    --------
    >>> data = LabelledStatements(texts=["Lift it."] * 2, truth=np.array([[1.0], [0.0]]), groups=["0", "1"])
    >>> for note in repeats(data, ["lift"], None):
    ...     print(note.partition(":")[0])
    1 statement stands more than once in different groups (2 rows)
    1 statement stands more than once with different labels
    """
    several = data.repeats
    if apart := [rows for rows in several if len({data.groups[row] for row in rows}) > 1]:
        of_one_speech = "" if group else ", or, if they are of one speech, name its column by --group"
        yield (
            f"{_stand(len(apart))} in different groups ({sum(map(len, apart)):,} rows): folds learn what they are "
            f"measured by, so the figures are too good; leave one row of each{of_one_speech}"
        )
    differing = [pair for rows in several if (pair := _contradiction(data, rows))]
    if differing:
        first, second, label = min(differing)
        yield (
            f"{_stand(len(differing))} with different labels: rows {first} and {second} differ on {labels[label]!r}; "
            "read them again"
        )


def _stand(n: int) -> str:
    return "1 statement stands more than once" if n == 1 else f"{n:,} statements stand more than once"


def _contradiction(data: LabelledStatements, rows: Sequence[int]) -> tuple[int, int, int] | None:
    """Give the first two rows that differ on a label, and the number of the label."""
    truth = data.truth[rows]
    for place in range(1, len(rows)):
        differs = np.argwhere(np.abs(truth[:place] - truth[place]) == 1)
        if len(differs):
            return rows[int(differs[0, 0])], rows[place], int(differs[0, 1])
    return None
