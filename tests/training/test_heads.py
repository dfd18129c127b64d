"""The heads are logistic regressions: those of scikit-learn on hard labels, and more than it on soft ones."""

import warnings
from dataclasses import asdict

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from stancekit import InvalidInputError, StanceClassifier
from stancekit.training.heads import HeadSettings, fit_heads

NAN = float("nan")
BALANCES = [None, "balanced", {0: 1, 1: 3}, {1: 0.2}]


def settings(**changes):
    defaults = {"C": 0.5, "class_weight": None, "max_iter": 1000, "exclusive": False}
    return HeadSettings(**defaults | changes)


def made(n=120, width=6, seed=0):
    """Features, hard labels of one rare and one common label, and weights."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, width))
    slopes = rng.normal(size=(width, 2))
    truth = (features @ slopes + [-2.0, 1.0] + rng.logistic(size=(n, 2)) > 0).astype(float)
    return features, truth, rng.uniform(0.1, 3, size=n)


def peer(features, target, weights, **options):
    """Give scikit-learn's weights and bias, its gradient next to nothing."""
    head = LogisticRegression(tol=1e-10, max_iter=10_000, **options).fit(features, target, weights)
    return head.coef_[0], head.intercept_[0]


@pytest.mark.parametrize("C", [0.01, 0.5, 20.0])
@pytest.mark.parametrize("class_weight", BALANCES, ids=str)
@pytest.mark.parametrize("weighted", [False, True])
def test_hard_labels_give_what_scikit_learn_gives(C, class_weight, weighted):
    features, truth, weights = made()
    weights = weights if weighted else None
    heads = fit_heads(features, truth, weights, settings(C=C, class_weight=class_weight))
    for column in range(2):
        coef, bias = peer(features, truth[:, column], weights, C=C, class_weight=class_weight)
        np.testing.assert_allclose(heads.coef[:, column], coef, rtol=0, atol=1e-4)
        assert heads.bias[column] == pytest.approx(bias, abs=1e-4)


@pytest.mark.parametrize("class_weight", BALANCES, ids=str)
def test_rows_count_only_for_the_labels_that_were_annotated(class_weight):
    features, truth, weights = made()
    truth[::3, 0] = NAN
    truth[1::4, 1] = NAN
    heads = fit_heads(features, truth, weights, settings(class_weight=class_weight))
    for column in range(2):
        known = ~np.isnan(truth[:, column])
        coef, bias = peer(
            features[known], truth[known, column], weights[known], C=0.5, class_weight=class_weight, solver="lbfgs"
        )
        np.testing.assert_allclose(heads.coef[:, column], coef, rtol=0, atol=1e-4)
        assert heads.bias[column] == pytest.approx(bias, abs=1e-4)


@pytest.mark.parametrize("class_weight", BALANCES, ids=str)
def test_a_soft_label_is_a_statement_with_both_answers_by_their_weights(class_weight):
    features, _, weights = made(n=60)
    soft = np.random.default_rng(1).uniform(size=(60, 1))
    heads = fit_heads(features, soft, weights, settings(class_weight=class_weight))
    twice = np.vstack([features, features])
    answers = np.repeat([[1.0], [0.0]], 60, axis=0)
    shares = np.concatenate([weights * soft[:, 0], weights * (1 - soft[:, 0])])
    hard = fit_heads(twice, answers, shares, settings(class_weight=class_weight))
    np.testing.assert_allclose(heads.coef, hard.coef, rtol=0, atol=1e-5)
    np.testing.assert_allclose(heads.bias, hard.bias, rtol=0, atol=1e-5)
    coef, bias = peer(twice, answers[:, 0], shares, C=0.5, class_weight=class_weight)
    np.testing.assert_allclose(heads.coef[:, 0], coef, rtol=0, atol=1e-4)
    assert heads.bias[0] == pytest.approx(bias, abs=1e-4)


@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_a_row_of_weight_nothing_is_no_row(class_weight):
    features, truth, weights = made()
    weights[::4] = 0
    kept = weights > 0
    heads = fit_heads(features, truth, weights, settings(class_weight=class_weight))
    fewer = fit_heads(features[kept], truth[kept], weights[kept], settings(class_weight=class_weight))
    np.testing.assert_allclose(heads.coef, fewer.coef, rtol=0, atol=1e-5)


def test_an_answer_of_weight_nothing_leaves_finite_heads():
    features, truth, _ = made()
    weights = (truth[:, 0] == 0).astype(float)  # nobody says yes
    heads = fit_heads(features, truth[:, :1], weights, settings(class_weight="balanced"))
    assert np.isfinite(heads.coef).all()
    assert heads.bias[0] < 0


def test_balanced_answers_pull_alike():
    features, truth, _ = made()
    nothing = np.zeros_like(features)
    assert fit_heads(nothing, truth, None, settings(class_weight="balanced")).bias == pytest.approx([0, 0], abs=1e-6)
    odds = np.log(truth.mean(axis=0) / (1 - truth.mean(axis=0)))
    assert fit_heads(nothing, truth, None, settings()).bias == pytest.approx(odds, abs=1e-3)


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csr_array])
def test_sparse_and_dense_give_the_same(exclusive, container):
    features, truth, weights = made()
    features[np.abs(features) < 0.7] = 0
    truth = np.column_stack([truth[:, 0], 1 - truth[:, 0]])
    dense = fit_heads(features, truth, weights, settings(exclusive=exclusive))
    other = fit_heads(container(features), truth, weights, settings(exclusive=exclusive))
    np.testing.assert_allclose(other.coef, dense.coef, rtol=0, atol=1e-5)
    np.testing.assert_allclose(other.margins(container(features)), dense.margins(features), rtol=0, atol=1e-4)


