import json

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from experiments.corpora import ROOT, have_corpora, un_speeches
from experiments.data import DATA, data_sha256
from experiments.debate import learned, measuring, page, ranking, running_text, sample
from experiments.debate.frame import Frame, checksum_of
from experiments.debate.labelling import FAMILIES, LABELS, label_speeches
from experiments.debate.sample import strata, weights_of
from experiments.debate.sanctions import EVENTS, WINDOW, years_since
from experiments.encoder import kept_sha256
from experiments.unlabelled import is_reserved_speech
from stancekit import InvalidInputError
from stancekit.text.identity import fingerprint

needs_corpora = pytest.mark.skipif(not have_corpora(), reason="the corpora are not on this machine")

COUNTRIES = (*EVENTS, "BRA", "IND", "FRA")


def make_frame(n_each=40):
    """All sanctioned states and three others; Iraq alone speaks against sanctions, and only under them."""
    speeches = [f"{country}_{year - 1945:02}_{year}" for year in range(1946, 2025) for country in COUNTRIES]
    speech = np.repeat(np.arange(len(speeches), dtype=np.int32), n_each)
    place = np.tile(np.arange(n_each, dtype=np.int32), len(speeches))
    country = np.array([name[:3] for name in speeches])[speech]
    year = np.array([int(name[-4:]) for name in speeches])[speech]
    asserted = np.zeros((len(speech), len(LABELS)), dtype=bool)
    asserted[:, 0] = (country == "IRQ") & (year >= EVENTS["IRQ"].year) & (place < n_each // 4)
    return Frame(
        speeches=np.array(speeches),
        speech=speech,
        start=100 * place,
        end=100 * place + 50,
        family=(place % len(FAMILIES)).astype(np.int8),
        apartheid=(place == 0) & (country == "IND"),
        scores=asserted.astype(np.float32),
        asserted=asserted,
    )


@pytest.fixture(scope="module")
def frame():
    return make_frame()


class TestSanctions:
    @pytest.mark.parametrize(
        ("country", "year", "expected"),
        [("IRQ", 1990, 0), ("IRQ", 1980, -10), ("IRQ", 1979, None), ("IRQ", 2001, None), ("FRA", 1990, None)],
    )
    def test_years_are_counted_inside_the_window(self, country, year, expected):
        assert years_since(country, year) == expected

    def test_every_beginning_has_a_source(self):
        assert all(event.source and 1946 <= event.year <= 2024 - WINDOW + 1 for event in EVENTS.values())


class TestSample:
    def test_strata_say_when_and_by_which_words(self, frame):
        strata = sample.strata(frame)
        of = {
            (name, int(place)): s
            for name, place, s in zip(frame.speeches[frame.speech], frame.start, strata, strict=True)
        }
        assert of["IRQ_40_1985", 0] == "before/sanctions"
        assert of["IRQ_45_1990", 100] == "after/self-reliance"
        assert of["BRA_45_1990", 300] == "1990-2004/other"
        assert of["BRA_28_1973", 200] == "1960-1973/cooperation"

    @pytest.mark.parametrize("number", range(len(sample.ROUNDS)))
    def test_a_round_takes_its_quotas_from_speeches_that_are_not_reserved(self, frame, number):
        rows = sample.draw(frame, number)
        assert len(set(rows.tolist())) == len(rows)
        assert not any(is_reserved_speech(str(name)) for name in frame.speeches[frame.speech[rows]])
        drawn = sample.strata(frame)[rows]
        quotas = sample.ROUNDS[number][0]
        assert (drawn == "2005-2024/other").sum() == quotas["other"]

    def test_rounds_share_no_statement(self, frame):
        assert not set(sample.draw(frame, 0).tolist()) & set(sample.draw(frame, 1).tolist())

    def test_a_statement_that_is_split_otherwise_now_is_an_error(self, frame, tmp_path, monkeypatch):
        path = tmp_path / "debate_sample.tsv"
        path.write_text("document\tstart\tend\tstratum\tcodes\nIRQ_45_1990\t7\t9\tafter/other\tA\n")
        monkeypatch.setattr(sample, "PATH", path)
        with pytest.raises(InvalidInputError, match=r"row 0 of debate_sample\.tsv is no statement of IRQ_45_1990"):
            sample.read_sample(frame)

    def test_codes_become_labels(self, frame, tmp_path, monkeypatch):
        path = tmp_path / "debate_sample.tsv"
        lines = ["IRQ_45_1990\t100\t150\tafter/self-reliance\tAR", "BRA_45_1990\t0\t50\t1990-2004/sanctions\t-"]
        path.write_text("document\tstart\tend\tstratum\tcodes\n" + "\n".join(lines) + "\n")
        monkeypatch.setattr(sample, "PATH", path)
        found = sample.read_sample(frame)
        assert found.truth.tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]]
        assert frame.start[found.rows].tolist() == [100, 0]

    @needs_corpora
    def test_annotated_statements_stand_where_they_are_said_to(self):
        lines = (DATA / "annotations" / "debate_sample.tsv").read_text(encoding="utf-8").splitlines()
        names = lines[0].split("\t")
        speeches = un_speeches()
        for line in lines[1:]:
            row = dict(zip(names, line.split("\t"), strict=True))
            text = speeches[row["document"]][int(row["start"]) : int(row["end"])]
            assert fingerprint(text) == row["sha1"], row["document"]
            assert not is_reserved_speech(row["document"])


