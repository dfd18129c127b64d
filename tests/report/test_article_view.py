"""What the page's script shows: a headless browser opens links to views, and gives the document as it then is."""

import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from stancekit import analyze, write_page

BROWSER = next((path for name in ("chromium", "google-chrome", "chrome") if (path := shutil.which(name))), None)
ARTICLES = {
    "one, & two.txt": "“The embargo is illegal and must be lifted at once,” Ann Smith said.\n\nIt rained all day.",
    "b.txt": "“We will build every turbine with our own hands,” José Ruiz said.\n\n"
    "Ann Smith said that the embargo must end.",
    "c.txt": "It snowed in the hills.",
}
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom")


class Document(HTMLParser):
    """Collects elements as (tag, attributes), and the text of the status and the list of articles."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.inside, self.status, self.list = [], "", "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if attributes.get("id") == "status" or tag == "small":
            self.inside = "status" if tag != "small" else "list"
            self.list += [""] if tag == "small" else []

    def handle_endtag(self, tag):
        if tag in {"p", "small"}:
            self.inside = ""

    def handle_data(self, data):
        if self.inside == "status":
            self.status += data
        elif self.inside == "list":
            self.list[-1] += data

    def shown(self, tag):
        return [a for t, a in self.elements if t == tag and "off" not in a.get("class", "").split()]

    def pressed(self):
        items = [a.get("data-name", a.get("aria-pressed")) for t, a in self.elements if t in {"li", "button"}]
        return [name for name, state in pairwise(items) if state == "true"]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(path, [analyze(text, document=name) for name, text in ARTICLES.items()])
    return path


@pytest.fixture(scope="module")
def view(page):
    def opened(*pairs, hash_=None):
        address = f"{page.as_uri()}#{urlencode(pairs) if hash_ is None else hash_}"
        done = subprocess.run([BROWSER, *FLAGS, address], capture_output=True, check=False, timeout=120)
        return Document(done.stdout.decode())

    if BROWSER is None:
        pytest.skip("no browser that runs without a window")
    if "statements" not in opened().status:
        pytest.skip("the browser cannot open files here")
    return opened


class TestLinksToViews:
    def test_nothing_chosen_shows_all(self, view):
        document = view()
        assert document.status == "Shown: 5 of 5 statements in 3 of 3 articles"
        assert len(document.shown("article")) == 3
        assert document.list[:3] == ["1 anti-sanction", "1 anti-sanction, 1 self-reliance", "no stance"]
        assert document.pressed() == []

    def test_a_speaker_over_all_articles(self, view):
        document = view(("speaker", "Ann Smith"))
        assert document.status == "Shown: 2 of 5 statements in 2 of 3 articles; speaker: Ann Smith"
        assert [a["id"] for a in document.shown("article")] == ["a0", "a1"]
        assert document.list[:3] == ["1 of 2 statements", "1 of 2 statements", "0 of 1 statement"]
        rows = [a["data-n"] for a in document.shown("tr") if "data-n" in a]
        assert rows == ["0", "3"]
        assert sum(a.get("class") == "without" for t, a in document.elements if t == "li") == 1
        # One paragraph without a hit in each of the two articles, and the only one of the third.
        assert sum(a.get("class") == "off" for t, a in document.elements if t == "p") == 3

    def test_an_open_article_keeps_what_is_chosen(self, view):
        document = view(("stance", "anti-sanction"), ("kind", "direct"), ("article", "one, & two.txt"))
        assert (
            document.status == "Shown: 1 of 2 statements of this article; in all 1 of 5 statements in 1 of 3 articles"
        )
        assert document.pressed() == ["anti-sanction", "direct"]
        assert [a["id"] for a in document.shown("article")] == ["a0"]
        assert [a["data-article"] for t, a in document.elements if a.get("aria-current") == "true"] == ["0"]

    def test_two_stances_are_either(self, view):
        for name in ("|none", "none"):  # the second as links of older pages have it
            document = view(("stance", "self-reliance"), ("stance", name))
            assert document.status.startswith("Shown: 3 of 5 ")
            assert document.pressed() == ["self-reliance", "|none"]

    def test_what_is_not_there_is_said(self, view):
        document = view(("speaker", "Bo"), ("stance", "no-such"), ("__proto__", "x"))
        assert document.status == (
            "Shown: 5 of 5 statements in 3 of 3 articles; the link names what is not here: "
            "speaker Bo, stance no-such, __proto__ x"
        )

    def test_an_article_by_its_anchor(self, view):
        document = view(hash_="a1")
        assert [a["id"] for a in document.shown("article")] == ["a1"]
        assert view(hash_="s4").status.startswith("Shown: 5 of 5 ")


@pytest.fixture
def narrow(browser, page):
    shown = browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
    shown.goto(page.as_uri())
    yield shown
    shown.close()


class TestOnAPhone:
    def test_the_statement_shows_without_scrolling(self, narrow):
        head = narrow.locator("#table thead th").all_inner_texts()
        assert head[:6] == ["no.", "speaker", "statement", "article", "kind", "stances"]
        cell = narrow.locator("#table td.said").first.evaluate("cell => cell.getBoundingClientRect().toJSON()")
        assert cell["left"] < 180
        assert cell["right"] <= 360 - 16
        assert narrow.evaluate("document.documentElement.scrollWidth") == 360

    @pytest.mark.parametrize(
        ("table", "about"),
        [
            ("#speakers", "A number leads to its statements."),
            ("#table", "Scores are calibrated probabilities"),
            ("#thresholds", "Between the two the model abstains."),
        ],
    )
    def test_what_is_said_of_a_table_is_not_cut(self, narrow, table, about):
        words = narrow.locator(f"#{narrow.locator(table).get_attribute('aria-describedby')}")
        assert about in words.inner_text()
        assert words.evaluate("words => words.closest('.scroll')") is None
        assert words.evaluate("words => words.getBoundingClientRect().right") <= 360
        assert narrow.locator(table).evaluate("table => table.caption") is None

    def test_the_warning_is_as_large_as_the_text_and_within_the_page(self, narrow):
        warning = narrow.locator("header .notice")
        assert "Read the sentence before you quote a label" in warning.inner_text()
        box = warning.bounding_box()
        assert box["y"] + box["height"] < 740
        assert box["x"] + box["width"] <= 360 - 16
        assert warning.evaluate("one => getComputedStyle(one).fontSize") == "16px"

    def test_nothing_stands_in_the_way_of_anybody(self, narrow, findings):
        assert findings(narrow) == []


def test_titles_of_the_table_of_labels_stand_apart_in_print(browser, page):
    shown = browser.new_page(viewport={"width": 700, "height": 1000})
    shown.goto(page.as_uri())
    shown.emulate_media(media="print")
    before, after = (
        shown.locator("#thresholds thead th", has_text=text).evaluate(
            "cell => { const range = document.createRange(); range.selectNodeContents(cell);"
            " return range.getBoundingClientRect().toJSON(); }"
        )
        for text in ("yes from", "definition")
    )
    assert after["left"] - before["right"] >= 6
    assert shown.locator("header .notice").is_visible()
    shown.close()


class TestDownloadButton:
    def test_says_how_much_is_shown(self, narrow):
        button = narrow.locator("#download")
        assert button.inner_text() == "Download what is shown as CSV (5 of 5)"
        narrow.locator("#stances button").filter(has_text="self-reliance").click()
        assert button.inner_text() == "Download what is shown as CSV (1 of 5)"
