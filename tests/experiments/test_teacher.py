"""What a teacher learns from and what is kept of it, on made-up data; a small one is really taught."""

import numpy as np
import pytest

from experiments import teacher
from experiments.data import Annotated
from experiments.splitting import named_splits
from experiments.teacher import embeddings, main, soft_labels, teach
from experiments.unlabelled import Unlabelled
from stancekit import Codebook, InvalidInputError, LabelledStatements

DATASETS = ("diplomatic", "diplomatic_selected", "ungdc")
SOURCES = ("north", "south")
DRAWN = [
    Unlabelled(source=source, document=f"d{i}", start=None, end=None, text=f"Drawn {i} of {source}.")
    for i in range(8)
    for source in (*SOURCES, "ungdc")
]
N_OUTPUTS = 4


def made_data():
    """Twenty documents of each of two sources and twenty speeches, two statements each."""
    documents = [(dataset, SOURCES[i % 2], i) for i in range(20) for dataset in DATASETS[:2]]
    documents += [("ungdc", "ungdc", i) for i in range(20)]
    rows = [document for document in documents for _ in range(2)]
    truth = np.arange(2 * len(rows)).reshape(-1, 2) // 3 % 2 * 1.0
    statements = LabelledStatements(
        texts=[f"Statement {i}." for i in range(len(rows))],
        truth=truth,
        poles=1 - truth,
        groups=[f"{source}/{i}" for _, source, i in rows],
        columns={"dataset": [row[0] for row in rows], "source": [row[1] for row in rows]},
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["against", "for"]))


DATA = made_data()
GROUPS, SOURCE = np.array(DATA.statements.groups), DATA.column("source")


def made_scores(n_calls):
    """Scores that tell the statement, the output, and the call that they come from."""
    return np.linspace(0, 1, len(DRAWN) * N_OUTPUTS).reshape(-1, N_OUTPUTS) ** (1 + n_calls / 10)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep everything in a temporary folder, and read statements by their numbers in the place of MPNet."""
    monkeypatch.setattr(teacher, "CACHE", tmp_path)
    monkeypatch.setattr(teacher, "weights_sha256", lambda name: f"{name}, as it was")
    monkeypatch.setattr(teacher, "load_annotated", lambda: DATA)
    monkeypatch.setattr(teacher, "drawn_statements", lambda: DRAWN)
    return tmp_path


@pytest.fixture
def read(monkeypatch):
    """List what MPNet is asked to read; what it says is each statement's number among those."""
    calls = []

    def embed(texts):
        calls.append(list(texts))
        return np.arange(len(texts), dtype=np.float16)[:, None]

    monkeypatch.setattr(teacher, "_embed", embed)
    return calls


@pytest.fixture
def lessons(read, monkeypatch):
    """List what each teacher learns from, in the place of teaching."""
    calls = []

    def record(gold, outputs, others):
        calls.append((gold[:, 0].astype(int), outputs, others[:, 0].astype(int)))
        return made_scores(len(calls) - 1)

    monkeypatch.setattr(teacher, "teach", record)
    return calls


def test_statements_are_read_once(read):
    first = embeddings("gold", ["One.", "Two."])
    np.testing.assert_array_equal(embeddings("gold", ["One.", "Two."]), first)
    assert first.tolist() == [[0], [1]]
    assert read == [["One.", "Two."]]
    embeddings("drawn", ["One.", "Two."])
    assert len(read) == 2


@pytest.mark.parametrize("texts", [["One.", "Two!"], ["Two.", "One."], ["One."], ["One.Two."], ["One.T", "wo."]])
def test_other_statements_are_read_anew(read, texts):
    embeddings("gold", ["One.", "Two."])
    assert len(embeddings("gold", texts)) == len(texts)
    assert read == [["One.", "Two."], texts]


@pytest.mark.parametrize(
    ("name", "value"),
    [("weights_sha256", lambda name: "others"), ("LAYERS", (1, 2)), ("_MAX_TOKENS", 64)],
    ids=["weights", "layers", "tokens"],
)
def test_another_encoder_reads_anew(read, monkeypatch, name, value):
    embeddings("gold", ["One."])
    monkeypatch.setattr(teacher, name, value)
    embeddings("gold", ["One."])
    assert len(read) == 2


def test_a_teacher_learns_from_one_side_of_its_split_alone(lessons):
    main()
    splits = list(named_splits(DATA))
    assert len(lessons) == len(splits)
    for (name, split), (rows, outputs, others) in zip(splits, lessons, strict=True):
        assert sorted(rows) == sorted(split.train), name
        assert not set(GROUPS[rows]) & set(GROUPS[split.test]), name
        assert name.removeprefix("source-") not in SOURCE[rows]
        expected = np.hstack([DATA.statements.truth, DATA.statements.poles])[rows]
        np.testing.assert_array_equal(outputs, expected)
        assert others.tolist() == list(range(len(DRAWN)))


