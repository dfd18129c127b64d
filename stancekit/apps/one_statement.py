"""What the commands print of one statement, for people."""

from __future__ import annotations

from stancekit.calibration import Calibration
from stancekit.model import StanceModel
from stancekit.records import Explanation, Prediction, Span


def prediction_lines(prediction: Prediction, model: StanceModel) -> str:
    """Give each label with its score, the answer, and what decides it."""
    width = max(map(len, prediction.scores))
    return "\n".join(
        f"{label:<{width}}  {score:.2f}  {_verdict(prediction, label):<3}  {_scale(prediction, model, column)}".rstrip()
        for column, (label, score) in enumerate(prediction.scores.items())
    )


def _verdict(prediction: Prediction, label: str) -> str:
    return "yes" if label in prediction.labels else "?" if label in prediction.abstained else "no"


def _scale(prediction: Prediction, model: StanceModel, column: int) -> str:
    """Say from which score on the answer is yes, and below which it is no."""
    calibration = model.calibration
    if calibration.exclusive:
        return _exclusive_scale(prediction, column, calibration)
    return f"(no below {calibration.low[column]:.2f}, yes from {calibration.high[column]:.2f})"


def _exclusive_scale(prediction: Prediction, column: int, calibration: Calibration) -> str:
    """Say that the label wins, and below which score it is ruled out, where that has a part in the answer.

    The model asserts the label whose score is highest, for its level where it has one, if it alone is not ruled out;
    with a `low` of 1 it never abstains, and rules nothing out.
    """
    label, low = list(prediction.scores)[column], float(calibration.low[column])
    verdict, score = _verdict(prediction, label), prediction.scores[label]
    left = score >= low
    said = ["the highest score wins"] if label in prediction.labels else []
    if calibration.has_levels:
        times = f"{score / calibration.level[column]:.2g} times its level of {two_digits(calibration.level[column])}"
        said = [f"wins with {times}" if said else times]
    if low < 1 and (verdict == "?" or left is (verdict != "no")):
        said.append(f"ruled out below {two_digits(low)}")
    return f"({'; '.join(said)})" if said else ""


def two_digits(score: float) -> str:
    """Write a score from 0 to 1 to two places, and a small one to one digit.

    Examples
    --------
    >>> two_digits(0.5), two_digits(0.0042), two_digits(0.0)
    ('0.50', '0.004', '0.00')
    """
    return f"{score:.1g}" if 0 < score < 0.0095 else f"{score:.2f}"


def explanation_lines(explanation: Explanation, n: int, model: StanceModel) -> str:
    """Give the `n` words that weigh most on each label, behind its score and what decides it."""
    lines = []
    for column, (label, score) in enumerate(explanation.prediction.scores.items()):
        verdict, scale = _verdict(explanation.prediction, label), _scale(explanation.prediction, model, column)
        lines.append(
            f"{label}  score {score:.2f} {verdict}, margin {explanation.margins[label]:+.2f}  {scale}".rstrip()
        )
        top = explanation.top(label, n)
        lines += [f"  {span.weight:+.2f}  {span.text}" for span in top]
        whole = sum(span.weight for span in _whole(explanation, label) if span not in top)
        rest = explanation.margins[label] - explanation.bias[label] - whole - sum(span.weight for span in top)
        lines.append(f"  {rest:+.2f}  the rest of the statement")
        if whole:
            lines.append(f"  {whole:+.2f}  what its words do together")
        lines.append(f"  {explanation.bias[label]:+.2f}  bias")
    return "\n".join(lines)


def _whole(explanation: Explanation, label: str) -> list[Span]:
    """Give what is of the whole statement, where a model does not come apart into words."""
    return [span for span in explanation.spans if span.label == label and span.text == explanation.prediction.text]


def unfamiliar_line(prediction: Prediction, model: StanceModel) -> str:
    """Say that a statement looks unlike what the model was trained on, and in what."""
    assert model.familiarity is not None  # who else would have found it unfamiliar
    count = model.familiarity.count(prediction.text)
    what = f"{count.n_new} of {count.n_words} words are new to it" if count.n_new else "little of it is in words"
    return f"unlike what the model was trained on ({what}): take the scores with care"
