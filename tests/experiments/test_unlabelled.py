"""What may be drawn from the corpora, and what never is: on made-up speeches, a pool, and annotations."""

import hashlib
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from experiments import corpora, unlabelled
from experiments.data import Annotated, load_annotated
from experiments.splitting import EVALUATED
from experiments.unlabelled import (
    MOST_OF_A_SOURCE,
    N_DRAWN,
    drawn_statements,
    news_statements,
    running_statements,
    un_statements,
)
from stancekit import Codebook, InvalidInputError, LabelledStatements
from stancekit.text.identity import fingerprint


def sentence(source, document, number):
    return f"The people of {source} ask in {document} for the {number}th time that the embargo be lifted."


def is_reserved(speech):
    return int(hashlib.sha1(speech.encode()).hexdigest(), 16) % 5 == 0


NAMES = [f"ABC_{i:02}_1970" for i in range(30)]
FREE = [name for name in NAMES if not is_reserved(name)]
TESTED, LEARNED, SHORT = FREE[:3]  # the one statement of the short speech is annotated
LENGTHS = dict.fromkeys(NAMES, 9) | {SHORT: 1}
SPEECHES = {name: " ".join(sentence("ungdc", name, i) for i in range(n)) for name, n in LENGTHS.items()}
DOCUMENTS = {("north", f"d{i}"): 4 for i in range(10)} | {("south", f"d{i}"): 3 for i in range(4)}
STATEMENTS = [(*document, i) for document, n in DOCUMENTS.items() for i in range(n)]
POOL = {
    (source, name, fingerprint(sentence(source, name, i))): sentence(source, name, i) for source, name, i in STATEMENTS
}
RESERVED, IN_ARTICLE = ("north", "d2"), ("south", "d0")
ANNOTATED = {  # by document: the dataset, and the statement that is annotated
    ("ungdc", TESTED): ("ungdc", sentence("ungdc", TESTED, 0)),
    ("ungdc", LEARNED): ("suggested_2", sentence("ungdc", LEARNED, 0)),
    ("ungdc", SHORT): ("suggested_2", sentence("ungdc", SHORT, 0)),
    ("north", "d0"): ("diplomatic", sentence("north", "d0", 0)),
    ("north", "d1"): ("diplomatic_selected", sentence("north", "d1", 0)),
    ("contrast", "pair"): ("contrast", sentence("south", "d3", 0)),
}

SAMPLED = SimpleNamespace(sha1=fingerprint(sentence("ungdc", FREE[3], 1)))  # stands in the debate's sample

needs_corpora = pytest.mark.skipif(
    not corpora.have_corpora() or not (corpora.corpora_folder().parent / "annotation" / "reserved_docs.txt").is_file(),
    reason="set STANCEKIT_CORPORA to the corpora's folder, with annotation/reserved_docs.txt beside it",
)


def made_data(annotated):
    datasets, texts = map(list, zip(*annotated.values(), strict=True))
    statements = LabelledStatements(
        texts=[text.replace(" ", "\n ") for text in texts],  # white space may differ from the corpora's
        truth=np.zeros((len(texts), 1)),
        groups=["/".join(document) for document in annotated],
        columns={"dataset": datasets},
    )
    return Annotated(statements=statements, codebook=Codebook.from_labels(["for"]))


