"""Models on the Hugging Face hub: their addresses, what is fetched, and what is said when that fails."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from stancekit.errors import HubError, InvalidInputError, ModelFormatError, StancekitError, missing_extra
from stancekit.storage.manifest import FILES, FORMAT, peek_format

_PART = r"[A-Za-z0-9](?:[\w.-]*\w)?"
_ADDRESS = re.compile(rf"(?:hf:)?(?P<repository>{_PART}/{_PART})(?:@(?P<revision>.+))?", re.ASCII)
_REVISION = re.compile(r"\w(?:[\w./+-]*\w)?", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LONGEST = 96  # characters of a name, on the hub
_LOG_IN = "set HF_TOKEN or run: hf auth login"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a model stands on the hub.

    Attributes
    ----------
    repository : str
        Owner and name, with a slash between.
    revision : str or None
        Commit, tag or branch; None for what the hub calls the main branch.
    """

    repository: str
    revision: str | None = None

    def __str__(self) -> str:
        return f"hf:{self.repository}" + (f"@{self.revision}" if self.revision else "")

    @property
    def is_commit(self) -> bool:
        """Whether the revision is a whole commit hash, whose content never changes."""
        return self.revision is not None and _COMMIT.fullmatch(self.revision) is not None


def is_address(name: object) -> bool:
    """Tell whether a model's name is one on the hub."""
    return isinstance(name, str) and name.startswith("hf:")


def read_address(text: str, revision: str | None = None) -> Address:
    """Read ``org/name`` or ``org/name@revision``, with or without ``hf:``.

    Raises
    ------
    InvalidInputError
        When it is no such name, or the revision is named twice or is none.

    Examples
    --------
    >>> read_address("hf:org/stances@v2")
    Address(repository='org/stances', revision='v2')
    """
    match = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if match is None or not _may_name(match["repository"]):
        raise InvalidInputError(
            f"expected 'org/name' or 'org/name@revision', of letters, digits, '-', '_' and '.', got {text!r}"
        )
    if revision is not None and match["revision"] is not None:
        raise InvalidInputError(f"{text!r} names a revision already; leave out revision={revision!r}")
    revision = match["revision"] if revision is None else revision
    if revision is not None and not _may_be_revision(revision):
        raise InvalidInputError(f"revision {revision!r} is none; expected the name of a branch or tag, or a commit")
    return Address(repository=match["repository"], revision=revision)


def _may_name(repository: str) -> bool:
    doubled = "--" in repository or ".." in repository
    return len(repository) <= _LONGEST and not doubled and not repository.endswith(".git")


def _may_be_revision(revision: object) -> bool:
    """Tell whether a revision can be one; `..` would lead out of the cache."""
    return isinstance(revision, str) and _REVISION.fullmatch(revision) is not None and ".." not in revision


def open_hub(purpose: str) -> Any:  # noqa: ANN401 - huggingface_hub, imported where it is used
    """Import huggingface_hub.

    Raises
    ------
    MissingExtraError
        When it is not installed.
    """
    try:
        import huggingface_hub
    except ImportError as error:
        raise missing_extra("huggingface_hub", "hub", purpose) from error
    return huggingface_hub


def fetch(address: Address) -> str:
    """Download a model's own files, unless they are in the cache, and give the folder in which they are.

    A whole commit hash that is in the cache is not asked for again. What a branch or a tag points to is asked
    each time; where the hub cannot be reached, it is what it was when it last could.

    Raises
    ------
    HubError
        When the hub cannot be reached or refuses, or has no such repository or revision.
    ModelFormatError
        When the repository holds no model of stancekit; then no more than its ``config.json`` and card are read.
    """
    hub = open_hub("load('hf:…')")
    if address.is_commit and (folder := _cached(hub, address)):
        return folder
    try:
        with quietly():
            folder = _download(hub, address, "config.json", "README.md")
            if peek_format(folder) != FORMAT:
                raise no_model(address)
            found = Address(repository=address.repository, revision=os.path.basename(folder))
            return _cached(hub, found) or _download(hub, found, "config.json", "README.md", *FILES)
    except ModelFormatError:
        raise
    except hub_failures() as error:
        raise refusal(error, address) from error


def _download(hub: Any, address: Address, *files: str) -> str:  # noqa: ANN401 - huggingface_hub is no dependency
    return str(hub.snapshot_download(address.repository, revision=address.revision, allow_patterns=list(files)))


