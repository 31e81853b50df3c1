"""Writes an encoder as ONNX with plain operators, as exporters do; ONNX Runtime fuses what it can."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models import Encoder, Model, read


class Graph:
    """Nodes and constants under construction."""

    def __init__(self):
        self.nodes, self.constants, self.count = [], {}, 0

    def constant(self, value, name=None):
        name = name or f"c{len(self.constants)}"
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def op(self, kind, *inputs, outputs=1, **attributes):
        names = [f"v{self.count + i}" for i in range(outputs)]
        self.count += outputs
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x, weight, bias):
        y = self.op("MatMul", x, self.constant(weight.T))
        return y if bias is None else self.op("Add", y, self.constant(bias))

    def norm(self, x, norm, eps):
        gain, bias = (self.constant(part) for part in norm)
        return self.op("LayerNormalization", x, gain, bias, axis=-1, epsilon=float(eps))


def export(model: Model) -> Path:
    """`model.onnx`: input_ids and attention_mask [batch, tokens] to mean-pooled unit vectors."""
    path = model.directory / "model.onnx"
    if not path.exists():
        graph = build(read(model))
        ids = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        out = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", model.hidden])
        body = helper.make_graph(graph.nodes, "encoder", ids, [out], list(graph.constants.values()))
        onnx.save(helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def build(encoder: Encoder) -> Graph:
    g = Graph()
    hidden = encoder.words.shape[1]
    one = g.constant(np.array([1], np.int64))
    length = g.op("Shape", "input_ids", start=1, end=2)
    x = g.op("Gather", g.constant(encoder.words), "input_ids")
    x = g.op("Add", x, g.constant(encoder.token_type[0]))
    if encoder.positions is not None:
        x = g.op("Add", x, first_rows(g, encoder.positions, length))
    x = g.norm(x, encoder.norm, encoder.eps)
    mask = g.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    absent = g.op("Sub", g.constant(np.array(1, np.float32)), mask)
    bias = g.op("Mul", absent, g.constant(np.array(-1e9, np.float32)))
    bias = g.op("Unsqueeze", bias, g.constant(np.array([1, 2], np.int64)))
    rotary = rotary_table(g, encoder, hidden // encoder.heads, length)
    for layer in encoder.layers:
        x = block(g, encoder, layer, x, bias, rotary, hidden)
    weight = g.op("Unsqueeze", mask, g.constant(np.array([2], np.int64)))
    total = g.op("ReduceSum", g.op("Mul", x, weight), one, keepdims=0)
    mean = g.op("Div", total, g.op("ReduceSum", mask, one, keepdims=1))
    norm = g.op("ReduceL2", mean, axes=[1], keepdims=1)
    g.nodes.append(helper.make_node("Div", [mean, norm], ["embedding"]))
    return g


def first_rows(g, table, length):
    start, axis = (g.constant(np.array([0], np.int64)) for _ in range(2))
    return g.op("Slice", g.constant(table), start, length, axis)


def rotary_table(g, encoder, columns, length):
    if encoder.rotary_base is None:
        return None
    rates = encoder.rotary_base ** (-np.arange(0, columns, 2) / columns)
    angles = np.outer(np.arange(2048), np.concatenate([rates, rates]))
    return [first_rows(g, f(angles).astype(np.float32), length) for f in (np.cos, np.sin)]


def rotate(g, x, rotary, columns):
    if rotary is None:
        return x
    half = columns // 2
    low, high = g.op("Split", x, g.constant(np.array([half, half], np.int64)), outputs=2, axis=-1)
    turned = g.op("Concat", g.op("Neg", high), low, axis=-1)
    return g.op("Add", g.op("Mul", x, rotary[0]), g.op("Mul", turned, rotary[1]))


def block(g, encoder, layer, x, mask, rotary, hidden):
    columns = hidden // encoder.heads
    biases = layer.biases or [None] * 6
    split = g.constant(np.array([0, 0, encoder.heads, columns], np.int64))

    def heads(weight, bias, turn):
        y = g.op("Reshape", g.linear(x, weight, bias), split)
        return g.op("Transpose", y, perm=turn)

    query = rotate(g, heads(layer.query, biases[0], [0, 2, 1, 3]), rotary, columns)
    key = rotate(g, heads(layer.key, biases[1], [0, 2, 1, 3]), rotary, columns)
    value = heads(layer.value, biases[2], [0, 2, 1, 3])
    scores = g.op("MatMul", query, g.op("Transpose", key, perm=[0, 1, 3, 2]))
    scores = g.op("Mul", scores, g.constant(np.array(columns**-0.5, np.float32)))
    weights = g.op("Softmax", g.op("Add", scores, mask), axis=-1)
    y = g.op("Transpose", g.op("MatMul", weights, value), perm=[0, 2, 1, 3])
    y = g.op("Reshape", y, g.constant(np.array([0, 0, hidden], np.int64)))
    x = g.norm(g.op("Add", x, g.linear(y, layer.output, biases[3])), layer.norm1, encoder.eps)
    up = g.linear(x, layer.up, biases[4])
    if layer.gate is not None:
        gate = g.linear(x, layer.gate, None)
        up = g.op("Mul", up, g.op("Mul", gate, g.op("Sigmoid", gate)))
    else:
        inner = g.op("Erf", g.op("Div", up, g.constant(np.array(2**0.5, np.float32))))
        inner = g.op("Add", inner, g.constant(np.array(1, np.float32)))
        up = g.op("Mul", g.op("Mul", up, inner), g.constant(np.array(0.5, np.float32)))
    x2 = g.op("Add", x, g.linear(up, layer.down, biases[5]))
    return g.norm(x2, layer.norm2, encoder.eps)


def quantize(path: Path) -> Path:
    """Dynamic int8, as ONNX Runtime's own tool makes it, weights per channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    to = path.with_name("model.int8.onnx")
    if not to.exists():
        quantize_dynamic(path, to, weight_type=QuantType.QInt8, per_channel=True)
    return to
