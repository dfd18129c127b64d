"""Threads change nothing but the time: the same results, in order, whatever `n_jobs` is."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pyarrow as pa
import pytest

from stancekit import InvalidInputError, load
from stancekit.parallel import STRETCH, count_threads, map_stretches
from stancekit.records import Judged
from stancekit.text.checks import read_statements

SIZES = [0, 1, STRETCH - 1, STRETCH, STRETCH + 1, 5000]
JOBS = [None, 1, 2, 3, -1]
METHODS = ["predict", "predict_labels", "predict_proba", "judge", "margins"]
WORDS = ("lift", "embargo", "trade", "not", "Build", "ΣΑΣ", "unjust", "must", "")
NO_JOBS = [0, 1.5, 2.0, "2", True, False, np.True_]


def statements(n):
    """Every statement differs from its neighbours; every seventh or so is blank."""
    return [f"{WORDS[i % 9]} {WORDS[i // 9 % 9]} {i // 5}" if i % 7 else " " * (i % 3) for i in range(n)]


def call(model, method, texts, n_jobs):
    return getattr(model, method)(texts, n_jobs=n_jobs)


def assert_same(found, expected):
    if isinstance(expected, Judged):
        for name in ("scores", "asserted", "abstained"):
            assert_same(getattr(found, name), getattr(expected, name))
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    else:
        assert found == expected


class TestTheModel:
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("size", SIZES)
    def test_as_many_threads_as_you_like_give_the_same(self, models, method, size):
        texts, model = statements(size), models["both"]
        expected = call(model, method, texts, 1)
        for n_jobs in JOBS:
            assert_same(call(model, method, texts, n_jobs), expected)
            assert_same(call(model, method, pa.array(texts, pa.string()), n_jobs), expected)

    @pytest.mark.parametrize("n_jobs", [2, 3, -1])
    def test_through_many_tasks(self, packaged, n_jobs):
        texts = statements(40_000)
        scores = packaged.predict_proba(texts, n_jobs=n_jobs)
        assert len(np.unique(scores, axis=0)) > 5000
        np.testing.assert_array_equal(scores, packaged.predict_proba(texts))
        assert packaged.predict_labels(iter(texts), n_jobs=n_jobs) == packaged.predict_labels(texts)

    def test_each_statement_keeps_its_place(self, models):
        texts, model = statements(5000), models["ngrams"]
        assert [prediction.text for prediction in model.predict(texts, n_jobs=3)] == texts
        scores = model.predict_proba(texts, n_jobs=3)
        for row in (0, 1, STRETCH - 1, STRETCH, STRETCH + 1, 2 * STRETCH, 4999):
            np.testing.assert_array_equal(scores[row], model.predict_proba(texts[row : row + 1])[0])

    def test_what_joblib_is_told_counts_where_nothing_is_said(self, models):
        texts, model = statements(5000), models["both"]
        with joblib.parallel_config(n_jobs=2):
            found = model.predict_proba(texts)
        np.testing.assert_array_equal(found, model.predict_proba(texts, n_jobs=1))

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("n_jobs", NO_JOBS)
    def test_a_number_of_threads_is_whole_and_not_0(self, models, method, n_jobs):
        with pytest.raises(InvalidInputError, match="n_jobs must be None or a whole number other than 0, got"):
            call(models["ngrams"], method, ["Lift it."], n_jobs)

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("n_jobs", JOBS)
    @pytest.mark.parametrize("row", [0, STRETCH - 1, STRETCH, 4999])
    def test_a_bad_row_is_named(self, models, method, n_jobs, row):
        texts = statements(5000)
        texts[row] = None
        for values in (texts, pa.array(texts)):
            with pytest.raises(InvalidInputError, match=f"expected a str in row {row}, got NoneType"):
                call(models["ngrams"], method, values, n_jobs)
        texts[row] = "Lift \udc80 it."
        with pytest.raises(InvalidInputError, match=f"lone surrogate at character 5 in row {row};"):
            call(models["ngrams"], method, iter(texts), n_jobs)

    @pytest.mark.parametrize("n_jobs", JOBS)
    def test_of_several_bad_rows_the_first_is_named(self, models, n_jobs):
        texts = [*statements(20_000), 7]
        texts[2 * STRETCH + 5] = texts[9 * STRETCH] = 7
        for _ in range(5):
            with pytest.raises(InvalidInputError, match=f"expected a str in row {2 * STRETCH + 5}, got int"):
                models["ngrams"].predict_labels(texts, n_jobs=n_jobs)

    def test_sixteen_threads_share_a_model(self, models):
        texts, model = statements(5000), models["both"]
        rotated = [texts[i:] + texts[:i] for i in range(16)]
        expected = model.predict_proba(texts), model.predict_labels(texts)
        start = threading.Barrier(16)
        interval = sys.getswitchinterval()

        def work(i):
            start.wait(timeout=30)
            n_jobs = 1 + i % 2
            return model.predict_proba(rotated[i], n_jobs=n_jobs), model.predict_labels(rotated[i], n_jobs=n_jobs)

        sys.setswitchinterval(1e-5)
        try:
            with ThreadPoolExecutor(16) as pool:
                results = list(pool.map(work, range(16)))
        finally:
            sys.setswitchinterval(interval)
        for i, (scores, labels) in enumerate(results):
            np.testing.assert_array_equal(scores, np.roll(expected[0], -i, axis=0))
            assert labels == expected[1][i:] + expected[1][:i]


class TestStretches:
    @pytest.mark.parametrize("n_jobs", JOBS)
    @pytest.mark.parametrize("size", [*SIZES, 17 * STRETCH + 3])
    def test_none_is_longer_than_it_may_be_and_all_stand_in_order(self, size, n_jobs):
        texts = [str(number) for number in range(size)]
        found = map_stretches(list, read_statements(texts), n_jobs)
        assert [text for stretch in found for text in stretch] == texts
        assert [len(stretch) for stretch in found[:-1]] == [STRETCH] * (len(found) - 1)
        assert len(found) == max(1, -(-size // STRETCH))

    @pytest.mark.parametrize("n_jobs", [2, 3, 5])
    def test_that_many_work_at_the_same_time(self, n_jobs):
        """Each waits for all the others: with fewer threads nobody would come through."""
        meeting = threading.Barrier(n_jobs)

        def work(_):
            meeting.wait(timeout=20)
            return threading.get_ident()

        found = map_stretches(work, read_statements([""] * (n_jobs * STRETCH)), n_jobs)
        assert len(set(found)) == n_jobs

    def test_that_many_as_joblib_is_told(self):
        meeting = threading.Barrier(2)
        with joblib.parallel_config(n_jobs=2):
            map_stretches(lambda _: meeting.wait(timeout=20), read_statements([""] * (2 * STRETCH)))
        assert not meeting.broken

    @pytest.mark.parametrize("n_jobs", [None, 1])
    def test_one_works_on_the_caller_s_thread(self, n_jobs):
        found = map_stretches(lambda _: threading.get_ident(), read_statements([""] * 5000), n_jobs)
        assert set(found) == {threading.get_ident()}

    @pytest.mark.parametrize("n_jobs", JOBS)
    def test_an_error_of_the_work_comes_out(self, n_jobs):
        def work(stretch):
            if "bad" in stretch:
                raise KeyError("bad")

        with pytest.raises(KeyError, match="bad"):
            map_stretches(work, read_statements([*[""] * 5000, "bad"]), n_jobs)

    def test_threads_are_gone_afterwards(self):
        before = threading.active_count()
        for _ in range(5):
            map_stretches(len, read_statements([""] * 5 * STRETCH), 3)
        assert threading.active_count() <= before


class TestCount:
    def test_as_joblib_counts(self):
        for n_jobs in (None, 1, 2, 3, -1, -2, -1000, np.int64(2)):
            assert count_threads(n_jobs) == joblib.effective_n_jobs(n_jobs)
        assert count_threads(None) == 1
        assert count_threads(-1) == joblib.cpu_count() <= os.cpu_count()

    def test_what_joblib_is_told(self):
        for options in ({"n_jobs": 2}, {"backend": "threading", "n_jobs": 2}):
            with joblib.parallel_config(**options):
                assert [count_threads(n_jobs) for n_jobs in (None, 1, 3)] == [2, 1, 3]
        assert count_threads(None) == 1

    @pytest.mark.parametrize("n_jobs", NO_JOBS)
    def test_what_is_no_number_of_threads(self, n_jobs):
        with pytest.raises(InvalidInputError, match="n_jobs must be None or a whole number other than 0, got"):
            count_threads(n_jobs)


def test_a_stream_of_arrow_text_is_labelled_one_by_one():
    texts = ["Lift the embargo, it is illegal.", "We met.", ""]
    for column in (pa.array(texts), pa.chunked_array([texts[:1], texts[1:]])):
        assert list(load().predict_iter(column, batch_size=2)) == load().predict(texts)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on memory")
def test_too_little_memory_is_an_error_and_no_shorter_statement():
    code = r"""
import resource, stancekit
model = stancekit.load()
model.predict("Lift it.")
text = "a" * 60_000_000 + " Lift the embargo, it is illegal."
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 120_000_000, -1))
try:
    model.predict(text)
except MemoryError:
    print("MemoryError")
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
short = "a" * 1000 + " Lift the embargo, it is illegal."
print(model.predict(short) == stancekit.load().predict(short))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("MemoryError\nTrue\n", "")


def test_a_short_list_is_shared_out_where_a_statement_takes_long():
    assert map_stretches(len, ["a"] * 5, n_jobs=2, stretch=2) == [2, 2, 1]
