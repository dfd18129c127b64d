import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, LeaveOneGroupOut, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks, get_tags

from stancekit import (
    Codebook,
    CodebookError,
    InvalidInputError,
    LabelledStatements,
    LexiconFeatures,
    NgramFeatures,
    StanceClassifier,
    save,
)
from stancekit.training.heads import HeadSettings, fit_heads

NAN = float("nan")
ORDER = ("trade", "lift", "build")  # as in conftest.py


@pytest.fixture
def saved(tmp_path):
    """Give the bytes of a classifier's saved weights and calibration."""

    def saved(classifier):
        folder = save(classifier.model_, tmp_path / "model", overwrite=True)
        return (folder / "weights.safetensors").read_bytes(), repr(classifier.model_.calibration.to_dict())

    return saved


@pytest.fixture
def unfitted(codebook):
    return StanceClassifier(codebook, features=(NgramFeatures(bits=8),), n_folds=3)


@pytest.fixture(scope="session")
def fitted(fit):
    """Classifiers that tests must not change."""
    return {kind: fit(kind) for kind in ("ngrams", "lexicon", "exclusive")}


def lower(texts):
    return [text.lower() for text in texts]


class TestScikitLearnContract:
    @pytest.mark.parametrize(
        "check",
        [
            estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
            estimator_checks.check_estimator_cloneable,
            estimator_checks.check_estimator_repr,
            estimator_checks.check_estimator_tags_renamed,
            estimator_checks.check_get_params_invariance,
            estimator_checks.check_mixin_order,
            estimator_checks.check_no_attributes_set_in_init,
            estimator_checks.check_parameters_default_constructible,
            estimator_checks.check_set_params,
            estimator_checks.check_valid_tag_types,
        ],
        ids=lambda check: check.__name__,
    )
    def test_checks_that_need_no_input(self, check):
        check("StanceClassifier", StanceClassifier())

    def test_clone_keeps_every_parameter(self, codebook):
        features = (NgramFeatures(bits=9), LexiconFeatures(codebook, weight=2.0))
        parameters = {
            "codebook": codebook,
            "features": features,
            "C": 0.7,
            "class_weight": {0: 1, 1: 3},
            "n_folds": 4,
            "abstention": 0.2,
            "prior_strength": 3.0,
            "max_iter": 77,
            "random_state": 5,
            "n_jobs": 1,
        }
        classifier = StanceClassifier(**parameters)
        assert classifier.get_params(deep=False) == parameters
        copied = clone(classifier).get_params(deep=False)
        assert {name: value for name, value in copied.items() if name != "features"} == {
            name: value for name, value in parameters.items() if name != "features"
        }
        assert repr(copied["features"]) == repr(features)
        assert copied["features"][0] is not features[0]

    def test_set_params(self, unfitted, corpus):
        assert unfitted.set_params(C=3.0, n_folds=2) is unfitted
        assert (unfitted.C, unfitted.n_folds) == (3.0, 2)
        with pytest.raises(ValueError, match="Invalid parameter 'regularisation'"):
            unfitted.set_params(regularisation=1)

    def test_parameters_by_keyword_alone(self, codebook):
        with pytest.raises(TypeError, match="takes from 1 to 2 positional arguments but 3 were given"):
            StanceClassifier(codebook, ("ngrams",))

    def test_fit_changes_no_parameter(self, unfitted, corpus):
        before = copy.deepcopy(unfitted.get_params())
        assert unfitted.fit(corpus.texts, corpus.sets) is unfitted
        assert repr(unfitted.get_params()) == repr(before)
        assert not hasattr(unfitted.features[0], "idf_")

    def test_fit_changes_no_argument(self, unfitted, corpus):
        texts, truth, groups = list(corpus.texts), corpus.truth, list(corpus.groups)
        weights = np.linspace(1, 2, len(texts))
        unfitted.fit(texts, truth, groups=groups, sample_weight=weights)
        assert (texts, groups) == (corpus.texts, corpus.groups)
        np.testing.assert_array_equal(truth, corpus.truth)
        np.testing.assert_array_equal(weights, np.linspace(1, 2, len(texts)))

    def test_tags(self):
        tags = get_tags(StanceClassifier())
        assert is_classifier(StanceClassifier())
        assert (tags.input_tags.string, tags.input_tags.two_d_array) == (True, False)
        assert tags.classifier_tags.multi_label
        assert tags.target_tags.required

    @pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
    def test_not_fitted(self, unfitted, method):
        with pytest.raises(NotFittedError, match="This StanceClassifier instance is not fitted yet"):
            getattr(unfitted, method)(["Lift it."])

    def test_score_before_fit(self, unfitted):
        with pytest.raises(NotFittedError, match="This StanceClassifier instance is not fitted yet"):
            unfitted.score(["Lift it."], [[1, 0, 0]])

    @pytest.mark.parametrize("options", [{"groups": [0] * 36}, {"sample_weight": [1.0]}])
    def test_a_fit_that_fails_leaves_it_unfitted(self, unfitted, corpus, options):
        with pytest.raises(InvalidInputError, match=r"all statements are of one group, 0|sample_weight has"):
            unfitted.fit((corpus.texts * 2)[:36], (corpus.sets * 2)[:36], **options)
        with pytest.raises(NotFittedError, match="is not fitted yet"):
            unfitted.predict(corpus.texts)

    def test_a_fit_that_fails_leaves_the_fit_before_it(self, corpus, unfitted):
        unfitted.fit(corpus.texts, corpus.sets)
        before = unfitted.predict(corpus.texts), vars(unfitted).copy()
        unfitted.codebook = Codebook.from_labels(["a", "b"], exclusive=True)
        with pytest.raises(InvalidInputError, match="label 'a' has 0 negative statements"):
            unfitted.fit(corpus.texts, ["a"] * len(corpus.texts))
        assert {name for name, value in vars(unfitted).items() if value is not before[1][name]} == {"codebook"}
        np.testing.assert_array_equal(unfitted.predict(corpus.texts), before[0])

    def test_pickle(self, fitted, corpus):
        for classifier in fitted.values():
            again = pickle.loads(pickle.dumps(classifier))
            np.testing.assert_array_equal(again.predict_proba(corpus.texts), classifier.predict_proba(corpus.texts))

    def test_pipeline(self, corpus, unfitted):
        pipeline = make_pipeline(FunctionTransformer(lower), unfitted).fit(corpus.texts, corpus.truth)
        direct = clone(unfitted).fit(lower(corpus.texts), corpus.truth)
        np.testing.assert_array_equal(pipeline.predict(corpus.texts), direct.predict(lower(corpus.texts)))
        assert pipeline.score(corpus.texts, corpus.truth) > 0.9
        assert pipeline.classes_.tolist() == list(ORDER)

    @pytest.mark.parametrize("form", ["truth", "names"])
    def test_grid_search(self, corpus, codebook, exclusive_codebook, unfitted, form):
        if form == "names":
            unfitted.set_params(codebook=exclusive_codebook)
        search = GridSearchCV(unfitted, {"C": [1e-6, 1.0]}, cv=2, error_score="raise")
        search.fit(corpus.texts, getattr(corpus, form))
        assert search.cv_results_["param_C"].tolist() == [1e-6, 1.0]
        assert search.best_score_ == search.cv_results_["mean_test_score"].max() > 0.7
        assert search.best_params_["C"] == search.best_estimator_.C
        assert search.predict(corpus.texts).shape[0] == len(corpus.texts)

    def test_grid_search_over_features(self, corpus, codebook, unfitted):
        grid = {"features": [("lexicon",), (NgramFeatures(bits=8), "lexicon")]}
        search = GridSearchCV(unfitted, grid, cv=KFold(2), error_score="raise").fit(corpus.texts, corpus.sets)
        assert len(search.cv_results_["mean_test_score"]) == 2

    @pytest.mark.parametrize("form", ["truth", "sets"])
    def test_cross_val_score(self, corpus, unfitted, form):
        scores = cross_val_score(unfitted, corpus.texts, getattr(corpus, form), cv=KFold(3), error_score="raise")
        assert scores.shape == (3,)
        assert scores.min() > 0.5

    def test_cross_validation_with_missing_annotations(self, corpus, unfitted):
        truth = corpus.truth
        truth[::5, 1] = NAN
        scores = cross_val_score(unfitted, corpus.texts, truth, cv=KFold(2), error_score="raise")
        assert scores.min() > 0.5

    def test_groups_reach_the_splitter_and_the_fit(self, corpus, unfitted):
        with config_context(enable_metadata_routing=True):
            result = cross_validate(
                unfitted.set_fit_request(groups=True),
                corpus.texts,
                corpus.truth,
                cv=GroupKFold(3),
                params={"groups": np.array(corpus.groups)},
                return_estimator=True,
                error_score="raise",
            )
            scores = cross_val_score(
                unfitted.set_fit_request(groups=True, sample_weight=True).set_score_request(sample_weight=True),
                corpus.texts,
                corpus.truth,
                cv=LeaveOneGroupOut(),
                params={"groups": corpus.groups, "sample_weight": np.ones(len(corpus.texts))},
                error_score="raise",
            )
        assert [e.model_.provenance["n_groups"] for e in result["estimator"]] == [4, 4, 4]
        assert scores.shape == (6,)


