"""Visits as their burdens call them -> visits as later scans leave them: progression confirmed, undone, or open."""

from collections.abc import Iterator
from dataclasses import dataclass

from radici.response.criteria.criterion import Point

RENAMED = ("CR", "PR", "SD", "PD")


def renamed(point: Point, prefix: str) -> Point:
    """The visit with its category as the criterion writes it: `PR` becomes `irPR`; NE and the like stay."""
    return point._replace(category=prefix + point.category) if point.category in RENAMED else point


@dataclass
class Waiting:
    """The progression that waits for its confirmation, and the visit that confirmed it."""

    first: Point | None = None
    confirmed_by: Point | None = None


def confirmed(points: list[Point], prefix: str, days: int) -> list[Point]:
    """Progression counts once a scan `days` or more after it is progression, too.

    The first of them is unconfirmed (`irUPD`), and so are those less than `days` after it; the confirming visit and all
    after it are progression, `since` the day of the first. A scan `days` or more after the first that is no progression
    undoes it; one before that, or one that is not evaluable, does neither.
    """
    waiting = Waiting()
    return [renamed(_confirmed(point, prefix, days, waiting), prefix) for point in points]


def _confirmed(point: Point, prefix: str, days: int, waiting: Waiting) -> Point:
    first = waiting.first
    if first is None:
        if point.category != "PD":
            return point
        waiting.first = point
        why = f"{point.why}; to be confirmed by a scan from day {point.day + days} on"
        return point._replace(category=f"{prefix}UPD", why=why, since=point.day)
    if waiting.confirmed_by is not None:
        why = f"progression of {named(first)} was confirmed on {named(waiting.confirmed_by)}; {point.why}"
        return point._replace(category="PD", why=why, since=first.day)
    if point.category == "NE":
        why = f"{point.why}; the progression of {named(first)} still waits for its confirmation"
        return point._replace(why=why, since=first.day)
    return _judged(point, first, prefix, days, waiting)


def _judged(point: Point, first: Point, prefix: str, days: int, waiting: Waiting) -> Point:
    """An evaluable visit after a progression that waits for its confirmation."""
    since, early = f"the progression of {named(first)}", point.day - first.day < days
    soon = f"{point.day - first.day} days after {since}, too early to"
    if point.category == "PD":
        if early:
            return point._replace(category=f"{prefix}UPD", why=f"{point.why}; {soon} confirm it", since=first.day)
        waiting.confirmed_by = point
        return point._replace(why=f"{point.why}; {since} is confirmed", since=first.day)
    if early:
        return point._replace(why=f"{point.why}; {soon} undo it", since=first.day)
    waiting.first = None
    return point._replace(why=f"{point.why}; {since} is undone and the next one must be confirmed anew")


def at_once(points: list[Point], prefix: str) -> list[Point]:
    """The first progression counts, and every visit after it is progression."""
    first: Point | None = None
    found = []
    for point in points:
        if first is not None:
            why = f"progression was declared on {named(first)}; {point.why}"
            point = point._replace(category="PD", why=why, since=first.day)
        elif point.category == "PD":
            point = first = point._replace(since=point.day)
        found.append(renamed(point, prefix))
    return found


def unless_undone(points: list[Point], prefix: str, days: int) -> list[Point]:
    """Progression counts where it was first seen, unless the next scan `days` or more after it shows control.

    One that is undone is `imUPD`. Later visits keep what their burdens say, for response may follow progression that
    counts; `since` of a progression is the day it was first seen.
    """
    found: list[Point] = []
    first: Point | None = None
    verdict: Point | None = None
    for place, point in enumerate(points):
        if verdict is not None and verdict.category != "PD" and point.day >= verdict.day:
            first = verdict = None
        if first is None and point.category == "PD":
            first, verdict = point, _next(points[place + 1 :], point.day + days)
        if first is not None and point.category == "PD":
            point = _in_the_light_of(verdict, point, first, prefix)
        found.append(renamed(point, prefix))
    return found


def _next(points: list[Point], day: int) -> Point | None:
    """The first visit from a day on that can be evaluated, or None."""
    return next((point for point in points if point.day >= day and point.category != "NE"), None)


def _in_the_light_of(verdict: Point | None, point: Point, first: Point, prefix: str) -> Point:
    """A visit of progression, given the scan that decides about it."""
    if verdict is not None and verdict.category != "PD":
        why = f"{point.why}; undone, for {named(verdict)} shows control"
        return point._replace(category=f"{prefix}UPD", why=why, since=first.day)
    if point is not first:
        why = f"the progression of {named(first)} counts"
    else:
        why = "counts, for no later scan shows control" if verdict is None else f"counts, as {named(verdict)} agrees"
    return point._replace(why=f"{point.why}; {why}", since=first.day)


def told_responses(points: list[Point], days: int) -> Iterator[Point]:
    """Complete and partial responses, saying whether they wait for a confirmation or confirm one.

    A visit that confirms carries the day on which its response was first seen in `extra["response_since_day"]`.
    """
    first: dict[str, int] = {}
    for point in points:
        if point.category not in ("CR", "PR"):
            first = first if point.category == "NE" else {}
            yield point
            continue
        complete = {"CR": first.get("CR", point.day)} if point.category == "CR" else {}
        first = {"PR": first.get("PR", point.day), **complete}
        since = first[point.category]
        if point.day - since >= days:
            why = f"{point.why}; confirms the response of day {since}"
            yield point._replace(why=why, extra={**point.extra, "response_since_day": since})
        else:
            yield point._replace(why=f"{point.why}; to be confirmed by a scan from day {since + days} on")


def named(point: Point) -> str:
    """`W12 (day 84)`, or `day 84` without a label."""
    return f"{point.label} (day {point.day})" if point.label and point.label != str(point.day) else f"day {point.day}"
