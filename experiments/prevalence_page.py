"""The page and the figure of `experiments.prevalence_simulation`; formats, never computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from experiments.prevalence_simulation import (
    AIM,
    DESIGNS,
    IN_B,
    MODELS,
    MORE_DESIGNS,
    MORE_MODELS,
    MORE_SIZES,
    NAMES,
    RATES,
    SHARES,
    SIZES,
    TARGETS,
    Row,
)
from stancekit.report.figures import COLOURS, GREY, MARKERS, new_figure, style
from stancekit.text.markdown import markup_table

SIDES = {"ours": "coverage", "gold alone": "gold"}
FEW = 10


def page(results: Row) -> str:
    """Write the page."""
    return "\n\n".join([*_settings(results), *_methods(), *_coverage(results), *_savings(results)]) + "\n"


def _settings(results: Row) -> list[str]:
    settings = results["settings"]
    n_draws = settings["corpora"] * settings["draws"]
    return [
        "# Shares and their intervals\n\nWritten by `python -m experiments.prevalence_simulation` from "
        "`experiments/prevalence_simulation.json`; do not edit. `stancekit.prevalence` estimates the share of each "
        "stance from a model's labels for the whole corpus and annotations of a random sample. Do its 95 % intervals "
        "hold, and what does the model save?",
        f"Each line below is {n_draws:,} samples from {settings['corpora']} corpora of {settings['N']:,} statements in "
        f"about {settings['documents']:,} documents, whose shares differ. Two groups of documents, a with twice the "
        "share of b. Models: *good* and *middling* know how common the label is, *biased* believes it to be more "
        "common than it is (by 1.5 in log-odds).",
        "Designs: statements drawn at *random*; *by score* (the top 5 % of the model's scores, the next 15 % and the "
        "rest, a third of the sample each); whole *documents*, as many as hold the size of the sample; *documents by "
        "strata* (of their mean scores, the same three parts); with *given chances* (up to six times as high for "
        "statements with high scores), each by itself, or a *fixed number* (at equal steps, in random order); and a "
        "corpus that is itself a sample *of something larger* (`population='larger'`), of whose statements some are "
        f"drawn at random: {settings['corpora that are samples']:,} corpora of "
        f"{settings['N of corpora that are samples']:,} statements in {settings['their documents']:,} documents, one "
        "sample of each, and the share is that of the source.",
    ]


def _coverage(results: Row) -> list[str]:
    return [
        "## Coverage\n\nShare of the intervals that hold the truth, in per cent: the lowest and the highest of the "
        f"models (three, and of the later designs *good* and *biased*). {_verdict(results)} {_uncertain(results)}\n\n"
        + _coverage_table(results, DESIGNS, SIZES, tuple(MODELS)),
        _coverage_table(results, MORE_DESIGNS, MORE_SIZES, MORE_MODELS),
        "![Coverage of 95 % intervals](figures/prevalence.svg)",
        _too_often(results),
        "Not simulated: documents that are annotated in part. For these the variances are tested against their "
        "formulas, and how often the intervals hold is less well established.",
    ]


def _uncertain(results: Row) -> str:
    """Say how far a figure may be off, and what was settled on the same settings."""
    n_samples = results["settings"]["corpora"] * results["settings"]["draws"]
    of_chance = 100 * 1.96 * (0.95 * 0.05 / n_samples) ** 0.5
    return (
        f"Of {n_samples:,} samples a figure near 95 is off by chance by up to {of_chance:.1f} points. Two "
        "numbers of the method, how far the model's own count bounds what is missed and from how many degrees of "
        "freedom on ends are moved, were settled by simulations of these settings; with others intervals may hold "
        "somewhat less often."
    )


def _too_often(results: Row) -> str:
    """Say where intervals hold too often."""
    plain = [cell for cell in results["cells"] if cell["design"] in ("random", "chances", "fixed chances", "larger")]
    few = {target: [cell for cell in plain if _expected(cell, target) < FEW] for target in TARGETS}
    many = {target: [cell for cell in plain if _expected(cell, target) >= FEW] for target in TARGETS}
    (above_few, n_few), (above_many, n_many) = (
        (sum(_is_above(cell, target) for target in TARGETS for cell in part[target]), sum(map(len, part.values())))
        for part in (few, many)
    )
    most = max(cell["difference"]["coverage"] for cell in results["cells"] if cell["design"] == "stratified")
    return (
        "Where it is too high, one statement more or less is a large step. Where statements are drawn one by one and "
        f"not by strata, {above_few} of the {n_few} kinds of interval with fewer than {FEW} statements with the label "
        "to expect in the sample (of a difference: in its smaller group) hold in more than 97 %, and "
        f"{above_many} of the {n_many} with {FEW} or more. With 200 annotated statements and a share of 1 % there are "
        "two with the label: where the sample may well have none, the upper end has to allow for what was not drawn, "
        "cannot be too low, and only the lower end is ever wrong. No interval can hold in 95 % of such samples and be "
        "short; the annotations alone have the same fault. With strata by score, of statements or documents, a single "
        "missed statement in the largest stratum would count for much, and no sample of a few hundred can say that "
        f"there is none: that guard stays, and differences hold in up to {most:.0%} there. With few documents in a "
        "group, Student's t and the spread of few documents make intervals wide."
    )


def _expected(cell: Row, target: str) -> float:
    """Give how many statements with the label are to be expected in the sample; of a difference, in its group b."""
    parts = {"whole": 1.0, "group a": (1 - IN_B) * RATES[0]}
    return float(cell["n"] * cell["share"] * parts.get(target, IN_B * RATES[1]))


def _is_above(cell: Row, target: str) -> bool:
    return bool(cell[target]["coverage"] > AIM[1])


def _savings(results: Row) -> list[str]:
    return [
        "## Width\n\nMean width of the interval over that of the annotations alone, in the whole corpus: 0.7 is "
        "what twice the annotations would give. By the model's labels; `(scores)` by its scores. Where the strata are "
        "made from the scores, they have done the model's work already, and what is left to win is small: there the "
        f"interval is {_by_score(results)} times as wide as that of the annotations alone.\n\n" + _width_table(results),
        "## Bias\n\nBias of the corrected share in the whole corpus, in standard deviations of it, when statements "
        "are drawn at random: ours, and with the slope of PPI++ and ppi-python, which divides by the spread of the "
        "predictions in the corpus and not in the sample.\n\n" + _bias_table(results),
        f"Of {_n_tested(results):,} random samples tested, {sum(cell['refused'] for cell in results['cells'])} were "
        "refused as not random.",
    ]


def draw(results: Row) -> Any:  # noqa: ANN401 - a matplotlib Figure
    """Draw coverage by size of sample: a row a share, a column a design."""
    with style():
        figure = new_figure(width=8.0, height=6.4)
        grid = figure.subplots(len(SHARES), len(DESIGNS), sharex=True, sharey=True, squeeze=False)
        for (i, share), (j, design) in ((a, b) for a in enumerate(SHARES) for b in enumerate(DESIGNS)):
            axes = grid[i][j]
            axes.axhspan(100 * AIM[0], 100 * AIM[1], color=GREY, alpha=0.2, lw=0)
            for kind, (label, key) in enumerate(SIDES.items()):
                for number, model in enumerate(MODELS):
                    found = [100 * _cell(results, share, model, n, design)["whole"][key] for n in SIZES]
                    look = {"color": COLOURS[kind], "marker": MARKERS[number], "ls": ("-", "--")[kind]}
                    axes.plot(range(len(SIZES)), found, ms=4, lw=1, label=f"{label}, {model}", **look)
            naive = [100 * _cell(results, share, m, n, design)["whole"]["naive"] for m in MODELS for n in SIZES]
            said = f"counting the model's labels: {min(naive):.0f} to {max(naive):.0f}"
            axes.text(0.98, 0.04, said, ha="right", fontsize=7, transform=axes.transAxes)
            axes.set(ylim=(89, 100.5), xticks=range(len(SIZES)), xticklabels=[f"{n:,}" for n in SIZES])
            if i == 0:
                axes.set_title(NAMES[design], fontsize=9, fontweight="bold")
            if i == len(SHARES) - 1:
                axes.set_xlabel("annotated statements")
            if j == 0:
                axes.set_ylabel(f"share {share:.0%}\ncoverage, %")
        handles, names = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=2, fontsize=8)
    return figure


def _methods() -> list[str]:
    return [
        "## The method\n\nThe estimate is the difference and regression estimator of survey sampling (Särndal, "
        "Swensson "
        "& Wretman 1992, *Model Assisted Survey Sampling*, chapter 6): a slope times the mean of the predictions in "
        "the "
        "corpus, plus the weighted mean in the sample of what they leave. Prediction-powered inference (Angelopoulos, "
        "Bates, Fannjiang, Jordan & Zrnic 2023, *Science* 382, 669-674) with power tuning (Angelopoulos, Duchi & Zrnic "
        "2023, arXiv 2311.01453) is the same estimator, for a corpus that is itself a sample; `population='larger'` "
        "gives that. The slope is the regression coefficient inside strata, cut to lie from 0 to 1, so a useless model "
        "is left out and costs next to nothing.",
        "Everything else follows from influence values, summed over clusters inside strata: variances (with what the "
        "sample leaves of a finite corpus), groups (as ratios), differences (with their covariance). For rare labels "
        "neither the normal interval nor Wilson's with an effective sample size holds: where the sample shows no error "
        "of the model the first has no width, and the second believes the model. Here what raises the estimate and "
        "what "
        "lowers it are two sums of rare events, each with an interval of Wilson's kind, in which one event of each "
        "kind that was not drawn is counted (`stancekit/measure/rare.py` has the formulas and their sources). What the "
        "model labels wrongly can lie only where it labels, and counts for what a statement counts for there.",
        "The interval of a difference is put together from those of the two shares (Zou & Donner 2008, *Statistics in "
        "Medicine* 27, 1693-1702). Ends of Wilson's kind lie about half an event too high where events are few; in one "
        "share that evens out, in a difference the excess is on both sides. There the ends are moved to those by mid-P "
        "values (Lancaster 1961, *JASA* 56, 223-234; Berry & Armitage 1995, *The Statistician* 44, 417-423), the less "
        "the fewer degrees of freedom there are (none of the way up to 8), since variances from few documents come out "
        "too small.",
    ]


def _verdict(results: Row) -> str:
    naive = [cell["whole"]["naive"] for cell in results["cells"]]
    return (
        f"The aim is {AIM[0]:.0%} to {AIM[1]:.0%}. "
        + " ".join(_count(results, target) for target in TARGETS)
        + f" Counting the model's labels, with Wilson's interval, holds the truth in {sum(naive) / len(naive):.0%}."
    )


def _count(results: Row, target: str) -> str:
    """Say in how many settings the intervals of a target hold as often as is aimed at."""
    found = [cell[target]["coverage"] for cell in results["cells"]]
    below, above = sum(one < AIM[0] for one in found), sum(one > AIM[1] for one in found)
    name = {"whole": "Of the whole corpus", "difference": "Of the difference"}.get(target, f"Of {target}")
    return (
        f"{name}, {len(found) - below - above} of {len(found)} settings lie in it, {below} below and {above} above "
        f"(from {min(found):.1%} to {max(found):.1%})."
    )


def _by_score(results: Row) -> str:
    """Say how wide intervals are where strata are made from the model's scores."""
    widths = [float(cell["whole"]["width"]) for cell in results["cells"] if cell["design"] == "stratified"]
    return f"{min(widths):.2f} to {max(widths):.2f}"