class TestTargets:
    def test_every_form_of_the_same_labels_gives_the_same_model(self, corpus, unfitted, saved):
        truth = corpus.truth
        codes = {"trade": "T", "lift": "L", "build": "B"}
        forms = {
            "float matrix": truth,
            "int matrix": truth.astype(int),
            "flags": truth.astype(bool),
            "sparse": sparse.csr_matrix(truth),
            "sparse array": sparse.coo_array(truth.astype(int)),
            "object matrix": truth.astype(object),
            "lists of numbers": truth.tolist(),
            "lists of numpy numbers": [list(row) for row in truth.astype(int)],
            "data frame": pd.DataFrame(truth.astype(int), columns=list(ORDER), index=range(5, 5 + len(truth))),
            "sets": corpus.sets,
            "lists": [sorted(labels) for labels in corpus.sets],
            "tuples": [tuple(sorted(labels)) for labels in corpus.sets],
            "series of sets": pd.Series(corpus.sets, index=range(9, 9 + len(truth))),
            "codes": [[codes[label] for label in labels] for labels in corpus.sets],
            "with labels that are not predicted": [labels | {"keep"} for labels in corpus.sets],
            "generator": (labels for labels in corpus.sets),
        }
        expected = saved(unfitted.fit(corpus.texts, truth, groups=corpus.groups))
        for name, y in forms.items():
            assert saved(unfitted.fit(corpus.texts, y, groups=corpus.groups)) == expected, name

    def test_every_form_of_exclusive_labels(self, corpus, exclusive_codebook, unfitted, saved):
        unfitted.set_params(codebook=exclusive_codebook)
        names = corpus.names
        matrix = np.array([[float(name == label) for label in exclusive_codebook.labels] for name in names])
        expected = saved(unfitted.fit(corpus.texts, names))
        for y in (np.array(names), pd.Series(names), tuple(names), [{name} for name in names], matrix):
            assert saved(unfitted.fit(corpus.texts, y)) == expected

    def test_one_label_a_statement_of_a_codebook_that_is_not_exclusive(self, corpus, codebook, unfitted, saved):
        names = [None if name == "none" else name for name in corpus.names]
        sets = [None if name is None else [name] for name in names]
        sets[0] = names[0] = "build"
        sets[0] = ["build"]
        truth = [[NAN] * 3 if labels is None else [float(label in labels) for label in ORDER] for labels in sets]
        expected = saved(unfitted.fit(corpus.texts, truth))
        assert saved(unfitted.fit(corpus.texts, names)) == expected
        assert saved(unfitted.fit(corpus.texts, sets)) == expected

    @pytest.mark.parametrize("y", [np.array(["none", "favor", "against"] * 6), ["none", "favor", "against"] * 6])
    def test_codebooks_made_of_names_are_exclusive(self, y):
        texts = ["The sun is out.", "Yes, do it.", "No, never."] * 6
        classifier = StanceClassifier(features=(NgramFeatures(bits=8),), n_folds=2).fit(texts, y)
        assert classifier.codebook_.exclusive
        assert classifier.classes_.tolist() == ["against", "favor", "none"]
        assert {type(label) for label in classifier.codebook_.labels} == {str}
        assert Codebook.from_dict(classifier.codebook_.to_dict()) == classifier.codebook_
        assert "favor" in classifier.codebook_.to_yaml()
        assert classifier.predict(texts).tolist() == ["none", "favor", "against"] * 6

    def test_codebooks_made_of_sets_are_not(self, corpus):
        classifier = StanceClassifier(features=(NgramFeatures(bits=8),), n_folds=3).fit(corpus.texts, corpus.sets)
        assert not classifier.codebook_.exclusive
        assert classifier.classes_.tolist() == ["build", "lift", "trade"]

    def test_codebooks_made_of_a_matrix(self, corpus):
        classifier = StanceClassifier(features=(NgramFeatures(bits=8),), n_folds=3).fit(corpus.texts, corpus.truth)
        assert classifier.classes_.tolist() == ["label0", "label1", "label2"]

    def test_two_exclusive_labels(self):
        texts, y = ["Lift it today.", "Keep it today."] * 8, ["lift", "keep"] * 8
        book = Codebook.from_labels(["lift", "keep"], exclusive=True)
        classifier = StanceClassifier(book, features=(NgramFeatures(bits=8),), n_folds=2).fit(texts, y)
        scores = classifier.predict_proba(texts)
        assert scores.sum(axis=1).tolist() == pytest.approx([1] * 16)
        assert classifier.predict(texts).tolist() == y
        assert (scores[::2, 0] > 0.5).all()
        assert (scores[1::2, 1] > 0.5).all()


