"""The findings as a page with figures: ``python -m experiments.debate.page``, after `experiments.debate.measuring`.

``--check`` draws nothing and fails where the page or the findings are not those of the data.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from experiments.corpora import ROOT
from experiments.data import DATA, data_sha256
from experiments.debate.frame import rules_sha256
from experiments.debate.labelling import LABELS
from experiments.debate.measuring import APARTHEID_YEARS, COMMAND, NEW_ORDER, RESULTS
from experiments.debate.sample import PERIODS
from experiments.debate.sanctions import EVENTS, WINDOW
from experiments.debate.speed import COMMAND as SPEED_COMMAND
from experiments.debate.speed import RESULTS as SPEED
from stancekit.measure.results import Estimate
from stancekit.report.figures import write_figure
from stancekit.report.share_figures import GroupShare, bars_figure
from stancekit.report.trend_figures import Event, Trend, trend_figure
from stancekit.text.markdown import markup_table

PAGE = ROOT / "docs" / "findings.md"
FIGURES = ROOT / "docs" / "figures"
MODEL, CORRECTED = "model's labels, year by year", "corrected, by period"
MARKS = (
    Event(at=NEW_ORDER, name="New International Economic Order"),
    Event(at=1990, name="sanctions on Iraq", panel="anti-sanction"),
    Event(at=1990, name="sanctions on Iraq", panel="pro-sanction"),
)

Row = Mapping[str, Any]


def trends(found: Row) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw each stance over the years: what the model says by year, and the corrected shares by period."""
    return trend_figure(
        {label: {MODEL: _yearly(found["years"], label), CORRECTED: _by_period(found, label)} for label in LABELS},
        events=MARKS,
        same_scale=False,
        gap=5,
    )


def around(found: Row) -> Any:  # noqa: ANN401
    """Draw the shares around the year in which sanctions began."""
    panels = {}
    for label, row in found["around"].items():
        at = tuple(float(year) for year in row["years"])
        panels[label] = {
            f"the {len(EVENTS)} states": Trend(at=at, shares=tuple(_estimate(one) for one in row["sanctioned"])),
            "all other states, same years": Trend(at=at, shares=tuple(_estimate(one) for one in row["others"])),
        }
    mark = Event(at=0, name="first debate after the act")
    return trend_figure(panels, events=[mark], x_title="debates since sanctions began", same_scale=False)


def apartheid(found: Row) -> Any:  # noqa: ANN401
    """Draw the two poles of sanctions where apartheid is named, year by year."""
    years = found["apartheid_years"]
    lines = {label: _yearly(years, label) for label in ("pro-sanction", "anti-sanction")}
    title = "where South Africa, Rhodesia or apartheid is named, as the models label it"
    return trend_figure({title: lines})


def periods(found: Row) -> Any:  # noqa: ANN401
    """Draw the corrected shares of all stances by period as bars."""
    shares = {
        label: [
            GroupShare(
                group=period,
                share=_share(found, period, label),
                n=found["prevalence"]["groups"]["period"][period]["n"],
                uncorrected=found["prevalence"]["groups"]["period"][period]["per_label"][label]["uncorrected"],
            )
            for period in PERIODS
        ]
        for label in LABELS
    }
    return bars_figure(shares, group="period", sort=False)


DRAWINGS = {"trends": trends, "around": around, "apartheid": apartheid, "periods": periods}


def page(found: Row, speed: Row) -> str:
    """Write the page."""
    return "\n\n".join(
        [*_introduction(found, speed), *_over_the_years(found), *_sanctions(found), *_reliance(found)]
    ) + ("\n")


