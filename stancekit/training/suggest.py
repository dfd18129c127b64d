"""Which statements to annotate next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from stancekit.calibration import Calibration
from stancekit.errors import InvalidInputError, unknown_option
from stancekit.features.ngrams import NgramFeatures
from stancekit.model import StanceModel, check_model
from stancekit.text.checks import check_statements
from stancekit.training.estimator import check_seed

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

STRATEGIES = ("random", "uncertain", "disagree", "rare")
DEFAULT_SHARES = {"random": 0.15, "uncertain": 0.35, "disagree": 0.25, "rare": 0.25}
_REACH = 8  # a strategy's best candidates that compete for one of its places, for the sake of diversity


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One statement to annotate.

    Attributes
    ----------
    row : int
        Its place among the candidates.
    strategy : str
        Why it was drawn; those drawn as "random" are a random sample of all candidates, from which shares
        can be estimated.

    Examples
    --------
    >>> Suggestion(row=17, strategy="random").strategy
    'random'
    """

    row: int
    strategy: str


def suggest(
    texts: Iterable[str],
    n: int,
    *,
    model: StanceModel,
    committee: Sequence[StanceModel] = (),
    shares: Mapping[str, float] | None = None,
    diverse: bool = True,
    random_state: int = 0,
) -> list[Suggestion]:
    """Choose statements whose annotation would teach a model most.

    Of statements that say the same, white space apart, only random draws take several while others are left.

    Parameters
    ----------
    texts : iterable of str, of length n_statements
        Candidates that nobody annotated.
    n : int
        How many to choose, at most n_statements.
    model : StanceModel
        The model to be improved.
    committee : sequence of StanceModel
        Other models of the same codebook, for "disagree".
    shares : mapping of str to float, optional
        Share of each strategy, adding up to 1:

        * "random": all candidates alike; drawn first;
        * "uncertain": a score next to its threshold, or the two highest scores next to each other where labels
          exclude one another (Lewis and Gale, 1994, "A sequential algorithm for
          training text classifiers");
        * "disagree": scores of `model` and `committee` that differ, by the mean divergence from their
          mean (McCallum and Nigam, 1998, "Employing EM and pool-based active learning", section 3.2);
        * "rare": the highest scores of each label, with more places the rarer the label is.

        15, 35, 25 and 25 % where None; without a committee the share of "disagree" goes to the others.
    diverse : bool, default=True
        Draw each strategy's places from its eight times as many best candidates, so that they lie apart:
        k-means++ seeding on n-grams, as Ash et al. (2020, "Deep batch active learning by diverse,
        uncertain gradient lower bounds", section 3) do on gradients.
    random_state : int, default=0
        Seed of all draws.

    Returns
    -------
    list of Suggestion, of length n
        In random order, so that a coder's fatigue falls on every strategy alike.

    Raises
    ------
    InvalidInputError
        When there are fewer candidates than `n`, on shares that do not add up to 1 or name another
        strategy, on what is no model, and on a committee of another codebook.

    Examples
    --------
    >>> import stancekit
    >>> texts = ["Lift the embargo.", "We met on Monday.", "We shall feed ourselves.", "Thank you."]
    >>> chosen = suggest(texts, 2, model=stancekit.load(), shares={"random": 0.5, "uncertain": 0.5})
    >>> sorted(one.strategy for one in chosen)
    ['random', 'uncertain']
    """
    statements = check_statements(texts)
    if not isinstance(n, Integral) or not 0 <= n <= len(statements):
        raise InvalidInputError(
            f"n must be a whole number from 0 to the number of candidates, {len(statements)}; got {n!r}"
        )
    check_seed(random_state)
    check_model(model)
    _check_committee(model, committee)
    quotas = _quotas(n, _read_shares(shares, has_committee=bool(committee)))
    rng = np.random.default_rng(random_state)
    # Each model scores the candidates when the first strategy asks for it: a random draw needs no scores.
    models = (model, *committee)
    score = cache(lambda place: models[place].predict_proba(statements))
    values = {
        "uncertain": lambda: -distance_from_decision(score(0), model.calibration),
        "disagree": lambda: divergence(np.stack([score(place) for place in range(len(models))])),
    }
    pool = _Pool.of(statements, diverse=diverse)
    chosen: list[Suggestion] = []
    for strategy, quota in quotas.items():
        if strategy == "random":
            rows = pool.take(rng.choice(len(statements), quota, replace=False))
        elif strategy == "rare":
            rows = _rare(score(0), quota, pool, rng)
        else:
            rows = pool.take(_best(values[strategy](), quota, pool, rng))
        chosen += [Suggestion(row=int(row), strategy=strategy) for row in rows]
    return [chosen[place] for place in rng.permutation(len(chosen))]


