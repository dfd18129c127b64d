"""Run the command line as ``python -m stancekit``."""

import sys

from stancekit.apps.cli import main

sys.exit(main())
