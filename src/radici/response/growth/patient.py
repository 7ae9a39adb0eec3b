"""One course, its RECIST 1.1 timeline and what became of the patient -> every number of growth, in one row."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from radici.core.settings import Settings
from radici.response.criteria.criterion import Timeline
from radici.response.exact import THOUSAND
from radici.response.growth.constants import GrowthFitting, growth_constants
from radici.response.growth.hyperprogression import Limits, Pace
from radici.response.growth.pseudoprogression import DissociatedResponse, Pseudoprogression
from radici.response.growth.rates import (
    EarlyShrinkage,
    Rate,
    doubling_time,
    early_change,
    tumour_growth_kinetics,
    tumour_growth_rate,
)
from radici.response.lesions.course import Course
from radici.response.patients import Facts


class GrowthRules(Settings):
    """What counts as early shrinkage, how constants are fitted, and when three scans are comparable."""

    shrinkage: EarlyShrinkage = Field(default_factory=EarlyShrinkage)
    fitting: GrowthFitting = Field(default_factory=GrowthFitting)
    limits: Limits = Field(default_factory=Limits)
    dissociated: DissociatedResponse = Field(default_factory=DissociatedResponse)


def growth_row(
    course: Course, timeline: Timeline, pace: Pace | None, facts: Facts, rules: GrowthRules
) -> Mapping[str, Any]:
    """Rates before and on treatment, constants, early shrinkage, pseudoprogression and dissociated response.

    Rates are NaN where undefined, with the reason in the column `…_why` beside them.
    """
    days, sums = measured(timeline)
    row: dict[str, Any] = {"patient": course.patient, "reader": course.reader}
    before, on = _intervals(pace)
    for name, interval in (("before", before), ("on", on)):
        row |= _rate(f"tgr_{name}_percent_month", interval, tumour_growth_rate)
        row |= _rate(f"tgk_{name}_mm_month", interval, tumour_growth_kinetics)
        row |= _rate(f"doubling_{name}_days", interval, doubling_time)
    base = math.nan if timeline.baseline is None else timeline.baseline / THOUSAND
    early = early_change(base, days, sums, rules.shrinkage)
    row |= {
        "early_change_percent": early.value,
        "early_shrinkage": rules.shrinkage.reached(early),
        "early_why": early.why,
    }
    row |= _constants(base, days, sums, rules.fitting)
    for reading in ("strict", "broad"):
        found = Pseudoprogression(reading=reading)(timeline, facts)
        row |= {f"pseudoprogression_{reading}": found.answer, f"pseudoprogression_{reading}_why": found.why}
        row["pseudoprogression_timing"] = found.timing
    apart = rules.dissociated(course)
    return row | {"dissociated": apart.answer, "dissociated_day": apart.day, "dissociated_why": apart.why}


def measured(timeline: Timeline) -> tuple[list[int], list[float]]:
    """Days after baseline and sums in mm of the visits with a complete sum."""
    points = [point for point in timeline.points if point.burden is not None]
    days = [point.day - timeline.baseline_day for point in points]
    return days, [(point.burden or 0) / timeline.scale for point in points]


Interval = tuple[float, float, float] | str


def _intervals(pace: Pace | None) -> tuple[Interval, Interval]:
    """First sum, second sum and days between, before and on treatment; or why there is none."""
    if pace is None:
        return "no target lesions at a baseline before treatment", "no target lesions at a baseline before treatment"
    before: Interval = "no complete scan before baseline"
    if pace.pre_mm is not None and pace.pre_day is not None:
        before = (pace.pre_mm, pace.baseline_mm, pace.baseline_day - pace.pre_day)
    on: Interval = "no complete scan on treatment"
    if pace.first_mm is not None and pace.first_day is not None:
        on = (pace.baseline_mm, pace.first_mm, pace.first_day - pace.baseline_day)
    return before, on


def _rate(name: str, interval: Interval, rule: Any) -> dict[str, Any]:
    found: Rate = Rate(math.nan, interval) if isinstance(interval, str) else rule(*interval)
    return {name: found.value, f"{name}_why": found.why}


def _constants(base: float, days: list[int], sums: list[float], fitting: GrowthFitting) -> dict[str, Any]:
    if math.isnan(base):
        return {"model": "", "g_per_day": math.nan, "d_per_day": math.nan, "fit_why": "no target lesions"}
    found = growth_constants([0, *days], [base, *sums], fitting)
    return {"model": found.model, "g_per_day": found.g, "d_per_day": found.d, "fit_why": found.why}
