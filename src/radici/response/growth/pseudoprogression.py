"""A RECIST 1.1 timeline -> progression that a later scan took back, and lesions that disagree at one visit.

Pseudoprogression: Park HJ et al. Radiology 2020;297:87 (doi 10.1148/radiol.2020200443) pools four such definitions;
early is up to week 12 (Hodi FS et al. J Clin Oncol 2016;34:1510). Dissociated response: Bernard-Tessier A et al. 2020,
as table 1 of PMC9083034 gives it.
"""

from typing import Literal, NamedTuple

from pydantic import Field

from radici.core.settings import Settings
from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.lesions_seen import new_lesions
from radici.response.criteria.sums import grown, recist_length, shrunk, size_of
from radici.response.exact import THOUSAND
from radici.response.lesions.course import Course, Finding, Visit
from radici.response.patients import Facts

WEEK_12 = 84


class Pseudo(NamedTuple):
    """Whether progression was taken back, when it had been seen, and why; `timing` is early (to week 12) or delayed."""

    answer: Literal["yes", "no", "not applicable"]
    timing: Literal["early", "delayed", ""]
    why: str


class Pseudoprogression(Settings):
    """Progression by RECIST 1.1 followed by a scan that shows control of the tumour against baseline.

    Parameters
    ----------
    reading
        `strict`: the later scan shows complete or partial response. `broad`: stable disease is enough.
    """

    reading: Literal["strict", "broad"] = "strict"

    def __call__(self, timeline: Timeline, facts: Facts) -> Pseudo:
        """Yes, no, or not applicable without progression or without a later scan before new therapy.

        Response of the later scan is that of the target sum against baseline, with no progression of non-target
        lesions and no new lesion that the progression had not shown. A scan on which nothing of the progression is
        less than it was takes nothing back, also where the sum is still far below the baseline.
        """
        points = timeline.points
        place = next((i for i, point in enumerate(points) if point.category == "PD"), None)
        if place is None:
            return Pseudo("not applicable", "", "no progression by RECIST 1.1")
        first = points[place]
        timing: Literal["early", "delayed"] = "early" if first.day <= WEEK_12 else "delayed"
        therapy = facts.new_therapy
        later = [point for point in points[place + 1 :] if therapy is None or point.day < therapy]
        later = [point for point in later if point.target != "NE"]
        if not later:
            until = f" before new therapy on day {therapy}" if therapy is not None else ""
            return Pseudo("not applicable", timing, f"no evaluable scan after progression on day {first.day}{until}")
        for point in later:
            control = self._control(point, first, timeline)
            if control:
                return Pseudo("yes", timing, f"progression on day {first.day}, then {control} on day {point.day}")
        return Pseudo("no", timing, f"progression on day {first.day}, no scan took it back")

    def _control(self, point: Point, first: Point, timeline: Timeline) -> str:
        """How the later scan responds against baseline, in words; nothing where it does not."""
        if not _is_better(point, first):
            return ""
        if point.nontarget == "PD" or set(point.new) - set(first.new):
            return ""
        base, burden = timeline.baseline, point.burden
        if base is None or burden is None:
            response = {"CR": "CR", "NON-CR/NON-PD": "SD"}.get(point.nontarget, "") if base is None else ""
        elif point.target == "CR":
            response = "CR"
        elif shrunk(burden, base, 70):
            response = "PR"
        else:
            response = "" if grown(burden, base, 120, 5 * THOUSAND) else "SD"
        wanted = ("CR", "PR") if self.reading == "strict" else ("CR", "PR", "SD")
        return f"{response} against baseline" if response in wanted else ""


def _is_better(point: Point, first: Point) -> bool:
    """Whether a later scan shows less than the progression did: of the targets, or of what else had progressed."""
    known = point.burden is not None and first.burden is not None
    smaller = known and (point.burden or 0) < (first.burden or 0)
    if known and first.target == "PD":
        return smaller
    gone = bool(set(first.new) - set(point.new)) or (point.nontarget == "CR" and first.nontarget != "CR")
    return smaller or gone or first.nontarget == "PD" or (not known and first.target != "NA")


class LesionChange(NamedTuple):
    """One lesion at one visit: its response by the percentages of RECIST 1.1 applied to it alone."""

    patient: str
    lesion: str
    organ: str
    day: int
    size_mm: float
    change: float
    response: str


class Dissociated(NamedTuple):
    """Whether lesions disagreed, on which day first, and why."""

    answer: Literal["yes", "no", "not applicable"]
    day: int | None
    why: str


class DissociatedResponse(Settings):
    """At one visit some lesions shrink and others grow.

    Parameters
    ----------
    shrink_percent, grow_percent, grow_mm
        A target is 30 % smaller than at baseline; another is 20 % larger, and 5 mm.
    new_counts
        Whether a new lesion counts as one that grows.
    """

    shrink_percent: int = Field(30, gt=0, lt=100)
    grow_percent: int = Field(20, gt=0)
    grow_mm: float = Field(5.0, ge=0)
    new_counts: bool = True

    def __call__(self, course: Course) -> Dissociated:
        """Yes, no, or not applicable where fewer than two lesions can be compared."""
        compared = False
        for visit in course.after:
            smaller, larger, known = self._split(course, visit)
            compared = compared or known + len(larger) > 1
            if smaller and larger:
                why = f"{', '.join(smaller)} smaller, {', '.join(larger)} larger or new on day {visit.day}"
                return Dissociated("yes", visit.day, why)
        if not compared:
            return Dissociated("not applicable", None, "fewer than two lesions can be compared with baseline")
        return Dissociated("no", None, "no visit with lesions that shrink and others that grow")

    def _split(self, course: Course, visit: Visit) -> tuple[list[str], list[str], int]:
        """Lesions that shrank, those that grew or are new, and how many targets could be compared."""
        smaller, larger, known = [], [], 0
        for base in course.targets:
            found = visit.findings.get(base.lesion)
            before, now = recist_length(base), size_of(found, recist_length) if found else None
            if before is None or now is None:
                continue
            known += 1
            if shrunk(now, before, 100 - self.shrink_percent):
                smaller.append(base.lesion)
            elif grown(now, before, 100 + self.grow_percent, round(self.grow_mm * THOUSAND)):
                larger.append(base.lesion)
        if self.new_counts:
            larger += new_lesions(visit)
        return smaller, larger, known


def lesion_changes(course: Course) -> list[LesionChange]:
    """Every target lesion at every visit with its own response: CR, PR, SD, PD, or NE.

    Progression is growth of 20 % and 5 mm over the lesion's own smallest size so far.
    """
    found = []
    smallest = {one.lesion: recist_length(one) or 0 for one in course.targets}
    for visit in course.after:
        for base in course.targets:
            now = _size(visit.findings.get(base.lesion))
            before = recist_length(base) or 0
            change = float("nan") if now is None or not before else 100 * (now - before) / before
            size = float("nan") if now is None else now / THOUSAND
            response = _alone(now, before, smallest[base.lesion], base.node)
            found.append(LesionChange(course.patient, base.lesion, base.organ, visit.day, size, change, response))
            if now is not None:
                smallest[base.lesion] = min(smallest[base.lesion], now)
    return found


def _size(finding: Finding | None) -> int | None:
    return None if finding is None else size_of(finding, recist_length)


def _alone(now: int | None, before: int, smallest: int, node: bool) -> str:
    if now is None:
        return "NE"
    if now == 0 or (node and now < 10 * THOUSAND):
        return "CR"
    if grown(now, smallest, 120, 5 * THOUSAND):
        return "PD"
    return "PR" if shrunk(now, before, 70) else "SD"
