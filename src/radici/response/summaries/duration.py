"""A timeline and what became of the patient -> time to response and duration of response."""

from typing import NamedTuple

from radici.response.criteria.criterion import Timeline
from radici.response.patients import Facts
from radici.response.summaries.best_response import first_response, on_treatment
from radici.response.summaries.progression import ProgressionFree, TimeTo


class Duration(NamedTuple):
    """When the response began (days since time zero), and how long it lasted from there."""

    began: int
    lasted: TimeTo


def duration_of_response(timeline: Timeline, facts: Facts, rule: ProgressionFree) -> Duration | None:
    """From the first complete or partial response to progression or death, by the rule of progression-free survival.

    None where the patient never responded, or not before new therapy.
    """
    first = first_response(on_treatment(timeline.points, facts))
    if first is None:
        return None
    free = rule(timeline, facts)
    days = max(free.days - first.day, 0)
    low, high = (max(end - first.day, 0.0) for end in (free.low, free.high))
    return Duration(first.day, free._replace(days=days, low=low, high=high))
