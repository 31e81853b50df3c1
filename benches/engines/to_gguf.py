"""Writes an encoder as GGUF, as llama.cpp's own converter names things."""

from pathlib import Path

import gguf
import numpy as np

from models import Model, read


def export(model: Model, kind: str) -> Path:
    """`model.f16.gguf` or `model.q8_0.gguf`."""
    path = model.directory / f"model.{kind}.gguf"
    if path.exists():
        return path
    encoder = read(model)
    nomic = encoder.rotary_base is not None
    arch = "nomic-bert" if nomic else "bert"
    part = path.with_suffix(".part")
    writer = gguf.GGUFWriter(part, arch)
    writer.add_block_count(len(encoder.layers))
    writer.add_context_length(2048 if nomic else 512)
    writer.add_embedding_length(model.hidden)
    writer.add_feed_forward_length(encoder.layers[0].up.shape[0])
    writer.add_head_count(encoder.heads)
    writer.add_layer_norm_eps(encoder.eps)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    if nomic:
        writer.add_rope_freq_base(encoder.rotary_base)
    add_vocabulary(writer, model.vocabulary)
    for name, tensor in tensors(encoder):
        add(writer, name, tensor, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.rename(path)
    return path


def add_vocabulary(writer, size):
    """A vocabulary that nothing is tokenised with: the benches pass ids."""
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens += [f"\u2581t{i}" for i in range(size - len(tokens))]
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * 5 + [1] * (size - 5))
    writer.add_token_type_count(2)
    for name, index in (("pad", 0), ("unk", 1), ("bos", 2), ("sep", 3), ("eos", 3), ("mask", 4)):
        getattr(writer, f"add_{name}_token_id")(index)


def tensors(encoder):
    yield "token_embd.weight", encoder.words
    yield "token_types.weight", encoder.token_type
    if encoder.positions is not None:
        yield "position_embd.weight", encoder.positions
    yield from norm("token_embd_norm", encoder.norm)
    for i, layer in enumerate(encoder.layers):
        p = f"blk.{i}"
        if layer.biases is None:
            yield f"{p}.attn_qkv.weight", np.concatenate([layer.query, layer.key, layer.value])
            yield f"{p}.attn_output.weight", layer.output
            yield f"{p}.ffn_up.weight", layer.up
            yield f"{p}.ffn_gate.weight", layer.gate
            yield f"{p}.ffn_down.weight", layer.down
        else:
            names = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down")
            parts = (layer.query, layer.key, layer.value, layer.output, layer.up, layer.down)
            for name, weight, bias in zip(names, parts, layer.biases):
                yield f"{p}.{name}.weight", weight
                yield f"{p}.{name}.bias", bias
        yield from norm(f"{p}.attn_output_norm", layer.norm1)
        yield from norm(f"{p}.layer_output_norm", layer.norm2)


def norm(name, pair):
    yield f"{name}.weight", pair[0]
    yield f"{name}.bias", pair[1]


def add(writer, name, tensor, kind):
    plain = tensor.ndim == 1 or name.startswith(("token_types", "position_embd"))
    if plain:
        writer.add_tensor(name, tensor.astype(np.float32))
    elif kind == "f16":
        writer.add_tensor(name, tensor.astype(np.float16))
    else:
        q8 = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(tensor, q8), raw_dtype=q8)
