"""Region in, region with a smaller intensity mask out: voxels that are not tissue, or outliers, stop counting."""

import math
from dataclasses import replace
from typing import Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from radici.core.errors import RegionError
from radici.core.region import Region
from radici.imaging.check import check_region, refuse_levels
from radici.imaging.step import Step


class Resegment(Step, name="resegment"):
    """Keep in the intensity mask only the voxels within `range` and within `outliers` SD; the shape mask stays.

    Parameters
    ----------
    range
        Lowest and highest intensity kept, both included; None (or an infinity) leaves that side open.
    outliers
        Keep what lies within this many standard deviations of the mean (3 is usual), both taken over the
        intensity mask as it was before this step. With `range` too, the voxels that pass both are kept.

    Notes
    -----
    IBSI reference manual, 'Re-segmentation' (range USB3, outlier filtering 7ACA).
    """

    range: tuple[float | None, float | None] | None = None
    outliers: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    @field_validator("range")
    @classmethod
    def _ordered(cls, value: tuple[float | None, float | None] | None) -> tuple[float | None, float | None] | None:
        if value is None:
            return None
        low, high = (None if side is None or math.isinf(side) else side for side in value)
        if any(side is not None and math.isnan(side) for side in (low, high)):
            raise ValueError("the bounds must be numbers")
        if low is not None and high is not None and low > high:
            raise ValueError(f"the lower bound {low:g} lies above the upper bound {high:g}")
        return low, high

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.outliers is None and (self.range is None or self.range == (None, None)):
            raise ValueError("give a `range` with at least one bound, or `outliers`")
        return self

    def __call__(self, region: Region) -> Region:
        """The region with the smaller intensity mask.

        Raises
        ------
        RegionError
            When no voxel is left.
        """
        refuse_levels(region, "resegment")
        check_region(region)
        low, high = self._bounds(region)
        voxels = region.image.voxels
        kept = region.intensity_mask.voxels & (voxels >= low) & (voxels <= high)
        if not kept.any():
            found = region.intensities()
            raise RegionError(
                f"No voxel of the region lies within {low:g} to {high:g}; its intensities run from "
                f"{found.min():g} to {found.max():g}. Widen the range, or check the units of the image."
            )
        return region.after(self, intensity_mask=replace(region.intensity_mask, voxels=kept))

    def _bounds(self, region: Region) -> tuple[float, float]:
        low, high = self.range or (None, None)
        lowest, highest = (-np.inf if low is None else low), (np.inf if high is None else high)
        if self.outliers is not None:
            found = region.intensities()
            mean, reach = found.mean(), self.outliers * found.std()
            lowest, highest = max(lowest, mean - reach), min(highest, mean + reach)
        return float(lowest), float(highest)
