"""One way to add a thing: write its file, decorate it, import it in the folder's `__init__`."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from radici.core.errors import UnknownName

T = TypeVar("T")
SHORTEST = 3
"""Letters from which on a name counts as the beginning of another."""


def did_you_mean(name: str, known: list[str]) -> str:
    """Give ` Did you mean 'resegment'?` for the closest known name, or the list of all.

    A name that begins with what was typed comes before one that is merely alike: `recist` is `recist11`.
    """
    alike = {one.lower(): one for one in reversed(known)}
    names, typed = list(reversed(alike)), name.lower()
    begun = [one for one in names if one.startswith(typed)] if len(typed) >= SHORTEST else []
    close = [min(begun, key=len)] if begun else get_close_matches(typed, names, n=1)
    return f" Did you mean '{alike[close[0]]}'?" if close else f" Known: {', '.join(sorted(known))}."


class Registry(Generic[T]):
    """Names and the things they stand for, of one kind.

    Outside packages add to it through an entry point in the group `radici.<kind>`.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}
        self._asked_packages = False

    def add(self, name: str) -> Callable[[T], T]:
        """Register the decorated thing under `name`."""

        def keep(thing: T) -> T:
            if self._things.get(name, thing) is not thing:
                raise ValueError(f"Two {self.kind}s are called '{name}'")
            self._things[name] = thing
            return thing

        return keep

    def _load_packages(self) -> None:
        if not self._asked_packages:
            self._asked_packages = True
            for point in entry_points(group=f"radici.{self.kind}"):
                point.load()

    def __getitem__(self, name: str) -> T:
        if name not in self._things:
            self._load_packages()
        if name not in self._things:
            article = "an" if self.kind[0] in "aeiou" else "a"
            raise UnknownName(
                f"No {self.kind} is called '{name}'.{did_you_mean(name, list(self._things))}"
                if self._things
                else f"There is not yet {article} {self.kind} called '{name}'."
            )
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        self._load_packages()
        return iter(sorted(self._things))

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def items(self) -> list[tuple[str, T]]:
        """All (name, thing) pairs, by name."""
        return [(name, self._things[name]) for name in self]

    def name_of(self, thing: T) -> str | None:
        """The name under which `thing` is registered, or None."""
        return next((name for name, known in self._things.items() if known is thing), None)
