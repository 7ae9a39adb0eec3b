"""The name of a profile, or a YAML file, in; what the columns of a table mean, as canonical variables, out.

Profiles that ship with the package lie in the folder `profiles`; each describes the tables of one public data set.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

import pandas as pd
from pydantic import Field, field_validator, model_validator

from radici.core.cells import Word
from radici.core.errors import FileMissing, UnknownName
from radici.core.registry import did_you_mean
from radici.core.settings import Settings, build
from radici.core.variables import VARIABLES, Given, read, read_plain

ENDINGS = (".yaml", ".yml")


class Profile(Settings):
    """A named mapping of columns and units.

    Parameters
    ----------
    about
        One line: which tables it reads.
    patient
        Column of patient ids.
    missing
        Texts that mean missing in every column, besides the empty cell.
    map
        What each variable is in the table, by canonical name.
    notes
        What a user should know of the tables: traps, and columns that are left out.
    unverified
        What is said of a variable without having been read in the tables' own description, and why.
    """

    about: str = Field(min_length=1)
    patient: str
    missing: tuple[Word, ...] = ()
    map: dict[str, Given] = Field(min_length=1)
    notes: tuple[str, ...] = ()
    unverified: dict[str, str] = Field(default_factory=dict)

    @field_validator("map")
    @classmethod
    def _known_variables(cls, mapped: dict[str, Given]) -> dict[str, Given]:
        return {VARIABLES[name].name: given for name, given in mapped.items()}

    @model_validator(mode="after")
    def _check(self) -> Self:
        astray = [name for name in self.unverified if name not in self.map]
        if astray:
            raise ValueError(f"`unverified` speaks of '{astray[0]}', which is not under `map`")
        return self

    def given(self) -> dict[str, Given]:
        """The mapping, each entry with the profile's own missing texts."""
        return {
            name: one.model_copy(update={"missing": tuple(dict.fromkeys([*self.missing, *one.missing]))})
            for name, one in self.map.items()
        }

    def apply(self, table: pd.DataFrame, where: str) -> pd.DataFrame:
        """The variables of a table of texts, in canonical units and levels (see `core.variables.read`).

        Parameters
        ----------
        table
            Cells as texts; the index holds what messages call a row.
        where
            What messages call the table.
        """
        return read(table, self.given(), where)


def read_profile(name_or_path: str | Path) -> Profile:
    """A profile that ships with the package, or one from a file whose name ends in `.yaml`.

    Raises
    ------
    FileMissing
        There is no such file.
    UnknownName
        No profile is called that.
    StudyError
        The file says what a profile cannot say.
    """
    name = str(name_or_path)
    if name.endswith(ENDINGS):
        path = Path(name)
        if not path.is_file():
            raise FileMissing(f"There is no profile {path}. Shipped profiles: {', '.join(PROFILES)}.")
        return _parse(path.read_text(encoding="utf-8"), path.name)
    return shipped(name)


def shipped(name: str) -> Profile:
    """A profile that ships with the package; a study file takes no others, for it says all that decides a number."""
    if name not in PROFILES:
        mend = (
            " In a study file, write columns of your own under `map`."
            if name.endswith(ENDINGS)
            else " Columns of your own go under `map` in a study file, or into a profile file that ends in .yaml."
        )
        raise UnknownName(f"No profile is called '{name}'.{did_you_mean(name, list(PROFILES))}{mend}")
    return _read_shipped(name)


class _Names:
    """Names of the profiles that ship, looked up when first asked for."""

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __contains__(self, name: object) -> bool:
        return name in _names()

    def __len__(self) -> int:
        return len(_names())


PROFILES = _Names()


@cache
def _names() -> tuple[str, ...]:
    there = [one.name for one in files("radici.cohort").joinpath("profiles").iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in there if name.endswith(".yaml")))


@cache
def _read_shipped(name: str) -> Profile:
    file = files("radici.cohort").joinpath("profiles", f"{name}.yaml")
    return _parse(file.read_text(encoding="utf-8"), f"profile '{name}'")


def _parse(text: str, where: str) -> Profile:
    profile: Profile = build(Profile, read_plain(text, where), where)
    return profile
