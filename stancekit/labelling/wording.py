"""What a coder is told of a session: the same words on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from stancekit.codebook import Stance
from stancekit.errors import StancekitError, in_words
from stancekit.labelling.agreement import STEP, Agreed, GrowingAgreement
from stancekit.labelling.items import Item, Progress
from stancekit.text.wording import counted

if TYPE_CHECKING:
    from stancekit.training.curve import LearningCurve

NONE = "none of them"
NONE_SAID = "none of the labels"
CANNOT_SAY = "cannot say"
PUT_OFF = "put off"
NOT_KEPT = "NOT KEPT"
EMPTY = "(an empty statement)"
NONE_LEFT = "No statement is left."
WHEN_NONE_LEFT = f"{NONE_LEFT} Undo (u) takes the last answer back; review (v) looks for labels that a model doubts."
KEEPS_TICKED = "Accept keeps what is ticked."
BACK = "back to labelling; review (v) looks for doubts again"
TRAINING = "training a model"
LOOKING = "looking for doubtful labels"
MEASURING = "measuring the learning curve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that a coder can do.

    Attributes
    ----------
    key, name : str
        The key that does it, and what it is called.
    does : str
        What it does.
    """

    key: str
    name: str
    does: str


COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command(key="Enter", name="accept", does="keeps the labels that are ticked"),
        Command(key="0", name="none", does="keeps that the statement takes none of the labels"),
        Command(key="c", name="cannot say", does="keeps that you cannot say"),
        Command(key="s", name="skip", does="puts the statement off"),
        Command(key="u", name="undo", does="takes the last answer back"),
        Command(key="?", name="definitions", does="shows the codebook"),
        Command(key="v", name="review", does="looks for labels that a model doubts, and shows them again"),
        Command(key="r", name="retrain", does="trains a model now, to choose what comes next"),
        Command(key="l", name="learning curve", does="measures how well models of your labels do, with more and more"),
        Command(key="q", name="quit", does="ends; the same command goes on from here"),
    )
}
"""By name. A screen shows those that it has."""


def answer_said(labels: Sequence[str] | None) -> str:
    """Say an answer, None being that the coder cannot say.

    Examples
    --------
    >>> answer_said(["lift", "trade"]), answer_said([]), answer_said(None)
    ('lift, trade', 'none of the labels', 'cannot say')
    """
    return CANNOT_SAY if labels is None else ", ".join(labels) or NONE_SAID


def kept(name: str, said: str) -> str:
    """Say what became of a statement."""
    return f"{name}: {said}"


def taken_back(name: str | None) -> str:
    """Say of which statement an answer was taken back."""
    return "nothing to take back" if name is None else kept(name, "taken back")


def again(item: Item) -> str:
    """Say what the coder said before of a statement that is shown again.

    Examples
    --------
    >>> again(Item(id="7", text="Lift it.", group="7", context={}, before=(), is_review=True))
    'Again: you said none of the labels.'
    """
    return f"Again: you said {answer_said(item.before)}."


def tick_first(*, exclusive: bool) -> str:
    """Say that there is nothing to accept."""
    return "tick a label first" if exclusive else f"tick a label first, or 0 for {NONE}"


def far(progress: Progress) -> str:
    """Say how far the coder is."""
    return f"{progress.n_decided:,} of {counted(progress.n_statements, 'statement')}"


def counts(progress: Progress) -> list[tuple[str, int]]:
    """Give what was said how often: each label, none of them, "cannot say", and what was put off."""
    others = ((NONE, progress.n_none), (CANNOT_SAY, progress.n_cannot_say), (PUT_OFF, progress.n_skipped))
    return [*progress.per_label.items(), *others]


def count(name: str, n: int) -> str:
    """Say how often something was said."""
    return f"{name}: {n:,}"


def agreed(one: Agreed) -> str:
    """Say how far coders agree.

    Examples
    --------
    >>> agreed(Agreed(n=10, agreement=0.9, alpha=0.62))
    '90 %, alpha 0.62 on 10 statements'
    """
    alpha = "–" if isnan(one.alpha) else f"{one.alpha:.2f}"
    return f"{one.agreement * 100:.0f} %, alpha {alpha} on {counted(one.n, 'statement')}"


def agreement(growing: GrowingAgreement) -> str:
    """Measure agreement where there is reason to, and say it, or why there is none."""
    try:
        found = growing.measure()
    except (StancekitError, OSError) as error:
        return f"no agreement: {in_words(error)}"
    if found is None:
        return f"agreement from {STEP} shared statements on ({growing.n_shared} so far)"
    return f"agreement {agreed(found)}"


def doubts(n: int) -> str:
    """Say how many statements come again.

    Examples
    --------
    >>> doubts(0), doubts(1)
    ('no label is doubted', '1 statement to look at again; what is doubted comes next')
    """
    return f"{counted(n, 'statement')} to look at again; what is doubted comes next" if n else "no label is doubted"


def beside(*work: str) -> str:
    """Say what goes on beside the labelling."""
    return f"{', '.join(work)} beside; go on meanwhile"


def failed(work: str, error: Exception) -> str:
    """Say that what went on beside failed, for no reason that we know of."""
    return f"{work} failed: {type(error).__name__}: {error}"


def meaning(stance: Stance) -> list[str]:
    """Give what the codebook says of a label, in lines.

    Examples
    --------
    >>> meaning(Stance(label="lift", definition="Wants it lifted.", exclude=("Hopes.",)))
    ['Wants it lifted.', 'Not: Hopes.']
    """
    return [
        *([stance.definition] if stance.definition else []),
        *(f"Also: {text}" for text in stance.include),
        *(f"Not: {text}" for text in stance.exclude),
        *(f"For example: {text}" for text in stance.examples),
    ]


def curve_drawn(curve: LearningCurve) -> str:
    """Say from what a learning curve was drawn."""
    return (
        f"{curve.n_statements:,} labelled statements in {curve.n_groups:,} groups; {curve.n_draws} draws of a third "
        f"to test; {curve.confidence * 100:.4g} % intervals from {curve.n_bootstrap:,} draws of groups "
        f"(seed {curve.seed})."
    )
