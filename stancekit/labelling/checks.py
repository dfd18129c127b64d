"""Whether a state file, a codebook, a coder and a model belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.labelling.choosing import check_settings
from stancekit.labelling.history import Header, History, LabellingSettings, codebook_hash
from stancekit.labelling.pool import StatementPool
from stancekit.labelling.statefile import StateFile
from stancekit.model import StanceModel
from stancekit.training.prior import is_linear


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


def check_prior(prior: bool | None, model: StanceModel | None) -> None:
    """See that there is a model to begin from where that is asked for, and that it is one of linear heads.

    Raises
    ------
    InvalidInputError
        When there is none, or it has more than linear heads.
    """
    if not prior:
        return
    if model is None:
        raise InvalidInputError("prior needs a model to begin from; give model (--model), or leave prior out (--prior)")
    if not is_linear(model):
        raise InvalidInputError(
            "prior needs a model of linear heads to begin from, and this one has more than these; leave prior out "
            "(--prior), or give a linear model (--model)"
        )


def not_begun_from(model: StanceModel | None, prior: bool | None) -> list[str]:
    """Say that models will not begin from the given one, where they would if it had linear heads alone."""
    if prior is not None or model is None or is_linear(model):
        return []
    return [
        "models are trained from your labels alone: the one that was given has more than linear heads, and cannot be "
        "begun from; while labels are few, a model of linear heads helps more"
    ]


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
    if coder is None:
        raise InvalidInputError("a new state file needs the name of its coder; give coder (--coder NAME)")
    if codebook is None:
        raise InvalidInputError("a new state file needs a codebook; give codebook (--codebook FILE)")
    if not coder.strip() or coder != coder.strip() or any(mark in coder for mark in "|,\n"):
        raise InvalidInputError(f"the coder is {coder!r}; expected a name without '|', commas and outer blanks")
    check_settings(settings)


def check_labels(codebook: Codebook, name: str, marks: Iterable[str] | None) -> tuple[str, ...] | None:
    """Turn what is said of a statement into labels in their order; None, "cannot say", stays.

    Raises
    ------
    InvalidInputError
        On an unknown label, and where labels exclude one another and it is not just one.

    Examples
    --------
    >>> check_labels(Codebook.from_labels(["pro", "con"]), "s1", ["con", "pro"])
    ('pro', 'con')
    """
    if marks is None:
        return None
    if isinstance(marks, str):
        raise InvalidInputError(f"expected a list of labels, got the text {marks!r}")
    found = codebook.ordered(codebook.resolve(marks))
    if codebook.exclusive and (len(found) != 1 or found[0] not in codebook.labels):
        raise InvalidInputError(
            f"statement {name!r} is given {list(found)}: labels exclude one another, so give just one of "
            f"{list(codebook.labels)}"
        )
    return found


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


def begin(
    file: StateFile, pool: StatementPool, codebook: Codebook | None, coder: str | None, wanted: Mapping[str, Any]
) -> Header:
    """Read the first line of a state file, or write it, and see that it is what was asked for.

    Raises
    ------
    InvalidInputError
        When the file is of another codebook, of another coder, or was begun with other settings.
    """
    if not file.events:
        settings = LabellingSettings(**wanted)
        check_new(codebook, coder, settings)
        assert codebook is not None
        assert coder is not None
        fresh = Header(coder=coder, codebook=codebook, settings=settings, n_statements=len(pool), pool_hash="")
        file.append(fresh.to_event(pool))
    header = Header.read(file.events[0], file.path)
    check_codebook(header.codebook, codebook, file.path)
    check_group(header, pool, file.path)
    if coder is not None and coder != header.coder:
        raise InvalidInputError(
            f"{str(file.path)!r} is the file of {header.coder!r}, not of {coder!r}; name a file of your own"
        )
    for name, value in wanted.items():
        if value != (kept := getattr(header.settings, name)):
            raise InvalidInputError(
                f"{str(file.path)!r} was begun with {name} {kept!r}, and not {value!r}; leave that out, or begin a new "
                "file"
            )
    return header


def check_group(header: Header, pool: StatementPool, path: Path) -> None:
    """See that the groups are of the column that a state file was begun with, where both name one.

    Raises
    ------
    InvalidInputError
        When they are not: groups decide what stays together when statements are dealt out to train and to test.
    """
    kept, given = header.names.get("group"), pool.names.get("group")
    if kept is not None and given is not None and kept != given:
        raise InvalidInputError(
            f"{str(path)!r} was begun with the groups of column {kept!r}, and not {given!r}; leave that out "
            f"(--group {kept}), or begin a new file"
        )


def changed_columns(header: Header, pool: StatementPool, path: Path) -> list[str]:
    """Say which columns are others than a state file was begun with, where that is no error."""
    notes = []
    kept, given = header.names.get("group"), pool.names.get("group")
    if header.names and kept != given:
        was, now = (f"the groups of column {name!r}" if name else "no groups" for name in (kept, given))
        notes.append(f"{path} was begun with {was}, and has {now} now; groups stay together in training and tests")
    if header.context is not None and set(header.context) != set(pool.context):
        was, now = (", ".join(names) or "nothing" for names in (header.context, pool.context))
        notes.append(f"{path} was begun with {was} shown beside statements, and shows {now} now")
    return notes


def changed_pool(
    header: Header, history: History, pool: StatementPool, path: Path, *, accepted: bool
) -> dict[str, Any] | None:
    """Give the event that says what is set aside, where the statements are others than before.

    All that is gone is set aside, whether it was decided on, put off or only waited. Files of versions that kept what
    waited get the event that they lack.

    Raises
    ------
    InvalidInputError
        When they are, and that was not accepted.
    """
    known = history.pool or {"n": header.n_statements, "hash": header.pool_hash}
    is_same = known["hash"] == (found := pool.hash())
    gone = [name for name in history.known() if name not in pool]
    if is_same and not gone:
        return None
    decided = history.decisions.values()
    edited = [one.id for one in decided if one.id in pool and pool.fingerprint(one.id) != one.fingerprint]
    if not accepted and not is_same:
        lost = [name for name in gone if name in history.decisions]
        raise InvalidInputError(
            f"{pool.source} is not what {str(path)!r} is about: it had {known['n']} statements and has {len(pool)}; of "
            f"{len(history.decisions)} decided ones {some('have', edited)} another text and {some('are', lost)} gone; "
            "give the table of before, or accept the changes (--accept-changes), which sets those aside"
        )
    return {"type": "pool", "pool": {"n": len(pool), "hash": found}, "dropped": [*edited, *gone]}
