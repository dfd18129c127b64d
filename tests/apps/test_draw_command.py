"""From a corpus to a sheet, and from the filled sheet to a share."""

import shlex

import pytest

import stancekit
from stancekit import read_table
from stancekit.apps.cli import main
from stancekit.measure.sheets import write_sample

TEXTS = ["Lift the embargo at once.", "The committee met on Tuesday.", "Let us work together."]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.csv"
    rows = [
        {"id": f"s{i}", "text": TEXTS[i % 3], "year": 1990 + i % 2, "speech": i // 5, "stance_labels": ""}
        for i in range(300)
    ]
    stancekit.write_table(path, rows)
    return path


def test_a_sheet_has_the_rows_and_an_empty_column_and_not_the_models_labels(corpus, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    assert main(["draw", str(corpus), "--n", "40", "--output", str(sheet), "--seed", "3"]) == 0
    table = stancekit.read_table(sheet)
    assert table.columns == ("id", "text", "year", "speech", "row", "probability", "drawn", "labels")
    rows = list(table)
    assert len({row["id"] for row in rows}) == 40
    assert {row["labels"] for row in rows} == {""}
    assert all(row["id"] == f"s{row['row']}" for row in rows)
    assert {float(row["probability"]) for row in rows} == {40 / 300}
    assert "--design random" in capsys.readouterr().err


def test_the_same_seed_draws_the_same_rows(corpus, tmp_path):
    sheets = [tmp_path / f"{name}.csv" for name in ("a", "b", "c")]
    for sheet, seed in zip(sheets, ("1", "1", "2"), strict=True):
        main(["draw", str(corpus), "--n", "40", "--output", str(sheet), "--seed", seed])
    first, again, other = (sheet.read_bytes() for sheet in sheets)
    assert first == again != other


def test_strata_and_whole_speeches(corpus, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    assert main(["draw", str(corpus), "--n", "40", "--output", str(sheet), "--strata", "year"]) == 0
    assert {(row["stratum"], row["drawn_by"]) for row in stancekit.read_table(sheet)} == {
        ("1990", "year"),
        ("1991", "year"),
    }
    assert "--design stratified --strata year" in capsys.readouterr().err
    assert main(["draw", str(corpus), "--n", "8", "--output", str(sheet), "--clusters", "speech", "--overwrite"]) == 0
    rows = list(stancekit.read_table(sheet))
    assert len(rows) == 5 * len({row["speech"] for row in rows}) == 40
    assert {row["drawn"] for row in rows} == {"clusters of speech"}
    assert "--clusters speech --drawn clusters" in capsys.readouterr().err


def test_a_filled_sheet_tells_a_share(corpus, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    main(["draw", str(corpus), "--n", "90", "--output", str(sheet)])
    filled = [
        row | {"labels": "anti-sanction" if row["text"] == TEXTS[0] else "none"} for row in stancekit.read_table(sheet)
    ]
    stancekit.write_table(sheet, filled)
    command = ["prevalence", str(corpus), "--gold", str(sheet), "--id", "id", "--design", "random", "--model", "linear"]
    assert main(command) == 0
    assert "33.3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--n", "400"], "n is 400; expected a whole number from 2 "),
        (["--n", "40", "--strata", "decade"], "decade"),
        (["--n", "40", "--labels", "text"], r"has the columns \['text'\], which the sheet adds"),
    ],
)
def test_what_cannot_be_drawn_is_one_line_and_leaves_no_sheet(corpus, tmp_path, capsys, arguments, message):
    sheet = tmp_path / "sheet.csv"
    assert main(["draw", str(corpus), "--output", str(sheet), *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not sheet.exists()
    options = {name[2:]: value for name, value in zip(arguments[2::2], arguments[3::2], strict=True)}
    with pytest.raises(stancekit.InvalidInputError, match=message):
        write_sample(corpus, sheet, int(arguments[1]), **options)


def test_from_a_pilot_to_the_rest_by_a_plan(corpus, tmp_path, capsys):
    def run(command, *arguments):
        assert main([command, *map(str, arguments)]) == 0
        return capsys.readouterr()

    pilot, more, planned = tmp_path / "pilot.csv", tmp_path / "more.csv", tmp_path / "plan.json"
    run("draw", corpus, "--n", "60", "--output", pilot)
    rows = [row | {"labels": "anti-sanction" if row["text"] == TEXTS[0] else "none"} for row in read_table(pilot)]
    stancekit.write_table(pilot, rows)
    gold = ("--gold", pilot, "--id", "id", "--model", "linear")
    planned.write_text(run("plan", corpus, *gold, "--design", "random", "--width", "0.1", "--by", "year", "--json").out)
    said = run("draw", corpus, "--strata", "year", "--sizes", planned, "--exclude", pilot, "--output", more).err
    both = [*read_table(pilot), *read_table(more)]
    assert len({row["id"] for row in both}) == len(both) > 60
    assert {row["stratum"] for row in read_table(more)} == {"1990", "1991"}
    assert (
        f"when they are annotated: stancekit prevalence {corpus} --gold {pilot},{more} --id id --labels labels" in said
    )
    assert "--design stratified --strata year --model linear" in said
    rows = [row | {"labels": "anti-sanction" if row["text"] == TEXTS[0] else "none"} for row in read_table(more)]
    stancekit.write_table(more, rows)
    shown = shlex.split(said.splitlines()[-1].partition("stancekit prevalence ")[2])
    assert "33.3" in run("prevalence", *shown).out
    assert "all that the plan asks for is drawn anew" in run(
        "draw", corpus, "--strata", "year", "--sizes", planned, "--output", more, "--overwrite"
    ).err  # fmt: skip


@pytest.fixture
def two_sheets(corpus, tmp_path, capsys):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    draw = ["draw", str(corpus), "--n", "60"]
    assert main([*draw, "--output", str(first)]) == 0
    assert main([*draw, "--strata", "year", "--exclude", str(first), "--output", str(second)]) == 0
    for path in (first, second):
        stancekit.write_table(path, [row | {"labels": "none"} for row in read_table(path)])
    capsys.readouterr()
    return first, second


def change(path, number, **cells):
    rows = list(read_table(path))
    rows[number] |= cells
    stancekit.write_table(path, rows)


def refused(capsys, corpus, *sheets, design=("--design", "stratified", "--strata", "year")):
    gold = ",".join(map(str, sheets))
    assert main(["prevalence", str(corpus), "--gold", gold, "--id", "id", "--model", "linear", *design]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    return said


def test_sheets_that_are_no_sample_together_are_refused(corpus, two_sheets, capsys):
    first, second = two_sheets
    assert f"{second}: " in refused(capsys, corpus, first, second, design=("--design", "random"))
    said = refused(capsys, corpus, second, first)
    assert f"{first}: the chance is 0.2 in row 0, field 'probability', but 60 of 150 in stratum '199" in said
    assert "name all sheets, each whole, in the order in which they were drawn" in said
    assert refused(capsys, corpus, first).endswith("as of a random sample: declare design 'random'\n")
    stancekit.write_table(first, list(read_table(first))[:-1])
    assert f"{second}: the chance is 0.4 in row " in refused(capsys, corpus, first, second)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"probability": "0.3"}, "0.3 in row 7, field 'probability', but 0.4 in row "),
        (
            {"probability": "often"},
            "expected a chance above 0 and at most 1 in row 7, field 'probability', got 'often'",
        ),
        ({"stratum": "2001"}, "'2001' in row 7, field 'stratum', but '199"),
        ({"id": "s999"}, "'s999'"),
    ],
)
def test_rows_of_sheets_that_contradict_the_design_are_named(corpus, two_sheets, capsys, cells, message):
    first, second = two_sheets
    change(second, 7, **cells)
    assert message in refused(capsys, corpus, first, second)


