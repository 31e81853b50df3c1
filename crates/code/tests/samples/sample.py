"""A store of greetings."""

from __future__ import annotations

import os.path, sys as system
from collections import OrderedDict as Ordered, defaultdict
from . import disk
from .errors import *

CAPACITY = 16
_default: "Store | None" = None


class StoreError(Exception):
    pass


@dataclass(frozen=True)
class Store:
    """Keeps greetings.

    One for each name.
    """

    limit: int = CAPACITY
    KIND = "memory"

    def __init__(self, path=None):
        self.greetings = {}
        local = 1

    # Looks a greeting up.
    @property
    @cached
    def names(self) -> list[str]:
        return list(self.greetings)

    @staticmethod
    async def open(
        path: str,
        *,
        create: bool = False,
    ) -> Store:
        r"""Opens one."""
        def inner(x):
            return x
        return Store(inner(path))

    class Meta:
        ordering = ["name"]


def greet(name: str) -> str:
    '''Says hello.'''
    handler = lambda n: f"hello {n}"
    return handler(name)


if __name__ == "__main__":
    print(greet(system.argv[1]))
