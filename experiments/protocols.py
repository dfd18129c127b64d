"""How a configuration becomes out-of-sample scores: cross-validation, leaving out, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_union

from experiments import linear
from experiments.crossfit import Held, cross_fitted
from experiments.data import Annotated
from experiments.encoder import read_margins
from experiments.outcome import Outcome, Rows, Split
from experiments.rules import apply_rules
from experiments.splitting import EVALUATED, folds, together_splits, training_rows
from stancekit.errors import InvalidInputError, unknown_option

Config = Mapping[str, Any]


def run_config(config: Config, data: Annotated, *, seed: int = 0, n_jobs: int = 1) -> Outcome:
    """Run one configuration of ``configs.yaml``."""
    kinds: dict[str, Callable[..., Outcome]] = {
        "cross_validation": cross_validation,
        "leave_one_out": leave_one_out,
        "rules": rules,
        "tfidf": tfidf,
        "encoder": encoder,
    }
    if config["kind"] not in kinds:
        raise unknown_option("kind", config["kind"], kinds)
    return kinds[config["kind"]](config, data, seed=seed, n_jobs=n_jobs)


def cross_validation(config: Config, data: Annotated, *, seed: int, n_jobs: int) -> Outcome:
    """Test each evaluated row by linear heads that saw no row of its fold and none of its document."""
    return cross_fitted(linear.held_out(_fold_splits(config, data, seed), config, data, n_jobs=n_jobs), data)


def leave_one_out(config: Config, data: Annotated, *, seed: int, n_jobs: int) -> Outcome:
    """Test the rows of each value of a column by linear heads that saw no row with that value."""
    return cross_fitted(linear.held_out(_value_splits(config, data, seed), config, data, n_jobs=n_jobs), data)


def encoder(config: Config, data: Annotated, *, seed: int, **_: object) -> Outcome:
    """Test the fine-tuned encoder, as `experiments.encoder` kept what it said, by folds or by a column's values.

    The n-grams stand beside it where the configuration has ``ngrams``.
    """
    splits = _value_splits(config, data, seed) if "column" in config else _fold_splits(config, data, seed)
    kept = [(split, read_margins(name)) for name, split in splits]
    return cross_fitted(
        [
            Held(rows=split.test, margins=said.shipped, beside=[said.ngrams] if config.get("ngrams") else [])
            for split, said in kept
        ],
        data,
    )


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
    thresholds = np.full(scores.shape, 0.5)
    return Outcome(
        rows=np.concatenate(parts), scores=scores, decisions=scores >= 0.5, abstained=none, thresholds=thresholds
    )


def rules(config: Config, data: Annotated, **_: object) -> Outcome:
    """Test keyword rules on the evaluated rows."""
    rows = data.rows(*EVALUATED)
    scores = apply_rules([data.statements.texts[row] for row in rows], data.codebook, config["rule"])
    none = np.zeros(scores.shape, dtype=bool)
    thresholds = np.full(scores.shape, 0.5)
    return Outcome(rows=rows, scores=scores, decisions=scores > 0, abstained=none, thresholds=thresholds)


def _fold_splits(config: Config, data: Annotated, seed: int) -> list[linear.NamedSplit]:
    _check_kept(config, seed)
    return [
        (f"fold-{number}", Split(train=training_rows(part, config, data, seed), test=part))
        for number, part in enumerate(folds(data, seed))
    ]


def _check_kept(config: Config, seed: int) -> None:
    """See that what was kept of teachers and encoders is of these folds: seed 0, trained on all that may be."""
    asks = config["kind"] == "encoder" or config.get("n_pseudo")
    if asks and (seed != 0 or {"train", "add", "fraction"} & set(config)):
        raise InvalidInputError(
            f"teachers and encoders are kept for the folds of seed 0 and all training data; got seed {seed} and "
            f"{dict(config)}"
        )


def _value_splits(config: Config, data: Annotated, seed: int) -> list[linear.NamedSplit]:
    _check_kept(config, seed)
    if config.get("together"):
        return list(together_splits(data))
    column = config["column"]
    rows, values = data.rows(*config["test"]), data.column(column)
    parts = {value: rows[values[rows] == value] for value in sorted(set(values[rows].tolist()))}
    return [
        (f"{column}-{value}", Split(train=training_rows(part, config, data, seed), test=part))
        for value, part in parts.items()
    ]
