"""Putting models on the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stancekit.card import model_card
from stancekit.errors import HubError, InvalidInputError
from stancekit.model import StanceModel
from stancekit.storage.hub import Address, hub_failures, open_hub, quietly, read_address, refusal
from stancekit.storage.loading import locate, read_model
from stancekit.storage.manifest import FILES, FORMAT, peek_format
from stancekit.storage.saving import save


def push_to_hub(
    model: StanceModel | str | Path,
    repository: str,
    *,
    private: bool | None = None,
    revision: str | None = None,
    token: str | None = None,
    commit_message: str = "Upload a stancekit model",
) -> str:
    """Put a model on the Hugging Face hub, as one commit or not at all.

    Its four files are written; other files of the repository stay. A repository or branch that is not there is
    made. Nothing is sent before the model has been read and found whole.

    Parameters
    ----------
    model : StanceModel, str or Path
        A model, or whatever `load` reads: a model directory is sent as it is.
    repository : str
        ``"org/name"``.
    private : bool, optional
        Whether others may not see it. Where None, a new repository is what its owner's are by default. An
        existing one that is otherwise is an error, and is not changed.
    revision : str, optional
        The branch; the main one where None.
    token : str, optional
        A token with leave to write; where None, that of ``HF_TOKEN`` or of ``hf auth login``.
    commit_message : str, default="Upload a stancekit model"
        What the commit is called.

    Returns
    -------
    str
        The address of just this commit, ``"hf:org/name@commit"``, which `load` reads.

    Raises
    ------
    InvalidInputError
        On a name, branch or message that cannot be one, or where the repository holds the ``config.json`` of
        something else.
    HubError
        When the hub cannot be reached or refuses, without a token, or on a repository that is public or private
        and should not be.
    ModelFormatError
        When the model directory is damaged.
    MissingExtraError
        When huggingface_hub is not installed.

    Examples
    --------
    >>> push_to_hub("linear", "my stances")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stancekit.errors.InvalidInputError: expected 'org/name' or 'org/name@revision', ... got 'my stances'
    """
    address = _target(repository, revision)
    if not isinstance(commit_message, str) or not commit_message.strip():
        raise InvalidInputError(f"commit_message must be some text, got {commit_message!r}")
    hub = open_hub("push_to_hub")
    contents = _contents(model, address)
    api = hub.HfApi(token=_token(hub, token))
    try:
        with quietly():
            commit = api.create_commit(
                address.repository,
                [hub.CommitOperationAdd(path_in_repo=file, path_or_fileobj=data) for file, data in contents.items()],
                parent_commit=_prepare(hub, api, address, private),  # so nothing that others push is written over
                revision=address.revision,
                commit_message=commit_message,
            )
    except (HubError, InvalidInputError):
        raise
    except hub.errors.OfflineModeIsEnabled as error:
        raise HubError("HF_HUB_OFFLINE is set; unset it to push") from error
    except hub_failures() as error:
        raise refusal(error, address) from error
    return str(Address(repository=address.repository, revision=commit.oid))


def _target(repository: str, revision: str | None) -> Address:
    address = read_address(repository, revision)
    if address.is_commit:
        raise InvalidInputError(f"revision {address.revision!r} is a commit, which cannot change; name a branch")
    return address


def _token(hub: Any, token: str | None) -> str:  # noqa: ANN401 - huggingface_hub
    if token is not None and (not isinstance(token, str) or not token.strip()):
        raise InvalidInputError("token must be the text of a token, or None for that of HF_TOKEN or hf auth login")
    token = token or hub.get_token()
    if token is None:
        raise HubError(
            "pushing needs a token with leave to write; make one in your settings on the hub, "
            "and set HF_TOKEN or run: hf auth login"
        )
    return token


def _contents(model: StanceModel | str | Path, address: Address) -> dict[str, bytes]:
    """Give the files by name, once the model can be read from them."""
    with TemporaryDirectory() as folder:
        path = Path(locate(model)) if isinstance(model, str | Path) else save(model, Path(folder, "model"))
        read = read_model(str(path))
        files = {file: (path / file).read_bytes() for file in ("config.json", *FILES)}
        card = path / "README.md"
        text = card.read_text(encoding="utf-8") if card.is_file() else model_card(read)
    text = text.replace('stancekit.load("path/to/this/folder")', f'stancekit.load("hf:{address.repository}")')
    return files | {"README.md": text.encode()}


def _prepare(hub: Any, api: Any, address: Address, private: bool | None) -> str:  # noqa: ANN401
    """See to it that the branch is there and may be written to, and give the commit that it points to."""
    info = _repository(hub, api, address.repository, private)
    if private is not None and info.private is not private:
        raise HubError(
            f"{address.repository!r} is {'private' if info.private else 'public'} on the hub, "
            f"and private={private} was asked for; change it there, or leave private out"
        )
    if address.revision is not None:
        info = _branch(hub, api, address)
    if any(file.rfilename == "config.json" for file in info.siblings or ()):
        _check_ours(hub, api, address.repository, info.sha)
    return str(info.sha)


def _repository(hub: Any, api: Any, name: str, private: bool | None) -> Any:  # noqa: ANN401
    try:
        return api.model_info(name)
    except hub.errors.RepositoryNotFoundError:
        api.create_repo(name, private=private)
    return api.model_info(name)


def _branch(hub: Any, api: Any, address: Address) -> Any:  # noqa: ANN401
    try:
        return api.model_info(address.repository, revision=address.revision)
    except hub.errors.RevisionNotFoundError:
        api.create_branch(address.repository, branch=address.revision)
    return api.model_info(address.repository, revision=address.revision)


def _check_ours(hub: Any, api: Any, name: str, commit: str) -> None:  # noqa: ANN401
    with TemporaryDirectory() as folder:
        found = Path(hub.hf_hub_download(name, "config.json", revision=commit, cache_dir=folder, token=api.token))
        if peek_format(found.parent) != FORMAT:
            raise InvalidInputError(
                f"{name!r} holds the config.json of something else, so it is not written over; choose another name"
            )
