import numpy as np
from numpy.typing import NDArray

from stancekit.text._statements import Statements

class VectorTable:
    n_dimensions: int

    def __init__(
        self,
        words: NDArray[np.uint32],
        weights: NDArray[np.int16],
        vectors: NDArray[np.int8],
        steps: NDArray[np.float32],
    ) -> None: ...
    def pool(self, texts: Statements) -> NDArray[np.int8]: ...

class NetworkKernel:
    n_labels: int

    def __init__(
        self,
        table: VectorTable,
        hidden: NDArray[np.int16],
        hidden_steps: NDArray[np.float32],
        hidden_bias: NDArray[np.float32],
        weights: NDArray[np.float32],
    ) -> None: ...
    def score(self, texts: Statements, out: NDArray[np.float64]) -> None: ...
    def score_one(self, texts: Statements) -> list[float]: ...
