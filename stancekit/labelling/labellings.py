"""What coders said of the statements of a pool, from their state files or from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, unknown_option
from stancekit.labelled import LabelledStatements
from stancekit.labelling.checks import check_codebook, check_group
from stancekit.labelling.history import AUDIT, Header, History, LabellingSettings
from stancekit.labelling.items import Progress
from stancekit.labelling.pool import StatementPool
from stancekit.labelling.statefile import read_events
from stancekit.measure.codings import Codings

Floats = NDArray[np.float64]
Choices = Mapping[str, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labellings:
    """What one coder or several said of statements.

    Attributes
    ----------
    pool : StatementPool
        All statements, decided on or not.
    codebook : Codebook
        The labels.
    coders : mapping of str to mapping of str to tuple of str or None
        For each coder and statement the labels, none of them where empty; None where the coder cannot say. What a
        coder did not decide on is not there.
    audit : tuple of str
        The random sample so far, in the order in which it is drawn.
    vias : mapping of str to str
        Why each statement was shown: "audit", or what chose it.
    chosen : frozenset of str
        Statements that were not shown because of the random sample alone: what a model may learn from, so that the
        sample can tell how good it is.
    settled : mapping of str to tuple of str or None
        What statements were given when they were reviewed.
    times : mapping of str to str
        When the last coder decided on each statement.

    Examples
    --------
    >>> pool = StatementPool.of(["Lift it.", "Lift them.", "We met."])
    >>> book = Codebook.from_labels(["lift"])
    >>> both = Labellings(pool=pool, codebook=book, coders={"ann": {"0": ("lift",), "1": ("lift",), "2": ()},
    ...                                                     "ben": {"0": ("lift",), "1": ()}})
    >>> both.consensus().ravel().tolist()
    [1.0, nan, 0.0]
    >>> both.codings().agreement(n_bootstrap=0).per_label["lift"].agreement.value
    0.5
    """

    pool: StatementPool
    codebook: Codebook
    coders: Mapping[str, Choices]
    audit: tuple[str, ...] = ()
    vias: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    settled: Choices = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The labels and, after them, the stances that are not predicted, as columns of `consensus`."""
        poles = (stance.label for stance in self.codebook.stances if not stance.predicted)
        return (*self.codebook.labels, *poles)

    @property
    def is_whole(self) -> bool:
        """Whether every statement of the pool was decided on, so that no sample need stand for it."""
        return len(self.decided()) == len(self.pool)

    def decided(self) -> list[str]:
        """Give the statements that any coder decided on, in the order of the pool."""
        found = {name for choices in self.coders.values() for name in choices}
        return sorted(found, key=self.pool.rows.__getitem__)

    def marks(self, coder: str, names: Sequence[str]) -> Floats:
        """Give what a coder said: 1, 0, and NaN where nothing, or "cannot say"; columns as in `names`."""
        if coder not in self.coders:
            raise unknown_option("coder", coder, self.coders)
        choices = self.coders[coder]
        found = np.full((len(names), len(self.names)), np.nan)
        for row, name in enumerate(names):
            labels = choices.get(name)
            if labels is not None:
                found[row] = [float(label in labels) for label in self.names]
        return found

    def consensus(self, names: Sequence[str] | None = None) -> Floats:
        """Give what all coders who judged a statement say alike: 1, 0, and NaN where they differ or nobody judged.

        Of labels that exclude one another a statement has all or none.
        """
        names = self.decided() if names is None else names
        if not self.coders:
            return np.full((len(names), len(self.names)), np.nan)
        given = np.stack([self.marks(coder, names) for coder in self.coders])
        yes, no = (given == 1).any(axis=0), (given == 0).any(axis=0)
        found = np.where(yes & ~no, 1.0, np.where(no & ~yes, 0.0, np.nan))
        if self.codebook.exclusive:
            found[np.isnan(found).any(axis=1)] = np.nan
        return found

    def labelled(self, names: Collection[str] | None = None) -> LabelledStatements:
        """Give the statements that have a label or none of them by consensus, to train on or to measure with.

        Parameters
        ----------
        names : collection of str, optional
            Which of them; all where None.
        """
        wanted = [name for name in self.decided() if names is None or name in names]
        marks = self.consensus(wanted)
        n_labels = len(self.codebook.labels)
        known = np.flatnonzero(~np.isnan(marks[:, :n_labels]).all(axis=1))
        rows = [self.pool.rows[wanted[place]] for place in known]
        return LabelledStatements(
            texts=[self.pool.texts[row] for row in rows],
            truth=marks[known, :n_labels],
            groups=[self.pool.groups[row] for row in rows],
            columns={"id": [self.pool.ids[row] for row in rows]},
            poles=marks[known, n_labels:],
        )

    def shared(self) -> list[str]:
        """Give the statements that two coders or more judged, in the order in which the last of them did."""
        found = [
            name
            for name in self.decided()
            if sum(choices.get(name) is not None for choices in self.coders.values()) >= 2
        ]
        return sorted(found, key=lambda name: (self.times.get(name, ""), self.pool.rows[name]))

    def beside(self, others: Labellings) -> Labellings:
        """Give what these coders and others said, side by side; all else is as here."""
        times = {
            name: max(self.times.get(name, ""), others.times.get(name, "")) for name in self.times.keys() | others.times
        }
        return replace(self, coders={**self.coders, **others.coders}, times=times)

    def codings(self, names: Sequence[str] | None = None) -> Codings:
        """Give the coders' judgements for `agreement`, of all statements that anybody decided on, or of some."""
        names = self.decided() if names is None else names
        rows = [self.pool.rows[name] for name in names]
        n_labels = len(self.codebook.labels)
        return Codings(
            labels=self.codebook.labels,
            coders={coder: self.marks(coder, names)[:, :n_labels] for coder in self.coders},
            groups=[self.pool.groups[row] for row in rows],
            texts=[self.pool.texts[row] for row in rows],
            n_blank={},
            n_left_out={},
        )

    def open_audit(self) -> list[str]:
        """Give the statements of the random sample on which nobody decided: with them it is no sample yet."""
        return [name for name in self.audit if not any(name in choices for choices in self.coders.values())]


