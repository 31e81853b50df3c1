"""How the image is built: by both builders, in layers that a change of code leaves alone."""

import json
import os
import shutil
import subprocess
import time

from . import standins
from .engine import Failed, docker

MEGABYTE = 1e6


def build(proof, tag, context, build_image, kit=False):
    """`docker build`, as the README has it; returns its output."""
    arguments = ["build", "--file", f"{context}/docker/Dockerfile", "--tag", tag]
    for name, value in (("BUILD_IMAGE", build_image), ("BASE_IMAGE", proof.base), ("MODEL", proof.model)):
        arguments += ["--build-arg", f"{name}={value}"]
    env = {**os.environ, "DOCKER_BUILDKIT": "1" if kit else "0", "BUILDKIT_PROGRESS": "plain"}
    return docker(*arguments, context, timeout=7200, env=env)


def bases(proof):
    if not hasattr(proof, "base"):
        fresh = proof.arguments.fresh
        proof.base = standins.base(fresh)
        proof.build_image = standins.build(fresh, proof.base)
        if proof.arguments.binary:
            proof.build_image = standins.prebuilt(proof.arguments.binary, proof.build_image)
    return proof.build_image


def image(proof):
    """docker build -f docker/Dockerfile ."""
    build_image = bases(proof)
    begin = time.monotonic()
    build(proof, proof.image, proof.root, build_image)
    proof.figures["docker build, s"] = time.monotonic() - begin
    proof.passed("the image builds with the older builder", f"on {proof.base} and {build_image}")


def layers(proof):
    """What the image adds to its base, the model apart."""
    history = docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}}\t{{.CreatedBy}}", proof.image)
    added, rows = 0, []
    for line in history.splitlines()[:-1]:
        size, made_by = line.split("\t", 1)
        if int(size) == 0:
            continue
        name = next((text for mark, text in NAMES.items() if mark in made_by), made_by[:60])
        rows.append((name, int(size) / MEGABYTE))
        if name != NAMES["in /models"]:
            added += int(size) / MEGABYTE
    for name, size in reversed(rows):
        proof.figures[f"layer: {name}, MB"] = size
    proof.figures["added to the base, the model apart, MB"] = added
    if added > 220:
        raise Failed(f"{added:.0f} MB are added to the base: {rows}")
    proof.passed("what the image adds to its base, the model apart, is under 220 MB", f"{added:.0f} MB")


NAMES = {
    "left-out/install": "PostgreSQL, pgvector, s6",
    "in /usr/lib/sconce/left-out": "what is left out",
    "useradd": "users and directories",
    "in /models": "the model",
    "in /usr/lib/sconce": "services",
    "in /usr/local/bin": "the binary",
    "model verify": "check of the model",
}


def code_change(proof):
    """A change of code compiles again and brings no model again."""
    build_image = bases(proof)
    copy = changed_copy(proof)
    output = build(proof, f"{proof.image}-changed", copy, build_image)
    try:
        compare(proof, f"{proof.image}-changed")
        step = output.index("RUN model-pull")
        if "Using cache" not in output[step:step + 200]:
            raise Failed(f"the model was pulled again: {output[step:step + 400]}")
        proof.passed("a change of code brings no model again (older builder)")
    finally:
        docker("rmi", f"{proof.image}-changed", check=False)


def buildkit(proof):
    """The same with BuildKit, the binary taken from the image that is there."""
    bases(proof)
    if subprocess.run(["docker", "build", "--help"], env={**os.environ, "DOCKER_BUILDKIT": "1"},
                      capture_output=True).returncode != 0:
        proof.passed("BuildKit is not in this Docker: not tried")
        return
    binary = proof.directory / "sconce"
    made = docker("create", proof.image).strip()
    docker("cp", f"{made}:/usr/local/bin/sconce", binary)
    docker("rm", "--volumes", made)
    build_image = standins.prebuilt(binary, standins.build(False, proof.base))
    tags = [f"{proof.image}-kit", f"{proof.image}-kit-changed"]
    try:
        build(proof, tags[0], proof.root, build_image, kit=True)
        proof.passed("the image builds with BuildKit")
        output = build(proof, tags[1], changed_copy(proof), build_image, kit=True)
        compare(proof, tags[1], tags[0])
        lines = [line for line in output.splitlines() if "RUN model-pull" in line or "CACHED" in line]
        number = next(line.split()[0] for line in lines if "RUN model-pull" in line)
        if f"{number} CACHED" not in lines:
            raise Failed("the model was pulled again: " + "\n".join(lines))
        proof.passed("a change of code brings no model again (BuildKit)")
    finally:
        for tag in tags:
            docker("rmi", tag, check=False)


def changed_copy(proof):
    """The working tree with one more constant in the binary."""
    copy = proof.directory / "changed"
    shutil.rmtree(copy, ignore_errors=True)
    listed = subprocess.run(["git", "-C", proof.root, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.splitlines()
    for name in listed:
        if (proof.root / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(proof.root / name, copy / name, follow_symlinks=False)
    with open(copy / "crates/app/src/main.rs", "a") as source:
        source.write('\n#[used]\nstatic CHANGED: [u8; 7] = *b"changed";\n')
    return copy


def compare(proof, changed, original=None):
    """The changed image shares every layer with the original, the model's among them, but the binary."""
    one = json.loads(docker("inspect", original or proof.image))[0]["RootFS"]["Layers"]
    two = json.loads(docker("inspect", changed))[0]["RootFS"]["Layers"]
    same = [a == b for a, b in zip(one, two)]
    last_same = same.index(False) if False in same else len(same)
    history = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", changed).splitlines()
    if last_same == len(same):
        raise Failed("the change has not reached the binary")
    if last_same < len(same) - 2:
        raise Failed(f"only {last_same} of {len(same)} layers are shared: {history}")
