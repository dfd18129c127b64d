"""stancekit label --page: what is said before it serves, and how it ends."""

import http.client
import io
import json
import re
import signal
import socket
import subprocess
import sys

import pytest

from stancekit import read_labellings, read_pool
from stancekit.apps.cli import main

FEW = "few.csv --state ann.jsonl --coder ann --codebook book.yaml --audit 1"


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "few.csv").write_text("id,text\n" + "".join(f"s{n},Statement {n}.\n" for n in range(6)))
    (tmp_path / "book.yaml").write_text("name: two\nstances:\n  - label: lift\n  - label: trade\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(arguments):
    return main(["label", *arguments.split()])


def test_it_serves_and_ends_with_everything_kept(here):
    command = [sys.executable, "-m", "stancekit", "label", *FEW.split(), "--page"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        found = re.fullmatch(
            r"stancekit: label at http://127\.0\.0\.1:(\d+)/#(\S{20,}) until Ctrl-C\n", process.stderr.readline()
        )
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=20)
        own = {"authorization": f"Bearer {found[2]}", "content-type": "application/json"}
        connection.request("GET", "/state", headers=own)
        state = json.load(connection.getresponse())
        content = {"id": state["item"]["id"], "labels": ["lift"], "seen": state["seen"]}
        connection.request("POST", "/decide", json.dumps(content), own)
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert err.endswith("ann: 1 decision in ann.jsonl, +1 now; the same command goes on from here\n")
    assert read_labellings(["ann.jsonl"], read_pool("few.csv")).coders["ann"] == {state["item"]["id"]: ("lift",)}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("--page --status", "--page and --status do not go together; ask for one of them"),
        ("--page --plain", "--page and --plain do not go together; ask for one of them"),
        ("--port 8000", "--port goes with --page"),
    ],
)
def test_what_does_not_go_together(here, capsys, more, words):
    assert run(f"{FEW} {more}") == 2
    assert capsys.readouterr().err == f"stancekit: {words}\n"
    assert not (here / "ann.jsonl").exists()


def test_the_errors_of_the_screen_come_before_it_serves(here, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run("few.csv --state ann.jsonl --page") == 2
    assert "needs the name of its coder" in capsys.readouterr().err
    assert run(f"{FEW} --plain") == 0
    (here / "other.yaml").write_text("name: other\nstances:\n  - label: raise\n")
    capsys.readouterr()
    assert run("few.csv --state ann.jsonl --codebook other.yaml --page") == 2
    err = capsys.readouterr().err
    assert "was begun with another codebook: its labels are ['lift', 'trade']" in err
    assert err.count("\n") == 1


def test_a_port_in_use(here, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(f"{FEW} --page --port {port}") == 2
    assert f"127.0.0.1:{port} is in use; choose another port by --port" in capsys.readouterr().err


def test_without_the_extra(here, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "stancekit.apps.labelling_page.running", None)
    with pytest.raises(ModuleNotFoundError):  # one of our own is no extra
        run(f"{FEW} --page")
    monkeypatch.delitem(sys.modules, "stancekit.apps.labelling_page.running")
    for name in [
        name for name in sys.modules if name.startswith(("stancekit.apps.labelling_page", "stancekit.apps.service"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "orjson", None)
    assert run(f"{FEW} --page") == 2
    assert (
        "stancekit label --page needs the package 'orjson'; run: pip install 'stancekit[serve]'"
        in capsys.readouterr().err
    )
    assert not (here / "ann.jsonl").exists()
