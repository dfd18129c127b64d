"""Where the corpora lie, and their documents by id.

None of their texts is in the repository. Put them into ``corpora/``, or name another folder in the
environment variable ``STANCEKIT_CORPORA``:

* the UN General Debate Corpus (doi:10.7910/DVN/0TJX8Y), as ``ungdc.parquet`` (columns ``id`` and ``text``)
  or as published: the Dataverse archive unpacked, text files such as ``TXT/Session 01 - 1946/ARG_01_1946.txt``;
* ``statements_pool.parquet``: diplomatic and news statements (columns ``source``, ``doc``, ``text``);
* for drawing statements (`experiments.unlabelled`): ``articles/``, whole documents that stay out, and beside the
  folder ``annotation/reserved_docs.txt``, the documents that are kept for later tests;
* ``tweeteval_stance/`` for `experiments.tweeteval`, or nothing, and it is read through `datasets`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from stancekit.errors import InvalidInputError
from stancekit.tables import read_table
from stancekit.text.identity import fingerprint

ROOT = Path(__file__).parent.parent
_SPEECH_FILE = re.compile(r"[A-Z]{2,4}_\d{2}_\d{4}\.txt")


def corpora_folder() -> Path:
    """Give the folder of the corpora."""
    return Path(os.environ.get("STANCEKIT_CORPORA", ROOT / "corpora"))


def have_corpora() -> bool:
    """Tell whether the corpora are on this machine."""
    return (corpora_folder() / "statements_pool.parquet").is_file()


@cache
def un_speeches(folder: Path | None = None) -> Mapping[str, str]:
    """Give the text of each speech of the UN General Debate by id, for example ``"ARG_01_1946"``.

    Raises
    ------
    InvalidInputError
        When the folder holds neither form of the corpus.
    """
    folder = folder or corpora_folder()
    if (folder / "ungdc.parquet").is_file():
        return {str(row["id"]): str(row["text"]) for row in read_table(folder / "ungdc.parquet")}
    # macOS leaves "._" twins of each file in archives; the pattern passes them over.
    files = sorted(path for path in folder.rglob("*.txt") if _SPEECH_FILE.fullmatch(path.name))
    if not files:
        raise InvalidInputError(
            f"no UN General Debate Corpus in {str(folder)!r}; unpack the archive of doi:10.7910/DVN/0TJX8Y there, "
            "or set STANCEKIT_CORPORA"
        )
    return {path.stem: path.read_text(encoding="utf-8-sig") for path in files}


@cache
def pool_statements(folder: Path | None = None) -> Mapping[tuple[str, str, str], str]:
    """Give each diplomatic or news statement by source, document and fingerprint.

    Raises
    ------
    InvalidInputError
        When the folder does not hold the pool.
    """
    path = (folder or corpora_folder()) / "statements_pool.parquet"
    if not path.is_file():
        raise InvalidInputError(f"no statements_pool.parquet in {str(path.parent)!r}; set STANCEKIT_CORPORA")
    statements: dict[tuple[str, str, str], str] = {}
    for row in read_table(path):
        key = (str(row["source"]), str(row["doc"]), fingerprint(str(row["text"])))
        statements.setdefault(key, str(row["text"]))
    return statements
