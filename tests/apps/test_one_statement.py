"""What people read of one statement: the words fit what was decided."""

from dataclasses import replace

import numpy as np
import pytest

from stancekit.apps.one_statement import prediction_lines
from stancekit.records import Prediction


@pytest.fixture
def exclusive(models):
    """A model of four labels that exclude one another, with the ends asked for."""

    def model(*low, offset=(0, 0, 0, 0)):
        one = models["exclusive"]
        calibration = replace(one.calibration, low=np.array(low), offset=np.array(offset, dtype=float))
        return replace(one, calibration=calibration)

    return model


def lines(model, *scores):
    """Judge these scores as the model does, and give what is behind the answers."""
    row = np.array([scores])
    unsure = model.calibration.abstain(row)
    asserted = model.calibration.decide(row) & ~unsure
    prediction = Prediction(
        text="",
        labels=model.label_sets(asserted)[0],
        scores=dict(zip(model.labels, scores, strict=True)),
        abstained=model.label_sets(unsure)[0],
    )
    return [line.split(maxsplit=2)[2] for line in prediction_lines(prediction, model).splitlines()]


def test_the_highest_score_is_not_asserted_where_all_are_ruled_out(exclusive):
    assert lines(exclusive(0.7, 0.7, 0.7, 0.7), 0.37, 0.33, 0.2, 0.1) == [
        "?    (ruled out below 0.70)",
        "no   (ruled out below 0.70)",
        "no   (ruled out below 0.70)",
        "no   (ruled out below 0.70)",
    ]


def test_the_only_label_left(exclusive):
    first, *others = lines(exclusive(0.3, 0.3, 0.3, 0.3), 0.6, 0.2, 0.1, 0.1)
    assert first == "yes  (the highest score wins; ruled out below 0.30)"
    assert set(others) == {"no   (ruled out below 0.30)"}


def test_more_than_one_is_left(exclusive):
    assert lines(exclusive(0.3, 0.3, 0.3, 0.3), 0.4, 0.35, 0.15, 0.1)[:3] == [
        "?    (ruled out below 0.30)",
        "?    (ruled out below 0.30)",
        "no   (ruled out below 0.30)",
    ]


def test_a_label_that_is_left_and_loses_is_not_said_to_be_none(exclusive):
    first, second, *_ = lines(exclusive(0.5, 0.2, 0.5, 0.5), 0.4, 0.3, 0.2, 0.1)
    assert (first, second) == ("?    (ruled out below 0.50)", "?    (ruled out below 0.20)")


def test_without_abstention_nothing_is_ruled_out(exclusive):
    assert lines(exclusive(1, 1, 1, 1), 0.37, 0.33, 0.2, 0.1) == ["yes  (the highest score wins)", "no", "no", "no"]


def test_where_labels_have_levels_the_answer_tells_how_far_above_each_lies(exclusive):
    model = exclusive(1, 1, 1, 1, offset=np.log([0.5, 0.3, 0.1, 0.1]))
    assert lines(model, 0.45, 0.33, 0.12, 0.1) == [
        "no   (0.9 times its level of 0.50)",
        "no   (1.1 times its level of 0.30)",
        "yes  (wins with 1.2 times its level of 0.10)",
        "no   (1 times its level of 0.10)",
    ]


def test_levels_and_what_is_ruled_out(exclusive):
    model = exclusive(0.4, 0.4, 0.1, 0.4, offset=np.log([0.5, 0.3, 0.1, 0.1]))
    first, second, third, _ = lines(model, 0.3, 0.2, 0.4, 0.1)
    assert first == "no   (0.6 times its level of 0.50; ruled out below 0.40)"
    assert second == "no   (0.67 times its level of 0.30; ruled out below 0.40)"
    assert third == "yes  (wins with 4 times its level of 0.10; ruled out below 0.10)"
