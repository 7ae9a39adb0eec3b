"""A thing and a function in, the function's result out: computed once, and kept for as long as the thing lives."""

from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


class Remembers:
    """For frozen things that many ask the same of: `mask.once(surface)` meshes a mask the first time only.

    What is kept travels with no copy and no file: a thing sent to another process starts afresh there.
    """

    def once(self, make: Callable[..., R], *settings: Any) -> R:
        """`make(self, *settings)`, computed at the first call; `make` is a function of a module, not a lambda."""
        kept: dict[Any, Any] = self.__dict__.setdefault("_kept", {})
        key = (make, settings)
        if key not in kept:
            kept[key] = make(self, *settings)
        found: R = kept[key]
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_kept"}
