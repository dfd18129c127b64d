"""Whose turn it is: statements that were taken back, that are reviewed, of the random sample, or suggested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stancekit.labelling.choosing import choose_batch, is_audit_turn, next_audited
from stancekit.labelling.history import AUDIT, OWN, History, LabellingSettings
from stancekit.labelling.pool import StatementPool
from stancekit.model import StanceModel


class Turns:
    """Say which statement comes next.

    Parameters
    ----------
    pool : StatementPool
        The statements.
    history : History
        What was said of them so far; it is looked at again each time.
    settings : LabellingSettings
        The share of the random sample, and how the others are chosen.
    keep : callable
        Keeps an event, and takes it into `history`.

    Attributes
    ----------
    reviewed : list of str
        Statements that are shown again before all others.

    Examples
    --------
    >>> pool = StatementPool.of(["Lift the embargo."])
    >>> Turns(pool, History(), LabellingSettings(audit=1.0), print).next(None)
    '0'
    """

    def __init__(
        self,
        pool: StatementPool,
        history: History,
        settings: LabellingSettings,
        keep: Callable[[Mapping[str, Any]], object],
    ) -> None:
        self._pool, self._history, self._settings, self._keep = pool, history, settings, keep
        self._order = pool.order(settings.seed, AUDIT)
        self._reasons: dict[str, str] = {}
        self.reviewed: list[str] = []

    def next(self, model: StanceModel | None) -> str | None:
        """Give the statement that comes next; None where none is left."""
        history = self._history
        if history.again:
            return history.again[-1]
        if self.reviewed:
            return self.reviewed[0]
        audited = next_audited(self._order, history) if self._settings.audit else None
        if audited is not None and is_audit_turn(self._settings, history.n_steps):
            return self._because(audited, AUDIT)
        suggested = self._suggested(model)
        if suggested is not None:
            return suggested
        if audited is not None:
            return self._because(audited, AUDIT)
        return min(history.skipped, key=history.skipped.__getitem__, default=None)

    def via(self, name: str) -> str:
        """Say why a statement is shown."""
        return self._reasons.get(name) or self._history.vias.get(name, OWN)

    def done(self, name: str) -> None:
        """Take a statement for reviewed."""
        self.reviewed = [one for one in self.reviewed if one != name]

    def _suggested(self, model: StanceModel | None) -> str | None:
        """Go on with the statements that were suggested last, or have others suggested."""
        history = self._history
        while True:
            for name, strategy in history.batch:
                if name in history.chosen or name in history.skipped:
                    continue
                if name not in history.decisions:
                    return self._because(name, strategy)
                self._keep({"type": "reuse", "id": name})  # the random sample had it before
            if not (batch := choose_batch(self._pool, history, self._settings, model)):
                return None
            self._keep({"type": "batch", "statements": batch})

    def _because(self, name: str, reason: str) -> str:
        self._reasons[name] = reason
        return name
