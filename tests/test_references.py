import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit import InvalidInputError
from stancekit.references import Reference, join, read_references
from stancekit.text.identity import fingerprint

STATEMENTS = ["Mr. President, we thank you.", "The embargo must end now.", "We shall  build it\nourselves — ça ira."]
DOCUMENT = "\n\n".join(STATEMENTS)
HEADER = "document\tstart\tend\tsha1\tn_words\tcodes\tsource\tstratum"


def refer(text, document="CUB_60", start=None, end=None, codes="A"):
    return Reference(
        document=document,
        start=start,
        end=end,
        sha1=fingerprint(text),
        n_words=len(text.split()),
        codes=codes,
        source="ungdc",
        stratum="random",
    )


def located(text):
    start = DOCUMENT.index(text)
    return refer(text, start=start, end=start + len(text))


def squeezed(text):
    return " ".join(text.split())


GOOD = dict(zip(HEADER.split("\t"), ("CUB_60", "5", "17", "abc", "31", "A", "ungdc", "random"), strict=True))
REFERENCES = [located(text) for text in STATEMENTS]


class TestJoin:
    def test_at_the_offsets(self):
        joined = join(REFERENCES, lambda reference: DOCUMENT)
        assert list(joined.references) == REFERENCES
        assert list(joined.texts) == STATEMENTS  # as they stand, white space and all
        assert (joined.n_by_offset, joined.n_by_hash) == (3, 0)
        assert (list(joined.no_document), list(joined.no_statement)) == ([], [])

    @pytest.mark.parametrize(
        ("change", "n_by_hash"),
        [
            pytest.param(lambda text: "\ufeff" + text, 3, id="BOM"),
            pytest.param(lambda text: text.replace("\n", "\r\n"), 2, id="CRLF"),
            pytest.param(lambda text: "UNITED NATIONS\nSixtieth session\n\n" + text, 3, id="header"),
            pytest.param(
                lambda text: "\ufeffSIXTIETH SESSION\r\n" + text.replace(" ", "  ").replace("\n", "\r\n"), 3, id="all"
            ),
            pytest.param(lambda text: text.replace(" ", "\xa0"), 0, id="no-break spaces"),
            pytest.param(squeezed, 2, id="one line"),
            pytest.param(lambda text: "And then: " + text + " Thank you.", 3, id="text around it"),
        ],
    )
    def test_by_hash_when_the_document_was_changed_around_them(self, change, n_by_hash):
        document = change(DOCUMENT)
        joined = join(REFERENCES, lambda reference: document)
        assert list(joined.references) == REFERENCES
        assert [squeezed(text) for text in joined.texts] == [squeezed(text) for text in STATEMENTS]
        assert (joined.n_by_offset, joined.n_by_hash) == (3 - n_by_hash, n_by_hash)

    def test_offsets_alone_are_not_trusted(self):
        other = "x" * len(DOCUMENT)
        joined = join(REFERENCES, lambda reference: other)
        assert list(joined.no_statement) == REFERENCES

    def test_a_changed_word_is_another_statement(self):
        joined = join(REFERENCES, lambda reference: DOCUMENT.replace("end now", "end soon"))
        assert list(joined.no_statement) == [REFERENCES[1]]
        assert [squeezed(text) for text in joined.texts] == [squeezed(STATEMENTS[0]), squeezed(STATEMENTS[2])]
        assert (joined.n_by_offset, joined.n_by_hash) == (1, 1)

    def test_corpora_of_single_statements_need_no_offsets(self):
        tweets = {f"tweet {i}": text for i, text in enumerate(STATEMENTS)}
        references = [refer(text, document=name) for name, text in tweets.items()]
        joined = join(references, lambda reference: tweets[reference.document])
        assert list(joined.texts) == STATEMENTS
        assert joined.n_by_offset == 3

    def test_missing_documents_and_texts(self):
        lost = refer("Not here.", document="ABC_1")
        changed = refer("Never said so.", document="CUB_60")
        documents = {"CUB_60": DOCUMENT}
        joined = join([lost, REFERENCES[1], changed], lambda reference: documents.get(reference.document))
        assert list(joined.references) == [REFERENCES[1]]
        assert list(joined.texts) == [STATEMENTS[1]]
        assert list(joined.no_document) == [lost]
        assert list(joined.no_statement) == [changed]

    def test_an_empty_document_is_there(self):
        joined = join([REFERENCES[0]], lambda reference: "")
        assert list(joined.no_statement) == [REFERENCES[0]]
        assert list(joined.no_document) == []

    def test_nothing_to_join(self):
        joined = join([], lambda reference: DOCUMENT)
        assert (list(joined.references), list(joined.texts)) == ([], [])
        assert joined.report() == "joined 0 of 0 statements: 0 at their offsets, 0 by hash"

    @given(
        before=st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
        words=st.lists(st.from_regex(r"\A\w+\Z"), min_size=1, max_size=5),
        after=st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
        blank=st.sampled_from([" ", "\n", "\r\n", " \t "]),
    )
    def test_found_wherever_it_stands(self, before, words, after, blank):
        statement = " ".join(words)
        document = blank.join([*before, *words, *after])
        (text,) = join([refer(statement)], lambda reference: document).texts
        assert squeezed(text) == squeezed(statement)


