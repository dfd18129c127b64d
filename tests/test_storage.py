import ast
import builtins
import copy
import hashlib
import json
import pickle
import pickletools
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

import stancekit
from stancekit import Codebook, InvalidInputError, MissingExtraError, ModelFormatError, StanceModel
from stancekit.calibration import Calibration
from stancekit.card import model_card
from stancekit.features.ngram_scorer import NgramScorer, NgramSpec
from stancekit.storage import loading, manifest, saving

OLD_FORMATS = sorted((Path(__file__).parent / "data").glob("model-format-*"))
FILES = {"config.json", "weights.safetensors", "golden.json", "README.md"}
TEXTS = ["Lift the unjust embargo on this island.", "", "We must not trade; we build!", "санкции 制裁 🙂", "It rains."]
HERE = "sits here still"


def read_config(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def sign(folder, config):
    """Write a config with the hashes that fit it and the files, as somebody who means harm would."""
    config = {name: value for name, value in config.items() if name != "checksum"}
    if isinstance(config.get("files"), dict):
        for file, facts in config["files"].items():
            if isinstance(facts, dict) and (folder / file).is_file():
                content = (folder / file).read_bytes()
                facts |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    canonical = json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    config["checksum"] = hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def change_config(folder, change):
    config = read_config(folder)
    change(config)
    sign(folder, config)


def change_arrays(folder, change):
    arrays = load_file(folder / "weights.safetensors")
    change(arrays)
    save_file(arrays, folder / "weights.safetensors")
    sign(folder, read_config(folder))


def content_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def same(model, other):
    """Tell whether two models hold the same and give the same, to the last bit."""
    return (
        model.codebook == other.codebook
        and model.calibration.to_dict() == other.calibration.to_dict()
        and dict(model.provenance) == dict(other.provenance)
        and list(model.scorers) == list(other.scorers)
        and np.array_equal(model.predict_proba(TEXTS), other.predict_proba(TEXTS))
        and np.array_equal(model.margins(TEXTS), other.margins(TEXTS))
        and model.predict(TEXTS) == other.predict(TEXTS)
        and model.explain(TEXTS[0]) == other.explain(TEXTS[0])
    )


@pytest.fixture
def folder(tmp_path, models):
    """A saved model that a test may damage."""
    return saving.save(models["both"], tmp_path / "model")


labels = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="|"), min_size=1, max_size=8
).filter(lambda label: label == label.strip())
finite = st.floats(-50, 50)
shares = st.floats(0, 1)


@st.composite
def made_models(draw):
    names = draw(st.lists(labels, min_size=2, max_size=4, unique=True))
    exclusive = draw(st.booleans())

    def column(values):
        return np.array(draw(st.lists(values, min_size=len(names), max_size=len(names))))

    words, chars = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    spec = NgramSpec(bits=8, word_weight=draw(st.floats(0.01, 10)), words=words, chars=chars)
    weights = np.random.default_rng(draw(st.integers(0, 2**32))).normal(size=(256, len(names)))
    return StanceModel(
        codebook=Codebook.from_labels(names, exclusive=exclusive, name=draw(labels)),
        scorers={"ngrams": NgramScorer.fold(spec, weights)},
        bias=column(finite),
        calibration=Calibration(
            slope=column(finite),
            offset=column(finite),
            threshold=column(shares),
            low=column(shares),
            high=column(shares),
            exclusive=exclusive,
        ),
        provenance=draw(st.dictionaries(labels, st.none() | st.integers() | shares | labels, max_size=2)),
    )


