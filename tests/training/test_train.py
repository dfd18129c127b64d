"""Training with its evaluation: groups are respected in both, and the card carries the figures."""

import numpy as np
import pytest

from stancekit import (
    Codebook,
    EncoderClassifier,
    InvalidInputError,
    LabelledStatements,
    PseudoLabels,
    StanceClassifier,
    evaluate_model,
    train,
)
from stancekit.training import fitting
from stancekit.training.fitting import calibrate

BOOK = Codebook.from_labels(["lift", "keep"])


def made_data(n=90):
    """Give statements in documents of three."""
    texts = [f"{'Lift' if i % 2 else 'Keep'} word{i // 3} item{i % 7}." for i in range(n)]
    truth = np.array([[float(i % 2), float(1 - i % 2)] for i in range(n)])
    return LabelledStatements(
        texts=texts, truth=truth, groups=[f"d{i // 3}" for i in range(n)], columns={"part": [i % 3 for i in range(n)]}
    )


def test_groups_reach_the_folds_and_the_intervals(monkeypatch):
    seen = {}
    real = fitting.out_of_fold_margins

    def record(extractors, data, settings, folds, *others):
        seen["folds"] = folds
        return real(extractors, data, settings, folds, *others)

    monkeypatch.setattr("stancekit.training.assembly.out_of_fold_margins", record)
    data = made_data()
    result = train(data, BOOK, n_bootstrap=20, n_folds=3, slices=["part"])
    for group in set(data.groups):
        assert len({int(f) for f, g in zip(seen["folds"], data.groups, strict=True) if g == group}) == 1
    assert result.evaluation.whole.n_groups == 30
    assert set(result.evaluation.slices) == {"part"}


def test_the_model_carries_its_figures_and_facts():
    result = train(made_data(), BOOK, n_bootstrap=20, n_folds=3, facts={"origin": "made up"})
    assert result.model.provenance["origin"] == "made up"
    assert "| lift |" in result.model.provenance["evaluation"]["markdown"]


def test_the_band_keeps_its_promise_out_of_fold():
    random = np.random.default_rng(0)
    truth = (random.random((4000, 1)) < 0.15).astype(float)
    margins = random.normal(size=(4000, 1)) + 2 * truth
    made = calibrate(margins, truth, exclusive=False, abstention=0.1)
    scores = made.scores(margins)
    yes = truth == 1
    assert (scores[yes] < made.low[0]).mean() <= 0.1
    assert (scores[~yes] >= made.high[0]).mean() <= 0.1
    assert made.low[0] <= made.threshold[0] <= made.high[0]


@pytest.mark.parametrize("abstention", [0.0, 0.3])
def test_evaluation_counts_what_the_model_abstains_from(abstention):
    data = made_data()
    model = train(data, BOOK, n_bootstrap=0, n_folds=3, abstention=abstention).model
    texts = ["Nothing known stands here.", "Lift", "Keep", "Keep lift keep lift"]
    hard = LabelledStatements(texts=texts, truth=np.zeros((4, 2)), groups=["a", "b", "c", "d"])
    decided = evaluate_model(model, hard, n_bootstrap=0).macro.decided
    abstained = np.array([[label in p.abstained for label in model.labels] for p in model.predict(texts)])
    assert decided.value == pytest.approx(1 - abstained.mean())


SOFT = PseudoLabels(texts=["Lift them.", "Keep them."], scores=np.eye(2), weight=0.5)


@pytest.fixture
def encoder(monkeypatch):
    """Put n-grams in the encoder's place, and tell with what it was made and fitted."""
    asked = {}

    class Encoder:
        def __init__(self, codebook, **parameters):
            self.codebook = codebook
            asked["parameters"] = parameters

        def fit(self, texts, truth, groups, **others):
            asked.update(others)
            return StanceClassifier(self.codebook, n_folds=3).fit(texts, truth, groups=groups, pseudo=others["pseudo"])

    monkeypatch.setattr("stancekit.training.train.EncoderClassifier", Encoder)
    return asked


@pytest.mark.parametrize("pseudo", [None, SOFT], ids=["annotated alone", "pseudo-labels too"])
def test_the_encoder_learns_from_poles_and_pseudo_labels(encoder, pseudo):
    data = made_data()
    data = LabelledStatements(texts=data.texts, truth=data.truth, groups=data.groups, poles=1 - data.truth[:, :1])
    result = train(data, BOOK, n_bootstrap=0, features=["encoder"], pseudo=pseudo, n_epochs=2)
    assert encoder["parameters"] == {"features": [], "n_epochs": 2}
    assert encoder["pseudo"] is pseudo
    assert encoder["poles"] is data.poles
    assert ("pseudo_labels" in result.model.provenance) is (pseudo is not None)


@pytest.mark.parametrize("features", [["ngrams"], ["encoder"]])
def test_the_card_says_when_the_teacher_may_have_seen_the_statements(encoder, features):
    data = made_data()
    folds = np.arange(90) // 3 % 3
    held_out = PseudoLabels(texts=SOFT.texts, scores=SOFT.scores, held_out=np.stack([SOFT.scores] * 3), folds=folds)
    seen = [
        "may have seen these statements"
        in train(data, BOOK, n_bootstrap=0, features=features, pseudo=pseudo).model.provenance["evaluation"]["markdown"]
        for pseudo in (None, held_out, SOFT)
    ]
    assert seen == [False, False, True]


