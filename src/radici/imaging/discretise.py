"""Region of intensities in, region of grey levels out: what the texture families count."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from radici.core.errors import RegionError
from radici.core.image import Image
from radici.core.names import number_token
from radici.core.region import Region
from radici.core.settings import Settings
from radici.imaging.check import check_region, refuse_levels
from radici.imaging.resegment import Resegment
from radici.imaging.step import Step

MOST_LEVELS = 65535


class Discretise(Step, name="discretise"):
    """Sort the intensities into grey levels 1, 2, … of one width, or into a set number of levels.

    Parameters
    ----------
    bin_width
        Width of a level in the image's unit; levels mean the same in every patient (IBSI: fixed bin size).
    bin_number
        Number of levels between each region's own minimum and maximum (IBSI: fixed bin number).
    minimum
        With `bin_width`: where level 1 begins. By default the lower bound of the last `resegment` range, and
        without one the region's own minimum.

    Notes
    -----
    IBSI reference manual, 'Intensity discretisation' (fixed bin number K15C, fixed bin size Q3RU): level
    floor((x - minimum) / width) + 1, or floor(N (x - min) / (max - min)) + 1 with the maximum in level N.
    `Region.levels` becomes the highest level found (`bin_width`) or `bin_number`; 1 for a flat region.
    """

    bin_width: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    bin_number: int | None = Field(default=None, ge=1, le=MOST_LEVELS)
    minimum: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.bin_width is None) == (self.bin_number is None):
            raise ValueError("give exactly one of `bin_width` and `bin_number`")
        if self.bin_number is not None and self.minimum is not None:
            raise ValueError("`minimum` goes with `bin_width`; a bin number starts at each region's own minimum")
        return self

    @property
    def token(self) -> str:
        """How this discretisation is written in feature names: `fbs25`, `fbn32`."""
        if self.bin_width is not None:
            return f"fbs{number_token(self.bin_width)}"
        return f"fbn{self.bin_number}"

    def __call__(self, region: Region) -> Region:
        """The region with grey levels as its image: 0 outside the intensity mask.

        Raises
        ------
        RegionError
            When a voxel lies below the lower edge, or more than 65535 levels would be needed.
        """
        refuse_levels(region, "discretise")
        check_region(region)
        found = region.intensities()
        if self.bin_width is not None:
            levels = self._by_width(found, self.bin_width, region.history)
        else:
            levels = self._by_number(found, self.bin_number or 1)
        count = self.bin_number if self.bin_number and found.max() > found.min() else int(levels.max())
        if count > MOST_LEVELS:
            raise RegionError(
                f"A bin width of {self.bin_width:g} makes {count} grey levels of intensities from {found.min():g} "
                f"to {found.max():g}; at most {MOST_LEVELS} are possible. Use wider bins or `resegment` first."
            )
        voxels = np.zeros(region.geometry.shape, dtype=np.uint8 if count < 256 else np.uint16)
        voxels[region.intensity_mask.voxels] = levels
        return region.after(self, image=Image(voxels, region.geometry), levels=count)

    def _by_width(self, found: np.ndarray, width: float, history: Sequence[Settings]) -> np.ndarray:
        lower = self.minimum
        if lower is None:
            lower = range_floor(history)
        if lower is None:
            lower = float(found.min())
        below = int((found < lower).sum())
        if below:
            raise RegionError(
                f"{below} of {found.size} voxels lie below {lower:g}, where grey level 1 begins (the lowest is "
                f"{found.min():g}). Lower `minimum`, or leave them out: `resegment: {{range: [{lower:g}, .inf]}}`."
            )
        levels: np.ndarray = np.floor((found - lower) / width) + 1
        return levels

    def _by_number(self, found: np.ndarray, number: int) -> np.ndarray:
        low, high = found.min(), found.max()
        if low == high:
            return np.ones_like(found)
        levels: np.ndarray = np.minimum(np.floor(number * (found - low) / (high - low)) + 1, number)
        return levels


def range_floor(history: Sequence[Settings]) -> float | None:
    """The last lower bound that a `resegment` set on the present intensities, or None."""
    for step in reversed(history):
        if isinstance(step, Step) and step.changes_intensities:
            return None
        if isinstance(step, Resegment) and step.range is not None and step.range[0] is not None:
            return step.range[0]
    return None
