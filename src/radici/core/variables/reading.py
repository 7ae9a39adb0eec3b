"""A table of texts and what its columns are -> canonical variables; every cell that does not fit is named."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from radici.core.cells import addresses, column_of, numbers, word
from radici.core.errors import TableError, some
from radici.core.registry import did_you_mean
from radici.core.variables.dictionary import VARIABLES
from radici.core.variables.doubt import refuse_doubtful
from radici.core.variables.entry import COMPANIONS, Entry, folded
from radici.core.variables.given import FromColumn, Given

LIMITS = ("uln", "lln")
Mend = Callable[[str], str]
"""What to do about a text that does not fit a variable, by the variable's name."""


def mend_in_file(name: str) -> str:
    """What to do about a text where the mapping stands in a file."""
    number = "its number" if name in VARIABLES and VARIABLES[name].kind == "quantity" else "the text's meaning"
    return f"Correct the table, give {number} under `recode`, or list the text under `missing`."


def read(table: pd.DataFrame, mapping: Mapping[str, Given], where: str, mend: Mend = mend_in_file) -> pd.DataFrame:
    """The mapped variables of a table, in canonical units and levels.

    Parameters
    ----------
    table
        Cells as texts, `""` where missing; the index holds what messages call a row: patient ids, or line numbers.
    mapping
        What each variable is in this table, by canonical name.
    where
        What messages call the table, such as its file name.
    mend
        What messages advise where a text does not fit, by the variable's name.

    Returns
    -------
    pandas.DataFrame
        Rows as `table`. Quantities are float64 in the canonical unit and binaries 0 or 1, NaN where missing; levels
        and texts are objects, `""` where missing. A companion stands beside its variable: `tmb_panel`, `ldh_uln`.

    Raises
    ------
    UnknownName
        The dictionary has no such variable.
    TableError
        A column is absent; a unit, or a companion that the variable needs, is not declared or not known; a cell is no
        number, no known level, or lies outside the plausible range; the numbers look like those of another unit.
    """
    found: dict[str, pd.Series] = {}
    for name, given in mapping.items():
        entry = VARIABLES[name]
        here = _present(table, entry, given, where)
        if here is None:
            continue
        _check_declared(entry, here, mapping, where)
        new = _read_one(table, entry, here, where, mend)
        twice = [one for one in new if one in found or (one != name and one in mapping)]
        if twice:
            raise TableError(
                f"{where}: '{twice[0]}' is declared twice, with its variable and by itself. Keep one declaration."
            )
        found |= new
    return pd.DataFrame(found, index=table.index)


def _present(table: pd.DataFrame, entry: Entry, given: Given, where: str) -> Given | None:
    """The declaration with the column that is there, or None where an optional variable has none."""
    if given.value:
        return given
    wanted = (given.column, *given.instead) if given.column else tuple(given.one_hot.values())
    there = [column for column in wanted if column in table.columns]
    if given.optional and not there:
        return None
    if given.one_hot:
        return given
    if not there:
        hint = did_you_mean(given.column, [str(column) for column in table.columns])
        raise TableError(f"{where} has no column '{given.column}' for '{entry.name}'.{hint}")
    return given.model_copy(update={"column": there[0]})


def _read_one(table: pd.DataFrame, entry: Entry, given: Given, where: str, mend: Mend) -> dict[str, pd.Series]:
    if entry.kind == "quantity":
        values = _quantity(table, entry, given, where, mend)
    elif given.one_hot:
        values = _from_one_hot(table, entry, given, where)
    else:
        values = _levels(_own_cells(table, given, where), entry, given, _place(given, where), mend)
    if entry.kind == "binary":
        values = values.map({"yes": 1.0, "no": 0.0, "": np.nan}).astype(float)
    return {entry.name: values.rename(entry.name), **_companions(table, entry, given, values, where, mend)}


def _check_declared(entry: Entry, given: Given, mapping: Mapping[str, Given], where: str) -> None:
    at = f"{where}: '{entry.name}'"
    absent = [one for one in entry.needs if getattr(given, one) in (None, "") and f"{entry.name}_{one}" not in mapping]
    if absent:
        raise TableError(
            f"{at} needs `{absent[0]}` declared with it, a value for all rows or {{column: NAME}}: its numbers cannot "
            f"be compared without. Add `{absent[0]}`, or map '{entry.name}_{absent[0]}'."
        )
    if entry.kind != "quantity":
        _only_for_quantities(given, at)
    elif given.one_hot:
        raise TableError(f"{at} is a number; `one_hot` is for variables with levels. Name its `column`.")
    elif entry.unit and not given.unit:
        raise TableError(f"{at} needs its unit: one of {_units(entry)}. Units are not guessed.")
    elif given.unit and entry.unit_of(given.unit) is None:
        raise TableError(f"{at} is never in '{given.unit}'. Units that are known: {_units(entry)}.")


def _only_for_quantities(given: Given, at: str) -> None:
    wrong = [setting for setting in ("unit", "cap", *LIMITS) if getattr(given, setting) not in (None, "")]
    if wrong:
        raise TableError(f"{at} has no numbers with a unit, found `{wrong[0]}`. Leave it out.")


def _units(entry: Entry) -> str:
    return ", ".join(f"'{unit}'" for unit in (entry.unit or "1", *entry.units))


def _place(given: Given, where: str) -> str:
    return f"Column '{given.column}' of {where}" if given.column else f"The value for all rows of {where}"


def _cells(table: pd.DataFrame, column: str, given: Given, where: str) -> pd.Series:
    texts = column_of(table, column, where).map(word)
    return texts.where(~texts.isin(list(given.missing)), "")


