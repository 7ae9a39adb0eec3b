"""Feature tables whose imaging learned from some patients only: the chain is refitted for each set of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from radici.core.cohort import Cohort
from radici.core.errors import InputError
from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.core.provenance import text_hash
from radici.core.region import Region
from radici.core.table import FeatureTable
from radici.features.cases import Case, Enter, ExtractionLog, Outcome, Read, assemble, attempt, case_key
from radici.features.compute import looked_at_mm, measure
from radici.features.family import FamilySettings
from radici.features.store import Store, settings_key
from radici.imaging.check import check_region
from radici.imaging.filter import Filter
from radici.imaging.step import LearningStep, Step, apply


@dataclass(frozen=True)
class Kept:
    """A region after the steps that learn nothing: in memory, or in the store under `key`; or why there is none."""

    key: str
    region: Region | None = None
    failed: Outcome | None = None


@dataclass(eq=False)
class Extraction:
    """Features of a cohort, given whose images the imaging steps may learn from (a `FeatureSource`).

    The chain is cut at its first learning step. What comes before is computed once; what follows is fitted on
    the patients given and applied to all, once for each set of patients.
    """

    cohort: Cohort
    cases: Sequence[Case]
    before: tuple[Step, ...]
    rest: tuple[Step, ...]
    families: tuple[FamilySettings, ...]
    filters: tuple[Filter, ...]
    store: Store
    jobs: int
    log: ExtractionLog
    kept: Sequence[Kept]
    _tables: dict[frozenset[str], FeatureTable] = field(default_factory=dict, repr=False)

    @classmethod
    def prepare(
        cls,
        cohort: Cohort,
        cases: Sequence[Case],
        before: tuple[Step, ...],
        rest: tuple[Step, ...],
        families: tuple[FamilySettings, ...],
        filters: tuple[Filter, ...],
        store: Store,
        jobs: int,
        progress: Progress,
        log: ExtractionLog,
        read: Read,
    ) -> "Extraction":
        """Compute, or find in the store, every region up to the first learning step."""
        work = _Prepare(before, rest, families, filters, store, read)
        kept = in_order(work, cases, jobs=jobs, progress=progress, label="preparing")
        return cls(cohort, cases, before, rest, families, filters, store, jobs, log, kept)

    @property
    def patients(self) -> tuple[str, ...]:
        """Patients with at least one region that reached the first learning step."""
        usable = [case.scan.patient for case, one in zip(self.cases, self.kept, strict=True) if one.failed is None]
        return tuple(dict.fromkeys(usable))

    def learned_on(self, patients: Iterable[str], progress: Progress = silent) -> FeatureTable:
        """Features of all patients, the learning steps fitted on `patients` only.

        Raises
        ------
        InputError
            When none of `patients` has a region to learn from.
        """
        teachers = frozenset(patients)
        if teachers not in self._tables:
            self._tables[teachers] = self._extract(self._fit(teachers), progress)
        return self._tables[teachers]

    def _fit(self, teachers: frozenset[str]) -> tuple[Step, ...]:
        """The rest of the chain with each learning step replaced by what it learned, in turn."""
        used = [i for i, case in enumerate(self.cases) if case.scan.patient in teachers and not self.kept[i].failed]
        if not used:
            raise InputError(
                f"None of the {len(teachers)} training patients has a region that an imaging step could learn "
                f"from. Look at the table's failures."
            )
        fitted: list[Step] = []
        for step in self.rest:
            fitted.append(step.learn(self._regions(used, fitted)) if isinstance(step, LearningStep) else step)
        return tuple(fitted)

    def _regions(self, used: Sequence[int], steps: Sequence[Step]) -> Iterator[Region]:
        """Training regions after the steps fitted so far; one that fails there is left to the table's failures."""
        for i in used:
            try:
                region = apply(steps, load(self.kept[i], self.store, self.before))
            except InputError:
                continue
            yield region

    def _extract(self, fitted: tuple[Step, ...], progress: Progress) -> FeatureTable:
        work = _Finish(self.before, fitted, self.families, self.filters, self.store)
        pairs = list(zip(self.cases, self.kept, strict=True))
        outcomes = in_order(
            work, [_Pair(case, kept) for case, kept in pairs], jobs=self.jobs, progress=progress, label="extracting"
        )
        # Learned steps are the plain ones that stand where the study names a learning one.
        learned = tuple(new.spelled() for old, new in zip(self.rest, fitted, strict=True) if old is not new)
        chain = (*self.before, *fitted)
        return assemble(self.cohort, self.cases, outcomes, chain, self.families, self.filters, self.log, learned)


@dataclass(frozen=True)
class _Pair:
    case: Case
    kept: Kept

    def __str__(self) -> str:
        return str(self.case)


def load(kept: Kept, store: Store, history: tuple[Step, ...]) -> Region:
    """The region, from memory or from the store."""
    return kept.region if kept.region is not None else store.region(kept.key, history)


@dataclass(frozen=True)
class _Prepare:
    """One case from files to the region before the first learning step."""

    before: tuple[Step, ...]
    rest: tuple[Step, ...]
    families: tuple[FamilySettings, ...]
    filters: tuple[Filter, ...]
    store: Store
    read: Read

    def __call__(self, case: Case) -> Kept:
        # How much image is kept around the contour depends on what will look at it, and on which voxels.
        key = case_key(self.store, case, self.before, (*self.rest, *self.families, *self.filters))
        if key and self.store.has_region(key):
            return Kept(key)
        found: list[Region] = []
        outcome = attempt(case, lambda enter: self._region(case, found, enter))
        if outcome.failure:
            return Kept(key, failed=outcome)
        if not key:
            return Kept(key, region=found[0])
        self.store.keep_region(key, found[0])
        return Kept(key)

    def _region(self, case: Case, found: list[Region], enter: Enter) -> Outcome:
        region = self.read(case.scan, case.region)
        enter("imaging")
        check_region(region)
        margin = looked_at_mm(region, (*self.before, *self.rest), self.families, self.filters)
        found.append(apply(self.before, region, margin))
        return Outcome()


@dataclass(frozen=True)
class _Finish:
    """One case from the kept region to values, or from the store."""

    before: tuple[Step, ...]
    fitted: tuple[Step, ...]
    families: tuple[FamilySettings, ...]
    filters: tuple[Filter, ...]
    store: Store

    def __call__(self, pair: _Pair) -> Outcome:
        if pair.kept.failed is not None:
            return pair.kept.failed
        key = ""
        if pair.kept.key:
            key = text_hash(pair.kept.key, settings_key(self.fitted), settings_key((*self.families, *self.filters)))
            values = self.store.values(key)
            if values is not None:
                return Outcome(values, reused=True)
        return attempt(pair.case, lambda enter: self._values(pair.kept, key, enter))

    def _values(self, kept: Kept, key: str, enter: Enter) -> Outcome:
        region = load(kept, self.store, self.before)
        enter("imaging")
        values = measure(region, self.fitted, self.families, self.filters, enter)
        if key:
            self.store.keep_values(key, values)
        return Outcome(values)
