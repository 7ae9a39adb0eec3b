"""Targets and new lesions of a visit -> one burden, compared with baseline and nadir: irRC, irRECIST and imRECIST."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.criterion import Criterion, Point, Timeline
from radici.response.criteria.lesions_seen import is_gone, new_lesions, nontarget_response
from radici.response.criteria.recist11 import change_of, overall
from radici.response.criteria.sums import (
    Total,
    baseline_total,
    grown,
    growth_words,
    recist_length,
    shrunk,
    total,
)
from radici.response.exact import THOUSAND, percent, plain, signed
from radici.response.lesions.course import Course, Finding, Visit, organ_of

Answer = tuple[str, str]


@dataclass
class Track:
    """What the visits so far leave behind: the lesions of the burden, other new lesions, the smallest burden."""

    baseline: int | None
    nadir: int
    inside: dict[str, Finding]
    outside: set[str] = field(default_factory=set)


class Seen(NamedTuple):
    """One visit: the burden, non-target response and why, new lesions, and those that keep complete response away."""

    found: Total
    nontarget: Answer
    new: list[str]
    left: list[str]


class TotalBurden(Criterion):
    """What irRC, irRECIST and imRECIST share: measurable new lesions are added to the burden of the targets.

    A new lesion enters at the first visit at which it is measurable, the largest first, and stays. New lesions are no
    progression by themselves, but keep complete response away, measured or not. Non-target lesions matter for
    complete response only. A patient without target lesions starts from a burden of 0.

    Parameters
    ----------
    too_small_mm
        What a lesion counts that is seen but too small to be measured.
    partial_sum
        `can_prove_progression`: a burden with lesions missing that is already large enough is progression; or
        `never_evaluable`.
    partial_percent, progression_percent
        Decrease from baseline, and increase over the nadir, from which on it is response or progression.
    """

    unit: ClassVar[str] = "mm"
    scale: ClassVar[int] = THOUSAND
    needs: ClassVar[str] = "longest diameter (column 'longest_mm'; for a node 'short_axis_mm')"

    too_small_mm: float = Field(5.0, ge=0)
    partial_sum: Literal["can_prove_progression", "never_evaluable"] = "can_prove_progression"
    partial_percent: int = Field(30, gt=0, lt=100)
    progression_percent: int = Field(20, gt=0)
    max_targets: int = Field(5, ge=1)
    max_targets_per_organ: int = Field(2, ge=1)

    def size(self, finding: Finding) -> int | None:
        """What a lesion adds to the burden, in `1 / scale` of `unit`; None where it was not measured."""
        return recist_length(finding)

    def measurable(self, finding: Finding) -> bool:
        """Whether a lesion is large enough for the burden."""
        raise NotImplementedError

    def has_room(self, inside: list[Finding], finding: Finding) -> bool:
        """Whether one more new lesion may enter beside those new ones that are `inside`."""
        of_kind, most = self.kind_most(inside, finding)
        if of_kind >= most:
            return False
        same = sum(organ_of(other) == organ_of(finding) for other in inside)
        return not finding.organ or same < self.max_targets_per_organ

    def kind_most(self, inside: list[Finding], finding: Finding) -> tuple[int, int]:
        """How many of the new lesions inside the burden are of this one's kind, and how many may be."""
        return len(inside), self.max_targets

    def worse(self, course: Course, visit: Visit, seen: Seen) -> str:
        """Why the visit is progression although its burden is not, in words; empty where nothing says so."""
        return ""

    @property
    def least_growth(self) -> int:
        """Growth over the nadir without which nothing is progression, in `1 / scale` of `unit`."""
        return 1

    @property
    def too_small(self) -> int:
        """What a lesion too small to be measured counts, in `1 / scale` of `unit`."""
        return round(self.too_small_mm * THOUSAND)

    def begin(self, course: Course) -> int | None:
        """Burden at baseline; None without targets.

        Raises
        ------
        LesionError
            Too many targets, or one without its measurements.
        """
        return self.total_at_baseline(course, self.max_targets)

    def total_at_baseline(self, course: Course, most: int) -> int | None:
        """Sum of up to `most` targets at baseline; None without any."""
        return baseline_total(course, self.size, self.needs, most, self.max_targets_per_organ)

    def timeline(self, course: Course, judge: Callable[[list[Point]], list[Point]]) -> Timeline:
        """Each visit by its burden, in RECIST's words, then as `judge` calls them after later visits."""
        base = self.begin(course)
        track = Track(base, base or 0, {one.lesion: one for one in course.targets})
        points = [self._point(course, visit, track) for visit in course.after]
        return Timeline(
            course.patient, self.registered_name, tuple(judge(points)), base, course.baseline.day, self.unit,
            self.scale, course.reader, course.zero, tuple(self._small(course)),
        )  # fmt: skip

    def _point(self, course: Course, visit: Visit, track: Track) -> Point:
        seen = self._see(course, visit, track)
        category, why = self._call(course, visit, seen, track)
        found, known = seen.found, bool(track.inside) and seen.found.complete
        fresh = [one for one in track.inside.values() if one.role == "new"]
        new_sum = total(fresh, visit, self.size, self.too_small).known
        point = Point(
            visit.day, visit.label, category, why, found.known if known else None,
            track.nadir if track.inside else None, change_of(found, track.baseline), change_of(found, track.nadir),
            nontarget=seen.nontarget[0], new=tuple(seen.new), last_day=visit.last_day,
            extra={"new_lesion_sum": new_sum} if fresh else {},
        )  # fmt: skip
        if known:
            track.nadir = min(track.nadir, found.known)
        return point

    def _see(self, course: Course, visit: Visit, track: Track) -> Seen:
        new = new_lesions(visit)
        self._admit([visit.findings[name] for name in new], track)
        found = total(track.inside.values(), visit, self.size, self.too_small)
        at_visit = {name: visit.findings.get(name) for name in track.outside}
        left = [name for name, one in at_visit.items() if one is None or not is_gone(one)]
        return Seen(found, nontarget_response(course, visit), sorted(new), sorted(left))

    def _admit(self, findings: list[Finding], track: Track) -> None:
        """Measurable new lesions enter the burden while there is room, the largest first."""
        unknown = [one for one in findings if one.lesion not in track.inside]
        for one in sorted(unknown, key=lambda one: (-(self.size(one) or 0), one.lesion)):
            before = [other for other in track.inside.values() if other.role == "new"]
            if self.measurable(one) and self.has_room(before, one):
                track.inside[one.lesion] = one
                track.outside.discard(one.lesion)
            else:
                track.outside.add(one.lesion)

    def _call(self, course: Course, visit: Visit, seen: Seen, track: Track) -> Answer:
        """CR, PR, SD, PD or NE by the burden; without any, by non-target lesions."""
        found, worse = seen.found, self.worse(course, visit, seen)
        if worse:
            return "PD", worse
        if found.gone:
            return self._gone(course, seen)
        too_large = grown(found.known, track.nadir, 100 + self.progression_percent, self.least_growth)
        rise = growth_words(self._read(found.known), self._read(track.nadir), self.unit)
        if found.missing:
            few = f"{len(found.missing)} of {len(track.inside)} lesions of the burden not measured"
            few = f"{few} ({some(sorted(found.missing))})"
            proven = too_large and self.partial_sum == "can_prove_progression"
            return ("PD", f"{few}, but the others alone: {rise}") if proven else ("NE", few)
        words = f"burden {plain(self._read(found.known))} {self.unit}{_with_new(track, visit)}"
        if too_large:
            return "PD", f"{words}: {rise} (from {self._limit()} on: progression)"
        return self._stable(found.known, words, rise, track)

    def _stable(self, known: int, words: str, rise: str, track: Track) -> Answer:
        base = track.baseline or 0
        change = f"{signed(percent(known, base))} from baseline" if base else "no target lesions at baseline"
        if shrunk(known, base, 100 - self.partial_percent):
            return "PR", f"{words}: {change} (from -{self.partial_percent} % on: response)"
        return "SD", f"{words}: {change}, {rise}: neither response nor progression"

    def _gone(self, course: Course, seen: Seen) -> Answer:
        """Nothing of the burden is left, or there never was any."""
        rest, rest_why = seen.nontarget
        left = f"new lesion {some(seen.left)} there or not evaluated" if seen.left else ""
        if not course.targets:
            category, why = overall(("NA", "no target lesions"), ("NON-CR/NON-PD" if rest == "PD" else rest, rest_why))
            return ("NON-CR/NON-PD", f"{why}; {left}") if left and category in ("CR", "NED") else (category, why)
        if rest in ("CR", "NA") and not left:
            return "CR", f"all lesions of the burden gone; {rest_why}"
        return "PR", f"all lesions of the burden gone; {left or rest_why}: no complete response"

    def _limit(self) -> str:
        """From which growth on a burden is progression, in words."""
        least = self.least_growth
        return f"{self.progression_percent} %" + (f" and {plain(least)} {self.unit}" if least > 1 else "")

    def _read(self, value: int) -> int:
        """A burden in thousandths of `unit`, as messages print it."""
        return (value * THOUSAND + self.scale // 2) // self.scale

    def _small(self, course: Course) -> list[str]:
        small = sorted(one.lesion for one in course.targets if not self.measurable(one))
        return [f"Smaller at baseline than {self.title} asks of a target: {some(small)}."] if small else []


class TotalDiameter(TotalBurden):
    """A burden of lengths: longest diameters, and short axes of lymph nodes.

    Parameters
    ----------
    progression_mm
        Growth over the nadir without which nothing is progression.
    new_target_mm, new_node_mm
        From which size on a lesion is measurable: longest diameter, and short axis of a lymph node.
    max_targets, max_targets_per_organ
        More at baseline are refused; of new lesions, no more than as many enter the burden.
    """

    progression_mm: float = Field(5.0, ge=0)
    new_target_mm: float = Field(10.0, ge=0)
    new_node_mm: float = Field(15.0, ge=0)

    def measurable(self, finding: Finding) -> bool:
        """From 10 mm on, nodes from 15 mm on, unless set otherwise."""
        length = recist_length(finding)
        return length is not None and length >= THOUSAND * (self.new_node_mm if finding.node else self.new_target_mm)

    @property
    def least_growth(self) -> int:
        """`progression_mm`, and more than nothing."""
        return max(1, round(self.progression_mm * THOUSAND))


def _with_new(track: Track, visit: Visit) -> str:
    """` with 2 new lesions (N1, N2)`, or nothing."""
    new = sorted(
        one.lesion
        for one in track.inside.values()
        if one.role == "new" and visit.findings[one.lesion].state != "absent"
    )
    return f" with new {some(new)}" if new else ""
