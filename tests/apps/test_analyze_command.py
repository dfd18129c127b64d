"""`stancekit analyze`: what it prints where, what it writes, and what it refuses."""

import errno
import io
import json
import os
import re
import sys

import pytest

from stancekit import load, read_table, write_table
from stancekit.analysis import analyze
from stancekit.apps.cli import main
from stancekit.files.analyzing import json_rows
from stancekit.report import article

STRANGE = "Министр заявил, что санкции незаконны. Дождь шёл весь день."
LIFT = "The embargo is illegal and must be lifted at once. It rained on the harbour all day.\n"


@pytest.fixture
def speech(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text(LIFT)
    return path


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "b.txt").write_text(LIFT)
    (tmp_path / "in" / "deep" / "a.md").write_text("It rained in the north.")
    for n in range(7):
        (tmp_path / "in" / f"photo{n}.jpg").touch()
    return tmp_path / "in"


def run(capsys, *arguments):
    code = main(["analyze", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys, *arguments):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("stancekit: ")
    assert err.count("\n") == 1
    return err


class TestPrinting:
    def test_a_table_for_people(self, speech, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", "80")
        code, out, err = run(capsys, speech, "--speaker", "Ada Mbeki")
        assert (code, err) == (0, "")
        first, head, one, two = out.splitlines()
        assert first == "speech.txt: 2 statements, 1 anti-sanction, 0 pro-cooperation, 0 self-reliance"
        assert head.split() == ["speaker", "kind", "stances", "statement"]
        assert re.fullmatch(
            r"Ada Mbeki  narration  anti-sanction [01]\.\d\d  The embargo is illegal and must be li…", one
        )
        assert re.fullmatch(r"Ada Mbeki  narration  – +It rained on the harbour all day\.", two)
        assert max(map(len, (head, one, two))) <= 80

    def test_json_lines(self, speech, capsys):
        code, out, err = run(capsys, speech, "--json")
        assert (code, err) == (0, "")
        assert [json.loads(line) for line in out.splitlines()] == json_rows(
            analyze(LIFT, load(), document="speech.txt")
        )

    def test_json_lines_are_those_of_a_jsonl_file(self, folder, tmp_path, capsys):
        (folder / "c.txt").write_text("“Lift the embargo — all of it,” José Ruiz, the foreign minister, said.")
        _, out, _ = run(capsys, folder, "--json")
        assert run(capsys, folder, "--output", tmp_path / "out.jsonl")[0] == 0
        assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == out
        assert {row["document"] for row in map(json.loads, out.splitlines())} == {"b.txt", "c.txt", "deep/a.md"}
        assert run(capsys, folder, "--output", tmp_path / "out.csv")[0] == 0
        assert all(
            list(row) == list(read_table(tmp_path / "out.csv").columns) for row in read_table(tmp_path / "out.jsonl")
        )

    def test_standard_input(self, capsys, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + LIFT.encode())))
        code, out, _ = run(capsys, "-", "--json", "--speaker", "Ada")
        first = json.loads(out.splitlines()[0])
        assert code == 0
        assert (first["document"], first["start"], first["speaker"]) == ("standard input", 0, "Ada")

    def test_a_folder_names_what_it_skips(self, folder, capsys):
        code, out, err = run(capsys, folder)
        assert code == 0
        assert [line.split(":")[0] for line in out.splitlines() if ": " in line] == ["b.txt", "deep/a.md"]
        named = ", ".join(f"photo{n}.jpg" for n in range(5))
        assert err == f"stancekit: skipped what is neither .txt nor .md: {named} and 2 more\n"

    def test_bad_files_stop_all_or_are_left_out(self, folder, tmp_path, capsys):
        for name in ("c.txt", "d.txt"):
            (folder / name).touch()
        said = refused(capsys, folder, "--output", tmp_path / "out.csv")
        assert "2 of 4 articles" in said
        assert "c.txt (the article is empty); d.txt (the article is empty)" in said
        assert not (tmp_path / "out.csv").exists()
        code, _, err = run(capsys, folder, "--output", tmp_path / "out.csv", "--skip-bad")
        assert code == 0
        assert "left out 2 of 4 articles: c.txt (the article is empty), d.txt (the article is empty)\n" in err
        assert {row["document"] for row in read_table(tmp_path / "out.csv")} == {"b.txt", "deep/a.md"}

    def test_standard_input_is_no_folder(self, capsys):
        assert "--skip-bad goes with a folder" in refused(capsys, "-", "--skip-bad")


