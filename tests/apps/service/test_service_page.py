"""The page in a browser: what people do on it, with a mouse and without."""

import csv
import io
from pathlib import Path

import pytest

import stancekit

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect

LIFT, MET = "The embargo is illegal and must be lifted at once.", "The committee met on Tuesday."
ARTICLE = (
    "😀 “We will lift the embargo at once,” Foreign Minister Ann Smith said on Monday.\n\n"
    "“We will build every turbine with our own hands,” President John Brown said. The hall was full."
)


@pytest.fixture
def page(browser, client, request):
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(20_000)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"http://127.0.0.1:{client.port}/")
    yield page
    context.close()
    assert [line for line in said if "Failed to load resource" not in line] == []


def analyze(page, text=ARTICLE):
    page.fill("#text", text)
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])")


def choose(page, name, content):
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": content})


def download(page, button):
    with page.expect_download() as caught:
        page.click(button)
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


def rows_of(content, mark=","):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=mark))


def test_statements_are_those_of_the_library(page):
    analyze(page)
    found = stancekit.analyze(ARTICLE)
    shown = page.locator("#words").evaluate(
        "div => { const copy = div.cloneNode(true); copy.querySelectorAll('.why,.tag').forEach(one => one.remove());"
        " return [...copy.querySelectorAll('.st')].map(one => one.textContent); }"
    )
    assert shown == [one.statement.text for one in found.statements]
    assert page.locator("#rows-body tr").count() == len(found.statements)
    marks = page.locator("#words mark")
    assert marks.count() == sum(bool(one.prediction.labels or one.prediction.abstained) for one in found.statements)
    assert page.locator("#words p").count() == 2


def test_scores_and_words_show_by_keyboard(page):
    analyze(page)
    page.locator("#words mark").first.focus()
    why = page.locator("#w0")
    assert why.is_visible()
    assert "Ann Smith, Foreign Minister" in why.inner_text()
    assert "anti-sanction 0.9" in why.inner_text()
    assert "embargo +" in why.inner_text()
    page.keyboard.press("Escape")
    assert not why.is_visible()
    page.locator("#words mark").nth(1).hover()
    assert page.locator("#w1").is_visible()


