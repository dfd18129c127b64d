#!/usr/bin/env bash
# Make an environment in .venv, install what the checks need, and run them all.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x .venv/bin/python ] || python3 -m venv .venv
export PATH="$PWD/.venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
python -m pip install --quiet --upgrade "pip>=24"
# Most modules of what is installed are never imported: Python compiles those that are.
python -m pip install --quiet --no-compile --editable ".[dev]"

# Processes share the cores, checks and tests alike: threads of numpy and torch beside them would only wait for each other.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

# Each of these is one process on one core, so several run at a time, the longest first; each says at its end what it has
# to say, and what it was.
printf '%s\0' \
  "mypy" \
  "NO_MKDOCS_2_WARNING=1 mkdocs build --strict" \
  "python -m documentation --check" \
  "python -m experiments.adaptation_page --check" \
  "python -m experiments.tables --check" \
  "python -m experiments.calibration --check" \
  "python -m experiments.fidelity --check" \
  "python -m experiments.debate.page --check" \
  "python -m experiments.prevalence_simulation --check" \
  "python -m experiments.articles.page --check" \
  "python -m experiments.behaviour --check" \
  "python -m experiments.contrast_sets --check" \
  "python -m experiments.errors --check" \
  "python -m experiments.benchmarks.page --check" \
  "python -m experiments.service.page --check" \
  "python -m experiments.service.proxies_page --check" \
  "python -m experiments.spark.page --check" \
  "python -m experiments.tweeteval.page --check" \
  "ruff check ." \
  "ruff format --check ." |
  xargs -0 -n 1 -P "$(getconf _NPROCESSORS_ONLN)" bash -c 'said=$(eval "$0" 2>&1) && code=0 || code=$?; printf "%s\n" "\$ $0" "$said"; exit "$code"'
# The tests look at the site that was just built, and do not build it again.
STANCEKIT_SITE="$PWD/build/site" python -m pytest -n auto --dist worksteal "$@"