class TestTextUnlikeTheTraining:
    def test_it_is_said_as_predict_says_it(self, tmp_path, capsys):
        (tmp_path / "a.txt").write_text(STRANGE, encoding="utf-8")
        code, out, err = run(capsys, tmp_path / "a.txt")
        assert code == 0
        assert out.splitlines()[0].endswith("; 2 unlike what the model was trained on")
        assert main(["predict", STRANGE]) == 0
        said = capsys.readouterr().err.removeprefix("stancekit: ")
        assert said.startswith("unlike what the model was trained on (9 of 9 words")
        assert err == f"stancekit: a.txt is {said}"

    def test_a_folder_says_it_once(self, folder, tmp_path, capsys):
        (folder / "c.txt").write_text(STRANGE.partition(". ")[0], encoding="utf-8")
        for options in (("--json",), ("--output", tmp_path / "out.csv")):
            err = run(capsys, folder, *options)[2]
            assert err.endswith(
                "stancekit: 1 of 3 articles (c.txt) is unlike what the model was trained on "
                "(5 of 5 words are new to it): take the scores with care\n"
            )
            assert err.count("unlike") == 1

    def test_names_out_of_a_table_cannot_drive_the_terminal(self, tmp_path, capsys):
        write_table(tmp_path / "in.jsonl", [{"key": "a\x1b[2J\nb", "text": STRANGE}])
        err = run(capsys, tmp_path / "in.jsonl", "--id", "key", "--json")[2]
        assert "a�[2J�b is unlike" in err

    def test_a_statement_among_many_is_counted_and_no_warning(self, tmp_path, capsys):
        (tmp_path / "a.txt").write_text(LIFT * 5 + STRANGE.partition(". ")[2], encoding="utf-8")
        code, out, err = run(capsys, tmp_path / "a.txt")
        assert (code, err) == (0, "")
        assert out.splitlines()[0].endswith("; 1 unlike what the model was trained on")


