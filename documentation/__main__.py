"""Write the pages that are made from code and kept in ``docs/``: ``python -m documentation``.

``--check`` writes nothing and fails where a page is stale. Tutorials are run for both; names of scripts after it
restrict both to these.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from documentation import DOCS, ROOT, citation, commands, tutorials


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(prog="python -m documentation", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is stale")
    parser.add_argument("tutorials", nargs="*", help="names of tutorials without suffix; all of them where none")
    options = parser.parse_args()
    wanted = [one for one in tutorials.scripts() if not options.tutorials or one.stem in options.tutorials]
    if unknown := sorted(set(options.tutorials) - {one.stem for one in wanted}):
        parser.error(f"no tutorial {unknown}; expected some of {[one.stem for one in tutorials.scripts()]}")
    n_stale = 0
    for path, text in _pages(wanted):
        if _same(path, text):
            continue
        n_stale += 1
        name = path.relative_to(ROOT)
        if options.check:
            print(f"{name} is stale; run: python -m documentation", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}", file=sys.stderr)
    return 1 if options.check and n_stale else 0


def _pages(scripts: list[Path]) -> Iterator[tuple[Path, str]]:
    yield DOCS / commands.PAGE, commands.commands_page()
    yield DOCS / citation.PAGE, citation.citation_page()
    for script in scripts:
        if lacking := tutorials.missing(script):
            print(f"{script.name} was not run: it needs {', '.join(lacking)}", file=sys.stderr)
        else:
            yield tutorials.page_of(script), tutorials.page(script, tutorials.run(script))


def _same(path: Path, text: str) -> bool:
    if not path.exists():
        return False
    old = path.read_text(encoding="utf-8")
    return tutorials.same_page(old, text) if path.parent == tutorials.FOLDER else old == text


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tutorials.TutorialError as error:
        sys.exit(str(error))
