"""Build the compiled modules; everything else about the package stands in pyproject.toml."""

import sys

from Cython.Build import cythonize
from setuptools import Extension, setup

FLAGS = ["/O2"] if sys.platform == "win32" else ["-O3"]

MODULES = [
    "stancekit.text._statements",
    "stancekit.text._vocabulary",
    "stancekit.text._words",
    "stancekit.features._ngrams",
]

setup(
    ext_modules=cythonize(
        [
            Extension(name, [f"{name.replace('.', '/')}.pyx"], language="c++", extra_compile_args=FLAGS)
            for name in MODULES
        ]
    )
)