def test_a_row_in_two_sheets_is_named(corpus, two_sheets, capsys):
    first, second = two_sheets
    name = next(iter(read_table(first)))["id"]
    change(second, 7, id=name)
    assert f"{second}: id '{name}' in row 7, field 'id' is that of row 0 of {first} too" in refused(
        capsys, corpus, first, second
    )


def test_rows_of_a_table_without_chances_that_are_blank_are_passed_over(corpus, two_sheets, tmp_path, capsys):
    first, second = two_sheets
    rows = [{"id": row["id"], "labels": row["labels"]} for row in read_table(first)]
    blank = [{"id": row["id"], "labels": ""} for row in read_table(second)]
    stancekit.write_table(tmp_path / "plain.csv", rows + blank)
    gold = f"{tmp_path / 'plain.csv'},{second}"
    command = ["prevalence", str(corpus), "--gold", gold, "--id", "id", "--model", "linear"]
    assert main([*command, "--design", "stratified", "--strata", "year"]) == 0
    assert "120" in capsys.readouterr().out


def test_the_command_that_comes_next_says_what_is_missing(tmp_path, capsys):
    table, sheet = tmp_path / "my corpus.csv", tmp_path / "sheet.csv"
    rows = [{"body": text, "stance_labels": "", "stance_score_a": 0.1} for text in TEXTS]
    stancekit.write_table(table, rows)
    assert main(["draw", str(table), "--n", "2", "--output", str(sheet)]) == 0
    said = capsys.readouterr().err
    assert f"with COLUMN that names each row of the table and of its sheet: stancekit prevalence '{table}'" in said
    assert "--id COLUMN" in said
    assert "--model" not in said


