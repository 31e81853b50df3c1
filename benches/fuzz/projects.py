"""Projects whose settings, ignore files and git directories are not what they seem."""

import os
import shutil

from mutate import generator, mutated

IGNORE = b"target/\n*.log\n!keep.log\n/build\n**/node_modules/**\n[a-z]*.tmp\n{a,b}.c\n# note\n"
SETTINGS = b'include = ["**/*.rs"]\nexclude = ["gen/**"]\nmodel = "nomic-embed-text-v1.5"\nchunk_bytes = 1600\n'
HEAD = b"ref: refs/heads/main\n"
STRANGE = [b"{" * 20_000, b"{" * 33 + b"}" * 33, b"[" * 5000, b"**/" * 400, b"*a" * 20_000, b"\\" * 999, b"!" * 999, b"\0", b"\xff",
           b"../../../etc/passwd\n", b"refs/../../x\n", b"[[[[", b"a = {" * 2000, b"'''", b"x\n" * 20_000]
PLACES = [".gitignore", ".ignore", ".sconceignore", "sconce.toml", ".git/info/exclude", ".git/HEAD", ".git/packed-refs",
          ".git/refs/heads/main", "sub/.gitignore"]
LINKS = ["/dev/zero", "/dev/ptmx", "/dev/tty", "/etc/shadow", "/proc/self/mem", "..", "missing", "loop"]


def base(place):
    if place == "sconce.toml":
        return SETTINGS
    return HEAD if ".git/" in place and "exclude" not in place else IGNORE


def write(directory, r):
    """A project with one strange place, or two."""
    for path, data in (("a.rs", b"fn a() {}\n"), ("sub/b.py", b"def b(): pass\n"), (".git/HEAD", HEAD)):
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(data)
    for place in r.sample(PLACES, r.choice([1, 2])):
        path = directory / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        kind = r.random()
        if kind < 0.6:
            path.write_bytes(mutated(r, base(place), STRANGE))
        elif kind < 0.8:
            path.symlink_to(r.choice(LINKS))
        elif kind < 0.95:
            os.mkfifo(path)
        else:
            path.mkdir()


def run(machine, count, seed):
    for number in range(count):
        directory = machine.place / f"project-{number}"
        directory.mkdir()
        write(directory, generator(seed, "project", number))
        code, said = machine.command("index", directory, "--name", directory.name, timeout=10, cwd=directory)
        machine.figures["inputs"] += 1
        machine.judge(code, said, f"project {number}", directory)
        if b"root:" in said.encode():
            machine.figures["crashes"] += 1
            print(f"  leak: project {number}: {said[-300:]}")
        machine.command("clear", directory.name, "--yes")
        shutil.rmtree(directory)
