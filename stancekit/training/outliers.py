"""Channels that are far louder than the others, kept out of eight bits.

In eight bits all that flows into a product shares one scale. A few channels of an encoder are far larger than the
rest, which leaves the rest few of the 256 steps. As in LLM.int8() (Dettmers, Lewis, Belkada and Zettlemoyer, 2022)
these few go through a small product in 32 bits beside the large one. Theirs are found anew for each input; ours
once, before the model is written, by what flows for some statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_LOUD = 4  # channels of each input; with more the model grows, and it hardly gets closer


def part_outliers(path: Path, examples: Sequence[NDArray[np.int64]], n_loud: int = N_LOUD) -> list[str]:
    """Part each product with weights of a graph in two: the loudest channels of its input, and the rest.

    Parameters
    ----------
    path : Path
        An ONNX graph in 32 bits, which is written anew.
    examples : sequence of ndarray of int64 of shape (1, n_tokens)
        Token numbers of statements, by which the loudest channels are found.
    n_loud : int, default=4
        How many channels of each input.

    Returns
    -------
    list of str
        Names of the products that have to stay in 32 bits.
    """
    import onnx

    model = onnx.load(path)
    graph = model.graph
    weights = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    products: dict[str, list[Any]] = defaultdict(list)
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            products[node.input[0]].append(node)
    kept = []
    for name, peaks in _peaks(path, sorted(products), examples).items():
        loud = np.sort(np.argsort(-peaks, kind="stable")[:n_loud])
        _part_input(graph, name, loud, len(peaks))
        kept += [_part_product(graph, node, weights[node.input[1]], name, loud) for node in products[name]]
    _sort(graph)
    onnx.save(model, path)
    return kept


def _peaks(path: Path, names: Sequence[str], examples: Sequence[NDArray[np.int64]]) -> dict[str, NDArray[np.float32]]:
    """Give the largest absolute value of each channel of some values of a graph."""
    import onnx
    import onnxruntime

    model = onnx.load(path)
    model.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, NDArray[np.float32]] = {}
    for tokens in examples:
        for name, value in zip(names, session.run(list(names), {"tokens": tokens}), strict=True):
            peaks = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            found[name] = np.maximum(found[name], peaks) if name in found else peaks
    return found


def _part_input(graph: Any, name: str, loud: NDArray[np.intp], n_channels: int) -> None:  # noqa: ANN401 - onnx
    """Add the loud channels of a value, and the value with zeros in their place."""
    from onnx import helper, numpy_helper

    quiet = np.ones(n_channels, dtype=np.float32)
    quiet[loud] = 0
    graph.initializer.extend(
        [numpy_helper.from_array(loud.astype(np.int64), f"{name}_loud"), numpy_helper.from_array(quiet, f"{name}_mask")]
    )
    graph.node.extend(
        [
            helper.make_node("Gather", [name, f"{name}_loud"], [f"{name}_few"], name=f"{name}_pick", axis=-1),
            helper.make_node("Mul", [name, f"{name}_mask"], [f"{name}_rest"], name=f"{name}_leave"),
        ]
    )


def _part_product(graph: Any, node: Any, weights: NDArray[np.float32], name: str, loud: NDArray[np.intp]) -> str:  # noqa: ANN401
    """Let a product take the rest, and add that of the loud channels; give the name of the latter."""
    from onnx import helper, numpy_helper

    output, few = node.output[0], f"{node.name}_few"
    graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weights[loud]), f"{node.input[1]}_few"))
    node.input[0], node.output[0] = f"{name}_rest", f"{output}_rest"
    graph.node.extend(
        [
            helper.make_node("MatMul", [f"{name}_few", f"{node.input[1]}_few"], [f"{output}_few"], name=few),
            helper.make_node("Add", [f"{output}_rest", f"{output}_few"], [output], name=f"{node.name}_sum"),
        ]
    )
    return few


def _sort(graph: Any) -> None:  # noqa: ANN401
    """Put each node behind those that make its inputs, as ONNX asks."""
    made_by = {name: i for i, node in enumerate(graph.node) for name in node.output}
    nodes, done, order = list(graph.node), set[int](), list[Any]()
    for first in range(len(nodes)):
        waiting = [first]
        while waiting:
            i = waiting[-1]
            needed = [made_by[name] for name in nodes[i].input if name in made_by and made_by[name] not in done]
            if needed:
                waiting += needed
                continue
            waiting.pop()
            if i not in done:
                done.add(i)
                order.append(nodes[i])
    del graph.node[:]
    graph.node.extend(order)
