"""Articles from files, folders and tables: what is read, what is named, what is written."""

import codecs
import errno
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancekit import InvalidInputError, load, read_table, write_table
from stancekit.analysis import row_columns
from stancekit.files.analyzing import analyze_articles, json_rows, write_analyses
from stancekit.files.articles import Article, ArticleColumns, read_articles
from stancekit.files.decoding import decode_article
from stancekit.files.targets import check_target

LIFT = "The embargo is illegal and must be lifted at once."
RAIN = "It rained — all day."


@pytest.fixture(scope="module")
def model():
    return load()


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "articles"
    (root / "b").mkdir(parents=True)
    (root / "b" / "one.txt").write_text(LIFT)
    (root / "b.txt").write_text(RAIN)
    (root / "a.MD").write_text("# Rain\n\nIt rained.\n")
    (root / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (root / "b" / "notes.docx").write_bytes(b"PK")
    return root


def texts(source, **options):
    return [(article.document, article.text, article.speaker) for article in read_articles(source, **options)]


class TestDecoding:
    @pytest.mark.parametrize(
        ("mark", "encoding"),
        [
            (b"", "utf-8"),
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ],
    )
    def test_marks_tell_the_encoding(self, mark, encoding):
        text = "“Lift them,”\r\nhe said — twice.\r\n"
        assert decode_article(mark + text.encode(encoding), "x.txt") == text

    def test_another_encoding_is_named_with_its_byte(self):
        content = "She said: “Lift them.”".encode("cp1252")
        with pytest.raises(InvalidInputError, match=r"^x.txt: byte 0x93 at offset 10 is not UTF-8; .*WINDOWS-1252"):
            decode_article(content, "x.txt")

    def test_offsets_count_the_mark(self):
        with pytest.raises(InvalidInputError, match="byte 0xe9 at offset 6 is"):
            decode_article(codecs.BOM_UTF8 + b"caf\xe9", "x.txt")

    def test_mixed_encodings(self):
        content = "“Lift them,” ".encode() * 3 + "café".encode("latin-1") + b" he said."
        with pytest.raises(InvalidInputError, match=f"byte 0xe9 at offset {content.index(0xE9)} .*mixes encodings"):
            decode_article(content, "x.txt")

    def test_half_a_character_of_utf_16(self):
        with pytest.raises(
            InvalidInputError, match="is not UTF-16-LE, which the file begins as; save the file as UTF-8"
        ):
            decode_article(codecs.BOM_UTF16_LE + "Lift".encode("utf-16-le") + b"\x20", "x.txt")

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF file"),
            (b"\x89PNG\r\n\x1a\n\0", "a picture"),
            (b"PK\x03\x04\xff", "a ZIP"),
        ],
    )
    def test_files_of_other_kinds(self, content, kind):
        with pytest.raises(InvalidInputError, match=f"x.txt is {kind}.* and no text; save it as plain text first"):
            decode_article(content, "x.txt")

    @pytest.mark.parametrize("content", [b"GIF\x89\xff\0\0", codecs.BOM_UTF32_LE + "Lift".encode("utf-32-le")])
    def test_binary(self, content):
        with pytest.raises(InvalidInputError, match="NUL bytes: the file is binary; give its plain text"):
            decode_article(content, "x.txt")