def forget():
    for draw in (drawn_statements, un_statements, news_statements, running_statements):
        draw.cache_clear()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Put what is made up in the place of the corpora, with an article and the list of reserved documents."""
    forget()
    monkeypatch.setenv("STANCEKIT_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.setattr(unlabelled, "un_speeches", lambda: SPEECHES)
    monkeypatch.setattr(unlabelled, "pool_statements", lambda: POOL)
    monkeypatch.setattr(unlabelled, "load_annotated", lambda: made_data(ANNOTATED))
    monkeypatch.setattr(unlabelled, "read_references", lambda path: [SAMPLED])
    (tmp_path / "corpora" / "articles").mkdir(parents=True)
    article = "A headline\n\n" + sentence(*IN_ARTICLE, 2).replace(" that", "\nthat")
    (tmp_path / "corpora" / "articles" / "one.txt").write_text(article, encoding="utf-8")
    (tmp_path / "annotation").mkdir()
    name = hashlib.sha1("/".join(RESERVED).encode()).hexdigest()[:12]
    (tmp_path / "annotation" / "reserved_docs.txt").write_text(f"0123456789ab\n{name}\n", encoding="utf-8")
    yield tmp_path
    forget()


def limit(monkeypatch, *, news=1000, un=1000, source=1000):
    forget()
    monkeypatch.setattr(unlabelled, "N_DRAWN", {"news": news, "un": un})
    monkeypatch.setattr(unlabelled, "MOST_OF_A_SOURCE", source)


@pytest.mark.usefixtures("folder")
def test_news_are_all_statements_but_what_is_annotated_reserved_or_in_an_article():
    annotated = {("north", "d0", 0), ("north", "d1", 0), ("south", "d3", 0)}
    allowed = [one for one in STATEMENTS if one[:2] not in {RESERVED, IN_ARTICLE} and one not in annotated]
    found = [(one.source, one.document, one.start, one.end, one.text) for one in news_statements()]
    assert sorted(found) == [(*one[:2], None, None, sentence(*one)) for one in allowed]


@pytest.mark.usefixtures("folder")
def test_nothing_is_drawn_from_a_document_that_is_tested_or_reserved(monkeypatch):
    limit(monkeypatch)
    drawn = Counter(one.group for one in drawn_statements())
    news = {"/".join(document) for document in DOCUMENTS} - {"north/d0", "north/d2", "south/d0"}
    speeches = {f"ungdc/{name}" for name in FREE} - {f"ungdc/{TESTED}", f"ungdc/{SHORT}"}
    assert set(drawn) == news | speeches
    assert drawn["north/d1"] == 3  # learned from, not tested: its other statements may be drawn


@pytest.mark.usefixtures("folder")
def test_no_annotated_statement_of_a_speech_is_drawn():
    for seed in range(10):
        texts = {one.text for one in un_statements(10_000, seed)}
        assert not texts & {text for _, text in ANNOTATED.values()}


@pytest.mark.usefixtures("folder")
def test_no_world_and_no_source_gives_more_than_its_share(monkeypatch):
    limit(monkeypatch, news=12, un=7, source=5)
    assert Counter(one.source for one in drawn_statements()) == {"north": 5, "south": 5, "ungdc": 7}
    limit(monkeypatch, news=8, un=0, source=5)
    drawn = Counter(one.source for one in drawn_statements())
    assert drawn.total() == 8
    assert max(drawn.values()) <= 5


@pytest.mark.usefixtures("folder")
def test_another_speech_stands_in_for_a_tested_one(monkeypatch):
    limit(monkeypatch, news=0, un=4)
    first = drawn_statements()[0].document
    forget()
    tested = ANNOTATED | {("ungdc", first): ("ungdc", "Not in the speech.")}
    monkeypatch.setattr(unlabelled, "load_annotated", lambda: made_data(tested))
    drawn = [one.document for one in drawn_statements()]
    assert len(drawn) == 4
    assert first not in drawn


@pytest.mark.usefixtures("folder")
def test_the_seed_draws(monkeypatch):
    limit(monkeypatch, news=6, un=6)
    first = drawn_statements(1)
    forget()
    assert first == drawn_statements(1)
    for world in (slice(6), slice(6, 12)):
        assert first[world] != drawn_statements(2)[world]


@pytest.mark.usefixtures("folder")
def test_a_smaller_draw_comes_first_and_many_speeches_are_seen():
    some, more = un_statements(5, 3), un_statements(30, 3)
    assert len(some) == 5
    assert some == more[:5]
    assert max(Counter(one.document for one in more).values()) == 9 // 3 + 1


@pytest.mark.usefixtures("folder")
def test_statements_of_a_speech_lie_at_their_offsets():
    drawn = un_statements(10_000, 0)
    assert drawn
    for one in drawn:
        assert one.source == "ungdc"
        assert SPEECHES[one.document][one.start : one.end] == one.text


@pytest.mark.usefixtures("folder")
def test_running_text_has_short_statements_and_nothing_tested_annotated_or_of_the_sample(monkeypatch):
    short = SPEECHES | {FREE[4]: "Yes. " + SPEECHES[FREE[4]]}
    monkeypatch.setattr(unlabelled, "un_speeches", lambda: short)
    drawn = [one for seed in range(40) for one in running_statements(10_000, seed)]
    for one in drawn:
        assert short[one.document][one.start : one.end] == one.text
    texts = {fingerprint(one.text) for one in drawn}
    assert fingerprint("Yes.") in texts
    assert fingerprint(sentence("ungdc", FREE[3], 2)) in texts
    assert SAMPLED.sha1 not in texts
    assert fingerprint(sentence("ungdc", LEARNED, 0)) not in texts
    assert {one.document for one in drawn} == set(FREE) - {TESTED, SHORT}
    assert running_statements(5) == running_statements(30)[:5]


@pytest.mark.usefixtures("folder")
def test_speeches_are_cut_after_sentences_and_paragraphs_lose_their_numbers(monkeypatch):
    speech = (
        "Mr. President, I thank you. 82.\tWe ask, with Mr. Castro and Mrs. Meir, that the embargo be lifted at once. "
        "The U.S. Government keeps it in place against the will of this Assembly! Why "
        f"{'so very ' * 80}long? Shall we bear it for another forty years, “as our fathers did?” We shall not bear it."
    )
    monkeypatch.setattr(unlabelled, "un_speeches", lambda: {FREE[5]: speech})
    drawn = {one.start: one.text for seed in range(30) for one in un_statements(10, seed)}
    assert [drawn[start] for start in sorted(drawn)] == [
        "We ask, with Mr. Castro and Mrs. Meir, that the embargo be lifted at once.",
        "The U.S. Government keeps it in place against the will of this Assembly!",
        "Shall we bear it for another forty years, “as our fathers did?”",
    ]


def test_without_the_list_of_reserved_documents_nothing_is_drawn(folder):
    (folder / "annotation" / "reserved_docs.txt").unlink()
    with pytest.raises(InvalidInputError, match=r"no .*reserved_docs\.txt': without the list of reserved documents"):
        drawn_statements()


@needs_corpora
def test_the_real_draw_holds_nothing_tested_reserved_or_annotated():
    data, drawn = load_annotated(), drawn_statements()
    groups, texts = {one.group for one in drawn}, {fingerprint(one.text) for one in drawn}
    assert not groups & {data.statements.groups[row] for row in data.rows(*EVALUATED)}
    assert not texts & {fingerprint(text) for text in data.statements.texts}
    assert not [one for one in drawn if one.source == "ungdc" and is_reserved(one.document)]
    reserved = (corpora.corpora_folder().parent / "annotation" / "reserved_docs.txt").read_text().split()
    assert not set(reserved) & {hashlib.sha1(group.encode()).hexdigest()[:12] for group in groups}
    counts = Counter(one.source for one in drawn)
    assert counts.pop("ungdc") == N_DRAWN["un"]
    assert max(counts.values()) <= MOST_OF_A_SOURCE
    assert counts.total() <= N_DRAWN["news"]


@pytest.mark.usefixtures("folder")
def test_untested_speeches_are_whole_and_neither_tested_nor_reserved():
    assert unlabelled.untested_speeches() == {name: SPEECHES[name] for name in FREE if name != TESTED}
