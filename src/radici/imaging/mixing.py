"""Old voxels and the taps of three axes in, new voxels out: the compiled loop of interpolation."""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def mix(
    old: np.ndarray,
    first: tuple[int, int],
    size: tuple[int, int],
    x_index: np.ndarray,
    x_weight: np.ndarray,
    y_index: np.ndarray,
    y_weight: np.ndarray,
    z_index: np.ndarray,
    z_weight: np.ndarray,
    unit: float,
    new: np.ndarray,
) -> None:
    """Weighted sums of old voxels along x, then y, then z.

    Parameters
    ----------
    old
        float32, float64 or uint8, shape (x, y, z), C order.
    first, size
        Where the old (y, z) that are looked at begin, and how many they are.
    x_index, y_index, z_index
        uintp, shape (taps, new voxels): which old voxels make a new one along the axis; y and z counted from
        `first`.
    x_weight, y_weight, z_weight
        float64, of the same shapes.
    unit
        Round to multiples of this, half to even; 0 for no rounding.

    new
        float32, shape (new x, new y, new z), C order: where the result goes. NumPy allocates large arrays in huge
        pages, numba does not, and small ones cost as much as the sums.
    """
    plane = np.empty(size, dtype=np.float64)
    line = np.empty(size[1], dtype=np.float64)
    values = np.empty(new.shape[2], dtype=np.float64)
    end = first[1] + size[1]
    for x in range(new.shape[0]):
        for t in range(x_index.shape[0]):
            for y in range(size[0]):
                add(plane[y], old[x_index[t, x], first[0] + y, first[1] : end], x_weight[t, x], t == 0)
        for y in range(new.shape[1]):
            for t in range(y_index.shape[0]):
                add(line, plane[y_index[t, y]], y_weight[t, y], t == 0)
            gather(values, line, z_index, z_weight)
            row = new[x, y]
            if unit > 0:
                for z in range(row.size):
                    row[z] = np.rint(values[z] / unit) * unit
            else:
                for z in range(row.size):
                    row[z] = values[z]


@numba.njit(cache=True, nogil=True)
def add(total: np.ndarray, part: np.ndarray, weight: float, fresh: bool) -> None:
    """Set `total` to `weight * part`, or add that to it."""
    if fresh:
        for i in range(total.size):
            total[i] = weight * part[i]
    else:
        for i in range(total.size):
            total[i] += weight * part[i]


@numba.njit(cache=True, nogil=True)
def gather(values: np.ndarray, line: np.ndarray, index: np.ndarray, weight: np.ndarray) -> None:
    """Set each of `values` to the weighted sum of the voxels of `line` at its `index`, both of shape (taps, values)."""
    if index.shape[0] == 2:  # in one go, as most are
        left, right, left_weight, right_weight = index[0], index[1], weight[0], weight[1]
        for i in range(values.size):
            values[i] = left_weight[i] * line[left[i]] + right_weight[i] * line[right[i]]
        return
    for i in range(values.size):
        values[i] = weight[0, i] * line[index[0, i]]
    for t in range(1, index.shape[0]):
        for i in range(values.size):
            values[i] += weight[t, i] * line[index[t, i]]
