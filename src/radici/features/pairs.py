"""Grey levels in, counts of neighbouring pairs out: the compiled loop of the co-occurrence family."""

import numba
import numpy as np

# Half of the 26 neighbours; symmetry counts the rest.
DIRECTIONS = np.array(
    [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if (x, y, z) > (0, 0, 0)], dtype=np.int64
)


@numba.njit(cache=True)
def count_pairs(levels: np.ndarray, offsets: np.ndarray, n: int) -> np.ndarray:
    """How often level j lies `offset` away from level i, one way only.

    Parameters
    ----------
    levels
        uint16, shape (x, y, z), C order; values 1 to n, 0 outside the region.
    offsets
        int64, shape (d, 3), in voxels.
    n
        Highest level.

    Returns
    -------
    int64, shape (d, n, n).
    """
    nx, ny, nz = levels.shape
    counts = np.zeros((offsets.shape[0], n, n), dtype=np.int64)
    for d in range(offsets.shape[0]):
        dx, dy, dz = offsets[d, 0], offsets[d, 1], offsets[d, 2]
        table = counts[d]
        for x in range(max(0, -dx), min(nx, nx - dx)):
            for y in range(max(0, -dy), min(ny, ny - dy)):
                here = levels[x, y]
                there = levels[x + dx, y + dy]
                for z in range(max(0, -dz), min(nz, nz - dz)):
                    i = here[z]
                    j = there[z + dz]
                    if i != 0 and j != 0:
                        table[i - 1, j - 1] += 1
    return counts
