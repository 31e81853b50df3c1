"""OpenVINO's own int8: weights and activations, by NNCF."""

from pathlib import Path

import numpy as np

from models import Model

# Texts that activations' ranges are taken from.
TEXTS, TOKENS = 32, 128


def quantize(model: Model, onnx: Path) -> Path:
    """`model.openvino-int8.xml` of an ONNX model."""
    import nncf
    import openvino

    to = model.directory / "model.openvino-int8.xml"
    if not to.exists():
        random = np.random.default_rng(3)
        mask = np.ones((1, TOKENS), np.int64)
        texts = [random.integers(1000, 30000, (1, TOKENS)) for _ in range(TEXTS)]
        samples = nncf.Dataset(texts, lambda ids: {"input_ids": ids, "attention_mask": mask})
        source = openvino.Core().read_model(onnx)
        quantized = nncf.quantize(source, samples, model_type=nncf.ModelType.TRANSFORMER, subset_size=TEXTS)
        openvino.save_model(quantized, to)
    return to