class TestWriting:
    def test_a_table_and_a_page(self, folder, tmp_path, capsys):
        table, page = tmp_path / "out.csv", tmp_path / "out.html"
        code, out, err = run(capsys, folder, "--output", table, "--html", page)
        assert (code, out) == (0, "")
        assert err.endswith(f"analysed 3 statements into {table} and {page}\n")
        assert [row["document"] for row in read_table(table)] == ["b.txt", "b.txt", "deep/a.md"]
        assert "<title>Stances in 2 articles</title>" in page.read_text()

    def test_a_page_alone(self, speech, tmp_path, capsys):
        code, out, err = run(capsys, speech, "--html", tmp_path / "out.html")
        assert (code, out) == (0, "")
        assert err == f"analysed 2 statements into {tmp_path / 'out.html'}\n"
        assert "with the model <b>linear</b>" in (tmp_path / "out.html").read_text()

    def test_columns_of_a_table(self, tmp_path, capsys):
        write_table(tmp_path / "in.csv", [{"key": "x", "body": LIFT, "who": "Ada"}])
        columns = ["--text", "body", "--id", "key", "--speaker-column", "who"]
        code, _, _ = run(capsys, tmp_path / "in.csv", *columns, "--output", tmp_path / "out.jsonl")
        rows = list(read_table(tmp_path / "out.jsonl"))
        assert code == 0
        assert [(row["document"], row["speaker"]) for row in rows] == [("x", "Ada")] * 2
        assert rows[0]["labels"] == ["anti-sanction"]

    def test_nothing_is_replaced_unasked(self, speech, tmp_path, capsys):
        for option, name in (("--output", "out.csv"), ("--html", "out.html")):
            (tmp_path / name).write_text("before")
            assert "exists; choose another name" in refused(capsys, speech, option, tmp_path / name)
            assert (tmp_path / name).read_text() == "before"
            assert run(capsys, speech, option, tmp_path / name, "--overwrite")[0] == 0
            assert (tmp_path / name).read_text() != "before"

    def test_what_is_too_much_for_a_page_is_said_before_anything_is_analysed(
        self, speech, tmp_path, capsys, monkeypatch
    ):
        def never(*_):
            raise AssertionError("the model was loaded")

        monkeypatch.setattr("stancekit.storage.loading.load", never)
        monkeypatch.setattr(article, "MOST_STATEMENTS", 1)
        error = refused(capsys, speech, "--html", tmp_path / "out.html", "--output", tmp_path / "out.csv")
        assert "at most 1 statements" in error
        assert "write a table (--output, without --html)" in error

    def test_two_rows_of_one_name(self, tmp_path, capsys):
        write_table(tmp_path / "in.csv", [{"key": "x", "text": LIFT}, {"key": "x", "text": LIFT}])
        for arguments in ((), ("--json",), ("--html", tmp_path / "out.html"), ("--output", tmp_path / "out.csv")):
            assert "rows 0 and 1 are both called 'x'" in refused(capsys, tmp_path / "in.csv", "--id", "key", *arguments)
        assert run(capsys, tmp_path / "in.csv")[0] == 0

    @pytest.mark.parametrize("limit", [False, True])
    def test_where_one_fails_neither_is_left(self, folder, tmp_path, capsys, monkeypatch, limit):
        if limit:
            monkeypatch.setattr(article, "MOST_STATEMENTS", 2)
        else:
            (folder / "z.txt").write_bytes(b"caf\xe9")
        code, _, err = run(capsys, folder, "--output", tmp_path / "out.csv", "--html", tmp_path / "out.html")
        assert code == 2
        assert ("at most 2 statements" if limit else "z.txt: byte 0xe9 at offset 3 is not UTF-8") in err
        assert [path.name for path in tmp_path.iterdir()] == ["in"]


class TestAFullDisk:
    @pytest.mark.parametrize("after", [0, 1])
    def test_where_one_of_two_cannot_reach_the_disk_neither_is_left(self, speech, tmp_path, capsys, monkeypatch, after):
        done, real = [], os.fsync

        def fsync(number):
            if len(done) == after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            done.append(number)
            real(number)

        monkeypatch.setattr(os, "fsync", fsync)
        code, _, err = run(capsys, speech, "--output", tmp_path / "out.csv", "--html", tmp_path / "out.html")
        assert code == 2
        assert "No space left" in err
        assert [path.name for path in tmp_path.iterdir()] == ["speech.txt"]

    def test_both_are_on_the_disk_before_either_has_its_name(self, speech, tmp_path, capsys, monkeypatch):
        steps, fsync, move = [], os.fsync, os.replace
        monkeypatch.setattr(os, "fsync", lambda number: steps.append(os.fstat(number).st_ino) or fsync(number))
        monkeypatch.setattr(os, "replace", lambda one, other: steps.append("move") or move(one, other))
        assert run(capsys, speech, "--output", tmp_path / "out.csv", "--html", tmp_path / "out.html")[0] == 0
        before = set(steps[: steps.index("move")])
        assert before == {(tmp_path / name).stat().st_ino for name in ("out.csv", "out.html")}


def write_named(path, text):
    """Write a file whose name is no UTF-8, where the file system has such names."""
    try:
        path.write_text(text)
    except OSError as error:
        pytest.skip(f"no such names here: {error}")


