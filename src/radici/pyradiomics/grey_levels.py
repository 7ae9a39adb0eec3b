"""Intensities in, grey levels out, with the bin edges of PyRadiomics: equally spaced from 0, closed below."""

from dataclasses import dataclass

import numpy as np

from radici.core.errors import RegionError


@dataclass(frozen=True, eq=False)
class Levels:
    """Grey levels of a region.

    Parameters
    ----------
    place
        uint16, shape (z, y, x): 0 outside, else 1 + the index of the voxel's level in `values`.
    values
        int64, shape (n,): the levels that occur, ascending.
    """

    place: np.ndarray
    values: np.ndarray

    @property
    def highest(self) -> int:
        """PyRadiomics' N_g."""
        return int(self.values[-1])


def bin_edges(intensities: np.ndarray, bin_width: float, bin_count: int | None) -> np.ndarray:
    """Edges of the bins; a value equal to an edge belongs to the bin above.

    Parameters
    ----------
    intensities
        Those of the region, shape (n,), n > 0.
    bin_width
        The first edge is the largest multiple of it that is not above the smallest intensity.
    bin_count
        Where given, this many equal bins from the smallest to the largest intensity instead.
    """
    if bin_count is not None:
        edges = np.histogram_bin_edges(intensities, bin_count)
        edges[-1] += 1  # the largest intensity belongs to the last bin
        return np.asarray(edges)
    low, high = np.nanmin(intensities).item(), np.nanmax(intensities).item()
    edges = np.arange(low - low % bin_width, high + 2 * bin_width, bin_width)
    return np.asarray(edges if len(edges) > 1 else np.array([edges[0] - 0.5, edges[0] + 0.5]))


def discretise(image: np.ndarray, inside: np.ndarray, bin_width: float, bin_count: int | None) -> Levels:
    """Grey levels of the voxels inside; shapes (z, y, x).

    A filter may leave voxels without a number (the kurtosis of `LBP3D` where all samples are equal). As in
    PyRadiomics they get the level above all others, unless the first voxel is one, or `binCount` is given.

    Raises
    ------
    RegionError
        For such voxels otherwise, or more levels than can be counted.
    """
    intensities = image[inside]
    unknown = np.isnan(intensities)
    if np.isinf(intensities).any() or (unknown.any() and (unknown[0] or bin_count is not None)):
        raise RegionError("The filtered region holds voxels without a finite value. Leave this image type out.")
    bins = np.digitize(intensities, bin_edges(intensities, bin_width, bin_count))
    present = np.bincount(bins) > 0
    values = np.flatnonzero(present)
    if len(values) > np.iinfo(np.uint16).max:
        raise RegionError(f"{len(values)} grey levels occur in the region; use a wider `binWidth`.")
    place = np.zeros(image.shape, dtype=np.uint16)
    place[inside] = np.cumsum(present)[bins]
    return Levels(place, values)
