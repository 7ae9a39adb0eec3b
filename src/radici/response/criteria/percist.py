"""PERCIST 1.0: a course with SULpeak in; metabolic response of the hottest lesion, visit by visit, out.

Wahl RL et al. From RECIST to PERCIST: evolving considerations for PET response criteria in solid tumors. J Nucl Med
2009;50 Suppl 1:122S-150S; O JH, Lodge MA, Wahl RL. Practical PERCIST. Radiology 2016;280:576-584 (PMC4976461). Tables
of the rules: PMC4377159 (table 2), PMC6506740 (table 1), PMC7669926 (table 2).
"""

from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from radici.core.errors import LesionError, some
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
    sul_peak,
    uptake_at,
)
from radici.response.exact import THOUSAND, at_least, at_most, percent, plain, signed
from radici.response.lesions.course import Course, Finding, Visit


def measurable_limit(liver_mean: float, liver_sd: float) -> float:
    """Least SULpeak at baseline that may be compared: 1.5 times mean SUL of the liver plus 2 standard deviations.

    Mean and standard deviation of the SUL in a sphere of 3 cm in the right lobe of a healthy liver (PMC4976461).
    """
    return 1.5 * liver_mean + 2 * liver_sd


def measurable_limit_blood_pool(blood_mean: float, blood_sd: float) -> float:
    """The same limit where the liver is diseased: 2.0 times mean SUL of the aorta plus 2 standard deviations.

    Mean and standard deviation of the SUL of the blood pool in the descending aorta (PMC4976461).
    """
    return 2.0 * blood_mean + 2 * blood_sd


class Reading(NamedTuple):
    """One visit by itself: uptake, category and why, new lesions."""

    found: Uptake
    call: tuple[str, str]
    new: list[str]

    @property
    def burden(self) -> int | None:
        """SULpeak of the hottest lesion; None where it is not certain which that is."""
        return self.found.hottest[1] if self.found.complete else None


