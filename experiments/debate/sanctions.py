"""States under sanctions and the year in which these began, for the debate's findings.

Nine cases that we chose: for each the act by which sanctions became what they are known as. Most of these states were
under narrower measures before (Cuba from 1960, Iran and North Korea from the United States for decades, Syria and
Belarus from 2004), and other states were under sanctions that are not here.
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
        The year of the act; the sample's strata go by it.
    source : str
        The act by which they began.
    first_debate : int
        The first General Debate, in September, after the act.
    """

    name: str
    year: int
    source: str
    first_debate: int


EVENTS = {
    "CUB": Event(name="Cuba", year=1962, source="United States, Proclamation 3447", first_debate=1962),
    "IRQ": Event(name="Iraq", year=1990, source="Security Council, resolution 661", first_debate=1990),
    "ZWE": Event(name="Zimbabwe", year=2002, source="European Union, Common Position 2002/145/CFSP", first_debate=2002),
    "BLR": Event(name="Belarus", year=2006, source="United States, Executive Order 13405", first_debate=2006),
    "IRN": Event(name="Iran", year=2006, source="Security Council, resolution 1737", first_debate=2007),
    "PRK": Event(name="North Korea", year=2006, source="Security Council, resolution 1718", first_debate=2007),
    "SYR": Event(name="Syria", year=2011, source="European Union, Regulation 442/2011", first_debate=2011),
    "RUS": Event(name="Russia", year=2014, source="United States, Executive Order 13660", first_debate=2014),
    "VEN": Event(name="Venezuela", year=2015, source="United States, Executive Order 13692", first_debate=2015),
}


def debates_since(country: str, year: int) -> int | None:
    """Give the debates since the first one under sanctions, within the window; None for other states and years.

    Examples
    --------
    >>> debates_since("IRN", 2006), debates_since("IRN", 2007), debates_since("BRA", 2007)
    (-1, 0, None)
    """
    event = EVENTS.get(country)
    since = None if event is None else year - event.first_debate
    return since if since is not None and -WINDOW <= since <= WINDOW else None


def years_since(country: str, year: int) -> int | None:
    """Give the years since the act, within the window, by which the sample's strata were drawn; None for others.

    Examples
    --------
    >>> years_since("IRQ", 1993), years_since("IRQ", 1970), years_since("BRA", 1993)
    (3, None, None)
    """
    event = EVENTS.get(country)
    since = None if event is None else year - event.year
    return since if since is not None and -WINDOW <= since <= WINDOW else None
