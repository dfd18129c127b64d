"""The page of the codebook that the models in the package follow."""

from __future__ import annotations

from collections.abc import Iterator

from documentation import ROOT
from stancekit.codebook import Codebook, Stance


def codebook_page() -> str:
    """Write the page."""
    book = Codebook.read(ROOT / "data" / "codebook.yaml")
    sections = [
        "# The package's codebook",
        "What the labels of the models in the package mean, as annotators read it. It is the file `data/codebook.yaml` "
        "and `stancekit.load().codebook`; how such a file is written: [codebooks](../codebook.md).",
        book.description,
        *(["## Rules", _points(book.rules)] if book.rules else []),
        "## Targets",
        "\n".join(f"- **{target.name}**: {target.definition}" for target in book.targets),
        *(part for stance in book.stances for part in _stance(stance)),
    ]
    return "\n\n".join(part for part in sections if part) + "\n"


def _stance(stance: Stance) -> Iterator[str]:
    code = f", code `{stance.code}`" if stance.code else ""
    note = "" if stance.predicted else " Annotated; the models in the package do not give this label."
    yield f"## {stance.label}"
    yield f"Target: {stance.target}, {stance.pole}{code}.{note}" if stance.target else f"{code}{note}"
    yield stance.definition
    for title, points in (("Also", stance.include), ("Not", stance.exclude), ("Examples", stance.examples)):
        if points:
            yield f"**{title}**"
            yield _points(points)


def _points(points: tuple[str, ...]) -> str:
    return "\n".join(f"- {' '.join(point.split())}" for point in points)
