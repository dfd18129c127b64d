"""The estimator that fine-tunes an encoder, alone or beside other features (extra `finetune`)."""

from __future__ import annotations

import platform
from collections.abc import Callable, Hashable, Iterable, Sequence
from importlib.metadata import version
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.text.checks import check_statements
from stancekit.training.assembly import Task, fit_heads_on, make_task, whole_model
from stancekit.training.distillation import PseudoLabels, taught_by
from stancekit.training.estimator import Annotations, StanceEstimator, check_lengths, check_shared, read_annotations
from stancekit.training.examples import Lesson, make_epochs
from stancekit.training.export import export_encoder
from stancekit.training.extractors import check_features, kind_of, make_extractors
from stancekit.training.finetuning import (
    TuningSettings,
    check_installed,
    fine_tune,
    network_margins,
    tokenize,
)
from stancekit.training.fitting import Extractor
from stancekit.training.heads import HeadSettings, check_strength
from stancekit.training.stacking import Part, stack

Floats = NDArray[np.float64]


class EncoderClassifier(StanceEstimator):
    """Fine-tune a small sentence encoder on annotated statements.

    `fit` trains the encoder once for each fold, for calibration and thresholds on statements that it did not
    see, and once on everything; `model_` runs that one in eight bits, with onnxruntime alone. Features beside it get
    heads of their own, on the same folds, and the log-odds of both are added with the weights that `stacking_weights`
    finds on statements that neither saw.

    Parameters
    ----------
    codebook : Codebook, optional
        Labels and their order; made from `y` where None. Labels may not exclude one another.
    features : sequence of "ngrams", "lexicon", "network" or transformers, default=()
        What stands beside the encoder, as in `StanceClassifier`.
    C : float, default=0.5
        Inverse strength of the L2 penalty on the linear heads beside the encoder, positive.
    base : str, default="minilm"
        The encoder to start from: all-MiniLM-L6-v2, or a local folder with a BERT model in transformers' format.
    n_epochs : int, default=3
        Times that each statement is learned from.
    learning_rate : float, default=1.5e-4
        Highest step size of AdamW.
    batch_size : int, default=24
        Statements in one step.
    positive_weight : float, default=1.5
        How much more a statement with the label counts than one without it.
    max_tokens : int, default=192
        Tokens of a statement that are learned from, and of a window in prediction.
    n_frozen : int, default=2
        Lowest layers that stay as they are, beside the word embeddings; at most as many as `base` has.
    country_swaps : float, default=0.5
        Share of the statements in which other countries' names are put in each epoch, so that the stance is
        learned and not who is named; see `swap_countries`.
    n_folds : int, default=5
        Folds of the cross-validation behind calibration and thresholds.
    abstention : float, default=0.1
        Share of wrong answers allowed on either side before a label is abstained from; 0 for never.
    random_state : int, default=0
        Seed of the folds, dropout, the order of the statements and the countries in them.

    Attributes
    ----------
    model_ : StanceModel
        The trained model; `stancekit.save` writes it.
    oof_scores_ : ndarray of shape (n_statements, n_labels)
        Calibrated scores of the training statements by encoders that did not see their group; NaN where a
        statement was in no fold, see `PseudoLabels.folds`.

    Examples
    --------
    >>> EncoderClassifier(n_epochs=2)
    EncoderClassifier(n_epochs=2)
    """

    def __init__(  # noqa: PLR0913 - scikit-learn keeps every parameter of an estimator here
        self,
        codebook: Codebook | None = None,
        *,
        features: Sequence[str | Extractor] = (),
        C: float = 0.5,
        base: str = "minilm",
        n_epochs: int = 3,
        learning_rate: float = 1.5e-4,
        batch_size: int = 24,
        positive_weight: float = 1.5,
        max_tokens: int = 192,
        n_frozen: int = 2,
        country_swaps: float = 0.5,
        n_folds: int = 5,
        abstention: float = 0.1,
        random_state: int = 0,
    ) -> None:
        self.codebook = codebook
        self.features = features
        self.C = C
        self.base = base
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.positive_weight = positive_weight
        self.max_tokens = max_tokens
        self.n_frozen = n_frozen
        self.country_swaps = country_swaps
        self.n_folds = n_folds
        self.abstention = abstention
        self.random_state = random_state

    def fit(
        self,
        X: Iterable[str],
        y: object,
        groups: Sequence[Hashable] | None = None,
        sample_weight: Sequence[float] | None = None,
        *,
        poles: Floats | None = None,
        pseudo: PseudoLabels | None = None,
    ) -> Self:
        """Train on annotated statements.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.
        y : array-like
            As in `StanceClassifier.fit`.
        groups : sequence of hashable, of length n_statements, optional
            Speech or document of each statement; each statement is its own group where None.
        sample_weight : sequence of float, of length n_statements, optional
            Weight of each statement in training; one of weight 0 counts as not annotated.
        poles : ndarray of shape (n_statements, n_poles), optional
            1, 0 or NaN for further stances that the encoder learns to tell and the model does not predict,
            such as the opposite poles.
        pseudo : PseudoLabels, optional
            Statements that a teacher labelled, to learn from beside the annotated ones; see `pseudo_labels`. Each
            is learned from once, whatever `n_epochs` is.

        Raises
        ------
        InvalidInputError
            On input that `StanceClassifier.fit` refuses, and on a codebook whose labels exclude one another.
        MissingExtraError
            When torch, transformers or onnx is not installed.
        """
        settings = self._settings()
        given = read_annotations(X, y, self.codebook, groups, sample_weight)
        codebook, extractors = given.codebook, self._extractors(given.codebook)
        if codebook.exclusive:
            raise InvalidInputError("the encoder learns labels that may stand together; use StanceClassifier")
        outputs = np.hstack([given.truth, _read_poles(poles, len(given.texts))])
        task = make_task(given, pseudo, n_folds=self.n_folds, seed=self.random_state)
        check_installed()
        # What is beside the encoder comes first: it takes little time, and bad features show at once.
        heads = HeadSettings(C=self.C)
        parts = [fit_heads_on(extractors, task, heads)] if extractors else []
        parts.append(_fit_encoder(task, outputs, settings))
        whole = stack(parts, codebook.labels, task.tested)
        model, scores = whole_model(whole, task, abstention=self.abstention, provenance=self._provenance(given))
        return self._learned(model, scores)

    def _extractors(self, codebook: Codebook) -> dict[str, Extractor]:
        features = list(self.features)
        return make_extractors(features, codebook, int(self.random_state)) if features else {}

    def _settings(self) -> TuningSettings:
        check_shared(self.codebook, self.abstention, self.random_state)
        check_features(self.features)
        check_strength(self.C)
        if not isinstance(self.country_swaps, Real) or not 0 <= float(self.country_swaps) <= 1:
            raise InvalidInputError(f"country_swaps must lie in [0, 1], got {self.country_swaps!r}")
        whole = {"n_epochs": 1, "batch_size": 1, "max_tokens": 4, "n_frozen": 0}
        for name, least in whole.items():
            value = getattr(self, name)
            if not isinstance(value, Integral) or not least <= int(value) < 2**32:
                raise InvalidInputError(f"{name} must be a whole number of at least {least}, got {value!r}")
        for name in ("learning_rate", "positive_weight"):
            value = getattr(self, name)
            if not isinstance(value, Real) or not 0 < float(value) < np.inf:
                raise InvalidInputError(f"{name} must be a positive number, got {value!r}")
        return TuningSettings(
            base=str(self.base),
            n_epochs=int(self.n_epochs),
            learning_rate=float(self.learning_rate),
            batch_size=int(self.batch_size),
            positive_weight=float(self.positive_weight),
            max_tokens=int(self.max_tokens),
            n_frozen=int(self.n_frozen),
            country_swaps=float(self.country_swaps),
            random_state=int(self.random_state),
        )

    def _provenance(self, given: Annotations) -> dict[str, Any]:
        return {
            **given.facts,
            "features": [*map(kind_of, self.features), "encoder"],
            "parameters": self._parameters("codebook", "features"),
            "versions": {
                "python": platform.python_version(),
                **{name: version(name) for name in ("stancekit", "numpy", "torch", "transformers", "onnxruntime")},
            },
        }


