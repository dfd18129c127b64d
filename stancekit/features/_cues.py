"""Finding a codebook's cues in statements, and scores computed from them.

A pattern is one or more words; ``sanction*`` matches any word that begins so, and ``*`` alone any one
word. Statements and patterns are read in lower case, split into runs of letters and digits (hyphens
separate, apostrophes do not).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.codebook import Codebook
from stancekit.errors import CodebookError
from stancekit.features.scorer import Arrays, Contribution, CountScorer, Floats, Pieces
from stancekit.text.words import WORD

_PATTERN_WORD = re.compile(WORD.pattern + r"\*?|\*")
_STOP = re.compile(r"[.;:!?]")
_NEGATION_REACH = 4  # words before a cue: "must not under any circumstances be lifted"
_MODALITY_REACH = 6
_TARGET_REACH = 8  # words between a term and a word that judges it, on either side
STATES = ("plain", "negated", "modal", "reported")


class Match(NamedTuple):
    """Words `first` to `last` (included) match a pattern of `group`."""

    group: str
    first: int
    last: int


class Hit(NamedTuple):
    """A feature that occurs from character `start` to `end`."""

    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PatternIndex:
    """Patterns by their first word, for one pass over a statement.

    Attributes
    ----------
    exact, prefix : mapping of str to tuple of (group, words of the pattern)
        Patterns that begin with a whole word, and with the beginning of one.
    lengths : tuple of int
        How long those beginnings are, ascending: of a long word no others need to be looked up.
    """

    exact: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]
    prefix: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, groups: Mapping[str, Sequence[str]]) -> Self:
        """Index the patterns of each group."""
        exact: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        prefix: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for group, patterns in groups.items():
            for pattern in patterns:
                words = _pattern_words(pattern)
                index, key = (prefix, words[0][:-1]) if words[0].endswith("*") else (exact, words[0])
                index[key].append((group, words))
        return cls(dict(exact), dict(prefix), tuple(sorted(set(map(len, prefix)))))

    def matches(self, words: Sequence[str]) -> list[Match]:
        """Find every match, by position; one group counts once at a position, with its longest pattern."""
        found: dict[tuple[str, int], Match] = {}
        for first, word in enumerate(words):
            for group, pattern in self._starting(word):
                last = first + len(pattern) - 1
                if last < len(words) and all(map(_fits, pattern[1:], words[first + 1 : last + 1])):
                    longest = found.get((group, first))
                    if longest is None or last > longest.last:
                        found[group, first] = Match(group, first, last)
        return list(found.values())

    def _starting(self, word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from self.exact.get(word, ())
        for length in self.lengths[: bisect_right(self.lengths, len(word))]:
            yield from self.prefix.get(word[:length], ())


class Places(NamedTuple):
    """Where the matches of a group begin and where they end, both ascending, in words."""

    firsts: list[int]
    lasts: list[int]

    @classmethod
    def of(cls, matches: Iterable[Match]) -> dict[str, Self]:
        """Sort the places of each group that occurs."""
        places: dict[str, Self] = defaultdict(lambda: cls([], []))
        for match in matches:
            places[match.group].firsts.append(match.first)
            places[match.group].lasts.append(match.last)
        for firsts, lasts in places.values():
            firsts.sort()
            lasts.sort()
        return dict(places)


_NOWHERE = Places([], [])


@dataclass(frozen=True, slots=True, kw_only=True)
class CueFinder:
    """The cue features of a codebook: which they are, and where they occur.

    Attributes
    ----------
    columns : tuple of str
        For each stance its cues and the words near its target, each plain, negated, modal or reported;
        for each target its terms; negation, modality and reporting.
    """

    columns: tuple[str, ...]
    _positions: Mapping[str, int] = field(repr=False)
    _index: PatternIndex = field(repr=False)
    _targets: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, codebook: Codebook) -> Self:
        """Compile a codebook's cues.

        Raises
        ------
        CodebookError
            When the codebook has no cue at all, or a pattern without a word.
        """
        groups = _groups(codebook)
        if not any(name.startswith(("cue:", "near:", "term:")) for name in groups):
            raise CodebookError(
                f"the codebook {codebook.name!r} has no cues; "
                "add `cues`, `near` or `terms` to it, or leave out the lexicon"
            )
        columns = tuple(column for group in groups for column in _columns(group))
        return cls(
            columns=columns,
            _positions={column: i for i, column in enumerate(columns)},
            _index=PatternIndex.of(groups),
            _targets={f"near:{s.label}": f"term:{s.target}" for s in codebook.stances if s.near},
        )

    def hits(self, text: str) -> list[Hit]:
        """Give every occurrence of a feature in `text`."""
        tokens = list(WORD.finditer(text))
        matches = self._index.matches([_fold(token.group()) for token in tokens])
        places = Places.of(matches)
        clauses = _clauses(text, tokens)
        return [
            Hit(self._positions[column], tokens[match.first].start(), tokens[match.last].end())
            for match in matches
            for column in self._occurring(match, places, clauses)
        ]

    def _occurring(self, match: Match, found: Mapping[str, Places], clauses: Sequence[int]) -> Iterator[str]:
        kind = match.group.partition(":")[0]
        if kind not in ("cue", "near"):
            yield match.group
        elif kind == "cue" or _is_near(match, found.get(self._targets[match.group], _NOWHERE)):
            for state in _states(match, found, clauses):
                yield f"{match.group}:{state}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CueScorer(CountScorer):
    """Cue counts with the heads' weights folded in.

    Attributes
    ----------
    codebook : Codebook
        Where the cues stand.
    weights : ndarray of float64 of shape (n_columns, n_labels)
        Weight of one occurrence.
    """

    codebook: Codebook
    weights: Floats
    _finder: CueFinder = field(repr=False, compare=False)

    @classmethod
    def fold(cls, codebook: Codebook, weights: Floats) -> Self:
        """Make a scorer of a codebook's cues."""
        return cls(codebook=codebook, weights=np.asarray(weights, dtype=np.float64), _finder=CueFinder.of(codebook))

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give log-odds without the bias, of shape (n_statements, n_labels)."""
        return count_cues(self._finder, texts) @ self.weights

    def margins_of_one(self, text: str) -> list[float]:
        """Give the same for one statement, n_labels numbers."""
        margins: list[float] = self.margins([text])[0].tolist()
        return margins

    def contributions(self, text: str) -> list[Contribution]:
        """Take one statement's margins apart by occurrence of a cue."""
        return [Contribution(hit.start, hit.end, self.weights[hit.column]) for hit in self._finder.hits(text)]

    def pieces(self, text: str) -> Pieces:
        """Give the contributions to one statement at once."""
        hits = list(self._finder.hits(text))
        columns = [hit.column for hit in hits]
        return Pieces(places=[(hit.start, hit.end) for hit in hits], weights=self.weights[columns])

    def config(self) -> dict[str, Any]:
        """Give the codebook, ready for JSON."""
        return {"codebook": self.codebook.to_dict()}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the weights."""
        return {"weights": self.weights}

    @staticmethod
    def n_features(config: Mapping[str, Any]) -> int:
        """Give the number of rows that the weights need."""
        return len(CueFinder.of(Codebook.from_dict(config["codebook"])).columns)

    @classmethod
    def build(cls, config: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build a scorer from what `config` and `arrays` gave."""
        return cls.fold(Codebook.from_dict(config["codebook"]), arrays["weights"])


