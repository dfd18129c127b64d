"""What looks unlike the training is said in predictions, kept with the model, and added to tables when asked for."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from stancekit import InvalidInputError, ModelFormatError, Prediction, load, predict_file, read_table, save
from stancekit.apps.cli import main
from stancekit.features.familiarity import Familiarity
from stancekit.storage.manifest import read_config

STRANGE = "Die Zwangsmaßnahmen gehören unverzüglich abgeschafft."
SYMBOLS = "|||| 1 | 2 | 3 |||| ~~~~ === {} {}"
PLAIN = "We trade with friends from the north."
TEXTS = [PLAIN, STRANGE, "", SYMBOLS, "制裁必须立即取消，越快越好。", " \n"]
FLAGS = [False, True, False, True, True, False]


class TestPredictions:
    def test_say_it_of_many_of_one_and_of_a_stream(self, model):
        assert [p.unfamiliar for p in model.predict(TEXTS)] == FLAGS
        assert [model.predict(text).unfamiliar for text in TEXTS] == FLAGS
        assert [p.unfamiliar for p in model.predict_iter(iter(TEXTS), batch_size=2)] == FLAGS
        assert [p.unfamiliar for p in model.predict(TEXTS * 3, n_jobs=2)] == FLAGS * 3
        assert all(type(p.unfamiliar) is bool for p in [*model.predict(TEXTS), model.predict(STRANGE)])

    def test_carry_it_on(self, model):
        assert model.predict(STRANGE).to_dict()["unfamiliar"] is True
        assert model.explain(STRANGE).to_dict()["unfamiliar"] is True

    def test_are_otherwise_the_same(self, model):
        other = replace(model, familiarity=None)
        assert [replace(p, unfamiliar=False) for p in model.predict(TEXTS)] == other.predict(TEXTS)
        assert not any(p.unfamiliar for p in other.predict(TEXTS))
        assert not other.predict(STRANGE).unfamiliar

    def test_need_not_be_told(self):
        assert Prediction(text="", labels=(), scores={}, abstained=()).unfamiliar is False

    def test_nothing_asks_for_training_statements(self, model, corpus):
        assert not any(p.unfamiliar for p in model.predict(corpus.texts))

    def test_copies_know_the_same(self, model):
        for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert [p.unfamiliar for p in twin.predict(TEXTS)] == FLAGS


class TestStorage:
    def test_keeps_words_and_level(self, model, tmp_path):
        again = load(save(model, tmp_path / "model"))
        assert np.array_equal(again.familiarity.words, model.familiarity.words)
        assert again.familiarity.config() == model.familiarity.config()
        assert [p.unfamiliar for p in again.predict(TEXTS)] == FLAGS

    def test_of_a_model_that_does_not_know(self, models, tmp_path):
        folder = save(replace(models["ngrams"], familiarity=None), tmp_path / "model")
        assert "familiar_words" not in load_file(folder / "weights.safetensors")
        assert "familiarity" not in read_config(folder)
        assert load(folder).familiarity is None

    @pytest.mark.parametrize("words", [[2, 1], [1, 1], [0, 1], [[1, 2]]])
    def test_refuses_words_that_are_no_set(self, words):
        with pytest.raises(ModelFormatError, match="familiar_words must be rising hashes, got uint32 of shape"):
            Familiarity.build({"level": 0.5, "allowance": 1.0}, np.array(words, dtype=np.uint32))

    def test_refuses_words_of_another_kind(self):
        with pytest.raises(ModelFormatError, match="got int64 of shape"):
            Familiarity.build({"level": 0.5, "allowance": 1.0}, np.array([1, 2]))

    @pytest.mark.parametrize(("level", "allowance"), [(-0.1, 1), (1.5, 1), (float("nan"), 1), (0.5, -1)])
    def test_refuses_a_level_out_of_range(self, level, allowance):
        with pytest.raises(ModelFormatError, match=r"a level in \[0, 1\] and an allowance of 0 or more, got"):
            Familiarity.build({"level": level, "allowance": allowance}, np.zeros(0, dtype=np.uint32))


class TestTables:
    @pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
    @pytest.mark.parametrize("source", [".jsonl", ".parquet"])
    def test_get_a_column_when_asked(self, models, tmp_path, source, suffix):
        from stancekit import write_table

        write_table(tmp_path / f"in{source}", [{"text": text, "id": row} for row, text in enumerate(TEXTS * 3)])
        target = tmp_path / f"out{suffix}"
        predict_file(models["ngrams"], tmp_path / f"in{source}", target, unfamiliar=True)
        rows = list(read_table(target))
        assert list(rows[0])[-1] == "stance_unfamiliar"
        assert [str(row["stance_unfamiliar"]).lower() for row in rows] == [str(flag).lower() for flag in FLAGS * 3]

    def test_get_none_otherwise(self, models, tmp_path):
        (tmp_path / "in.csv").write_text("text\nWe met.\n")
        predict_file(models["ngrams"], tmp_path / "in.csv", tmp_path / "out.parquet")
        assert "stance_unfamiliar" not in pq.read_schema(tmp_path / "out.parquet").names

    def test_need_a_model_that_can_tell(self, models, tmp_path):
        (tmp_path / "in.csv").write_text("text\nWe met.\n")
        blind = replace(models["ngrams"], familiarity=None)
        with pytest.raises(InvalidInputError, match="the model cannot tell what is unfamiliar"):
            predict_file(blind, tmp_path / "in.csv", tmp_path / "out.csv", unfamiliar=True)
        assert not (tmp_path / "out.csv").exists()


class TestCommandLine:
    @pytest.fixture
    def folder(self, models, tmp_path):
        return str(save(models["ngrams"], tmp_path / "model"))

    @pytest.mark.parametrize("command", ["predict", "explain"])
    def test_warns_on_stderr(self, folder, capsys, command):
        assert main([command, STRANGE, "--model", folder]) == 0
        out, err = capsys.readouterr()
        expected = "unlike what the model was trained on (5 of 5 words are new to it): take the scores with care"
        assert err == f"stancekit: {expected}\n"
        assert "unlike" not in out

    def test_says_so_where_hardly_a_word_is_there(self, folder, capsys):
        assert main(["predict", "|||| ==== ~~~~ {} {} ;;;;", "--model", folder]) == 0
        assert "(little of it is in words)" in capsys.readouterr().err

    def test_is_silent_on_plain_text(self, folder, capsys):
        assert main(["predict", PLAIN, "--model", folder]) == 0
        assert capsys.readouterr().err == ""

    def test_adds_the_column(self, folder, tmp_path):
        (tmp_path / "in.csv").write_text(f"text\n{STRANGE}\n{PLAIN}\n")
        paths = ["--input", str(tmp_path / "in.csv"), "--output", str(tmp_path / "out.jsonl")]
        assert main(["predict", *paths, "--model", folder, "--unfamiliar"]) == 0
        assert [row["stance_unfamiliar"] for row in read_table(tmp_path / "out.jsonl")] == [True, False]

    def test_wants_a_table_for_it(self, capsys):
        assert main(["predict", PLAIN, "--unfamiliar"]) == 2
        assert "--unfamiliar go with --input" in capsys.readouterr().err
