"""Training of the network on pooled word vectors: one hidden layer, AdamW, dropout, in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.calibration import sigmoid, softmax
from stancekit.features.network import FEWEST_UPDATES, NetworkFeatures
from stancekit.features.network_scorer import LARGEST_SUM, LARGEST_WEIGHT, NetworkScorer

WARM_UP = 0.3  # of the updates, over which the learning rate rises; then it falls to nothing
_FIRST_BETA, _SECOND_BETA, _EPSILON = 0.9, 0.999, 1e-8  # of Adam (Kingma and Ba 2015)
_ROWS = 10_000  # that are turned into floats together

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """A trained network.

    Attributes
    ----------
    scorer : NetworkScorer
        What the model runs.
    bias : ndarray of float64 of shape (n_labels,)
        Margin of an average statement.
    """

    scorer: NetworkScorer
    bias: Floats

    def margins(self, pooled: NDArray[np.int8]) -> Floats:
        """Give log-odds, of shape (n_statements, n_labels)."""
        return self.scorer.pooled_margins(pooled) + self.bias


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lesson:
    """What is learned from, statements without any weight left out.

    `inputs` are in steps, and standardised by `scale` and `shift`. `weights` has one weight a statement and label,
    1 on average.
    """

    inputs: NDArray[np.int8]
    scale: Singles
    shift: Singles
    truth: Floats
    weights: Floats

    def batch(self, rows: NDArray[np.intp]) -> Singles:
        return self.inputs[rows] * self.scale - self.shift


def fit_network(
    features: NetworkFeatures, pooled: NDArray[np.int8], truth: Floats, weights: Floats | None, *, exclusive: bool
) -> Network:
    """Train a network by AdamW (Loshchilov and Hutter 2019) with dropout (Srivastava et al. 2014).

    Parameters
    ----------
    features : NetworkFeatures
        Fitted; its vectors and parameters.
    pooled : ndarray of int8 of shape (n_statements, 3 * n_dimensions)
        As `NetworkFeatures.counts` gives them.
    truth : ndarray of shape (n_statements, n_labels)
        From 0 to 1 or NaN; a statement counts only for the labels that were annotated.
    weights : ndarray of shape (n_statements,) or None
        Weight of each statement.
    exclusive : bool
        Whether labels exclude one another, so that their scores are a softmax.
    """
    lesson = _prepare(pooled, truth, weights)
    hidden, hidden_bias, output, output_bias = _descend(features, lesson, exclusive=exclusive)
    # The inputs' units go into the hidden layer, which then reads whole numbers.
    columns = np.ascontiguousarray(hidden.T)
    in_steps = columns * lesson.scale
    steps = _quantization_steps(in_steps)
    reference = np.maximum(hidden_bias, 0).astype(np.float64) @ output  # of standardised inputs the average is 0
    scorer = NetworkScorer(
        vectors=features.vectors_,
        hidden=np.rint(in_steps / steps[:, None]).astype(np.int16),
        hidden_steps=steps,
        hidden_bias=(hidden_bias - columns @ lesson.shift).astype(np.float32),
        weights=output,
        reference=reference,
    )
    return Network(scorer=scorer, bias=output_bias + reference)


def _prepare(pooled: NDArray[np.int8], truth: Floats, weights: Floats | None) -> _Lesson:
    weight = ~np.isnan(truth) * (np.ones(len(truth)) if weights is None else weights)[:, None]
    rows = np.flatnonzero(weight.sum(axis=1) > 0)
    inputs = pooled[rows]
    centre, spread = _moments(inputs)
    spread = np.maximum(spread, 1.0)  # a dimension that hardly moves in training is not blown up: one step at least
    return _Lesson(
        inputs=inputs,
        scale=(1 / spread).astype(np.float32),
        shift=(centre / spread).astype(np.float32),
        truth=np.nan_to_num(truth[rows]),
        weights=weight[rows] / max(weight[rows].mean(), np.finfo(float).tiny) if len(rows) else weight[rows],
    )


def _moments(inputs: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """Give mean and standard deviation of each column, without all rows as floats at a time."""
    total, squares = np.zeros(inputs.shape[1]), np.zeros(inputs.shape[1])
    for start in range(0, len(inputs), _ROWS):
        part = inputs[start : start + _ROWS].astype(np.float64)
        total += part.sum(axis=0)
        squares += (part * part).sum(axis=0)
    n = max(len(inputs), 1)
    mean = total / n
    return mean, np.sqrt(np.maximum(squares / n - mean * mean, 0.0))


def _quantization_steps(hidden: Singles) -> Singles:
    """Give the least step of each row that fits 16 bits, and of whose products with any inputs the sum fits 32."""
    least = np.abs(hidden).max(axis=1) / LARGEST_WEIGHT
    summed = np.abs(hidden).sum(axis=1, dtype=np.float64) / (LARGEST_SUM - hidden.shape[1])
    steps = np.maximum(np.maximum(least, summed), np.finfo(np.float32).tiny)
    return np.asarray(steps, dtype=np.float32)


def _descend(features: NetworkFeatures, lesson: _Lesson, *, exclusive: bool) -> list[Singles]:
    """Give weights and bias of the hidden layer, and weights and bias of the output."""
    rng = np.random.default_rng(features.random_state)
    layers = _first_layers(lesson.inputs.shape[1], features.n_hidden, lesson.truth.shape[1], rng)
    adam = [_Adam(layer) for layer in layers]
    batches = list(_batches(len(lesson.inputs), features, rng)) if len(lesson.inputs) else []
    for number, rows in enumerate(batches, start=1):
        rate = features.learning_rate * _schedule(number / len(batches))
        gradients = _gradients(layers, lesson, rows, 1 - features.dropout, rng, exclusive=exclusive)
        for part, gradient in zip(adam, gradients, strict=True):
            part.update(gradient, rate, features.weight_decay, number)
    return layers


def _gradients(
    layers: list[Singles],
    lesson: _Lesson,
    rows: NDArray[np.intp],
    keep: float,
    rng: np.random.Generator,
    *,
    exclusive: bool,
) -> list[Singles]:
    """Give the gradients of a batch's weighted log loss; a weight means the same in every batch."""
    hidden, hidden_bias, output, output_bias = layers
    inputs = lesson.batch(rows)
    inputs *= _dropout_mask(inputs.shape, keep, rng)
    values = inputs @ hidden + hidden_bias
    active = (values > 0) * _dropout_mask(values.shape, keep, rng)
    values *= active
    logits = (values @ output + output_bias).astype(np.float64)
    error = (softmax(logits) if exclusive else sigmoid(logits)) - lesson.truth[rows]
    error *= lesson.weights[rows] / error.size
    upper = error.astype(np.float32)
    lower = (upper @ output.T) * active
    return [inputs.T @ lower, lower.sum(axis=0), values.T @ upper, upper.sum(axis=0)]


