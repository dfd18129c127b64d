"""Train a model on labelled statements."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from stancekit.apps.codebooks import asking_for_codebook
from stancekit.apps.options import add_bootstrap, add_table, command, names, whole
from stancekit.apps.output import say
from stancekit.errors import InvalidInputError

if TYPE_CHECKING:
    from stancekit.labelled import LabelledStatements
    from stancekit.model import StanceModel


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "train", run, "train a model on labelled statements")
    add_table(parser)
    parser.set_defaults(labels=None)  # where no column is named, each label may have its own
    parser.add_argument("--output", metavar="FOLDER", required=True, help="model directory to make")
    parser.add_argument("--overwrite", action="store_true", help="replace a model directory of that name")
    parser.add_argument("--codebook", metavar="FILE", help="YAML file; without it that of the model in the package")
    parser.add_argument(
        "--prior",
        metavar="MODEL",
        help="a model to begin from, so that few labels help: linear, a model directory, or hf:org/name",
    )
    parser.add_argument(
        "--rename",
        metavar="NEW=OLD",
        action="append",
        default=[],
        help="the prior's name of a label; NEW= for one that is to be learned anew",
    )
    parser.add_argument(
        "--features", help="ngrams, lexicon, network, encoder, or several with commas (ngrams, or the prior's)"
    )
    parser.add_argument("--folds", type=whole(2, 1000), default=5, metavar="N", help="folds for the calibration (5)")
    parser.add_argument(
        "--strength", type=float, metavar="C", help="inverse strength of the linear heads' penalty (0.5)"
    )
    parser.add_argument(
        "--abstention", type=float, default=0.1, help="share of wrong answers allowed (0.1); 0: never abstain"
    )
    add_bootstrap(parser)


def run(options: argparse.Namespace) -> int:
    """Train a model on labelled statements."""
    from stancekit.apps.labelled_tables import read_statements, say_repeats
    from stancekit.codebook import Codebook
    from stancekit.report.tables import evaluation_markdown
    from stancekit.storage.loading import load
    from stancekit.storage.saving import check_free, save
    from stancekit.training.train import train as fit

    check_free(options.output, options.overwrite)
    slices, features = names(options.slices), names(options.features or "ngrams")
    _check_options(options, features)
    prior = None if options.prior is None else load(options.prior)
    if prior is not None and options.features:
        _check_features(features, prior)
    codebook = Codebook.read(options.codebook) if options.codebook else (prior or load()).codebook
    say(f"reading {options.table}")
    with asking_for_codebook(options.codebook):
        data = read_statements(options, codebook, slices)
    say_repeats(data, codebook.labels, options.group)
    n_folds = options.folds if prior is not None else _folds(options.folds, data)
    say(f"training on {len(data)} statements, {n_folds} folds and once on all")
    training = fit(
        data,
        codebook,
        slices=slices,
        n_bootstrap=options.bootstrap,
        features=features,
        n_folds=n_folds,
        **({} if options.strength is None else {"C": options.strength}),
        abstention=options.abstention,
        random_state=options.seed,
        prior=prior,
        prior_labels=_renamed(options.rename),
    )
    _say_of(training.model)
    path = save(training.model, options.output, overwrite=options.overwrite)
    print(evaluation_markdown(training.evaluation))
    print(f"wrote the model to {path}", file=sys.stderr)
    return 0


def _check_options(options: argparse.Namespace, features: list[str]) -> None:
    """Check what the options say by themselves, in their own words."""
    from stancekit.training.extractors import NAMES

    known = [*NAMES, "encoder"]
    if unknown := [feature for feature in features if feature not in known]:
        raise InvalidInputError(f"--features has {unknown[0]!r}; expected some of {', '.join(known)}")
    if options.strength is not None and not set(features) - {"network", "encoder"}:
        raise InvalidInputError(
            f"--strength is of linear heads, and --features {options.features} has none; leave it out"
        )
    if options.rename and options.prior is None:
        raise InvalidInputError("--rename names labels of a prior, and there is none; give --prior too")


def _check_features(features: list[str], prior: StanceModel) -> None:
    """Let the features that were asked for be the prior's; that an encoder has none is said where it is trained."""
    if "encoder" not in features and set(features) != set(prior.scorers):
        raise InvalidInputError(
            f"--features are {', '.join(features)} and the prior's {', '.join(prior.scorers)}; leave them out, as the "
            "prior decides them"
        )


def _folds(n_folds: int, data: LabelledStatements) -> int:
    """Give the number of folds, at most one a group."""
    n_groups = len(set(data.groups))
    if n_groups < 2 or n_folds <= n_groups:
        return n_folds
    print(f"stancekit: {n_groups} groups are dealt into {n_groups} folds, not {n_folds}", file=sys.stderr)
    return n_groups


def _say_of(model: StanceModel) -> None:
    """Say on stderr of which labels the model knows too little, and what no figure counts."""
    facts = model.provenance.get("prior", {})
    for label, needs in facts.get("abstention_not_warranted", {}).items():
        print(f"{label}: too few statements to warrant abstention, so the prior's stands; it {needs}", file=sys.stderr)
    if n_seen := facts.get("n_statements_seen"):
        print(f"the prior was trained on {n_seen:,} of the statements; they count in no figure", file=sys.stderr)
    for label, needed in model.provenance.get("never_ruled_out", {}).items():
        print(
            f"{label}: too few statements to rule it out, so the model abstains nearly everywhere; annotate {needed} "
            "with it at least, or give --abstention 0",
            file=sys.stderr,
        )
    for label in model.provenance.get("labels_without_signal", []):
        print(
            f"{label}: nothing was learned that holds for other groups; every statement gets the same score",
            file=sys.stderr,
        )


def _renamed(pairs: list[str]) -> dict[str, str | None] | None:
    """Read pairs of labels such as ``new=old``."""
    renamed: dict[str, str | None] = {}
    for pair in pairs:
        new, mark, old = pair.partition("=")
        if not mark or not new:
            raise InvalidInputError(f"--rename takes NEW=OLD, got {pair!r}; write NEW= for a label to be learned anew")
        renamed[new] = old or None
    return renamed or None
