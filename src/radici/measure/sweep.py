"""Mask in, what one pass over its voxels counts out: patterns of corners, moments, and the ends of each line.

Counts are integers, so that no order of voxels and no number of threads changes a digit of what is made of them.
"""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def count_patterns(padded: np.ndarray) -> np.ndarray:
    """How often each of the 256 patterns of corners occurs among the cubes between eight voxel centres.

    Parameters
    ----------
    padded
        uint8, 0 or 1, shape (x, y, z), C order, with a rim of zeros.

    Returns
    -------
    int64, shape (256,); corner c of a cube lies at (c & 1, c >> 1 & 1, c >> 2 & 1).
    """
    nx, ny, nz = padded.shape
    counts = np.zeros(256, dtype=np.int64)
    ends = np.empty(nz, dtype=np.uint8)
    for x in range(nx - 1):
        for y in range(ny - 1):
            a, b, c, d = padded[x, y], padded[x + 1, y], padded[x, y + 1], padded[x + 1, y + 1]
            for z in range(nz):
                ends[z] = a[z] | b[z] << 1 | c[z] << 2 | d[z] << 3
            # Runs of one pattern, inside and outside, are the rule: they are counted when they end.
            last, since = ends[0] | ends[1] << 4, 0
            for z in range(1, nz - 1):
                pattern = ends[z] | ends[z + 1] << 4
                if pattern != last:
                    counts[last] += z - since
                    last, since = pattern, z
            counts[last] += nz - 1 - since
    return counts


@numba.njit(cache=True, nogil=True)
def moments(inside: np.ndarray) -> np.ndarray:
    """Sums over the voxels inside of 1, x, y, z, x², y², z², xy, yz and zx, as indices; int64, shape (10,)."""
    total = np.zeros(10, dtype=np.int64)
    for x in range(inside.shape[0]):
        for y in range(inside.shape[1]):
            count = first = second = 0
            for z in range(inside.shape[2]):
                if inside[x, y, z]:
                    count += 1
                    first += z
                    second += z * z
            total[0] += count
            total[1] += count * x
            total[2] += count * y
            total[3] += first
            total[4] += count * x * x
            total[5] += count * y * y
            total[6] += second
            total[7] += count * x * y
            total[8] += first * y
            total[9] += first * x
    return total


@numba.njit(cache=True, nogil=True)
def weighted_sums(weights: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Sums over the voxels inside of w, w x, w y and w z, as indices; float64, shape (4,).

    Parameters
    ----------
    weights
        float64, one for each voxel inside, in C order.
    """
    total = np.zeros(4)
    i = 0
    for x in range(inside.shape[0]):
        for y in range(inside.shape[1]):
            here = along = 0.0
            for z in range(inside.shape[2]):
                if inside[x, y, z]:
                    here += weights[i]
                    along += weights[i] * z
                    i += 1
            total[0] += here
            total[1] += here * x
            total[2] += here * y
            total[3] += along
    return total


@numba.njit(cache=True, nogil=True)
def outermost(inside: np.ndarray) -> np.ndarray:
    """Voxels that can be corners of the convex hull of the voxel centres: indices, int64, shape (n, 3).

    In each plane across x, the corners of that plane's own hull; a voxel may come twice.
    """
    nx, ny, _ = inside.shape
    found = np.empty((2 * nx * ny, 3), dtype=np.int64)
    n = 0
    ends = np.empty((2, ny), dtype=np.int64)
    chain = np.empty(ny, dtype=np.int64)
    for x in range(nx):
        _line_ends(inside[x], ends)
        for side in range(2):
            for k in range(_lower_hull(ends[side], chain)):
                found[n, 0], found[n, 1], found[n, 2] = x, chain[k], abs(ends[side, chain[k]])
                n += 1
    return found[:n]


NOTHING = 1 << 40


@numba.njit(cache=True, nogil=True)
def _line_ends(plane: np.ndarray, ends: np.ndarray) -> None:
    """First voxel inside each line of a plane, and minus the last; `NOTHING` for a line without any."""
    for y in range(plane.shape[0]):
        low, high = NOTHING, -NOTHING
        for z in range(plane.shape[1]):
            if plane[y, z]:
                low, high = min(low, z), z
        ends[0, y], ends[1, y] = low, -high


@numba.njit(cache=True, nogil=True)
def _lower_hull(heights: np.ndarray, chain: np.ndarray) -> int:
    """Number of corners of the lower convex hull of the points (y, heights[y]); `chain` receives their y."""
    size = 0
    for y in range(heights.size):
        if heights[y] == NOTHING:
            continue
        while size > 1:
            v, w = chain[size - 2], chain[size - 1]
            # Else w lies on or above the line from v to here, and is no corner.
            if (heights[w] - heights[v]) * (y - v) < (heights[y] - heights[v]) * (w - v):
                break
            size -= 1
        chain[size] = y
        size += 1
    return size
