"""Labels out to other programs, and in from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, file_exists, unknown_option
from stancekit.labelling.doccano import read_doccano, write_doccano
from stancekit.labelling.label_studio import read_label_studio, write_label_studio
from stancekit.labelling.labellings import Labellings
from stancekit.labelling.pool import StatementPool
from stancekit.labelling.sheets import read_sheet, write_sheet
from stancekit.tables.table import SUFFIXES

Format = Literal["table", "label-studio", "doccano"]
FORMATS: tuple[Format, ...] = ("table", "label-studio", "doccano")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.

    Attributes
    ----------
    n : int
        Statements.
    notes : tuple of str
        What is not in the file, or to be known of it.
    """

    n: int
    notes: tuple[str, ...]


def write_labellings(
    labellings: Labellings,
    path: str | Path,
    *,
    format: Format | None = None,
    audit_only: bool = False,
    overwrite: bool = False,
) -> Written:
    """Write labels for training, measuring, or another program.

    Parameters
    ----------
    labellings : Labellings
        What was said.
    path : str or Path
        The file, written whole or not at all.
    format : "table", "label-studio" or "doccano", optional
        "table" where None, whose suffix says which: statements with one column a label, 1, 0 or blank, which `train`,
        `evaluate` and `prevalence` read, and one column a coder, which `agreement` reads. "label-studio": its JSON of
        tasks. "doccano": its JSONL of text classification, of one coder.
    audit_only : bool, default=False
        Whether to write the random sample alone.
    overwrite : bool, default=False
        Whether a file of that name may be replaced.

    Returns
    -------
    Written

    Raises
    ------
    InvalidInputError
        When the file exists, nothing is labelled, or the format cannot hold what there is.
    OSError
        When it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from stancekit.tables import read_table
    >>> labellings = Labellings(pool=StatementPool.of(["Lift it.", "We met."]), codebook=Codebook.from_labels(["lift"]),
    ...                         coders={"ann": {"0": ("lift",), "1": ()}})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels.csv")
    ...     _ = write_labellings(labellings, path)
    ...     [(row["text"], row["lift"], row["ann"]) for row in read_table(path)]
    [('Lift it.', '1', 'lift'), ('We met.', '0', 'none')]
    """
    kind = _check_format(format)
    if Path(path).exists() and not overwrite:
        raise file_exists(path)
    sample = set(labellings.audit)
    names = [name for name in labellings.decided() if not audit_only or name in sample]
    if not names:
        what = "of the random sample " if audit_only else ""
        raise InvalidInputError(
            f"no statement {what}has a decision yet, so there is nothing to write; label some first"
        )
    write: dict[Format, Callable[[Labellings, Sequence[str], Path], list[str]]] = {
        "table": write_sheet,
        "label-studio": write_label_studio,
        "doccano": write_doccano,
    }
    notes = write[kind](labellings, names, Path(path))
    return Written(n=len(names), notes=(*_audit_notes(labellings, audit_only), *notes))


def read_labels(
    path: str | Path,
    pool: StatementPool,
    codebook: Codebook,
    *,
    format: Format | None = None,
    coders: Sequence[str] = ("imported",),
) -> Labellings:
    """Read labels from a table or from another program's file.

    Parameters
    ----------
    path : str or Path
        The file.
    pool : StatementPool
        The statements that it is about; they are found by their ids, or by their texts where the file has no ids.
    codebook : Codebook
        The labels.
    format : "table", "label-studio" or "doccano", optional
        As for `write_labellings`.
    coders : sequence of str, default=("imported",)
        Of a table with a column for each coder, those columns; else what to call the one coder. Label Studio's file
        names its coders itself.

    Returns
    -------
    Labellings

    Raises
    ------
    InvalidInputError
        On an unknown label, a statement that the pool does not have or that reads otherwise there, or one that comes
        twice; the message names the row.

    Examples
    --------
    >>> import tempfile
    >>> pool, book = StatementPool.of(["Lift it.", "We met."]), Codebook.from_labels(["lift"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "admin.jsonl")
    ...     _ = path.write_text('{"id": 9, "text": "Lift it.", "label": ["lift"]}')
    ...     read_labels(path, pool, book, format="doccano", coders=["ann"]).coders
    {'ann': {'0': ('lift',)}}
    """
    kind = _check_format(format)
    if kind == "table":
        return read_sheet(Path(path), pool, codebook, coders)
    if kind == "label-studio":
        return read_label_studio(Path(path), pool, codebook)
    return read_doccano(Path(path), pool, codebook, coders)


def guess_format(path: str | Path) -> Format:
    """Give the format that a file's name speaks of: ``.json`` is Label Studio's, all else a table.

    Examples
    --------
    >>> guess_format("tasks.json"), guess_format("labels.csv")
    ('label-studio', 'table')
    """
    return "label-studio" if Path(path).suffix.lower() == ".json" and ".json" not in SUFFIXES else "table"


def _check_format(format: Format | None) -> Format:
    if format is not None and format not in FORMATS:
        raise unknown_option("format", format, FORMATS)
    return format or "table"


def _audit_notes(labellings: Labellings, audit_only: bool) -> list[str]:
    if not audit_only:
        return []
    notes = []
    if waiting := labellings.open_audit():
        notes.append(
            f"{len(waiting)} of the {len(labellings.audit)} statements of the random sample were put off or taken "
            "back; decide on them first, since without them it is no random sample"
        )
    unsure = [name for name in labellings.audit if _is_unsure(labellings.coders, name)]
    if unsure:
        notes.append(
            f"{len(unsure)} statements of the random sample are blank, since a coder cannot say or coders differ; "
            "shares take them for missing at random"
        )
    return notes


def _is_unsure(coders: Mapping[str, Mapping[str, tuple[str, ...] | None]], name: str) -> bool:
    given = [choices[name] for choices in coders.values() if name in choices]
    return bool(given) and (all(one is None for one in given) or len({one for one in given if one is not None}) > 1)
