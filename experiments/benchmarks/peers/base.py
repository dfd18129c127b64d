"""What a peer is. Nothing heavy is imported here: these lines are part of every peer's cold start."""

from __future__ import annotations

from typing import ClassVar, Protocol, Self

Labels = tuple[str, ...]
Truth = list[list[int]]


class Peer(Protocol):
    """One way of labelling statements.

    Attributes
    ----------
    name, description, features : str
        As they stand on the page.
    n_speed, n_latency, n_training, n_memory : int
        Most statements that it is given in one round, sized so that a round takes a second or two.
    imports : tuple of str
        Modules that training needs, imported before the clock starts.
    trains, labels : bool
        Whether it learns from the training statements, and whether it gives labels.
    cold : str
        The program of the cold start, without a line that only this benchmark needs.
    threads : bool
        Whether `predict_threads` uses two threads of one process.
    """

    name: ClassVar[str]
    cold: ClassVar[str] = ""  # a program of its own for the cold start, with {folder!r} and {text!r}
    description: ClassVar[str]
    features: ClassVar[str]
    n_speed: ClassVar[int] = 20_000
    n_latency: ClassVar[int] = 1_000
    n_training: ClassVar[int] = 20_000
    n_memory: ClassVar[int] = 20_000
    imports: ClassVar[tuple[str, ...]] = ()
    trains: ClassVar[bool] = True
    labels: ClassVar[bool] = True
    threads: ClassVar[bool] = False

    @classmethod
    def prepare(cls, texts: list[str]) -> None:
        """Make what training finds ready, and compute what folds may share about these texts."""

    def fit(self, texts: list[str], truth: Truth, labels: list[str], groups: list[str] | None = None) -> None:
        """Learn from statements; truth of shape (n_statements, n_labels)."""

    def save(self, folder: str) -> None:
        """Write the model."""

    @classmethod
    def load(cls, folder: str) -> Self:
        """Read the model."""
        ...

    def predict(self, texts: list[str]) -> list[Labels]:
        """Give the asserted labels of many statements."""
        ...

    def predict_one(self, text: str) -> Labels:
        """Give the asserted labels of one statement, by the shortest way the peer has."""
        return self.predict([text])[0]

    def predict_threads(self, texts: list[str], n_threads: int) -> list[Labels] | None:
        """Label in threads; None where this version cannot."""
        return None

    def decide(self, texts: list[str]) -> list[Labels]:
        """Give the labels that count for macro-F1, abstention set aside."""
        return self.predict(texts)


def named(flags: list[list[bool]], labels: list[str]) -> list[Labels]:
    """Turn flags of shape (n_statements, n_labels) into labels.

    Examples
    --------
    >>> named([[True, False], [True, True]], ["a", "b"])
    [('a',), ('a', 'b')]
    """
    return [tuple(label for label, yes in zip(labels, row, strict=True) if yes) for row in flags]


COLD = "from {module} import {kind}; {kind}.load({folder!r}).predict_one({text!r})"
"""A peer's cold start, unless it says its own."""
