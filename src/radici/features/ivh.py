"""Intensities in, what share of the volume exceeds each out: the intensity-volume histogram (IBSI family P88C)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from radici.core.errors import RegionError
from radici.core.names import number_token
from radici.core.region import Region
from radici.features.family import FamilySettings, How, family
from radici.imaging.discretise import MOST_LEVELS, range_bound

ARBITRARY_LEVELS = 1000
UNIT = "image unit or level"
Rule = Literal["interval", "bin_width", "bin_number"]


class Ivh(FamilySettings):
    """At which intensities the histogram is read; at most one of the three. Without any: 1000 levels.

    Parameters
    ----------
    interval
        For intensities that come in steps of this (CT: 1 HU): read at each step, nothing is sorted into levels.
    bin_width
        For calibrated intensities of any value (PET): levels of this width, each known by the intensity at its centre.
    bin_number
        For intensities without a unit (MR, filtered images): this many levels between the region's own minimum and
        maximum, each known by its number.

    Notes
    -----
    IBSI reference manual, 'Intensity-volume histogram features': the discrete, the continuous and the arbitrary case.
    With `interval` and `bin_width` the first and last intensity are those of the last `resegment` range, and the
    region's own where there is none.
    """

    interval: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    bin_width: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    bin_number: int | None = Field(default=None, ge=2, le=MOST_LEVELS)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if sum(rule is not None for rule in (self.interval, self.bin_width, self.bin_number)) > 1:
            raise ValueError("give at most one of `interval`, `bin_width` and `bin_number`")
        return self

    def hows(self) -> Sequence[How]:
        """The one rule that was chosen."""
        if self.interval is not None:
            return (How(f"step{number_token(self.interval)}", "", ("interval", self.interval)),)
        if self.bin_width is not None:
            return (How(f"fbs{number_token(self.bin_width)}", "", ("bin_width", self.bin_width)),)
        number = self.bin_number or ARBITRARY_LEVELS
        return (How(f"fbn{number}", "", ("bin_number", number)),)


@dataclass(frozen=True, eq=False)
class Curve:
    """The share of the volume at or above each of evenly spaced intensities.

    Parameters
    ----------
    first, step
        The intensities are first, first + step, ….
    share
        From 1 downwards, shape (n,).
    """

    first: float
    step: float
    share: np.ndarray

    def volume(self, percent: int) -> float:
        """Largest share of the volume at an intensity at least `percent` of the way from the first to the last."""
        if self.share.size == 1:
            return float("nan")
        # Whole numbers: the first step k with 100 k >= percent (n - 1).
        return float(self.share[-(-percent * (self.share.size - 1) // 100)])

    def intensity(self, percent: int) -> float:
        """Lowest intensity present in at most `percent` of the volume; one step beyond the last at the most."""
        return self.first + self.step * int(np.count_nonzero(self.share > percent / 100))


@family("ivh", on="intensities", settings=Ivh, ibsi="P88C")
def ivh(region: Region, how: How) -> Curve:
    """Share of the voxels of the intensity mask at or above each intensity.

    IBSI's manual has one code for a volume (BC2M), an intensity (GBPN) and their differences (DDTU, CNV2), whatever
    the percentage; the features here have the codes of 10 and 90 per cent, as MIRP 2.5 lists them.
    """
    rule, value = how.values
    x = region.intensities()
    if rule == "bin_number":
        return _numbered(x, value)
    low, high = range_bound(region.history, 0), range_bound(region.history, 1)
    low, high = float(x.min()) if low is None else low, float(x.max()) if high is None else high
    # Headers and filters leave digits: without the rounding 0.3 would hold two steps of 0.1 and a bit.
    steps = round((high - low) / value, 9)
    if steps > MOST_LEVELS:
        raise RegionError(
            f"ivh: a {rule} of {value:g} makes {steps:.0f} levels from {low:g} to {high:g}; at most {MOST_LEVELS} are "
            f"possible. Choose a larger one, or `bin_number` for intensities without a unit."
        )
    if rule == "interval":
        # A voxel is at or above level k where (x - low) / interval >= k.
        return Curve(low, value, _shares(np.floor(np.round((x - low) / value, 9)), int(steps) + 1))
    return Curve(low + value / 2, value, _shares(np.floor((x - low) / value), max(int(np.ceil(steps)), 1)))


def _numbered(x: np.ndarray, number: int) -> Curve:
    """Levels 1 to `number` between minimum and maximum; the single level 1 where these are equal."""
    low, high = x.min(), x.max()
    if low == high:
        return Curve(1.0, 1.0, np.ones(1))
    from radici.features.intensity_kernels import count_bins

    counts = np.zeros(number, dtype=np.int64)
    count_bins(x, low, float(number), high - low, number - 1.0, counts)
    return Curve(1.0, 1.0, _from_above(counts))


def _shares(levels: np.ndarray, count: int) -> np.ndarray:
    """Share of the voxels at or above each of the levels 0 to count - 1; higher levels count with the last."""
    return _from_above(np.bincount(np.clip(levels, 0, count - 1).astype(np.intp), minlength=count))


def _from_above(counts: np.ndarray) -> np.ndarray:
    """Share of all that is counted at each place and behind it."""
    return np.asarray(np.cumsum(counts[::-1])[::-1] / counts.sum())


@ivh.feature("v10", ibsi="NK6P")
def volume_at_10(c: Curve) -> float:
    """Share of the volume with at least a tenth of the range of intensities; from 0 to 1.

    NaN where there is only one level, of which no fraction can be taken.
    """
    return c.volume(10)


@ivh.feature("v90", ibsi="4279")
def volume_at_90(c: Curve) -> float:
    """Share of the volume with at least nine tenths of the range of intensities; NaN where there is only one level."""
    return c.volume(90)


@ivh.feature("i10", ibsi="PWN1", unit=UNIT)
def intensity_at_10(c: Curve) -> float:
    """Lowest intensity that at most a tenth of the volume reaches.

    In the image's unit with `interval` and `bin_width`, a number of a level with `bin_number`. One step above the last
    where more of the volume has the last.
    """
    return c.intensity(10)


@ivh.feature("i90", ibsi="BOHI", unit=UNIT)
def intensity_at_90(c: Curve) -> float:
    """Lowest intensity that at most nine tenths of the volume reach; units as those of `i10`."""
    return c.intensity(90)


@ivh.feature("diff_v10_v90", ibsi="WITY")
def volume_difference(c: Curve) -> float:
    """`v10` less `v90`; from 0 to 1, NaN where there is only one level."""
    return c.volume(10) - c.volume(90)


@ivh.feature("diff_i10_i90", ibsi="JXJA", unit=UNIT)
def intensity_difference(c: Curve) -> float:
    """`i10` less `i90`; 0 or more."""
    return c.intensity(10) - c.intensity(90)


@ivh.feature("auc", ibsi="9CMM")
def area_under_curve(c: Curve) -> float:
    """Area under the share of the volume, by trapezia, with the range of intensities taken as 1; from 0 to 1.

    0 where there is only one level. IBSI standardises neither the value nor the unit of the intensities.
    """
    return float((c.share[1:] + c.share[:-1]).sum() / 2 / (c.share.size - 1)) if c.share.size > 1 else 0.0
