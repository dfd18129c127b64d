#!/usr/bin/env bash
# Make an environment in .venv, install what the checks need, and run them all.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x .venv/bin/python ] || python3 -m venv .venv
export PATH="$PWD/.venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
python -m pip install --quiet --upgrade "pip>=24"
python -m pip install --quiet --editable ".[dev]"

ruff format --check .
ruff check .
mypy
python -m experiments.tables --check
python -m experiments.benchmarks.page --check
python -m experiments.behaviour --check
python -m experiments.tweeteval.page --check
python -m experiments.calibration --check
python -m experiments.fidelity --check
python -m experiments.prevalence_simulation --check
python -m experiments.debate.page --check
python -m experiments.articles.page --check
python -m experiments.service.page --check
python -m experiments.spark.page --check
python -m experiments.adaptation_page --check
python -m documentation --check
NO_MKDOCS_2_WARNING=1 mkdocs build --strict
python -m pytest -n auto "$@"
