import hashlib
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import cross_validate

from stancekit import (
    Codebook,
    InvalidInputError,
    LexiconFeatures,
    NgramFeatures,
    Stance,
    StanceClassifier,
    Target,
    load,
    pseudo_labels,
    save,
)
from stancekit.training import anchored
from stancekit.training.anchored import Anchor, fit_anchored
from stancekit.training.heads import HeadSettings, fit_heads
from stancekit.training.prior import read_prior

NAN = float("nan")
KINDS = ("ngrams", "lexicon", "both", "exclusive")  # as in conftest.py
SETTINGS = HeadSettings(C=0.5, class_weight="balanced", max_iter=1000, exclusive=False)


@pytest.fixture(scope="module")
def new(corpus):
    """A source with words of its own: what the corpus calls an embargo is a chokehold here."""
    rows = [
        (text.replace("embargo", "chokehold").replace("build", "forge") + " So be it.", labels, group)
        for text, labels, group in zip(corpus.texts, corpus.sets, corpus.groups, strict=True)
    ]
    texts, sets, groups = map(list, zip(*rows, strict=True))
    return {"X": texts, "y": sets, "groups": groups}


def answers(kind, corpus):
    return corpus.names if kind == "exclusive" else corpus.sets


def adapted(model, new, y=None, **parameters):
    classifier = StanceClassifier(**{"n_folds": 3, **parameters})
    return classifier.fit(new["X"], new["y"] if y is None else y, groups=new["groups"], prior=model)


class TestEnds:
    @pytest.mark.parametrize("kind", KINDS)
    def test_at_infinity_the_model_is_the_prior(self, kind, models, new, corpus):
        prior = models[kind]
        model = adapted(prior, new, answers(kind, corpus), prior_strength=np.inf).model_
        assert np.array_equal(model.margins(corpus.texts), prior.margins(corpus.texts))
        assert model.predict(corpus.texts) == prior.predict(corpus.texts)

    @pytest.mark.parametrize("kind", KINDS)
    def test_at_zero_only_the_features_are_the_priors(self, kind, models, new, corpus, codebook):
        prior = models[kind]
        features = {"ngrams": NgramFeatures(bits=10), "lexicon": LexiconFeatures(codebook)}
        parameters = {"codebook": prior.codebook, "features": [features[k] for k in prior.scorers], "n_folds": 3}
        y = answers(kind, corpus)
        scratch = StanceClassifier(**parameters).fit(new["X"], y, groups=new["groups"])
        model = adapted(prior, new, y, prior_strength=0)
        # The solvers of exclusive labels differ, and stop at their own tolerances.
        tolerance = 3e-2 if kind == "exclusive" else 1e-3
        np.testing.assert_allclose(
            model.model_.predict_proba(corpus.texts), scratch.model_.predict_proba(corpus.texts), atol=tolerance
        )
        np.testing.assert_allclose(model.oof_scores_, scratch.oof_scores_, atol=tolerance)

    def test_the_stronger_the_nearer_to_the_prior(self, models, new):
        prior = models["ngrams"]
        far = [
            np.abs(adapted(prior, new, prior_strength=s).model_.margins(new["X"]) - prior.margins(new["X"])).max()
            for s in (1, 10, 100, 1000, 1e5)
        ]
        assert far == sorted(far, reverse=True)
        assert far[-1] < 0.01 < far[0]


