"""stancekit label without a terminal: lines, status, import and export."""

import io
import json
import os
import re
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import stancekit
from stancekit.apps.cli import main

DATA = Path(__file__).parent.parent.parent / "data"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with some of our own statements, and a codebook of two labels."""
    lines = (DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines()[:90]
    (tmp_path / "some.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "few.csv").write_text("id,text\n" + "".join(f"s{n},Statement {n}.\n" for n in range(6)))
    (tmp_path / "book.yaml").write_text(
        "name: two\nstances:\n  - label: lift\n    code: L\n  - label: trade\n    code: T\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def label(here, monkeypatch):
    """Run the command with answers on stdin."""

    def label(arguments, answers=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
        return main(["label", *arguments.split()])

    return label


FEW = "few.csv --state ann.jsonl --coder ann --codebook book.yaml --audit 0"


def decided(path="ann.jsonl", table="few.csv"):
    found = stancekit.read_labellings([path], stancekit.read_pool(table))
    return list(found.coders["ann"].values())


def test_answers_a_line(label, capsys):
    assert label(FEW, "1\nL T\ntrade|lift\n0\nc\nq\n1\n") == 0
    out, err = capsys.readouterr()
    keys = "1 lift, 2 trade; 12 both of them; 0 none of them"
    assert out.startswith(f"Answer by keys, labels or codes with blanks or | between them: {keys}; or c cannot say")
    assert err == "ann: 5 decisions in ann.jsonl, +5 now; the same command goes on from here\n"
    assert sorted(decided(), key=str) == sorted([("lift",), ("lift", "trade"), ("lift", "trade"), (), None], key=str)


def test_the_end_of_the_answers_is_a_quit_and_it_goes_on(label, capsys):
    assert label(FEW, "1\n") == 0
    assert label("few.csv --state ann.jsonl", "u\n2\n") == 0
    assert decided() == [("trade",)]
    assert "taken back" in capsys.readouterr().out


def test_what_is_not_understood_keeps_nothing(label, capsys):
    assert label(FEW, "9\n\n1 x\nlift trade x\n1x\nnone\nskip\n?\n") == 0
    out = capsys.readouterr().out
    keys = "expected 1 lift, 2 trade; 12 both of them; 0 none of them; or c cannot say, s skip, u undo"
    for answer in ("9", "1 x", "lift trade x", "1x"):
        assert f"not understood: {answer!r}; {keys}" in out
    assert f"an empty answer says nothing; {keys}" in out
    assert decided() == [()]
    assert "put off" in out
    assert "1  LIFT (L)" in out


def test_keys_need_nothing_between_them(label):
    assert label(FEW, "12\n21 1\n1\n") == 0
    assert decided() == [("lift", "trade"), ("lift", "trade"), ("lift",)]


def test_one_key_where_labels_exclude_one_another(label, here, capsys):
    (here / "book.yaml").write_text("name: two\nexclusive: true\nstances:\n  - label: lift\n  - label: trade\n")
    assert label(FEW, "12\nx\n2\n") == 0
    out = capsys.readouterr().out
    assert out.startswith("Answer by a key, a label or a code: 1 lift, 2 trade; or c cannot say")
    assert "labels exclude one another, so give just one of" in out
    assert decided() == [("trade",)]


def test_what_is_to_be_said_stands_on_lines_of_its_own(label, here, capsys):
    rows = [f"s{n},Statement {n}.\n" for n in range(300)]
    (here / "few.csv").write_text("id,text\n" + "".join(rows))
    assert label(FEW.replace("--audit 0", "--audit 0.2"), "1\n") == 0
    first = (
        "  100 answers bring the random sample to about 20 statements (--audit 0.2), which tell a share to within "
        "23 points either way; for 5 points it takes 171: answer more, or begin a new file with a larger --audit\n"
    )
    assert first in capsys.readouterr().out
    with (here / "ann.jsonl").open("ab") as file:
        file.write(b"{")
    assert label("few.csv --state ann.jsonl", "") == 0
    said = capsys.readouterr().out.splitlines()[1:4]
    assert ["unfinished last line" in line for line in said[:2]] == [True, False]  # the newest first
    assert "100 answers" in said[1]


def test_all_is_labelled(label, capsys):
    assert label(FEW, "0\n" * 9) == 0
    assert len(decided()) == 6
    assert "No statement is left." in capsys.readouterr().out


def test_a_code_that_is_a_command_is_a_label(label, here):
    (here / "book.yaml").write_text(
        "name: two\nstances:\n  - label: lift\n    code: c\n  - label: trade\n    code: q\n"
    )
    assert label(FEW, "c\nq\ncannot say\nquit\n0\n") == 0
    assert sorted(decided(), key=str) == sorted([("lift",), ("trade",), None], key=str)


SOME = "some.jsonl --group group"


def take_over(label):
    assert label(f"{SOME} --state first.jsonl --coder first --import some.jsonl") == 0
    assert label(f"{SOME} --state second.jsonl --coder second --import some.jsonl --from-coder second_reading") == 0


@pytest.fixture
def quick_curve(monkeypatch):
    """Draw fewer curves: here it is only shown."""
    from stancekit.apps.labelling import status
    from stancekit.training import curve

    monkeypatch.setattr(status, "agreement_growth", partial(status.agreement_growth, n_bootstrap=20))
    monkeypatch.setattr(curve, "learning_curve", partial(curve.learning_curve, n_draws=2, n_bootstrap=20))


@pytest.mark.usefixtures("quick_curve")
def test_status_of_two_coders(label, capsys, monkeypatch):
    take_over(label)
    capsys.readouterr()
    assert label(f"{SOME} --state first.jsonl --also second.jsonl --status") == 0
    out = capsys.readouterr().out
    assert "| decided | 90 | 90 |" in out
    assert out.count("\n| 25 |") == 2  # of the agreement, and of the curve
    assert "| both judged | same set, % | alpha of sets | alpha of anti-sanction |" in out
    assert "## Next" in out
    from stancekit.apps.labelling import status

    monkeypatch.setattr(status, "terminal_columns", lambda: 60)
    assert label(f"{SOME} --state first.jsonl --also second.jsonl --status") == 0
    narrow = capsys.readouterr().out
    assert max(map(len, narrow.splitlines())) <= 60
    assert sorted(set(re.findall(r"[-\w.]+", narrow))) == sorted(set(re.findall(r"[-\w.]+", out)))
    assert label(f"{SOME} --state first.jsonl --also second.jsonl --status --json") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"coders", "agreement", "learning_curve", "next_steps"}
    assert [point["n"] for point in found["learning_curve"]["points"]] == [25, 50]
    assert [one["sets"]["n"] for one in found["agreement"]] == [25, 50, 90]


def test_the_learning_curve_goes_by_the_seed_of_the_file(label, here, monkeypatch):
    from stancekit.training import curve

    seeds = []
    measured = curve.learning_curve

    def remember(*rest, seed=0, **options):
        seeds.append(seed)
        return measured(*rest, seed=seed, **options)

    monkeypatch.setattr(curve, "learning_curve", remember)
    assert label("few.csv --state eve.jsonl --coder eve --codebook book.yaml --seed 7", "1\n") == 0
    assert label("few.csv --state eve.jsonl --status") == 0
    assert seeds == [7]


def copied(out):
    """Give the commands that are printed below steps."""
    whole = out.replace(" \\\n", " ")
    return [" ".join(line.split()[1:]) for line in whole.splitlines() if line.startswith("      stancekit ")]


@pytest.mark.usefixtures("quick_curve")
def test_what_is_said_next_can_be_run_as_it_is_printed(label, here, capsys, monkeypatch):
    from stancekit.apps.labelling import status

    given = "few.csv --text body --group speech --codebook book.yaml"
    rows = [f"s{n},Statement {n}.,g {n}\n" for n in range(24)]
    (here / "few.csv").write_text("id,body,speech\n" + "".join(rows))
    answers = "1\n2\n0\n" * 8
    assert label(f"{given} --state ann.jsonl --coder ann --seed 3 --audit 1", answers) == 0
    assert label(f"{given} --state ben.jsonl --coder ben --seed 3 --audit 0.5", answers[:-2]) == 0
    monkeypatch.setattr(status, "terminal_columns", lambda: 50)
    for state in ("--state ann.jsonl --also ben.jsonl", "--state ben.jsonl"):
        capsys.readouterr()
        assert label(f"{given} {state} --status") == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= 50
        assert len(copied(out)) == 3
        for command in copied(out):
            assert main(shlex.split(command)) == 0, command
    assert label("few.csv --text body --group speech --state second.jsonl", "") == 0
    assert {"labels.csv", "labels-2.csv", "my-model", "my-model-2", "second.jsonl"} <= set(os.listdir(here))
    assert (here / "second.jsonl").read_bytes().count(b'"seed":3') == 1


@pytest.mark.usefixtures("quick_curve")
def test_without_the_file_of_a_codebook_no_command_asks_for_it(label, capsys):
    assert label(FEW, "1\n2\n") == 0
    capsys.readouterr()
    assert label("few.csv --state ann.jsonl --status") == 0
    out = capsys.readouterr().out
    assert "need the file of the codebook 'two'; with --codebook FILE here, they show" in out
    assert "no model yet: too few to train on: 2 statements in 2 groups" in out
    assert copied(out) == ["label few.csv --state ann.jsonl --export labels.csv"]


@pytest.mark.usefixtures("quick_curve")
def test_where_nothing_is_left_nothing_is_asked_for(label, capsys):
    take_over(label)
    capsys.readouterr()
    assert label(f"{SOME} --state first.jsonl --also second.jsonl --status") == 0
    out = capsys.readouterr().out
    assert "- all 90 statements of the table are decided" in out
    assert "and the table has no more: add statements to it (--accept-changes" in out
    assert not [words for words in ("random sample,", "find more of", "go on until") if words in out]
    assert "no large random sample" not in out


def test_labels_of_another_codebook_ask_for_its_file(label, here, capsys):
    assert label(f"{FEW} --text text", "1\n2\n0\n") == 0
    assert label("few.csv --state ann.jsonl --export labels.csv") == 0
    (here / "coded.csv").write_text("text,ann,ben\nStatement 1.,lift,lift\n")
    for command in (
        "train labels.csv --output model",
        "train coded.csv --labels ann --output model",
        "agreement coded.csv --coders ann,ben",
    ):
        capsys.readouterr()
        assert main(command.split()) == 2
        assert capsys.readouterr().err.endswith("; are these labels of another codebook? give --codebook FILE\n")
    assert main(["agreement", "coded.csv", "--coders", "ann,ben", "--codebook", "book.yaml", "--bootstrap", "0"]) == 0


def test_export_trains_and_the_model_is_written(label, here, capsys):
    take_over(label)
    assert label(f"{SOME} --state first.jsonl --also second.jsonl --export labels.csv") == 0
    few = ["--group", "group", "--bootstrap", "20"]
    assert main(["train", "labels.csv", *few, "--folds", "2", "--output", "model"]) == 0
    assert main(["agreement", "labels.csv", "--coders", "first,second", *few]) == 0
    assert label(f"{SOME} --state first.jsonl --export-model own") == 0
    assert stancekit.load(here / "own").labels == stancekit.load().labels
    assert label(f"{SOME} --state first.jsonl --export-model own") == 2
    assert "exists; choose another name" in capsys.readouterr().err


def test_label_studio_in_and_out(label, here, capsys):
    take_over(label)
    assert label(f"{SOME} --state first.jsonl --also second.jsonl --export tasks.json") == 0
    both = f"{SOME} --state third.jsonl --coder third --import tasks.json"
    assert label(both) == 2
    assert "has labels by ['first', 'second']; say whose to take over, with --from-coder" in capsys.readouterr().err
    assert label(f"{both} --from-coder second") == 0
    pool = stancekit.read_pool("some.jsonl", group="group")
    second, third = (stancekit.read_labellings([f"{name}.jsonl"], pool) for name in ("second", "third"))
    assert second.coders["second"] == third.coders["third"]


def test_doubts(label, capsys):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    take_over(label)
    capsys.readouterr()
    assert label(f"{SOME} --state first.jsonl --doubts") == 0
    assert capsys.readouterr().out.startswith("| id | labels | doubted, with the model's score | quality |")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("few.csv --state new.jsonl", "a new state file needs the name of its coder"),
        ("few.csv --state new.jsonl --status", "stancekit: there is no file 'new.jsonl'; look at its name"),
        ("few.csv --state new.jsonl --coder ann --codebook book.yaml --prior", "prior needs a model to begin from"),
        ("none.csv --state new.jsonl --coder ann", "stancekit: there is no file 'none.csv'; look at its name"),
        ("none.csv", "stancekit: there is no file 'none.csv'; look at its name"),
        ("few.csv", "label needs --state FILE, where decisions are kept"),
        ("few.csv --state few.csv --coder ann", "is no state file of stancekit label"),
        ("few.csv --state no/new.jsonl --coder ann", "there is no folder 'no' for 'no/new.jsonl'; look at its name"),
        ("few.csv --state new.jsonl --coder ann --text body", "has no column 'body'"),
        ("few.csv --state new.jsonl --coder ann --codebook book.yaml --model linear", "the model predicts"),
        ("few.csv --state new.jsonl --status --export x.csv", "--status and --export do not go together"),
        ("few.csv --state new.jsonl --json", "--json goes with --status"),
        ("few.csv --state new.jsonl --format table", "--format goes with --import or --export"),
        ("few.csv --state new.jsonl --audit-only", "--audit-only goes with --export"),
        ("few.csv --state new.jsonl --overwrite", "--overwrite goes with --export or --export-model"),
        ("few.csv --state new.jsonl --export out.csv --audit 0.5", "--audit goes with labelling itself or --page or"),
        ("few.csv --state new.jsonl --export out.csv --coder ann", "--coder goes with labelling itself"),
        ("few.csv --state new.jsonl --status --seed 0", "--seed goes with labelling itself"),
        ("few.csv --state new.jsonl --doubts --model linear", "--model goes with labelling itself"),
        ("few.csv --state new.jsonl --import old.csv --retrain 5", "--retrain goes with labelling itself or --page"),
        ("few.csv --state new.jsonl --coder ann --audit 2", "the audit share must lie in [0, 1], got 2.0"),
        ("few.csv --state new.jsonl --coder ann --import none.csv", "none.csv"),
    ],
)
def test_errors_are_one_line_and_leave_nothing(label, here, capsys, arguments, message):
    before = sorted(path.name for path in here.iterdir())
    assert label(arguments) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in here.iterdir() if path.name != "new.jsonl") == before
    if "import" not in arguments:
        assert not (here / "new.jsonl").exists()


def test_an_exported_model_has_a_model_to_begin_from_or_says_so(label, capsys):
    assert label(FEW, "1\n") == 0
    assert label("few.csv --state ann.jsonl --export-model own --prior") == 2
    assert "prior needs a model to begin from; give model (--model)" in capsys.readouterr().err


def test_another_codebook(label, here, capsys):
    label(FEW, "1\n")
    (here / "book.yaml").write_text("name: two\nstances:\n  - label: lift\n  - label: other\n")
    capsys.readouterr()
    assert label(FEW, "1\n") == 2
    err = capsys.readouterr().err
    assert "was begun with another codebook: its labels are ['lift', 'trade'], and those" in err
    assert err.count("\n") == 1
    assert decided() == [("lift",)]


def test_two_processes_at_once(label, capsys):
    command = [sys.executable, "-m", "stancekit", "label", *FEW.split()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        assert label(FEW, "1\n") == 2
        assert "is open in another stancekit label; close that one" in capsys.readouterr().err
        _, err = first.communicate(b"1\n")
    assert first.returncode == 0
    assert b"1 decision" in err


def test_a_full_disk_is_told_and_all_before_is_kept(label, here):
    """A limit on the size of files is as good as a full disk."""
    pytest.importorskip("resource", reason="no limits here")
    assert label(FEW, "q\n") == 0
    room = (here / "ann.jsonl").stat().st_size + 400
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}));"
        "from stancekit.apps.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "label", *FEW.split()], input=b"1\n" * 8, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"NOT KEPT: " in done.stdout
    kept = decided()
    assert 0 < len(kept) < 6
    assert f"{len(kept)} decisions in ann.jsonl".encode() in done.stderr
    assert label("few.csv --state ann.jsonl", "1\n" * 8) == 0
    assert len(decided()) == 6


def test_agreement_shows_only_in_steps_of_ten(here, label, capsys):
    (here / "few.csv").write_text("id,text\n" + "".join(f"s{n},Statement {n}.\n" for n in range(30)))
    assert label("few.csv --state ben.jsonl --coder ben --codebook book.yaml --audit 1", "1\n" * 30) == 0
    from stancekit.apps.labelling.desk import Desk

    book = stancekit.Codebook.read("book.yaml")
    pool = stancekit.read_pool("few.csv")
    with stancekit.LabellingSession("ann.jsonl", pool, book, coder="ann", audit=1.0, retrain_every=0) as session:
        desk = Desk(session, [here / "ben.jsonl"])
        lines = []
        for turn in range(25):
            desk.item()
            desk.decide(["lift"] if turn % 2 else [])
            lines.append(desk.progress_line().rpartition(" | ")[2])
    assert lines[8] == "agreement from 10 shared statements on (9 so far)"
    assert set(lines[9:19]) == {"agreement 50 %, alpha -0.27 on 10 statements"}
    assert lines[19].endswith("on 20 statements")
    assert len(set(lines[19:])) == 1


BELL = "\x1b]0;x\x07"


def test_nothing_that_a_terminal_would_obey_reaches_it(here, label, capsys):
    (here / "few.csv").write_text("id,text\n" + "".join(f"s{n}{BELL},Statement {n}.\n" for n in range(6)))
    stance = {name: f"{name}{BELL}" for name in ("definition", "include", "exclude", "examples")}
    book = {
        "name": f"two{BELL}",
        "description": f"What{BELL}",
        "rules": [f"Rule{BELL}"],
        "stances": [{"label": "lift"} | stance, {"label": "keep", "predicted": False}],
    }
    (here / "book.json").write_text(json.dumps(book))
    assert label(f"{FEW.replace('book.yaml', 'book.json')} --plain", "?\n1\nx\nu\n1\ns\nv\n2\n") == 0
    out, err = capsys.readouterr()
    assert "taken back" in out
    assert "Rule" in out
    assert not {"\x1b", "\x07"} & set(out + err)
    assert label("few.csv --state ann.jsonl --status") == 0
    assert not {"\x1b", "\x07"} & set(capsys.readouterr().out)


def test_doubts_show_ids_and_labels_as_they_can_be_shown(label, capsys, monkeypatch):
    from stancekit.labelling import review

    doubt = review.Doubt(id=f"s1{BELL}", labels=(f"lift{BELL}",), quality=0.1, suspects={f"lift{BELL}": 0.05})
    seeds = []
    monkeypatch.setattr(review, "doubtful_labels", lambda labellings, *, seed=0: seeds.append(seed) or [doubt])
    assert label(f"{FEW} --seed 7", "1\n") == 0
    assert label("few.csv --state ann.jsonl --doubts") == 0
    assert "\x1b" not in capsys.readouterr().out
    assert seeds == [7]


def test_an_exported_model_is_trained_with_the_seed_of_the_file(label, monkeypatch):
    from stancekit.labelling import retraining

    seeds = []

    def retrain(*rest, seed=0, **options):
        seeds.append(seed)
        raise stancekit.InvalidInputError("enough")

    monkeypatch.setattr(retraining, "retrain", retrain)
    assert label(f"{FEW} --seed 7", "1\n") == 0
    assert label("few.csv --state ann.jsonl --export-model own") != 0
    assert seeds == [7]


def test_a_missing_codebook_is_that_of_the_package(label):
    assert label("few.csv --state ann.jsonl --coder ann", "A\n") == 0
    assert decided() == [("anti-sanction",)]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("few.csv --state ann.jsonl --status", "stopped"),
        ("few.csv --state ann.jsonl --export x.csv", "stopped; no output file"),
    ],
)
def test_a_stop_speaks_of_output_only_where_there_is_some(label, capsys, monkeypatch, command, said):
    assert label(FEW, "1\n") == 0
    capsys.readouterr()

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("stancekit.labelling.labellings.read_labellings", stop)
    assert label(command) == 130
    err = capsys.readouterr().err
    assert err.startswith(f"stancekit: {said}")
    assert ("output" in err) == ("output" in said)


def test_the_groups_stay_those_that_the_file_was_begun_with(label, here, capsys):
    rows = [f"s{n},Statement {n}.,g{n},d{n}\n" for n in range(6)]
    (here / "few.csv").write_text("id,text,speech,day\n" + "".join(rows))
    assert label(f"{FEW} --group speech --context day", "1\n") == 0
    for command in ("few.csv --state ann.jsonl", "few.csv --state ann.jsonl --status"):
        capsys.readouterr()
        assert label(f"{command} --group day") == 2
        err = capsys.readouterr().err
        assert "was begun with the groups of column 'speech', and not 'day'; leave that out (--group speech)" in err
        assert err.count("\n") == 1
    assert label("few.csv --state ann.jsonl --export labels.csv") == 0  # the column need not be named again
    assert (here / "labels.csv").read_text().startswith("id,text,speech,")
    assert label("few.csv --state ann.jsonl --context speech", "") == 0
    assert "was begun with day shown beside statements, and shows speech now" in capsys.readouterr().out


def test_groups_that_come_later_are_told(label, here, capsys):
    (here / "few.csv").write_text("id,text,speech\n" + "".join(f"s{n},Statement {n}.,g{n}\n" for n in range(6)))
    assert label(FEW, "1\n") == 0
    assert label("few.csv --state ann.jsonl --group speech", "") == 0
    said = "was begun with no groups, and has the groups of column 'speech' now; groups stay together in training"
    assert said in capsys.readouterr().out
