"""How far the coder of a session agrees with others, told so rarely that it gives nobody's answers away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stancekit.labelling.labellings import read_labellings
from stancekit.labelling.session import LabellingSession

STEP = 10
"""Statements after which agreement is measured again: more often would give away what the other coder said."""


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
        Statements that two coders judged.

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
        self._session, self._others = session, tuple(others)
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
        session = self._session
        both = read_labellings([session.path, *self._others], session.pool, codebook=session.codebook)
        shared = both.shared()
        self.n_shared = len(shared)
        n = len(shared) // STEP * STEP
        if n > (self.steps[-1].n if self.steps else 0):
            sets = both.codings(shared[:n]).agreement(n_bootstrap=0).sets
            self.steps.append(Agreed(n=n, agreement=sets.agreement.value, alpha=sets.alpha.value))
        return self.steps[-1] if self.steps else None
