"""What is an article's text and what is something else, binary, blank, HTML or data; and what names may be."""

from __future__ import annotations

import re

from stancekit.errors import InvalidInputError, place
from stancekit.text.checks import check_statement

# Marks of pages rather than of text; one or two may be quoted in an article about the web.
_PAGE = re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|article|b|blockquote|br|center|div|em|figure|font|footer|h[1-6]|header|hr|i|iframe|img|li|link|main|meta"
    r"|nav|ol|p|script|section|span|strong|style|table|tbody|td|th|thead|tr|ul)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_FORMATS = {"%PDF-": "a PDF file", "{\\rtf": "an RTF file"}
# How data begin, which hold articles and are none: feeds and other XML, and objects of JSON, one or many.
_XML = re.compile(r"\ufeff?\s*<(?:\?xml|rss|feed|nitf|tei)(?=[\s>])", re.IGNORECASE)
_JSON = re.compile(r"\ufeff?\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,200}\"\s*:")
_TAGS_OF_A_PAGE = 3
_CHARS_A_TAG = 2000
_CHARS_READ = 100_000  # a page shows itself at its beginning


def check_article(value: object, *, row: int | None = None, field: str | None = None) -> str:
    """Give `value` back if it is an article's text.

    Parameters
    ----------
    value : object
        An article.
    row, field : int and str, optional
        The place to name in an error.

    Raises
    ------
    InvalidInputError
        When `value` is no str, blank, binary, HTML, XML, JSON, RTF or PDF, or holds a lone surrogate.

    Examples
    --------
    >>> check_article("<p>Lift them.</p> <p>Now.</p>")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: the article looks like HTML ...
    """
    where = place(row, field)
    if not isinstance(value, str):
        kind = type(value).__name__
        raise InvalidInputError(f"expected the text of an article{where}, got {kind}; give a str, or drop the row")
    text = check_statement(value, row=row, field=field)
    if not text.strip("\ufeff \t\r\n") or text.isspace():
        raise InvalidInputError(f"the article{where} is empty; give its text, or leave it out")
    if "\0" in text:
        raise InvalidInputError(
            f"the article{where} has a NUL at character {text.index(chr(0))}: it is binary, or decoded wrongly; "
            "give its plain text"
        )
    begin = text[:8].lstrip("\ufeff")
    if kind := next((kind for mark, kind in _FORMATS.items() if begin.startswith(mark)), ""):
        raise InvalidInputError(f"the article{where} is {kind} and no text; save it as plain text first")
    if _looks_like_html(text):
        raise InvalidInputError(
            f"the article{where} looks like HTML ({_first_tag(text)!r}); give its text, without tags and menus"
        )
    if _XML.match(text) is not None:
        raise InvalidInputError(f"the article{where} is XML ({_first_tag(text)!r}); give the text that is in it")
    if _JSON.match(text) is not None:
        raise InvalidInputError(
            f"the article{where} is JSON and no text; give the text that is in it, or a table of articles (.jsonl)"
        )
    return text


def check_name(value: object, *, row: int | None = None, field: str | None = None) -> str:
    r"""Give `value` back if it is a name that every table and page can hold: of an article or of a speaker.

    Parameters
    ----------
    value : object
        A name.
    row, field : int and str, optional
        The place to name in an error.

    Raises
    ------
    InvalidInputError
        When `value` is no str, or holds a NUL or a lone surrogate.

    Examples
    --------
    >>> check_name("Ann\0Lee", field="speaker")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stancekit.errors.InvalidInputError: there is a NUL at character 3 in field 'speaker', which tables ...
    """
    name = check_statement(value, row=row, field=field)
    if "\0" in name:
        raise InvalidInputError(
            f"there is a NUL at character {name.index(chr(0))}{place(row, field)}, which tables cannot hold; drop it"
        )
    return name


def _looks_like_html(text: str) -> bool:
    if "<" not in text:
        return False
    head = text[:_CHARS_READ]
    n_tags = sum(1 for _ in _TAG.finditer(head))
    dense = n_tags * _CHARS_A_TAG >= len(head)
    return bool(_PAGE.match(head)) or (n_tags >= _TAGS_OF_A_PAGE and dense)


def _first_tag(text: str) -> str:
    start = max(text.find("<"), 0)
    tag = text[start : text.find(">", start, start + 40) + 1]
    return tag or text[start : start + 40]
