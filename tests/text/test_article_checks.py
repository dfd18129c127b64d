"""What is an article's text, and what looks like something else."""

import pytest

from stancekit import InvalidInputError
from stancekit.text.article_checks import check_article


class TestHtml:
    @pytest.mark.parametrize(
        "text",
        [
            "<!DOCTYPE html>\n<title>Lift them</title>",
            "  <html lang=en>Lift them.",
            "<?xml version='1.0'?><html>Lift them.",
            "<p>Lift them.</p>\n<p>Now.</p>",
            "Menu <a href='/x'>home</a> " + "They must go. " * 50 + "<br/>",
            "<DIV class='a'>Lift them.</DIV><BR>",
        ],
    )
    def test_a_page_is_none(self, text):
        with pytest.raises(InvalidInputError, match=r"looks like HTML .*give its text, without tags"):
            check_article(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Growth < 2 % and > 1 %, and a<b>c held in every year.",
            "He wrote <sic> and <i>emphasis</i> once, in a long letter.",
            "<Applause> Thank you. <Applause> Lift the embargo. <Laughter> <Applause>",
            "The tag <p> begins a paragraph. " + "It rained all day. " * 400 + "<br> and <hr> too.",
            "a < b, b < c, c < d, d < e, e < f",
        ],
    )
    def test_a_speech_with_a_sign_of_less_is_no_page(self, text):
        assert check_article(text) == text

    def test_the_place_is_named(self):
        with pytest.raises(InvalidInputError, match="the article in row 3, field 'body' is empty"):
            check_article(" ", row=3, field="body")
        with pytest.raises(InvalidInputError, match="got int; give a str, or drop the row"):
            check_article(7, row=3, field="body")


@pytest.mark.parametrize(("text", "kind"), [("%PDF-1.4\n1 0 obj", "a PDF file"), ("{\\rtf1 Lift it.}", "an RTF file")])
def test_another_format_is_no_text(text, kind):
    with pytest.raises(InvalidInputError, match=f"in row 2, field 'body' is {kind} and no text; save it as plain text"):
        check_article(text, row=2, field="body")
    assert check_article("The file began with %PDF-1.4.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<?xml version='1.0'?>\n<rss><item>Lift them.</item></rss>", r"is XML \(.*\); give the text that is in it"),
        ("\ufeff<feed><entry>Lift them.</entry></feed>", r"is XML \('<feed>'\)"),
        ('{"title": "Embargo", "body": "Lift them."}', r"is JSON and no text; .* or a table of articles \(\.jsonl\)"),
        ('[\n  {"title": "Embargo"},\n  {"title": "Ban"}]', "is JSON and no text"),
    ],
)
def test_data_are_no_text(text, message):
    with pytest.raises(InvalidInputError, match=rf"the article in row 2, field 'body' {message}"):
        check_article(text, row=2, field="body")


@pytest.mark.parametrize(
    "text", ["[Applause] Lift them.", "{inaudible} Lift them.", '["So be it"] he wrote.', "<TEA> is on."]
)
def test_brackets_at_the_beginning_are_text(text):
    assert check_article(text) == text