def distance_from_decision(scores: Floats, calibration: Calibration) -> Floats:
    """Give how far a statement is from another decision, in log-odds, of shape (n_statements,).

    That is the distance of the nearest score to its threshold; where labels exclude one another, of the two highest
    to each other, for their levels.

    Parameters
    ----------
    scores : ndarray of shape (n_statements, n_labels)
        Calibrated scores.
    calibration : Calibration
        The model's.
    """
    if calibration.exclusive:
        highest = np.sort(_log_odds(calibration.levelled(scores)), axis=1)[:, -2:]
        return np.asarray(highest[:, 1] - highest[:, 0])
    return np.asarray(np.abs(_log_odds(scores) - _log_odds(calibration.threshold)).min(axis=1))


def divergence(scores: Floats) -> Floats:
    """Give how far models lie apart, in nats, of shape (n_statements,).

    Parameters
    ----------
    scores : ndarray of shape (n_models, n_statements, n_labels)
        Calibrated scores of each model.

    Returns
    -------
    ndarray of shape (n_statements,)
        Jensen-Shannon divergence of the models' answers, summed over the labels.
    """
    return np.asarray((_entropy(scores.mean(axis=0)) - _entropy(scores).mean(axis=0)).sum(axis=1))


def spread(features: Any, n: int, rng: np.random.Generator) -> Rows:  # noqa: ANN401 - dense or sparse
    """Choose rows that lie apart: k-means++ seeding (Arthur and Vassilvitskii, 2007).

    Parameters
    ----------
    features : ndarray or csr_matrix of shape (n_statements, n_features)
        Unit vectors.
    n : int
        How many rows to choose.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of int of shape (n,)
        Different rows.
    """
    n_rows = features.shape[0]
    chosen = [int(rng.integers(n_rows))] if n else []
    nearest = np.full(n_rows, np.inf)
    taken = np.zeros(n_rows, dtype=bool)
    while len(chosen) < n:
        last = features[chosen[-1]]
        taken[chosen[-1]] = True
        likeness = features @ (last.T if sparse.issparse(last) else last)
        likeness = likeness.toarray() if sparse.issparse(likeness) else likeness
        nearest = np.minimum(nearest, np.maximum(2 - 2 * np.ravel(likeness), 0))
        weights = np.where(taken, 0, nearest + 1e-9)  # copies of a chosen row stay possible, and last
        chosen.append(int(rng.choice(n_rows, p=weights / weights.sum())))
    return np.array(chosen, dtype=np.intp)


