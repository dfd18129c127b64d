"""Offices without a name whom "he" or "she" may mean: "The statement by the Danish representative is clear; he"."""

from __future__ import annotations

import re

_BACK = 320  # characters before a pronoun in which somebody is looked for
_OFFICE = (
    r"(?:[Rr]epresentative|[Dd]elegate|[Ll]eader|[Pp]resident|[Pp]rime [Mm]inister|[Ff]oreign [Mm]inister|"
    r"[Mm]inister|[Ff]oreign [Ss]ecretary|[Ss]ecretary of [Ss]tate|[Ss]ecretary-[Gg]eneral|[Cc]hancellor|[Kk]ing|"
    r"[Qq]ueen|"
    r"[Ee]mperor|[Pp]ope|[Cc]hairman|[Cc]hairperson|[Aa]mbassador|[Ee]nvoy|[Ss]pokes(?:man|woman)|"
    r"[Cc]olonial [Ss]ecretary|"
    r"[Hh]igh [Cc]ommissioner|[Dd]irector-[Gg]eneral|[Dd]irector|[Cc]ommander|[Gg]overnor|[Hh]ead of [Ss]tate)"
)
_WHO = re.compile(
    rf"\b(?:[Tt]he|[Oo]ur|[Mm]y|[Aa]n?|[Oo]ne) (?P<who>(?:(?:[A-Z][\w’'-]*|former|new|distinguished|first|current|late|"
    rf"outgoing) ){{0,4}}{_OFFICE}(?: (?:of|for|to) (?:the )?(?:[A-Z][\w’'-]*)(?:(?:,? (?:of|and|the|for|on)){{0,2}} "
    r"[A-Z][\w’'-]*)*(?: delegation| [Gg]overnment)?)?)(?![\w-])"
)

_OF_OTHERS = {
    "he": re.compile(r"\b(?:[Qq]ueen|[Ss]pokeswoman|[Cc]hairwoman)\b"),
    "she": re.compile(r"\b(?:[Kk]ing|[Pp]ope|[Ee]mperor|[Ss]pokesman|[Cc]hairman)\b"),
}


def office_before(text: str, at: int, pronoun: str) -> tuple[int, int] | None:
    """Find the last office that is spoken of before "he" or "she", in its sentence or shortly before.

    Examples
    --------
    >>> text = "The statement of the Danish representative is clear; he urged us to act."
    >>> text[slice(*office_before(text, text.index("he urged"), "he"))]
    'Danish representative'
    """
    found = None
    for match in _WHO.finditer(text, max(0, at - _BACK), at):
        if _OF_OTHERS[pronoun].search(match["who"]) is None:
            found = match.span("who")
    return found