def _fit_encoder(task: Task, outputs: Floats, settings: TuningSettings) -> Part:
    """Fine-tune an encoder on every fold's others and on everything; `outputs` are the labels, then the poles."""
    given, labels = task.given, task.given.codebook.labels
    weights = np.ones(len(given.texts)) if given.weights is None else given.weights
    gold = Lesson(texts=given.texts, targets=outputs, weights=weights)
    soft = _soft_lessons(task.pseudo, given.codebook, outputs.shape[1])
    margins = out_of_fold(gold, soft, task.folds, settings)[:, : len(labels)]
    network = fine_tune(make_epochs(gold, soft(None), settings), settings)
    scorer = export_encoder(network, settings, len(labels), examples=given.texts)
    return Part(scorers={"encoder": scorer}, bias=np.zeros(len(labels)), margins=margins)


def _read_poles(poles: object, n_statements: int) -> Floats:
    """Read 1, 0 or NaN of shape (n_statements, n_poles); no pole at all where None."""
    if poles is None:
        return np.zeros((n_statements, 0))
    try:
        read = np.asarray(poles, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"poles must be numbers of shape (n_statements, n_poles): {error}") from error
    if read.ndim != 2:
        raise InvalidInputError(f"poles must have shape (n_statements, n_poles), got shape {read.shape}")
    wrong = np.argwhere(~np.isnan(read) & (read != 0) & (read != 1))
    if len(wrong):
        row, column = wrong[0]
        raise InvalidInputError(f"poles must be 0, 1 or NaN, got {read[row, column]} in row {row}, column {column}")
    check_lengths(n_statements, poles=read)
    return read


def out_of_fold(
    gold: Lesson, soft: Callable[[int | None], Lesson | None], folds: NDArray[np.intp], settings: TuningSettings
) -> Floats:
    """Give each statement's log-odds by an encoder that saw no statement of its fold, one column an output."""
    margins = np.full(gold.targets.shape, np.nan)
    for fold in tqdm(range(folds.max() + 1), desc="folds", unit=" folds", disable=None):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        network = fine_tune(make_epochs(gold.take(train), soft(fold), settings), settings)
        margins[test] = network_margins(network, tokenize(gold.take(test).texts, settings))
    return margins


def _soft_lessons(
    pseudo: PseudoLabels | None, codebook: Codebook, n_outputs: int
) -> Callable[[int | None], Lesson | None]:
    """Give what a teacher labelled as a lesson for each fold, and for None that of the last fit."""
    if pseudo is None:
        return lambda fold: None
    taught = taught_by(pseudo, codebook)
    texts, weights = check_statements(taught.texts), np.full(len(taught.texts), float(taught.weight))

    def lesson(fold: int | None) -> Lesson:
        targets = np.full((len(texts), n_outputs), np.nan)  # of the poles the teacher says nothing
        targets[:, : len(codebook.labels)] = taught.targets(fold)
        return Lesson(texts=texts, targets=targets, weights=weights)

    return lesson