def no_model(address: Address) -> ModelFormatError:
    """Build the error for a repository of something else."""
    return ModelFormatError(
        f"{address} holds no stancekit model; expected a repository into which stancekit.push_to_hub has put one"
    )


@contextmanager
def quietly() -> Iterator[None]:
    """Let huggingface_hub show its bars on a terminal alone, unless its user has said which, and no warnings.

    What goes wrong is said here; what it tells of trying again would stand before that.
    """
    utils: Any = import_module("huggingface_hub.utils")
    verbosity = utils.logging.get_verbosity()
    shown = "HF_HUB_DISABLE_PROGRESS_BARS" in os.environ or utils.are_progress_bars_disabled() or _is_terminal()
    utils.logging.set_verbosity_error()
    if not shown:
        utils.disable_progress_bars()
    try:
        yield
    finally:
        utils.logging.set_verbosity(verbosity)
        if not shown:
            utils.enable_progress_bars()


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _cached(hub: Any, address: Address) -> str | None:  # noqa: ANN401
    """Give the folder of a commit in the cache, if nothing that the model needs is missing from it."""
    name, commit = address.repository, address.revision
    paths = [hub.try_to_load_from_cache(name, file, revision=commit) for file in ("config.json", *FILES)]
    return os.path.dirname(paths[0]) if all(isinstance(path, str) for path in paths) else None


def cache_of(folder: str) -> str:
    """Give the folder of the cache that holds all of a repository: files are links into it."""
    return os.path.dirname(os.path.dirname(folder))


def hub_failures() -> tuple[type[Exception], ...]:
    """Give what huggingface_hub raises: errors of its own, of the network below it, and plain ones."""
    return (_errors().HTTPError, OSError, RuntimeError, ValueError)


def refusal(error: Exception, address: Address) -> StancekitError:
    """Say in one line what went wrong between here and the hub, and what to do."""
    errors = _errors()
    if isinstance(error, errors.HFValidationError):
        return InvalidInputError(f"{address.repository!r} cannot be the name of a repository: {_first_line(error)}")
    if isinstance(error, errors.RemoteEntryNotFoundError):
        return no_model(address)
    if isinstance(error, errors.OfflineModeIsEnabled | errors.LocalEntryNotFoundError):
        return _out_of_reach(error, address)
    if isinstance(error, errors.HfHubHTTPError):
        return HubError(_refused(error, address))
    if isinstance(error, errors.HTTPError):
        return HubError(f"the hub cannot be reached ({_shown(error)}); see to the connection and try again")
    return HubError(f"{address}: {_shown(error)}")


def _errors() -> Any:  # noqa: ANN401 - some of them come from the network's library, whichever it is
    return import_module("huggingface_hub.errors")


def _refused(error: Any, address: Address) -> str:  # noqa: ANN401
    """Say what the hub has answered."""
    errors, name = _errors(), address.repository
    if isinstance(error, errors.RevisionNotFoundError):
        return f"{name!r} has no revision {address.revision!r} on the hub; name a branch, a tag or a commit of it"
    if isinstance(error, errors.GatedRepoError):
        return f"access to {name!r} is restricted; ask for it on its page on the hub, and {_LOG_IN}"
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"the hub has no {name!r}, or does not show it to you; check the name, and for a private one {_LOG_IN}"
    return f"{name!r}: {_answer(error.response.status_code, _first_line(error))}"


def _out_of_reach(error: Exception, address: Address) -> HubError:
    """Say that something is not in the cache and that nobody could be asked."""
    offline = _errors().OfflineModeIsEnabled
    if isinstance(error, offline) or isinstance(error.__cause__, offline):
        return HubError(f"HF_HUB_OFFLINE is set, and {address} is not in the cache; unset it to ask the hub")
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    return HubError(
        f"the hub cannot be reached ({_shown(cause)}), and {address} is not in the cache; "
        "see to the connection and try again"
    )


def _answer(status: int, message: str) -> str:
    if status == 401:
        return f"the hub does not accept the token; make a new one, and {_LOG_IN}"
    if status == 403:
        return "the token may not do that; take one that may write there, or another owner's name"
    if status in (409, 412):
        return "somebody else has just changed it on the hub; look at it, and try again"
    if status == 429:
        return "the hub has had too many requests from you; try again later"
    return f"the hub answers {status} ({message}); try again later"


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    """Give the first line of a message that goes over many."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else "no message"
