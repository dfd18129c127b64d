"""What the events of a state file amount to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from stancekit.codebook import Codebook
from stancekit.errors import CodebookError, InvalidInputError
from stancekit.labelling.pool import StatementPool

FORMAT = 1
AUDIT, REVIEW, IMPORT, OWN, FIRST = "audit", "review", "import", "own", "first"
"""Why a statement was decided on: of the random sample; again, since a model doubted it; brought from elsewhere; asked
for by its id; and at random before there is a model. All other reasons are the strategies of `stancekit.suggest`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabellingSettings:
    """What a state file was begun with, and keeps.

    Attributes
    ----------
    audit : float
        Share of the turns at which the next statement of the random sample is shown.
    strategy : str
        How the others are chosen: "mixed", "uncertain", "rare" or "random".
    seed : int
        Of the random sample; coders with the same seed get the same one.
    """

    audit: float = 0.2
    strategy: str = "mixed"
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line of a state file.

    Attributes
    ----------
    coder : str
        Whose decisions the file holds.
    codebook : Codebook
        The labels and their definitions, in full.
    settings : LabellingSettings
        How statements are chosen.
    n_statements, pool_hash : int, str
        Of the statements that the file was begun with, or that were accepted since.
    names : mapping of str to str
        What the columns "id", "text" and "group" of its table were called, as in `StatementPool`.
    context : tuple of str or None
        Columns that were shown beside; None in files that do not say.
    """

    coder: str
    codebook: Codebook
    settings: LabellingSettings
    n_statements: int
    pool_hash: str
    names: Mapping[str, str] = field(default_factory=dict)
    context: tuple[str, ...] | None = None

    @classmethod
    def read(cls, event: Mapping[str, Any], path: Path) -> Header:
        """Read the first event.

        Raises
        ------
        InvalidInputError
            When it is of a later format, or lacks a field.
        """
        if event.get("format", FORMAT) != FORMAT:
            raise InvalidInputError(
                f"{str(path)!r} has format {event['format']}, and this version reads format {FORMAT}; "
                "use the version of stancekit that wrote it, or a later one"
            )
        try:
            return cls(
                coder=event["coder"],
                codebook=Codebook.from_dict(event["codebook"]),
                settings=LabellingSettings(**event["settings"]),
                n_statements=event["pool"]["n"],
                pool_hash=event["pool"]["hash"],
                names=event["pool"].get("names") or {},
                context=tuple(event["pool"]["context"]) if "context" in event["pool"] else None,
            )
        except (KeyError, TypeError, CodebookError) as error:
            raise InvalidInputError(
                f"{str(path)!r}: its header cannot be read ({type(error).__name__}: {error}); take the file from a copy"
            ) from None

    def to_event(self, pool: StatementPool) -> dict[str, Any]:
        """Give the event."""
        from importlib.metadata import version

        settings = self.settings
        return {
            "type": "header",
            "format": FORMAT,
            "version": version("stancekit"),
            "coder": self.coder,
            "codebook_hash": codebook_hash(self.codebook),
            "codebook": self.codebook.to_dict(),
            "pool": {
                "source": pool.source,
                "n": len(pool),
                "hash": pool.hash(),
                "names": dict(pool.names),
                "context": list(pool.context),
            },
            "settings": {"audit": settings.audit, "strategy": settings.strategy, "seed": settings.seed},
        }


def codebook_hash(codebook: Codebook) -> str:
    """Give a hash of all that a codebook says.

    Examples
    --------
    >>> len(codebook_hash(Codebook.from_labels(["pro"])))
    16
    """
    return sha256(dumps(codebook.to_dict(), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a coder said of a statement.

    Attributes
    ----------
    id : str
        The statement.
    labels : tuple of str or None
        Its labels, in the codebook's order; none of them where empty; None where the coder cannot say.
    via : str
        Why it was shown; see `stancekit.labelling.history`.
    fingerprint : str
        Of the text that the coder saw.
    at : str
        When, in UTC.
    """

    id: str
    labels: tuple[str, ...] | None
    via: str
    fingerprint: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What undoing takes back."""

    id: str
    decision: Decision | None
    skipped_at: int | None
    was_chosen: bool
    was_settled: bool
    settled: tuple[str, ...] | None
    via: str | None
    again: bool


@dataclass(slots=True, kw_only=True)
class History:
    """Decisions as they stand; the same events give the same history.

    Attributes
    ----------
    decisions : dict of str to Decision
        By statement, in the order in which they were first made.
    skipped : dict of str to int
        Statements that were put off, with the number of the step at which they were.
    chosen : set of str
        Statements that were decided on, or would have been shown, whether or not the random sample holds them. A model
        that learns from these alone has nothing to do with which statements the sample happened to hold.
    batch : list of tuple of str
        Statements that were suggested last, with the strategy of each.
    again : list of str
        Statements whose decision was undone, the last of which comes next.
    n_batches, n_mended : int
        How often statements were suggested, and how often an unfinished line was passed over.
    settled : dict of str to tuple of str or None
        What statements were given when they were reviewed.
    pool : mapping or None
        Size and hash of the statements that were accepted last in place of those in the header.
    trained_on : int
        Statements that the last model learned from.
    vias : dict of str to str
        Why each statement was shown first.
    """

    decisions: dict[str, Decision] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    chosen: set[str] = field(default_factory=set)
    batch: list[tuple[str, str]] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    n_batches: int = 0
    n_mended: int = 0
    settled: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    pool: Mapping[str, Any] | None = None
    trained_on: int = 0
    vias: dict[str, str] = field(default_factory=dict)
    _steps: list[_Step] = field(default_factory=list)

    @classmethod
    def of(cls, events: Iterable[Mapping[str, Any]]) -> History:
        """Replay events.

        Raises
        ------
        InvalidInputError
            When one lacks a field.
        """
        history = cls()
        for event in events:
            try:
                history.apply(event)
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise InvalidInputError(
                    f"event {event.get('seq')!r} of the state file, {event['type']!r}, cannot be read "
                    f"({type(error).__name__}: {error}); take the file from a copy"
                ) from None
        return history

    @property
    def n_steps(self) -> int:
        """Decisions and skips that stand."""
        return len(self._steps)

    @property
    def n_chosen(self) -> int:
        """Chosen statements whose labels are known."""
        return sum(name in self.chosen and decision.labels is not None for name, decision in self.decisions.items())

    @property
    def last(self) -> str | None:
        """The statement of the last step, which undoing brings back."""
        return self._steps[-1].id if self._steps else None

    def known(self) -> list[str]:
        """Give all statements that were decided on, put off, taken back or suggested last."""
        steps = (step.id for step in self._steps)
        waiting = (name for name, _ in self.batch)
        return list(dict.fromkeys([*self.decisions, *self.skipped, *self.again, *steps, *waiting]))

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take one more event into account."""
        kind = event["type"]
        if kind == "decide":
            self._decide(event)
        elif kind == "skip":
            self._skip(event["id"], event["via"])
        elif kind == "undo":
            self._undo()
        elif kind == "batch":
            self.batch = [(name, strategy) for name, strategy in event["statements"]]
            self.n_batches += 1
        elif kind == "reuse":
            self.chosen.add(event["id"])
        elif kind == "model":
            self.trained_on = event["n"]
        elif kind == "pool":
            self.pool = event["pool"]
            for name in event["dropped"]:
                self._forget(name)
        elif kind == "mended":
            self.n_mended += 1

    def _decide(self, event: Mapping[str, Any]) -> None:
        name, via = event["id"], event["via"]
        labels = None if event["labels"] is None else tuple(event["labels"])
        if via != IMPORT:
            self._keep_step(name)
        self.skipped.pop(name, None)
        if via == REVIEW:
            self.settled[name] = labels
        elif via != AUDIT:
            self.chosen.add(name)
        if via != REVIEW:
            self.vias[name] = via
        self.decisions[name] = Decision(
            id=name, labels=labels, via=self.vias.get(name, OWN), fingerprint=event["hash"], at=event["at"]
        )

    def _skip(self, name: str, via: str) -> None:
        self._keep_step(name)
        if name not in self.decisions:  # of a decision that was reviewed there is nothing to put off
            self.skipped[name] = self.n_steps
        self.vias.setdefault(name, via)

    def _keep_step(self, name: str) -> None:
        again = bool(self.again) and self.again[-1] == name
        self._steps.append(
            _Step(
                id=name,
                decision=self.decisions.get(name),
                skipped_at=self.skipped.get(name),
                was_chosen=name in self.chosen,
                was_settled=name in self.settled,
                settled=self.settled.get(name),
                via=self.vias.get(name),
                again=again,
            )
        )
        if again:
            self.again.pop()

    def _undo(self) -> None:
        step = self._steps.pop()
        name = step.id
        self.decisions.pop(name, None)
        self.skipped.pop(name, None)
        if step.decision is not None:
            self.decisions[name] = step.decision
        if step.skipped_at is not None:
            self.skipped[name] = step.skipped_at
        if not step.was_chosen:
            self.chosen.discard(name)
        self.settled.pop(name, None)
        if step.was_settled:
            self.settled[name] = step.settled
        if step.via is not None:  # else it keeps the reason why it was shown, since it comes again
            self.vias[name] = step.via
        self.again.append(name)

    def _forget(self, name: str) -> None:
        """Set aside what was said of a statement that is another one now, or gone."""
        self.decisions.pop(name, None)
        self.skipped.pop(name, None)
        self.chosen.discard(name)
        self.settled.pop(name, None)
        self._steps = [step for step in self._steps if step.id != name]
        self.again = [one for one in self.again if one != name]
        self.batch = [one for one in self.batch if one[0] != name]
