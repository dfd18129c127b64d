"""What is kept of the encoder's folds, and the model made from them; nothing here is fine-tuned."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from experiments.crossfit import Held
from experiments.data import Annotated
from experiments.splitting import named_splits
from experiments.teacher import SoftLabels
from experiments.unlabelled import Unlabelled
from stancekit import Codebook, EncoderClassifier, InvalidInputError, LabelledStatements
from stancekit.training.fitting import calibrate
from stancekit.training.stacking import Part, add_margins, stacking_weights

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402 - it needs torch

from experiments import encoder, encoder_model  # noqa: E402
from experiments.protocols import run_config  # noqa: E402

SOURCES = ("north", "south")
DRAWN = [Unlabelled(source="east", document=f"d{i}", start=None, end=None, text=f"Drawn {i}.") for i in range(6)]


def made_data():
    """Sixty documents with one statement that is tested and one that is not."""
    rows = [(i, dataset) for i in range(60) for dataset in ("diplomatic", "diplomatic_selected")]
    truth = np.array([[float(i % 2), float(i % 3 == 0)] for i, _ in rows])
    statements = LabelledStatements(
        texts=[f"Statement {n}." for n in range(len(rows))],
        truth=truth,
        poles=np.array([[float(i % 5 == 0), 0.0] for i, _ in rows]),
        groups=[f"{SOURCES[i % 4 // 2]}/{i}" for i, _ in rows],
        columns={"dataset": [name for _, name in rows], "source": [SOURCES[i % 4 // 2] for i, _ in rows]},
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["against", "for"]))


BESIDES = LabelledStatements(
    texts=["Beside 1.", "Beside 2.", "Beside 2."],
    truth=np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
    poles=np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]),
    groups=["further/1", "further/1", "further/2"],
    columns={"dataset": ["further"] * 3, "source": ["news"] * 3},
)


used_tokens, KEPT = encoder.used_tokens, encoder.MARGINS  # before a test puts others in their places
DATA = made_data()
SPLITS = dict(named_splits(DATA))


def margins_of(texts):
    """Give margins that mostly tell the labels, by the statements' numbers."""
    rows = [int(text.removeprefix("Statement ").rstrip(".")) for text in texts]
    noise = np.random.default_rng(0).normal(size=DATA.statements.truth.shape)
    return (4 * DATA.statements.truth - 2 + noise)[rows]


class Network:
    """What stands in the place of a fine-tuned network: weights that tell what they were trained for."""

    def __init__(self, n_outputs, mark=0.0):
        self.weights = {"head.weight": torch.full((3, n_outputs), mark).T, "head.bias": torch.full((n_outputs,), mark)}

    def state_dict(self):
        return self.weights

    def load_state_dict(self, weights):
        assert {name: t.shape for name, t in weights.items()} == {name: t.shape for name, t in self.weights.items()}
        self.weights = weights

    def eval(self):
        return self