def _first_layers(n_inputs: int, n_hidden: int, n_labels: int, rng: np.random.Generator) -> list[Singles]:
    """Draw the first weights, evenly within one over the root of the number of inputs."""
    shapes = [(n_inputs, (n_inputs, n_hidden)), (n_inputs, (n_hidden,)), (n_hidden, (n_hidden, n_labels))]
    shapes.append((n_hidden, (n_labels,)))
    return [rng.uniform(-1, 1, shape).astype(np.float32) / np.float32(np.sqrt(n)) for n, shape in shapes]


def _batches(n: int, features: NetworkFeatures, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Deal the statements out anew in each epoch."""
    per_epoch = -(-n // features.batch_size)
    for _ in range(max(features.n_epochs, -(-FEWEST_UPDATES // per_epoch))):
        yield from np.array_split(rng.permutation(n), per_epoch)


def _dropout_mask(shape: tuple[int, ...], keep: float, rng: np.random.Generator) -> Singles:
    """Give 0 where something is left out, and else what makes up for it."""
    return (rng.random(shape, dtype=np.float32) < keep).astype(np.float32) / np.float32(keep)


def _schedule(done: float) -> float:
    """Give the share of the highest rate, along half a cosine up and another one down (Smith and Topin 2018)."""
    rest = done / WARM_UP if done < WARM_UP else 1 + (done - WARM_UP) / (1 - WARM_UP)
    return float(0.5 - 0.5 * np.cos(np.pi * rest))


class _Adam:
    """AdamW on one array, in place."""

    def __init__(self, layer: Singles) -> None:
        self.layer, self.first, self.second = layer, np.zeros_like(layer), np.zeros_like(layer)

    def update(self, gradient: Singles, rate: float, decay: float, n_updates: int) -> None:
        self.first += (1 - _FIRST_BETA) * (gradient - self.first)
        self.second += (1 - _SECOND_BETA) * (gradient * gradient - self.second)
        first = self.first * np.float32(rate / (1 - _FIRST_BETA**n_updates))
        second = self.second / np.float32(1 - _SECOND_BETA**n_updates)
        self.layer *= np.float32(1 - rate * decay)
        self.layer -= first / (np.sqrt(second) + _EPSILON)
