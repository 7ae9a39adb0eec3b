"""A timeline and what became of the patient -> time to progression or death, with the censoring rule that was named.

Rules: FDA, Clinical trial endpoints for the approval of cancer drugs and biologics (2018), table A of its appendix;
admiralonco's time-to-event vignette for new therapy. `as_observed` counts every event whenever it came (EMA's habit).
"""

import math
from typing import Literal, NamedTuple

from pydantic import Field

from radici.core.settings import Settings
from radici.response.categories import MEANING
from radici.response.criteria.criterion import Point, Timeline
from radici.response.patients import Facts

Cause = Literal["progression", "death", "censored"]
UNVERIFIED = (
    "an unconfirmed progression without a later scan counts as progression (read in admiralonco's code only)",
    "death or progression after new therapy is censored at the last scan before it (read in admiralonco only)",
)


class TimeTo(NamedTuple):
    """Time to an event, or to the end of observation.

    Parameters
    ----------
    days
        Since time zero.
    cause
        What happened then.
    why
        In words, with the dates and the rule that decided.
    low, high
        The event lies in (`low`, `high`]: between two scans for progression, both the same day for a death, `high`
        infinite where the patient was censored.
    """

    days: int
    cause: Cause
    why: str
    low: float
    high: float

    @property
    def event(self) -> bool:
        """Whether the event was seen."""
        return self.cause != "censored"


class Event(NamedTuple):
    """A progression or death before any censoring: its day, cause, and the adequate scan before it."""

    day: int
    cause: Cause
    why: str
    low: float


class ProgressionFree(Settings):
    """Progression-free survival.

    Parameters
    ----------
    censoring
        `fda`: two or more missed scans before the event, or new therapy before it, censor the patient at the last
        adequate scan before them; a death before any scan is an event. `as_observed`: events count whenever they came.
    scan_days
        How often scans were planned; without it missed scans cannot be known, and none is assumed.
    missed_scans
        How many missed in a row censor an event after them.
    tolerance_days
        How late a planned scan may be.
    unconfirmed_counts
        Whether progression that waits for its confirmation counts where no informative scan followed (immune criteria).
    """

    censoring: Literal["fda", "as_observed"] = "fda"
    scan_days: int | None = Field(None, gt=0)
    missed_scans: int = Field(2, ge=1)
    tolerance_days: int = Field(14, ge=0)
    unconfirmed_counts: bool = True

    def __call__(self, timeline: Timeline, facts: Facts) -> TimeTo:
        """Days to progression or death, or to censoring; and why."""
        event = self._event(timeline, facts)
        if event is None:
            return self._alive(timeline, facts)
        censored = self._censored(event, timeline, facts) if self.censoring == "fda" else None
        if censored is not None:
            return censored
        high = float(event.day)
        low = high if event.cause == "death" else event.low
        return TimeTo(event.day, event.cause, event.why, low, high)

    def _event(self, timeline: Timeline, facts: Facts) -> Event | None:
        """The first of progression and death."""
        day, why = self._progression(timeline)
        if day is not None and (facts.death is None or day <= facts.death):
            return Event(day, "progression", why, _last_adequate(timeline, day))
        if facts.death is not None:
            return Event(facts.death, "death", f"death on day {facts.death}", _last_adequate(timeline, facts.death))
        return None

    def _progression(self, timeline: Timeline) -> tuple[int | None, str]:
        """Day of progression: for criteria that confirm, the day it was first seen."""
        point = timeline.progression
        if point is not None:
            day = point.first_seen
            late = f", confirmed on day {point.day}" if point.since not in (None, point.day) else ""
            return day, f"{point.category} on day {day}{late}"
        waiting = _unconfirmed_at_end(timeline)
        if waiting is not None and self.unconfirmed_counts:
            day = waiting.first_seen
            return day, f"{waiting.category} on day {day}, no informative scan after it"
        return None, ""

    def _censored(self, event: Event, timeline: Timeline, facts: Facts) -> TimeTo | None:
        """The patient censored before the event, where the FDA's rules say so."""
        therapy = facts.new_therapy
        if therapy is not None and therapy < event.day:
            last = _last_adequate(timeline, therapy + 1)
            return _censor(last, f"new therapy on day {therapy}, before {event.why}")
        if self.scan_days is None:
            return None
        gap = event.day - event.low - self.tolerance_days
        missed = max(0, math.ceil(gap / self.scan_days) - 1)
        if missed >= self.missed_scans:
            return _censor(event.low, f"{missed} scans missed before {event.why}")
        return None

    def _alive(self, timeline: Timeline, facts: Facts) -> TimeTo:
        """No event: censored at the last adequate scan, before new therapy under the FDA's rules."""
        therapy = facts.new_therapy
        if therapy is not None and self.censoring == "fda":
            return _censor(
                _last_adequate(timeline, therapy + 1), f"new therapy on day {therapy}, no progression before"
            )
        return _censor(_last_adequate(timeline, math.inf), "no progression seen")


def overall_survival(facts: Facts) -> TimeTo | None:
    """Days to death of any cause, censored at the last contact; None where neither is known."""
    if facts.death is not None:
        return TimeTo(facts.death, "death", f"death on day {facts.death}", facts.death, facts.death)
    if facts.last_contact is None:
        return None
    return TimeTo(facts.last_contact, "censored", f"alive on day {facts.last_contact}", facts.last_contact, math.inf)


def _censor(day: float, why: str) -> TimeTo:
    at = max(int(day), 0)
    none = "no adequate scan after baseline" if at == 0 else f"last adequate scan on day {at}"
    return TimeTo(at, "censored", f"{none}; {why}", at, math.inf)


def _last_adequate(timeline: Timeline, before: float) -> int:
    """Day of the last scan of the last visit that ended before a day and could be evaluated; day zero without any."""
    days = [p.last_day for p in timeline.points if p.last_day < before and MEANING[p.category] != "unknown"]
    return max([0, *days])


def _unconfirmed_at_end(timeline: Timeline) -> Point | None:
    """The last informative visit where it is progression still waiting for its confirmation."""
    informative = [point for point in timeline.points if MEANING[point.category] != "unknown"]
    waits = bool(informative) and MEANING[informative[-1].category] == "unconfirmed"
    return informative[-1] if waits else None
