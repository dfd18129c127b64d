"""What the feature extractors share as scikit-learn transformers."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator, TransformerMixin


class TextTransformer(TransformerMixin, BaseEstimator):
    """A transformer of a list of str, and not of a table of numbers."""

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn's Tags
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
