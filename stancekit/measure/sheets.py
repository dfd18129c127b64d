"""A random sample of a table as a sheet for coders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stancekit.errors import InvalidInputError
from stancekit.measure.drawing import SampleDrawn, draw_sample
from stancekit.tables import Table, read_table, write_table

ROW, STRATUM, PROBABILITY = "row", "stratum", "probability"


def write_sample(
    source: str | Path,
    target: str | Path,
    n: int,
    *,
    strata: str | None = None,
    clusters: str | None = None,
    labels: str = "labels",
    prefix: str = "stance_",
    seed: int = 0,
) -> SampleDrawn:
    """Draw rows of a table at random, and write them as a sheet in which coders fill in one column.

    The sheet has the columns of the table but those of a model, which coders must not see, and besides: ``row``, the
    number of the row in the table, from 0; ``stratum`` where there are strata; ``probability``, the chance that the row
    had to be drawn; and the empty column `labels`.

    Parameters
    ----------
    source : str or Path
        A table of `read_table`, a statement a row.
    target : str or Path
        Where to write; the suffix gives the format.
    n : int
        How many rows to draw; with `clusters`, how many clusters, with all of their rows.
    strata, clusters : str, optional
        Columns with the stratum and with the speech or document of each row, as for `draw_sample`.
    labels : str, default="labels"
        What the empty column is called.
    prefix : str, default="stance_"
        What the names of a model's columns begin with.
    seed : int, default=0
        Where the drawing starts.

    Returns
    -------
    SampleDrawn

    Raises
    ------
    InvalidInputError
        As `draw_sample`, and when a column is missing, or a column to be added is there already.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corpus, sheet = Path(folder) / "corpus.csv", Path(folder) / "sheet.csv"
    ...     _ = write_table(corpus, [{"id": i, "text": f"Statement {i}."} for i in range(100)])
    ...     _ = write_sample(corpus, sheet, 3)
    ...     read_table(sheet).columns, len(list(read_table(sheet)))
    (('id', 'text', 'row', 'probability', 'labels'), 3)
    """
    table = read_table(source)
    added = [ROW, *([STRATUM] if strata else []), PROBABILITY, labels]
    if taken := [name for name in added if name in table.columns]:
        raise InvalidInputError(
            f"{table.source} has the columns {taken}, which the sheet adds; rename them, or name another column of "
            f"labels"
        )
    layers = None if strata is None else table.column(strata)
    groups = None if clusters is None else table.column(clusters)
    n_rows = next((len(column) for column in (layers, groups) if column is not None), None)
    drawn = draw_sample(_n_rows(table) if n_rows is None else n_rows, n, strata=layers, clusters=groups, seed=seed)
    columns = [name for name in table.columns if not name.startswith(prefix)]
    write_table(target, _rows(table, columns, drawn, labels), columns=[*columns, *added])
    return drawn


def _n_rows(table: Table) -> int:
    return sum(1 for _ in table) if table.n_rows is None else table.n_rows


def _rows(table: Table, columns: list[str], drawn: SampleDrawn, labels: str) -> Iterator[dict[str, object]]:
    places = {int(row): place for place, row in enumerate(drawn.rows)}
    for number, row in enumerate(table):
        if (place := places.get(number)) is None:
            continue
        sheet = {name: row.get(name) for name in columns} | {ROW: number}
        if drawn.strata:
            sheet[STRATUM] = drawn.strata[place]
        yield sheet | {PROBABILITY: float(drawn.probabilities[place]), labels: None}
