"""Source files that no compiler would take."""

import shutil
from pathlib import Path

from mutate import generator, mutated

BATCH = 200
SAMPLES = Path(__file__).resolve().parents[2] / "crates/code/tests/samples"
EXTENSIONS = """c h cc cpp hpp cs java kt scala swift go rs py pyi rb php lua sh bash js jsx mjs ts tsx hs ex exs zig
md txt yaml yml json toml xml html css scss sql tf dart r jl m mm pl ps1 groovy clj erl ml fs nim elm f90 pas adb v vhd
cu glsl nix bzl proto graphql vue svelte mk cmake dockerfile""".split()
LINES = [b"a =>\n", b"/*\n", b"!\n", b"-\n", b"<<<<<<<\n", b"if (\n", b"{ x: [\n", b"\"\"\"\n", b"a ? b :\n", b"#if\n",
         b"fn f(\n", b"case x of\n", b"<a><b>\n", b"`${\n", b"do |x|\n", b"@a(\n", b"::\n", b"\\\n", b"let x = \\y ->\n"]
OPENERS = [b"(", b"[", b"{", b"((a,", b"{{", b"<a>", b"if(a){", b"[[[", b"f(g(", b"a?b:", b"!", b"-", b"\\x->", b"do ",
           b"not ", b"a=>", b"*", b"&", b"!(", b"lambda:", b"case a of ", b"[x for x in "]
STRANGE = [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", "🕯".encode(), "\u202e".encode(), b"\r", b"{\xf0\x9f", b"\n" * 200, b"'" * 99,
           b"\"" * 99, b"`" * 99, b"{" * 300, b"(" * 300, b"/*", b"<<EOF\n", b"#{", b"${"]


def content(r):
    """The bytes of one file, and its extension."""
    samples = sorted(SAMPLES.iterdir())
    sample = r.choice(samples)
    kind = r.random()
    if kind < 0.6:
        return mutated(r, sample.read_bytes(), STRANGE), sample.suffix[1:]
    extension = r.choice(EXTENSIONS)
    if kind < 0.7:
        return mutated(r, sample.read_bytes(), STRANGE), extension
    if kind < 0.8:
        return r.randbytes(r.choice([10, 1000, 20_000])), extension
    if kind < 0.9:
        head = r.choice([b"", b"class X { void f() {\n", b"int f() {\n", b"def f():\n", sample.read_bytes()])
        return head + r.choice(LINES) * r.choice([50, 500, 3000]), r.choice([extension, sample.suffix[1:]])
    opener = r.choice(OPENERS)
    return opener * min(r.choice([100, 1000, 10_000, 100_000]), 200_000 // len(opener)), r.choice([extension, sample.suffix[1:]])


def write(directory, seed, numbers):
    for number in numbers:
        r = generator(seed, "file", number)
        data, extension = content(r)
        (directory / f"f{number}.{extension}").write_bytes(data)


def index(machine, directory, seconds):
    return machine.command("index", directory, "--name", directory.name, timeout=seconds)


def run(machine, count, seed):
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        directory = machine.place / f"files-{first}"
        directory.mkdir()
        write(directory, seed, numbers)
        # a file may take its 5 s, and then another one; a whole batch of those would be a hang
        code, said = index(machine, directory, 240)
        machine.figures["inputs"] += len(numbers)
        if not machine.judge(code, said, f"files {first} to {numbers[-1]}"):
            for path in sorted(directory.iterdir()):
                alone = machine.place / "alone"
                alone.mkdir()
                shutil.copy(path, alone)
                code, said = index(machine, alone, 10)
                if code != 0:
                    machine.judge(code, said, path.name, path)
                shutil.rmtree(alone)
        machine.command("clear", directory.name, "--yes")
        shutil.rmtree(directory)
