"""Run the command line as ``python -m stancekit``."""

from stancekit.apps.cli import run

run()