def test_features_that_never_occur_weigh_nothing():
    features, truth, _ = made()
    wide = np.zeros((len(features), 40))
    wide[:, 7:13] = features
    heads = fit_heads(wide, truth, None, settings())
    plain = fit_heads(features, truth, None, settings())
    np.testing.assert_array_equal(heads.coef[7:13], plain.coef)
    assert not np.delete(heads.coef, range(7, 13), axis=0).any()


@pytest.mark.parametrize("n_labels", [2, 3])
def test_exclusive_heads_are_one_regression(n_labels):
    features, _, weights = made()
    winners = np.arange(len(features)) % n_labels
    features[:, 0] += winners
    truth = np.eye(n_labels)[winners]
    truth[5] = NAN
    known = np.arange(len(features)) != 5
    heads = fit_heads(features, truth, weights, settings(exclusive=True))
    head = LogisticRegression(C=0.5).fit(features[known], winners[known], weights[known])
    powers = np.exp(heads.margins(features))
    np.testing.assert_allclose(
        powers / powers.sum(axis=1, keepdims=True), head.predict_proba(features), rtol=0, atol=1e-9
    )


def test_nothing_is_changed_and_the_same_comes_twice():
    features, truth, weights = made()
    before = features.copy(), truth.copy(), weights.copy()
    first, second = (fit_heads(features, truth, weights, settings(class_weight="balanced")) for _ in range(2))
    np.testing.assert_array_equal(first.coef, second.coef)
    for argument, copy in zip((features, truth, weights), before, strict=True):
        np.testing.assert_array_equal(argument, copy)


def test_too_few_iterations_are_told_and_enough_are_not():
    features, truth, _ = made()
    with pytest.warns(ConvergenceWarning, match="a head failed to converge in 1 iterations; raise max_iter or lower C"):
        fit_heads(features, truth, None, settings(max_iter=1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for C in (1e-6, 1.0, 1e6):
            fit_heads(features, truth, None, settings(C=C))


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ("heavy", "class_weight must be 'balanced', a dict or None, got 'heavy'"),
        (3, "class_weight must be 'balanced', a dict or None, got 3"),
        ({"lift": 2}, r"class_weight must give each of \[0, 1\] a weight of 0 or more, got {'lift': 2}"),
        ({0: 1, 1: -3}, r"class_weight must give each of \[0, 1\] a weight of 0 or more, got {0: 1, 1: -3}"),
        ({1: NAN}, r"class_weight must give each of \[0, 1\] a weight of 0 or more, got {1: nan}"),
        ({1: "2"}, r"class_weight must give each of \[0, 1\] a weight of 0 or more, got {1: '2'}"),
    ],
)
def test_bad_class_weights(class_weight, message):
    with pytest.raises(InvalidInputError, match=message):
        StanceClassifier(class_weight=class_weight).fit(["Lift it.", "No."] * 9, [["a"], []] * 9)


@pytest.mark.parametrize("class_weight", ["heavy", {0: 1, 1: 2}, {"lift": -1}])
def test_bad_class_weights_of_labels_that_exclude_one_another(class_weight):
    with pytest.raises(InvalidInputError, match="class_weight must"):
        StanceClassifier(class_weight=class_weight).fit(["Lift it.", "Keep it."] * 9, ["lift", "keep"] * 9)


def test_labels_that_exclude_one_another_are_weighed_by_name():
    texts, names = ["We lift it.", "We keep it.", "We go."] * 20, ["lift", "keep", "keep"] * 20
    scores = [
        StanceClassifier(class_weight={"lift": weight}, n_folds=2).fit(texts, names).model_.margins(["We met."])[0]
        for weight in (1, 50)
    ]
    keep, lift = 0, 1
    assert scores[1][lift] - scores[1][keep] > scores[0][lift] - scores[0][keep]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("settings", [{"C": 1e5}, {"C": 1e6}, {"max_iter": 1}])
def test_folds_do_not_end_where_all_statements_began(settings):
    """At random labels no fold may do better than chance: the heads of all statements know them."""
    random = np.random.default_rng(0)
    words = [f"w{i}x" for i in range(300)]
    texts = [" ".join(random.choice(words, 10)) for _ in range(150)]
    truth = (random.random((150, 1)) < 0.4).astype(float)
    classifier = StanceClassifier(**settings, n_folds=3).fit(texts, truth)
    scores = classifier.oof_scores_[:, 0]
    assert np.mean(scores[truth[:, 0] == 1] > scores[truth[:, 0] == 0].mean()) < 0.75


def test_settings_are_the_defaults_of_the_classifier():
    defaults = StanceClassifier().get_params()
    settings = asdict(HeadSettings())
    assert settings.pop("exclusive") is False
    assert settings == {name: defaults[name] for name in settings}
