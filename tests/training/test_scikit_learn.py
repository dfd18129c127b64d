"""What scikit-learn does with estimators and transformers, it does with ours."""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from stancekit import LexiconFeatures, NgramFeatures, StanceClassifier


def small(**parameters):
    return StanceClassifier(**{"features": (NgramFeatures(bits=10),), "n_folds": 2} | parameters)


def lower(texts):
    return [text.lower() for text in texts]


@pytest.fixture
def table(corpus):
    years = np.arange(len(corpus.texts))
    rows = {"text": corpus.texts, "year": years, "bloc": np.where(years % 2, "east", "west")}
    return pd.DataFrame(rows, index=[f"row {year}" for year in years])


@pytest.fixture
def columns(codebook):
    return ColumnTransformer(
        [
            ("words", NgramFeatures(bits=9), "text"),
            ("cues", LexiconFeatures(codebook), "text"),
            ("year", StandardScaler(), ["year"]),
            ("bloc", OneHotEncoder(), ["bloc"]),
        ]
    )


class TestCrossValidation:
    @pytest.mark.parametrize("scoring", [None, "accuracy", "f1_macro", "neg_log_loss"])
    def test_one_label_a_statement(self, corpus, scoring):
        scores = cross_val_score(small(), corpus.texts, corpus.names, cv=StratifiedKFold(2), scoring=scoring)
        assert scores.shape == (2,)
        assert np.isfinite(scores).all()

    @pytest.mark.parametrize("scoring", [None, "f1_macro", "f1_micro", "average_precision", "roc_auc"])
    def test_many_labels(self, corpus, codebook, scoring):
        scores = cross_val_score(small(codebook=codebook), corpus.texts, corpus.truth, cv=2, scoring=scoring)
        assert (scores > 0.5).all()

    def test_columns_of_pandas_with_groups(self, corpus):
        index = [f"row {i}" for i in range(len(corpus.texts))]
        texts, names = (pd.Series(rows, index=index) for rows in (corpus.texts, corpus.names))
        scores = cross_val_score(small(), texts, names, groups=corpus.groups, cv=GroupKFold(3))
        assert np.array_equal(scores, cross_val_score(small(), texts, names, groups=corpus.groups, cv=GroupKFold(3)))

    def test_two_processes(self, corpus):
        alone, two = (cross_val_score(small(), corpus.texts, corpus.names, cv=2, n_jobs=n) for n in (1, 2))
        assert np.array_equal(alone, two)

    @pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
    def test_predictions_out_of_fold(self, corpus, codebook, method):
        found = cross_val_predict(small(codebook=codebook), corpus.texts, corpus.truth, cv=2, method=method)
        assert found.shape == corpus.truth.shape

    def test_grid_search(self, corpus):
        grid = {"C": [0.1, 1.0], "features": [("ngrams",), (NgramFeatures(bits=9),)]}
        search = GridSearchCV(small(), grid, cv=2).fit(corpus.texts, corpus.names)
        assert set(search.best_params_) == set(grid)
        best = clone(small()).set_params(**search.best_params_).fit(corpus.texts, corpus.names)
        assert np.array_equal(search.predict(corpus.texts), best.predict(corpus.texts))

    def test_grid_search_over_a_transformer(self, corpus):
        pipeline = make_pipeline(NgramFeatures(), LogisticRegression())
        grid = {"ngramfeatures__bits": np.arange(8, 10), "ngramfeatures__chars": [True, False]}
        search = GridSearchCV(pipeline, grid, cv=2).fit(pd.Series(corpus.texts), corpus.names)
        assert search.best_score_ > 0.5


class TestPipelines:
    def test_a_step_before_the_classifier(self, corpus):
        pipeline = make_pipeline(FunctionTransformer(lower), small())
        pipeline.fit(corpus.texts, corpus.names, stanceclassifier__groups=corpus.groups)
        alone = small().fit(lower(corpus.texts), corpus.names, groups=corpus.groups)
        assert np.array_equal(pipeline.predict_proba(corpus.texts), alone.predict_proba(lower(corpus.texts)))

    def test_words_beside_other_columns(self, table, columns, corpus):
        pipeline = make_pipeline(columns, LogisticRegression(max_iter=1000))
        assert cross_val_score(pipeline, table, corpus.names, cv=2).shape == (2,)
        names = pipeline.fit(table, corpus.names)[0].get_feature_names_out()
        assert names[0] == "words__ngram0"
        assert list(names[-3:]) == ["year__year", "bloc__bloc_east", "bloc__bloc_west"]
        words = columns.fit_transform(table)[:, :512]
        alone = NgramFeatures(bits=9).fit_transform(table["text"])
        assert abs(words - alone).max() < 1e-6

    def test_union(self, corpus, codebook):
        union = make_union(NgramFeatures(bits=9), LexiconFeatures(codebook)).fit(corpus.texts)
        assert union.transform(corpus.texts).shape == (len(corpus.texts), len(union.get_feature_names_out()))

    @pytest.mark.parametrize("library", ["pandas", "polars"])
    def test_named_columns(self, table, codebook, library):
        features = LexiconFeatures(codebook).set_output(transform=library).fit(table["text"])
        frame = features.transform(table["text"])
        assert list(frame.columns) == list(features.get_feature_names_out())
        assert library == "polars" or frame.index.equals(table.index)

    def test_sparse_columns_have_no_frame(self, table):
        features = NgramFeatures(bits=8).set_output(transform="pandas").fit(table["text"])
        with pytest.raises(ValueError, match="sparse matrix"):
            features.transform(table["text"])

    def test_memory(self, corpus, tmp_path):
        steps = [("words", NgramFeatures(bits=9)), ("heads", LogisticRegression())]
        cached = Pipeline(steps, memory=joblib.Memory(tmp_path, verbose=0))
        first = cached.fit(corpus.texts, corpus.names).predict_proba(corpus.texts)
        assert np.array_equal(first, cached.fit(corpus.texts, corpus.names).predict_proba(corpus.texts))
        assert np.array_equal(first, Pipeline(steps).fit(corpus.texts, corpus.names).predict_proba(corpus.texts))

    def test_drawn(self, columns):
        assert "NgramFeatures" in make_pipeline(columns, small())._repr_html_()


@pytest.fixture(scope="module")
def fitted(corpus):
    return make_pipeline(FunctionTransformer(lower), small()).fit(corpus.texts, corpus.names)


class TestCopies:
    def test_pickle(self, fitted, corpus):
        again = pickle.loads(pickle.dumps(fitted))
        assert np.array_equal(again.predict_proba(corpus.texts), fitted.predict_proba(corpus.texts))

    def test_joblib(self, fitted, corpus):
        memory = io.BytesIO()
        joblib.dump(fitted, memory)
        memory.seek(0)
        again = joblib.load(memory)
        assert np.array_equal(again.predict_proba(corpus.texts), fitted.predict_proba(corpus.texts))

    def test_clone_forgets_what_was_learned(self, fitted):
        copied = clone(fitted)
        assert not hasattr(copied[-1], "model_")
        assert copied[-1].get_params()["n_folds"] == 2
