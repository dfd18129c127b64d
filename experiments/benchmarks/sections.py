"""The other sections of the page: threads, bounds, quality, how it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.benchmarks.files import PARTS, share
from experiments.benchmarks.peers import BOUNDS, OURS
from experiments.benchmarks.summary import figures, rate, ratio, seconds_each, spread
from experiments.benchmarks.tables import (
    NONE,
    WORLDS,
    described,
    estimate,
    number,
    peers_by_speed,
    signed,
    titled,
    with_spread,
)
from experiments.debate.frame import checksum_of
from stancekit.text.markdown import markup_table

Results = Mapping[str, Any]

SETTINGS = (
    "Settings were chosen beforehand and not tuned. scikit-learn's heads and MiniLM's have balanced class "
    "weights; the others have none. fastText: one-vs-all, learning rate 0.5, 25 epochs, subwords of 2 to 5. Vowpal "
    "Wabbit: one-vs-all, words and pairs of words, ten passes. spaCy: ten epochs in batches of 32. fastText and Vowpal "
    "Wabbit are given lower-case lines and nothing more, which is the fastest; cutting off punctuation first would "
    "cost them time and might gain them quality. All peers decide at 0.5, where stancekit chooses thresholds inside "
    "the training folds. A peer that asserts far fewer labels than were annotated (last columns) would gain from "
    "thresholds of its own."
)


def speed_ups(results: Results) -> list[str]:
    """Write what a second thread brings."""
    rows = [row for row in results["two_threads"] if row["two"] is not None]
    if not rows:
        return []
    titles, body = titled(results), []
    for name in peers_by_speed(results):
        gain = spread(row["one"] / row["two"] for row in rows if row["peer"] == name)
        times = spread(row["two"] / row["n"] for row in rows if row["peer"] == name)
        ours = spread(row["two"] / row["n"] for row in rows if row["peer"] == OURS)
        beside = number(times.median / ours.median) if times and ours else NONE
        body.append([titles[name], with_spread(gain), beside])
    return [
        "## Two threads\n\nstancekit: `predict_labels(texts, n_jobs=2)`, once before the clock starts, since its "
        "second thread remembers nothing yet. The peers have no threads of their own in "
        "Python: two processes that already hold the model and their half of the statements label at the same time, "
        "which flatters them, since nothing is sent to and fro. The last column compares the medians of the time on "
        "two threads with stancekit's.\n\n"
        + markup_table(["", "times as fast as on one thread", "time, two threads"], body)
        + _in_one_call(results)
    ]


def _in_one_call(results: Results) -> str:
    """Write what a second thread brings for as many statements as the file has."""
    gain = spread(row["in_memory"] / row["two_threads"] for row in results["files"])
    if gain is None:
        return ""
    n = results["files"][0]["n"]
    return f"\n\nOf {n:,} statements in one call, stancekit labels {with_spread(gain)} times as many on two threads."


def other_figures(results: Results) -> list[str]:
    """Write how near stancekit is to what its own features cost."""
    titles = described(results)
    body = [
        [titles[name], with_spread(found)]
        for name in BOUNDS
        if name in titles and (found := ratio(results["speed"], name, OURS, seconds_each))
    ]
    if not body:
        return []
    return [
        "## How near to the bound\n\nWhat a part of the work takes, as a share of the time for labels. stancekit "
        "remembers tokens and their sums, so that it can take less than hashing every n-gram of every token anew: a "
        "share near or above 1 means that it is at the bound of programs that do not remember.\n\n"
        + markup_table(["", "share of the time"], body)
    ]


def whole_files(results: Results) -> list[str]:
    """Write what labelling a file costs beside labelling in memory."""
    shares = spread(share(results["files"]))
    if shares is None:
        return []
    n, n_few = results["files"][0]["n"], results["file_formats"][0]["n"]
    peaks = " and ".join(f"{number(row['memory'])} MiB for {row['n']:,}" for row in results["file_memory"])
    return [
        f"## Whole files\n\n`predict_file` on a Parquet file of {n:,} statements, all columns kept, scores, labels and "
        f"abstentions written to Parquet, works at {with_spread(shares)} of the rate at which `predict_labels` labels "
        "the same statements on one thread when they lie in memory. The peak of memory of a process that does nothing "
        f"else is {peaks} statements.\n\n{_held_back(results)}\n\nFrom each format into the same one, {n_few:,} rows:"
        f"\n\n{_formats(results)}"
    ]


def _held_back(results: Results) -> str:
    """Say what the parts take alone, and what two cores could reach with them."""
    pairs = list(zip(results["file_parts"], results["files"], strict=True))
    apart = {name: spread(part[name] / whole["in_memory"] for part, whole in pairs) for name in PARTS}
    bound = spread(2 * whole["in_memory"] / sum(part[name] for name in PARTS) for part, whole in pairs)
    parts = ", ".join(f"{name} takes {with_spread(found)}" for name, found in apart.items())
    return (
        f"What holds it back: alone, one after the other, {parts} times as long as labelling in memory. Two cores that "
        f"shared them evenly and without loss would work at {with_spread(bound)} of the rate in memory. Most of what "
        "reading and writing take goes into Parquet's compression (Snappy)."
    )


def _formats(results: Results) -> str:
    rows = results["file_formats"]
    names = list(dict.fromkeys(row["peer"] for row in rows))
    cells = [
        [f"`{name}`", with_spread(ratio(rows, name, names[0], seconds_each)), with_spread(figures(rows, name, rate))]
        for name in names
    ]
    return markup_table(["", "times what Parquet takes", "rows/s"], cells)


def quality_table(results: Results) -> list[str]:
    """Write macro-F1 and the paired differences."""
    quality = results["quality"]
    if not quality:
        return []
    titles = titled(results)
    body = []
    for name in (name for name in peers_by_speed(results) if name in quality):
        worlds = [quality[name].get(world, {}) for world in WORLDS]
        figures = [estimate(world.get("f1")) for world in worlds]
        gaps = [signed(world.get("difference")) for world in worlds]
        shares = [number(world["asserted"]) if world else NONE for world in worlds]
        body.append([titles[name], *figures, *gaps, *shares])
    columns = ("{}", "stancekit less it, {}", "labels asserted for each annotated, {}")
    head = ["", *(column.format(name) for column in columns for name in WORLDS.values())]
    return [
        "## How good they are\n\nMacro-F1 of three labels, five-fold cross-validation on the annotated statements, no "
        "speech or document on both sides, the same folds for all; differences are paired, with 95 % bootstrap "
        "intervals clustered by speech or document. All learn from the annotated statements alone (`python -m "
        "experiments.benchmarks --quality-only`), as rows of that name in the [results](results.md) do. "
        + _left_out(results)
        + "\n\n"
        + markup_table(head, body)
        + "\n\n"
        + SETTINGS
    ]


def _left_out(results: Results) -> str:
    """Name the peers that were timed and not measured."""
    timed = dict.fromkeys(row["peer"] for row in results["training"])
    missing = [
        titled(results)[name] for name in peers_by_speed(results) if name in timed and name not in results["quality"]
    ]
    return f"Not measured on today's annotations: {'; '.join(missing)}." if missing else ""


def how(results: Results) -> str:
    """Write how everything was measured."""
    settings, statements = results["settings"], results["statements"]
    positive = ", ".join(f"{label} {n:,}" for label, n in statements["n_positive"].items())
    return "\n".join(
        [
            "## How it is measured",
            "",
            f"* **Statements.** Sentences of 8 to 80 words from speeches of the UN General Debate, all different: "
            f"{statements['n_training']:,} to train on and, for each round, {statements['n_speed']:,} others to label "
            f"({statements['mean_words']} words, {statements['mean_bytes']:.0f} bytes in the mean). Slow peers get the "
            "first of them (table below). They are Python `str` in memory before the clock starts. No round has a "
            "statement of another one, since stancekit and spaCy remember words: what they know in a later round is "
            "the language, not the statements. For two threads blocks come again, but never twice in a row.",
            f"* **Training labels** of these come from the keyword rule, and serve for timing alone ({positive}). "
            "stancekit's training is `StanceClassifier.fit` with its cross-validated calibration and thresholds, six "
            f"fits in all; its other figures of speed are those of {_which_model(results)}.",
            f"* **Turns.** Each peer lives in a fresh interpreter of its own, and only one works at a time. In each of "
            f"{settings['rounds']} rounds ({settings['training_rounds']} for training) all have their turn, in a new "
            "random order, so that a busy moment of the machine meets every peer. A ratio is taken within a round.",
            "* **One thread.** BLAS, OpenMP, torch and onnxruntime are held to one thread. The time is that of the "
            "peer's call for many statements, from a list of `str` to a list of labels.",
            "* **Latency.** One statement a call, all different; stancekit gives a whole `Prediction`, with scores and "
            "abstentions, the others labels alone.",
            "* **Cold start.** A new process that imports, loads and labels one statement; for stancekit `python -c "
            '"import stancekit; stancekit.predict(…)"`. Files were read once before.',
            "* **Memory.** The peak of resident memory, by the system's count: of the process of the cold start, of "
            "one that labels many statements (the ratio's), and of training, statements in memory included.",
            "* **fastText** is called below its Python method, which fails under numpy 2; **Vowpal Wabbit** through "
            'its Python binding, with a fourth label "none", since it takes rows without a label as unlabelled; '
            "fastText has it for the same reason. **MiniLM** is frozen; as int8, its weights are quantised "
            "dynamically.",
        ]
    )


def _which_model(results: Results) -> str:
    """Name the model that was timed."""
    is_todays = results.get("model_sha256") == checksum_of("linear")
    return "the model in the package" if is_todays else "an earlier model of the package, of the same size"


def sizes(results: Results) -> str:
    """Write how many statements each peer was given."""
    titles = titled(results)
    parts = {"speed": "labelled in a round", "latency": "one by one", "training": "trained on", "memory": "memory"}
    counts = {part: {row["peer"]: row["n"] for row in results[part]} for part in parts}
    body = [
        [titles[name], *(f"{counts[part][name]:,}" if name in counts[part] else NONE for part in parts)]
        for name in peers_by_speed(results)
    ]
    return "### Statements of each peer\n\n" + markup_table(["", *parts.values()], body)


def surroundings(results: Results) -> str:
    """Write the machine and the versions."""
    machine = results["machine"]
    loads = [", ".join(f"{value:.2f}" for value in results[when]) for when in ("load_at_start", "load_at_end")]
    versions = ", ".join(f"{package} {version}" for package, version in results["versions"].items())
    return (
        f"### Machine and versions\n\n{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB; "
        f"{machine['system']}, Python {machine['python']}. Load average of 1, 5 and 15 minutes at the start "
        f"{loads[0]}, at the end {loads[1]}.\n\n{versions}."
    )
