"""Grey levels in, how large zones of one level are out: the size zone features (IBSI family 9SAK)."""

import numpy as np

from radici.core.region import Region
from radici.features.aggregate import SlicewiseSettings
from radici.features.family import How, family
from radici.features.level_table import LevelTable
from radici.features.zones import table


class SizeZone(SlicewiseSettings):
    """How slices are brought together.

    Parameters
    ----------
    aggregation
        `3d`: zones of the volume; `2_5d`: zones of all slices in one matrix; `2d`: each slice by itself, features
        averaged.
    """


@family("szm", on="levels", settings=SizeZone, ibsi="9SAK", windows=True)
def szm(region: Region, how: How) -> LevelTable:
    """Zones i of level, j of size: voxels of one level that touch, across faces, edges or corners.

    Every region has zones, so nothing is undefined; slices outside the region are left out.
    """
    return table(region, how.values[0], "size")


@szm.feature("sze", ibsi="5QRC")
def small_zone_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on small zone sizes: mean of 1 / size².

    Above 0, at most 1.
    """
    return t.few / t.total


@szm.feature("lze", ibsi="48P8")
def large_zone_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on large zone sizes: mean of size².

    1 or more.
    """
    return t.many / t.total


@szm.feature("lgze", ibsi="XMSY")
def low_grey_level_zone_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on low levels: mean of 1 / level².

    Above 0, at most 1.
    """
    return t.low / t.total


@szm.feature("hgze", ibsi="5GN9", unit="level²")
def high_grey_level_zone_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on high levels: mean of level².

    1 or more, at most the squared number of levels.
    """
    return t.high / t.total


@szm.feature("szlge", ibsi="5RAI")
def small_zone_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on small zone sizes of low level: mean of 1 / (level² size²).

    Above 0, at most 1.
    """
    return t.low_few / t.total


@szm.feature("szhge", ibsi="HW1V", unit="level²")
def small_zone_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on small zone sizes of high level: mean of level² / size².

    Above 0.
    """
    return t.high_few / t.total


@szm.feature("lzlge", ibsi="YH51")
def large_zone_low_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on large zone sizes of low level: mean of size² / level².

    Above 0.
    """
    return t.low_many / t.total


@szm.feature("lzhge", ibsi="J17V", unit="level²")
def large_zone_high_grey_level_emphasis(t: LevelTable) -> np.ndarray:
    """Emphasis on large zone sizes of high level: mean of level² size².

    1 or more.
    """
    return t.high_many / t.total


@szm.feature("glnu", ibsi="JNSA")
def grey_level_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over levels of the squared number of zones, over the number of zones.

    1 or more; grows with the region. Low where levels are equally frequent.
    """
    return t.level_squares() / t.total


@szm.feature("glnu_norm", ibsi="Y1RO")
def grey_level_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of zones.

    Above 0, at most 1; 1 for one grey level.
    """
    return t.level_squares() / t.total**2


@szm.feature("zsnu", ibsi="4JP3")
def zone_size_non_uniformity(t: LevelTable) -> np.ndarray:
    """Sum over zone sizes of the squared number of zones, over the number of zones.

    1 or more; grows with the region. Low where zone sizes are equally frequent.
    """
    return t.number_squares() / t.total


@szm.feature("zsnu_norm", ibsi="VB3A")
def zone_size_non_uniformity_normalised(t: LevelTable) -> np.ndarray:
    """The same over the squared number of zones.

    Above 0, at most 1; 1 where all zone sizes are equal.
    """
    return t.number_squares() / t.total**2


@szm.feature("z_perc", ibsi="P30P")
def zone_percentage(t: LevelTable) -> np.ndarray:
    """Zones over voxels: how finely the region is cut.

    Above 0, at most 1 (1 where no two touching voxels are alike).
    """
    return t.total / t.voxels


@szm.feature("gl_var", ibsi="BYLV", unit="level²")
def grey_level_variance(t: LevelTable) -> np.ndarray:
    """Variance of the level over the zones.

    0 or more; 0 for one grey level.
    """
    return t.level_variance()


@szm.feature("zs_var", ibsi="3NSA")
def zone_size_variance(t: LevelTable) -> np.ndarray:
    """Variance of the zone size over the zones.

    0 or more; 0 where all zone sizes are equal.
    """
    return t.number_variance()


@szm.feature("zs_entr", ibsi="GU8N", unit="bit")
def zone_size_entropy(t: LevelTable) -> np.ndarray:
    """Entropy of the matrix: - sum of p(level, size) log2 p(level, size).

    0 or more; 0 where all zones have one level and one size.
    """
    return t.entropy()
