"""Intensities in, their distribution out: PyRadiomics' class `firstorder`, for a segment or around each voxel."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

EPS = float(np.spacing(1))


@dataclass(frozen=True, eq=False)
class Sample:
    """Intensities of each region.

    Parameters
    ----------
    x
        float64, shape (v, n), in the order of the voxels, which decides the last bit of a sum; NaN where there is none.
    counts
        Voxels of each grey level, shape (v, levels).
    shift
        `voxelArrayShift`: added before squaring.
    voxel_mm3
        Volume of a voxel.
    """

    x: np.ndarray
    counts: np.ndarray
    shift: float
    voxel_mm3: float

    @cached_property
    def n(self) -> np.ndarray:
        """Number of intensities, shape (v,)."""
        return np.asarray((~np.isnan(self.x)).sum(axis=1))

    @cached_property
    def ranked(self) -> np.ndarray:
        """Intensities in ascending order, NaN last, shape (v, n)."""
        return np.sort(self.x, axis=1)

    def total(self, values: np.ndarray) -> np.ndarray:
        """Sum over a region's voxels, shape (v,)."""
        return np.asarray(np.where(np.isnan(values), 0.0, values).sum(axis=1))

    def mean_of(self, values: np.ndarray) -> np.ndarray:
        """Mean over a region's voxels, shape (v,)."""
        return np.asarray(self.total(values) / self.n)

    @cached_property
    def mean(self) -> np.ndarray:
        """Mean intensity, shape (v,)."""
        return self.mean_of(self.x)

    def moment(self, power: int) -> np.ndarray:
        """Central moment, divided by the number of voxels."""
        return self.mean_of(np.power(self.x - self.mean[:, None], power))

    @cached_property
    def variance(self) -> np.ndarray:
        """Second central moment, shape (v,)."""
        return self.moment(2)

    def standardised(self, power: int) -> np.ndarray:
        """Central moment in standard deviations; 0 for equal intensities."""
        variance = np.where(self.variance == 0, 1, self.variance)
        return np.asarray(self.moment(power) / variance ** (power / 2))

    def percentile(self, percent: float) -> np.ndarray:
        """Interpolated linearly between ranks (n - 1) p, shape (v,)."""
        rank = (self.n - 1) * (percent / 100)
        below = np.floor(rank).astype(np.intp)
        above = np.minimum(below + 1, self.n - 1)
        part = rank - below
        rows = np.arange(len(self.x))
        low, high = self.ranked[rows, below], self.ranked[rows, above]
        return np.asarray(np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part)))

    @cached_property
    def energy(self) -> np.ndarray:
        """Sum of squares after the shift."""
        return self.total((self.x + self.shift) ** 2)

    @cached_property
    def p(self) -> np.ndarray:
        """Share of each grey level, shape (v, levels)."""
        whole = self.counts.sum(axis=1, keepdims=True)
        return np.asarray(self.counts / np.where(whole == 0, 1, whole))

    @property
    def highest(self) -> np.ndarray:
        """Largest intensity."""
        return np.asarray(self.ranked[np.arange(len(self.x)), self.n - 1])

    def robust_deviation(self) -> np.ndarray:
        """Mean distance from the mean, of the intensities from the 10th to the 90th percentile."""
        low, high = self.percentile(10)[:, None], self.percentile(90)[:, None]
        kept = np.where((self.x - low < 0) | (self.x - high > 0), np.nan, self.x)
        count = (~np.isnan(kept)).sum(axis=1)
        centre = self.total(kept) / count
        return np.asarray(self.total(np.abs(kept - centre[:, None])) / count)


FIRST_ORDER: dict[str, Callable[[Sample], np.ndarray]] = {
    "10Percentile": lambda s: s.percentile(10),
    "90Percentile": lambda s: s.percentile(90),
    "Energy": lambda s: s.energy,
    "Entropy": lambda s: -(s.p * np.log2(s.p + EPS)).sum(axis=1),
    "InterquartileRange": lambda s: s.percentile(75) - s.percentile(25),
    "Kurtosis": lambda s: s.standardised(4),
    "Maximum": lambda s: s.highest,
    "Mean": lambda s: s.mean,
    "MeanAbsoluteDeviation": lambda s: s.mean_of(np.abs(s.x - s.mean[:, None])),
    "Median": lambda s: s.percentile(50),
    "Minimum": lambda s: s.ranked[:, 0],
    "Range": lambda s: s.highest - s.ranked[:, 0],
    "RobustMeanAbsoluteDeviation": lambda s: s.robust_deviation(),
    "RootMeanSquared": lambda s: np.sqrt(s.energy / s.n),
    "Skewness": lambda s: s.standardised(3),
    "StandardDeviation": lambda s: np.sqrt(s.variance),
    "TotalEnergy": lambda s: s.energy * s.voxel_mm3,
    "Uniformity": lambda s: (s.p**2).sum(axis=1),
    "Variance": lambda s: np.sqrt(s.variance) ** 2,
}
