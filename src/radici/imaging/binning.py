"""Intensities and a mask in, grey levels out: the compiled loops of `discretise`."""

from typing import Any

import numba
import numpy as np

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


@numba.njit(**OPTIONS)
def limits(voxels, inside):  # type: ignore[no-untyped-def]
    """Lowest and highest of the voxels inside, float64; arrays of one shape (x, y, z)."""
    low, high = np.inf, -np.inf
    for x in range(voxels.shape[0]):
        for y in range(voxels.shape[1]):
            row, mask = voxels[x, y], inside[x, y]
            for z in range(len(row)):
                if mask[z]:
                    value = np.float64(row[z])
                    low, high = min(low, value), max(high, value)
    return low, high


@numba.njit(**OPTIONS)
def bin_levels(voxels, inside, low, scale, width, top, out):  # type: ignore[no-untyped-def]
    """Write floor(scale (x - low) / width) + 1, at most `top`, into `out` for the voxels inside."""
    for x in range(voxels.shape[0]):
        for y in range(voxels.shape[1]):
            row, mask, levels = voxels[x, y], inside[x, y], out[x, y]
            for z in range(len(row)):
                if mask[z]:
                    level = np.floor(scale * (np.float64(row[z]) - low) / width) + 1.0
                    levels[z] = out.dtype.type(min(level, top))
