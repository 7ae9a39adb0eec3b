"""Features of regions: numbers, whose they are, what they mean, and what failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd

from radici.core.aggregation import RULES
from radici.core.errors import TableError, some
from radici.core.names import FeatureName
from radici.core.registry import did_you_mean

KEYS = ("patient", "time", "lesion", "region", "scan", "reader")


@dataclass(frozen=True)
class Column:
    """What a column is: its kind (`image`, `clinical`, `score`), unit, origin and, for our features, IBSI's tag.

    `origin` is `radici` for names that follow the grammar; any other origin keeps an opaque name.
    """

    name: str
    kind: str = "image"
    unit: str = ""
    origin: str = "radici"
    ibsi_tag: str = ""
    ibsi_code: str = ""


@dataclass(frozen=True)
class Failure:
    """A scan that gave no features: whose, at which stage, and the error's sentence."""

    patient: str
    stage: str
    error: str


class FeatureSource(Protocol):
    """What an evaluation draws features from.

    A table is one. An extraction whose imaging chain learns from images is another: it refits those steps on
    the given patients and extracts again.
    """

    @property
    def patients(self) -> tuple[str, ...]:
        """Patients with features."""
        ...

    def learned_on(self, patients: Iterable[str]) -> "FeatureTable":
        """Features of all patients, with image-learned steps fitted on `patients` only."""
        ...


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Feature values in long form: one row per region of a lesion on a scan.

    Parameters
    ----------
    values
        float64, one column per feature; NaN means undefined by the feature's definition.
    rows
        The six keys `patient, time, lesion, region, scan, reader` (strings, `""` where one does not apply),
        and attributes such as `site`; same length and order as `values`.
    columns
        What each column is.
    failures
        Scans that gave no row, and why.
    learned
        Settings of image steps that were fitted on patients (empty without such steps).
    """

    values: pd.DataFrame
    rows: pd.DataFrame
    columns: Mapping[str, Column]
    failures: tuple[Failure, ...] = ()
    learned: tuple[dict, ...] = ()

    def __post_init__(self) -> None:
        missing = [key for key in KEYS if key not in self.rows]
        if missing:
            raise TableError(f"Rows of a feature table need the keys {', '.join(KEYS)}; missing: {', '.join(missing)}.")
        if len(self.rows) != len(self.values):
            raise TableError(f"{len(self.values)} rows of values but {len(self.rows)} rows of keys.")
        unknown = [name for name in self.values if name not in self.columns]
        if unknown:
            raise TableError(f"No description of column(s) {some(unknown)}.")
        repeated = self.rows[self.rows.duplicated(list(KEYS), keep=False)]
        if len(repeated):
            raise TableError(f"Rows with the same keys, patient(s) {some(sorted(set(repeated['patient'])))}.")

    @property
    def patients(self) -> tuple[str, ...]:
        """Patients with at least one row, in order of first appearance."""
        return tuple(dict.fromkeys(self.rows["patient"]))

    def learned_on(self, patients: Iterable[str]) -> "FeatureTable":
        """This table: nothing in it was learned from images."""
        return self

    def of(self, patients: Iterable[str]) -> "FeatureTable":
        """The rows of some patients."""
        wanted = set(patients)
        keep = self.rows["patient"].isin(wanted).to_numpy()
        return replace(
            self,
            values=self.values[keep].reset_index(drop=True),
            rows=self.rows[keep].reset_index(drop=True),
            failures=tuple(failure for failure in self.failures if failure.patient in wanted),
        )

    def wide(self) -> "FeatureTable":
        """One row per patient, lesion, scan and reader; region and time move into the column names."""
        index = ["patient", "lesion", "scan", "reader"]
        attributes = [name for name in self.rows if name not in KEYS]
        parts: list[pd.DataFrame] = []
        columns: dict[str, Column] = {}
        for (region, time), group in self.rows.groupby(["region", "time"], sort=True):
            values = self.values.loc[group.index].dropna(axis=1, how="all")
            names = {name: _with_place(name, self.columns[name], region, time) for name in values}
            columns |= {new: replace(self.columns[old], name=new) for old, new in names.items()}
            keys = pd.MultiIndex.from_frame(group[index])
            parts.append(values.rename(columns=names).set_index(keys))
        joined = pd.concat(parts, axis=1).sort_index() if parts else pd.DataFrame()
        rows = joined.index.to_frame(index=False).assign(time="", region="")
        first = self.rows.drop_duplicates(index).set_index(index)
        for name in attributes:
            rows[name] = first.loc[joined.index, name].to_numpy()
        values = joined.reset_index(drop=True)
        order = sorted(values.columns)
        return replace(self, values=values[order], rows=rows[[*KEYS, *attributes]], columns=columns)

    def per_patient(self, rule: str = "only") -> "FeatureTable":
        """One row per patient, in the order of `patients`.

        Parameters
        ----------
        rule
            How several rows of a patient become one (`largest`, `mean`, `sum` …, see `core.aggregation`).
            `only` allows no repeats: where keys repeat, a rule is a decision that the study must make.
        """
        combine = RULES[rule]
        values, kept = [], []
        for patient, group in self.rows.groupby("patient", sort=False):
            values.append(combine(self.values.loc[group.index], str(patient), self.columns))
            kept.append(group.iloc[0])
        rows = pd.DataFrame(kept).reset_index(drop=True)
        if len(rows) < len(self.rows):
            rows[["lesion", "scan", "reader"]] = ""
        frame = pd.DataFrame(np.array(values).reshape(len(rows), -1), columns=self.values.columns)
        return replace(self, values=frame, rows=rows)


def _with_place(name: str, column: Column, region: str, time: str) -> str:
    if column.origin != "radici" or column.kind != "image":
        return "_".join(part for part in (name, region, time) if part)
    parsed = FeatureName.parse(name)
    where = "_".join(part for part in (parsed.where, region, time) if part)
    return str(replace(parsed, where=where))


def rows_of(table: FeatureTable, patients: Iterable[str]) -> np.ndarray:
    """Row number of each patient, int, shape (n,).

    Raises
    ------
    TableError
        When a patient has no row, or more than one: whatever learns from a table takes one row per patient.
    """
    place: dict[str, int] = {}
    for row, patient in enumerate(table.rows["patient"]):
        if patient in place:
            raise TableError(
                f"Patient {patient} has several rows in the feature table. Say how they become one: "
                f"`per_patient: largest`, `mean`, `sum`, `minimum` or `maximum`."
            )
        place[patient] = row
    absent = [patient for patient in patients if patient not in place]
    if absent:
        raise TableError(f"{len(absent)} patient(s) with a known outcome have no row of features: {some(absent)}.")
    return np.array([place[patient] for patient in patients], dtype=int)


def column_values(table: FeatureTable, name: str, rows: np.ndarray | None = None) -> np.ndarray:
    """Values of a column, or of its natural logarithm where the name is `log(column)`; float64, shape (n,).

    Parameters
    ----------
    rows
        Row numbers that are wanted; None for all. Other rows are not looked at.
    """
    logarithm = name.startswith("log(")
    column = name[4:-1] if logarithm else name
    if column not in table.values:
        raise TableError(f"The feature table has no column '{column}'.{did_you_mean(column, list(table.values))}")
    values = table.values[column].to_numpy(dtype=np.float64)
    values = values if rows is None else values[rows]
    if not logarithm:
        return values
    if not (values > 0).all():
        patients = table.rows["patient"].to_numpy() if rows is None else table.rows["patient"].to_numpy()[rows]
        wrong = [str(patient) for patient in patients[~(values > 0)]]
        raise TableError(
            f"The volume column '{column}' must be known and positive for every patient; it is not for {some(wrong)}. "
            f"Measure it, or leave them out with `exclude`."
        )
    return np.log(values)


@dataclass(frozen=True)
class Comparator:
    """A published score beside the models: its column, its name in the results, and whether higher is better."""

    column: str
    name: str
    better: bool


@dataclass(frozen=True)
class Blocks:
    """Which columns of a patient table play which part in the five models, and the scores beside them.

    `volume` names the tumour volume, or None where the study does not say which column it is.
    """

    image: tuple[str, ...]
    clinical: tuple[str, ...]
    volume: str | None = None
    comparators: tuple[Comparator, ...] = ()