class TestShapes:
    def test_of_several_labels(self, fitted, corpus):
        for classifier in (fitted["ngrams"], fitted["lexicon"]):
            for n in (0, 1, 5):
                texts = corpus.texts[:n]
                assert classifier.predict(texts).shape == (n, 3)
                assert classifier.predict(texts).dtype.kind == "i"
                assert classifier.predict_proba(texts).shape == (n, 3)
                assert classifier.decision_function(texts).shape == (n, 3)
            assert classifier.oof_scores_.shape == (len(corpus.texts), 3)

    def test_of_exclusive_labels(self, fitted, corpus):
        for n in (0, 1, 5):
            assert fitted["exclusive"].predict(corpus.texts[:n]).shape == (n,)
            assert fitted["exclusive"].predict_proba(corpus.texts[:n]).shape == (n, 4)

    def test_classes_stand_in_codebook_order(self, fitted):
        assert fitted["ngrams"].classes_.tolist() == list(ORDER)
        assert fitted["exclusive"].classes_.tolist() == [*ORDER, "none"]

    def test_predictions_are_those_of_the_model_but_for_abstention(self, fitted, corpus):
        classifier = fitted["ngrams"]
        decided = classifier.predict(corpus.texts)
        np.testing.assert_array_equal(
            decided, classifier.predict_proba(corpus.texts) >= classifier.model_.calibration.threshold
        )
        for row, prediction in zip(decided, classifier.model_.predict(corpus.texts), strict=True):
            expected = {label for label, yes in zip(ORDER, row, strict=True) if yes} - set(prediction.abstained)
            assert set(prediction.labels) == expected

    def test_it_learns(self, fitted, corpus):
        assert fitted["ngrams"].score(corpus.texts, corpus.truth) > 0.95
        assert fitted["exclusive"].score(corpus.texts, corpus.names) > 0.95
        held_out = fitted["ngrams"].oof_scores_
        for column in range(3):
            yes = corpus.truth[:, column] == 1
            assert np.median(held_out[yes, column]) > 0.5 > np.median(held_out[~yes, column])

    def test_out_of_fold_scores_are_those_of_heads_that_did_not_see_the_group(self, corpus, unfitted):
        # Labels without any pattern can be known by heart, and not be guessed.
        rng = np.random.default_rng(0)
        texts = [f"word{i} other{i} third{i}" for i in range(80)]
        truth = rng.integers(0, 2, size=(80, 3)).astype(float)
        unfitted.set_params(features=(NgramFeatures(bits=14, min_df=1),), C=100.0, abstention=0).fit(texts, truth)
        held_out = (unfitted.oof_scores_ > 0.5) == truth
        seen = (unfitted.decision_function(texts) > 0) == truth
        assert seen.mean() > 0.99
        assert held_out.mean() < 0.7

    def test_a_group_is_never_on_both_sides(self, unfitted):
        # Each group is one text five times over: only a leak could score it.
        rng = np.random.default_rng(1)
        labels = rng.permutation([0.0, 1.0] * 40)
        texts = [f"word{i} other{i} third{i}" for i in range(80) for _ in range(5)]
        truth = np.repeat(labels, 5)[:, None]
        unfitted.set_params(codebook=None, features=(NgramFeatures(bits=14, min_df=1),), C=100.0)
        apart = unfitted.fit(texts, truth, groups=np.repeat(np.arange(80), 5)).oof_scores_
        leaking = clone(unfitted).fit(texts, truth).oof_scores_
        assert ((leaking > 0.5) == truth).mean() > 0.95
        assert ((apart > 0.5) == truth).mean() < 0.7

    def test_provenance(self, fit, corpus):
        provenance = fit("ngrams", C=0.25, random_state=3, n_jobs=1).model_.provenance
        assert provenance["n_statements"] == len(corpus.texts)
        assert provenance["n_groups"] == 6
        assert provenance["features"] == ["ngrams"]
        assert provenance["n_positive"] == dict(zip(ORDER, corpus.truth.sum(axis=0), strict=True))
        assert provenance["parameters"] == {
            "C": 0.25,
            "class_weight": "balanced",
            "n_folds": 3,
            "abstention": 0.1,
            "max_iter": 1000,
            "random_state": 3,
        }


