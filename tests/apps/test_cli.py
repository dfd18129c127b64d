"""The command line: what it prints where, and its exit codes."""

import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancekit import Codebook, load, read_table
from stancekit.apps import doctor
from stancekit.apps.cli import main
from stancekit.storage import loading
from stancekit.storage.loading import GoldenCheck

STATEMENT = "The embargo is illegal and must be lifted at once."


def labelled_lines(n):
    for i in range(n):
        text, labels = (f"Raise tariff number {i}.", ["raise"]) if i % 2 else (f"Abolish tariff number {i}.", [])
        yield json.dumps({"text": text, "labels": labels, "speech": f"s{i // 2}", "year": 1990 + i % 3})


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(labelled_lines(60)) + "\n")
    return path


@pytest.fixture
def codebook(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text("name: tariffs\nstances:\n  - label: raise\n    cues: [rais*]\n")
    return path


def test_predict_a_statement(capsys):
    assert main(["predict", STATEMENT]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[:3:2] for line in out.splitlines()] == [
        ["anti-sanction", "yes"],
        ["pro-cooperation", "no"],
        ["self-reliance", "no"],
    ]
    assert all(re.search(r"\(no below 0\.\d\d, yes from 0\.\d\d\)$", line) for line in out.splitlines())
    assert err == ""


def test_predict_a_statement_as_json(capsys):
    assert main(["predict", STATEMENT, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == load().predict(STATEMENT).to_dict()


def test_predict_lines(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{STATEMENT}\n\r\nLast line".encode())))
    assert main(["predict"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["text"] for row in rows] == [STATEMENT, "", "Last line"]
    assert rows[0]["labels"] == ["anti-sanction"]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("source", ["csv", "jsonl", "parquet"])
def test_predict_a_table(tmp_path, capsys, source, suffix):
    rows = {"id": [7, 8], "body": [STATEMENT, "We met."]}
    read, write = tmp_path / f"in.{source}", tmp_path / f"out.{suffix}"
    if source == "csv":
        read.write_text("id,body\n7,The embargo is illegal and must be lifted at once.\n8,We met.\n")
    elif source == "jsonl":
        read.write_text("".join(json.dumps({"id": i, "body": b}) + "\n" for i, b in zip(*rows.values(), strict=True)))
    else:
        pq.write_table(pa.table(rows), read)
    assert main(["predict", "--input", str(read), "--output", str(write), "--text", "body"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"labelled 2 rows into {write}\n"
    table = read_table(write)
    assert table.columns[:4] == ("id", "body", "stance_labels", "stance_abstained")
    first, second = table
    assert str(first["id"]) == "7"
    assert first["stance_labels"] in (["anti-sanction"], "anti-sanction")
    assert not second["stance_labels"]
    assert float(first["stance_score_anti-sanction"]) == load().predict(STATEMENT).scores["anti-sanction"]


def test_explain(capsys):
    assert main(["explain", STATEMENT, "--top", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.match(r"anti-sanction  score (0\.9|1\.0)", lines[0])
    assert "embargo" in lines[1]
    assert len(lines) == 3 * 5
    for first in range(0, 15, 5):
        margin = float(lines[first].partition("margin ")[2].split()[0])
        assert sum(float(line.split()[0]) for line in lines[first + 1 : first + 5]) == pytest.approx(margin, abs=0.03)
    assert main(["explain", STATEMENT, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    for span in content["spans"]:
        assert STATEMENT[span["start"] : span["end"]] == span["text"]


def test_train_evaluate_compare(labelled, codebook, tmp_path, capsys):
    model = tmp_path / "model"
    arguments = ["--group", "speech", "--slices", "year", "--bootstrap", "50"]
    train = ["train", str(labelled), "--codebook", str(codebook), "--output", str(model), "--folds", "3", *arguments]
    assert main(train) == 0
    out, err = capsys.readouterr()
    assert "| raise |" in out
    assert "### year" in out
    assert err == f"wrote the model to {model}\n"
    assert load(model).labels == ("raise",)
    assert main(train) == 2
    assert "exists; choose another name" in capsys.readouterr().err
    assert main([*train, "--overwrite", "--features", "ngrams,lexicon"]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(labelled), "--model", str(model), "--json", *arguments]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["labels"] == ["raise"]
    assert "60 of 60 statements are among those that" in err
    assert main(["evaluate", str(labelled), "--model", str(model), "--against", str(model), "--bootstrap", "50"]) == 0
    out, err = capsys.readouterr()
    assert "raise" in out
    assert err.count("60 of 60 statements are among those that") == 2


@pytest.mark.parametrize("features", ["encoder", "network", "network,encoder"])
def test_a_strength_needs_linear_heads(labelled, codebook, tmp_path, capsys, features):
    train = ["train", str(labelled), "--codebook", str(codebook), "--output", str(tmp_path / "model")]
    assert main([*train, "--features", features, "--strength", "1"]) == 2
    assert f"--strength is of linear heads, and --features {features} has none" in capsys.readouterr().err


def test_a_strength_reaches_the_heads_beside_an_encoder(labelled, codebook, tmp_path, capsys):
    train = ["train", str(labelled), "--codebook", str(codebook), "--output", str(tmp_path / "model")]
    assert main([*train, "--features", "ngrams,encoder", "--strength", "-1"]) == 2
    assert "C must be a number from" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--features", "ngrams,foo"], "--features has 'foo'; expected some of ngrams, lexicon, network, encoder"),
        (["--rename", "a=b"], "--rename names labels of a prior, and there is none; give --prior too"),
    ],
)
def test_options_of_train_that_make_no_sense(labelled, codebook, tmp_path, capsys, words, message):
    assert main(["train", str(labelled), "--codebook", str(codebook), "--output", str(tmp_path / "m"), *words]) == 2
    assert message in capsys.readouterr().err


def test_train_takes_no_more_folds_than_groups(codebook, tmp_path, capsys):
    path = tmp_path / "few.jsonl"
    rows = [{"text": f"Lift {i}.", "labels": ["raise"][: i % 2], "speech": str(i % 4 // 2)} for i in range(16)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    train = ["train", str(path), "--codebook", str(codebook), "--output", str(tmp_path / "m"), "--group", "speech"]
    assert main([*train, "--bootstrap", "0"]) == 0
    assert "2 groups are dealt into 2 folds, not 5" in capsys.readouterr().err


def test_train_says_what_a_prior_had_seen(labelled, codebook, tmp_path, capsys):
    train = ["train", str(labelled), "--codebook", str(codebook), "--folds", "3", "--bootstrap", "10"]
    assert main([*train, "--output", str(tmp_path / "a")]) == 0
    assert main([*train, "--output", str(tmp_path / "b"), "--prior", str(tmp_path / "a")]) == 2
    assert "the prior was trained on every annotated statement" in capsys.readouterr().err
    more = tmp_path / "more.jsonl"
    rows = [{"text": f"Lift it, {i}.", "labels": ["raise"][: i % 2]} for i in range(12)]
    more.write_text(labelled.read_text() + "".join(json.dumps(row) + "\n" for row in rows))
    train[1] = str(more)
    assert main([*train, "--output", str(tmp_path / "b"), "--prior", str(tmp_path / "a")]) == 0
    assert "the prior was trained on 60 of the statements; they count in no figure" in capsys.readouterr().err


def test_predictions_are_no_labels_to_learn_or_to_be_measured_by(tmp_path, capsys, monkeypatch):
    lines = io.BytesIO(b"Lift the embargo.\nWe met.\n" * 20)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(lines, encoding="utf-8"))
    assert main(["predict"]) == 0
    path = tmp_path / "predictions.jsonl"
    path.write_text(capsys.readouterr().out)
    for command in (["train", str(path), "--output", str(tmp_path / "m")], ["evaluate", str(path)]):
        assert main(command) == 2
        err = capsys.readouterr().err
        assert f"{path} holds predictions, as the columns ['abstained', 'scores'] beside 'labels' say" in err
        assert err.endswith("if people went through 'labels' here, write it without those columns\n")
    assert not (tmp_path / "m").exists()


def test_train_uses_the_packaged_codebook_where_none_is_given(tmp_path, capsys):
    path = tmp_path / "few.jsonl"
    rows = [
        {"text": f"{word} number {i}.", "labels": labels}
        for i in range(10)
        for word, labels in (("Lift embargo", ["A"]), ("Cooperate", ["C"]), ("Rely on ourselves", ["self-reliance"]))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert main(["train", str(path), "--output", str(tmp_path / "m"), "--folds", "2", "--bootstrap", "10"]) == 0
    assert load(tmp_path / "m").labels == load().labels
    capsys.readouterr()


def test_train_begins_from_a_model(labelled, codebook, tmp_path, capsys):
    book = tmp_path / "book.yaml"
    book.write_text(codebook.read_text().replace("raise", "protest"))
    few = tmp_path / "few.jsonl"
    few.write_text(
        "".join(json.dumps({"text": f"Lift it, {i}.", "labels": ["protest"][: i % 2]}) + "\n" for i in range(12))
    )
    train = ["train", str(few), "--codebook", str(book), "--bootstrap", "10", "--folds", "3", "--prior", "linear"]
    assert main([*train, "--output", str(tmp_path / "a")]) == 2
    assert "name those that mean the same in prior_labels" in capsys.readouterr().err
    assert main([*train, "--rename", "protest=anti-sanction", "--output", str(tmp_path / "a")]) == 0
    assert "protest: too few statements to warrant abstention" in capsys.readouterr().err
    assert load(tmp_path / "a").provenance["prior"]["labels"] == {"protest": "anti-sanction"}
    assert main([*train, "--rename", "protest", "--output", str(tmp_path / "b")]) == 2
    assert "--rename takes NEW=OLD, got 'protest'" in capsys.readouterr().err


def test_features_beside_a_prior_are_its_own(labelled, codebook, tmp_path, capsys):
    train = ["train", str(labelled), "--codebook", str(codebook), "--bootstrap", "0"]
    assert main([*train, "--features", "ngrams,lexicon", "--output", str(tmp_path / "a")]) == 0
    begun = [*train, "--prior", str(tmp_path / "a"), "--output", str(tmp_path / "b")]
    assert main([*begun, "--features", "ngrams"]) == 2
    assert "--features are ngrams and the prior's ngrams, lexicon; leave them out" in capsys.readouterr().err
    assert main([*begun, "--features", "encoder"]) == 2
    assert "an encoder is fine-tuned whole and cannot begin from a prior" in capsys.readouterr().err


def test_doctor(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "_N_TIMED", 500)
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "scores as saved" in out
    assert "statements a second" in out
    ticks = iter([10.0, 10.25])
    monkeypatch.setattr(doctor.time, "perf_counter", lambda: next(ticks))
    assert doctor.statements_per_second() == pytest.approx(500 / 0.25)
    monkeypatch.undo()
    monkeypatch.setattr(doctor, "_N_TIMED", 500)
    monkeypatch.setattr(doctor, "check_golden", lambda model, name: GoldenCheck(n_statements=1, max_difference=0.5))
    assert main(["doctor"]) == 1
    assert "SCORES DIFFER by up to 0.5" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["golden"]["linear"]["passed"] is False


@pytest.mark.parametrize("damaged", ["linear", "network"])
def test_doctor_goes_on_after_a_damaged_model(capsys, monkeypatch, tmp_path, damaged):
    models = tmp_path / "models"
    shutil.copytree(loading._BUILT_IN, models)
    (models / damaged / "weights.safetensors").write_bytes(b"")
    monkeypatch.setattr(loading, "_BUILT_IN", str(models))
    monkeypatch.setattr(doctor, "_N_TIMED", 500)
    assert main(["doctor"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    lines = {line.split()[1]: line for line in out.splitlines() if line.startswith("model ")}
    assert set(lines) == set(loading.built_in_models())
    whole = "network" if damaged == "linear" else "linear"
    assert "scores as saved" in lines[whole]
    assert "DAMAGED: " in lines[damaged]
    assert "copy the model again" in lines[damaged]
    assert ("statements a second" in out) is (damaged != "linear")  # which is the one that is timed
    assert main(["doctor", "--json"]) == 1
    golden = json.loads(capsys.readouterr().out)["golden"]
    assert "copy the model again" in golden[damaged].pop("why")
    assert golden[damaged] == {"passed": False, "max_difference": None}
    assert golden[whole]["passed"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["predict", "x", "--model", "nothing"], "unknown model 'nothing'"),
        (["predict", "x", "--input", "y.csv"], "give a statement or --input, not both"),
        (["predict", "x", "--output", "y.csv"], "--output, --overwrite, --text and --prefix go with --input"),
        (["predict", "x", "--text", "y"], "--output, --overwrite, --text and --prefix go with --input"),
        (["predict", "--input", "nothing.csv"], "--input needs --output"),
        (["predict", "--input", "nothing.csv", "--output", "out.csv"], "nothing.csv"),
        (["evaluate", "nothing.csv"], "nothing.csv"),
        (["train", "nothing.csv", "--output", "m"], "nothing.csv"),
        (["train", "nothing.csv", "--output", "m", "--codebook", "nothing.yaml"], "nothing.yaml"),
    ],
)
def test_errors_are_one_line_and_exit_code_2(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("stancekit: ")
    assert err.count("\n") == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_bad_row_is_named_and_no_output_is_left(tmp_path, capsys):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.csv"
    source.write_text("".join(json.dumps({"text": "Fine."}) + "\n" for _ in range(1500)) + '{"text": null}\n')
    assert main(["predict", "--input", str(source), "--output", str(target)]) == 2
    assert "row 1500, field 'text', got NoneType" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


def test_columns_are_checked_first(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text("body,stance_labels\nx,y\n")
    assert main(["predict", "--input", str(source), "--output", str(tmp_path / "o.csv")]) == 2
    assert "has no column 'text'; it has ['body', 'stance_labels']" in capsys.readouterr().err
    assert main(["predict", "--input", str(source), "--output", str(tmp_path / "o.csv"), "--text", "body"]) == 2
    assert "has a column 'stance_labels' already; choose another prefix" in capsys.readouterr().err


def test_usage_errors_exit_with_2(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["explain", "x", "--top", "0"])
    assert stop.value.code == 2
    assert "expected a whole number from 1 to 1000, got '0'" in capsys.readouterr().err
    assert main(["explain", "x", "--top", "2", "--json"]) == 2
    assert "--json prints every span and does not go with --top" in capsys.readouterr().err


def run(arguments, **options):
    return subprocess.run([sys.executable, "-m", "stancekit", *arguments], capture_output=True, check=False, **options)


def test_as_a_process_quiet_in_a_pipe(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n" + "We met.\n" * 3000)
    done = run(["predict", "--input", str(source), "--output", str(target)])
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode().splitlines() == [f"labelled 3000 rows into {target}"]


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    lines = tmp_path / "lines.txt"
    lines.write_text("We met.\n" * 20_000)
    command = f"set -o pipefail; {sys.executable} -m stancekit predict < {lines} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "We met."


def test_a_byte_order_mark_on_stdin_is_no_text():
    done = run(["predict"], input=b"\xef\xbb\xbfWe met.\nWe met.\n")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first == second


def test_invalid_bytes_on_stdin_are_an_error():
    done = run(["predict"], input=b"fine\n\xff\xfe broken\n")
    assert done.returncode == 2
    assert done.stderr == b"stancekit: row 1 of standard input is not UTF-8: invalid start byte\n"


def test_codebook_of_the_package_can_be_written_and_read(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_text(load().codebook.to_yaml())
    assert Codebook.read(path) == load().codebook


def test_an_existing_output_is_replaced_only_when_asked(tmp_path, capsys):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\nWe met.\n")
    target.write_text("old")
    arguments = ["predict", "--input", str(source), "--output", str(target)]
    assert main(arguments) == 2
    assert "exists; choose another name, or let it be replaced (--overwrite" in capsys.readouterr().err
    assert target.read_text() == "old"
    assert main([*arguments, "--overwrite"]) == 0
    assert target.read_text().startswith("text,stance_labels")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_nothing_half_done(tmp_path, how):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    with source.open("w") as file:
        for i in range(400_000):
            file.write(json.dumps({"text": f"Statement number {i} on trade."}) + "\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "stancekit", "predict", "--input", str(source), "--output", str(target)],
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".out.jsonl.partial")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert err == b"stancekit: stopped; no output file was written; --resume goes on from here\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.jsonl.journal", "in.jsonl"]


def test_output_is_utf_8_whatever_the_locale():
    done = run(["predict"], input="L\u00e9vez “x”\n".encode(), env={"PYTHONIOENCODING": "latin-1", "PATH": ""})
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("utf-8"))["text"] == "Lévez “x”"


def test_a_field_of_a_later_row_is_not_overwritten(tmp_path, capsys):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a"}\n{"text": "b", "stance_labels": "mine"}\n')
    assert main(["predict", "--input", str(source), "--output", str(tmp_path / "out.jsonl")]) == 2
    assert "has 'stance_labels' in row 1 already; choose another prefix" in capsys.readouterr().err


def test_comparison_takes_no_slices(capsys):
    assert main(["evaluate", "t.csv", "--against", "linear", "--slices", "year"]) == 2
    assert "--slices does not go with --against" in capsys.readouterr().err
