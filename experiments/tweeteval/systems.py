"""The systems without fine-tuning, one classifier a target, everything chosen on train and val."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from experiments.frozen_encoders import encoder_folder
from experiments.tweeteval.data import LABELS, Numbers, Part, Target
from experiments.tweeteval.scoring import pooled_f_avg
from stancekit import Codebook, StanceClassifier
from stancekit.calibration import smoothed_winners, softmax, softmax_loss
from stancekit.errors import unknown_option
from stancekit.features.embedding import EmbeddingFeatures
from stancekit.features.ngrams import NgramFeatures
from stancekit.training.fitting import TrainingSet, out_of_fold_margins
from stancekit.training.heads import HeadSettings
from stancekit.training.splits import grouped_folds

Floats = NDArray[np.float64]
Config = Mapping[str, Any]
Values = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a system says of the test tweets, and how it was chosen.

    Attributes
    ----------
    predictions : dict of str to ndarray of int of shape (n_test,)
        Places in `LABELS`, by target.
    probabilities : dict of str to ndarray of float of shape (n_test, 3)
        By target; empty where a system gives none.
    chosen : dict
        The parameters that were searched.
    tried : list of dict
        Each combination, and its pooled F-avg on what it was chosen on.
    """

    predictions: dict[str, Numbers]
    probabilities: dict[str, Floats] = field(default_factory=dict)
    chosen: Values = field(default_factory=dict)
    tried: list[Values] = field(default_factory=list)


def run_system(config: Config, targets: Sequence[Target], seed: int) -> Outcome:
    """Choose, train on what may be seen, and label the test tweets once.

    Raises
    ------
    InvalidInputError
        When the configuration names another kind.
    """
    kinds = {"majority": majority, "svm": svm, "classifier": classifier}
    if config["kind"] not in kinds:
        raise unknown_option("kind", config["kind"], kinds)
    return kinds[config["kind"]](config, targets, seed)


def majority(_config: Config, targets: Sequence[Target], _seed: int) -> Outcome:
    """Say the most frequent label of the target."""
    modes = {target.name: Counter(target.seen.labels.tolist()).most_common(1)[0][0] for target in targets}
    return Outcome(predictions={t.name: np.full(len(t.test.labels), modes[t.name]) for t in targets})


def svm(config: Config, targets: Sequence[Target], seed: int) -> Outcome:
    """Train TweetEval's baseline on train, with one C for all targets that is the best on val."""
    tried = []
    for C in config["C"]:
        said = [_svm(C, seed).fit(t.train.texts, t.train.labels).predict(t.val.texts) for t in targets]
        tried.append({"C": C, "f_avg": round(pooled_f_avg([t.val.labels for t in targets], said), 2)})
    best = max(tried, key=lambda values: values["f_avg"])["C"]
    final = {t.name: _svm(best, seed).fit(t.train.texts, t.train.labels).predict(t.test.texts) for t in targets}
    return Outcome(predictions=final, chosen={"C": best}, tried=tried)


def classifier(config: Config, targets: Sequence[Target], seed: int) -> Outcome:
    """Train this library's classifier, its parameters chosen out of fold on train and val."""
    encoder = config.get("encoder")
    tried: list[Values] = []

    def quality(values: Values) -> float:
        deals = [out_of_fold(values, encoder, targets, seed + deal) for deal in range(config["deals"])]
        tried.append({**values, "f_avg": round(float(np.mean(deals)), 2)})
        return tried[-1]["f_avg"]

    chosen = search(config["start"], config["rounds"], quality)
    fitted = {target.name: fit(chosen, encoder, target.seen, seed) for target in targets}
    scores = {target.name: levelled_probabilities(fitted[target.name], target) for target in targets}
    return Outcome(
        predictions={name: values.argmax(axis=1) for name, values in scores.items()},
        probabilities=scores,
        chosen=chosen,
        tried=tried,
    )


def levelled_probabilities(model: StanceClassifier, target: Target) -> Floats:
    """Give probabilities of the test tweets, of shape (n_test, 3), labels weighed as in training.

    Their highest is what the model asserts. They are those of temperature scaling (Guo et al. 2017, section 4), which
    leaves the weights that `balance` gave the labels in.
    """
    calibration = model.model_.calibration
    margins = np.log(calibration.levelled(model.oof_scores_))
    slope = fit_temperature(margins, target.seen.labels)
    return softmax(slope * np.log(calibration.levelled(model.predict_proba(target.test.texts))))


def fit_temperature(margins: Floats, winners: Numbers) -> float:
    """Find the slope of the softmax that makes the labels of unseen tweets likeliest, a little short of certain."""
    target = smoothed_winners(winners, margins.shape[1])

    def loss(log_slope: float) -> float:
        return softmax_loss(margins, target, np.exp(log_slope), np.zeros(margins.shape[1]))[0]

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x))


