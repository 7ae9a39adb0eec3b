"""Intensities around a mask in, the highest mean over a sphere of 1 cm³ out (on SUV: the SUV peak).

Wahl RL et al. From RECIST to PERCIST. J Nucl Med 2009;50 Suppl 1:122S-150S. Definitions: IBSI 9ST6.
"""

import math

import numba
import numpy as np

Spacing = tuple[float, float, float]
RADIUS_MM = 10 * (3 / (4 * math.pi)) ** (1 / 3)


def sphere_rows(spacing: Spacing, radius_mm: float = RADIUS_MM) -> np.ndarray:
    """Rows of voxels whose centres lie within a sphere around a voxel's centre.

    Returns
    -------
    int64, shape (rows, 3): steps along x and y, and how many voxels the row reaches on either side along z.
    """
    most = [int(radius_mm / side) for side in spacing]
    rows = []
    for dx in range(-most[0], most[0] + 1):
        for dy in range(-most[1], most[1] + 1):
            left = radius_mm**2 - (dx * spacing[0]) ** 2 - (dy * spacing[1]) ** 2
            if left >= 0:
                rows.append((dx, dy, int(math.sqrt(left) / spacing[2])))
    return np.array(rows, dtype=np.int64)


def peaks(
    image: np.ndarray, inside: np.ndarray, top: float, first: np.ndarray, rows: np.ndarray
) -> tuple[float, float]:
    """Highest mean over the sphere around a voxel of highest intensity, and around any voxel, of the mask.

    Parameters
    ----------
    image
        float32, shape (x, y, z); the sphere counts the voxels that lie in this image.
    inside
        bool, the box around the mask.
    top
        Highest intensity inside.
    first
        int64, shape (3,): where that box begins in the image.
    rows
        The sphere, see `sphere_rows`.
    """
    sums = _running_sums(image)
    columns = np.argwhere(inside.any(axis=2))
    bounds = np.full(len(columns), np.inf)
    _bound(sums, rows, rows.max(axis=0), columns + first[:2], first[2], first[2] + inside.shape[2], bounds)
    order = np.argsort(-bounds, kind="stable")
    highest = _highest(sums, inside, first, rows, columns[order], bounds[order])
    box = image[tuple(slice(low, low + n) for low, n in zip(first, inside.shape, strict=True))]
    tops = np.unravel_index(np.flatnonzero((box == top) & inside), inside.shape)
    return max(_mean(sums, rows, *place) for place in np.transpose(tops) + first), highest


def _mean(sums: np.ndarray, rows: np.ndarray, x: int, y: int, z: int) -> float:
    """Mean over the sphere around one voxel."""
    total, count = np.empty(1), np.empty(1)
    _add_rows(sums, rows, x, y, z, total, count)
    return float(total[0] / count[0])


@numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "reassoc"})
def _bound(
    sums: np.ndarray, rows: np.ndarray, most: np.ndarray, columns: np.ndarray, low: int, high: int, found: np.ndarray
) -> None:
    """For each column of voxels from `low` to `high`, a value that no mean over a sphere in it exceeds.

    The sum of each row's own highest window, wherever it lies. `found` stays as it is where the sphere, which reaches
    `most` voxels along each axis, leaves the image.
    """
    nx, ny, nz = sums.shape[0], sums.shape[1], sums.shape[2] - 1
    longest = most[2]
    if low < longest or high + longest > nz:
        return
    windows = np.empty((nx, ny, longest + 1))
    for x in range(nx):
        for y in range(ny):
            for reach in range(longest + 1):
                upper, lower = sums[x, y, low + reach + 1 : high + reach + 1], sums[x, y, low - reach : high - reach]
                top = upper[0] - lower[0]
                for k in range(1, high - low):
                    top = max(top, upper[k] - lower[k])
                windows[x, y, reach] = top
    for i in range(len(columns)):
        x, y = columns[i, 0], columns[i, 1]
        if x >= most[0] and x + most[0] < nx and y >= most[1] and y + most[1] < ny:
            total, voxels = 0.0, 0
            for j in range(len(rows)):
                total += windows[x + rows[j, 0], y + rows[j, 1], rows[j, 2]]
                voxels += 2 * rows[j, 2] + 1
            found[i] = total / voxels


@numba.njit(cache=True, nogil=True)
def _highest(
    sums: np.ndarray, inside: np.ndarray, first: np.ndarray, rows: np.ndarray, columns: np.ndarray, bounds: np.ndarray
) -> float:
    """Highest mean over the sphere around any voxel inside; columns come with falling bounds."""
    total, count = np.empty(inside.shape[2]), np.empty(inside.shape[2])
    highest = -np.inf
    for i in range(len(columns)):
        x, y = columns[i, 0], columns[i, 1]
        # Sums in another order differ in the last digits.
        if bounds[i] < highest - 1e-9 * abs(highest):
            break
        low, n = _extent(inside[x, y])
        _add_rows(sums, rows, x + first[0], y + first[1], low + first[2], total[:n], count[:n])
        for k in range(n):
            if inside[x, y, low + k]:
                highest = max(highest, total[k] / count[k])
    return highest


@numba.njit(cache=True, nogil=True)
def _running_sums(image: np.ndarray) -> np.ndarray:
    """Sums of the voxels before each along z; float64, shape (x, y, z + 1)."""
    nx, ny, nz = image.shape
    sums = np.empty((nx, ny, nz + 1))
    for x in range(nx):
        for y in range(ny):
            row, running = sums[x, y], 0.0
            row[0] = 0.0
            for z in range(nz):
                running += image[x, y, z]
                row[z + 1] = running
    return sums


@numba.njit(cache=True, nogil=True)
def _extent(line: np.ndarray) -> tuple[int, int]:
    """First voxel inside, and how many from there to the last."""
    first, last = -1, -1
    for z in range(line.size):
        if line[z]:
            last = z
            if first < 0:
                first = z
    return first, (last - first + 1 if first >= 0 else 0)


@numba.njit(cache=True, nogil=True)
def _add_rows(sums: np.ndarray, rows: np.ndarray, x: int, y: int, z: int, total: np.ndarray, count: np.ndarray) -> None:
    """Sum and number of the voxels in the spheres around the voxels from (x, y, z) on, along z."""
    total[:] = 0
    count[:] = 0
    n, nz = total.size, sums.shape[2] - 1
    whole = 0
    for i in range(rows.shape[0]):
        at_x, at_y, reach = x + rows[i, 0], y + rows[i, 1], rows[i, 2]
        if at_x < 0 or at_y < 0 or at_x >= sums.shape[0] or at_y >= sums.shape[1]:
            continue
        line = sums[at_x, at_y]
        if z >= reach and z + n + reach <= nz:
            whole += 2 * reach + 1
            upper, lower = line[z + reach + 1 : z + reach + 1 + n], line[z - reach : z - reach + n]
            for k in range(n):
                total[k] += upper[k] - lower[k]
        else:
            for k in range(n):
                before, after = max(z + k - reach, 0), min(z + k + reach + 1, nz)
                total[k] += line[after] - line[before]
                count[k] += after - before
    count += whole
