"""The data in the repository keeps its promises, and joins to corpora as they are published."""

import hashlib
import json
from collections import Counter, defaultdict

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from experiments import corpora, data, data_card, soft_labels
from experiments.configs import config_sha256, read_configs
from experiments.default_model import PLACE, differing
from experiments.encoder import kept_sha256
from experiments.run import later, read_results, run, stale
from experiments.splitting import TRAINED
from experiments.tables import with_block
from stancekit import InvalidInputError, NgramFeatures, load
from stancekit.references import join, read_references
from stancekit.text.identity import fingerprint
from stancekit.training.heads import Heads, HeadSettings, fit_heads

OWN = [json.loads(line) for line in (data.DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines()]
STYLES = {"speech", "communique", "news", "tweet", "interview"}

needs_corpora = pytest.mark.skipif(not corpora.have_corpora(), reason="set STANCEKIT_CORPORA to the corpora's folder")


def test_there_are_enough_statements_of_every_kind():
    labels = Counter(label for row in OWN for label in row["labels"] or ["none"])
    assert len(OWN) >= 600
    assert set(labels) == {stance.label for stance in data.codebook().stances} | {"none"}
    assert min(labels.values()) >= 60
    assert {row["style"] for row in OWN} == STYLES


def test_statements_are_unique_and_labels_are_known_and_in_order():
    order = [stance.label for stance in data.codebook().stances]
    assert len({fingerprint(row["text"]) for row in OWN}) == len({row["id"] for row in OWN}) == len(OWN)
    for row in OWN:
        assert row["labels"] == sorted(row["labels"], key=order.index)


def test_contrast_pairs_have_two_sides_with_different_labels_in_one_group():
    pairs = defaultdict(list)
    for row in OWN:
        if row["pair"]:
            pairs[row["pair"]].append(row)
        else:
            assert row["phenomenon"] is None
    assert len(pairs) >= 120
    for name, sides in pairs.items():
        assert len(sides) == 2
        assert sides[0]["labels"] != sides[1]["labels"]
        assert sides[0]["phenomenon"] == sides[1]["phenomenon"]
        assert {side["group"] for side in sides} == {name}


@pytest.mark.parametrize("name", [*data.ANNOTATIONS, *data.LATER])
def test_annotations_carry_codes_of_the_codebook_and_no_text(name):
    codes = set(data.codebook().codes)
    references = read_references(data.DATA / "annotations" / f"{name}.tsv")
    assert len(references) > 1000
    for reference in references:
        assert set(reference.codes) <= codes | {"-"}
        assert len(reference.sha1) == 12
    widest = max((data.DATA / "annotations" / f"{name}.tsv").read_text().splitlines(), key=len)
    assert len(widest.split("\t")[2]) < 40


def test_reserved_speeches_are_not_annotated():
    for reference in read_references(data.DATA / "annotations" / "ungdc.tsv"):
        assert int(hashlib.sha1(reference.document.encode()).hexdigest(), 16) % 5 != 0


def test_the_corpus_as_published_is_read(tmp_path):
    folder = tmp_path / "TXT" / "Session 01 - 1946"
    folder.mkdir(parents=True)
    (folder / "ARG_01_1946.txt").write_bytes("\ufeffWe meet.\r\nWe part.".encode())
    (folder / "._ARG_01_1946.txt").write_bytes(b"\x00\xff")
    (tmp_path / "README.txt").write_text("not a speech")
    assert dict(corpora.un_speeches(tmp_path)) == {"ARG_01_1946": "We meet.\nWe part."}


def test_missing_corpora_are_named(tmp_path):
    with pytest.raises(InvalidInputError, match=r"no UN General Debate Corpus in .* set STANCEKIT_CORPORA"):
        corpora.un_speeches(tmp_path)
    with pytest.raises(InvalidInputError, match=r"no statements_pool.parquet in .* set STANCEKIT_CORPORA"):
        corpora.pool_statements(tmp_path)


def test_what_came_later_is_learned_from_where_it_is_named_alone():
    configs = read_configs()
    assert [name for name in configs if later(configs[name])] == ["data-with-later", "data-with-later+network"]
    assert data.data_sha256(*data.LATER) != data.data_sha256()
    assert not set(data.LATER) & {*data.ANNOTATIONS, *TRAINED}
    known = {
        one.sha1 for name in data.ANNOTATIONS for one in read_references(data.DATA / "annotations" / f"{name}.tsv")
    }
    for name in data.LATER:
        assert not known & {one.sha1 for one in read_references(data.DATA / "annotations" / f"{name}.tsv")}


@needs_corpora
@pytest.mark.parametrize("name", [*data.ANNOTATIONS, *data.LATER])
def test_every_annotation_finds_its_text(name):
    joined = data.join_annotations(name)
    assert joined.n_by_offset == len(read_references(data.DATA / "annotations" / f"{name}.tsv"))


@needs_corpora
def test_annotations_are_found_by_hash_where_offsets_differ():
    references = read_references(data.DATA / "annotations" / "ungdc.tsv")[:40]
    speeches = corpora.un_speeches()
    joined = join(references, lambda reference: "A header.\r\n" + speeches[reference.document].replace(" ", "  "))
    assert (joined.n_by_offset, joined.n_by_hash) == (0, 40)


@needs_corpora
def test_the_default_model_is_the_optimum_of_its_data_and_of_no_other_weights():
    """Making it again takes many minutes (`experiments.default_model --check`); where it stands, the solver stays."""
    assert load().provenance["data_sha256"] == data.data_sha256()
    annotated = data.load_annotated()
    config = read_configs()["default"]
    pseudo = soft_labels.read(annotated, n=config["n_pseudo"], weight=config["weight"])
    extractor = NgramFeatures(plain_marks=load().scorers["ngrams"].spec.plain_marks)
    features = extractor.fit_transform([*annotated.statements.texts, *pseudo.texts])
    truth = np.vstack([annotated.statements.truth, pseudo.targets(None)])
    idf = np.maximum(extractor.idf_, 1e-9)[:, None]
    shipped = Heads(coef=load().scorers["ngrams"].weights.astype(np.float64) / idf, bias=load().bias)
    settings = HeadSettings(C=0.5, class_weight="balanced", max_iter=5, exclusive=False)

    def change(weight):
        weights = np.repeat([1.0, weight], [len(annotated.statements), len(pseudo.texts)])
        with pytest.warns(ConvergenceWarning, match="5 iterations"):
            moved = fit_heads(features, truth, weights, settings, shipped)
        return np.abs(moved.margins(features[:2000]) - shipped.margins(features[:2000])).mean()

    assert change(pseudo.weight) < 0.001  # it is 0.0001, and 0.14 with half the weight
    assert change(0.5 * pseudo.weight) > 0.05


@pytest.mark.parametrize("name", ["linear", "network"])
def test_a_model_compares_with_itself_file_by_file(name, tmp_path):
    for file in (PLACE / name).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert differing(name, tmp_path) == []
    (tmp_path / "README.md").write_text("changed")
    assert differing(name, tmp_path) == ["README.md"]


def rows_of(configs):
    """Give rows of results as they would be made now."""
    return {
        name: {
            "config_sha256": config_sha256(config),
            "data_sha256": data.data_sha256(*later(config)),
            "encoders_sha256": kept_sha256(config),
        }
        for name, config in configs.items()
    }


def test_changed_configurations_are_stale():
    configs = read_configs()
    rows = rows_of(configs)
    assert stale(configs, rows) == []
    assert stale(configs | {"default": {"kind": "rules"}}, rows) == ["default"]
    assert stale(configs, {}) == list(configs)


def test_results_of_earlier_encoders_are_stale(monkeypatch):
    configs = {name: config for name, config in read_configs().items() if name in ("default", "encoder")}
    rows = rows_of(configs)
    monkeypatch.setattr("experiments.encoder.further_sha256", lambda: "other contrast sets")
    assert stale(configs, rows) == ["encoder"]


def test_kappa_of_known_tables():
    assert data_card.kappa([True, True, False, False], [True, False, False, False]) == pytest.approx(0.5)
    assert data_card.kappa([True, False], [True, False]) == 1


def test_only_the_block_between_the_markers_changes():
    begin, end = "<!-- results: python -m experiments.tables -->", "<!-- results end -->"
    assert with_block(f"a\n{begin}\nold\n{end}\nz", "new") == f"a\n{begin}\nnew\n{end}\nz"


@needs_corpora
@pytest.mark.parametrize("name", ["rules-cues", "curve-0.1"])
def test_a_stored_row_is_what_the_code_gives_today(name):
    again = run(name, read_configs()[name], data.load_annotated(), seed=0, n_jobs=1)
    assert again["worlds"] == read_results()[name]["worlds"]