class TestMissingAnnotations:
    def test_nan_and_none_are_the_same(self, corpus, unfitted, saved):
        with_nan = corpus.truth
        with_nan[::4, 0] = NAN
        with_nan[1] = NAN
        with_none = [[None if np.isnan(cell) else cell for cell in row] for row in with_nan]
        objects = np.array(with_none, dtype=object)
        frame = pd.DataFrame(with_nan)
        expected = saved(unfitted.fit(corpus.texts, with_nan))
        for y in (with_none, objects, frame):
            assert saved(unfitted.fit(corpus.texts, y)) == expected
        assert expected != saved(unfitted.fit(corpus.texts, np.nan_to_num(with_nan)))

    def test_statements_count_only_for_the_labels_that_were_annotated(self, corpus, codebook):
        features = LexiconFeatures(codebook).fit([]).transform(corpus.texts)
        settings = HeadSettings(C=0.5, class_weight="balanced", max_iter=1000, exclusive=False)
        truth = corpus.truth
        truth[::3, 0] = NAN
        truth[1::4, 2] = NAN
        heads = fit_heads(features, truth, None, settings)
        for column in range(3):
            known = ~np.isnan(truth[:, column])
            alone = fit_heads(features[known], truth[known][:, [column]], None, settings)
            # The labels share the solver's steps, so the two agree within its tolerance.
            np.testing.assert_allclose(heads.coef[:, column], alone.coef[:, 0], rtol=0, atol=1e-4)
            assert heads.bias[column] == pytest.approx(alone.bias[0], abs=1e-4)

    @pytest.mark.parametrize("missing", [[NAN] * 3, None])
    @pytest.mark.parametrize("kind", ["lexicon", "ngrams"])
    def test_a_statement_without_any_annotation_moves_no_head(self, corpus, unfitted, missing, kind):
        unfitted.set_params(features=(kind,))
        sets = [[float(label in labels) for label in ORDER] for labels in corpus.sets]
        y = [*sets, missing] if missing else [*corpus.sets, missing]
        without = unfitted.fit(corpus.texts, sets).model_
        with_it = clone(unfitted).fit([*corpus.texts, "Lift, trade, build: must we not keep the embargo?"], y)
        np.testing.assert_array_equal(with_it.model_.bias, without.bias)
        np.testing.assert_array_equal(with_it.model_.scorers[kind].weights, without.scorers[kind].weights)
        assert with_it.oof_scores_.shape == (len(corpus.texts) + 1, 3)
        assert not np.isnan(with_it.oof_scores_).any()

    def test_exclusive_statements_without_an_annotation_move_no_head(self, corpus, exclusive_codebook, codebook):
        classifier = StanceClassifier(exclusive_codebook, features=(LexiconFeatures(codebook),), n_folds=3)
        without = classifier.fit(corpus.texts, corpus.names).model_
        with_it = clone(classifier).fit([*corpus.texts, "Lift and trade."], [*corpus.names, None]).model_
        np.testing.assert_array_equal(with_it.bias, without.bias)
        np.testing.assert_array_equal(with_it.scorers["lexicon"].weights, without.scorers["lexicon"].weights)

    def test_score_leaves_them_out(self, fitted, corpus):
        classifier, truth = fitted["ngrams"], corpus.truth
        wrong = truth.copy()
        wrong[:, 0] = 1 - wrong[:, 0]
        assert classifier.score(corpus.texts, wrong) < 0.9 * classifier.score(corpus.texts, truth)
        wrong[1:, 0] = NAN  # of the wrong ones, one is left
        right = truth.copy()
        right[1:, 0] = NAN
        assert classifier.score(corpus.texts, wrong) < classifier.score(corpus.texts, truth)
        wrong[0] = NAN
        right[0] = NAN
        assert classifier.score(corpus.texts, wrong) == classifier.score(corpus.texts, right)


class TestReproducibility:
    def test_same_seed_same_bytes(self, fit, saved):
        assert saved(fit("both")) == saved(fit("both"))

    def test_jobs_change_nothing(self, fit, saved):
        assert saved(fit("both", n_jobs=2)) == saved(fit("both", n_jobs=1))

    def test_another_seed_deals_other_folds(self, fit):
        first, second = (fit("ngrams", random_state=seed) for seed in (0, 1))
        assert not np.array_equal(first.oof_scores_, second.oof_scores_)

    def test_nothing_is_left_of_an_earlier_fit(self, corpus, saved):
        classifier = StanceClassifier(features=(NgramFeatures(bits=8),), n_folds=2)
        texts, y = ["Yes, do it.", "No, never."] * 8, ["favor", "against"] * 8
        classifier.fit(texts, y)
        classifier.set_params(features=(NgramFeatures(bits=9),)).fit(corpus.texts, corpus.truth)
        fresh = clone(classifier).fit(corpus.texts, corpus.truth)
        assert vars(classifier).keys() == vars(fresh).keys()
        assert saved(classifier) == saved(fresh)
        assert classifier.codebook_ == fresh.codebook_
        assert classifier.classes_.tolist() == fresh.classes_.tolist()
        np.testing.assert_array_equal(classifier.oof_scores_, fresh.oof_scores_)

    def test_an_earlier_model_stands(self, corpus, unfitted):
        model = unfitted.fit(corpus.texts, corpus.truth).model_
        before = model.predict(corpus.texts)
        unfitted.set_params(C=50.0).fit(corpus.texts, 1 - corpus.truth)
        assert model.predict(corpus.texts) == before


