"""The page that says how to cite, from ``CITATION.cff``."""

from __future__ import annotations

from typing import Any

import yaml

from documentation import ROOT

PAGE = "cite.md"
SOURCE = ROOT / "CITATION.cff"


def citation_page() -> str:
    """Write the page."""
    return _PAGE.format(**_fields(yaml.safe_load(SOURCE.read_text(encoding="utf-8"))))


def _fields(cff: dict[str, Any]) -> dict[str, str]:
    authors = [_name(author) for author in cff["authors"]]
    date = str(cff.get("date-released", ""))
    return {
        "authors": ", ".join(authors),
        "year": date[:4] or "no date",
        "title": cff["title"],
        "bibtex": "\n".join(f"  {key} = {{{value}}}," for key, value in _bibtex(cff, authors, date).items() if value),
        "name": cff["title"].split(":")[0],
        "version": str(cff["version"]),
    }


def _bibtex(cff: dict[str, Any], authors: list[str], date: str) -> dict[str, str]:
    # Doubled braces keep BibTeX from taking the name of a group for a first name and a family name.
    names = " and ".join(f"{{{name}}}" if " " in name and "," not in name else name for name in authors)
    return {
        "author": names,
        "title": f"{{{cff['title']}}}",
        "version": str(cff["version"]),
        "year": date[:4],
        "url": str(cff.get("repository-code", cff.get("url", ""))),
    }


def _name(author: dict[str, str]) -> str:
    return author["name"] if "name" in author else f"{author['family-names']}, {author['given-names']}"


_PAGE = """# How to cite

Written by `python -m documentation` from [CITATION.cff](../CITATION.cff); do not edit.

> {authors} ({year}). {title} (version {version}) [Software].

```bibtex
@software{{{name},
{bibtex}
}}
```

## What else to state

A reader can repeat what you did, and judge it, when the paper also names

- the **version** of stancekit (`stancekit --version`; this page is of {version}) and the **model**: `linear`,
  `network`, `encoder`, or one of your own with its codebook;
- how the **reference labels** of the model were made: by a language model that followed the codebook, see
  [data card](../data/README.md);
- for a **share**: how the sample was drawn, its size and who annotated it, the interval, and how far the coders agree
  ([shares](prevalence.md));
- what the model can and cannot do on text like yours: figures of your own by `stancekit evaluate`, and
  [limits and fair use](limits.md).

The annotations and statements in `data/` are a work of their own, under CC BY 4.0: cite the
[data card](../data/README.md) with the same version.
"""