def _introduction(found: Row, speed: Row) -> list[str]:
    whole = found["prevalence"]["whole"]["per_label"]
    body = [
        [
            label,
            _percent(one["uncorrected"]),
            _interval(one["corrected"]),
            _interval(one["gold"]),
            str(one["n_positive"]),
            f"{one['slope']:.2f}",
        ]
        for label, one in whole.items()
    ]
    memory = speed["reader_mib"] + speed["n_processes"] * speed["worker_mib"]
    return [
        "# What states say of sanctions, cooperation and self-reliance\n\nWritten by `python -m "
        "experiments.debate.page` "
        f"from `experiments/debate/findings.json`, which `{COMMAND}` writes; do not edit. Before it: "
        "`python -m experiments.debate.pro_sanction` and `python -m experiments.debate.frame`.",
        f"The UN General Debate, 1946 to 2024: {found['n_speeches']:,} speeches, split into {found['n_statements']:,} "
        "statements and labelled by the model in the package. Statements in favour of sanctions, which it does not "
        "predict, "
        "are found by a second model of the same kind. Shares are **corrected** by a stratified random sample of "
        f"{found['n_annotated']:,} statements, annotated in two blind passes ([data card](../data/README.md); the "
        "annotators are a language model that followed the codebook): `stancekit.prevalence`, stratified, with "
        "speeches as "
        "clusters, 95 % intervals. The sample comes from the four fifths of the speeches that a hash of their names "
        "does not reserve for later tests, and stands for all of them.",
        markup_table(["label", "model's labels, %", "corrected, %", "sample alone, %", "in the sample", "slope"], body),
        "The *slope* is how much the model's labels count, from 0 to 1. For the three rare labels it adds almost "
        "nothing: what makes their intervals as short as they are is that the sample was drawn by words.",
        f"By chance, {found['n_learned_from']} of the sampled statements were also training data; they were annotated "
        "afresh. Statements that were learned from stand in the corpus "
        "too, and in the sample at the rate at which they do among the speeches that are not reserved.",
        "The sample is drawn by strata, so its own counts are no shares. Where an interval's upper end is far off, few "
        "statements with the label were met: most statements contain none of its words, few of those were read, and a "
        "rare stance among them cannot be ruled out.",
        f"Splitting and labelling took {speed['seconds']:.0f} seconds on two cores and {memory:,} MiB in three "
        f"processes (`{SPEED_COMMAND}`; one machine, one run).",
    ]


def _over_the_years(found: Row) -> list[str]:
    rows = []
    for label in LABELS:
        cells = [
            _interval(found["prevalence"]["groups"]["period"][period]["per_label"][label]["corrected"])
            for period in PERIODS
        ]
        rows.append([label, *cells])
    return [
        "## Each stance over the years",
        "![Four panels, one a stance: share of statements by year as the model labels them, and the corrected share of "
        "each period with its interval](figures/findings-trends.svg)",
        "The lines by year are **not corrected**. How often the model is right when it gives a label differs between "
        "periods (below), so their ups and downs are no evidence by themselves. Corrected shares, % of statements:",
        markup_table(["label", *PERIODS], rows),
        *_changes(found),
        "![Bars of the corrected shares by period](figures/findings-periods.svg)",
        *_what_they_rest_on(found),
        *_what_else_moves(found),
    ]


def _changes(found: Row) -> list[str]:
    """Give every change between neighbouring periods, and those that stay clear of zero if all are looked at."""
    changes = [one for one in found["prevalence"]["differences"] if one["column"] == "period"]
    body = [[label, *(_points(one["per_label"][label]["corrected"]) for one in changes)] for label in LABELS]
    n_changes = len(changes) * len(LABELS)
    clear = sum(_is_sure(one["per_label"][label]["corrected"]) for label in LABELS for one in changes)
    sure = "; ".join(f"{label}, to {period}" for label, period in found["sure_after_all"]) or "none"
    return [
        "Changes from each period to the next, in points:",
        markup_table(["label", *(f"{one['a']} to {one['b']}" for one in changes)], body),
        f"Of these {n_changes} intervals {clear} leave out zero; about one in twenty would by chance alone. With all "
        "of "
        f"them as wide as Bonferroni asks, so that they hold together with 95 %, these still do: **{sure}**. Whether "
        "two periods differ is told by the interval of their difference, not by whether their own intervals overlap.",
    ]