class TestWeights:
    def test_class_weight_matters(self, fit):
        balanced, plain, heavy = (
            fit("lexicon", class_weight=weight).decision_function(["It rained."])[0]
            for weight in ("balanced", None, {0: 1, 1: 50})
        )
        assert (plain < balanced).all()  # positives are rarer than half
        assert (balanced < heavy).all()

    @pytest.mark.parametrize("exclusive", [False, True])
    def test_a_weight_of_two_is_a_statement_twice(self, corpus, codebook, exclusive):
        features = LexiconFeatures(codebook).fit([]).transform(corpus.texts)
        settings = HeadSettings(C=0.5, class_weight=None, max_iter=1000, exclusive=exclusive)
        truth = np.column_stack([corpus.truth[:, 0], 1 - corpus.truth[:, 0]])
        twice = np.arange(len(truth)) % 3 == 0
        weighted = fit_heads(features, truth, 1.0 + twice, settings)
        repeated = fit_heads(np.vstack([features, features[twice]]), np.vstack([truth, truth[twice]]), None, settings)
        np.testing.assert_allclose(weighted.coef, repeated.coef, rtol=0, atol=1e-3)
        unweighted = fit_heads(features, truth, None, settings)
        assert np.abs(weighted.coef - unweighted.coef).max() > 0.01

    @pytest.mark.parametrize("exclusive", [False, True])
    def test_sample_weight_decides_between_annotators(self, exclusive):
        book = Codebook.from_labels(["yes", "no"], exclusive=exclusive)
        classifier = StanceClassifier(book, features=(NgramFeatures(bits=8),), class_weight=None, n_folds=2)
        texts, y = ["Lift it."] * 20, [["yes"], ["no"]] * 10
        for weights, sign in (([9, 1] * 10, 1), ([1, 9] * 10, -1)):
            yes, no = classifier.fit(texts, y, sample_weight=weights).decision_function(["Lift it."])[0]
            assert sign * yes > 0.5
            assert sign * no < -0.5

    def test_weights_of_one_change_nothing(self, corpus, unfitted):
        plain = unfitted.fit(corpus.texts, corpus.sets).decision_function(corpus.texts)
        weighted = unfitted.fit(corpus.texts, corpus.sets, sample_weight=[1] * len(corpus.texts))
        np.testing.assert_allclose(weighted.decision_function(corpus.texts), plain, rtol=0, atol=1e-6)

    def test_score_is_weighted_macro_f1(self, fitted):
        class Fixed(StanceClassifier):
            def _decide(self, X):
                return np.array([[1, 0], [1, 1], [0, 0], [0, 1]], dtype=bool)

        classifier = Fixed()
        classifier.codebook_ = Codebook.from_labels(["a", "b"])
        truth = [[1, 0], [0, 1], [1, 0], [0, NAN]]
        # a: one hit, one false alarm, one miss; b: one hit, and one that nobody annotated
        assert classifier.score("wxyz", truth) == pytest.approx((1 / 2 + 1) / 2)
        # a: a hit of weight 3, a false alarm of 1, a miss of 2
        weights = [3, 1, 2, 9]
        assert classifier.score("wxyz", truth, sample_weight=weights) == pytest.approx((6 / 9 + 1) / 2)

    def test_max_iter_reaches_the_heads(self, fit):
        from sklearn.exceptions import ConvergenceWarning

        with pytest.warns(ConvergenceWarning, match="failed to converge"):
            fit("lexicon", max_iter=1)

    def test_abstention(self, fit, corpus):
        never, seldom, often = (fit("ngrams", abstention=share).model_ for share in (0, 0.3, 0.04))
        n_unsure = [sum(len(p.abstained) for p in m.predict(corpus.texts)) for m in (never, seldom, often)]
        assert n_unsure[0] == 0
        assert n_unsure[1] <= n_unsure[2]
        assert n_unsure[2] > 0


