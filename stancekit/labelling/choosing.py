"""Which statement comes next: of the random sample, or suggested by a model."""

from __future__ import annotations

from collections.abc import Iterable

from stancekit.errors import InvalidInputError, unknown_option
from stancekit.labelling.history import FIRST, History, LabellingSettings
from stancekit.labelling.pool import StatementPool, keyed_number
from stancekit.model import StanceModel

SHARES = {
    "mixed": {"uncertain": 0.6, "rare": 0.4},
    "uncertain": {"uncertain": 1.0},
    "rare": {"rare": 1.0},
    "random": {"random": 1.0},
}
BATCH = 20
CANDIDATES = 20_000
SLOW_CANDIDATES = 400
"""Of a model that reads whole statements; it scores some hundreds a second."""
PUT_OFF = 20
"""Steps after which a statement of the random sample that was skipped comes back."""


def check_settings(settings: LabellingSettings) -> None:
    """Refuse settings that cannot be.

    Raises
    ------
    InvalidInputError
        On a share outside [0, 1], an unknown strategy, or a seed that is no whole number of 0 or more.
    """
    if not isinstance(settings.audit, int | float) or not 0 <= settings.audit <= 1:
        raise InvalidInputError(f"the audit share must lie in [0, 1], got {settings.audit!r}")
    if settings.strategy not in SHARES:
        raise unknown_option("strategy", settings.strategy, SHARES)
    if not isinstance(settings.seed, int) or not 0 <= settings.seed < 2**32:
        raise InvalidInputError(f"the seed must be a whole number from 0 to below 2**32, got {settings.seed!r}")


def is_audit_turn(settings: LabellingSettings, turn: int) -> bool:
    """Tell whether a turn belongs to the random sample; which do looks like chance, so coders cannot tell.

    Examples
    --------
    >>> sum(is_audit_turn(LabellingSettings(audit=0.2), turn) for turn in range(1000))
    196
    """
    return keyed_number(settings.seed, "turn", str(turn)) < settings.audit * 2.0**64


def next_audited(order: Iterable[str], history: History) -> str | None:
    """Give the first statement of the random order that is open; one that was put off a while ago comes first."""
    for name in order:
        if name in history.decisions:
            continue
        if name not in history.skipped or history.n_steps - history.skipped[name] >= PUT_OFF:
            return name
    return None


def choose_batch(
    pool: StatementPool, history: History, settings: LabellingSettings, model: StanceModel | None
) -> list[tuple[str, str]]:
    """Choose statements to show next, with the strategy that chose each.

    The candidates are all that were not chosen before, whether or not the random sample has reached them, so that the
    choice has nothing to do with it; those that say the same as one that was chosen come last. Of a large pool a part
    is looked at, each time the next one.
    """
    taken = history.chosen | history.skipped.keys()
    free = pool.without_copies(
        (name for name in pool.order(settings.seed, "candidates") if name not in taken), of=history.chosen
    )
    if model is None:
        return [(name, FIRST) for name in free[:BATCH]]
    from stancekit.training.suggest import suggest

    most = SLOW_CANDIDATES if "encoder" in model.scorers else CANDIDATES
    start = history.n_batches * most % max(len(free), 1) if len(free) > most else 0
    candidates = [*free[start : start + most], *free[: max(0, start + most - len(free))]][:most]
    chosen = suggest(
        [pool.text(name) for name in candidates],
        min(BATCH, len(candidates)),
        model=model,
        shares=SHARES[settings.strategy],
        random_state=keyed_number(settings.seed, "suggest", str(history.n_batches)) >> 32,
    )
    return [(candidates[one.row], one.strategy) for one in chosen]