def labellings_of(
    pool: StatementPool, codebook: Codebook, histories: Mapping[str, History], settings: LabellingSettings
) -> Labellings:
    """Give what histories with the same settings amount to."""
    vias: dict[str, str] = {}
    times: dict[str, str] = {}
    settled: dict[str, tuple[str, ...] | None] = {}
    coders: dict[str, Choices] = {}
    for coder, history in histories.items():
        known = {name: decision for name, decision in history.decisions.items() if name in pool}
        coders[coder] = {name: decision.labels for name, decision in known.items()}
        times |= {name: max(decision.at, times.get(name, "")) for name, decision in known.items()}
        settled |= history.settled
        for name, via in _vias(pool, history).items():
            vias[name] = AUDIT if AUDIT in (via, vias.get(name)) else via
    return Labellings(
        pool=pool,
        codebook=codebook,
        coders=coders,
        audit=_sample(pool, settings, vias),
        vias=vias,
        chosen=frozenset().union(*(history.chosen for history in histories.values())),
        settled=settled,
        times=times,
    )


def _vias(pool: StatementPool, history: History) -> dict[str, str]:
    """Give why statements were shown that were decided on or put off."""
    there = (history.decisions.keys() | history.skipped.keys()) & pool.rows.keys()
    return {name: via for name, via in history.vias.items() if name in there}


def _sample(pool: StatementPool, settings: LabellingSettings, vias: Mapping[str, str]) -> tuple[str, ...]:
    """Give the beginning of the random order up to the last statement that was shown because of it."""
    places = pool.order(settings.seed, AUDIT)
    last = max((places[name] for name, via in vias.items() if via == AUDIT), default=-1)
    return tuple(islice(places, last + 1))


