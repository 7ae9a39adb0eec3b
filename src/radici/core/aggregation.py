"""Rules that turn several rows of a patient into one; stateless, applied before any fold is made."""

from collections.abc import Callable, Mapping
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
    """Smallest value over the patient's lesions."""
    return rows.min().to_numpy()


@RULES.add("maximum")
def maximum(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """Largest value over the patient's lesions."""
    return rows.max().to_numpy()


@RULES.add("largest")
def largest(rows: pd.DataFrame, patient: str, columns: Mapping[str, Any]) -> np.ndarray:
    """The row of the patient's largest lesion by mesh volume; of equals the first, and a lesion without volume last."""
    volumes = [name for name in rows if columns[name].ibsi_tag == "morph_volume"]
    if not volumes:
        raise TableError("The rule 'largest' needs the feature morph_volume. Add the family `morph`.")
    volume = rows[volumes].max(axis=1).fillna(-np.inf).to_numpy()
    return rows.iloc[int(np.argmax(volume))].to_numpy()
