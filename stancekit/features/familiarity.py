"""What a model knows of the language it was trained on, to tell statements that look unlike all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import ModelFormatError
from stancekit.text._vocabulary import Vocabulary
from stancekit.text.checks import check_statement, read_statements

ALLOWANCE = 20.0  # bytes: a statement of three words should not hang on one name


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCount:
    """Words of one statement.

    Attributes
    ----------
    n_words : int
        Runs of two or more letters and digits.
    n_new : int
        Those that stood in no training statement.
    """

    n_words: int
    n_new: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Familiarity:
    """The words of the training statements, and how much may stand outside them.

    A statement is unfamiliar when ``outside / (size + allowance)`` is above `level`. Its `size` is the number
    of its bytes in UTF-8, white space apart, of which `outside` stand outside words that the model was
    trained on: new words, symbols, single letters. A word is a run of two or more letters and digits, whatever
    its case. `stancekit.training.familiarity.learn_familiarity` makes one.

    Attributes
    ----------
    words : ndarray of uint32 of shape (n_words,)
        Hashes of the words, sorted.
    level : float
        The share outside known words that few training statements exceed, from 0 to 1.
    allowance : float
        Bytes added to the size, so that a name or two in a short statement do not make it unfamiliar.

    Examples
    --------
    >>> import numpy as np
    >>> nothing = Familiarity(words=np.zeros(0, dtype=np.uint32), level=0.3)
    >>> nothing.unfamiliar(["Die Sanktionen sind illegal.", ""])
    [True, False]
    >>> nothing.count("Die Sanktionen sind illegal.")
    WordCount(n_words=4, n_new=4)
    """

    words: NDArray[np.uint32]
    level: float
    allowance: float = ALLOWANCE
    _vocabulary: Vocabulary = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_vocabulary", Vocabulary(self.words))

    def unfamiliar(self, texts: Sequence[str]) -> list[bool]:
        """Tell which statements look unlike all that the model was trained on; a blank one does not."""
        return self._vocabulary.flags(read_statements(texts), self.level, self.allowance)

    def is_unfamiliar(self, text: str) -> bool:
        """Tell the same of one statement that was checked."""
        return self._vocabulary.flag(text, self.level, self.allowance)

    def count(self, text: str) -> WordCount:
        """Count the words of one statement and those of them that are new.

        Raises
        ------
        InvalidInputError
            When `text` is no valid text.
        """
        n_words, n_new = self._vocabulary.count(check_statement(text))
        return WordCount(n_words=n_words, n_new=n_new)

    def config(self) -> dict[str, float]:
        """Give level and allowance, ready for JSON."""
        return {"level": self.level, "allowance": self.allowance}

    @classmethod
    def build(cls, config: Mapping[str, Any], words: NDArray[Any]) -> Self:
        """Build what `config` and `words` gave.

        Raises
        ------
        ModelFormatError
            When the level lies outside [0, 1], the allowance is negative, or the words are no sorted hashes.
        """
        level, allowance = float(config["level"]), float(config["allowance"])
        if not 0 <= level <= 1 or not 0 <= allowance < float("inf"):
            raise ModelFormatError(
                "familiarity must have a level in [0, 1] and an allowance of 0 or more, "
                f"got {level!r} and {allowance!r}; copy the model again"
            )
        if words.dtype != np.uint32 or words.ndim != 1 or not (words[:-1] < words[1:]).all() or not words.all():
            raise ModelFormatError(
                f"familiar_words must be rising hashes, got {words.dtype} of shape {words.shape}; copy the model again"
            )
        return cls(words=words, level=level, allowance=allowance)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy the words, not the table of them, which is made again."""
        return type(self).build, (self.config(), self.words)
