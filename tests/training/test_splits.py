from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stancekit import InvalidInputError
from stancekit.training.splits import grouped_folds

cells = st.sampled_from([0.0, 1.0, float("nan")])


@st.composite
def annotated(draw):
    """Groups, annotations and a number of folds that the groups allow."""
    groups = draw(st.lists(st.integers(0, 9) | st.text(max_size=2), min_size=2, max_size=40))
    n_labels = draw(st.integers(1, 3))
    rows = st.lists(cells, min_size=n_labels, max_size=n_labels)
    truth = draw(st.lists(rows, min_size=len(groups), max_size=len(groups)))
    n_groups = len({str(group) for group in groups})
    assume(n_groups >= 2)
    return groups, np.array(truth), draw(st.integers(2, n_groups))


class TestFolds:
    @given(data=annotated(), seed=st.integers(0, 100))
    def test_no_group_is_on_both_sides(self, data, seed):
        groups, truth, n_folds = data
        folds = grouped_folds(groups, truth, n_folds=n_folds, seed=seed)
        of_group = defaultdict(set)
        for group, fold in zip(groups, folds.tolist(), strict=True):
            of_group[group].add(fold)
        assert all(len(found) == 1 for found in of_group.values())

    @given(data=annotated(), seed=st.integers(0, 100))
    def test_every_statement_is_in_one_fold_and_no_fold_is_empty(self, data, seed):
        groups, truth, n_folds = data
        folds = grouped_folds(groups, truth, n_folds=n_folds, seed=seed)
        assert folds.shape == (len(groups),)
        assert folds.dtype == np.intp
        assert set(folds.tolist()) == set(range(n_folds))

    @given(data=annotated(), seed=st.integers(0, 100))
    def test_same_seed_same_folds(self, data, seed):
        groups, truth, n_folds = data
        first, second = (grouped_folds(groups, truth, n_folds=n_folds, seed=seed) for _ in range(2))
        assert first.tolist() == second.tolist()

    @given(data=annotated(), seed=st.integers(0, 100), shuffle=st.randoms(use_true_random=False))
    def test_the_order_of_rows_does_not_matter(self, data, seed, shuffle):
        groups, truth, n_folds = data
        order = list(range(len(groups)))
        shuffle.shuffle(order)
        folds = grouped_folds(groups, truth, n_folds=n_folds, seed=seed)
        moved = grouped_folds([groups[i] for i in order], truth[order], n_folds=n_folds, seed=seed)
        assert moved.tolist() == folds[order].tolist()

    def test_another_seed_gives_other_folds(self):
        truth = np.zeros((50, 1))
        folds = {tuple(grouped_folds(range(50), truth, seed=seed).tolist()) for seed in range(5)}
        assert len(folds) == 5

    def test_arguments_are_not_mutated(self):
        groups, truth = ["a", "b", "c", "a"], np.array([[1.0], [np.nan], [0.0], [1.0]])
        grouped_folds(groups, truth, n_folds=2)
        assert groups == ["a", "b", "c", "a"]
        np.testing.assert_array_equal(truth, [[1.0], [np.nan], [0.0], [1.0]])


class TestBalance:
    @pytest.mark.parametrize("seed", range(5))
    def test_single_statements(self, seed):
        truth = np.zeros((100, 2))
        truth[:10, 0] = 1
        truth[5:30, 1] = 1
        folds = grouped_folds(range(100), truth, n_folds=5, seed=seed)
        assert np.bincount(folds).tolist() == pytest.approx([20] * 5, abs=2)
        for column, n_positive in ((0, 10), (1, 25)):
            assert np.bincount(folds[truth[:, column] == 1], minlength=5).tolist() == [n_positive // 5] * 5

    @pytest.mark.parametrize("seed", range(5))
    def test_groups_of_several_sizes(self, seed):
        sizes = [30, 20, 20, 10, 10, 10, 5, 5, 5, 5, *[1] * 30]
        groups = np.repeat(np.arange(len(sizes)), sizes)
        rare = (np.arange(len(groups)) % 7 == 0).astype(float)[:, None]
        folds = grouped_folds(groups, rare, n_folds=5, seed=seed)
        # The largest group alone is a fold's share.
        assert np.bincount(folds).tolist() == pytest.approx([30] * 5, abs=4)
        assert np.bincount(folds[rare[:, 0] == 1], minlength=5).tolist() == pytest.approx([rare.sum() / 5] * 5, abs=2)

    @pytest.mark.parametrize("seed", range(5))
    def test_a_label_is_even_where_statements_alone_would_not_make_it_so(self, seed):
        # A long speech takes the label once, three short ones take it too.
        groups = ["long"] * 6 + [f"short {i}" for i in range(14)]
        truth = np.zeros((20, 1))
        truth[[0, 6, 7, 8]] = 1
        folds = grouped_folds(groups, truth, n_folds=2, seed=seed)
        assert np.bincount(folds[truth[:, 0] == 1]).tolist() == [2, 2]
        assert np.bincount(folds).tolist() == [10, 10]

    def test_a_rare_label_is_spread(self):
        truth = np.zeros((60, 1))
        truth[[3, 4, 5]] = 1
        folds = grouped_folds(range(60), truth, n_folds=3)
        assert sorted(folds[[3, 4, 5]].tolist()) == [0, 1, 2]

    def test_missing_annotations_count_as_no_positive(self):
        truth = np.full((30, 1), np.nan)
        truth[:6] = 1
        folds = grouped_folds(range(30), truth, n_folds=3)
        assert np.bincount(folds[:6]).tolist() == [2, 2, 2]
        assert np.bincount(folds).tolist() == [10, 10, 10]


class TestErrors:
    @pytest.mark.parametrize("n_folds", [-1, 0, 1, 4, 100, 2.0, "2", None])
    def test_number_of_folds(self, n_folds):
        message = rf"n_folds must be a whole number between 2 and the number of groups, 3; got {n_folds!r}"
        with pytest.raises(InvalidInputError, match=message):
            grouped_folds(["a", "b", "b", "c"], np.zeros((4, 1)), n_folds=n_folds)

    @pytest.mark.parametrize(("groups", "n_folds"), [([], 2), (["a", "b", "b"], 3)])
    def test_too_few_groups(self, groups, n_folds):
        with pytest.raises(InvalidInputError, match=f"the number of groups, {len(set(groups))}; got {n_folds}"):
            grouped_folds(groups, np.zeros((len(groups), 1)), n_folds=n_folds)

    def test_groups_are_told_apart_by_equality(self):
        truth = np.array([[1.0], [0.0]] * 6)
        folds = grouped_folds([1, 1.0, True] * 2 + [2, 3, 4, 5, 6, 7], truth, n_folds=3)
        assert len(set(folds[:6])) == 1
        assert grouped_folds([1, "1"] * 6, truth, n_folds=2).shape == (12,)

    def test_a_single_group_is_named(self):
        with pytest.raises(InvalidInputError, match="all statements are of one group, 'x', and cross-validation needs"):
            grouped_folds(["x"] * 4, np.array([[1.0], [0.0]] * 2))

    def test_numpy_numbers_will_do(self):
        assert grouped_folds(["a", "b"], np.zeros((2, 1)), n_folds=np.int64(2)).tolist() in ([0, 1], [1, 0])