@dataclass(slots=True, kw_only=True, eq=False)
class _Pool:
    """The candidates, and which are left: `same` numbers those of one text alike, `free` and `new` are by row."""

    texts: Sequence[str]
    same: Rows
    free: NDArray[np.bool_]
    new: NDArray[np.bool_]
    diverse: bool

    @classmethod
    def of(cls, texts: Sequence[str], *, diverse: bool) -> _Pool:
        numbers: dict[str, int] = {}
        same = np.array([numbers.setdefault(" ".join(text.split()), len(numbers)) for text in texts], dtype=np.intp)
        free = np.ones(len(texts), dtype=bool)
        return cls(texts=texts, same=same, free=free, new=free.copy(), diverse=diverse)

    def take(self, rows: Rows) -> Rows:
        """Take rows out; what says the same as one of them is no longer new."""
        self.free[rows] = False
        self.new[np.isin(self.same, self.same[rows])] = False
        return rows

    def ranked(self, values: Floats) -> Rows:
        """Give the rows that are left, the highest values first, and behind all others those that say the same."""
        rows = np.flatnonzero(self.free)
        rows = rows[np.argsort(-values[rows], kind="stable")]
        is_first = np.zeros(len(rows), dtype=bool)
        is_first[np.unique(self.same[rows], return_index=True)[1]] = True
        is_first &= self.new[rows]
        return np.concatenate([rows[is_first], rows[~is_first]])

    def n_new(self) -> int:
        """Give how many different statements are left that say something new."""
        return len(np.unique(self.same[self.free & self.new]))


def _best(values: Floats, quota: int, pool: _Pool, rng: np.random.Generator) -> Rows:
    """Take the highest values among the rows that are left, or rows that lie apart among the highest."""
    ranked = pool.ranked(values)
    if not pool.diverse or not quota:
        return ranked[:quota]
    near = ranked[: max(quota, min(_REACH * quota, pool.n_new()))]
    counts = NgramFeatures(chars=False).counts([pool.texts[row] for row in near])
    return near[spread(normalize(counts), quota, rng)]


def _rare(scores: Floats, quota: int, pool: _Pool, rng: np.random.Generator) -> Rows:
    """Share the places among the labels by one over the root of how often each is expected."""
    wanted = 1 / np.sqrt(scores.sum(axis=0) + 1)
    places = enumerate(_shared_out(quota, wanted / wanted.sum()))
    return np.concatenate([pool.take(_best(scores[:, column], n, pool, rng)) for column, n in places])


def _read_shares(shares: Mapping[str, float] | None, *, has_committee: bool) -> dict[str, float]:
    if shares is None:
        shares = {name: share for name, share in DEFAULT_SHARES.items() if has_committee or name != "disagree"}
        total = sum(shares.values())
        return {name: share / total for name, share in shares.items()}
    for name, share in shares.items():
        if name not in STRATEGIES:
            raise unknown_option("shares", name, STRATEGIES)
        if not isinstance(share, Real) or not 0 <= share <= 1:
            raise InvalidInputError(f"the share of {name!r} must lie in [0, 1], got {share!r}")
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise InvalidInputError(f"shares must add up to 1, got {sum(shares.values()):.6g} from {dict(shares)}")
    if shares.get("disagree") and not has_committee:
        raise InvalidInputError("'disagree' needs a committee: pass at least one more model")
    return {name: shares[name] for name in STRATEGIES if shares.get(name)}  # random first: it is drawn from all


def _check_committee(model: StanceModel, committee: Sequence[StanceModel]) -> None:
    if not isinstance(committee, Sequence) or isinstance(committee, str):
        raise InvalidInputError(f"a committee is a list of models, got {type(committee).__name__}")
    for place, other in enumerate(committee):
        check_model(other)
        if other.labels != model.labels:
            raise InvalidInputError(
                f"model {place} of the committee has the labels {list(other.labels)}, expected {list(model.labels)}; "
                "train all on one codebook"
            )


def _quotas(n: int, shares: Mapping[str, float]) -> dict[str, int]:
    return dict(zip(shares, _shared_out(n, np.array(list(shares.values()))), strict=True))


def _shared_out(n: int, shares: Floats) -> list[int]:
    """Round shares of `n` so that they add up to it."""
    ends = np.rint(np.cumsum(shares) * n).astype(int)
    return np.diff(ends, prepend=0).tolist()  # type: ignore[no-any-return]


def _log_odds(scores: Floats) -> Floats:
    inside = np.clip(scores, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _entropy(scores: Floats) -> Floats:
    inside = np.clip(scores, 1e-12, 1 - 1e-12)
    return np.asarray(-(inside * np.log(inside) + (1 - inside) * np.log1p(-inside)))
