"""What `stancekit doctor` looks at: versions, golden scores, the speed of this machine."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from stancekit.errors import MissingExtraError, StancekitError, in_words
from stancekit.storage.loading import GoldenCheck, built_in_models, check_golden, load

_PACKAGES = (
    "stancekit",
    "numpy",
    "scipy",
    "scikit-learn",
    "safetensors",
    "pyarrow",
    "datasets",
    "onnxruntime",
    "tokenizers",
    "torch",
    "sentence-transformers",
)
_STATEMENT = "Statement {}: the ministers of {} countries agreed to build the line and to trade without intermediaries."
_N_TIMED = 20_000


def versions() -> dict[str, str]:
    """Give the version of Python and of each package that stancekit uses, or "not installed"."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """The check of a model that cannot be read, which no comparison of scores can pass.

    Attributes
    ----------
    why : str
        What is wrong with it, and what to do.
    passed : bool
        False.
    max_difference : None
        There are no scores that could differ.
    """

    why: str
    passed: bool = False
    max_difference: None = None


def golden_checks() -> dict[str, GoldenCheck | Damaged | None]:
    """Compare every model in the package with its golden scores; None for one whose extra is not installed."""
    return {name: _golden_check(name) for name in built_in_models()}


def _golden_check(name: str) -> GoldenCheck | Damaged | None:
    try:
        return check_golden(load(name), name)
    except MissingExtraError:
        return None
    except (StancekitError, OSError) as error:  # the others are still to be looked at
        return Damaged(why=in_words(error))


def golden_line(check: GoldenCheck | Damaged | None) -> str:
    """Say how a check ended."""
    if check is None:
        return "not checked: an extra is missing; run: pip install 'stancekit[encoder]'"
    if isinstance(check, Damaged):
        return f"DAMAGED: {check.why}"
    verdict = "scores as saved" if check.passed else f"SCORES DIFFER by up to {check.max_difference:.2g}"
    return f"{verdict} ({check.n_statements} golden statements)"


def golden_record(check: GoldenCheck | Damaged | None) -> dict[str, object] | None:
    """Say it in what JSON knows; None where it was not checked."""
    if check is None:
        return None
    why = {"why": check.why} if isinstance(check, Damaged) else {}
    return {"passed": check.passed, "max_difference": check.max_difference, **why}


def statements_per_second() -> float:
    """Time the default model on made-up statements, on one thread; 0 where it is damaged and labels none."""
    try:
        model = load()
    except (StancekitError, OSError):  # `golden_checks` says why
        return 0.0
    texts = [_STATEMENT.format(i, i % 97) for i in range(_N_TIMED)]
    model.predict(texts[:1000])
    start = time.perf_counter()
    model.predict(texts)
    return _N_TIMED / (time.perf_counter() - start)
