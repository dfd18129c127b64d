"""How a configuration becomes out-of-sample scores: cross-validation, leaving out, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_union

from experiments import distilled
from experiments.data import Annotated
from experiments.frozen_encoders import minilm_folder
from experiments.outcome import Outcome, Rows
from experiments.rules import apply_rules
from experiments.splitting import EVALUATED, folds, training_rows
from stancekit import EmbeddingFeatures, LexiconFeatures, NgramFeatures, StanceClassifier
from stancekit.errors import unknown_option

Config = Mapping[str, Any]


def run_config(config: Config, data: Annotated, *, seed: int = 0, n_jobs: int = 1) -> Outcome:
    """Run one configuration of ``configs.yaml``."""
    kinds: dict[str, Callable[..., Outcome]] = {
        "cross_validation": cross_validation,
        "leave_one_out": leave_one_out,
        "rules": rules,
        "tfidf": tfidf,
        "encoder": distilled.encoder,
        "distilled": distilled.distilled,
        "mixed": distilled.mixed,
    }
    if config["kind"] not in kinds:
        raise unknown_option("kind", config["kind"], kinds)
    return kinds[config["kind"]](config, data, seed=seed, n_jobs=n_jobs)


def cross_validation(config: Config, data: Annotated, *, seed: int, n_jobs: int) -> Outcome:
    """Test each evaluated row by a model that saw no row of its fold and none of its document."""
    return _test_parts(folds(data, seed), config, data, seed, n_jobs)


def tfidf(config: Config, data: Annotated, *, seed: int, n_jobs: int) -> Outcome:
    """Test plain TF-IDF with balanced logistic regression at the threshold of 0.5 on the same folds."""
    parts = folds(data, seed)
    texts = np.array(data.statements.texts, dtype=object)

    def held_out(part: Rows) -> NDArray[np.float64]:
        train = training_rows(part, config, data, seed)
        # Stated in full, as the reference is: scikit-learn's defaults but for n-grams and class weights.
        features = make_union(
            TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
        )
        heads = OneVsRestClassifier(LogisticRegression(class_weight="balanced", max_iter=1000))
        heads.fit(features.fit_transform(texts[train]), data.statements.truth[train].astype(int))
        return np.asarray(heads.predict_proba(features.transform(texts[part])))

    scores = np.vstack(Parallel(n_jobs=n_jobs)(delayed(held_out)(part) for part in parts))
    none = np.zeros(scores.shape, dtype=bool)
    return Outcome(rows=np.concatenate(parts), scores=scores, decisions=scores >= 0.5, abstained=none)


def leave_one_out(config: Config, data: Annotated, *, seed: int, n_jobs: int) -> Outcome:
    """Test the rows of each value of a column by a model that saw no row with that value."""
    rows = data.rows(*config["test"])
    values = data.column(config["column"])
    parts = [rows[values[rows] == value] for value in sorted(set(values[rows]))]
    return _test_parts(parts, config, data, seed, n_jobs)


def rules(config: Config, data: Annotated, **_: object) -> Outcome:
    """Test keyword rules on the evaluated rows."""
    rows = data.rows(*EVALUATED)
    scores = apply_rules([data.statements.texts[row] for row in rows], data.codebook, config["rule"])
    return Outcome(rows=rows, scores=scores, decisions=scores > 0, abstained=np.zeros(scores.shape, dtype=bool))


def make_classifier(config: Config, data: Annotated) -> StanceClassifier:
    """Make the classifier of a configuration; what it does not name keeps its default."""
    features = [_make_feature(feature, data) for feature in config.get("features", [{"name": "ngrams"}])]
    parameters = {name: config[name] for name in ("C", "class_weight", "abstention") if name in config}
    return StanceClassifier(data.codebook, features=features, **parameters)


def _test_parts(parts: Sequence[Rows], config: Config, data: Annotated, seed: int, n_jobs: int) -> Outcome:
    fits = Parallel(n_jobs=n_jobs)(delayed(_test_part)(part, config, data, seed) for part in parts)
    scores, decisions, abstained = (np.vstack(arrays) for arrays in zip(*fits, strict=True))
    return Outcome(rows=np.concatenate(parts), scores=scores, decisions=decisions, abstained=abstained)


def _test_part(part: Rows, config: Config, data: Annotated, seed: int) -> tuple[NDArray[Any], ...]:
    train = training_rows(part, config, data, seed)
    statements = data.statements.take(train)
    classifier = make_classifier(config, data).fit(statements.texts, statements.truth, groups=statements.groups)
    scores = classifier.predict_proba([data.statements.texts[row] for row in part])
    calibration = classifier.model_.calibration
    return scores, calibration.decide(scores), calibration.abstain(scores)


def _make_feature(feature: Config, data: Annotated) -> NgramFeatures | LexiconFeatures | EmbeddingFeatures:
    parameters = {name: value for name, value in feature.items() if name != "name"}
    match feature["name"]:
        case "ngrams":
            return NgramFeatures(**parameters)
        case "lexicon":
            return LexiconFeatures(data.codebook, **parameters)
        case "embedding":
            return EmbeddingFeatures(minilm_folder(), **parameters)
        case other:
            raise unknown_option("features", other, ["ngrams", "lexicon", "embedding"])