def _coverage_table(results: Row, designs: Sequence[str], sizes: Sequence[int], models: Sequence[str]) -> str:
    def held(share: float, design: str, n: int, key: str, target: str) -> str:
        found = [100 * _cell(results, share, model, n, design)[target][key] for model in models]
        return f"{min(found):.1f}–{max(found):.1f}"

    body = [
        [
            f"{share:.0%}",
            NAMES[design],
            f"{n:,}",
            held(share, design, n, "naive", TARGETS[0]),
            held(share, design, n, "gold", TARGETS[0]),
            *(held(share, design, n, "coverage", target) for target in TARGETS),
        ]
        for share, design, n in product(SHARES, designs, sizes)
    ]
    header = ["share", "design", "annotated", "counting", "gold alone", *(f"ours: {target}" for target in TARGETS)]
    return markup_table(header, body, n_text=2)


def _width_table(results: Row) -> str:
    def width(share: float, model: str, n: int, design: str, use: str) -> str:
        return f"{_cell(results, share, model, n, design, use)['whole']['width']:.2f}"

    body = [
        [
            f"{share:.0%}",
            NAMES[design],
            *(width(share, model, n, design, "labels") for model in MODELS for n in SIZES),
            *(width(share, model, SIZES[1], design, "scores") for model in MODELS),
        ]
        for share in SHARES
        for design in DESIGNS
    ]
    header = [f"{model}, {n:,}" for model in MODELS for n in SIZES] + [f"{m}, {SIZES[1]} (scores)" for m in MODELS]
    return markup_table(["share", "design", *header], body, n_text=2)


