"""Label statements in a terminal, and see how it stands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancekit.apps.options import command, names, whole
from stancekit.apps.output import as_json, progress
from stancekit.errors import InvalidInputError
from stancekit.text.wording import counted

if TYPE_CHECKING:
    from stancekit.apps.labelling.next_steps import Commands
    from stancekit.codebook import Codebook
    from stancekit.labelling.history import Header
    from stancekit.labelling.labellings import Labellings
    from stancekit.labelling.pool import StatementPool
    from stancekit.labelling.session import LabellingSession
    from stancekit.model import StanceModel

_KEYS = "labelling itself"  # on a screen or in lines
_SESSION = (_KEYS, "--page", "--import")
# Which options are of which outcomes; what would be taken and ignored is refused.
_GO_WITH = {
    "--port": ("--page",),
    "--json": ("--status",),
    "--format": ("--import", "--export"),
    "--from-coder": ("--import",),
    "--audit-only": ("--export",),
    "--with-audit": ("--export-model",),
    "--overwrite": ("--export", "--export-model"),
    "--coder": _SESSION,
    "--audit": _SESSION,
    "--strategy": _SESSION,
    "--seed": _SESSION,
    "--accept-changes": _SESSION,
    "--retrain": (_KEYS, "--page"),
    "--model": (*_SESSION, "--export-model"),
    "--prior": (*_SESSION, "--export-model"),
}


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "label", run, "label statements by keys, in a file that survives a kill")
    parser.add_argument("table", help="statements: .csv, .tsv, .jsonl, .parquet, or hf:org/name")
    parser.add_argument("--state", metavar="FILE", help="file of one coder's decisions, always needed; made if need be")
    parser.add_argument("--coder", metavar="NAME", help="who labels; needed for a new file")
    parser.add_argument("--also", metavar="FILES", default="", help="state files of other coders, with commas")
    _add_columns(parser)
    _add_choice(parser)
    _add_outcomes(parser)


def _add_columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="COLUMN", default="text", help="column with the statements (text)")
    parser.add_argument("--id", metavar="COLUMN", help="column with their ids (id, else row numbers)")
    parser.add_argument("--group", metavar="COLUMN", help="column with the speech or document")
    parser.add_argument("--context", metavar="COLUMNS", default="", help="columns to show beside, with commas")
    parser.add_argument("--codebook", metavar="FILE", help="YAML file; without it that of the state, or of the model")


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", help="what chooses statements until a model of these labels is better")
    what = "begin models that are trained from the one given, or from scratch (begin, up to 400 labels)"
    parser.add_argument("--prior", action=argparse.BooleanOptionalAction, help=what)
    parser.add_argument("--audit", type=float, metavar="SHARE", help="of turns for the random sample (0.2)")
    what = "how the others are chosen (mixed)"
    parser.add_argument("--strategy", choices=("mixed", "uncertain", "rare", "random"), help=what)
    parser.add_argument("--seed", type=whole(0, 2**32 - 1), help="seed of the random sample, alike for all coders (0)")
    parser.add_argument("--retrain", type=whole(0, 10**6), metavar="N", help="labels between trainings (25); 0: never")
    parser.add_argument(
        "--accept-changes", action="store_true", help="go on though the table changed; edited statements are set aside"
    )
    parser.add_argument("--plain", action="store_true", help="lines instead of a screen, also in a terminal")
    parser.add_argument("--page", action="store_true", help="a page in the browser instead, for this machine alone")
    parser.add_argument("--port", type=whole(0, 65535), metavar="N", help="with --page, its port (any free one)")


def _add_outcomes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", action="store_true", help="print counts, agreement and learning curve instead")
    parser.add_argument("--json", action="store_true", help="with --status, print JSON instead of Markdown")
    parser.add_argument("--doubts", action="store_true", help="print labels that a model doubts instead")
    parser.add_argument("--import", dest="source", metavar="FILE", help="take labels over from a file instead")
    parser.add_argument("--export", metavar="FILE", help="write labels instead")
    what = "of --import and --export (label-studio for .json, else table)"
    parser.add_argument("--format", choices=("table", "label-studio", "doccano"), help=what)
    parser.add_argument("--from-coder", metavar="NAME", help="with --import, whose labels, where there are several")
    parser.add_argument("--audit-only", action="store_true", help="with --export, the random sample alone")
    parser.add_argument("--export-model", metavar="FOLDER", help="train on the labels and write the model instead")
    parser.add_argument("--with-audit", action="store_true", help="with --export-model, on the random sample too")
    parser.add_argument("--overwrite", action="store_true", help="replace an output of that name")


def run(options: argparse.Namespace) -> int:
    """Label statements, or do what is asked for instead."""
    from stancekit.labelling.pool import read_pool

    _check(options)
    _check_state(options)
    _remember_group(options)
    pool = read_pool(
        options.table, text=options.text, id=options.id, group=options.group, context=names(options.context)
    )
    if options.status:
        return _status(options, pool)
    if options.doubts:
        return _doubts(options, pool)
    if options.export is not None:
        return _export(options, pool)
    if options.export_model is not None:
        return _export_model(options, pool)
    return _label(options, pool)


def _check(options: argparse.Namespace) -> None:
    asked = {
        "--page": options.page,
        "--status": options.status,
        "--doubts": options.doubts,
        "--import": options.source is not None,
        "--export": options.export is not None,
        "--export-model": options.export_model is not None,
    }
    given = [name for name, there in asked.items() if there]
    if len(given) > 1:
        raise InvalidInputError(f"{' and '.join(given)} do not go together; ask for one of them")
    if options.page and options.plain:
        raise InvalidInputError("--page and --plain do not go together; ask for one of them")
    for name, owners in _GO_WITH.items():
        value = getattr(options, name.removeprefix("--").replace("-", "_"))
        is_there = not (value is None or value is False or value == "")
        if is_there and not set(owners) & set(given or [_KEYS]):
            raise InvalidInputError(f"{name} goes with {' or '.join(owners)}")


def _check_state(options: argparse.Namespace) -> None:
    """See that the state file is named; of a table that is not there this is not the first thing to say."""
    if options.state is None and (options.table.startswith("hf:") or Path(options.table).exists()):
        raise InvalidInputError("label needs --state FILE, where decisions are kept; such as --state labels.jsonl")


def _remember_group(options: argparse.Namespace) -> None:
    """Take the groups that the state file was begun with, where none are named: training keeps them together."""
    if options.group is None and options.state is not None and Path(options.state).is_file():
        header = _header(options.state)
        options.group = header.names.get("group") if header else None


def _label(options: argparse.Namespace, pool: StatementPool) -> int:
    from stancekit.apps.labelling.desk import Desk
    from stancekit.apps.labelling.plain import run_lines
    from stancekit.apps.labelling.screen import can_show, run_screen
    from stancekit.apps.labelling.width import shown

    serve = _page() if options.page else None  # before a state file is made
    with _session(options, pool) as session:
        if options.source is not None:
            return _import(options, session)
        others = [Path(name) for name in names(options.also)]
        desk = Desk(session, others)
        before = len(session.decisions)
        code = 0
        try:
            if serve is not None:
                serve(session, others, port=options.port or 0)
            elif can_show() and not options.plain:
                run_screen(desk, f"stancekit label - {session.coder} - {options.state}")
            else:
                run_lines(desk, sys.stdin)
        except KeyboardInterrupt:
            code = 130
        n = len(session.decisions)
        print(
            f"{shown(session.coder)}: {counted(n, 'decision')} in {options.state}, {n - before:+d} now; the same "
            "command goes on from here",
            file=sys.stderr,
        )
    return code


def _page() -> Callable[..., None]:
    from stancekit.apps.extras import extra_serve

    with extra_serve("stancekit label --page"):
        from stancekit.apps.labelling_page.running import serve_labelling
    return serve_labelling


def _session(options: argparse.Namespace, pool: StatementPool) -> LabellingSession:
    from stancekit.labelling.session import LabellingSession

    model = _model(options)
    codebook = _codebook(options, model)
    model = model or _packaged_for(codebook or _codebook_of(options))
    return LabellingSession(
        options.state,
        pool,
        codebook,
        coder=options.coder,
        audit=options.audit,
        strategy=options.strategy,
        seed=options.seed,
        model=model,
        retrain_every=25 if options.retrain is None else options.retrain,
        accept_changes=options.accept_changes,
        prior=options.prior,
    )


def _model(options: argparse.Namespace) -> StanceModel | None:
    from stancekit.storage.loading import load

    return load(options.model) if options.model else None


@cache
def _packaged() -> StanceModel:
    from stancekit.storage.loading import load

    return load()


def _packaged_for(codebook: Codebook | None) -> StanceModel | None:
    """Give the package's own model where it is of this codebook."""
    return _packaged() if _packaged().codebook == codebook else None


