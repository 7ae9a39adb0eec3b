"""Grey levels in, how many voxels have each out: the intensity histogram's 23 features (IBSI family ZVCW)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from radici.core.region import Region
from radici.features.family import FamilySettings, How, family


class Ih(FamilySettings):
    """The intensity histogram has no settings; grey levels come from `discretise`."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Number of voxels of the grey levels 1 to N_g, int64, shape (N_g,); empty levels count as any other."""

    counts: np.ndarray

    @cached_property
    def g(self) -> np.ndarray:
        """The grey levels: 1, 2, … N_g."""
        return np.arange(1.0, self.counts.size + 1)

    @cached_property
    def p(self) -> np.ndarray:
        """Share of the voxels with each grey level."""
        return np.asarray(self.counts / self.counts.sum())

    @cached_property
    def mean(self) -> float:
        """Mean grey level; exact for a region of one level."""
        return float(self.counts @ self.g) / int(self.counts.sum())

    def moment(self, power: int) -> float:
        """Mean of (level - mean)^power."""
        return float(self.p @ (self.g - self.mean) ** power)

    def percentile(self, percent: int) -> int:
        """Lowest grey level that at least `percent` of 100 voxels do not exceed: a grey level, as IBSI wants it."""
        total = np.cumsum(self.counts)
        return int(np.searchsorted(100 * total, percent * total[-1])) + 1

    @cached_property
    def found(self) -> np.ndarray:
        """The grey levels that occur, lowest first."""
        return np.flatnonzero(self.counts) + 1

    @cached_property
    def gradient(self) -> np.ndarray:
        """Half the difference between a level's neighbours' counts, and the whole at either end; shape (N_g,)."""
        n = self.counts
        return np.gradient(n.astype(float)) if n.size > 1 else np.zeros(1)


@family("ih", on="levels", settings=Ih, ibsi="ZVCW")
def ih(region: Region, how: How) -> Histogram:
    """Counts of the grey levels in the intensity mask, up to N_g, the highest that there could be."""
    box = region.intensity_mask.box
    levels = region.image.voxels[box][region.intensity_mask.voxels[box]]
    return Histogram(np.bincount(levels, minlength=region.levels + 1)[1:])


@ih.feature("mean", ibsi="X6K6", unit="level")
def mean(h: Histogram) -> float:
    """Mean grey level."""
    return h.mean


@ih.feature("var", ibsi="CH89", unit="level²")
def variance(h: Histogram) -> float:
    """Variance of the grey level, divided by the number of voxels; 0 for one grey level."""
    return h.moment(2)


@ih.feature("skew", ibsi="88K1")
def skewness(h: Histogram) -> float:
    """Asymmetry about the mean; 0 for one grey level."""
    spread = h.moment(2)
    return h.moment(3) / spread**1.5 if spread else 0.0


@ih.feature("kurt", ibsi="C3I7")
def kurtosis(h: Histogram) -> float:
    """Excess kurtosis: 0 for a normal distribution, and by IBSI for one grey level."""
    spread = h.moment(2)
    return h.moment(4) / spread**2 - 3 if spread else 0.0


@ih.feature("median", ibsi="WIFQ", unit="level")
def median(h: Histogram) -> float:
    """Lowest grey level that half of the voxels do not exceed."""
    return h.percentile(50)


@ih.feature("min", ibsi="1PR8", unit="level")
def minimum(h: Histogram) -> float:
    """Lowest grey level that occurs."""
    return h.found[0]


@ih.feature("p10", ibsi="GPMT", unit="level")
def percentile_10(h: Histogram) -> float:
    """Lowest grey level that a tenth of the voxels do not exceed."""
    return h.percentile(10)


@ih.feature("p90", ibsi="OZ0C", unit="level")
def percentile_90(h: Histogram) -> float:
    """Lowest grey level that nine tenths of the voxels do not exceed."""
    return h.percentile(90)


@ih.feature("max", ibsi="3NCY", unit="level")
def maximum(h: Histogram) -> float:
    """Highest grey level that occurs."""
    return h.found[-1]


