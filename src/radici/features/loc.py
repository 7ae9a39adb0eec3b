"""Intensities in and around the contour in, their peaks over 1 cm³ out (IBSI family 9ST6)."""

from dataclasses import dataclass

import numpy as np

from radici.core.region import Region
from radici.features.family import FamilySettings, How, family
from radici.imaging.check import check_finite
from radici.imaging.crop import block

UNIT = "image unit"
RADIUS_MM = 6.203504908994  # of a sphere of 1 cm³


class Loc(FamilySettings):
    """Local intensity has no settings."""

    def reach_mm(self) -> float:
        """The radius of the sphere: 6.2 mm."""
        return RADIUS_MM


@dataclass(frozen=True)
class Peaks:
    """Highest mean over a sphere of 1 cm³ around the voxels of highest intensity, and around any voxel."""

    local: float
    everywhere: float


@family("loc", on="intensities", settings=Loc, ibsi="9ST6")
def loc(region: Region, how: How) -> Peaks:
    """Means over the voxels whose centres lie within 6.2 mm, in the contour or not, as far as the image goes.

    Voxels without a number there are refused with a `RegionError`: a mean that leaves them out would look like one
    that does not.
    """
    from radici.measure.peak import peaks, sphere_rows

    mask = region.intensity_mask
    start, shape = block(mask, RADIUS_MM)
    around = region.image.voxels[tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))]
    check_finite(around, f"within {RADIUS_MM:.1f} mm of the region, where the family `loc` looks at them,")
    first = np.array(mask.bounding_box()[0]) - np.array(start)
    found = peaks(
        np.ascontiguousarray(around, dtype=np.float32),
        np.ascontiguousarray(mask.voxels[mask.box]),
        float(region.intensities().max()),
        first.astype(np.int64),
        sphere_rows(region.geometry.spacing),
    )
    return Peaks(*found)


@loc.feature("peak_loc", ibsi="VJGA", unit=UNIT)
def local_peak(p: Peaks) -> float:
    """Mean over 1 cm³ around the voxel of highest intensity; the highest of such means where several share it."""
    return p.local


@loc.feature("peak_glob", ibsi="0F91", unit=UNIT)
def global_peak(p: Peaks) -> float:
    """Highest mean over 1 cm³ around any voxel of the region; never below the local peak."""
    return p.everywhere
