"""Courses in; an error where sizes jump tenfold, or all are tiny, as they are where centimetres were written."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from radici.core.errors import LesionError
from radici.response.criteria.sums import recist_length
from radici.response.exact import THOUSAND, plain
from radici.response.lesions.course import Course, Visit

SHOWN = 8
LOW, HIGH = 8, 12.5
"""About tenfold: the ratio of two sums that one visit in another unit would give."""


LEAST = 10 * THOUSAND
"""No target is smaller at baseline in any of the criteria."""


def check_sizes(courses: Iterable[Course], file: str, accepted: Sequence[str] = ()) -> None:
    """Ask about sums of targets that change about tenfold from one visit to the next, and about targets below 10 mm.

    A fall is asked about only where two lesions or more all fell so, because a response may be as deep as that.
    Small targets are asked about only where a patient has no other.

    Raises
    ------
    LesionError
        With patient, visits and sums, unless the patient is among those `accepted`.
    """
    asked = [course for course in courses if course.patient not in accepted]
    found = [line for course in asked for line in (*_jumps(course), *_tiny(course))]
    if found:
        raise LesionError(
            f"{file}: {len(found)} place(s) where sizes jump tenfold, or are tiny. Is it in cm?\n"
            + "\n".join(f"{line}." for line in found[:SHOWN])
            + (f"\n… and {len(found) - SHOWN} more." if len(found) > SHOWN else "")
            + "\nCorrect the table (a column in cm is called `longest_cm`), or confirm with `--accept-sizes PATIENT` "
            "that it is true."
        )


def _tiny(course: Course) -> list[str]:
    sizes = [size for one in course.targets if (size := recist_length(one)) is not None]
    if not sizes or max(sizes) >= LEAST:
        return []
    what = "its only target measures" if len(sizes) == 1 else f"its {len(sizes)} targets measure at most"
    where = f"{course}, visit {course.baseline.label}, column 'longest_mm' or 'short_axis_mm'"
    return [f"{where}: {what} {plain(max(sizes))} mm"]


def _jumps(course: Course) -> list[str]:
    lines = []
    visits = [*course.before, course.baseline, *course.after]
    for old, new in pairwise(visits):
        pairs = _pairs(old, new)
        before, after = sum(a for a, _ in pairs), sum(b for _, b in pairs)
        if not before or not after:
            continue
        up = LOW * before <= after <= HIGH * before
        down = len(pairs) > 1 and all(b and LOW * b <= a <= HIGH * b for a, b in pairs)
        if up or down:
            lines.append(
                f"{course}, visit {new.label}, column 'longest_mm' or 'short_axis_mm': the targets sum to "
                f"{plain(after)} mm, after {plain(before)} mm at {old.label}"
            )
    return lines


def _pairs(old: Visit, new: Visit) -> list[tuple[int, int]]:
    """Lengths of the targets measured at both visits."""
    pairs = []
    for one in old.of("target"):
        other = new.findings.get(one.lesion)
        before, after = recist_length(one), recist_length(other) if other else None
        if before and after is not None:
            pairs.append((before, after))
    return pairs
