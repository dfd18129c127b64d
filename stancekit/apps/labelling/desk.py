"""What a coder can do at either screen, and what is said back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from stancekit.apps.labelling.search import Search
from stancekit.apps.labelling.width import shown
from stancekit.codebook import Stance
from stancekit.errors import StancekitError
from stancekit.labelling import wording
from stancekit.labelling.agreement import GrowingAgreement
from stancekit.labelling.answer_keys import answer_keys
from stancekit.labelling.items import Item
from stancekit.labelling.outlook import audit_outlook
from stancekit.labelling.session import LabellingSession

_REMEMBERED = 10


class Desk:
    """One coder's session with the labels that are ticked, and a line of talk.

    Parameters
    ----------
    session : LabellingSession
        The session.
    others : sequence of Path
        State files of other coders, for the agreement.

    Attributes
    ----------
    ticked : list of str
        Labels that `accept` will keep.
    told : list of str
        What was said lately, the newest first.
    """

    def __init__(self, session: LabellingSession, others: Sequence[Path] = ()) -> None:
        self.session, self._others = session, others
        self.ticked: list[str] = []
        self.told: list[str] = []
        self._waiting: list[str] = []
        self._reply: str | None = None
        self._agreement = GrowingAgreement(session, others)
        self._progress = ("", -1)
        self._shown: str | None = None
        self._search: Search | None = None
        if (outlook := audit_outlook(session)) is not None:
            self._tell(outlook.line())

    @property
    def keys(self) -> dict[str, Stance]:
        """The stances by key."""
        return answer_keys(self.session.codebook)

    @property
    def message(self) -> str:
        """The newest of what is to be said, and how much more there is."""
        if not self._waiting:
            return ""
        n = len(self._waiting)
        return f"(1 of {n}, Esc: next) {self._waiting[0]}" if n > 1 else self._waiting[0]

    def say(self, text: str) -> None:
        """Reply to what the coder did; a reply takes the place of the one before, and notices wait behind it."""
        if self._reply in self._waiting:
            self._waiting.remove(self._reply)
        self._reply = text or None
        if text:
            self._tell(text)

    def dismiss(self) -> None:
        """Take what is said for read, so that what was said before it shows."""
        self._waiting = self._waiting[1:]

    def take(self) -> list[str]:
        """Give all that is to be said, the newest first, and take it for read."""
        said, self._waiting = self._waiting, []
        return said

    def _tell(self, text: str) -> None:
        self._waiting.insert(0, text)
        self.told = [text, *self.told][:_REMEMBERED]

    def item(self) -> Item | None:
        """Give the statement to decide on, and take up what the session has to tell."""
        self._take_doubts()
        item = self.session.next()
        for notice in self.session.notices:
            self._tell(shown(notice))
        self.session.notices.clear()
        if item is not None and item.id != self._shown:
            self._shown = item.id
            self.ticked = list(item.before or ()) if item.is_review else []
        return item

    def toggle(self, stance: Stance) -> None:
        """Tick a label, or take the tick away; where labels exclude one another, it moves."""
        if stance.label in self.ticked:
            self.ticked.remove(stance.label)
        elif self.session.codebook.exclusive:
            self.ticked = [stance.label]
        else:
            self.ticked.append(stance.label)
        self.say(shown(f"{stance.label}: {stance.definition}") if stance.definition else "")

    def accept(self) -> None:
        """Keep the labels that are ticked."""
        if self.ticked:
            self.decide(self.ticked)
        else:
            self.say(wording.tick_first(exclusive=self.session.codebook.exclusive))

    def decide(self, labels: Sequence[str]) -> None:
        """Keep labels; none of them where empty."""
        self._do(lambda item: self.session.decide(item.id, labels), wording.answer_said(labels))

    def cannot_say(self) -> None:
        """Keep that the coder cannot say."""
        self._do(lambda item: self.session.cannot_say(item.id), wording.CANNOT_SAY)

    def skip(self) -> None:
        """Put the statement off."""
        self._do(lambda item: self.session.skip(item.id), wording.PUT_OFF)

    def undo(self) -> None:
        """Take the last step back."""
        try:
            name = self.session.undo()
        except (StancekitError, OSError) as error:
            self.say(shown(f"{wording.NOT_KEPT}: {error}"))
            return
        self.say(shown(wording.taken_back(name)))
        self._shown = None

    def retrain(self) -> None:
        """Train a model in the background."""
        try:
            self.session.start_retraining()
        except StancekitError as error:
            self.say(shown(str(error)))
            return
        self.say(wording.beside(wording.TRAINING))

    def review(self) -> None:
        """Look for labels that a model doubts, and show them first."""
        self.start_review()
        if self._search is not None:
            self._search.join()
            self._take_doubts()

    def start_review(self) -> None:
        """Look for labels that a model doubts beside; `item` takes up what is found."""
        if self._search is not None and self._search.is_alive():
            return
        self._search = Search(self.session.labellings(), self.session.settings.seed)
        self.say(f"{wording.beside(wording.LOOKING)}, or Esc gives it up")

    def _take_doubts(self) -> None:
        search = self._search
        if search is None or search.is_alive():
            return
        self._search = None
        if search.error is not None:
            self.say(shown(search.error))
            return
        decided = self.session.decisions  # some may have been taken back meanwhile
        found = [name for name in search.found if name in decided]
        self.session.review(found, at_once=False)  # not before the statement that the coder looks at
        self.say(wording.doubts(len(found)))

    def leave(self) -> None:
        """Give up looking for doubts; else take what is said for read; else go back from reviewing to labelling."""
        if self._search is not None:
            self._search = None
            self.say(f"no longer {wording.LOOKING}")
        elif self._waiting:
            self.dismiss()
        elif self.session.is_reviewing:
            self.session.review([])
            self._shown = None
            self.say(wording.BACK)

    def progress_line(self) -> str:
        """Say how far the coder is."""
        if self._progress[1] != self.session.version:
            self._progress = (self._count(), self.session.version)
        return self._progress[0]

    def _count(self) -> str:
        at = self.session.progress()
        parts = [wording.far(at), *(wording.count(name, n) for name, n in wording.counts(at) if n)]
        parts += [self.agreement_line()] * bool(self._others)
        return " | ".join(map(shown, parts))

    def agreement_line(self) -> str:
        """Say how far the coders agree, anew after every tenth statement that both decided on."""
        return wording.agreement(self._agreement)

    def _do(self, act: Callable[[Item], None], said: str) -> None:
        item = self.item()
        if item is None:
            self.say(wording.NONE_LEFT)
            return
        try:
            act(item)
        except (StancekitError, OSError) as error:
            self.say(shown(f"{wording.NOT_KEPT}: {error}"))
            return
        self.say(shown(wording.kept(item.id, said)))
        self.ticked = []
        self._shown = None
