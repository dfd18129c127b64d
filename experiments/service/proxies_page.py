"""What comes through proxies, as a part of ``docs/service.md``: ``python -m experiments.service.proxies_page``.

Written from ``proxies.json``, which ``python -m experiments.service.proxies`` measures; ``--check`` writes nothing and
fails where the part is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from experiments.corpora import ROOT
from experiments.page_part import PagePart
from experiments.service.proxies import LINE, RESULTS
from stancekit.text.markdown import markup_table

_NAMES = {"nginx": "nginx", "haproxy": "HAProxy"}
_SAME = {"one": "one statement", "page": "the page", "error": "an error"}

Row = Mapping[str, Any]


def part(results: Row) -> str:
    """Write the part between the markers."""
    proxies = results["proxies"]
    titles = ["", *(f"{_NAMES[name]} {one['version']}" for name, one in proxies.items())]
    every = proxies.values()
    rows = [
        *(
            [f"{said}: status, headers, body", *(_same(one["same"][what]) for one in every)]
            for what, said in _SAME.items()
        ),
        ["JSON lines answered while others are sent", *(_yes(one["meanwhile"]) for one in every)],
        *(
            [
                f"{int(n):,} lines ({_megabytes(int(n))}), whole",
                *(f"{one['whole'][n]} of {results['times']}" for one in every),
            ]
            for n in next(iter(every))["whole"]
        ),
        ["an error further on: exit of `curl`, HTTP/1.1", *(str(one["broken"]["http1.1"]) for one in every)],
        ["the same, HTTP/2", *(str(one["broken"]["http2"]) for one in every)],
    ]
    return (
        "Written by `python -m experiments.service.proxies_page` from what "
        "`python -m experiments.service.proxies` saw, by the two configurations as they stand here, bodies of JSON "
        f"lines sent at once over HTTP/1.1, and `--timeout {results['timeout']}`.\n\n{markup_table(titles, rows)}"
    )


def _same(is_so: bool) -> str:
    return "as without it" if is_so else "**changed**"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "**no**"


def _megabytes(n: int) -> str:
    return f"{sum(len(LINE % number) for number in range(n)) / 1e6:.1f} MB"


PART = PagePart(
    command="python -m experiments.service.proxies_page",
    name="proxies",
    page=ROOT / "docs" / "service.md",
    results=RESULTS,
    write=part,
)


if __name__ == "__main__":
    sys.exit(PART.main(__doc__))
