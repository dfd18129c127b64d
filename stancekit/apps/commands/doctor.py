"""Check the installation: versions, golden scores, speed."""

from __future__ import annotations

import argparse
from typing import Any

from stancekit.apps.options import command
from stancekit.apps.output import as_json


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "doctor", run, "check the installation: versions, golden scores, speed")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Check the installation."""
    from stancekit.apps.doctor import golden_checks, golden_line, golden_record, statements_per_second, versions

    found, checks, speed = versions(), golden_checks(), statements_per_second()
    if options.json:
        golden = {name: golden_record(check) for name, check in checks.items()}
        print(as_json({"versions": found, "golden": golden, "statements_per_second": round(speed)}))
    else:
        for name, number in found.items():
            print(f"{name:<24}{number}")
        for name, check in checks.items():
            print(f"{'model ' + name:<24}{golden_line(check)}")
        if speed:
            print(f"{'speed':<24}{speed:,.0f} statements a second on one thread")
    return 0 if all(check is None or check.passed for check in checks.values()) else 1