def test_everything_can_be_done_without_a_mouse(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    page.keyboard.press("Tab") if page.evaluate("document.activeElement.id") != "text" else None
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.insert_text(ARTICLE)
    reached = []
    while "go" not in reached and len(reached) < 10:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == ["file", "by", "go"]
    page.keyboard.press("Enter")
    page.wait_for_selector("#result:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "h-result"
    reached = []
    while len(reached) < 14:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert reached[:2] == ["csv", "report"]
    assert [name for name in reached if name.startswith("anti-sanction") or "anti-sanction" in name]
    assert {"who", "clear", "s0"} <= set(reached)


def test_filters_by_stance_kind_and_speaker(page):
    analyze(page)
    button = page.get_by_role("button", name="self-reliance")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("#shown").inner_text() == "1 of 3 statements shown"
    assert page.locator("#rows-body tr").count() == 1
    assert "off" in page.locator("#s0").get_attribute("class").split()
    page.click("#clear")
    page.select_option("#who", label="Ann Smith (1)")
    assert page.locator("#shown").inner_text() == "1 of 3 statements shown"
    page.get_by_role("button", name="self-reliance").click()
    assert page.locator("#nothing").is_visible()
    page.click("#clear")
    assert page.locator("#shown").inner_text() == "3 of 3 statements shown"


def test_a_speaker_can_be_given(page):
    page.fill("#by", "Ann Smith")
    analyze(page, LIFT)
    assert page.locator("#rows-body .by").inner_text() == "Ann Smith"


def test_the_download_has_what_the_library_finds(page):
    analyze(page)
    name, content = download(page, "#csv")
    head, *rows = rows_of(content)
    found = stancekit.analyze(ARTICLE).to_rows()
    assert name == "statements.csv"
    assert len(rows) == len(found)
    for row, one in zip(rows, found, strict=True):
        got = dict(zip(head, row, strict=True))
        assert got["statement"] == one["statement"]
        assert (got["start"], got["end"], got["kind"]) == (str(one["start"]), str(one["end"]), one["kind"])
        assert (got["speaker"], got["title"]) == (one["speaker"] or "", one["title"] or "")
        assert got["labels"] == "|".join(one["labels"])
        assert float(got["score_anti-sanction"]) == one["score_anti-sanction"]
        assert got["evidence"] == one["evidence"]


def test_broken_words_weigh_as_words(page):
    text = "The unjust sanc-\ntions must end, the em\u00ad\nbargo too."
    analyze(page, text)
    evidence = rows_of(download(page, "#csv")[1])[1][-1]
    assert evidence == stancekit.analyze(text).to_rows()[0]["evidence"]
    assert "unjust sanctions (+" in evidence
    assert "unjust sanctions" in page.locator("#rows-body").inner_text()


def test_the_report_is_that_of_the_service(page, client):
    analyze(page)
    name, content = download(page, "#report")
    assert name == "stances.html"
    asked = client.post("/v1/analyze?format=html", {"text": ARTICLE, "document": "the text"})
    assert content == asked.body


def test_the_button_says_how_much_is_downloaded(page):
    analyze(page)
    expect(page.locator("#csv")).to_have_text("Download what is shown as CSV (3 of 3)")
    page.get_by_role("button", name="self-reliance").click()
    expect(page.locator("#csv")).to_have_text("Download what is shown as CSV (1 of 3)")
    assert len(rows_of(download(page, "#csv")[1])) == 2
    expect(page.locator("#report")).to_have_text("Download the whole as a page (HTML)")


def test_the_table_tells_the_kind_of_statement(page):
    analyze(page)
    head = page.locator("#rows-head th").all_inner_texts()
    assert head[:5] == ["no.", "speaker", "statement", "kind", "stances"]
    found = stancekit.analyze(ARTICLE).statements
    kinds = {"direct": "direct speech", "indirect": "indirect speech", "narration": "narration"}
    shown = page.locator("#rows-body td:nth-child(4)").all_inner_texts()
    assert shown == [kinds[one.statement.kind] for one in found]


def test_the_summary_tells_narration_from_what_people_say(page):
    analyze(page, f"“{LIFT}” Ann Smith said. The hall was full.\n\n{LIFT}")
    assert "2 anti-sanction (1 of them narration), 0 pro-cooperation" in page.locator("#summary").inner_text()
    page.fill("#by", "Ann Smith")
    analyze(page, LIFT)  # hers, though nobody quotes it
    # What was said of the text before stands there until the answer has come.
    expect(page.locator("#summary")).to_contain_text("1 anti-sanction, 0 pro-cooperation", use_inner_text=True)


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_what_is_said_of_the_table_fits_a_phone_and_belongs_to_it(page):
    analyze(page)
    about = page.locator("#rows-about")
    box = about.bounding_box()
    assert box["x"] + box["width"] <= 360
    assert page.locator("#rows").get_attribute("aria-describedby") == "rows-about"
    expect(about).to_contain_text("Scores are calibrated probabilities")
    expect(about).not_to_contain_text("spreadsheet", use_inner_text=True)
    left = page.locator("#rows-body td.said").first.bounding_box()["x"]
    assert left < 180  # the statement shows without scrolling


def test_a_text_file(page):
    choose(page, "note.txt", ARTICLE.encode())
    expect(page.locator("#text")).to_have_value(ARTICLE)
    assert "Read “note.txt”" in page.locator("#status").inner_text()
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#words mark").count() == 2


def table(n, mark=","):
    rows = [["id", "note", "body"]] + [
        [str(row), "=1+1", f'{LIFT} "{row}",\nyes' if row % 2 else MET] for row in range(n)
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    return rows, out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_labelled_with_its_columns_kept(page, mark):
    rows, content = table(5, mark)
    choose(page, "speeches.csv", content)
    page.wait_for_selector("#table-part:not([hidden])")
    assert page.locator("#column option:checked").inner_text() == "body"
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#summary").inner_text() == "5 rows: 2 anti-sanction, 0 pro-cooperation, 0 self-reliance."
    name, content = download(page, "#csv")
    head, *got = rows_of(content, mark)
    assert name == ("speeches-stances.tsv" if mark == "\t" else "speeches-stances.csv")
    assert head[:3] == rows[0]
    assert head[3:] == ["stance_labels", "stance_abstained"] + [
        f"stance_score_{label}" for label in stancekit.load().labels
    ] + ["stance_unfamiliar"]
    assert [row[:3] for row in got] == [[row[0], "'=1+1", row[2]] for row in rows[1:]]
    predictions = stancekit.load().predict([row[2] for row in rows[1:]])
    assert [row[3] for row in got] == ["|".join(one.labels) for one in predictions]
    assert [float(row[5]) for row in got] == [one.scores["anti-sanction"] for one in predictions]


def test_a_long_table_can_be_paged_and_filtered(page):
    _, content = table(4501)
    choose(page, "speeches.csv", content)
    page.wait_for_selector("#table-part:not([hidden])")
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#rows-body tr").count() == 200
    page.click("#more")
    assert page.locator("#rows-body tr").count() == 400
    page.get_by_role("button", name="anti-sanction").click()
    assert page.locator("#shown").inner_text() == "2,250 of 4,501 rows shown"
    assert len(rows_of(download(page, "#csv")[1])) == 2251


def begin_and_stall(page):
    """Label a table of which the second batch never comes."""
    held = []
    page.route("**/v1/predict", lambda route: None if held else held.append(route.continue_()))
    page.click("#go")
    expect(page.locator("#progress-label")).to_contain_text("2,000 of 20,000 rows")


def test_labelling_can_be_stopped(page):
    _, content = table(20_000)
    choose(page, "speeches.csv", content)
    page.wait_for_selector("#table-part:not([hidden])")
    begin_and_stall(page)
    page.click("#stop")
    page.wait_for_selector("#result:not([hidden])")
    assert (
        page.locator("#summary")
        .inner_text()
        .startswith("Not whole: only the first 2,000 of 20,000 rows are labelled, because you stopped it.")
    )
    assert download(page, "#csv")[0] == "speeches-stances-not-whole.csv"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"\xff\xfa caf\xe9", "is no text in UTF-8"),
        ("a.pdf", b"%PDF-1.7\n\xff", "“a.pdf” is a PDF, and this page reads text. Open it, and save it as plain text"),
        (
            "a.docx",
            b"PK\x03\x04\0\xff",
            "is a Word document or the like, and this page reads text. Open it, and save it",
        ),
        ("a.doc", b"\xd0\xcf\x11\xe0\xff", "is a Word document or the like"),
        ("a.xlsx", b"PK\x03\x04\0\xff", "is a workbook, and this page reads CSV. Open it, and save the sheet as CSV"),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg"/>',
            "“a.svg” is a drawing (SVG), and this page reads text.",
        ),
        ("a.html", b"\n<!DOCTYPE html><p>Lift", "is a web page (HTML), and this page reads text. Open it in a browser"),
        ("a.txt", b"\xef\xbb\xbf<html><p>Lift", "is a web page (HTML)"),
        ("a.csv", b"<html><table>", "is a web page (HTML)"),
        ("a.xml", b'<?xml version="1.0"?><TEI/>', "“a.xml” is XML, and this page reads text. "),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- ours --><svg/>', "is a drawing (SVG)"),
        ("a.csv", b"a,b\n1,2\n\n1\n", "Row 4 of the table has 1 cell, but its first row names 2 columns."),
        ("a.csv", b'a\n"x\n', "Row 2 of the table has a quotation mark without its second one"),
        ("a.csv", b'a\n"' + b"x" * 2_000_000, "a quotation mark without its second one"),
        ("a.csv", b"a,b\n", "has no rows below its first one"),
        ("a.csv", b"", "has no rows below its first one"),
    ],
    ids=[
        "latin-1",
        "PDF",
        "Word",
        "old Word",
        "workbook",
        "drawing",
        "web page",
        "web page as text",
        "web page as a table",
        "XML",
        "drawing in XML",
        "cells",
        "short quotation",
        "long quotation",
        "no rows",
        "empty",
    ],
)
def test_files_that_cannot_be_read(page, name, content, words):
    choose(page, name, content)
    page.wait_for_selector("#trouble p")
    assert words in page.locator("#trouble").inner_text()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.json",
            b'{"text": "Lift them."}',
            "cannot tell by its suffix what “a.json” holds: expected a text (.txt, .md)",
        ),
        ("note", b"Lift them.", "cannot tell by its suffix what “note” holds"),
        ("a.txt", b"", "“a.txt” is empty. Choose another file."),
        ("a.md", b"\xef\xbb\xbf \r\n", "“a.md” is empty"),
        (
            "a.txt",
            b"a" * 200_001,
            "“a.txt” has 200,001 characters; at most 200,000 are allowed. Give it in parts, or use",
        ),
        ("a.txt", b"Lift it. " * 600_000, "has more than 200,000 characters; at most 200,000 are allowed"),
        ("a.txt", b"Lift it. " * 600_000, "or use the command stancekit analyze, which takes larger ones."),
    ],
    ids=["JSON", "no suffix", "empty", "blank", "long", "far too long", "remedy"],
)
def test_texts_that_will_be_refused_never_reach_the_field(page, name, content, words):
    page.fill("#text", "Before.")
    page.evaluate(
        "() => { const field = document.querySelector('#text'); window.written = 0;"
        " const own = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');"
        " Object.defineProperty(field, 'value', { get() { return own.get.call(this); },"
        " set(text) { window.written += 1; own.set.call(this, text); } }); }"
    )
    choose(page, name, content)
    expect(page.locator("#trouble")).to_contain_text(words)
    assert page.evaluate("window.written") == 0
    expect(page.locator("#status")).to_be_empty()
    expect(page.locator("#text")).to_have_value("Before.")