def count_cues(finder: CueFinder, texts: Sequence[str]) -> Floats:
    """Count each feature in each statement, of shape (n_statements, n_columns)."""
    counts = np.zeros((len(texts), len(finder.columns)))
    for row, text in enumerate(texts):
        for hit in finder.hits(text):
            counts[row, hit.column] += 1
    return counts


def _groups(codebook: Codebook) -> dict[str, Sequence[str]]:
    groups: dict[str, Sequence[str]] = {}
    for stance in codebook.stances:
        groups[f"cue:{stance.label}"] = stance.cues
        groups[f"near:{stance.label}"] = stance.near if stance.target else ()
    groups |= {f"term:{target.name}": target.terms for target in codebook.targets}
    context = codebook.context
    groups |= {"negation": context.negation, "modality": context.modality, "reporting": context.reporting}
    return {name: patterns for name, patterns in groups.items() if patterns}


def _columns(group: str) -> Iterable[str]:
    return [f"{group}:{state}" for state in STATES] if group.startswith(("cue:", "near:")) else [group]


def _pattern_words(pattern: str) -> tuple[str, ...]:
    words = tuple(_fold(word) for word in _PATTERN_WORD.findall(pattern))
    if not words or words[0] == "*":
        raise CodebookError(f"the cue {pattern!r} must begin with a word or the beginning of one")
    if re.search(r"\*[\w*]", pattern):
        raise CodebookError(f"the cue {pattern!r} has a '*' before other characters; it may only end a word")
    return words


def _fold(word: str) -> str:
    return word.lower().replace("’", "'")


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _clauses(text: str, tokens: Sequence[re.Match[str]]) -> list[int]:
    """Give the number of each word's clause: negation does not reach across a full stop or a semicolon."""
    clauses, current, end = [], 0, 0
    for token in tokens:
        current += bool(_STOP.search(text, end, token.start()))
        end = token.end()
        clauses.append(current)
    return clauses


def _is_near(match: Match, terms: Places) -> bool:
    """Tell whether a term stands beside a match; one that overlaps it does not count."""
    before = bisect_left(terms.lasts, match.first) - 1
    if before >= 0 and match.first - terms.lasts[before] <= _TARGET_REACH:
        return True
    after = bisect_right(terms.firsts, match.last)
    return after < len(terms.firsts) and terms.firsts[after] - match.last <= _TARGET_REACH


def _states(match: Match, found: Mapping[str, Places], clauses: Sequence[int]) -> list[str]:
    def reached(group: str, reach: int) -> bool:
        lasts = found.get(group, _NOWHERE).lasts
        before = bisect_left(lasts, match.first) - 1  # where the nearest does not reach, none does
        return before >= 0 and match.first - lasts[before] <= reach and clauses[lasts[before]] == clauses[match.first]

    states = ["negated" if reached("negation", _NEGATION_REACH) else "plain"]
    if reached("modality", _MODALITY_REACH):
        states.append("modal")
    if (reports := found.get("reporting", _NOWHERE).lasts) and reports[0] < match.first:
        states.append("reported")
    return states
