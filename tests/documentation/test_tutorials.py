"""Tutorials run, and their pages show what their runs print."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from documentation import tutorials
from documentation.cells import read_cells

SCRIPT = """# needs: {needs}
# %% [markdown]
# # A title
#
# Prose.

# %%
x = 2
# %%
print(x, "apples")
"""


@pytest.mark.parametrize("script", tutorials.scripts(), ids=lambda script: script.stem)
def test_pages_show_what_runs_print(script):
    if lacking := tutorials.missing(script):
        pytest.skip(f"{script.name} needs {', '.join(lacking)}")
    page = tutorials.page_of(script).read_text(encoding="utf-8")
    assert tutorials.same_page(page, tutorials.page(script, tutorials.run(script)))


def test_scripts_and_their_lines_for_a_terminal_run_in_one_folder(tmp_path):
    """In the order of the site, with a person at the screen who quits at once."""
    folder = tmp_path / "reader"
    folder.mkdir()
    for data in tutorials.FOLDER.glob("*.csv"):
        shutil.copy(data, folder)
    for name in ("predict", "article", "prevalence", "label", "retrain"):
        script = tutorials.FOLDER / f"{name}.py"
        assert_runs(["-m", "documentation.cells", str(script)], folder)
        for line in lines_for_a_terminal(script):
            plain = ["--plain"] if "--state cleo.jsonl" in line else []
            assert_runs(["-m", *shlex.split(line), *plain], folder)


def lines_for_a_terminal(script):
    prose = "\n".join(cell.text for cell in read_cells(script.read_text(encoding="utf-8")) if cell.kind == "markdown")
    blocks = re.findall(r"^```sh\n(.*?)^```", prose, flags=re.M | re.S)
    found = "".join(blocks).splitlines()
    assert found
    return found


def assert_runs(arguments, folder):
    environment = {**os.environ, "PYTHONPATH": str(tutorials.ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        input="q\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "No statement is left" in done.stdout) == (0, False), f"{arguments}\n{done.stderr}"


@pytest.mark.parametrize("script", tutorials.scripts(), ids=lambda script: script.stem)
def test_every_script_has_a_page(script):
    assert tutorials.page_of(script).exists()
    assert read_cells(script.read_text(encoding="utf-8"))[0].text.startswith("# ")


def test_what_a_cell_prints_stands_below_it(tmp_path):
    script = tmp_path / "one.py"
    script.write_text(SCRIPT.format(needs="json"))
    page = tutorials.page(script, tutorials.run(script))
    assert page.startswith("# A title\n\nThis page is the script [one.py](one.py)")
    assert 'Prose.\n\n```python\nx = 2\n```\n\n```python\nprint(x, "apples")\n```\n\n```text\n2 apples\n```' in page


def test_markdown_that_a_cell_prints_is_shown_as_such(tmp_path):
    script = tmp_path / "one.py"
    script.write_text("# %% [markdown]\n# # A title\n# %% [prints markdown]\nprint('| a |')\n")
    assert tutorials.page(script, tutorials.run(script)).endswith("```\n\n| a |\n")


def test_what_a_script_needs_is_a_module_or_a_command(tmp_path):
    script = tmp_path / "one.py"
    script.write_text(SCRIPT.format(needs="json no_such_module python"))
    assert tutorials.missing(script) == ["no_such_module"]


def test_a_failing_tutorial_is_named_with_its_line(tmp_path):
    script = tmp_path / "one.py"
    script.write_text("# %%\nx = 1\n# %%\nx / 0\n")
    with pytest.raises(
        tutorials.TutorialError, match=r"(?s)one\.py failed in its run.*line 4, in <module>.*ZeroDivision"
    ):
        tutorials.run(script)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("score 0.51", "score 0.52", True),
        ("score 0.51", "score 0.53", False),
        ("12 rows", "13 rows", False),
        ("12 rows", "12 lines", False),
        ("from [0.40, 0.60]", "from [0.41, 0.60]", True),
        ("1.0 and", "1 and", True),
    ],
)
def test_pages_agree_up_to_the_last_digit(one, other, same):
    assert tutorials.same_page(one, other) is same
