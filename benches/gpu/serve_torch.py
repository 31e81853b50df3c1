"""torch as an engine in a process of its own; commands and answers are those of engines/serve.py, and
`device` says what it runs on."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "engines"))

import numpy as np
import torch
import torch.nn.functional as F

import models
import serve

# Padded tokens in one call on a GPU, as Sconce's own batches.
serve.CALL_TOKENS = 16 * 1024


class Torch:
    """NomicBERT as torch users write it: fused attention, and at f16 the whole encoder in f16."""

    def __init__(self, directory, device, precision):
        self.device = torch.device(device)
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        kinds = {"f16": torch.float16, "bf16": torch.bfloat16}
        self.kind = kinds.get(precision, torch.float32)
        config = json.loads((Path(directory) / "config.json").read_text())
        encoder = models.read(models.Model("nomic", Path(directory), config))
        self.words, self.token_type = self.put(encoder.words), self.put(encoder.token_type[0])
        self.norm, self.eps, self.heads = self.put_all(encoder.norm), encoder.eps, encoder.heads
        self.layers = [self.layer(layer) for layer in encoder.layers]
        half = encoder.words.shape[1] // encoder.heads // 2
        angles = np.outer(np.arange(2048), encoder.rotary_base ** (-np.arange(half) / half))
        angles = np.concatenate([angles, angles], axis=1)
        self.cos, self.sin = self.put(np.cos(angles)), self.put(np.sin(angles))

    def put(self, array):
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device, self.kind)

    def put_all(self, arrays):
        return tuple(map(self.put, arrays))

    def layer(self, layer):
        qkv = np.concatenate([layer.query, layer.key, layer.value])
        parts = self.put_all([qkv, layer.output, layer.up, layer.gate, layer.down])
        return *parts, self.put_all(layer.norm1), self.put_all(layer.norm2)

    @torch.inference_mode()
    def embed(self, texts):
        longest = max(map(len, texts))
        ids = torch.zeros((len(texts), longest), dtype=torch.int64)
        mask = torch.zeros((len(texts), longest), dtype=torch.bool)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = True
        ids, mask = ids.to(self.device), mask.to(self.device)
        x = self.normed(self.words[ids] + self.token_type, self.norm)
        # without padding there is nothing to mask, and the faster kernels take no mask
        seen = None if bool(mask.all()) else mask[:, None, None, :]
        for layer in self.layers:
            x = self.block(layer, x, seen)
        weight = mask[:, :, None].float()
        mean = (x.float() * weight).sum(1) / weight.sum(1)
        return F.normalize(mean, dim=1).cpu().numpy()

    def block(self, layer, x, seen):
        qkv, output, up, gate, down, norm1, norm2 = layer
        texts, length, hidden = x.shape
        split = F.linear(x, qkv).view(texts, length, 3, self.heads, hidden // self.heads)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        q, k = self.rotated(q), self.rotated(k)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        x = self.normed(x + F.linear(mixed.transpose(1, 2).reshape(x.shape), output), norm1)
        inner = F.linear(x, up) * F.silu(F.linear(x, gate))
        return self.normed(x + F.linear(inner, down), norm2)

    def normed(self, x, norm):
        return F.layer_norm(x, x.shape[-1:], *norm, self.eps)

    def rotated(self, x):
        low, high = x.chunk(2, dim=-1)
        length = x.shape[2]
        return x * self.cos[:length] + torch.cat([-high, low], dim=-1) * self.sin[:length]


def main():
    engine = Torch(*sys.argv[1:])
    print("{}", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "bulk":
            answer = serve.bulk(engine, *words)
        elif command == "query":
            answer = serve.query(engine, words[0], int(words[1]), words[2])
        else:
            cuda = engine.device.type == "cuda"
            name = torch.cuda.get_device_name() if cuda else "the processor"
            answer = {"device": f"{name}, torch {torch.__version__}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
