"""What the labelling page is refused, as problem details."""

from __future__ import annotations

from stancekit.apps.service.problems import Kind, Problem
from stancekit.labelling.wording import NOT_KEPT


class Refusal(Problem):
    """A request of the labelling page that is answered by an error.

    Examples
    --------
    >>> Refusal("stale", "another tab went on").content()["status"]
    409
    """

    kinds = Problem.kinds | {
        "no-token": Kind(status=403, title="This address does not open the session"),
        "other-page": Kind(status=403, title="This comes from another page"),
        "stale": Kind(status=409, title=f"{NOT_KEPT}, since the session has gone on"),
        "not-kept": Kind(status=422, title=NOT_KEPT),
        "not-written": Kind(status=507, title=NOT_KEPT),
        "no-next": Kind(status=507, title="The next statement cannot be chosen, though what you said is kept"),
    }