def _what_they_rest_on(found: Row) -> list[str]:
    """Tell on how many statements the shares of rare labels rest, and how right the model's own labels are."""
    rare = [label for label in LABELS if label != "pro-cooperation"]
    risen = found["by_period"]["self-reliance"]["1974-1989"]
    body = [
        [
            label,
            *(
                f"{one['n_positive']}, {one['n_heavy']} of {100 * one['heavy']:.3f}"
                for one in found["by_period"][label].values()
            ),
        ]
        for label in rare
    ]
    right = [[label, *(_right(one) for one in found["by_period"][label].values())] for label in LABELS]
    return [
        "What the rare shares rest on: statements with the label in the sample, and how many of them weigh most, each "
        f"of them so many points. So the share of self-reliance in 1974-1989 hangs on {risen['n_heavy']} statements of "
        f"{100 * risen['heavy']:.2f} points each, and its rise is at best suggestive.",
        markup_table(["label", *PERIODS], body),
        "How right the model's labels are: of the statements that it gives a label, the share in % that has it, "
        "weighted as they were drawn, and how many of them were read.",
        markup_table(["label", *PERIODS], right),
    ]


def _right(one: Row) -> str:
    share = "–" if one["precision"] is None else f"{100 * one['precision']:.0f}"
    return f"{share} ({one['n_asserted']})"


def _what_else_moves(found: Row) -> list[str]:
    members = found["prevalence"]["groups"]["members"]
    cells = [_interval(members[period]["per_label"]["pro-cooperation"]["corrected"]) for period in PERIODS]
    return [
        "**What moves these shares besides opinion.** Most states joined after the first period. The pro-cooperation "
        "share of those that spoke in 1946-1959 alone, corrected, %:",
        markup_table(["", *PERIODS], [["states of 1946-1959", *cells]]),
        "Speeches are translations, and early ones were read by machine from paper and have its errors. None of this "
        "is adjusted for.",
    ]


def _sanctions(found: Row) -> list[str]:
    states = found["prevalence"]["groups"]["state"]
    rows = [
        [
            name,
            f"{states[name]['n']:,}",
            *(_interval(states[name]["per_label"][label]["corrected"]) for label in LABELS),
        ]
        for name in ("before sanctions", "under sanctions", "same states, other years", "other states")
    ]
    change = next(one for one in found["prevalence"]["differences"] if one["column"] == "state")["per_label"]
    begun = "; ".join(f"{one.name} {one.first_debate} ({one.source}, {one.year})" for one in EVENTS.values())
    return [
        "## Nine states under sanctions, and the others",
        f"{len(EVENTS)} cases that we chose, {WINDOW} debates before and {WINDOW + 1} from the first one after the "
        "act: "
        f"{begun}. Most of these states were under narrower measures before, and other states under sanctions are not "
        "among them.",
        "![Two panels: anti-sanction and self-reliance statements, the nine states and all others, by debates since "
        "sanctions began](figures/findings-around.svg)",
        "Corrected by the sample, % of statements:",
        markup_table(["who speaks", "statements", *LABELS], rows, n_text=1),
        f"From before to under sanctions the share of anti-sanction statements changes by "
        f"{_points(change['anti-sanction']['corrected'])} points: corrected, all statements of these states pooled, "
        "with no other states beside them.",
        *_beside_others(found),
        *_contrast(found),
    ]


def _beside_others(found: Row) -> list[str]:
    row, other = found["around"]["anti-sanction"], found["around"]["self-reliance"]["rise"]
    rises = sorted(row["rises"].items(), key=lambda item: -item[1])
    most, rest = rises[0][0], [rise for _, rise in rises[1:]]
    each = ", ".join(f"{name} {100 * rise:+.2f}" for name, rise in rises)
    gaps = ", ".join(f"{100 * gap:.2f} points in debates {name}" for name, gap in row["gaps"].items())
    return [
        "The figure shows means over the states of the model's labels, **not corrected**, each state as heavy as "
        "another; "
        "its bands come from a bootstrap of the states and tend to be too narrow with so few. Relative to states "
        f"outside the list in the same years, the model's anti-sanction share rises by {_points(row['rise'])} points "
        "(Student's t "
        f"over {len(rises)} states), and without {most} by {100 * sum(rest) / len(rest):+.2f}; that of self-reliance "
        "by "
        f"{_points(other)}. State by state: {each}. It had begun to rise before: the nine states lie above the others "
        f"by {gaps}. This describes what these states say; it is no estimate of what sanctions do.",
    ]


