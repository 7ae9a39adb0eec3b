"""The contract of aggregation rules: the rows of a patient in, one row out."""

import numpy as np
import pandas as pd

from radici.core.aggregation import RULES
from radici.core.errors import TableError
from radici.core.table import Column
from radici.testing.promise import promise

VOLUME = "ct__orig__morph_volume__none"
MEAN = "ct__orig__stat_mean__none"
AGE = "clinical__age"
COLUMNS = {
    VOLUME: Column(VOLUME, unit="mm³", ibsi_tag="morph_volume"),
    MEAN: Column(MEAN, unit="image unit", ibsi_tag="stat_mean"),
    AGE: Column(AGE, kind="clinical", unit="years"),
}
LESIONS = pd.DataFrame({VOLUME: [12.5, 900.25, 77.0], MEAN: [41.1, np.nan, -3.7], AGE: [61.0, 61.0, 61.0]})


def check_rule(name: str) -> None:
    """Check that an aggregation rule keeps the promises of its kind.

    One row stays what it is, the order of rows does not matter, a lesion without numbers does not stand for the
    patient, the table is not changed. A rule may refuse several rows with a `TableError` that names the patient.
    A rule that measures how lesions differ gives NaN or 0 for one row instead, and the same for several rows when
    the same is added to all.

    Parameters
    ----------
    name
        Under which the rule is registered.

    Raises
    ------
    AssertionError
        With a sentence that names the broken promise.

    Examples
    --------
    >>> check_rule("largest")
    """
    promise(name in RULES, f"No aggregation rule is registered as '{name}'.")
    who = f"The aggregation rule '{name}'"
    promise(bool(RULES[name].__doc__), f"{who} has no docstring.")
    differs = _measures_differences(name)
    for i in range(len(LESIONS)):
        one = LESIONS.iloc[[i]]
        same = np.array_equal(_combine(name, one), one.to_numpy()[0], equal_nan=True)
        promise(same or differs, f"{who} changes the only row of a patient.")
    try:
        together = _combine(name, LESIONS)
    except TableError as error:
        promise("P1" in str(error), f"{who} refuses several rows without naming the patient: {error}")
        return
    for order in ([2, 0, 1], [1, 2, 0], [2, 1, 0]):
        same = np.allclose(_combine(name, LESIONS.iloc[order]), together, rtol=1e-12, equal_nan=True)
        promise(same, f"{who} depends on the order of a patient's rows.")
    empty = pd.DataFrame([[np.nan] * LESIONS.shape[1]], columns=LESIONS.columns)
    for rows in ([LESIONS, empty], [empty, LESIONS]):
        same = np.allclose(_combine(name, pd.concat(rows)), together, rtol=1e-12, equal_nan=True)
        promise(same, f"{who} lets a lesion without any number speak for the patient.")


def _measures_differences(name: str) -> bool:
    """Whether a rule says nothing of one lesion, and of several only how they differ."""
    alone = [_combine(name, LESIONS.iloc[[i]]) for i in range(len(LESIONS))]
    if any((one[~np.isnan(one)] != 0).any() for one in alone):
        return False
    together, raised = _combine(name, LESIONS), _combine(name, LESIONS + 7.0)
    return bool((np.abs(together) > 0).any() and np.allclose(together, raised, rtol=1e-9, equal_nan=True))


def _combine(name: str, rows: pd.DataFrame) -> np.ndarray:
    given = rows.copy(deep=True)
    found = RULES[name](rows, "P1", COLUMNS)
    who = f"The aggregation rule '{name}'"
    promise(rows.equals(given), f"{who} changes the rows that it is given.")
    fits = isinstance(found, np.ndarray) and found.shape == (rows.shape[1],)
    promise(fits, f"{who} must return one number for each column.")
    return found
