"""Runs the engines in turn and prints what they took."""

import os
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np

import models
import to_gguf
import to_onnx
import to_openvino
from engine import Engine, chunks, print_table, ratio, workloads

SERVE = Path(__file__).with_name("serve.py")
# What cosines are to.
REFERENCE = "sconce f32"


def start(model, bench, options):
    """The engines that are wanted on one model, ours first."""
    wanted = tuple(options.engines.split(",")) if options.engines else ("",)
    engines = []
    for name, precision, limit in ours(options.levels):
        if name != REFERENCE and not name.startswith(wanted):
            continue
        environment = dict(os.environ)
        if limit:
            environment["SCONCE_CPU"] = limit
        command = [bench, model.directory, "--precision", precision, "--threads", options.threads]
        engines.append(Engine(name, command, environment))
    for name, kind, export in served(model):
        if name.startswith(wanted):
            engines.append(Engine(name, [sys.executable, SERVE, kind, export(), options.threads]))
    return engines


def ours(levels):
    """Name, precision and the instruction set's limit of each of our engines."""
    if levels:
        at_levels = [(f"sconce {p}, {l}", p, l) for l in levels.split(",") for p in ("int8", "bf16")]
        return [(REFERENCE, "f32", None), *at_levels]
    best = [(f"sconce {p}", p, None) for p in ("f32", "bf16", "int16", "int8", "auto")]
    return best + [(f"sconce {p}, avx2", p, "avx2") for p in ("f32", "auto")]


def served(model):
    """Name, kind (see serve.py) and file of the others; files are made when they are wanted."""

    def onnx():
        return to_onnx.export(model)

    return [
        ("onnx f32", "onnx", onnx),
        ("onnx int8", "onnx", lambda: to_onnx.quantize(onnx())),
        ("openvino bf16", "openvino", onnx),
        ("openvino int8", "openvino", lambda: to_openvino.quantize(model, onnx())),
        ("torch bf16", "torch", lambda: model.directory),
        ("llama.cpp f16", "llama", lambda: to_gguf.export(model, "f16")),
        ("llama.cpp q8_0", "llama", lambda: to_gguf.export(model, "q8_0")),
    ]


def compare(options, bench, home):
    figures = {
        "date": time.strftime("%Y-%m-%d"),
        "processor": processor(),
        "clock": f"{'processor time' if options.processor_time else 'wall'}, threads: {options.threads}",
        "command": "benches/engines/run " + " ".join(sys.argv[1:]),
        "models": {},
    }
    print(f"{figures['date']}, {figures['processor']}, {figures['clock']}, load {Path('/proc/loadavg').read_text().split()[0]}")
    make = {"nomic": models.random_nomic, "minilm": models.minilm}
    for name in options.models.split(","):
        model = make[name](home / name)
        figures["models"][name] = one_model(model, options, bench)
    return figures


def one_model(model, options, bench):
    files = workloads(model.directory, options.texts)
    engines = start(model, bench, options)
    taken = {e.name: {name: [] for name in files} for e in engines}
    vectors = {}
    try:
        for round_ in range(options.rounds + 1):
            for name, path in files.items():
                for engine in engines:
                    out = model.directory / "out.f32"
                    spent = measure(engine, name, path, out, options)
                    found = np.fromfile(out, np.float32).reshape(-1, model.hidden)
                    vectors[engine.name, name] = found
                    if round_ > 0:
                        taken[engine.name][name].append(spent)
                    time.sleep(0.1)
        resident = {engine.name: engine.resident() for engine in engines}
    finally:
        for engine in engines:
            engine.close()
    tokens = {name: len(path.read_text().split()) for name, path in files.items()}
    rows = {e.name: row(e.name, taken, tokens, vectors, resident) for e in engines}
    print_table(model.name, rows)
    for engine in engines:
        print(f"{engine.name}: {engine.instructions}")
    print()
    ratios = all_ratios(taken)
    for found in ratios:
        print(f"{found['what']:64} {found['median']:.2f} ({found['low']:.2f} to {found['high']:.2f})")
    instructions = {engine.name: engine.instructions for engine in engines}
    return {"engines": rows, "instructions": instructions, "ratios": ratios}