class TestHeads:
    @pytest.fixture
    def data(self):
        rng = np.random.default_rng(0)
        features = rng.normal(size=(40, 120))
        truth = (features[:, :3] + rng.normal(size=(40, 3)) > 0).astype(float)
        truth[::7, 1] = NAN
        anchor = Anchor(margins=rng.normal(size=(40, 3)), bias=rng.normal(size=3), known=np.array([True, False, True]))
        anchor = replace(anchor, margins=anchor.margins * anchor.known, bias=anchor.bias * anchor.known)
        return {"features": features, "truth": truth, "weights": rng.uniform(0.5, 2, 40), "anchor": anchor}

    def test_at_zero_they_are_those_of_fit_heads(self, data):
        heads = fit_anchored(**data, settings=SETTINGS, strengths=[0.0])[0]
        expected = fit_heads(data["features"], data["truth"], data["weights"], SETTINGS)
        np.testing.assert_allclose(heads.coef, expected.coef, atol=1e-4)
        np.testing.assert_allclose(heads.bias, expected.bias, atol=1e-3)
        assert heads.share.tolist() == [0, 0, 0]

    @pytest.mark.parametrize("exclusive", [False, True])
    def test_few_statements_are_no_other_problem_than_many(self, data, exclusive, monkeypatch):
        settings = replace(SETTINGS, exclusive=exclusive)
        if exclusive:
            data["truth"] = np.eye(3)[np.arange(40) % 3]
        few = fit_anchored(**data, settings=settings, strengths=[3.0])[0]
        monkeypatch.setattr(anchored, "_MANY", 0)
        many = fit_anchored(**data, settings=settings, strengths=[3.0])[0]
        np.testing.assert_allclose(few.coef, many.coef, atol=1e-4)
        np.testing.assert_allclose(few.bias, many.bias, atol=1e-3)

    def test_a_label_that_the_prior_does_not_know_is_learned_as_without_one(self, data):
        heads = fit_anchored(**data, settings=SETTINGS, strengths=[100.0])[0]
        expected = fit_heads(data["features"], data["truth"], data["weights"], SETTINGS)
        np.testing.assert_allclose(heads.coef[:, 1], expected.coef[:, 1], atol=1e-4)
        assert heads.share.tolist() == [1, 0, 1]

    def test_weights_of_a_wide_gaussian_go_where_the_labels_point(self, data):
        """The penalty is that of both Gaussians together: its derivative vanishes where the solver ends."""
        strength = 5.0
        heads = fit_anchored(**data, settings=SETTINGS, strengths=[strength])[0]
        column, truth = 0, data["truth"][:, 0]
        share = strength / (1 + strength)
        margins = share * heads.margins(data["features"], data["anchor"])[:, column]
        weights = data["weights"]
        yes, no = weights @ truth, weights @ (1 - truth)
        pull = SETTINGS.C * weights * (yes + no) / 2 * np.where(truth == 1, 1 / yes, 1 / no)
        slope = data["features"].T @ (pull * (1 / (1 + np.exp(-margins)) - truth))
        np.testing.assert_allclose(slope + (1 + strength) * share * heads.coef[:, column], 0, atol=1e-3)