def test_a_text_as_long_as_may_be_is_read(page):
    choose(page, "a.txt", ("😀" * 200_000).encode())
    expect(page.locator("#status")).to_contain_text("Read “a.txt”")


def test_what_was_read_before_is_not_said_beside_a_file_that_cannot_be_read(page):
    choose(page, "note.txt", b"Lift them.")
    expect(page.locator("#status")).to_contain_text("Read “note.txt”")
    choose(page, "a.pdf", b"%PDF-1.7\n")
    expect(page.locator("#trouble")).to_contain_text("is a PDF")
    expect(page.locator("#status")).to_be_empty()
    expect(page.locator("#text")).to_have_value("Lift them.")


def test_a_text_that_begins_with_a_sign_of_less_is_read(page):
    choose(page, "note.md", b"<3 <!-- no markup --> Lift them.")
    expect(page.locator("#status")).to_contain_text("Read “note.md”")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", "There is no text yet"),
        ("<p>Lift</p> <p>them</p>", "looks like HTML"),
        ("a" * 200_001, "The text has 200,001 characters; at most 200,000 are allowed"),
    ],
)
def test_errors_are_said_in_words(page, text, words):
    page.fill("#text", text)
    page.click("#go")
    page.wait_for_selector("#trouble p")
    assert words in page.locator("#trouble").inner_text()
    assert page.locator("#go").is_enabled()


