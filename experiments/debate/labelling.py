"""Split and label speeches of the debate; a module of its own, so that worker processes can import it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.debate.pro_sanction import PLACE as PRO_SANCTION
from stancekit import StanceModel, load
from stancekit.text.splitting import split_spans

LABELS = ("anti-sanction", "pro-cooperation", "self-reliance", "pro-sanction")
# By which words a statement is drawn for annotation, never how it is labelled. The first that fits counts.
FAMILIES = {
    "sanctions": r"sanction|embargo|blockade|boycott|coercive|frozen assets|assets? freez|maximum pressure",
    "self-reliance": r"self-relian|self-suffic|\bown (?:resources|efforts?|strength|means|forces|hands)\b|indigenous|"
    r"home-?grown|import substitution|endogenous|self-help|\brel(?:y|ying|iance) on\b|dependen(?:ce|cy) on",
    "cooperation": r"co-?operat|partner|solidarity|jointly|joint |together|collective|integration|multilateral|assist",
    "other": "",
}
APARTHEID = re.compile(r"south africa|rhodesia|apartheid|pretoria", re.IGNORECASE)
_FAMILIES = [re.compile(pattern, re.IGNORECASE) for pattern in FAMILIES.values()]


def label_speeches(texts: list[str], with_pro_sanction: bool) -> dict[str, NDArray[Any]]:
    """Split and label some speeches; ``speech`` counts from 0."""
    spans = [split_spans(text) for text in texts]
    statements = [text[start:end] for text, found in zip(texts, spans, strict=True) for start, end in found]
    judged = [model.judge(statements) for model in _models(with_pro_sanction)]
    scores = np.hstack([one.scores for one in judged]).astype(np.float32)
    asserted = np.hstack([one.asserted for one in judged])
    missing = ((0, 0), (0, len(LABELS) - scores.shape[1]))
    offsets = np.array([span for found in spans for span in found], dtype=np.int32).reshape(-1, 2)
    return {
        "speech": np.repeat(np.arange(len(texts), dtype=np.int32), [len(found) for found in spans]),
        "start": offsets[:, 0],
        "end": offsets[:, 1],
        "family": np.array([_family(statement) for statement in statements], dtype=np.int8),
        "apartheid": np.array([APARTHEID.search(statement) is not None for statement in statements], dtype=bool),
        "scores": np.pad(scores, missing),
        "asserted": np.pad(asserted, missing),
    }


@cache
def _models(with_pro_sanction: bool) -> list[StanceModel]:
    return [load(), load(PRO_SANCTION)] if with_pro_sanction else [load()]


def _family(statement: str) -> int:
    return next(place for place, pattern in enumerate(_FAMILIES) if pattern.search(statement))