class TestFeatures:
    def test_names(self, corpus, codebook):
        classifier = StanceClassifier(codebook, features=("ngrams", "lexicon"), n_folds=3)
        model = classifier.fit(corpus.texts, corpus.sets).model_
        assert list(model.scorers) == ["ngrams", "lexicon"]
        assert model.scorers["ngrams"].spec.bits == NgramFeatures().bits
        assert model.scorers["lexicon"].codebook == codebook

    def test_order_is_as_given(self, corpus, codebook):
        features = (LexiconFeatures(codebook), NgramFeatures(bits=8))
        classifier = StanceClassifier(codebook, features=features, n_folds=3).fit(corpus.texts, corpus.sets)
        assert list(classifier.model_.scorers) == ["lexicon", "ngrams"]
        np.testing.assert_allclose(
            classifier.model_.margins(corpus.texts),
            clone(classifier)
            .set_params(features=features[::-1])
            .fit(corpus.texts, corpus.sets)
            .model_.margins(corpus.texts),
            rtol=0,
            atol=0.02,
        )

    def test_margins_are_those_of_the_heads(self, fit, corpus):
        """What `fit` trained and what the model computes are the same but for half precision."""
        classifier = fit("both")
        ngrams = NgramFeatures(bits=10).fit(corpus.texts)
        lexicon = LexiconFeatures(classifier.codebook).fit([])
        features = sparse.hstack(
            [ngrams.transform(corpus.texts), sparse.csr_matrix(lexicon.transform(corpus.texts))], format="csr"
        )
        settings = HeadSettings(C=0.5, class_weight="balanced", max_iter=1000, exclusive=False)
        heads = fit_heads(features, corpus.truth, None, settings)
        np.testing.assert_allclose(
            classifier.decision_function(corpus.texts), heads.margins(features), rtol=0, atol=0.01
        )

    @pytest.mark.parametrize(
        ("features", "message"),
        [
            (("tfidf",), r"unknown features 'tfidf'; expected one of \['lexicon', 'network', 'ngrams'\]"),
            (("ngrams", 7), "unknown features 7; expected one of"),
            ((NgramFeatures,), "unknown features <class .*NgramFeatures'>; expected one of"),
            ((TfidfVectorizer(),), r"unknown features TfidfVectorizer\(\); expected one of"),
            ((), "features are empty; name at least one, such as 'ngrams'"),
            (("ngrams", NgramFeatures(bits=8)), "features hold 'ngrams' twice; each kind may stand once"),
            (("lexicon", "lexicon"), "features hold 'lexicon' twice; each kind may stand once"),
            ((NgramFeatures(bits=99),), "bits must be a whole number from 8 to 24, got 99"),
            ((LexiconFeatures("book"),), "codebook must be a stancekit.Codebook, got str"),
        ],
    )
    def test_bad_ones(self, unfitted, corpus, features, message):
        with pytest.raises(InvalidInputError, match=message):
            unfitted.set_params(features=features).fit(corpus.texts, corpus.sets)

    def test_a_subclass_is_refused(self, unfitted, corpus):
        class Mine(NgramFeatures):
            """Its counts may be anything, and a saved model would not know them."""

        with pytest.raises(InvalidInputError, match=r"unknown features Mine\(\)"):
            unfitted.set_params(features=(Mine(),)).fit(corpus.texts, corpus.sets)

    def test_a_lexicon_of_a_codebook_without_cues(self, corpus):
        classifier = StanceClassifier(Codebook.from_labels(ORDER, name="bare"), features=("lexicon",), n_folds=3)
        with pytest.raises(CodebookError, match="the codebook 'bare' has no cues"):
            classifier.fit(corpus.texts, corpus.sets)


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("y", [[1, 0, 0]] * 5, "y has 5 rows, expected 54 as there are statements"),
            ("groups", ["a", "b"], "groups has 2 rows, expected 54 as there are statements"),
            ("sample_weight", [1.0], "sample_weight has 1 rows, expected 54 as there are statements"),
            ("sample_weight", [[1.0]] * 54, r"sample_weight must have shape \(n_statements,\), got shape \(54, 1\)"),
            ("sample_weight", [1.0] * 53 + [NAN], "sample_weight must be 0 or more and finite, got nan in row 53"),
            ("sample_weight", [1.0, -2.0] * 27, "sample_weight must be 0 or more and finite, got -2.0 in row 1"),
            ("sample_weight", ["heavy"] * 54, "sample_weight must be one number a statement"),
            ("X", "Lift it.", "expected an iterable of str, got str"),
            ("X", [None] * 54, "expected a str in row 0, got NoneType"),
            ("X", np.array([["a"]] * 54), r"got an array of shape \(54, 1\)"),
        ],
    )
    def test_arguments(self, unfitted, corpus, name, value, message):
        arguments = {"X": corpus.texts, "y": corpus.sets, "groups": None, "sample_weight": None}
        assert len(corpus.texts) == 54
        with pytest.raises(InvalidInputError, match=message):
            unfitted.fit(**arguments | {name: value})

    @pytest.mark.parametrize(
        ("y", "message"),
        [
            (None, "y must be a column of labels or an array of 0 and 1, got NoneType"),
            (7, "y must be a column of labels or an array of 0 and 1, got int"),
            ("lift", "y must be a column of labels or an array of 0 and 1, got str"),
            ([[1, 0, 0], [1, 0]], r"as many numbers in each row as there are labels; row 0 has 3, row 1 is \[1, 0\]"),
            ([[1, 0, 0], None], "as many numbers in each row as there are labels; row 0 has 3, row 1 is None"),
            (["lift", 3], "expected the name of a label in row 1 of y as in the others, got 3"),
            ([[1, 0]] * 2, r"y has the columns|y has 2 columns"),
            (np.zeros((2, 3, 2)), r"y must have shape \(n_statements, n_labels\), got shape \(2, 3, 2\)"),
            ([[1, 0, 0], [0, 2, 0]], r"y must be 0, 1 or NaN, got 2.0 in row 1, column 1"),
            ([[1, 0, 0], [0, 0, -1]], r"y must be 0, 1 or NaN, got -1.0 in row 1, column 2"),
            ([[1, 0, 0], [0, 0.5, 0]], r"y must be 0, 1 or NaN, got 0.5 in row 1, column 1"),
            ([[1, 0, 0], [0, float("inf"), 0]], "y must be 0, 1 or NaN, got inf in row 1, column 1"),
            ([0, 1, None], "y is one column of numbers, which does not say of what; give the labels by name"),
            (np.array([0.0, 1.0]), "y is one column of numbers"),
            ([["lift"], "lift"], "expected a collection of labels in row 1 of y, got 'lift'"),
            ([["lift"], ["favour"]], r"unknown label 'favour' in row 1; expected one of \['B', 'K', 'L', 'T', 'build'"),
            (["lift", "favour"], "unknown label 'favour' in row 1"),
            ([["lift"], ["l"]], "unknown label 'l' in row 1"),
            (pd.DataFrame({"trade": [1], "lift": [0]}), "y has the columns|y has 2 columns"),
            (sparse.csr_matrix(2 * np.eye(3)), "y must be 0, 1 or NaN, got 2.0 in row 0, column 0"),
        ],
    )
    def test_targets(self, unfitted, y, message):
        with pytest.raises(InvalidInputError, match=message):
            unfitted.fit(["Lift it.", "Keep it."], y)

    @pytest.mark.parametrize(
        ("y", "message"),
        [
            ([["lift"], ["lift", "trade"]], "each row needs just one; row 1 has 2"),
            ([["lift"], []], "each row needs just one; row 1 has 0"),
            ([[0, 1, 0, 0], [0, 1, 1, 0]], "each row needs just one; row 1 has 2"),
            ([[0, 1, 0, 0], [0, 1, NAN, 0]], "a row is annotated as a whole or not at all; row 1 of y is"),
            ([[0, 1, 0, 0], [0, 0, 0, 0]], "each row needs just one; row 1 has 0"),
            (["lift", "favour"], r"unknown label 'favour' in row 1; expected one of \['build', 'lift', 'none', 'tr"),
        ],
    )
    def test_exclusive_targets(self, unfitted, exclusive_codebook, y, message):
        with pytest.raises(InvalidInputError, match=message):
            unfitted.set_params(codebook=exclusive_codebook).fit(["Lift it.", "Keep it."], y)

    def test_an_exclusive_label_that_is_not_predicted(self, unfitted, exclusive_codebook):
        book = exclusive_codebook.predicting(["lift", "trade"])
        with pytest.raises(InvalidInputError, match=r"unknown label 'build' in row 1; expected one of \['lift', 'trad"):
            unfitted.set_params(codebook=book).fit(["Lift it.", "Build it."], ["lift", "build"])

    @pytest.mark.parametrize("y", [["lift"] * 4, [None] * 4])
    def test_names_that_make_no_codebook(self, y):
        with pytest.raises(InvalidInputError, match=r"y must name two labels or more, got \["):
            StanceClassifier().fit(["Lift it."] * len(y), y)

    @pytest.mark.parametrize(
        ("column", "rows", "value", "message"),
        [
            (1, slice(None), 0, "label 'lift' has 0 positive statements, not in two folds"),
            (1, slice(None), 1, "label 'lift' has 0 negative statements, not in two folds"),
            (2, slice(None), NAN, "label 'build' has 0 positive statements, not in two folds"),
        ],
    )
    def test_a_label_with_one_answer(self, unfitted, corpus, column, rows, value, message):
        truth = corpus.truth
        truth[rows, column] = value
        with pytest.raises(InvalidInputError, match=message):
            unfitted.fit(corpus.texts, truth)

    @pytest.mark.parametrize(("answer", "name"), [(1, "positive"), (0, "negative")])
    def test_a_label_with_one_group(self, unfitted, corpus, answer, name):
        truth = corpus.truth
        truth[:, 0] = 1 - answer
        truth[:4, 0] = answer
        with pytest.raises(
            InvalidInputError, match=rf"label 'trade' has 4 {name} statements, not in two folds.*annotate more"
        ):
            unfitted.fit(corpus.texts, truth, groups=corpus.groups)
        assert unfitted.fit(corpus.texts, truth).predict(corpus.texts).shape == truth.shape

    def test_too_few_groups(self, unfitted, corpus):
        with pytest.raises(InvalidInputError, match=r"n_folds must be .* the number of groups, 2; got 3"):
            unfitted.fit(corpus.texts, corpus.sets, groups=[i % 2 for i in range(54)])

    def test_features_that_can_be_read_but_once(self, unfitted, corpus):
        with pytest.raises(InvalidInputError, match="features must be a list"):
            unfitted.set_params(features=iter(["ngrams"])).fit(corpus.texts, corpus.sets)

    @pytest.mark.parametrize("exclusive", [True, False])
    def test_labels_whose_statements_all_weigh_nothing(self, exclusive):
        texts, y = [f"{word} number {i}." for i in range(8) for word in ("Lift", "Keep", "Study")], ["a", "b", "c"] * 8
        book = Codebook.from_labels(["a", "b", "c"], exclusive=exclusive)
        for weights in ([1, 1, 0] * 8, [0] * 24):
            with pytest.raises(InvalidInputError, match=r"label '.' has 0 positive statements"):
                StanceClassifier(book).fit(texts, [[one] for one in y], sample_weight=weights)

    def test_no_statements(self, unfitted):
        with pytest.raises(InvalidInputError, match="there is no statement to train on"):
            unfitted.fit([], [])

    @pytest.mark.parametrize("abstention", [-0.1, 1, 2.5, NAN, None, "0.1"])
    def test_abstention(self, unfitted, corpus, abstention, monkeypatch):
        monkeypatch.setattr("stancekit.training.assembly.fit_once", None)  # told before any fit
        with pytest.raises(InvalidInputError, match=r"abstention must lie in \[0, 1\), got"):
            unfitted.set_params(abstention=abstention).fit(corpus.texts, corpus.sets)

    @pytest.mark.parametrize("C", [0, -1.0, 1e-300, 1e300, NAN, "1"])
    def test_strength_of_the_penalty(self, unfitted, corpus, C):
        with pytest.raises(InvalidInputError, match=r"C must be a number from 1e-06 to 1000000\.0, got"):
            unfitted.set_params(C=C).fit(corpus.texts, corpus.sets)

    @pytest.mark.parametrize("abstention", [0.3, 0.1, 0.0])
    def test_there_is_one_scale_from_no_to_yes(self, unfitted, corpus, abstention):
        calibration = unfitted.set_params(abstention=abstention).fit(corpus.texts, corpus.sets).model_.calibration
        assert (calibration.low <= calibration.threshold).all()
        assert (calibration.threshold <= calibration.high).all()
        grid = np.linspace(0, 1, 501)[:, None].repeat(3, axis=1)
        abstained = calibration.abstain(grid)
        asserted = calibration.decide(grid) & ~abstained
        answer = np.where(asserted, 2, abstained.astype(int))
        assert (np.diff(answer, axis=0) >= 0).all()
        if abstention == 0:
            assert not abstained.any()

    def test_columns_of_a_frame_are_read_by_name(self, unfitted, corpus, saved):
        frame = pd.DataFrame(corpus.truth, columns=ORDER)
        expected = saved(unfitted.fit(corpus.texts, frame))
        assert saved(unfitted.fit(corpus.texts, frame[list(reversed(ORDER))])) == expected
        with pytest.raises(InvalidInputError, match=r"y has the columns \['a', 'b', 'c'\]; expected"):
            unfitted.fit(corpus.texts, frame.set_axis(["a", "b", "c"], axis=1))

    @pytest.mark.parametrize("chunked", [False, True])
    def test_lists_of_pyarrow(self, unfitted, corpus, saved, chunked):
        pa = pytest.importorskip("pyarrow")
        rows = [list(labels) for labels in corpus.sets]
        y = pa.chunked_array([rows[:20], rows[20:]]) if chunked else pa.array(rows)
        assert saved(unfitted.fit(pa.array(corpus.texts), y)) == saved(clone(unfitted).fit(corpus.texts, rows))

    def test_what_pandas_calls_missing_is_not_annotated(self, unfitted, corpus, saved):
        names = [None if row % 3 == 0 else sets for row, sets in enumerate(corpus.sets)]
        expected = saved(unfitted.fit(corpus.texts, names))
        assert saved(unfitted.fit(corpus.texts, [pd.NA if sets is None else sets for sets in names])) == expected

    @pytest.mark.parametrize("nothing", [None, "", NAN])
    def test_a_row_without_a_group(self, unfitted, corpus, nothing):
        groups = [*corpus.groups[:-1], nothing]
        with pytest.raises(InvalidInputError, match=f"row {len(groups) - 1} has no group; name its speech"):
            unfitted.fit(corpus.texts, corpus.sets, groups=groups)

    @pytest.mark.parametrize("seed", [-1, 2**32, 0.5, None])
    def test_seed(self, unfitted, corpus, seed):
        with pytest.raises(
            InvalidInputError, match=r"random_state must be a whole number from 0 to below 2\*\*32, got"
        ):
            unfitted.set_params(random_state=seed).fit(corpus.texts, corpus.sets)

    @pytest.mark.parametrize("features", ["ngrams", None])
    def test_features_are_a_list(self, unfitted, corpus, features):
        with pytest.raises(InvalidInputError, match=r"features must be a list such as \['ngrams'\], got"):
            unfitted.set_params(features=features).fit(corpus.texts, corpus.sets)

    def test_a_path_is_no_codebook(self, corpus):
        with pytest.raises(InvalidInputError, match="codebook must be a Codebook, got str; read a file with Codebook"):
            StanceClassifier("book.yaml").fit(corpus.texts, corpus.sets)

    @pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
    def test_bad_statements(self, fitted, method):
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got int: 7"):
            getattr(fitted["ngrams"], method)(["Lift it.", 7])
        with pytest.raises(InvalidInputError, match="put one statement in a list"):
            getattr(fitted["ngrams"], method)("Lift it.")

    def test_score(self, fitted, corpus):
        with pytest.raises(InvalidInputError, match="y has 1 rows, expected 54"):
            fitted["ngrams"].score(corpus.texts, [[1, 0, 0]])
        with pytest.raises(InvalidInputError, match="sample_weight has 1 rows, expected 54"):
            fitted["ngrams"].score(corpus.texts, corpus.truth, sample_weight=[1.0])
        with pytest.raises(InvalidInputError, match="unknown label 'favour' in row 53"):
            fitted["ngrams"].score(corpus.texts, [*corpus.sets[:-1], {"favour"}])


