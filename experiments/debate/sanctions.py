"""States under sanctions and the year in which these began, for the debate's findings.

The year of the first measure against the state's economy or leadership that is still told today; earlier and narrower
measures are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 10  # years before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The year in which sanctions against a state began.

    Attributes
    ----------
    name : str
        The state.
    year : int
        The first year under sanctions.
    source : str
        The act by which they began.
    """

    name: str
    year: int
    source: str


EVENTS = {
    "CUB": Event(name="Cuba", year=1962, source="United States, Proclamation 3447"),
    "IRQ": Event(name="Iraq", year=1990, source="Security Council, resolution 661"),
    "ZWE": Event(name="Zimbabwe", year=2002, source="European Union, Common Position 2002/145/CFSP"),
    "BLR": Event(name="Belarus", year=2006, source="United States, Executive Order 13405"),
    "IRN": Event(name="Iran", year=2006, source="Security Council, resolution 1737"),
    "PRK": Event(name="North Korea", year=2006, source="Security Council, resolution 1718"),
    "SYR": Event(name="Syria", year=2011, source="European Union, Regulation 442/2011"),
    "RUS": Event(name="Russia", year=2014, source="United States, Executive Order 13660"),
    "VEN": Event(name="Venezuela", year=2015, source="United States, Executive Order 13692"),
}


def years_since(country: str, year: int) -> int | None:
    """Give the years since sanctions began, within the window; None for other states and years.

    Examples
    --------
    >>> years_since("IRQ", 1993), years_since("IRQ", 1970), years_since("BRA", 1993)
    (3, None, None)
    """
    event = EVENTS.get(country)
    since = None if event is None else year - event.year
    return since if since is not None and -WINDOW <= since <= WINDOW else None
