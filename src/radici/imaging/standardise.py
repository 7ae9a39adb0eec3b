"""Training regions in, one intensity scale out: for images without a unit, such as most MRI."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

import numpy as np
from pydantic import Field

from radici.core.errors import RegionError
from radici.core.region import Region
from radici.imaging.check import refuse_levels
from radici.imaging.step import LearningStep, Step


class ScaleIntensity(Step, name="scale_intensity"):
    """Intensities as (x - `mean`) / `sd`, with numbers that were learned or are known."""

    mean: float = Field(allow_inf_nan=False)
    sd: float = Field(gt=0, allow_inf_nan=False)

    changes_intensities: ClassVar[bool] = True

    def __call__(self, region: Region) -> Region:
        """The region with scaled intensities, float32; both masks stay."""
        refuse_levels(region, "scale_intensity")
        voxels = ((region.image.voxels.astype(np.float64) - self.mean) / self.sd).astype(np.float32)
        return region.after(self, image=replace(region.image, voxels=voxels))


class StandardiseIntensity(LearningStep, name="standardise_intensity"):
    """z-scores, with the mean and standard deviation over the intensity masks of the training regions."""

    changes_intensities: ClassVar[bool] = True

    def learn(self, regions: Iterable[Region]) -> ScaleIntensity:
        """The scale of these regions: every voxel of every intensity mask counts once.

        The regions are read one at a time and joined by the parallel form of Chan, Golub and LeVeque (The
        American Statistician 1983;37:242-247), so that none has to stay in memory.

        Raises
        ------
        RegionError
            Without regions, or where all intensities are equal.
        """
        count, mean, squares = 0, 0.0, 0.0
        for region in regions:
            refuse_levels(region, "standardise_intensity")
            found = region.intensities()
            apart = found.mean() - mean
            total = count + found.size
            squares += float(((found - found.mean()) ** 2).sum() + apart**2 * count * found.size / total)
            mean += float(apart * found.size / total)
            count = total
        if not count:
            raise RegionError("No training region is left to learn the intensity scale from.")
        if squares == 0:
            raise RegionError(
                f"All {count} voxels of the training regions are {mean:g}: no scale can be learned from them. "
                f"Leave out `standardise_intensity`, or check the images."
            )
        return ScaleIntensity(mean=mean, sd=float(np.sqrt(squares / count)))
