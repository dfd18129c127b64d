"""Articles from files, folders and tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from stancekit.errors import InvalidInputError, missing_column, place
from stancekit.files.decoding import decode_article
from stancekit.tables import SUFFIXES, Table, read_table
from stancekit.tables.compression import compression_of
from stancekit.text.article_checks import check_article, check_name

T = TypeVar("T")

ARTICLE_SUFFIXES = (".md", ".txt")
"""The suffixes of files that hold one article each, in any case of letters."""

_OR_SKIP = ", or leave out what is bad (--skip-bad, or skip_bad=True)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    r"""An article as it was read.

    Attributes
    ----------
    document : str
        What it is called: its file's name, its path within the folder, or its row's id or number. Bytes of a name that
        are no UTF-8 are shown as ``\xe9``.
    text : str
        Its text, checked.
    speaker : str or None
        Who speaks where the text names nobody.
    """

    document: str
    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Articles:
    """Articles that are read one at a time, anew each time they are iterated.

    Attributes
    ----------
    source : str
        The file, folder or table.
    n_articles : int or None
        How many there are, where that is known without reading.
    skipped : tuple of str
        Files of a folder that are neither .txt nor .md, by their paths within it.
    bad : tuple of str
        Files of a folder, or rows of a table, that were left out because they are no articles, each with the reason.
    open_articles : callable
        Gives a fresh iterator.
    """

    source: str
    n_articles: int | None = None
    skipped: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    open_articles: Callable[[], Iterator[Article]] = field(repr=False)

    def __iter__(self) -> Iterator[Article]:
        return self.open_articles()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleColumns:
    """Which columns of a table hold what.

    Attributes
    ----------
    text : str
        The articles.
    document : str or None
        What they are called; None for the numbers of their rows.
    speaker : str or None
        Who speaks where the text names nobody; None for `read_articles`'s own `speaker`.
    """

    text: str = "text"
    document: str | None = None
    speaker: str | None = None


def read_articles(
    source: str | Path, *, columns: ArticleColumns | None = None, speaker: str | None = None, skip_bad: bool = False
) -> Articles:
    r"""Find the articles of a file, a folder or a table.

    Text files are UTF-8, with or without a byte order mark, or UTF-16 with one; their line ends stay as they are,
    so that offsets count the file's own characters, the byte order mark apart.

    Parameters
    ----------
    source : str or Path
        A .txt or .md file; a folder of them, and of folders of them, read in the order of their paths; or a table with
        an article a row, see `read_table`. Markdown is read as plain text.
    columns : ArticleColumns, optional
        For a table, which columns to read; "text" alone by default.
    speaker : str, optional
        Who speaks where a text names nobody.
    skip_bad : bool, default=False
        For a folder or a table, whether files or rows that are empty or no text are left out, and named in ``bad``. A
        table is read once more for it.

    Returns
    -------
    Articles

    Raises
    ------
    InvalidInputError
        Now, on a file that is neither text nor a table, a folder without a text or with files that cannot be read, all
        of which are named, a missing column, or columns for what is no table; on iteration, before the first article,
        on two of the same name, and then on an article that cannot be read, named by its file, or its row and field.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "speech.txt")
    ...     _ = path.write_text("Lift the embargo.\n")
    ...     [(article.document, article.text) for article in read_articles(path)]
    [('speech.txt', 'Lift the embargo.\n')]
    """
    path = Path(source)
    if _is_table(source):
        return _of_table(read_table(source), columns or ArticleColumns(), speaker, skip_bad=skip_bad)
    if skip_bad and not path.is_dir():
        raise InvalidInputError(
            f"skip_bad (--skip-bad) leaves out some articles of many, and {source} is one; leave it out"
        )
    if columns is not None:
        raise InvalidInputError(f"{source} is no table and has no columns; leave out the names of columns")
    if path.is_dir():
        return _of_folder(path, speaker, skip_bad=skip_bad)
    return Articles(source=_shown(path), n_articles=1, open_articles=lambda: iter([_of_file(path, path.name, speaker)]))


def _is_table(source: str | Path) -> bool:
    path = Path(source)
    if str(source).startswith("hf:") or (path / "dataset_info.json").exists():
        return True
    suffix = (path.with_suffix("") if compression_of(path) else path).suffix.lower()
    if path.is_dir() or suffix in ARTICLE_SUFFIXES:
        return False
    if suffix in SUFFIXES:
        return True
    path.stat()  # a missing file is the likelier mistake
    raise InvalidInputError(
        f"cannot tell by its suffix what {str(source)!r} holds; expected a folder, an article "
        f"({', '.join(ARTICLE_SUFFIXES)}) or a table ({', '.join(SUFFIXES)})"
    )


def _of_folder(folder: Path, speaker: str | None, *, skip_bad: bool) -> Articles:
    found = sorted(_files_in(folder))
    names = [name for name in found if Path(name).suffix.lower() in ARTICLE_SUFFIXES]
    _refuse_twice(map(_shown, names), _shown(folder), "file", "rename one")
    if not names:
        raise InvalidInputError(f"{folder} has no .txt or .md file in it, nor in its folders; put articles there")
    bad = {name: error for name in names if (error := _unreadable(folder / name)) is not None}
    if bad and (not skip_bad or len(bad) == len(names)):
        raise _bad_files(folder, bad, len(names))
    good, texts = [name for name in names if name not in bad], set(names)
    return Articles(
        source=_shown(folder),
        n_articles=len(good),
        skipped=tuple(_shown(name) for name in found if name not in texts),
        bad=tuple(_reason(name, error, folder) for name, error in bad.items()),
        open_articles=lambda: (_of_file(folder / name, name, speaker) for name in good),
    )


def _unreadable(path: Path) -> InvalidInputError | OSError | None:
    """Give the error of a file that is no article: reading takes far less time than to analyse the others in vain."""
    try:
        _of_file(path, path.name, None)
    except (InvalidInputError, OSError) as error:
        return error
    return None


def _bad_files(folder: Path, bad: Mapping[str, InvalidInputError | OSError], n_articles: int) -> InvalidInputError:
    remedy = "" if len(bad) == n_articles else _OR_SKIP
    if len(bad) == 1 and isinstance(error := next(iter(bad.values())), InvalidInputError):
        return InvalidInputError(f"{error}{remedy}")
    reasons = "; ".join(_reason(name, error, folder) for name, error in bad.items())
    return InvalidInputError(
        f"{len(bad)} of {n_articles} articles in {_shown(folder)} cannot be read: {reasons}; mend them{remedy}"
    )


def _reason(name: str, error: InvalidInputError | OSError, folder: Path) -> str:
    """Say in short what is wrong with a file: its error without the remedy."""
    if isinstance(error, OSError):
        return f"{_shown(name)} ({error.strerror})"
    return f"{_shown(name)} ({str(error).removeprefix(_shown(folder / name) + ': ').partition(';')[0]})"


def _files_in(folder: Path) -> Iterator[str]:
    """Name the files of a folder and those below it, linked ones too."""
    seen = {os.path.realpath(folder)}
    for inner, folders, files in os.walk(folder, onerror=_cannot_list, followlinks=True):
        yield from ((Path(inner) / name).relative_to(folder).as_posix() for name in files)
        new = [name for name in folders if os.path.realpath(os.path.join(inner, name)) not in seen]
        seen |= {os.path.realpath(os.path.join(inner, name)) for name in new}
        folders[:] = new  # a link that leads back is not gone into again


def _cannot_list(error: OSError) -> None:
    raise InvalidInputError(f"the folder {_shown(error.filename)} cannot be read: {error.strerror}") from error


def _of_file(path: Path, name: str, speaker: str | None) -> Article:
    source = _shown(path)
    if path.exists() and not path.is_file():
        raise InvalidInputError(f"{source} is no file that can be read to its end; leave it out")
    text = _named(source, lambda: check_article(decode_article(path.read_bytes(), source)))
    return Article(document=_shown(name), text=text, speaker=speaker)


def _shown(path: str | Path) -> str:
    """Give a path as text that can be written; unlike question marks, numbers of bytes keep two names apart."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _of_table(table: Table, columns: ArticleColumns, speaker: str | None, *, skip_bad: bool) -> Articles:
    for column in (columns.text, columns.document, columns.speaker):
        if column is not None and column not in table.columns:
            raise missing_column(column, table.columns, table.source)
    if columns.speaker is not None and speaker is not None:
        raise InvalidInputError("speakers come from a column or are one and the same; give one of the two")

    n_articles, bad = table.n_rows, dict[int, str]()
    if skip_bad:
        n_rows, bad = _bad_rows(table, columns, speaker)
        n_articles = n_rows - len(bad)

    def articles() -> Iterator[Article]:
        if columns.document is not None:
            _check_ids(table, columns.document, bad)
        for number, row in enumerate(table):
            if number not in bad:
                yield _named(table.source, partial(_of_row, row, number, columns, speaker), _OR_SKIP)

    return Articles(source=table.source, n_articles=n_articles, bad=tuple(bad.values()), open_articles=articles)


