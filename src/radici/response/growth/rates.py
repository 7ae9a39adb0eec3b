"""How fast a tumour grows or shrinks: sums of diameters (mm) and days in; a rate, or why there is none, out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from radici.core.errors import InputError
from radici.core.outcome import DAYS_PER_MONTH
from radici.core.settings import Settings

CLOSE = 1e-9  # two percentages closer than this are one: sums in mm are exact, their quotients are not


@dataclass(frozen=True)
class Rate:
    """A number, or NaN and the sentence that says why it is undefined.

    Parameters
    ----------
    value
        In the unit that the function names; NaN where undefined.
    why
        Empty where the value is defined.
    """

    value: float
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether the value is defined."""
        return not math.isnan(self.value)


class EarlyShrinkage(Settings):
    """What counts as the first follow-up, and as early shrinkage.

    Parameters
    ----------
    threshold_percent
        Change from baseline, in percent, at or below which the tumour shrank early; trials use -10, -20 or -30.
    window_days
        First and last day after baseline at which a scan is the first follow-up, both included. The default,
        35 to 98, is 6 to 12 weeks with a margin of one week before and two after.
    """

    threshold_percent: float = Field(-20.0, gt=-100, lt=0)
    window_days: tuple[float, float] = (35.0, 98.0)

    @model_validator(mode="after")
    def _check(self) -> Self:
        first, last = self.window_days
        if not 0 < first <= last:
            raise ValueError(f"window_days runs from a first to a last day after baseline, found {first:g} to {last:g}")
        return self

    def reached(self, change: Rate) -> bool | None:
        """Whether `change` (percent) is early shrinkage; None where the change is undefined."""
        return change.value <= self.threshold_percent + CLOSE if change.known else None


def tumour_growth_rate(first_mm: float, second_mm: float, days: float) -> Rate:
    r"""Tumour growth rate TGR: growth of the volume in percent a month.

    .. math:: TG = 3 \ln(S_b / S_a) / t, \qquad TGR = 100 (e^{TG} - 1)

    The sum of diameters stands for the diameter of one sphere, so its cube stands for the volume; t is in months
    of 30.4375 days.

    Parameters
    ----------
    first_mm, second_mm
        Sums of the diameters of the same lesions, without new ones, in mm.
    days
        From the first scan to the second.

    Returns
    -------
    Rate
        Undefined where a sum is missing or 0, or the scans are not in order of time.

    Raises
    ------
    InputError
        A negative sum.

    References
    ----------
    Ferté et al. 2014, Clin Cancer Res 20:246; days and months are counted as in the first author's calculator
    (github.com/chferte/TumorGrowthRate). 100 mm, then 110 mm after two months, give 15.37 % a month.
    """
    why = _undefined(first_mm, second_mm, days)
    if why:
        return Rate(math.nan, why)
    return Rate(100 * math.expm1(3 * math.log(second_mm / first_mm) / (days / DAYS_PER_MONTH)))


def tumour_growth_kinetics(first_mm: float, second_mm: float, days: float) -> Rate:
    """Tumour growth kinetics TGK: growth of the sum of diameters in mm a month (30.4375 days).

    Parameters, undefined cases and errors as in `tumour_growth_rate`; a sum of 0 has no kinetics either, because
    the lesions may have gone at any day before the scan.

    References
    ----------
    Saâda-Bouzid et al. 2017, Ann Oncol 28:1605.
    """
    why = _undefined(first_mm, second_mm, days)
    if why:
        return Rate(math.nan, why)
    return Rate((second_mm - first_mm) / (days / DAYS_PER_MONTH))


def doubling_time(first_mm: float, second_mm: float, days: float) -> Rate:
    r"""Days in which the volume doubles, :math:`t \ln 2 / (3 \ln(S_b / S_a))`.

    Undefined also for a tumour that did not grow; the reason names the halving time of one that shrank.
    """
    why = _undefined(first_mm, second_mm, days)
    if why:
        return Rate(math.nan, why)
    growth = 3 * math.log(second_mm / first_mm)
    if growth == 0:
        return Rate(math.nan, f"the sum stayed at {first_mm:g} mm, so the volume does not double")
    taken = days * math.log(2) / growth
    if growth < 0:
        return Rate(
            math.nan, f"the sum fell from {first_mm:g} to {second_mm:g} mm: the volume halves in {-taken:.1f} days"
        )
    return Rate(taken)


def early_change(
    baseline_mm: float, days: Sequence[float], sums_mm: Sequence[float], settings: EarlyShrinkage | None = None
) -> Rate:
    """Change of the sum at the first follow-up, in percent of baseline; early shrinkage is a threshold on it.

    Parameters
    ----------
    baseline_mm
        Sum of diameters at baseline.
    days, sums_mm
        Later scans: days after baseline, ascending, and sums in mm, both of shape (n,).
    settings
        Which scan counts: the first one inside the window. Scans before the window are passed over, because a
        change at three weeks and one at nine are not the same measurement.

    Returns
    -------
    Rate
        Undefined without a scan in the window, or without a baseline above 0.
    """
    first, last = (settings or EarlyShrinkage()).window_days
    _check_series(days, sums_mm)
    inside = [size for day, size in zip(days, sums_mm, strict=True) if first <= day <= last]
    if not inside:
        found = ", ".join(f"{day:g}" for day in days) or "none"
        return Rate(math.nan, f"no scan from day {first:g} to day {last:g} after baseline (scans at day: {found})")
    return _change(baseline_mm, inside[0])


def _change(baseline_mm: float, size_mm: float) -> Rate:
    if math.isnan(baseline_mm) or math.isnan(size_mm):
        return Rate(math.nan, "a sum of diameters is missing")
    if baseline_mm < 0 or size_mm < 0:
        raise _negative(min(baseline_mm, size_mm))
    if baseline_mm == 0:
        return Rate(math.nan, "the baseline sum is 0 mm, and nothing is a percentage of nothing")
    return Rate(100 * (size_mm - baseline_mm) / baseline_mm)


def _undefined(first_mm: float, second_mm: float, days: float) -> str:
    if math.isnan(first_mm) or math.isnan(second_mm) or math.isnan(days):
        return "a sum of diameters or a date is missing"
    if first_mm < 0 or second_mm < 0:
        raise _negative(min(first_mm, second_mm))
    if days <= 0:
        return f"the second scan lies {days:g} days after the first; a rate needs at least one day"
    if first_mm == 0 or second_mm == 0:
        return f"the {'first' if first_mm == 0 else 'second'} sum is 0 mm, which has no logarithm and no date"
    return ""


def _negative(found: float) -> InputError:
    return InputError(f"A sum of diameters is 0 mm or more, found {found:g} mm. Correct the lesion table.")


def _check_series(days: Sequence[float], sums_mm: Sequence[float]) -> None:
    if len(days) != len(sums_mm):
        raise InputError(f"Each later scan needs a day and a sum, found {len(days)} days and {len(sums_mm)} sums.")
    if any(later <= earlier for earlier, later in pairwise(days)) or any(day <= 0 for day in days):
        raise InputError(
            f"Days after baseline are above 0 and ascending, found {[float(day) for day in days]}. "
            f"Sort the scans and leave the baseline out."
        )
