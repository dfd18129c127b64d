"""Sheets of a second draw: what the plan asks for, besides rows that were drawn earlier, as one sample with them."""

import numpy as np
import pytest

from stancekit import InvalidInputError, crossed, draw_sample, plan, prevalence, read_table, write_sample, write_table
from stancekit.measure.planned import plan_from_record, planned_sizes

N = 600
YEARS = [1990 + (i % 3 > 0) for i in range(N)]  # 200 of 1990, 400 of 1991
HALVES = ["ab"[i % 2] for i in range(N)]
RNG = np.random.default_rng(0)
TRUTH = RNG.random(N) < np.where(np.array(YEARS) == 1990, 0.5, 0.2)
MODEL = np.where(RNG.random(N) < 0.85, TRUTH, ~TRUTH)


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.csv"
    rows = [
        {"id": f"s{i}", "year": YEARS[i], "half": "ab"[i % 2], "speech": i // 6, "stance_labels": ""} for i in range(N)
    ]
    write_table(path, rows)
    return path


@pytest.fixture
def draw(corpus, tmp_path):
    """Write a sheet by its name and give its path."""

    def draw(name, n=None, **how):
        draw.last = write_sample(corpus, tmp_path / f"{name}.csv", n, **how)
        return tmp_path / f"{name}.csv"

    return draw


def ids(*paths):
    return [row["id"] for path in paths for row in read_table(path)]


def labelled(path, label="yes"):
    write_table(path, [row | {"labels": label} for row in read_table(path)], columns=read_table(path).columns)
    return path


def planned(rows, strata=None, groups=None):
    gold = np.full((N, 1), np.nan)
    gold[rows, 0] = TRUTH[rows]
    design = "random" if strata is None else "stratified"
    return plan(
        MODEL[:, None].astype(float), gold, labels=["yes"], width=0.12, design=design, strata=strata, groups=groups
    )


class TestSizes:
    def test_sizes_by_name(self, draw):
        sheet = draw("a", strata="year", sizes={"1990": 30, "1991": 10})
        years = [row["stratum"] for row in read_table(sheet)]
        assert (years.count("1990"), years.count("1991")) == (30, 10)
        assert set(draw.last.probabilities) == {30 / 200, 10 / 400}

    def test_columns_are_crossed(self, draw):
        sheet = draw("a", 40, strata=["year", "half"])
        assert {row["stratum"] for row in read_table(sheet)} == set(crossed(YEARS, HALVES))

    def test_a_plan_without_strata(self, draw):
        pilot = labelled(draw("pilot", 60))
        found = planned(draw.last.rows)
        sheet = draw("more", sizes=found, exclude=[pilot])
        assert len(ids(sheet)) == found.n_more > 0
        assert not set(ids(sheet)) & set(ids(pilot))
        assert set(draw.last.probabilities) == {(60 + found.n_more) / N}
        anew = draw("anew", sizes=found)
        assert len(ids(anew)) == max(need.n_needed for need in found.per_label.values())

    def test_a_plan_by_groups(self, draw):
        pilot = labelled(draw("pilot", 60))
        found = planned(draw.last.rows, groups={"year": YEARS})
        draw("more", strata="year", sizes=found, exclude=[pilot])
        assert {name: draw.last.strata.count(name) for name in ("1990", "1991")} == found.to_draw("year")

    def test_a_plan_by_groups_inside_strata(self, draw):
        pilot = labelled(draw("pilot", 80, strata="half"))
        found = planned(draw.last.rows, strata=HALVES, groups={"year": YEARS})
        draw("more", strata=["year", "half"], sizes=found, exclude=[pilot])
        assert {name: draw.last.strata.count(name) for name in set(draw.last.strata)} == found.to_draw("year")

    def test_a_plan_comes_back_from_json(self, draw):
        draw("pilot", 80, strata="half")
        found = planned(draw.last.rows, strata=HALVES, groups={"year": YEARS})
        assert plan_from_record(found.to_dict()).to_dict() == found.to_dict()
        with pytest.raises(
            InvalidInputError, match=r"no plan \(KeyError: 'width'\); expected what stancekit plan --json"
        ):
            plan_from_record({})

    def test_plans_that_do_not_fit_are_refused(self, draw):
        pilot = labelled(draw("pilot", 60))
        found = planned(draw.last.rows, groups={"year": YEARS})
        with pytest.raises(InvalidInputError, match=r"the plan has no numbers by half; it divides by \['year'\]"):
            draw("more", strata="half", sizes=found, exclude=[pilot])
        with pytest.raises(InvalidInputError, match=r"a plan counts statements, and documents are to be drawn by"):
            draw("more", clusters="speech", sizes=found)
        other = labelled(draw("other", 20, seed=5))
        with pytest.raises(InvalidInputError, match=r"counts 60 annotated .* in 'all', and 20 are to be left out"):
            draw("more", sizes=found, exclude=[other])
        strata = planned(np.arange(40), strata=["all"] * N)
        with pytest.raises(InvalidInputError, match=r"divides statements among the strata \['all'\]; name the column"):
            planned_sizes(strata, [], besides=True)
        with pytest.raises(InvalidInputError, match=r"asks for no more statements"):
            planned_sizes(planned(np.arange(N)), [], besides=True)

    def test_neither_number_nor_sizes(self, draw):
        with pytest.raises(InvalidInputError, match="say how many rows to draw: by n, or by sizes"):
            draw("a")


class TestEarlier:
    def test_rows_are_found_by_id_or_number(self, corpus, draw, tmp_path):
        pilot = draw("pilot", 60)
        rows = [{name: row[name] for name in ("row", "labels")} for row in read_table(labelled(pilot))]
        write_table(tmp_path / "numbers.csv", rows)
        by_id, by_number = draw("a", 40, exclude=[pilot]), draw("b", 40, exclude=[tmp_path / "numbers.csv"])
        assert ids(by_id) == ids(by_number)
        assert not set(ids(by_id)) & set(ids(pilot))
        assert draw.last.notes[0].startswith(f"{tmp_path / 'numbers.csv'} does not tell how its 60 rows were drawn")

    def test_rows_by_number_must_be_the_same_rows(self, corpus, draw, tmp_path):
        rows = [row | {"text": f"Statement {row['id']}.\nEnd"} for row in read_table(corpus)]
        nameless = [{name: row[name] for name in ("year", "text")} for row in rows]
        write_table(corpus, nameless)
        pilot = draw("pilot", 60)
        drawn = list(read_table(pilot))
        write_table(
            pilot, [row | {"year": f"{row['year']}.0", "text": row["text"].replace("\n", "\r\n")} for row in drawn]
        )
        draw("more", 40, exclude=[pilot])
        assert not {row["row"] for row in read_table(tmp_path / "more.csv")} & {row["row"] for row in drawn}
        assert not any("number alone" in note for note in draw.last.notes)
        write_table(corpus, [row | {"year": 1990} for row in nameless[::-1]])
        write_table(pilot, [row | {"year": 1990} for row in drawn])
        last = N - 1 - int(drawn[0]["row"])
        message = (
            rf"pilot\.csv has 'Statement s{drawn[0]['row']}\.\\nEnd' in row 0, field 'text', and row {drawn[0]['row']} "
            rf"of .*corpus\.csv has 'Statement s{last}\..* there; put the corpus into the order"
        )
        with pytest.raises(InvalidInputError, match=message):
            draw("again", 40, exclude=[pilot])

    def test_rows_by_number_alone_get_a_note(self, draw, tmp_path):
        rows = [{name: row[name] for name in ("row", "probability")} for row in read_table(draw("pilot", 60))]
        write_table(tmp_path / "numbers.csv", rows)
        draw("more", 40, exclude=[tmp_path / "numbers.csv"])
        assert "numbers.csv are found by their number alone; that holds only where" in draw.last.notes[-1]

    def test_rows_without_a_label_count_in_a_sheet_and_not_in_other_tables(self, corpus, draw, tmp_path):
        pilot = draw("pilot", 60)
        draw("more", 40, exclude=[pilot])
        assert draw.last.notes == (f"60 of the 60 rows of {pilot} have no label; label them too",)
        marked = tmp_path / "marked.csv"
        write_table(marked, [row | {"labels": "yes" if i < 50 else ""} for i, row in enumerate(read_table(corpus))])
        draw("rest", N - 50, exclude=[marked], labels="labels")
        assert draw.last.rows.tolist() == list(range(50, N))

    def test_a_third_draw(self, draw):
        first, second = labelled(draw("a", 60)), None
        second = labelled(draw("b", 40, exclude=[first], strata="year", sizes={"1990": 20, "1991": 20}))
        third = draw("c", 30, exclude=[first, second], strata="year")
        assert len(set(ids(first, second, third))) == 130

    def test_whole_documents(self, draw):
        pilot = labelled(draw("pilot", 10, clusters="speech"))
        more = draw("more", 20, clusters="speech", exclude=[pilot])
        assert not {row["speech"] for row in read_table(pilot)} & {row["speech"] for row in read_table(more)}
        assert set(draw.last.probabilities) == {30 / 100}

    def test_draws_that_do_not_make_one_sample_are_refused(self, draw, tmp_path):
        by_year = labelled(draw("a", strata="year", sizes={"1990": 30, "1991": 10}))
        with pytest.raises(InvalidInputError, match=r"a\.csv was drawn with the strata \['1990', '1991'\]; a further"):
            draw("more", 40, exclude=[by_year])
        with pytest.raises(InvalidInputError, match=r"with the strata \['1990', '1991'\] in stratum 'a'; a"):
            draw("more", 40, strata="half", exclude=[by_year])
        draw("more", 40, strata=["year", "half"], exclude=[by_year])
        rows = [{name: value for name, value in row.items() if name != "stratum"} for row in read_table(by_year)]
        write_table(tmp_path / "bare.csv", rows)
        with pytest.raises(InvalidInputError, match=r"bare\.csv was drawn with different chances; a further draw"):
            draw("other", 40, exclude=[tmp_path / "bare.csv"])

    def test_statements_and_whole_documents_are_not_mixed(self, corpus, draw, tmp_path):
        write_table(corpus, [row | {"debate": int(row["speech"]) // 2} for row in read_table(corpus)])
        documents, statements = draw("documents", 10, clusters="speech"), draw("statements", 60)
        with pytest.raises(
            InvalidInputError, match=r"drawn as 'clusters of speech', and now it would be 'statements'; a"
        ):
            draw("more", 100, exclude=[documents])
        with pytest.raises(InvalidInputError, match=r"drawn as 'statements', and now it would be 'clusters of speech'"):
            draw("more", 10, clusters="speech", exclude=[statements])
        with pytest.raises(
            InvalidInputError, match=r"drawn as 'clusters of speech', and now it would be 'clusters of d"
        ):
            draw("more", 10, clusters="debate", exclude=[documents])
        write_table(tmp_path / "both.csv", [*read_table(documents), *read_table(statements)])
        with pytest.raises(
            InvalidInputError, match=r"has \['clusters of speech', 'statements'\] in field 'drawn'; expec"
        ):
            draw("more", 100, exclude=[tmp_path / "both.csv"])

    def test_sheets_that_do_not_say_what_was_drawn_get_a_note(self, draw, tmp_path):
        old = tmp_path / "old.csv"
        rows = [
            {name: row[name] for name in row if not name.startswith("drawn")}
            for row in read_table(labelled(draw("a", 60)))
        ]
        write_table(old, rows)
        draw("more", 40, exclude=[old])
        (note,) = draw.last.notes
        assert note.startswith(f"{old} does not tell whether statements or whole documents were drawn")

    def test_strata_are_compared_over_the_whole_corpus(self, corpus, draw, tmp_path):
        """Two statements of 1990 are in one part with all of 1991; where none of the two is drawn, no row shows it."""
        parts = ["b" if year == 1991 or i in (0, 3) else "a" for i, year in enumerate(YEARS)]
        write_table(corpus, [row | {"part": part} for row, part in zip(list(read_table(corpus)), parts, strict=True)])
        pilot = draw("pilot", strata="year", sizes={"1990": 10, "1991": 50})
        assert not {"s0", "s3"} & set(ids(pilot))
        with pytest.raises(
            InvalidInputError, match=r"with the strata \['1990', '1991'\] in stratum 'b'; a further draw"
        ):
            draw("more", 40, strata="part", exclude=[pilot])
        draw("more", 40, strata=["part", "year"], exclude=[pilot])
        assert {row["drawn_by"] for row in read_table(tmp_path / "more.csv")} == {"part,year"}
        third = draw("third", 40, strata=["year", "part"], exclude=[pilot, tmp_path / "more.csv"])
        assert len(set(ids(pilot, tmp_path / "more.csv", third))) == 140

    def test_strata_that_changed_or_are_gone(self, corpus, draw):
        pilot = draw("pilot", 60, strata="year")
        row = min(draw.last.rows)
        rows = list(read_table(corpus))
        was, now = str(YEARS[row]), "1992"
        write_table(corpus, [one | {"year": now if i == row else one["year"]} for i, one in enumerate(rows)])
        message = rf"the stratum '{was}' for row {row} of .*corpus\.csv, which is in '{now}' now by 'year'; expected"
        with pytest.raises(InvalidInputError, match=message):
            draw("more", 40, strata=["year", "half"], exclude=[pilot])
        write_table(corpus, [{"decade" if name == "year" else name: one[name] for name in one} for one in rows])
        with pytest.raises(InvalidInputError, match=r"by 'year', and .*corpus\.csv has no column 'year'; put it back"):
            draw("more", 40, strata="decade", exclude=[pilot])

    def test_parts_of_a_draw_are_refused(self, draw, tmp_path):
        first = labelled(draw("a", 60))
        write_table(tmp_path / "part.csv", list(read_table(first))[:30])
        with pytest.raises(InvalidInputError, match=r"part\.csv stand for 300 of 600 by their chances; expected"):
            draw("more", 40, exclude=[tmp_path / "part.csv"])
        second = labelled(draw("b", 40, exclude=[first]))
        with pytest.raises(InvalidInputError, match=r"b\.csv stand for 240 of 600 .* itself drawn besides others"):
            draw("more", 40, exclude=[second])

    @pytest.mark.parametrize(
        ("row", "key", "message"),
        [
            ({"id": "s9999"}, None, r"bad\.csv: 's9999' in row 1, field 'id' is no row of .*corpus\.csv"),
            ({"row": "600"}, "row", r"has no column 'row'"),
            ({"number": "600"}, None, r"has no column 'row'; it has \['number'\]"),
            ({"row": "600"}, None, r"'600' in row 1, field 'row' is no .* number of a row, from 0 to 599"),
            ({"id": "s1", "probability": "1.5"}, None, r"at most 1 in row 1, field 'probability', got '1.5'"),
            ({"half": "a"}, "half", r"corpus\.csv has 'a' in rows 0 and 2, field 'half'; expected each once"),
        ],
    )  # fmt: skip
    def test_errors_name_row_and_field(self, draw, tmp_path, row, key, message):
        good = {"id": "s0", "row": 0, "probability": 0.5, "number": 0, "half": "a"}
        write_table(tmp_path / "bad.csv", [{name: good[name] for name in row}, row])
        with pytest.raises(InvalidInputError, match=message):
            draw("more", 40, exclude=[tmp_path / "bad.csv"], key=key)


class TestOneSample:
    """Second draws from what a first one left, put together and given to `prevalence`, over many draws."""

    def corrected(self, first, seed):
        return self.share(np.concatenate([first, draw_sample(N, 60, strata=YEARS, exclude=first, seed=seed).rows]))

    def share(self, rows):
        gold = np.full((N, 1), np.nan)
        gold[rows, 0] = TRUTH[rows]
        found = prevalence(MODEL[:, None].astype(float), gold, labels=["yes"], design="stratified", strata=YEARS)
        return found.per_label["yes"].corrected

    def planned_and_corrected(self, seed):
        """Give the corrected share and how many were drawn besides the pilot, as many as its plan asks for."""
        first = draw_sample(N, 60, seed=seed).rows
        sizes = planned(first, groups={"year": YEARS}).to_draw("year")
        n_more = sum(sizes.values())
        more = draw_sample(N, n_more, strata=YEARS, sizes=sizes, exclude=first.tolist(), seed=10_000 + seed).rows
        return self.share(np.concatenate([first, more])), n_more

    @pytest.mark.parametrize("strata", [None, YEARS], ids=["random", "stratified"])
    def test_two_random_draws_tell_the_share(self, strata):
        n_draws = 150
        firsts = [draw_sample(N, 60, seed=seed, strata=strata).rows for seed in range(n_draws)]
        found = [self.corrected(first, seed=10_000 + seed) for seed, first in enumerate(firsts)]
        values = np.array([one.value for one in found])
        assert abs(values.mean() - TRUTH.mean()) < 4 * values.std() / np.sqrt(n_draws)
        assert np.mean([one.low <= TRUTH.mean() <= one.high for one in found]) > 0.88  # 95 % less four standard errors

    def test_a_second_draw_as_large_as_the_labels_of_the_pilot_ask_for(self):
        """How much is drawn then depends on what was found first; the share and its interval stay right."""
        n_draws = 30
        found = [self.planned_and_corrected(seed) for seed in range(n_draws)]
        values = np.array([one.value for one, _ in found])
        assert np.ptp([n for _, n in found]) > 30
        assert abs(values.mean() - TRUTH.mean()) < 4 * values.std() / np.sqrt(n_draws)
        assert np.mean([one.low <= TRUTH.mean() <= one.high for one, _ in found]) > 0.79  # 95 % less four errors

    def test_rows_chosen_by_what_they_say_do_not(self):
        """Such rows must not be left out; where their table does not tell, `prevalence` still sees what is gross."""
        with pytest.raises(InvalidInputError, match="the annotated statements are no random sample of the corpus"):
            self.corrected(np.flatnonzero(TRUTH)[:60], seed=0)


class TestWholeDocuments:
    @pytest.mark.parametrize("chances", [True, False])
    def test_rows_that_were_deleted_from_a_document_are_missed(self, draw, chances):
        """The chances do not tell: they are those of documents, of which all are there."""
        pilot = labelled(draw("pilot", 10, clusters="speech"))
        rows = list(read_table(pilot))
        where = [i for i, row in enumerate(rows) if row["speech"] == rows[0]["speech"]]
        kept = [row for i, row in enumerate(rows) if i not in where[1:3]]
        write_table(pilot, kept if chances else [{name: row[name] for name in ("id", "labels")} for row in kept])
        if not chances:  # then a row that is not there may be one that has no label
            draw("more", 20, clusters="speech", exclude=[pilot])
            return
        message = (
            rf"pilot\.csv has 4 of the 6 rows of '{rows[0]['speech']}': 2 are missing, and documents were drawn wh"
        )
        with pytest.raises(InvalidInputError, match=message):
            draw("more", 20, clusters="speech", exclude=[pilot])

    def test_rows_without_a_label_are_not_missing(self, draw):
        pilot = draw("pilot", 10, clusters="speech")
        more = draw("more", 20, clusters="speech", exclude=[pilot])
        assert len(ids(more)) == 120

    def test_how_many_documents_lack_rows_is_said(self, draw):
        pilot = labelled(draw("pilot", 10, clusters="speech"))
        rows = list(read_table(pilot))
        write_table(pilot, [row for i, row in enumerate(rows) if i % 6])
        message = r"1 is missing \(as are some of 9 more documents\), and documents were drawn whole; put back what"
        with pytest.raises(InvalidInputError, match=message):
            draw("more", 20, clusters="speech", exclude=[pilot])