class TestFewLabels:
    def test_a_few_labels_teach_a_word_that_the_prior_does_not_know(self, models, corpus):
        """Of a source that says "squeeze" for the embargo, tested on documents that no label is of."""
        prior = models["ngrams"]
        texts = [text.replace("The embargo on", "That squeeze of").replace("lifted", "over") for text in corpus.texts]
        here = np.isin(corpus.groups, ["speech 0", "speech 1"])
        rows = {
            "X": [text for text, mine in zip(texts, here, strict=True) if mine],
            "y": [labels for labels, mine in zip(corpus.sets, here, strict=True) if mine],
            "groups": [group for group, mine in zip(corpus.groups, here, strict=True) if mine],
        }
        squeeze = [text for text, mine in zip(texts, here, strict=True) if not mine and "squeeze" in text]
        before, after = (model.predict_proba(squeeze)[:, 1].mean() for model in (prior, adapted(prior, rows).model_))
        assert after > before + 0.05

    def test_a_label_without_any_positive_statement_is_kept(self, models, new):
        prior = models["ngrams"]
        y = [labels - {"lift"} for labels in new["y"]]
        model = adapted(prior, new, y).model_
        assert model.calibration.threshold[1] == prior.calibration.threshold[1]
        assert (model.predict_proba(new["X"])[:, 1] < prior.predict_proba(new["X"])[:, 1] + 1e-9).all()

    def test_a_band_that_few_labels_cannot_warrant_is_the_priors_and_said_so(self, models, new):
        prior = models["ngrams"]
        rows = [row for row, group in enumerate(new["groups"]) if group in ("speech 0", "speech 1")]
        few = {name: [new[name][row] for row in rows] for name in new}
        facts = adapted(prior, few).model_.provenance["prior"]
        assert facts["abstention_not_warranted"] == {
            label: "needs 9 statements with it and 9 without" for label in prior.labels
        }
        assert "abstention_not_warranted" not in adapted(prior, few, abstention=0).model_.provenance["prior"]
        many = {name: new[name] * 3 for name in new}
        assert "abstention_not_warranted" not in adapted(prior, many).model_.provenance["prior"]

    def test_statements_that_nobody_annotated_change_no_head(self, models, new, corpus):
        prior = models["lexicon"]
        truth = np.vstack([corpus.truth, np.full((2, 3), NAN)])
        more = {"X": [*new["X"], "We trade.", "We lift it."], "groups": [*new["groups"], "a", "b"]}
        one, other = (adapted(prior, given, y, prior_strength=3) for given, y in ((new, corpus.truth), (more, truth)))
        np.testing.assert_allclose(one.model_.bias, other.model_.bias)

    def test_marks_are_read_as_the_prior_reads_them(self, packaged):
        features = read_prior(packaged, packaged.codebook, None, None).features["ngrams"]
        assert features.spec() == packaged.scorers["ngrams"].spec
        assert NgramFeatures().spec().plain_marks != features.spec().plain_marks

    def test_a_hundred_labels_take_seconds(self, packaged, new):
        begun = time.process_time()
        StanceClassifier().fit(new["X"] * 2, [set() for _ in new["X"] * 2], prior=packaged)
        assert time.process_time() - begun < 20


class TestLabels:
    def test_the_order_of_the_codebook_is_that_of_the_columns(self, models, new, corpus):
        prior = models["ngrams"]
        turned = replace(prior.codebook, stances=prior.codebook.stances[::-1])
        one = adapted(prior, new).model_
        other = adapted(prior, new, codebook=turned).model_
        assert other.labels == one.labels[::-1]
        np.testing.assert_allclose(
            other.predict_proba(corpus.texts)[:, ::-1], one.predict_proba(corpus.texts), atol=1e-5
        )

    def test_fewer_labels(self, models, new, corpus):
        prior = models["ngrams"]
        model = adapted(prior, new, codebook=prior.codebook.predicting(["build"]), prior_strength=np.inf).model_
        assert model.labels == ("build",)
        assert np.array_equal(model.predict_proba(corpus.texts)[:, 0], prior.predict_proba(corpus.texts)[:, 2])

    def test_new_and_renamed_ones(self, models, new, corpus):
        prior = models["ngrams"]
        book = Codebook.from_labels(["make", "lift", "weather"])
        y = [{"make"} if "forge" in text else {"weather"} if "rained" in text else set() for text in new["X"]]
        classifier = StanceClassifier(book, n_folds=3, prior_strength=np.inf)
        classifier.fit(new["X"], y, groups=new["groups"], prior=prior, prior_labels={"make": "build"})
        model = classifier.model_
        assert model.provenance["prior"]["labels"] == {"make": "build", "lift": "lift", "weather": "new"}
        assert np.array_equal(model.margins(corpus.texts)[:, :2], prior.margins(corpus.texts)[:, [2, 1]])
        assert np.array_equal(model.predict_proba(corpus.texts)[:, :2], prior.predict_proba(corpus.texts)[:, [2, 1]])
        assert np.array_equal(model.calibration.threshold[:2], prior.calibration.threshold[[2, 1]])
        assert "weather" in model.predict("It rained over the coast for 3 hours. So be it.").labels

    def test_a_label_of_which_the_prior_learned_nothing_is_learned_anew(self, models, new, corpus):
        prior = models["ngrams"]
        flat = replace(prior.calibration, slope=prior.calibration.slope * [1, 0, 1])
        model = adapted(replace(prior, calibration=flat), new).model_
        assert model.provenance["prior"]["labels"]["lift"] == "new"
        assert model.calibration.slope[1] > 0
        assert np.ptp(model.predict_proba(corpus.texts)[:, 1]) > 0.5

    def test_the_other_pole_of_the_same_name_is_another_label(self, models, new, codebook):
        def book(pole):
            stances = (Stance(label="trade"), Stance(label="lift", target="embargo", pole=pole))
            return Codebook(stances=stances, targets=(Target(name="embargo"),))

        y = [labels - {"build"} for labels in new["y"]]
        prior = (
            StanceClassifier(book("against"), features=[NgramFeatures(bits=10)], n_folds=3)
            .fit(new["X"], y, groups=new["groups"])
            .model_
        )
        later = new | {"X": [f"{text} Again." for text in new["X"]]}
        labels = adapted(prior, later, y, codebook=book("for")).model_.provenance["prior"]["labels"]
        assert labels == {"trade": "trade", "lift": "new"}

    def test_a_new_label_needs_annotations_as_ever(self, models, new):
        book = Codebook.from_labels(["lift", "sing"])
        with pytest.raises(InvalidInputError, match="label 'sing' has 0 positive statements"):
            adapted(models["ngrams"], new, [labels & {"lift"} for labels in new["y"]], codebook=book)

    def test_exclusive_labels_may_be_new_too(self, models, new, corpus):
        book = Codebook.from_labels(["trade", "lift", "build", "rain", "none"], exclusive=True)
        names = ["rain" if "rained" in text else name for text, name in zip(new["X"], corpus.names, strict=True)]
        classifier = adapted(models["exclusive"], new, names, codebook=book)
        assert np.mean(classifier.predict(new["X"]) == np.array(names)) > 0.9