@ih.feature("mode", ibsi="AMMC", unit="level")
def mode(h: Histogram) -> float:
    """Most common grey level; of several, the one closest to the mean, and of two equally close the lower."""
    most = np.flatnonzero(h.counts == h.counts.max()) + 1
    # Whole numbers: a tie is a tie.
    away = np.abs(most * int(h.counts.sum()) - int(h.counts @ h.g.astype(np.int64)))
    return most[np.argmin(away)]


@ih.feature("iqr", ibsi="WR0O", unit="level")
def interquartile_range(h: Histogram) -> float:
    """75th less 25th percentile; a whole number."""
    return h.percentile(75) - h.percentile(25)


@ih.feature("range", ibsi="5Z3W", unit="level")
def level_range(h: Histogram) -> float:
    """Highest less lowest grey level that occurs; 0 for one grey level."""
    return h.found[-1] - h.found[0]


@ih.feature("mad", ibsi="D2ZX", unit="level")
def mean_absolute_deviation(h: Histogram) -> float:
    """Mean distance from the mean; 0 for one grey level."""
    return float(h.p @ np.abs(h.g - h.mean))


@ih.feature("rmad", ibsi="WRZB", unit="level")
def robust_mean_absolute_deviation(h: Histogram) -> float:
    """Mean distance from the mean among the voxels from the 10th to the 90th percentile, both included."""
    inner = slice(h.percentile(10) - 1, h.percentile(90))
    n, g = h.counts[inner], h.g[inner]
    return float(n @ np.abs(g - n @ g / n.sum()) / n.sum())


@ih.feature("medad", ibsi="4RNL", unit="level")
def median_absolute_deviation(h: Histogram) -> float:
    """Mean distance from the median (IBSI's name says median, its formula averages); 0 for one grey level."""
    return float(h.p @ np.abs(h.g - h.percentile(50)))


@ih.feature("cov", ibsi="CWYJ")
def coefficient_of_variation(h: Histogram) -> float:
    """SD divided by the mean; depends on where level 1 begins."""
    return h.moment(2) ** 0.5 / h.mean


@ih.feature("qcod", ibsi="SLWD")
def quartile_coefficient_of_dispersion(h: Histogram) -> float:
    """(p75 - p25) / (p75 + p25); 0 where the quartiles are equal."""
    low, high = h.percentile(25), h.percentile(75)
    return (high - low) / (high + low)


@ih.feature("entropy", ibsi="TLU2", unit="bit")
def entropy(h: Histogram) -> float:
    """Disorder of the grey levels, - sum p log2 p; 0 for one grey level. Compare only equal discretisations."""
    p = h.p[h.p > 0]
    return float(-(p @ np.log2(p))) + 0.0


@ih.feature("uniformity", ibsi="BJ5W")
def uniformity(h: Histogram) -> float:
    """Sum of squared shares; 1 for one grey level."""
    return float(h.p @ h.p)


@ih.feature("max_grad", ibsi="12CE", unit="voxel")
def maximum_gradient(h: Histogram) -> float:
    """Steepest rise of the histogram, in voxels per level; 0 for one grey level. Grows with the region's size."""
    return h.gradient.max()


@ih.feature("max_grad_g", ibsi="8E6O", unit="level")
def maximum_gradient_level(h: Histogram) -> float:
    """Grey level where the histogram rises most steeply; the lowest of several."""
    return np.argmax(h.gradient) + 1.0


@ih.feature("min_grad", ibsi="VQB3", unit="voxel")
def minimum_gradient(h: Histogram) -> float:
    """Steepest fall of the histogram, in voxels per level, as a negative number; 0 for one grey level."""
    return h.gradient.min()


@ih.feature("min_grad_g", ibsi="RHQZ", unit="level")
def minimum_gradient_level(h: Histogram) -> float:
    """Grey level where the histogram falls most steeply; the lowest of several."""
    return np.argmin(h.gradient) + 1.0
