"""A labelled corpus and the annotations of a sample of it, read row by row from tables."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError, place, shown, unknown_label
from stancekit.files.annotations import (
    Annotations,
    Marks,
    Row,
    Sheet,
    cell_text,
    check_columns,
    plain_text,
    read_annotations,
    row_id,
    selected_rows,
)
from stancekit.labelled import split_labels
from stancekit.model import StanceModel
from stancekit.tables import Table, read_table
from stancekit.text.checks import check_statement

_ROWS = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledCorpus:
    """What a model says of every statement of a corpus, and annotators of some.

    Attributes
    ----------
    labels : tuple of str
        The labels.
    predicted : array of shape (n_statements, n_labels)
        Whether the model asserts each label (bool), or its score.
    gold : array of shape (n_statements, n_labels)
        1, 0, or NaN where nobody annotated.
    columns : mapping of str to list of str
        The other columns that were asked for; blank where a row has nothing.
    annotated_texts : list of str
        The annotated statements, where their texts were read.
    sheets : tuple of Sheet
        What tables of annotations say of how their rows were drawn; empty where the annotations are in the corpus.
    """

    labels: tuple[str, ...]
    predicted: NDArray[np.float64] | NDArray[np.bool_]
    gold: NDArray[np.float64]
    columns: Mapping[str, list[str]]
    annotated_texts: list[str] = field(default_factory=list)
    sheets: tuple[Sheet, ...] = ()

    def __len__(self) -> int:
        return len(self.gold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which columns hold what.

    Attributes
    ----------
    text : str
        The statements, for a model.
    gold : str
        The annotations: cells as `stancekit.labelled.cell_marks` reads them; where nobody annotated, they are blank or
        lacking. Where there is no such column, one column with 1, 0 or blank for each label that was looked for.
    optional : bool
        Whether a corpus without such columns is one that nobody annotated, and no error.
    prefix : str
        What the columns that `predict_file` added begin with. Their labels are a list, or text with ``|`` in it; null
        and blank are none of the labels.
    scores : bool
        Whether scores are read and not labels.
    keep : tuple of str
        Other columns to keep.
    """

    text: str = "text"
    gold: str = "labels"
    optional: bool = False
    prefix: str = "stance_"
    scores: bool = False
    keep: tuple[str, ...] = ()


def read_corpus(
    source: str | Path,
    reading: Reading,
    *,
    model: StanceModel | None = None,
    codes: Codebook | None = None,
    gold: str | Path | Sequence[str | Path] | None = None,
    key: str | None = None,
) -> LabelledCorpus:
    r"""Read a corpus with a model's labels and annotations; only the columns needed stay in memory.

    Parameters
    ----------
    source : str or Path
        The corpus; see `read_table`.
    reading : Reading
        Its columns.
    model : StanceModel, optional
        To label the statements while they are read; None where the columns that `predict_file` adds are there.
    codes : Codebook, optional
        Whose codes annotators may have written, where its labels are those of the columns.
    gold : str or Path, or sequence of these, optional
        Another table with the annotations, or several, which are joined: such as sheets of `write_sample`, in the order
        in which they were drawn. None where the annotations are in the corpus.
    key : str, optional
        The column by which the two tables belong together.

    Returns
    -------
    LabelledCorpus

    Raises
    ------
    InvalidInputError
        On a missing column, an unknown label, an annotated row that the corpus does not have, or an id that comes
        twice; the message names table, row and field.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "rows.csv")
    ...     _ = path.write_text("stance_labels,stance_score_a,labels\na,0.9,none\n,0.2,\n")
    ...     corpus = read_corpus(path, Reading())
    >>> corpus.predicted.tolist(), corpus.gold.tolist()
    ([[True], [False]], [[0.0], [nan]])
    """
    if (gold is None) != (key is None):
        raise InvalidInputError("a second table of annotations and the column of ids in both go together; give both")
    table = read_table(source)
    codebook = model.codebook if model is not None else _from_columns(table, reading)
    # A model's scores come in the order of its own codebook.
    in_order: Callable[[Iterable[str]], object] = set if model is None else tuple
    if codes is not None and in_order(codes.labels) == in_order(codebook.labels):
        codebook = codes
    labels = codebook.labels
    needed = [*reading.keep, *([key] if key else []), *_model_columns(labels, reading, model)]
    is_there = {reading.gold, *labels} & set(table.columns) or not reading.optional
    marks = Marks.found(table, reading.gold, codebook) if gold is None and is_there else None
    check_columns(table, [*needed, *(marks.columns if marks else ())])
    tables = [] if gold is None else [gold] if isinstance(gold, str | Path) else list(gold)
    stated = reading.text if reading.text in table.columns else None
    found = None if key is None else read_annotations(map(read_table, tables), key, reading.gold, codebook, text=stated)
    if found is not None and found.texts:
        needed.append(reading.text)
    builder = _Builder(labels=labels, reading=reading, source=table.source)
    rows = selected_rows(table, dict.fromkeys([*needed, *(marks.columns if marks else ())]))
    for batch in iter(lambda: list(islice(rows, _ROWS)), []):
        builder.add(batch, model, marks, found, key)
    return builder.done(found, key)


