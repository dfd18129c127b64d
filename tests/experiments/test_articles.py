"""Articles by reference: the files are whole, texts come back from the pool, and results of other parts stay."""

import json
from dataclasses import replace

import pytest

from experiments.articles import page, passes, quotations, refer, sentences
from experiments.articles.gold import GOLD, Document
from experiments.articles.refer import export, refer_lot, with_lots
from experiments.articles.sentences import (
    FILES,
    PASSES,
    joined,
    read_article_references,
    read_part,
    sentence_starts,
    taken_apart,
    text_sha1,
)
from experiments.corpora import have_corpora
from stancekit import InvalidInputError
from stancekit.text.identity import fingerprint

THERE = [part for part, file in FILES.items() if file.exists()]
REFERENCES = [one for part in THERE for one in read_article_references(FILES[part])]
ANNOTATED = [one for files in PASSES.values() for file in files for one in read_article_references(file)]
SENTENCES = ["The envoy met us.", "“We  will trade,” Ann Lee said.", "The envoy met us."]
TEXT = " ".join(SENTENCES)
POOL = {("tehran_times", "_news_1", fingerprint(one)): one for one in SENTENCES}
QUOTE = {"start": 19, "end": 33, "kind": "direct", "speaker": "Ann Lee", "title": ""}

SPOKEN = ["Who came?", "They stay.", "He said trade goes on."]
TURNS = [{"sentence": 0, "label": "Q (reporter)"}, {"sentence": 1, "label": "MR. LEE"}]
TRANSCRIPT = "Q (reporter): Who came?\n\nMR. LEE: They stay. He said trade goes on."
BRIEFING = {("briefings", "12.html", fingerprint(one)): one for one in SPOKEN}

OLD = {"gold_sha256": "1", "n_documents": 2, "systems": {"stancekit": 1, "textacy": 2}}
NEW = {"gold_sha256": "1", "n_documents": 2, "systems": {"stancekit": 3}}

needs_corpora = pytest.mark.skipif(not have_corpora(), reason="set STANCEKIT_CORPORA to the corpora's folder")


@pytest.fixture
def folder(tmp_path):
    """The annotations of a lot of one article."""
    return written(tmp_path / "lot")


