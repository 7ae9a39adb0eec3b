"""Grey levels in, how many voxels have each out: the intensity histogram's 23 features (IBSI family ZVCW)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from radici.core.region import Region
from radici.features.family import FamilySettings, How, family
from radici.features.grid import count_levels, grid


class Ih(FamilySettings):
    """The intensity histogram has no settings; grey levels come from `discretise`."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Number of voxels of the grey levels 1 to N_g, int64, shape (m, N_g); empty levels count as any other."""

    counts: np.ndarray

    @property
    def held(self) -> np.ndarray:
        """Which of the m have a voxel: all."""
        return np.ones(len(self.counts), dtype=bool)

    @cached_property
    def g(self) -> np.ndarray:
        """The grey levels: 1, 2, … N_g."""
        return np.arange(1.0, self.counts.shape[1] + 1)

    @cached_property
    def voxels(self) -> np.ndarray:
        """Number of voxels, int64, (m,)."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def p(self) -> np.ndarray:
        """Share of the voxels with each grey level, (m, N_g)."""
        return np.asarray(self.counts / self.voxels[:, None])

    @cached_property
    def mean(self) -> np.ndarray:
        """Mean grey level; exact for a region of one level."""
        return np.asarray(self.counts @ self.g / self.voxels)

    @cached_property
    def away(self) -> np.ndarray:
        """Of each level from the mean, (m, N_g)."""
        return self.g - self.mean[:, None]

    def moment(self, power: int) -> np.ndarray:
        """Mean of (level - mean)^power."""
        return _sums(self.p, self.away**power)

    @property
    def absolute_deviation(self) -> np.ndarray:
        """Mean distance of the level from the mean."""
        return _sums(self.p, np.abs(self.away))

    def percentile(self, percent: int) -> np.ndarray:
        """Lowest grey level that at least `percent` of 100 voxels do not exceed: a grey level, as IBSI wants it."""
        return np.count_nonzero(100 * self.up_to < percent * self.up_to[:, -1:], axis=1) + 1

    @cached_property
    def up_to(self) -> np.ndarray:
        """Voxels of each level or a lower one."""
        return np.cumsum(self.counts, axis=1)

    @cached_property
    def lowest(self) -> np.ndarray:
        """Lowest level that occurs."""
        return np.argmax(self.counts > 0, axis=1) + 1

    @cached_property
    def highest(self) -> np.ndarray:
        """Highest level that occurs."""
        return self.counts.shape[1] - np.argmax(self.counts[:, ::-1] > 0, axis=1)

    @cached_property
    def gradient(self) -> np.ndarray:
        """Half the difference between a level's neighbours' counts, and the whole at either end; shape (m, N_g)."""
        n = self.counts.astype(float)
        return np.gradient(n, axis=1) if n.shape[1] > 1 else np.zeros_like(n)


def _sums(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.asarray(np.einsum("mn,mn->m", weights, values))


@family("ih", on="levels", settings=Ih, ibsi="ZVCW", windows=True)
def ih(region: Region, how: How) -> Histogram:
    """Counts of the grey levels in the intensity mask, up to N_g, the highest that there could be."""
    found = count_levels(region)
    counts = np.zeros((len(found), region.levels), dtype=np.int64)
    counts[:, grid(region).level - 1] = found[:, 1:]
    return Histogram(counts)


@ih.feature("mean", ibsi="X6K6", unit="level")
def mean(h: Histogram) -> np.ndarray:
    """Mean grey level."""
    return h.mean


@ih.feature("var", ibsi="CH89", unit="level²")
def variance(h: Histogram) -> np.ndarray:
    """Variance of the grey level, divided by the number of voxels; 0 for one grey level."""
    return h.moment(2)


@ih.feature("skew", ibsi="88K1")
def skewness(h: Histogram) -> np.ndarray:
    """Asymmetry about the mean; 0 for one grey level."""
    spread = h.moment(2)
    return np.divide(h.moment(3), spread**1.5, out=np.zeros_like(spread), where=spread > 0)


@ih.feature("kurt", ibsi="C3I7")
def kurtosis(h: Histogram) -> np.ndarray:
    """Excess kurtosis: 0 for a normal distribution, and by IBSI for one grey level."""
    spread = h.moment(2)
    return np.divide(h.moment(4), spread**2, out=np.full_like(spread, 3.0), where=spread > 0) - 3


@ih.feature("median", ibsi="WIFQ", unit="level")
def median(h: Histogram) -> np.ndarray:
    """Lowest grey level that half of the voxels do not exceed."""
    return h.percentile(50)


@ih.feature("min", ibsi="1PR8", unit="level")
def minimum(h: Histogram) -> np.ndarray:
    """Lowest grey level that occurs."""
    return h.lowest


@ih.feature("p10", ibsi="GPMT", unit="level")
def percentile_10(h: Histogram) -> np.ndarray:
    """Lowest grey level that a tenth of the voxels do not exceed."""
    return h.percentile(10)


@ih.feature("p90", ibsi="OZ0C", unit="level")
def percentile_90(h: Histogram) -> np.ndarray:
    """Lowest grey level that nine tenths of the voxels do not exceed."""
    return h.percentile(90)


@ih.feature("max", ibsi="3NCY", unit="level")
def maximum(h: Histogram) -> np.ndarray:
    """Highest grey level that occurs."""
    return h.highest


@ih.feature("mode", ibsi="AMMC", unit="level")
def mode(h: Histogram) -> np.ndarray:
    """Most common grey level; of several, the one closest to the mean, and of two equally close the lower."""
    # Whole numbers: a tie is a tie.
    g = h.g.astype(np.int64)
    away = np.abs(h.voxels[:, None] * g - (h.counts @ g)[:, None])
    most = h.counts == h.counts.max(axis=1, keepdims=True)
    return np.argmin(np.where(most, away, np.iinfo(np.int64).max), axis=1) + 1


@ih.feature("iqr", ibsi="WR0O", unit="level")
def interquartile_range(h: Histogram) -> np.ndarray:
    """75th less 25th percentile; a whole number."""
    return h.percentile(75) - h.percentile(25)


@ih.feature("range", ibsi="5Z3W", unit="level")
def level_range(h: Histogram) -> np.ndarray:
    """Highest less lowest grey level that occurs; 0 for one grey level."""
    return h.highest - h.lowest


@ih.feature("mad", ibsi="D2ZX", unit="level")
def mean_absolute_deviation(h: Histogram) -> np.ndarray:
    """Mean distance from the mean; 0 for one grey level."""
    return h.absolute_deviation


@ih.feature("rmad", ibsi="WRZB", unit="level")
def robust_mean_absolute_deviation(h: Histogram) -> np.ndarray:
    """Mean distance from the mean among the voxels from the 10th to the 90th percentile, both included."""
    inner = (h.g >= h.percentile(10)[:, None]) & (h.g <= h.percentile(90)[:, None])
    return Histogram(h.counts * inner).absolute_deviation


@ih.feature("medad", ibsi="4RNL", unit="level")
def median_absolute_deviation(h: Histogram) -> np.ndarray:
    """Mean distance from the median (IBSI's name says median, its formula averages); 0 for one grey level."""
    return _sums(h.p, np.abs(h.g - h.percentile(50)[:, None]))


@ih.feature("cov", ibsi="CWYJ")
def coefficient_of_variation(h: Histogram) -> np.ndarray:
    """SD divided by the mean; depends on where level 1 begins."""
    return h.moment(2) ** 0.5 / h.mean


@ih.feature("qcod", ibsi="SLWD")
def quartile_coefficient_of_dispersion(h: Histogram) -> np.ndarray:
    """(p75 - p25) / (p75 + p25); 0 where the quartiles are equal."""
    low, high = h.percentile(25), h.percentile(75)
    return (high - low) / (high + low)


@ih.feature("entropy", ibsi="TLU2", unit="bit")
def entropy(h: Histogram) -> np.ndarray:
    """Disorder of the grey levels, - sum p log2 p; 0 for one grey level. Compare only equal discretisations."""
    return -_sums(h.p, np.log2(h.p, out=np.zeros_like(h.p), where=h.p > 0)) + 0.0


@ih.feature("uniformity", ibsi="BJ5W")
def uniformity(h: Histogram) -> np.ndarray:
    """Sum of squared shares; 1 for one grey level."""
    return _sums(h.p, h.p)


@ih.feature("max_grad", ibsi="12CE", unit="voxel")
def maximum_gradient(h: Histogram) -> np.ndarray:
    """Steepest rise of the histogram, in voxels per level; 0 for one grey level. Grows with the region's size."""
    return np.asarray(h.gradient.max(axis=1))


@ih.feature("max_grad_g", ibsi="8E6O", unit="level")
def maximum_gradient_level(h: Histogram) -> np.ndarray:
    """Grey level where the histogram rises most steeply; the lowest of several."""
    return np.argmax(h.gradient, axis=1) + 1.0


@ih.feature("min_grad", ibsi="VQB3", unit="voxel")
def minimum_gradient(h: Histogram) -> np.ndarray:
    """Steepest fall of the histogram, in voxels per level, as a negative number; 0 for one grey level."""
    return np.asarray(h.gradient.min(axis=1))


@ih.feature("min_grad_g", ibsi="RHQZ", unit="level")
def minimum_gradient_level(h: Histogram) -> np.ndarray:
    """Grey level where the histogram falls most steeply; the lowest of several."""
    return np.argmin(h.gradient, axis=1) + 1.0
