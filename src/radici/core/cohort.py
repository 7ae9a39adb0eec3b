"""Who is studied: patients, their scans, their clinical variables, and who was left out and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from radici.core.table import Column


@dataclass(frozen=True)
class RegionSource:
    """Where a contour comes from: a mask file and the label in it (None: every label above zero)."""

    path: Path
    label: int | None = None


@dataclass(frozen=True)
class Scan:
    """One series of one patient at one time, and the contours drawn on it.

    `regions` maps region tokens (`gtv`) to their source. All keys are strings; `""` where one does not apply.
    """

    patient: str
    modality: str
    image: Path
    regions: Mapping[str, RegionSource]
    time: str = ""
    lesion: str = ""
    scan: str = ""
    reader: str = ""

    def __str__(self) -> str:
        parts = [self.modality.upper()]
        parts += [f"at {self.time}"] if self.time else []
        parts += [f"lesion {self.lesion}"] if self.lesion else []
        return f"patient {self.patient}, {' '.join(parts)}"


@dataclass(frozen=True)
class Left:
    """A patient or scan that is not analysed, at which stage, and the reason in words."""

    patient: str
    stage: str
    reason: str


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients and everything that is known of them before features.

    Parameters
    ----------
    patients
        Study ids, in the order of the clinical table.
    scans
        Readable scans of those patients.
    clinical
        Numeric variables `clinical__*`, one row per patient, NaN where missing.
    source
        The clinical table as text, one row per patient: what endpoints read.
    site
        Centre of each patient; `""` where the study names none.
    columns
        Unit and origin of each clinical variable.
    left_out
        Patients and scans not analysed, with the reason.
    """

    patients: tuple[str, ...]
    scans: tuple[Scan, ...]
    clinical: pd.DataFrame
    source: pd.DataFrame
    site: pd.Series
    columns: Mapping[str, Column] = field(default_factory=dict)
    left_out: tuple[Left, ...] = ()

    def only(self, patients: list[str]) -> "Cohort":
        """The cohort of some of its patients, in the cohort's order."""
        wanted = set(patients)
        kept = [patient for patient in self.patients if patient in wanted]
        return replace(
            self,
            patients=tuple(kept),
            scans=tuple(scan for scan in self.scans if scan.patient in wanted),
            clinical=self.clinical.loc[kept],
            source=self.source.loc[kept],
            site=self.site.loc[kept],
            left_out=tuple(left for left in self.left_out if left.patient in wanted),
        )