def written(folder, number="00", quotes=(QUOTE,), text=TEXT, article="_news_1"):
    folder.mkdir(exist_ok=True)
    (folder / "articles.jsonl").write_text(json.dumps({"document": number, "quotes": list(quotes)}) + "\n")
    (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (folder / f"{number}.sentences.txt").write_text("\n".join([article, *SENTENCES[:0:-1]]), encoding="utf-8")
    return folder


def spoken(folder, text=TRANSCRIPT, quotes=()):
    """Write the annotations of a lot of one transcript."""
    written(folder, text=text, quotes=quotes)
    lines = ["briefings\t12.html", *(f"MR. LEE\t{one}" for one in SPOKEN[1:]), f"Q (reporter)\t{SPOKEN[0]}"]
    (folder / "00.sentences.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def ordered(folder, first, *quotes):
    """Write the annotations of a lot of one article whose sentences stand in an order; give its reference."""
    text = " ".join(first)
    stretches = [
        {
            "start": text.index(quote),
            "end": text.index(quote) + len(quote),
            "kind": "direct",
            "speaker": "Lee",
            "title": "",
        }
        for quote in quotes
    ]
    (one,) = refer_lot(spoken(folder, text=text, quotes=stretches), "x", "test-3", BRIEFING)
    return one


def measured():
    """Give what was measured of splitting, quotations and speed."""
    return [json.loads(module.RESULTS.read_text()) for module in (page.splitters, quotations, page.speed)]


class TestSpeed:
    def test_each_document_is_timed_per_thousand_words(self, packaged, monkeypatch):
        monkeypatch.setattr(page.speed, "N_ROUNDS", 2)
        text = "“We will trade,” Ann Lee said. It rained over the hills. " * 20
        document = Document(name="00", part="dev", text=text, statements=[], quotes=[QUOTE])
        (row,) = page.speed.measure([document], packaged, None)
        assert (row["n_words"], row["n_quotes"]) == (220, 1)
        assert list(row["ms"]) == ["analyze", "statements and speakers", "labels"]
        assert all(0 < row["least_ms"][name] <= row["ms"][name] for name in row["ms"])


class TestData:
    def test_the_development_articles_are_there(self):
        assert "development" in THERE
        assert len([one for one in REFERENCES if one.part == "development"]) >= 60

    def test_files_are_in_order_and_hold_their_part_alone(self):
        for part in THERE:
            lines = FILES[part].read_text(encoding="utf-8").splitlines()
            found = read_article_references(FILES[part])
            assert [one.to_line() for one in found] == lines
            assert {one.part for one in found} == {part}
            assert [one.document for one in found] == sorted(one.document for one in found)

    def test_no_article_stands_twice_or_in_two_parts(self):
        refer.check_apart(REFERENCES)
        texts = [json.loads(line)["sha1"] for line in GOLD.read_text().splitlines()] + [one.sha1 for one in REFERENCES]
        assert len(set(texts)) == len(texts)

    @pytest.mark.parametrize("one", REFERENCES + ANNOTATED, ids=lambda one: one.document)
    def test_rows_hold_hashes_and_stretches_and_no_sentence(self, one):
        assert one.document.startswith(one.lot)
        for sha1 in (one.sha1, *one.sentences):
            assert len(sha1) == 12
            assert int(sha1, 16) >= 0
        for quote in one.quotes:
            assert list(quote) == ["start", "end", "kind", "speaker", "title"]
            assert 0 <= quote["start"] < quote["end"]
            assert quote["kind"] in refer.KINDS
            for name in ("speaker", "title"):
                assert quote[name] is None or 0 < len(quote[name]) < 130
        places = [turn["sentence"] for turn in one.turns]
        assert places == sorted(set(places) & set(range(len(one.sentences))))
        assert all(list(turn) == ["sentence", "label"] and 0 < len(turn["label"]) < 60 for turn in one.turns)
        assert list(one.quotes) == sorted(one.quotes, key=lambda quote: (quote["start"], -quote["end"]))

    @needs_corpora
    @pytest.mark.parametrize("part", THERE)
    def test_every_article_finds_its_text(self, part):
        for document, reference in zip(read_part(part), read_article_references(FILES[part]), strict=True):
            assert text_sha1(document.text) == reference.sha1
            assert max((quote["end"] for quote in document.quotes), default=0) <= len(document.text)
            for quote in document.quotes:
                assert document.text[quote["start"] : quote["end"]].strip()

    @pytest.mark.parametrize("part", PASSES)
    def test_both_annotators_marked_the_same_articles(self, part):
        settled, *marked = map(read_article_references, [FILES[part], *PASSES[part]])
        for found in marked:
            assert [(one.document, one.source, one.article) for one in found] == [
                (one.document, one.source, one.article) for one in settled
            ]

    @needs_corpora
    @pytest.mark.parametrize("one", ANNOTATED, ids=lambda one: one.document)
    def test_what_an_annotator_marked_finds_its_text(self, one):
        assert text_sha1(one.resolved().text) == one.sha1

    @needs_corpora
    @pytest.mark.parametrize("part", PASSES)
    def test_the_figures_of_the_annotators_are_those_of_their_passes(self, part):
        found = passes.read_passes(part)
        row = json.loads(quotations.RESULTS.read_text())["parts"][part]
        assert quotations.measure(found.first, found.second) == row["annotators"]

    @needs_corpora
    @pytest.mark.parametrize("part", THERE)
    def test_what_is_written_out_makes_the_same_file(self, part, tmp_path, monkeypatch, capsys):
        again = tmp_path / "again.jsonl"
        assert refer.main([part, "--export", str(tmp_path)]) == 0
        monkeypatch.setitem(FILES, part, again)
        lots = sorted({one.lot for one in REFERENCES if one.part == part})
        assert refer.main([part, *(f"{lot}={tmp_path / lot}" for lot in lots)]) == 0
        assert again.read_text(encoding="utf-8") == "".join(
            f"{one.to_line()}\n" for one in REFERENCES if one.part == part
        )
        assert f"articles to {again}" in capsys.readouterr().out


class TestRefer:
    def test_a_sentence_that_stands_twice_is_there_twice(self, folder):
        (one,) = refer_lot(folder, "x", "development", POOL)
        assert (one.document, one.lot, one.article) == ("x00", "x", "_news_1")
        assert one.sentences == [fingerprint(sentence) for sentence in SENTENCES]
        assert one.quotes == [QUOTE | {"title": None}]
        document = one.resolved(POOL)
        assert document.text == TEXT
        assert document.text[19:33] == "We  will trade"
        assert document.part == "development"

    def test_written_out_and_read_again_is_the_same(self, folder, tmp_path):
        found = refer_lot(folder, "x", "development", POOL)
        assert export(found, tmp_path / "out", POOL) == 1
        assert refer_lot(tmp_path / "out" / "x", "x", "development", POOL) == found

    def test_turns_of_transcripts_of_other_sources_are_kept(self, tmp_path):
        start = TRANSCRIPT.index("trade")
        quote = QUOTE | {"start": start, "end": start + 13, "kind": "indirect", "title": None}
        found = refer_lot(spoken(tmp_path / "lot", quotes=[quote]), "x", "test-3", BRIEFING)
        (one,) = found
        assert (one.source, one.article, one.turns) == ("briefings", "12.html", TURNS)
        assert one.sentences == [fingerprint(sentence) for sentence in SPOKEN]
        document = one.resolved(BRIEFING)
        assert document.text == TRANSCRIPT
        assert document.genre == "speeches and transcripts"
        assert export(found, tmp_path / "out", BRIEFING) == 1
        assert refer_lot(tmp_path / "out" / "x", "x", "test-3", BRIEFING) == found

    def test_a_speech_has_no_label_in_its_text(self, tmp_path):
        (one,) = refer_lot(spoken(tmp_path / "lot", text="They stay. Who came?"), "x", "test-3", BRIEFING)
        assert one.turns == []
        assert '"turns"' not in one.to_line()

    @pytest.mark.parametrize("text", [TRANSCRIPT.replace("\n\n", " "), TRANSCRIPT.replace("MR. LEE", "MS. KIM")])
    def test_a_turn_without_a_known_label_is_named(self, tmp_path, text):
        with pytest.raises(
            InvalidInputError, match=r"00\.txt is not made of sentences that the pool has of '12\.html'"
        ):
            refer_lot(spoken(tmp_path / "lot", text=text), "x", "test-3", BRIEFING)

    def test_starts_are_where_sentences_stand(self):
        assert joined(SPOKEN, TURNS) == TRANSCRIPT
        assert sentence_starts(SPOKEN, TURNS) == [TRANSCRIPT.index(one) for one in SPOKEN]
        assert joined([]) == ""

    def test_articles_of_two_sources_may_have_the_same_id(self, folder):
        (one,) = refer_lot(folder, "x", "development", POOL)
        refer.check_apart([one, replace(one, document="x01", source="briefings")])

    def test_passes_that_are_not_kept_are_named(self, capsys):
        with pytest.raises(SystemExit):
            refer.main(["development", "--annotator", "1"])
        assert (
            "no passes of part 'development' are kept; --annotator expects one of ['test-3', 'test-4']"
            in capsys.readouterr().err
        )

    def test_the_longest_sentence_may_lead_nowhere(self):
        assert taken_apart("A b. C. A b.", ["A b. C. A", "A b.", "C.", "A b. C."]) == ["A b. C.", "A b."]
        assert taken_apart("A b. C", ["A b.", "C."]) is None
        assert taken_apart("A b. ", ["A b."]) is None

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"text": TEXT + "\n"}, r"00\.txt is not made of sentences that the pool has of '_news_1'"),
            (
                {"article": "_news_2"},
                r"00\.sentences\.txt begins with '_news_2', which is no article of 'tehran_times'",
            ),
            ({"quotes": [QUOTE | {"end": 900}]}, r"00, quotation 1, start 19 and end 900: expected a stretch of 0 to"),
            ({"quotes": [QUOTE, QUOTE | {"kind": "loud"}]}, r"quotation 2, kind 'loud': expected one of \['direct'"),
        ],
    )
    def test_what_does_not_fit_is_named(self, tmp_path, change, message):
        with pytest.raises(InvalidInputError, match=message):
            refer_lot(written(tmp_path / "lot", **change), "x", "development", POOL)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(InvalidInputError, match=r"no file '.*articles\.jsonl'"):
            refer_lot(tmp_path, "x", "development", POOL)

    def test_a_lot_comes_in_place_of_itself_and_others_stay(self, folder):
        (one,) = refer_lot(folder, "x", "development", POOL)
        other = replace(one, document="y00", lot="y", article="_news_7")
        corrected = replace(one, quotes=[])
        assert with_lots([other, one], [corrected]) == [corrected, other]
        with pytest.raises(
            InvalidInputError, match=r"x00 of lot x and z00 of lot z \(development\) have the same article"
        ):
            with_lots([one], [replace(one, document="z00", lot="z")])

    def test_an_article_of_the_development_set_does_not_become_a_test(self, folder, tmp_path, monkeypatch, capsys):
        monkeypatch.setitem(FILES, "development", tmp_path / "d.jsonl")
        monkeypatch.setitem(FILES, "test-2", tmp_path / "t.jsonl")
        monkeypatch.setattr(refer, "pool_statements", lambda: POOL)
        assert refer.main(["development", f"x={folder}"]) == 0
        assert refer.main(["test-2", f"e={folder}"]) == 2
        assert "have the same article, '_news_1'" in capsys.readouterr().err
        assert not (tmp_path / "t.jsonl").exists()

    def test_a_sentence_or_white_space_that_the_pool_lacks_is_named(self, folder):
        (one,) = refer_lot(folder, "x", "development", POOL)
        with pytest.raises(InvalidInputError, match=r"x00: the pool has no sentence '.*', number 1, in the article"):
            one.resolved({})
        with pytest.raises(InvalidInputError, match=r"its sentences make the text '.*', and '.*' was annotated"):
            one.resolved({key: " ".join(text.split()) for key, text in POOL.items()})


