"""Build the compiled n-gram engine; everything else about the package stands in pyproject.toml."""

import sys

from Cython.Build import cythonize
from setuptools import Extension, setup

FLAGS = ["/O2"] if sys.platform == "win32" else ["-O3"]

setup(
    ext_modules=cythonize(
        [
            Extension(
                "stancekit.features._ngrams",
                ["stancekit/features/_ngrams.pyx"],
                language="c++",
                extra_compile_args=FLAGS,
            )
        ]
    )
)
