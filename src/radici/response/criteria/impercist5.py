"""imPERCIST5: a course with SULpeak in; response of the sum over the five hottest lesions, new ones among them, out.

Ito K et al. 18F-FDG PET/CT for monitoring of ipilimumab therapy in patients with metastatic melanoma. J Nucl Med
2019;60:335-341, doi 10.2967/jnumed.118.213652 (PMC6424231). Tables of the rules: PMC9028862 (table 3), PMC7072145
(table 2).
"""

from typing import Literal

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.criterion import Criterion, Point, Timeline
from radici.response.criteria.uptake import (
    PetTrack,
    all_gone,
    avid_new,
    change_words,
    followed,
    hottest_sum,
    missing_words,
    pet_point,
    sul_peak,
    uptake_at,
)
from radici.response.exact import at_least, at_most
from radici.response.lesions.course import Course, Visit


class Impercist5(Criterion, name="impercist5"):
    """Immunotherapy-modified PERCIST of up to five lesions: only the sum decides, a new lesion is not progression.

    At each visit the hottest lesions are summed anew, whatever their role; all lymph nodes are one organ. A visit where
    a lesion was not measured is not evaluable, unless the others alone prove progression: the missing one could only
    add to the sum. After progression every visit is progression.

    Parameters
    ----------
    response_percent, progression_percent
        Fall and rise of the sum, each from this number on.
    progression_from
        What a rise is counted from: the `baseline`, or the `nadir`, the smallest sum before.
    max_lesions, max_lesions_per_organ
        How many of the hottest lesions are summed; others are left out.
    """

    title = "imPERCIST5"
    source = "Ito 2019, doi 10.2967/jnumed.118.213652"
    unverified = (
        "that the hottest lesions are chosen anew at each visit, also more of them than at baseline",
        "that at most two of an organ are summed, all lymph nodes being one",
        "that a rise is counted from baseline and not from the smallest sum (setting `progression_from`)",
    )

    response_percent: int = Field(30, gt=0, lt=100)
    progression_percent: int = Field(30, gt=0)
    progression_from: Literal["baseline", "nadir"] = "baseline"
    max_lesions: int = Field(5, ge=1)
    max_lesions_per_organ: int = Field(2, ge=1)

    def __call__(self, course: Course) -> Timeline:
        """Metabolic response at each visit: CMR, PMR, SMD, PMD or NE.

        Raises
        ------
        LesionError
            No lesion has a SULpeak at baseline.
        """
        base, names = self._sum(followed(course, sul_peak), course.baseline)
        track = PetTrack(base, base, notes=[f"Summed at baseline: {', '.join(names)}."] if names else [])
        points = tuple(self._point(course, visit, track) for visit in course.after)
        return Timeline(
            course.patient, "impercist5", points, base, course.baseline.day, "SUL", reader=course.reader,
            zero=course.zero, notes=tuple(track.notes),
        )  # fmt: skip

    def _sum(self, known: dict[str, int], visit: Visit) -> tuple[int, list[str]]:
        return hottest_sum(known, visit, self.max_lesions, self.max_lesions_per_organ)

    def _point(self, course: Course, visit: Visit, track: PetTrack) -> Point:
        found = uptake_at(course, visit, sul_peak)
        total, names = self._sum(dict(found.known), visit)
        category, why = self._category(course, visit, track, total)
        if category != "PMD" and found.missing:
            category, why = "NE", missing_words(found)
        elif names:
            why = f"{why}; summed: {some(names, 5)}"
        if track.progression_on:
            category, why = "PMD", f"progression was declared on {track.progression_on}; {why}"
        burden = total if found.complete else None
        point = pet_point(visit, track, (category, why), burden, avid_new(visit, sul_peak))
        track.remember(visit, category, burden)
        return point

    def _category(self, course: Course, visit: Visit, track: PetTrack, total: int) -> tuple[str, str]:
        if not track.baseline:
            return "NE", "no uptake at baseline: no change can be told"
        if all_gone(course, visit, sul_peak):
            return "CMR", "no lesion with uptake above background"
        of = track.nadir if self.progression_from == "nadir" else track.baseline
        if total and at_least(total, 100 + self.progression_percent, of):
            since = "the smallest sum" if self.progression_from == "nadir" else "baseline"
            words = f"sum of SULpeak {change_words(total, of, since)}"
            return "PMD", f"{words} (from +{self.progression_percent} % on: progression)"
        words = f"sum of SULpeak {change_words(total, track.baseline)}"
        if at_most(total, 100 - self.response_percent, track.baseline):
            return "PMR", f"{words} (from -{self.response_percent} % on: response)"
        return "SMD", f"{words}: neither response nor progression"
