"""An existing model as the beginning of another one: which features, which labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from stancekit.calibration import Calibration
from stancekit.codebook import Codebook, Stance
from stancekit.errors import InvalidInputError, unknown_label
from stancekit.features._embedder import embedder_sha256
from stancekit.features.embedding import EmbeddingFeatures
from stancekit.features.lexicon import LexiconFeatures
from stancekit.features.ngram_scorer import NgramSpec
from stancekit.features.ngrams import NgramFeatures
from stancekit.model import StanceModel
from stancekit.training.fitting import Extractor

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """A model whose labels are matched with those of a codebook.

    Attributes
    ----------
    model : StanceModel
        The model to begin from.
    matched : mapping of str to str or None
        For each label of the codebook, in its order, the label of the model that it begins from, or None.
    features : mapping of str to Extractor
        Unfitted extractors of the model's features, by kind.
    """

    model: StanceModel
    matched: Mapping[str, str | None]
    features: Mapping[str, Extractor]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Tell which labels begin from the model, of shape (n_labels,)."""
        return np.array([old is not None for old in self.matched.values()])

    def extractors(self, counts: Sequence[Any]) -> list[Extractor]:
        """Fit the extractors on the counts of the new statements.

        The model's own weights of the features are folded into its heads and stay as they are; these are the
        scale of what is added.
        """
        return [clone(e).fit_counts(values) for e, values in zip(self.features.values(), counts, strict=True)]

    def weights(self, kind: str) -> Floats:
        """Give the model's weights of one kind of features, of shape (n_features, n_labels)."""
        return self._columns(self.model.scorers[kind].arrays()["weights"].astype(np.float64), 0.0)

    def margins(self, texts: Sequence[str]) -> Floats:
        """Give the model's log-odds without the bias, of shape (n_statements, n_labels)."""
        return self._columns(np.sum([scorer.margins(texts) for scorer in self.model.scorers.values()], axis=0), 0.0)

    def bias(self) -> Floats:
        """Give the model's bias, of shape (n_labels,)."""
        return self._columns(self.model.bias, 0.0)

    def calibration(self) -> Calibration:
        """Give the model's calibration; labels that it does not know have one that changes nothing."""
        old = self.model.calibration
        return Calibration(
            slope=self._columns(old.slope, float(old.slope[0]) if old.exclusive else 1.0),
            offset=self._columns(old.offset, 0.0),
            threshold=self._columns(old.threshold, 0.5),
            low=self._columns(old.low, 1.0),
            high=self._columns(old.high, 0.0),
            exclusive=old.exclusive,
        )

    def _columns(self, array: Floats, otherwise: float) -> Floats:
        """Put the last axis in the codebook's order."""
        columns = np.full((*array.shape[:-1], len(self.matched)), otherwise)
        for place, old in enumerate(self.matched.values()):
            if old is not None:
                columns[..., place] = array[..., self.model.labels.index(old)]
        return columns


def read_prior(
    prior: object,
    codebook: Codebook,
    renamed: Mapping[str, str | None] | None,
    features: Mapping[str, Extractor] | None,
) -> Prior:
    """Check a model that is to be begun from, and match its labels.

    Parameters
    ----------
    prior : StanceModel
        The model.
    codebook : Codebook
        The labels of the new model.
    renamed : mapping of str to str or None, optional
        The prior's label for labels of the codebook that it names otherwise; None for one that is to be learned anew.
        Without it a label begins from the one of the same name, if target and pole are the same.
    features : mapping of str to Extractor, optional
        What the new model is to be trained on, by kind; the prior's where None.

    Raises
    ------
    InvalidInputError
        On anything but a model of linear heads, on other features, and where no label is the prior's.
    """
    prior = check_prior(prior)
    if "encoder" in prior.scorers:
        raise InvalidInputError(
            "prior is a fine-tuned encoder, whose features are trained with its heads, so they cannot be drawn towards "
            "it; begin from a model of n-grams such as load('linear'), or let the encoder teach through pseudo_labels"
        )
    if "network" in prior.scorers:
        raise InvalidInputError(
            "prior has a network, whose hidden layer is trained with its heads, so they cannot be drawn towards it; "
            "begin from a model of linear heads such as load('linear'), or let it teach through pseudo_labels"
        )
    if prior.codebook.exclusive != codebook.exclusive:
        raise InvalidInputError(
            f"the labels of the prior {_exclude(prior.codebook)} one another and those of the codebook "
            f"{_exclude(codebook)}; use a codebook with exclusive={prior.codebook.exclusive}, or no prior"
        )
    own = {kind: _extractor(kind, scorer.config()) for kind, scorer in prior.scorers.items()}
    if features is not None:
        _check_features(features, own)
        own = {kind: features[kind] for kind in own}
    matched = _match(prior.codebook, codebook, renamed or {})
    if not any(matched.values()):
        raise InvalidInputError(
            f"no label of {list(codebook.labels)} is one of the prior's, {list(prior.labels)}; name those that mean "
            "the same in prior_labels, as in {'new name': 'name in the prior'} (--rename NEW=OLD), or train without"
        )
    return Prior(model=prior, matched=_with_signal(matched, prior), features=own)


