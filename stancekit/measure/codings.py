"""What several coders said of the statements of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, missing_column, naming, unknown_option
from stancekit.labelled import cell_marks, read_group, read_marks
from stancekit.measure.agreement import Agreement, agreement
from stancekit.measure.models import model_output
from stancekit.model import StanceModel
from stancekit.tables import read_table
from stancekit.text.checks import check_statement

__all__ = ["Codings", "read_codings"]

Blank = Literal["missing", "none"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codings:
    """What several coders said of the same statements.

    Attributes
    ----------
    labels : tuple of str
        The columns of every array, in codebook order.
    coders : mapping of str to array of float64, of shape (n_statements, n_labels)
        1, 0, and NaN where a coder did not judge.
    groups : list of str, of length n_statements
        Speech or document of each statement.
    texts : list of str, of length n_statements
        The statements; empty where they were not read.
    n_blank : mapping of str to int
        For each coder, the cells that were blank text.
    n_left_out : mapping of str to int
        For each coder, the statements with a stance that the codebook does not predict, which is left out.
    model : str or None
        Which of the coders is a model.
    """

    labels: tuple[str, ...]
    coders: Mapping[str, NDArray[np.float64]]
    groups: list[str]
    texts: list[str]
    n_blank: Mapping[str, int]
    n_left_out: Mapping[str, int]
    model: str | None = None

    def with_model(self, model: StanceModel, name: str) -> Codings:
        """Add a model as one more coder: what it decides, abstention apart.

        Parameters
        ----------
        model : StanceModel
            With the same labels; it must not have been trained on these statements.
        name : str
            What to call it.

        Returns
        -------
        Codings

        Raises
        ------
        InvalidInputError
            When the labels differ, a coder has that name, or the statements were not read.
        """
        if model.labels != self.labels:
            raise InvalidInputError(f"the model predicts {list(model.labels)}; the coders give {list(self.labels)}")
        if name in self.coders:
            raise InvalidInputError(f"a coder is called {name!r}, as is the model; rename the column")
        if not self.texts:
            raise InvalidInputError("the statements were not read; name their column as `text`")
        decisions = np.asarray(model_output(model, self.texts).decisions, dtype=np.float64)
        return replace(self, coders={**self.coders, name: decisions}, model=name)

    def agreement(self, **options: Any) -> Agreement:  # noqa: ANN401 - options of agreement
        """Measure how far they agree; `n_bootstrap`, `confidence` and `seed` go to `agreement`."""
        result = agreement(self.coders, labels=self.labels, groups=self.groups, model=self.model, **options)
        return replace(result, notes=(*_blank_notes(self), *_left_out_notes(self), *result.notes))


def read_codings(
    source: str | Path,
    codebook: Codebook,
    *,
    coders: Sequence[str],
    text: str | None = None,
    group: str | None = None,
    blank: Blank = "missing",
) -> Codings:
    r"""Read what several coders said, one column a coder.

    Parameters
    ----------
    source : str or Path
        CSV, TSV, JSONL or Parquet file, or a dataset; see `read_table`.
    codebook : Codebook
        Its labels are read; codes of stances that it does not predict are allowed and left out.
    coders : sequence of str
        Names of the columns. A cell is a list of labels or codes, or text with ``|`` between them; codes of one
        letter may stand without it, as in ``AC``. None of the labels is an empty list, or the text ``none``, ``-`` or
        ``[]`` (unless a label or a code is called so). Null is a statement that the coder did not see.
    text : str, optional
        Column with the statements, which only a model needs.
    group : str, optional
        Column with the speech or document; each row is its own group where None.
    blank : "missing" or "none", default="missing"
        What blank text means: not seen, or none of the labels.

    Returns
    -------
    Codings

    Raises
    ------
    InvalidInputError
        On fewer columns than one, a column named twice or missing, or a label that the codebook does not have; the
        message names row and field.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "rows.csv")
    ...     _ = path.write_text("first,second\nlift,lift\nnone,lift\nlift,\n")
    ...     codings = read_codings(path, Codebook.from_labels(["lift"]), coders=["first", "second"])
    >>> codings.coders["second"].ravel().tolist()
    [1.0, 1.0, nan]
    """
    if blank not in ("missing", "none"):
        raise unknown_option("blank", blank, ["missing", "none"])
    table, names = read_table(source), tuple(coders)
    _check_names(names)
    for name in (*names, *(each for each in (text, group) if each is not None)):
        if name not in table.columns:
            raise missing_column(name, table.columns, table.source)
    decisions: dict[str, list[list[float]]] = {name: [] for name in names}
    texts, groups, n_blank, n_left_out = [], [], dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    n_labels = len(codebook.labels)
    with naming(table.source):
        for number, row in enumerate(table):
            for name in names:
                n_blank[name] += _is_blank(row.get(name))
                marks = _read_coding(row, codebook, number, name, blank)
                decisions[name].append(marks[:n_labels])
                n_left_out[name] += 1 in marks[n_labels:]
            groups.append(str(number) if group is None else read_group(row.get(group), number, group))
            texts += [] if text is None else [check_statement(row.get(text), row=number, field=text)]
    if not groups:
        raise InvalidInputError(f"{table.source} has no rows")
    return Codings(
        labels=codebook.labels,
        coders={name: np.array(rows) for name, rows in decisions.items()},
        groups=groups,
        texts=texts,
        n_blank=n_blank if blank == "missing" else {},
        n_left_out=n_left_out,
    )


def _check_names(names: tuple[str, ...]) -> None:
    if not names or len(set(names)) < len(names):
        raise InvalidInputError(f"coders is {list(names)}; expected the names of different columns, one a coder")


def _read_coding(row: Mapping[str, object], codebook: Codebook, number: int, name: str, blank: Blank) -> list[float]:
    """Read one cell: what the coder decided for each label, then for stances that are not predicted; NaN unseen."""
    value = row.get(name)
    marks = [] if blank == "none" and _is_blank(value) else cell_marks(value, codebook.codes, number, name)
    cell = {name: marks} if name in row else {}
    return read_marks(cell, codebook, number, name)


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _left_out_notes(codings: Codings) -> list[str]:
    """Say that some stances count as no label, so that a coder who gave one agrees with who gave none."""
    return [
        f"{name}: {n:,} of {len(codings.groups):,} statements take stances that the codebook does not predict; these "
        "are left out, and count as none of the labels"
        for name, n in codings.n_left_out.items()
        if n
    ]


def _blank_notes(codings: Codings) -> list[str]:
    n = len(codings.groups)
    return [
        f"{name}: {n_blank:,} of {n:,} cells are blank and count as not seen; if they mean that no label fits, "
        "say so (--blank none, or blank='none')"
        for name, n_blank in codings.n_blank.items()
        if n_blank
    ]
