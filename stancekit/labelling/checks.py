"""Whether a state file, a codebook, a coder and a model belong together."""

from __future__ import annotations

from pathlib import Path

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.labelling.choosing import check_settings
from stancekit.labelling.history import LabellingSettings, codebook_hash
from stancekit.model import StanceModel


def check_model(model: StanceModel | None, codebook: Codebook | None) -> None:
    """See that a model predicts the labels of a codebook.

    Raises
    ------
    InvalidInputError
        When it does not.
    """
    if model is not None and codebook is not None and model.labels != codebook.labels:
        raise InvalidInputError(
            f"the model predicts {list(model.labels)}, and the codebook has {list(codebook.labels)}; "
            "give a model of this codebook, or none"
        )


def check_codebook(kept: Codebook, given: Codebook | None, path: Path) -> None:
    """See that a codebook is the one that a state file was begun with.

    Raises
    ------
    InvalidInputError
        Saying what differs.
    """
    if given is None or codebook_hash(kept) == codebook_hash(given):
        return
    ours, theirs = ([stance.label for stance in book.stances] for book in (kept, given))
    if ours != theirs:
        what = f"its labels are {ours}, and those of the codebook given {theirs}"
    else:
        pairs = zip(kept.stances, given.stances, strict=True)
        changed = [one.label for one, other in pairs if one != other]
        what = f"what is said of {changed} differs" if changed else "its description, rules or targets differ"
    raise InvalidInputError(
        f"{str(path)!r} was begun with another codebook: {what}; give the codebook of before, or begin a new file"
    )


def check_new(codebook: Codebook | None, coder: str | None, settings: LabellingSettings) -> None:
    """See that a new state file has all that it needs.

    Raises
    ------
    InvalidInputError
        Without a codebook or a coder, on a coder's name that tables could not hold, and on settings out of range.
    """
    if codebook is None or coder is None:
        raise InvalidInputError("a new state file needs a codebook and the name of its coder; give both")
    if not coder.strip() or coder != coder.strip() or any(mark in coder for mark in "|,\n"):
        raise InvalidInputError(f"the coder is {coder!r}; expected a name without '|', commas and outer blanks")
    check_settings(settings)


def some(verb: str, names: list[str]) -> str:
    """Say how many there are, and name the first.

    Examples
    --------
    >>> some("have", ["s1"]), some("are", [])
    ("1 ('s1') has", '0 are')
    """
    if len(names) == 1:
        verb = {"have": "has", "are": "is"}[verb]
    shown = f" ({', '.join(map(repr, names[:3]))}{', …' if len(names) > 3 else ''})" if names else ""
    return f"{len(names)}{shown} {verb}"