def measure(engine, workload, path, out, options):
    """Seconds of one pass over chunks, or milliseconds of each query."""
    before = engine.processor_seconds()
    if workload == "query":
        spent = engine.ask("query", path, options.queries, out)["milliseconds"]
    else:
        spent = [engine.ask("bulk", path, out)["seconds"]]
    if not options.processor_time:
        return spent
    used = engine.processor_seconds() - before
    return [used * 1e3 / options.queries] if workload == "query" else [used]


def row(name, taken, tokens, vectors, resident):
    figures = {}
    for workload in chunks(tokens):
        rates = [tokens[workload] / spent[0] for spent in taken[name][workload]]
        figures[f"tokens/s {workload}"] = statistics.median(rates)
    queries = [ms for spent in taken[name]["query"] for ms in spent]
    figures["query p50 ms"] = float(np.percentile(queries, 50))
    figures["query p95 ms"] = float(np.percentile(queries, 95))
    figures["resident MB"] = resident[name]
    cosines = []
    for workload in taken[name]:
        pair = vectors[name, workload], vectors[REFERENCE, workload]
        cosines.append((pair[0] * pair[1]).sum(axis=1))
    cosines = np.concatenate(cosines)
    figures["cosine mean"] = float(cosines.mean())
    figures["cosine min"] = float(cosines.min())
    return figures


# Ours, the other, and the least the ratio should be for chunks; the most for queries. Those whose
# engines did not run are left out.
CHUNK_RATIOS = [
    ("sconce f32", "onnx f32", 1.2),
    ("sconce f32", "llama.cpp f16", 1.55),
    ("sconce bf16", "llama.cpp f16", 3.0),
    ("sconce int16", "llama.cpp f16", 2.7),
    ("sconce int8", "llama.cpp f16", 5.5),
    ("sconce int8", "onnx int8", 1.6),
    ("sconce f32, avx2", "llama.cpp f16", None),
    ("sconce auto, avx2", "llama.cpp f16", 1.0),
    ("sconce int8", "openvino bf16", None),
    ("sconce int8", "openvino int8", None),
    ("sconce bf16", "torch bf16", None),
    ("sconce int8, amx", "sconce int8, avx512-vnni", 2.4),
    ("sconce bf16, amx", "sconce bf16, avx512-vnni", None),
    ("sconce int8, amx", "openvino bf16", 2.3),
    ("sconce bf16, amx", "openvino bf16", 1.45),
    ("sconce int8, amx", "openvino int8", None),
    ("sconce bf16, amx", "torch bf16", None),
    ("sconce int8, avx512-vnni", "onnx int8", None),
]
QUERY_RATIOS = [
    ("sconce f32", "onnx f32", 1.0),
    ("sconce int8", "onnx int8", 0.6),
    ("sconce int8, amx", "sconce int8, avx512-vnni", 1.0),
    ("sconce bf16, amx", "sconce bf16, avx512-vnni", 1.0),
]


def all_ratios(taken):
    ratios = []

    def there(pairs):
        return [pair for pair in pairs if pair[0] in taken and pair[1] in taken]

    for workload in chunks(taken[REFERENCE]):
        for ours, other, goal in there(CHUNK_RATIOS):
            pairs = zip(taken[ours][workload], taken[other][workload])
            values = [theirs[0] / mine[0] for mine, theirs in pairs]
            goal = f" (at least {goal})" if goal else ""
            ratios.append(ratio(f"{workload}: {ours} / {other}{goal}", values))
    for ours, other, goal in there(QUERY_RATIOS):
        pairs = zip(taken[ours]["query"], taken[other]["query"])
        values = [statistics.median(mine) / statistics.median(theirs) for mine, theirs in pairs]
        ratios.append(ratio(f"query time: {ours} / {other} (at most {goal})", values))
    return ratios


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()