def read_labellings(
    paths: Iterable[str | Path], pool: StatementPool, *, codebook: Codebook | None = None
) -> Labellings:
    """Read the state files of several coders, without keeping anybody from labelling meanwhile.

    Parameters
    ----------
    paths : iterable of str or Path
        State files of `LabellingSession`, of different coders with one codebook and one seed.
    pool : StatementPool
        The statements that they are about.
    codebook : Codebook, optional
        Which the files must have been begun with.

    Returns
    -------
    Labellings

    Raises
    ------
    InvalidInputError
        When the files differ in their codebook or seed, are of the same coder, or are about other statements.
    OSError
        When a file is missing.

    Examples
    --------
    >>> import tempfile
    >>> from stancekit.labelling.session import LabellingSession
    >>> pool, book = StatementPool.of(["Lift it.", "We met."]), Codebook.from_labels(["lift"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for coder in ("ann", "ben"):
    ...         with LabellingSession(Path(folder, coder), pool, book, coder=coder) as session:
    ...             session.decide("0", ["lift"])
    ...     sorted(read_labellings([Path(folder, "ann"), Path(folder, "ben")], pool).coders)
    ['ann', 'ben']
    """
    read = _histories(paths, pool, codebook)
    header = read[0].header
    return labellings_of(pool, header.codebook, {one.header.coder: one.history for one in read}, header.settings)


def read_beside(paths: Iterable[str | Path], pool: StatementPool, header: Header) -> Labellings:
    """Read the state files of others than the coder whose file begins with `header`; raises as `read_labellings`."""
    read = _histories(paths, pool, header.codebook, [header])
    return labellings_of(pool, header.codebook, {one.header.coder: one.history for one in read}, header.settings)


def read_progress(paths: Iterable[str | Path], pool: StatementPool) -> dict[str, Progress]:
    """Say how far each coder is, by their state files; raises as `read_labellings`."""
    return {
        one.header.coder: progress_of(pool, one.header.codebook, one.history, one.header.settings)
        for one in _histories(paths, pool, None)
    }


def progress_of(pool: StatementPool, codebook: Codebook, history: History, settings: LabellingSettings) -> Progress:
    """Say how far a coder is."""
    given = [decision.labels for name, decision in history.decisions.items() if name in pool]
    counts = Counter(label for labels in given if labels for label in labels)
    sample = _sample(pool, settings, _vias(pool, history))
    return Progress(
        n_statements=len(pool),
        n_decided=len(given),
        n_cannot_say=given.count(None),
        n_skipped=len(history.skipped),
        per_label={stance.label: counts[stance.label] for stance in codebook.stances},
        n_none=given.count(()),
        n_audited=len(sample),
        n_audit_open=sum(name not in history.decisions for name in sample),
        n_chosen=history.n_chosen,
        trained_on=history.trained_on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One state file."""

    header: Header
    history: History


def _histories(
    paths: Iterable[str | Path], pool: StatementPool, codebook: Codebook | None, before: Sequence[Header] = ()
) -> list[_Read]:
    found: list[_Read] = []
    headers = list(before)
    for path in map(Path, paths):
        events = read_events(path).events
        if not events:
            raise InvalidInputError(f"{str(path)!r} has no header yet; label a statement first")
        one = _Read(header=Header.read(events[0], path), history=History.of(events))
        _check_header(one.header, headers[0] if headers else None, codebook, path)
        if one.header.coder in [other.coder for other in headers]:
            raise InvalidInputError(f"{str(path)!r} is of {one.header.coder!r} as well; give each coder's file once")
        _check_statements(one.history, pool, path)
        check_group(one.header, pool, path)
        found.append(one)
        headers.append(one.header)
    if not found:
        raise InvalidInputError("there is no state file to read; give one or more")
    return found


def _check_header(header: Header, first: Header | None, codebook: Codebook | None, path: Path) -> None:
    """See that a file goes with the first one, and with the codebook that was given."""
    check_codebook(header.codebook, codebook, path)
    if first is None:
        return
    check_codebook(header.codebook, first.codebook, path)
    if first.settings.seed != header.settings.seed:
        raise InvalidInputError(
            f"{str(path)!r} was begun with seed {header.settings.seed}, and the first file with "
            f"{first.settings.seed}, so their random samples differ; files of one seed go together"
        )


def _check_statements(history: History, pool: StatementPool, path: Path) -> None:
    for name, decision in history.decisions.items():
        if name not in pool or pool.fingerprint(name) != decision.fingerprint:
            what = "no statement" if name not in pool else "another text for statement"
            raise InvalidInputError(
                f"{str(path)!r} is about other statements: {pool.source} has {what} {name!r}; give the table that was "
                "labelled"
            )