def search(
    start: Mapping[str, float],
    rounds: Sequence[Mapping[str, Sequence[float]]],
    quality: Callable[[Values], float],
) -> Values:
    """Search grid after grid, each around the best values so far; of equals the first stays.

    Parameters
    ----------
    start : mapping of str to float
        The first value of each parameter.
    rounds : sequence of mappings of str to sequence of float
        Grids.
    quality : callable
        Takes a dict of values and gives a float, the higher the better. Asked once for each combination.

    Examples
    --------
    >>> search({"a": 0, "b": 0}, [{"a": [1, 2]}, {"b": [3, 4]}], lambda values: values["a"] - values["b"])
    {'a': 2, 'b': 0}
    """
    best = dict(start)
    known = {tuple(best.items()): quality(best)}
    for grid in rounds:
        centre = best
        for point in product(*grid.values()):
            values = centre | dict(zip(grid, point, strict=True))
            key = tuple(values.items())
            if key not in known:
                known[key] = quality(values)
            if known[key] > known[tuple(best.items())]:
                best = values
    return best


class FrozenFeatures(EmbeddingFeatures):
    """The same embeddings, without reading the encoder's file again for its hash in each fold."""

    def fit_counts(self, counts: object) -> Self:
        """Learn nothing."""
        return self


def out_of_fold(values: Values, encoder: str | None, targets: Sequence[Target], seed: int) -> float:
    """Give pooled F-avg of train and val by heads that did not see the tweet."""
    said = [oof_margins(values, encoder, target.seen, seed).argmax(axis=1) for target in targets]
    return pooled_f_avg([target.seen.labels for target in targets], said)


def oof_margins(values: Values, encoder: str | None, tweets: Part, seed: int) -> Floats:
    """Give margins of shape (n_tweets, 3) on the folds that StanceClassifier deals, and with its heads.

    The same as fitting one and taking its `oof_scores_`, which only calibration tells from these margins.
    """
    extractors = features(values, encoder, FrozenFeatures)
    truth = np.eye(len(LABELS))[tweets.labels]
    model = StanceClassifier()
    data = TrainingSet(
        counts=[extractor.counts(tweets.texts) for extractor in extractors],
        truth=truth,
        weights=np.array(tweet_weights(tweets.labels, values["balance"])),
    )
    settings = HeadSettings(C=values["C"], class_weight=None, max_iter=model.max_iter, exclusive=True)
    folds = grouped_folds(list(range(len(truth))), truth, n_folds=model.n_folds, seed=seed)
    return out_of_fold_margins(extractors, data, settings, folds, None)


def fit(values: Values, encoder: str | None, tweets: Part, seed: int) -> StanceClassifier:
    """Train this library's classifier on tweets of one target."""
    names = [LABELS[label] for label in tweets.labels]
    model = StanceClassifier(
        Codebook.from_labels(LABELS, exclusive=True),
        features=features(values, encoder, EmbeddingFeatures),
        C=values["C"],
        class_weight=dict(zip(names, tweet_weights(tweets.labels, values["balance"]), strict=True)),
        random_state=seed,
    )
    return model.fit(tweets.texts, names)


def features(values: Values, encoder: str | None, kind: type[EmbeddingFeatures]) -> list[Any]:
    """Make the n-gram features, and those of an encoder where one is named."""
    of_ngrams: dict[str, Any] = {name: values[name] for name in ("word_weight", "min_df") if name in values}
    found: list[Any] = [NgramFeatures(**of_ngrams)]
    return found if encoder is None else [*found, kind(encoder_folder(encoder), weight=values["weight"])]


def tweet_weights(labels: Numbers, balance: float) -> list[float]:
    """Give each tweet the inverse frequency of its label to the power of `balance`, with mean 1.

    Examples
    --------
    >>> [round(weight, 2) for weight in tweet_weights(np.array([0, 0, 0, 1]), balance=1)]
    [0.67, 0.67, 0.67, 2.0]
    """
    weights = np.bincount(labels)[labels] ** -float(balance)
    return list((weights / weights.mean()).tolist())


def _svm(C: float, seed: int) -> Pipeline:
    """Make the baseline: occurrence of word 1-3-grams and character 2-5-grams."""
    words = CountVectorizer(binary=True, ngram_range=(1, 3))
    chars = CountVectorizer(binary=True, ngram_range=(2, 5), analyzer="char")
    return make_pipeline(make_union(words, chars), LinearSVC(C=C, max_iter=20_000, random_state=seed))
