"""What behaviour tests give back, frozen and ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stancekit.measure.behaviour_cases import Kind
from stancekit.measure.results import Estimate, as_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One label on which a check failed.

    Attributes
    ----------
    label : str
        The label.
    expected : str
        "asserted", "not asserted", "unchanged", "up" or "down".
    score : float
        Of the statement that was checked.
    base_score : float or None
        Of the statement it was compared with; None for "mft".
    """

    label: str
    expected: str
    score: float
    base_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A check that failed.

    Attributes
    ----------
    capability, kind, group : str
        As in the case.
    text : str
        The statement that was checked.
    base : str or None
        The statement it was compared with; None for "mft".
    misses : tuple of Miss
        One or more, in label order.
    """

    capability: str
    kind: Kind
    group: str
    text: str
    base: str | None = None
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far the score of one label moves where nothing should move.

    Attributes
    ----------
    mean, largest : float
        Of the absolute difference of the changed statement's score and the first one's.
    crossed : Estimate
        Share of changed statements whose decision for the label differs.
    """

    mean: float
    largest: float
    crossed: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityResult:
    """The checks of one capability.

    Attributes
    ----------
    capability : str
        What was tested.
    kind : "mft", "inv" or "dir"
        How.
    n_checks, n_groups, n_failures : int
        A statement of kind "mft" is one check; so is each changed statement of the other kinds.
    rate : Estimate
        Share of checks that failed.
    shifts : mapping of str to Shift
        By label; empty but for "inv".
    by_name : mapping of str to mapping of str to float
        For cases with names: by name and label, the mean over cases of the score with this name less the mean
        score over all names of the case.
    """

    capability: str
    kind: Kind
    n_checks: int
    n_groups: int
    n_failures: int
    rate: Estimate
    shifts: Mapping[str, Shift] = field(hash=False)
    by_name: Mapping[str, Mapping[str, float]] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One model's behaviour.

    Attributes
    ----------
    labels : tuple of str
        In the model's order.
    capabilities : tuple of CapabilityResult
        In the order in which the cases come.
    failures : tuple of Failure
        All of them, in the same order.
    confidence : float
        Of the intervals.
    """

    labels: tuple[str, ...]
    capabilities: tuple[CapabilityResult, ...]
    failures: tuple[Failure, ...]
    confidence: float

    def examples(self, result: CapabilityResult, n: int) -> tuple[Failure, ...]:
        """Give up to `n` failures of a capability, one a group before a second one of any."""
        own = [f for f in self.failures if (f.capability, f.kind) == (result.capability, result.kind)]
        firsts = list({failure.group: failure for failure in reversed(own)}.values())[::-1]
        return tuple([*firsts, *(failure for failure in own if failure not in firsts)][:n])

    def to_dict(self, n_failures: int = 0) -> dict[str, Any]:
        """Give lists, mappings, strings and numbers, ready for JSON, with `n_failures` examples a capability."""
        capabilities = [
            as_record(result) | {"failures": [as_record(failure) for failure in self.examples(result, n_failures)]}
            for result in self.capabilities
        ]
        return {"labels": list(self.labels), "capabilities": capabilities, "confidence": self.confidence}