class TestPasses:
    def test_stretches_are_moved_with_their_sentences(self, tmp_path, monkeypatch):
        one = ordered(tmp_path / "1", SPOKEN, "They stay. He said trade", "trade goes on")
        other = ordered(tmp_path / "2", [SPOKEN[1], SPOKEN[0], SPOKEN[2]], "They stay. Who came", "trade goes on")
        for number, reference in enumerate((one, other), 1):
            (tmp_path / f"{number}.jsonl").write_text(reference.to_line() + "\n")
        monkeypatch.setitem(PASSES, "test-3", [tmp_path / f"{number}.jsonl" for number in (1, 2)])
        found = passes.read_passes("test-3", BRIEFING)
        (document,) = found.first
        assert document.text == " ".join(SPOKEN)
        assert [document.text[quote.start : quote.end] for quote in found.second(document.text)] == [
            "",
            "trade goes on",
        ]
        assert quotations.count(document, found.second)["all"].tolist() == [1, 2, 2]

    def test_most_parts_have_none(self):
        assert passes.read_passes("development") is None
        assert passes.read_passes("invented") is None

    @pytest.mark.parametrize("part", ["invented-test", "ordinary-test"])
    def test_of_our_own_texts_the_second_is_that_of_the_documents(self, part):
        found = passes.read_passes(part)
        document = found.first[0]
        assert all(document.text[one.start : one.end].strip() for one in found.second(document.text))
        assert quotations.count(document, found.second)["all"][0] > 0


