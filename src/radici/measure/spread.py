"""Masks of lesions in, how far apart they lie out, in mm.

Two conventions of Dmax are in use and correlate, but are not the same number: between the centroids of the two
lesions farthest apart (Cottereau AS et al. J Nucl Med 2020;61:40-45, who also measure from the largest lesion and
sum up all distances), and between the two farthest voxels of all lesions, which exists for one lesion too (compared
by Cottereau AS et al. Cancers 2021;13:3998).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import cdist, pdist

from radici.core.errors import RegionError
from radici.core.image import Mask

MANY = 500


@dataclass(frozen=True)
class Spread:
    """Distances between lesions in mm.

    Centroid distances are NaN with fewer than two lesions: there is no pair. They are defined between lesions, and 0
    would say that two lie at one place.

    Parameters
    ----------
    dmax_centroids_mm
        Between the centroids of the two lesions farthest apart.
    dmax_voxels_mm
        Between the centres of the two farthest voxels, of one lesion or of two; 0 for a single voxel, NaN without
        any lesion.
    dmax_largest_mm
        From the centroid of the largest lesion to that of the lesion farthest from it.
    sum_centroids_mm, mean_centroids_mm
        Of the distances between the centroids of all pairs.
    sum_largest_mm
        Of the distances from the centroid of the largest lesion to those of all others.
    """

    dmax_centroids_mm: float
    dmax_voxels_mm: float
    dmax_largest_mm: float
    sum_centroids_mm: float
    mean_centroids_mm: float
    sum_largest_mm: float


def spread(lesions: Sequence[Mask]) -> Spread:
    """How far the lesions of one patient lie apart.

    Parameters
    ----------
    lesions
        One mask for each, none empty, on grids in the same frame of reference. Of equally large lesions, the first
        counts as the largest.

    Raises
    ------
    RegionError
        A mask is empty.
    """
    undefined = float("nan")
    farthest = farthest_voxels_mm(lesions)
    if len(lesions) < 2:
        return Spread(undefined, farthest, undefined, undefined, undefined, undefined)
    centres = np.array([centroid_mm(mask) for mask in lesions])
    pairs = pdist(centres)
    largest = int(np.argmax([mask.count * mask.geometry.voxel_volume_mm3 for mask in lesions]))
    from_largest = cdist(centres[[largest]], centres)[0]
    return Spread(
        float(pairs.max()),
        farthest,
        float(from_largest.max()),
        float(pairs.sum()),
        float(pairs.mean()),
        float(from_largest.sum()),
    )


def centroid_mm(mask: Mask) -> np.ndarray:
    """Mean position of the voxel centres in mm, LPS, float64, shape (3,)."""
    from radici.measure.sweep import moments

    _check(mask)
    count, *sums = (int(n) for n in moments(np.ascontiguousarray(mask.voxels[mask.box]))[:4])
    index = np.array(sums) / count + np.array(mask.bounding_box()[0])
    return np.asarray(mask.geometry.to_mm(index[None])[0])


def farthest_voxels_mm(lesions: Sequence[Mask]) -> float:
    """Distance in mm between the centres of the two farthest voxels of all lesions; NaN without any lesion.

    Only corners of the convex hull are compared, which is enough: no list of all pairs of voxels is made.
    """
    from radici.measure.sweep import outermost

    parts = [np.empty((0, 3))]
    for mask in lesions:
        _check(mask)
        corners = outermost(np.ascontiguousarray(mask.voxels[mask.box])) + np.array(mask.bounding_box()[0])
        parts.append(mask.geometry.to_mm(corners))
    points = np.concatenate(parts)
    if not len(points):
        return float("nan")
    corners = _hull_corners(np.unique(points, axis=0))
    return float(max(cdist(some, corners).max() for some in np.array_split(corners, len(corners) // MANY + 1)))


def _hull_corners(points: np.ndarray) -> np.ndarray:
    """Corners of the convex hull; all points where these are few or lie in one plane."""
    if len(points) < MANY:
        return points
    try:
        return np.asarray(points[ConvexHull(points).vertices])
    except QhullError:
        return points


def _check(mask: Mask) -> None:
    if not mask.count:
        raise RegionError("A lesion without any voxel lies nowhere. Leave lesions that have disappeared out.")
