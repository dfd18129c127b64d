"""What the random sample will tell, said before it is labelled."""

from __future__ import annotations

from dataclasses import dataclass

from stancekit.labelling.session import LabellingSession

ANSWERS = 100
"""So far ahead is looked."""
NARROW = 0.1
"""An interval of five points either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOutlook:
    """How large the random sample will be, and how sure the shares that it tells.

    Attributes
    ----------
    audit : float
        Share of the turns that are the sample's.
    n_answers, n_sample : int
        After so many answers more the sample has about so many statements.
    width : float
        Of the 95 % interval of a share of a half then, which is the widest.
    n_statements, n_narrow : int
        Of the pool, and statements that an interval of five points either way takes.

    Examples
    --------
    >>> print(AuditOutlook(audit=0.2, n_answers=100, n_sample=20, width=0.4, n_statements=900, n_narrow=270).line())
    100 answers bring the random sample to about 20 statements (--audit 0.2), which tell a share to within 20 points \
either way; for 5 points it takes 270: answer more, or begin a new file with a larger --audit
    """

    audit: float
    n_answers: int
    n_sample: int
    width: float
    n_statements: int
    n_narrow: int

    def line(self) -> str:
        """Say it."""
        wide, narrow = (f"{50 * width:.0f} points" for width in (self.width, NARROW))
        larger = ", or begin a new file with a larger --audit" if self.audit < 1 else ""
        return (
            f"{self.n_answers} answers bring the random sample to about {self.n_sample} statements (--audit "
            f"{self.audit:g}), which tell a share to within {wide} either way; "
            f"for {narrow} it takes {self.n_narrow}: answer more{larger}"
        )


def audit_outlook(session: LabellingSession) -> AuditOutlook | None:
    """Tell what the random sample will be worth.

    Returns
    -------
    AuditOutlook or None
        None where there is no sample, where fewer statements are left than it looks ahead, and where the sample is
        large enough already.
    """
    from stancekit.measure.planning import plan_from_rates, width_to_expect

    at, audit = session.progress(), session.settings.audit
    n_sample = at.n_audited + round(audit * ANSWERS)
    if n_sample < 2 or at.n_statements - at.n_decided < ANSWERS:
        return None
    width = width_to_expect(n_sample, n_statements=at.n_statements)
    if width <= NARROW:
        return None
    needs = plan_from_rates(width=NARROW, share=0.5, precision=1.0, recall=1.0, n_statements=at.n_statements)
    return AuditOutlook(
        audit=audit,
        n_answers=ANSWERS,
        n_sample=n_sample,
        width=width,
        n_statements=at.n_statements,
        n_narrow=needs.per_label["label"].n_without_model,
    )
