"""Serve a model over HTTP, with a page for people."""

from __future__ import annotations

import argparse
from typing import Any

from stancekit.apps.extras import extra_serve
from stancekit.apps.options import add_model, command, whole


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the command to the parser."""
    parser = command(commands, "serve", run, "serve a model over HTTP, with a page for people")
    parser.add_argument(
        "--host", default="127.0.0.1", help="name or address to listen on (127.0.0.1: this machine alone)"
    )
    parser.add_argument("--port", type=whole(0, 65535), default=8000, help="port to listen on; 0: any free one (8000)")
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="one more name that the service answers to"
    )
    add_model(parser)
    parser.add_argument("--max-body", type=whole(1, 1024), default=8, metavar="MIB", help="size of a body (8)")
    parser.add_argument(
        "--max-statements", type=whole(1, 10**6), default=10_000, metavar="N", help="statements of a list (10000)"
    )
    parser.add_argument(
        "--max-characters", type=whole(1, 10**7), default=200_000, metavar="N", help="characters of a text (200000)"
    )
    parser.add_argument(
        "--max-requests", type=whole(1, 10_000), default=64, metavar="N", help="requests at a time (64)"
    )
    parser.add_argument(
        "--timeout", type=whole(1, 3600), default=30, metavar="SECONDS", help="time to send, and to answer (30)"
    )
    parser.add_argument("--workers", type=whole(1, 256), default=1, metavar="N", help="processes (1)")


def run(options: argparse.Namespace) -> int:
    """Serve a model."""
    from stancekit.apps.service.limits import MEBIBYTE, Limits

    with extra_serve("stancekit serve"):
        from stancekit.apps.service.running import Place, serve
    limits = Limits(
        body_bytes=options.max_body * MEBIBYTE,
        statements=options.max_statements,
        characters=options.max_characters,
        seconds=options.timeout,
        requests=options.max_requests,
    )
    place = Place(host=options.host, port=options.port, hosts=tuple(options.allow_host))
    try:
        return serve(options.model, place, limits, options.workers)
    except KeyboardInterrupt:  # how a kill or Ctrl-C ends: what had begun is finished
        return 0
