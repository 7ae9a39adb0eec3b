"""The door of the imaging chain: a region that can be measured goes on, any other is refused with the reason."""

import numpy as np

from radici.core.errors import RegionError, StudyError
from radici.core.region import Region


def check_region(region: Region) -> None:
    """Refuse an empty contour, an empty intensity mask, and voxels without a number inside the contour.

    Voxels that are NaN or infinite *outside* the contour are let through here: they enter no feature. They
    would enter an interpolation, so `resample` looks at its own neighbourhood and refuses them there; nothing
    is filled in.

    Raises
    ------
    RegionError
        With the number of voxels concerned and what to do.
    """
    region.once(_check)


def _check(region: Region) -> None:
    if not region.shape_mask.count:
        raise RegionError(
            "The region is empty: no voxel of the mask is set. Check the label or the ROI name, or leave the "
            "region out."
        )
    if not region.intensity_mask.count:
        raise RegionError("No voxel is left whose intensity counts. Widen the range of `resegment`.")
    outside = _outside(region)
    if outside:
        raise RegionError(
            f"{outside} voxels of the intensity mask lie outside the shape mask. The intensity mask may only be a part "
            f"of the contour: give the contour as the shape mask, and let `resegment` make the other."
        )
    box = region.shape_mask.box
    found = region.image.voxels[box]
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        check_finite(found[region.shape_mask.voxels[box]], "inside the region")


def _outside(region: Region) -> int:
    """How many voxels count whose intensity lies outside the contour."""
    if region.intensity_mask is region.shape_mask:
        return 0
    box = region.shape_mask.box
    within = region.intensity_mask.voxels[box] & region.shape_mask.voxels[box]
    return region.intensity_mask.count - int(np.count_nonzero(within))


def check_finite(voxels: np.ndarray, where: str) -> None:
    """Refuse voxels that are NaN or infinite; `where` completes the sentence."""
    if voxels.dtype.kind != "f":
        return
    bad = int(voxels.size - np.isfinite(voxels).sum())
    if bad:
        raise RegionError(
            f"{bad} of {voxels.size} voxels {where} are NaN or infinite. Give them a value in the image file (air "
            f"is -1000 HU on CT), or contour around them."
        )


def refuse_levels(region: Region, step: str) -> None:
    """Refuse a step that needs intensities where only grey levels are left."""
    if region.levels:
        raise StudyError(
            f"The step '{step}' works on intensities, but `discretise` came before it. Put `discretise` last, "
            f"and only once."
        )
