"""Courses in; an error where sizes jump tenfold, as they do where one visit was written in cm."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from radici.core.errors import LesionError, some
from radici.response.criteria.sums import recist_length
from radici.response.exact import plain
from radici.response.lesions.course import Course, Visit

LOW, HIGH = 8, 12.5
"""About tenfold: the ratio of two sums that one visit in another unit would give."""


def check_jumps(courses: Iterable[Course], file: str, accepted: Sequence[str] = ()) -> None:
    """Ask about sums of targets that change about tenfold from one visit to the next.

    A fall is asked about only where two lesions or more all fell so, because a response may be as deep as that.

    Raises
    ------
    LesionError
        With patient, visits and sums, unless the patient is among those `accepted`.
    """
    found = [line for course in courses if course.patient not in accepted for line in _jumps(course)]
    if found:
        raise LesionError(
            f"{file}: sizes change about tenfold in {len(found)} place(s). Is a visit in cm?\n"
            + some([f"{line}." for line in found], 4)
            + "\nCorrect the table, or confirm with `--accept-jumps PATIENT` that it is true."
        )


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