def _with_signal(matched: Mapping[str, str | None], prior: StanceModel) -> dict[str, str | None]:
    """Let a label of which the prior has learned nothing be learned anew: from a flat curve no other one begins."""
    calibration = prior.calibration
    flat = set(np.array(prior.labels)[calibration.slope == 0].tolist())
    return {new: None if old in flat else old for new, old in matched.items()}


def is_linear(model: StanceModel) -> bool:
    """Tell whether linear heads are all that was trained of a model, so that another one can begin from it."""
    return not {"encoder", "network"} & set(model.scorers)


def check_prior(prior: object) -> StanceModel:
    """See that a prior is a model."""
    if not isinstance(prior, StanceModel):
        raise InvalidInputError(
            f"prior must be a StanceModel, got {type(prior).__name__}; pass what load gives, or a classifier's model_"
        )
    return prior


def _match(old: Codebook, new: Codebook, renamed: Mapping[str, str | None]) -> dict[str, str | None]:
    if not isinstance(renamed, Mapping):
        raise InvalidInputError(f"prior_labels must be a mapping of new to old labels, got {type(renamed).__name__}")
    for label, source in renamed.items():
        if label not in new.labels:
            raise unknown_label(label, new.labels, field="prior_labels")
        if source is not None and source not in old.labels:
            raise unknown_label(source, old.labels, field="prior_labels")
    before, after = ({stance.label: stance for stance in book.stances} for book in (old, new))
    return {
        label: renamed[label]
        if label in renamed
        else (label if label in old.labels and _same(before[label], after[label]) else None)
        for label in new.labels
    }


def _same(one: Stance, other: Stance) -> bool:
    """Tell whether stances of one name are on the same side of the same target, as far as both say."""
    pairs = ((one.target, other.target), (one.pole, other.pole))
    return all(a is None or b is None or a == b for a, b in pairs)


def _extractor(kind: str, config: Mapping[str, Any]) -> Extractor:
    """Make an unfitted extractor of the features that a scorer was folded from."""
    if kind == "ngrams":
        return NgramFeatures(**asdict(NgramSpec(**config)))  # what a config does not name is off in it
    if kind == "lexicon":
        return LexiconFeatures(Codebook.from_dict(config["codebook"]))
    return EmbeddingFeatures(config["folder"])


def _check_features(wanted: Mapping[str, Extractor], own: Mapping[str, Extractor]) -> None:
    """See that weights of the one mean the same for the other."""
    if set(wanted) != set(own):
        raise InvalidInputError(
            f"features are {list(wanted)} and the prior's {list(own)}; leave features out, as the prior decides them"
        )
    for kind, extractor in own.items():
        if _identity(wanted[kind]) != _identity(extractor):
            raise InvalidInputError(
                f"the {kind} features have other parameters than the prior's, {extractor!r}; leave features out, as "
                "the prior decides them"
            )


def _identity(extractor: Extractor) -> object:
    """Give what two extractors must share for their weights to mean the same."""
    if isinstance(extractor, NgramFeatures):
        return extractor.spec()
    if isinstance(extractor, LexiconFeatures):
        book = extractor.codebook
        return [(s.label, s.cues, s.near, s.target) for s in book.stances], book.targets, book.context
    return embedder_sha256(extractor.folder) if isinstance(extractor, EmbeddingFeatures) else type(extractor)


def _exclude(codebook: Codebook) -> str:
    return "exclude" if codebook.exclusive else "do not exclude"
