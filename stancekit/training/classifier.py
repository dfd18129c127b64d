"""The estimator that makes a `StanceModel`."""

from __future__ import annotations

import platform
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
import sklearn

from stancekit.codebook import Codebook
from stancekit.errors import InvalidInputError
from stancekit.model import StanceModel
from stancekit.training.adaptation import adapt
from stancekit.training.assembly import fit_heads_on, make_task, whole_model
from stancekit.training.distillation import PseudoLabels
from stancekit.training.estimator import Annotations, StanceEstimator, check_shared, read_annotations
from stancekit.training.extractors import check_features, kind_of, make_extractors
from stancekit.training.fitting import Extractor
from stancekit.training.heads import HeadSettings, check_strength, read_class_weight
from stancekit.training.prior import check_prior, read_prior


class StanceClassifier(StanceEstimator):
    """Learn to label statements from annotated ones.

    `fit` trains linear heads on the features, and a network on word vectors where asked to. It finds each label's
    calibration, threshold and abstention band on statements that these did not see (cross-validation in which no
    group is on both sides), and makes `model_`, which needs no scikit-learn.

    Parameters
    ----------
    codebook : Codebook, optional
        Labels and their order; made from `y` where None.
    features : sequence of "ngrams", "lexicon", "network" or transformers, default=("ngrams",)
        Instances of `NgramFeatures`, `LexiconFeatures`, `EmbeddingFeatures`, `NetworkFeatures`, at most one of each.
        "lexicon" takes the cues of `codebook`; "network" puts a small network on word vectors beside the heads.
    C : float, default=0.5
        Inverse strength of the L2 penalty on the linear heads, positive.
    class_weight : "balanced", dict or None, default="balanced"
        As in scikit-learn's LogisticRegression; of the linear heads. A dict gives the weights of the answers 1 and 0,
        or of labels where they exclude one another: there it also decides which label wins, and so which errors are
        worse, as `sample_weight` does; with neither, or a network alone, the highest score wins. Scores are
        probabilities whatever it is.
    n_folds : int, default=5
        Folds of the cross-validation behind calibration and thresholds.
    abstention : float, default=0.1
        Share of wrong answers allowed on either side before a label is abstained from; 0 for never.
    prior_strength : float, optional
        With a `prior`: how heavily the heads are drawn towards its weights, beside 1 for towards zero. At 0 the
        prior gives its features alone, at infinity the model is the prior's but for labels that are new to it.
        Where None it is 1, or what cross-validation finds better by more than chance.
    max_iter : int, default=1000
        Most iterations of the heads' solver.
    random_state : int, default=0
        Seed of the folds, and of the network where "network" is given by name.
    n_jobs : int, optional
        Folds fitted in parallel, as in joblib.

    Attributes
    ----------
    model_ : StanceModel
        The trained model; `stancekit.save` writes it.
    codebook_ : Codebook
        The labels.
    classes_ : ndarray of str of shape (n_labels,)
        The labels, in codebook order. scikit-learn's scorers of probabilities expect that of the alphabet.
    oof_scores_ : ndarray of shape (n_statements, n_labels)
        Calibrated scores of the training statements by heads that did not see their group; NaN where a
        statement was in no fold, see `PseudoLabels.folds`, or a `prior` was trained on it.

    Examples
    --------
    >>> texts = ["Lift it.", "Keep it.", "Lift it now.", "Keep it now."] * 5
    >>> y = ["against", "for", "against", "for"] * 5
    >>> classifier = StanceClassifier(n_folds=2).fit(texts, y)
    >>> classifier.predict(["Lift it today."]).tolist()
    ['against']
    """

    def __init__(  # noqa: PLR0913 - scikit-learn keeps every parameter of an estimator here
        self,
        codebook: Codebook | None = None,
        *,
        features: Sequence[str | Extractor] = ("ngrams",),
        C: float = 0.5,
        class_weight: Any = "balanced",  # noqa: ANN401 - scikit-learn's own type
        n_folds: int = 5,
        abstention: float = 0.1,
        prior_strength: float | None = None,
        max_iter: int = 1000,
        random_state: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.codebook = codebook
        self.features = features
        self.C = C
        self.class_weight = class_weight
        self.n_folds = n_folds
        self.abstention = abstention
        self.prior_strength = prior_strength
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self,
        X: Iterable[str],
        y: object,
        groups: Sequence[Hashable] | None = None,
        sample_weight: Sequence[float] | None = None,
        *,
        pseudo: PseudoLabels | None = None,
        prior: StanceModel | None = None,
        prior_labels: Mapping[str, str | None] | None = None,
    ) -> Self:
        """Train on annotated statements.

        Parameters
        ----------
        X : iterable of str, of length n_statements
            Statements.
        y : array-like
            Numbers of shape (n_statements, n_labels) with NaN or None where nobody annotated; or one label
            a statement; or one collection of labels or codes a statement.
        groups : sequence of hashable, of length n_statements, optional
            Speech or document of each statement; each statement is its own group where None.
        sample_weight : sequence of float, of length n_statements, optional
            Weight of each statement in training; one of weight 0 counts as not annotated.
        pseudo : PseudoLabels, optional
            Statements that a teacher labelled, to learn from beside the annotated ones; see `pseudo_labels`.
        prior : StanceModel, optional
            A model to begin from, so that few labels help: heads are drawn towards its weights, calibration and
            thresholds towards its own. It decides the features, and the codebook where the classifier has none.
        prior_labels : mapping of str to str or None, optional
            The prior's name for labels that the codebook names otherwise; None for one that is to be learned anew.

        Raises
        ------
        InvalidInputError
            On rows that are no text, labels outside the codebook, lengths that differ, or a label with too
            few positive or negative groups to cross-validate. On a prior that is no model of linear heads, has
            other features or none of the labels.
        """
        self._check_parameters()
        if prior is not None:
            if pseudo is not None:
                raise InvalidInputError("prior and pseudo do not go together; take the one or the other")
            book = check_prior(prior).codebook if self.codebook is None else self.codebook
            return self._fit_from(prior, prior_labels, read_annotations(X, y, book, groups, sample_weight))
        if prior_labels is not None:
            raise InvalidInputError("prior_labels name labels of a prior, and there is none; pass prior too")
        if self.prior_strength is not None:
            raise InvalidInputError("prior_strength is how heavily a prior counts, and there is none; pass prior too")
        given = read_annotations(X, y, self.codebook, groups, sample_weight)
        task = make_task(given, pseudo, n_folds=self.n_folds, seed=self.random_state)
        extractors, settings = self._extractors(given.codebook), self._settings(given.codebook)
        part = fit_heads_on(extractors, task, settings, self.n_jobs)
        model, scores = whole_model(
            part,
            task,
            abstention=self.abstention,
            provenance=self._provenance(given),
            is_weighed=given.weights is not None
            or (settings.class_weight is not None and set(extractors) != {"network"}),
        )
        return self._learned(model, scores)

    def _fit_from(self, model: StanceModel, prior_labels: Mapping[str, str | None] | None, given: Annotations) -> Self:
        """Begin from a model."""
        codebook = given.codebook
        features = (
            None if list(self.features) == ["ngrams"] else self._extractors(codebook)
        )  # the default asks for nothing
        prior = read_prior(model, codebook, prior_labels, features)
        found = adapt(
            given,
            prior,
            self._settings(codebook),
            strength=self.prior_strength,
            n_folds=self.n_folds,
            abstention=self.abstention,
            n_jobs=self.n_jobs,
            seed=self.random_state,
        )
        provenance = {**self._provenance(given), "features": list(prior.features), **found.model.provenance}
        return self._learned(replace(found.model, provenance=provenance), found.oof_scores)

    def _check_parameters(self) -> None:
        check_shared(self.codebook, self.abstention, self.random_state)
        check_strength(self.C)
        if not isinstance(self.max_iter, Integral) or self.max_iter < 1:
            raise InvalidInputError(f"max_iter must be a whole number of at least 1, got {self.max_iter!r}")
        strength = self.prior_strength
        if strength is not None and not (isinstance(strength, Real) and strength >= 0):
            raise InvalidInputError(f"prior_strength must be a number from 0 to infinity or None, got {strength!r}")
        if self.n_jobs is not None and (not isinstance(self.n_jobs, Integral) or self.n_jobs == 0):
            raise InvalidInputError(f"n_jobs must be a whole number other than 0, or None, got {self.n_jobs!r}")
        check_features(self.features)

    def _extractors(self, codebook: Codebook) -> dict[str, Extractor]:
        return make_extractors(self.features, codebook, int(self.random_state))

    def _settings(self, codebook: Codebook) -> HeadSettings:
        return HeadSettings(
            C=self.C,
            class_weight=read_class_weight(self.class_weight, codebook.labels, exclusive=codebook.exclusive),
            max_iter=self.max_iter,
            exclusive=codebook.exclusive,
        )

    def _provenance(self, given: Annotations) -> dict[str, Any]:
        return {
            **given.facts,
            "features": [kind_of(feature) for feature in self.features],
            "parameters": self._parameters("codebook", "features", "prior_strength", "n_jobs"),
            "versions": {
                "stancekit": version("stancekit"),
                "python": platform.python_version(),
                "numpy": np.__version__,
                "scikit-learn": sklearn.__version__,
            },
        }
