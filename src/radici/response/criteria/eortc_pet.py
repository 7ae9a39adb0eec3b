"""EORTC PET 1999: a course with SUV in; metabolic response of the lesions of the baseline, visit by visit, out.

Young H et al. Measurement of clinical and subclinical tumour response using [18F]-fluorodeoxyglucose and positron
emission tomography: review and 1999 EORTC recommendations. Eur J Cancer 1999;35:1773-1782. Tables of the rules:
PMC4377159 (table 2), PMC7046919 (table 6), BMC Cancer 2012;12:502 (table 2).
"""

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.criterion import Criterion, Point, Timeline
from radici.response.criteria.uptake import (
    PetTrack,
    Uptake,
    all_gone,
    avid_new,
    change_words,
    followed,
    missing_words,
    pet_point,
    progressed,
    suv,
    uptake_at,
)
from radici.response.exact import at_most, percent, plain, signed
from radici.response.lesions.course import Course, Visit


class EortcPet(Criterion, name="eortc_pet"):
    """EORTC's recommendations of 1999: change of SUV from baseline, summed over the lesions that had uptake there.

    The fall asked of a response is smaller after one cycle of treatment than later. Between the two, a later fall of
    15 to 25 % has no name in the recommendations; here it is stable disease, as is a rise of exactly 25 %. After
    progression every visit is progression.

    Parameters
    ----------
    one_cycle_until_day
        Last day on which a scan is one after a single cycle; without it none is, and the larger fall is asked for.
    response_percent_one_cycle
        Fall of SUV after one cycle that is a response, from this number on.
    response_percent
        Fall of SUV later that is a response, above this number.
    progression_percent
        Rise of SUV that is progression, above this number.
    extent_percent
        Progression where the longest diameter of a lesion's uptake grows by more than this; None does not look at it,
        as is right where column 'longest' is of CT.
    """

    title = "EORTC PET 1999"
    source = "Young 1999, doi 10.1016/S0959-8049(99)00229-4"
    unverified = ("that the SUV of several lesions is summed: the recommendations do not say which lesions to follow",)

    one_cycle_until_day: int | None = None
    response_percent_one_cycle: int = Field(15, gt=0, lt=100)
    response_percent: int = Field(25, gt=0, lt=100)
    progression_percent: int = Field(25, gt=0)
    extent_percent: int | None = Field(20, gt=0)

    def __call__(self, course: Course) -> Timeline:
        """Metabolic response at each visit: CMR, PMR, SMD, PMD or NE.

        Raises
        ------
        LesionError
            No lesion has an SUV at baseline.
        """
        before = followed(course, suv)
        base = sum(before.values())
        track = PetTrack(base, base, notes=self._notes(course))
        points = tuple(self._point(course, visit, track, before) for visit in course.after)
        return Timeline(
            course.patient, "eortc_pet", points, base, course.baseline.day, "SUV", reader=course.reader,
            zero=course.zero, notes=tuple(track.notes),
        )  # fmt: skip

    def _notes(self, course: Course) -> list[str]:
        notes = []
        if self.one_cycle_until_day is None:
            notes.append(
                f"All visits are judged as after more than one cycle (response above -{self.response_percent} %): "
                f"`one_cycle_until_day` is not set."
            )
        if self.extent_percent is not None and any(one.longest for one in course.baseline.findings.values()):
            notes.append("Column 'longest' is taken for the length of uptake on PET (`extent_percent: null` if of CT).")
        return notes

    def _point(self, course: Course, visit: Visit, track: PetTrack, before: dict[str, int]) -> Point:
        found, new = uptake_at(course, visit, suv), avid_new(visit, suv)
        total = sum(found.known.get(lesion, 0) for lesion in before)
        bad = self._progression(course, visit, track, total)
        bad = [f"new lesion {some(new)}", *bad] if new else bad
        category, why = ("PMD", "; ".join(bad)) if bad else self._response(course, visit, track, found, total)
        if track.progression_on:
            category, why = "PMD", f"progression was declared on {track.progression_on}; {why}"
        burden = total if before.keys() <= found.known.keys() else None
        point = pet_point(visit, track, (category, why), burden, new)
        track.remember(visit, category, burden)
        return point

    def _progression(self, course: Course, visit: Visit, track: PetTrack, total: int) -> list[str]:
        worse, longer = progressed(visit), self._longer(course, visit)
        bad = [f"unequivocal progression of {some(worse)}"] if worse else []
        bad += [f"uptake longer by more than {self.extent_percent} %: {some(longer)}"] if longer else []
        if track.baseline and 100 * total > (100 + self.progression_percent) * track.baseline:
            words = f"SUV {change_words(total, track.baseline)}"
            bad.append(f"{words} (above +{self.progression_percent} %: progression)")
        if track.complete_on and total:
            bad.append(f"uptake back after complete metabolic response on {track.complete_on}")
        return bad

    def _longer(self, course: Course, visit: Visit) -> list[str]:
        """Lesions whose uptake became too long, with how much; empty where that is not looked at."""
        if self.extent_percent is None:
            return []
        grown = []
        for one in sorted(course.baseline.findings.values()):
            after = visit.findings.get(one.lesion)
            length = after.longest if after is not None and after.seen else None
            if one.longest and length and 100 * length > (100 + self.extent_percent) * one.longest:
                change = signed(percent(length, one.longest))
                grown.append(f"{one.lesion} {plain(one.longest)} to {plain(length)} mm, {change}")
        return grown

    def _response(
        self, course: Course, visit: Visit, track: PetTrack, found: Uptake, total: int
    ) -> tuple[str, str]:  # fmt: skip
        if not track.baseline:
            return "NE", "no uptake at baseline: no change can be told"
        if all_gone(course, visit, suv):
            return "CMR", "no lesion with uptake above background"
        if found.missing:
            return "NE", missing_words(found)
        words = f"SUV {change_words(total, track.baseline)}"
        early = self.one_cycle_until_day is not None and visit.day <= self.one_cycle_until_day
        if early and at_most(total, 100 - self.response_percent_one_cycle, track.baseline):
            return "PMR", f"{words} (after one cycle, from -{self.response_percent_one_cycle} % on: response)"
        if not early and 100 * total < (100 - self.response_percent) * track.baseline:
            return "PMR", f"{words} (below -{self.response_percent} %: response)"
        return "SMD", f"{words}: neither response nor progression"
