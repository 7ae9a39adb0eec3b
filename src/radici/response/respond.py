"""Courses and what became of the patients in; every criterion, summary and growth number, side by side, out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pydantic import Field

from radici.core.errors import LesionError
from radici.core.progress import Progress, silent
from radici.core.settings import Settings
from radici.response.criteria import CRITERIA, Criterion, Recist11, Timeline
from radici.response.growth.hyperprogression import Pace, hyperprogression
from radici.response.growth.pace_of import pace_of
from radici.response.growth.patient import GrowthRules, growth_row
from radici.response.lesions import Course
from radici.response.patients import Facts
from radici.response.summaries.benefit import Benefit, DurableBenefit
from radici.response.summaries.best_response import Best, BestResponse
from radici.response.summaries.depth import Depth, depth
from radici.response.summaries.duration import Duration, duration_of_response
from radici.response.summaries.progression import ProgressionFree, TimeTo, overall_survival


class Rules(Settings):
    """How timelines are summarised; each with its usual default."""

    best: BestResponse = Field(default_factory=BestResponse)
    confirmed: BestResponse = Field(default_factory=lambda: BestResponse(confirm=True))
    progression: ProgressionFree = Field(default_factory=ProgressionFree)
    benefit: DurableBenefit = Field(default_factory=DurableBenefit)
    growth: GrowthRules = Field(default_factory=GrowthRules)


@dataclass(frozen=True, eq=False)
class PatientSummary:
    """One timeline in one line."""

    patient: str
    criterion: str
    reader: str
    best: Best
    confirmed: Best
    depth: Depth
    free: TimeTo
    survival: TimeTo | None
    response: Duration | None
    benefit: Benefit


@dataclass(frozen=True, eq=False)
class Responses:
    """Everything that is said of a group of patients.

    Parameters
    ----------
    courses
        Of the patients that could be read, in order.
    facts
        By patient; empty ones where nothing is known.
    timelines, summaries
        By the criterion's name, in the order of the courses; a patient that a criterion refuses is not among its own.
    growth, hyperprogression
        One row per course; one row per patient and rule.
    refused
        Patient, criterion and reason.
    criteria
        The settings used, by name.
    """

    courses: tuple[Course, ...]
    facts: Mapping[str, Facts]
    timelines: Mapping[str, tuple[Timeline, ...]]
    summaries: Mapping[str, tuple[PatientSummary, ...]]
    growth: pd.DataFrame
    hyperprogression: pd.DataFrame
    refused: tuple[tuple[str, str, str], ...]
    criteria: Mapping[str, Criterion]
    rules: Rules
    notes: tuple[str, ...] = field(default=())

    def frame(self) -> pd.DataFrame:
        """One row for each patient and criterion."""
        return pd.DataFrame([_row(one) for found in self.summaries.values() for one in found])


def respond(
    courses: Sequence[Course],
    facts: Mapping[str, Facts] | None = None,
    criteria: Iterable[Criterion] = (),
    rules: Rules | None = None,
    progress: Progress = silent,
) -> Responses:
    """Apply criteria to courses and summarise them.

    Parameters
    ----------
    courses
        One per patient and reader; with several readers, each is a row of its own.
    facts
        What became of each patient; progression-free survival of a patient without them ends at the last scan.
    criteria
        By default RECIST 1.1 and iRECIST.
    """
    rules, facts = rules or Rules(), facts or {}
    chosen = list(criteria) or [CRITERIA["recist11"](), CRITERIA["irecist"]()]
    known = {course.patient: facts.get(course.patient, Facts(course.patient)) for course in courses}
    timelines: dict[str, list[Timeline]] = {one.registered_name: [] for one in chosen}
    refused: list[tuple[str, str, str]] = []
    rows: list[Mapping[str, Any]] = []
    paces: list[Pace] = []
    recist = next((one for one in chosen if isinstance(one, Recist11)), Recist11())
    for done, course in enumerate(courses, start=1):
        for criterion in chosen:
            try:
                timelines[criterion.registered_name].append(criterion(course))
            except LesionError as error:
                refused.append((course.patient, criterion.registered_name, str(error)))
        row, pace = _growth(course, recist, known[course.patient], rules.growth)
        rows += [row] if row else []
        paces += [pace] if pace else []
        if done % 100 == 0 or done == len(courses):
            progress("response", done, len(courses))
    summaries = {
        name: tuple(summary(line, known[line.patient], rules) for line in lines) for name, lines in timelines.items()
    }
    readers = {course.reader for course in courses}
    judged = paces if len(readers) < 2 else []
    return Responses(
        tuple(courses), known, {name: tuple(lines) for name, lines in timelines.items()}, summaries,
        pd.DataFrame(rows), hyperprogression(judged, limits=rules.growth.limits), tuple(refused),
        {one.registered_name: one for one in chosen}, rules,
    )  # fmt: skip


def _growth(
    course: Course, recist: Recist11, facts: Facts, rules: GrowthRules
) -> tuple[Mapping[str, Any] | None, Pace | None]:
    """Growth of one patient by RECIST 1.1's targets; nothing where RECIST refuses the course."""
    try:
        timeline = recist(course)
    except LesionError:
        return None, None
    pace = pace_of(course, timeline, facts)
    return growth_row(course, timeline, pace, facts, rules), pace


def summary(timeline: Timeline, facts: Facts, rules: Rules) -> PatientSummary:
    """One timeline in one line."""
    best = rules.best.of(timeline, facts)
    free = rules.progression(timeline, facts)
    return PatientSummary(
        timeline.patient, timeline.criterion, timeline.reader, best, rules.confirmed.of(timeline, facts),
        depth(timeline, facts), free, overall_survival(facts), duration_of_response(timeline, facts, rules.progression),
        rules.benefit(best, free),
    )  # fmt: skip


def _row(one: PatientSummary) -> dict[str, Any]:
    lasted = one.response
    return {
        "patient": one.patient,
        "reader": one.reader,
        "criterion": one.criterion,
        "best_response": one.best.category,
        "best_response_day": one.best.day,
        "confirmed_best_response": one.confirmed.category,
        "best_change_percent": one.depth.change,
        "best_change_day": one.depth.day,
        "response_day": lasted.began if lasted else None,
        "response_days": lasted.lasted.days if lasted else None,
        "response_ended": lasted.lasted.event if lasted else None,
        "pfs_days": one.free.days,
        "pfs_event": one.free.event,
        "pfs_cause": one.free.cause,
        "pfs_after_day": one.free.low,
        "pfs_up_to_day": one.free.high,
        "pfs_why": one.free.why,
        "os_days": one.survival.days if one.survival else None,
        "os_event": one.survival.event if one.survival else None,
        "durable_benefit": one.benefit.answer,
        "durable_benefit_why": one.benefit.why,
    }