class TestReading:
    def test_a_file(self, tmp_path):
        path = tmp_path / "speech.txt"
        path.write_bytes(b"Lift them.\r\n")
        assert texts(path, speaker="Ada") == [("speech.txt", "Lift them.\r\n", "Ada")]
        assert read_articles(path).n_articles == 1

    def test_a_folder_in_the_order_of_paths(self, folder):
        assert [name for name, _, _ in texts(folder)] == ["a.MD", "b.txt", "b/one.txt"]
        assert read_articles(folder).n_articles == 3
        assert read_articles(folder).skipped == ("b/notes.docx", "photo.jpg")

    def test_linked_folders_are_read_once_and_what_cannot_be_listed_is_told(self, folder, tmp_path, monkeypatch):
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "two.txt").write_text(RAIN)
        (folder / "linked").symlink_to(tmp_path / "other")
        (folder / "b" / "back").symlink_to(folder)
        assert [name for name, _, _ in texts(folder)] == ["a.MD", "b.txt", "b/one.txt", "linked/two.txt"]

        def refuse(place, **options):
            options["onerror"](PermissionError(errno.EACCES, "Permission denied", f"{place}/locked"))
            return iter(())

        monkeypatch.setattr("stancekit.files.articles.os.walk", refuse)
        with pytest.raises(InvalidInputError, match="articles/locked cannot be read: Permission denied"):
            texts(folder)

    def test_a_folder_without_articles(self, tmp_path):
        (tmp_path / "photo.jpg").touch()
        with pytest.raises(InvalidInputError, match=r"has no \.txt or \.md file"):
            read_articles(tmp_path)

    def test_all_bad_files_of_a_folder_are_named_before_any_is_read(self, folder):
        (folder / "b" / "two.txt").write_text(" \n")
        (folder / "c.txt").write_bytes(b"caf\xe9 is closed")
        (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
        reasons = (
            r"3 of 6 articles in .*articles cannot be read: b/two\.txt \(the article is empty\); "
            r"c\.txt \(byte 0xe9 .*\); gone\.txt \(No such file or directory\); "
            r"mend them, or leave out what is bad \(--skip-bad"
        )
        with pytest.raises(InvalidInputError, match=reasons):
            read_articles(folder)
        articles = read_articles(folder, skip_bad=True)
        assert [article.document for article in articles] == ["a.MD", "b.txt", "b/one.txt"]
        assert articles.n_articles == 3
        assert [one.partition(" ")[0] for one in articles.bad] == ["b/two.txt", "c.txt", "gone.txt"]

    def test_bad_rows_of_a_table_stop_it_or_are_left_out_with_their_numbers(self, tmp_path):
        path = tmp_path / "t.jsonl"
        texts = ["Lift it.", None, " ", "<p>Lift it.</p> <p>Now.</p> <p>Go.</p>", "Build it."]
        path.write_text("".join(json.dumps({"id": f"n{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
        with pytest.raises(InvalidInputError, match=r"row 1, field 'text'.*, or leave out what is bad \(--skip-bad"):
            list(read_articles(path))
        columns = ArticleColumns(document="id")
        articles = read_articles(path, columns=columns, skip_bad=True)
        assert [(one.document, one.text) for one in articles] == [("n0", "Lift it."), ("n4", "Build it.")]
        assert articles.n_articles == 2
        assert [one.document for one in read_articles(path, skip_bad=True)] == ["0", "4"]
        assert [next(n for n in "0123" if f"row {n}" in one) for one in articles.bad] == ["1", "2", "3"]
        path.write_text('{"text": ""}\n')
        with pytest.raises(InvalidInputError, match="has no row with an article: the article in row 0"):
            read_articles(path, skip_bad=True)

    def test_only_one_of_many_articles_is_left_out_and_never_all(self, tmp_path):
        (tmp_path / "a.txt").touch()
        with pytest.raises(InvalidInputError, match=r"leaves out some articles of many, and .*a\.txt is one"):
            read_articles(tmp_path / "a.txt", skip_bad=True)
        with pytest.raises(InvalidInputError, match=r"a\.txt: the article is empty; give its text, or leave it out$"):
            read_articles(tmp_path, skip_bad=True)

    def test_a_bad_file_of_a_folder_is_named(self, folder):
        (folder / "b" / "two.txt").write_text(" \n")
        with pytest.raises(InvalidInputError, match=r"b.two\.txt: the article is empty"):
            texts(folder)

    @pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "csv.gz"])
    def test_a_table(self, tmp_path, suffix):
        path = tmp_path / f"articles.{suffix}"
        rows = [{"key": "x", "body": LIFT, "who": "Ada"}, {"key": "y", "body": RAIN, "who": ""}]
        write_table(path, rows)
        assert texts(path, columns=ArticleColumns(text="body")) == [("0", LIFT, None), ("1", RAIN, None)]
        columns = ArticleColumns(text="body", document="key", speaker="who")
        assert texts(path, columns=columns) == [("x", LIFT, "Ada"), ("y", RAIN, None)]
        assert texts(path, columns=ArticleColumns(text="body"), speaker="Bo")[1] == ("1", RAIN, "Bo")

    def test_numbers_are_ids_too(self, tmp_path):
        pq.write_table(pa.table({"id": [7], "text": [LIFT]}), tmp_path / "a.parquet")
        assert texts(tmp_path / "a.parquet", columns=ArticleColumns(document="id"))[0][0] == "7"
        assert read_articles(tmp_path / "a.parquet").n_articles == 1

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ({"text": "", "id": "c", "who": "b"}, "the article in row 1, field 'text' is empty"),
            ({"text": 7, "id": "c", "who": "b"}, "expected the text of an article in row 1, field 'text', got int"),
            ({"text": "<p>a</p><p>b</p>", "id": "c", "who": "b"}, "in row 1, field 'text' looks like HTML"),
            ({"text": LIFT, "id": None, "who": "b"}, "expected an id .*in row 1, field 'id', got None"),
            ({"text": LIFT, "id": True, "who": "b"}, "expected an id .*in row 1, field 'id', got True"),
            ({"text": LIFT, "id": "a\ud800", "who": "b"}, "lone surrogate at character 1 in row 1, field 'id'"),
            ({"text": LIFT, "id": "c", "who": "b\ud800"}, "lone surrogate at character 1 in row 1, field 'who'"),
            ({"text": LIFT, "id": "c\0", "who": "b"}, "there is a NUL at character 1 in row 1, field 'id'"),
            ({"text": LIFT, "id": "c", "who": "b\0"}, "there is a NUL at character 1 in row 1, field 'who'"),
            ({"text": LIFT, "id": "c", "who": 3}, "expected a speaker's name in row 1, field 'who', got int 3"),
        ],
    )
    def test_bad_rows_are_named(self, tmp_path, row, message):
        path = tmp_path / "a.jsonl"
        good = {"text": LIFT, "id": "a", "who": None}
        path.write_text(json.dumps(good) + "\n" + json.dumps(row) + "\n")
        columns = ArticleColumns(document="id", speaker="who")
        with pytest.raises(InvalidInputError, match=f"a.jsonl: .*{message}"):
            texts(path, columns=columns)

    @pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
    def test_two_articles_of_one_name(self, tmp_path, suffix):
        path = tmp_path / f"a.{suffix}"
        write_table(path, [{"id": name, "text": text} for name, text in (("x", LIFT), ("y", RAIN), ("x", ""))])
        articles = iter(read_articles(path, columns=ArticleColumns(document="id")))
        with pytest.raises(InvalidInputError, match=rf"a\.{suffix}: .* rows 0 and 2 are both called 'x'; .*leave out"):
            next(articles)  # before the first is analysed
        (tmp_path / "b.jsonl").write_text('{"id": 7, "text": "Lift."}\n{"id": "7", "text": "Rain."}\n')
        with pytest.raises(InvalidInputError, match="rows 0 and 1 are both called '7'"):
            texts(tmp_path / "b.jsonl", columns=ArticleColumns(document="id"))

    def test_files_of_one_name_are_told_apart_by_their_folders(self, folder):
        (folder / "one.txt").write_text(RAIN)
        assert [name for name, _, _ in texts(folder)] == ["a.MD", "b.txt", "b/one.txt", "one.txt"]

    def test_a_name_that_is_no_text_and_its_like(self, tmp_path):
        (tmp_path / r"caf\xe9.txt").write_text(LIFT)
        try:
            (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(RAIN)
        except OSError as error:
            pytest.skip(f"no such names here: {error}")
        with pytest.raises(InvalidInputError, match=r"files 0 and 1 are both called .*caf.*; rename one"):
            read_articles(tmp_path)

    def test_what_does_not_fit_the_source(self, tmp_path, folder):
        with pytest.raises(InvalidInputError, match="is no table and has no columns"):
            read_articles(folder, columns=ArticleColumns())
        with pytest.raises(FileNotFoundError):
            read_articles(tmp_path / "nothing.doc")
        with pytest.raises(FileNotFoundError):
            texts(tmp_path / "nothing.txt")
        (tmp_path / "a.docx").touch()
        with pytest.raises(InvalidInputError, match=r"cannot tell by its suffix what '.*a\.docx' holds"):
            read_articles(tmp_path / "a.docx")
        write_table(tmp_path / "a.csv", [{"text": LIFT}])
        with pytest.raises(InvalidInputError, match=r"has no column 'body'; it has \['text'\]"):
            read_articles(tmp_path / "a.csv", columns=ArticleColumns(text="body"))
        with pytest.raises(InvalidInputError, match="give one of the two"):
            read_articles(tmp_path / "a.csv", columns=ArticleColumns(speaker="text"), speaker="Ada")


class TestWriting:
    @pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
    def test_a_row_a_statement(self, folder, tmp_path, model, suffix):
        target = tmp_path / f"out.{suffix}"
        expected = [row for a in analyze_articles(model, read_articles(folder)) for row in a.to_rows()]
        assert write_analyses(target, analyze_articles(model, read_articles(folder)), model) == len(expected)
        table = read_table(target)
        assert list(table.columns) == row_columns(model.labels)
        rows = list(table)
        assert [row["statement"] for row in rows] == [row["statement"] for row in expected]
        assert [row["document"] for row in rows] == [row["document"] for row in expected]
        assert [float(row["score_anti-sanction"]) for row in rows] == [row["score_anti-sanction"] for row in expected]
        if suffix == "parquet":
            assert rows == expected
        if suffix == "jsonl":
            assert rows == [row for a in analyze_articles(model, read_articles(folder)) for row in json_rows(a)]

    def test_json_tells_where_the_words_stand(self, model):
        analysis = next(analyze_articles(model, [Article(document="note", text=f"{RAIN} {LIFT}")]))
        rows = json_rows(analysis)
        assert [list(row) for row in rows] == [row_columns(model.labels)] * 2
        assert rows[0] | {"evidence": ""} == analysis.to_rows()[0]
        assert rows[1]["evidence"]
        for span in rows[1]["evidence"]:
            assert LIFT[span["start"] : span["end"]] == span["text"]
            assert f"{span['label']}: {span['text']} ({span['weight']:+.2f})" in analysis.to_rows()[1]["evidence"]

    def test_no_statement_at_all_is_a_table_too(self, tmp_path, model):
        for suffix in ("csv", "parquet"):
            assert write_analyses(tmp_path / f"out.{suffix}", [], model) == 0
            assert list(read_table(tmp_path / f"out.{suffix}").columns) == row_columns(model.labels)

    def test_nothing_partial_is_left(self, folder, tmp_path, model):
        (folder / "z.txt").write_bytes(b"caf\xe9")
        target = tmp_path / "out.csv"
        target.write_text("before")
        with pytest.raises(InvalidInputError, match="byte 0xe9 at offset 3"):
            write_analyses(target, analyze_articles(model, read_articles(folder)), model, overwrite=True)
        assert target.read_text() == "before"
        assert sorted(os.listdir(tmp_path)) == ["articles", "out.csv"]

    def test_an_existing_file_stays(self, tmp_path, model):
        (tmp_path / "out.csv").touch()
        with pytest.raises(InvalidInputError, match="exists; choose another name"):
            write_analyses(tmp_path / "out.csv", [], model)
        with pytest.raises(InvalidInputError, match="unknown suffix"):
            check_target(tmp_path / "out.xlsx", overwrite=False)

    def test_progress_hears_of_each_article(self, folder, model):
        class Bar:
            n = 0

            def update(self, n):
                self.n += n

        bar = Bar()
        assert len(list(analyze_articles(model, read_articles(folder), progress=bar))) == bar.n == 3

    def test_articles_are_read_one_by_one(self, tmp_path, model):
        path = tmp_path / "a.jsonl"
        path.write_text(json.dumps({"text": LIFT}) + "\n" + json.dumps({"text": None}) + "\n")
        analyses = analyze_articles(model, read_articles(path))
        assert next(analyses).document == "0"
        with pytest.raises(InvalidInputError, match="row 1"):
            next(analyses)