class TestResults:
    def test_systems_of_each_genre_stay_too(self):
        old, new = (row | {"genres": {"newspaper": row}} for row in (OLD, NEW))
        found = quotations.merged({"test-3": old}, {"test-3": new})["test-3"]
        assert found["genres"]["newspaper"]["systems"] == found["systems"] == {"stancekit": 3, "textacy": 2}

    def test_own_words_are_those_of_i_we_and_the_speaker_of_the_turn(self):
        quotes = [
            {"start": start, "end": end, "kind": "direct", "speaker": speaker, "title": None}
            for start, end, speaker in ((0, 20, "Lee"), (5, 9, "Lee"), (10, 14, "Kim"), (30, 40, "we"))
        ]
        document = Document(name="00", part="test-3", text="x" * 40, statements=[], quotes=quotes)
        assert quotations.n_own_words(document) == 2

    def test_a_kind_that_stands_nowhere_has_no_figure(self):
        quotes = [{"start": 13, "end": 21, "kind": "indirect", "speaker": "Ann Lee", "title": None}]
        text = "Ann Lee said it rained."
        document = Document(name="00", part="test-4", text=text, statements=[], quotes=quotes)
        found = quotations.measure([document], quotations.find_quotes)
        assert found["direct"] == {"f1": None, "low": None, "high": None}
        assert found["indirect and mixed"] == {"f1": 1.0, "low": 1.0, "high": 1.0}
        assert page._cells("stancekit", found)[0][2] == "–"

    def test_other_parts_and_systems_stay(self):
        found = quotations.merged({"test": OLD, "development": OLD}, {"development": NEW})
        assert found["test"] == OLD
        assert found["development"]["systems"] == {"stancekit": 3, "textacy": 2}

    def test_systems_measured_on_other_documents_go(self):
        found = quotations.merged({"development": OLD}, {"development": NEW | {"gold_sha256": "2"}})
        assert found["development"]["systems"] == {"stancekit": 3}

    def test_parts_without_all_their_texts_are_not_measured(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr(quotations, "RESULTS", tmp_path / "quotations.json")
        assert quotations.main(["--parts", "dev", "--articles", str(tmp_path)]) == 2
        assert "part 'dev' has 8 documents, of which 0 have their texts; nothing is written" in capsys.readouterr().err
        assert not quotations.RESULTS.exists()

    def test_an_unknown_part_is_named(self, capsys):
        with pytest.raises(SystemExit):
            quotations.main(["--parts", "dev,all"])
        parts = (
            "'test-2', 'test-3', 'test-4', 'un', 'un-test', 'invented', 'invented-test', 'ordinary', 'ordinary-test']"
        )
        assert f"unknown part 'all'; expected some of ['dev', 'test', 'development', {parts}" in capsys.readouterr().err

    def test_one_part_is_measured_and_written_beside_the_others(self, tmp_path, monkeypatch, capsys):
        overlooked = {"start": 4, "end": 9, "kind": "indirect", "speaker": "an envoy", "title": None}
        folder = written(tmp_path / "lot", quotes=[QUOTE, overlooked])
        references = refer_lot(folder, "x", "development", POOL)
        (tmp_path / "d.jsonl").write_text("".join(f"{one.to_line()}\n" for one in references), encoding="utf-8")
        monkeypatch.setitem(FILES, "development", tmp_path / "d.jsonl")
        monkeypatch.setattr(sentences, "pool_statements", lambda: POOL)
        monkeypatch.setattr(quotations, "RESULTS", tmp_path / "quotations.json")
        quotations.RESULTS.write_text(json.dumps({"parts": {"test": OLD}}))
        assert quotations.main(["--parts", "development", "--dry-run"]) == 0
        assert json.loads(quotations.RESULTS.read_text())["parts"] == {"test": OLD}
        assert quotations.main(["--parts", "development"]) == 0
        found = json.loads(quotations.RESULTS.read_text())["parts"]
        assert found["test"] == OLD
        assert found["development"]["n_quotes"] == 2
        figures = found["development"]["systems"]["stancekit"]
        assert (figures["direct"]["f1"], figures["indirect and mixed"]["f1"]) == (1.0, 0.0)
        assert json.loads(capsys.readouterr().out.partition("}\n{")[0] + "}")["development"]["n_documents"] == 1

    def test_the_page_says_which_part_is_stale(self, monkeypatch):
        split, quoted, timed = measured()
        assert page.stale(split, quoted, timed) == []
        quoted["parts"]["development"]["gold_sha256"] = "other"
        assert page.stale(split, quoted, timed)[0].startswith("quotations.json: part development was not measured on")

    def test_parts_that_nobody_read_come_first(self):
        split, quoted, timed = measured()
        text = page.page(split, quoted, timed)
        places = [text.index(f"| {part} | **stancekit** |") for part in ("test-2", "test-3", "test", "dev")]
        assert places == sorted(places)
        assert "| test-3, newspaper | *annotators* |" in text
        assert page.headline(quoted).index("*test-2*") < page.headline(quoted).index("*test-3*")

    def test_a_page_needs_no_more_than_the_first_test(self):
        split, quoted, timed = measured()
        for part in ("test-2", "test-3", "test-4"):
            del quoted["parts"][part]
        text = page.page(split, quoted, timed)
        assert "| test | **stancekit** |" in text
        assert "*Annotators*" not in text
