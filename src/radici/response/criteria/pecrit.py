"""PECRIT: a course with lengths and SULpeak in; who will benefit, told at an early scan, out.

Cho SY et al. Prediction of response to immune checkpoint inhibitor therapy using early-time-point 18F-FDG PET/CT
imaging in patients with advanced melanoma. J Nucl Med 2017;58:1421-1428, doi 10.2967/jnumed.116.188839: scans at days
21 to 28, threshold 15.5 % (abstract). Tables of the rule: PMC8855498 (table 3). Two reviews (PMC7669926, PMC8484219)
print another rule, with response from -30 % of SULpeak, which is not that of the authors.
"""

from dataclasses import replace

from pydantic import Field

from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.recist11 import Recist11
from radici.response.criteria.uptake import change_words, followed, missing_words, sul_peak, uptake_at
from radici.response.lesions.course import Course, Visit

BY_SIZE = {"CR": "BENEFIT", "PR": "BENEFIT", "PD": "NO BENEFIT", "NE": "NE", "NED": "NED"}


class Pecrit(Recist11, name="pecrit"):
    """RECIST 1.1 at three to four weeks, and where it says stable, whether the hottest SULpeak rose.

    Response by RECIST 1.1 is benefit, progression is none. Stable disease (or non-target disease alone, neither gone
    nor progressing) is benefit if the SULpeak of the hottest lesion of any role rose by more than 15.5 % from baseline:
    with these drugs an early rise is a good sign. Burden and changes are those of RECIST.

    Parameters
    ----------
    first_day, last_day
        Days of the scans that are judged; all others are not evaluable (NE).
    rise_percent
        Rise of the hottest SULpeak that tells benefit, above this number; in tenths of a percent at the finest.
    """

    title = "PECRIT"
    source = "Cho 2017, doi 10.2967/jnumed.116.188839"
    unverified = ("that non-target disease alone, neither gone nor progressing, is read as stable disease",)

    first_day: int = 21
    last_day: int = 28
    rise_percent: float = Field(15.5, ge=0)

    def __call__(self, course: Course) -> Timeline:
        """BENEFIT, NO BENEFIT or NE at each visit; NED without any lesion of RECIST 1.1.

        Raises
        ------
        LesionError
            The course breaks a rule of RECIST 1.1, or no lesion has a SULpeak at baseline.
        """
        base = max(followed(course, sul_peak).values(), default=0)
        line = super().__call__(course)
        pairs = zip(line.points, course.after, strict=True)
        points = tuple(self._call(course, visit, point, base) for point, visit in pairs)
        if course.zero != "treatment start":
            notes = (*line.notes, "Days are counted from the baseline, for no treatment start is given.")
            line = replace(line, notes=notes)
        return replace(line, criterion="pecrit", points=points)

    def _call(self, course: Course, visit: Visit, point: Point, base: int) -> Point:
        category, why = self._judge(course, visit, point, base)
        return point._replace(category=category, why=why)

    def _judge(self, course: Course, visit: Visit, point: Point, base: int) -> tuple[str, str]:
        if not self.first_day <= visit.day <= self.last_day:
            return "NE", f"day {visit.day} is not among the days {self.first_day} to {self.last_day} that PECRIT judges"
        size = f"RECIST 1.1 {point.category}: {point.why}"
        if point.category in BY_SIZE:
            return BY_SIZE[point.category], size
        if not base:
            return "NE", f"{size}; no uptake at baseline"
        found = uptake_at(course, visit, sul_peak)
        lesion, value = found.hottest
        words = f"hottest lesion {lesion}: SULpeak {change_words(value, base)}"
        if 1000 * value > (1000 + round(10 * self.rise_percent)) * base:
            return "BENEFIT", f"{size}; {words} (above +{self.rise_percent:g} %: benefit)"
        if found.missing:
            return "NE", f"{size}; {missing_words(found)}"
        return "NO BENEFIT", f"{size}; {words} (not above +{self.rise_percent:g} %: no benefit)"
