"""Runs Sconce and torch in turn on one device and prints what they took."""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

import models
from engine import Engine, print_table, ratio, workloads

SERVE = Path(__file__).with_name("serve_torch.py")


def start(model, bench, environment, device):
    """All engines on one model. torch at f32 is what the others' vectors are compared with."""
    gpu = device == "cuda"

    def sconce(name, device, precision):
        command = [bench, model.directory, "--device", device, "--precision", precision]
        return Engine(name, command, environment)

    def torch(precision):
        command = [sys.executable, SERVE, model.directory, "cuda" if gpu else "cpu", precision]
        return Engine(f"torch {precision}", command)

    if not gpu:
        ours = [sconce(f"sconce {p}", "operators", p) for p in ("f32", "f16")]
        return [*ours, torch("f32"), torch("f16")]
    return [
        sconce("sconce f32", "cuda", "f32"),
        sconce("candle tf32", "cuda-operators", "tf32"),
        sconce("candle f16", "cuda-operators", "f16"),
        sconce("sconce f16", "cuda", "f16"),
        sconce("sconce bf16", "cuda", "bf16"),
        *map(torch, ("f32", "tf32", "f16", "bf16")),
    ]


def compare(options, bench, environment, home):
    model = models.random_nomic(home / "nomic")
    files = workloads(model.directory, options.texts)
    engines = start(model, bench, environment, options.device)
    device = engines[-1].ask("device")["device"]
    date = time.strftime("%Y-%m-%d")
    print(f"{date}, {device}, load {Path('/proc/loadavg').read_text().split()[0]}")
    taken = {e.name: {name: [] for name in files} for e in engines}
    vectors = {}
    try:
        # the first round, in which kernels are loaded and chosen, does not count
        for round_ in range(options.rounds + 1):
            for name, path in files.items():
                for engine in engines:
                    out = model.directory / "out.f32"
                    spent = measure(engine, name, path, out, options)
                    found = np.fromfile(out, np.float32).reshape(-1, model.hidden)
                    vectors[engine.name, name] = found
                    if round_ > 0:
                        taken[engine.name][name].append(spent)
    finally:
        for engine in engines:
            engine.close()
    tokens = {name: len(path.read_text().split()) for name, path in files.items()}
    rows = {e.name: row(e.name, taken[e.name], tokens, vectors) for e in engines}
    print_table(f"nomic on {device}", rows)
    ratios = [
        one_ratio(taken, name, precision)
        for name in files
        for precision in ("f32", "f16", "bf16")
        if f"sconce {precision}" in taken
    ]
    for found in ratios:
        print(f"{found['what']:64} {found['median']:.2f} ({found['low']:.2f} to {found['high']:.2f})")
    command = "benches/gpu/run " + " ".join(sys.argv[1:])
    return {"date": date, "device": device, "command": command, "engines": rows, "ratios": ratios}


def measure(engine, workload, path, out, options):
    """Seconds of one pass over chunks, or milliseconds of each query."""
    if workload == "query":
        return engine.ask("query", path, options.queries, out)["milliseconds"]
    return [engine.ask("bulk", path, out)["seconds"]]


def row(name, taken, tokens, vectors):
    figures = {}
    for workload, spent in taken.items():
        if workload == "query":
            figures["query p50 ms"] = float(np.percentile(np.concatenate(spent), 50))
            figures["query p95 ms"] = float(np.percentile(np.concatenate(spent), 95))
        else:
            rates = [tokens[workload] / seconds[0] for seconds in spent]
            figures[f"tokens/s {workload}"] = statistics.median(rates)
    pairs = [(vectors[name, w], vectors["torch f32", w]) for w in taken]
    cosines = np.concatenate([(ours * theirs).sum(axis=1) for ours, theirs in pairs])
    figures["cosine mean"] = float(cosines.mean())
    figures["cosine min"] = float(cosines.min())
    return figures


def one_ratio(taken, workload, precision):
    """Sconce's speed over torch's, above 1 where Sconce is faster."""
    pairs = zip(taken[f"sconce {precision}"][workload], taken[f"torch {precision}"][workload])
    values = [statistics.median(theirs) / statistics.median(ours) for ours, theirs in pairs]
    return ratio(f"{workload}: sconce {precision} / torch {precision}", values)