GERMAN = "Die Sanktionen gegen unser Volk sind ein Verbrechen. Wir werden jede Turbine mit eigenen Händen bauen."


def test_a_text_that_is_not_english_is_warned_of_above_the_result(page):
    analyze(page, GERMAN)
    expect(page.locator("#strange")).to_contain_text("This text is unlike what the model was trained on")
    assert page.locator("#strange").bounding_box()["y"] < page.locator("#summary").bounding_box()["y"]
    analyze(page)
    expect(page.locator("#strange")).to_be_hidden()
    analyze(page, f"{ARTICLE} {ARTICLE}\n\nWir sprachen am Dienstag darüber.")
    expect(page.locator("#strange")).to_be_hidden()
    expect(page.locator("#summary")).to_contain_text("1 of them unlike what the model was trained on")


def test_a_result_of_before_says_so(page):
    analyze(page)
    page.fill("#text", ARTICLE + " More.")
    expect(page.locator("#old")).to_contain_text("This result belongs to what stood above before")
    page.fill("#text", ARTICLE)
    expect(page.locator("#old")).to_be_hidden()
    page.fill("#by", "Ann")
    expect(page.locator("#old")).to_be_visible()
    page.click("#go")
    expect(page.locator("#old")).to_be_hidden()
    choose(page, "speeches.csv", table(3)[1])
    expect(page.locator("#old")).to_be_visible()
    page.click("#go")
    expect(page.locator("#old")).to_be_hidden()
    page.select_option("#column", label="note")
    expect(page.locator("#old")).to_be_visible()


