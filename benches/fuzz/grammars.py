"""Every grammar on mutated samples: no crash, no hang, memory bounded by the text.

The samples of `crates/code/tests` are damaged, doubled and joined as the seed says, a few are nested to a
depth of 100,000, and a few grow to 1 MiB. Parsers of their own read them (`cargo build --release --example
parse_frames`), `--jobs` at once, and are started again where they die: in the product that costs a file its
outline, and here it is a crash. What an input is follows from the seed and its number, whichever parser reads
it. Beyond what the other kinds print, it names the slowest inputs, and says on stderr every minute how far it is.
"""

import os
import select
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutate import generator, mutated

TESTS = Path(__file__).resolve().parents[2] / "crates/code/tests"
SECONDS = 30  # on the clock, whatever else the machine does; the parser stops itself long before
SLOW = 1.0
LARGE = 1 << 20
DEEP = 100_000
NESTS = [b"(", b"[", b"{", b"<a>", b"- ", b"> ", b"f(", b"a:\n", b"{{", b'"', b"'", b"`", b"/*", b"#|", b"if a:\n"]
STRANGE = [b"{{", b"}}", b"<<<", b">>>", b'"""', b"```", b"\xe8\xaa\x9e", b"\xf0\x9f\x95\xaf", b"\x00", b"\r", b"\t", b"---\n"]


def samples():
    """The samples by their path below `samples` or `dialects`."""
    found = []
    for directory in ["samples", "dialects"]:
        root = TESTS / directory
        found += [(str(path.relative_to(root)), path.read_bytes()) for path in root.rglob("*") if path.is_file()]
    return sorted(found)


def text(r, path_and_bytes, all_of_them):
    """One input: its path, and its bytes."""
    path, data = path_and_bytes
    kind = r.randrange(200)
    if kind == 0:
        data = data * (LARGE // len(data) + 1)
    elif kind == 1:
        data = r.choice(NESTS) * DEEP
    elif kind == 2:
        nest = r.choice(NESTS)
        data = b"".join(b" " * depth + nest + b"\n" for depth in range(r.randrange(50, 500)))
    elif kind < 10:
        data = data + r.choice(all_of_them)[1]
    return path, mutated(r, data, STRANGE)


class Parser:
    """A process that reads frames."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )

    def ask(self, path, data):
        """Its answer; none where it died, and `False` where it takes too long."""
        try:
            self.process.stdin.write(f"{path}\t{len(data)}\n".encode() + data)
        except BrokenPipeError:
            return None
        if not select.select([self.process.stdout], [], [], SECONDS)[0]:
            return False
        answer = self.process.stdout.readline().split()
        return answer if len(answer) == 3 else None

    def end(self):
        self.process.kill()
        return self.process.communicate()[1].decode(errors="replace")


class Found:
    """What all parsers together have come to."""

    def __init__(self, machine, count):
        self.machine, self.count = machine, count
        self.slowest, self.statuses, self.lock = [], {}, threading.Lock()
        machine.figures["over_1_s"] = 0

    def add(self, number, path, data, answer):
        figures = self.machine.figures
        with self.lock:
            figures["inputs"] += 1
            if not answer:
                return
            seconds, peak, status = int(answer[0]) / 1e6, int(answer[1]) // 1024, answer[2].decode()
            # The machine, which looks at Sconce's own processes, writes the figure.
            self.machine.peak = max(self.machine.peak, peak)
            figures["over_1_s"] += seconds > SLOW
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.slowest = sorted([(seconds, number, path, len(data)), *self.slowest], reverse=True)[:10]

    def fail(self, kind, number, path, data, said):
        with self.lock:
            self.machine.figures[kind] += 1
            print(f"{kind}: number {number}, {path}, {len(data)} bytes, {said}", flush=True)
            if self.machine.keep:
                self.machine.keep.mkdir(parents=True, exist_ok=True)
                (self.machine.keep / f"{number}-{os.path.basename(path)}").write_bytes(data)

    def progress(self, ended):
        """A line a minute on stderr."""
        begin = time.monotonic()
        while not ended.wait(60):
            figures, seconds = self.machine.figures, time.monotonic() - begin
            done = figures["inputs"]
            left = (self.count - done) / max(done, 1) * seconds
            print(
                f"grammars: {done} of {self.count} in {seconds / 60:.0f} min, {left / 60:.0f} left, "
                f"{figures['crashes']} crashes, {figures['hangs']} hangs",
                file=sys.stderr,
                flush=True,
            )


def feed(program, numbers, seed, inputs, found):
    """Has one parser after the other read the numbers that are left."""
    parser = Parser(program)
    for number in numbers:
        path, data = text(generator(seed, "grammars", number), inputs[number % len(inputs)], inputs)
        begin = time.monotonic()
        answer = parser.ask(path, data)
        found.add(number, path, data, answer)
        if not answer:
            seconds, said = time.monotonic() - begin, parser.end()[-300:]
            found.fail("hangs" if answer is False else "crashes", number, path, data, f"{seconds:.1f} s: {said}")
            parser = Parser(program)
    parser.end()


def run(machine, count, seed):
    program = machine.binary.parent / "examples/parse_frames"
    inputs, numbers, found = samples(), iter(range(count)), Found(machine, count)
    ended = threading.Event()
    threading.Thread(target=found.progress, args=(ended,), daemon=True).start()
    try:
        with ThreadPoolExecutor(machine.jobs) as jobs:
            for job in [jobs.submit(feed, program, numbers, seed, inputs, found) for _ in range(machine.jobs)]:
                job.result()
    finally:
        ended.set()
    for seconds, number, path, size in found.slowest[:5]:
        print(f"slow: {seconds:.2f} s, number {number}, {path}, {size} bytes")
    print("statuses:", dict(sorted(found.statuses.items())))
