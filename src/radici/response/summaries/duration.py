"""A timeline and what became of the patient -> time to response and duration of response."""

from typing import NamedTuple

from radici.response.criteria.criterion import Timeline
from radici.response.patients import Facts
from radici.response.summaries.best_response import first_response
from radici.response.summaries.progression import ProgressionFree, TimeTo


class Duration(NamedTuple):
    """When the response began (days since time zero), and how long it lasted from there."""

    began: int
    lasted: TimeTo


def duration_of_response(timeline: Timeline, facts: Facts, rule: ProgressionFree) -> Duration | None:
    """From the first complete or partial response to progression or death, by the rule of progression-free survival.

    None where the patient never responded.
    """
    first = first_response(timeline.points)
    if first is None:
        return None
    free = rule(timeline, facts)
    days = max(free.days - first.day, 0)
    return Duration(first.day, free._replace(days=days, low=max(free.low - first.day, 0.0), high=free.high - first.day))
