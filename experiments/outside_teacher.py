"""A teacher that has seen no tested document: ``python -m experiments.outside_teacher``.

The teachers of `experiments.teacher` are one a fold, each on a frozen MPNet. This one is an encoder like that of the
package, taught by the annotated statements of documents of which none is tested, those annotated later among them. So
what it says may be learned from in every fold, and it can read far more statements, of speeches as they are, where
stances are rare. ``build/outside/`` keeps the network; what it says is ``data/outside_labels.npz``.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, replace

import numpy as np
from joblib import Parallel, delayed

from experiments.corpora import ROOT
from experiments.data import LATER, Annotated, codebook, further_contrast_sets, load_annotated, together
from experiments.encoder import settings, used_tokens
from experiments.outcome import Rows
from experiments.outside_labels import PATH, STEPS, annotations_sha256, labelled_statements, texts_sha256
from experiments.splitting import EVALUATED
from stancekit.calibration import sigmoid
from stancekit.features.encoder import EncoderScorer
from stancekit.labelled import LabelledStatements
from stancekit.text.identity import fingerprint
from stancekit.training.examples import Lesson, make_epochs
from stancekit.training.export import export_encoder
from stancekit.training.finetuning import TuningSettings, fine_tune, make_network

CACHE = ROOT / "build" / "outside"
N_EPOCHS = 3
_VERSION = 1  # raised where the code changes what is learned
_BATCH = 500  # statements that one process labels at a time


def outside_rows(data: Annotated) -> Rows:
    """Give the annotated rows of documents of which nothing is tested, without those that repeat a tested statement."""
    statements, tested = data.statements, data.rows(*EVALUATED)
    groups = np.array(statements.groups)
    texts = {fingerprint(statements.texts[row]) for row in tested}
    repeated = np.array([fingerprint(text) in texts for text in statements.texts])
    return np.flatnonzero(~np.isin(groups, groups[tested]) & ~repeated)


def teach() -> None:
    """Fine-tune the network, unless it is kept."""
    from safetensors.torch import save_file

    path = CACHE / f"{_key()}.safetensors"
    if path.is_file():
        return
    read = together([_annotated(), further_contrast_sets()])
    assert read.poles is not None
    outputs = np.hstack([read.truth, read.poles])
    lesson = Lesson(texts=read.texts, targets=outputs, weights=np.ones(len(outputs)))
    network = fine_tune(make_epochs(lesson, None, _settings()), _settings())
    CACHE.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, path)


def label() -> None:
    """Label the statements, in eight bits as an encoder is shipped, and keep the scores."""
    texts = [one.text for one in labelled_statements()]
    scorer = _scorer()
    parts = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    scores = sigmoid(np.vstack(Parallel(n_jobs=2)(delayed(scorer.margins)(part) for part in parts)))
    np.savez_compressed(
        PATH,
        annotations_sha256=np.array(annotations_sha256()),
        texts_sha256=np.array(texts_sha256()),
        scores=np.rint(STEPS * scores).astype(np.uint8),
    )


def _annotated() -> LabelledStatements:
    data = load_annotated(*LATER)
    return data.statements.take(outside_rows(data))


def _settings() -> TuningSettings:
    # What it says is learned from as it is, so that positives weigh no more than others.
    return replace(settings(), n_epochs=N_EPOCHS, positive_weight=1.0)


def _key() -> str:
    parts = [annotations_sha256(), EVALUATED, asdict(_settings()), _VERSION]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _scorer() -> EncoderScorer:
    from safetensors.torch import load_file

    weights = load_file(CACHE / f"{_key()}.safetensors")
    network = make_network(_settings().base, len(weights["head.bias"]), _settings().n_frozen)
    network.load_state_dict(weights)
    n_labels = len(codebook().labels)
    return export_encoder(network.eval(), _settings(), n_labels, keep=used_tokens(), examples=_annotated().texts)


if __name__ == "__main__":
    teach()
    label()
    print(PATH, file=sys.stderr)
