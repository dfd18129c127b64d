"""A random sample of a table as a sheet for coders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancekit.columns import is_missing
from stancekit.errors import InvalidInputError, missing_column, place
from stancekit.files.targets import check_target
from stancekit.measure.designs import Sampling, declare
from stancekit.measure.drawing import SampleDrawn, draw_sample
from stancekit.measure.earlier import EarlierRows, how_drawn, read_earlier, strata_of
from stancekit.measure.further import check_joins, notes_of
from stancekit.measure.planned import PlannedSizes, check_counts, planned_sizes
from stancekit.measure.prevalence_results import Plan
from stancekit.sheet_columns import PROBABILITY, ROW, STRATUM
from stancekit.tables import Table, read_table, write_table


def write_sample(  # noqa: PLR0913 - a design, and what the sheet is like
    source: str | Path,
    target: str | Path,
    n: int | None = None,
    *,
    strata: str | Sequence[str] | None = None,
    clusters: str | None = None,
    sizes: Mapping[str, int] | Plan | None = None,
    exclude: Sequence[str | Path] = (),
    key: str | None = None,
    labels: str = "labels",
    prefix: str = "stance_",
    seed: int = 0,
    overwrite: bool = False,
) -> SampleDrawn:
    """Draw rows of a table at random, and write them as a sheet in which coders fill in one column.

    The sheet has the columns of the table but those of a model, which coders must not see, and besides: ``row``, the
    number of the row in the table, from 0; ``stratum`` where there are strata; ``probability``, the chance that the row
    had to be drawn; ``drawn``, whether that was ``statements`` or ``clusters of`` which column; ``drawn_by``, the
    columns of the strata, where there are some; and the empty column `labels`.

    With `exclude`, both draws together are one sample: what is left of a stratum after a random draw is drawn from at
    random. The chances are then those to be in the one draw or in the other, and `prevalence` is given the labels of
    both, with the design and the strata of this draw.

    Parameters
    ----------
    source : str or Path
        A table of `read_table`, a statement a row.
    target : str or Path
        Where to write; the suffix gives the format.
    n : int, optional
        How many rows to draw; with `clusters`, how many clusters, with all of their rows. Without it, what `sizes`
        adds up to.
    strata : str or sequence of str, optional
        Column with the stratum of each row, or several that are `crossed`.
    clusters : str, optional
        Column with the speech or document of each row.
    sizes : mapping of str to int, or Plan, optional
        How many to draw of each stratum, or the plan that says so: besides the rows to `exclude`, or in all. A plan
        by groups goes with that column as `strata`, or with that column and the one of its strata.
    exclude : sequence of str or Path, default=()
        Tables with rows drawn earlier, such as a pilot: sheets of this function, each whole, in the order in which they
        were drawn, or other tables, of which rows without a label are passed over. They must have been drawn at random
        from this table by the same strata, or by wider ones; what was chosen by score or keyword must not be excluded.
    key : str, optional
        Column by which excluded rows are found in the table; without it ``id``, or else the number in ``row``, and then
        the columns that both tables have must agree.
    labels : str, default="labels"
        What the empty column is called.
    prefix : str, default="stance_"
        What the names of a model's columns begin with.
    seed : int, default=0
        Where the drawing starts.
    overwrite : bool, default=False
        Whether to replace an existing sheet, and what coders wrote into it; never the table, nor a table to exclude.

    Returns
    -------
    SampleDrawn

    Raises
    ------
    InvalidInputError
        As `draw_sample`; when the target exists and may not be replaced; when a column is missing, or a column to be
        added is there already; when an excluded row is not in the table, or its sheet shows that both draws make no
        sample of this design; when the plan was made for another table or other annotations. The message names row and
        field.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corpus, sheet = Path(folder) / "corpus.csv", Path(folder) / "sheet.csv"
    ...     _ = write_table(corpus, [{"id": i, "text": f"Statement {i}."} for i in range(100)])
    ...     _ = write_sample(corpus, sheet, 3)
    ...     read_table(sheet).columns, len(list(read_table(sheet)))
    (('id', 'text', 'row', 'probability', 'drawn', 'labels'), 3)
    """
    check_target(target, overwrite=overwrite)
    _check_not_read(target, [source, *exclude])
    table = read_table(source)
    if key is not None and key not in table.columns:
        raise missing_column(key, table.columns, table.source)
    if labels.startswith(prefix):
        raise InvalidInputError(
            f"{labels!r} begins with {prefix!r} as a model's columns do; name the coders' otherwise"
        )
    columns = [strata] if isinstance(strata, str) else list(strata or [])
    how = how_drawn(columns, clusters)
    added = _added(table, columns, how, labels)
    layers, groups = strata_of(table, columns), None if clusters is None else table.column(clusters)
    if len(columns) == 1:
        _check_whole(table, columns[0], layers)
    _check_whole(table, clusters, groups)
    sampling = _declared(table, layers, groups)
    if not sampling.n:
        raise InvalidInputError(f"{table.source} has no rows")
    earlier = read_earlier(table, exclude, key=key, labels=labels, prefix=prefix)
    check_joins(earlier, sampling, how, table)
    if isinstance(sizes, Plan):
        planned = _planned(sizes, columns, earlier, sampling, clusters)
        n, sizes = planned.n if n is None else n, planned.sizes
    if n is None and sizes is None:
        raise InvalidInputError("say how many rows to draw: by n, or by sizes")
    drawn = draw_sample(
        sampling.n,
        sum(sizes.values()) if n is None and sizes is not None else n,  # type: ignore[arg-type]
        strata=layers,
        clusters=groups,
        sizes=sizes,
        exclude=_left_out(earlier).tolist(),
        seed=seed,
    )
    shown = [name for name in table.columns if not name.startswith(prefix)]
    write_table(target, _rows(table, shown, drawn, how | {labels: None}), columns=[*shown, *added])
    return replace(drawn, notes=notes_of(earlier))


def _check_not_read(target: str | Path, sources: Sequence[str | Path]) -> None:
    """Raise where the sheet would take the place of a table that it is drawn from."""
    here = Path(target)
    if any(here.exists() and Path(source).exists() and here.samefile(source) for source in sources):
        raise InvalidInputError(f"{str(target)!r} is read as a table here, which no sheet may replace; name another")


def _check_whole(table: Table, column: str | None, values: Sequence[object] | None) -> None:
    for row, value in enumerate(values or ()):
        if is_missing(value):
            raise InvalidInputError(f"{table.source} has no value{place(row, column)}; every row needs one")


def _added(table: Table, strata: Sequence[str], how: Mapping[str, str], labels: str) -> list[str]:
    """Name the columns that the sheet has besides the table's."""
    added = [ROW, *([STRATUM] if strata else []), PROBABILITY, *how, labels]
    if taken := [name for name in added if name in table.columns]:
        raise InvalidInputError(
            f"{table.source} has the columns {taken}, which the sheet adds; rename them, or name another column of "
            f"labels"
        )
    return added


