"""Courses and sites -> how often each site scans, and a warning where sites scan on different schedules."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from statistics import median

from radici.response.lesions.course import Course
from radici.response.patients import Facts

FEWEST = 5
RATIO, DAYS = 1.25, 7


def scan_intervals(courses: Iterable[Course], facts: Mapping[str, Facts]) -> dict[str, list[int]]:
    """Days between one scan and the next, by site; patients without a site are left out."""
    found: dict[str, list[int]] = {}
    for course in courses:
        site = facts[course.patient].site if course.patient in facts else ""
        if site:
            days = [course.baseline.day, *(visit.day for visit in course.after)]
            found.setdefault(site, []).extend(b - a for a, b in pairwise(days))
    return found


def schedule_warning(courses: Iterable[Course], facts: Mapping[str, Facts]) -> str:
    """A sentence where the median interval of two sites differs by a quarter and a week; else empty.

    Progression is dated by the scan that shows it, so sites that scan rarely find it later. Sites with fewer than
    five intervals are not judged.
    """
    typical = {site: median(days) for site, days in scan_intervals(courses, facts).items() if len(days) >= FEWEST}
    if len(typical) < 2:
        return ""
    often, rarely = min(typical, key=lambda site: typical[site]), max(typical, key=lambda site: typical[site])
    low, high = typical[often], typical[rarely]
    if high < RATIO * low or high - low < DAYS:
        return ""
    return (
        f"Sites scan on different schedules: every {low:g} days at {often}, every {high:g} days at {rarely} (medians). "
        f"Progression is found later where scans are rarer, so progression-free survival of the sites does not "
        f"compare; look at the interval-censored curve."
    )
