"""Tutorials run, and their pages show what their runs print."""

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
