"""A session of six statements, and its page on a thread."""

from contextlib import contextmanager

import pytest

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from stancekit import Codebook, LabellingSession, Stance, StatementPool
from stancekit.apps.labelling_page.application import LIMITS, LabellingPage
from stancekit.apps.labelling_page.desk import PageDesk

TOKEN = "t0ken"
BOOK = Codebook(
    name="two",
    stances=(
        Stance(label="lift", code="L", definition="The voice wants sanctions lifted."),
        Stance(label="trade", definition="The voice wants more trade.", examples=("Let us trade.",)),
    ),
)


@pytest.fixture
def book():
    return BOOK


@pytest.fixture
def pool():
    names = tuple(f"s{n}" for n in range(6))
    texts = tuple(f"Statement {n} <b>of ours</b>." for n in range(6))
    return StatementPool(ids=names, texts=texts, groups=names, context={"speaker": ("Ann Smith",) * 6})


@pytest.fixture
def serving(on_thread, tmp_path, pool):
    """Serve the page of a session, until the block is left."""

    @contextmanager
    def serving(others=(), codebook=BOOK, statements=pool):
        session = LabellingSession(
            tmp_path / "ann.jsonl", statements, codebook, coder="ann", audit=1.0, retrain_every=0
        )
        with session, on_thread(LabellingPage(PageDesk(session, others), TOKEN), LIMITS) as client:
            yield session, client

    return serving


@pytest.fixture
def served(serving):
    with serving() as found:
        yield found
