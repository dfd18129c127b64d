"""The sources of the site are whole, and the site that is built needs no network."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from documentation import DOCS, ROOT, staging

pytest.importorskip("mkdocs", reason="the site is built by the packages of the extra docs")


class Settings(yaml.SafeLoader):
    """Reads mkdocs.yml, whose theme may name Python objects."""


def _pages(nav) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    return [
        page
        for part in nav
        for value in (part.values() if isinstance(part, dict) else [part])
        for page in _pages(value)
    ]


NAV = _pages(yaml.load((ROOT / "mkdocs.yml").read_text(), Settings)["nav"])


TEXTS = staging.texts()


def test_navigation_has_every_page_once_and_no_other():
    assert sorted(NAV) == sorted(TEXTS)


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_links_lead_to_pages_or_files_of_the_site(page):
    text = re.sub(r"^```.*?^```", "", TEXTS[page], flags=re.M | re.S)
    here = Path(page).parent
    sites = {*TEXTS, *(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*"))}
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert target.startswith("https://") or _normal(here / target) in sites, target


def _normal(path: Path) -> str:
    parts: list[str] = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_links_out_of_the_documentation_are_turned_to_pages():
    turned = staging.turn_links("[card](../data/README.md#x) [home](../README.md) [out](https://e.org)", "docs/a.md")
    assert turned == "[card](data.md#x) [home](index.md) [out](https://e.org)"
    assert staging.turn_links("[results](../docs/results.md)", "data/README.md") == "[results](results.md)"
    assert staging.turn_links("[card](../../data/README.md)", "docs/tutorials/a.md") == "[card](../data.md)"


def test_a_link_to_what_has_no_page_is_refused():
    with pytest.raises(ValueError, match=r"docs/a\.md links to \.\./setup\.py: setup\.py is not on the site; add it"):
        staging.turn_links("[x](../setup.py)", "docs/a.md")


def test_code_is_left_alone():
    text = "```python\n[x](../setup.py)\n```\n"
    assert staging.turn_links(text, "docs/a.md") == text


def test_staging_again_touches_nothing_and_clears_what_is_gone(tmp_path):
    staging.stage(tmp_path)
    (tmp_path / "old.md").write_text("# Old\n")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md") if path.name != "old.md"}
    staging.stage(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")} == before


def test_home_shows_a_result_in_its_first_ten_lines_and_the_figures_of_the_readme():
    home = TEXTS["index.md"]
    readme = (ROOT / "README.md").read_text()
    block = re.search(r"```console\n.*?```", readme, flags=re.S)
    assert block is not None
    assert block[0] in "\n".join(home.splitlines()[:10])
    assert "| **linear** (the default) |" in home


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site, built strictly: a warning is an error. Who has just built it names the folder in STANCEKIT_SITE."""
    if built := os.environ.get("STANCEKIT_SITE"):
        return Path(built)
    folder = tmp_path_factory.mktemp("site")
    done = _build("--site-dir", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def _build(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", *arguments]  # --quiet would not count warnings
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


class Loads(HTMLParser):
    """Collects what a page loads by itself."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "link" and values.get("rel") in ("next", "prev", "canonical"):
            return
        if tag in ("script", "img", "iframe", "link", "source"):
            self.found += [value for name in ("src", "href") if (value := values.get(name))]


def test_nothing_is_loaded_from_elsewhere(site):
    for page in site.rglob("*.html"):
        loads = Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        assert loads.found
        assert [one for one in loads.found if re.match(r"(https?:)?//", one)] == [], page.name


def test_the_search_is_there_without_a_server(site):
    assert (site / "search" / "search_index.js").read_text(encoding="utf-8").startswith("var __index = ")


def test_public_names_have_anchors(site):
    page = (site / "reference" / "predict.html").read_text(encoding="utf-8")
    assert 'id="stancekit.StanceModel"' in page
    assert 'id="stancekit.StanceModel.predict"' in page


def test_search_finds_from_disk_and_asks_no_network(site):
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if (chromium := shutil.which("chromium")) is None:
        pytest.skip("needs chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        asked, failures = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto((site / "tutorials" / "predict.html").as_uri())
        page.click(".md-search__input")
        page.keyboard.type("prevalence")
        page.wait_for_selector(".md-search-result__item a", timeout=60_000)
        assert "matching document" in page.inner_text(".md-search-result__meta")
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert failures == []


@pytest.mark.parametrize("text", ["[gone](gone.md)", "[no anchor](index.md#gone)", "::: stancekit.gone"])
def test_what_leads_nowhere_fails_the_build(tmp_path, text):
    settings = (ROOT / "mkdocs.yml").read_text()
    settings = re.sub(
        r"^nav:\n(?:(?:  .*)?\n)*", "", re.sub(r"^(hooks|watch|extra_.*):.*\n", "", settings, flags=re.M), flags=re.M
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(f"# Home\n\n{text}\n")
    (tmp_path / "mkdocs.yml").write_text(settings.replace("paths: [.]", f"paths: ['{ROOT}']"))
    done = _build("--config-file", str(tmp_path / "mkdocs.yml"))
    assert done.returncode == 1
    assert "gone" in done.stderr
