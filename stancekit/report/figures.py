"""How figures of measured results are drawn and written; formats, never computes.

Every figure is made within `style`, in colours that the colour-blind can tell apart and markers that need no colour,
and written by `write_figure`, which gives the same bytes for the same figure.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from stancekit.errors import InvalidInputError, missing_extra
from stancekit.tables.writing import replacing

# Okabe and Ito (2008), Color Universal Design; without their yellow and black, which are weak on white or taken.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKERS = ("o", "s", "^", "D", "v", "P")
GREY = "#8C8C8C"
_FONT = "DejaVu Sans"  # comes with matplotlib, so a figure is the same on every machine
FORMATS = (".svg", ".png", ".pdf")
_STYLE = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "font.size": 9,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.hashsalt": "stancekit",
    "text.parse_math": False,  # names may hold dollar signs
}

_NO_GLYPH = re.compile(r"Glyph (\d+) .* missing from ")
# For Chinese, Japanese, Korean, Devanagari and Thai, of Linux, macOS and Windows; the first that has a letter draws it.
_WORLD_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback"),
    *("Hiragino Sans GB", "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Arial Unicode MS"),
    *("Microsoft YaHei", "SimHei", "Yu Gothic", "Malgun Gothic"),
    *("Noto Sans Devanagari", "Lohit Devanagari", "Kohinoor Devanagari", "Nirmala UI"),
    *("Noto Sans Thai", "Thonburi", "Leelawadee UI"),
)


@contextmanager
def style() -> Iterator[None]:
    """Draw and write in the style of all figures, whatever matplotlib's settings were.

    Raises
    ------
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> with style():
    ...     figure = new_figure(width=3.0, height=2.0)
    >>> figure.get_size_inches().tolist()
    [3.0, 2.0]
    """
    mpl = _matplotlib()
    # rc_context alone would start from the reader's own settings; the backend is none of a figure's business.
    settings = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    fonts = logging.getLogger("matplotlib.font_manager")
    fonts.addFilter(_is_worth_saying)
    try:
        with mpl.rc_context({**settings, **_STYLE, "font.family": [_FONT, *_fallbacks()]}):
            yield
    finally:
        fonts.removeFilter(_is_worth_saying)


@cache
def _fallbacks() -> tuple[str, ...]:
    """Give fonts of this machine for scripts that matplotlib's own has no letters of; others would be warned of."""
    from matplotlib.font_manager import fontManager

    here = set(fontManager.get_font_names())
    return tuple(name for name in _WORLD_FONTS if name in here)


def _matplotlib() -> Any:  # noqa: ANN401
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise missing_extra("matplotlib", "figures", "A figure") from error
    return mpl


def new_figure(*, width: float, height: float) -> Any:  # noqa: ANN401 - matplotlib ships no types that we check
    """Give an empty figure, in inches, that no window shows; to be called within `style`."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def write_figure(figure: Any, paths: Sequence[str | os.PathLike[str]], *, description: str = "") -> None:  # noqa: ANN401
    """Write a figure into files, vector or bitmap by their endings, each whole or not at all.

    A file of that name is replaced once the new one is whole.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As the functions of this module give it.
    paths : sequence of str or path
        Files that end in .svg, .png or .pdf; their folders are made.
    description : str, default=""
        Kept in the files' metadata, such as a hash of the numbers that the figure shows.

    Raises
    ------
    InvalidInputError
        On another ending.

    Notes
    -----
    Nothing in the files tells the date, the machine or a random number: the same figure gives the same bytes, with the
    same version of matplotlib and, for names in scripts that its own font does not have, the same fonts.

    Warns
    -----
    UserWarning
        Once, where no font of this machine has some of the letters, which are then drawn as boxes.
    """
    targets = [Path(path) for path in paths]
    check_figure_paths(targets)
    nameless: dict[str, dict[str, str | None]] = {
        ".svg": {"Description": description, "Date": None, "Creator": None},
        ".png": {"Description": description, "Software": None},
        ".pdf": {"Subject": description, "CreationDate": None, "Creator": None, "Producer": None},
    }
    with style(), _one_warning_of_letters():
        for path in targets:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                ending = path.suffix.lower()
                figure.savefig(file, format=ending[1:], dpi=160, metadata=nameless[ending])


@contextmanager
def _one_warning_of_letters() -> Iterator[None]:
    """Say in one warning what matplotlib says of each letter by itself; other warnings pass."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing = sorted({int(found[1]) for one in caught if (found := _NO_GLYPH.match(str(one.message)))})
    for one in caught:
        if not _NO_GLYPH.match(str(one.message)):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        warnings.warn(
            f"no font here has {len(missing)} of the letters, such as {chr(missing[0])!r}, and they are drawn as "
            "boxes; install one that has them, such as Noto Sans CJK",
            stacklevel=4,
        )


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """Leave out that a font for other scripts has no bold letters, of which hardly any figure has need."""
    return "Failed to find font weight" not in record.getMessage()


def check_figure_paths(paths: Sequence[str | os.PathLike[str]]) -> None:
    """Tell before anything is measured whether a figure can be written into these files.

    Raises
    ------
    InvalidInputError
        On a name that does not end in .svg, .png or .pdf.
    MissingExtraError
        When matplotlib is not installed.

    Examples
    --------
    >>> check_figure_paths(["shares.svg", "shares.png"])
    """
    if wrong := [str(path) for path in paths if Path(path).suffix.lower() not in FORMATS]:
        raise InvalidInputError(f"figures cannot be written to {wrong}; expected names that end in {list(FORMATS)}")
    _matplotlib()