@pytest.mark.usefixtures("lessons")
def test_scores_are_kept_in_steps_of_a_255th():
    main()
    for number, (name, _) in enumerate(named_splits(DATA)):
        soft = soft_labels(name)
        if name.startswith("source-"):
            continue
        assert soft.scores.shape == (len(DRAWN), N_OUTPUTS)
        assert soft.statements == DRAWN
        assert abs(soft.scores - made_scores(number)).max() <= 0.5 / 255 + 1e-12
        assert (soft.scores.min(), soft.scores.max()) == (0, 1)
        np.testing.assert_allclose(255 * soft.scores, np.rint(255 * soft.scores), rtol=0, atol=1e-9)


@pytest.mark.usefixtures("lessons")
@pytest.mark.parametrize("source", SOURCES)
def test_a_held_out_source_has_no_soft_labels_and_the_others_keep_theirs(source):
    main()
    soft = soft_labels(f"source-{source}")
    rows = [row for row, one in enumerate(DRAWN) if one.source != source]
    assert len(rows) == 16
    assert soft.texts == [DRAWN[row].text for row in rows]
    number = [name for name, _ in named_splits(DATA)].index(f"source-{source}")
    np.testing.assert_allclose(soft.scores, made_scores(number)[rows], rtol=0, atol=0.5 / 255 + 1e-12)


def test_what_is_kept_is_not_made_again(lessons, read, folder):
    main()
    n_splits = len(lessons)
    main()
    assert len(lessons) == n_splits
    assert read == [DATA.statements.texts, [one.text for one in DRAWN]]
    (folder / "fold-3.npz").unlink()
    main()
    assert len(lessons) == n_splits + 1
    assert lessons[-1][0].tolist() == lessons[3][0].tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data_sha256", lambda: "other annotations"),
        ("EVALUATED", ("ungdc",)),
        ("TRAINED", ("ungdc",)),
        ("SOFT", [*teacher.SOFT, "one more"]),
    ],
    ids=["data", "tested", "trained", "settings"],
)
def test_soft_labels_of_other_data_or_settings_are_refused(lessons, monkeypatch, name, value):
    main()
    n_splits = len(lessons)
    monkeypatch.setattr(teacher, name, value)
    with pytest.raises(InvalidInputError, match="no soft labels of 'fold-0' for this data and these settings; run: "):
        soft_labels("fold-0")
    main()
    assert len(lessons) == 2 * n_splits


@pytest.mark.usefixtures("lessons")
def test_soft_labels_of_another_split_are_refused(folder):
    main()
    (folder / "fold-1.npz").rename(folder / "fold-0.npz")
    for name in ("fold-0", "fold-1"):
        with pytest.raises(InvalidInputError, match=f"no soft labels of '{name}' .*; run: python -m experiments.teach"):
            soft_labels(name)


@pytest.mark.usefixtures("lessons")
def test_soft_labels_of_other_statements_are_refused(monkeypatch):
    main()
    monkeypatch.setattr(teacher, "drawn_statements", lambda: DRAWN[::-1])
    with pytest.raises(InvalidInputError, match="no soft labels of 'fold-0'"):
        soft_labels("fold-0")


def made_layers(seed, n=600):
    """Statements in six columns: the first two tell the outputs, the third never changes, the rest is noise."""
    rng = np.random.default_rng(seed)
    outputs = (rng.random((n, 2)) < (0.5, 0.3)).astype(float)
    layers = rng.normal(size=(n, 6))
    layers[:, :2] = 2 * outputs - 1 + 0.2 * layers[:, :2]
    layers[:, 2] = 3
    return layers.astype(np.float16), outputs


def test_a_teacher_learns_what_can_be_told_apart():
    pytest.importorskip("torch")
    (gold, outputs), (others, expected) = made_layers(0), made_layers(1)
    scores = teach(gold, outputs, others)
    assert scores.shape == expected.shape
    assert scores.dtype == np.float64
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert ((scores >= 0.5) == expected).mean() > 0.98
    np.testing.assert_array_equal(teach(gold, outputs, others), scores)


def test_a_teacher_learns_the_same_from_layers_of_another_scale():
    pytest.importorskip("torch")
    (gold, outputs), (others, _) = made_layers(0), made_layers(1)
    scores = teach(gold, outputs, others, n_seeds=1)
    np.testing.assert_allclose(teach(8 * gold, outputs, 8 * others, n_seeds=1), scores, rtol=0, atol=0.01)


def test_no_statements_are_labelled_by_none():
    pytest.importorskip("torch")
    gold, outputs = made_layers(0)
    assert teach(gold, outputs, gold[:0], n_seeds=1).shape == (0, 2)


def test_networks_are_averaged_by_their_log_odds(monkeypatch):
    margins = iter([np.array([[4.0, -1.0]]), np.array([[-2.0, -1.0]])])
    monkeypatch.setattr(teacher, "_fit", lambda *_: None)
    monkeypatch.setattr(teacher, "_margins", lambda *_: next(margins))
    layers = np.ones((1, 3), dtype=np.float16)
    np.testing.assert_allclose(teach(layers, np.ones((1, 2)), layers, n_seeds=2), 1 / (1 + np.exp([[-1.0, 1.0]])))
