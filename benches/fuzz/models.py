"""Model directories that are damaged or absurd."""

import json
import math
import shutil
import struct
import subprocess
from pathlib import Path

from mutate import generator, mutated

FIXTURES = Path(__file__).resolve().parents[2] / "crates/embed/tests/fixtures"
MODELS = {"small-nomic": ("nomic-embed-text-v1.5", 768), "small-bert": ("bge-small-en-v1.5", 384)}
NUMBERS = [0, -1, 1, 7, 257, 2**31, 2**63, 2**64, 200_000_000, 1e308, None, "x", [], {}]


def scaled(value, dimension):
    """The fixtures are 64 wide; a model of the catalogue is as wide as it says."""
    return {64: dimension, 192: 3 * dimension, 2: 2}.get(value, value) if isinstance(value, int) else value


def whole(source, directory, dimension):
    """A model as the catalogue's, of two layers of nothing."""
    directory.mkdir()
    shutil.copy(source / "tokenizer.json", directory)
    config = json.loads((source / "config.json").read_text())
    config = {name: scaled(value, dimension) for name, value in config.items()}
    for name in ("n_head", "num_attention_heads"):
        if name in config:
            config[name] = 12
    (directory / "config.json").write_text(json.dumps(config))
    data = (source / "model.safetensors").read_bytes()
    header = json.loads(data[8 : 8 + struct.unpack("<Q", data[:8])[0]])
    header.pop("__metadata__", None)
    end = 0
    for tensor in header.values():
        tensor["shape"] = [scaled(size, dimension) for size in tensor["shape"]]
        begin, end = end, end + 4 * math.prod(tensor["shape"])
        tensor["data_offsets"] = [begin, end]
    text = json.dumps(header).encode()
    with open(directory / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)


def damage(r, directory):
    """Damages one file: its bytes, or a value of its JSON."""
    path = r.choice(sorted(directory.iterdir()))
    if path.suffix == ".json" and r.random() < 0.6:
        value = json.loads(path.read_text())
        place = value
        while isinstance(place, dict) and place:
            key = r.choice(sorted(place))
            if not isinstance(place[key], dict) or r.random() < 0.3:
                place[key] = r.choice(NUMBERS)
                break
            place = place[key]
        path.write_text(json.dumps(value))
        return
    # What is read first is the header; what follows may be weights without end.
    with open(path, "rb+") as file:
        head = file.read(r.choice([8, 64, 1024, 16_384]))
        file.seek(0)
        file.write(mutated(r, head))
        if r.random() < 0.1:
            file.truncate()


def run(machine, count, seed):
    for name, (_, dimension) in MODELS.items():
        whole(FIXTURES / name, machine.place / name, dimension)
    for number in range(count):
        r = generator(seed, "model", number)
        name = r.choice(sorted(MODELS))
        directory = machine.place / f"model-{number}"
        if r.random() < 0.7:
            subprocess.run(["cp", "-r", "--sparse=always", machine.place / name, directory], check=True)
        else:
            directory.mkdir()
            for part in ["config.json", "tokenizer.json", r.choice(["f16.gguf", "q8_0.gguf"])]:
                shutil.copy(FIXTURES / name / part, directory)
        if number >= len(MODELS):  # the first ones are as they should be
            damage(r, directory)
        environment = {"SCONCE_MODEL_DIR": str(directory), "SCONCE_MODEL": MODELS[name][0], "SCONCE_BACKEND": "candle",
                       "SCONCE_OFFLINE": "true"}
        code, said = machine.command("model", "info", timeout=10, environment=environment)
        machine.figures["inputs"] += 1
        machine.figures["opened"] = machine.figures.get("opened", 0) + (code == 0)
        machine.judge(code, said, f"model {number}", directory)
        shutil.rmtree(directory)
