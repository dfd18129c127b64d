"""The agreement of coders as Markdown tables."""

from __future__ import annotations

from stancekit.measure.agreement_results import Agreement, LabelAgreement, SetAgreement
from stancekit.report.behaviour import per_cent
from stancekit.report.tables import estimate_cell
from stancekit.text.markdown import Markup, bullets, cell, table
from stancekit.text.wording import counted


def agreement_markdown(agreement: Agreement) -> str:
    """Write the agreement of coders as Markdown: a table of labels, one of shares, and one of pairs.

    Parameters
    ----------
    agreement : Agreement
        As `stancekit.measure.agreement.agreement` gives it.

    Returns
    -------
    str
        Coefficients as ``0.78 [0.75, 0.81]``, shares in per cent; ``–`` where one is undefined or its interval
        withheld.

    Examples
    --------
    >>> from stancekit.measure.agreement import agreement
    >>> result = agreement({"a": [[1], [0], [0]], "b": [[1], [1], [0]]}, labels=["lift"], n_bootstrap=0)
    >>> print(agreement_markdown(result).splitlines()[0])
    3 statements in 3 groups, judged by a and b.
    """
    blocks = [
        _headline(agreement),
        _label_table(agreement),
        "How often each gives each label, in per cent of the statements that it judged:",
        _prevalence_table(agreement),
        "Each two coders:",
        _pair_table(agreement),
        *bullets(agreement.notes),
    ]
    return "\n\n".join(blocks) + "\n"


def _headline(agreement: Agreement) -> str:
    coders = [*agreement.coders, *([f"the model {agreement.model}"] if agreement.model else [])]
    judged = cell(f"{', '.join(coders[:-1])} and {coders[-1]}")
    size = (
        f"{counted(agreement.n_statements, 'statement')} in {counted(agreement.n_groups, 'group')}, judged by {judged}"
    )
    if not agreement.n_bootstrap or agreement.n_groups < 2:
        return f"{size}."
    draws = f"{agreement.n_bootstrap:,} draws of whole groups (seed {agreement.seed})"
    return (
        f"{size}; {agreement.confidence * 100:.4g} % intervals, of coefficients from {draws}, "
        "of shares by Wilson's score."
    )


def _label_table(agreement: Agreement) -> str:
    header = ["label", "n", "agreement, %", "alpha"] + ["alpha with the model"] * (agreement.model is not None)
    rows = [_row(label, figures) for label, figures in agreement.per_label.items()]
    return table(header, [*rows, _row(Markup("**whole sets** (MASI)"), agreement.sets)])


def _row(subject: str, figures: LabelAgreement | SetAgreement) -> list[str]:
    cells = [subject, f"{figures.n:,}", per_cent(figures.agreement), estimate_cell(figures.alpha)]
    return cells if figures.alpha_with_model is None else [*cells, estimate_cell(figures.alpha_with_model)]


def _prevalence_table(agreement: Agreement) -> str:
    coders = [*agreement.coders, *([agreement.model] if agreement.model else [])]
    rows = [
        [label, *(per_cent(figures.prevalence[coder].share) for coder in coders)]
        for label, figures in agreement.per_label.items()
    ]
    judged = ["statements judged"]
    for coder in coders:
        counts = {figures.prevalence[coder].n for figures in agreement.per_label.values()}
        low, high = min(counts), max(counts)
        judged.append(f"{low:,}" if low == high else f"{low:,} to {high:,}")
    return table(["label", *coders], [*rows, judged])


def _pair_table(agreement: Agreement) -> str:
    rows = [
        [label, f"{pair.a} – {pair.b}", f"{pair.n:,}", per_cent(pair.agreement), estimate_cell(pair.kappa)]
        for label, figures in agreement.per_label.items()
        for pair in figures.pairs
    ]
    return table(["label", "pair", "n", "agreement, %", "kappa"], rows, n_text=2)
