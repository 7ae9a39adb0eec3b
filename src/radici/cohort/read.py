"""Files -> Cohort: who is studied, which scans are theirs, and who is left out, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from radici.cohort.clinical import clinical_variables
from radici.cohort.duplicates import refuse_shared_files
from radici.cohort.scans import check_scan_columns, scan_of
from radici.cohort.settings import CohortSettings
from radici.cohort.tables import read_table
from radici.core.cells import column_of
from radici.core.cohort import Cohort, Left, Scan
from radici.core.errors import InputError, StudyError, TableError, some
from radici.core.registry import did_you_mean
from radici.core.table import Column


@dataclass
class _Found:
    """What has been read so far: the two tables, indexed by patient, and who was left out."""

    clinical: pd.DataFrame
    index: pd.DataFrame
    left_out: list[Left] = field(default_factory=list)

    def leave(self, patient: str, stage: str, reason: str) -> None:
        self.left_out.append(Left(patient, stage, reason))


def read_cohort(settings: CohortSettings, data: Path) -> Cohort:
    """Read the tables of a study and find the scans of its patients; no voxel is read.

    Parameters
    ----------
    settings
        The study file's part on patients, scans and tables.
    data
        The folder that relative paths start from.

    Returns
    -------
    Cohort
        Patients in the order of the clinical table (of the index without one): those with at least one scan
        whose files exist, or all where the study has no scans. `left_out` names everyone else.

    Raises
    ------
    FileMissing, TableError
        A table is absent, malformed, lacks a column, or holds a cell that does not fit its declaration.
    StudyError
        A path pattern or `exclude` names what does not exist.
    InputError
        A patient is listed twice, two patients share an image, or no patient is left.
    """
    data = Path(data)
    found = _tables(settings, data)
    _exclude(found, settings.exclude)
    scans = _scans(found, settings, data) if settings.scans is not None else None
    patients = _patients(found, settings, scans)
    refuse_shared_files(scan for scan in scans or () if scan.patient in patients)
    source = found.clinical.loc[patients]
    clinical = pd.DataFrame(index=source.index)
    columns: Mapping[str, Column] = {}
    if settings.clinical is not None:
        clinical, columns = clinical_variables(settings.clinical, source)
    place = {patient: i for i, patient in enumerate(patients)}
    kept = sorted((scan for scan in scans or () if scan.patient in place), key=lambda scan: place[scan.patient])
    site = _sites(found, settings).reindex(patients, fill_value="")
    return Cohort(tuple(patients), tuple(kept), clinical, source, site, columns, tuple(found.left_out))


def _tables(settings: CohortSettings, data: Path) -> _Found:
    missing = settings.clinical.missing if settings.clinical is not None else ("",)
    separator = settings.clinical.separator if settings.clinical is not None else None
    found = _Found(pd.DataFrame(), pd.DataFrame())
    if settings.clinical is not None:
        file = settings.clinical.file
        table = read_table(data / file, ("", *missing), separator)
        found.clinical = _by_patient(found, table, settings.patient, file)
        ids = found.clinical.index
        twice = list(dict.fromkeys(ids[ids.duplicated()]))
        if twice:
            raise InputError(
                f"{file}: one row per patient is expected, but {some(twice)} occur(s) more than once. "
                f"Keep one row of each."
            )
    if settings.scans is not None and settings.scans.index is not None:
        file = settings.scans.index
        table = read_table(data / file, ("", *missing), separator)
        found.index = _by_patient(found, table, settings.patient, file)
    if settings.clinical is None:
        found.clinical = pd.DataFrame(index=pd.Index(found.index.index.unique(), dtype=object))
    return found


def _by_patient(found: _Found, table: pd.DataFrame, patient: str, file: str) -> pd.DataFrame:
    ids = column_of(table, patient, file)
    for line in table.index[ids == ""]:
        found.leave(f"line {line}", "table", f"line {line} of {file} has no patient id in column '{patient}'")
    named = table[ids != ""]
    return named.set_index(pd.Index(ids[ids != ""], dtype=object, name="patient_id"))


def _exclude(found: _Found, exclude: Mapping[str, str]) -> None:
    known = [str(patient) for patient in dict.fromkeys([*found.clinical.index, *found.index.index])]
    for patient, reason in exclude.items():
        if patient not in known:
            raise StudyError(f"exclude: no patient is called '{patient}'.{did_you_mean(patient, known)}")
        found.leave(patient, "excluded by hand", reason)
    found.clinical = found.clinical[~found.clinical.index.isin(list(exclude))]
    found.index = found.index[~found.index.index.isin(list(exclude))]


def _scans(found: _Found, settings: CohortSettings, data: Path) -> list[Scan]:
    """Scans whose files exist; the others, and patients without any, go to `left_out`."""
    assert settings.scans is not None
    listed = settings.scans.index is not None
    rows = found.index if listed else found.clinical
    file = settings.scans.index or (settings.clinical.file if settings.clinical is not None else "")
    check_scan_columns(settings, [str(name) for name in rows.columns], file)
    if listed and settings.clinical is not None:
        rows = _with_clinical_row(found, settings.clinical.file, file)
    scans = []
    for patient, row in zip(rows.index, rows.to_dict("records"), strict=True):
        scan = scan_of(settings, str(patient), row, data)
        if isinstance(scan, Scan):
            scans.append(scan)
        else:
            found.leave(str(patient), "files", scan)
    _refuse_repeated(scans, file)
    for patient in found.clinical.index:
        if patient not in rows.index:
            found.leave(str(patient), "image index", f"no scan listed in {file}")
    return scans


def _with_clinical_row(found: _Found, clinical: str, index: str) -> pd.DataFrame:
    known = found.index.index.isin(found.clinical.index)
    strangers = list(dict.fromkeys(found.index.index[~known]))
    if strangers and not known.any():
        raise InputError(
            f"No patient id of {index} is in {clinical}: {some(strangers, 3)} against "
            f"{some(list(found.clinical.index), 3)}. Ids are compared as texts: write them alike in both tables."
        )
    for patient in strangers:
        found.leave(str(patient), "clinical table", f"listed in {index} but has no row in {clinical}")
    return found.index[known]


def _refuse_repeated(scans: list[Scan], file: str) -> None:
    seen: set[tuple[str, ...]] = set()
    for one in scans:
        key = (one.patient, one.modality, one.time, one.lesion, one.scan, one.reader)
        if key in seen:
            raise TableError(
                f"{file}: two rows describe the same scan of {one}. Delete one, or name the column that tells "
                f"them apart: `time`, or `lesion`, `scan`, `reader` under `scans`."
            )
        seen.add(key)


def _patients(found: _Found, settings: CohortSettings, scans: list[Scan] | None) -> list[str]:
    with_scan = {scan.patient for scan in scans} if scans is not None else set(found.clinical.index)
    patients = [str(patient) for patient in found.clinical.index if patient in with_scan]
    if settings.site is not None:
        site = _sites(found, settings)
        for patient in [patient for patient in patients if site[patient] == ""]:
            found.leave(patient, "table", f"no site in column '{settings.site}'")
        patients = [patient for patient in patients if site[patient] != ""]
    if not patients:
        reasons = [f"{left.patient} ({left.reason})" for left in found.left_out]
        raise InputError(f"No patient is left to study: {some(reasons, 3)}. Is it the right data folder?")
    return patients


def _sites(found: _Found, settings: CohortSettings) -> pd.Series:
    """Centre of each patient, from the clinical table or else from the index; `""` where unknown."""
    name = settings.site
    if name is None:
        return pd.Series("", index=found.clinical.index, name="site", dtype=object)
    if name in found.clinical or name not in found.index:
        where = (
            settings.clinical.file if settings.clinical is not None else str(settings.scans and settings.scans.index)
        )
        return column_of(found.clinical if settings.clinical is not None else found.index, name, where).rename("site")
    pairs = found.index[[name]].reset_index().drop_duplicates()
    twice = sorted(set(pairs.loc[pairs["patient_id"].duplicated(), "patient_id"]))
    if twice:
        raise TableError(f"Column '{name}': one site per patient is expected; {some(twice)} have several.")
    return pairs.set_index("patient_id")[name].rename("site").reindex(found.clinical.index, fill_value="")