class TestRefusals:
    @pytest.mark.parametrize(
        ("prior", "message"),
        [("linear", "prior must be a StanceModel, got str; pass what load"), (7, "got int")],
    )
    def test_what_is_no_model(self, prior, message, new):
        with pytest.raises(InvalidInputError, match=message):
            adapted(prior, new)

    def test_a_fine_tuned_encoder(self, models, new):
        prior = replace(models["ngrams"], scorers={"encoder": models["ngrams"].scorers["ngrams"]})
        with pytest.raises(InvalidInputError, match=r"fine-tuned encoder.*let the encoder teach through pseudo_labels"):
            adapted(prior, new)

    def test_other_features(self, models, new, codebook):
        with pytest.raises(InvalidInputError, match=r"features are \['lexicon'\] and the prior's \['ngrams'\]"):
            adapted(models["ngrams"], new, features=[LexiconFeatures(codebook)])
        with pytest.raises(
            InvalidInputError, match=r"ngrams features have other parameters .*NgramFeatures\(bits=10\)"
        ):
            adapted(models["ngrams"], new, features=[NgramFeatures(bits=11)])
        other = LexiconFeatures(Codebook(stances=(Stance(label="trade", cues=("commerce",)),)))
        with pytest.raises(InvalidInputError, match="lexicon features have other parameters"):
            adapted(models["lexicon"], new, features=[other])

    def test_the_same_features_may_be_named(self, models, new):
        model = adapted(models["ngrams"], new, features=[NgramFeatures(bits=10, min_df=1)]).model_
        assert list(model.scorers) == ["ngrams"]

    def test_no_label_in_common(self, models, new):
        with pytest.raises(InvalidInputError, match=r"no label of .* is one of the prior's.*prior_labels"):
            adapted(models["ngrams"], new, codebook=Codebook.from_labels(["x", "y"]), y=[{"x"} for _ in new["X"]])

    @pytest.mark.parametrize("renamed", [{"lifted": "lift"}, {"lift": "lifted"}])
    def test_unknown_names(self, renamed, models, new):
        with pytest.raises(InvalidInputError, match="unknown label 'lifted' in field 'prior_labels'"):
            StanceClassifier().fit(new["X"], new["y"], prior=models["ngrams"], prior_labels=renamed)

    def test_names_without_a_prior(self, new):
        with pytest.raises(InvalidInputError, match="pass prior too"):
            StanceClassifier().fit(new["X"], new["y"], prior_labels={"a": "b"})

    def test_exclusive_and_not(self, models, new, corpus):
        with pytest.raises(InvalidInputError, match="use a codebook with exclusive=False, or no prior"):
            adapted(models["ngrams"], new, corpus.names, codebook=models["exclusive"].codebook)

    def test_a_teacher_beside_a_prior(self, models, new):
        soft = pseudo_labels(models["ngrams"], ["We met."])
        with pytest.raises(InvalidInputError, match="prior and pseudo do not go together"):
            StanceClassifier().fit(new["X"], new["y"], prior=models["ngrams"], pseudo=soft)

    @pytest.mark.parametrize("strength", [-1, NAN, "strong"])
    def test_a_strength_that_is_none(self, strength, models, new):
        with pytest.raises(InvalidInputError, match="prior_strength must be a number from 0 to infinity or None"):
            adapted(models["ngrams"], new, prior_strength=strength)


