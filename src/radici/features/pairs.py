"""Grey levels in, how often two levels lie next to each other out: what co-occurrence counts."""

from dataclasses import replace

import numpy as np

from radici.core.errors import RegionError
from radici.core.region import Region
from radici.features.aggregate import Directions
from radici.features.grid import Grid, Planes, grid, voxels_by_volume
from radici.features.windows import Windows

MOST_LEVELS = 2048


def count(region: Region, planes: Planes, directions: Directions, distance: int) -> np.ndarray:
    """Pairs of levels at `distance` along each direction, one way only, in single slices or in the volume.

    Returns uint32, shape (m, d, n, n); rows and columns are the levels that `occur` gives.
    """
    from radici.features.kernels import count_pairs

    # Farther than the region is wide there is no pair, and no border of so many voxels is made.
    far = distance >= max(region.shape_mask.bounding_box()[1])
    g, _ = region.once(_numbered, 1 if far else distance, planes is not None)
    bounds = g.bounds(planes)
    found = np.zeros((len(bounds) - 1, len(directions), g.n, g.n), dtype=np.uint32)
    if far:
        return found[:, :, 1:, 1:]
    room = np.zeros((4 if g.n <= 128 else 1, g.n * g.n), dtype=np.uint32)
    count_pairs(g.levels, g.rows, bounds, g.offsets(directions) * distance, g.n, room, found)
    return found[:, :, 1:, 1:]


def occur(region: Region) -> np.ndarray:
    """The grey levels of the rows and columns of `count`, int64, ascending: of the region, or a row for each window.

    Shape (m, n). Where a window has fewer than another, its last ones are the lowest of all, and nothing is counted.
    """
    _, levels = region.once(_numbered, _pad(region), False)
    return levels


def _pad(region: Region) -> int:
    """Any that a grid may have; levels do not depend on it."""
    return region.gap if isinstance(region, Windows) else 1


def _numbered(region: Region, pad: int, sliced: bool) -> tuple[Grid, np.ndarray]:
    """The grid and its levels; of windows, and where levels go far apart, numbered by those that occur."""
    from radici.features.kernels import renumber

    g = grid(region, pad, sliced)
    if g.n <= MOST_LEVELS and not isinstance(region, Windows):
        return g, g.level[None]
    most = min(g.n - 1, int(voxels_by_volume(region).max()))
    numbers, levels, many = renumber(g.levels, g.rows, g.bounds(None), g.n, most)
    n = int(many.max())
    if n > MOST_LEVELS:
        raise RegionError(
            f"{n} grey levels occur in the region; pairs are counted for at most {MOST_LEVELS}. Use wider bins in "
            f"`discretise`."
        )
    levels = np.where(levels > 0, levels, levels[levels > 0].min())[:, :n] + g.shift
    numbers = numbers.astype(np.uint8) if n < 256 else numbers
    return replace(g, levels=numbers, shift=0, n=n + 1), levels
