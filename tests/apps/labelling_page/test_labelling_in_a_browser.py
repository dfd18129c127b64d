"""The labelling page in a browser: by keys, by mouse, in two tabs, and after it comes back."""

import pytest

from stancekit import Codebook, Stance

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


@pytest.fixture
def open_page(browser, request):
    """Open the page of a service, in a window of its own."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    said = []

    def open_page(client):
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"http://127.0.0.1:{client.port}/#t0ken")
        page.wait_for_selector("#answer:not([hidden])")
        return page

    yield open_page
    context.close()
    assert [line for line in said if "Failed to load resource" not in line] == []


def text(page):
    return page.locator("#statement .text").inner_text()


def test_a_session_by_keys(served, open_page):
    session, client = served
    page = open_page(client)
    first = session.next().id
    assert text(page) == f"Statement {first[1]} <b>of ours</b>."
    assert "speaker: Ann Smith" in page.locator("#statement").inner_text()
    assert page.locator("#statement").get_attribute("aria-live") == "polite"
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Tick a label first, or 0 for none of them")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(f"{first}: lift")
    expect(page.locator("#options :checked")).to_have_count(0)
    page.keyboard.press("0")
    expect(page.locator("#far")).to_have_text("2 of 6 statements")
    page.keyboard.press("c")
    expect(page.locator("#far")).to_have_text("3 of 6 statements")
    page.keyboard.press("u")
    expect(page.locator("#far")).to_have_text("2 of 6 statements")
    page.keyboard.press("s")
    expect(page.locator("#counts")).to_contain_text("put off: 1")
    page.keyboard.press("?")
    expect(page.locator("#pages")).to_be_focused()
    assert "For example: Let us trade." in page.locator("#pages").inner_text()
    assert list(session.decisions.values()) == [("lift",), ()]
    page.locator("#keys").uncheck()
    page.keyboard.press("0")
    page.locator("#keys").check()
    page.keyboard.press("0")
    expect(page.locator("#far")).to_have_text("3 of 6 statements")


def test_skipping_to_the_labels_keeps_the_token(served, open_page):
    page = open_page(served[1])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#labels")).to_be_focused()
    page.keyboard.press("0")
    expect(page.locator("#far")).to_have_text("1 of 6 statements")
    page.reload()
    expect(page.locator("#far")).to_have_text("1 of 6 statements")


def test_a_session_by_mouse_to_its_end(served, open_page):
    session, client = served
    page = open_page(client)
    for n in range(6):
        page.get_by_text("trade", exact=True).first.click()
        page.keyboard.press("Enter") if n % 2 else page.get_by_role("button", name="Accept").click()
        expect(page.locator("#far")).to_have_text(f"{n + 1} of 6 statements")
    expect(page.locator("#statement")).to_contain_text("No statement is left.")
    assert set(session.decisions.values()) == {("trade",)}
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#far")).to_have_text("5 of 6 statements")
    expect(page.locator("#labels")).to_be_visible()


BESIDE = ("#book summary", "[data-act=retrain]", "[data-act=curve]", "[data-act=review]", "#keys")


@pytest.mark.parametrize("act", ["none", "cannot", "skip", "undo"])
def test_enter_accepts_what_was_ticked_by_key_after_a_click_on(act, served, open_page):
    session, client = served
    page = open_page(client)
    for n in range(2):
        page.keyboard.press("0")
        expect(page.locator("#far")).to_have_text(f"{n + 1} of 6 statements")
    before = text(page)
    page.locator(f"[data-act={act}]").first.click()
    expect(page.locator("#statement .text")).not_to_have_text(before)
    expect(page.locator("#labels")).to_be_focused()
    due, known = session.next().id, dict(session.decisions)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(f"{due}: lift")
    assert dict(session.decisions) == {**known, due: ("lift",)}


@pytest.mark.parametrize("act", ["none", "cannot", "skip", "undo"])
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_button_that_was_reached_by_tab_is_pressed(act, key, served, open_page):
    session, client = served
    page = open_page(client)
    page.keyboard.press("0")
    expect(page.locator("#far")).to_have_text("1 of 6 statements")
    before = text(page)
    page.keyboard.press("1")
    _tab_to(page, f"[data-act={act}]")
    page.keyboard.press(key)
    expect(page.locator("#statement .text")).not_to_have_text(before)
    expect(page.locator("#labels")).to_be_focused()
    expect(page.locator("#options :checked")).to_have_count(0)
    said = {"none": [(), ()], "cannot": [(), None], "skip": [()], "undo": []}
    assert list(session.decisions.values()) == said[act]
    page.keyboard.press("Tab")
    expect(page.locator("#options input").first).to_be_focused()


def _tab_to(page, selector):
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(selector).first.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


@pytest.mark.parametrize("place", ["[type=submit]", "[data-act=skip]", *BESIDE])
def test_a_tick_by_key_takes_the_focus_from_any_control(place, served, open_page):
    session, client = served
    page = open_page(client)
    first = session.next().id
    page.locator(place).focus()
    page.keyboard.press("2")
    expect(page.locator("#labels")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(f"{first}: trade")
    assert dict(session.decisions) == {first: ("trade",)}


@pytest.mark.parametrize("place", BESIDE[:-1])
def test_a_click_on_what_is_no_answer_leaves_enter_to_what_is_ticked(place, served, open_page):
    session, client = served
    page = open_page(client)
    first = session.next().id
    page.keyboard.press("1")
    page.locator(place).click()
    expect(page.locator("#answer:not([aria-busy])")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(f"{first}: lift")
    assert page.locator("#book").evaluate("book => book.open") == (place == "#book summary")


def test_accept_without_a_tick_and_the_end_keep_the_focus_in_the_form(served, open_page):
    page = open_page(served[1])
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#said")).to_have_text("Tick a label first, or 0 for none of them")
    expect(page.locator("#labels")).to_be_focused()
    for n in range(6):
        page.get_by_role("button", name="None").click()
        expect(page.locator("#far")).to_have_text(f"{n + 1} of 6 statements")
    expect(page.get_by_role("region", name="Statement")).to_be_focused()
    _tab_to(page, "[data-act=undo]")
    page.keyboard.press("Enter")
    expect(page.locator("#labels")).to_be_focused()


def test_two_tabs_and_a_reload_keep_each_answer_once(served, open_page):
    session, client = served
    one, other = open_page(client), open_page(client)
    before = text(other)
    one.keyboard.press("1")
    one.keyboard.press("Enter")
    expect(one.locator("#far")).to_have_text("1 of 6 statements")
    assert text(other) == before
    other.evaluate("document.addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)")
    other.keyboard.press("2")
    other.keyboard.press("Enter")
    expect(other.locator("#trouble")).to_contain_text("NOT KEPT, since the session has gone on")
    expect(other.locator("#statement .text")).to_have_text(text(one))
    expect(other.locator("#options :checked")).to_have_count(0)
    assert list(session.decisions.values()) == [("lift",)]
    other.keyboard.press("0")
    expect(other.locator("#far")).to_have_text("2 of 6 statements")
    expect(other.locator("#trouble")).to_be_empty()
    one.reload()
    expect(one.locator("#far")).to_have_text("2 of 6 statements")
    one.goto("about:blank")
    one.go_back()
    expect(one.locator("#far")).to_have_text("2 of 6 statements")
    assert text(one) == text(other)


def test_an_answer_whose_reply_was_lost_is_not_kept_twice(served, open_page):
    session, client = served
    page = open_page(client)

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/decide", lose)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#trouble")).to_contain_text("The labelling has ended, or cannot be reached.")
    page.unroute("**/decide")
    page.keyboard.press("Enter")
    expect(page.locator("#trouble")).to_contain_text("NOT KEPT")
    assert list(session.decisions.values()) == [("lift",)]
    expect(page.locator("#far")).to_have_text("1 of 6 statements")


def test_labels_that_exclude_one_another(serving, open_page):
    with serving(
        codebook=Codebook(name="one", stances=Codebook.from_labels(["pro", "con"]).stances, exclusive=True)
    ) as (
        session,
        client,
    ):
        page = open_page(client)
        assert page.locator("#none").is_hidden()
        page.keyboard.press("1")
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        expect(page.locator("#far")).to_have_text("1 of 6 statements")
        assert list(session.decisions.values()) == [("con",)]


def test_an_address_without_its_end(served, open_page, browser):
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{served[1].port}/")
    expect(page.locator("#trouble")).to_contain_text("This address does not open the session")
    lines = [line for line in page.locator("body").inner_text().splitlines() if line.strip()]
    assert lines[0] == "Labelling"
    assert len(lines) == 2
    assert page.locator("button:visible, footer:visible").count() == 0
    page.evaluate("location.hash = 't0ken'")
    expect(page.locator("#far")).to_have_text("0 of 6 statements")
    expect(page.locator("#trouble")).to_be_empty()
    page.evaluate("location.hash = 'other'")
    expect(page.locator("#trouble")).to_contain_text("This address does not open the session")
    assert page.locator("button:visible, footer:visible").count() == 0
    page.close()


@pytest.mark.parametrize(
    "open_page",
    [{"viewport": {"width": width, "height": height}} for width, height in ((1280, 800), (360, 740))],
    indirect=True,
    ids=str,
)
def test_the_answers_are_in_the_window_and_the_codebook_right_below(serving, open_page):
    stances = tuple(Stance(label=f"label {n}", definition="What the voice says of it. " * 8) for n in range(6))
    with serving(codebook=Codebook(name="six", stances=stances)) as (_, client):
        page = open_page(client)
        expect(page.get_by_role("button", name="Accept")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollHeight") > page.viewport_size["height"]
        assert page.locator("#options .meaning:visible").count() == (6 if page.viewport_size["width"] > 1000 else 0)
        page.keyboard.press("2")
        assert page.locator("#options .meaning").nth(1).is_visible()
        assert page.locator("#acts, #book, #counts").evaluate_all("parts => parts.map((part) => part.id)") == [
            "acts",
            "book",
            "counts",
        ]


@pytest.mark.parametrize(
    "open_page",
    [
        {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
        for width, scheme in ((1280, "dark"), (360, "light"))
    ],
    indirect=True,
    ids=str,
)
def test_nothing_stands_in_the_way_of_anybody(served, open_page, findings):
    page = open_page(served[1])
    page.keyboard.press("1")
    page.keyboard.press("?")
    page.keyboard.press("l")
    expect(page.locator("#notices")).to_contain_text("too few")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    for n in range(6):
        page.keyboard.press("0")
        expect(page.locator("#far")).to_have_text(f"{n + 1} of 6 statements")
    expect(page.locator("#statement")).to_contain_text("No statement is left.")
    assert findings(page) == []
