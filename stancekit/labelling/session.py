"""The labelling loop of one coder, whatever screen it is shown on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from pathlib import Path
from threading import RLock
from typing import Any, Self

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError, StancekitError
from stancekit.labelled import LabelledStatements
from stancekit.labelling.checks import (
    begin,
    changed_columns,
    changed_pool,
    check_labels,
    check_model,
    check_new,
    check_prior,
    not_begun_from,
)
from stancekit.labelling.history import IMPORT, REVIEW, History, LabellingSettings
from stancekit.labelling.items import Item, Progress
from stancekit.labelling.labellings import Labellings, labellings_of, progress_of
from stancekit.labelling.pool import StatementPool
from stancekit.labelling.retraining import Learner
from stancekit.labelling.statefile import StateFile
from stancekit.labelling.turns import Turns
from stancekit.model import StanceModel


class LabellingSession:
    """Show statements to one coder, keep what they say, and learn from it.

    Each coder has a state file of their own, and no session reads another's: coders are blind to each other because
    their labels are not there. Everything that a method was told is on the disk when it returns. A session may be used
    from several threads.

    Parameters
    ----------
    path : str or Path
        The state file; it is made where there is none.
    pool : StatementPool
        The statements; see `read_pool`.
    codebook : Codebook, optional
        The labels. Needed for a new file; for one that is there it must be the same.
    coder : str, optional
        Who labels. Needed for a new file; for one that is there it must be the same.
    audit, strategy, seed : float, str, int, optional
        Of a new file, 0.2, "mixed" and 0 where None; for one that is there they must be the same. `audit` is the share
        of turns at which the next statement of a random sample of the whole pool is shown; the sample is the same for
        all coders with the same `seed`. `strategy` says how the others are chosen: next to a threshold ("uncertain"),
        with high scores of rare labels ("rare"), 60 and 40 % of both ("mixed"), or at "random".
    model : StanceModel, optional
        What chooses statements until one learned from the labels is better; without it they are chosen at random
        until there is one.
    retrain_every : int, default=25
        Labels outside the random sample after which a model is trained in the background; 0: never by itself.
    accept_changes : bool, default=False
        Whether to go on where the pool is not the one that the file was begun with. What was said of statements that
        have another text now, or are gone, is set aside then.
    prior : bool, optional
        Whether models that are trained begin from `model` rather than from scratch. Where None they do so with 400
        labels or fewer, unless it has more than linear heads or was trained on these.

    Attributes
    ----------
    coder, codebook, settings, pool : str, Codebook, LabellingSettings, StatementPool
        What is labelled, by whom, how.
    header : Header
        What the file begins with.
    notices : list of str
        What the coder should be told: an unfinished line that was passed over, a model that was trained.

    Raises
    ------
    InvalidInputError
        When the file belongs to another codebook, coder or pool, or was begun with other settings, when another
        process has it open, or it is damaged.

    Examples
    --------
    >>> import tempfile
    >>> pool = StatementPool.of(["Lift the embargo.", "We met on Monday."])
    >>> book = Codebook.from_labels(["lift"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with LabellingSession(Path(folder, "ann.jsonl"), pool, book, coder="ann") as session:
    ...         while item := session.next():
    ...             session.decide(item.id, ["lift"] if "Lift" in item.text else [])
    ...         session.progress().per_label
    {'lift': 1}
    """

    def __init__(  # noqa: PLR0913 - what a state file is begun with
        self,
        path: str | Path,
        pool: StatementPool,
        codebook: Codebook | None = None,
        *,
        coder: str | None = None,
        audit: float | None = None,
        strategy: str | None = None,
        seed: int | None = None,
        model: StanceModel | None = None,
        retrain_every: int = 25,
        accept_changes: bool = False,
        prior: bool | None = None,
    ) -> None:
        check_prior(prior, model)
        self.pool, self.notices = pool, list[str]()
        given: dict[str, Any] = {"audit": audit, "strategy": strategy, "seed": seed}
        wanted = {name: value for name, value in given.items() if value is not None}
        if not Path(path).exists():  # before a file is made that nobody can use
            check_new(codebook, coder, LabellingSettings(**wanted))
            check_model(model, codebook)
        self._lock = RLock()
        self._file = StateFile(path)
        try:
            self.header = header = begin(self._file, pool, codebook, coder, wanted)
            self._history = History.of(self._file.events)
            self.coder, self.codebook, self.settings = header.coder, header.codebook, header.settings
            if (
                event := changed_pool(header, self._history, pool, self._file.path, accepted=accept_changes)
            ) is not None:
                before = len(self._history.decisions)
                self._add(event)
                n_lost = before - len(self._history.decisions)
                self.notices.append(f"went on with changed statements; {n_lost} decisions were set aside")
            check_model(model, self.codebook)
            self._learner = Learner(self.codebook, model, prior=prior, seed=self.settings.seed)
            self._turns = Turns(pool, self._history, self.settings, self._add)
            self.notices += changed_columns(header, pool, self._file.path)
            self.notices += not_begun_from(model, prior) if retrain_every else []
        except BaseException:
            self._file.close()
            raise
        if self._file.n_torn:
            self.notices.append(
                f"{self._file.path}: an unfinished last line ({self._file.n_torn} bytes) was passed over; the answer "
                "in it was not acknowledged, so give it again"
            )
        self._current: Item | None = None
        self._retrain_every = retrain_every
        if retrain_every and self._history.trained_on:  # the model of before is made again
            self._retrain_beside()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; everything is in it already."""
        with self._lock:
            self._file.close()

    @property
    def model(self) -> StanceModel | None:
        """What chooses statements now."""
        return self._learner.model

    @property
    def path(self) -> Path:
        """The state file."""
        return self._file.path

    @property
    def version(self) -> int:
        """The number of events in the state file; it grows with everything that is kept."""
        return len(self._file.events)

    @property
    def decisions(self) -> Mapping[str, tuple[str, ...] | None]:
        """What the coder said of each statement; None where they cannot say."""
        with self._lock:
            return {name: decision.labels for name, decision in self._history.decisions.items()}

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return self._history.n_steps > 0

    def next(self) -> Item | None:
        """Give the statement to decide on: the same one until it is decided or skipped; None where none is left."""
        with self._lock:
            self._adopt()
            if self._current is None:
                name = self._turns.next(self.model)
                self._current = None if name is None else self._item(name)
            return self._current

    def decide(self, name: str, labels: Iterable[str]) -> None:
        """Keep the labels of a statement; a second time they replace the first.

        Parameters
        ----------
        name : str
            Its id.
        labels : iterable of str
            Labels or codes, also of stances that are not predicted; empty for none of them.

        Raises
        ------
        InvalidInputError
            On an unknown statement or label, and where labels exclude one another and it is not just one.
        OSError
            When it could not be written; then nothing is kept.
        """
        self._decide(name, check_labels(self.codebook, name, labels))

    def cannot_say(self, name: str) -> None:
        """Keep that the coder cannot say which labels a statement takes; it is not asked for again."""
        self._decide(name, None)

    def skip(self, name: str) -> None:
        """Put a statement off: it comes back later, those of the random sample after twenty others."""
        with self._lock:
            self.pool.text(name)
            self._add({"type": "skip", "id": name, "via": self._turns.via(name)})
            self._done(name)

    def undo(self) -> str | None:
        """Take back the last decision or skip, and give the id of its statement, which comes next; None for none."""
        with self._lock:
            name = self._history.last
            if name is not None:
                self._add({"type": "undo", "id": name})
                self._current = None
            return name

    def review(self, names: Iterable[str], *, at_once: bool = True) -> None:
        """Show statements again, before all others, for the coder to confirm or change; `doubtful_labels` finds them.

        Parameters
        ----------
        names : iterable of str
            Their ids.
        at_once : bool, default=True
            Whether before the statement that is shown now as well, or only after it.

        Raises
        ------
        InvalidInputError
            On a statement without a decision.
        """
        wanted = list(dict.fromkeys(names))
        with self._lock:
            for name in wanted:
                if name not in self._history.decisions:
                    raise InvalidInputError(f"statement {name!r} has no decision to review")
            self._turns.reviewed = wanted
            if at_once:
                self._current = None

    @property
    def is_reviewing(self) -> bool:
        """Whether statements wait that `review` was given; an empty `review` ends it."""
        return bool(self._turns.reviewed)

    @property
    def settled(self) -> Mapping[str, tuple[str, ...] | None]:
        """What statements were given when they were reviewed."""
        with self._lock:
            return dict(self._history.settled)

    def progress(self) -> Progress:
        """Say how far the coder is."""
        with self._lock:
            return progress_of(self.pool, self.codebook, self._history, self.settings)

    def labellings(self) -> Labellings:
        """Give all that was decided, to be exported, trained on or compared with other coders'."""
        with self._lock:
            return labellings_of(self.pool, self.codebook, {self.coder: self._history}, self.settings)

    def add(self, labels: Mapping[str, Iterable[str] | None]) -> int:
        """Take over decisions from elsewhere, such as an import; those that are the same already are passed over.

        Parameters
        ----------
        labels : mapping of str to iterable of str or None
            By statement; None for "cannot say".

        Returns
        -------
        int
            How many were taken over.

        Raises
        ------
        InvalidInputError
            On an unknown statement or label, labels that exclude one another, or a statement that this coder decided
            otherwise; then nothing is taken over.
        """
        checked = {name: check_labels(self.codebook, name, marks) for name, marks in labels.items()}
        with self._lock:
            own = self.decisions
            for name, marks in checked.items():
                self.pool.text(name)
                if name in own and own[name] != marks:
                    raise InvalidInputError(
                        f"statement {name!r} is {own[name]} here and {marks} in what is brought in; "
                        "leave it out there, or bring it into a state file of its own"
                    )
            new = {name: marks for name, marks in checked.items() if name not in own}
            for name, marks in new.items():
                self._add(self._decision(name, marks, IMPORT))
            self._current = None
            return len(new)

    def start_retraining(self) -> None:
        """Train a model on what was labelled outside the random sample, in the background; `next` takes it over.

        The random sample stays out of it, so that it can tell how good the model is, and correct its shares. Does
        nothing while one is being trained.
        """
        with self._lock:
            if not self._learner.is_at_work:
                self._learner.start(self._learnable(), self._history.n_chosen)

    @property
    def is_retraining(self) -> bool:
        """Whether a model is being trained, or waits to be taken over."""
        return self._learner.is_at_work

    def finish_retraining(self) -> None:
        """Wait for the model that is being trained, and take it over."""
        with self._lock:
            self._adopt(wait=True)

    def _adopt(self, *, wait: bool = False) -> None:
        try:
            outcome = self._learner.take(wait=wait)
        except StancekitError as error:
            self.notices.append(str(error))
            return
        if outcome is None:
            return
        self.notices.append(outcome.line())
        f1 = None if isnan(outcome.f1) else round(outcome.f1, 4)
        self._add({"type": "model", "n": outcome.n, "f1": f1, "used": outcome.is_better})
        if outcome.is_better:
            self._history.batch = []

    def _learnable(self) -> LabelledStatements:
        return self.labellings().labelled(self._history.chosen)

    def _decide(self, name: str, labels: tuple[str, ...] | None) -> None:
        with self._lock:
            shown = self._current if self._current is not None and self._current.id == name else None
            via = REVIEW if shown is not None and shown.is_review else self._turns.via(name)
            self._add(self._decision(name, labels, via))
            self._done(name)
            if self._retrain_every and self._history.n_chosen - self._learner.n_tried >= self._retrain_every:
                self._retrain_beside()

    def _retrain_beside(self) -> None:
        """Train a model that nobody asked for: where that fails, what was said is kept all the same."""
        try:
            self.start_retraining()
        except Exception as error:
            self._learner.n_tried = self._history.n_chosen  # not again with every answer
            self.notices.append(f"no training could be begun: {type(error).__name__}: {error}")

    def _decision(self, name: str, labels: tuple[str, ...] | None, via: str) -> dict[str, Any]:
        given = None if labels is None else list(labels)
        return {"type": "decide", "id": name, "labels": given, "via": via, "hash": self.pool.fingerprint(name)}

    def _done(self, name: str) -> None:
        self._turns.done(name)
        if self._current is not None and self._current.id == name:
            self._current = None

    def _item(self, name: str) -> Item:
        row = self.pool.rows[name]
        decision = self._history.decisions.get(name)
        return Item(
            id=name,
            text=self.pool.texts[row],
            group=self.pool.groups[row],
            context={column: values[row] for column, values in self.pool.context.items()},
            before=() if decision is None else decision.labels,
            is_review=decision is not None,
        )

    def _add(self, event: Mapping[str, Any]) -> None:
        self._history.apply(self._file.append(event))
