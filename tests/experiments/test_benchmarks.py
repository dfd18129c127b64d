"""Rounds become ratios, ratios become a page, and the page knows when it is stale."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from experiments.benchmarks import __main__ as runner
from experiments.benchmarks.figure import FILES, is_current, points, stamp
from experiments.benchmarks.measure import Settings, turns
from experiments.benchmarks.page import benchmarks_page
from experiments.benchmarks.page import main as write_page
from experiments.benchmarks.peers import CLASSES, packages, peer
from experiments.benchmarks.peers.vowpal import escaped
from experiments.benchmarks.processes import cold_code
from experiments.benchmarks.statements import draw, sentences
from experiments.benchmarks.summary import by_speed, figures, rate, ratio, seconds_each, spread
from experiments.corpora import ROOT, corpora_folder
from experiments.data import Annotated, data_sha256
from experiments.splitting import splits
from stancekit import Codebook, InvalidInputError, LabelledStatements, MissingExtraError

PEERS = ("ours", "ours-margins", "vw", "sklearn-tfidf")
SECONDS = {"ours": 1.0, "ours-margins": 0.9, "vw": 12.0, "sklearn-tfidf": 250.0}


def made_results(**changes):
    """Three rounds in which the machine slows down, and with it every peer."""
    rounds = [(number, name) for number in range(3) for name in PEERS]
    labelling = [(number, name) for number, name in rounds if name != "ours-margins"]

    def rows(turns, **values):
        return [
            {"round": i, "peer": name, "n": 100} | {key: v * SECONDS[name] * (i + 1) for key, v in values.items()}
            for i, name in turns
        ]

    return {
        "format": 1,
        "settings": {"rounds": 3, "training_rounds": 3, "quick": False, "seed": 0},
        "machine": {"cpu": "A processor", "cores": 2, "memory_gib": 24, "system": "Linux", "python": "3.11.7"},
        "load_at_start": [0.0, 0.1, 0.2],
        "load_at_end": [1.0, 1.0, 1.0],
        "versions": {"numpy": "2.0"},
        "peers": [
            {"name": name, "description": peer(name).description, "features": peer(name).features} for name in PEERS
        ],
        "statements": {
            "n_training": 100,
            "n_positive": {"for": 3},
            "n_speed": 100,
            "mean_words": 20.0,
            "mean_bytes": 120.0,
        },
        "files": [{"round": i, "n": 100, "in_memory": 3.0, "two_threads": 2.0, "file": 4.0} for i in range(3)],
        "file_parts": [{"round": i, "n": 100, "reading": 1.5, "scoring": 3.0, "writing": 3.0} for i in range(3)],
        "file_formats": [
            {"round": i, "peer": name, "n": 10, "wall": wall}
            for i in range(3)
            for name, wall in [(".parquet", 1), (".csv", 5)]
        ],
        "file_memory": [{"n": 100, "memory": 250.0}, {"n": 1000, "memory": 260.0}],
        "training": rows(labelling, wall=1.0, cpu=1.0, memory=100.0),
        "speed": rows(rounds, wall=0.1, cpu=0.1),
        "latency": rows(labelling, p50=10.0, p99=20.0),
        "two_threads": [{**row, "two": row["one"] / 1.9} for row in rows(labelling, one=0.1)],
        "cold_start": rows(labelling, wall=0.1, cpu=0.1)
        + [{"round": 0, "peer": floor, "wall": 0.01, "cpu": 0.01} for floor in ("python", "numpy")],
        "memory": [{"peer": name, "n": 100, "one": 40.0, "many": 50.0 * SECONDS[name]} for _, name in labelling[:3]],
        "quality": {
            "ours": {"news": {"f1": [0.6, 0.55, 0.65], "n": 10, "asserted": 1.0}},
            "vw": {"news": {"f1": [0.5, 0.45, 0.55], "n": 10, "difference": [0.1, 0.05, 0.15], "asserted": 0.5}},
            "sklearn-tfidf": {
                "news": {"f1": [0.61, 0.5, 0.7], "n": 10, "difference": [-0.01, -0.05, 0.03], "asserted": 1.0}
            },
        },
    } | changes


def test_speeches_are_cut_after_full_stops_and_only_whole_sentences_of_some_length_are_kept():
    speech = (
        "Mr. President, I thank you. The embargo\nhas starved   our people for forty years now. "
        "“Shall we bear it for another year, or ten?” He asked us that in this very hall last year. " + "Word " * 81
    )
    assert sentences(speech) == [
        "The embargo has starved our people for forty years now.",
        "“Shall we bear it for another year, or ten?”",
        "He asked us that in this very hall last year.",
    ]


def test_drawn_statements_differ_and_the_seed_decides():
    speeches = {
        f"s{i}": " ".join(f"This is the sentence of number {i} and {j} in all." for j in range(20)) for i in range(20)
    }
    drawn, same, other = (draw(speeches, 30, 50, seed=seed) for seed in (1, 1, 2))
    assert (len(drawn.training), len(drawn.speed)) == (30, 50)
    assert len(set(drawn.training + drawn.speed)) == 80
    assert drawn == same != other
    with pytest.raises(ValueError, match="got 400 sentences; expected at least 500; lower --statements"):
        draw(speeches, 100, 400, seed=0)


def test_each_round_has_every_peer_once_and_an_order_of_its_own():
    names = list("abcdef")
    rounds = [[name for number, name in turns(names, 8, seed=0) if number == i] for i in range(8)]
    assert all(sorted(one) == names for one in rounds)
    assert len(set(map(tuple, rounds))) > 4
    assert list(turns(names, 8, seed=0)) == list(turns(names, 8, seed=0)) != list(turns(names, 8, seed=1))


def test_ratios_are_taken_within_rounds():
    rows = made_results()["speed"]
    assert figures(rows, "ours", rate).median == pytest.approx(500)
    assert figures(rows, "ours", rate).high == pytest.approx(1000)
    found = ratio(rows, "vw", "ours", seconds_each)
    assert (found.low, found.median, found.high) == pytest.approx((12, 12, 12))
    assert ratio(rows, "vw", "nobody", seconds_each) is None
    assert spread([]) is None


def test_peers_are_sorted_by_speed():
    assert by_speed(made_results()["speed"], reversed(PEERS)) == ["ours-margins", "ours", "vw", "sklearn-tfidf"]


def test_the_page_says_the_numbers_and_where_stancekit_is_behind():
    page = benchmarks_page(made_results())
    assert "stancekit labels 12.0 times as many as the fastest peer, Vowpal Wabbit" in page
    assert "250 times as many as the fastest peer that knows parts of words, scikit-learn, TF-IDF + LR" in page
    assert "Cold start: stancekit is first; the best peer, Vowpal Wabbit" in page
    assert "−0.010 [−0.050, +0.030] on news" in page
    assert "| stancekit, margins alone | 0.90 |" in page
    assert "stancekit labels 1.50 times as many on two threads" in page
    assert "works at 0.75 of the rate" in page
    assert "reading takes 0.50, scoring takes 1.00, writing takes 1.00 times as long" in page
    assert "would work at 0.80 of the rate in memory" in page
    assert "250 MiB for 100 and 260 MiB for 1,000 statements" in page
    assert "| `.csv` | 5.00 |" in page
    slow = made_results()
    slow["latency"] = [row | {"p50": 1.0} if row["peer"] == "vw" else row for row in slow["latency"]]
    assert "1 of 2 peers is ahead of stancekit; the best peer, Vowpal Wabbit" in benchmarks_page(slow)


def test_the_page_can_do_without_threads_quality_and_bounds():
    results = made_results(quality={})
    results["two_threads"] = [row | {"two": None} for row in results["two_threads"]]
    results["peers"] = [one for one in results["peers"] if one["name"] != "ours-margins"]
    page = benchmarks_page(results)
    assert "## Two threads" not in page
    assert "## How good they are" not in page
    assert "## How near to the bound" not in page


def test_check_fails_where_page_or_figure_is_stale(tmp_path, capsys):
    results, docs = tmp_path / "results.json", tmp_path / "docs"
    results.write_text(json.dumps(made_results()))
    check = ["--check", "--results", str(results), "--docs", str(docs)]
    assert write_page(check) == 1
    (docs / "figures").mkdir(parents=True)
    (docs / "benchmarks.md").write_text(benchmarks_page(made_results()), encoding="utf-8")
    for name in FILES:
        (docs / "figures" / name).write_bytes(stamp(points(made_results())).encode())
    capsys.readouterr()
    assert write_page(check) == 1
    assert capsys.readouterr().err == "stale: quality; run: python -m experiments.benchmarks --quality-only\n"
    results.write_text(json.dumps(made_results() | {"data_sha256": data_sha256()}))
    assert write_page(check) == 0
    changed = made_results() | {"data_sha256": data_sha256()}
    changed["speed"][0]["wall"] *= 2
    results.write_text(json.dumps(changed))
    capsys.readouterr()
    assert write_page(check) == 1
    assert capsys.readouterr().err.count("stale: ") == 1 + len(FILES)


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")
def test_a_drawn_figure_carries_its_numbers(tmp_path):
    results, docs = tmp_path / "results.json", tmp_path / "docs"
    results.write_text(json.dumps(made_results()))
    assert write_page(["--results", str(results), "--docs", str(docs)]) == 0
    assert all(is_current(docs / "figures" / name, points(made_results())) for name in FILES)


@pytest.mark.parametrize("name", CLASSES)
def test_every_peer_is_described_and_sized_without_its_library(name):
    kind = peer(name)
    assert kind.name == name
    assert kind.description
    assert kind.features
    settings = Settings(names=(name,), n_speed=1000)
    assert settings.size(name, "speed") <= 1000
    assert Settings(names=(name,), quick=True).size(name, "speed") <= 200
    assert packages(name)


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules["experiments.benchmarks.peers"].PACKAGES, "vw", ("no-such-package",))
    with pytest.raises(MissingExtraError, match=r"Measuring vw needs the package 'no-such-package'.*\[benchmarks\]"):
        runner.versions(["vw"])


def test_an_unknown_peer_is_named():
    with pytest.raises(InvalidInputError, match="unknown peer 'magic'; expected one of"):
        runner.main(["--only", "magic"])


def test_the_cold_start_of_stancekit_is_the_documented_one(tmp_path):
    assert cold_code("ours", tmp_path, "Lift it.") == "import stancekit; stancekit.predict('Lift it.')"


def test_vw_reads_no_weights_or_namespaces_in_a_text():
    assert escaped("a:2 |b\nc") == "| a 2  b c"


def test_splits_are_those_of_cross_validation():
    groups = [f"document {i % 30}" for i in range(120)]
    statements = LabelledStatements(
        texts=[f"Text {i}." for i in range(120)],
        truth=np.array([[float(i % 2)] for i in range(120)]),
        groups=groups,
        columns={"dataset": ["ungdc", "diplomatic_selected"] * 60},
    )
    found = splits({}, Annotated(statements=statements, codebook=Codebook.from_labels(["for"])), 0)
    assert sorted(np.concatenate([split.test for split in found])) == list(range(0, 120, 2))
    for split in found:
        assert not {groups[row] for row in split.train} & {groups[row] for row in split.test}


@pytest.mark.skipif(
    not (corpora_folder() / "ungdc.parquet").is_file() or find_spec("pyarrow") is None,
    reason="the corpora are not on this machine",
)
def test_a_quick_run_measures_everything(tmp_path):
    output = tmp_path / "results.json"
    command = [sys.executable, "-m", "experiments.benchmarks", "--quick", "--only", "ours", "sklearn-words"]
    subprocess.run([*command, "--output", str(output)], cwd=ROOT, check=True, capture_output=True)
    results = json.loads(output.read_text(encoding="utf-8"))
    for part in ("training", "speed", "latency", "cold_start", "memory", "quality"):
        found = results[part] if part == "quality" else {row["peer"] for row in results[part]}
        assert {"ours", "sklearn-words"} <= set(found), part
    assert all(row["wall"] > 0 for row in results["speed"])
    assert "Beside its peers" in benchmarks_page(results)
