"""Make the encoder that lies in the package: ``python -m experiments.encoder_model``, after `experiments.encoder`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from experiments.corpora import ROOT
from experiments.data import data_sha256, further_contrast_sets, further_sha256, load_annotated, together
from experiments.encoder import SOFT_WEIGHT, Floats, read_margins, read_network, settings, used_tokens
from experiments.soft_labels import soft_labels_of
from experiments.splitting import named_splits
from stancekit import evaluate, load, save
from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel
from stancekit.report.tables import evaluation_markdown
from stancekit.training.encoder import EncoderClassifier
from stancekit.training.estimator import training_hashes
from stancekit.training.export import export_encoder
from stancekit.training.familiarity import learn_familiarity
from stancekit.training.fitting import calibrate
from stancekit.training.stacking import Part, stack

PLACE = ROOT / "stancekit" / "models" / "encoder"
COMMAND = (  # by name: encoders of held-out sources need MPNet, and this model needs none of them
    "python -m experiments.encoder fold-0 fold-1 fold-2 fold-3 fold-4 all && python -m experiments.encoder_model"
)
_NOTE = (
    "Each statement was scored by an encoder and n-grams that saw no statement of its document. Weights, "
    "calibration and thresholds were chosen on these scores, which makes the figures slightly better than those on new "
    "statements."
)


def make(path: Path) -> Path:
    """Put the encoder that saw every statement under the calibration of those that did not."""
    data = load_annotated()
    learned = together([data.statements, further_contrast_sets()])
    held = [(split.test, read_margins(name)) for name, split in named_splits(data) if name.startswith("fold-")]
    rows = np.concatenate([test for test, _ in held])
    tested = data.statements.take(rows)
    options, n_labels = settings(), len(data.codebook.labels)
    network, soft = read_network("all"), soft_labels_of("all")
    scorer = export_encoder(network, options, n_labels, keep=used_tokens(), examples=learned.texts)
    encoder = Part(
        scorers={"encoder": scorer}, bias=np.zeros(n_labels), margins=np.vstack([said.shipped for _, said in held])
    )
    heads = _heads_beside(np.vstack([said.ngrams for _, said in held]))
    whole = stack([heads, encoder], data.codebook.labels, tested.truth)
    calibration = calibrate(whole.margins, tested.truth, exclusive=False, abstention=EncoderClassifier().abstention)
    scores = calibration.scores(whole.margins)
    evaluation = evaluate(
        tested.truth,
        scores,
        calibration.decide(scores),
        labels=data.codebook.labels,
        groups=tested.groups,
        slices={"dataset": tested.columns["dataset"]},
        abstained=calibration.abstain(scores),
    )
    model = StanceModel(
        codebook=data.codebook,
        scorers=whole.scorers,
        bias=whole.bias,
        calibration=calibration,
        training_hashes=training_hashes([*learned.texts, *soft.texts]),
        familiarity=learn_familiarity(learned.texts, learned.groups, more=soft.texts),
        provenance={
            "data": "annotated UN speeches, news and diplomatic text, and authored statements (see data/README.md)",
            "data_sha256": data_sha256(),
            "further_sha256": further_sha256(),
            "command": COMMAND,
            "n_statements": len(learned),
            "n_groups": len(set(learned.groups)),
            "n_positive": dict(zip(data.codebook.labels, learned.truth.sum(axis=0).astype(int).tolist(), strict=True)),
            "features": ["ngrams", "encoder"],
            "pseudo_labels": {"n": len(soft.texts), "weight": SOFT_WEIGHT, "held_out": True},
            "parameters": asdict(options),
            **whole.provenance,
            "base": "all-MiniLM-L6-v2 (Apache-2.0)",
            "evaluation": {"markdown": f"{_NOTE}\n\n{evaluation_markdown(evaluation)}"},
        },
    )
    return save(model, path, overwrite=True)


def _heads_beside(margins: Floats) -> Part:
    """Give the n-grams and heads of the model `linear`, which learned from just what the encoder did."""
    linear = load("linear")
    if linear.provenance["data_sha256"] != data_sha256() or list(linear.scorers) != ["ngrams"]:
        raise InvalidInputError(
            "the linear model is of other data or features; run: python -m experiments.default_model"
        )
    return Part(scorers=linear.scorers, bias=linear.bias, margins=margins)


if __name__ == "__main__":
    print(make(PLACE), file=sys.stderr)
