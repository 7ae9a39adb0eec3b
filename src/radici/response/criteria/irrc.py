"""irRC: a course in; areas of all measurable lesions, old and new, against baseline and nadir, out.

Wolchok JD et al. Guidelines for the evaluation of immune therapy activity in solid tumors: immune-related response
criteria. Clin Cancer Res 2009;15:7412-7420, tables 1 and 2.
"""

import re

from pydantic import Field

from radici.core.errors import LesionError, some
from radici.response.criteria.confirmed import at_once, confirmed, told_responses
from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.total_burden import TotalBurden
from radici.response.exact import THOUSAND
from radici.response.lesions.columns import folded
from radici.response.lesions.course import Course, Finding

SKIN = re.compile(r"\b(skin|cutaneous|cutis)\b")


class Irrc(TotalBurden, name="irrc"):
    """Immune-related response criteria: sum of the products of the two longest perpendicular diameters.

    Progression is `irUPD` where it is first seen and `irPD` from the visit on that confirms it, `since` the first day.
    Response stays `irCR` or `irPR` at each visit, as in the other criteria, and the reason says whether it waits for a
    confirmation or confirms an earlier one; the best overall response is then asked for with confirmation.

    Parameters
    ----------
    confirm
        Whether progression must be confirmed, and responses say whether they are.
    confirm_days
        Least days from a finding to the scan that confirms it.
    measurable_mm
        Both diameters from which on a lesion is measurable.
    too_small_mm
        Both diameters that a lesion counts that is seen but too small to be measured.
    max_targets, max_skin_targets, max_targets_per_organ
        Index lesions outside the skin, in the skin, and in one organ (all lymph nodes are one): more at baseline are
        refused; of new lesions, no more than as many enter the burden.
    """

    title = "irRC"
    source = "Wolchok 2009, doi 10.1158/1078-0432.CCR-09-1624"
    unverified = (
        "that a lesion too small to be measured counts 5 x 5 mm",
        "that a lymph node with a short axis below 10 mm is no disease (RECIST 1.1; irRC does not define nodes)",
        "how a patient without index lesions is judged (here: any measurable new lesion exceeds a burden of 0)",
        "that progression with lesions missing counts where the others alone prove it",
    )
    unit = "mm²"
    scale = THOUSAND * THOUSAND
    needs = "longest diameter or no short axis (columns 'longest_mm' and 'short_axis_mm', both needed)"

    partial_percent: int = Field(50, gt=0, lt=100)
    progression_percent: int = Field(25, gt=0)
    max_targets: int = Field(10, ge=1)
    max_skin_targets: int = Field(5, ge=0)
    max_targets_per_organ: int = Field(5, ge=1)
    measurable_mm: float = Field(5.0, ge=0)
    confirm: bool = True
    confirm_days: int = Field(28, ge=0)

    def __call__(self, course: Course) -> Timeline:
        """IrRC category at each visit: irCR, irPR, irSD, irUPD, irPD or NE; after irPD every visit is that."""
        return self.timeline(course, self._judge)

    def _judge(self, points: list[Point]) -> list[Point]:
        if not self.confirm:
            return at_once(points, "ir")
        return confirmed(list(told_responses(points, self.confirm_days)), "ir", self.confirm_days)

    def begin(self, course: Course) -> int | None:
        """Sum of the products at baseline; None without index lesions.

        Raises
        ------
        LesionError
            Too many index lesions in the skin, elsewhere, or in one organ, or one without both diameters.
        """
        for skin, most in ((True, self.max_skin_targets), (False, self.max_targets)):
            names = sorted(one.lesion for one in course.targets if _is_skin(one) is skin)
            if len(names) > most:
                raise LesionError(
                    f"{course}, baseline {course.baseline}: at most {most} target lesions are allowed "
                    f"{'in' if skin else 'outside'} the skin, found {len(names)} ({some(names)}). Make some of them "
                    f"non-target in column 'role', or correct 'organ'."
                )
        return self.total_at_baseline(course, self.max_targets + self.max_skin_targets)

    def size(self, finding: Finding) -> int | None:
        """Product of both diameters, in millionths of a mm²."""
        return None if finding.longest is None or finding.short is None else finding.longest * finding.short

    def measurable(self, finding: Finding) -> bool:
        """From 5 x 5 mm on, unless set otherwise."""
        least = self.measurable_mm * THOUSAND
        return self.size(finding) is not None and min(finding.longest or 0, finding.short or 0) >= least

    def kind_most(self, inside: list[Finding], finding: Finding) -> tuple[int, int]:
        """How many of the new lesions inside the burden are of this one's kind, skin or not, and how many may be."""
        skin = _is_skin(finding)
        same = sum(_is_skin(other) is skin for other in inside)
        return same, self.max_skin_targets if skin else self.max_targets

    @property
    def too_small(self) -> int:
        """The square of `too_small_mm`."""
        return round(self.too_small_mm * THOUSAND) ** 2


def _is_skin(finding: Finding) -> bool:
    return not finding.node and bool(SKIN.search(folded(finding.organ)))
