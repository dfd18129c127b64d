"""Run the systems of ``configs.yaml`` on TweetEval's stance task: ``python -m experiments.tweeteval``.

Runs those that are missing or whose configuration or tweets changed, or those that are named; the row "mean" trains
for more than an hour and is written after each seed, so that a run that was stopped goes on where it was. Needs the
extra ``experiments``, MPNet (``python -m experiments.frozen_encoders``), and the tweets (``data.py`` says where).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.frozen_encoders import encoder_folder, weights_sha256
from experiments.tweeteval.data import Target, data_sha256, read_targets
from experiments.tweeteval.results import (
    RESULTS,
    Row,
    config_sha256,
    describe,
    measure,
    outdated,
    read_configs,
    read_results,
    rounded,
    seeds,
    unfinished,
    versions,
    write_results,
    written,
)
from experiments.tweeteval.systems import run_system
from stancekit.errors import InvalidInputError, missing_extra, unknown_option

if TYPE_CHECKING:
    from experiments.tweeteval.finetune import Tuned


def run_frozen(config: Row, targets: Sequence[Target], seed: int) -> Row:
    """Run a system without fine-tuning and give its one run."""
    start = process_time()
    outcome = run_system(config, targets, seed)
    run: Row = {
        "chosen": outcome.chosen,
        "tried": outcome.tried,
        "cpu_seconds": round(process_time() - start),
        "predictions": written(outcome.predictions),
    }
    if "encoder" in config:
        run["probabilities"] = {name: rounded(values) for name, values in outcome.probabilities.items()}
    return run


def run_seeds(
    name: str,
    config: Row,
    targets: Sequence[Target],
    results: Row,
    device: str,
    done: Callable[[str, int, Row], None],
) -> None:
    """Fine-tune once for each seed that is missing, and hand each run over as soon as it is there.

    Raises
    ------
    InvalidInputError
        When the row whose probabilities are averaged is not there.
    MissingExtraError
        When torch is not installed.
    """
    frozen = results["rows"].get(config["frozen"])
    if frozen is None:
        raise InvalidInputError(f"no row {config['frozen']!r} to average with; run it first")
    try:
        from experiments.tweeteval import finetune
    except ImportError as error:
        raise missing_extra("torch", "experiments", "Fine-tuning") from error
    recipe = finetune.Recipe(**config["recipe"])
    base = finetune.load_base(encoder_folder(config["encoder"]), recipe, device)
    parts = {part: base.pairs(targets, part) for part in ("train", "val", "test")}
    have = results["rows"].get(name, {"runs": {}})["runs"]
    for seed in seeds(config):
        if str(seed) in have:
            continue
        say(f"{name}: seed {seed}")
        start = process_time()
        tuned = finetune.fine_tune(base, parts, recipe, seed)
        answers = _averaged(tuned.probabilities, next(iter(frozen["runs"].values()))["probabilities"], targets)
        run = {**_course(tuned), "cpu_seconds": round(process_time() - start), **answers}
        done(name, seed, run)


def _course(tuned: Tuned) -> Row:
    return {
        "n_epochs": tuned.n_epochs,
        "val_loss": [round(epoch.loss, 4) for epoch in tuned.epochs],
        "val_accuracy": [round(epoch.accuracy, 4) for epoch in tuned.epochs],
    }


def _averaged(tuned: Any, frozen: Mapping[str, Any], targets: Sequence[Target]) -> Row:  # noqa: ANN401 - an array
    """Give the labels of the fine-tuned encoder alone and of the mean with the frozen one."""
    ends = np.cumsum([len(target.test.labels) for target in targets])[:-1]
    alone = dict(zip([target.name for target in targets], np.split(tuned, ends), strict=True))
    both = {name: (values + np.array(frozen[name])) / 2 for name, values in alone.items()}
    return {
        "alone": written({name: values.argmax(axis=1) for name, values in alone.items()}),
        "predictions": written({name: values.argmax(axis=1) for name, values in both.items()}),
    }


def new_row(name: str, configs: Mapping[str, Row], data: str) -> Row:
    """Begin a row."""
    config = configs[name]
    row = {
        "config": config,
        "config_sha256": config_sha256(name, configs),
        "data_sha256": data,
        "versions": versions(config),
    }
    if "encoder" in config:
        row["encoder_sha256"] = weights_sha256(config["encoder"])
    return {**row, "runs": {}}


def run(names: Sequence[str], targets: Sequence[Target], output: Path, *, device: str = "cpu") -> None:
    """Run systems and write the results after each run."""
    configs, results = read_configs(), read_results(output)
    data = data_sha256(targets)
    for name in [*outdated(results, configs, data), *[name for name in names if "seeds" not in configs[name]]]:
        results["rows"].pop(name, None)

    def done(name: str, seed: int, run: Row) -> None:
        row = results["rows"].setdefault(name, new_row(name, configs, data))
        row["runs"][str(seed)] = run
        results.update({"n_tweets": describe(targets), "figures": measure(results, targets)})
        write_results(output, results, configs)

    for name in names:
        say(f"running {name}")
        if "seeds" in configs[name]:
            run_seeds(name, configs[name], targets, results, device, done)
        else:
            (seed,) = seeds(configs[name])
            done(name, seed, run_frozen(configs[name], targets, seed))


def say(text: str) -> None:
    """Tell on the error output what is going on."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the systems that are named, or all that are missing, unfinished or stale."""
    parser = argparse.ArgumentParser(prog="python -m experiments.tweeteval", description=__doc__)
    parser.add_argument("names", nargs="*", help="systems of configs.yaml; all that are not up to date without a name")
    parser.add_argument("--device", default="cpu", help="where torch fine-tunes")
    parser.add_argument("--few", type=int, help="tweets of each label and part, to see that everything works")
    parser.add_argument("--output", type=Path, help="write there instead of results.json; needed with --few")
    options = parser.parse_args(arguments)
    if options.few is not None and options.output is None:
        parser.error("--few needs --output: its figures mean nothing")
    configs, output = read_configs(), options.output or RESULTS
    for name in options.names:
        if name not in configs:
            raise unknown_option("system", name, configs)
    targets = read_targets(options.few)
    results = read_results(output)
    due = {*outdated(results, configs, data_sha256(targets)), *unfinished(results, configs)}
    run(options.names or [name for name in configs if name in due], targets, output, device=options.device)
    return 0


if __name__ == "__main__":
    sys.exit(main())