def _codebook(options: argparse.Namespace, model: StanceModel | None) -> Codebook | None:
    """Give the codebook that was named, or for a new file that of the model; None where the file has its own."""
    from stancekit.codebook import Codebook

    if options.codebook:
        return Codebook.read(options.codebook)
    return None if Path(options.state).exists() else (model or _packaged()).codebook


def _codebook_of(options: argparse.Namespace) -> Codebook | None:
    header = _header(options.state)
    return header.codebook if header else None


def _seed(options: argparse.Namespace) -> int:
    """Give the seed that the state file was begun with, by which its session trains too."""
    header = _header(options.state)
    return header.settings.seed if header else 0


def _header(state: str) -> Header | None:
    from stancekit.labelling.history import Header
    from stancekit.labelling.statefile import read_events

    events = read_events(state).events
    return Header.read(events[0], Path(state)) if events else None


def _read(options: argparse.Namespace, pool: StatementPool) -> Labellings:
    from stancekit.codebook import Codebook
    from stancekit.labelling.labellings import read_labellings

    codebook = Codebook.read(options.codebook) if options.codebook else None
    return read_labellings([options.state, *names(options.also)], pool, codebook=codebook)


def _status(options: argparse.Namespace, pool: StatementPool) -> int:
    from stancekit.apps.labelling.next_steps import next_steps
    from stancekit.apps.labelling.status import Status, agreement_growth, status_markdown, terminal_columns
    from stancekit.labelling.labellings import read_progress
    from stancekit.labelling.learning import curve_of
    from stancekit.training.curve import n_models

    labellings = _read(options, pool)
    with progress(n_models(len(labellings.labelled()), 10)) as bar:
        curve = curve_of(labellings, seed=_seed(options), progress=bar.update)
    found = read_progress([options.state, *names(options.also)], pool)
    growth = agreement_growth(labellings)
    steps = next_steps(labellings, found, len(labellings.shared()), _commands(options, labellings))
    status = Status(progress=found, growth=growth, curve=curve, steps=steps)
    print(as_json(status.to_dict()) if options.json else status_markdown(status, terminal_columns()))
    return 0


