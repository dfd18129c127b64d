"""The pages of the API reference, which mkdocstrings fills from the docstrings.

They are made while the site is built and kept nowhere: on GitHub they would show nothing, and so they are never stale.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import stancekit

PACKAGE = Path(stancekit.__file__).parent
FOLDER = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A page of the reference.

    Attributes
    ----------
    name, title, text : str
        Name of its file without suffix, its heading, and what stands below.
    homes : tuple of str
        Modules, or names in them, whose public names it holds, without ``stancekit.``.
    """

    name: str
    title: str
    text: str
    homes: tuple[str, ...]


TOPICS = (
    Topic(
        name="predict",
        title="Predict and explain",
        text="Labels, scores and the words that weighed, for one statement or many, and models on disk.",
        homes=("predict", "model", "records", "storage"),
    ),
    Topic(
        name="articles",
        title="Articles",
        text="Statements, quotations and speakers of whole articles, with the stance of each.",
        homes=("analyze", "analysis", "text", "records.Quote", "records.Statement", "report"),
    ),
    Topic(name="tables", title="Tables", text="Rows in and out, and whole tables labelled.", homes=("tables", "files")),
    Topic(
        name="spark",
        title="Spark",
        text="Spark DataFrames and Parquet files labelled, on one machine or many. Needs the extra `spark`.",
        homes=("spark",),
    ),
    Topic(
        name="codebooks",
        title="Codebooks and labelled statements",
        text="What the labels are, and statements that have some.",
        homes=("codebook", "labelled"),
    ),
    Topic(
        name="training",
        title="Training",
        text="Models of your own labels, and what to label next.",
        homes=("training", "features"),
    ),
    Topic(
        name="labelling",
        title="The labelling loop",
        text="Statements labelled by hand, one after the other, and what can be learned from them so far.",
        homes=("labelling",),
    ),
    Topic(
        name="measures",
        title="Measures",
        text="How good a model is, how far coders agree, and shares with intervals that hold.",
        homes=("measure",),
    ),
    Topic(name="errors", title="Errors", text="Everything that stancekit raises on purpose.", homes=("errors",)),
)


@cache
def public_names() -> dict[str, str]:
    """Give the path to ask for of every public name, by where the name lives.

    Public is what ``stancekit.__all__`` names, and what a module names in an ``__all__`` of its own.
    """
    paths = {_home(name): f"stancekit.{name}" for name in stancekit.__all__}
    for module, names in _modules_with_all():
        for name in names:
            home = _defined(f"stancekit.{module}", name)
            paths.setdefault(home, f"stancekit.{module}.{name}")
    return paths


def topic_of(home: str) -> Topic:
    """Give the page on which a name stands, the most particular one where several would do.

    Raises
    ------
    ValueError
        Where no page takes it.
    """
    fits = [(len(one), topic) for topic in TOPICS for one in topic.homes if home == one or home.startswith(f"{one}.")]
    if not fits:
        raise ValueError(
            f"stancekit.{home} is public and stands on no page of the reference; add its module to the homes of one "
            "of the TOPICS in documentation/reference.py"
        )
    return max(fits, key=lambda fit: fit[0])[1]


def reference_pages() -> dict[str, str]:
    """Give the pages, by their paths."""
    homes = public_names()
    on_page: dict[str, list[str]] = {topic.name: [] for topic in TOPICS}
    for home in homes:
        on_page[topic_of(home).name].append(home)
    return {f"{FOLDER}/{topic.name}.md": _page(topic, on_page[topic.name], homes) for topic in TOPICS}


def links() -> dict[str, str]:
    """Give where each name of ``stancekit.__all__`` is described: page and anchor."""
    return {
        path.removeprefix("stancekit."): f"{FOLDER}/{topic_of(home).name}.md#{path}"
        for home, path in public_names().items()
        if path.count(".") == 1
    }


def _page(topic: Topic, homes: list[str], paths: Mapping[str, str]) -> str:
    facade = [paths[home] for home in homes if paths[home].count(".") == 1]
    inner = [paths[home] for home in homes if paths[home].count(".") > 1]
    # Functions first: they are what one looks for; classes are mostly what they give.
    facade.sort(key=lambda path: (path.rsplit(".", 1)[1][0].isupper(), path))
    sections = [f"# {topic.title}", topic.text, *(f"::: {path}" for path in [*facade, *sorted(inner)])]
    return "\n\n".join(sections) + "\n"


def _home(name: str) -> str:
    return _defined("stancekit", name)


def _defined(module: str, name: str) -> str:
    """Give the module in which a name is defined, with the name, without ``stancekit.``; nothing is imported."""
    path = _file(module)
    for node in _imports(path):
        for alias in node.names:
            if (alias.asname or alias.name) == name and node.module and node.module != module:
                return _defined(node.module, alias.name)
    return f"{module}.{name}".removeprefix("stancekit.")


@cache
def _imports(path: Path) -> list[ast.ImportFrom]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [one for one in nodes if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("stancekit")]


def _file(module: str) -> Path:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _modules_with_all() -> Iterator[tuple[str, list[str]]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").strip(".")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if module and isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                yield module, ast.literal_eval(node.value)
