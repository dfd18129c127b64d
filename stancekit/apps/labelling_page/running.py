"""Serve the labelling page on this machine, until told to stop."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from stancekit.apps.labelling_page.application import LIMITS, LabellingPage
from stancekit.apps.labelling_page.desk import PageDesk
from stancekit.apps.service.processes import Server
from stancekit.apps.service.running import Place, configured, listen
from stancekit.labelling.session import LabellingSession


def serve_labelling(session: LabellingSession, others: Sequence[Path] = (), *, port: int = 0) -> None:
    """Serve a session until Ctrl-C or SIGTERM; answers that are on their way then are kept and acknowledged.

    Parameters
    ----------
    session : LabellingSession
        The session.
    others : sequence of Path
        State files of other coders, for the agreement.
    port : int, default=0
        0 for any that is free.

    Raises
    ------
    InvalidInputError
        When the port is in use.
    """
    place = Place(port=port)
    token = secrets.token_urlsafe(24)
    with listen(place) as listener:
        app = LabellingPage(PageDesk(session, others), token)
        address = f"http://{place.host}:{listener.getsockname()[1]}/#{token}"
        print(
            f"stancekit: label at {address} until Ctrl-C\n"
            "stancekit: whoever has the whole address can label as this coder, on this machine alone",
            file=sys.stderr,
            flush=True,
        )
        with suppress(KeyboardInterrupt):  # how a kill or Ctrl-C ends
            Server(configured(app, LIMITS)).run(sockets=[listener])
