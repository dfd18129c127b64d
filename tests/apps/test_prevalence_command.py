"""`stancekit prevalence` and `stancekit plan`: tables in, shares out, and what is refused by row and field."""

import argparse
import csv
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancekit import InvalidInputError, load
from stancekit.apps.cli import main
from stancekit.apps.commands import plan, prevalence
from stancekit.files.corpus import Reading, read_corpus
from stancekit.measure.drawing import draw_sample
from stancekit.measure.prevalence import prevalence as estimate
from stancekit.measure.sheets import write_sample

N = 3000
LABELS = ("anti-sanction", "pro-cooperation", "self-reliance")
RATES = ("--share", "0.05", "--precision", "0.9", "--recall", "0.8", "--statements", "50000")


def command(*arguments):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    prevalence.add(commands)
    plan.add(commands)
    options = parser.parse_args(list(map(str, arguments)))
    return options.command(options)


@pytest.fixture(scope="module")
def content():
    rng = np.random.default_rng(0)
    truth = rng.random((N, 3)) < [0.1, 0.2, 0.05]
    predicted = np.where(rng.random((N, 3)) < 0.95, truth, ~truth)
    return {
        "truth": truth,
        "predicted": predicted,
        "rows": draw_sample(N, 500).rows,
        "year": np.where(np.arange(N) % 2, "1990", "2000"),
        "speech": np.char.add("s", (np.arange(N) // 5).astype(str)),
    }


def joined(flags, blank=""):
    return ["|".join(np.array(LABELS)[row]) or blank for row in flags]


@pytest.fixture(scope="module")
def table(content, tmp_path_factory):
    """A corpus as `predict` leaves it, annotations in the same table."""
    gold = joined(content["truth"], "none")
    annotated = set(content["rows"].tolist())
    path = tmp_path_factory.mktemp("corpus") / "corpus.parquet"
    columns = {
        "id": [f"r{i}" for i in range(N)],
        "stance_labels": [row.split("|") if row else [] for row in joined(content["predicted"])],
        **{f"stance_score_{label}": content["predicted"][:, i] * 0.8 + 0.1 for i, label in enumerate(LABELS)},
        "labels": [mark if i in annotated else None for i, mark in enumerate(gold)],
        "year": content["year"],
        "speech": content["speech"],
    }
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="module")
def expected(content):
    gold = np.full((N, 3), np.nan)
    gold[content["rows"]] = content["truth"][content["rows"]]
    return lambda **options: estimate(content["predicted"], gold, labels=LABELS, **options).to_dict()


def test_the_command_gives_what_the_library_gives(table, content, expected, capsys):
    assert command("prevalence", table, "--design", "random", "--by", "year", "--difference", "year", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    groups = {"year": content["year"]}
    assert found == expected(design="random", groups=groups, differences={"year": "previous"})
    arguments = ["--design", "random", "--clusters", "speech", "--confidence", "0.9", "--larger", "--json"]
    assert command("prevalence", table, *arguments) == 0
    assert json.loads(capsys.readouterr().out) == expected(
        design="random", clusters=content["speech"], confidence=0.9, population="larger"
    )
    pair = ["--by", "year", "--difference", "year:2000:1990"]
    assert command("prevalence", table, "--design", "random", *pair) == 0
    assert "| year | 1990 less 2000 | anti-sanction |" in capsys.readouterr().out
    both = ["--design", "random", "--by", "year", "--difference", "year", "--difference", "year:2000:1990", "--json"]
    for arguments in (both, [*both[:4], *both[6:8], *both[4:6], "--json"]):
        assert command("prevalence", table, *arguments) == 0
        pairs = {(one["a"], one["b"]) for one in json.loads(capsys.readouterr().out)["differences"]}
        assert pairs == {("1990", "2000"), ("2000", "1990")}


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_second_table_with_annotations(table, content, expected, tmp_path, capsys, suffix):
    gold = tmp_path / f"gold.{suffix}"
    marks = joined(content["truth"], "none")
    rows = [{"id": f"r{i}", "labels": marks[i]} for i in content["rows"][::-1]]
    if suffix == "csv":
        gold.write_text("id,labels\n" + "".join(f"{row['id']},{row['labels']}\n" for row in rows))
    else:
        gold.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert command("prevalence", table, "--gold", gold, "--id", "id", "--design", "random", "--json") == 0
    assert json.loads(capsys.readouterr().out) == expected(design="random")


def test_one_column_a_label_and_scores(content, expected, tmp_path, capsys):
    path = tmp_path / "wide.csv"
    annotated = set(content["rows"].tolist())
    header = ",".join([*LABELS, *(f"stance_score_{label}" for label in LABELS)])
    lines = [
        ",".join(
            [str(int(flag)) if i in annotated else "" for flag in truth] + [str(0.1 + 0.8 * flag) for flag in said]
        )
        for i, (truth, said) in enumerate(zip(content["truth"], content["predicted"], strict=True))
    ]
    path.write_text("\n".join([header, *lines]) + "\n")
    assert command("prevalence", path, "--design", "random", "--scores", "--json") == 0
    found = json.loads(capsys.readouterr().out)["whole"]["per_label"]
    whole = expected(design="random")["whole"]["per_label"]
    for label in LABELS:
        assert found[label]["n_gold"] == 500
        assert found[label]["gold"] == pytest.approx(whole[label]["gold"])


def test_a_model_labels_while_reading(tmp_path, capsys):
    texts = ["Lift the embargo, it is illegal.", "We met in the hall.", "Let us build our own factories."] * 20
    path = tmp_path / "texts.jsonl"
    rows = [{"text": text, "labels": "A" if i % 3 == 0 else "none"} for i, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert command("prevalence", path, "--model", "linear", "--design", "random", "--json") == 0
    one = json.loads(capsys.readouterr().out)["whole"]["per_label"]["anti-sanction"]
    assert (one["n"], one["n_gold"], one["n_positive"]) == (60, 60, 20)
    assert one["uncorrected"] == load().judge(texts).asserted[:, 0].mean()


def test_labels_that_annotators_did_not_look_for(table, content, expected, tmp_path, capsys):
    assert command("prevalence", table, "--design", "random", "--only", "self-reliance, anti-sanction", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["whole"]["per_label"]) == ["anti-sanction", "self-reliance"]
    assert found == expected(design="random", only=["anti-sanction", "self-reliance"])
    assert "annotators did not look for it: 'pro-cooperation'" in found["notes"][0]
    assert command("prevalence", table, "--design", "random", "--only", "anti-sanction") == 0
    assert "- left out, since annotators did not look for them: 'pro-cooperation', 'self-reliance'" in (
        capsys.readouterr().out
    )
    assert command("plan", table, "--design", "random", "--width", "0.1", "--only", "anti-sanction", "--json") == 0
    assert list(json.loads(capsys.readouterr().out)["per_label"]) == ["anti-sanction"]


def test_a_column_for_one_label_alone(content, tmp_path, capsys):
    annotated = set(content["rows"].tolist())
    header = ",".join(["self-reliance", *(f"stance_score_{label}" for label in LABELS)])
    lines = [
        ",".join([str(int(truth[2])) if i in annotated else "", *(str(0.1 + 0.8 * flag) for flag in said)])
        for i, (truth, said) in enumerate(zip(content["truth"], content["predicted"], strict=True))
    ]
    path = tmp_path / "one.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    assert command("prevalence", path, "--design", "random", "--scores", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["whole"]["per_label"]) == ["self-reliance"]
    assert found["whole"]["per_label"]["self-reliance"]["n_gold"] == 500
    assert "'anti-sanction', 'pro-cooperation'" in found["notes"][0]


@pytest.mark.parametrize("no", ["0", "0.0", "False", "false", "FALSE", "no"])
def test_what_the_labelling_loop_chose_is_no_sample(table, content, tmp_path, no):
    path = tmp_path / "all.csv"
    marks = joined(content["truth"], "none")
    rows = [f"r{i},{marks[i]},{'uncertain' if i % 5 else 'audit'},{no if i % 5 else 1}" for i in range(400)]
    path.write_text("\n".join(["id,labels,shown_by,audit", *rows]) + "\n")
    with pytest.raises(InvalidInputError, match=r"row 1, field 'audit' is not of the random sample.*--audit-only"):
        command("prevalence", table, "--gold", path, "--id", "id", "--design", "random")


def test_columns_that_are_blank_in_part(content, tmp_path, capsys):
    path = tmp_path / "wide.csv"
    annotated = content["rows"].tolist()
    header = ",".join([*LABELS, *(f"stance_score_{label}" for label in LABELS)])

    def write(blank):
        lines = []
        for i, (truth, said) in enumerate(zip(content["truth"], content["predicted"], strict=True)):
            marks = [str(int(flag)) if i in annotated and (i, j) not in blank else "" for j, flag in enumerate(truth)]
            lines.append(",".join(marks + [str(0.1 + 0.8 * flag) for flag in said]))
        path.write_text("\n".join([header, *lines]) + "\n")

    arguments = ["prevalence", path, "--design", "random", "--scores", "--json"]
    write({(i, 2) for i in annotated})
    assert command(*arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert (list(found["whole"]["per_label"]), found["notes"]) == (
        list(LABELS[:2]),
        ["left out, since no statement is annotated for it: 'self-reliance'"],
    )
    write({(annotated[3], 0)})
    with pytest.raises(InvalidInputError, match=f"no annotation in row {annotated[3]}, field 'anti-sanction'"):
        command(*arguments)
    assert command(*arguments, "--gaps", "random") == 0
    assert json.loads(capsys.readouterr().out)["whole"]["per_label"]["anti-sanction"]["n_gold"] == 499


def test_without_a_design_there_is_a_count_and_a_word_why(table, capsys):
    assert command("prevalence", table, "--by", "year") == 0
    out = capsys.readouterr().out
    assert "Uncorrected: a count of the model's labels" in out
    assert "how the annotated statements were drawn was not declared" in out


@pytest.mark.parametrize("cell", [5, True, [["a"]], {"a": 1}])
@pytest.mark.parametrize("field", ["stance_labels", "labels"])
def test_cells_of_another_kind_are_named(tmp_path, field, cell):
    path = tmp_path / "rows.jsonl"
    row = {"stance_labels": ["a"], "stance_score_a": 1, "labels": "a"}
    path.write_text(f"{json.dumps(row)}\n{json.dumps(row | {field: cell})}\n")
    with pytest.raises(InvalidInputError, match=f"expected a list of labels or text in row 1, field '{field}', got"):
        read_corpus(path, Reading())


def test_a_row_that_was_not_labelled_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [{"stance_labels": None, "stance_score_a": 0, "labels": "a"}, {"stance_score_a": 0}]
    path.write_text(json.dumps(rows[0]) + "\n")
    assert read_corpus(path, Reading()).predicted.tolist() == [[False]]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(InvalidInputError, match="row 1 has no field 'stance_labels'; label it"):
        read_corpus(path, Reading())
    rows[0]["labels"] = "|"
    path.write_text(json.dumps(rows[0]) + "\n")
    with pytest.raises(InvalidInputError, match=r"expected labels in row 0, field 'labels', got '\|'; write 'none'"):
        read_corpus(path, Reading())


def test_probabilities_come_from_a_column(content, expected, tmp_path, capsys):
    path = tmp_path / "p.csv"
    marks, annotated = joined(content["truth"], "none"), set(content["rows"].tolist())
    said = joined(content["predicted"])
    lines = [f"{said[i]},{marks[i] if i in annotated else ''},{500 / N}" for i in range(N)]
    heads = [f"stance_score_{label}" for label in LABELS]
    path.write_text(
        "\n".join([f"stance_labels,labels,p,{','.join(heads)}", *(f"{line},0,0,0" for line in lines)]) + "\n"
    )
    arguments = ["--design", "probability", "--probabilities", "p", "--json"]
    assert command("prevalence", path, *arguments) == 0
    found = json.loads(capsys.readouterr().out)["whole"]["per_label"]["anti-sanction"]["corrected"]
    assert found == pytest.approx(expected(design="random")["whole"]["per_label"]["anti-sanction"]["corrected"])
    path.write_text("stance_labels,labels,p,stance_score_a\na,a,often,1\n")
    with pytest.raises(InvalidInputError, match="expected a chance from 0 to 1 in row 0, field 'p', got 'often'"):
        command("prevalence", path, *arguments)


def test_strata_of_several_columns_are_crossed(table, content, expected, capsys):
    halves = [f"{year} / {i // 1500}" for i, year in enumerate(content["year"])]
    found = {}
    for name, strata in (("year,half", ["--strata", "year,half"]), ("one", ["--strata", "one"])):
        path = table.parent / f"{len(name)}.parquet"
        columns = pq.read_table(table).append_column("half", pa.array(np.arange(N) // 1500))
        pq.write_table(columns.append_column("one", pa.array(halves)), path)
        assert command("prevalence", path, "--design", "stratified", *strata, "--json") == 0
        found[name] = json.loads(capsys.readouterr().out)
    assert found["year,half"] == found["one"] == expected(design="stratified", strata=halves)
    assert found["one"]["n_strata"] == 4


def test_plans(table, capsys):
    assert command("plan", table, "--design", "random", "--width", "0.03", "--by", "year", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    need = found["per_label"]["pro-cooperation"]
    assert need["n_annotated"] == 500
    assert need["n_needed"] < need["n_without_model"]
    assert list(found["groups"]["year"]) == ["1990", "2000"]
    assert found["group_strata"]["year"]["1990"]["all"]["n"] == N // 2
    by_year = ["plan", table, "--design", "stratified", "--strata", "year", "--width", "0.03", "--by", "speech"]
    assert command(*by_year[:-1], "year") == 0
    printed = capsys.readouterr().out
    assert "### To annotate by year" in printed
    assert "| 1990 | 1990 | 1,500 |" in printed
    assert command("plan", table, "--design", "random", "--width", "0.03", "--by", "year") == 0
    assert "| 2000 | 1,500 |" in capsys.readouterr().out
    assert command("plan", "--width", "0.02", *RATES) == 0
    assert "in a corpus of 50,000 statements" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prevalence", "{t}", "--labels", "gold"], "has no column 'gold'"),
        (["prevalence", "{t}", "--by", "decade"], "has no column 'decade'"),
        (["prevalence", "{t}", "--prefix", "x_"], "has no columns that begin with 'x_score_'"),
        (["prevalence", "{t}", "--gold", "{t}"], "a second table of annotations and the column of ids in both go"),
        (["prevalence", "{t}", "--design", "random", "--by", "year", "--difference", "year:1"], "or COLUMN:A:B of its"),
        (
            ["prevalence", "{t}", "--design", "random", "--difference", "year"],
            "none of the columns of --by; add --by year",
        ),
        (["prevalence", "{t}", "--design", "random", "--fixed-size"], "fixed_size goes with design 'probability'"),
        (["prevalence", "{t}", "--only", "anti-sanction"], "only can do nothing without a design"),
        (["prevalence", "{t}", "--design", "random", "--only", "peace"], "unknown label in only 'peace'"),
        (["plan", "--width", "0.1", *RATES, "--only", "a"], r"\['--only'\] go with a table"),
        (["prevalence", "{t}", "--larger"], "population can do nothing without a design"),
        (
            ["plan", "--width", "0.1", *RATES, "--strata", "year", "--id", "id", "--scores"],
            r"\['--id', '--strata', '--scores'\] go with a table",
        ),
        (["plan", "--width", "0.1", *RATES, "--design", "random"], r"\['--design'\] go with a table"),
        (["plan", "{t}", "--width", "0.1"], "say how the pilot was drawn"),
        (["plan", "{t}", "--width", "0.1", "--share", "0.1"], r"\['--share'\] go without a table"),
        (["plan", "--width", "0.1", "--share", "0.1"], r"missing: \['--precision', '--recall', '--statements'\]"),
    ],
)
def test_requests_that_make_no_sense(table, arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        command(*(str(table) if word == "{t}" else word for word in arguments))


@pytest.mark.parametrize(
    ("rows", "gold", "message"),
    [
        ("1,a,\n1,a,\n", "1,a\n", r"id '1' in row 1, field 'id' is that of row 0 too"),
        ("1,a,\n2,a,\n2,a,\n", "1,a\n", "rows 1 and 2 have the same id in field 'id'"),
        ("1,a,\n", "2,a\n", "has no row with the annotated id '2' in field 'id'"),
        ("1,a,\n", "1,a\n1,a\n", "id '1' in row 1, field 'id' comes twice"),
        (",a,\n", "1,a\n", "there is no id in row 0, field 'id'"),
        ("1,a,\n", "1,b\n", r"unknown label 'b' in row 0, field 'labels'; expected one of \['a'\]"),
        ("1,b,\n", "1,a\n", r"unknown label 'b' in row 0, field 'stance_labels'"),
        ("1,a,2\n", None, r"expected a score from 0 to 1 in row 0, field 'stance_score_a', got '2'"),
        ("1,a,\n", None, r"expected a score from 0 to 1 in row 0, field 'stance_score_a', got ''"),
        ("", "1,a\n", "has no rows"),
    ],
)
def test_bad_rows_are_named(tmp_path, rows, gold, message):
    corpus, marks = tmp_path / "corpus.csv", tmp_path / "gold.csv"
    corpus.write_text("id,stance_labels,stance_score_a,labels\n" + rows.replace("\n", ",\n"))
    marks.write_text("id,labels\n" + (gold or ""))
    options = {"gold": marks, "key": "id"} if gold else {}
    with pytest.raises(InvalidInputError, match=message):
        read_corpus(corpus, Reading(scores=gold is None), **options)


def test_blank_is_not_annotated_and_none_is(tmp_path):
    path = tmp_path / "rows.jsonl"
    marks = [None, "", "none", "a", ["a", "b"], [], " a | b ", "-", "[]", "ab"]
    path.write_text(
        "".join(
            json.dumps({"stance_labels": [], "stance_score_a": 0, "stance_score_b": 0, "labels": m}) + "\n"
            for m in marks
        )
    )
    gold = read_corpus(path, Reading()).gold
    assert np.isnan(gold[:2]).all()
    assert gold[2:].tolist() == [[0, 0], [1, 0], [1, 1], [0, 0], [1, 1], [0, 0], [0, 0], [1, 1]]


def test_the_models_own_column_is_no_annotation(tmp_path, capsys):
    path = tmp_path / "corpus.csv"
    path.write_text("text,stance_labels\nLift them.,anti-sanction\n")
    assert main(["prevalence", str(path), "--labels", "stance_labels", "--design", "random"]) == 2
    assert "is a column of the model" in capsys.readouterr().err


def test_before_anybody_annotated_it_says_how(table, tmp_path, capsys):
    sheet = tmp_path / "sample.csv"
    sheet.write_text("id,labels\n" + "".join(f"r{i},\n" for i in range(60)))
    assert main(["prevalence", str(table), "--gold", str(sheet), "--id", "id", "--design", "random"]) == 2
    err = capsys.readouterr().err
    assert "0 statements are annotated for 'anti-sanction'; expected 30 or more of those that were drawn: fill" in err
    assert f"fill in the column 'labels' of {sheet} ('none' where no label fits), or let stancekit label ask" in err
    assert "draw_sample" not in err
    assert err.count("\n") == 1


def test_a_corpus_without_a_sample_is_told_to_draw_one(tmp_path, capsys):
    corpus = tmp_path / "all.csv"
    rows = "".join(f"r{i},anti-sanction,0.9,{'none' if i == 7 else ''}\n" for i in range(60))
    corpus.write_text("id,stance_labels,stance_score_anti-sanction,labels\n" + rows)
    assert main(["prevalence", str(corpus), "--design", "random"]) == 2
    said = capsys.readouterr().err
    assert "1 statement is annotated for 'anti-sanction'; expected 30 or more of those that were drawn: draw" in said
    assert f"(stancekit draw {corpus} --n 600 --output sample.csv)" in said


@pytest.mark.parametrize(
    ("name", "design"),
    [
        ("prevalence", ("--design", "stratified", "--strata", "year")),
        ("prevalence", ("--design", "random", "--clusters", "year")),
        ("plan", ("--design", "stratified", "--strata", "year", "--width", "0.1")),
    ],
)
def test_a_column_of_the_design_without_a_value_is_named(tmp_path, name, design):
    path = corpus_of_years(tmp_path, ["1990", " ", "1991"])
    with pytest.raises(
        InvalidInputError, match=r"corpus\.csv has no value in row 1, field 'year'; every row needs one"
    ):
        command(name, path, *design)


def test_a_chance_that_is_missing_is_named(tmp_path):
    path = corpus_of_years(tmp_path, ["0.5", "", "0.5"])
    with pytest.raises(InvalidInputError, match="no probability in row 1, field 'year', which is annotated; give the"):
        command("prevalence", path, "--design", "probability", "--probabilities", "year")


@pytest.mark.parametrize("name", ["prevalence", "plan"])
def test_a_column_of_statements_that_nothing_labels_is_refused(tmp_path, name):
    path = corpus_of_years(tmp_path, ["1990", "1991"])
    with pytest.raises(InvalidInputError, match="--text is the column that --model labels; add a model"):
        command(name, path, "--text", "year", *(["--width", "0.1", "--design", "random"] if name == "plan" else []))


def corpus_of_years(tmp_path, years):
    path = tmp_path / "corpus.csv"
    path.write_text("stance_labels,stance_score_a,labels,year\n" + "".join(f"a,0.9,a,{year}\n" for year in years))
    return path


def test_a_sheet_that_is_filled_in_part_is_told(table, content, tmp_path, capsys):
    marks, path = joined(content["truth"], "none"), tmp_path / "half.csv"
    drawn = content["rows"].tolist()
    rows = [f"r{i},{marks[i] if n < 300 else ''},statements" for n, i in enumerate(drawn)]
    path.write_text("\n".join(["id,labels,drawn", *rows]) + "\n")
    assert command("prevalence", table, "--gold", path, "--id", "id", "--design", "random") == 0
    said = capsys.readouterr().err
    assert f"half.csv: {len(drawn) - 300} of the rows that were drawn have no label; the shares hold if chance" in said


def test_scores_of_a_model_stay_with_their_labels_whatever_the_order_of_the_codes(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text,labels\nThe embargo is illegal and must be lifted at once.,anti-sanction\nWe met.,none\n")
    model = load()
    turned = replace(model.codebook, stances=model.codebook.stances[::-1])
    corpus = read_corpus(path, Reading(), model=model, codes=turned)
    assert corpus.labels == model.labels
    assert corpus.predicted.tolist() == [[True, False, False], [False, False, False]]
    assert corpus.gold.tolist() == [[1, 0, 0], [0, 0, 0]]


def sheet_of(tmp_path, *, drop=0, change=None):
    """Draw 40 of 200 statements, annotate them, and leave out or change rows of the sheet."""
    rows = [f"{i},{i % 4},Statement {i}.,{'anti-sanction' if i % 3 else ''},0.5" for i in range(200)]
    corpus, drawn, gold = (tmp_path / name for name in ("corpus.csv", "drawn.csv", "gold.csv"))
    corpus.write_text("id,region,text,stance_labels,stance_score_anti-sanction\n" + "\n".join(rows) + "\n")
    drawn.unlink(missing_ok=True)
    assert main(["draw", str(corpus), "--n", "40", "--output", str(drawn)]) == 0
    with drawn.open(newline="") as file:
        sheet = list(csv.DictReader(file))[drop:]
    for number, row in enumerate(sheet):
        row["labels"] = "anti-sanction" if number % 2 else "none"
    sheet[0].update(change or {})
    with gold.open("w", newline="") as file:
        writer = csv.DictWriter(file, sheet[0])
        writer.writeheader()
        writer.writerows(sheet)
    return corpus, gold


def counted(corpus, gold, *options):
    return main(["prevalence", str(corpus), "--gold", str(gold), "--id", "id", *options])


def test_a_lone_sheet_is_held_against_the_design_too(tmp_path, capsys):
    corpus, gold = sheet_of(tmp_path)
    assert counted(corpus, gold, "--design", "random") == 0
    corpus, gold = sheet_of(tmp_path, drop=5)
    assert counted(corpus, gold, "--design", "random") == 2
    assert "the chance is 0.2 in row 0, field 'probability', but 35 of 200 are in the sheets" in capsys.readouterr().err
    corpus, gold = sheet_of(tmp_path, change={"probability": "0.5"})
    assert counted(corpus, gold, "--design", "random") == 2
    assert "and no strata are declared" in capsys.readouterr().err


def test_an_id_with_another_statement_than_was_annotated_is_told(tmp_path, capsys):
    corpus, gold = sheet_of(tmp_path, change={"text": "Another one."})
    assert counted(corpus, gold, "--design", "random") == 2
    told = capsys.readouterr().err
    assert "field 'text' is not what was annotated under id" in told


def test_blanks_that_a_spreadsheet_changed_are_no_other_statement(tmp_path):
    corpus, gold = sheet_of(tmp_path)
    gold.write_text(gold.read_text().replace("Statement ", "statement  "))
    assert counted(corpus, gold, "--design", "random") == 0


def test_no_group_differs_from_itself(tmp_path, capsys):
    corpus, gold = sheet_of(tmp_path)
    assert counted(corpus, gold, "--design", "random", "--by", "region", "--difference", "region:1:1") == 2
    assert "twice the same" in capsys.readouterr().err


def test_no_plan_rests_on_whole_documents(tmp_path, capsys):
    corpus, gold = sheet_of(tmp_path)
    gold.write_text(gold.read_text().replace(",statements,", ",clusters of region,"))
    command = ["plan", str(corpus), "--gold", str(gold), "--id", "id", "--design", "random", "--width", "0.04"]
    assert main(command) == 2
    assert "plans are for statements drawn one by one" in capsys.readouterr().err


def test_values_of_a_difference_may_have_colons(tmp_path, capsys):
    corpus = tmp_path / "corpus.csv"
    values = ["UN: Assembly", "UN: Council", "b", "b:c", "c", "c:c"]
    rows = [f"{'a' if i % 5 else ''},0.9,{'a' if i % 5 else 'none'},{values[i % 6]}" for i in range(600)]
    corpus.write_text("\n".join(["stance_labels,stance_score_a,labels,place", *rows]))
    by = ["--design", "random", "--by", "place", "--difference"]
    assert command("prevalence", corpus, *by, "place:UN: Assembly:UN: Council") == 0
    assert "| place | UN: Council less UN: Assembly | a |" in capsys.readouterr().out
    for text in ("place:b:c:c", "place:UN: Assembly:nowhere"):  # b:c and c, or b and c:c
        message = f"--difference is '{text}'; expected COLUMN, or COLUMN:A:B of its values"
        with pytest.raises(InvalidInputError, match=message):
            command("prevalence", corpus, *by, text)


def test_a_corpus_that_nobody_annotated_is_counted(tmp_path, capsys):
    corpus = tmp_path / "corpus.csv"
    corpus.write_text("stance_labels,stance_score_a\na,0.9\n,0.1\n")
    assert command("prevalence", corpus) == 0
    out = capsys.readouterr().out
    assert "| a | 0 | 50.00 |" in out
    assert "no correction and no intervals" in out
    for asked in (["--labels", "labels"], ["--design", "random"]):
        with pytest.raises(InvalidInputError, match="has no column 'labels'"):
            command("prevalence", corpus, *asked)


@pytest.mark.parametrize("strata", [[], ["--strata", "year"]])
def test_a_sheet_of_statements_goes_with_clusters(tmp_path, capsys, strata):
    corpus, sheet = tmp_path / "corpus.csv", tmp_path / "sheet.csv"
    rows = [f"r{i},{'a' if i % 4 else ''},0.5,{1990 + i % 2},s{i // 5}" for i in range(600)]
    corpus.write_text("\n".join(["id,stance_labels,stance_score_a,year,speech", *rows]))
    write_sample(corpus, sheet, 200, strata="year" if strata else None)
    sheet.write_text("\n".join(f"{line}a" if i else line for i, line in enumerate(sheet.read_text().splitlines())))
    design = ["--design", "stratified" if strata else "random", *strata]
    command_line = [corpus, "--gold", sheet, "--id", "id", *design, "--clusters", "speech"]
    assert command("prevalence", *command_line) == 0
    assert "120 clusters" in capsys.readouterr().out
    assert command("plan", *command_line, "--width", "0.1") == 0


def test_which_labels_occur_together_is_drawn(table, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="the extra 'figures' is not installed")
    figure = tmp_path / "together.svg"
    assert command("prevalence", table, "--cooccurrence", figure) == 0
    assert figure.read_text(encoding="utf-8").startswith("<?xml")
    with pytest.raises(InvalidInputError, match="--cooccurrence draws labels, and --scores takes scores"):
        command("prevalence", table, "--cooccurrence", figure, "--scores")
    with pytest.raises(InvalidInputError, match=r"\.gif"):
        command("prevalence", table, "--cooccurrence", tmp_path / "together.gif")


def test_annotated_rows_that_all_have_a_label_are_told(tmp_path, capsys):
    scores = [f"stance_score_{label}" for label in LABELS]
    rows = [["stance_labels", "labels", *scores]]
    rows += [["anti-sanction", "anti-sanction" if row % 2 else "", 0.9, 0.1, 0.1] for row in range(80)]
    path = tmp_path / "corpus.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert command("prevalence", path) == 0
    assert "every annotated row, 40 of them, has a label; where none fits write 'none'" in capsys.readouterr().err