class TestReport:
    def test_counts_and_examples(self):
        lost = [refer("Not here.", document=f"DOC_{i}") for i in (9, 3, 3, 5, 1, 7, 8)]
        changed = refer("Never said so.")
        documents = {"CUB_60": "A line above.\n" + DOCUMENT}
        moved = join([*REFERENCES, *lost, changed], lambda reference: documents.get(reference.document))
        assert moved.report().splitlines() == [
            "joined 3 of 11 statements: 0 at their offsets, 3 by hash",
            "7 not joined, since the document is missing, for example in DOC_1, DOC_3, DOC_5, DOC_7, DOC_8",
            "1 not joined, since the text is not there, for example in CUB_60",
        ]

    def test_of_a_whole_join_is_one_line(self):
        report = join(REFERENCES, lambda reference: DOCUMENT).report()
        assert report == "joined 3 of 3 statements: 3 at their offsets, 0 by hash"


class TestRead:
    def put(self, tmp_path, *lines, ending="\n", start=""):
        path = tmp_path / "labels.tsv"
        path.write_bytes((start + ending.join([*lines, ""])).encode())
        return path

    @pytest.mark.parametrize("ending", ["\n", "\r\n"])
    @pytest.mark.parametrize("start", ["", "\ufeff"])
    def test_all_columns(self, tmp_path, ending, start):
        row = "CUB_60\t5\t17\tec7de1173196\t31\tAC\tungdc\trandom"
        path = self.put(tmp_path, HEADER, row, ending=ending, start=start)
        assert read_references(path) == [
            Reference(
                document="CUB_60",
                start=5,
                end=17,
                sha1="ec7de1173196",
                n_words=31,
                codes="AC",
                source="ungdc",
                stratum="random",
            )
        ]
        assert read_references(str(path)) == read_references(path)

    def test_needed_columns_alone_in_another_order(self, tmp_path):
        path = self.put(tmp_path, "codes\tn_words\tsha1\tpass1\tdocument", '-\t3\tabc\tA\t"tweet" 1')
        assert read_references(path) == [
            Reference(
                document='"tweet" 1', start=None, end=None, sha1="abc", n_words=3, codes="-", source="", stratum=""
            )
        ]

    def test_no_rows(self, tmp_path):
        assert read_references(self.put(tmp_path, HEADER)) == []

    @pytest.mark.parametrize("column", ["document", "sha1", "n_words", "codes"])
    def test_a_missing_column(self, tmp_path, column):
        path = self.put(tmp_path, HEADER.replace(column, "other"))
        with pytest.raises(InvalidInputError, match=rf"labels.tsv has no column '{column}'; it has \[.*'other'"):
            read_references(path)

    def test_an_empty_file(self, tmp_path):
        path = tmp_path / "labels.tsv"
        path.write_text("")
        with pytest.raises(InvalidInputError, match=r"has no column 'document'; it has \[\]"):
            read_references(path)

    @pytest.mark.parametrize("field", ["start", "end", "n_words"])
    @pytest.mark.parametrize("value", ["seven", "-7", "7.0", "²"])
    def test_a_number_that_is_none(self, tmp_path, field, value):
        rows = ["\t".join(GOOD.values()), "\t".join((GOOD | {field: value}).values())]
        message = f"expected a whole number in row 1, field '{field}', got '{value}'"
        with pytest.raises(InvalidInputError, match=message):
            read_references(self.put(tmp_path, HEADER, *rows))

    @pytest.mark.parametrize("field", ["document", "sha1", "n_words", "codes"])
    def test_a_value_that_is_missing(self, tmp_path, field):
        rows = ["\t".join(GOOD.values()), "\t".join((GOOD | {field: ""}).values())]
        with pytest.raises(InvalidInputError, match=f"no value in row 1, field '{field}'; the line is incomplete"):
            read_references(self.put(tmp_path, HEADER, *rows))

    def test_a_field_too_many_a_column_twice_and_half_a_place(self, tmp_path):
        row = "\t".join(GOOD.values())
        with pytest.raises(InvalidInputError, match="expected 8 fields in row 0, got 9"):
            read_references(self.put(tmp_path, HEADER, f"{row}\textra"))
        with pytest.raises(InvalidInputError, match=r"has the columns \['document'\] more than once"):
            read_references(self.put(tmp_path, f"document\t{HEADER}", f"X\t{row}"))
        with pytest.raises(InvalidInputError, match="expected start and end in row 0, field 'start', or neither"):
            read_references(self.put(tmp_path, HEADER, "\t".join((GOOD | {"end": ""}).values())))

    def test_a_line_that_was_cut(self, tmp_path):
        with pytest.raises(InvalidInputError, match="no value in row 0, field 'sha1'"):
            read_references(self.put(tmp_path, HEADER, "CUB_60\t5\t17"))
