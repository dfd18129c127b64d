import numpy as np
from numpy.typing import NDArray

from stancekit.text._statements import Statements

class NgramKernel:
    bits: int
    word_weight: float
    words: bool
    chars: bool
    plain_marks: bool
    n_labels: int

    def __init__(
        self,
        bits: int,
        word_weight: float,
        words: bool,
        chars: bool,
        weights: NDArray[np.float16] | None = None,
        memo_bits: int = 16,
        plain_marks: bool = False,
    ) -> None: ...
    def count(self, texts: Statements) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]: ...
    def score(self, texts: Statements, out: NDArray[np.float64]) -> None: ...
    def score_one(self, texts: Statements) -> list[float]: ...
    def hash_only(self, texts: Statements) -> tuple[int, int]: ...
    def pieces(self, text: str) -> tuple[list[tuple[int, int]], NDArray[np.float64]]: ...