class _Builder:
    """Gathers the columns, batch by batch."""

    def __init__(self, *, labels: tuple[str, ...], reading: Reading, source: str) -> None:
        self._labels, self._reading, self._source = labels, reading, source
        self._predicted: list[NDArray[Any]] = []
        self._columns: dict[str, list[str]] = {name: [] for name in reading.keep}
        self._names: dict[str, str] = {}
        self._gold: dict[int, list[float]] = {}
        self._ids = array("q")
        self._matched: dict[str, int] = {}
        self._texts: list[str] = []
        self._n = 0

    def add(
        self,
        batch: list[Row],
        model: StanceModel | None,
        marks: Marks | None,
        known: Annotations | None,
        key: str | None,
    ) -> None:
        """Take some rows."""
        try:
            self._predicted.append(self._from_model(batch, model) if model else self._from_columns(batch))
            for number, row in enumerate(batch, self._n):
                self._add_gold(row, number, marks, known, key)
        except InvalidInputError as error:
            raise InvalidInputError(f"{self._source}: {error}") from None
        for name, values in self._columns.items():
            texts = (cell_text(row.get(name)) for row in batch)
            values.extend(self._names.setdefault(text, text) for text in texts)  # equal values share one object
        if model is not None:
            self._texts += [str(row[self._reading.text]) for i, row in enumerate(batch, self._n) if i in self._gold]
        self._n += len(batch)

    def done(self, found: Annotations | None, key: str | None) -> LabelledCorpus:
        """Give all that was read."""
        if not self._n:
            raise InvalidInputError(f"{self._source} has no rows")
        if found is not None and key is not None:
            self._check_ids(found.marks, key)
        gold = np.full((self._n, len(self._labels)), np.nan)
        for row, marks in self._gold.items():
            gold[row] = marks
        return LabelledCorpus(
            labels=self._labels,
            predicted=np.concatenate(self._predicted),
            gold=gold,
            columns=self._columns,
            annotated_texts=self._texts,
            sheets=() if found is None else tuple(sheet.in_corpus(self._matched) for sheet in found.sheets),
        )

    def _from_model(self, batch: list[Row], model: StanceModel) -> NDArray[np.float64] | NDArray[np.bool_]:
        field_ = self._reading.text
        texts = [check_statement(row.get(field_), row=i, field=field_) for i, row in enumerate(batch, self._n)]
        judged = model.judge(texts)
        return judged.scores if self._reading.scores else judged.asserted

    def _from_columns(self, batch: list[Row]) -> NDArray[np.float64] | NDArray[np.bool_]:
        if self._reading.scores:
            names = [f"{self._reading.prefix}score_{label}" for label in self._labels]
            rows = enumerate(batch, self._n)
            return np.array([[_score(row.get(name), i, name) for name in names] for i, row in rows])
        column = f"{self._reading.prefix}labels"
        places = {label: i for i, label in enumerate(self._labels)}
        flags = np.zeros((len(batch), len(self._labels)), dtype=np.bool_)
        for i, row in enumerate(batch):
            if column not in row:
                raise InvalidInputError(f"row {self._n + i} has no field {column!r}; label it by `stancekit predict`")
            value = row[column]
            for name in () if is_missing(value) else split_labels(value, self._n + i, column):
                if name not in places:
                    raise unknown_label(name, self._labels, self._n + i, column)
                flags[i, places[name]] = True
        return flags

    def _add_gold(
        self,
        row: Row,
        number: int,
        marks: Marks | None,
        known: Annotations | None,
        key: str | None,
    ) -> None:
        if known is None or key is None:
            found = marks.read(row, number) if marks else None
        else:
            name = row_id(row.get(key), number, key)
            self._ids.append(hash(name))
            found = known.marks.get(name)
            if name in known.marks:
                self._check_same(row, number, name, known, key)
        if found is not None:
            self._gold[number] = found

    def _check_same(self, row: Row, number: int, name: str, known: Annotations, key: str) -> None:
        """Refuse an annotated id that stands twice, or with another statement than the one that was annotated."""
        if self._matched.setdefault(name, number) != number:
            raise InvalidInputError(f"id {name!r}{place(number, key)} is that of row {self._matched[name]} too")
        field_ = self._reading.text
        if name in known.texts and known.texts[name] != plain_text(has := row.get(field_)):
            raise InvalidInputError(
                f"{shown(has)}{place(number, field_)} is not what was annotated under id {name!r}; were the ids "
                "numbers of rows, and the corpus sorted since? Give the annotations the ids of today"
            )

    def _check_ids(self, known: Mapping[str, list[float] | None], key: str) -> None:
        if lost := [name for name, marks in known.items() if marks is not None and name not in self._matched]:
            raise InvalidInputError(
                f"{self._source} has no row with the annotated id {lost[0]!r} in field {key!r} ({len(lost)} are "
                "missing); the annotated statements must be part of the corpus"
            )
        ids = np.frombuffer(self._ids, dtype=np.int64)
        order = np.argsort(ids, kind="stable")
        if (twice := np.flatnonzero(np.diff(ids[order]) == 0)).size:
            a, b = sorted(int(row) for row in order[twice[0] : twice[0] + 2])
            raise InvalidInputError(
                f"{self._source}: rows {a} and {b} have the same id in field {key!r}; give each its own"
            )


def _from_columns(table: Table, reading: Reading) -> Codebook:
    start = f"{reading.prefix}score_"
    labels = [column.removeprefix(start) for column in table.columns if column.startswith(start)]
    if not labels:
        raise InvalidInputError(
            f"{table.source} has no columns that begin with {start!r}; label it by `stancekit predict --input` first, "
            "or name a model to label it now"
        )
    return Codebook.from_labels(labels)


def _model_columns(labels: Sequence[str], reading: Reading, model: StanceModel | None) -> list[str]:
    if model is not None:
        return [reading.text]
    return [f"{reading.prefix}score_{label}" for label in labels] if reading.scores else [f"{reading.prefix}labels"]


def _score(value: object, row: int, field_: str) -> float:
    with suppress(TypeError, ValueError):
        score = float(value)  # type: ignore[arg-type]
        if 0 <= score <= 1:
            return score
    raise InvalidInputError(f"expected a score from 0 to 1{place(row, field_)}, got {value!r}")
