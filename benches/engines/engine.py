"""An engine's process, what it embeds, and how figures are told: what the comparisons share."""

import json
import os
import statistics
import subprocess
from pathlib import Path

import numpy as np


class Engine:
    """A process that embeds token ids."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        # What the engine says of the instruction set that it uses.
        self.instructions = self.answer().get("instructions", "not reported")

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended")
        return json.loads(line)

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return self.answer()

    def processor_seconds(self):
        """What the process has used of all cores so far, ended threads included."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def chunks(workloads):
    """Those that are not a single query."""
    return [name for name in workloads if name != "query"]


def workloads(directory, texts):
    """Files of token ids, one text a line."""
    random = np.random.default_rng(7)
    shapes = {
        f"{texts} x 256": [256] * texts,
        f"{texts} x 30-400": list(np.linspace(30, 400, texts).astype(int)),
        "query": [12],
    }
    files = {}
    for name, lengths in shapes.items():
        path = directory / f"{name.replace(' ', '')}.ids"
        rows = [random.integers(1000, 30000, length) for length in random.permutation(lengths)]
        path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))
        files[name] = path
    return files


def print_table(model, rows):
    columns = list(next(iter(rows.values())))
    print(f"\n| {model} | " + " | ".join(columns) + " |")
    print("| --- |" + " --- |" * len(columns))
    for name, figures in rows.items():
        shown = [f"{v:.5f}" if c.startswith("cosine") else f"{v:.1f}" if "ms" in c else f"{v:.0f}"
                 for c, v in figures.items()]  # fmt: skip
        print(f"| {name} | " + " | ".join(shown) + " |")
    print()


def ratio(what, values):
    return {"what": what, "median": statistics.median(values), "low": min(values), "high": max(values)}
