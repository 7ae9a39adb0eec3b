"""Three scans and the clinical course of a patient in; the tumour's speed before and on treatment out."""

import math
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from radici.core.errors import InputError
from radici.core.outcome import DAYS_PER_MONTH
from radici.core.settings import Settings
from radici.response.growth.rates import CLOSE, Rate, tumour_growth_kinetics, tumour_growth_rate

TWO_MONTHS = 2 * DAYS_PER_MONTH


class Undecided(Exception):
    """A rule cannot be applied to a patient; carries the reason as a sentence. Never leaves this folder."""


class Limits(Settings):
    """What makes three scans comparable.

    Parameters
    ----------
    pre_interval_days
        Least number of days between the scan before baseline and baseline.
    first_scan_days
        Last day after the first dose at which the first scan on treatment may be; 92 days are three months.
    """

    pre_interval_days: float = Field(14.0, gt=0)
    first_scan_days: float = Field(92.0, gt=0)


@dataclass(frozen=True)
class Pace:
    """Everything that the published rules of hyperprogression ask of a patient; None where it is not known.

    Days count from the first dose of immunotherapy, negative before it. Sums are those of the diameters of the
    target lesions, the same at all three scans, without new lesions, in mm.

    Parameters
    ----------
    patient
        Study id.
    baseline_mm, baseline_day
        Last scan before treatment.
    first_mm, first_day
        First scan on treatment.
    pre_mm, pre_day
        A scan before baseline.
    progression
        RECIST progressive disease at the first evaluation.
    progression_day
        Day of progression; with `progression` and no day, `first_day`.
    failure_day
        Day of treatment failure (stopped for any reason); None where none was seen.
    followed_day
        Last day on which treatment is known to have gone on, where no failure was seen.
    new_in_involved_organ
        New lesions in organs that already had some.
    new_organ
        Whether an organ without lesions at baseline has one now.
    organs_with_new_lesions
        Number of organs with new lesions.
    ecog_baseline, ecog_worst
        Performance status at baseline, and the worst of the first two months.
    treatment_switch
        Whether the treatment changed between the scan before baseline and baseline.

    Raises
    ------
    InputError
        A negative sum, a scan without its day, or scans that are not in order of time around the first dose.
    """

    patient: str
    baseline_mm: float
    baseline_day: float
    first_mm: float | None = None
    first_day: float | None = None
    pre_mm: float | None = None
    pre_day: float | None = None
    progression: bool | None = None
    progression_day: float | None = None
    failure_day: float | None = None
    followed_day: float | None = None
    new_in_involved_organ: int | None = None
    new_organ: bool | None = None
    organs_with_new_lesions: int | None = None
    ecog_baseline: int | None = None
    ecog_worst: int | None = None
    treatment_switch: bool | None = None

    _scans: ClassVar = (("pre_mm", "pre_day"), ("baseline_mm", "baseline_day"), ("first_mm", "first_day"))

    def __post_init__(self) -> None:
        for size, day in self._scans:
            found = getattr(self, size)
            if (found is None) != (getattr(self, day) is None):
                raise InputError(f"Patient {self.patient}: `{size}` and `{day}` are given together or not at all.")
            if found is not None and not 0 <= found < math.inf:
                raise InputError(f"Patient {self.patient}: `{size}` is a sum in mm of 0 or more, found {found:g}.")
        days = [getattr(self, day) for _, day in self._scans if getattr(self, day) is not None]
        if sorted(set(days)) != days or self.baseline_day > 0 or (self.first_day is not None and self.first_day <= 0):
            raise InputError(
                f"Patient {self.patient}: the scan before baseline, baseline (day 0 at the latest) and the first scan "
                f"on treatment (after day 0) follow each other; found days {', '.join(f'{day:g}' for day in days)}. "
                f"Count days from the first dose."
            )


