"""Results know the code that they are of by what it does, and not by how it is laid out."""

import types

import pytest

from experiments.code_hash import code_sha256

CODE = '"""A module."""\n\n\ndef f(x):\n    """Add."""\n    return x + 1\n'


def hash_of(tmp_path, code):
    path = tmp_path / "m.py"
    path.write_text(code, encoding="utf-8")
    module = types.ModuleType("m")
    module.__file__ = str(path)
    return code_sha256([module])


@pytest.mark.parametrize("other", [CODE.replace("Add.", "Add one."), CODE.replace("x + 1", "(x  +  1)  # more")])
def test_words_and_layout_change_nothing(tmp_path, other):
    assert hash_of(tmp_path, other) == hash_of(tmp_path, CODE)


@pytest.mark.parametrize("other", [CODE.replace("1", "2"), CODE.replace("+", "-"), CODE.replace("(x)", "(x, y=0)")])
def test_what_the_code_does_changes_it(tmp_path, other):
    assert hash_of(tmp_path, other) != hash_of(tmp_path, CODE)
