"""The encoder on torch, in bf16, with its scaled dot product attention."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

from models import Model, read


class Encoder:
    """Reads the safetensors of a directory."""

    def __init__(self, directory):
        directory = Path(directory)
        encoder = read(Model("", directory, json.loads((directory / "config.json").read_text())))
        self.heads, self.eps, self.base = encoder.heads, encoder.eps, encoder.rotary_base
        self.words, self.token_type = tensor(encoder.words), tensor(encoder.token_type[0])
        self.positions = None if encoder.positions is None else tensor(encoder.positions)
        self.norm = tuple(map(tensor, encoder.norm))
        self.layers = [self.layer(layer) for layer in encoder.layers]

    def layer(self, layer):
        biases = [None] * 6 if layer.biases is None else list(map(tensor, layer.biases))
        qkv = tensor(layer.query), tensor(layer.key), tensor(layer.value)
        return {
            "qkv": (torch.cat(qkv), None if biases[0] is None else torch.cat(biases[:3])),
            "output": (tensor(layer.output), biases[3]),
            "norm1": tuple(map(tensor, layer.norm1)),
            "up": (tensor(layer.up), biases[4]),
            "gate": None if layer.gate is None else (tensor(layer.gate), None),
            "down": (tensor(layer.down), biases[5]),
            "norm2": tuple(map(tensor, layer.norm2)),
        }

    @torch.inference_mode()
    def embed(self, ids, mask):
        ids, mask = torch.from_numpy(ids), torch.from_numpy(mask)
        x = self.words[ids] + self.token_type
        if self.positions is not None:
            x = x + self.positions[: ids.shape[1]]
        x = self.normalized(x, self.norm)
        for layer in self.layers:
            x = self.block(x, layer, mask[:, None, None, :].bool())
        weights = mask[:, :, None].float()
        mean = (x.float() * weights).sum(1) / weights.sum(1)
        return F.normalize(mean, dim=1).numpy()

    def block(self, x, layer, mask):
        texts, tokens, hidden = x.shape
        qkv = F.linear(x, *layer["qkv"]).view(texts, tokens, 3, self.heads, hidden // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(self.rotated(query), self.rotated(key), value, mask)
        attended = attended.transpose(1, 2).reshape(texts, tokens, hidden)
        x = self.normalized(x + F.linear(attended, *layer["output"]), layer["norm1"])
        up = F.linear(x, *layer["up"])
        inner = F.gelu(up) if layer["gate"] is None else up * F.silu(F.linear(x, *layer["gate"]))
        return self.normalized(x + F.linear(inner, *layer["down"]), layer["norm2"])

    def normalized(self, x, norm):
        return F.layer_norm(x, x.shape[-1:], *norm, self.eps)

    def rotated(self, x):
        if self.base is None:
            return x
        rates = self.base ** (-torch.arange(0, x.shape[-1], 2) / x.shape[-1])
        angles = torch.outer(torch.arange(x.shape[-2]), rates).repeat(1, 2)
        low, high = x.chunk(2, dim=-1)
        turned = torch.cat((-high, low), dim=-1)
        return x * angles.cos().to(x.dtype) + turned * angles.sin().to(x.dtype)


def tensor(array):
    return torch.from_numpy(array).to(torch.bfloat16)
