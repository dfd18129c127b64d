"""A hash of what code does, which docstrings, comments and layout leave alone: results know by it whose they are."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType


def code_sha256(modules: Iterable[ModuleType]) -> str:
    """Hash what some modules do, in the order of their names.

    Examples
    --------
    >>> import experiments.code_hash
    >>> len(code_sha256([experiments.code_hash]))
    64
    """
    digest = hashlib.sha256()
    for module in sorted(modules, key=lambda module: module.__name__):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        digest.update(f"{module.__name__}\n{_written(tree)}\n".encode())
    return digest.hexdigest()


def _written(node: object) -> str:
    """Write a tree down; what is empty is left out, as versions of Python differ in what they add."""
    if isinstance(node, ast.AST):
        fields = {name: value for name, value in ast.iter_fields(node) if value is not None and value != []}
        return f"{type(node).__name__}({', '.join(f'{name}={_written(value)}' for name, value in fields.items())})"
    if isinstance(node, list):
        return f"[{', '.join(_written(one) for one in node if not _is_docstring(one))}]"
    return repr(node)


def _is_docstring(node: object) -> bool:
    """Tell whether a statement is but a text, as docstrings are."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