class PercistRules(Criterion):
    """What PERCIST and iPERCIST share: how the hottest lesion, extent and new lesions are read at one visit.

    Published tables print the 30 % both as `>` and as `>=`; here a change of exactly 30 % counts.

    The hottest lesion is that of any role, and may be another one at each visit. A lesion that was measured at
    baseline and not at the visit makes the visit not evaluable, unless what is known proves progression; one that
    never was measured is taken to be cooler than those that are.

    Parameters
    ----------
    response_percent, response_sul
        Fall of the hottest SULpeak from baseline that is a response; both are needed, each from this number on.
    progression_percent, progression_sul
        Rise that is progression; both are needed, each from this number on.
    progression_from
        What a rise is counted from: the `baseline`, or the `nadir`, the coolest scan before.
    tlg_percent
        Progression where the glycolysis (TLG) of all lesions measured at baseline rises by more than this.
    tlg_only_without_decline
        Count a rise of the glycolysis only where the hottest SULpeak did not fall.
    others_percent
        No response where uptake or length of any lesion rises by more than this from its own baseline.
    min_sul_peak
        Least SULpeak at baseline that may be compared, one for all or one for each patient, see `measurable_limit`.
    """

    unverified: ClassVar[tuple[str, ...]] = (
        "that a rise is counted from baseline and not from the coolest scan (setting `progression_from`)",
        "that the 75 % are of the glycolysis of all lesions, and need no SULpeak that holds "
        "(setting `tlg_only_without_decline`)",
        "that 30 % is how much other lesions may rise beside a response (setting `others_percent`)",
        "that a lesion back after complete metabolic response is progression, as in RECIST",
    )

    response_percent: int = Field(30, gt=0, lt=100)
    response_sul: float = Field(0.8, ge=0)
    progression_percent: int = Field(30, gt=0)
    progression_sul: float = Field(0.8, ge=0)
    progression_from: Literal["baseline", "nadir"] = "baseline"
    tlg_percent: int = Field(75, gt=0)
    tlg_only_without_decline: bool = False
    others_percent: int = Field(30, ge=0)
    min_sul_peak: float | dict[str, float] | None = None

    def begin(self, course: Course) -> PetTrack:
        """The state at baseline.

        Raises
        ------
        LesionError
            No lesion has a SULpeak at baseline, or `min_sul_peak` lacks the patient.
        """
        hottest = max(followed(course, sul_peak).values(), default=0)
        track = PetTrack(hottest, hottest, self._limit(course))
        if self.min_sul_peak is None:
            track.notes.append("Whether uptake at baseline was measurable was not checked: `min_sul_peak` is not set.")
        if hottest < track.limit:
            track.notes.append(f"Not measurable at baseline: SULpeak {plain(hottest)}, below {plain(track.limit)}.")
        if all(one.tlg is None for one in course.baseline.findings.values()):
            track.notes.append("No lesion has a TLG at baseline: growth in extent was not checked by glycolysis.")
        return track

    def _limit(self, course: Course) -> int:
        limit = self.min_sul_peak
        if isinstance(limit, dict):
            if course.patient not in limit:
                raise LesionError(
                    f"{course}: `min_sul_peak` names {len(limit)} patients, but not this one. Add the limit of this "
                    f"patient's baseline, as `measurable_limit` gives it."
                )
            limit = limit[course.patient]
        return round(limit * THOUSAND) if limit is not None else 0

    def read(self, course: Course, visit: Visit, track: PetTrack) -> Reading:
        """Category of one visit: CMR, PMR, SMD, PMD or NE, whatever visits before were called."""
        found, new = uptake_at(course, visit, sul_peak), avid_new(visit, sul_peak)
        bad = self._progression(course, visit, track, found, new)
        call = ("PMD", "; ".join(bad)) if bad else self._response(course, visit, track, found)
        return Reading(found, call, new)

    def _progression(
        self, course: Course, visit: Visit, track: PetTrack, found: Uptake, new: list[str]
    ) -> list[str]:  # fmt: skip
        lesion, value = found.hottest
        bad = [f"new lesion {some(new)}"] if new else []
        worse = progressed(visit)
        bad += [f"unequivocal progression of {some(worse)}"] if worse else []
        if track.complete_on and value:
            bad.append(f"{lesion} back after complete metabolic response on {track.complete_on}")
        of = track.nadir if self.progression_from == "nadir" else track.baseline
        hotter = at_least(value, 100 + self.progression_percent, of) and value - of >= _units(self.progression_sul)
        if value and hotter and _is_measurable(track):
            since = "the coolest scan" if self.progression_from == "nadir" else "baseline"
            limits = f"from +{self.progression_percent} % and +{self.progression_sul:g} on: progression"
            bad.append(f"hottest lesion {lesion}: SULpeak {change_words(value, of, since)} ({limits})")
        if not (self.tlg_only_without_decline and value < track.baseline):
            extent = self._larger(course, visit)
            bad += [extent] if extent else []
        return bad

    def _larger(self, course: Course, visit: Visit) -> str:
        """In words, how the glycolysis of the lesions measured at baseline grew too much; empty where it did not."""
        before = {one.lesion: one.tlg for one in course.baseline.findings.values() if one.tlg is not None}
        now = sum(_tlg(visit.findings[name]) for name in before if name in visit.findings)
        base = sum(before.values())
        if not base or 100 * now <= (100 + self.tlg_percent) * base:
            return ""
        return f"TLG {plain(now)}: {signed(percent(now, base))} (above +{self.tlg_percent} %: progression)"

    def _response(self, course: Course, visit: Visit, track: PetTrack, found: Uptake) -> tuple[str, str]:
        if not track.baseline:
            return "NE", "no uptake at baseline: no change can be told"
        if all_gone(course, visit, sul_peak):
            return "CMR", "no lesion with uptake above background"
        if found.missing:
            return "NE", missing_words(found)
        if not _is_measurable(track):
            return "NE", f"SULpeak {plain(track.baseline)} at baseline is not measurable: no change can be told"
        lesion, value = found.hottest
        words = f"hottest lesion {lesion}: SULpeak {change_words(value, track.baseline)}"
        fallen = at_most(value, 100 - self.response_percent, track.baseline)
        if not fallen or track.baseline - value < _units(self.response_sul):
            return "SMD", f"{words}: neither response nor progression"
        others = self._risen(course, visit)
        if others:
            return "SMD", f"{words}, but {some(others)} rose by more than {self.others_percent} %: no response"
        return "PMR", f"{words} (from -{self.response_percent} % and -{self.response_sul:g} on: response)"

    def _risen(self, course: Course, visit: Visit) -> list[str]:
        """Lesions whose uptake or length rose too much from their own baseline for the patient to respond."""
        share = 100 + self.others_percent
        pairs = [(one, visit.findings.get(one.lesion)) for one in course.baseline.findings.values()]
        return sorted(
            before.lesion
            for before, after in pairs
            if after is not None
            and (_above(after.sul_peak, share, before.sul_peak) or _above(after.longest, share, before.longest))
        )


class Percist(PercistRules, name="percist"):
    """PET Response Criteria in Solid Tumours, version 1.0: after progression every visit is progression."""

    title = "PERCIST 1.0"
    source = "Wahl 2009, doi 10.2967/jnumed.108.057307"

    def __call__(self, course: Course) -> Timeline:
        """Metabolic response at each visit: CMR, PMR, SMD, PMD or NE."""
        track = self.begin(course)
        points = tuple(self._point(course, visit, track) for visit in course.after)
        return Timeline(
            course.patient, "percist", points, track.baseline, course.baseline.day, "SUL", reader=course.reader,
            zero=course.zero, notes=tuple(track.notes),
        )  # fmt: skip

    def _point(self, course: Course, visit: Visit, track: PetTrack) -> Point:
        seen = self.read(course, visit, track)
        call = seen.call
        if track.progression_on:
            call = "PMD", f"progression was declared on {track.progression_on}; {call[1]}"
        point = pet_point(visit, track, call, seen.burden, seen.new)
        track.remember(visit, call[0], seen.burden)
        return point


def _units(sul: float) -> int:
    return round(sul * THOUSAND)


def _is_measurable(track: PetTrack) -> bool:
    return track.baseline >= max(track.limit, 1)


def _tlg(finding: Finding) -> int:
    """Glycolysis of a lesion; 0 where it is gone or not known, so that a sum can prove growth but not deny it."""
    return 0 if finding.state in ("absent", "not evaluable") else finding.tlg or 0


def _above(value: int | None, share: int, of: int | None) -> bool:
    return value is not None and of is not None and of > 0 and 100 * value > share * of
