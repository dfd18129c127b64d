"""Students learn from a teacher's soft labels, fold by fold where each fold has a teacher of its own."""

import re

import numpy as np
import pytest

from stancekit import Codebook, InvalidInputError, NgramFeatures, PseudoLabels, StanceClassifier, pseudo_labels
from stancekit.training.distillation import taught_by

NAN = float("nan")
NEW = ["We trade with everybody.", "Lift the embargo on us.", "We build it ourselves.", "It rained."]


@pytest.fixture(scope="session")
def teacher(models):
    return models["both"]


@pytest.fixture
def student(codebook):
    return StanceClassifier(codebook, features=(NgramFeatures(bits=8),), n_folds=3)


def soft_of(corpus, **changes):
    """Give the corpus as if a teacher knew its labels."""
    return PseudoLabels(**{"texts": corpus.texts, "scores": corpus.truth} | changes)


class TestPseudoLabels:
    def test_scores_are_the_teachers(self, teacher):
        soft = pseudo_labels(teacher, (text for text in NEW), weight=0.7)
        assert (soft.texts, soft.weight, soft.held_out, soft.folds) == (NEW, 0.7, None, None)
        np.testing.assert_array_equal(soft.scores, teacher.predict_proba(NEW))

    def test_of_nothing(self, teacher):
        assert pseudo_labels(teacher, []).scores.shape == (0, 3)

    def test_targets_of_a_fold(self):
        scores, held_out = np.array([[0.5]]), np.array([[[0.1]], [[0.9]]])
        soft = PseudoLabels(texts=["a"], scores=scores, held_out=held_out, folds=np.array([0, 1]))
        assert [soft.targets(fold).tolist() for fold in (None, 0, 1)] == [[[0.5]], [[0.1]], [[0.9]]]
        assert PseudoLabels(texts=["a"], scores=scores).targets(1).tolist() == [[0.5]]

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"scores": np.array([0.5, 0.5])}, r"scores must have shape \(n_statements, n_labels\) .* 2, got \(2,\)"),
            ({"scores": np.zeros((3, 1))}, r"with n_statements 2, got \(3, 1\)"),
            (
                {"scores": np.array([[0.5], [1.5]])},
                r"scores of a teacher must lie in \[0, 1\], got 1.5 at \(1, 0\); pass scores, not margins",
            ),
            ({"scores": np.array([[-0.1], [0.5]])}, r"must lie in \[0, 1\], got -0.1 at \(0, 0\)"),
            ({"scores": np.array([[NAN], [0.5]])}, r"must lie in \[0, 1\], got nan at \(0, 0\)"),
            ({"weight": 0}, "the weight of pseudo-labels must be a positive number, got 0"),
            ({"weight": -1.0}, "the weight of pseudo-labels must be a positive number, got -1.0"),
            ({"weight": NAN}, "the weight of pseudo-labels must be a positive number, got nan"),
            ({"weight": np.inf}, "the weight of pseudo-labels must be a positive number, got inf"),
            ({"weight": "1"}, "the weight of pseudo-labels must be a positive number, got '1'"),
            ({"held_out": np.zeros((2, 2, 1))}, "held_out and folds go together"),
            ({"folds": np.array([0, 1])}, "held_out and folds go together"),
            (
                {"held_out": np.zeros((2, 2, 3)), "folds": np.array([0, 1])},
                r"held_out must have shape \(n_folds, 2, 1\), got \(2, 2, 3\)",
            ),
            (
                {"held_out": np.full((2, 2, 1), 2.0), "folds": np.array([0, 1])},
                r"held_out of a teacher must lie in \[0, 1\], got 2.0 at \(0, 0, 0\)",
            ),
        ],
    )
    def test_bad_ones(self, changes, message):
        arguments = {"texts": ["a", "b"], "scores": np.array([[0.5], [0.5]])}
        with pytest.raises(InvalidInputError, match=message):
            PseudoLabels(**arguments | changes)

    def test_rows_that_are_no_text(self, teacher):
        with pytest.raises(InvalidInputError, match="expected a str in row 1, got int: 7"):
            pseudo_labels(teacher, ["a", 7])