class TestOddInput:
    def test_groups_that_are_missing_or_no_names(self):
        texts, names = ["Lift it.", "Keep it."] * 10, ["lift", "keep"] * 10
        for groups, message in (
            ([*range(19), pd.NA], "row 19 has no group"),
            ([*range(19), " "], "row 19 has no group"),
            ([[1]] * 20, "the group of row 0 must be a name or a number, got list"),
            (np.zeros((20, 2)), "the group of row 0 must be a name or a number, got ndarray"),
        ):
            with pytest.raises(InvalidInputError, match=message):
                StanceClassifier().fit(texts, names, groups=groups)

    def test_a_nullable_frame_is_read(self):
        marks = pd.DataFrame({"lift": pd.array([True, False, None] * 8, dtype="boolean")})
        model = StanceClassifier(n_folds=2).fit(["Lift it.", "Keep it.", "Go."] * 8, marks).model_
        assert model.provenance["n_statements"] == 16

    def test_lists_in_arrays_are_read(self):
        cells = np.empty(20, dtype=object)
        cells[:] = [np.array(["a"] if row % 2 else [], dtype=object) for row in range(20)]
        assert StanceClassifier(n_folds=2).fit(["No.", "Yes."] * 10, cells).classes_.tolist() == ["a"]

    def test_labels_that_are_no_names(self):
        with pytest.raises(InvalidInputError, match="expected names of labels in row 1 of y, got None"):
            StanceClassifier().fit(["No.", "Yes."], [["a"], ["a", None]])

    def test_blank_statements_alone(self):
        with pytest.raises(InvalidInputError, match="every statement is blank"):
            StanceClassifier().fit(["", " "] * 10, ["a", "b"] * 10)

    def test_no_jobs(self):
        with pytest.raises(InvalidInputError, match="n_jobs must be a whole number other than 0"):
            StanceClassifier(n_jobs=0).fit(["No.", "Yes."] * 10, ["a", "b"] * 10)