def _bad_rows(table: Table, columns: ArticleColumns, speaker: str | None) -> tuple[int, dict[int, str]]:
    """Count the rows, and say of those that hold no article what is wrong with them, by their numbers."""
    n_rows, bad = 0, dict[int, str]()
    for number, row in enumerate(table):
        n_rows += 1
        try:
            _of_row(row, number, columns, speaker)
        except InvalidInputError as error:
            bad[number] = str(error).partition(";")[0]
    if bad and len(bad) == n_rows:
        raise InvalidInputError(f"{table.source} has no row with an article: {next(iter(bad.values()))}")
    return n_rows, bad


def _check_ids(table: Table, column: str, bad: Container[int]) -> None:
    """Read the ids alone, which takes far less time than to analyse articles in vain."""

    def ids() -> Iterator[str]:
        for number, row in enumerate(table):
            if number not in bad:
                yield _named(table.source, partial(_name, row.get(column), number, column), _OR_SKIP)

    remedy = f"give each article an id of its own in {column!r}, or leave out the column of ids for numbers of rows"
    _refuse_twice(ids(), table.source, "row", remedy)


def _refuse_twice(names: Iterable[str], source: str, unit: str, remedy: str) -> None:
    """Raise where two articles have one name, by which their statements could not be told apart."""
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        first = numbers.setdefault(name, number)
        if first != number:
            raise InvalidInputError(
                f"{source}: the articles in {unit}s {first} and {number} are both called {name!r}; {remedy}"
            )