class TestWhatIsWritten:
    def test_the_card_names_the_prior_by_its_hash(self, models, new, tmp_path):
        prior = save(models["ngrams"], tmp_path / "prior")
        digest = hashlib.sha256((prior / "weights.safetensors").read_bytes()).hexdigest()
        model = adapted(load(prior), new).model_
        saved = save(model, tmp_path / "adapted")
        assert digest in (saved / "README.md").read_text()
        assert np.array_equal(load(saved).predict_proba(new["X"]), model.predict_proba(new["X"]))

    def test_it_knows_the_statements_and_words_of_both(self, models, new, corpus):
        model = adapted(models["ngrams"], new).model_
        assert model.was_trained_on([*corpus.texts, *new["X"]]).all()
        assert model.familiarity.count("The embargo, a chokehold, a cage.").n_new == 1


class TestScikitLearn:
    def test_clone_keeps_the_strength(self):
        assert clone(StanceClassifier(prior_strength=3)).prior_strength == 3

    def test_the_prior_is_routed(self, models, corpus):
        with config_context(enable_metadata_routing=True):
            classifier = StanceClassifier(n_folds=2).set_fit_request(prior=True)
            texts = [f"{text} Again." for text in corpus.texts]  # those of the corpus the prior has seen
            scores = cross_validate(classifier, texts, corpus.truth, cv=3, params={"prior": models["ngrams"]})
        assert scores["test_score"].min() > 0.5


class TestStatementsThatThePriorSaw:
    def test_all_of_them_are_too_many(self, models, corpus):
        with pytest.raises(InvalidInputError, match="trained on every annotated statement"):
            StanceClassifier(n_folds=3).fit(corpus.texts, corpus.sets, groups=corpus.groups, prior=models["ngrams"])

    def test_they_are_learned_from_and_count_in_no_figure(self, models, new, corpus):
        n = len(corpus.texts)
        texts, sets = [*corpus.texts, *new["X"]], [*corpus.sets, *new["y"]]
        groups = [*corpus.groups, *(f"new {group}" for group in new["groups"])]
        classifier = StanceClassifier(n_folds=3).fit(texts, sets, groups=groups, prior=models["ngrams"])
        assert np.isnan(classifier.oof_scores_[:n]).all()
        assert not np.isnan(classifier.oof_scores_[n:]).any()
        assert classifier.model_.provenance["prior"]["n_statements_seen"] == n

    def test_random_labels_are_learned_no_better_than_by_chance(self):
        random = np.random.default_rng(0)
        words = [f"w{i}x" for i in range(300)]
        texts = [" ".join(random.choice(words, 10)) for _ in range(240)]
        truth = (random.random((240, 1)) < 0.4).astype(float)
        first = StanceClassifier(n_folds=3).fit(texts[:200], truth[:200]).model_
        scores = StanceClassifier(n_folds=3).fit(texts, truth, prior=first).oof_scores_[200:, 0]
        assert np.mean((scores > np.median(scores)) == (truth[200:, 0] == 1)) < 0.75
