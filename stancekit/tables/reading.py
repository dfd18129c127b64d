"""Open a table by its path or address."""

from __future__ import annotations

from pathlib import Path

from stancekit.tables.delimited import read_delimited
from stancekit.tables.huggingface import read_folder, read_hub
from stancekit.tables.jsonl import read_jsonl
from stancekit.tables.parquet import read_parquet
from stancekit.tables.table import Table, suffix_of


def read_table(source: str | Path) -> Table:
    r"""Open a table; its rows are read when it is iterated, in constant memory.

    Text files are UTF-8, packed (``.csv.gz``, ``.jsonl.zst``) or not, with or without a byte order mark, and
    may end in blank lines; a blank line before a row is an error. Values of CSV and TSV are text, exactly as
    written; both are quoted as in RFC 4180 (a TSV field that begins with a double quote is a quoted field).
    Values of Parquet and Hugging Face data are what pyarrow makes of them: nanoseconds are pandas' where
    pandas is installed and an error where it is not, and class labels are their numbers.

    Parameters
    ----------
    source : str or Path
        A file whose suffix is one of `SUFFIXES`; a folder that ``Dataset.save_to_disk`` wrote;
        or ``"hf:org/name"``, ``"hf:org/name:split"`` on the Hugging Face hub (split "train" if none
        is named). Only the last uses the network.

    Returns
    -------
    Table

    Raises
    ------
    InvalidInputError
        Now, on an unknown suffix, a file without a header or with a column name used twice, or one that
        is no Parquet; on iteration, on a row that does not parse, named by its number and line, and where a
        file is damaged or cut off.
    MissingExtraError
        When pyarrow, datasets or backports.zstd is needed and not installed.
    OSError
        When there is no such file, it may not be read, or the hub cannot be reached.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "speeches.csv")
    ...     _ = path.write_text("country,text\nCuba,Lift the blockade.\n")
    ...     table = read_table(path)
    ...     print(table.columns, list(table))
    ('country', 'text') [{'country': 'Cuba', 'text': 'Lift the blockade.'}]
    """
    if str(source).startswith("hf:"):
        return read_hub(str(source))
    path = Path(source)
    if path.is_dir():
        return read_folder(path)
    match suffix_of(path):
        case ".parquet":
            return read_parquet(path)
        case ".jsonl" | ".ndjson":
            return read_jsonl(path)
        case suffix:
            return read_delimited(path, "\t" if suffix == ".tsv" else ",")
