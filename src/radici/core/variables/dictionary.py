"""The YAML files of this folder in, `VARIABLES` out: every variable by name, read when first asked for."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from radici.core.errors import UnknownName
from radici.core.registry import did_you_mean
from radici.core.settings import build
from radici.core.variables.entry import Entry, folded
from radici.core.variables.plain import read_plain

FILES = ("patient", "treatment", "disease", "blood", "molecular", "outcome")
"""Files of entries, in the order in which they are listed; the name of a file is the group of its entries."""


class Dictionary(Mapping[str, Entry]):
    """Entries by name; a name that is none raises `UnknownName` with the nearest one, synonyms included."""

    def __getitem__(self, name: str) -> Entry:
        if name not in _entries():
            meant = known_spellings().get(folded(name))
            hint = f" Did you mean '{meant}'?" if meant else did_you_mean(name, list(self))
            raise UnknownName(f"No variable is called '{name}'.{hint}")
        return _entries()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_entries())

    def __len__(self) -> int:
        return len(_entries())

    def __contains__(self, name: object) -> bool:
        return name in _entries()

    def get(self, name: str, default: Any = None) -> Any:
        """The entry, or `default` where the dictionary has no such name."""
        return _entries().get(name, default)


VARIABLES = Dictionary()


@cache
def known_spellings() -> dict[str, str]:
    """Canonical name of each name and synonym, folded; what two variables share leads to neither."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, entry in _entries().items():
        for spelling in {folded(text) for text in (name, *entry.synonyms)}:
            if found.setdefault(spelling, name) != name:
                shared.add(spelling)
    own = {folded(name): name for name in _entries()}
    return {spelling: name for spelling, name in found.items() if spelling not in shared} | own


@cache
def _entries() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for group in FILES:
        file = f"{group}.yaml"
        spelled = read_plain(files("radici.core.variables").joinpath(file).read_text(encoding="utf-8"), file)
        for name, values in spelled.items():
            if name in found:
                raise ValueError(f"{file}: the variable '{name}' is in {found[name].group}.yaml already")
            found[name] = build(Entry, {"name": name, "group": group, **values}, f"{file}, {name}")
    return found
