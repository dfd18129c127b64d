"""The model on its way to the executors: the bytes of its directory, sent once, and what opens them there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stancekit.model import StanceModel
from stancekit.spark.session import context_of
from stancekit.storage.loading import load_located, locate
from stancekit.storage.manifest import FILES, checksum, read_config
from stancekit.storage.saving import save

_KEPT = 8  # broadcasts: whoever labels a stream batch by batch sends the same model again and again
_broadcasts: dict[tuple[str, str], Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sent:
    """A model that the executors can read.

    Attributes
    ----------
    model : StanceModel
        The model.
    checksum : str
        What tells it from other models.
    files : Broadcast or mapping of str to bytes
        Its files by name, broadcast, or to travel with the plan where Spark runs in another process.
    """

    model: StanceModel
    checksum: str
    files: Any


def send(model: StanceModel | str | Path, user: Any) -> Sent:  # noqa: ANN401 - of pyspark
    """Read a model, and broadcast its files unless the executors of a DataFrame or session have them already."""
    if isinstance(model, StanceModel):
        with TemporaryDirectory() as folder:
            return _send(model, save(model, Path(folder, "model")), user)
    folder = locate(model)
    return _send(load_located(str(model), folder), Path(folder), user)


def _send(model: StanceModel, folder: Path, user: Any) -> Sent:  # noqa: ANN401
    known_by = checksum(read_config(folder))
    files = {name: (folder / name).read_bytes() for name in ("config.json", *FILES)}
    return Sent(model=model, checksum=known_by, files=_broadcast(files, known_by, context_of(user)))


def _broadcast(files: Mapping[str, bytes], known_by: str, context: Any) -> Any:  # noqa: ANN401
    if context is None:
        return files
    key = (context.applicationId, known_by)
    if key not in _broadcasts:
        for old in [one for one in _broadcasts if one[0] != key[0]] or list(_broadcasts)[: 1 - _KEPT]:
            del _broadcasts[old]  # Spark forgets it with the last plan that needs it
        _broadcasts[key] = context.broadcast(files)
    return _broadcasts[key]


def installed_version() -> str | None:
    """Give the version of stancekit here; None where it runs without being installed."""
    try:
        return version("stancekit")
    except PackageNotFoundError:
        return None


def on_executors(
    sent: Sent, options: Mapping[str, Any], work: str = "label_batches"
) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Make the function that executors apply to the batches of a partition: `work` of `stancekit.spark.executor`.

    It is written within another one so that it travels as code, which can say that stancekit is missing; all else
    is imported there.
    """
    expected, known_by, files = installed_version(), sent.checksum, sent.files

    def label(batches: Iterable[Any]) -> Iterator[Any]:
        from importlib import import_module, metadata

        try:
            found = metadata.version("stancekit")
        except metadata.PackageNotFoundError:
            found = None
        if found != expected:
            has = f"stancekit {found}" if found else "no stancekit"
            raise RuntimeError(
                f"an executor has {has}, the driver has {expected or 'one that is not installed'}; "
                "install the same version on both, or name the Python that has it by PYSPARK_PYTHON"
            )
        executor = import_module("stancekit.spark.executor")
        yield from getattr(executor, work)(batches, known_by, getattr(files, "value", files), options)

    return label
