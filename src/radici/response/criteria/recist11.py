"""RECIST 1.1: a course in; sums, nadirs and overall responses out.

Eisenhauer EA et al. New response evaluation criteria in solid tumours: revised RECIST guideline (version 1.1).
Eur J Cancer 2009;45:228-247. Clarifications: Schwartz LH et al. RECIST 1.1, update and clarification.
Eur J Cancer 2016;62:132-137, and the EORTC's published answers.
"""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.criterion import Criterion, Point, Timeline
from radici.response.criteria.lesions_seen import new_lesions, nontarget_response, reappeared
from radici.response.criteria.sums import (
    Total,
    baseline_total,
    grown,
    growth_words,
    missing_words,
    recist_length,
    shrunk,
    total,
)
from radici.response.exact import THOUSAND, percent, plain, signed
from radici.response.lesions.course import Course, Visit


@dataclass
class Track:
    """What the visits so far leave behind: smallest sum, a response that persists, a complete response."""

    baseline: int | None
    nadir: int | None
    partial_on: str = ""
    complete_on: str = ""
    progression_on: str = ""
    notes: list[str] = field(default_factory=list)


class Recist(Criterion):
    """What RECIST 1.1 and iRECIST share: how targets, non-targets and sums are read.

    Parameters
    ----------
    partial_response_persists
        Once partial response, so it stays until progression or complete response (EORTC); else each visit stands
        alone and may fall back to stable disease.
    partial_sum
        `can_prove_progression`: a sum with lesions missing that is already large enough is progression; or
        `never_evaluable`.
    too_small_mm
        What a lesion counts that is seen but too small to be measured.
    max_targets, max_targets_per_organ
        More at baseline are refused.
    min_target_mm, min_node_mm
        Smaller targets are noted: longest diameter, and short axis of a lymph node.
    """

    partial_response_persists: bool = True
    partial_sum: Literal["can_prove_progression", "never_evaluable"] = "can_prove_progression"
    too_small_mm: float = Field(5.0, ge=0)
    max_targets: int = Field(5, ge=1)
    max_targets_per_organ: int = Field(2, ge=1)
    min_target_mm: float = 10.0
    min_node_mm: float = 15.0
    partial_percent: int = Field(30, gt=0, lt=100)
    progression_percent: int = Field(20, gt=0)
    progression_mm: float = Field(5.0, ge=0)

    def begin(self, course: Course) -> Track:
        """The state at baseline.

        Raises
        ------
        LesionError
            Too many targets, or one without a measurement.
        """
        what = "longest diameter (short axis for a node)"
        base = baseline_total(course, recist_length, what, self.max_targets, self.max_targets_per_organ)
        return Track(base, base, notes=self._small(course))

    def total(self, course: Course, visit: Visit) -> Total:
        """Sum of the target lesions at a visit."""
        return total(course.targets, visit, recist_length, round(self.too_small_mm * THOUSAND))

    def target(self, found: Total, track: Track, number: int) -> tuple[str, str]:
        """Response of the target lesions and why: CR, PR, SD, PD, NE, or NA without targets."""
        if track.baseline is None or track.nadir is None:
            return "NA", "no target lesions"
        if track.complete_on and found.back:
            return "PD", f"{some(list(found.back))} back after complete response on {track.complete_on}"
        if found.gone:
            return "CR", "all target lesions gone, nodes below 10 mm"
        too_large = grown(found.known, track.nadir, 100 + self.progression_percent, self._progression)
        if found.complete:
            return self._measured(found.known, too_large, track)
        if too_large and self.partial_sum == "can_prove_progression":
            return (
                "PD",
                f"{missing_words(found, number)}, but the others alone: {growth_words(found.known, track.nadir)}",
            )
        return "NE", missing_words(found, number)

    def _measured(self, known: int, too_large: bool, track: Track) -> tuple[str, str]:
        base, nadir = track.baseline or 0, track.nadir or 0
        rise = f"target sum {plain(known)} mm: {growth_words(known, nadir)}"
        if too_large:
            least = f" and {self.progression_mm:g} mm" if self.progression_mm else ""
            return "PD", f"{rise} (from {self.progression_percent} %{least} on: progression)"
        change = f"target sum {plain(known)} mm: {signed(percent(known, base))} from baseline" if base else rise
        if shrunk(known, base, 100 - self.partial_percent):
            return "PR", f"{change} (from -{self.partial_percent} % on: response)"
        if track.partial_on and self.partial_response_persists:
            return "PR", f"{change}; response of {track.partial_on} persists without progression"
        return "SD", f"{change}, {growth_words(known, nadir)}: neither response nor progression"

    @property
    def _progression(self) -> int:
        return round(self.progression_mm * THOUSAND)

    def _small(self, course: Course) -> list[str]:
        limits = {False: round(self.min_target_mm * THOUSAND), True: round(self.min_node_mm * THOUSAND)}
        small = []
        for one in course.targets:
            size = recist_length(one)
            if size is not None and size < limits[one.node]:
                small.append(f"{one.lesion} ({plain(size)} mm)")
        if not small:
            return []
        return [
            f"Smaller at baseline than RECIST asks of a target ({self.min_target_mm:g} mm, nodes "
            f"{self.min_node_mm:g} mm): {some(small)}."
        ]


