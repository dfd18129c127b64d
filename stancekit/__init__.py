"""Label political statements by stance, offline, with calibrated scores and the words that weighed.

>>> import stancekit
>>> stancekit.predict("The embargo is illegal and must be lifted at once.").labels
('anti-sanction',)
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stancekit.analysis import Analysis, AnalyzedStatement
    from stancekit.codebook import Codebook, Context, Stance, Target
    from stancekit.errors import (
        CodebookError,
        HubError,
        InvalidInputError,
        MissingExtraError,
        ModelFormatError,
        StancekitError,
    )
    from stancekit.features.embedding import EmbeddingFeatures
    from stancekit.features.lexicon import LexiconFeatures
    from stancekit.features.network import NetworkFeatures
    from stancekit.features.ngrams import NgramFeatures
    from stancekit.features.word_vectors import WordVectors
    from stancekit.files.predicting import predict_file
    from stancekit.files.predicting_batches import Labeller
    from stancekit.files.predicting_frames import predict_dataset, predict_frame
    from stancekit.labelled import LabelledStatements, read_labelled
    from stancekit.labelling.exchange import read_labels, write_labellings
    from stancekit.labelling.labellings import Labellings, read_labellings
    from stancekit.labelling.pool import StatementPool, read_pool
    from stancekit.labelling.review import Doubt, doubtful_labels
    from stancekit.labelling.session import LabellingSession
    from stancekit.measure.agreement import agreement
    from stancekit.measure.agreement_results import Agreement
    from stancekit.measure.behaviour import check_behaviour
    from stancekit.measure.behaviour_cases import BehaviourCase, read_behaviour
    from stancekit.measure.coded import crossed
    from stancekit.measure.codings import read_codings
    from stancekit.measure.comparison import ModelOutput, compare
    from stancekit.measure.cooccurrence import cooccurrence
    from stancekit.measure.drawing import SampleDrawn, draw_sample
    from stancekit.measure.evaluation import evaluate
    from stancekit.measure.models import compare_models, evaluate_model
    from stancekit.measure.planning import plan, plan_from_rates
    from stancekit.measure.prevalence import prevalence
    from stancekit.measure.prevalence_results import Plan, Prevalence
    from stancekit.measure.reliability import conformal_coverage, reliability
    from stancekit.measure.risk import risk_coverage
    from stancekit.measure.sheets import write_sample
    from stancekit.model import StanceModel
    from stancekit.records import Explanation, Judged, Prediction, Quote, Span, Statement
    from stancekit.report.article_files import write_page
    from stancekit.report.listing import analysis_markdown
    from stancekit.storage.loading import load
    from stancekit.storage.pushing import push_to_hub
    from stancekit.storage.saving import save
    from stancekit.tables import read_table, write_table
    from stancekit.text.article import split_statements
    from stancekit.text.attribution.quotations import find_quotes
    from stancekit.training.classifier import StanceClassifier
    from stancekit.training.curve import LearningCurve, learning_curve
    from stancekit.training.distillation import PseudoLabels, pseudo_labels
    from stancekit.training.encoder import EncoderClassifier
    from stancekit.training.suggest import Suggestion, suggest
    from stancekit.training.train import train

__all__ = [
    "Agreement",
    "Analysis",
    "AnalyzedStatement",
    "BehaviourCase",
    "Codebook",
    "CodebookError",
    "Context",
    "Doubt",
    "EmbeddingFeatures",
    "EncoderClassifier",
    "Explanation",
    "HubError",
    "InvalidInputError",
    "Judged",
    "LabelledStatements",
    "Labeller",
    "LabellingSession",
    "Labellings",
    "LearningCurve",
    "LexiconFeatures",
    "MissingExtraError",
    "ModelFormatError",
    "ModelOutput",
    "NetworkFeatures",
    "NgramFeatures",
    "Plan",
    "Prediction",
    "Prevalence",
    "PseudoLabels",
    "Quote",
    "SampleDrawn",
    "Span",
    "Stance",
    "StanceClassifier",
    "StanceModel",
    "StancekitError",
    "Statement",
    "StatementPool",
    "Suggestion",
    "Target",
    "WordVectors",
    "agreement",
    "analysis_markdown",
    "analyze",
    "check_behaviour",
    "compare",
    "compare_models",
    "conformal_coverage",
    "cooccurrence",
    "crossed",
    "doubtful_labels",
    "draw_sample",
    "evaluate",
    "evaluate_model",
    "find_quotes",
    "learning_curve",
    "load",
    "plan",
    "plan_from_rates",
    "predict",
    "predict_dataset",
    "predict_file",
    "predict_frame",
    "prevalence",
    "pseudo_labels",
    "push_to_hub",
    "read_behaviour",
    "read_codings",
    "read_labelled",
    "read_labellings",
    "read_labels",
    "read_pool",
    "read_table",
    "reliability",
    "risk_coverage",
    "save",
    "split_statements",
    "suggest",
    "train",
    "write_labellings",
    "write_page",
    "write_sample",
    "write_table",
]

# Where the public names live: imported when first asked for, so that `import stancekit` stays light.
_HOMES = {
    "analysis": ("Analysis", "AnalyzedStatement"),
    "codebook": (
        "Codebook",
        "Context",
        "Stance",
        "Target",
    ),
    "errors": (
        "CodebookError",
        "HubError",
        "InvalidInputError",
        "MissingExtraError",
        "ModelFormatError",
        "StancekitError",
    ),
    "features.embedding": ("EmbeddingFeatures",),
    "features.lexicon": ("LexiconFeatures",),
    "features.network": ("NetworkFeatures",),
    "features.ngrams": ("NgramFeatures",),
    "features.word_vectors": ("WordVectors",),
    "labelled": (
        "LabelledStatements",
        "read_labelled",
    ),
    "labelling.exchange": ("read_labels", "write_labellings"),
    "labelling.labellings": ("Labellings", "read_labellings"),
    "labelling.pool": ("StatementPool", "read_pool"),
    "labelling.review": ("Doubt", "doubtful_labels"),
    "labelling.session": ("LabellingSession",),
    "measure.agreement": ("agreement",),
    "measure.agreement_results": ("Agreement",),
    "measure.behaviour": ("check_behaviour",),
    "measure.behaviour_cases": (
        "BehaviourCase",
        "read_behaviour",
    ),
    "measure.comparison": ("ModelOutput", "compare"),
    "measure.coded": ("crossed",),
    "measure.codings": ("read_codings",),
    "measure.cooccurrence": ("cooccurrence",),
    "measure.drawing": ("SampleDrawn", "draw_sample"),
    "measure.evaluation": ("evaluate",),
    "measure.planning": ("plan", "plan_from_rates"),
    "measure.prevalence": ("prevalence",),
    "measure.prevalence_results": ("Plan", "Prevalence"),
    "measure.reliability": ("conformal_coverage", "reliability"),
    "measure.risk": ("risk_coverage",),
    "measure.sheets": ("write_sample",),
    "model": ("StanceModel",),
    "records": (
        "Explanation",
        "Judged",
        "Prediction",
        "Quote",
        "Span",
        "Statement",
    ),
    "report.listing": ("analysis_markdown",),
    "report.article_files": ("write_page",),
    "storage.loading": ("load",),
    "storage.pushing": ("push_to_hub",),
    "storage.saving": ("save",),
    "tables": (
        "read_table",
        "write_table",
    ),
    "text.article": ("split_statements",),
    "text.attribution.quotations": ("find_quotes",),
    "training.classifier": ("StanceClassifier",),
    "training.curve": ("LearningCurve", "learning_curve"),
    "training.distillation": ("PseudoLabels", "pseudo_labels"),
    "training.encoder": ("EncoderClassifier",),
    "training.suggest": ("Suggestion", "suggest"),
    "files.predicting": ("predict_file",),
    "files.predicting_batches": ("Labeller",),
    "files.predicting_frames": ("predict_dataset", "predict_frame"),
    "measure.models": (
        "compare_models",
        "evaluate_model",
    ),
    "training.train": ("train",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def _check_built(folder: str) -> None:
    """Raise in the source folder, which hides an installed package from a Python that was started there.

    Raises
    ------
    ImportError
        When a folder holds the source of compiled modules, and nothing that was compiled.
    """
    try:
        names = os.listdir(os.path.join(folder, "text"))
    except OSError:  # of an archive
        return
    if "_vocabulary.pyx" in names and not any(name.endswith(_BUILT) for name in names):
        raise ImportError(
            f"stancekit is not built in {folder}, its source folder, which hides an installed one; start Python in "
            "another folder, or build it here: pip install -e ."
        )


_BUILT = (".so", ".pyd")
_check_built(os.path.dirname(__file__))


@overload
def predict(texts: str) -> Prediction: ...  # type: ignore[overload-overlap]  # a str is an iterable of str
@overload
def predict(texts: Iterable[str]) -> list[Prediction]: ...
def predict(texts: str | Iterable[str]) -> Prediction | list[Prediction]:
    """Label one statement or many with the model in the package; see `StanceModel.predict`.

    Parameters
    ----------
    texts : str or iterable of str, of length n_statements
        One statement, or a list, generator, array or column of them.

    Returns
    -------
    Prediction or list of Prediction, of length n_statements
        One for a str; a list for anything else.

    Raises
    ------
    InvalidInputError
        On a row that is no text.

    Examples
    --------
    >>> predict("We will build every turbine with our own hands.").labels
    ('self-reliance',)
    """
    return _default_model().predict(texts)


def analyze(text: str, model: StanceModel | None = None, *, speaker: str | None = None, document: str = "") -> Analysis:
    """Take an article apart: its statements, who says them, their stances, and the words that weighed.

    Parameters
    ----------
    text : str
        An article, a speech or a transcript.
    model : StanceModel, optional
        What labels the statements; the model in the package where None.
    speaker : str, optional
        Who speaks where the text names nobody, as in an address.
    document : str, default=""
        What to call the article in rows and pages.

    Returns
    -------
    Analysis

    Raises
    ------
    InvalidInputError
        When `text` is no str, is blank, or looks like HTML, XML, JSON or binary data.

    Examples
    --------
    >>> found = analyze("“Lift the embargo now,” Foreign Minister Ann Smith said. The talks went on.")
    >>> [(one.statement.speaker, one.prediction.labels) for one in found.statements]
    [('Ann Smith', ('anti-sanction',)), (None, ())]
    """
    from stancekit.analysis import analyze as take_apart

    return take_apart(text, model or _default_model(), speaker=speaker, document=document)


@cache
def _default_model() -> StanceModel:
    from stancekit.storage.loading import load

    return load()


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name == "__version__":  # reading it takes longer than importing the rest
        from importlib.metadata import version

        return version("stancekit")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'stancekit' has no attribute {name!r}")
    value = getattr(import_module(f"stancekit.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