def _commands(options: argparse.Namespace, labellings: Labellings) -> Commands:
    from stancekit.apps.labelling.next_steps import Commands
    from stancekit.labelling.history import LabellingSettings

    header = _header(options.state)
    return Commands(
        options=options,
        settings=header.settings if header else LabellingSettings(),
        is_packaged=_packaged_for(labellings.codebook) is not None,
    )


def _doubts(options: argparse.Namespace, pool: StatementPool) -> int:
    from stancekit.apps.labelling.width import shown
    from stancekit.labelling.review import doubtful_labels
    from stancekit.text.markdown import table

    doubts = doubtful_labels(_read(options, pool), seed=_seed(options))
    rows = [
        [
            shown(doubt.id),
            shown(", ".join(doubt.labels) or "none"),
            shown(", ".join(f"{label} {score:.2f}" for label, score in doubt.suspects.items())),
            f"{doubt.quality:.2f}",
        ]
        for doubt in doubts
    ]
    print(table(["id", "labels", "doubted, with the model's score", "quality"], rows, n_text=3))
    return 0


def _import(options: argparse.Namespace, session: LabellingSession) -> int:
    from stancekit.labelling.exchange import guess_format, read_labels

    kind = options.format or guess_format(options.source)
    coder = options.from_coder or session.coder
    found = read_labels(options.source, session.pool, session.codebook, format=kind, coders=[coder]).coders
    if len(found) != 1 and coder not in found:
        raise InvalidInputError(
            f"{options.source} has labels by {sorted(found)}; say whose to take over, with --from-coder"
        )
    labels = found.get(coder) if coder in found else next(iter(found.values()))
    n = session.add(labels or {})
    print(f"took over {counted(n, 'decision')} from {options.source} into {options.state}", file=sys.stderr)
    return 0


def _export(options: argparse.Namespace, pool: StatementPool) -> int:
    from stancekit.apps.labelling.width import shown
    from stancekit.labelling.exchange import guess_format, write_labellings

    written = write_labellings(
        _read(options, pool),
        options.export,
        format=options.format or guess_format(options.export),
        audit_only=options.audit_only,
        overwrite=options.overwrite,
    )
    print(f"wrote {written.n} statements to {options.export}", file=sys.stderr)
    for note in written.notes:
        print(f"stancekit: {shown(note)}", file=sys.stderr)
    return 0


def _export_model(options: argparse.Namespace, pool: StatementPool) -> int:
    from stancekit.apps.labelling.width import shown
    from stancekit.labelling.checks import check_prior
    from stancekit.labelling.retraining import retrain
    from stancekit.storage.saving import check_free, save

    check_free(options.export_model, options.overwrite)
    labellings = _read(options, pool)
    chosen = None if options.with_audit else labellings.chosen
    given = _model(options) or _packaged_for(labellings.codebook)
    check_prior(options.prior, given)
    outcome = retrain(
        labellings.labelled(chosen), labellings.codebook, given=given, prior=options.prior, seed=_seed(options)
    )
    path = save(outcome.model, options.export_model, overwrite=options.overwrite)
    print(f"{shown(outcome.summary())}\nwrote the model to {path}", file=sys.stderr)
    return 0
