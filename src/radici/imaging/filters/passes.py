"""Voxels, one short kernel and an axis in, their correlation out: the compiled loops of all separable filters.

They share this file because numba's cache of a kernel does not see changes in another file.
"""

import numba
import numpy as np

# Floats of a row handled at once: the rows under 25 taps then stay in the processor's second cache.
CHUNK = 2048


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def across_rows(voxels: np.ndarray, weights: np.ndarray, source: np.ndarray, out: np.ndarray, fresh: bool) -> None:
    """Add to each row of `out` the weighted rows of `voxels` around it.

    Parameters
    ----------
    voxels, out
        float32, shape (a, n or m, b), C order; the pass runs along the middle axis, from n rows to m.
    weights
        float32, shape (taps,), a multiple of 4.
    source
        int64, shape (m + taps - 1,): the row that tap t of row i of `out` reads stands at i + t; -1 reads zeros.
    fresh
        Whether `out` is overwritten, not added to.
    """
    length = voxels.shape[2]
    for a in range(voxels.shape[0]):
        for start in range(0, length, CHUNK):
            stop = min(start + CHUNK, length)
            for i in range(out.shape[1]):
                row = out[a, i, start:stop]
                if fresh:
                    row[:] = 0
                for t in range(0, weights.size, 4):
                    s0, s1, s2, s3 = source[i + t], source[i + t + 1], source[i + t + 2], source[i + t + 3]
                    w0 = weights[t] if s0 >= 0 else np.float32(0)
                    w1 = weights[t + 1] if s1 >= 0 else np.float32(0)
                    w2 = weights[t + 2] if s2 >= 0 else np.float32(0)
                    w3 = weights[t + 3] if s3 >= 0 else np.float32(0)
                    r0 = voxels[a, max(s0, 0), start:stop]
                    r1 = voxels[a, max(s1, 0), start:stop]
                    r2 = voxels[a, max(s2, 0), start:stop]
                    r3 = voxels[a, max(s3, 0), start:stop]
                    for j in range(row.size):
                        row[j] += w0 * r0[j] + w1 * r1[j] + w2 * r2[j] + w3 * r3[j]


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def along_rows(voxels: np.ndarray, weights: np.ndarray, source: np.ndarray, out: np.ndarray, fresh: bool) -> None:
    """Add to each voxel of `out` the weighted voxels before and after it in its row.

    Parameters
    ----------
    voxels, out
        float32, shape (rows, n or m), C order.
    weights, source, fresh
        As in `across_rows`, of voxels in place of rows.
    """
    n = out.shape[1]
    padded = np.zeros(source.size, dtype=np.float32)
    for a in range(voxels.shape[0]):
        line, row = voxels[a], out[a]
        for i in range(source.size):
            padded[i] = line[source[i]] if source[i] >= 0 else np.float32(0)
        if fresh:
            row[:] = 0
        for t in range(0, weights.size, 4):
            w0, w1, w2, w3 = weights[t], weights[t + 1], weights[t + 2], weights[t + 3]
            p0, p1, p2, p3 = (
                padded[t : t + n],
                padded[t + 1 : t + 1 + n],
                padded[t + 2 : t + 2 + n],
                padded[t + 3 : t + 3 + n],
            )
            for j in range(n):
                row[j] += w0 * p0[j] + w1 * p1[j] + w2 * p2[j] + w3 * p3[j]
