"""What makes the site out of ``docs/``: pages from code, from the parser and from scripts that are run."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
