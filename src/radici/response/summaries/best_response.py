"""Categories by day -> the best overall response, confirmed or not, with its day and why.

Which assessments count, and how a response is confirmed: Eisenhauer 2009 (RECIST 1.1, table 3) as pharmaverse's
admiralonco reads it (`derive_param_bor`, `derive_param_confirmed_bor`), whose published cases are tests here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import Field

from radici.core.settings import Settings
from radici.response.categories import MEANING, RANK, Meaning
from radici.response.criteria.criterion import Point, Timeline
from radici.response.patients import Facts

MISSING = "MISSING"


class Call(NamedTuple):
    """One assessment: day since time zero, and category."""

    day: int
    category: str

    @property
    def meaning(self) -> Meaning:
        """What the category means."""
        return MEANING[self.category]


class Best(NamedTuple):
    """A best overall response: category (`MISSING` without any assessment), the day it was first seen, and why."""

    category: str
    day: int | None
    why: str

    @property
    def meaning(self) -> Meaning:
        """What the category means; missing is unknown."""
        return MEANING.get(self.category, "unknown")


class BestResponse(Settings):
    """Best overall response from time zero to the first progression.

    Parameters
    ----------
    confirm
        Whether complete and partial response need a second one; required for response rates of trials without
        randomisation (RECIST 1.1, section 4.6).
    confirm_days
        Least days from a response to the one that confirms it.
    stable_days
        Least days from time zero for stable disease (and non-CR/non-PD); an earlier one is not evaluable. Protocols
        say six to eight weeks. The benefit that PECRIT tells at three to four weeks is told by then.
    max_not_evaluable
        How many assessments that are not evaluable may lie between a response and its confirmation.
    accept_stable
        Whether one stable disease may lie between two partial responses.
    """

    confirm: bool = False
    confirm_days: int = Field(28, ge=0)
    stable_days: int = Field(42, ge=0)
    max_not_evaluable: int = Field(1, ge=0)
    accept_stable: bool = False

    def of(self, timeline: Timeline, facts: Facts | None = None) -> Best:
        """Best response of a timeline, up to new therapy: what comes after it is not a response to the treatment."""
        counted = on_treatment(timeline.points, facts)
        best = self([Call(point.day, point.category) for point in counted])
        if facts is None or len(counted) == len(timeline.points):
            return best
        return best._replace(why=f"{best.why}; scans after new therapy on day {facts.new_therapy} do not count")

    def __call__(self, calls: Sequence[Call]) -> Best:
        """Best response of assessments in order of their days."""
        counted = until_progression(calls)
        if not counted:
            return Best(MISSING, None, "no assessment after baseline")
        found = [self._as(place, counted) for place in range(len(counted))]
        return min(found, key=lambda best: RANK[best.meaning])

    def _as(self, place: int, calls: Sequence[Call]) -> Best:
        """What one assessment counts as."""
        call = calls[place]
        if call.meaning in ("complete", "partial") and self.confirm:
            if self._confirmed(place, calls):
                return Best(call.category, call.day, f"{call.category} on day {call.day}, confirmed")
            return self._stable(call, f"{call.category} on day {call.day} is not confirmed: ")
        if call.meaning in ("stable", "neither") and call.category != "BENEFIT":
            return self._stable(call, "")
        return Best(call.category, call.day, f"{call.category} on day {call.day}")

    def _stable(self, call: Call, why: str) -> Best:
        """Stable disease where it lasted long enough from time zero, else not evaluable."""
        category = STABLE.get(call.category, call.category)
        if call.day >= self.stable_days:
            return Best(category, call.day, f"{why}{category} on day {call.day}, from day {self.stable_days} on")
        return Best("NE", call.day, f"{why}{category} on day {call.day}, before day {self.stable_days}: too early")

    def _confirmed(self, place: int, calls: Sequence[Call]) -> bool:
        """Whether the first assessment that may confirm does so, with nothing between that forbids it."""
        first = calls[place]
        wanted = ("complete",) if first.meaning == "complete" else ("complete", "partial")
        between: list[Meaning] = []
        for call in calls[place + 1 :]:
            if call.meaning in wanted and call.day - first.day >= self.confirm_days:
                return self._may_lie_between(first.meaning, [*between, call.meaning])
            between.append(call.meaning)
        return False

    def _may_lie_between(self, response: Meaning, window: list[Meaning]) -> bool:
        if window.count("unknown") > self.max_not_evaluable:
            return False
        if response == "complete":
            return all(one in ("complete", "unknown") for one in window)
        if "complete" in window and "partial" in window[window.index("complete") :]:
            return False
        stable = window.count("stable")
        others = all(one in ("complete", "partial", "stable", "unknown") for one in window)
        return others and stable <= (1 if self.accept_stable else 0)


STABLE = {
    "CR": "SD",
    "PR": "SD",
    "iCR": "iSD",
    "iPR": "iSD",
    "irCR": "irSD",
    "irPR": "irSD",
    "imCR": "imSD",
    "imPR": "imSD",
    "CMR": "SMD",
    "PMR": "SMD",
}
"""What a response that is not confirmed counts as."""


def until_progression(calls: Sequence[Call]) -> list[Call]:
    """Assessments up to and including the first progression that counts."""
    counted: list[Call] = []
    for call in calls:
        counted.append(call)
        if call.meaning == "progression":
            break
    return counted


def on_treatment(points: Sequence[Point], facts: Facts | None) -> list[Point]:
    """Visits up to the start of another anti-cancer therapy, that day included; all where none is known."""
    therapy = None if facts is None else facts.new_therapy
    return [point for point in points if therapy is None or max(point.day, point.last_day) <= therapy]


def first_response(points: Sequence[Point]) -> Point | None:
    """The first complete or partial response before progression, or None."""
    for point in points:
        if MEANING[point.category] in ("complete", "partial"):
            return point
        if MEANING[point.category] == "progression":
            return None
    return None
