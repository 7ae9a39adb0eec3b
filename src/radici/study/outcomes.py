"""An endpoint and the cohort whose table it describes -> its Outcome; the outcomes of two cohorts -> one."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from radici.cohort.decimals import with_points
from radici.cohort.tables import read_table
from radici.core.cohort import Cohort
from radici.core.errors import StudyError, some
from radici.core.outcome import Outcome, Response, Survival
from radici.response.endpoint import Endpoint
from radici.study.file import Study

BASELINE = {"", "baseline", "bl", "base", "pre", "screening", "d0", "w0", "m0", "t0"}
"""Time points that are not after the start of treatment."""


def outcome_of(study: Study, cohort: Cohort, name: str, data: Path) -> Outcome:
    """The endpoint `name` of a study's own cohort, read with that study's columns, units and texts.

    Tables that the endpoint reads besides lie in `data`, and are written like the clinical one.
    """
    endpoint, source = study.endpoints[name], cohort.source
    _check_clock(endpoint, cohort, name)
    for time in (getattr(endpoint, "time", None), getattr(endpoint, "landmark", None)):
        if isinstance(time, str) and time in source and study.clinical is not None:
            where = f"Endpoint '{name}', column '{time}'"
            source = source.assign(**{time: with_points(source[time], study.clinical.decimal, where)})
    separator = study.clinical.separator if study.clinical is not None else None
    tables = {file: read_table(data / file, separator=separator) for file in endpoint.files}
    return endpoint(name, source, tables) if tables else endpoint(name, source)


def _check_clock(endpoint: Endpoint, cohort: Cohort, name: str) -> None:
    """Refuse to count from the start of treatment what is predicted from a later scan (immortal time)."""
    later = sorted({scan.time for scan in cohort.scans} - BASELINE)
    if later and endpoint.counts_from_start:
        raise StudyError(
            f"Endpoint '{name}' counts from the start of treatment, but scans at {some(later)} were made later: only "
            f"patients who lived until then have one. Move time zero to the scan: name the column with its time as "
            f"`landmark` (`landmark_day` for an endpoint from lesions), or leave these scans out."
        )


def joined(first: Outcome, second: Outcome, file: str) -> Outcome:
    """Both cohorts' patients in one outcome; unknown in either stays unknown, with its reason.

    Raises
    ------
    StudyError
        The outcomes are of different kinds, or yes is good in one and bad in the other.
    """
    patients, unknown = (*first.patients, *second.patients), (*first.unknown, *second.unknown)
    if isinstance(first, Survival) and isinstance(second, Survival):
        event, months = np.concatenate([first.event, second.event]), np.concatenate([first.months, second.months])
        return replace(first, patients=patients, unknown=unknown, event=event, months=months)
    if not isinstance(first, Response) or not isinstance(second, Response):
        raise StudyError(f"{file}: the endpoint '{first.name}' is of another kind there. Declare the study's own kind.")
    if first.favourable != second.favourable:
        raise StudyError(
            f"{file}: for the endpoint '{first.name}', yes is {_good(second)} there and {_good(first)} in the study. "
            f"Give both the same `favourable`, and the same meaning to yes."
        )
    return replace(first, patients=patients, unknown=unknown, yes=np.concatenate([first.yes, second.yes]))


def _good(outcome: Response) -> str:
    return "the good answer" if outcome.favourable else "the bad answer"