class TestRoundTrip:
    def test_of_every_kind(self, model, tmp_path):
        path = saving.save(model, tmp_path / "model")
        again = loading.load(path)
        assert same(model, again)
        assert again.bias.dtype == np.float64
        assert content_of(saving.save(again, tmp_path / "again")) == content_of(path)

    @settings(max_examples=60, deadline=None)
    @given(model=made_models())
    def test_of_any_model(self, model):
        with tempfile.TemporaryDirectory() as folder:
            again = loading.load(saving.save(model, Path(folder, "model")))
            assert same(model, again)
            assert loading.check_golden(again, Path(folder, "model")).max_difference == 0

    def test_of_the_packaged_model(self, packaged, tmp_path):
        assert same(packaged, loading.load(saving.save(packaged, tmp_path / "copy")))

    def test_of_one_label(self, models, tmp_path):
        model = models["both"]
        one = replace(
            model,
            codebook=Codebook.from_labels(["only"]),
            scorers={"ngrams": NgramScorer.fold(NgramSpec(bits=8), np.ones((256, 1)))},
            bias=np.array([0.25]),
            calibration=Calibration(**{name: np.ones(1) for name in ("slope", "offset", "threshold", "low", "high")}),
        )
        again = loading.load(saving.save(one, tmp_path / "one"))
        assert again.predict_proba(TEXTS).shape == (len(TEXTS), 1)
        assert same(one, again)

    def test_paths_as_text_and_folders_not_yet_there(self, models, tmp_path):
        path = saving.save(models["ngrams"], str(tmp_path / "a" / "b" / "model"))
        assert path == tmp_path / "a" / "b" / "model"
        assert same(models["ngrams"], loading.load(str(path)))

    def test_saving_twice_writes_the_same_bytes(self, models, tmp_path):
        first, second = (saving.save(models["both"], tmp_path / name) for name in ("first", "second"))
        assert content_of(first) == content_of(second)


class TestFiles:
    def test_just_four(self, model, tmp_path):
        path = saving.save(model, tmp_path / "model")
        assert set(content_of(path)) == FILES
        assert [p.name for p in tmp_path.iterdir()] == ["model"]
        assert {p.name for p in (Path(stancekit.__file__).parent / "models" / "linear").iterdir()} == FILES

    def test_none_is_a_pickle(self, folder):
        for name, content in content_of(folder).items():
            assert not content.startswith(b"\x80"), name
            with pytest.raises(ValueError, match=r"opcode|exhausted|expected|no newline|not enough"):
                list(pickletools.genops(content))

    def test_the_config_holds_order_and_versions(self, folder):
        config = read_config(folder)
        assert config["labels"] == ["trade", "lift", "build"]
        assert config["format_version"] == manifest.FORMAT_VERSION
        assert set(config["provenance"]["versions"]) == {"stancekit", "python", "numpy", "scikit-learn"}
        assert config["provenance"]["parameters"]["random_state"] == 0

    def test_golden_statements(self, folder, models):
        golden = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
        assert "We build it." in [row["text"] for row in golden]  # an example of the codebook
        assert "" in [row["text"] for row in golden]
        for row in golden:
            assert row["scores"] == models["both"].predict(row["text"]).scores
            assert row["labels"] == list(models["both"].predict(row["text"]).labels)

    def test_the_card_has_a_row_for_every_label(self, folder, models):
        card = (folder / "README.md").read_text(encoding="utf-8")
        assert card == model_card(models["both"])
        assert card.startswith("---\nlibrary_name: stancekit\n")
        for label in models["both"].labels:
            assert f"\n| {label} | " in card

    def test_a_definition_stays_in_its_cell(self, models):
        book = models["both"].codebook
        hard = tuple(replace(stance, definition="One |\nor two.") for stance in book.stances)
        card = model_card(replace(models["both"], codebook=replace(book, stances=hard), provenance={}))
        rows = [line for line in card.splitlines() if line.startswith("| trade |")]
        assert len(rows) == 1
        assert r"One \| or two." in rows[0]

    def test_the_card_obeys_no_markup_of_a_codebook(self, models):
        book = models["both"].codebook
        marked = replace(book.stances[0], definition="<b>bold</b> *so*")
        card = model_card(
            replace(models["both"], codebook=replace(book, name="[a](b)", stances=(marked, *book.stances[1:])))
        )
        assert "\n# &#91;a&#93;(b)\n" in card
        assert "&lt;b&gt;bold&lt;/b&gt; &#42;so&#42;" in card

    def test_the_card_of_an_exclusive_model_that_never_abstains(self, models):
        calibration = replace(models["exclusive"].calibration, low=np.ones(len(models["exclusive"].labels)))
        card = model_card(replace(models["exclusive"], calibration=calibration))
        assert "ruled out" not in card
        assert "the model never abstains" in card

    def test_the_card_of_an_exclusive_model(self, models):
        card = model_card(models["exclusive"])
        assert "gives each statement exactly one label" in card
        assert "| level | ruled out below |" in card
        assert "The label whose score is the largest multiple of its level wins" in card
        assert all(f"\n| {label} |" in card for label in models["exclusive"].labels)