class TestMeasuring:
    def test_periods_and_states(self, frame):
        names = frame.speeches[frame.speech]
        found = dict(zip(names.tolist(), measuring.periods(frame).tolist(), strict=True))
        assert (found["BRA_01_1946"], found["BRA_28_1973"], found["BRA_79_2024"]) == (
            "1946-1959",
            "1960-1973",
            "2005-2024",
        )
        said = dict(zip(names.tolist(), measuring.states(frame).tolist(), strict=True))
        assert (said["IRQ_44_1989"], said["IRQ_45_1990"]) == ("before sanctions", "under sanctions")
        assert (said["IRQ_79_2024"], said["FRA_45_1990"]) == ("same states, other years", "other states")

    def test_apartheid_counts_in_its_years_alone(self, frame):
        found = measuring.apartheid(frame) == "named"
        assert found.sum() == measuring.APARTHEID_YEARS[1] - measuring.APARTHEID_YEARS[0] + 1

    def test_shares_by_year(self, frame):
        found = measuring.by_year(frame, frame.country == "IRQ")
        shares = dict(zip(found["years"], found["shares"]["anti-sanction"], strict=True))
        assert (shares[1989], shares[1990]) == (0.0, 0.25)
        assert set(found["n"]) == {40}

    def test_the_rise_is_that_of_the_one_state_that_changed(self, frame):
        found = measuring.around_sanctions(frame, "anti-sanction")
        assert found["rise"]["value"] == pytest.approx(0.25 / len(EVENTS), abs=1e-4)
        assert found["years"][WINDOW] == 0


@needs_corpora
def test_speeches_are_split_and_labelled(monkeypatch):
    import stancekit
    from experiments.debate import labelling

    monkeypatch.setattr(labelling, "_model", lambda name: stancekit.load())
    found = label_speeches(["Lift the embargo. We trade with apartheid South Africa!", ""])
    assert found["speech"].tolist() == [0, 0]
    assert [found["start"].tolist(), found["end"].tolist()] == [[0, 18], [17, 55]]
    assert found["family"].tolist() == [0, 3]
    assert found["apartheid"].tolist() == [False, True]
    assert found["asserted"][0].tolist()[0] is True


def test_the_page_is_that_of_the_findings():
    found, speed = (json.loads(path.read_text(encoding="utf-8")) for path in (measuring.RESULTS, page.SPEED))
    assert page.stale(found, speed) == []
    assert page.stale(found | {"n_annotated": 1}, speed)[0] == "findings.json: the sample changed"
    assert page.stale(found | {"data_sha256": ""}, speed)[0] == "findings.json: the data changed"


def test_figures_in_running_text_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    truth, decided = random.random((200, 3)) < 0.2, random.random((200, 3)) < 0.3
    weights = random.exponential(size=200)
    found = running_text.figures(truth.astype(float), decided, weights)
    for column in range(3):
        expected = precision_recall_fscore_support(
            truth[:, column], decided[:, column], sample_weight=weights, average="binary"
        )
        np.testing.assert_allclose(found[:, column], expected[:3])


def test_ranks_are_those_of_scikit_learn_and_of_the_data_of_today():
    random = np.random.default_rng(1)
    truth, margins = (random.random((200, 2)) < 0.3).astype(float), random.normal(size=(200, 2))
    weights = random.integers(1, 4, 200)
    repeated = np.repeat(np.arange(200), weights)  # to count twice is to stand there twice
    for column, found in enumerate(ranking.precisions(truth, margins, weights.astype(float))):
        expected = average_precision_score(truth[repeated, column], margins[repeated, column])
        assert found == pytest.approx(expected)
    kept = json.loads(ranking.RESULTS.read_text(encoding="utf-8"))
    assert list(kept) == list(ranking.CONFIGS)
    assert {one["data_sha256"] for one in kept.values()} == {data_sha256()}
    made_of = {name: kept_sha256(ranking.config_of(name)) for name in kept}
    assert {name: one["teacher_sha256"] for name, one in kept.items()} == made_of
    assert made_of["outside"]


def test_statements_stand_for_those_of_their_stratum(frame):
    everything = strata(frame)
    first = np.unique(everything, return_index=True)[1]
    assert weights_of(frame, first).sum() == pytest.approx(len(frame))
    assert weights_of(frame, first[1:]).sum() == len(frame) - (everything == everything[first[0]]).sum()


def test_running_text_was_measured_with_the_models_of_the_package():
    found = json.loads(running_text.RESULTS.read_text(encoding="utf-8"))
    assert set(found) == set(running_text.MODELS)
    assert {name: one["checksum"] for name, one in found.items()} == {name: checksum_of(name) for name in found}


def test_what_was_learned_from_is_counted_with_soft_labels():
    found = json.loads((ROOT / "experiments" / "debate" / "findings.json").read_text(encoding="utf-8"))
    both = learned.annotated() | learned.softly_labelled()
    assert found["n_learned_from"] == both.sum() > learned.annotated().sum() > 0
    assert len(both) == found["n_annotated"]
    assert not (learned.annotated() & ~learned.of_annotated_speeches()).any()