def _of_row(row: Mapping[str, object], number: int, columns: ArticleColumns, speaker: str | None) -> Article:
    text = check_article(row.get(columns.text), row=number, field=columns.text)
    if columns.speaker is not None:
        speaker = _speaker(row.get(columns.speaker), number, columns.speaker)
    document = str(number) if columns.document is None else _name(row.get(columns.document), number, columns.document)
    return Article(document=document, text=text, speaker=speaker)


def _speaker(value: object, number: int, column: str) -> str | None:
    if value is None or isinstance(value, str):
        return check_name(value or "", row=number, field=column).strip() or None
    raise InvalidInputError(
        f"expected a speaker's name{place(number, column)}, got {type(value).__name__} {value!r}; "
        "give a str, blank for none"
    )


def _name(value: object, number: int, column: str) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return check_name(str(value), row=number, field=column)
    raise InvalidInputError(
        f"expected an id of text or whole numbers{place(number, column)}, got {value!r}; give each article one"
    )


def _named(source: str, read: Callable[[], T], remedy: str = "") -> T:
    """Read, with the source's name before the message of an error and a remedy behind it."""
    try:
        return read()
    except InvalidInputError as error:
        message = f"{error}{remedy}"
        raise InvalidInputError(message if message.startswith(source) else f"{source}: {message}") from error
