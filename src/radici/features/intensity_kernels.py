"""Intensities in, sums and counts out: the compiled loops of the intensity families.

They share this file because numba's cache of a kernel does not see changes in another file.
"""

from typing import Any

import numba
import numpy as np

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}
# Sums may be taken in any order, so that several run side by side; the order is the same each time.
SUMS: dict[str, Any] = {**OPTIONS, "fastmath": {"reassoc", "contract"}}


@numba.njit(**SUMS)
def sums_about(x, mean, median, low, high):  # type: ignore[no-untyped-def]
    """Sums of (x - mean)², ³, ⁴, |x - mean|, |x - median|; number and sum of the x from low to high; float64, (7,)."""
    second = third = fourth = away_mean = away_median = count = inner = 0.0
    for i in range(len(x)):
        away = x[i] - mean
        squared = away * away
        second += squared
        third += squared * away
        fourth += squared * squared
        away_mean += abs(away)
        away_median += abs(x[i] - median)
        held = np.float64((x[i] >= low) & (x[i] <= high))
        count += held
        inner += held * x[i]
    return np.array([second, third, fourth, away_mean, away_median, count, inner])


@numba.njit(**SUMS)
def distances_within(x, centre, low, high):  # type: ignore[no-untyped-def]
    """Sum of |x - centre| over the x from low to high."""
    total = 0.0
    for i in range(len(x)):
        total += np.float64((x[i] >= low) & (x[i] <= high)) * abs(x[i] - centre)
    return total


@numba.njit(**OPTIONS)
def count_bins(x, low, scale, width, top, out):  # type: ignore[no-untyped-def]
    """Add to out[k] the x with floor(scale (x - low) / width) = k, from 0 to at most `top`."""
    for i in range(len(x)):
        out[np.uint64(min(max(np.floor(scale * (x[i] - low) / width), 0.0), top))] += 1


@numba.njit(**OPTIONS)
def count_ranks(x, low, scale, out):  # type: ignore[no-untyped-def]
    """Add to out[k] the x with scale (x - low) from k to k + 1; what is beyond the last counts there."""
    top = np.float64(len(out) - 1)
    for i in range(len(x)):
        out[np.uint64(min(scale * (x[i] - low), top))] += 1


@numba.njit(**OPTIONS)
def gather_bins(x, low, scale, room, out):  # type: ignore[no-untyped-def]
    """Copy the x of some of the bins of `count_ranks` into `out`.

    room: int64, for each bin where in `out` its next x goes, -1 for bins that are left out; it is used up.
    """
    top = np.float64(len(room) - 1)
    for i in range(len(x)):
        k = np.uint64(min(scale * (x[i] - low), top))
        if room[k] >= 0:
            out[np.uint64(room[k])] = x[i]
            room[k] += 1
