"""How far the coder of a session agrees with others, told so rarely that it gives nobody's answers away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from stancekit.labelling.labellings import Labellings, read_beside
from stancekit.labelling.session import LabellingSession

STEP = 10
"""Statements after which agreement is measured again: more often would give away what the other coder said."""
_LEAST = 60
"""Bytes that an event takes at least, so that a file that grew by so many has one event more, and an unfinished one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Agreement on the first statements that coders judged alike or not.

    Attributes
    ----------
    n : int
        Statements.
    agreement, alpha : float
        The share with the same set of labels, and Krippendorff's alpha of the sets.
    """

    n: int
    agreement: float
    alpha: float


class GrowingAgreement:
    """How far coders agree, anew after every tenth statement that two of them judged.

    The other coders' files are read again only where they grew by so much that ten more statements may be shared.

    Parameters
    ----------
    session : LabellingSession
        Of one coder.
    others : sequence of Path
        State files of other coders; they are read, and nobody is kept from writing them.

    Attributes
    ----------
    steps : list of Agreed
        What was measured so far, each time on more statements.
    n_shared : int
        Statements that two coders judged, by the files as they were read last.

    Examples
    --------
    >>> import tempfile
    >>> from stancekit import Codebook, StatementPool
    >>> pool, book = StatementPool.of([f"Lift it {n}." for n in range(12)]), Codebook.from_labels(["lift"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for coder in ("ann", "ben"):
    ...         with LabellingSession(Path(folder, coder), pool, book, coder=coder, audit=1) as session:
    ...             for name in pool.ids:
    ...                 session.decide(name, ["lift"] if coder == "ann" or name != "3" else [])
    ...             agreement = GrowingAgreement(session, [Path(folder, "ann")] if coder == "ben" else [])
    ...             _ = agreement.measure()
    >>> agreement.n_shared, agreement.steps[0].n, agreement.steps[0].agreement
    (12, 10, 0.9)
    """

    def __init__(self, session: LabellingSession, others: Sequence[Path]) -> None:
        self._session, self._paths = session, tuple(others)
        self._others: Labellings | None = None
        self._stamps: list[_Stamp] = []
        self._once: set[str] = set()
        self._twice: set[str] = set()
        self.steps: list[Agreed] = []
        self.n_shared = 0

    def measure(self) -> Agreed | None:
        """Measure again where there is reason to, and give what was measured last; None below ten statements.

        Never anew for fewer statements than before, or undoing would tell what the other one said.

        Raises
        ------
        InvalidInputError, OSError
            When a file of another coder cannot be read, or is of another codebook.
        """
        if not self._paths:
            return None
        own = {name for name, labels in self._session.decisions.items() if labels is not None}
        stamps = [_stamp(path) for path in self._paths]
        if self._count(own) + self._n_new(stamps) >= self._last + STEP:
            self._read(stamps)
        self.n_shared = self._count(own)
        if self.n_shared >= self._last + STEP:
            self._take_step()
        return self.steps[-1] if self.steps else None

    @property
    def _last(self) -> int:
        return self.steps[-1].n if self.steps else 0

    def _count(self, own: set[str]) -> int:
        return len(self._twice | (self._once & own))

    def _n_new(self, stamps: Sequence[_Stamp]) -> float:
        """Give the number of decisions at most that others made since their files were read; infinite if unknown."""
        if self._others is None:
            return inf
        return sum(now.n_more(before) for now, before in zip(stamps, self._stamps, strict=True))

    def _read(self, stamps: list[_Stamp]) -> None:
        self._others = None  # until it is known that they can be read
        others = read_beside(self._paths, self._session.pool, self._session.header)
        judged = Counter(name for said in others.coders.values() for name, labels in said.items() if labels is not None)
        self._once, self._twice = set(judged), {name for name, n in judged.items() if n > 1}
        self._others, self._stamps = others, stamps

    def _take_step(self) -> None:
        assert self._others is not None
        both = self._session.labellings().beside(self._others)
        shared = both.shared()
        n = len(shared) // STEP * STEP
        sets = both.codings(shared[:n]).agreement(n_bootstrap=0).sets
        self.steps.append(Agreed(n=n, agreement=sets.agreement.value, alpha=sets.alpha.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """By what a file is seen to have changed; all 0 where there is none."""

    inode: int = 0
    size: int = 0
    changed: int = 0

    def n_more(self, before: _Stamp) -> float:
        """Give the number of events at most that came to it since; infinite where it did not only grow."""
        if self == before and self.size:
            return 0
        is_longer = self.inode == before.inode and self.size > before.size
        return (self.size - before.size) // _LEAST + 1 if is_longer else inf


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:  # to read it says why
        return _Stamp()
    return _Stamp(inode=found.st_ino, size=found.st_size, changed=found.st_mtime_ns)
