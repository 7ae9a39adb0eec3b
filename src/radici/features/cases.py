"""Cohort in, the cases of an extraction out; and from what became of each, the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from radici.core.cohort import Cohort, Scan
from radici.core.errors import RadiciError, StudyError, TableError
from radici.core.provenance import text_hash
from radici.core.region import Region
from radici.core.settings import Settings
from radici.core.table import KEYS, Column, Failure, FeatureTable
from radici.features.compute import columns
from radici.features.family import FamilySettings
from radici.features.store import Store, Values, content_key, settings_key
from radici.imaging.filter import Filter
from radici.imaging.step import Step

Read = Callable[[Scan, str], Region]
Enter = Callable[[str], None]


@dataclass
class ExtractionLog:
    """How many cases were taken from the store, computed anew, or failed; filled while `extract` runs."""

    reused: int = 0
    computed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Case:
    """One region of one scan: a row of the table, or a part of it where modalities share a row."""

    scan: Scan
    region: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The six keys of the row, in the order of `KEYS`."""
        s = self.scan
        return (s.patient, s.time, s.lesion, self.region, s.scan, s.reader)

    def __str__(self) -> str:
        return f"{self.scan}, region '{self.region}'"


@dataclass(frozen=True)
class Outcome:
    """What became of a case: its values, or the stage and the sentence of its failure."""

    values: Values | None = None
    reused: bool = False
    failure: Failure | None = None


def cases_of(cohort: Cohort) -> list[Case]:
    """The cohort's cases, sorted by their keys, each row's modality at most once."""
    cases = sorted(
        (Case(scan, token) for scan in cohort.scans for token in scan.regions),
        key=lambda case: (case.keys, case.scan.modality),
    )
    if not cases:
        raise StudyError("The cohort has no region on any scan. Check `scans` and `regions` in the study file.")
    for one, other in pairwise(cases):
        if one.keys == other.keys and one.scan.modality == other.scan.modality:
            raise TableError(
                f"Two scans of {one} ({one.scan.image.name} and {other.scan.image.name}) would share a row. Tell them "
                f"apart with a `time`, `scan` or `reader` column in the index of scans."
            )
    return cases


def case_key(store: Store, case: Case, chain: Sequence[Step], wanted: Sequence[Settings]) -> str:
    """Name of a case's file in the store; empty without a store, or where a file cannot be read (reading says why)."""
    if store.folder is None:
        return ""
    try:
        return text_hash(content_key(case.scan, case.region), settings_key(chain), settings_key(wanted))
    except OSError:
        return ""


def attempt(case: Case, work: Callable[[Enter], Outcome]) -> Outcome:
    """Do the work; an exception becomes the case's failure, at the stage it had entered."""
    stage = ["read"]
    try:
        return work(lambda name: stage.__setitem__(0, name))
    except RadiciError as error:
        sentence = str(error)
    except Exception as error:
        sentence = f"{type(error).__name__}: {error}"
    if not sentence.startswith(f"Patient {case.scan.patient}"):
        sentence = f"{str(case)[0].upper()}{str(case)[1:]}: {sentence}"
    return Outcome(failure=Failure(case.scan.patient, stage[0], sentence))


def assemble(
    cohort: Cohort,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    chain: Sequence[Step],
    families: Sequence[FamilySettings],
    filters: Sequence[Filter],
    log: ExtractionLog,
    learned: tuple[dict, ...] = (),
) -> FeatureTable:
    """The table of all cases that succeeded, modalities of one row side by side."""
    described: dict[str, Column] = {}
    rows: dict[tuple[str, ...], Values] = {}
    broken = {case.keys for case, outcome in zip(cases, outcomes, strict=True) if outcome.failure}
    for case, outcome in zip(cases, outcomes, strict=True):
        described |= columns(chain, families, case.scan.modality, filters)
        log.failed += outcome.failure is not None
        log.reused += outcome.reused
        log.computed += outcome.failure is None and not outcome.reused
        if case.keys not in broken and outcome.values is not None:
            rows.setdefault(case.keys, {}).update(outcome.values)
    frame = pd.DataFrame(list(rows), columns=list(KEYS), dtype=str)
    frame["site"] = [str(cohort.site.get(patient, "")) for patient in frame["patient"]]
    values = pd.DataFrame(list(rows.values()), columns=list(described), dtype=float)
    failures = tuple(outcome.failure for outcome in outcomes if outcome.failure)
    return FeatureTable(values, frame, described, failures, learned)
