"""Where the default model and the encoder err, and why: ``python -m experiments.errors``.

A hundred wrong decisions a world were drawn at random from the cross-validation of each model, no document on
both sides, and two readers gave each a cause, blind to each other; a third settled what they differed on. They stand
in ``errors.tsv`` by reference. The command writes the page ``docs/errors.md``; with ``--check`` it writes nothing and
fails where the page is stale. ``--draw FOLDER`` draws anew and writes the errors and a sheet with their texts into a
folder, which needs the corpora; what was read stays. For it the default model of each fold is made again from
``data/soft_labels.npz``; of the encoder's folds what they said is kept.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path

import numpy as np

from experiments import soft_labels
from experiments.configs import read_configs
from experiments.corpora import ROOT
from experiments.data import WORLDS, Annotated, load_annotated
from experiments.data_card import kappa
from experiments.linear import make_classifier
from experiments.outcome import Outcome
from experiments.protocols import run_config
from stancekit.measure.shares import share
from stancekit.text.identity import fingerprint
from stancekit.text.markdown import markup_table

ERRORS, PAGE = ROOT / "experiments" / "errors.tsv", ROOT / "docs" / "errors.md"
COMMAND = "python -m experiments.errors"
N_A_WORLD = 100
TITLES = {"ungdc": "UN speeches", "diplomatic": "news and diplomatic text"}
CAUSES = {
    "doubtful": "the annotation is wrong, or the codebook allows either answer",
    "word sense": "a word of the target in another sense: a legal sanction, a business partner, a dialogue of the deaf",
    "no stance": "the target is named or reported on, and nothing is wished for or opposed",
    "other pole": "the opposite side of the same target: a demand for sanctions, a refusal of cooperation",
    "negation or mood": "a small word turns it: not, unless, a condition, a question, irony",
    "voice": "a view that the voice only reports, or rejects",
    "implicit": "the stance follows from what is said, and none of the usual words stands there",
    "rare words": "the stance is plain, in words that the training statements hardly have",
    "one of many": "a long statement, of which a small part takes the stance, or a list of many things",
    "border": "a fine line of the codebook: courtesy or joint work, unity inside a country, aid or own effort",
    "broken text": "scanning damage, a cut sentence, a heading run into it",
    "unclear": "none of these; nothing in the statement tells why",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A wrong decision on a statement, by reference.

    Attributes
    ----------
    model : str
        Whose decision it is.
    dataset, document, sha1 : str
        Where the statement stands.
    label : str
        The label that was given wrongly, or is missing.
    given : str
        "yes" where the model gave the label, "no" where it did not.
    score, threshold : str
        What it said, and from where on it gives the label.
    first, second, cause : str
        The readers' causes, and the one that holds.
    """

    model: str
    dataset: str
    document: str
    sha1: str
    label: str
    given: str
    score: str
    threshold: str
    first: str = ""
    second: str = ""
    cause: str = ""


