"""Split and label speeches of the debate; a module of its own, so that worker processes can import it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.corpora import ROOT, corpora_folder
from stancekit import Judged, StanceModel, load
from stancekit.tables import read_table
from stancekit.text.splitting import split_spans

PRO_SANCTION = ROOT / "build" / "debate" / "pro-sanction"  # the model that `experiments.debate.pro_sanction` makes
N_PROCESSES = 2
BATCH = 50  # speeches
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


Speech = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSpeeches:
    """Speeches, split and judged by the model in the package.

    Attributes
    ----------
    spans : list of list of (int, int)
        For each speech, the offsets of its statements.
    statements : list of str, of length n_statements
        Those of all speeches, in order.
    judged : Judged, of length n_statements
        What the model says of them.
    """

    spans: list[list[tuple[int, int]]]
    statements: list[str]
    judged: Judged


def batches() -> Iterator[list[Speech]]:
    """Read the speeches, some at a time, each with its name."""
    rows = read_table(corpora_folder() / "ungdc.parquet")
    speeches = ((str(row["id"]), str(row["text"])) for row in rows)
    while batch := list(islice(speeches, BATCH)):
        yield batch


def judge_speeches(texts: list[str]) -> JudgedSpeeches:
    """Split speeches and judge their statements."""
    spans = [split_spans(text) for text in texts]
    statements = [text[start:end] for text, found in zip(texts, spans, strict=True) for start, end in found]
    return JudgedSpeeches(spans=spans, statements=statements, judged=_model("linear").judge(statements))


def label_speeches(texts: list[str]) -> dict[str, NDArray[Any]]:
    """Give the columns of the frame for some speeches; ``speech`` counts from 0."""
    found = judge_speeches(texts)
    judged = [found.judged, _model(str(PRO_SANCTION)).judge(found.statements)]
    offsets = np.array([span for spans in found.spans for span in spans], dtype=np.int32).reshape(-1, 2)
    return {
        "speech": np.repeat(np.arange(len(texts), dtype=np.int32), [len(spans) for spans in found.spans]),
        "start": offsets[:, 0],
        "end": offsets[:, 1],
        "family": np.array([_family(one) for one in found.statements], dtype=np.int8),
        "apartheid": np.array([APARTHEID.search(one) is not None for one in found.statements], dtype=bool),
        "scores": np.hstack([one.scores for one in judged]).astype(np.float32),
        "asserted": np.hstack([one.asserted for one in judged]),
    }


@cache
def _model(name: str) -> StanceModel:
    return load(name)


def _family(statement: str) -> int:
    return next(place for place, pattern in enumerate(_FAMILIES) if pattern.search(statement))
