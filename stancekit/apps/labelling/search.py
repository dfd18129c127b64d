"""Looking for doubtful labels beside the screen."""

from __future__ import annotations

from threading import Thread

from stancekit.errors import StancekitError
from stancekit.labelling.labellings import Labellings
from stancekit.labelling.wording import LOOKING, failed


class Search(Thread):
    """Look for labels that a model doubts; it dies with the process.

    Parameters
    ----------
    labellings : Labellings
        What was decided.
    seed : int
        As for `doubtful_labels`.

    Attributes
    ----------
    found : list of str
        Statements with doubtful labels, the most doubtful first.
    error : str or None
        Why there are none to be had.
    """

    def __init__(self, labellings: Labellings, seed: int) -> None:
        super().__init__(daemon=True, name="stancekit review")
        self._labellings, self._seed = labellings, seed
        self.found: list[str] = []
        self.error: str | None = None
        self.start()

    def run(self) -> None:
        """Look."""
        from stancekit.labelling.review import doubtful_labels

        try:
            self.found = [doubt.id for doubt in doubtful_labels(self._labellings, seed=self._seed)]
        except StancekitError as error:
            self.error = str(error)
        except Exception as error:
            self.error = failed(LOOKING, error)
