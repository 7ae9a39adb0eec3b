"""A region and a radius in, the cubes of voxels around each of its voxels out: one by one, or many as `Windows`."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region
from radici.features.aggregate import MOST_CELLS
from radici.features.grid import DIRECTIONS
from radici.features.windows import Filling, Windows

SPAN = 8
"""Cubes are put together whose levels lie within about twice as many, or twice their own range if that is more."""
PIECE = 200_000
"""Voxels of the cubes that are put together as they come."""


@dataclass(frozen=True, eq=False)
class Cubes:
    """What lies within `radius` voxels, along each axis, of some voxels of a region.

    Parameters
    ----------
    values, inside, drawn
        Image (0 where no intensity counts), intensity mask and shape mask, flat, x fastest, with a border of nothing.
    centres
        Flat index of the voxel in each cube's middle, shape (n,).
    around
        From there to each voxel of the cube, z slowest, shape (side³,).
    like
        The region without its voxels: spacing, modality, history and number of levels.
    """

    values: np.ndarray
    inside: np.ndarray
    drawn: np.ndarray
    centres: np.ndarray
    around: np.ndarray
    side: int
    like: Region

    @classmethod
    def of(cls, region: Region, centres: np.ndarray, radius: int) -> "Cubes":
        """The cubes around the voxels `centres`, int64, shape (n, 3), of the region's grid."""
        low = np.maximum(centres.min(axis=0) - radius, 0)
        high = np.minimum(centres.max(axis=0) + radius + 1, region.geometry.shape)
        block = tuple(slice(a, b) for a, b in zip(low, high, strict=True))

        def flat(voxels: np.ndarray) -> np.ndarray:
            return np.pad(voxels[block].T, radius).reshape(-1)

        inside = flat(region.intensity_mask.voxels)
        nx, ny = (int(n) + 2 * radius for n in (high - low)[:2])
        steps = np.array([1, nx, nx * ny])
        reach = np.arange(-radius, radius + 1)
        around = (reach[:, None, None] * steps[2] + reach[:, None] * steps[1] + reach).reshape(-1)
        return cls(
            np.where(inside, flat(region.image.voxels), 0).astype(region.image.voxels.dtype),
            inside,
            flat(region.shape_mask.voxels),
            (centres - low + radius) @ steps,
            around,
            2 * radius + 1,
            _emptied(region),
        )

    def windows(self, which: np.ndarray, gap: int) -> Windows:
        """Some of the cubes as one region."""
        height = self.side + gap
        grid = Geometry((self.side, self.side, len(which) * height), self.like.geometry.spacing)
        places = self.centres[which, None] + self.around

        def stacked(flat: np.ndarray) -> np.ndarray:
            room = np.zeros((len(which), height, self.side, self.side), dtype=flat.dtype)
            room[:, : self.side] = flat[places].reshape(-1, self.side, self.side, self.side)
            return room.reshape(-1, self.side, self.side).T

        return Windows(
            Image(stacked(self.values), grid),
            Filling(stacked(self.drawn), grid),
            Filling(stacked(self.inside), grid),
            self.like.modality,
            self.like.history,
            self.like.levels,
            height,
            gap,
        )

    def each(self, which: np.ndarray) -> Iterator[Region]:
        """Some of the cubes, one after another, as regions of their own."""
        grid = Geometry((self.side,) * 3, self.like.geometry.spacing)
        for centre in self.centres[which]:
            places = (centre + self.around).reshape(grid.shape)
            image, inside, drawn = (flat[places].T for flat in (self.values, self.inside, self.drawn))
            yield Region(
                Image(image, grid),
                Mask(drawn, grid),
                Mask(inside, grid),
                self.like.modality,
                self.like.history,
                self.like.levels,
            )

    def pieces(self) -> list[np.ndarray]:
        """All cubes, shared out in their order."""
        every = np.arange(len(self.centres))
        most = max(1, PIECE // len(self.around))
        return [every[first : first + most] for first in range(0, len(every), most)]

    def pieces_alike(self, gap: int) -> list[np.ndarray]:
        """All cubes, shared out so that levels in a piece lie near each other and its matrices fit into memory.

        Matrices have a row for each level from the lowest to the highest of their piece. Which cubes share a piece
        depends on the region only.
        """
        low, high = self._limits()
        octave = np.ceil(np.log2(np.maximum(high - low + 1, SPAN))).astype(np.int64)
        place = low >> octave
        order = np.lexsort((place, octave))
        cuts = np.flatnonzero(np.diff(octave[order]) | np.diff(place[order])) + 1
        found = []
        for group in np.split(order, cuts):
            most = max(1, MOST_CELLS // self._cells(int(high[group].max() - low[group].min()) + 2, gap))
            found += [np.sort(group[first : first + most]) for first in range(0, len(group), most)]
        return found

    def _limits(self) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest level of each cube, int64; the one in the middle is always there."""
        low, high = np.empty((2, len(self.centres)), dtype=np.int64)
        size = max(1, MOST_CELLS // len(self.around))
        for first in range(0, len(low), size):
            found = self.values[self.centres[first : first + size, None] + self.around].astype(np.int64)
            high[first : first + size] = found.max(axis=1)
            low[first : first + size] = np.where(found > 0, found, found.max()).min(axis=1)
        return low, high

    def _cells(self, n: int, gap: int) -> int:
        """Most cells that matrices of a cube with `n` levels have, and voxels of its working room."""
        height, voxels = self.side + gap, len(self.around)
        occurring = min(n, voxels + 1)
        # Pairs are counted of levels that occur; runs, zones and dependence by level and number; sums by level.
        matrices = max(len(DIRECTIONS), 4 * height) * (occurring**2 + n * (height + 8))
        return matrices + 2 * n * voxels + height * (self.side + 2 * gap) ** 2 + self.like.levels


def _emptied(region: Region) -> Region:
    grid = Geometry((1, 1, 1), region.geometry.spacing)
    nothing = Mask(np.zeros(grid.shape, dtype=bool), grid)
    image = Image(np.zeros(grid.shape, dtype=region.image.voxels.dtype), grid)
    return Region(image, nothing, nothing, region.modality, region.history, region.levels)
