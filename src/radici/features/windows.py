"""Blocks of voxels in, one region of them all out, in which each block has matrices of its own.

One call of a compiled loop for thousands of blocks costs what they count; a call for each would cost far more.
"""

from dataclasses import dataclass

import numpy as np

from radici.core.image import Mask
from radici.core.region import Region


class Filling(Mask):
    """A mask whose box is its whole grid, so that blocks keep their place whatever is in them."""

    def bounding_box(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """The whole grid."""
        return (0, 0, 0), self.geometry.shape


@dataclass(frozen=True, eq=False)
class Windows(Region):
    """Blocks one above another along z, each followed by `gap` empty slices; their masks are `Filling`.

    Parameters
    ----------
    height
        Slices of a block and its gap.
    gap
        No neighbour that a family looks at may lie farther away.
    """

    height: int = 1
    gap: int = 0


def by_window(region: Windows) -> np.ndarray:
    """Intensities that count, in a row for each window, NaN in place of the others; float64, shape (m, voxels)."""
    rows = (region.geometry.shape[2] // region.height, -1)
    image, inside = (voxels.T.reshape(rows) for voxels in (region.image.voxels, region.intensity_mask.voxels))
    return np.where(inside, image.astype(np.float64), np.nan)


def volumes(region: Region) -> int:
    """How many blocks have matrices of their own: 1 for an ordinary region."""
    return region.geometry.shape[2] // region.height if isinstance(region, Windows) else 1
