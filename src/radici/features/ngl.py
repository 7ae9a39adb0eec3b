"""Grey levels in, how many neighbours depend on each voxel out: neighbouring dependence (IBSI family REK0)."""

import numpy as np
from pydantic import Field

from radici.core.region import Region
from radici.features.aggregate import SlicewiseSettings, refuse_room, slicewise
from radici.features.family import How, family
from radici.features.grid import Planes, grid, neighbours
from radici.features.level_table import LevelTable


class Dependence(SlicewiseSettings):
    """What counts as dependent, and how slices are brought together.

    Parameters
    ----------
    distance
        Neighbours are all voxels within this Chebyshev distance.
    coarseness
        A neighbour depends on a voxel if their levels differ by no more than this.
    aggregation
        `3d`: neighbours in the volume; `2_5d`: neighbours in the slice, one matrix; `2d`: each slice by itself,
        features averaged.
    """

    distance: int = Field(default=1, ge=1, le=10)
    coarseness: int = Field(default=0, ge=0)

    def _token(self, aggregation: str) -> str:
        return f"d{self.distance}_a{self.coarseness}_{aggregation}"

    def _options(self) -> tuple:
        return (self.distance, self.coarseness)


@family("ngl", on="levels", settings=Dependence, ibsi="REK0", windows=True)
def ngl(region: Region, how: How) -> LevelTable:
    """Voxels i of level, j of dependence: 1 for the voxel itself, and 1 for each neighbour that depends on it.

    Every voxel has a dependence, so nothing is undefined; slices outside the region are left out.
    """
    counts = slicewise(region, count, *how.values)
    number = np.arange(1, counts.shape[2] + 1)
    return LevelTable.of(counts, grid(region).level, number, counts.sum(axis=(1, 2)))


def count(region: Region, planes: Planes, flat: bool, distance: int, coarseness: int) -> np.ndarray:
    """Voxels by level and number of dependent neighbours, uint32, shape (m, n, neighbours + 1)."""
    from radici.features.kernels import count_dependence

    g = grid(region, distance, planes is not None)
    around, bounds = g.offsets(neighbours(distance, flat)), g.bounds(planes)
    room = np.empty(g.shape[2], dtype=np.uint8 if len(around) < 256 else np.uint16)
    refuse_room((len(bounds) - 1) * g.n * (len(around) + 1), g.n - 1)
    found = np.zeros((len(bounds) - 1, g.n, len(around) + 1), dtype=np.uint32)
    count_dependence(g.levels, g.rows, bounds, room, around, min(coarseness, g.n - 1), found)
    return found[:, 1:]


@ngl.feature("lde", ibsi="SODN")
def low_dependence_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low dependence counts: mean of 1 / dependence².

    Above 0, at most 1.
    """
    return t.few / t.total


@ngl.feature("hde", ibsi="IMOQ")
def high_dependence_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high dependence counts: mean of dependence².

    1 or more.
    """
    return t.many / t.total


@ngl.feature("lgce", ibsi="TL9H")
def low_grey_level_count_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low levels: mean of 1 / level².

    Above 0, at most 1.
    """
    return t.low / t.total


@ngl.feature("hgce", ibsi="OAE7", unit="level²")
def high_grey_level_count_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high levels: mean of level².

    1 or more, at most the squared number of levels.
    """
    return t.high / t.total


@ngl.feature("ldlge", ibsi="EQ3F")
def low_dependence_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low dependence counts of low level: mean of 1 / (level² dependence²).

    Above 0, at most 1.
    """
    return t.low_few / t.total


@ngl.feature("ldhge", ibsi="JA6D", unit="level²")
def low_dependence_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low dependence counts of high level: mean of level² / dependence².

    Above 0.
    """
    return t.high_few / t.total


@ngl.feature("hdlge", ibsi="NBZI")
def high_dependence_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high dependence counts of low level: mean of dependence² / level².

    Above 0.
    """
    return t.low_many / t.total


@ngl.feature("hdhge", ibsi="9QMG", unit="level²")
def high_dependence_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high dependence counts of high level: mean of level² dependence².

    1 or more.
    """
    return t.high_many / t.total


@ngl.feature("glnu", ibsi="FP8K")
def grey_level_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over levels of the squared number of counts, over the number of counts.

    1 or more; grows with the region. Low where levels are equally frequent.
    """
    return t.level_squares() / t.total


@ngl.feature("glnu_norm", ibsi="5SPA")
def grey_level_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of counts.

    Above 0, at most 1; 1 for one grey level.
    """
    return t.level_squares() / t.total**2


@ngl.feature("dcnu", ibsi="Z87G")
def dependence_count_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over dependence counts of the squared number of counts, over the number of counts.

    1 or more; grows with the region. Low where dependence counts are equally frequent.
    """
    return t.number_squares() / t.total


@ngl.feature("dcnu_norm", ibsi="OKJI")
def dependence_count_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of counts.

    Above 0, at most 1; 1 where all dependence counts are equal.
    """
    return t.number_squares() / t.total**2


@ngl.feature("dc_perc", ibsi="6XV8")
def dependence_count_percentage(t: LevelTable) -> np.ndarray:
    """Counts over voxels: always 1, because every voxel has a dependence.

    Kept because the standard lists it.
    """
    return t.total / t.voxels


@ngl.feature("gl_var", ibsi="1PFV", unit="level²")
def grey_level_variance(t: LevelTable) -> np.ndarray:
    """Variance of the level over the counts.

    0 or more; 0 for one grey level.
    """
    return t.level_variance()


@ngl.feature("dc_var", ibsi="DNX2")
def dependence_count_variance(t: LevelTable) -> np.ndarray:
    """Variance of the dependence count over the counts.

    0 or more; 0 where all dependence counts are equal.
    """
    return t.number_variance()


@ngl.feature("dc_entr", ibsi="FCBV", unit="bit")
def dependence_count_entropy(t: LevelTable) -> np.ndarray:
    """Entropy of the matrix: - sum of p(level, dependence) log2 p(level, dependence).

    0 or more; 0 where all counts have one level and one dependence.
    """
    return t.entropy()


@ngl.feature("dc_energy", ibsi="CAS9")
def dependence_count_energy(t: LevelTable) -> np.ndarray:
    """Sum of p(level, dependence)².

    Above 0, at most 1; 1 where all voxels have one level and one dependence.
    """
    return t.squares / t.total**2