def test_a_file_may_be_dropped_anywhere(page):
    stays = page.evaluate(
        "() => { const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File(['Lift them.'], 'note.txt'));"
        " const drop = (type) => new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true});"
        " return ['dragover', 'drop'].map(type => !document.querySelector('footer').dispatchEvent(drop(type))); }"
    )
    assert stays == [True, True]
    expect(page.locator("#text")).to_have_value("Lift them.")


def test_rows_are_numbered_as_in_a_spreadsheet(page):
    choose(page, "speeches.csv", f"text\n{MET}\n\n{LIFT}\n".encode())
    page.click("#go")
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#rows-body td:first-child").all_inner_texts() == ["2", "4"]
    choose(page, "speeches.csv", f"text\n{MET}\n\n{'a' * 200_001}\n".encode())
    page.click("#go")
    expect(page.locator("#trouble")).to_contain_text("Row 4 of the table: ")
    expect(page.locator("#trouble")).not_to_contain_text("in row")


def test_a_service_that_is_gone(page):
    page.route("**/v1/analyze", lambda route: route.abort())
    page.fill("#text", LIFT)
    page.click("#go")
    page.wait_for_selector("#trouble p")
    assert "The service cannot be reached" in page.locator("#trouble").inner_text()


def test_what_is_pasted_is_text_and_never_markup(page):
    analyze(page, f"<img src=x onerror=alert(1)> {LIFT}")
    assert page.locator("#result img").count() == 0
    assert "<img src=x" in page.locator("#words").inner_text()


def test_clearing_leaves_nothing(page):
    analyze(page)
    page.click("#empty-all")
    assert page.locator("#text").input_value() == ""
    assert page.locator("#result").is_hidden()
    assert page.locator("#words").inner_text() == ""


def test_clearing_while_a_table_is_labelled_leaves_nothing(page):
    choose(page, "speeches.csv", table(20_000)[1])
    page.wait_for_selector("#table-part:not([hidden])")
    begin_and_stall(page)
    choose(page, "note.txt", b"Lift them.")
    expect(page.locator("#trouble")).to_contain_text("The page is labelling. Stop it first")
    page.click("#empty-all")
    expect(page.locator("#go")).to_be_enabled()
    analyze(page)
    page.click("#empty-all")
    expect(page.locator("#stop")).to_be_hidden()
    page.evaluate("new Promise(resolve => setTimeout(resolve, 100))")  # what was on its way
    expect(page.locator("#result")).to_be_hidden()
    assert page.locator("#trouble").inner_text() == ""


def test_of_two_files_the_one_that_was_chosen_last_is_shown(page):
    page.evaluate(
        "() => { const read = Blob.prototype.arrayBuffer;"
        " Blob.prototype.arrayBuffer = async function () {"
        " if (this.name === 'slow.txt') await new Promise(resolve => { window.release = resolve; });"
        " if (this.name === 'broken.txt') throw new Error('no such thing');"
        " return read.call(this); }; }"
    )
    choose(page, "slow.txt", b"slow")
    choose(page, "quick.txt", b"quick")
    expect(page.locator("#text")).to_have_value("quick")
    page.evaluate("() => { release(); return new Promise(resolve => setTimeout(resolve, 100)); }")
    expect(page.locator("#text")).to_have_value("quick")
    choose(page, "broken.txt", b"")
    expect(page.locator("#trouble")).to_contain_text("“broken.txt” cannot be read: no such thing")


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_a_phone_need_not_scroll_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    analyze(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize(
    "page",
    [
        {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        for width, scheme in ((1280, "light"), (360, "dark"))
    ],
    indirect=True,
    ids=str,
)
def test_nothing_stands_in_the_way_of_anybody(page, findings):
    assert findings(page) == []
    page.click("#go")
    page.wait_for_selector("#trouble p")
    assert findings(page) == []
    analyze(page)
    assert findings(page) == []
    page.locator("#words mark").first.focus()
    assert findings(page) == []
    choose(page, "speeches.csv", table(300)[1])
    page.wait_for_selector("#table-part:not([hidden])")
    assert findings(page) == []
    page.click("#go")
    expect(page.locator("#summary")).to_contain_text("300 rows")
    assert findings(page) == []
