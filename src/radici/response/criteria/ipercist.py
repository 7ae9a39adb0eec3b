"""iPERCIST: a course with SULpeak in; unconfirmed and confirmed metabolic progression, and what undoes it, out.

Goldfarb L et al. Metabolic response by FDG-PET to checkpoint inhibitors in non-small cell lung cancer (NSCLC) patients:
iPERCIST. EJNMMI Res 2019;9:31, doi 10.1186/s13550-019-0473-1. Tables of the rules: PMC7046919 (table 6), PMC8484219
(table 2).
"""

from dataclasses import dataclass

from pydantic import Field

from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.percist import PercistRules, Reading
from radici.response.criteria.uptake import PetTrack, pet_point
from radici.response.lesions.course import Course, Visit


@dataclass
class Waiting:
    """Progression that waits for its confirmation (`visit`, `day`), and whether it was confirmed, and where."""

    visit: str = ""
    day: int | None = None
    confirmed_on: str = ""


class Ipercist(PercistRules, name="ipercist"):
    """Immune PERCIST: progression must be confirmed on a second PET, and response or stable disease there undoes it.

    Any visit that is progression by PERCIST from baseline confirms, also where the new lesion of the first one is just
    still there: iRECIST's further growth is not asked for.

    Parameters
    ----------
    confirm_days, confirm_latest_days
        When after unconfirmed progression a scan may confirm it; a later one still does, with a note.
    confirm_tolerance_days
        How many days earlier it may be. A scan before that neither confirms nor undoes.
    """

    title = "iPERCIST"
    source = "Goldfarb 2019, doi 10.1186/s13550-019-0473-1"
    unverified = (
        *PercistRules.unverified,
        "that a new lesion that is just still there confirms progression",
        "that a scan less than four weeks after progression says nothing, and one more than eight weeks after confirms",
    )

    confirm_days: int = Field(28, ge=0)
    confirm_latest_days: int = Field(56, ge=0)
    confirm_tolerance_days: int = Field(0, ge=0)

    def __call__(self, course: Course) -> Timeline:
        """Metabolic response at each visit: CMR, PMR, SMD, UPMD, CPMD or NE; after CPMD every visit is that."""
        track, waiting = self.begin(course), Waiting()
        points = tuple(self._point(course, visit, track, waiting) for visit in course.after)
        return Timeline(
            course.patient, "ipercist", points, track.baseline, course.baseline.day, "SUL", reader=course.reader,
            zero=course.zero, notes=tuple(track.notes),
        )  # fmt: skip

    def _point(self, course: Course, visit: Visit, track: PetTrack, waiting: Waiting) -> Point:
        seen = self.read(course, visit, track)
        early = self._early(visit, waiting)
        if early:
            return pet_point(visit, track, ("NE", early), seen.burden, seen.new, waiting.day)
        call = self._category(visit, seen, waiting)
        point = pet_point(visit, track, call, seen.burden, seen.new, waiting.day)
        track.remember(visit, call[0], seen.burden)
        return point

    def _early(self, visit: Visit, waiting: Waiting) -> str:
        """Why a scan so soon after unconfirmed progression says nothing; empty where it does."""
        if waiting.day is None or waiting.confirmed_on:
            return ""
        days, least = visit.day - waiting.day, self.confirm_days - self.confirm_tolerance_days
        if days >= least:
            return ""
        return (
            f"{days} days after the unconfirmed progression of {waiting.visit}, too early to confirm or to undo it "
            f"(from day {least} after it on)"
        )

    def _category(self, visit: Visit, seen: Reading, waiting: Waiting) -> tuple[str, str]:
        """Category and why; keeps `waiting` up to date."""
        category, why = seen.call
        since = f"progression of {waiting.visit}"
        if waiting.confirmed_on:
            return "CPMD", f"progression was confirmed on {waiting.confirmed_on}; {why}"
        if waiting.day is None:
            if category != "PMD":
                return category, why
            waiting.visit, waiting.day = str(visit), visit.day
            return "UPMD", f"{why}: progression to be confirmed"
        if category == "PMD":
            waiting.confirmed_on = str(visit)
            days = visit.day - waiting.day
            late = f" ({days} days after it, later than {self.confirm_latest_days})"
            return "CPMD", f"{why}: {since} confirmed{late if days > self.confirm_latest_days else ''}"
        if category == "NE":
            return category, f"{why}; {since} still waits for its confirmation"
        waiting.day = None
        return category, f"{why}; {since} is undone and the next one must be confirmed anew"