def _own_cells(table: pd.DataFrame, given: Given, where: str) -> pd.Series:
    if given.value:
        return pd.Series(word(given.value), index=table.index, dtype=object)
    return _cells(table, given.column, given, where)


def _quantity(table: pd.DataFrame, entry: Entry, given: Given, where: str, mend: Mend) -> pd.Series:
    place = _place(given, where)
    known = _number_codes(entry, given, where)
    values = numbers(_own_cells(table, given, where), place, known, mend(entry.name))
    found = _in_range(values, entry, given, place)
    refuse_doubtful(values, entry, given, place)
    return found if given.cap is None else found.clip(upper=entry.canonical(given.cap, given.unit))


def _number_codes(entry: Entry, given: Given, where: str) -> dict[str, float]:
    try:
        return {text: float(number) for text, number in given.recode.items()}
    except ValueError:
        raise TableError(f"{where}: `recode` of '{entry.name}' gives numbers, found {dict(given.recode)}.") from None


def _in_range(values: pd.Series, entry: Entry, given: Given, place: str) -> pd.Series:
    assert entry.range is not None
    low, high = entry.range
    found = entry.canonical(values, given.unit)
    outside = (found < low) | (found > high)
    broken = found.notna() & (found != found.round()) & entry.whole
    wrong = values[outside | broken]
    if len(wrong):
        cells = addresses(wrong.map(lambda value: f"{value:g}"))
        what = "a whole number from " if entry.whole else ""
        unit = f" {entry.unit}" if entry.unit else ""
        declared = f"; the column is declared in {given.unit}" if given.unit and given.unit != entry.unit else ""
        raise TableError(
            f"{place}: '{entry.name}' is expected to be {what}{low:g} to {high:g}{unit}{declared}, found {cells}. Is "
            f"the unit right ({_units(entry)})? Correct the declaration, or the table.{entry.remark}"
        )
    return found


def _levels(texts: pd.Series, entry: Entry, given: Given, place: str, mend: Mend) -> pd.Series:
    """Level names; `""` where missing. An entry without levels keeps the texts."""
    if entry.kind == "text":
        return texts.map(lambda text: given.recode.get(text, text)).astype(object)
    meanings = entry.meanings()
    known = {text: _level(level, entry, place) for text, level in given.recode.items()}
    known |= {text: meanings.get(folded(text), "") for text in texts.unique() if text and text not in known}
    wrong = texts[[text != "" and not known[text] for text in texts]]
    if len(wrong):
        names = list(dict.fromkeys(meanings.values()))
        hint = did_you_mean(str(wrong.iloc[0]), names)
        raise TableError(
            f"{place}: {addresses(wrong)} is not known as '{entry.name}'.{hint}{entry.remark} {mend(entry.name)}"
        )
    return texts.map(lambda text: known[text] if text else "").astype(object)


def _level(spelled: str, entry: Entry, place: str) -> str:
    level = entry.meanings().get(folded(spelled))
    if level is None:
        names = list(dict.fromkeys(entry.meanings().values()))
        raise TableError(f"{place}: '{entry.name}' has no level '{spelled}'.{did_you_mean(spelled, names)}")
    return level


def _from_one_hot(table: pd.DataFrame, entry: Entry, given: Given, where: str) -> pd.Series:
    if entry.kind == "text":
        raise TableError(f"{where}: '{entry.name}' is a text without levels; name its `column`.")
    flags = {}
    for level, column in given.one_hot.items():
        texts = _cells(table, column, given, where)
        wrong = texts[~texts.isin(["0", "1", ""])]
        if len(wrong):
            raise TableError(f"Column '{column}' of {where}: 0 or 1 is expected (`one_hot`), found {addresses(wrong)}.")
        flags[_level(level, entry, where)] = texts == "1"
    chosen = pd.DataFrame(flags, index=table.index)
    several = chosen.index[chosen.sum(axis=1) > 1]
    if len(several):
        raise TableError(
            f"{where}: one level of '{entry.name}' is expected in each row, but several columns hold 1 (patients "
            f"{some([str(row) for row in several])}). Correct the table."
        )
    names = [next((level for level, flag in zip(chosen, row, strict=True) if flag), "") for row in chosen.to_numpy()]
    return pd.Series(names, index=table.index, dtype=object)


def _companions(
    table: pd.DataFrame, entry: Entry, given: Given, values: pd.Series, where: str, mend: Mend
) -> dict[str, pd.Series]:
    """Assay, panel and limits of normal as columns of their own: one value for each row that has the variable."""
    found = {}
    for companion in COMPANIONS:
        declared: Any = getattr(given, companion)
        if declared is None:
            continue
        name = f"{entry.name}_{companion}"
        if isinstance(declared, FromColumn):
            texts, place = _cells(table, declared.column, given, where), f"Column '{declared.column}' of {where}"
        else:
            texts, place = pd.Series(f"{declared}", index=table.index), f"{where}, `{companion}` of '{entry.name}'"
        known = values.notna() & (values != "")
        if companion in entry.needs and (known & (texts == "")).any():
            rows = [str(row) for row in table.index[known & (texts == "")]]
            raise TableError(
                f"{place}: a {companion} is expected wherever '{entry.name}' is known; it is empty for "
                f"{some(rows)}. Fill it in, or empty the variable there."
            )
        if companion in LIMITS:
            texts = _in_range(numbers(texts, place, None, mend(name)), entry, given, place)
        found[name] = texts.rename(name)
    return found