def _contrast(found: Row) -> list[str]:
    named = found["prevalence"]["groups"]["apartheid"]["named"]
    first, last = APARTHEID_YEARS
    return [
        f"**The contrast.** From {first} to {last}, of the statements that name South Africa, Rhodesia or apartheid "
        f"({named['n']:,}), {_interval(named['per_label']['pro-sanction']['corrected'])} % are in favour of "
        f"sanctions and {_interval(named['per_label']['anti-sanction']['corrected'])} % against them (corrected; few "
        "such statements were drawn, so the intervals are wide and overlap). By year, as the models label them, which "
        "overstates "
        f"pro-sanction ({_percent(named['per_label']['pro-sanction']['uncorrected'])} % over all these years):",
        "![Shares of pro-sanction and anti-sanction statements among those that name South Africa, Rhodesia or "
        "apartheid](figures/findings-apartheid.svg)",
    ]


def _reliance(found: Row) -> list[str]:
    cells = {period: _interval(_group(found, period, "self-reliance")["corrected"]) for period in PERIODS}
    said = "; ".join(f"{period}: {cell}" for period, cell in cells.items())
    highest = max(PERIODS, key=lambda period: _group(found, period, "self-reliance")["corrected"]["value"])
    return [
        "## Self-reliance since the New International Economic Order",
        f"The Declaration on the Establishment of a New International Economic Order is of {NEW_ORDER}. Corrected, % "
        "of "
        f"statements: {said}. The estimate is highest in {highest}, and all rest on few statements; which changes can "
        "be told is said above, by the intervals of the differences. Year by year the model's labels are mostly wrong "
        "outside of that period, so which year was the highest cannot be said.",
    ]


def _group(found: Row, period: str, label: str) -> Row:
    one: Row = found["prevalence"]["groups"]["period"][period]["per_label"][label]
    return one


def _yearly(years: Row, label: str) -> Trend:
    nothing = float("nan")
    values = years["shares"][label]
    return Trend(
        at=tuple(float(year) for year in years["years"]),
        shares=tuple(Estimate(value=value, low=nothing, high=nothing) for value in values),
    )


def _by_period(found: Row, label: str) -> Trend:
    firsts = [*PERIODS.values(), 2025]
    middles = tuple((first + after - 1) / 2 for first, after in pairwise(firsts))
    return Trend(at=middles, shares=tuple(_share(found, period, label) for period in PERIODS))


def _share(found: Row, period: str, label: str) -> Estimate:
    one = _group(found, period, label)["corrected"]
    return _estimate([one["value"], one["low"], one["high"]])


def _estimate(values: Sequence[float | None]) -> Estimate:
    value, low, high = (float("nan") if one is None else one for one in values)
    return Estimate(value=value, low=low, high=high)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2f}"


def _interval(one: Row) -> str:
    return f"{_percent(one['value'])} [{_percent(one['low'])}, {_percent(one['high'])}]"


def _points(one: Row) -> str:
    value, low, high = (100 * one[end] for end in ("value", "low", "high"))
    return f"{value:+.2f} [{low:+.2f}, {high:+.2f}]"


def _is_sure(one: Row) -> bool:
    return one["low"] is not None and (one["low"] > 0 or one["high"] < 0)


def stale(found: Row, speed: Row) -> list[str]:
    """Name what was made from something else than what there is now."""
    items = [] if found["data_sha256"] == data_sha256() else [f"{RESULTS.name}: the data changed"]
    n_annotated = len((DATA / "annotations" / "debate_sample.tsv").read_text(encoding="utf-8").splitlines()) - 1
    items += [] if found["n_annotated"] == n_annotated else [f"{RESULTS.name}: the sample changed"]
    items += [] if found["rules_sha256"] == rules_sha256() else [f"{RESULTS.name}: the model or the rules changed"]
    return items + ([] if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(found, speed) else [PAGE.name])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write page and figures, or check them."""
    parser = argparse.ArgumentParser(prog="python -m experiments.debate.page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="draw nothing; exit code 1 where something is stale")
    check = parser.parse_args(arguments).check
    found, speed = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (RESULTS, SPEED))
    if check:
        items = stale(found, speed)
        for item in items:
            print(f"stale: {item}", file=sys.stderr)
        return 1 if items else 0
    for name, draw in DRAWINGS.items():
        write_figure(draw(found), [FIGURES / f"findings-{name}.svg", FIGURES / f"findings-{name}.png"])
    PAGE.write_text(page(found, speed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
