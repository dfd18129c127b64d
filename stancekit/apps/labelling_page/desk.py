"""What a coder can do on the labelling page, and what the page is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock, Thread
from typing import Any

from stancekit.apps.labelling_page.refusals import Refusal
from stancekit.errors import StancekitError
from stancekit.labelling import wording
from stancekit.labelling.agreement import GrowingAgreement
from stancekit.labelling.answer_keys import answer_keys
from stancekit.labelling.items import Item
from stancekit.labelling.outlook import audit_outlook
from stancekit.labelling.session import LabellingSession
from stancekit.measure.results import as_record

_REMEMBERED = 20  # notices


class PageDesk:
    """One coder's session for a page that may be open in several tabs, or be older than the session.

    Whatever changes the session names the number of events that its page had seen. Where an answer was kept since, by
    another tab or by a request whose reply was lost, it is refused, so that nothing is kept twice or for the wrong
    statement. Nothing that is long holds an answer up: it is begun, and the page sees later what came of it.

    Parameters
    ----------
    session : LabellingSession
        The session.
    others : sequence of Path
        State files of other coders, for the agreement.

    Examples
    --------
    >>> import tempfile
    >>> from stancekit import Codebook, StatementPool
    >>> pool, book = StatementPool.of(["Lift it.", "We met."]), Codebook.from_labels(["lift"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with LabellingSession(Path(folder, "ann"), pool, book, coder="ann") as session:
    ...         desk = PageDesk(session)
    ...         before = desk.state()
    ...         after = desk.decide(before["item"]["id"], ["lift"], seen=before["seen"])
    >>> after["progress"]["n_decided"], after["can_undo"]
    (1, True)
    """

    def __init__(self, session: LabellingSession, others: Sequence[Path] = ()) -> None:
        self._session = session
        self._agreement = GrowingAgreement(session, others) if others else None
        self._agreed: tuple[int, dict[str, Any]] = (-1, {})
        self._lock = RLock()
        self._stands = 0  # the number of events after the last answer
        self._notices: list[dict[str, Any]] = []
        self._doubted: list[str] = []
        self._curve: dict[str, Any] | None = None
        self._work: list[str] = []
        if (outlook := audit_outlook(session)) is not None:
            self._tell(outlook.line())

    def codebook(self) -> dict[str, Any]:
        """Give what stays the same: who labels, and what the labels mean."""
        book = self._session.codebook
        stances = [
            {
                "key": key,
                "label": stance.label,
                "code": stance.code,
                "definition": stance.definition,
                "meaning": wording.meaning(stance),
            }
            for key, stance in answer_keys(book).items()
        ]
        return {
            "coder": self._session.coder,
            "file": self._session.path.name,
            "name": book.name,
            "description": book.description,
            "rules": book.rules,
            "exclusive": book.exclusive,
            "stances": stances,
            "commands": {name: as_record(command) for name, command in wording.COMMANDS.items()},
            "words": {
                "tick_first": wording.tick_first(exclusive=book.exclusive),
                "none_left": wording.WHEN_NONE_LEFT,
                "nothing_to_take_back": wording.taken_back(None),
            },
        }

    def state(self) -> dict[str, Any]:
        """Give the statement to decide on, and how it all stands.

        What would tell which statements belong to the random sample is left out, as are other coders' answers.

        Raises
        ------
        Refusal
            When the next statement cannot be chosen, for want of room on the disk for one.
        """
        with self._lock:
            item = self._next()
            self._hear()
            at = self._session.progress()
            return {
                "seen": self._session.version,
                "item": None if item is None else _shown(item),
                "progress": {
                    "n_statements": at.n_statements,
                    "n_decided": at.n_decided,
                    "far": wording.far(at),
                    "counts": [wording.count(name, n) for name, n in wording.counts(at)],
                },
                "can_undo": self._session.can_undo,
                "doubts": wording.doubts(len(self._doubted)) if self._doubted else None,
                "agreement": self._measured(),
                "curve": self._curve,
                "notices": list(self._notices),
                "beside": self._beside(),
            }

    def decide(self, name: str, labels: Sequence[str] | None, *, seen: int) -> dict[str, Any]:
        """Keep the labels of the statement that is shown, or with None that the coder cannot say.

        Raises
        ------
        Refusal
            When the session has gone on since, or the answer could not be kept.
        """

        def act() -> str:
            if labels is None:
                self._session.cannot_say(name)
            else:
                self._session.decide(name, labels)
            self._doubted = [one for one in self._doubted if one != name]
            return wording.kept(name, wording.answer_said(labels))

        return self._do(act, seen, name)

    def skip(self, name: str, *, seen: int) -> dict[str, Any]:
        """Put the statement off that is shown; raises as `decide`."""

        def act() -> str:
            self._session.skip(name)
            self._doubted = [one for one in self._doubted if one != name]
            return wording.kept(name, wording.PUT_OFF)

        return self._do(act, seen, name)

    def undo(self, *, seen: int) -> dict[str, Any]:
        """Take the last step back; raises as `decide`."""
        return self._do(lambda: wording.taken_back(self._session.undo()), seen)

    def retrain(self) -> dict[str, Any]:
        """Train a model beside."""
        with self._lock:
            try:
                self._session.start_retraining()
            except StancekitError as error:
                self._tell(str(error))
            return self.state()

    def review(self) -> dict[str, Any]:
        """Look for labels that a model doubts, beside; they come after the statement that is shown then."""
        return self._begin(wording.LOOKING, self._look)

    def leave(self) -> dict[str, Any]:
        """Go back from looking at doubtful labels to labelling."""
        with self._lock:
            self._doubted = []
            self._session.review([])
            return {**self.state(), "said": wording.BACK}

    def measure(self) -> dict[str, Any]:
        """Measure the learning curve of the coder's own labels, beside."""
        return self._begin(wording.MEASURING, self._measure_curve)

    def _do(self, act: Callable[[], str], seen: int, name: str | None = None) -> dict[str, Any]:
        """Do what changes the session, and give how it stands then, and what there is to say of it."""
        with self._lock:
            try:
                self._check(seen, name)
                said = act()
            except StancekitError as error:
                raise Refusal("not-kept", str(error)) from None
            except OSError as error:
                raise Refusal("not-written", str(error)) from None
            self._stands = self._session.version
            return {**self.state(), "said": said}

    def _check(self, seen: int, name: str | None) -> None:
        item = self._session.next()  # it may have to keep a model or a choice first, and fail before the answer
        is_shown = name is None or (item is not None and item.id == name)
        if is_shown and self._stands <= seen <= self._session.version:
            return
        detail = (
            "the page had not seen the last answer, which came from another tab, or was this very one; look at what is "
            "shown now, and go on"
        )
        raise Refusal("stale", detail)

    def _next(self) -> Item | None:
        try:
            return self._session.next()
        except (StancekitError, OSError) as error:
            raise Refusal("no-next", str(error)) from None

    def _hear(self) -> None:
        """Keep what the session has to tell, so that every tab sees it."""
        while self._session.notices:
            self._tell(self._session.notices.pop(0))

    def _tell(self, text: str) -> None:
        with self._lock:
            number = self._notices[-1]["number"] + 1 if self._notices else 1
            self._notices = [*self._notices, {"number": number, "text": text}][-_REMEMBERED:]

    def _beside(self) -> str:
        """Say what goes on beside; empty where nothing does."""
        work = [*self._work, *[wording.TRAINING] * self._session.is_retraining]
        return wording.beside(*work) if work else ""

    def _measured(self) -> dict[str, Any] | None:
        """Say how far coders agree; with each answer at most, and told in steps of ten."""
        if self._agreement is None:
            return None
        if self._agreed[0] != self._session.version:
            line = wording.agreement(self._agreement)
            before = [wording.agreed(step) for step in self._agreement.steps[:-1]]
            self._agreed = (self._session.version, {"line": line, "before": before})
        return self._agreed[1]

    def _begin(self, what: str, work: Callable[[], None]) -> dict[str, Any]:
        """Do something long beside, once at a time."""

        def run() -> None:
            try:
                work()
            except StancekitError as error:
                self._tell(str(error))
            except Exception as error:
                self._tell(wording.failed(what, error))
                raise
            finally:
                with self._lock:
                    self._work.remove(what)

        with self._lock:
            if what not in self._work:
                self._work.append(what)
                # No answer waits for it, so the end of the process need not either.
                Thread(target=run, name=what, daemon=True).start()
            return self.state()

    def _look(self) -> None:
        from stancekit.labelling.review import doubtful_labels

        doubts = doubtful_labels(self._session.labellings(), seed=self._session.settings.seed)
        with self._lock:
            decided = self._session.decisions  # some may have been taken back meanwhile
            self._doubted = [doubt.id for doubt in doubts if doubt.id in decided]
            self._session.review(self._doubted, at_once=False)  # somebody may be about to answer what is shown
            self._tell(wording.doubts(len(self._doubted)))

    def _measure_curve(self) -> None:
        from stancekit.labelling.learning import curve_of

        curve = curve_of(self._session.labellings(), seed=self._session.settings.seed)
        with self._lock:
            self._curve = {**curve.to_dict(), "drawn": wording.curve_drawn(curve)}
            self._tell("the learning curve is measured" if curve.points else curve.notes[0])


def _shown(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "text": item.text if item.text.strip() else wording.EMPTY,
        "context": {name: value for name, value in item.context.items() if value.strip()},
        "before": item.before,
        "is_review": item.is_review,
        "again": f"{wording.again(item)} {wording.KEEPS_TICKED}" if item.is_review else None,
    }
