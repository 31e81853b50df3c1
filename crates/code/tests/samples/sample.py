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


class Door(Generic[Key], metaclass=ABCMeta):
    """A door with its locks."""

    __slots__ = ("_locks", "name")
    locks: ClassVar[dict[str, Key]] = {}
    count, turns = 0, 1

    def __init_subclass__(cls, /, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)

    @property
    def open(self) -> bool:
        return not self._locks

    @open.setter
    def open(self, value: bool) -> None:
        self._locks = [] if value else list(self.locks)

    @abstractmethod
    async def knock(self, *times: int) -> AsyncIterator[str]:
        """Waits for an answer.

        Args:
            times: how often
        """
        async with self._lock:
            async for answer in self.answers(times):
                yield answer

    def __lt__(self, other: Door) -> bool:
        match other:
            case Door(name=str() as name) if name:
                return True
            case _:
                return NotImplemented

    creak = lambda self: "eek"


class Wood(enum.IntFlag):
    OAK = enum.auto()
    PINE = enum.auto()


class Visit(NamedTuple):
    guest: str
    door: Door | None = None


type Doors[T: Door] = dict[str, T]
Number = TypeVar("Number", int, float)


def first[T](items: Iterable[T], default: T | None = None) -> T | None:
    return next(iter(items), default)


try:
    import tomllib
except ImportError:
    import tomli as tomllib

    def loads(text: str) -> dict:
        return tomllib.loads(text)

if TYPE_CHECKING:
    from collections.abc import Iterable

    Path = str | os.PathLike[str]


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    yield Door()


@pytest.mark.parametrize("times", [1, 2])
def test_opens_with_its_key(door, times):
    assert door.open


if __name__ == "__main__":
    print(greet(system.argv[1]))
