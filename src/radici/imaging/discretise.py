"""Region of intensities in, region of grey levels out: what the texture families count."""

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from radici.core.errors import RegionError
from radici.core.image import Image
from radici.core.names import number_token
from radici.core.region import Region
from radici.core.settings import Settings
from radici.imaging.check import check_region, refuse_levels
from radici.imaging.filter import Filter
from radici.imaging.resegment import Resegment
from radici.imaging.step import Step

MOST_LEVELS = 65535


class Discretise(Step, name="discretise"):
    """Sort the intensities into grey levels 1, 2, … of one width, into a set number of levels, or into equal shares.

    Parameters
    ----------
    bin_width
        Width of a level in the image's unit; levels mean the same in every patient (IBSI: fixed bin size).
    bin_number
        Number of levels between each region's own minimum and maximum (IBSI: fixed bin number).
    equal_shares
        Number of levels that each hold, as nearly as ties allow, as many voxels (equal probability).
    minimum
        With `bin_width`: where level 1 begins. By default the lower bound of the last `resegment` range, and
        without one the region's own minimum, as always on a filter's response.

    Notes
    -----
    IBSI reference manual, 'Intensity discretisation' (fixed bin number K15C, fixed bin size Q3RU): level
    floor((x - minimum) / width) + 1, or floor(N (x - min) / (max - min)) + 1 with the maximum in level N. For equal
    shares floor(N F) + 1, F being the share of voxels of lower intensity, so that equal intensities share a level.
    `Region.levels` becomes the highest level found (`bin_width`) or the number asked for; 1 for a flat region.
    """

    bin_width: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    bin_number: int | None = Field(default=None, ge=1, le=MOST_LEVELS)
    equal_shares: int | None = Field(default=None, ge=1, le=MOST_LEVELS)
    minimum: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if sum(rule is not None for rule in (self.bin_width, self.bin_number, self.equal_shares)) != 1:
            raise ValueError("give exactly one of `bin_width`, `bin_number` and `equal_shares`")
        if self.bin_width is None and self.minimum is not None:
            raise ValueError("`minimum` goes with `bin_width`; the others start at each region's own minimum")
        return self

    @property
    def token(self) -> str:
        """How this discretisation is written in feature names: `fbs25`, `fbn32`, `eps32`."""
        if self.bin_width is not None:
            return f"fbs{number_token(self.bin_width)}"
        return f"fbn{self.bin_number}" if self.bin_number is not None else f"eps{self.equal_shares}"

    def __call__(self, region: Region) -> Region:
        """The region with grey levels as its image: 0 outside the intensity mask.

        Raises
        ------
        RegionError
            When a voxel lies below the lower edge, or more than 65535 levels would be needed.
        """
        refuse_levels(region, "discretise")
        check_region(region)
        if self.equal_shares is not None:
            return self._by_share(region, self.equal_shares)
        low, high = region.once(_limits)
        if self.bin_width is not None:
            return self._by_width(region, self.bin_width, low, high)
        number = self.bin_number or 1
        if low == high:
            return self._levels(region, low, 1.0, 1.0, 1)
        return self._levels(region, low, number, high - low, number)

    def _by_width(self, region: Region, width: float, lowest: float, highest: float) -> Region:
        filtered = any(isinstance(step, Filter) for step in region.history)
        lower = None if filtered else self.minimum
        if lower is None:
            lower = range_bound(region.history, 0)
        if lower is None or _as_voxels(lower, region) <= lowest < lower:
            lower = lowest
        if lowest < lower:
            below = int((region.intensities() < lower).sum())
            raise RegionError(
                f"{below} of {region.intensity_mask.count} voxels lie below {lower:g}, where grey level 1 begins (the "
                f"lowest is {lowest:g}). Lower `minimum`, or leave them out: "
                f"`resegment: {{range: [{lower:g}, .inf]}}`."
            )
        count = np.floor((highest - lower) / width) + 1
        if count > MOST_LEVELS:
            raise RegionError(
                f"A bin width of {width:g} makes {count:.6g} grey levels of intensities from {lowest:g} to "
                f"{highest:g}; at most {MOST_LEVELS} are possible. Use wider bins or `resegment` first."
            )
        return self._levels(region, lower, 1.0, width, int(count))

    def _levels(self, region: Region, low: float, scale: float, width: float, count: int) -> Region:
        from radici.imaging.binning import bin_levels

        box, voxels = region.intensity_mask.box, _zeros(region, count)
        inside = region.intensity_mask.voxels[box]
        bin_levels(region.image.voxels[box], inside, low, float(scale), width, float(count), voxels[box])
        return region.after(self, image=Image(voxels, region.geometry), levels=count)

    def _by_share(self, region: Region, number: int) -> Region:
        found = region.intensities()
        lower = np.searchsorted(np.sort(found), found)
        count = number if found.min() < found.max() else 1
        voxels = _zeros(region, count)
        # Whole numbers: 49 * (1 / 49) is less than 1.
        voxels[region.intensity_mask.voxels] = count * lower // found.size + 1
        return region.after(self, image=Image(voxels, region.geometry), levels=count)


def _limits(region: Region) -> tuple[float, float]:
    from radici.imaging.binning import limits

    box = region.intensity_mask.box
    low, high = limits(region.image.voxels[box], region.intensity_mask.voxels[box])
    return float(low), float(high)


def _zeros(region: Region, count: int) -> np.ndarray:
    """Room for levels up to `count`, in the image's order of memory."""
    order: Literal["C", "F"] = "F" if region.image.voxels.flags.f_contiguous else "C"
    return np.zeros(region.geometry.shape, dtype=np.uint8 if count < 256 else np.uint16, order=order)


def _as_voxels(bound: float, region: Region) -> float:
    """A bound as the voxels hold it: single precision has 0.69999999 for 0.7, and `resegment` keeps such a voxel."""
    kind = region.image.voxels.dtype
    with np.errstate(over="ignore"):
        return float(kind.type(bound)) if kind.kind == "f" else bound


def range_bound(history: Sequence[Settings], side: Literal[0, 1]) -> float | None:
    """The last lower (0) or upper (1) bound that a `resegment` set on the present intensities, or None."""
    for step in reversed(history):
        if isinstance(step, Step | Filter) and step.changes_intensities:
            return None
        if isinstance(step, Resegment) and step.range is not None and step.range[side] is not None:
            return step.range[side]
    return None