def _declared(table: Table, layers: list[object] | None, groups: list[object] | None) -> Sampling:
    n_rows = next((len(column) for column in (layers, groups) if column is not None), None)
    return declare(
        table.count() if n_rows is None else n_rows,
        design="random" if layers is None else "stratified",
        strata=layers,
        clusters=groups,
        drawn="statements" if groups is None else "clusters",
    )


def _left_out(earlier: Sequence[EarlierRows]) -> NDArray[np.intp]:
    return np.unique(np.concatenate([np.zeros(0, dtype=np.intp), *(one.rows for one in earlier)]))


def _planned(
    plan: Plan, columns: Sequence[str], earlier: Sequence[EarlierRows], sampling: Sampling, clusters: str | None
) -> PlannedSizes:
    """Take the numbers out of a plan that was made for this table and these annotations."""
    if clusters is not None:
        raise InvalidInputError(f"a plan counts statements, and documents are to be drawn by {clusters!r}; say n")
    if plan.n_statements != sampling.n:
        raise InvalidInputError(
            f"the plan is of {plan.n_statements} statements, and the table has {sampling.n}; plan for this table"
        )
    planned = planned_sizes(plan, columns, besides=bool(earlier))
    if earlier:
        rows = _left_out(earlier)
        counts = np.bincount(sampling.stratum_codes[rows], minlength=len(sampling.n_statements))
        names = ("all",) if sampling.strata is None else sampling.strata.names
        check_counts(planned, dict(zip(names, counts.tolist(), strict=True)), len(rows))
    return planned


def _rows(
    table: Table, columns: list[str], drawn: SampleDrawn, same: Mapping[str, object]
) -> Iterator[dict[str, object]]:
    places = {int(row): place for place, row in enumerate(drawn.rows)}
    for number, row in enumerate(table):
        if (place := places.get(number)) is None:
            continue
        sheet = {name: row.get(name) for name in columns} | {ROW: number}
        if drawn.strata:
            sheet[STRATUM] = drawn.strata[place]
        yield sheet | {PROBABILITY: float(drawn.probabilities[place]), **same}