@dataclass(frozen=True)
class Speeds:
    """Growth before and on treatment: `tgr_*` in % of volume a month, `tgk_*` in mm a month, `note` a caution."""

    tgr_before: Rate
    tgr_on: Rate
    tgk_before: Rate
    tgk_on: Rate
    note: str = ""

    @property
    def delta_tgr(self) -> Rate:
        """Change of the growth rate, in percentage points a month."""
        for rate in (self.tgr_before, self.tgr_on):
            if not rate.known:
                return rate
        return Rate(self.tgr_on.value - self.tgr_before.value)

    @property
    def tgr_ratio(self) -> Rate:
        """Fold change of the growth rate; undefined where the tumour did not grow before treatment."""
        return self._fold(self.tgr_before, self.tgr_on, "TGR", "% a month")

    @property
    def tgk_ratio(self) -> Rate:
        """Fold change of the growth kinetics; undefined where the tumour did not grow before treatment."""
        return self._fold(self.tgk_before, self.tgk_on, "TGK", "mm a month")

    def _fold(self, before: Rate, on: Rate, name: str, unit: str) -> Rate:
        for rate in (before, on):
            if not rate.known:
                return rate
        if before.value > 0:
            return Rate(on.value / before.value)
        return Rate(
            math.nan,
            f"{name} before treatment was {before.value:.1f} {unit}, and a ratio to a tumour that did not grow means "
            f"nothing; TGR changed by {self.delta_tgr.value:+.1f} points a month",
        )


def speeds(pace: Pace, limits: Limits) -> Speeds:
    """Growth before and on treatment.

    Raises
    ------
    Undecided
        A scan is missing, too early or too late, or treatment changed before baseline.
    """
    before_days = _days_before(pace, limits)
    first_mm, on_days = first_scan(pace, limits)
    assert pace.pre_mm is not None
    known = "" if pace.treatment_switch is not None else "whether treatment changed before baseline is not known"
    return Speeds(
        tumour_growth_rate(pace.pre_mm, pace.baseline_mm, before_days),
        tumour_growth_rate(pace.baseline_mm, first_mm, on_days),
        tumour_growth_kinetics(pace.pre_mm, pace.baseline_mm, before_days),
        tumour_growth_kinetics(pace.baseline_mm, first_mm, on_days),
        known,
    )


def first_scan(pace: Pace, limits: Limits) -> tuple[float, float]:
    """Sum in mm at the first scan on treatment, and days from baseline to it; `Undecided` without one in time."""
    if pace.first_mm is None or pace.first_day is None:
        raise Undecided("there is no scan on treatment")
    if pace.first_day > limits.first_scan_days:
        raise Undecided(f"the first scan on treatment is at day {pace.first_day:g}, after {limits.first_scan_days:g}")
    return pace.first_mm, pace.first_day - pace.baseline_day


def _days_before(pace: Pace, limits: Limits) -> float:
    if pace.pre_day is None:
        raise Undecided("there is no scan before baseline")
    days = pace.baseline_day - pace.pre_day
    if days < limits.pre_interval_days:
        raise Undecided(f"only {days:g} days lie before baseline, {limits.pre_interval_days:g} are needed")
    if pace.treatment_switch:
        raise Undecided("treatment changed between the scan before baseline and baseline")
    return days


def value_of(rate: Rate) -> float:
    """The value of a rate, or `Undecided` with its reason."""
    if not rate.known:
        raise Undecided(rate.why)
    return rate.value


def increase(pace: Pace, limits: Limits) -> float:
    """Change of the sum from baseline to the first scan on treatment, in percent; `Undecided` where undefined."""
    first_mm, _ = first_scan(pace, limits)
    if pace.baseline_mm == 0:
        raise Undecided("the baseline sum is 0 mm")
    return 100 * (first_mm - pace.baseline_mm) / pace.baseline_mm


def progressed(pace: Pace) -> bool:
    """Progressive disease at the first evaluation; `Undecided` where that is not known."""
    if pace.progression is None:
        raise Undecided("whether the disease progressed at the first evaluation is not known")
    return pace.progression


def failed_within_two_months(pace: Pace) -> bool:
    """Time to treatment failure below two months (60.9 days); `Undecided` where the course is not known that far."""
    if pace.failure_day is not None:
        return pace.failure_day < TWO_MONTHS
    if pace.followed_day is None or pace.followed_day < TWO_MONTHS:
        until = "" if pace.followed_day is None else f" after day {pace.followed_day:g}"
        raise Undecided(f"whether treatment failed within two months is not known{until}")
    return False


def at_least(found: float, limit: float) -> bool:
    """`found >= limit`, where numbers closer than a billionth are equal."""
    return found >= limit - CLOSE


def above(found: float, limit: float) -> bool:
    """`found > limit`, where numbers closer than a billionth are equal."""
    return found > limit + CLOSE
