"""The command line. Data on stdout, talk on stderr; exit code 0 done, 1 a check failed, 2 bad input or usage."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from stancekit.apps.lines import explanation_lines, prediction_lines, unfamiliar_line
from stancekit.errors import InvalidInputError, StancekitError
from stancekit.model import StanceModel
from stancekit.records import Prediction

Command = Callable[[argparse.Namespace], int]


def run() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    _prepare_process()
    sys.exit(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code."""
    options = build_parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except (StancekitError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader, `head` for one, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"stancekit: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        remedy = "; --resume goes on from here" if getattr(options, "input", None) else ""
        print(f"stancekit: stopped; no output file was written{remedy}", file=sys.stderr)
        return 130


def _prepare_process() -> None:
    """Write UTF-8 whatever the locale, and let a polite kill clean up as Ctrl-C does."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            if number := getattr(signal, name, None):
                signal.signal(number, _stop)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def build_parser() -> argparse.ArgumentParser:
    """Give the parser of all commands."""
    from importlib.metadata import version

    parser = argparse.ArgumentParser(prog="stancekit", description="Label political statements by stance.")
    parser.add_argument("--version", action="version", version=f"stancekit {version('stancekit')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_predict, _add_explain, _add_train, _add_evaluate, _add_doctor):
        add(commands)
    return parser


def _add_predict(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    parser = _command(commands, "predict", predict, "label a statement, the lines of standard input, or a table")
    parser.add_argument("statement", nargs="?", help="one statement; without it and --input, lines are read from stdin")
    parser.add_argument("--input", metavar="FILE", help="table to label: .csv, .tsv, .jsonl, .parquet, or hf:org/name")
    parser.add_argument("--output", metavar="FILE", help="table to write; the format goes by the suffix")
    parser.add_argument("--overwrite", action="store_true", help="replace an output file of that name")
    parser.add_argument("--text", metavar="COLUMN", default="text", help="column with the statements (text)")
    parser.add_argument("--prefix", default="stance_", help="what the added columns' names begin with (stance_)")
    parser.add_argument("--unfamiliar", action="store_true", help="add a column: unlike what the model was trained on")
    parser.add_argument("--resume", action="store_true", help="go on where a stopped run of this output ended")
    parser.add_argument("--jobs", type=int, metavar="N", help="threads that score; -1: one for each processor (1)")
    _add_model(parser)
    parser.add_argument("--json", action="store_true", help="print JSON for a single statement")


def _add_explain(commands: Any) -> None:  # noqa: ANN401
    parser = _command(commands, "explain", explain, "show the words that weigh on each label")
    parser.add_argument("statement", help="one statement")
    parser.add_argument("--top", type=_whole(1, 1000), default=5, metavar="N", help="words to show for each label (5)")
    _add_model(parser)
    parser.add_argument("--json", action="store_true", help="print every span as JSON")


def _add_train(commands: Any) -> None:  # noqa: ANN401
    parser = _command(commands, "train", train, "train a model on labelled statements")
    _add_table(parser)
    parser.add_argument("--output", metavar="FOLDER", required=True, help="model directory to make")
    parser.add_argument("--overwrite", action="store_true", help="replace a model directory of that name")
    parser.add_argument("--codebook", metavar="FILE", help="YAML file; without it that of the model in the package")
    parser.add_argument("--features", default="ngrams", help="ngrams, lexicon, both with a comma, or encoder (ngrams)")
    parser.add_argument("--folds", type=_whole(2, 1000), default=5, metavar="N", help="folds for the calibration (5)")
    parser.add_argument("--strength", type=float, metavar="C", help="inverse strength of the heads' penalty (0.5)")
    parser.add_argument(
        "--abstention", type=float, default=0.1, help="share of wrong answers allowed (0.1); 0: never abstain"
    )
    _add_bootstrap(parser)


def _add_evaluate(commands: Any) -> None:  # noqa: ANN401
    parser = _command(commands, "evaluate", evaluate, "measure a model on labelled statements, or its behaviour")
    _add_table(parser, required=False)
    _add_model(parser)
    parser.add_argument("--against", metavar="MODEL", help="second model, compared with the first pair by pair")
    what = "run behaviour tests instead: CASES.jsonl, or without a value those of the package"
    parser.add_argument("--behaviour", metavar="CASES", nargs="?", const="", help=what)
    parser.add_argument("--failures", type=_whole(0, 1000), metavar="N", help="with --behaviour, failures to show (0)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    _add_bootstrap(parser)


def _add_doctor(commands: Any) -> None:  # noqa: ANN401
    parser = _command(commands, "doctor", doctor, "check the installation: versions, golden scores, speed")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _add_table(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    what = "labelled statements: .csv, .tsv, .jsonl, .parquet, or hf:org/name"
    parser.add_argument("table", nargs=None if required else "?", help=what)
    parser.add_argument("--text", metavar="COLUMN", default="text", help="column with the statements (text)")
    parser.add_argument("--labels", metavar="COLUMN", default="labels", help="column with the labels (labels)")
    parser.add_argument("--group", metavar="COLUMN", help="column with the speech or document")
    parser.add_argument(
        "--slices", metavar="COLUMNS", default="", help="columns to break the figures down by, with commas"
    )


def _add_bootstrap(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bootstrap", type=_whole(0, 100_000), default=1000, metavar="N", help="draws behind the intervals (1000)"
    )
    parser.add_argument("--seed", type=_whole(0, 2**32 - 1), default=0, help="seed of folds and draws (0)")


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="linear", help="name, model directory or hf:org/name (linear)")


def _command(commands: Any, name: str, run: Command, what: str) -> argparse.ArgumentParser:  # noqa: ANN401
    parser: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    parser.set_defaults(command=run)
    return parser


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text!r}")
        return int(text)

    return parse


def predict(options: argparse.Namespace) -> int:
    """Label a statement, the lines of standard input, or a table."""
    from stancekit.storage.loading import load

    if options.statement is not None and options.input is not None:
        raise InvalidInputError("give a statement or --input, not both")
    model = load(options.model)
    if options.input is not None:
        return _predict_table(model, options)
    if options.output is not None or options.overwrite or (options.text, options.prefix) != ("text", "stance_"):
        raise InvalidInputError(
            "--output, --overwrite, --text and --prefix go with --input; redirect stdout to keep what is printed"
        )
    if options.resume or options.jobs is not None or options.unfamiliar:
        raise InvalidInputError("--resume, --jobs and --unfamiliar go with --input")
    if options.statement is not None:
        prediction = model.predict(options.statement)
        print(_as_json(prediction.to_dict()) if options.json else prediction_lines(prediction, model))
        _warn_of_unfamiliar(prediction, model)
        return 0
    for prediction in model.predict_iter(_stdin_lines(), batch_size=1 if sys.stdin.isatty() else 1024):
        print(_as_json(prediction.to_dict()), flush=sys.stdin.isatty())
    return 0


def explain(options: argparse.Namespace) -> int:
    """Show the words that weigh on each label."""
    from stancekit.storage.loading import load

    model = load(options.model)
    explanation = model.explain(options.statement)
    print(_as_json(explanation.to_dict()) if options.json else explanation_lines(explanation, options.top))
    _warn_of_unfamiliar(explanation.prediction, model)
    return 0


def train(options: argparse.Namespace) -> int:
    """Train a model on labelled statements."""
    from stancekit.codebook import Codebook
    from stancekit.labelled import read_labelled
    from stancekit.report.tables import evaluation_markdown
    from stancekit.storage.loading import load
    from stancekit.storage.saving import check_free, save
    from stancekit.training.train import train as fit

    check_free(options.output, options.overwrite)
    codebook = Codebook.read(options.codebook) if options.codebook else load().codebook
    slices, features = _names(options.slices), _names(options.features)
    if "encoder" in features and options.strength is not None:
        raise InvalidInputError("--strength is of linear heads and does not go with --features encoder; leave it out")
    _say(f"reading {options.table}")
    data = read_labelled(
        options.table, codebook, text=options.text, labels=options.labels, group=options.group, keep=slices
    )
    _say(f"training on {len(data)} statements, {options.folds} folds and once on all")
    training = fit(
        data,
        codebook,
        slices=slices,
        n_bootstrap=options.bootstrap,
        features=features,
        n_folds=options.folds,
        **({} if options.strength is None else {"C": options.strength}),
        abstention=options.abstention,
        random_state=options.seed,
    )
    path = save(training.model, options.output, overwrite=options.overwrite)
    print(evaluation_markdown(training.evaluation))
    print(f"wrote the model to {path}", file=sys.stderr)
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Measure a model on labelled statements, or its behaviour."""
    from stancekit.labelled import read_labelled
    from stancekit.measure.models import compare_models, evaluate_model
    from stancekit.report.tables import comparison_markdown, evaluation_markdown
    from stancekit.storage.loading import load

    if options.behaviour is not None:
        return _evaluate_behaviour(options)
    if options.table is None or options.failures is not None:
        raise InvalidInputError(
            "evaluate needs a table of labelled statements, or --behaviour; --failures goes with that"
        )
    slices = _names(options.slices)
    if slices and options.against is not None:
        raise InvalidInputError("--slices does not go with --against; evaluate each model by itself for slices")
    model = load(options.model)
    data = read_labelled(
        options.table,
        model.codebook,
        text=options.text,
        labels=options.labels,
        group=options.group,
        keep=slices,
    )
    _warn_of_training_statements(options.model, model, data.texts)
    draws = {"n_bootstrap": options.bootstrap, "seed": options.seed}
    if options.against is None:
        evaluation = evaluate_model(model, data, slices=slices, **draws)
        print(_as_json(evaluation.to_dict()) if options.json else evaluation_markdown(evaluation))
        return 0
    other = load(options.against)
    _warn_of_training_statements(options.against, other, data.texts)
    comparison = compare_models(model, other, data, names=(options.model, options.against), **draws)
    print(_as_json(comparison.to_dict()) if options.json else comparison_markdown(comparison))
    return 0


def _evaluate_behaviour(options: argparse.Namespace) -> int:
    from stancekit.measure.behaviour import check_behaviour
    from stancekit.measure.behaviour_cases import all_texts, read_behaviour
    from stancekit.report.behaviour import behaviour_markdown
    from stancekit.storage.loading import load

    columns = (options.text, options.labels, options.group, options.slices)
    if options.table is not None or options.against is not None or columns != ("text", "labels", None, ""):
        raise InvalidInputError("--behaviour takes cases of its own; leave out the table, its columns and --against")
    model = load(options.model)
    cases = read_behaviour(options.behaviour or None)
    _warn_of_training_statements(options.model, model, all_texts(cases))
    result = check_behaviour(model, cases, n_bootstrap=options.bootstrap, seed=options.seed)
    n_failures = options.failures or 0
    print(_as_json(result.to_dict(n_failures)) if options.json else behaviour_markdown(result, n_failures))
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Check the installation."""
    from stancekit.apps.doctor import golden_checks, golden_line, statements_per_second, versions

    found, checks, speed = versions(), golden_checks(), statements_per_second()
    if options.json:
        golden = {name: c and {"passed": c.passed, "max_difference": c.max_difference} for name, c in checks.items()}
        print(_as_json({"versions": found, "golden": golden, "statements_per_second": round(speed)}))
    else:
        for name, number in found.items():
            print(f"{name:<24}{number}")
        for name, check in checks.items():
            print(f"{'model ' + name:<24}{golden_line(check)}")
        print(f"{'speed':<24}{speed:,.0f} statements a second on one thread")
    return 0 if all(check is None or check.passed for check in checks.values()) else 1


def _warn_of_training_statements(name: str, model: StanceModel, texts: Sequence[str]) -> None:
    n_seen = int(model.was_trained_on(texts).sum())
    if n_seen:
        print(
            f"stancekit: {n_seen} of {len(texts)} statements are among those that {name!r} was trained on; "
            "figures on them are too good",
            file=sys.stderr,
        )


def _warn_of_unfamiliar(prediction: Prediction, model: StanceModel) -> None:
    if prediction.unfamiliar:
        print(f"stancekit: {unfamiliar_line(prediction, model)}", file=sys.stderr)


def _predict_table(model: StanceModel, options: argparse.Namespace) -> int:
    from stancekit.files.predicting import predict_file
    from stancekit.tables import read_table

    if options.output is None or options.json:
        raise InvalidInputError("--input needs --output, whose suffix says the format, and does not go with --json")
    with _progress(read_table(options.input).n_rows) as progress:
        n_rows = predict_file(
            model,
            options.input,
            options.output,
            text=options.text,
            prefix=options.prefix,
            unfamiliar=options.unfamiliar,
            overwrite=options.overwrite,
            resume=options.resume,
            n_jobs=options.jobs,
            progress=progress,
        )
    print(f"labelled {n_rows} rows into {options.output}", file=sys.stderr)
    return 0


@contextmanager
def _progress(total: int | None) -> Iterator[Any]:
    """Show a bar on a terminal, nothing in a pipe."""
    from tqdm import tqdm

    with tqdm(total=total, unit=" rows", disable=None) as bar:
        yield bar


def _stdin_lines() -> Iterator[str]:
    for row, line in enumerate(sys.stdin.buffer):
        try:
            yield line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InvalidInputError(f"row {row} of standard input is not UTF-8: {error.reason}") from error


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _say(message: str) -> None:
    if sys.stderr.isatty():
        print(message, file=sys.stderr)


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
