"""A region of grey levels in, what the six texture families share out: counts, computed once for each region.

Each function computes one thing and lets the region keep it: padded levels, the words of equal neighbours, zones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from radici.core.image import Mask
from radici.core.region import Region
from radici.features.windows import Windows, volumes

# Half of the 26 neighbours, those within a slice first; symmetry counts the rest.
IN_PLANE = ((1, 0, 0), (-1, 1, 0), (0, 1, 0), (1, 1, 0))
DIRECTIONS = (*IN_PLANE, *((x, y, 1) for y in (-1, 0, 1) for x in (-1, 0, 1)))


Planes = tuple[int, int] | None
"""Slices that have matrices of their own, from the first to before the last; None for one matrix of the volume."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Levels in memory as the kernels want them.

    `levels` are flat, `pad` zeros around the box of the shape mask, in the smallest type that holds them; level k there
    is grey level k + `shift`, and `n` - 1 is the highest. `shape` counts with the border, in the order of memory, and
    `steps` are how far the next voxel along x, y and z is. `rows` are where the region lies, `begins` the first row of
    each plane, see `kernels.find_rows`.
    """

    levels: np.ndarray
    shape: tuple[int, int, int]
    steps: tuple[int, int, int]
    pad: int
    shift: int
    n: int
    rows: np.ndarray
    begins: np.ndarray
    height: int = 0

    def bounds(self, planes: Planes) -> np.ndarray:
        """Where the rows of each of these planes begin, and the last one's end; for None of the volume.

        With a `height`, there is a volume for every so many planes.
        """
        if planes is None and self.height:
            return self.begins[self.pad : len(self.begins) - self.pad : self.height]
        if planes is None:
            return np.array([0, len(self.rows)])
        return self.begins[planes[0] + self.pad : planes[1] + self.pad + 1]

    @property
    def longest(self) -> int:
        """Most voxels that can lie in a row along any direction."""
        planes = self.height or self.shape[0] - 2 * self.pad
        return max(planes, *(side - 2 * self.pad for side in self.shape[1:]))

    @property
    def level(self) -> np.ndarray:
        """Grey levels 1 … n - 1 of the tables, as the image has them, int64."""
        return np.arange(1, self.n, dtype=np.int64) + self.shift

    def offsets(self, directions: Sequence[tuple[int, int, int]]) -> np.ndarray:
        """Differences of flat indices."""
        return np.array(directions, dtype=np.int64) @ np.array(self.steps)


def grid(region: Region, pad: int = 1, sliced: bool = False) -> Grid:
    """The region's grey levels, padded, in the order of the image, or, `sliced`, with slices as planes of memory."""
    return region.once(_grid, pad, sliced)


def _grid(region: Region, pad: int, sliced: bool) -> Grid:
    from radici.features.kernels import find_rows

    found = region.image.voxels[region.shape_mask.box]
    # 0, outside the region, wraps to the highest number and is never the lowest level.
    shift, highest = int((found - found.dtype.type(1)).min()), int(found.max())
    narrow = np.uint8 if highest - shift < 256 else np.uint16
    height = 0
    if isinstance(region, Windows):
        assert pad <= region.gap, "neighbours would lie in the next window"
        sliced, height = True, region.height
    if shift:
        found = np.where(found > 0, found - found.dtype.type(shift), 0)
    levels, shape, steps = _padded(found, pad, narrow, sliced or not _z_is_next(found))
    rows, begins = find_rows(levels, shape)
    return Grid(levels, shape, steps, pad, shift, highest - shift + 1, rows, begins, height)


Steps = tuple[int, int, int]


def _z_is_next(found: np.ndarray) -> bool:
    """Whether voxels along z are neighbours in memory, rather than those along x."""
    return found.strides[2] <= found.strides[0]


def _padded(found: np.ndarray, pad: int, narrow: type, planes_of_z: bool) -> tuple[np.ndarray, Steps, Steps]:
    """A block (x, y, z) flat within a border of zeros, its shape in memory, and the steps along x, y and z."""
    from radici.features.kernels import turn

    nx, ny, nz = (side + 2 * pad for side in found.shape)
    out = np.zeros(nx * ny * nz, dtype=narrow)
    inner = (slice(pad, -pad),) * 3
    if not planes_of_z:
        out.reshape(nx, ny, nz)[inner] = found
        return out, (nx, ny, nz), (ny * nz, nz, 1)
    if _z_is_next(found):
        turn(found.astype(narrow), pad, (nz, ny, nx), out)
    else:
        out.reshape(nz, ny, nx)[inner] = found.T
    return out, (nz, ny, nx), (1, nx, nx * ny)


