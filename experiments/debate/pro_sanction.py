"""A model of statements in favour of sanctions, which the models in the package know but do not predict.

``python -m experiments.debate.pro_sanction`` trains it on the annotations and prints its out-of-fold figures. It is
made for the contrast with anti-sanction statements, and stays out of the package.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from experiments.data import data_sha256, load_annotated
from experiments.debate.labelling import PRO_SANCTION
from stancekit import save
from stancekit.report.tables import evaluation_markdown
from stancekit.training.train import Training, train

LABEL = "pro-sanction"
COMMAND = "python -m experiments.debate.pro_sanction"


def fit() -> Training:
    """Train on the annotations of the pole."""
    data = load_annotated()
    assert data.statements.poles is not None
    others = [stance.label for stance in data.codebook.stances if not stance.predicted]
    truth = data.statements.poles[:, [others.index(LABEL)]]
    return train(
        replace(data.statements, truth=truth, poles=None),
        data.codebook.predicting([LABEL]),
        slices=["dataset"],
        facts={"data_sha256": data_sha256(), "command": COMMAND},
    )


def main() -> int:
    """Train and keep the model."""
    training = fit()
    PRO_SANCTION.parent.mkdir(parents=True, exist_ok=True)
    save(training.model, PRO_SANCTION, overwrite=True)
    print(evaluation_markdown(training.evaluation))
    return 0


if __name__ == "__main__":
    sys.exit(main())
