"""The examples of the page about the service do what it says."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "service.md"
EXAMPLES = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)


def statuses() -> set[int]:
    rows = re.findall(r"^\| (\d{3}(?:, \d{3})*) \|", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return {int(status) for row in rows for status in row.split(", ")}


@pytest.fixture
def run(client, tmp_path):
    def run(example: str) -> str:
        script = example.replace("127.0.0.1:8000", f"127.0.0.1:{client.port}")
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout

    return run


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_calls_give_what_the_page_says(run, tmp_path):
    several, lines, why, report, problem = EXAMPLES
    assert [one["labels"] for one in json.loads(run(several))] == [["anti-sanction"], []]
    assert [json.loads(line)["id"] for line in run(lines).splitlines()] == [1, 2]
    assert json.loads(run(why))["spans"]
    assert run(report) == ""
    assert "Ann Smith" in (tmp_path / "stances.html").read_text(encoding="utf-8")
    found = json.loads(run(problem))
    assert (found["status"], found["row"], found["field"]) == (422, 1, "text")


def test_every_status_is_explained():
    from stancekit.apps.service.problems import KINDS

    assert statuses() == {kind.status for kind in KINDS.values()}


def test_the_limits_are_those_of_the_command():
    from stancekit.apps.cli import build_parser
    from stancekit.apps.service.limits import MEBIBYTE, Limits

    options, limits = build_parser().parse_args(["serve"]), Limits()
    given = (options.max_body * MEBIBYTE, options.max_statements, options.max_characters, options.timeout)
    assert given == (limits.body_bytes, limits.statements, limits.characters, limits.seconds)
    assert options.max_requests == limits.requests
