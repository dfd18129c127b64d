"""The session of docs/labelling.md, run as it stands there."""

import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from stancekit import Codebook, read_pool
from stancekit.apps.cli import main
from stancekit.apps.labelling.frame import statement_frame
from stancekit.labelling.items import Item

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "labelling.md"
OURS = re.compile(r"(?:(?P<typed>.*) \| )?stancekit (?P<words>.*?)(?: > (?P<target>\S+))?")
NUMBER = re.compile(r"(?<![\w.])\d+\.\d+")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)


def steps():
    """Give each command with what it is said to print."""
    for block in blocks("console"):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, printed = step.partition("\n")
            yield command, printed


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys):
    """Run a command beside the data, `stancekit` in this process: a new one for each would take most of the time."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)

    def shell(command):
        ours = OURS.fullmatch(command)
        typed = command if ours is None else ours["typed"] or "true"
        printed = subprocess.run(["bash", "-c", typed], capture_output=True, text=True, check=True).stdout
        if ours is None:
            return printed
        monkeypatch.setattr(sys, "stdin", io.StringIO(printed))
        main(shlex.split(ours["words"]))
        out, err = capsys.readouterr()
        if ours["target"]:
            Path(ours["target"]).write_text(out, encoding="utf-8")
            return err
        return out + err

    return shell


def test_the_session_prints_what_the_page_says(shell):
    pytest.importorskip("cleanlab", reason="the extra 'review' is not installed")
    for command, printed in steps():
        found = shell(command)
        assert NUMBER.sub("#", found) == NUMBER.sub("#", printed), command
        # Processors sum in orders of their own, which may tip the last digit of a figure.
        assert [float(n) for n in NUMBER.findall(found)] == pytest.approx(
            [float(n) for n in NUMBER.findall(printed)], abs=0.03
        ), command


def test_the_screen_looks_like_that():
    book = Codebook.read(ROOT / "data" / "codebook.yaml")
    pool = read_pool(ROOT / "data" / "statements.jsonl", context=["style"])
    stances = dict(zip("123456", book.stances, strict=True))
    row = pool.rows["san-192"]
    frame = statement_frame(
        Item(id="san-192", text=pool.texts[row], group="", context={"style": pool.context["style"][row]}),
        stances,
        ["pro-sanction"],
        columns=80,
        rows=24,
        title="stancekit label - ann - ann.jsonl",
        progress="4 of 240 statements | anti-sanction: 1 | none of them: 3",
        message=f"pro-sanction: {stances['2'].definition}",
    )
    assert "\n".join(line.rstrip() for line in frame.lines) + "\n" == blocks("text")[0]
