"""Data classes that hold arrays are compared and hashed by identity: comparing arrays gives arrays, and no answer."""

import importlib
import pkgutil
from dataclasses import fields, is_dataclass

import pytest

import stancekit

ARRAYS = ("NDArray", "Floats", "Codes", "Ints", "csr_array")


def with_arrays():
    for module in pkgutil.walk_packages(stancekit.__path__, "stancekit."):
        if module.name.startswith("stancekit.spark") or module.name.endswith("__main__"):
            continue
        for one in vars(importlib.import_module(module.name)).values():
            is_own = isinstance(one, type) and is_dataclass(one) and one.__module__ == module.name
            if is_own and any(name in str(field.type) for field in fields(one) for name in ARRAYS):
                yield pytest.param(one, id=f"{module.name}.{one.__name__}")


@pytest.mark.parametrize("kind", list(with_arrays()))
def test_they_are_equal_to_themselves_alone(kind):
    assert kind.__eq__ is object.__eq__
    assert kind.__hash__ is object.__hash__


def test_a_model_may_be_a_key():
    model = stancekit.load()
    assert {model: "linear"}[model] == "linear"
    assert model in [model]
