"""How well a model learns from the labels so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stancekit.labelling.labellings import Labellings

if TYPE_CHECKING:
    from stancekit.training.curve import LearningCurve


def curve_of(labellings: Labellings, *, seed: int, **options: Any) -> LearningCurve:  # noqa: ANN401 - of learning_curve
    """Measure the learning curve of labels, by the random sample where that is large enough.

    Parameters
    ----------
    labellings : Labellings
        Of several coders, what they agree on.
    seed : int
        That of the state files.
    **options
        As for `learning_curve`.

    Examples
    --------
    >>> from stancekit import Codebook, StatementPool
    >>> labellings = Labellings(pool=StatementPool.of(["Lift it."]), codebook=Codebook.from_labels(["lift"]),
    ...                         coders={"ann": {"0": ("lift",)}})
    >>> curve_of(labellings, seed=3).points
    ()
    """
    from stancekit.training.curve import learning_curve

    data, sample = labellings.labelled(), set(labellings.audit)
    counted = [name in sample for name in data.columns["id"]]
    return learning_curve(
        data, labellings.codebook, counted=counted, is_whole=labellings.is_whole, seed=seed, **options
    )
