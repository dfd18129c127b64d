"""Passages of UN speeches: they are drawn from untested speeches, and what was marked is put in by its text."""

import json
from dataclasses import replace

import pytest

from experiments.articles import passages, passes, quotations
from experiments.articles.passages import DRAWN, PARTS, Passage, drawn_passages, refer
from experiments.articles.sentences import text_sha1
from experiments.corpora import have_corpora
from stancekit import InvalidInputError

SPEECH = "We came. Mr. Lee said that trade goes on. He called for peace. We call for peace too."
PASSAGE = Passage(document="001", part="un-test", speech="ABC_40_1985", start=9, end=83, sha1=text_sha1(SPEECH[9:83]))
SAID = {"text": "trade goes on", "kind": "indirect", "speaker": "Lee", "title": "Mr."}
CALLED = {"text": "peace", "occurrence": 1, "kind": "indirect", "speaker": "Lee"}

needs_corpora = pytest.mark.skipif(not have_corpora(), reason="set STANCEKIT_CORPORA to the corpora's folder")


@pytest.fixture
def one_speech(monkeypatch):
    """Put one speech in place of the corpus."""
    monkeypatch.setattr(passages, "un_speeches", lambda: {PASSAGE.speech: SPEECH})


def marked(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, quotes in files.items():
        (folder / f"{name}.jsonl").write_text(json.dumps({"document": "001", "quotes": quotes}) + "\n")
    return folder


@pytest.mark.usefixtures("one_speech")
def test_what_was_marked_gets_its_offsets_in_the_order_of_the_text(tmp_path):
    [made] = refer([PASSAGE], marked(tmp_path, quotes=[CALLED, SAID], pass_1=[SAID], pass_2=[CALLED]))
    text = made.text()
    assert [text[quote["start"] : quote["end"]] for quote in made.quotes] == ["trade goes on", "peace"]
    assert [quote["title"] for quote in made.quotes] == ["Mr.", None]
    assert [len(made.pass_1), len(made.pass_2)] == [1, 1]


@pytest.mark.usefixtures("one_speech")
def test_a_passage_that_nobody_marked_is_left_out(tmp_path):
    assert refer([replace(PASSAGE, document="003")], marked(tmp_path, quotes=[SAID])) == []


@pytest.mark.usefixtures("one_speech")
@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ({**SAID, "text": "trade stops"}, "document 001: 'trade stops' stands there 0 times"),
        ({**SAID, "text": "peace"}, "document 001: 'peace' stands there 2 times"),
        ({**CALLED, "occurrence": 3}, "document 001: 'peace' stands there 2 times"),
    ],
)
def test_a_text_that_is_not_there_or_there_twice_is_refused(tmp_path, quote, message):
    with pytest.raises(InvalidInputError, match=message):
        refer([PASSAGE], marked(tmp_path, quotes=[quote]))


@pytest.mark.usefixtures("one_speech")
def test_another_text_at_the_offsets_is_refused():
    with pytest.raises(InvalidInputError, match="document 001: ABC_40_1985 has not the text that was marked at 10:83"):
        replace(PASSAGE, start=10).text()
    with pytest.raises(InvalidInputError, match="document 001: XYZ_40_1985"):
        replace(PASSAGE, speech="XYZ_40_1985").text()


@pytest.mark.usefixtures("one_speech")
def test_the_command_writes_nothing_where_a_text_is_not_there(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(passages, "FILE", tmp_path / "made.jsonl")
    folder = marked(tmp_path / "marked", quotes=[{**SAID, "text": "trade stops"}])
    (folder / DRAWN).write_text(json.dumps({name: getattr(PASSAGE, name) for name in PASSAGE.__slots__}) + "\n")
    assert passages.main(["--refer", str(folder)]) == 2
    assert "document 001" in capsys.readouterr().err
    assert not (tmp_path / "made.jsonl").exists()
    marked(folder, quotes=[SAID])
    assert passages.main(["--refer", str(folder)]) == 0
    assert [one.quotes[0]["speaker"] for one in passages.read_passages("un-test", tmp_path / "made.jsonl")] == ["Lee"]
    assert passages.read_annotators("un-test", tmp_path / "made.jsonl") is None


@needs_corpora
def test_passages_are_drawn_alike_and_of_every_decade():
    drawn = drawn_passages()
    assert drawn == drawn_passages()
    assert {one.speech[-4:-1] for one in drawn} == {str(decade) for decade in range(194, 203)}
    assert len({one.speech for one in drawn}) == len(drawn)
    assert {one.part for one in drawn} == set(PARTS)


@needs_corpora
def test_every_stretch_of_the_file_stands_in_its_passage():
    for part in PARTS:
        for document in quotations.documents_of(part):
            assert document.quotes == sorted(document.quotes, key=lambda one: (one["start"], -one["end"]))
            for quote in document.quotes:
                assert document.text[quote["start"] : quote["end"]].strip()
                assert quote["kind"] in ("direct", "indirect", "mixed")


@needs_corpora
def test_two_annotators_marked_the_test_alone():
    assert passes.read_passes("un") is None
    read = passes.read_passes("un-test")
    assert len(read.first) == len(quotations.documents_of("un-test"))
    assert sum(len(read.second(document.text)) for document in read.first) > 100
