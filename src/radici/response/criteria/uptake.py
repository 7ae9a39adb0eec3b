"""Findings of a visit -> uptake of each lesion, which is hottest, and what is missing; every PET criterion reads it.

A lesion counts 0 where it is absent: a reader calls absent what cannot be told from the background. Visits are taken
to be PET scans: a new lesion is FDG-avid unless its uptake is given as 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from radici.core.errors import LesionError, some
from radici.response.criteria.criterion import Point
from radici.response.exact import percent, plain, signed
from radici.response.lesions.course import Course, Finding, Visit, organ_of

Measure = Callable[[Finding], int | None]
NAN = float("nan")


def sul_peak(finding: Finding) -> int | None:
    """Highest mean SUL of 1 cm³ in a lesion, in thousandths."""
    return finding.sul_peak


def suv(finding: Finding) -> int | None:
    """Highest SUV of a lesion, in thousandths."""
    return finding.suv


class Uptake(NamedTuple):
    """What a visit says of uptake.

    Parameters
    ----------
    known
        In thousandths, by lesion; 0 where it is gone.
    missing
        Lesions that had uptake at baseline, or are new here or at a visit before, and have no number here.
    """

    known: Mapping[str, int]
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every lesion was measured."""
        return not self.missing

    @property
    def hottest(self) -> tuple[str, int]:
        """The lesion of highest uptake, of equals the first by name; no name and 0 where none was measured."""
        return min(self.known.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))


@dataclass
class PetTrack:
    """What the visits so far leave behind; `limit` is the least uptake at baseline that may be compared."""

    baseline: int
    nadir: int
    limit: int = 0
    complete_on: str = ""
    progression_on: str = ""
    notes: list[str] = field(default_factory=list)

    def remember(self, visit: Visit, category: str, burden: int | None) -> None:
        """What this visit leaves to later ones."""
        if burden is not None:
            self.nadir = min(self.nadir, burden)
        if category == "CMR" and not self.complete_on:
            self.complete_on = str(visit)
        if category == "PMD" and not self.progression_on:
            self.progression_on = str(visit)


def uptake_of(finding: Finding, measure: Measure) -> int | None:
    """Uptake of one lesion: 0 where it is absent, None where it was not measured."""
    if finding.state == "absent":
        return 0
    return None if finding.state == "not evaluable" else measure(finding)


def followed(course: Course, measure: Measure) -> dict[str, int]:
    """Uptake at baseline of the lesions of any role that had some there.

    Raises
    ------
    LesionError
        No lesion of the baseline was measured; named with patient, visit and column.
    """
    found = {one.lesion: uptake_of(one, measure) for one in course.baseline.findings.values()}
    known = {lesion: value for lesion, value in found.items() if value is not None}
    if not known:
        column = "sul_peak" if measure is sul_peak else "suv_max"
        raise LesionError(
            f"{course}, baseline {course.baseline}, column '{column}': the uptake of at least one lesion is expected, "
            f"found none. Measure the hottest lesion there, or leave the patient out."
        )
    return {lesion: value for lesion, value in known.items() if value}


def uptake_at(course: Course, visit: Visit, measure: Measure) -> Uptake:
    """Uptake of the lesions of a visit; equivocal new ones do not count."""
    counted = {one.lesion: uptake_of(one, measure) for one in _counted(visit)}
    known = {lesion: value for lesion, value in counted.items() if value is not None}
    due = {*followed(course, measure), *(one.lesion for one in _counted(visit) if one.role == "new")}
    due |= _unmentioned(course, visit, measure)
    return Uptake(known, tuple(sorted(lesion for lesion in due if lesion not in known)))


def avid_new(visit: Visit, measure: Measure) -> list[str]:
    """New lesions of a visit that take up FDG, by name: seen, not equivocal, and not measured as 0."""
    unseen = ("absent", "not evaluable", "equivocal")
    return sorted(one.lesion for one in visit.of("new") if one.state not in unseen and measure(one) != 0)


def _unmentioned(course: Course, visit: Visit, measure: Measure) -> set[str]:
    """New lesions with uptake when they were last mentioned, of which the visit says nothing."""
    last: dict[str, bool] = {}
    for before in course.after:
        if before.day >= visit.day:
            break
        avid = avid_new(before, measure)
        last |= {one.lesion: one.lesion in avid for one in before.of("new") if one.seen}
    return {name for name, avid in last.items() if avid and name not in visit.findings}


def all_gone(course: Course, visit: Visit, measure: Measure) -> bool:
    """Whether every lesion of the baseline and of the visit, of any role, has lost its uptake."""
    had = {one.lesion for one in course.baseline.findings.values() if not _is_gone(one, measure)}
    had |= _unmentioned(course, visit, measure)
    seen = _counted(visit)
    return had <= {one.lesion for one in seen} and all(_is_gone(one, measure) for one in seen)


def progressed(visit: Visit) -> list[str]:
    """Lesions of the baseline that the reader calls unequivocally progressed, as by a visibly larger extent."""
    return sorted(one.lesion for one in visit.findings.values() if one.role != "new" and one.state == "progressed")


def hottest_sum(known: Mapping[str, int], visit: Visit, most: int, most_per_organ: int) -> tuple[int, list[str]]:
    """Sum of the hottest lesions and their names; a lesion without an organ is held to no limit per organ."""
    total, names = 0, list[str]()
    taken: dict[str, int] = {}
    for lesion, value in sorted(known.items(), key=lambda pair: (-pair[1], pair[0])):
        organ = organ_of(visit.findings[lesion])
        if len(names) < most and value and (not organ or taken.get(organ, 0) < most_per_organ):
            taken[organ] = taken.get(organ, 0) + 1
            names.append(lesion)
            total += value
    return total, names


def change_words(value: int, of: int, since: str = "baseline") -> str:
    """`6.5, +30.0 % and +1.5 from 5.0 at baseline`."""
    share = f"{signed(percent(value, of))} and " if of else ""
    return f"{plain(value)}, {share}{'+' if value >= of else ''}{plain(value - of)} from {plain(of)} at {since}"


def missing_words(found: Uptake) -> str:
    """`no uptake given for T1, T3`."""
    return f"no uptake given for {some(list(found.missing))}"


def pet_point(
    visit: Visit, track: PetTrack, call: tuple[str, str], burden: int | None, new: list[str], since: int | None = None
) -> Point:
    """The visit with its category and why, and how `burden` changed."""
    change = NAN if burden is None else percent(burden, track.baseline)
    growth = NAN if burden is None else percent(burden, track.nadir)
    return Point(
        visit.day, visit.label, *call, burden, track.nadir, change, growth, new=tuple(new), since=since,
        last_day=visit.last_day,
    )  # fmt: skip


def _counted(visit: Visit) -> list[Finding]:
    return [one for one in visit.findings.values() if not (one.role == "new" and one.state == "equivocal")]


def _is_gone(finding: Finding, measure: Measure) -> bool:
    return uptake_of(finding, measure) == 0
