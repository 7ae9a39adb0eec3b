"""Image features and clinical variables side by side: one row per patient, for evaluation and models."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from radici.core.cohort import Cohort
from radici.core.errors import StudyError
from radici.core.registry import did_you_mean
from radici.core.table import KEYS, Blocks, Column, Comparator, FeatureSource, FeatureTable
from radici.features.compute import columns
from radici.study.file import Study


class PatientTable:
    """A feature source with one row per patient: extracted features made wide, joined with clinical variables.

    Parameters
    ----------
    source
        Extracted features in long form, an extraction that learns from images, or None without images.
    cohort
        Clinical variables, their columns, and sites.
    rule
        How several lesions become one row.
    """

    def __init__(self, source: FeatureSource | None, cohort: Cohort, rule: str) -> None:
        self._source, self._cohort, self._rule = source, cohort, rule
        self._joined: dict[int, tuple[FeatureTable, FeatureTable]] = {}

    @property
    def patients(self) -> tuple[str, ...]:
        """Patients with features; every patient of the cohort where there are no images."""
        if self._source is None:
            return self._cohort.patients
        have = set(self._source.patients)
        return tuple(patient for patient in self._cohort.patients if patient in have)

    def learned_on(self, patients: Iterable[str]) -> FeatureTable:
        """All patients' rows, with image-learned steps fitted on `patients`."""
        if self._source is None:
            extracted = _no_features(self._cohort)
            key = 0
        else:
            extracted = self._source.learned_on(patients)
            key = id(extracted)
        if key not in self._joined:
            self._joined[key] = (extracted, self._join(extracted))
        return self._joined[key][1]

    def _join(self, extracted: FeatureTable) -> FeatureTable:
        wide = extracted if self._source is None else extracted.wide().per_patient(self._rule)
        place = {patient: i for i, patient in enumerate(wide.rows["patient"])}
        order = [patient for patient in self._cohort.patients if patient in place]
        take = [place[patient] for patient in order]
        image = wide.values.iloc[take].reset_index(drop=True)
        clinical = self._cohort.clinical.loc[order].reset_index(drop=True)
        columns: Mapping[str, Column] = {**wide.columns, **self._cohort.columns}
        values = pd.concat([image, clinical], axis=1).astype(float)
        return replace(wide, values=values, rows=wide.rows.iloc[take].reset_index(drop=True), columns=columns)


def _no_features(cohort: Cohort) -> FeatureTable:
    rows = pd.DataFrame({key: [""] * len(cohort.patients) for key in KEYS})
    rows["patient"], rows["site"] = list(cohort.patients), cohort.site.to_numpy()
    return FeatureTable(pd.DataFrame(index=rows.index), rows, {})


def check_volume(study: Study, cohort: Cohort, given: FeatureTable | None) -> None:
    """Refuse a `volume:` that no column will be called, before anything is extracted."""
    if study.volume is not None:
        _refuse_unknown(study.volume, [*_image_columns(study, cohort, given), *cohort.columns])


def _image_columns(study: Study, cohort: Cohort, given: FeatureTable | None) -> list[str]:
    """Names that image features will have, one row per patient."""
    if given is not None:
        return list(given.wide().values)
    if study.scans is None:
        return []
    described = columns(study.imaging, study.features, study.scans.modality, study.filters)
    places = sorted({(scan.time, token) for scan in cohort.scans for token in scan.regions})
    rows = pd.DataFrame("", index=range(len(places)), columns=list(KEYS))
    rows["time"], rows["region"] = [time for time, _ in places], [token for _, token in places]
    return list(
        FeatureTable(pd.DataFrame(0.0, index=rows.index, columns=list(described)), rows, described).wide().values
    )


def _refuse_unknown(volume: str, known: list[str]) -> None:
    if volume not in known:
        raise StudyError(
            f"volume: the feature table has no column '{volume}'.{did_you_mean(volume, known)} "
            f"Without a volume, write `volume: null`."
        )


def blocks_of(table: FeatureTable, volume: str | None, comparators: tuple[Comparator, ...] = ()) -> Blocks:
    """Which columns are image features, which clinical, and which one is the volume.

    A column without a single known value is left out: nothing can be learned from it.
    """
    if volume is not None:
        _refuse_unknown(volume, list(table.values))
    known = [name for name in table.values if table.values[name].notna().any()]
    kinds = {name: table.columns[name].kind for name in known}
    return Blocks(
        tuple(name for name in known if kinds[name] == "image"),
        tuple(name for name in known if kinds[name] == "clinical"),
        volume,
        comparators,
    )
