"""Clinical table as text -> variables as numbers, with the unit of each."""

from collections.abc import Mapping

import pandas as pd

from radici.cohort.decimals import given_with_points, with_points
from radici.cohort.settings import Clinical
from radici.cohort.translate import as_texts
from radici.cohort.variables import Quantity, Variable
from radici.core.cells import column_of
from radici.core.table import Column
from radici.core.variables import VARIABLES, Given, read


def clinical_variables(settings: Clinical, table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Column]]:
    """The variables that the study maps, as numbers.

    Parameters
    ----------
    settings
        What each column is.
    table
        Texts, one row per patient, `""` where missing.

    Returns
    -------
    tuple
        float64 columns `clinical__*`, indexed by patient, NaN where missing; and what each of them is.

    Raises
    ------
    TableError
        A column that does not exist, a text among numbers, an undeclared level, a number out of range.
    """
    parts: list[pd.DataFrame] = []
    columns: dict[str, Column] = {}
    for name, variable, texts in _from_profile(settings, table):
        parts.append(variable.read(texts, name, f"'{name}' of {settings.file}"))
        columns |= {column.name: column for column in variable.columns(name)}
    for name, variable in settings.map.items():
        texts = column_of(table, variable.column, settings.file)
        where = f"Column '{variable.column}' of {settings.file}"
        if isinstance(variable, Quantity):
            texts = with_points(texts, settings.decimal, where, variable.recode)
        parts.append(variable.read(texts, name, where))
        columns |= {column.name: column for column in variable.columns(name)}
    if not parts:
        return pd.DataFrame(index=table.index), {}
    return pd.concat(parts, axis=1), columns


def _from_profile(settings: Clinical, table: pd.DataFrame) -> list[tuple[str, Variable, pd.Series]]:
    """The profile's variables that the table has: name, declaration, and canonical texts."""
    found = read_given(settings, table, settings.from_profile())
    declared = settings.declared()
    return [(name, declared[name], as_texts(found[name], VARIABLES[name])) for name in declared if name in found]


def read_given(settings: Clinical, table: pd.DataFrame, given: Mapping[str, Given]) -> pd.DataFrame:
    """Variables of the dictionary in canonical units (`core.variables.read`), with the table's own decimal sign."""
    return read(given_with_points(table, given, settings.decimal, settings.file), given, settings.file)