def _bias_table(results: Row) -> str:
    keys: dict[str, Callable[[Row], float]] = {
        "ours": lambda cell: float(cell["whole"]["bias"]),
        "PPI++": lambda cell: float(cell["bias of the plug-in slope"]),
    }
    body = [
        [
            f"{share:.0%}",
            model,
            *(f"{read(_cell(results, share, model, n, 'random')):+.2f}" for n, read in _pairs(keys)),
        ]
        for share in SHARES
        for model in MODELS
    ]
    return markup_table(["share", "model", *(f"{name}, {n:,}" for n in SIZES for name in keys)], body, n_text=2)


def _pairs(keys: dict[str, Callable[[Row], float]]) -> Iterator[tuple[int, Callable[[Row], float]]]:
    return ((n, read) for n in SIZES for read in keys.values())


def _n_tested(results: Row) -> int:
    settings = results["settings"]
    larger = sum(cell["design"] == "larger" for cell in results["cells"])
    each = settings["corpora"] * settings["draws"] // 10
    return int((len(results["cells"]) - larger) * each + larger * settings["corpora that are samples"])


def _cell(results: Row, share: float, model: str, n: int, design: str, use: str = "labels") -> Row:
    wanted = {"share": share, "model": model, "n": n, "design": design, "use": use}
    found: Row = next(cell for cell in results["cells"] if {key: cell[key] for key in wanted} == wanted)
    return found