class TestNoCode:
    @pytest.mark.parametrize(
        "module",
        [
            "storage/loading",
            "storage/building",
            "storage/manifest",
            "model",
            "card",
            "calibration",
            "features/ngram_scorer",
            "features/_cues",
        ],
    )
    def test_no_module_on_the_path_of_loading_imports_a_pickler(self, module):
        tree = ast.parse((Path(stancekit.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
        imported = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
        assert "__future__" in imported  # the walk finds imports
        assert not imported & {
            "pickle",
            "joblib",
            "cloudpickle",
            "dill",
            "marshal",
            "shelve",
            "torch",
            "sklearn",
            "skops",
        }

    def test_a_pickle_beside_the_model_is_ignored(self, folder, models, tmp_path):
        evil = f"cos\nmkdir\n(V{tmp_path / 'hacked'}\ntR."
        for name in ("model.pkl", "weights.pkl", "config.pkl", "model.joblib"):
            (folder / name).write_text(evil)
        assert same(models["both"], loading.load(folder))
        assert not (tmp_path / "hacked").exists()
        pickle.loads(evil.encode())  # it would have worked
        assert (tmp_path / "hacked").is_dir()

    def test_a_pickle_in_place_of_the_weights_is_refused(self, folder, tmp_path):
        (folder / "weights.safetensors").write_text(f"cos\nmkdir\n(V{tmp_path / 'hacked'}\ntR.")
        sign(folder, read_config(folder))
        with pytest.raises(ModelFormatError, match=r"weights.safetensors cannot be read"):
            loading.load(folder)
        assert not (tmp_path / "hacked").exists()

    def test_nothing_is_evaluated(self, folder, monkeypatch):
        def refuse(*args, **kwargs):
            raise AssertionError("code was executed")

        loading.load(folder)  # whatever is imported lazily is imported now
        for name in ("eval", "exec", "compile"):
            monkeypatch.setattr(builtins, name, refuse)
        for name in ("load", "loads", "Unpickler"):
            monkeypatch.setattr(pickle, name, refuse)
        assert loading.load(folder).labels == ("trade", "lift", "build")


def drop(*keys):
    def change(config):
        for key in keys[:-1]:
            config = config[key]
        del config[keys[-1]]

    return change


def put(value, *keys):
    def change(config):
        for key in keys[:-1]:
            config = config[key]
        config[keys[-1]] = value

    return change


BAD_CONFIGS = {
    "wrong list of labels": (put(["lift", "trade", "build"], "labels"), r"labels \['lift', 'trade', 'build'\] are not"),
    "labels not a list": (put(3, "labels"), "labels 3 are not those of the codebook"),
    "unknown features": (
        put("tfidf", "features", 0, "kind"),
        r"unknown features 'tfidf'; .* \['embedding', 'encoder', 'lexicon'",
    ),
    "features without weights": (put("embedding", "features", 0, "kind"), "does not describe a model: KeyError"),
    "features not a list": (put(None, "features"), "the model has no features"),
    "features no mappings": (put([3], "features"), "does not describe a model: TypeError"),
    "extra argument of features": (put(1, "features", 0, "config", "stem"), "unexpected keyword argument 'stem'"),
    "too many bits": (
        put(12, "features", 0, "config", "bits"),
        r"ngrams weights must be .* shape \(4096, 3\), got .*1024",
    ),
    "absurdly many bits": (put(10**6, "features", 0, "config", "bits"), "the config of the ngrams is not one"),
    "bits no number": (put("10", "features", 0, "config", "bits"), "the config of the ngrams is not one"),
    "word weight no number": (put(None, "features", 0, "config", "word_weight"), "the config of the ngrams is not one"),
    "word weight not finite": (
        put(1e400, "features", 0, "config", "word_weight"),
        "the config of the ngrams is not one",
    ),
    "words no flag": (put("no", "features", 0, "config", "words"), "the config of the ngrams is not one"),
    "another codebook's cues": (
        drop("features", 1, "config", "codebook", "context"),
        r"lexicon weights must be finite numbers of shape \(17, 3\), got shape \(20, 3\)",
    ),
    "cues without a codebook": (drop("features", 1, "config", "codebook"), "does not describe a model: KeyError"),
    "extra field of the codebook": (put(1, "codebook", "colour"), r"unknown fields \['colour'\]"),
    "codebook without stances": (put([], "codebook", "stances"), "codebook has no 'stances'"),
    "codebook not a mapping": (put([1], "codebook"), "codebook must be a mapping"),
    "extra calibration curve": (put([1.0, 1.0, 1.0], "calibration", "gamma"), "unexpected keyword argument 'gamma'"),
    "calibration curve missing": (drop("calibration", "low"), "missing 1 required keyword-only argument: 'low'"),
    "calibration not a mapping": (put([], "calibration"), "does not describe a model: TypeError"),
    "calibration not finite": (put([1.0, float("nan"), 1.0], "calibration", "slope"), "slope must be finite numbers"),
    "calibration too short": (put([1.0, 1.0], "calibration", "slope"), r"slope must .* shape \(3,\), got shape \(2,\)"),
    "calibration in words": (put(["a", "b", "c"], "calibration", "slope"), "could not convert string to float"),
    "calibration exclusive": (put(True, "calibration", "exclusive"), "exclusive=True, the codebook False"),
    "exclusive no flag": (put("no", "calibration", "exclusive"), "exclusive='no', the codebook False"),
    "provenance not a mapping": (put("me", "provenance"), "provenance must be a mapping, got str"),
    "provenance missing": (drop("provenance"), r"does not describe a model: KeyError\('provenance'\)"),
    "files missing": (drop("files"), r"does not describe a model: KeyError\('files'\)"),
    "files not a mapping": (put([], "files"), "does not describe a model: TypeError"),
    "a file's hash missing": (drop("files", "golden.json"), r"does not describe a model: KeyError\('golden.json'\)"),
    "newer format": (put(2, "format_version"), "has format version 2, this stancekit reads up to 1; run: pip install"),
    "format version in words": (put("1", "format_version"), "format version '1'; expected a whole number from 1"),
    "format version zero": (put(0, "format_version"), "format version 0; expected a whole number from 1"),
    "format version missing": (drop("format_version"), "format version None; expected a whole number from 1"),
    "another format": (put("skops", "format"), "is not the config of a stancekit model"),
    "half a surrogate pair": (put("\ud800", "labels", 0), "are not those of the codebook"),
}

BAD_ARRAYS = {
    "NaN weights": (lambda a: a["ngrams.weights"].__setitem__((5, 1), np.nan), "ngrams weights must be finite numbers"),
    "infinite weights": (lambda a: a["lexicon.weights"].__setitem__((0, 0), np.inf), "lexicon weights must be finite"),
    "NaN bias": (lambda a: a["bias"].__setitem__(2, np.nan), "bias must be finite numbers"),
    "rows missing": (lambda a: a.update({"ngrams.weights": a["ngrams.weights"][:-1].copy()}), r"got shape \(1023, 3\)"),
    "a column missing": (
        lambda a: a.update({"ngrams.weights": np.ascontiguousarray(a["ngrams.weights"][:, :2])}),
        r"must be finite numbers of shape \(1024, 3\), got shape \(1024, 2\)",
    ),
    "flat weights": (lambda a: a.update({"ngrams.weights": np.zeros(3072, np.float16)}), r"got shape \(3072,\)"),
    "one number": (lambda a: a.update({"ngrams.weights": np.array(1.0)}), r"got shape \(\)"),
    "no rows": (lambda a: a.update({"ngrams.weights": np.zeros((0, 3), np.float16)}), r"got shape \(0, 3\)"),
    "cues too many": (
        lambda a: a.update({"lexicon.weights": np.zeros((21, 3))}),
        r"lexicon weights must be finite numbers of shape \(20, 3\), got shape \(21, 3\)",
    ),
    "bias of another shape": (lambda a: a.update({"bias": np.zeros((1, 3))}), r"bias must .* got shape \(1, 3\)"),
    "flags for weights": (
        lambda a: a.update({"ngrams.weights": np.ones((1024, 3), dtype=bool)}),
        "ngrams weights must be finite numbers",
    ),
    "bias missing": (lambda a: a.pop("bias"), "does not describe a model: KeyError\\('bias'\\)"),
    "weights missing": (lambda a: a.pop("lexicon.weights"), "does not describe a model: KeyError\\('weights'\\)"),
}


class TestDamage:
    @pytest.mark.parametrize("file", ["config.json", "weights.safetensors", "golden.json"])
    def test_missing_file(self, folder, file):
        (folder / file).unlink()
        with pytest.raises(ModelFormatError, match=f"has no {file}"):
            loading.load(folder)

    def test_the_card_is_for_people_alone(self, folder, models):
        (folder / "README.md").unlink()
        assert same(models["both"], loading.load(folder))

    @pytest.mark.parametrize("file", ["weights.safetensors", "golden.json"])
    @pytest.mark.parametrize("n_bytes", [0, 1, 100])
    def test_truncated_file(self, folder, file, n_bytes):
        content = (folder / file).read_bytes()
        (folder / file).write_bytes(content[:n_bytes])
        with pytest.raises(ModelFormatError, match=f"has {n_bytes} bytes, expected {len(content)}: truncated"):
            loading.load(folder)

    def test_a_file_of_another_size_is_not_read(self, folder):
        with (folder / "weights.safetensors").open("r+b") as file:
            file.truncate(2**40)  # no blocks are taken for it
        with pytest.raises(ModelFormatError, match=f"has {2**40} bytes, expected"):
            loading.load(folder)

    @pytest.mark.parametrize("where", [0, 8, 1000, -1])
    def test_flipped_byte(self, folder, where):
        content = bytearray((folder / "weights.safetensors").read_bytes())
        content[where] ^= 1
        (folder / "weights.safetensors").write_bytes(content)
        with pytest.raises(ModelFormatError, match=r"weights.safetensors was changed after saving: its SHA-256"):
            loading.load(folder)

    @pytest.mark.parametrize("n_bytes", [0, 7, 100, 4000])
    def test_truncated_weights_that_are_signed(self, folder, n_bytes):
        content = (folder / "weights.safetensors").read_bytes()
        (folder / "weights.safetensors").write_bytes(content[:n_bytes])
        sign(folder, read_config(folder))
        with pytest.raises(ModelFormatError, match=r"weights.safetensors cannot be read"):
            loading.load(folder)

    def test_tampered_config(self, folder):
        config = read_config(folder)
        config["calibration"]["threshold"][0] = 0.99
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        with pytest.raises(ModelFormatError, match=r"config.json was changed after saving: its checksum does not fit"):
            loading.load(folder)

    def test_a_config_without_a_checksum(self, folder):
        config = read_config(folder)
        del config["checksum"]
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        with pytest.raises(ModelFormatError, match="its checksum does not fit"):
            loading.load(folder)

    def test_a_config_written_anew_by_another_program(self, folder, models):
        text = json.dumps(read_config(folder), indent=4, sort_keys=True)
        (folder / "config.json").write_text(text, encoding="utf-8")
        assert same(models["both"], loading.load(folder))

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "config.json is damaged"),
            (b"name: yaml", "config.json is damaged"),
            (b"\xff\xfe", "config.json is damaged"),
            (b"[" * 100_000, "config.json is damaged"),
            (b"{}", "is not the config of a stancekit model"),
            (b"[1, 2]", "is not the config of a stancekit model"),
            (b"null", "is not the config of a stancekit model"),
            (b'{"architectures": ["BertModel"]}', "is not the config of a stancekit model"),
        ],
    )
    def test_another_file_for_the_config(self, folder, content, message):
        (folder / "config.json").write_bytes(content)
        with pytest.raises(ModelFormatError, match=message):
            loading.load(folder)

    def test_the_helper_signs_well(self, folder, models):
        change_config(folder, lambda config: None)
        assert same(models["both"], loading.load(folder))
        change_arrays(folder, lambda arrays: None)
        assert same(models["both"], loading.load(folder))

    @pytest.mark.parametrize("case", BAD_CONFIGS)
    def test_bad_config(self, folder, case):
        change, message = BAD_CONFIGS[case]
        change_config(folder, change)
        with pytest.raises(ModelFormatError, match=message):
            loading.load(folder)

    @pytest.mark.parametrize("case", BAD_ARRAYS)
    def test_bad_arrays(self, folder, case):
        change, message = BAD_ARRAYS[case]
        change_arrays(folder, change)
        with pytest.raises(ModelFormatError, match=message):
            loading.load(folder)

    def test_whole_numbers_do_for_a_bias(self, folder):
        change_arrays(folder, lambda arrays: arrays.update(bias=np.array([1, 0, -1])))
        assert loading.load(folder).explain("").margins == {"trade": 1.0, "lift": 0.0, "build": -1.0}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value, path=()):
    """Give the path of every value in a JSON document, outermost first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


@pytest.fixture(scope="module")
def saved(models, tmp_path_factory):
    return saving.save(models["both"], tmp_path_factory.mktemp("any") / "model")


@pytest.fixture(scope="module")
def saved_config(saved):
    return read_config(saved)


class TestAnyConfig:
    """Whatever stands in a well-signed config: a model that predicts, or a ModelFormatError."""

    @settings(max_examples=300, deadline=None)
    @given(data=st.data())
    def test_no_other_error_escapes(self, saved, saved_config, data):
        config = copy.deepcopy(saved_config)
        place = data.draw(st.sampled_from(list(places(config))))
        (drop(*place) if data.draw(st.booleans()) else put(data.draw(json_values), *place))(config)
        sign(saved, config)
        try:
            model = loading.load(saved)
        except ModelFormatError:
            return
        with np.errstate(all="ignore"):  # a slope of 1e300 is legal
            scores = model.predict_proba(TEXTS)
            assert scores.shape == (len(TEXTS), len(model.labels))
            assert len(model.predict(TEXTS)) == len(TEXTS)
            assert model.explain(TEXTS[0]).prediction.text == TEXTS[0]
        assert model_card(model).startswith("---")


class TestSaving:
    def test_refuses_to_overwrite(self, folder, models):
        before = content_of(folder)
        with pytest.raises(
            InvalidInputError,
            match=r"exists; choose another name, or let it be replaced \(--overwrite, or overwrite=True\)",
        ):
            saving.save(models["ngrams"], folder)
        assert content_of(folder) == before

    def test_overwrites_a_model_when_asked(self, folder, models):
        saving.save(models["exclusive"], folder, overwrite=True)
        assert same(models["exclusive"], loading.load(folder))
        assert set(content_of(folder)) == FILES
        assert [p.name for p in folder.parent.iterdir()] == [folder.name]

    def test_overwrites_a_damaged_model(self, folder, models):
        (folder / "weights.safetensors").unlink()
        saving.save(models["ngrams"], folder, overwrite=True)
        assert same(models["ngrams"], loading.load(folder))

    @pytest.mark.parametrize("config", [None, "not JSON", "[1]", '{"format": "another"}', "[" * 100_000])
    def test_never_overwrites_another_folder(self, tmp_path, models, config):
        precious = tmp_path / "thesis"
        precious.mkdir()
        (precious / "chapter1.txt").write_text("Everything.")
        if config is not None:
            (precious / "config.json").write_text(config)
        before = content_of(precious)
        with pytest.raises(InvalidInputError, match="is no model directory, so it is not overwritten"):
            saving.save(models["ngrams"], precious, overwrite=True)
        assert content_of(precious) == before

    def test_a_place_where_nothing_can_be_made(self, tmp_path, monkeypatch):
        (tmp_path / "file").write_text("text")
        with pytest.raises(
            InvalidInputError, match=r"file/model' cannot be made: .*file' is no folder; choose another"
        ):
            saving.check_free(tmp_path / "file" / "model")
        saving.check_free(tmp_path / "new" / "model")
        monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
        with pytest.raises(InvalidInputError, match="may not be written to"):
            saving.check_free(tmp_path / "new" / "model")
        assert not (tmp_path / "new").exists()

    def test_never_overwrites_a_file(self, tmp_path, models):
        (tmp_path / "thesis.txt").write_text("Everything.")
        with pytest.raises(InvalidInputError, match="is no model directory"):
            saving.save(models["ngrams"], tmp_path / "thesis.txt", overwrite=True)
        assert (tmp_path / "thesis.txt").read_text() == "Everything."

    @pytest.mark.parametrize("error", [RuntimeError(HERE), KeyboardInterrupt(HERE), OSError(28, HERE)])
    @pytest.mark.parametrize("step", ["_golden", "model_card", "checksum"])
    def test_a_failure_leaves_nothing(self, tmp_path, models, monkeypatch, error, step):
        def fail(*args):
            raise error

        monkeypatch.setattr(saving, step, fail)
        with pytest.raises(type(error), match=HERE):
            saving.save(models["ngrams"], tmp_path / "model")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("step", ["_golden", "model_card", "checksum"])
    def test_a_failure_leaves_the_old_model(self, folder, models, monkeypatch, step):
        before = content_of(folder)
        with monkeypatch.context() as patch:
            patch.setattr(saving, step, lambda *args: 1 / 0)
            with pytest.raises(ZeroDivisionError, match="division by zero"):
                saving.save(models["ngrams"], folder, overwrite=True)
        assert content_of(folder) == before
        assert [p.name for p in folder.parent.iterdir()] == [folder.name]

    @pytest.mark.parametrize("n_allowed", [0, 1])
    def test_a_failure_at_the_last_step_leaves_the_old_model(self, folder, models, monkeypatch, n_allowed):
        before = content_of(folder)
        rename = Path.rename
        calls = []

        def fail(self, target):
            calls.append(self)
            if len(calls) == n_allowed + 1:
                raise OSError(HERE)
            return rename(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", fail)
            with pytest.raises(OSError, match=HERE):
                saving.save(models["ngrams"], folder, overwrite=True)
        assert content_of(folder) == before
        assert [p.name for p in folder.parent.iterdir()] == [folder.name]

    def test_provenance_that_is_no_json(self, tmp_path, models):
        with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
            saving.save(replace(models["ngrams"], provenance={"loss": float("nan")}), tmp_path / "model")
        assert list(tmp_path.iterdir()) == []

    def test_through_a_link(self, folder, models):
        link = folder.with_name("latest")
        link.symlink_to(folder, target_is_directory=True)
        saving.save(models["ngrams"], link, overwrite=True)
        assert link.is_symlink()
        assert same(models["ngrams"], loading.load(folder))

    def test_the_folder_one_stands_in(self, folder, models, monkeypatch):
        monkeypatch.chdir(folder)
        saving.save(models["ngrams"], ".", overwrite=True)
        monkeypatch.chdir(folder.parent)
        assert same(models["ngrams"], loading.load(folder))

    def test_a_file_of_somebody_else_is_not_swept_away(self, folder, models):
        (folder / "notes.txt").write_text("mine")
        with pytest.raises(InvalidInputError, match=r"holds 'notes.txt', which is no part of a model"):
            saving.save(models["ngrams"], folder, overwrite=True)
        assert (folder / "notes.txt").read_text() == "mine"


class TestGolden:
    @pytest.mark.parametrize("name", loading.built_in_models())
    def test_the_packaged_models_pass(self, name):
        check = loading.check_golden(loading.load(name), name)
        assert check.passed
        assert check.n_statements >= 7
        # Each processor sums an encoder's eight bits in its own order (docs/decisions.md, 17).
        assert check.max_difference <= (check.tolerance if name == "encoder" else 1e-9)

    def test_altered_weights_fail(self, folder):
        def turn(arrays):
            arrays["ngrams.weights"] *= -1

        assert loading.check_golden(loading.load(folder), folder).passed
        change_arrays(folder, turn)
        check = loading.check_golden(loading.load(folder), folder)
        assert not check.passed
        assert check.max_difference > 0.01

    @pytest.mark.parametrize(("difference", "passed"), [(0.9e-6, True), (1.1e-6, False)])
    def test_how_far_is_too_far(self, folder, difference, passed):
        golden = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
        golden[0]["scores"]["lift"] += difference
        (folder / "golden.json").write_text(json.dumps(golden), encoding="utf-8")
        sign(folder, read_config(folder))
        check = loading.check_golden(loading.load(folder), folder)
        assert check.max_difference == pytest.approx(difference, rel=1e-6)
        assert check.passed is passed

    def test_of_another_model(self, folder, packaged, models):
        with pytest.raises(ModelFormatError, match=r"does not hold the scores of \['anti-sanction'"):
            loading.check_golden(packaged, folder)
        assert not loading.check_golden(models["lexicon"], folder).passed

    @pytest.mark.parametrize(
        "content", ["[]", "{}", "null", '[{"text": 1}]', '[{"text": "a", "scores": []}]', "no JSON"]
    )
    def test_damaged_but_signed(self, folder, content):
        (folder / "golden.json").write_text(content)
        sign(folder, read_config(folder))
        with pytest.raises(ModelFormatError, match=r"golden.json does not hold the scores of"):
            loading.check_golden(loading.load(folder), folder)

    def test_tampered(self, folder, models):
        (folder / "golden.json").write_bytes((folder / "golden.json").read_bytes().replace(b"0.", b"1."))
        with pytest.raises(ModelFormatError, match=r"golden.json was changed after saving"):
            loading.check_golden(models["both"], folder)


class TestOldFormats:
    """Model directories of every past format load for ever and score as they did."""

    def test_every_format_has_one(self):
        assert [path.name for path in OLD_FORMATS] == [
            f"model-format-{version}" for version in range(1, manifest.FORMAT_VERSION + 1)
        ]

    @pytest.mark.parametrize("path", OLD_FORMATS, ids=lambda path: path.name)
    def test_golden_scores(self, path):
        model = loading.load(path)
        assert loading.check_golden(model, path).max_difference <= 1e-6
        for row in json.loads((path / "golden.json").read_text(encoding="utf-8")):
            assert list(model.predict(row["text"]).labels) == row["labels"]
        assert sum(p.stat().st_size for p in path.iterdir()) < 20_000

    def test_format_1(self):
        model = loading.load(OLD_FORMATS[0])
        assert model.labels == ("lift", "build")
        assert list(model.scorers) == ["ngrams", "lexicon"]
        lift, build, neither = model.predict(["Lift the embargo!", "Our own hands build.", "It rains."])
        assert (lift.labels, build.labels, neither.labels) == (("lift",), ("build",), ())
        assert lift.scores == pytest.approx({"lift": 0.9158460011268423, "build": 0.33382506326497585}, abs=1e-6)
        assert build.scores == pytest.approx({"lift": 0.09910068251919263, "build": 0.9152214832596031}, abs=1e-6)
        assert neither.scores == pytest.approx({"lift": 0.40352013730782016, "build": 0.37277335859862387}, abs=1e-6)

    def test_read_and_written_again(self, tmp_path):
        model = loading.load(OLD_FORMATS[0])
        assert same(model, loading.load(saving.save(model, tmp_path / "again")))


class TestNames:
    def test_the_default_is_in_the_package(self, packaged):
        assert "linear" in loading.built_in_models()
        assert same(packaged, loading.load("linear"))

    def test_without_the_hub_package(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "huggingface_hub", None)
        message = r"load\('hf:…'\) needs the package 'huggingface_hub'; run: pip install 'stancekit\[hub\]'"
        with pytest.raises(MissingExtraError, match=message):
            loading.load("hf:org/stance")

    @pytest.mark.parametrize("where", ["linear", "folder"])
    def test_a_revision_of_a_local_model(self, folder, where):
        name = folder if where == "folder" else where
        with pytest.raises(InvalidInputError, match=r"revision 'v1' is for 'hf:' models; '.*' is a local one"):
            loading.load(name, revision="v1")

    def test_an_unknown_name(self, tmp_path):
        message = r"unknown model 'liner'; expected one of encoder, linear, network, a model directory, or hf:org/name$"
        with pytest.raises(InvalidInputError, match=message):
            loading.load("liner")
        message = (
            r"there is no model directory '.*nowhere'; look at its name, or take a model of the package: encoder, lin"
        )
        for name in (tmp_path / "nowhere", str(tmp_path / "nowhere"), "./nowhere", "../nowhere", "~/nowhere"):
            with pytest.raises(InvalidInputError, match=message):
                loading.load(name)
        (tmp_path / "file").write_text("")
        with pytest.raises(
            InvalidInputError, match=r"'.*file' is no directory; expected a model directory, written by"
        ):
            loading.load(tmp_path / "file")

    def test_a_folder_that_is_no_model(self, tmp_path):
        with pytest.raises(
            ModelFormatError, match=r"has no config.json; expected a directory written by stancekit.save"
        ):
            loading.load(tmp_path)

    def test_a_folder_of_the_name_of_a_packaged_model(self, folder, packaged, models, monkeypatch):
        shutil.copytree(folder, folder.parent / "linear")
        monkeypatch.chdir(folder.parent)
        assert same(packaged, loading.load("linear"))  # the name
        assert same(models["both"], loading.load(Path("linear")))  # the path
        assert same(models["both"], loading.load("./linear"))


@pytest.mark.parametrize("name", [None, 3, ["linear"]])
def test_a_name_is_a_text_or_a_path(name):
    with pytest.raises(
        InvalidInputError, match=f"name is {type(name).__name__}; expected the name of a model, or a path"
    ):
        stancekit.load(name)
