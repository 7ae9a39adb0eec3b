"""A second study file as the sealed cohort: its patients join under a site name of their own."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from radici.cohort.duplicates import refuse_shared_files
from radici.cohort.read import read_cohort
from radici.core.cohort import Cohort
from radici.core.errors import InputError, StudyError, some
from radici.core.outcome import Outcome
from radici.study.comparators import ComparatorSettings, with_scores
from radici.study.file import Study
from radici.study.outcomes import outcome_of


def with_second_cohort(first: Cohort, study: Study, beside: Path) -> tuple[Cohort, Outcome]:
    """Both cohorts in one, and the second one's outcome, read as its own study file says.

    The second one's patients have the site `study <file>`.

    Raises
    ------
    StudyError
        When the second file declares other variables, regions or endpoints than the first.
    InputError
        When a patient id or an image occurs in both.
    """
    assert study.sealed is not None
    assert study.sealed.study is not None
    path = beside / study.sealed.study
    other = Study.read(path)
    scores = study.comparators.elsewhere(other.comparators) if study.comparators else None
    if scores is not None:
        _refuse_outcomes(other, scores, path.name)
    second = with_scores(read_cohort(other, path.parent), other.clinical, scores)
    both = sorted(set(first.patients) & set(second.patients))
    if both:
        raise InputError(
            f"{len(both)} patient id(s) are in the study and in its sealed cohort {path.name}: {some(both)}. If they "
            f"are other people, give them other ids; if not, exclude them from one of the two."
        )
    name, _ = study.endpoint
    _check_endpoint(study, other, path.name)
    if set(study.regions) != set(other.regions):
        raise StudyError(f"{path.name} has the regions {sorted(other.regions)}, the study {sorted(study.regions)}.")
    for column in first.columns.values():
        theirs = second.columns.get(column.name)
        if theirs is None or theirs.unit != column.unit:
            found = f"in '{theirs.unit}'" if theirs else "absent"
            raise StudyError(f"{path.name}: '{column.name}' is {found}, the study has it in '{column.unit}'.")
    refuse_shared_files([*first.scans, *second.scans])
    site = pd.Series(f"study {study.sealed.study}", index=second.site.index)
    both_cohorts = replace(
        first,
        patients=(*first.patients, *second.patients),
        scans=(*first.scans, *second.scans),
        clinical=pd.concat([first.clinical, second.clinical[list(first.clinical)]]),
        source=pd.concat([first.source, second.source]).fillna(""),
        site=pd.concat([first.site, site]),
        left_out=(*first.left_out, *second.left_out),
    )
    return both_cohorts, outcome_of(other, second, name, path.parent)


def _refuse_outcomes(other: Study, scores: ComparatorSettings, file: str) -> None:
    try:
        other.refuse_outcomes_read_by(scores)
    except StudyError as error:
        raise StudyError(f"{file}: {error}.") from None


def _check_endpoint(study: Study, other: Study, file: str) -> None:
    """The same question must be asked of both cohorts; columns, units and texts are each cohort's own."""
    name, endpoint = study.endpoint
    if name not in other.endpoints:
        raise StudyError(f"{file} has no endpoint '{name}'. Declare the same endpoint there.")
    theirs = other.endpoints[name]
    if type(theirs) is not type(endpoint):
        raise StudyError(f"{file} declares the endpoint '{name}' in another form. Use the first study's.")
    months, other_months = getattr(endpoint, "months", None), getattr(theirs, "months", None)
    if months != other_months:
        raise StudyError(
            f"{file}: the endpoint '{name}' is read at {other_months:g} months, in the study at {months:g}."
        )
