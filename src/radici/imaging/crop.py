"""Region in, the block around its contour out: less to carry and to compute."""

from pydantic import Field

from radici.core.image import Image, Mask
from radici.core.region import Region
from radici.imaging.check import check_region
from radici.imaging.step import Step


class Crop(Step, name="crop"):
    """Keep the block around the shape mask and `margin_mm` more on each side, as far as the image goes.

    Without `margin_mm` it is as much as the filters and features of the study look at.
    """

    margin_mm: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    def __call__(self, region: Region) -> Region:
        """The region on the smaller grid; every voxel kept is the same voxel."""
        check_region(region)
        start, shape = block(region.shape_mask, 10.0 if self.margin_mm is None else self.margin_mm)
        grid = region.geometry.cropped(start, shape)
        window = tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))
        shape_mask = Mask(region.shape_mask.voxels[window], grid)
        same = region.intensity_mask is region.shape_mask
        return region.after(
            self,
            image=Image(region.image.voxels[window], grid),
            shape_mask=shape_mask,
            intensity_mask=shape_mask if same else Mask(region.intensity_mask.voxels[window], grid),
        )


def block(mask: Mask, margin_mm: float) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """First voxel and shape of the block of `mask` grown by `margin_mm` and cut at the image's edge."""
    start, shape = mask.bounding_box()
    first, count = [], []
    for axis in range(3):
        margin = int(-(-margin_mm // mask.geometry.spacing[axis]))
        low = max(start[axis] - margin, 0)
        high = min(start[axis] + shape[axis] + margin, mask.geometry.shape[axis])
        first.append(low)
        count.append(high - low)
    return (first[0], first[1], first[2]), (count[0], count[1], count[2])