class Scorer:
    """What stands in the place of an exported encoder."""

    def __init__(self, network, settings, n_labels, *, keep, examples):
        self.network, self.settings, self.n_labels, self.keep = network, settings, n_labels, keep
        self.examples = examples

    def margins(self, texts):
        return margins_of(texts)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep everything in a temporary folder."""
    monkeypatch.setattr(encoder, "CACHE", tmp_path)
    monkeypatch.setattr(encoder, "MARGINS", tmp_path / "margins")
    (tmp_path / "margins").mkdir()
    for module in (encoder, encoder_model):
        monkeypatch.setattr(module, "load_annotated", lambda: DATA)
        monkeypatch.setattr(module, "further_contrast_sets", lambda: BESIDES)
        monkeypatch.setattr(module, "used_tokens", lambda: [3, 5])
        monkeypatch.setattr(module, "export_encoder", Scorer)
    return tmp_path


@pytest.fixture
def lessons(monkeypatch):
    """List what each network learns from, in the place of fine-tuning it."""
    calls = []

    def lay_out(gold, soft, options):
        calls.append((gold, soft, options))
        return ["epochs"]

    def heads(splits, config, data):
        assert data is DATA
        assert config == encoder.read_configs()["default"]
        return [Held(rows=split.test, margins=data.statements.truth[split.test]) for _, split in splits]

    def say(name):
        scores = np.full((len(DRAWN), 4), len(name) / 255)
        return SoftLabels(statements=DRAWN, rows=np.arange(len(DRAWN)), scores=scores)

    monkeypatch.setattr(encoder, "make_epochs", lay_out)
    monkeypatch.setattr(encoder, "fine_tune", lambda epochs, options: Network(4))
    monkeypatch.setattr(encoder, "soft_labels_of", say)
    monkeypatch.setattr(encoder, "codebook", lambda: DATA.codebook)
    monkeypatch.setattr(encoder, "torch_scorer", lambda name: lambda texts: margins_of(texts) + 1)
    monkeypatch.setattr(encoder.linear, "held_out", heads)
    monkeypatch.setattr(encoder, "make_network", lambda base, n_outputs, n_frozen: Network(n_outputs))
    return calls


def keep(folder, *names):
    for name in names:
        margins = margins_of([DATA.statements.texts[row] for row in SPLITS[name].test])
        ngrams = DATA.statements.truth[SPLITS[name].test]
        path = folder / "margins" / f"{name}.npz"
        keys = {"key": encoder.key(name), "ngrams_key": encoder.ngrams_key(name)}
        np.savez(path, shipped=margins, trained=margins + 1, ngrams=ngrams, **keys)


def test_settings_are_the_defaults_of_the_classifier():
    defaults = EncoderClassifier().get_params()
    assert {name: defaults[name] for name in asdict(encoder.settings())} == asdict(encoder.settings())


def test_what_is_kept_is_read_back(folder):
    keep(folder, "fold-0")
    assert encoder.is_fresh("fold-0")
    texts = [DATA.statements.texts[row] for row in SPLITS["fold-0"].test]
    said = encoder.read_margins("fold-0")
    np.testing.assert_array_equal(said.shipped, margins_of(texts))
    np.testing.assert_array_equal(said.trained, margins_of(texts) + 1)
    np.testing.assert_array_equal(said.ngrams, DATA.statements.truth[SPLITS["fold-0"].test])


def test_what_is_not_kept_is_refused():
    assert not encoder.is_fresh("fold-0")
    with pytest.raises(
        InvalidInputError, match=r"nothing is kept of 'fold-0' .*; run: python -m experiments\.encoder fold-0$"
    ):
        encoder.read_margins("fold-0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data_sha256", lambda: "other annotations"),
        ("further_sha256", lambda: "other contrast sets"),
        ("settings", lambda settings=encoder.settings: replace(settings(), n_epochs=99)),
        ("EVALUATED", ("ungdc",)),
        ("TRAINED", ("ungdc",)),
        ("_soft_sha256", lambda name: "other soft labels"),
        ("_beside", lambda name: {"C": 2.0}),
        ("SOFT_WEIGHT", 0.1),
        ("N_FOR_VOCABULARY", 10),
        ("SEEN_AT_LEAST", 9),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_scores_of_other_data_or_settings_are_refused(folder, monkeypatch, name, value):
    keep(folder, "fold-0")
    monkeypatch.setattr(encoder, name, value)
    assert not encoder.is_fresh("fold-0")
    with pytest.raises(InvalidInputError, match="nothing is kept of 'fold-0' for this data and these settings"):
        encoder.read_margins("fold-0")


@pytest.mark.parametrize("field", sorted(asdict(encoder.settings())))
def test_each_setting_is_part_of_the_key(monkeypatch, field):
    before, settings = encoder.key("fold-0"), encoder.settings()
    monkeypatch.setattr(encoder, "settings", lambda: replace(settings, **{field: "another"}))
    assert encoder.key("fold-0") != before


def test_scores_of_another_split_are_refused(folder):
    keep(folder, "fold-0")
    (folder / "margins" / "fold-0.npz").rename(folder / "margins" / "fold-1.npz")
    with pytest.raises(InvalidInputError, match="nothing is kept of 'fold-1'"):
        encoder.read_margins("fold-1")


@pytest.mark.parametrize("name", ["fold-2", "source-north"])
def test_an_encoder_learns_from_one_side_of_its_split_and_scores_the_other(lessons, name):
    split = SPLITS[name]
    encoder.make_scores(name, split, DATA)
    [(gold, soft, options)] = lessons
    assert options == encoder.settings()
    assert gold.texts == [*(DATA.statements.texts[row] for row in split.train), *BESIDES.texts]
    assert not set(gold.texts) & {DATA.statements.texts[row] for row in split.test}
    np.testing.assert_array_equal(gold.targets[:, :2], np.vstack([DATA.statements.truth[split.train], BESIDES.truth]))
    np.testing.assert_array_equal(gold.targets[:, 2:], np.vstack([DATA.statements.poles[split.train], BESIDES.poles]))
    assert gold.weights.tolist() == [1] * (len(split.train) + len(BESIDES))
    assert soft.texts == [one.text for one in DRAWN]
    assert (soft.targets[:, :2] == len(name) / 255).all()  # its own teacher's
    assert np.isnan(soft.targets[:, 2:]).all()
    assert soft.weights.tolist() == [encoder.SOFT_WEIGHT] * len(DRAWN)
    said, expected = encoder.read_margins(name), margins_of([DATA.statements.texts[row] for row in split.test])
    np.testing.assert_array_equal(said.shipped, expected)
    np.testing.assert_array_equal(said.trained, expected + 1)
    np.testing.assert_array_equal(said.ngrams, DATA.statements.truth[split.test])


def test_sources_held_out_together_are_done_without_a_teacher():
    assert "n_pseudo" not in encoder._beside("together-north-south")
    assert encoder._taught("together-north-south", 4) is None


def test_a_run_that_stops_leaves_no_scores(lessons, folder, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(encoder, "export_encoder", stop)
    with pytest.raises(KeyboardInterrupt):
        encoder.make_scores("fold-0", SPLITS["fold-0"], DATA)
    assert len(lessons) == 1
    assert not encoder.is_fresh("fold-0")
    monkeypatch.setattr(encoder, "export_encoder", Scorer)
    encoder.make_scores("fold-0", SPLITS["fold-0"], DATA)
    assert encoder.is_fresh("fold-0")
    assert len(lessons) == 1  # the network was kept


def test_other_heads_beside_it_leave_the_encoder_as_it_is(lessons, folder, monkeypatch):
    keep(folder, "fold-0")
    before = encoder.read_margins("fold-0")
    monkeypatch.setattr(encoder, "ngrams_key", lambda name: "other heads")
    monkeypatch.setattr(
        encoder.linear, "held_out", lambda splits, *_: [Held(rows=s.test, margins=-np.ones((12, 2))) for _, s in splits]
    )
    assert not encoder.is_fresh("fold-0")
    encoder.make_scores("fold-0", SPLITS["fold-0"], DATA)
    after = encoder.read_margins("fold-0")
    assert lessons == []
    np.testing.assert_array_equal(after.shipped, before.shipped)
    assert (after.ngrams == -1).all()


def test_the_network_scores_statements_of_any_length_in_their_order(monkeypatch):
    """The network adds up its tokens, so that padding would show."""

    def add_up(tokens, mask):
        return torch.stack([tokens.sum(1), mask.sum(1)] * 2, 1).float()

    monkeypatch.setattr(encoder, "codebook", lambda: DATA.codebook)
    monkeypatch.setattr(encoder, "read_network", lambda name: add_up)
    monkeypatch.setattr(encoder, "tokenize", lambda texts, options: [np.arange(1, len(text) + 1) for text in texts])
    texts = ["x" * n for n in np.random.default_rng(0).integers(1, 60, 100)]
    expected = [[len(text) * (len(text) + 1) / 2, len(text)] for text in texts]
    np.testing.assert_array_equal(encoder.torch_scorer("all")(texts), expected)


def test_what_encoders_said_of_the_folds_is_in_the_repository():
    for number in range(5):
        kept = dict(np.load(KEPT / f"fold-{number}.npz"))
        assert kept["key"] == encoder.key(f"fold-{number}")
        assert kept["ngrams_key"] == encoder.ngrams_key(f"fold-{number}")
        assert kept["shipped"].shape == kept["trained"].shape == kept["ngrams"].shape


def test_a_network_of_other_data_is_trained_again(lessons, monkeypatch):
    encoder.make_scores("fold-0", SPLITS["fold-0"], DATA)
    monkeypatch.setattr(encoder, "data_sha256", lambda: "other")
    encoder.make_scores("fold-0", SPLITS["fold-0"], DATA)
    assert len(lessons) == 2


def test_loud_channels_are_told_by_what_is_learned_from(lessons, monkeypatch):
    made = []

    def export(*arguments, **options):
        made.append(Scorer(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(encoder, "export_encoder", export)
    encoder.make_scores("fold-0", SPLITS["fold-0"], DATA)
    assert list(made[0].examples) == [DATA.statements.texts[row] for row in SPLITS["fold-0"].train]


def test_a_run_goes_on_with_what_is_missing(lessons, folder):
    keep(folder, "fold-0", "fold-2", "source-north")
    encoder.main([])
    names = ["fold-1", "fold-3", "fold-4", "all", "source-south"]
    assert [len(gold.texts) for gold, _, _ in lessons] == [len(SPLITS[name].train) + len(BESIDES) for name in names]
    assert all(encoder.is_fresh(name) for name in SPLITS if name != "all")
    assert encoder.is_trained("all")
    lessons.clear()
    encoder.main([])
    assert lessons == []


def test_who_names_a_split_gets_its_network(lessons, folder):
    """What it said may be in the repository, and the network on another machine."""
    keep(folder, "fold-0")
    encoder.main(["fold-0"])
    assert encoder.is_trained("fold-0")
    assert len(lessons) == 1
    encoder.main(["fold-0"])
    assert len(lessons) == 1


def test_an_unknown_split_is_named():
    with pytest.raises(InvalidInputError, match=r"unknown folds \['fold-9'\]; expected among \['fold-0',"):
        encoder.main(["fold-9"])


@pytest.mark.parametrize("config", [{}, {"column": "source", "test": ["diplomatic"]}], ids=["folds", "sources"])
def test_what_is_kept_is_tested_on_its_own_rows(folder, config):
    keep(folder, *SPLITS)
    outcome = run_config({"kind": "encoder", **config}, DATA)
    assert sorted(outcome.rows) == DATA.rows("diplomatic").tolist()
    assert ((outcome.decisions == DATA.statements.truth[outcome.rows]).mean(axis=0) > 0.9).all()
    beside = run_config({"kind": "encoder", "ngrams": True, **config}, DATA)
    assert (beside.decisions == DATA.statements.truth[beside.rows]).all()  # the made-up n-grams know all


def test_tokens_stay_that_are_seen_twice_in_all_that_is_learned_from(tmp_path, monkeypatch):
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {"[UNK]": 0, "Statement": 1, "lift": 2, "keep": 3, "far": 4, "never": 5}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(3)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    monkeypatch.setattr(encoder, "base_folder", lambda base: tmp_path)
    monkeypatch.setattr(encoder, "further_contrast_sets", lambda: replace(BESIDES, texts=["never", "far", "never"]))
    monkeypatch.setattr(encoder, "news_statements", lambda: [replace(DRAWN[0], text="lift keep")])
    monkeypatch.setattr(encoder, "un_statements", lambda n, seed: [replace(DRAWN[0], text="lift it at last far far")])
    assert used_tokens() == [0, 1, 2, 4, 5]


@pytest.fixture
def saved(folder, monkeypatch):
    """Keep every split and the weights of the encoder that saw all; list what is saved as a model."""
    keep(folder, *SPLITS)
    weights = {name: tensor.contiguous() for name, tensor in Network(4, mark=7.0).state_dict().items()}
    save_file(weights, folder / "all.safetensors", metadata={"key": encoder.training_key("all")})
    models = []
    soft = SoftLabels(statements=DRAWN, rows=np.arange(len(DRAWN)), scores=np.zeros((len(DRAWN), 4)))
    monkeypatch.setattr(encoder_model, "soft_labels_of", lambda name: soft)
    monkeypatch.setattr(encoder, "make_network", lambda base, n_outputs, n_frozen: Network(n_outputs))
    monkeypatch.setattr(encoder_model, "save", lambda model, path, overwrite: models.append(model))
    monkeypatch.setattr("stancekit.training.stacking._times", lambda scorer, weights: scorer)
    heads = {"ngrams": "those of the linear model"}
    monkeypatch.setattr(
        encoder_model, "_heads_beside", lambda m: Part(scorers=heads, bias=np.array([1.0, 2.0]), margins=m)
    )
    return models


def test_the_model_has_the_encoder_that_saw_all_under_the_calibration_of_those_that_did_not(saved, tmp_path):
    encoder_model.make(tmp_path / "model")
    [model] = saved
    scorer = model.scorers["encoder"]
    assert (scorer.network.weights["head.weight"] == 7).all()
    assert (scorer.n_labels, scorer.keep, scorer.settings) == (2, [3, 5], encoder.settings())
    assert model.scorers["ngrams"] == "those of the linear model"
    rows = DATA.rows("diplomatic")
    truth = DATA.statements.truth[rows]
    margins = [margins_of([DATA.statements.texts[row] for row in rows]), truth]  # the made-up n-grams know all
    weights = stacking_weights(margins, truth)
    np.testing.assert_allclose(model.bias, weights[1] * [1, 2], rtol=1e-6)
    expected = calibrate(
        add_margins(margins, weights), truth, exclusive=False, abstention=EncoderClassifier().abstention
    )
    for name in ("slope", "offset", "threshold", "low", "high"):
        np.testing.assert_allclose(getattr(model.calibration, name), getattr(expected, name), rtol=1e-4)
    assert model.was_trained_on([*DATA.statements.texts, *BESIDES.texts, *(one.text for one in DRAWN)]).all()
    assert model.provenance["n_statements"] == 120 + 3
    assert model.provenance["n_groups"] == 60 + 2
    assert model.provenance["n_positive"] == {"against": 60 + 1, "for": 40 + 2}


def test_the_models_figures_are_those_of_tested_rows(saved, tmp_path, monkeypatch):
    calls, real = [], encoder_model.evaluate

    def record(truth, scores, decisions, **others):
        calls.append((truth, scores, decisions, others))
        return real(truth, scores, decisions, n_bootstrap=10, **others)

    monkeypatch.setattr(encoder_model, "evaluate", record)
    encoder_model.make(tmp_path / "model")
    [(truth, scores, decisions, others)] = calls
    assert truth.shape == scores.shape == decisions.shape == (60, 2)
    assert ((decisions == truth).mean(axis=0) > 0.9).all()
    assert sorted(others["groups"]) == sorted(set(DATA.statements.groups))
    assert others["slices"] == {"dataset": ["diplomatic"] * 60}
    assert (
        saved[0]
        .provenance["evaluation"]["markdown"]
        .startswith("Each statement was scored by an encoder and n-grams that saw")
    )


def test_heads_of_other_data_do_not_stand_beside_the_encoder(monkeypatch):
    margins = np.ones((3, 2))
    part = encoder_model._heads_beside(margins)
    assert list(part.scorers) == ["ngrams"]
    assert part.margins is margins
    monkeypatch.setattr(encoder_model, "data_sha256", lambda: "other")
    with pytest.raises(InvalidInputError, match="the linear model is of other data"):
        encoder_model._heads_beside(margins)


@pytest.mark.parametrize("file", ["fold-3.npz", "all.safetensors"])
def test_no_model_is_made_of_what_is_stale(saved, folder, file):
    next(folder.rglob(file)).unlink()
    with pytest.raises(InvalidInputError, match=f"nothing is kept of '{Path(file).stem}'"):
        encoder_model.make(folder / "model")
    assert saved == []
