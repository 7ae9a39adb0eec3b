"""A cohort in, a table of features out: every region of every scan, and what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from radici.core.cohort import Cohort
from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.core.table import FeatureTable
from radici.features.cases import (
    Case,
    Enter,
    ExtractionLog,
    Outcome,
    Read,
    assemble,
    attempt,
    case_key,
    cases_of,
)
from radici.features.compute import columns, measure
from radici.features.family import FamilySettings
from radici.features.learned import Extraction
from radici.features.store import Store
from radici.imaging.filter import Filter
from radici.imaging.step import Step, split


def extract(
    cohort: Cohort,
    imaging: Sequence[Step],
    features: Sequence[FamilySettings],
    filters: Sequence[Filter] = (),
    *,
    store: Path | None = None,
    jobs: int = 1,
    progress: Progress = silent,
    log: ExtractionLog | None = None,
    read: Read | None = None,
) -> FeatureTable | Extraction:
    """Features of every region of every scan.

    Parameters
    ----------
    cohort
        Whose scans.
    imaging
        Steps in order, see `radici.imaging.read_chain`.
    features
        Families, see `radici.features.family.read_families`.
    filters
        Whose responses are measured beside the original image, see `radici.imaging.read_filters`.
    store
        Folder of earlier results: what is there and unchanged (image and mask bytes, label, settings, version)
        is not computed again. None keeps nothing.
    jobs
        Processes; -1 for one per core. The table is the same, byte for byte, whatever their number.
    progress
        Told after each case.
    log
        Filled with how many cases were reused, computed and failed.
    read
        How a region is read; by default `radici.cohort.load.load_region`.

    Returns
    -------
    The table, rows sorted by their keys. With a step that learns from images, an `Extraction`: it gives a table
    for each set of patients that the step may learn from.

    Raises
    ------
    StudyError
        When settings do not fit together.
    TableError
        When two scans of one modality would share a row.

    Notes
    -----
    A case that fails becomes a `Failure` and stops no other; its row is left out whole, so that NaN in the
    table means undefined and nothing else.
    """
    before, rest = split(imaging)
    for scan in cohort.scans:
        columns(imaging, features, scan.modality, filters)
    read = read or _default_read()
    log = log if log is not None else ExtractionLog()
    cases = cases_of(cohort)
    if rest:
        return Extraction.prepare(
            cohort, cases, before, rest, tuple(features), tuple(filters), Store(store), jobs, progress, log, read
        )
    work = _Plain(tuple(imaging), tuple(features), tuple(filters), Store(store), read)
    outcomes = in_order(work, cases, jobs=jobs, progress=progress, label="extracting")
    return assemble(cohort, cases, outcomes, imaging, features, filters, log)


def _default_read() -> Read:
    from radici.cohort.load import load_region

    return load_region


@dataclass(frozen=True)
class _Plain:
    """One case from files to values, or from the store."""

    chain: tuple[Step, ...]
    families: tuple[FamilySettings, ...]
    filters: tuple[Filter, ...]
    store: Store
    read: Read

    def __call__(self, case: Case) -> Outcome:
        key = case_key(self.store, case, self.chain, (*self.families, *self.filters))
        kept = self.store.values(key) if key else None
        if kept is not None:
            return Outcome(kept, reused=True)
        return attempt(case, lambda enter: self._values(case, key, enter))

    def _values(self, case: Case, key: str, enter: Enter) -> Outcome:
        region = self.read(case.scan, case.region)
        enter("imaging")
        values = measure(region, self.chain, self.families, self.filters, enter)
        if key:
            self.store.keep_values(key, values)
        return Outcome(values)
