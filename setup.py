"""Build the compiled modules; everything else about the package stands in pyproject.toml."""

import sys

from Cython.Build import cythonize
from setuptools import Extension, setup

# Without contraction a sum of products is rounded alike on processors that multiply and add in one step.
FLAGS = ["/O2"] if sys.platform == "win32" else ["-O3", "-ffp-contract=off"]

MODULES = [
    "stancekit.text._statements",
    "stancekit.text._vocabulary",
    "stancekit.text._words",
    "stancekit.features._ngrams",
    "stancekit.features._network",
]

setup(
    ext_modules=cythonize(
        [
            Extension(name, [f"{name.replace('.', '/')}.pyx"], language="c++", extra_compile_args=FLAGS)
            for name in MODULES
        ]
    )
)
