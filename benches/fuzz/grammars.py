"""Every grammar on mutated samples: no crash, no hang, memory bounded by the text.

The samples of `crates/code/tests` are damaged, doubled and joined as the seed says, a few are nested to a
depth of 100,000, and a few grow to 1 MiB. A parser of its own reads them (`cargo build --release --example
parse_frames`), and is started again where it dies: in the product that costs a file its outline, and here
it is a crash. Beyond what the other kinds print, it names the slowest inputs.
"""

import os
import select
import subprocess
import time
from pathlib import Path

from mutate import generator, mutated

TESTS = Path(__file__).resolve().parents[2] / "crates/code/tests"
SECONDS = 30  # on the clock, whatever else the machine does; the parser stops itself after 3 s of its work
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


def run(machine, count, seed):
    program = machine.binary.parent / "examples/parse_frames"
    found, parser = samples(), Parser(program)
    slowest, statuses = [], {}
    for number in range(count):
        r = generator(seed, "grammars", number)
        path, data = text(r, found[number % len(found)], found)
        begin = time.monotonic()
        answer = parser.ask(path, data)
        machine.figures["inputs"] += 1
        if answer:
            seconds, peak = int(answer[0]) / 1e6, int(answer[1]) // 1024
            machine.peak = max(machine.peak, peak)
            machine.figures["peak_mib"] = max(machine.figures["peak_mib"], peak)
            statuses[answer[2].decode()] = statuses.get(answer[2].decode(), 0) + 1
            slowest = sorted([(seconds, number, path, len(data)), *slowest], reverse=True)[:10]
            continue
        kind = "hangs" if answer is False else "crashes"
        machine.figures[kind] += 1
        said = parser.end()
        print(f"{kind}: number {number}, {path}, {len(data)} bytes, {time.monotonic() - begin:.1f} s: {said[-300:]}")
        if machine.keep:
            machine.keep.mkdir(parents=True, exist_ok=True)
            (machine.keep / f"{number}-{os.path.basename(path)}").write_bytes(data)
        parser = Parser(program)
    parser.end()
    machine.figures["over_1_s"] = sum(1 for one in slowest if one[0] > SLOW)
    for seconds, number, path, size in slowest[:5]:
        print(f"slow: {seconds:.2f} s, number {number}, {path}, {size} bytes")
    print("statuses:", statuses)