def test_other_features_stand_beside_the_encoder(encoder):
    train(made_data(), BOOK, n_bootstrap=0, features=["lexicon", "encoder", "ngrams"], n_epochs=2)
    assert encoder["parameters"] == {"features": ["lexicon", "ngrams"], "n_epochs": 2}


@pytest.mark.parametrize(
    ("features", "message"),
    [("encoder", "features must be a list"), (["encoder", "ngrams", "encoder"], "features hold 'encoder' twice")],
)
def test_features_that_make_no_sense_are_refused(features, message):
    with pytest.raises(InvalidInputError, match=message):
        train(made_data(), BOOK, features=features)


def test_statements_in_no_fold_take_no_part_in_the_figures():
    folds = np.arange(90) // 3 % 4 - 1
    soft = PseudoLabels(texts=SOFT.texts, scores=SOFT.scores, held_out=np.stack([SOFT.scores] * 3), folds=folds)
    evaluation = train(made_data(), BOOK, n_bootstrap=0, pseudo=soft).evaluation
    assert evaluation.whole.n_statements == (folds >= 0).sum()


def test_a_prior_is_begun_from_and_measured_out_of_fold(models, corpus):
    n_seen = 6
    texts = [text if row < n_seen else f"{text} Again." for row, text in enumerate(corpus.texts)]
    data = LabelledStatements(texts=texts, truth=corpus.truth, groups=corpus.groups)
    training = train(data, models["ngrams"].codebook, prior=models["ngrams"], n_folds=3, n_bootstrap=20)
    assert training.model.provenance["prior"]["strength"] > 0
    assert training.evaluation.whole.n_statements == len(texts) - n_seen
    assert "had been trained on 6 of the statements" in training.model.provenance["evaluation"]["markdown"]


def test_the_card_says_of_which_labels_nothing_was_learned():
    random = np.random.default_rng(1)
    words = [f"w{i}x" for i in range(300)]
    texts = [" ".join(["lift" if row % 3 == 0 else "keep", *random.choice(words, 10)]) for row in range(60)]
    truth = np.column_stack([[row % 3 == 0 for row in range(60)], random.random(60) < 0.4]).astype(float)
    for seed in range(20):
        data = LabelledStatements(texts=texts, truth=truth, groups=[str(i) for i in range(60)])
        training = train(data, Codebook.from_labels(["word", "dice"]), n_folds=3, n_bootstrap=0, random_state=seed)
        if training.model.calibration.slope[1] == 0:
            break
    assert "dice" in training.model.provenance["labels_without_signal"]
    assert "nothing was learned that holds for other groups" in training.model.provenance["evaluation"]["markdown"]
    assert training.model.predict(["lift w2x"])[0].abstained[-1] == "dice"


def test_the_card_tells_of_statements_that_stand_in_several_groups(corpus):
    twice = LabelledStatements(
        texts=corpus.texts * 2,
        truth=np.vstack([corpus.truth] * 2),
        groups=[*corpus.groups, *(f"{g}!" for g in corpus.groups)],
    )
    training = train(twice, Codebook.from_labels(["trade", "lift", "build"]), n_folds=3, n_bootstrap=0)
    assert "stand more than once, in different groups" in training.model.provenance["evaluation"]["markdown"]


def test_rows_that_nobody_annotated_are_no_training_statements(corpus):
    truth = corpus.truth.copy()
    truth[:10] = np.nan
    data = LabelledStatements(
        texts=[f"{text} ({i})" for i, text in enumerate(corpus.texts)], truth=truth, groups=corpus.groups
    )
    training = train(data, Codebook.from_labels(["trade", "lift", "build"]), n_folds=3, n_bootstrap=0)
    assert training.model.provenance["n_statements"] == len(truth) - 10 == training.evaluation.whole.n_statements
    assert training.model.was_trained_on(data.texts).tolist() == [row >= 10 for row in range(len(truth))]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"slices": ["genre"]}, "data has no column 'genre'"),
        ({"n_bootstrap": -1}, "n_bootstrap"),
        ({"features": ["encoder"], "prior_labels": {"a": "b"}}, "an encoder takes none"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_fit(corpus, monkeypatch, wrong, message):
    for kind in (StanceClassifier, EncoderClassifier):
        monkeypatch.setattr(kind, "fit", lambda *given, **more: pytest.fail("it was fitted"))
    data = LabelledStatements(texts=corpus.texts, truth=corpus.truth, groups=corpus.groups)
    with pytest.raises(InvalidInputError, match=message):
        train(data, Codebook.from_labels(["trade", "lift", "build"]), **wrong)


def test_an_encoder_does_not_begin_from_a_prior(models, corpus):
    data = LabelledStatements(texts=corpus.texts, truth=corpus.truth, groups=corpus.groups)
    with pytest.raises(InvalidInputError, match="an encoder is fine-tuned whole and cannot begin from a prior"):
        train(data, models["ngrams"].codebook, prior=models["ngrams"], features=["encoder"])
