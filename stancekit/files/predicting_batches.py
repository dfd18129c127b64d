"""A model as a function of a batch of rows, whichever library holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from stancekit.errors import InvalidInputError, missing_column, unknown_option
from stancekit.files.batches import Added
from stancekit.files.frames import Cells, column_names, filled, missing_rows, with_columns
from stancekit.model import StanceModel, check_model
from stancekit.text.checks import read_statements

_NULLS = ("error", "null")


@dataclass(frozen=True, slots=True)
class Labeller:
    """Add a model's columns to a batch of rows: for `Dataset.map`, `DataFrame.pipe`, `LazyFrame.map_batches`.

    Added are the columns of `predict_file`: ``stance_labels`` and ``stance_abstained`` (labels) and
    ``stance_score_<label>`` for each label. A labeller can be pickled, and the pickle of one and the same model is
    the same in every process, so that the cache of `datasets` knows it again.

    Parameters
    ----------
    model : StanceModel
        The model.
    text : str, default="text"
        Column with the statements.
    prefix : str, default="stance_"
        What the added columns' names begin with.
    unfamiliar : bool, default=False
        Whether ``stance_unfamiliar`` is added: true where a statement looks unlike what the model was trained on.
    nulls : {"error", "null"}, default="error"
        What a missing statement (None, NaN, null) is: an error that names its row, or a row whose added cells
        are missing too. Numbers, bytes and the rest are errors either way.
    n_jobs : int, optional
        Number of threads, as in joblib.

    Raises
    ------
    InvalidInputError
        When `model` is none, `text` or `prefix` is no text, `unfamiliar` is asked of a model that cannot tell, or
        `nulls` is neither.

    Examples
    --------
    >>> import stancekit
    >>> label = Labeller(stancekit.load(), nulls="null")
    >>> label({"text": ["Lift the embargo, it is illegal.", None]})["stance_labels"]
    [['anti-sanction'], None]
    """

    model: StanceModel
    _: KW_ONLY
    text: str = "text"
    prefix: str = "stance_"
    unfamiliar: bool = False
    nulls: str = "error"
    n_jobs: int | None = None

    def __post_init__(self) -> None:
        check_model(self.model)
        for name in ("text", "prefix"):
            if not isinstance(getattr(self, name), str):
                raise InvalidInputError(f"{name} is {getattr(self, name)!r}; expected a text")
        if self.nulls not in _NULLS:
            raise unknown_option("nulls", self.nulls, _NULLS)
        if self.unfamiliar and self.model.familiarity is None:
            raise InvalidInputError(
                "the model cannot tell what is unfamiliar: it was made before models could; train it again"
            )

    def __call__(self, batch: Any, indices: Sequence[int] | int | None = None) -> Any:  # noqa: ANN401 - as it came
        """Label a batch.

        Parameters
        ----------
        batch : mapping, pandas or polars DataFrame, pyarrow Table or RecordBatch
            Rows by column. In a mapping the column is a list, or one statement of a single row.
        indices : sequence of int, or int, optional
            Numbers of the rows, which errors name. Without them rows are counted from the first one of the batch.

        Returns
        -------
        dict, DataFrame, Table or RecordBatch
            Of a mapping the added columns alone, as `Dataset.map` takes them; else the rows with the added
            columns, and with the index that they had.

        Raises
        ------
        InvalidInputError
            On a missing column, one that is not text or is there already, or a row without valid text.
        """
        if isinstance(batch, Mapping):
            return self._label_mapping(batch, _first(indices))
        self.check(column_names(batch))
        return with_columns(batch, self._columns(batch[self.text], _first(indices)), self.kinds())

    def kinds(self) -> dict[str, str]:
        """Give the kind of each added column: "labels", "score" or "flag"."""
        names = Added(model=self.model, prefix=self.prefix, unfamiliar=self.unfamiliar).names()
        kinds = ["labels"] * 2 + ["score"] * len(self.model.labels) + ["flag"] * self.unfamiliar
        return dict(zip(names, kinds, strict=True))

    def check(self, names: Iterable[object], source: str = "the table") -> None:
        """See that the column of statements is among `names`, and that none of the added ones is.

        Raises
        ------
        InvalidInputError
            When it is not, or one is.
        """
        names = list(names)
        if self.text not in names:
            raise missing_column(self.text, names, source)
        if names.count(self.text) > 1:
            raise InvalidInputError(f"{source} has the column {self.text!r} more than once; give each its own name")
        for name in self.kinds():
            if name in names:
                raise InvalidInputError(f"{source} has a column {name!r} already; choose another prefix")

    def _label_mapping(self, batch: Mapping[str, Any], first_row: int) -> dict[str, Any]:
        self.check(batch)
        column = batch[self.text]
        single = isinstance(column, str | bytes) or not isinstance(column, Iterable)
        columns = self._columns([column] if single else column, first_row)
        listed = {
            name: [list(cell) if isinstance(cell, tuple) else cell for cell in cells] for name, cells in columns.items()
        }
        return {name: cells[0] for name, cells in listed.items()} if single else listed

    def _columns(self, column: Any, first_row: int) -> dict[str, Cells]:  # noqa: ANN401 - of any library
        gone = missing_rows(column) if self.nulls == "null" else []
        statements = read_statements(
            filled(column, gone) if any(gone) else column, field=self.text, first_row=first_row
        )
        judged = self.model.judge(statements, n_jobs=self.n_jobs)
        cells: list[Cells] = [self.model.label_sets(flags) for flags in (judged.asserted, judged.abstained)]
        cells += judged.scores.T.tolist()
        if self.unfamiliar:
            assert self.model.familiarity is not None  # `__post_init__` has seen to it
            cells.append(self.model.familiarity.unfamiliar(statements))
        if any(gone):
            cells = [[None if no else cell for cell, no in zip(column, gone, strict=True)] for column in cells]
        return dict(zip(self.kinds(), cells, strict=True))


def _first(indices: Sequence[int] | int | None) -> int:
    if indices is None:
        return 0
    numbers = np.atleast_1d(np.asarray(indices))
    return int(numbers[0]) if numbers.size else 0
