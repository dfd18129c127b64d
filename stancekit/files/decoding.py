"""The text of a file from its bytes."""

from __future__ import annotations

import codecs

from stancekit.errors import InvalidInputError

_FORMATS = {b"%PDF-": "a PDF file", b"\x89PNG": "a picture", b"PK\x03\x04": "a ZIP file, as those of Word are"}
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def decode_article(content: bytes, source: str) -> str:
    r"""Decode an article: UTF-8, with or without a byte order mark, or UTF-16 with one.

    Parameters
    ----------
    content : bytes
        What is in the file.
    source : str
        What to call it in errors.

    Returns
    -------
    str
        The text without the mark, line ends as they are.

    Raises
    ------
    InvalidInputError
        On bytes of another encoding, or of none, with the offset of the first.

    Examples
    --------
    >>> decode_article(b"\xef\xbb\xbfLift them.", "speech.txt")
    'Lift them.'
    """
    encoding, mark = "utf-8", codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    if not content.startswith(codecs.BOM_UTF32_LE):
        for wide, name in _WIDE_MARKS.items():
            if content.startswith(wide):
                encoding, mark = name, wide
    try:
        return content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(content, error.start + len(mark), encoding, source) from None


def _undecodable(content: bytes, offset: int, encoding: str, source: str) -> InvalidInputError:
    if kind := next((kind for mark, kind in _FORMATS.items() if content.startswith(mark)), ""):
        return InvalidInputError(f"{source} is {kind} and no text; save it as plain text first")
    bad = f"{source}: byte 0x{content[offset]:02x} at offset {offset}"
    if encoding != "utf-8":
        return InvalidInputError(f"{bad} is not {encoding.upper()}, which the file begins as; save the file as UTF-8")
    if b"\0" in content:
        return InvalidInputError(
            f"{bad} is not UTF-8, and there are NUL bytes: the file is binary; give its plain text"
        )
    return InvalidInputError(
        f"{bad} is not UTF-8; convert it, for instance by `iconv -f WINDOWS-1252 -t UTF-8`, or mend what stands there "
        "if the file mixes encodings"
    )
