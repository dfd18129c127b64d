"""Write the tables of results: ``python -m experiments.tables``; ``--check`` fails where they are stale.

``docs/results.md`` is written whole; in ``README.md`` and ``data/README.md`` the block between the markers is
replaced.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from statistics import fmean
from typing import Any

import numpy as np
from scipy.stats import binomtest

from experiments import model_speeds
from experiments.configs import read_configs
from experiments.corpora import ROOT
from experiments.data import DATA, LATER
from experiments.data_card import card_block, read_annotations
from experiments.debate.learned import annotated, of_annotated_speeches, softly_labelled
from experiments.debate.ranking import COMMAND as RANKING_COMMAND
from experiments.debate.ranking import RESULTS as RANKING
from experiments.debate.running_text import COMMAND as RUNNING_COMMAND
from experiments.debate.running_text import RESULTS as RUNNING_TEXT
from experiments.outside_labels import N_RUNNING
from experiments.page_part import replaced_between
from experiments.run import read_results, stale
from stancekit.features.network import packaged_vectors
from stancekit.report.tables import TITLES
from stancekit.text.markdown import markup_table

Row = Mapping[str, Any]

BEGIN, END = "<!-- results: python -m experiments.tables -->", "<!-- results end -->"
WORLD_NAMES = {"un": "UN speeches", "news": "news and diplomatic text", "authored": "our own statements"}
REPEATED = {
    "linear, annotated statements alone": ["gold-0", "gold-1", "gold-2"],
    "plain TF-IDF, annotated statements alone": ["tfidf-0", "tfidf-1", "tfidf-2"],
}
NAMES = {
    "default": "**linear** (the default)",
    "encoder": "**encoder**",
    "gold-0": "linear, annotated statements alone",
    "tfidf-0": "plain TF-IDF, annotated statements alone",
    "outside": "and those of the *outside* teacher",
    "pseudo-4000": "and 4,000 soft labels",
    "pseudo-12000": "and 12,000 soft labels",
    "rules-terms": "rule: a term of the target stands in it",
    "rules-cues": "rule: a cue of the label, not negated",
    "features-lexicon": "lexicon",
    "features-ngrams+lexicon": "n-grams + lexicon",
    "network": "**network**",
    "features-encoder": "the encoder alone",
    "features-network": "the network alone, annotated statements alone",
    "features-ngrams+network": "linear and the network, annotated statements alone",
    "data-without-authored": "without our own statements and contrast sets",
    "data-without-contrast": "without contrast sets",
    "data-without-suggested": "without contrast sets and `suggested_1` to `suggested_3`",
    "data-without-chosen": "without these and `diplomatic_selected`",
    "data-with-later": "linear, and `suggested_4` and `suggested_5`",
    "data-with-later+network": "linear and the network, and these two",
    "curve-0.1": "10 %",
    "curve-0.4": "40 %",
    "transfer-un": "linear: UN speeches",
    "transfer-new-source": "linear: all but the source that is tested",
    "transfer-new-source-gold": "linear, annotated statements alone: all but the source that is tested",
    "transfer-new-sources-gold": "linear, annotated statements alone: all but the tested source and another",
    "transfer-new-sources-network": "linear and network, annotated alone: all but the tested source and another",
    "transfer-new-sources-encoder": "encoder by itself, annotated alone: all but the tested source and another",
    "transfer-new-decade": "linear: all but the decade that is tested",
}


LEAST_POSITIVES = 10  # of a label in a source or decade, below which its F1 is not shown
IN_PACKAGE = {"encoder": "encoder", "network": "network", "default": "linear"}  # row -> model of the package


def results_page(rows: Mapping[str, Row]) -> str:
    """Write the page of all results."""
    return "\n\n".join([_HEAD, *_of_models(rows), *_of_parts(rows), *_of_data(rows), *_of_transfer(rows)]) + "\n"


_HEAD = (
    "# Results\n\nWritten by `python -m experiments.tables` from `experiments/results.jsonl`; do not edit. "
    "To make the rows again: `python -m experiments.run` (extra `experiments`, and the corpora that "
    "`experiments/corpora.py` names).\n\n"
    "Macro-F1 of the three labels with 95 % bootstrap intervals, clustered by speech or document. Unless said "
    "otherwise: five-fold cross-validation, no speech or document on both sides, thresholds and calibration "
    "found on what the other folds held out. Tested are the rows of `ungdc.tsv` (UN speeches), of `diplomatic.tsv` "
    "(news and diplomatic text) and of `statements.jsonl` (our own, many of them contrast pairs); "
    "the other files are only trained on. The labels come from a language model that followed the "
    "codebook ([data card](../data/README.md)): a score is agreement with that procedure. Precision, recall and F1 "
    "take every statement as decided at the label's threshold; `decided` is the share for which the model answers "
    "yes or no instead of abstaining, and `F1 where decided` counts those alone."
)


def _of_models(rows: Mapping[str, Row]) -> list[str]:
    """Write what the models of the package reach, and what they cost."""
    return [
        *_section(
            "Models",
            rows,
            ["encoder", "network", "default", "gold-0", "tfidf-0", "rules-cues", "rules-terms"],
            "The recipes of the encoder and the network were chosen on some of these folds ([decision "
            "26](decisions.md)), so their figures lean towards the good side by what such a choice can win.",
        ),
        *(_labels_table(rows[name], NAMES[name].replace("*", "")) for name in ("encoder", "network", "default")),
        _running_text(),
        model_speeds.section(json.loads(model_speeds.RESULTS.read_text(encoding="utf-8"))),
        *([_repeats(rows)] if set(chain(*REPEATED.values())) <= set(rows) else []),
    ]


def _of_parts(rows: Mapping[str, Row]) -> list[str]:
    """Write what soft labels, features and n-grams beside the encoder add."""
    return [
        *_section(
            "Distillation: what soft labels of a teacher add",
            rows,
            [*_pseudo(rows), "default"],
            "The teacher is a network on layers of a frozen MPNet (`experiments/teacher.py`), taught anew for each "
            f"fold. The last row learns from all {_n_soft_labels():,} statements that it labelled, of both worlds."
            + _soft_on_new_sources(rows),
        ),
        _ranks_running_text(),
        *_section("Features", rows, ["gold-0", "features-lexicon", "features-ngrams+lexicon"]),
        *_section("N-grams beside the encoder", rows, ["features-encoder", "encoder"]),
        *_section(
            "Word vectors: what a network adds",
            rows,
            ["gold-0", "features-network", "features-ngrams+network", "default", "network"],
            f"Vectors of {_n_words():,} words, those of UN speeches and news that are neither tested nor reserved, are "
            "counted on the speeches and put together with those of MiniLM's pieces of words "
            "(`experiments/word_vectors.py`). A statement is the weighted sum of its words at unit length, and the "
            "largest and the least of each dimension; log-odds of the network on these and of the linear heads are "
            "added. The last two rows learn from the soft labels too. The recipe was looked for on held-out rows of "
            "these folds, so the gain is probably overstated.",
        ),
        *_ranking(
            rows,
            [
                *("gold-0", "data-with-later", "features-ngrams+network", "data-with-later+network"),
                *("default", "network", "features-encoder", "encoder"),
                *("transfer-new-sources-gold", "transfer-new-sources-network", "transfer-new-sources-encoder"),
            ],
        ),
    ]


def _of_data(rows: Mapping[str, Row]) -> list[str]:
    """Write what data, strategies and more labels are worth."""
    return [
        *_section(
            "Data",
            rows,
            ["gold-0", *(name for name in rows if name.startswith("data-")), "features-ngrams+network"],
            f"The {_n_annotated(*LATER):,} statements of `suggested_4.tsv` and `suggested_5.tsv` came after the models "
            "in the package, none of which has learned from them.",
        ),
        _strategies(rows),
        *_section("Learning curve: share of the speeches and documents trained on", rows, _curve(rows)),
    ]


def _of_transfer(rows: Mapping[str, Row]) -> list[str]:
    """Write what becomes of models on sources and in decades that they have not seen."""
    source, decade = rows.get("transfer-new-source"), rows.get("transfer-new-decade")
    return [
        *_section(
            "Transfer: trained on",
            rows,
            [name for name in rows if name.startswith("transfer-")],
            "The encoders of held-out sources are of an earlier training, all in eight bits.",
        ),
        *([_slices("A news source held out, linear", source["worlds"]["news"], "source")] if source else []),
        *([_slices("A decade of UN speeches held out, linear", decade["worlds"]["un"], "decade")] if decade else []),
        _pairs(rows, [name for name in ("encoder", "network", "default", "gold-0", "rules-cues") if name in rows]),
    ]


def _soft_on_new_sources(rows: Mapping[str, Row]) -> str:
    """Say what soft labels do to a news source that nothing was learned from."""
    names = ("transfer-new-source", "transfer-new-source-gold")
    if not set(names) <= set(rows):
        return ""
    with_soft, without = (rows[name]["worlds"]["news"]["macro"] for name in names)
    return (
        " On a news source of which nothing was learned macro-F1 is "
        f"{_estimate(with_soft['f1'])} with them and {_estimate(without['f1'])} without, average precision "
        f"{_estimate(with_soft['average_precision'])} and {_estimate(without['average_precision'])} (below, "
        '"Transfer").'
    )


def readme_block(rows: Mapping[str, Row]) -> str:
    """Write the short table of the README."""
    names = ["encoder", "network", "default", "gold-0", "tfidf-0", "rules-cues", "rules-terms"]
    titles = {
        "transfer-new-source": "linear, tested on a news source it never saw",
        "rules-cues": "keyword rule (cues, not negated)",
        "rules-terms": "keyword rule (terms)",
    }
    shown = [name for name in [*names, "transfer-new-source"] if name in rows]
    running = json.loads(RUNNING_TEXT.read_text(encoding="utf-8"))
    body = [
        [
            titles.get(name, NAMES[name]),
            *(_score(rows[name]["worlds"][world]) for world in ("un", "news")),
            _estimate(running[IN_PACKAGE[name]]["macro_f1"]) if name in IN_PACKAGE else "",
        ]
        for name in shown
    ]
    header = ["macro-F1 of three labels", "UN speeches, mostly by keyword", "news and diplomatic text", "UN, at random"]
    return markup_table(header, body)


def _running_text() -> str:
    """Write how good the models of the package are on statements of speeches that were drawn at random."""
    found = json.loads(RUNNING_TEXT.read_text(encoding="utf-8"))
    body = [
        [
            name,
            label,
            str(one["n_positive"][label]),
            *(_estimate(one["per_label"][label][figure]) for figure in ("precision", "recall", "f1")),
            f"{100 * one['share'][label]:.2f}",
            f"{100 * one['mean_score'][label]:.2f}",
        ]
        for name, one in found.items()
        for label in one["per_label"]
    ]
    n, speeches = [one["n"] for one in found.values()], of_annotated_speeches()
    header = ["model", "label", "in the sample", "precision", "recall", "F1", "share, %", "mean score, %"]
    rows = read_annotations("ungdc")
    n_chosen = sum(one["stratum"] != "-" for one in rows)
    return (
        f"## In running text\n\nOf the {len(rows):,} UN rows above {n_chosen:,} were drawn by keyword, which makes "
        "stances far more frequent than they are. These figures are of the random sample of the General Debate "
        f"(`debate_sample.tsv`; statements that a model learned from left out, {_from_to(n)} are left; of all "
        f"{len(speeches):,}, {int(speeches.sum()):,} stand in speeches of which others were annotated for training), "
        "each statement counting for as many as it stands for, with intervals of a bootstrap within strata "
        f"(`{RUNNING_COMMAND}`, after the steps that the [findings](findings.md) name; encoder with its n-grams). "
        "**Where a label is rare its precision is far lower, and scores "
        "are too high**: beside the share of statements that take the label stands the mean of the scores. Correct "
        "shares by a sample of your own ([how](prevalence.md)).\n\n" + markup_table(header, body, n_text=2)
    )


def _from_to(numbers: Sequence[int]) -> str:
    """Write the least and the largest of some numbers, or the only one."""
    return f"{min(numbers):,}" + (f" to {max(numbers):,}" if min(numbers) < max(numbers) else "")


def _ranks_running_text() -> str:
    """Write how heads rank the random sample of the debate, by what they learned from."""
    found = json.loads(RANKING.read_text(encoding="utf-8"))
    labels = list(next(iter(found.values()))["per_label"])
    body = [
        [NAMES[name], _estimate(one["macro"]), *(_estimate(one["per_label"][label]) for label in labels)]
        for name, one in found.items()
    ]
    n, n_soft = max(one["n"] for one in found.values()), int((softly_labelled() & ~annotated()).sum())
    return (
        "### Average precision in running text\n\n"
        f"Heads that learned from everything, and the {n:,} statements of the debate's random sample of which no "
        f"annotation was among it ({n_soft} had soft labels, of which the last two rows learned), each counting for "
        f"as many as it stands for (`{RANKING_COMMAND}`). The *outside* teacher is one encoder, "
        "taught by documents of which none is tested (`experiments/outside_teacher.py`); it labelled the same "
        f"statements as the others, and {N_RUNNING:,} more, drawn at random from speeches as they are.\n\n"
        + markup_table(["", "macro", *labels], body)
    )


def with_block(page: str, block: str) -> str:
    """Replace what stands between the markers."""
    return replaced_between(page, BEGIN, END, f"\n{block}\n")


def _repeats(rows: Mapping[str, Row]) -> str:
    body = [[name, *(_mean_and_range(rows, names, world) for world in WORLD_NAMES)] for name, names in REPEATED.items()]
    return (
        "## Three deals of the folds\n\nThe intervals elsewhere are those of sampling the statements, for the folds of "
        "seed 0. Other folds move the figures too: mean and range of macro-F1 over the seeds 0 to 2.\n\n"
        + markup_table(["", *WORLD_NAMES.values()], body)
    )


def _mean_and_range(rows: Mapping[str, Row], names: Sequence[str], world: str) -> str:
    values = [rows[name]["worlds"][world]["macro"]["f1"][0] for name in names]
    return f"{fmean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def _n_soft_labels() -> int:
    with np.load(DATA / "soft_labels.npz") as content:
        return len(content["sha1"])


def _n_annotated(*names: str) -> int:
    return sum(len(read_annotations(name)) for name in names)


def _n_words() -> int:
    return len(packaged_vectors())


def _pseudo(rows: Mapping[str, Row]) -> list[str]:
    return ["gold-0", *(name for name in rows if name.startswith("pseudo-"))]


def _curve(rows: Mapping[str, Row]) -> list[str]:
    return [*(name for name in rows if name.startswith("curve-")), "gold-0"]


def _section(title: str, rows: Mapping[str, Row], names: Iterable[str], note: str = "") -> list[str]:
    """Compare rows, where there are two at least."""
    shown = [name for name in names if name in rows]
    if len(shown) < 2:
        return []
    body = [[NAMES[name], *(_score(rows[name]["worlds"][world]) for world in WORLD_NAMES)] for name in shown]
    return ["\n\n".join(filter(None, [f"## {title}", markup_table(["", *WORLD_NAMES.values()], body), note]))]


def _ranking(rows: Mapping[str, Row], names: Sequence[str]) -> list[str]:
    """Compare how rows rank, whatever their thresholds, where all are there."""
    if not set(names) <= set(rows):
        return []
    scores = [[rows[name]["worlds"].get(world) for world in WORLD_NAMES] for name in names]
    body = [
        [NAMES[name], *("" if world is None else _estimate(world["macro"]["average_precision"]) for world in worlds)]
        for name, worlds in zip(names, scores, strict=True)
    ]
    return ["### How they rank: macro average precision\n\n" + markup_table(["", *WORLD_NAMES.values()], body)]


def _strategies(rows: Mapping[str, Row]) -> str:
    base = rows["data-without-suggested"]["worlds"]
    body, most = [], 0.0
    for name in ("random", "uncertain", "disagree", "rare"):
        draws = [rows[row]["worlds"] for row in rows if row.startswith(f"strategy-{name}-")]
        gains = {w: [draw[w]["macro"]["f1"][0] - base[w]["macro"]["f1"][0] for draw in draws] for w in WORLD_NAMES}
        most = max(most, *map(max, gains.values()))
        body.append([name, *(f"{fmean(g):+.3f} ({min(g):+.3f} to {max(g):+.3f})" for g in gains.values())])
    n_draws = sum(row.startswith("strategy-random-") for row in rows)
    reach = max((high - low) / 2 for _, low, high in (base[world]["macro"]["f1"] for world in WORLD_NAMES))
    beyond = " **No gain here is beyond that.**" if most <= reach else ""
    return (
        "## What a strategy's labels are worth\n\nGain in macro-F1 from 500 statements of `suggested_1.tsv` that one "
        "strategy of `stancekit.suggest` chose, beside training without any suggested ones and without contrast sets: "
        f"mean and range over {n_draws} draws, folds of seed 0. Random ones are of all candidates; for the other "
        "strategies those with a keyword and those without were drawn apart, so the rows compare what was drawn, not "
        "strategies alone. "
        "The draws overlap, so that their range says little; the three deals of the folds above show how far other "
        f"folds move a figure; and the 95 % interval of a single figure reaches up to {reach:.3f} to each side."
        f"{beyond}\n\n" + markup_table(["strategy", *WORLD_NAMES.values()], body)
    )


def _labels_table(row: Row, name: str) -> str:
    body = []
    for world, title in WORLD_NAMES.items():
        figures = {**row["worlds"][world]["per_label"], "macro": row["worlds"][world]["macro"]}
        body += [
            [title, label, str(values["n_positive"]), *(_estimate(values[key]) for key in TITLES)]
            for label, values in figures.items()
        ]
    head = ["tested on", "label", "positive", *TITLES.values()]
    return f"## {name[0].upper()}{name[1:]}, label by label\n\n" + markup_table(head, body, n_text=2)


def _slices(title: str, world: Row, column: str) -> str:
    """Write F1 of each label by slice; a label that hardly any statement takes has none worth the name."""
    labels = list(world["per_label"])
    body = []
    for value, part in world["slices"].items():
        found = [part["per_label"][label] for label in labels]
        enough = [label["n_positive"] >= LEAST_POSITIVES for label in found]
        cells = [
            f"{_estimate(label['f1'])} ({label['n_positive']})" if shown else f"– ({label['n_positive']})"
            for label, shown in zip(found, enough, strict=True)
        ]
        macro = _estimate(part["macro"]["f1"]) if all(enough) else "–"
        body.append([value, str(part["n_statements"]), *cells, macro])
    note = f"F1, with the positives in brackets; – where there are fewer than {LEAST_POSITIVES}."
    return f"### {title}\n\n{note}\n\n" + markup_table([column, "statements", *labels, "macro-F1"], body)


def _pairs(rows: Mapping[str, Row], names: Sequence[str]) -> str:
    phenomena = rows[names[0]]["pairs"]
    body = [[phenomenon, *(_share([rows[name]["pairs"][phenomenon]]) for name in names)] for phenomenon in phenomena]
    body.append(["**all**", *(_share(rows[name]["pairs"].values()) for name in names)])
    return (
        "## Contrast pairs\n\nTwo statements that differ by an edit and take different predicted labels. The "
        "share of pairs in which all three labels are right on both sides, with 95 % Wilson intervals.\n\n"
        + markup_table(["what the edit touches", *(NAMES[name] for name in names)], body)
    )


def _share(counts: Iterable[Sequence[int]]) -> str:
    n_right, n_pairs = (sum(numbers) for numbers in zip(*counts, strict=True))
    interval = binomtest(n_right, n_pairs).proportion_ci(method="wilson")
    return f"{n_right}/{n_pairs} [{interval.low:.2f}, {interval.high:.2f}]"


def _score(world: Row | None) -> str:
    return "" if world is None else _estimate(world["macro"]["f1"])


def _estimate(estimate: Sequence[float | None]) -> str:
    value, low, high = estimate
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where something is stale")
    check = parser.parse_args(arguments).check
    rows = read_results()
    wanted = {ROOT / "docs" / "results.md": results_page(rows)}
    for path, block in ((ROOT / "README.md", readme_block(rows)), (DATA / "README.md", card_block())):
        wanted[path] = with_block(path.read_text(encoding="utf-8"), block)
    out_of_date = [f"experiment {name}" for name in stale(read_configs(), rows)]
    for path, content in wanted.items():
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            out_of_date.append(str(path.relative_to(ROOT)))
    for item in out_of_date:
        print(f"stale: {item}", file=sys.stderr)
    return 1 if out_of_date else 0


if __name__ == "__main__":
    sys.exit(main())
