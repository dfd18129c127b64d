"""What the driver does: checks what can be checked before anything runs, and plans the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from stancekit.errors import InvalidInputError, not_text_column
from stancekit.files.predicting_batches import Labeller
from stancekit.model import StanceModel
from stancekit.spark.sending import on_executors, send
from stancekit.spark.session import is_stopped, quiet_about_pandas, spark_module

DataFrame = Any
"""A `pyspark.sql.DataFrame`; pyspark is imported where it is used."""


def predict(
    frame: DataFrame,
    text: str = "text",
    *,
    model: StanceModel | str | Path = "linear",
    prefix: str = "stance_",
    unfamiliar: bool = False,
    nulls: str = "error",
) -> DataFrame:
    """Label every row of a Spark DataFrame; all its columns are kept.

    Added are the columns of `stancekit.predict_file`, with the same names: ``stance_labels`` and
    ``stance_abstained`` (arrays of strings) and ``stance_score_<label>`` (double) for each label. The call is lazy: it
    gives a plan, whose schema is known at once, and rows are labelled when they are asked for. A streaming DataFrame
    stays one.

    The model is read here, sent to the executors once as the bytes of its directory, and read there once a process.
    Executors need the same version of stancekit, and no network.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        The rows; not changed.
    text : str, default="text"
        Column with the statements.
    model : StanceModel, str or Path, default="linear"
        The model, or what `stancekit.load` takes: a name in the package, a directory on the driver, or
        ``"hf:org/name@revision"``.
    prefix : str, default="stance_"
        What the added columns' names begin with.
    unfamiliar : bool, default=False
        Whether ``stance_unfamiliar`` is added: true where a statement looks unlike what the model was trained on.
    nulls : {"error", "null"}, default="error"
        What a null is: an error, or a row whose added cells are null too. An empty statement is no null.

    Returns
    -------
    pyspark.sql.DataFrame

    Raises
    ------
    InvalidInputError
        Now, on anything else than a DataFrame, one of a session that was stopped, a missing column, one that is not
        text or is there already, or an unknown option. When the rows are asked for, and then within Spark's own
        exception, on a null or on bytes that are not UTF-8: rows have no numbers in Spark, so the message has that
        within the partition.
    MissingExtraError
        When pyspark, pyarrow or pandas, which Spark asks for, is not installed.

    Examples
    --------
    >>> from stancekit import spark
    >>> session = spark.local_session()  # doctest: +SKIP
    >>> speeches = session.createDataFrame([("a", "Lift the embargo, it is illegal.")], "id string, text string")
    ... # doctest: +SKIP
    >>> spark.predict(speeches).select("id", "stance_labels").collect()  # doctest: +SKIP
    [Row(id='a', stance_labels=['anti-sanction'])]
    """
    _check_frame(frame)
    sent = send(model, frame)
    labeller = Labeller(sent.model, text=text, prefix=prefix, unfamiliar=unfamiliar, nulls=nulls)
    _check_columns(frame, labeller)
    options = {
        "text": text,
        "position": frame.columns.index(text),
        "prefix": prefix,
        "unfamiliar": unfamiliar,
        "nulls": nulls,
    }
    return _map(frame, on_executors(sent, options), _schema(frame, labeller))


def _check_frame(frame: DataFrame) -> None:
    sql = spark_module("pyspark.sql")
    for needed in ("pyarrow", "pandas"):
        spark_module(needed)
    if not isinstance(frame, sql.DataFrame):
        raise InvalidInputError(
            f"expected a DataFrame of Spark, got {type(frame).__name__}; "
            "frames of pandas, polars and pyarrow go to stancekit.predict_frame"
        )
    if is_stopped(frame):
        raise InvalidInputError(
            "the Spark session of this DataFrame was stopped; make a new session, and the DataFrame again"
        )


def check_names(names: Iterable[str], source: str, labeller: Labeller, session: Any) -> None:  # noqa: ANN401
    """See that the column of statements is there, and none of the added ones, as Spark reads names.

    Raises
    ------
    InvalidInputError
        When it is not, or one is.
    """
    names = list(names)
    labeller.check(names, source)
    if str(session.conf.get("spark.sql.caseSensitive")).lower() != "true":
        lowered = {name.lower(): name for name in names}
        for name in labeller.kinds():
            if there := lowered.get(name.lower()):
                raise InvalidInputError(
                    f"{source} has a column {there!r}, and for Spark that is {name!r}; choose another prefix"
                )


def _check_columns(frame: DataFrame, labeller: Labeller) -> None:
    check_names(frame.columns, "the DataFrame", labeller, frame.sparkSession)
    types = spark_module("pyspark.sql.types")
    kind = frame.schema[labeller.text].dataType
    if not isinstance(kind, types.StringType | types.CharType | types.VarcharType):
        raise not_text_column(kind.simpleString(), labeller.text)


def _map(frame: DataFrame, work: Callable[[Iterable[Any]], Iterator[Any]], schema: Any) -> DataFrame:  # noqa: ANN401
    # Spark asks for each column by its name, which two may share, and whose dots it takes for nested fields.
    numbered = frame.toDF(*map(str, range(len(frame.columns))))
    with quiet_about_pandas():
        return numbered.mapInArrow(work, schema)


def _schema(frame: DataFrame, labeller: Labeller) -> Any:  # noqa: ANN401 - of pyspark
    types = spark_module("pyspark.sql.types")
    kinds = {
        "labels": types.ArrayType(types.StringType(), containsNull=False),
        "score": types.DoubleType(),
        "flag": types.BooleanType(),
    }
    added = [types.StructField(name, kinds[kind]) for name, kind in labeller.kinds().items()]
    return types.StructType([*frame.schema.fields, *added])
