"""Clinical table as text -> variables as numbers, with the unit of each."""

import pandas as pd

from radici.cohort.decimals import with_points
from radici.cohort.settings import Clinical
from radici.cohort.variables import Quantity
from radici.core.cells import column_of
from radici.core.table import Column


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
