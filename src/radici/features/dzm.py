"""Grey levels in, how far zones of one level lie from the border out: the distance zone features (IBSI VMDZ)."""

import numpy as np

from radici.core.region import Region
from radici.features.aggregate import SlicewiseSettings
from radici.features.family import How, family
from radici.features.level_table import LevelTable
from radici.features.zones import table


class DistanceZone(SlicewiseSettings):
    """How slices are brought together.

    Parameters
    ----------
    aggregation
        `3d`: zones of the volume; `2_5d`: zones of all slices in one matrix; `2d`: each slice by itself, features
        averaged.
    """


@family("dzm", on="levels", settings=DistanceZone, ibsi="VMDZ", windows=True)
def dzm(region: Region, how: How) -> LevelTable:
    """Zones i of level, j of distance: the fewest steps across faces from a zone's voxel out of the contour.

    A voxel at the contour's border has distance 1; the contour is the shape mask, whatever was re-segmented. Every
    region has zones, so nothing is undefined; slices outside the region are left out.
    """
    return table(region, how.values[0], "distance")


@dzm.feature("sde", ibsi="0GBI")
def small_distance_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on small zone distances: mean of 1 / distance².

    Above 0, at most 1.
    """
    return t.few / t.total


@dzm.feature("lde", ibsi="MB4I")
def large_distance_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on large zone distances: mean of distance².

    1 or more.
    """
    return t.many / t.total


@dzm.feature("lgze", ibsi="S1RA")
def low_grey_level_zone_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low levels: mean of 1 / level².

    Above 0, at most 1.
    """
    return t.low / t.total


@dzm.feature("hgze", ibsi="K26C", unit="level²")
def high_grey_level_zone_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high levels: mean of level².

    1 or more, at most the squared number of levels.
    """
    return t.high / t.total


@dzm.feature("sdlge", ibsi="RUVG")
def small_distance_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on small zone distances of low level: mean of 1 / (level² distance²).

    Above 0, at most 1.
    """
    return t.low_few / t.total


@dzm.feature("sdhge", ibsi="DKNJ", unit="level²")
def small_distance_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on small zone distances of high level: mean of level² / distance².

    Above 0.
    """
    return t.high_few / t.total


@dzm.feature("ldlge", ibsi="A7WM")
def large_distance_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on large zone distances of low level: mean of distance² / level².

    Above 0.
    """
    return t.low_many / t.total


@dzm.feature("ldhge", ibsi="KLTH", unit="level²")
def large_distance_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on large zone distances of high level: mean of level² distance².

    1 or more.
    """
    return t.high_many / t.total


@dzm.feature("glnu", ibsi="VFT7")
def grey_level_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over levels of the squared number of zones, over the number of zones.

    1 or more; grows with the region. Low where levels are equally frequent.
    """
    return t.level_squares() / t.total


@dzm.feature("glnu_norm", ibsi="7HP3")
def grey_level_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of zones.

    Above 0, at most 1; 1 for one grey level.
    """
    return t.level_squares() / t.total**2


@dzm.feature("zdnu", ibsi="V294")
def zone_distance_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over zone distances of the squared number of zones, over the number of zones.

    1 or more; grows with the region. Low where zone distances are equally frequent.
    """
    return t.number_squares() / t.total


@dzm.feature("zdnu_norm", ibsi="IATH")
def zone_distance_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of zones.

    Above 0, at most 1; 1 where all zone distances are equal.
    """
    return t.number_squares() / t.total**2


@dzm.feature("z_perc", ibsi="VIWW")
def zone_percentage(t: LevelTable) -> np.ndarray:
    """Zones over voxels: how finely the region is cut; by definition that of the size zones.

    Above 0, at most 1 (1 where no two touching voxels are alike).
    """
    return t.total / t.voxels


@dzm.feature("gl_var", ibsi="QK93", unit="level²")
def grey_level_variance(t: LevelTable) -> np.ndarray:
    """Variance of the level over the zones.

    0 or more; 0 for one grey level.
    """
    return t.level_variance()


@dzm.feature("zd_var", ibsi="7WT1")
def zone_distance_variance(t: LevelTable) -> np.ndarray:
    """Variance of the zone distance over the zones.

    0 or more; 0 where all zone distances are equal.
    """
    return t.number_variance()


@dzm.feature("zd_entr", ibsi="GBDU", unit="bit")
def zone_distance_entropy(t: LevelTable) -> np.ndarray:
    """Entropy of the matrix: - sum of p(level, distance) log2 p(level, distance).

    0 or more; 0 where all zones have one level and one distance.
    """
    return t.entropy()
