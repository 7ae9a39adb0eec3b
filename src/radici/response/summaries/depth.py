"""A timeline -> how deep the response was, when it began, and each visit's change: what waterfalls and spiders show."""

import math
from typing import NamedTuple

from radici.response.categories import MEANING
from radici.response.criteria.criterion import Point, Timeline
from radici.response.patients import Facts
from radici.response.summaries.best_response import on_treatment


class Depth(NamedTuple):
    """Best change of the burden from baseline in percent (the smallest), its day, and why where there is none."""

    change: float
    day: int | None
    why: str


def depth(timeline: Timeline, facts: Facts | None = None) -> Depth:
    """Deepest change from baseline up to the first progression, that visit included, and up to new therapy.

    NaN where the patient has no target lesion, or none was measured completely after baseline.
    """
    counted: list[Point] = []
    for point in on_treatment(timeline.points, facts):
        counted.append(point)
        if MEANING[point.category] == "progression":
            break
    known = [point for point in counted if not math.isnan(point.change)]
    if not known:
        why = "no target lesion" if timeline.baseline is None else "no complete measurement after baseline"
        return Depth(math.nan, None, why)
    best = min(known, key=lambda point: point.change)
    return Depth(best.change, best.day, f"{best.change:+.1f} % on day {best.day}")