class TestNamesThatAreNoText:
    @pytest.fixture
    def latin(self, folder):
        for name in (b"caf\xe9.txt", b"caf\xe8.txt", b"caf\xe9.doc"):
            write_named(folder / os.fsdecode(name), LIFT)
        return folder

    def test_they_are_shown_by_their_bytes(self, latin, tmp_path, capsys):
        code, out, err = run(capsys, latin, "--json")
        assert code == 0
        names = sorted({json.loads(line)["document"] for line in out.splitlines()})
        assert names == ["b.txt", r"caf\xe8.txt", r"caf\xe9.txt", "deep/a.md"]
        assert r"caf\xe9.doc" in err
        assert run(capsys, latin)[0] == 0
        assert run(capsys, latin, "--output", tmp_path / "out.csv", "--html", tmp_path / "out.html")[0] == 0
        assert sorted({row["document"] for row in read_table(tmp_path / "out.csv")}) == names

    def test_they_are_named_in_errors(self, folder, capsys):
        write_named(folder / os.fsdecode(b"caf\xe9.txt"), " ")
        code, _, err = run(capsys, folder / os.fsdecode(b"caf\xe9.txt"))
        assert code == 2
        assert err.endswith("caf\\xe9.txt: the article is empty; give its text, or leave it out\n")

    def test_a_speaker_is_refused(self, speech, capsys):
        error = refused(capsys, speech, "--speaker", os.fsdecode(b"Jos\xe9"))
        assert "lone surrogate at character 3 in field 'speaker'" in error

    def test_whatever_cannot_be_written_is_one_line(self, speech, capsys, monkeypatch):
        def fail(*_):
            raise UnicodeEncodeError("utf-8", "a" * 50 + "\udce9" + "b" * 50, 50, 51, "surrogates not allowed")

        monkeypatch.setattr("stancekit.storage.loading.load", fail)
        shown = "a" * 20 + "\\udce9" + "b" * 20
        assert (
            refused(capsys, speech)
            == f"stancekit: cannot write '{shown}' as UTF-8; give names and texts that are UTF-8\n"
        )


class TestRefusals:
    def test_options_that_do_not_fit(self, speech, tmp_path, capsys, monkeypatch):
        assert "--json is for what is printed" in refused(capsys, speech, "--json", "--output", tmp_path / "out.csv")
        assert "--overwrite goes with" in refused(capsys, speech, "--overwrite")
        assert "is no table and has no columns" in refused(capsys, speech, "--text", "body")
        assert "ends in .html" in refused(capsys, speech, "--html", tmp_path / "out.csv")
        assert "no such folder" in refused(capsys, speech, "--html", tmp_path / "no" / "out.html")
        assert "unknown suffix" in refused(capsys, speech, "--output", tmp_path / "out.xlsx")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Lift.")))
        assert "standard input is one article" in refused(capsys, "-", "--id", "key")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty; give its text"),
            (b"GIF89a\0\0", "NUL at character 6: it is binary"),
            (b"<!doctype html><p>Lift", "looks like HTML"),
            ("“Lift”".encode("cp1252"), "byte 0x93 at offset 0 is not UTF-8"),
        ],
    )
    def test_what_is_no_article(self, tmp_path, capsys, monkeypatch, content, message):
        path = tmp_path / "bad.txt"
        path.write_bytes(content)
        error = refused(capsys, path)
        assert error.startswith(f"stancekit: {path}: ")
        assert message in error
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert message in refused(capsys, "-")

    def test_missing_files(self, tmp_path, capsys):
        assert "there is no file" in refused(capsys, tmp_path / "none.txt")
        assert "there is no file" in refused(capsys, tmp_path / "none")


@pytest.mark.parametrize("option", ["--output", "--html"])
def test_what_is_analysed_is_never_replaced(tmp_path, capsys, option):
    source = tmp_path / "in.csv"
    source.write_text("text\nThe embargo must go.\n")
    link = tmp_path / ("out.csv" if option == "--output" else "out.html")
    link.symlink_to(source)
    assert main(["analyze", str(source), option, str(link), "--overwrite"]) == 2
    assert "is what is analysed, and would be lost" in capsys.readouterr().err
    assert source.read_text() == "text\nThe embargo must go.\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_a_folder_is_no_article(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("The embargo must go.")
    os.mkfifo(tmp_path / "b.txt")
    assert main(["analyze", str(tmp_path)]) == 2
    assert "is no file that can be read to its end" in capsys.readouterr().err
    assert main(["analyze", str(tmp_path), "--skip-bad"]) == 0
