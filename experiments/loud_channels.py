"""Write the encoder in the package anew, its loud channels in 32 bits: ``python -m experiments.loud_channels``.

It was made before `stancekit.training.outliers`, and training it again takes hours. What eight bits cost lies more in
what flows between layers than in the weights, so its own rounded weights serve: they are taken for floats, the loud
channels are parted, and the rest is rounded to the same steps again. `experiments.fidelity --loud` measures what this
brings on networks that were kept.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from experiments.data import load_annotated
from experiments.encoder_model import PLACE
from stancekit import load, save
from stancekit.errors import InvalidInputError
from stancekit.features.encoder import EncoderScorer
from stancekit.training.quantization import in_eight_bits

NAME = "encoder"


def main() -> int:
    """Part the loud channels of the encoder in the package."""
    model = load(PLACE)
    scorer = model.scorers[NAME]
    assert isinstance(scorer, EncoderScorer)
    parted = in_eight_bits(in_floats(scorer), load_annotated().statements.texts)
    provenance = dict(model.provenance) | {"loud_channels": "python -m experiments.loud_channels"}
    print(save(replace(model, scorers={NAME: parted}, provenance=provenance), PLACE, overwrite=True), file=sys.stderr)
    return 0


def in_floats(scorer: EncoderScorer) -> EncoderScorer:
    """Give a scorer whose products have the weights in 32 bits for which those in eight bits stand.

    Raises
    ------
    InvalidInputError
        When products in 32 bits stand beside them: its loud channels are parted already.
    """
    import onnx

    model = onnx.load_model_from_string(scorer.graph.tobytes())
    graph = model.graph
    constants = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    if any(node.op_type == "MatMul" and node.input[1] in constants for node in graph.node):
        raise InvalidInputError("the loud channels of this encoder are in 32 bits already")
    made_by = {name: node for node in graph.node for name in node.output}
    read_by = {name: node for node in graph.node for name in node.input}
    products: dict[str, Any] = {}
    gone: set[str] = set()
    for node in [node for node in graph.node if node.op_type == "MatMulInteger"]:
        rounded, cast = made_by[node.input[0]], read_by[node.output[0]]
        scaled = read_by[cast.output[0]]
        scales = made_by[next(name for name in scaled.input if name != cast.output[0])]
        scale = next(constants[name] for name in scales.input if name in constants)
        steps, zero = (constants[node.input[place]].astype(np.float32) for place in (1, 3))
        weights = onnx.numpy_helper.from_array((steps - zero) * scale, f"{node.input[1]}_floats")
        graph.initializer.append(weights)
        products[scaled.output[0]] = onnx.helper.make_node(
            "MatMul", [rounded.input[0], weights.name], [scaled.output[0]], name=f"{node.name}_floats"
        )
        gone |= {one.output[0] for one in (node, cast, scales, rounded)}
    _keep(graph, [products.get(node.output[0], node) for node in graph.node if node.output[0] not in gone])
    return replace(scorer, graph=np.frombuffer(model.SerializeToString(), dtype=np.uint8))


def _keep(graph: Any, nodes: list[Any]) -> None:  # noqa: ANN401 - onnx
    """Leave these nodes in a graph, and the constants that they read."""
    used = {name for node in nodes for name in node.input}
    constants = [one for one in graph.initializer if one.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(constants)


if __name__ == "__main__":
    sys.exit(main())
