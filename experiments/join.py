"""Join the annotations to the corpora and say what was not found: ``python -m experiments.join``."""

from __future__ import annotations

import sys

from experiments.data import ANNOTATIONS, LATER, join_annotations
from stancekit import StancekitError


def main() -> int:
    """Print one report a file; the exit code is 1 where a statement found no text."""
    complete = True
    for name in (*ANNOTATIONS, *LATER):
        try:
            joined = join_annotations(name)
        except StancekitError as error:
            print(error, file=sys.stderr)
            return 2
        print(f"{name}.tsv: {joined.report()}")
        complete &= not joined.no_document and not joined.no_statement
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