class Recist11(Recist, name="recist11"):
    """Response Evaluation Criteria in Solid Tumours, version 1.1.

    Parameters
    ----------
    backdate_equivocal
        A new lesion first called equivocal and later confirmed counts from when it was first seen.
    """

    title = "RECIST 1.1"
    source = "Eisenhauer 2009, doi 10.1016/j.ejca.2008.10.026"

    backdate_equivocal: bool = True

    def __call__(self, course: Course) -> Timeline:
        """Overall response at each visit; after progression every visit is progression."""
        track = self.begin(course)
        certain = _certain(course) if self.backdate_equivocal else frozenset()
        points = tuple(self._point(course, visit, track, certain) for visit in course.after)
        return Timeline(
            course.patient, "recist11", points, track.baseline, course.baseline.day, reader=course.reader,
            zero=course.zero, notes=tuple(track.notes),
        )  # fmt: skip

    def _point(self, course: Course, visit: Visit, track: Track, certain: frozenset[str]) -> Point:
        found = self.total(course, visit)
        target, why = self.target(found, track, len(course.targets))
        nontarget, nontarget_why = nontarget_response(course, visit)
        new = new_lesions(visit, certain)
        category, reason = self._overall(course, visit, track, (target, why), (nontarget, nontarget_why), new)
        point = Point(
            visit.day, visit.label, category, reason, found.known if found.complete and course.targets else None,
            track.nadir, change_of(found, track.baseline), change_of(found, track.nadir), target, nontarget, tuple(new),
            last_day=visit.last_day,
        )  # fmt: skip
        remember(track, visit, found, target, category)
        return point

    def _overall(
        self, course: Course, visit: Visit, track: Track, target: tuple[str, str], nontarget: tuple[str, str],
        new: list[str],
    ) -> tuple[str, str]:  # fmt: skip
        """Tables 1 and 2 of RECIST 1.1, with the reasons that decided."""
        if track.progression_on:
            return "PD", f"progression was declared on {track.progression_on}; {target[1]}"
        back = reappeared(course, visit) if track.complete_on and target[0] != "PD" else []
        bad = [f"new lesion {some(new)}"] if new else []
        bad += [why for response, why in (target, nontarget) if response == "PD"]
        bad += [f"{some(back)} back after complete response on {track.complete_on}"] if back else []
        if bad:
            return "PD", "; ".join(bad)
        return overall(target, nontarget)


def overall(target: tuple[str, str], nontarget: tuple[str, str]) -> tuple[str, str]:
    """Overall response without progression and without new lesions, and why (RECIST 1.1, tables 1 and 2)."""
    (goal, why), (rest, rest_why) = target, nontarget
    both = f"{why}; {rest_why}"
    if goal == "NA":
        return {"CR": "CR", "NON-CR/NON-PD": "NON-CR/NON-PD", "NE": "NE"}.get(rest, "NED"), rest_why
    if goal == "NE":
        return "NE", why
    if goal == "CR":
        return ("CR", both) if rest in ("CR", "NA") else ("PR", both)
    return goal, why if rest == "NA" else both


def remember(track: Track, visit: Visit, found: Total, target: str, category: str) -> None:
    """What this visit leaves to later ones."""
    if found.complete and track.nadir is not None:
        track.nadir = min(track.nadir, found.known)
    if target in ("CR", "PR") and not track.partial_on:
        track.partial_on = str(visit)
    if category == "CR":
        track.complete_on = str(visit)
    if category == "PD" and not track.progression_on:
        track.progression_on = str(visit)


def change_of(found: Total, of: int | None) -> float:
    """Percent from `of` to a complete sum; NaN where either is missing."""
    return percent(found.known, of) if of is not None and found.complete else float("nan")


def _certain(course: Course) -> frozenset[str]:
    """New lesions that some visit calls more than equivocal."""
    return frozenset(
        one.lesion
        for visit in course.after
        for one in visit.of("new")
        if one.state not in ("equivocal", "absent", "not evaluable")
    )
