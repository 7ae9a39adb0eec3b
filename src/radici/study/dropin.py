"""What `radici extract --params` does: PyRadiomics' columns by PyRadiomics' parameter file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from radici.core.cohort import Scan
from radici.core.errors import StudyError, some
from radici.core.parallel import in_order
from radici.core.progress import Progress
from radici.core.table import Failure
from radici.features.cases import Case, Enter, Outcome, attempt, cases_of
from radici.pyradiomics import Params, extract_batch, extract_pair, read_params
from radici.pyradiomics.batch import read_cases
from radici.study.extracted import Extracted, check_output, finish
from radici.study.extraction import Asked, given
from radici.study.memory import budget_bytes, case_bytes, workers
from radici.study.sources import is_index, is_study, scans_of


def extract_like_pyradiomics(asked: Asked, progress: Progress) -> Extracted:
    """Measure a pair, a folder or a batch CSV of PyRadiomics; nothing is kept between runs.

    Raises
    ------
    StudyError
        The parameter file or another option does not fit.
    InputError
        The source or the output cannot be used.
    """
    unfit = [
        f"--{name.replace('_', '-')}" for name in ("preset", "study", "record", "whole_image") if getattr(asked, name)
    ]
    if unfit:
        raise StudyError(f"--params says everything that is measured; it does not go with {some(unfit)}.")
    check_output(asked.out, asked.force)
    assert asked.params is not None
    params = read_params(asked.params)
    done = Extracted(asked.out, notes=list(params.notes))
    if is_index(asked.source):
        return _batch(asked, params, done, progress)
    cohort = scans_of(asked.source, asked.mask, given(asked), asked.data)
    done.failures = tuple(Failure(one.patient, one.stage, one.reason) for one in cohort.left_out)
    _limit(done, cohort.scans, asked)
    cases = [(case, _label(case, asked)) for case in cases_of(cohort)]
    rows = in_order(_Measure(params), cases, jobs=done.workers, progress=progress, label="extracting")
    good = [row for row in rows if isinstance(row, dict)]
    done.failures += tuple(row for row in rows if isinstance(row, Failure))
    done.log.computed, done.log.failed = len(good), len(rows) - len(good)
    done.table = pd.DataFrame(good) if good else None
    return finish(done)


@dataclass(frozen=True)
class _Measure:
    """One case and its label (None: the parameter file's) in; its row, or what became of it, out."""

    params: Params

    def __call__(self, task: tuple[Case, int | None]) -> dict[str, Any] | Failure:
        case, label = task
        source = case.scan.regions[case.region]
        row: dict[str, Any] = {"patient": case.scan.patient, "region": case.region}
        row |= {"Image": str(case.scan.image), "Mask": str(source.path)}

        def measure(enter: Enter) -> Outcome:
            row.update(extract_pair(case.scan.image, source.path, self.params, label))
            return Outcome()

        return attempt(case, measure).failure or row


def _label(case: Case, asked: Asked) -> int | None:
    """The label that the command or the study file names, or None for the parameter file's."""
    if asked.label is None and not is_study(asked.source):
        return None
    label = case.scan.regions[case.region].label
    if label is None:
        raise StudyError(f"{case}: PyRadiomics measures one label, and `any` is several. Name its number.")
    return label


def _batch(asked: Asked, params: Params, done: Extracted, progress: Progress) -> Extracted:
    """A batch CSV of PyRadiomics (Image, Mask, and columns that are passed through)."""
    said = [f"--{name}" for name in ("label", "modality", "region", "data") if getattr(asked, name) is not None]
    if said:
        raise StudyError(f"{some(said)}: with --params an index says this in its columns (Label, Label_channel).")
    scans = [Scan("", "ct", Path(case["Image"]), {}) for case in read_cases(asked.source)]
    _limit(done, scans, asked)
    table: pd.DataFrame = extract_batch(asked.source, params, done.workers, progress=progress)
    failed = {one["row"] - 1: one for one in table.attrs["failures"]}
    done.failures = tuple(
        Failure(Path(one["Image"]).name, "features", f"{asked.source.name}, row {one['row']}: {one['error']}")
        for one in failed.values()
    )
    good = table.drop(index=list(failed)).reset_index(drop=True)
    good.attrs = {}
    done.log.computed, done.log.failed = len(good), len(failed)
    done.table = good if len(good) else None
    return finish(done)


def _limit(done: Extracted, scans: Sequence[Scan], asked: Asked) -> None:
    done.workers, note = workers([case_bytes(scan) for scan in scans], asked.jobs, budget_bytes(asked.memory_gb))
    done.notes += [note] if note else []
