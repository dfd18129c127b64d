"""Predict the rows of a data frame or of a Hugging Face data set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from stancekit.errors import InvalidInputError
from stancekit.files.frames import arrow_schema, polars_types
from stancekit.files.predicting_batches import Labeller
from stancekit.model import StanceModel

# What `predict_dataset` tells `map` itself.
_OURS = frozenset({"function", "batched", "with_indices", "with_rank", "input_columns", "features", "fn_kwargs"})


def predict_frame(
    model: StanceModel,
    frame: Any,  # noqa: ANN401 - of pandas, polars or pyarrow
    *,
    text: str = "text",
    prefix: str = "stance_",
    unfamiliar: bool = False,
    nulls: str = "error",
    n_jobs: int | None = None,
) -> Any:  # noqa: ANN401
    """Label every row of a data frame; all its columns are kept, and its index.

    Parameters
    ----------
    model : StanceModel
        The model.
    frame : pandas or polars DataFrame, polars LazyFrame, pyarrow Table or RecordBatch
        The rows; not changed. A LazyFrame stays lazy, and is labelled in batches when it is collected.
    text, prefix, unfamiliar, nulls, n_jobs
        As for `Labeller`.

    Returns
    -------
    DataFrame, LazyFrame, Table or RecordBatch
        As it came, with the columns of `predict_file` beside the others. Labels are tuples in pandas, and lists
        elsewhere.

    Raises
    ------
    InvalidInputError
        On anything else than a frame, a missing column, one that is not text or is there already, or a row
        without valid text. Rows are counted from 0, whatever the index. Those of a LazyFrame are read when it is
        collected, and counted within a batch, as the message says.

    Examples
    --------
    >>> import pandas as pd, stancekit
    >>> speeches = pd.DataFrame({"text": ["Lift the embargo, it is illegal.", "We met."]}, index=["a", "b"])
    >>> predict_frame(stancekit.load(), speeches)["stance_labels"].to_dict()
    {'a': ('anti-sanction',), 'b': ()}
    """
    labeller = Labeller(model, text=text, prefix=prefix, unfamiliar=unfamiliar, nulls=nulls, n_jobs=n_jobs)
    if type(frame).__name__ == "LazyFrame" and type(frame).__module__.startswith("polars"):
        return _label_lazily(labeller, frame)
    if isinstance(frame, Mapping):
        raise InvalidInputError(
            f"expected a DataFrame or an Arrow table, got {type(frame).__name__}; data sets go to predict_dataset"
        )
    return labeller(frame)


def _label_lazily(labeller: Labeller, frame: Any) -> Any:  # noqa: ANN401
    schema = frame.collect_schema()
    labeller.check(schema)
    types = polars_types(import_module("polars"))
    added = {name: types[kind] for name, kind in labeller.kinds().items()}

    def label(batch: Any) -> Any:  # noqa: ANN401
        try:
            return labeller(batch)
        except InvalidInputError as error:  # polars does not say where in the whole a batch stands
            raise InvalidInputError(
                f"{error} (rows are counted within a batch; collect first to count them all)"
            ) from error

    return frame.map_batches(
        label,
        predicate_pushdown=False,
        projection_pushdown=False,  # or it would leave out the statements where only labels are asked for
        slice_pushdown=False,
        schema={**schema, **added},
        streamable=True,
    )


def predict_dataset(
    model: StanceModel,
    dataset: Any,  # noqa: ANN401 - of datasets
    *,
    text: str = "text",
    prefix: str = "stance_",
    unfamiliar: bool = False,
    nulls: str = "error",
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Label every row of a Hugging Face data set by its own `map`, with its cache; columns are kept unless removed.

    Parameters
    ----------
    model : StanceModel
        The model.
    dataset : Dataset, IterableDataset, DatasetDict or IterableDatasetDict
        The rows. One that streams goes on streaming.
    text, prefix, unfamiliar, nulls
        As for `Labeller`.
    **options
        Passed on to `map`: ``num_proc``, ``batch_size``, ``remove_columns``, ``load_from_cache_file``, ...

    Returns
    -------
    Dataset, IterableDataset, DatasetDict or IterableDatasetDict
        As it came, with the columns of `predict_file` beside the others.

    Raises
    ------
    InvalidInputError
        On anything else than a data set, an option of `map` that is ours to set, a missing column, one that is not
        text or is there already, or a row without valid text, which is named by its number. Of one that streams rows
        are read when it is iterated.

    Examples
    --------
    >>> import datasets, stancekit
    >>> speeches = datasets.Dataset.from_dict({"text": ["Lift the embargo, it is illegal.", "We met."]})
    >>> datasets.disable_progress_bars()
    >>> predict_dataset(stancekit.load(), speeches)["stance_labels"][:]
    [['anti-sanction'], []]
    """
    if ours := sorted(_OURS & options.keys()):
        raise InvalidInputError(f"{ours} cannot be given: predict_dataset sets them itself; leave them out")
    labeller = Labeller(model, text=text, prefix=prefix, unfamiliar=unfamiliar, nulls=nulls)
    if isinstance(dataset, dict) and dataset and all(hasattr(split, "map") for split in dataset.values()):
        return type(dataset)({name: _map(labeller, split, options) for name, split in dataset.items()})
    if type(dataset).__module__.partition(".")[0] != "datasets" or not hasattr(dataset, "map"):
        raise InvalidInputError(
            f"expected a Dataset or IterableDataset of datasets, got {type(dataset).__name__}; "
            "frames go to predict_frame, files to predict_file"
        )
    return _map(labeller, dataset, options)


def _map(labeller: Labeller, dataset: Any, options: dict[str, Any]) -> Any:  # noqa: ANN401
    if dataset.column_names is not None:  # what streams may not know them
        labeller.check(dataset.column_names, "the data set")
    features = None if dataset.features is None else _features(labeller, dataset.features, _removed(options))
    if features is not None and getattr(dataset, "num_rows", None) == 0:
        return _without_rows(dataset, features)  # `map` returns such as they are
    return dataset.map(labeller, batched=True, with_indices=True, features=features, **options)


def _removed(options: Mapping[str, Any]) -> Collection[str]:
    """Name the columns that are to go."""
    removed = options.get("remove_columns") or ()
    return [removed] if isinstance(removed, str) else removed


def _without_rows(dataset: Any, features: Any) -> Any:  # noqa: ANN401
    """Give a data set without rows the columns of one with rows."""
    return type(dataset).from_dict(dict.fromkeys(features, ()), features=features, split=dataset.split)


def _features(labeller: Labeller, known: Any, removed: Collection[str]) -> Any:  # noqa: ANN401
    """Give the columns' types with those of the added ones: `map` takes a first batch without labels for nulls."""
    schema = arrow_schema(import_module("pyarrow"), labeller.kinds())
    kept = {name: kind for name, kind in known.items() if name not in removed}  # `map` would fill what goes with nulls
    return type(known)({**kept, **type(known).from_arrow_schema(schema)})
