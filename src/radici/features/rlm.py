"""Grey levels in, how long runs of one level are out: the run length features (IBSI family TP0I)."""

import numpy as np

from radici.core.region import Region
from radici.features.aggregate import DirectionalSettings, Directions, directional, refuse_room
from radici.features.family import How, family
from radici.features.grid import Planes, grid
from radici.features.level_table import LevelTable

MOST_CACHED = 65536
"""Cells of a table of which two are kept in turn: more would not stay in the processor's cache."""


class RunLength(DirectionalSettings):
    """How directions and slices are brought together.

    Parameters
    ----------
    aggregation
        `3d_mrg`: one matrix of all 13 directions; `3d_avg`: one of each, features averaged; `2_5d_mrg` and `2_5d_avg`:
        the same for the four directions within slices; `2d_mrg` and `2d_avg`: each slice by itself.
    weighting, norm
        Weight of the directions that are merged, and how the length of their step is measured.
    """


@family("rlm", on="levels", settings=RunLength, ibsi="TP0I", windows=True)
def rlm(region: Region, how: How) -> LevelTable:
    """Runs i of level, j of length: voxels of one level in a row along a direction, as long as they go on.

    Every region has runs, so nothing is undefined; slices outside the region are left out.
    """
    aggregation, by_slice, weights, _ = how.values
    g = grid(region)
    return LevelTable.joined(
        LevelTable.of(counts, g.level, np.arange(1, counts.shape[2] + 1), voxels)
        for counts, voxels in directional(region, aggregation, by_slice, weights, count)
    )


def count(region: Region, planes: Planes, directions: Directions) -> np.ndarray:
    """Runs by level and length along each direction, in single slices or in the volume; uint32, (m, d, n, longest)."""
    from radici.features.kernels import count_runs

    g = grid(region, 1, planes is not None)
    bounds, longest = g.bounds(planes), g.longest
    refuse_room((len(bounds) - 1) * len(directions) * g.n * (longest + 1), g.n - 1)
    found = np.zeros((len(bounds) - 1, len(directions), g.n, longest + 1), dtype=np.uint32)
    # A run has no sense: each direction is followed the way that memory runs.
    offsets = np.abs(g.offsets(directions))
    narrow = np.uint8 if longest < 256 else np.uint16
    length, ends = np.zeros(g.levels.size, dtype=narrow), np.empty(g.shape[2], dtype=narrow)
    cells = g.n * (longest + 1)
    room = np.zeros((2 if cells < MOST_CACHED else 1, cells), dtype=np.uint32)
    count_runs(g.levels, g.rows, bounds, offsets, length, ends, room, found)
    return found[:, :, 1:, 1:]


@rlm.feature("sre", ibsi="22OV")
def short_runs_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on short run lengths: mean of 1 / length².

    Above 0, at most 1.
    """
    return t.few / t.total


@rlm.feature("lre", ibsi="W4KF")
def long_runs_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on long run lengths: mean of length².

    1 or more.
    """
    return t.many / t.total


@rlm.feature("lgre", ibsi="V3SW")
def low_grey_level_run_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low levels: mean of 1 / level².

    Above 0, at most 1.
    """
    return t.low / t.total


@rlm.feature("hgre", ibsi="G3QZ", unit="level²")
def high_grey_level_run_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high levels: mean of level².

    1 or more, at most the squared number of levels.
    """
    return t.high / t.total


@rlm.feature("srlge", ibsi="HTZT")
def short_run_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on short run lengths of low level: mean of 1 / (level² length²).

    Above 0, at most 1.
    """
    return t.low_few / t.total


@rlm.feature("srhge", ibsi="GD3A", unit="level²")
def short_run_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on short run lengths of high level: mean of level² / length².

    Above 0.
    """
    return t.high_few / t.total


@rlm.feature("lrlge", ibsi="IVPO")
def long_run_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on long run lengths of low level: mean of length² / level².

    Above 0.
    """
    return t.low_many / t.total


@rlm.feature("lrhge", ibsi="3KUM", unit="level²")
def long_run_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on long run lengths of high level: mean of level² length².

    1 or more.
    """
    return t.high_many / t.total


@rlm.feature("glnu", ibsi="R5YN")
def grey_level_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over levels of the squared number of runs, over the number of runs.

    1 or more; grows with the region. Low where levels are equally frequent.
    """
    return t.level_squares() / t.total


@rlm.feature("glnu_norm", ibsi="OVBL")
def grey_level_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of runs.

    Above 0, at most 1; 1 for one grey level.
    """
    return t.level_squares() / t.total**2


@rlm.feature("rlnu", ibsi="W92Y")
def run_length_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over run lengths of the squared number of runs, over the number of runs.

    1 or more; grows with the region. Low where run lengths are equally frequent.
    """
    return t.number_squares() / t.total


@rlm.feature("rlnu_norm", ibsi="IC23")
def run_length_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of runs.

    Above 0, at most 1; 1 where all run lengths are equal.
    """
    return t.number_squares() / t.total**2


@rlm.feature("r_perc", ibsi="9ZK5")
def run_percentage(t: LevelTable) -> np.ndarray:
    """Runs over voxels: how much of the region is cut into runs.

    Above 0, at most 1 (1 where no two voxels in a row are alike); merged directions count their voxels each.
    """
    return t.total / t.voxels


@rlm.feature("gl_var", ibsi="8CE5", unit="level²")
def grey_level_variance(t: LevelTable) -> np.ndarray:
    """Variance of the level over the runs.

    0 or more; 0 for one grey level.
    """
    return t.level_variance()


@rlm.feature("rl_var", ibsi="SXLW")
def run_length_variance(t: LevelTable) -> np.ndarray:
    """Variance of the run length over the runs.

    0 or more; 0 where all run lengths are equal.
    """
    return t.number_variance()


@rlm.feature("rl_entr", ibsi="HJ9O", unit="bit")
def run_length_entropy(t: LevelTable) -> np.ndarray:
    """Entropy of the matrix: - sum of p(level, length) log2 p(level, length).

    0 or more; 0 where all runs have one level and one length.
    """
    return t.entropy()
