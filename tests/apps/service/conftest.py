"""A service on a thread."""

from contextlib import contextmanager

import pytest

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from stancekit.apps.service.application import create_app
from stancekit.apps.service.limits import Limits


@pytest.fixture(scope="session")
def serve(on_thread):
    """Serve with limits of the test's own."""

    @contextmanager
    def serve(model="linear", **options):
        limits = Limits(**{"seconds": 20, **options})
        with on_thread(create_app(model, limits), limits) as client:
            yield client

    return serve


@pytest.fixture(scope="session")
def client(serve):
    with serve() as client:
        yield client