def test_a_masked_array_is_refused():
    masked = np.ma.masked_array(np.eye(3), mask=np.eye(3) == 1)
    with pytest.raises(InvalidInputError, match=r"y is a masked array; expected NaN .*\.filled\(nan\)"):
        StanceClassifier(Codebook.from_labels(["a", "b", "c"])).fit(["One.", "Two.", "Three."], masked)
    with pytest.raises(InvalidInputError, match="truth is a masked array"):
        LabelledStatements(texts=["One.", "Two.", "Three."], truth=masked, groups=["1", "2", "3"])


def test_scores_of_exclusive_labels_are_probabilities_and_class_weight_decides_who_wins():
    # One label in ten, and words that tell it from the others half of the time.
    rng = np.random.default_rng(0)
    rare = rng.random(900) < 0.1
    words = np.where(rng.random(900) < 0.5, np.where(rare, "lift", "keep"), "rain")
    texts = [f"They {word} it {number % 7}." for number, word in enumerate(words)]
    names = np.where(rare, "against", "for").tolist()
    fitted = {
        weight: StanceClassifier(class_weight=weight, n_folds=3, features=(NgramFeatures(),)).fit(texts, names)
        for weight in ("balanced", None)
    }
    for classifier in fitted.values():
        scores = classifier.oof_scores_[:, list(classifier.classes_).index("against")]
        unsure = words == "rain"
        assert scores[unsure].mean() == pytest.approx(rare[unsure].mean(), abs=0.02)
        assert scores.mean() == pytest.approx(rare.mean(), abs=0.01)
    asserted = {weight: (classifier.predict(texts) == "against").sum() for weight, classifier in fitted.items()}
    assert asserted["balanced"] >= asserted[None] > 0
    assert fitted["balanced"].model_.calibration.level.argmin() == 0  # against
    highest = fitted[None].classes_[fitted[None].predict_proba(texts).argmax(axis=1)]
    assert (fitted[None].predict(texts) == highest).all()


def test_an_exclusive_label_that_cannot_be_ruled_out_is_told_of():
    texts = [f"They {word} it {i}." for i, word in enumerate(["lift", "keep"] * 40)] + [f"Rain {i}." for i in range(6)]
    names = ["against", "for"] * 40 + ["none"] * 6
    classifier = StanceClassifier(n_folds=2, features=(NgramFeatures(),)).fit(texts, names)
    assert classifier.model_.provenance["never_ruled_out"] == {"none": 9}
    never = StanceClassifier(n_folds=2, features=(NgramFeatures(),), abstention=0).fit(texts, names)
    assert "never_ruled_out" not in never.model_.provenance


def test_a_prior_that_never_abstains_rules_no_label_out(exclusive_codebook, corpus):
    prior = StanceClassifier(exclusive_codebook, n_folds=2, abstention=0).fit(corpus.texts, corpus.names).model_
    few = [f"{text} Indeed, {i}." for i, text in enumerate(corpus.texts[:30])]
    found = StanceClassifier(exclusive_codebook, n_folds=2).fit(few, corpus.names[:30], prior=prior).model_
    assert (found.calibration.low < 1).all()
    kept = StanceClassifier(exclusive_codebook, n_folds=2, abstention=0, prior_strength=np.inf)
    usual = StanceClassifier(exclusive_codebook, n_folds=2).fit(corpus.texts, corpus.names).model_
    assert (kept.fit(few, corpus.names[:30], prior=usual).model_.calibration.low == 1).all()
