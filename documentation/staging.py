"""Put the sources of the site into one folder: ``python -m documentation.staging FOLDER``.

``docs/`` is written for readers of the repository: its links lead out of it, to the data card for one. Here these files
become pages, links are turned to them, and the reference is added. `documentation.hook` does this for ``mkdocs``;
any other builder that reads ``mkdocs.yml`` can be given the folder, which holds a copy of it.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path

from documentation import DOCS, ROOT
from documentation.codebook import codebook_page
from documentation.reference import links, reference_pages

OUTSIDE = {
    "README.md": "index.md",
    "data/README.md": "data.md",
    "data/codebook.yaml": "reference/package-codebook.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "CITATION.cff": "cite.md",
}
"""Where files outside ``docs/`` are found on the site."""
PAGES_FROM_FILES = ("data/README.md", "CONTRIBUTING.md", "CHANGELOG.md")
COPIED = (".md", ".svg", ".png", ".py", ".csv", ".css", ".js")

_LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
_BLOCK = re.compile(r"<!-- from README: (\w+) -->")
_NAME = re.compile(r"`(\w+)`")
_CODE = re.compile(r"^(```.*?^```[ \t]*$)", flags=re.M | re.S)
_DOCTEST = re.compile(r"^```python(?=\n>>> )", flags=re.M)


def stage(folder: Path) -> Path:
    """Write all sources into a folder, and give it; what has not changed is not touched, what is gone is removed.

    Raises
    ------
    ValueError
        On a link that leads out of ``docs/`` to a file that has no page.
    """
    wanted = {name: text.encode() for name, text in texts().items()}
    for path in _files():
        name = path.relative_to(DOCS).as_posix()
        wanted.setdefault(name, path.read_bytes())
    for old in folder.rglob("*"):
        if old.is_file() and old.relative_to(folder).as_posix() not in wanted:
            old.unlink()
    for name, content in wanted.items():
        target = folder / name
        if not target.exists() or target.read_bytes() != content:  # a server that watches would build without end
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return folder


def texts() -> dict[str, str]:
    """Give every page, by its path on the site."""
    pages = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in _files(".md")}
    pages |= {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES_FROM_FILES}
    made = {site_path(name): _on_site(text, name) for name, text in pages.items()}
    made["api.md"] = _linked(made["api.md"])
    return made | reference_pages() | {OUTSIDE["data/codebook.yaml"]: codebook_page()}


def site_path(name: str) -> str:
    """Give where a file of the repository is found on the site.

    Raises
    ------
    ValueError
        Where it is not.
    """
    if name.startswith("docs/"):
        return name.removeprefix("docs/")
    if name not in OUTSIDE:
        raise ValueError(f"{name} is not on the site; add it to OUTSIDE in documentation/staging.py, or link elsewhere")
    return OUTSIDE[name]


def turn_links(text: str, name: str) -> str:
    """Turn the links of a file of the repository into links between pages of the site."""
    here, home = posixpath.dirname(name), posixpath.dirname(site_path(name))

    def turned(found: re.Match[str]) -> str:
        target = found[2]
        if re.match(r"[a-z]+:", target):
            return found[0]
        try:
            page = site_path(posixpath.normpath(posixpath.join(here, target)))
        except ValueError as error:
            raise ValueError(f"{name} links to {target}: {error}") from None
        return f"{found[1]}{posixpath.relpath(page, home or '.')}{found[3]}"

    # What stands in fenced code is no link.
    parts = _CODE.split(text)
    return "".join(part if number % 2 else _LINK.sub(turned, part) for number, part in enumerate(parts))


def _on_site(text: str, name: str) -> str:
    return _DOCTEST.sub("```pycon", _BLOCK.sub(_from_readme, turn_links(text, name)))


def _from_readme(found: re.Match[str]) -> str:
    """Give the block of the README that a command keeps up to date."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(rf"<!-- {found[1]}: .*? -->\n(.*?)<!-- {found[1]} end -->", readme, flags=re.S)
    if block is None:
        raise ValueError(f"README.md has no block {found[1]!r}")
    return turn_links(block[1], "README.md").rstrip()


def _linked(page: str) -> str:
    """Link the names in the first column of the table of names to the reference."""
    where = links()

    def row(line: str) -> str:
        if not line.startswith("| `"):
            return line
        _, names, rest = line.split("|", 2)
        linked = _NAME.sub(lambda found: f"[{found[0]}]({where[found[1]]})", names)
        return f"|{linked}|{rest}"

    return "\n".join(map(row, page.splitlines())) + "\n"


def _files(*suffixes: str) -> list[Path]:
    return sorted(path for path in DOCS.rglob("*") if path.is_file() and path.suffix in (suffixes or COPIED))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    stage(target / "docs")
    (target / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