def test_sizes_as_text(corpus, tmp_path):
    sheet = tmp_path / "sheet.csv"
    command = ["draw", str(corpus), "--output", str(sheet), "--strata", "year"]
    assert main([*command, "--sizes", "1990=12, 1991=3"]) == 0
    assert [row["stratum"] for row in read_table(sheet)].count("1990") == 12
    assert len(list(read_table(sheet))) == 15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say how many rows to draw: --n NUMBER, or --sizes with a number for each stratum"),
        (["--sizes", "1990=x"], "--sizes has '1990=x'; expected each stratum once with a whole number"),
        (["--sizes", "1990=2,1990=3"], "--sizes has '1990=3'; expected each stratum once"),
        (["--sizes", "1990=2,1992=3"], "sizes has ['1990', '1992']; expected the strata ['1990', '1991']"),
        (["--sizes", "1990=2,1991=3", "--n", "7"], "sizes adds up to 5, and n is 7; let them agree, or leave out n"),
        (
            ["--sizes", "nowhere.json"],
            "--sizes expects each stratum with a number, such as country=12,other=30, or a file",
        ),
        (["--sizes", "nowhere.json"], "got 'nowhere.json' (no such file)"),
        (["--sizes", "1990:30"], "got '1990:30' (no such file)"),
        (["--sizes", "1990=2,1991=3000"], "the stratum '1991' has 150 to draw from; 3000 were asked for"),
        (["--sizes", "1990=2,1991=3", "--strata", ""], "--sizes names the strata ['1990', '1991'], and no column has"),
        (["--sizes", "1990=2,1991=3", "--strata", ""], "add --strata COLUMN"),
        (["--n", "9", "--exclude", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_sizes_and_exclusions_that_cannot_be_are_one_line(corpus, tmp_path, capsys, arguments, message):
    sheet = tmp_path / "sheet.csv"
    assert main(["draw", str(corpus), "--output", str(sheet), "--strata", "year", *arguments]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1
    assert not sheet.exists()


def test_a_sheet_that_is_there_stays(corpus, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("mine")
    assert main(["draw", str(corpus), "--n", "40", "--output", str(sheet)]) == 2
    assert sheet.read_text() == "mine"


def test_a_sheet_is_replaced_by_the_library_only_when_asked(corpus, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("mine")
    with pytest.raises(stancekit.InvalidInputError, match=r"sheet\.csv' exists; choose another name"):
        write_sample(corpus, sheet, 40)
    assert sheet.read_text() == "mine"
    assert len(write_sample(corpus, sheet, 40, overwrite=True)) == 40


def test_a_sheet_never_replaces_what_it_is_drawn_from(corpus, tmp_path):
    pilot = tmp_path / "pilot.csv"
    write_sample(corpus, pilot, 40)
    for path in (corpus, pilot):
        before = path.read_bytes()
        with pytest.raises(stancekit.InvalidInputError, match="is read as a table here, which no sheet may replace"):
            write_sample(corpus, path, 40, exclude=[pilot], overwrite=True)
        assert path.read_bytes() == before


@pytest.mark.parametrize("option", ["strata", "clusters"])
def test_a_column_without_a_value_is_named(corpus, tmp_path, capsys, option):
    change(corpus, 7, year="")
    assert main(["draw", str(corpus), "--n", "40", "--output", str(tmp_path / "s.csv"), f"--{option}", "year"]) == 2
    assert f"{corpus} has no value in row 7, field 'year'; every row needs one" in capsys.readouterr().err


def test_a_corpus_without_rows(corpus, tmp_path, capsys):
    corpus.write_text("id,text\n")
    assert main(["draw", str(corpus), "--n", "40", "--output", str(tmp_path / "s.csv")]) == 2
    assert f"{corpus} has no rows" in capsys.readouterr().err


@pytest.fixture
def whole_speeches(corpus, tmp_path, capsys):
    """Two sheets of whole speeches, five rows each, all labelled."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    draw = ["draw", str(corpus), "--n", "10", "--clusters", "speech"]
    assert main([*draw, "--output", str(first)]) == 0
    assert main([*draw, "--exclude", str(first), "--output", str(second)]) == 0
    for path in (first, second):
        rows = [row | {"labels": "anti-sanction" if row["text"] == TEXTS[0] else "none"} for row in read_table(path)]
        stancekit.write_table(path, rows)
    capsys.readouterr()
    return first, second


BY_SPEECH = ("--design", "random", "--clusters", "speech", "--drawn", "clusters")


@pytest.mark.parametrize("n_sheets", [1, 2])
def test_rows_deleted_from_a_whole_speech_are_missed(corpus, whole_speeches, capsys, n_sheets):
    sheets = whole_speeches[:n_sheets]
    gold = ",".join(map(str, sheets))
    command = ["prevalence", str(corpus), "--gold", gold, "--id", "id", "--model", "linear", *BY_SPEECH]
    assert main(command) == 0
    rows = list(read_table(sheets[-1]))
    capsys.readouterr()
    stancekit.write_table(sheets[-1], [row | {"labels": "" if i == 2 else row["labels"]} for i, row in enumerate(rows)])
    assert main(command) == 0  # it is there, and nobody could label it
    stancekit.write_table(sheets[-1], [*rows[:2], *rows[4:]])
    capsys.readouterr()
    said = refused(capsys, corpus, *sheets, design=BY_SPEECH)
    speech = rows[2]["speech"]
    assert f"{sheets[-1]} has 3 of the 5 rows of '{speech}': 2 are missing, and documents were drawn whole" in said


def test_speeches_that_were_drawn_whole_are_no_statements(corpus, whole_speeches, capsys):
    said = refused(capsys, corpus, whole_speeches[0], design=("--design", "random"))
    assert "first.csv was drawn by whole documents of 'speech', and not by statements; add --clusters speech" in said


def by(column):
    return ("--design", "random", "--clusters", column, "--drawn", "clusters")


def test_speeches_that_were_drawn_whole_are_no_other_documents(corpus, whole_speeches, capsys):
    stancekit.write_table(
        corpus, [row | {"para": f"{i // 5}-{i % 5 // 2}"} for i, row in enumerate(read_table(corpus))]
    )
    said = refused(capsys, corpus, whole_speeches[0], design=by("para"))
    assert (
        "first.csv was drawn by whole documents of 'speech', and --clusters names 'para'; add --clusters speech" in said
    )
    assert "first.csv was drawn" in refused(capsys, corpus, *whole_speeches, design=by("id"))


def test_statements_that_were_drawn_are_no_whole_speeches(corpus, tmp_path, capsys):
    sheet = tmp_path / "statements.csv"
    assert main(["draw", str(corpus), "--n", "40", "--output", str(sheet)]) == 0
    stancekit.write_table(sheet, [row | {"labels": "none"} for row in read_table(sheet)])
    capsys.readouterr()
    said = refused(capsys, corpus, sheet, design=by("id"))
    assert (
        "statements.csv was drawn by statements, and not by whole documents of 'id'; leave out --drawn clusters" in said
    )


def test_a_table_that_does_not_say_what_was_drawn_may_have_the_labelled_rows_alone(corpus, whole_speeches, capsys):
    first, _ = whole_speeches
    stancekit.write_table(first, [{"id": row["id"], "labels": row["labels"]} for row in list(read_table(first))[:-1]])
    command = ["prevalence", str(corpus), "--gold", str(first), "--id", "id", "--model", "linear", *BY_SPEECH]
    assert main(command) == 0
