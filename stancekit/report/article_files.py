"""The page of analysed articles as a file, and whether articles fit on one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from stancekit.analysis import Analysis
from stancekit.errors import InvalidInputError, file_exists
from stancekit.files.articles import Article
from stancekit.model import StanceModel
from stancekit.report.article import article_html, check_report_size
from stancekit.storage.loading import load
from stancekit.tables.writing import replacing
from stancekit.text.article import split_statements
from stancekit.text.reading import for_scoring

_SAME_SCORE = 0.02  # an encoder's scores differ that much from processor to processor


def write_page(
    target: str | Path,
    analyses: Analysis | Iterable[Analysis],
    model: StanceModel | None = None,
    *,
    model_name: str = "",
    overwrite: bool = False,
) -> None:
    """Write analysed articles as one HTML page that needs no network and no other file.

    It shows the articles with their statements marked by stance, filters them by stance, speaker and kind, counts
    stances by speaker, and has a table to sort and to download.

    Parameters
    ----------
    target : str or Path
        File to write, ``.html`` or ``.htm``. It has its name only when it is whole.
    analyses : Analysis or iterable of Analysis
        As `analyze` gives them. Where there are several, give each a name by ``analyze(..., document=...)``.
    model : StanceModel, optional
        The model that made them, whose thresholds the page names; the model in the package where None.
    model_name : str, default=""
        What to call the model; its codebook and features are named in any case.
    overwrite : bool, default=False
        Whether an existing file of that name is replaced.

    Raises
    ------
    InvalidInputError
        When the file exists and may not be replaced, or is called otherwise; when there is no article, two have the
        same name, or they hold more than 2,000 statements or 2 million characters; when another model made them.
    OSError
        When the folder may not be written to.

    Examples
    --------
    >>> import stancekit, tempfile
    >>> analysis = stancekit.analyze("The embargo is illegal and must be lifted.", document="note")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_page(Path(folder, "note.html"), analysis)
    ...     "<title>Stances in note</title>" in Path(folder, "note.html").read_text(encoding="utf-8")
    True
    """
    path = Path(target)
    check_page_target(path, overwrite=overwrite)
    articles = [analyses] if isinstance(analyses, Analysis) else list(analyses)
    if model is None:
        model, model_name = load(), model_name or "linear"
    _check_model(articles, model)
    page = article_html(articles, model, model_name=model_name).encode()
    with replacing(path) as file:
        file.write(page)


def check_page_target(path: Path, *, overwrite: bool) -> None:
    """Raise now what would keep a page from being written later.

    Raises
    ------
    InvalidInputError
        When the name does not end in .html or .htm, there is no such folder, or the file exists and may not be
        replaced.

    Examples
    --------
    >>> check_page_target(Path("page.pdf"), overwrite=False)
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: a page is HTML; expected a name that ends in .html, got 'page.pdf'
    """
    if path.suffix.lower() not in {".html", ".htm"}:
        raise InvalidInputError(f"a page is HTML; expected a name that ends in .html, got {str(path)!r}")
    if not path.parent.is_dir():
        raise InvalidInputError(f"no such folder to write to: {str(path.parent)!r}; make it first")
    if path.exists() and not overwrite:
        raise file_exists(path)


def read_for_page(articles: Iterable[Article]) -> list[Article]:
    """Read articles for a page, and raise before any is analysed where they are too much for one.

    Parameters
    ----------
    articles : iterable of Article
        Read no further than to the article that is too much.

    Returns
    -------
    list of Article
        All of them; a page's articles are few enough for memory.

    Raises
    ------
    InvalidInputError
        See `check_report_size`; and whatever reading raises.

    Examples
    --------
    >>> [article.document for article in read_for_page([Article(document="note", text="Lift the embargo.")])]
    ['note']
    """
    read: list[Article] = []
    n_statements = n_characters = 0
    for article in articles:
        n_characters += len(article.text)
        check_report_size(n_statements, n_characters, article.document)  # before a text of any length is split
        n_statements += len(split_statements(article.text))
        check_report_size(n_statements, n_characters, article.document)
        read.append(article)
    return read


def _check_model(analyses: Sequence[Analysis], model: StanceModel) -> None:
    """Raise where the model gives the surest statement of an article another score than it has."""
    for number, analysis in enumerate(analyses):
        if analysis.labels != model.labels:
            raise _other_model(number, f"has the labels {list(analysis.labels)}, the model {list(model.labels)}")
        if not analysis.statements:
            continue
        one = max(analysis.statements, key=lambda one: max(one.prediction.scores.values()))
        surest = one.prediction
        (read,) = for_scoring(analysis.text, [(one.statement.start, one.statement.end)])
        again = model.predict(read.text)
        for label, score in surest.scores.items():
            if abs(again.scores[label] - score) > _SAME_SCORE:
                raise _other_model(number, f"has {label} {score:.2f} where the model has {again.scores[label]:.2f}")


def _other_model(number: int, difference: str) -> InvalidInputError:
    return InvalidInputError(f"analysis {number} {difference}; give the model that made it, as model=")
