"""Numbers and the unit that they are declared in, in; a refusal where the numbers speak against that unit, out."""

from collections.abc import Sequence

import pandas as pd

from radici.core.cells import addresses
from radici.core.errors import TableError
from radici.core.variables.entry import Entry
from radici.core.variables.given import Given

ENOUGH = 5
"""Values from which on a whole column is judged; fewer may all be unusual."""


def settled(name: str) -> str:
    """How to say that a declaration is right although the numbers look otherwise."""
    return f"say `as_declared: true` (in the shell --map {name}.as_declared=yes)"


def refuse_doubtful(values: pd.Series, entry: Entry, given: Given, place: str) -> None:
    """Refuse a column whose numbers fit another unit than the declared one.

    Parameters
    ----------
    values
        Numbers in the declared unit, NaN where missing.
    place
        The column, as messages call it.

    Raises
    ------
    TableError
        Percentages that look like fractions; or the median of five values or more is not `typical`.
    """
    if not given.as_declared:
        _refuse_fractions(values.dropna(), entry, given, place)
        _refuse_unusual(values.dropna(), entry, given, place)


def _refuse_fractions(shown: pd.Series, entry: Entry, given: Given, place: str) -> None:
    """Ask where numbers declared in percent are all at most 1, and some lie between 0 and 1."""
    percent = entry.unit in ("%", "fraction") and entry.unit_of(given.unit) == entry.unit_of("%")
    if not percent or not (shown <= 1).all() or not ((shown > 0) & (shown < 1)).any():
        return
    between = shown[(shown > 0) & (shown < 1)].map(lambda value: f"{value:g}")
    raise TableError(
        f"{place}: '{entry.name}' is declared in %, but no value is above 1 and some lie between 0 and 1: "
        f"{addresses(between)}. If they are fractions, declare the unit `fraction`; if they are percentages, "
        f"{settled(entry.name)}."
    )


def _refuse_unusual(shown: pd.Series, entry: Entry, given: Given, place: str) -> None:
    if entry.typical is None or given.value or len(shown) < ENOUGH:
        return
    low, high = entry.typical
    middle = float(shown.median())
    found = entry.canonical(middle, given.unit)
    if low <= found <= high:
        return
    unit = f" {entry.unit}" if entry.unit else ""
    others = {entry.canonical(middle, spelled): spelled for spelled in reversed((entry.unit, *entry.units))}
    fitting = [f"in {spelled} it would be {value:.4g}" for value, spelled in others.items() if low <= value <= high]
    declared = f" (declared in {given.unit})" if given.unit else ""
    raise TableError(
        f"{place}: the median of the {len(shown)} values of '{entry.name}'{declared} is {found:.4g}{unit}, and "
        f"{low:g} to {high:g}{unit} is usual. {_question(fitting, entry)} Correct the declaration; if it is right, "
        f"{settled(entry.name)}.{entry.remark}"
    )


def _question(fitting: Sequence[str], entry: Entry) -> str:
    if fitting:
        return f"Read {' or '.join(reversed(fitting))}{f' {entry.unit}' if entry.unit else ''}: is the unit right?"
    return "It would be unusual in every known unit: is it the right column?"
