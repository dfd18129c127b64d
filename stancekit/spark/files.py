"""A table of Parquet files labelled on a cluster: Spark hands out pieces, and no row passes through Java."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from stancekit import errors
from stancekit.errors import InvalidInputError, StancekitError, not_text_column
from stancekit.files.predicting import Progress
from stancekit.files.predicting_batches import Labeller
from stancekit.model import StanceModel
from stancekit.spark.labelling import check_names
from stancekit.spark.parts import Asked
from stancekit.spark.pieces import Part, Source, look_into, plan_tasks
from stancekit.spark.places import find_place
from stancekit.spark.sending import Sent, installed_version, on_executors, send
from stancekit.spark.session import context_of, is_stopped, quiet_about_pandas, spark_module
from stancekit.spark.target import Target, Written, check_apart, find_target
from stancekit.tables.parquet import arrow

Session = Any
"""A `pyspark.sql.SparkSession`; pyspark is imported where it is used."""

_ASKED = 0.2  # seconds between looks at how far the work is
_SAID = re.compile(r"^(?:stancekit\.errors\.(\w+)|RuntimeError): (.+)$", flags=re.MULTILINE)
_LACKING = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'", flags=re.MULTILINE)
_RESULT = "number BIGINT, name STRING, n_rows BIGINT, error STRING"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesLabelled:
    """What was written.

    Attributes
    ----------
    target : str
        The folder.
    n_rows : int
        How many rows it holds.
    files : tuple of str
        The Parquet files in it, in the order of their rows in the source.
    """

    target: str
    n_rows: int
    files: tuple[str, ...]


def predict_files(  # noqa: PLR0913 - what `predict` and `predict_file` let one choose
    session: Session,
    source: str | Path,
    target: str | Path,
    *,
    text: str = "text",
    model: StanceModel | str | Path = "linear",
    prefix: str = "stance_",
    unfamiliar: bool = False,
    nulls: str = "error",
    overwrite: bool = False,
    filesystem: Any | None = None,  # noqa: ANN401 - of pyarrow or fsspec
    progress: Progress | None = None,
) -> FilesLabelled:
    """Label every row of a table of Parquet files on a cluster, without passing rows through Java.

    Spark only hands out row groups: each task reads its own, labels them as `stancekit.predict_file` does, and writes
    them into a file of its own. All columns are kept with their types, and the columns of `predict_file` are added. Row
    groups are joined, so that there are some tasks for each core and none is tiny, but not split: a file of a single
    one is the work of one core. Folders such as ``year=2020`` are the same in the target.

    The table is whole when there is a ``_SUCCESS`` in its folder, which names the files in JSON. Until then they wait
    in ``_temporary``, which readers pass over; where a store cannot rename (``s3://``, ``gs://``), files have their
    final names before. When anything fails, what was written is removed; where that fails too, a note on the error says
    what lies there.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Whose executors work.
    source : str or Path
        A Parquet file or a folder of them, with folders within or not: a path that all machines of the cluster see, or
        an address that `pyarrow.fs` opens, such as ``s3://bucket/folder``, ``gs://…``, ``hdfs://…`` or ``file:///…``.
    target : str or Path
        The folder to write.
    text : str, default="text"
        Column with the statements.
    model : StanceModel, str or Path, default="linear"
        The model, or what `stancekit.load` takes, on the driver.
    prefix : str, default="stance_"
        What the added columns' names begin with.
    unfamiliar : bool, default=False
        Whether ``stance_unfamiliar`` is added: true where a statement looks unlike what the model was trained on.
    nulls : {"error", "null"}, default="error"
        What a null is: an error, or a row whose added cells are null too. An empty statement is no null.
    overwrite : bool, default=False
        Whether a table in the target is replaced, once the new one is whole. A folder that holds other files, or links,
        never is.
    filesystem : pyarrow.fs.FileSystem or fsspec.AbstractFileSystem, optional
        Where `source` and `target` are paths, for stores that need more than an address.
    progress : Progress, optional
        Told of rows; by default a bar is shown where standard error is a terminal. On Spark Connect all rows are told
        of at the end.

    Returns
    -------
    FilesLabelled

    Raises
    ------
    InvalidInputError
        On a source without files or with different columns, a target that exists, a missing column, one that is not
        text or is there already, a null, or bytes that are not UTF-8: the message names the file, and the row in it. On
        a session that was stopped, or an executor that does not find the files.
    MissingExtraError
        When pyspark, pyarrow or pandas, which Spark asks for, is not installed.
    StancekitError
        When an executor has no stancekit, another version of it, or not all that it needs.

    Warns
    -----
    UserWarning
        When the new table is whole, and files that it replaces cannot be removed: the message names them.

    Examples
    --------
    >>> import stancekit, tempfile
    >>> from stancekit import spark
    >>> session = spark.local_session()  # doctest: +SKIP
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +SKIP
    ...     rows = [{"id": 7, "text": "Lift the embargo, it is illegal."}]
    ...     n_rows = stancekit.write_table(f"{folder}/in.parquet", rows)
    ...     done = spark.predict_files(session, f"{folder}/in.parquet", f"{folder}/out")
    ...     row = next(iter(stancekit.read_table(f"{folder}/out/{done.files[0]}")))
    >>> done.n_rows, row["id"], row["stance_labels"]  # doctest: +SKIP
    (1, 7, ['anti-sanction'])
    """
    _check_session(session)
    places = [find_place(one, filesystem) for one in (source, target)]
    written_to = find_target(places[1], places[0], overwrite=overwrite)
    found = look_into(places[0])
    check_apart(written_to, found.files())
    sent = send(model, session)
    labeller = Labeller(sent.model, text=text, prefix=prefix, unfamiliar=unfamiliar, nulls=nulls)
    check_names(found.columns, str(places[0]), labeller, session)
    _check_text(found, text)
    return _run(_Job(session=session, source=found, target=written_to, sent=sent, labeller=labeller), progress)


def _check_session(session: Session) -> None:
    for needed in ("pyspark.sql", "pyarrow", "pandas"):
        spark_module(needed)
    if not (hasattr(session, "range") and hasattr(session, "conf")):
        raise InvalidInputError(
            f"expected a SparkSession, got {type(session).__name__}; stancekit.spark.local_session() gives one"
        )
    if is_stopped(session):
        raise InvalidInputError("the Spark session was stopped; make a new one")


def _check_text(source: Source, text: str) -> None:
    if text not in source.schema.names:
        raise InvalidInputError(f"the column {text!r} stands in the names of folders; statements stand in files")
    types = arrow().types
    kind = source.schema.field(text).type
    inner = kind.value_type if types.is_dictionary(kind) else kind
    if not any(check(inner) for check in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)):
        raise not_text_column(str(kind), text)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Job:
    """From where to where, by which model, on which cluster."""

    session: Session
    source: Source
    target: Target
    sent: Sent
    labeller: Labeller

    def tasks(self) -> list[list[Part]]:
        return plan_tasks(self.source, n_cores_of(self.session), slow="encoder" in self.sent.model.scorers)

    def asked(self) -> Asked:
        return Asked(
            text=self.labeller.text,
            prefix=self.labeller.prefix,
            unfamiliar=self.labeller.unfamiliar,
            nulls=self.labeller.nulls,
            run=self.target.run,
            source=self.source.place.filesystem,
            target=self.target.place.filesystem,
            staging=self.target.staging.path,
            folders=not self.target.place.renames,
            schema=self.source.schema.serialize().to_pybytes(),
        )


def _run(job: _Job, progress: Progress | None) -> FilesLabelled:
    tasks = job.tasks()
    folders = {part.number: part.folder for task in tasks for part in task}
    try:
        job.target.begin(set(folders.values()))
        with _counting(job.session, progress, _n_rows(job.source)) as count:
            # Plain lists and mappings, since executors may lack what stancekit calls them, and are to say so.
            plain = [[asdict(part) for part in task] for task in tasks]
            with _shared(job.session, plain) as handed:
                options = {"asked": job.asked().plain(), "tasks": handed, "count": count.counter}
                work = on_executors(job.sent, options, "label_parts")
                written = _collect(job.session, work, len(tasks))
            _check_all(written, folders)
            count.finish(sum(part.n_rows for part in written))
        told = {"stancekit": installed_version(), "model": job.sent.checksum}
        files = job.target.commit(written, folders, told)
    except BaseException as error:
        if left := job.target.abort():
            error.add_note(left)
        raise
    return FilesLabelled(target=str(job.target.place), n_rows=sum(part.n_rows for part in written), files=tuple(files))


def _check_all(written: Iterable[Written], folders: Mapping[int, str]) -> None:
    """See that each part was written once, whatever became of tasks in between."""
    numbers = sorted(part.number for part in written)
    if numbers != sorted(folders):
        raise StancekitError(f"Spark gave {len(numbers)} parts of {len(folders)}; label the files again")


def _n_rows(source: Source) -> int:
    return sum(rows.n_rows for folder in source.folders.values() for rows in folder)


def _collect(session: Session, work: Callable[[Iterable[Any]], Iterator[Any]], n_tasks: int) -> list[Written]:
    """Let Spark run the tasks, and give what those attempts have written that it counts: one for each task."""
    with quiet_about_pandas():
        frame = session.range(0, n_tasks, 1, n_tasks).mapInArrow(work, _RESULT)
        try:
            rows: Sequence[Any] = frame.collect()
        except Exception as error:
            if said := _said(error):
                raise said from error
            raise
    if bad := [row["error"] for row in rows if row["error"] is not None]:
        raise InvalidInputError(max(bad, key=len))  # a task that read what another one said may have come too early
    return [Written(number=row["number"], name=row["name"], n_rows=row["n_rows"]) for row in rows]


def _said(error: Exception) -> StancekitError | None:
    """Give what stancekit says within an exception of Spark's."""
    for name, message in reversed(_SAID.findall(str(error))):
        kind = getattr(errors, name or "StancekitError", None)
        if isinstance(kind, type) and issubclass(kind, StancekitError) and (name or "an executor has" in message):
            return kind(message)
    if lacking := _LACKING.search(str(error)):
        return StancekitError(
            f"an executor's Python has no {lacking[1]!r}; install 'stancekit[spark]' there, or name the Python that "
            "has it by PYSPARK_PYTHON before the session begins"
        )
    return None


def n_cores_of(session: Session) -> int:
    """Give how many tasks run at a time."""
    context = context_of(session)
    if context is not None:
        return max(int(context.defaultParallelism), 1)
    functions = spark_module("pyspark.sql.functions")
    # Spark Connect does not tell, but cuts a range into as many partitions.
    return int(session.range(1 << 16).select(functions.spark_partition_id()).distinct().count())


@contextmanager
def _shared(session: Session, value: Any) -> Iterator[Any]:  # noqa: ANN401
    """Broadcast a value, or let it travel with the plan where Spark runs in another process."""
    context = context_of(session)
    if context is None:
        yield value
        return
    broadcast = context.broadcast(value)
    try:
        yield broadcast
    finally:
        if context._jsc is not None:
            broadcast.destroy()


@dataclass(slots=True, kw_only=True, eq=False)
class _Count:
    """How many rows were told of."""

    counter: Any
    progress: Progress
    n_told: int = 0

    def tell(self, n_rows: int) -> None:
        if n_rows > self.n_told:
            self.progress.update(n_rows - self.n_told)
            self.n_told = n_rows

    def finish(self, n_rows: int) -> None:
        self.counter = None
        self.tell(n_rows)


@contextmanager
def _counting(session: Session, progress: Progress | None, total: int) -> Iterator[_Count]:
    """Tell of rows while tasks end, or all at once where Spark runs in another process."""
    with _bar(progress, total) as told:
        context = context_of(session)
        if context is None:
            yield _Count(counter=None, progress=told)
            return
        counter = context.accumulator(0)
        count, ended = _Count(counter=counter, progress=told), Event()

        def watch() -> None:
            while not ended.wait(_ASKED):
                count.tell(min(int(counter.value), total))  # a task that ran twice is counted twice

        thread = Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield count
        finally:
            ended.set()
            thread.join()


@contextmanager
def _bar(progress: Progress | None, total: int) -> Iterator[Progress]:
    if progress is not None:
        yield progress
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=" rows", disable=None) as bar:
        yield bar