class TestFit:
    def test_students_learn_words_that_only_the_teacher_knows(self, student, corpus):
        soft = PseudoLabels(
            texts=["Dismantle these measures."] * 10, scores=np.tile([0.0, 1.0, 0.0], (10, 1)), weight=1.0
        )
        alone = student.fit(corpus.texts, corpus.sets).predict_proba(["Dismantle these measures."])[0]
        taught = student.fit(corpus.texts, corpus.sets, pseudo=soft).predict_proba(["Dismantle these measures."])[0]
        assert taught[1] > alone[1] + 0.2

    def test_a_pseudo_label_of_weight_one_is_an_annotation(self, student, corpus):
        taught = student.set_params(class_weight=None).fit(corpus.texts, corpus.sets, pseudo=soft_of(corpus, weight=1))
        margins = taught.decision_function(corpus.texts)
        twice = student.fit(corpus.texts * 2, corpus.sets * 2).decision_function(corpus.texts)
        np.testing.assert_allclose(margins, twice, rtol=0, atol=0.01)

    def test_weights_stand_beside_those_of_the_statements(self, student, corpus):
        student.set_params(class_weight=None)
        weights = np.linspace(0.5, 2, len(corpus.texts))
        taught = student.fit(corpus.texts, corpus.sets, sample_weight=weights, pseudo=soft_of(corpus, weight=0.5))
        margins = taught.decision_function(corpus.texts)
        both = [*weights, *[0.5] * len(weights)]
        twice = student.fit(corpus.texts * 2, corpus.sets * 2, sample_weight=both).decision_function(corpus.texts)
        np.testing.assert_allclose(margins, twice, rtol=0, atol=0.01)

    @pytest.mark.parametrize("weight", [1e-9, None])
    def test_next_to_no_weight_and_no_statement_change_nothing(self, student, corpus, weight):
        student.set_params(features=(NgramFeatures(bits=8, min_df=1),))  # statements of no weight count there
        alone = student.fit(corpus.texts, corpus.sets).decision_function(corpus.texts)
        soft = PseudoLabels(texts=[], scores=np.zeros((0, 3))) if weight is None else soft_of(corpus, weight=weight)
        taught = student.fit(corpus.texts, corpus.sets, pseudo=soft).decision_function(corpus.texts)
        np.testing.assert_allclose(taught, alone, rtol=0, atol=0.05)

    def test_calibration_stands_on_the_annotated_statements_alone(self, student, corpus):
        taught = student.fit(corpus.texts, corpus.sets, pseudo=PseudoLabels(texts=NEW, scores=np.zeros((4, 3))))
        assert taught.oof_scores_.shape == corpus.truth.shape
        assert taught.model_.provenance["n_statements"] == len(corpus.texts)
        assert taught.model_.provenance["pseudo_labels"] == {"n": 4, "weight": 0.3, "held_out": False}
        assert taught.model_.was_trained_on(NEW).all()  # figures on them would be too good as well
        assert taught.model_.was_trained_on(corpus.texts).all()

    def test_folds_learn_from_their_own_teachers(self, student, corpus):
        n_rows = len(corpus.texts)
        folds = np.arange(n_rows) % 2
        # The teacher of fold 1 says the opposite of the truth: only heads held out there may believe it.
        held_out = np.stack([corpus.truth, 1 - corpus.truth])
        soft = soft_of(corpus, weight=50.0, held_out=held_out, folds=folds)
        taught = student.set_params(class_weight=None).fit(corpus.texts, corpus.truth, pseudo=soft)
        margins = taught.decision_function(corpus.texts)
        assert ((margins > 0) == (corpus.truth == 1)).mean() > 0.95
        slope, offset = taught.model_.calibration.slope, taught.model_.calibration.offset
        scores = np.clip(taught.oof_scores_, 1e-9, 1 - 1e-9)
        held = (np.log(scores / (1 - scores)) - offset) / slope
        right = (held > 0) == (corpus.truth == 1)
        assert right[folds == 0].mean() > 0.95
        assert right[folds == 1].mean() < 0.05

    def test_statements_in_no_fold_are_trained_on_and_not_calibrated_with(self, student, corpus):
        folds = np.arange(len(corpus.texts)) // 9 % 3 - 1
        soft = PseudoLabels(texts=NEW, scores=np.full((4, 3), 0.5), held_out=np.full((2, 4, 3), 0.5), folds=folds)
        taught = student.fit(corpus.texts, corpus.truth, pseudo=soft)
        assert np.isnan(taught.oof_scores_[folds == -1]).all()
        assert not np.isnan(taught.oof_scores_[folds != -1]).any()
        assert taught.model_.was_trained_on(corpus.texts).all()
        margins, wrong = taught.decision_function(corpus.texts), corpus.truth
        wrong[folds == -1] = 1 - wrong[folds == -1]
        misled = student.fit(corpus.texts, wrong, pseudo=soft).decision_function(corpus.texts)
        assert np.abs(misled - margins).max() > 0.5

    def test_folds_of_the_teachers_are_those_of_the_groups(self, student, corpus):
        folds = np.arange(len(corpus.texts)) % 2
        soft = soft_of(corpus, held_out=np.stack([corpus.truth] * 2), folds=folds)
        message = re.escape(
            "group 'speech 0' stands in the folds 0 and 1 of the pseudo-labels; deal the groups, not the statements"
        )
        with pytest.raises(InvalidInputError, match=message):
            student.fit(corpus.texts, corpus.sets, groups=corpus.groups, pseudo=soft)
        by_group = np.array([int(group.split()[1]) % 2 for group in corpus.groups])
        soft = soft_of(corpus, held_out=np.stack([corpus.truth] * 2), folds=by_group)
        assert student.fit(corpus.texts, corpus.sets, groups=corpus.groups, pseudo=soft).model_.labels

    @pytest.mark.parametrize(
        ("folds", "message"),
        [
            ([0, 1], "folds has 2 rows, expected 54 as there are statements"),
            ([0, 1, 2] * 18, r"pseudo-labels have the folds \[0, 1, 2\], expected \[0, 1\] as in held_out"),
            ([0] * 54, r"pseudo-labels have the folds \[0\], expected \[0, 1\] as in held_out"),
            ([-2, 0, 1] * 18, r"pseudo-labels have the folds \[-2, 0, 1\], expected \[0, 1\] as in held_out"),
        ],
    )
    def test_folds_that_do_not_fit(self, student, corpus, folds, message):
        soft = soft_of(corpus, held_out=np.stack([corpus.truth] * 2), folds=np.array(folds))
        with pytest.raises(InvalidInputError, match=message):
            student.fit(corpus.texts, corpus.sets, pseudo=soft)

    def test_scores_of_other_labels(self, student, corpus):
        soft = PseudoLabels(texts=["a"], scores=np.array([[0.5, 0.5]]))
        with pytest.raises(InvalidInputError, match=r"pseudo-labels have 2 columns, expected 3 for \['trade', 'lift'"):
            student.fit(corpus.texts, corpus.sets, pseudo=soft)

    def test_labels_of_the_teacher_are_put_into_the_students_order(self, student, corpus, codebook):
        swapped = [codebook.labels.index(label) for label in codebook.labels[::-1]]
        soft = soft_of(corpus, scores=corpus.truth[:, swapped], labels=codebook.labels[::-1])
        student.fit(corpus.texts, corpus.sets, pseudo=soft)
        turned = student.model_.predict_proba(NEW)
        student.fit(corpus.texts, corpus.sets, pseudo=soft_of(corpus))
        np.testing.assert_array_equal(turned, student.model_.predict_proba(NEW))

    def test_labels_of_a_teacher_of_another_codebook(self, student, corpus):
        soft = PseudoLabels(texts=["a"], scores=np.full((1, 3), 0.5), labels=("x", "y", "z"))
        with pytest.raises(InvalidInputError, match=r"pseudo-labels are of the labels \['x', 'y', 'z'\], expected"):
            student.fit(corpus.texts, corpus.sets, pseudo=soft)

    def test_held_out_scores_follow_their_labels(self, codebook):
        labels, scores = codebook.labels[::-1], np.array([[0.1, 0.2, 0.3]])
        soft = PseudoLabels(
            texts=["a"], scores=scores, held_out=scores[None], folds=np.array([0]), labels=labels, weight=0.3
        )
        taught = taught_by(soft, codebook)
        assert (taught.targets(None).tolist(), taught.targets(0).tolist()) == ([[0.3, 0.2, 0.1]],) * 2

    def test_labels_that_do_not_name_the_columns(self):
        with pytest.raises(InvalidInputError, match=r"labels must name 2 columns, got \['x'\]"):
            PseudoLabels(texts=["a"], scores=np.zeros((1, 2)), labels=("x",))

    def test_a_name_is_no_teacher(self):
        with pytest.raises(InvalidInputError, match=r"got 'encoder'; pass stancekit.load\('encoder'\)"):
            pseudo_labels("encoder", ["a"])

    def test_labels_that_exclude_one_another(self, student, corpus, exclusive_codebook):
        student.set_params(codebook=exclusive_codebook)
        soft = PseudoLabels(texts=["a"], scores=np.full((1, 4), 0.25))
        with pytest.raises(InvalidInputError, match="pseudo-labels are for labels that may stand together"):
            student.fit(corpus.texts, corpus.names, pseudo=soft)

    def test_texts_that_are_none(self, student, corpus):
        soft = PseudoLabels(texts=[None], scores=np.zeros((1, 3)))
        with pytest.raises(InvalidInputError, match="expected a str in row 0, got NoneType"):
            student.fit(corpus.texts, corpus.sets, pseudo=soft)

    def test_missing_annotations_stay_missing(self, student, corpus):
        truth = corpus.truth
        truth[::4] = NAN
        known = ~np.isnan(truth[:, 0])
        soft = PseudoLabels(texts=NEW, scores=np.full((4, 3), 0.5))
        margins = student.fit(corpus.texts, truth, pseudo=soft).decision_function(corpus.texts)
        texts = [text for text, use in zip(corpus.texts, known, strict=True) if use]
        fewer = student.fit(texts, truth[known], pseudo=soft).decision_function(corpus.texts)
        np.testing.assert_allclose(margins, fewer, rtol=0, atol=1e-3)

    def test_folds_in_parallel_are_the_same(self, corpus):
        book = Codebook.from_labels(["trade", "lift", "build"])
        soft = PseudoLabels(texts=NEW, scores=np.full((4, 3), 0.5))
        one, two = (
            StanceClassifier(book, features=(NgramFeatures(bits=8),), n_folds=2, n_jobs=n_jobs).fit(
                corpus.texts, corpus.sets, pseudo=soft
            )
            for n_jobs in (1, None)
        )
        np.testing.assert_array_equal(one.oof_scores_, two.oof_scores_)
