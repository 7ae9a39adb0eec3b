"""Grey levels in, how often two levels lie next to each other out: what co-occurrence counts."""

from dataclasses import replace

import numpy as np

from radici.core.errors import RegionError
from radici.core.region import Region
from radici.features.aggregate import Directions
from radici.features.grid import Grid, Planes, grid

MOST_LEVELS = 2048


def count(region: Region, planes: Planes, directions: Directions, distance: int) -> np.ndarray:
    """Pairs of levels at `distance` along each direction, one way only, in single slices or in the volume.

    Returns uint32, shape (m, d, n, n); rows and columns are the levels that `occur` gives.
    """
    from radici.features.kernels import count_pairs

    g = region.once(_narrowed, distance, planes is not None)
    bounds = g.bounds(planes)
    found = np.zeros((len(bounds) - 1, len(directions), g.n, g.n), dtype=np.uint32)
    room = np.zeros((4 if g.n <= 128 else 1, g.n * g.n), dtype=np.uint32)
    count_pairs(g.levels, g.rows, bounds, g.offsets(directions) * distance, g.n, room, found)
    return found[:, :, 1:, 1:]


def occur(region: Region) -> np.ndarray:
    """The grey levels of the rows and columns of `count`, int64, ascending."""
    g = grid(region)
    return g.level if g.n <= MOST_LEVELS else g.level[_present(g)[1:]]


def _present(g: Grid) -> np.ndarray:
    return np.bincount(g.levels, minlength=g.n) > 0


def _narrowed(region: Region, pad: int, sliced: bool) -> Grid:
    """The grid; where levels go far apart, numbered by those that occur."""
    g = grid(region, pad, sliced)
    if g.n <= MOST_LEVELS:
        return g
    present = _present(g)
    present[0] = False
    n = int(present.sum())
    if n > MOST_LEVELS:
        raise RegionError(
            f"{n} grey levels occur in the region; pairs are counted for at most {MOST_LEVELS}. Use wider bins in "
            f"`discretise`."
        )
    place = (np.cumsum(present) * present).astype(np.uint16)
    return replace(g, levels=place[g.levels], shift=0, n=n + 1)
