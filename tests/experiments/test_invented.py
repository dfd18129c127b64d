"""Articles of our own: their marks, and that the figures which stand are those of today's rules."""

import json

import pytest

from experiments.articles import quotations
from experiments.articles.invented import PARTS, parse, read_invented
from stancekit.errors import InvalidInputError


class TestMarks:
    def test_one_stretch_may_lie_in_another(self):
        text, quotes = parse("LEE: ⟦d|Lee|⟧She said ⟦i|she|⟧no⟦/⟧⟦/⟧")
        assert text == "LEE: She said no"
        assert [(text[one["start"] : one["end"]], one["kind"], one["speaker"]) for one in quotes] == [
            ("She said no", "direct", "Lee"),
            ("no", "indirect", "she"),
        ]

    @pytest.mark.parametrize(
        ("marked", "message"),
        [
            ("He said ⟦i|Lee|⟧no.", "the mark '⟦i|Lee|⟧' does not close"),
            ("He said no⟦/⟧.", "a mark closes and none is open, behind 'He said no'"),
            ("He said ⟦x|Lee|⟧no⟦/⟧.", "a mark closes and none is open"),
            ("He said ⟦i|Lee⟧no.", "a mark is not understood, near 'He said ⟦i|Lee⟧no.'"),
        ],
    )
    def test_wrong_ones_are_told(self, marked, message):
        with pytest.raises(InvalidInputError) as raised:
            parse(marked)
        assert message in str(raised.value)

    def test_the_document_is_named(self, tmp_path):
        row = {"document": "a07", "part": "invented", "genre": "news", "marked": "⟦/⟧"}
        (tmp_path / "some.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
        with pytest.raises(InvalidInputError, match="document a07: a mark closes"):
            read_invented("invented", tmp_path / "some.jsonl")


@pytest.mark.parametrize("part", PARTS)
class TestDocuments:
    def test_no_stretch_begins_or_ends_with_a_blank_and_each_has_a_speaker(self, part):
        for document in read_invented(part):
            for quote in document.quotes:
                words = document.text[quote["start"] : quote["end"]]
                assert words, document.name
                assert words == words.strip(), (document.name, words)
                assert quote["speaker"] == quote["speaker"].strip() != "", (document.name, words)

    def test_figures_are_those_of_the_rules_as_they_are(self, part):
        stored = json.loads(quotations.RESULTS.read_text(encoding="utf-8"))["parts"][part]["systems"]["stancekit"]
        counts = [quotations.count(document, quotations.find_quotes) for document in read_invented(part)]
        found = {name: round(float(quotations.f1(sum(one[name] for one in counts))), 3) for name in counts[0]}
        assert found == {name: figures["f1"] for name, figures in stored.items()}
