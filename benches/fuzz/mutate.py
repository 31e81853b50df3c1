"""What all kinds share: bytes that are damaged as a seed says."""

import random


def generator(*seed):
    """Random numbers that follow from the seed alone."""
    return random.Random("/".join(map(str, seed)))


def mutated(r, data, strange=()):
    """`data` with a few damages: flipped, removed, doubled, moved, or strange pieces put in."""
    data = bytearray(data)
    for _ in range(r.choice([1, 1, 2, 4, 16])):
        at = r.randrange(len(data) + 1)
        length = r.choice([1, 2, 8, 64, 512])
        kind = r.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = r.randrange(256)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length] * r.choice([1, 2, 50])
        elif kind == 3:
            piece = data[at : at + length]
            del data[at : at + length]
            to = r.randrange(len(data) + 1)
            data[to:to] = piece
        elif kind == 4:
            data[at:at] = r.randbytes(length)
        elif strange:
            data[at:at] = r.choice(strange)
    return bytes(data)
