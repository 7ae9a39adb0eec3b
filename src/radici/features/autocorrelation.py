"""Intensities and where they lie in, how alike neighbours are out: Moran's I and Geary's C (in IBSI family HCUG).

Every pair of voxels counts, weighted by one over its distance. IBSI counts the two among the morphological features
and their names begin with `morph_`; they are a family of their own here so that a study may leave them out, for they
cost as much as all other features of a region together.
"""

from dataclasses import dataclass

import numpy as np

from radici.core.region import Region
from radici.features.family import FAMILIES, Family, FamilySettings, How


class Autocorrelation(FamilySettings):
    """Spatial autocorrelation has no settings."""


@dataclass(frozen=True)
class Alike:
    """Number of voxels, and means over all pairs, weighted by one over the distance, in units of the variance.

    `product` is the mean of (x_i - mean)(x_j - mean), `difference` that of (x_i - x_j)².
    """

    voxels: int
    product: float
    difference: float


def build(region: Region, how: How) -> Alike | None:
    """Means over all pairs of voxels of the intensity mask.

    Undefined, and so NaN, for a single voxel, which has no pair, and for a region of one intensity, whose variance
    of 0 both features divide by.
    """
    from radici.measure.pair_sums import pair_sums

    found = region.intensities()
    if found.min() == found.max():
        return None
    away = found - found.mean()
    # At most 1, so that no unit is too large or too small for single precision.
    away /= np.abs(away).max()
    inside = region.intensity_mask.voxels[region.intensity_mask.box]
    x = np.zeros(inside.shape, dtype=np.float32)
    x[inside] = away
    sums = pair_sums(x, inside, region.geometry.spacing)
    variance = float((away**2).mean())
    return Alike(
        found.size,
        sums.values / sums.weights / variance,
        2 * (sums.squares - sums.values) / sums.weights / variance,
    )


autocorrelation = FAMILIES.add("autocorrelation")(Family("morph", "shape", Autocorrelation, "HCUG", build))
Autocorrelation.family = Autocorrelation.registered_name = "autocorrelation"


@autocorrelation.feature("moran_i", ibsi="N365")
def morans_i(a: Alike) -> float:
    """Moran's I: mean product of two voxels' distances from the mean, over the variance.

    (N / sum w_ij) sum w_ij (x_i - m)(x_j - m) / sum (x_i - m)², over i ≠ j, with w_ij = 1 / distance. 1 where near
    voxels are alike, about 0 where place tells nothing, below 0 where near voxels differ. NaN for a single voxel and
    for a region of one intensity.
    """
    return a.product


@autocorrelation.feature("geary_c", ibsi="NPT7")
def gearys_c(a: Alike) -> float:
    """Geary's C: mean squared difference of two voxels, over twice the variance.

    ((N - 1) / (2 sum w_ij)) sum w_ij (x_i - x_j)² / sum (x_i - m)², over i ≠ j, with w_ij = 1 / distance. 0 or more:
    below 1 where near voxels are alike, about 1 where place tells nothing. NaN for a single voxel and for a region
    of one intensity.
    """
    return (a.voxels - 1) / a.voxels * a.difference / 2
