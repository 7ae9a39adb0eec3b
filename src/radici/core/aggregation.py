"""Rules that turn several rows of a patient into one; stateless, applied before any fold is made.

A rule takes the rows of one patient, the patient's id, and what each column is. It asks of the columns only which one
is the volume (`ibsi_tag` is `morph_volume`), so that features and rows of a lesion table share all rules: `combine`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from radici.core.errors import TableError
from radici.core.registry import Registry

Rule = Callable[[pd.DataFrame, str, Mapping[str, Any]], np.ndarray]
RULES: Registry[Rule] = Registry("aggregation rule")


@RULES.add("only")
def only(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """The patient's single row; several are refused."""
    if len(rows) > 1:
        raise TableError(
            f"Patient {patient} has {len(rows)} rows (lesions, scans or readers). Say how they become one with "
            f"`per_patient: largest`, `mean`, `sum`, `minimum` or `maximum`."
        )
    return rows.to_numpy()[0]


@RULES.add("mean")
def mean(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Unweighted mean over the patient's lesions."""
    return rows.mean().to_numpy()


@RULES.add("sum")
def total(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Sum over the patient's lesions; NaN where every lesion is NaN."""
    return rows.sum(min_count=1).to_numpy()


@RULES.add("minimum")
def minimum(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Smallest value over the patient's lesions: the best lesion where high is bad, the worst where high is good."""
    return rows.min().to_numpy()


@RULES.add("maximum")
def maximum(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Largest value over the patient's lesions: the worst lesion where high is bad, the best where high is good."""
    return rows.max().to_numpy()


@RULES.add("range")
def extent(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Largest less smallest value over the patient's lesions; 0 for one lesion. Columns keep their names."""
    return (rows.max() - rows.min()).to_numpy()


@RULES.add("spread")
def spread(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Standard deviation over the patient's lesions (by n - 1); NaN for one lesion. Columns keep their names."""
    return rows.std(ddof=1).to_numpy()


@RULES.add("largest")
def largest(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """The row of the patient's largest lesion by mesh volume; of equals the first, and a lesion without volume last."""
    volume = _volumes(rows, columns, "largest")
    return rows.iloc[int(np.argmax(np.where(np.isnan(volume), -np.inf, volume)))].to_numpy()


@RULES.add("smallest")
def smallest(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """The row of the patient's smallest lesion by mesh volume; of equals the first, one without volume last."""
    volume = _volumes(rows, columns, "smallest")
    return rows.iloc[int(np.argmin(np.where(np.isnan(volume), np.inf, volume)))].to_numpy()


@RULES.add("volume_weighted_mean")
def volume_weighted_mean(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Mean over the patient's lesions, each as heavy as its mesh volume; a value that is NaN has no weight."""
    return _weighted(rows, patient, _volumes(rows, columns, "volume_weighted_mean"), "volume_weighted_mean")


@RULES.add("largest_3")
def largest_3(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Volume-weighted mean over the patient's three largest lesions, or as many as there are; of equals the first."""
    volume = _volumes(rows, columns, "largest_3")
    three = np.argsort(np.where(np.isnan(volume), np.inf, -volume), kind="stable")[:3]
    return _weighted(rows.iloc[three], patient, volume[three], "largest_3")


def _volumes(rows: pd.DataFrame, columns: Mapping[str, Any], rule: str) -> np.ndarray:
    """Volume of each row, float64, shape (n,); NaN where it is unknown."""
    volumes = [name for name in rows if columns[name].ibsi_tag == "morph_volume"]
    if not volumes:
        raise TableError(
            f"The rule '{rule}' needs the feature morph_volume. Add the family `morph`; for a table of lesions, name "
            f"the column of volumes."
        )
    return rows[volumes].max(axis=1).to_numpy(dtype=float)


def _weighted(rows: pd.DataFrame, patient: str, volume: np.ndarray, rule: str) -> np.ndarray:
    """Mean of the rows by volume; one row stays as it is, to the last bit."""
    values = rows.to_numpy(dtype=float)
    known = ~np.isnan(values)
    if len(rows[known.any(axis=1)]) == 1:
        return values[known.any(axis=1)][0]
    lacking = int((known.any(axis=1) & ~(volume > 0)).sum())
    if lacking:
        raise TableError(
            f"Patient {patient}: the rule '{rule}' weighs {len(rows)} rows by volume, and {lacking} of them have "
            f"values but no volume above 0. Measure it, or choose `per_patient: mean`."
        )
    weight = np.where(known, volume[:, None], 0.0)
    total = weight.sum(axis=0)
    sums = (np.where(known, values, 0.0) * weight).sum(axis=0)
    return np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)


@dataclass(frozen=True)
class _Plain:
    """A column that is not a feature of ours; `ibsi_tag` says whether it is the volume."""

    ibsi_tag: str = ""


def combine(rows: pd.DataFrame, rule: str, patient: str, volume: str = "") -> pd.Series:
    """One number per column of a table of lesions, by the rules that features use.

    Parameters
    ----------
    rows
        Numbers, one row per lesion of one patient.
    rule
        Name of the rule.
    volume
        The column that is the lesion's volume, for rules that need one.

    Raises
    ------
    TableError
        The volume column does not exist, or the rule needs one and none is named.
    """
    if volume and volume not in rows:
        raise TableError(f"Patient {patient}: the lesion table has no column '{volume}' to take volumes from.")
    columns = {name: _Plain("morph_volume" if name == volume else "") for name in rows}
    return pd.Series(RULES[rule](rows, patient, columns), index=rows.columns, dtype=float)
