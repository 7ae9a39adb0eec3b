"""Entries of the dictionary -> variables as a study's map spells them, so that both are read by the same rules."""

from typing import TYPE_CHECKING

import pandas as pd

from radici.cohort.variables import Binary, Category, Ordinal, Quantity, Variable
from radici.core.variables import VARIABLES, Entry

if TYPE_CHECKING:
    from radici.cohort.profile import Profile

DIMENSIONLESS = "1"
"""Unit of ratios, counts and grades, as UCUM writes it."""


def predictors(profile: "Profile") -> dict[str, Variable]:
    """What a study may take from a profile; texts, outcomes and what is the same for everybody are not among it."""
    found = {}
    for name, given in profile.map.items():
        entry = VARIABLES[name]
        if entry.kind != "text" and entry.group != "outcome" and not given.value:
            found[name] = variable_of(entry, given.column or name)
    return found


def variable_of(entry: Entry, column: str) -> Variable:
    """The entry in canonical unit and levels, as the map of a study would declare it for `column`."""
    if entry.kind == "quantity":
        return Quantity(column=column, unit=entry.unit or DIMENSIONLESS, range=entry.range)
    if entry.kind == "binary":
        return Binary(column=column, yes=("yes",), no=("no",))
    if entry.kind == "category":
        return Category(column=column, levels=tuple(entry.levels))
    return Ordinal(column=column, order=tuple(entry.levels))


def as_texts(values: pd.Series, entry: Entry) -> pd.Series:
    """Canonical values as the cells that `variable_of` reads; `""` where missing, numbers to the last bit."""
    if entry.kind == "quantity":
        return values.map(lambda value: "" if pd.isna(value) else repr(float(value)))
    if entry.kind == "binary":
        return values.map({1.0: "yes", 0.0: "no"}).fillna("")
    return values
