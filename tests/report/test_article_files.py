"""The page as a file from Python: whole or not at all, by the model that made it, and no more than fits."""

import pytest

from stancekit import InvalidInputError, StanceClassifier, analyze, load, write_page
from stancekit.files.articles import Article
from stancekit.report import article
from stancekit.report.article_files import read_for_page

LIFT = "The embargo is illegal and must be lifted at once."


@pytest.fixture(scope="module")
def other():
    texts = ["Lift the embargo.", "The embargo helps.", "It rained.", "It snowed on us."] * 5
    labels = [["anti-sanction"], ["self-reliance"], ["pro-cooperation"], []] * 5
    return StanceClassifier(load().codebook, n_folds=2).fit(texts, labels).model_


class TestWriting:
    def test_one_article(self, tmp_path):
        write_page(tmp_path / "a.html", analyze(LIFT, document="my note"))
        page = (tmp_path / "a.html").read_text(encoding="utf-8")
        assert "<title>Stances in my note</title>" in page
        assert "with the model <b>linear</b>" in page
        assert [path.name for path in tmp_path.iterdir()] == ["a.html"]

    def test_several_from_a_generator(self, tmp_path):
        write_page(tmp_path / "a.htm", (analyze(LIFT, document=name) for name in "ab"), load(), model_name="mine")
        page = (tmp_path / "a.htm").read_text(encoding="utf-8")
        assert "<title>Stances in 2 articles</title>" in page
        assert "with the model <b>mine</b>" in page

    def test_an_existing_file_stays_until_told(self, tmp_path):
        path = tmp_path / "a.html"
        path.write_text("before")
        with pytest.raises(InvalidInputError, match="exists; choose another name"):
            write_page(path, analyze(LIFT))
        assert path.read_text() == "before"
        write_page(path, analyze(LIFT), overwrite=True)
        assert path.read_text(encoding="utf-8").startswith("<!doctype html>")

    def test_names_that_are_no_page(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"ends in \.html, got '.*a\.pdf'"):
            write_page(tmp_path / "a.pdf", analyze(LIFT))
        with pytest.raises(InvalidInputError, match="no such folder"):
            write_page(tmp_path / "no" / "a.html", analyze(LIFT))
        with pytest.raises(InvalidInputError, match="got no article"):
            write_page(tmp_path / "a.html", [])


class TestTheModelThatMadeIt:
    def test_another_is_refused(self, tmp_path, other):
        analysis = analyze(LIFT, other)
        with pytest.raises(
            InvalidInputError, match=r"analysis 0 has .* where the model has .*; give the model that made"
        ):
            write_page(tmp_path / "a.html", analysis)
        write_page(tmp_path / "a.html", analysis, other)

    def test_other_labels_are_named(self, tmp_path, model):
        with pytest.raises(InvalidInputError, match=r"analysis 1 has the labels .*, the model \['anti-sanction'"):
            write_page(tmp_path / "a.html", [analyze(LIFT, document="a"), analyze(LIFT, model)])

    def test_an_article_without_statements_is_any_model_s(self, tmp_path, other):
        write_page(tmp_path / "a.html", analyze("…", other))
        assert "0 statements" in (tmp_path / "a.html").read_text(encoding="utf-8")

    def test_a_statement_with_a_broken_word_is_compared_as_it_was_read(self, tmp_path):
        write_page(tmp_path / "a.html", analyze("The embar-\ngo must be lif\u00adted.", document="a"))
        assert "embar-\ngo" in (tmp_path / "a.html").read_text(encoding="utf-8")


class TestWhatFits:
    def test_all_is_read_once(self):
        articles = iter([Article(document=name, text=LIFT) for name in "ab"])
        assert [one.document for one in read_for_page(articles)] == ["a", "b"]

    def test_nothing_is_read_after_what_is_too_much(self, monkeypatch):
        monkeypatch.setattr(article, "MOST_STATEMENTS", 3)
        articles = iter([Article(document=name, text=f"{LIFT} {LIFT}") for name in "abc"])
        with pytest.raises(InvalidInputError, match=r"at most 3 statements .* got 4 .* up to 'b'"):
            read_for_page(articles)
        assert next(articles).document == "c"

    def test_a_text_of_any_length_is_not_split_first(self, monkeypatch):
        monkeypatch.setattr(article, "MOST_CHARACTERS", 10)
        monkeypatch.setattr("stancekit.report.article_files.split_statements", None)
        with pytest.raises(InvalidInputError, match="and 10 characters"):
            read_for_page([Article(document="a", text=LIFT)])
