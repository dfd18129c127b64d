"""Agreement as it grows: what it says, and how rarely other coders' files are read for it."""

import pytest

from stancekit import Codebook, InvalidInputError, StatementPool
from stancekit.labelling import agreement, labellings
from stancekit.labelling.agreement import GrowingAgreement
from stancekit.labelling.labellings import read_labellings
from stancekit.labelling.session import LabellingSession

POOL = StatementPool.of([f"Statement {n} on the embargo." for n in range(60)])
BOOK = Codebook.from_labels(["lift", "trade"])

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def opened(tmp_path):
    """Open the session of a coder, and close all of them in the end."""
    sessions = []

    def opened(coder, **options):
        sessions.append(
            LabellingSession(tmp_path / coder, POOL, options.pop("book", BOOK), coder=coder, retrain_every=0, **options)
        )
        return sessions[-1]

    yield opened
    for session in sessions:
        session.close()


@pytest.fixture
def read(monkeypatch):
    """Give the names of the state files that were read."""
    names = []
    really = labellings.read_events

    def remember(path):
        names.append(path.name)
        return really(path)

    monkeypatch.setattr(labellings, "read_events", remember)
    return names


def test_files_that_did_not_change_are_not_read_again(opened, read):
    ann, ben, eve = map(opened, ("ann", "ben", "eve"))
    for name in POOL.ids:
        ben.decide(name, ["lift"])
        eve.decide(name, ["lift"] if int(name) % 2 else [])
    growing = GrowingAgreement(ann, [ben.path, eve.path])
    growing.measure()
    for name in POOL.ids:
        ann.decide(name, ["lift"])
        growing.measure()
    assert read == ["ben", "eve"]


def test_a_file_that_grows_is_read_where_ten_more_may_be_shared(opened, read):
    ann, ben = opened("ann"), opened("ben")
    for name in POOL.ids:
        ann.decide(name, ["lift"])
    growing = GrowingAgreement(ann, [ben.path])
    steps = []
    for name in POOL.ids:
        ben.decide(name, ["lift"] if int(name) % 3 else ["trade"])
        growing.measure()
        steps.append(growing.steps[-1].n if growing.steps else 0)
    assert steps == [(n + 1) // 10 * 10 for n in range(60)]
    assert len(read) < 40


@pytest.mark.parametrize("n", [9, 10, 35, 60])
def test_it_is_what_all_files_read_together_say(opened, n):
    ann, ben, eve = map(opened, ("ann", "ben", "eve"))
    growing = GrowingAgreement(ann, [ben.path, eve.path])
    for row, name in enumerate(POOL.ids[:n]):
        ben.decide(name, ["lift"])
        if row % 4:
            eve.decide(name, ["trade"] if row % 3 else ["lift"])
        ann.cannot_say(name) if row % 5 == 0 else ann.decide(name, ["lift"] if row % 2 else [])
        growing.measure()
    both = read_labellings([ann.path, ben.path, eve.path], POOL)
    shared = both.shared()
    for step in growing.steps:
        sets = both.codings(shared[: step.n]).agreement(n_bootstrap=0).sets
        assert (step.agreement, step.alpha) == (sets.agreement.value, pytest.approx(sets.alpha.value, nan_ok=True))
    assert [step.n for step in growing.steps] == [*range(10, len(shared) + 1, 10)]


def test_what_goes_back_tells_nothing_new(opened):
    ann, ben = opened("ann"), opened("ben")
    for name in POOL.ids[:20]:
        ann.decide(name, ["lift"])
        ben.decide(name, ["lift"])
    growing = GrowingAgreement(ann, [ben.path])
    growing.measure()
    for _ in range(12):
        ann.undo()
        growing.measure()
    assert (growing.n_shared, [step.n for step in growing.steps]) == (8, [20])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"book": Codebook.from_labels(["lift"])}, "another codebook"),
        ({"seed": 3}, "was begun with seed 3"),
    ],
)
def test_a_file_that_does_not_go_with_the_own_one_is_an_error_each_time(opened, options, message):
    growing = GrowingAgreement(opened("ann"), [opened("ben", **options).path])
    for _ in range(2):
        with pytest.raises(InvalidInputError, match=message):
            growing.measure()


def test_the_own_file_is_not_another_coders(opened):
    ann = opened("ann")
    with pytest.raises(InvalidInputError, match="is of 'ann' as well"):
        GrowingAgreement(ann, [ann.path]).measure()


def test_a_file_that_is_gone_is_told(opened, tmp_path):
    ann, ben = opened("ann"), opened("ben")
    ben.decide("0", ["lift"])
    ann.decide("0", ["lift"])
    growing = GrowingAgreement(ann, [ben.path])
    growing.measure()
    ben.close()
    ben.path.unlink()
    with pytest.raises(FileNotFoundError):
        growing.measure()


def test_no_event_is_shorter_than_is_reckoned_with(opened):
    ann = opened("ann")
    ann.decide("0", [])
    ann.skip("1")
    ann.undo()
    assert min(map(len, ann.path.read_bytes().splitlines())) >= agreement._LEAST