def slices(region: Region) -> int:
    """Number of slices of the contour's box."""
    return region.shape_mask.bounding_box()[1][2]


def neighbours(reach: int, flat: bool) -> list[tuple[int, int, int]]:
    """All neighbours within a Chebyshev distance; within the slice if `flat`."""
    steps = range(-reach, reach + 1)
    return [(x, y, z) for z in ((0,) if flat else steps) for y in steps for x in steps if (x, y, z) != (0, 0, 0)]


def count_levels(region: Region) -> np.ndarray:
    """Voxels of each level of the grid, int64, shape (m, n), the first of which means nothing; m as for volumes."""
    from radici.features.kernels import histogram

    g = grid(region)
    found: np.ndarray = histogram(g.levels, g.rows, g.bounds(None), g.n)
    return found


def voxels_by_slice(region: Region) -> np.ndarray:
    """Number of voxels whose intensity counts in each slice, int64, shape (slices,)."""
    return region.intensity_mask.voxels[region.shape_mask.box].sum(axis=(0, 1))


def voxels_by_volume(region: Region) -> np.ndarray:
    """Number of voxels whose intensity counts: of each window, or of the region; int64, shape (m,)."""
    if not isinstance(region, Windows):
        return np.array([region.intensity_mask.count])
    return np.asarray(voxels_by_slice(region).reshape(volumes(region), -1).sum(axis=1))


def equal_words(region: Region, sliced: bool = False) -> np.ndarray:
    """Which of its 13 neighbours, or of the 4 in its slice, have a voxel's level; see `kernels.equal_bits`."""
    return region.once(_equal_words, sliced)


def _equal_words(region: Region, sliced: bool) -> np.ndarray:
    from radici.features.kernels import equal_bits

    g = grid(region, 1, sliced)
    words: np.ndarray = equal_bits(g.levels, g.rows, g.shape[2], g.offsets(IN_PLANE if sliced else DIRECTIONS))
    return words


@dataclass(frozen=True, eq=False)
class Zones:
    """Groups of touching voxels of one level: `level` (of the grid), `size`, `distance`, `slice` of the first voxel."""

    level: np.ndarray
    size: np.ndarray
    distance: np.ndarray
    slice: np.ndarray


def zones(region: Region, sliced: bool) -> Zones:
    """The region's zones, in the volume or within each slice, with their distance to the contour's border."""
    return region.once(_zones, sliced)


def _zones(region: Region, sliced: bool) -> Zones:
    from radici.features.kernels import join_equal, read_zones

    g = grid(region, 1, sliced)
    parent = np.empty(g.levels.size, dtype=np.uint32)
    words = equal_words(region, sliced)
    unions = join_equal(words, g.rows, g.offsets(DIRECTIONS), spanning(), parent)
    found = np.empty((region.intensity_mask.count - unions, 4), dtype=np.int64)
    distance = region.shape_mask.once(_border_distance, sliced, g.steps[0] == 1)
    read_zones(g.levels, g.rows, distance, parent, found)
    level, size, least, first = found.T.copy()
    return Zones(level, size, least, first // (g.shape[1] * g.shape[2]) - g.pad)


@cache
def spanning() -> np.ndarray:
    """For each word of equal neighbours, which of them to join with: one of each group that touches.

    The others are joined through it: neighbours that touch and have the same level are each other's neighbours.
    """
    within = np.array(DIRECTIONS)
    touch = [sum(1 << int(k) for k in np.flatnonzero(np.abs(within - one).max(axis=1) <= 1)) for one in within]
    enough = np.zeros(1 << len(DIRECTIONS), dtype=np.uint16)
    for word in range(1, enough.size):
        lowest = word & -word
        group, grown = 0, lowest
        while grown != group:
            group = grown
            for k, others in enumerate(touch):
                if group >> k & 1:
                    grown |= others & word
        enough[word] = lowest | int(enough[word & ~group])
    return enough


def _border_distance(mask: Mask, sliced: bool, planes_of_z: bool) -> np.ndarray:
    """Steps to the outside of each voxel of the grid's memory, through the volume or within the slice."""
    from radici.features.kernels import border_distance, find_rows

    inside, shape, _ = _padded(mask.voxels[mask.box].view(np.uint8), 1, np.uint8, planes_of_z)
    rows, _ = find_rows(inside, shape)
    steps = np.zeros(inside.size, dtype=np.uint16)
    row = shape[2]
    border_distance(inside, rows, (row, row if sliced else row * shape[1]), steps)
    return steps
