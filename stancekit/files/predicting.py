"""Label a table of statements, while it is read and while what is labelled is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from stancekit.errors import InvalidInputError, missing_column
from stancekit.files.ahead import ahead, map_ahead
from stancekit.files.batches import Added, BadRowsError, Batch, read_batches, write_batches
from stancekit.files.journal import Recalled, StaleJournalError, check_same, open_journal, telling_of_full_disk
from stancekit.files.targets import check_target
from stancekit.model import StanceModel
from stancekit.parallel import count_threads
from stancekit.records import Judged
from stancekit.tables import Table, read_table


class Progress(Protocol):
    """Told how far the work is; `tqdm` is one."""

    def update(self, n: int) -> object:
        """Count `n` more rows as done."""


def predict_file(  # noqa: PLR0913 - all that the command line lets one choose
    model: StanceModel,
    source: str | Path,
    target: str | Path,
    *,
    text: str = "text",
    prefix: str = "stance_",
    unfamiliar: bool = False,
    overwrite: bool = False,
    resume: bool = False,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> int:
    r"""Label every row of a table; all its columns are kept.

    Columns are added: ``stance_labels`` and ``stance_abstained`` (lists of labels; text with ``|`` between
    them in CSV and TSV) and ``stance_score_<label>`` for each label. Reading, scoring and writing overlap,
    and memory does not grow with the table.

    The output has its final name only when it is whole. Until then the rows are in a hidden file beside it,
    and their scores in a second one, ``.NAME.journal``. When the work is stopped, by Ctrl-C, a kill or a
    full disk, the journal stays: with ``resume=True`` the same call reads and writes the table again and
    scores no more than one batch twice. Without it, the journal is not thrown away unless ``overwrite=True``
    says so.

    Parameters
    ----------
    model : StanceModel
        The model.
    source : str or Path
        CSV, TSV, JSONL or Parquet file, or a dataset; see `read_table`. It is streamed.
    target : str or Path
        File to write, its format by suffix. From Parquet to Parquet columns pass through untouched.
    text : str, default="text"
        Column with the statements.
    prefix : str, default="stance_"
        What the added columns' names begin with.
    unfamiliar : bool, default=False
        Whether ``stance_unfamiliar`` is added: true where a statement looks unlike what the model was trained on.
    overwrite : bool, default=False
        Whether an existing file of the target's name is replaced, once the new one is whole, and the journal of a
        stopped run is thrown away, unless `resume` is asked for too.
    resume : bool, default=False
        Whether to go on from the journal of a stopped run, if there is one.
    n_jobs : int, optional
        Number of threads that score, as in joblib. Reading and writing have threads of their own.
    progress : Progress, optional
        Told of each batch of rows.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    InvalidInputError
        On a target that exists or is being written by another run, a missing column, one that is not text or
        exists already, a row without valid text, `unfamiliar` of a model that cannot tell, a journal of another
        input, model or column, or any journal with neither `resume` nor `overwrite`. The message names row and
        field, and what was under the target's name before is left as it was.
    OSError
        When a file cannot be read or written; of a full disk it names the target.

    Examples
    --------
    >>> import stancekit, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = pathlib.Path(folder, "in.csv")
    ...     _ = source.write_text("id,text\n7,The embargo is illegal and must be lifted.\n")
    ...     n_rows = predict_file(stancekit.load(), source, source.with_name("out.jsonl"))
    ...     row = next(iter(stancekit.read_table(source.with_name("out.jsonl"))))
    >>> n_rows, row["id"], row["stance_labels"]
    (1, '7', ['anti-sanction'])
    """
    check_target(target, overwrite=overwrite)
    table = read_table(source)
    if unfamiliar and model.familiarity is None:
        raise InvalidInputError(
            "the model cannot tell what is unfamiliar: it was made before models could; train it again"
        )
    added = Added(model=model, prefix=prefix, unfamiliar=unfamiliar)
    _check_columns(table, text, added.names())
    n_threads = count_threads(n_jobs)
    with (
        telling_of_full_disk(Path(target)),
        open_journal(model, source, Path(target), text, resume=resume, overwrite=overwrite) as journal,
        closing(ahead(read_batches(table, text, Path(target)))) as batches,
        closing(map_ahead(partial(_judge, model, added), journal.recall(batches), n_threads)) as judged,
    ):
        done = _reporting(journal.keep(judged), progress)
        with _naming_bad_rows(table.source):
            return write_batches(Path(target), done, table, added, journal.partial)


@contextmanager
def _naming_bad_rows(source: str) -> Iterator[None]:
    """Name the input where a value of it cannot be written: such an input has to change, so its journal goes."""
    try:
        yield
    except (BadRowsError, StaleJournalError):
        raise
    except InvalidInputError as error:
        raise BadRowsError(str(error) if source in str(error) else f"{source}: {error}") from error


def _judge(model: StanceModel, added: Added, recalled: Recalled) -> Recalled:
    """Score a batch, unless a stopped run has; its last one is scored again, to see that nothing has changed."""
    batch, judged = recalled.batch, recalled.judged
    if judged is None or recalled.doubted:
        again = model.judge(batch.statements)
        if judged is not None:
            check_same(judged, again)
        judged = again
    return replace(recalled, judged=judged, batch=added.widen(batch, judged))


def _reporting(judged: Iterable[tuple[Batch, Judged]], progress: Progress | None) -> Iterator[tuple[Batch, Judged]]:
    for batch, verdict in judged:
        yield batch, verdict
        if progress is not None:
            progress.update(len(batch))


def _check_columns(table: Table, text: str, added: Sequence[str]) -> None:
    if text not in table.columns:
        raise missing_column(text, table.columns, table.source)
    for column in added:
        if column in table.columns:
            raise InvalidInputError(f"{table.source} has a column {column!r} already; choose another prefix")
