"""Measure a model on labelled statements, or its behaviour."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stancekit.apps.options import DRAWS, SEED, add_bootstrap, add_model, add_table, command, names, whole
from stancekit.apps.output import as_json, warn_of_training_statements
from stancekit.errors import InvalidInputError

if TYPE_CHECKING:
    from stancekit.labelled import LabelledStatements
    from stancekit.model import StanceModel


def add(commands: Any) -> None:  # noqa: ANN401
    """Add the command to the parser."""
    parser = command(commands, "evaluate", run, "measure a model on labelled statements, or its behaviour")
    add_table(parser, required=False)
    parser.set_defaults(labels=None)  # where no column is named, each label may have its own
    add_model(parser)
    parser.add_argument("--against", metavar="MODEL", help="second model, compared with the first pair by pair")
    what = "run behaviour tests instead: CASES.jsonl, or without a value those of the package"
    parser.add_argument("--behaviour", metavar="CASES", nargs="?", const="", help=what)
    parser.add_argument("--failures", type=whole(0, 1000), metavar="N", help="with --behaviour, failures to show (0)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    what = "reliability and risk-coverage curves to draw: .svg, .pdf or .png; a file of that name is replaced"
    parser.add_argument("--figure", metavar="FILE", help=what)
    add_bootstrap(parser)


def run(options: argparse.Namespace) -> int:
    """Measure a model on labelled statements, or its behaviour."""
    from stancekit.apps.labelled_tables import read_statements
    from stancekit.measure.models import compare_models, evaluate_model
    from stancekit.report.figures import check_figure_paths
    from stancekit.report.tables import comparison_markdown, evaluation_markdown
    from stancekit.storage.loading import load

    if options.behaviour is not None:
        return _evaluate_behaviour(options)
    if options.table is None or options.failures is not None:
        raise InvalidInputError(
            "evaluate needs a table of labelled statements, or --behaviour; --failures goes with that"
        )
    if options.figure is not None:
        check_figure_paths([options.figure])
    slices = names(options.slices)
    if slices and options.against is not None:
        raise InvalidInputError("--slices does not go with --against; evaluate each model by itself for slices")
    model = load(options.model)
    data = read_statements(options, model.codebook, slices)
    warn_of_training_statements(options.model, model, data.texts)
    draws = {"n_bootstrap": options.bootstrap, "seed": options.seed}
    if options.against is None:
        evaluation = evaluate_model(model, data, slices=slices, **draws)
        _draw({options.model: model}, data, options)
        print(as_json(evaluation.to_dict()) if options.json else evaluation_markdown(evaluation))
        return 0
    other = load(options.against)
    warn_of_training_statements(options.against, other, data.texts)
    comparison = compare_models(model, other, data, names=(options.model, options.against), **draws)
    _draw({options.model: model, options.against: other}, data, options)
    print(as_json(comparison.to_dict()) if options.json else comparison_markdown(comparison))
    return 0


def _draw(models: Mapping[str, StanceModel], data: LabelledStatements, options: argparse.Namespace) -> None:
    """Write the figure where one was asked for."""
    from stancekit.measure.models import model_reliability, model_risk_coverage
    from stancekit.report.figures import write_figure
    from stancekit.report.reliability_figures import evaluation_figure

    if options.figure is None:
        return
    draws = {"n_bootstrap": options.bootstrap, "seed": options.seed}
    scores = {name: model_reliability(model, data, **draws) for name, model in models.items()}
    risk = {name: model_risk_coverage(model, data, **draws) for name, model in models.items()}
    write_figure(evaluation_figure(scores, risk), [options.figure])


def _evaluate_behaviour(options: argparse.Namespace) -> int:
    from stancekit.measure.behaviour import check_behaviour
    from stancekit.measure.behaviour_cases import all_texts, read_behaviour
    from stancekit.report.behaviour import behaviour_markdown
    from stancekit.storage.loading import load

    columns = (options.text, options.labels, options.group, options.slices)
    if options.figure is not None:
        raise InvalidInputError("--figure is of a table's scores and does not go with --behaviour; leave it out")
    if options.table is not None or options.against is not None or columns != ("text", None, None, ""):
        raise InvalidInputError("--behaviour takes cases of its own; leave out the table, its columns and --against")
    if (options.bootstrap, options.seed) != (DRAWS, SEED):
        raise InvalidInputError("the intervals of --behaviour are not drawn; leave out --bootstrap and --seed")
    model = load(options.model)
    cases = read_behaviour(options.behaviour or None)
    warn_of_training_statements(options.model, model, all_texts(cases))
    result = check_behaviour(model, cases)
    n_failures = options.failures or 0
    print(as_json(result.to_dict(n_failures)) if options.json else behaviour_markdown(result, n_failures))
    return 0