def read(path: Path = ERRORS) -> list[Error]:
    """Read errors by reference."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Error(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def write(errors: Sequence[Error], path: Path = ERRORS) -> None:
    """Write errors by reference."""
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [field.name for field in fields(Error)]
        writer = csv.DictWriter(file, names, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(asdict, errors))


def draw(model: str, folder: Path) -> list[Error]:
    """Cross-validate a model, draw wrong decisions of each world, and write a sheet for readers."""
    data = load_annotated()
    rng = np.random.default_rng(0)
    found = list(wrong_decisions(model, OUTCOMES[model](data), data))
    errors, texts = [], []
    for dataset in TITLES:
        mine = [pair for pair in found if pair[0].dataset == dataset]
        for place in np.sort(rng.permutation(len(mine))[:N_A_WORLD]):
            errors.append(mine[place][0])
            texts.append(mine[place][1])
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{number}\t{one.label}\t{one.given}\t{one.score}\t{text}"
        for number, (one, text) in enumerate(zip(errors, texts, strict=True))
    ]
    (folder / "sheet.tsv").write_text(
        "number\tlabel\tmodel says\tscore\tstatement\n" + "\n".join(lines) + "\n", "utf-8"
    )
    return errors


def wrong_decisions(model: str, outcome: Outcome, data: Annotated) -> Iterator[tuple[Error, str]]:
    """Give each wrong decision on statements of both worlds, with the statement."""
    datasets, labels = data.column("dataset")[outcome.rows], data.codebook.labels
    wrong = outcome.decisions != (data.statements.truth[outcome.rows] == 1)
    wrong &= np.isin(datasets, [WORLDS["un"], WORLDS["news"]])[:, None]
    for place, column in zip(*np.nonzero(wrong), strict=True):
        text = " ".join(data.statements.texts[outcome.rows[place]].split())
        yield (
            Error(
                model=model,
                dataset=str(datasets[place]),
                document=data.statements.groups[outcome.rows[place]],
                sha1=fingerprint(text),
                label=labels[column],
                given="yes" if outcome.decisions[place, column] else "no",
                score=f"{outcome.scores[place, column]:.5f}",
                threshold=f"{outcome.thresholds[place, column]:.5f}",
            ),
            text,
        )


def _linear(data: Annotated) -> Outcome:
    """Cross-validate the default model, with the thresholds that it has in the package."""
    config = read_configs()["default"]
    pseudo = soft_labels.read(data, n=config["n_pseudo"], weight=config["weight"])
    classifier = make_classifier(config, data).fit(
        data.statements.texts, data.statements.truth, groups=data.statements.groups, pseudo=pseudo
    )
    rows = np.flatnonzero(~np.isnan(classifier.oof_scores_).any(axis=1))
    calibration, scores = classifier.model_.calibration, classifier.oof_scores_[rows]
    return Outcome(
        rows=rows,
        scores=scores,
        decisions=calibration.decide(scores),
        abstained=calibration.abstain(scores),
        thresholds=np.broadcast_to(calibration.threshold, scores.shape),
    )


def _encoder(data: Annotated) -> Outcome:
    """Read what the encoders of the folds said, with thresholds from the other folds."""
    return run_config(read_configs()["encoder"], data)


OUTCOMES = {"linear": _linear, "encoder": _encoder}


def page(errors: Sequence[Error]) -> str:
    """Write the page."""
    by_model = {model: [one for one in errors if one.model == model] for model in OUTCOMES}
    sections = [
        "# What it gets wrong",
        f"Written by `{COMMAND}` from `experiments/errors.tsv`; do not edit. {N_A_WORLD} wrong decisions of each "
        "model in each world, drawn at random from its cross-validation (no document on both sides; thresholds of "
        "`linear` as in the package, those of the encoder from the other folds). A decision is wrong where it differs "
        "from the annotation, for one label of one statement: *yes* where the model gave a label that the annotation "
        "has not, *no* the other way round. Two readers, language models that had the codebook, gave each a cause, "
        "blind to each other; what they differed on was read a third time. They named the same cause "
        + " and ".join(f"{_agreement(mine)} for `{model}`" for model, mine in by_model.items())
        + ". How often the models err at all stands in the [results](results.md).",
        "## Causes",
        "Share of the wrong decisions, with 95 % intervals (Wilson's, for the number of independent documents).",
        _by_cause(by_model),
        "## What each cause makes them do",
        "Labels given wrongly (*yes*) and left out wrongly (*no*), both worlds together.",
        _counts(by_model, "given", ("yes", "no")),
        "## By label",
        "Wrong decisions of both worlds together.",
        _counts(by_model, "label", sorted({one.label for one in errors})),
    ]
    return "\n\n".join(sections) + "\n"


def _agreement(errors: Sequence[Error]) -> str:
    same = np.mean([one.first == one.second for one in errors])
    kappas = [kappa([e.first == cause for e in errors], [e.second == cause for e in errors]) for cause in _used(errors)]
    return f"{same:.0%} of the time (Cohen's kappa of single causes {min(kappas):.2f} to {max(kappas):.2f})"


def _used(errors: Sequence[Error]) -> list[str]:
    """Name the causes that any reader gave, the most frequent first."""
    n = Counter(one.cause for one in errors)
    known = {name for one in errors for name in (one.first, one.second, one.cause)}
    return sorted(known, key=lambda name: (-n[name], name))


def _by_cause(by_model: Mapping[str, Sequence[Error]]) -> str:
    parts = {
        f"{model}, {title}": [one for one in errors if one.dataset == dataset]
        for model, errors in by_model.items()
        for dataset, title in TITLES.items()
    }
    rows = []
    for cause in _used(list(chain.from_iterable(by_model.values()))):
        cells = []
        for mine in parts.values():
            documents = np.unique([one.document for one in mine], return_inverse=True)[1]
            found = share(np.array([one.cause == cause for one in mine]), documents, 0.95)
            cells.append(f"{100 * found.value:.0f} % [{100 * found.low:.0f}, {100 * found.high:.0f}]")
        rows.append([f"**{cause}**", CAUSES[cause], *cells])
    return markup_table(["cause", "", *parts], rows, n_text=2)


def _counts(by_model: Mapping[str, Sequence[Error]], field: str, values: Sequence[str]) -> str:
    """Count the causes of each model by another field."""
    n = Counter((one.model, one.cause, getattr(one, field)) for errors in by_model.values() for one in errors)
    rows = [
        [cause, *(str(n[model, cause, value]) for model in by_model for value in values)]
        for cause in _used(list(chain.from_iterable(by_model.values())))
    ]
    return markup_table(["cause", *(f"{model}, {value}" for model in by_model for value in values)], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, check it, or draw."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where the page is stale")
    parser.add_argument("--draw", type=Path, metavar="FOLDER", help="draw anew, and write a sheet for readers there")
    parser.add_argument("--model", choices=list(OUTCOMES), default="linear", help="whose decisions are drawn (linear)")
    options = parser.parse_args(arguments)
    if options.draw:
        write(draw(options.model, options.draw), options.draw / ERRORS.name)
        return 0
    text = page(read())
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"stale: {PAGE.name}; run: {COMMAND}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
